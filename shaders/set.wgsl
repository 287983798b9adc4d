// Set pieces and the ground.

struct SetVertex {
    @location(0) position: vec3f,
    @location(1) normal: vec3f,
    @location(2) uv: vec2f,
    // Colour, and in alpha how much of the sky is seen (baked).
    @location(3) tint: vec4f,
}

struct SetOut {
    @builtin(position) clip: vec4f,
    @location(0) position: vec3f,
    @location(1) normal: vec3f,
    @location(2) uv: vec2f,
    @location(3) tint: vec4f,
    @location(4) haze: vec3f,
}

@vertex
fn vs_set(in: SetVertex) -> SetOut {
    let clip = view.clip_from_stage * vec4f(in.position, 1.0);
    let haze = haze_color(in.position - view.eye.xyz);
    return SetOut(clip, in.position, in.normal, in.uv, in.tint, haze);
}

// For surfaces without light and haze.
@vertex
fn vs_set_bare(in: SetVertex) -> SetOut {
    let clip = view.clip_from_stage * vec4f(in.position, 1.0);
    return SetOut(clip, in.position, in.normal, in.uv, in.tint, vec3f(0.0));
}

@vertex
fn vs_set_depth(in: SetVertex) -> @builtin(position) vec4f {
    return view.clip_from_stage * vec4f(in.position, 1.0);
}

// Detail texture: r large forms, g fine grain, ba slope of the fine height field. Near the acting area, sun, sky and
// dryness are baked; beyond, a vertex's colour carries dryness in r.
@fragment
fn fs_ground(in: SetOut) -> @location(0) vec4f {
    let xz = in.position.xz;
    // A little sharper than isotropic mip levels allow: the ground is seen at a flat angle.
    let fine = textureSampleBias(detail, repeat_sampler, xz * 0.43, -0.8);
    let map = (xz - light.ground_light.xy) * light.ground_light.z + 0.5;
    let baked = textureSampleLevel(ground_light, clamp_sampler, map, 0.0);
    let edge = 0.5 - max(abs(map.x - 0.5), abs(map.y - 0.5));
    let inside = clamp(edge * 12.0, 0.0, 1.0);
    let slope = (fine.ba - 0.5) * 1.5 * light.haze.y;
    let normal = normalize(in.normal - vec3f(slope.x, 0.0, slope.y));
    let dryness = mix(in.tint.r, baked.b, inside);
    let sand = vec3f(0.31, 0.23, 0.15);
    let grass = vec3f(0.112, 0.112, 0.045);
    let blend = smoothstep(0.30, 0.72, dryness + (fine.g - 0.5) * 0.55 + (fine.r - 0.5) * 0.25);
    let albedo = mix(grass, sand, blend) * (0.60 + 0.95 * fine.r * fine.g + 0.14 * fine.g);
    let sun = mix(1.0, baked.r, inside);
    let open = mix(1.0, baked.g, inside) * (0.72 + 0.28 * fine.r);
    let lit = max(dot(normal, light.to_sun.xyz), 0.0) * sun;
    let color = albedo * (light.sun.rgb * lit / PI + sky_light(normal) * open);
    return vec4f(with_haze(color, in.haze, in.position - view.eye.xyz), 1.0);
}

// Texture coordinates of a stone run around it and up.
@fragment
fn fs_stone(in: SetOut) -> @location(0) vec4f {
    let n = normalize(in.normal);
    let rock = textureSample(detail, repeat_sampler, in.uv);
    let around = normalize(vec3f(-n.z, 0.0, n.x) + vec3f(1e-4, 0.0, 0.0));
    let normal = normalize(n - (around * (rock.b - 0.5) + vec3f(0.0, rock.a - 0.5, 0.0)) * 1.9);
    let lichen = smoothstep(0.56, 0.74, rock.r + n.y * 0.10);
    var albedo = mix(vec3f(0.19, 0.175, 0.16), vec3f(0.30, 0.275, 0.20), lichen);
    albedo *= in.tint.rgb * (0.55 + 0.9 * rock.g * rock.r + 0.25 * rock.r);
    let sun = sun_past_set(in.position, n) * sun_past_humans_sharp(in.position);
    let lit = max(dot(normal, light.to_sun.xyz), 0.0) * sun;
    let open = in.tint.a * (0.55 + 0.45 * rock.g);
    let color = albedo * (light.sun.rgb * lit / PI + sky_light(normal) * open);
    return vec4f(with_haze(color, in.haze, in.position - view.eye.xyz), 1.0);
}

// Props: alpha is how metallic; metal mirrors the sky, blurred.
@fragment
fn fs_prop(in: SetOut) -> @location(0) vec4f {
    let n = normalize(in.normal);
    let to_eye = view.eye.xyz - in.position;
    let v = normalize(to_eye);
    let half_way = normalize(v + light.to_sun.xyz);
    let sun = light.sun.rgb * sun_past_humans_sharp(in.position + n * 0.01);
    let lit = max(dot(n, light.to_sun.xyz), 0.0);
    let around = textureSampleLevel(sky_cube, clamp_sampler, reflect(-v, n), 4.0).rgb;
    let shine = pow(max(dot(n, half_way), 0.0), 60.0) * 3.0 * lit;
    let cloth = in.tint.rgb * (sun * lit / PI + sky_light(n));
    let metal = in.tint.rgb * (around + sun * shine + sky_light(n) * 0.15);
    return vec4f(with_haze(mix(cloth, metal, in.tint.a), in.haze, to_eye), 1.0);
}

// Surfaces of the test pattern: a 1/f texture in the piece's colour, without light, so that every view agrees on them.
@fragment
fn fs_pattern(in: SetOut) -> @location(0) vec4f {
    let large = textureSample(detail, repeat_sampler, in.uv);
    let value = 0.05 + 1.5 * smoothstep(0.2, 0.8, 0.55 * large.r + 0.45 * large.g);
    return vec4f(in.tint.rgb * value, 1.0);
}

@fragment
fn fs_plain(in: SetOut) -> @location(0) vec4f {
    return vec4f(in.tint.rgb * 4.0, 1.0);
}
