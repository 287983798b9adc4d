// Averages 2 x 2 pixels of one picture into the next smaller one.

@group(0) @binding(0) var larger: texture_2d<f32>;
@group(0) @binding(1) var larger_sampler: sampler;

struct Out {
    @builtin(position) clip: vec4f,
    @location(0) uv: vec2f,
}

@vertex
fn vs_whole(@builtin(vertex_index) index: u32) -> Out {
    let corner = vec2f(f32((index << 1u) & 2u), f32(index & 2u));
    return Out(vec4f(corner * 2.0 - 1.0, 0.0, 1.0), vec2f(corner.x, 1.0 - corner.y));
}

@fragment
fn fs_half(in: Out) -> @location(0) vec4f {
    return textureSampleLevel(larger, larger_sampler, in.uv, 0.0);
}

// Four bilinear looks: for a reduction by about eight.
@fragment
fn fs_eighth(in: Out) -> @location(0) vec4f {
    let step = 2.0 / vec2f(textureDimensions(larger));
    var sum = vec4f(0.0);
    for (var i = 0; i < 4; i++) {
        for (var j = 0; j < 4; j++) {
            let offset = (vec2f(f32(i), f32(j)) - 1.5) * step;
            sum += textureSampleLevel(larger, larger_sampler, in.uv + offset, 0.0);
        }
    }
    return sum / 16.0;
}
