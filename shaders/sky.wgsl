// The sky behind everything: the baked cube and the sun's disc, at infinite depth.

struct Out {
    @builtin(position) clip: vec4f,
    @location(0) ray: vec3f,
}

@vertex
fn vs_sky(@builtin(vertex_index) index: u32) -> Out {
    let ndc = vec2f(f32((index << 1u) & 2u), f32(index & 2u)) * 2.0 - 1.0;
    let ray = view.ray_straight.xyz + ndc.x * view.ray_x.xyz + ndc.y * view.ray_y.xyz;
    return Out(vec4f(ndc, 0.0, 1.0), ray);
}

@fragment
fn fs_sky(in: Out) -> @location(0) vec4f {
    let radiance = textureSampleLevel(sky_cube, clamp_sampler, in.ray, 0.0).rgb;
    let direction = normalize(in.ray);
    let away = distance(direction, light.to_sun.xyz);
    let disc = 1.0 - smoothstep(0.0080, 0.0098, away);
    let glow = exp2(-away * 26.0) * 0.35;
    let sun = light.sun.rgb * (disc * 3.0 + glow);
    return vec4f(radiance + sun, 1.0);
}
