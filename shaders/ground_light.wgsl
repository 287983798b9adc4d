// Bakes what the sun and the sky do to flat ground among the set pieces: r sun, softened like a real penumbra, g sky, b how dry
// the ground is.

struct Bake {
    set_shadow_from_stage: mat4x4f,
    to_sun: vec4f,
    // Centre x, centre z, side, number of stones.
    area: vec4f,
    // Position x, z, radius, height.
    stones: array<vec4f, 64>,
}

@group(0) @binding(0) var<uniform> bake: Bake;
@group(0) @binding(1) var depth: texture_depth_2d;
@group(0) @binding(2) var depth_compare: sampler_comparison;
@group(0) @binding(3) var detail: texture_2d<f32>;
@group(0) @binding(4) var repeat_sampler: sampler;

struct Out {
    @builtin(position) clip: vec4f,
    @location(0) uv: vec2f,
}

@vertex
fn vs_bake(@builtin(vertex_index) index: u32) -> Out {
    let corner = vec2f(f32((index << 1u) & 2u), f32(index & 2u));
    return Out(vec4f(corner * 2.0 - 1.0, 0.0, 1.0), vec2f(corner.x, 1.0 - corner.y));
}

fn lit(position: vec3f) -> f32 {
    let p = bake.set_shadow_from_stage * vec4f(position, 1.0);
    let uv = vec2f(p.x * 0.5 + 0.5, 0.5 - p.y * 0.5);
    return textureSampleCompareLevel(depth, depth_compare, uv, p.z - 0.0003);
}

@fragment
fn fs_bake(in: Out) -> @location(0) vec4f {
    let xz = bake.area.xy + (in.uv - 0.5) * bake.area.z;
    var sum = 0.0;
    // A golden-angle spiral; the radius is that of a penumbra some metres from its stone.
    for (var i = 0; i < 24; i++) {
        let angle = f32(i) * 2.39996;
        let radius = 0.16 * sqrt((f32(i) + 0.5) / 24.0);
        sum += lit(vec3f(xz.x + radius * cos(angle) * 1.8, 0.03, xz.y + radius * sin(angle)));
    }
    var open = 1.0;
    for (var i = 0; i < i32(bake.area.w); i++) {
        let stone = bake.stones[i];
        let away = max(distance(stone.xy, xz) - stone.z * 0.75, 0.0);
        let shade = 0.62 * exp(-away * 3.1 / max(stone.z, 0.1)) * min(stone.w / (2.0 * stone.z), 1.0);
        open *= 1.0 - shade;
    }
    let coarse = textureSampleLevel(detail, repeat_sampler, xz * vec2f(0.071, 0.067) + 0.37, 0.0);
    let broad = textureSampleLevel(detail, repeat_sampler, xz * 0.0113 + 0.11, 0.0);
    let dryness = clamp(coarse.r * 1.25 + coarse.g * 0.25 + broad.r * 0.9 - 0.72, 0.0, 1.0);
    return vec4f(sum / 24.0, open, dryness, 1.0);
}
