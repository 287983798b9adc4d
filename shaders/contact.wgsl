// What humans take from the light of flat ground: their shadow, with a penumbra that grows with distance, and the
// darkness under their feet. Drawn over the ground by multiplication.

struct Out {
    @builtin(position) clip: vec4f,
    @location(0) position: vec3f,
}

@vertex
fn vs_contact(@builtin(vertex_index) index: u32, @builtin(instance_index) human: u32) -> Out {
    let first = light.decals[2u * human];
    let second = light.decals[2u * human + 1u];
    let xz = first.xy + f32(index & 1u) * first.zw + f32(index >> 1u) * second.xy;
    let position = vec3f(xz.x, 0.002, xz.y);
    return Out(view.clip_from_stage * vec4f(position, 1.0), position);
}

fn blocker(uv: vec2f, z: f32) -> vec2f {
    let size = vec2f(textureDimensions(human_shadow));
    let stored = textureLoad(human_shadow, vec2i(clamp(uv, vec2f(0.0), vec2f(0.999)) * size), 0);
    return select(vec2f(0.0), vec2f(z - stored, 1.0), stored < z);
}

fn shadow(position: vec3f, pixel: vec2f) -> f32 {
    let p = light.human_shadow_from_stage * vec4f(position, 1.0);
    let uv = vec2f(p.x * 0.5 + 0.5, 0.5 - p.y * 0.5);
    let z = p.z - 0.0008;
    let turn = fract(52.9829 * fract(dot(pixel, vec2f(0.06711, 0.00584)))) * 6.2832;
    // Metres to shadow map coordinates across the light.
    let per_metre = length(vec3f(
        light.human_shadow_from_stage[0].x,
        light.human_shadow_from_stage[1].x,
        light.human_shadow_from_stage[2].x,
    )) * 0.5;
    var found = vec2f(0.0);
    for (var i = 0; i < 6; i++) {
        let angle = f32(i) * 2.39996 + turn;
        let r = 0.09 * sqrt((f32(i) + 0.5) / 6.0) * per_metre;
        found += blocker(uv + r * vec2f(cos(angle), sin(angle)), z);
    }
    let gap_m = found.x / max(found.y, 1.0) * light.counts.y;
    let radius = clamp(gap_m * 0.020, 0.004, 0.09) * per_metre;
    var lit = 0.0;
    for (var i = 0; i < 9; i++) {
        let angle = f32(i) * 2.39996 + turn;
        let r = radius * sqrt((f32(i) + 0.5) / 9.0);
        lit += textureSampleCompareLevel(human_shadow, shadow_sampler, uv + r * vec2f(cos(angle), sin(angle)), z);
    }
    return lit / 9.0;
}

@fragment
fn fs_contact(in: Out) -> @location(0) vec4f {
    let map = (in.position.xz - light.ground_light.xy) * light.ground_light.z + 0.5;
    let past_set = textureSampleLevel(ground_light, clamp_sampler, map, 0.0).r;
    var open = 1.0;
    for (var i = 0; i < i32(light.counts.x); i++) {
        let contact = light.contacts[i];
        let offset = in.position - contact.xyz;
        let near = exp(-dot(offset, offset) / (contact.w * contact.w));
        open *= 1.0 - 0.8 * near;
    }
    let sun = light.sun.rgb * max(light.to_sun.y, 0.0) / PI * past_set;
    let sky = sky_light(vec3f(0.0, 1.0, 0.0));
    let before = sun + sky;
    let after = sun * shadow(in.position, in.clip.xy) + sky * open;
    return vec4f(after / max(before, vec3f(1e-5)), 1.0);
}
