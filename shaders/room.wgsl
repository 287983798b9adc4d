// The real room: LED walls that show the canvas, the floor that mirrors them, and the dark around.

@group(0) @binding(1) var canvas: texture_2d<f32>;
@group(0) @binding(2) var canvas_sampler: sampler;
// The canvas, an eighth as large: light that falls on the floor.
@group(0) @binding(3) var glow: texture_2d<f32>;
@group(0) @binding(4) var<uniform> mirrors: array<Mirror, 16>;
// From where a human stands in the virtual world to where the performer stands on the stage.
@group(0) @binding(5) var<uniform> performer_from_human: array<mat4x4f, 8>;
// As many as the view's count says shine.
@group(0) @binding(6) var<uniform> lamps: array<Lamp, 64>;

const PI = 3.14159265;

// A part of a wall as the floor mirrors it.
struct Mirror {
    from_stage: mat4x4f,
    // Kind (0 flat, 1 arc), width or radius, arc in radians, height.
    shape: vec4f,
    // Its canvas pixels in texture coordinates: left, top, width, height.
    canvas: vec4f,
    // Quarter turns clockwise on the canvas.
    turn: vec4f,
}

struct LedOut {
    @builtin(position) clip: vec4f,
    @location(0) position: vec3f,
    @location(1) normal: vec3f,
    @location(2) uv: vec2f,
    @location(3) @interpolate(flat) edge: vec4f,
}

struct RoomOut {
    @builtin(position) clip: vec4f,
    @location(0) position: vec3f,
    @location(1) color: vec3f,
    // Light of the walls that falls here.
    @location(2) spill: vec3f,
}

// Irradiance over pi at a place with a normal.
fn spill_of_walls(position: vec3f, normal: vec3f) -> vec3f {
    var sum = vec3f(0.0);
    for (var i = 0u; i < u32(view.eye.w); i++) {
        let lamp = lamps[i];
        let way = lamp.at.xyz - position;
        let distance = max(length_squared(way), 0.6);
        let facing = max(dot(normal, way) * inverseSqrt(distance), 0.0);
        sum += lamp.light.rgb * (facing * 0.7 / (PI * distance));
    }
    return sum;
}

fn length_squared(v: vec3f) -> f32 {
    return dot(v, v);
}

@vertex
fn vs_led(
    @location(0) position: vec3f,
    @location(1) normal: vec3f,
    @location(3) uv: vec2f,
    @location(4) edge: vec4f,
) -> LedOut {
    return LedOut(view.clip_from_stage * vec4f(position, 1.0), position, normal, uv, edge);
}

@vertex
fn vs_room(
    @location(0) position: vec3f,
    @location(1) normal: vec3f,
    @location(2) color: vec3f,
) -> RoomOut {
    let clip = view.clip_from_stage * vec4f(position, 1.0);
    return RoomOut(clip, position, color, spill_of_walls(position, normal));
}

// The performer on the real stage, drawn with the digital human's own vertices.
@vertex
fn vs_performer(
    @builtin(instance_index) human: u32,
    @location(0) position: vec3f,
    @location(1) normal: vec3f,
) -> RoomOut {
    let m = performer_from_human[human];
    let at = (m * vec4f(position, 1.0)).xyz;
    let turned = (m * vec4f(normal, 0.0)).xyz;
    let clip = view.clip_from_stage * vec4f(at, 1.0);
    let spill = spill_of_walls(at, turned);
    return RoomOut(clip, at, vec3f(0.20, 0.21, 0.23), spill);
}

@fragment
fn fs_led(in: LedOut) -> @location(0) vec4f {
    let lit = textureSampleLevel(canvas, canvas_sampler, clamp(in.uv, in.edge.xy, in.edge.zw), 0.0).rgb;
    let towards = dot(in.normal, view.eye.xyz - in.position);
    // The overview looks into a stage that is closed all round.
    if towards <= 0.0 && view.ray_x.w > 0.5 {
        discard;
    }
    return vec4f(select(vec3f(0.012), lit, towards > 0.0), 1.0);
}

// (s, t) of a place on a mirror: s to the right, t down.
fn mirror_st(mirror: Mirror, local: vec3f) -> vec2f {
    let arc = atan2(local.x, -local.z) / max(mirror.shape.z, 1e-6) + 0.5;
    let flat = local.x / mirror.shape.y + 0.5;
    return vec2f(select(flat, arc, mirror.shape.x > 0.5), 1.0 - local.y / mirror.shape.w);
}

fn mirror_uv(mirror: Mirror, st: vec2f) -> vec2f {
    let inside = clamp(st, vec2f(0.001), vec2f(0.999));
    var turned = inside;
    let quarter = u32(mirror.turn.x);
    if quarter == 1u {
        turned = vec2f(1.0 - inside.y, inside.x);
    } else if quarter == 2u {
        turned = vec2f(1.0) - inside;
    } else if quarter == 3u {
        turned = vec2f(inside.y, 1.0 - inside.x);
    }
    return mirror.canvas.xy + turned * mirror.canvas.zw;
}

// The light of a wall that a ray meets.
fn wall_light(origin: vec3f, direction: vec3f, mirror: Mirror) -> vec4f {
    let o = (mirror.from_stage * vec4f(origin, 1.0)).xyz;
    let d = (mirror.from_stage * vec4f(direction, 0.0)).xyz;
    let a = max(dot(d.xz, d.xz), 1e-6);
    let b = dot(o.xz, d.xz);
    let c = dot(o.xz, o.xz) - mirror.shape.y * mirror.shape.y;
    let arc = (-b + sqrt(max(b * b - a * c, 0.0))) / a;
    let flat = -o.z / select(d.z, -1e-6, abs(d.z) < 1e-6);
    let t = select(flat, arc, mirror.shape.x > 0.5);
    let st = mirror_st(mirror, o + d * t);
    let border = min(min(st.x, 1.0 - st.x), min(st.y, 1.0 - st.y));
    // A flat wall is seen from its front; an arc from inside, where the far root is its lit side.
    let front = mirror.shape.x > 0.5 || o.z > 0.0;
    let met = select(0.0, smoothstep(-0.02, 0.03, border), t > 0.0 && front);
    return vec4f(textureSampleLevel(glow, canvas_sampler, mirror_uv(mirror, st), 0.0).rgb, met);
}

@fragment
fn fs_floor(in: RoomOut) -> @location(0) vec4f {
    let to_eye = normalize(view.eye.xyz - in.position);
    let mirrored = reflect(-to_eye, vec3f(0.0, 1.0, 0.0));
    let fresnel = 0.05 + 0.55 * pow(1.0 - to_eye.y, 5.0);
    var mirror = vec3f(0.0);
    for (var i = 0u; i < u32(view.ray_straight.w); i++) {
        let seen = wall_light(in.position, mirrored, mirrors[i]);
        mirror = mix(mirror, seen.rgb, seen.a);
    }
    let away = length(in.position.xz - vec2f(0.0, -1.5));
    let reach = 1.0 / (1.0 + away * away * 0.02);
    return vec4f(in.color * in.spill + mirror * fresnel * reach + 0.0012, 1.0);
}

// Metal, cloth and people in the dark, lit by the walls.
@fragment
fn fs_thing(in: RoomOut) -> @location(0) vec4f {
    return vec4f(in.color * (in.spill + 0.02), 1.0);
}

// Lines and lamps that shine by themselves.
@fragment
fn fs_mark(in: RoomOut) -> @location(0) vec4f {
    return vec4f(in.color, 1.0);
}
