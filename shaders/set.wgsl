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
}

@vertex
fn vs_set(in: SetVertex) -> SetOut {
    return SetOut(view.clip_from_stage * vec4f(in.position, 1.0), in.position, in.normal, in.uv, in.tint);
}

@vertex
fn vs_set_depth(in: SetVertex) -> @builtin(position) vec4f {
    return view.clip_from_stage * vec4f(in.position, 1.0);
}

// Detail texture: r large forms, g fine grain, ba slope of the fine height field.
@fragment
fn fs_ground(in: SetOut) -> @location(0) vec4f {
    let xz = in.position.xz;
    let fine = textureSample(detail, repeat_sampler, xz * 0.43);
    let coarse = textureSample(detail, repeat_sampler, xz * vec2f(0.071, 0.067) + 0.37);
    let broad = textureSample(detail, repeat_sampler, xz * 0.0113 + 0.11);
    let slope = (fine.ba - 0.5) * 1.15 + (coarse.ba - 0.5) * 0.8;
    let normal = normalize(in.normal + light.haze.y * vec3f(-slope.x, 0.0, -slope.y));
    let dryness = clamp(coarse.r * 1.3 + broad.r * 0.9 - 0.62, 0.0, 1.0);
    let sand = vec3f(0.32, 0.235, 0.15);
    let grass = vec3f(0.105, 0.11, 0.042);
    var albedo = mix(grass, sand, smoothstep(0.30, 0.72, dryness + (fine.g - 0.5) * 0.5));
    albedo *= 0.62 + 0.76 * fine.r * fine.g + 0.25 * broad.g;
    let map = (xz - light.ground_light.xy) * light.ground_light.z + 0.5;
    let baked = textureSampleLevel(ground_light, clamp_sampler, map, 0.0);
    let inside = all(abs(map - 0.5) < vec2f(0.495));
    let sun = select(1.0, baked.r, inside);
    let open = select(1.0, baked.g, inside) * in.tint.a * (0.72 + 0.28 * fine.r);
    let lit = max(dot(normal, light.to_sun.xyz), 0.0) * sun;
    let color = albedo * (light.sun.rgb * lit / PI + sky_light(normal) * open);
    return vec4f(with_haze(color, in.position - view.eye.xyz), 1.0);
}

@fragment
fn fs_stone(in: SetOut) -> @location(0) vec4f {
    let n = normalize(in.normal);
    let p = in.position * 0.55;
    var weight = abs(n) * abs(n) * abs(n);
    weight = weight / (weight.x + weight.y + weight.z);
    let x = textureSample(detail, repeat_sampler, p.zy + 0.13);
    let y = textureSample(detail, repeat_sampler, p.xz + 0.57);
    let z = textureSample(detail, repeat_sampler, p.xy + 0.31);
    let rock = x * weight.x + y * weight.y + z * weight.z;
    let slope = vec3f(0.0, x.a - 0.5, x.b - 0.5) * weight.x
        + vec3f(y.b - 0.5, 0.0, y.a - 0.5) * weight.y
        + vec3f(z.b - 0.5, z.a - 0.5, 0.0) * weight.z;
    let normal = normalize(n - slope * 1.7);
    let lichen = smoothstep(0.56, 0.74, rock.r + n.y * 0.10);
    var albedo = mix(vec3f(0.19, 0.175, 0.16), vec3f(0.30, 0.275, 0.20), lichen);
    albedo *= in.tint.rgb * (0.55 + 0.9 * rock.g * rock.r + 0.25 * rock.r);
    let sun = sun_past_set(in.position, n) * sun_past_humans(in.position, n);
    let lit = max(dot(normal, light.to_sun.xyz), 0.0) * sun;
    let open = in.tint.a * (0.55 + 0.45 * rock.g);
    let color = albedo * (light.sun.rgb * lit / PI + sky_light(normal) * open);
    return vec4f(with_haze(color, in.position - view.eye.xyz), 1.0);
}

// Surfaces of the test pattern: a 1/f texture in the piece's colour, without light, so that every view agrees on them.
@fragment
fn fs_pattern(in: SetOut) -> @location(0) vec4f {
    let large = textureSample(detail, repeat_sampler, in.uv);
    let value = 0.25 + 1.1 * large.r * (0.6 + 0.8 * large.g);
    return vec4f(in.tint.rgb * value, 1.0);
}

@fragment
fn fs_plain(in: SetOut) -> @location(0) vec4f {
    return vec4f(in.tint.rgb * 4.0, 1.0);
}
