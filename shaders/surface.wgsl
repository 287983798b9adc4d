// A digital human's surface: metallic-roughness with a skin, a hair and an eye variant, chosen by the material.

struct Material {
    base_color: vec4f,
    emissive: vec4f,
    // Metallic, roughness, normal scale, alpha cutoff (negative: none).
    surface: vec4f,
    // x: 0 plain, 1 skin, 2 hair, 3 eye, 4 unlit; y: 1 when there is a normal map.
    kind: vec4f,
    // Scale and offset of texture coordinates.
    uv: vec4f,
}

@group(1) @binding(0) var<uniform> material: Material;
@group(1) @binding(1) var base_map: texture_2d<f32>;
@group(1) @binding(2) var normal_map: texture_2d<f32>;
// Occlusion in r, roughness in g, metalness in b.
@group(1) @binding(3) var surface_map: texture_2d<f32>;
@group(1) @binding(4) var material_sampler: sampler;

// A place on a surface; the frame is the vertices' own, mixed.
struct Place {
    position: vec3f,
    normal: vec3f,
    tangent: vec4f,
    haze: vec3f,
    is_front: bool,
}

// What the pictures say there.
struct Looks {
    // With the material's factor.
    base: vec4f,
    bump: vec3f,
    packed: vec3f,
}

// What a normal map says of a surface that faces along n, in the frame of the vertices' tangents, as the map was baked.
// Whoever loads a character makes them where a map has none; zero is what a triangle without an area on the map has.
fn mapped_normal(n: vec3f, in: Place, sampled: vec3f) -> vec3f {
    // The vertices' own: between them all three are mixed alike.
    let up = cross(in.normal, in.tangent.xyz) * in.tangent.w;
    return normalize(n * sampled.z + in.tangent.xyz * sampled.x + up * sampled.y);
}

// Karis 2014: the split-sum's second half without its table.
fn env_brdf(f0: vec3f, roughness: f32, n_v: f32) -> vec3f {
    let r = roughness * vec4f(-1.0, -0.0275, -0.572, 0.022) + vec4f(1.0, 0.0425, 1.04, -0.04);
    let a = min(r.x * r.x, exp2(-9.28 * n_v)) * r.x + r.y;
    let ab = vec2f(-1.04, 1.04) * a + r.zw;
    return f0 * ab.x + ab.y;
}

// GGX with the height-correlated visibility of Hammon 2017.
fn highlight(n: vec3f, v: vec3f, l: vec3f, f0: vec3f, roughness: f32) -> vec3f {
    let h = normalize(v + l);
    let n_l = max(dot(n, l), 0.0);
    let n_v = max(dot(n, v), 1e-3);
    let n_h = max(dot(n, h), 0.0);
    let a2 = roughness * roughness * roughness * roughness;
    let d = n_h * n_h * (a2 - 1.0) + 1.0;
    let spread = a2 / (PI * d * d);
    let visibility = 0.5 / mix(2.0 * n_l * n_v, n_l + n_v, roughness * roughness);
    let fresnel = f0 + (1.0 - f0) * pow(1.0 - max(dot(v, h), 0.0), 5.0);
    return fresnel * (spread * visibility * n_l);
}

fn lit(in: Place, looks: Looks) -> vec4f {
    let base = looks.base;
    let packed = looks.packed;
    let told = looks.bump * 2.0 - 1.0;
    let facing = normalize(select(-in.normal, in.normal, in.is_front));
    let has_map = material.kind.y;
    let bump = vec3f(told.xy * material.surface.z * has_map, mix(1.0, told.z, has_map));
    let n = mapped_normal(facing, in, bump);
    let to_eye = view.eye.xyz - in.position;
    let v = normalize(to_eye);
    let l = light.to_sun.xyz;
    let kind = material.kind.x;
    let is_skin = select(0.0, 1.0, abs(kind - 1.0) < 0.5);
    let is_hair = select(0.0, 1.0, abs(kind - 2.0) < 0.5);
    let is_eye = select(0.0, 1.0, abs(kind - 3.0) < 0.5);
    let metallic = material.surface.x * packed.b * (1.0 - is_skin);
    var roughness = clamp(material.surface.y * packed.g, 0.06, 1.0);
    roughness = mix(roughness, clamp(roughness, 0.36, 0.58), is_skin);
    roughness = mix(roughness, 0.42, is_hair);
    roughness = mix(roughness, 0.07, is_eye);
    let f0 = mix(vec3f(mix(0.04, 0.03, is_skin)), base.rgb, metallic);
    let diffuse = base.rgb * (1.0 - metallic);
    let sun = light.sun.rgb * sun_past_humans(in.position, facing) * sun_past_set(in.position, facing);
    // Light enters skin and leaves it further on, red furthest: the terminator bleeds.
    let n_l = dot(n, l);
    let bleed = vec3f(0.17, 0.07, 0.04) * is_skin + vec3f(0.18) * is_hair;
    let wrapped = max((vec3f(n_l) + bleed) / ((1.0 + bleed) * (1.0 + bleed)), vec3f(0.0));
    let through = pow(max(dot(-v, l), 0.0), 3.0) * is_hair * 0.35;
    let occlusion = packed.r * (0.62 + 0.38 * clamp(n.y * 0.6 + 0.6, 0.0, 1.0));
    var color = diffuse * (sun * (wrapped + through) / PI + sky_light(n) * occlusion);
    color += sun * highlight(n, v, l, f0, roughness) * mix(1.0, 0.35, is_hair);
    let mirrored = reflect(-v, n);
    let around = textureSampleLevel(sky_cube, clamp_sampler, mirrored, 3.0 + 5.0 * roughness).rgb;
    let n_v = max(dot(n, v), 1e-3);
    color += around * env_brdf(f0, roughness, n_v) * occlusion * mix(1.0, 0.45, is_hair);
    color += material.emissive.rgb;
    color = select(color, base.rgb * 3.0, kind > 3.5);
    let hazed = with_haze(color, in.haze, to_eye);
    return vec4f(hazed, select(base.a, 1.0, material.surface.w >= 0.0));
}
