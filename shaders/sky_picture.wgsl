// Draws one face of the sky cube from an equirectangular picture. Where the sun is in it, the sky around the sun is drawn: its
// own light comes from the one direction that shadows are reckoned with.

struct SkyPicture {
    // The cube face's axes: a direction is forward + x * right + y * up.
    forward: vec4f,
    right: vec4f,
    up: vec4f,
    // Yaw of the picture's middle; gain; level of the picture; cosine of how far the sun reaches.
    settings: vec4f,
    to_sun: vec4f,
    // The sky around the sun.
    around: vec4f,
}

@group(0) @binding(0) var<uniform> sky: SkyPicture;
@group(0) @binding(1) var picture: texture_2d<f32>;
@group(0) @binding(2) var picture_sampler: sampler;

struct Out {
    @builtin(position) clip: vec4f,
    @location(0) ndc: vec2f,
}

@vertex
fn vs_face(@builtin(vertex_index) index: u32) -> Out {
    let corner = vec2f(f32((index << 1u) & 2u), f32(index & 2u)) * 2.0 - 1.0;
    return Out(vec4f(corner, 0.0, 1.0), corner);
}

@fragment
fn fs_face(in: Out) -> @location(0) vec4f {
    let direction = normalize(sky.forward.xyz + in.ndc.x * sky.right.xyz + in.ndc.y * sky.up.xyz);
    let azimuth = atan2(direction.x, -direction.z) - sky.settings.x;
    let height = asin(clamp(direction.y, -1.0, 1.0));
    let uv = vec2f(0.5 + azimuth * (0.5 / 3.14159265), 0.5 - height / 3.14159265);
    let seen = textureSampleLevel(picture, picture_sampler, uv, sky.settings.z).rgb * sky.settings.y;
    let is_sun = dot(direction, sky.to_sun.xyz) > sky.settings.w;
    return vec4f(min(select(seen, sky.around.rgb, is_sun), vec3f(60000.0)), 1.0);
}
