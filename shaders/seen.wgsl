// The light of those triangles of a part of a digital human that are seen, by what `ids.wgsl` left.

struct Part {
    // A box around it.
    low: vec4f,
    high: vec4f,
    // Its first number, how many numbers there are, where its triangles begin, where tangents begin in `posed`.
    ids: vec4u,
}

@group(2) @binding(0) var<uniform> part: Part;
// Three pairs a vertex: position, normal; behind all of them two pairs a vertex: tangent.
@group(2) @binding(1) var<storage, read> posed: array<vec2f>;
@group(2) @binding(2) var<storage, read> uvs: array<vec2f>;
// The corners of each number's triangle.
@group(2) @binding(3) var<storage, read> triangles: array<vec4u>;

struct BoxOut {
    @builtin(position) clip: vec4f,
    // Clip space's x, y and w.
    @location(0) place: vec3f,
}

// The far sides of the box, which cover what it covers from within too: fourteen corners of a strip around it.
@vertex
fn vs_box(@builtin(vertex_index) nth: u32) -> BoxOut {
    let bit = 1u << nth;
    let is_high = vec3<bool>((0x287au & bit) != 0u, (0x02afu & bit) != 0u, (0x31e3u & bit) != 0u);
    let clip = view.clip_from_stage * vec4f(select(part.low.xyz, part.high.xyz, is_high), 1.0);
    return BoxOut(clip, clip.xyw);
}

// The middle of a pixel and its sides, in device coordinates.
struct Pixel {
    middle: vec2f,
    right: vec2f,
    down: vec2f,
}

fn pixel_of(in: BoxOut) -> Pixel {
    let middle = in.place.xy / in.place.z;
    return Pixel(middle, dpdx(middle), dpdy(middle));
}

fn is_own(id: u32) -> bool {
    return id - part.ids.x < part.ids.y;
}

// A triangle's corners in clip space, x, y and w of each.
struct Corners {
    a: vec3f,
    b: vec3f,
    c: vec3f,
}

fn turn(p: vec2f, q: vec2f) -> f32 {
    return p.x * q.y - p.y * q.x;
}

// How much each corner counts in a place of the picture, not yet divided by the sum (Olano and Greer 1997). Seen from the place
// itself, so that small triangles do not come out of large numbers.
fn shares(corners: Corners, place: vec2f) -> vec3f {
    let a = corners.a.xy - place * corners.a.z;
    let b = corners.b.xy - place * corners.b.z;
    let c = corners.c.xy - place * corners.c.z;
    return vec3f(turn(b, c), turn(c, a), turn(a, b));
}

fn divided(shares: vec3f) -> vec3f {
    let sum = shares.x + shares.y + shares.z;
    return select(shares / sum, vec3f(1.0 / 3.0), sum == 0.0);
}

// Within the triangle: a pixel's middle may lie beside what its samples see.
fn nearest_within(counts: vec3f) -> vec3f {
    let within = max(counts, vec3f(0.0));
    return within / max(within.x + within.y + within.z, 1e-20);
}

// Position and normal, side by side.
struct Vertex {
    position: vec3f,
    normal: vec3f,
}

fn vertex_of(vertex: u32) -> Vertex {
    let at = vertex * 3u;
    let a = posed[at];
    let b = posed[at + 1u];
    let c = posed[at + 2u];
    return Vertex(vec3f(a, b.x), vec3f(b.y, c));
}

fn tangent_of(vertex: u32) -> vec4f {
    let at = part.ids.w + vertex * 2u;
    return vec4f(posed[at], posed[at + 1u]);
}

fn in_clip(position: vec3f) -> vec3f {
    return (view.clip_from_stage * vec4f(position, 1.0)).xyw;
}

fn vertices_of(id: u32) -> vec3u {
    return triangles[part.ids.z + id - part.ids.x].xyz;
}

// What the triangle of these vertices sends from a pixel to the eye.
fn light_of(vertices: vec3u, pixel: Pixel) -> vec3f {
    let a = vertex_of(vertices.x);
    let b = vertex_of(vertices.y);
    let c = vertex_of(vertices.z);
    let positions = mat3x3f(a.position, b.position, c.position);
    let corners = Corners(in_clip(positions[0]), in_clip(positions[1]), in_clip(positions[2]));
    let here = shares(corners, pixel.middle);
    let counts = divided(here);
    let maps = mat3x2f(uvs[vertices.x], uvs[vertices.y], uvs[vertices.z]);
    let scale = material.uv.xy;
    let right = (maps * (divided(shares(corners, pixel.middle + pixel.right)) - counts)) * scale;
    let down = (maps * (divided(shares(corners, pixel.middle + pixel.down)) - counts)) * scale;
    let within = nearest_within(counts);
    let uv = (maps * within) * scale + material.uv.zw;
    let position = positions * within;
    let normals = mat3x3f(a.normal, b.normal, c.normal);
    var tangent = vec4f(0.0);
    var bump = vec3f(0.5, 0.5, 1.0);
    if material.kind.y > 0.0 {
        tangent = tangent_of(vertices.x) * within.x + tangent_of(vertices.y) * within.y
            + tangent_of(vertices.z) * within.z;
        bump = textureSampleGrad(normal_map, material_sampler, uv, right, down).xyz;
    }
    let is_front = dot(here, vec3f(corners.a.z, corners.b.z, corners.c.z)) > 0.0;
    let haze = haze_color(position - view.eye.xyz);
    let place = Place(position, normals * within, tangent, haze, is_front);
    let base = textureSampleGrad(base_map, material_sampler, uv, right, down) * material.base_color;
    let packed = textureSampleGrad(surface_map, material_sampler, uv, right, down).rgb;
    return lit(place, Looks(base, bump, packed)).rgb;
}
