// A scene-linear picture as a display shows it.

@group(0) @binding(0) var linear_picture: texture_2d<f32>;
@group(0) @binding(1) var<uniform> settings: vec4f;

@vertex
fn vs_develop(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
    let corner = vec2f(f32((index << 1u) & 2u), f32(index & 2u));
    return vec4f(corner * 2.0 - 1.0, 0.0, 1.0);
}

@fragment
fn fs_develop(@builtin(position) at: vec4f) -> @location(0) vec4f {
    let radiance = textureLoad(linear_picture, vec2i(at.xy), 0).rgb;
    return vec4f(with_dither(tone_map(u32(settings.y), radiance * settings.x), at.xy), 1.0);
}
