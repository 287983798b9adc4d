// Plates in the virtual world: on cards, and on a dome around everything. What is behind them is multiplied into their
// colours already, so that filtering mixes light alone.

struct Plate {
    // A card's middle on the stage; gain.
    middle: vec4f,
    // From the middle to the right edge. A dome: yaw in w.
    right: vec4f,
    // From the middle to the upper edge.
    up: vec4f,
}

@group(1) @binding(0) var<uniform> plate: Plate;
@group(1) @binding(1) var picture: texture_2d<f32>;
@group(1) @binding(2) var picture_sampler: sampler;

struct CardOut {
    @builtin(position) clip: vec4f,
    @location(0) uv: vec2f,
}

// Straight colour for the mixing that follows.
fn plate_light(texel: vec4f) -> vec4f {
    return vec4f(texel.rgb * (plate.middle.w / max(texel.a, 1e-4)), texel.a);
}

@vertex
fn vs_card(@builtin(vertex_index) index: u32) -> CardOut {
    let corner = vec2f(f32(index & 1u), f32(index >> 1u)) * 2.0 - 1.0;
    let at = plate.middle.xyz + corner.x * plate.right.xyz + corner.y * plate.up.xyz;
    let uv = vec2f(corner.x, -corner.y) * 0.5 + 0.5;
    return CardOut(view.clip_from_stage * vec4f(at, 1.0), uv);
}

@fragment
fn fs_card(in: CardOut) -> @location(0) vec4f {
    let texel = textureSample(picture, picture_sampler, in.uv);
    // What is not there hides nothing.
    if texel.a <= 0.0 {
        discard;
    }
    return plate_light(texel);
}

struct DomeOut {
    @builtin(position) clip: vec4f,
    @location(0) ray: vec3f,
}

@vertex
fn vs_dome(@builtin(vertex_index) index: u32) -> DomeOut {
    let ndc = vec2f(f32((index << 1u) & 2u), f32(index & 2u)) * 2.0 - 1.0;
    let ray = view.ray_straight.xyz + ndc.x * view.ray_x.xyz + ndc.y * view.ray_y.xyz;
    return DomeOut(vec4f(ndc, 0.0, 1.0), ray);
}

// How a coordinate that goes round changes from pixel to pixel: never by more than half of it.
fn nearest_way(step: vec2f) -> vec2f {
    return vec2f(step.x - round(step.x), step.y);
}

@fragment
fn fs_dome(in: DomeOut) -> @location(0) vec4f {
    let direction = normalize(in.ray);
    let azimuth = atan2(direction.x, -direction.z) - plate.right.w;
    let height = asin(clamp(direction.y, -1.0, 1.0));
    let uv = vec2f(0.5 + azimuth * (0.5 / 3.14159265), 0.5 - height / 3.14159265);
    let across = nearest_way(dpdx(uv));
    let down = nearest_way(dpdy(uv));
    return plate_light(textureSampleGrad(picture, picture_sampler, uv, across, down));
}
