// Draws one face of the sky cube.

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
    let direction = sky.forward.xyz + in.ndc.x * sky.right.xyz + in.ndc.y * sky.up.xyz;
    return vec4f(min(sky_radiance(normalize(direction)), vec3f(200.0)), 1.0);
}
