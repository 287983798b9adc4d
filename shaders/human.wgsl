// A digital human drawn triangle by triangle: what is mixed with what is behind, and what has few triangles.

struct HumanVertex {
    @location(0) position: vec3f,
    @location(1) normal: vec3f,
    @location(2) uv: vec2f,
    // Where the normal map's x points, and the side of its y; zero where nobody says.
    @location(3) tangent: vec4f,
}

struct HumanOut {
    @builtin(position) clip: vec4f,
    @location(0) position: vec3f,
    @location(1) normal: vec3f,
    @location(2) uv: vec2f,
    @location(3) haze: vec3f,
    @location(4) tangent: vec4f,
}

@vertex
fn vs_human(in: HumanVertex) -> HumanOut {
    let clip = view.clip_from_stage * vec4f(in.position, 1.0);
    let haze = haze_color(in.position - view.eye.xyz);
    return HumanOut(clip, in.position, in.normal, in.uv, haze, in.tangent);
}

@vertex
fn vs_human_depth(@location(0) position: vec3f) -> @builtin(position) vec4f {
    return view.clip_from_stage * vec4f(position, 1.0);
}

fn uv_of(in: HumanOut) -> vec2f {
    return in.uv * material.uv.xy + material.uv.zw;
}

fn lit_by_maps(in: HumanOut, front: bool, base: vec4f) -> vec4f {
    let bump = textureSample(normal_map, material_sampler, uv_of(in)).xyz;
    let packed = textureSample(surface_map, material_sampler, uv_of(in)).rgb;
    let place = Place(in.position, in.normal, in.tangent, in.haze, front);
    return lit(place, Looks(base, bump, packed));
}

fn base_of(in: HumanOut) -> vec4f {
    return textureSample(base_map, material_sampler, uv_of(in)) * material.base_color;
}

// Opaque or mixed with what is behind.
@fragment
fn fs_human(in: HumanOut, @builtin(front_facing) front: bool) -> @location(0) vec4f {
    return lit_by_maps(in, front, base_of(in));
}

// With holes where the picture says so. By itself: what may be discarded cannot be tested against depth ahead.
@fragment
fn fs_human_masked(in: HumanOut, @builtin(front_facing) front: bool) -> @location(0) vec4f {
    let base = base_of(in);
    let color = lit_by_maps(in, front, base);
    if base.a < material.surface.w {
        discard;
    }
    return color;
}
