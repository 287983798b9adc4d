// The light of the virtual world: sun, sky, shadow maps and the haze between.

struct Light {
    to_sun: vec4f,
    // Irradiance of the sun on a surface that faces it.
    sun: vec4f,
    // Irradiance of sky and ground over pi, as nine spherical harmonics.
    sky: array<vec4f, 9>,
    // Haze: density per metre in x, strength of detail in y.
    haze: vec4f,
    set_shadow_from_stage: mat4x4f,
    human_shadow_from_stage: mat4x4f,
    // Lit ground: centre x, centre z, one over the side.
    ground_light: vec4f,
    // For each human, the ground that it shades: a corner and the side along the shadow (x, z each), then the side
    // across (x, z).
    decals: array<vec4f, 16>,
    // Where feet and hips are: xyz, radius.
    contacts: array<vec4f, 32>,
    // Number of contacts in x, metres of stage per unit of the human shadow map's depth in y.
    counts: vec4f,
}

@group(0) @binding(1) var<uniform> light: Light;
@group(0) @binding(2) var sky_cube: texture_cube<f32>;
@group(0) @binding(3) var clamp_sampler: sampler;
@group(0) @binding(4) var ground_light: texture_2d<f32>;
@group(0) @binding(5) var set_shadow: texture_depth_2d;
@group(0) @binding(6) var human_shadow: texture_depth_2d;
@group(0) @binding(7) var shadow_sampler: sampler_comparison;
@group(0) @binding(8) var detail: texture_2d<f32>;
@group(0) @binding(9) var repeat_sampler: sampler;

const PI = 3.14159265;

// Ambient irradiance over pi for a unit normal.
fn sky_light(n: vec3f) -> vec3f {
    let c = light.sky[0].rgb
        + light.sky[1].rgb * n.y + light.sky[2].rgb * n.z + light.sky[3].rgb * n.x
        + light.sky[4].rgb * (n.x * n.y) + light.sky[5].rgb * (n.y * n.z)
        + light.sky[6].rgb * (3.0 * n.z * n.z - 1.0) + light.sky[7].rgb * (n.x * n.z)
        + light.sky[8].rgb * (n.x * n.x - n.y * n.y);
    return max(c, vec3f(0.0));
}

// The colour of the haze in front of a point. It changes so slowly that it is asked for once a vertex.
fn haze_color(eye_to_point: vec3f) -> vec3f {
    let direction = normalize(eye_to_point + vec3f(0.0, 0.0, 1e-5));
    let low = vec3f(direction.x, clamp(direction.y, 0.02, 0.4), direction.z);
    return textureSampleLevel(sky_cube, clamp_sampler, low, 4.0).rgb;
}

fn with_haze(color: vec3f, haze: vec3f, eye_to_point: vec3f) -> vec3f {
    let clear = exp2(-length(eye_to_point) * light.haze.x);
    return mix(haze, color, clear);
}

// Part of the sun that set pieces let through, by one filtered look into their shadow map.
fn sun_past_set(position: vec3f, normal: vec3f) -> f32 {
    let p = light.set_shadow_from_stage * vec4f(position + normal * 0.06, 1.0);
    let uv = vec2f(p.x * 0.5 + 0.5, 0.5 - p.y * 0.5);
    return textureSampleCompareLevel(set_shadow, shadow_sampler, uv, p.z - 0.0004);
}

// The same for humans, by one look.
fn sun_past_humans_sharp(position: vec3f) -> f32 {
    let p = light.human_shadow_from_stage * vec4f(position, 1.0);
    let uv = vec2f(p.x * 0.5 + 0.5, 0.5 - p.y * 0.5);
    let lit = textureSampleCompareLevel(human_shadow, shadow_sampler, uv, p.z - 0.0006);
    return select(lit, 1.0, any(abs(p.xy) > vec2f(0.99)));
}

// The same for humans on themselves, softened.
fn sun_past_humans(position: vec3f, normal: vec3f) -> f32 {
    let p = light.human_shadow_from_stage * vec4f(position + normal * 0.012, 1.0);
    let uv = vec2f(p.x * 0.5 + 0.5, 0.5 - p.y * 0.5);
    let texel = 1.25 / vec2f(textureDimensions(human_shadow));
    let z = p.z - 0.0006;
    var lit = textureSampleCompareLevel(human_shadow, shadow_sampler, uv + texel * vec2f(-1.0, -0.4), z);
    lit += textureSampleCompareLevel(human_shadow, shadow_sampler, uv + texel * vec2f(0.4, -1.0), z);
    lit += textureSampleCompareLevel(human_shadow, shadow_sampler, uv + texel * vec2f(1.0, 0.4), z);
    lit += textureSampleCompareLevel(human_shadow, shadow_sampler, uv + texel * vec2f(-0.4, 1.0), z);
    let outside = any(abs(p.xy) > vec2f(0.99));
    return select(lit * 0.25, 1.0, outside);
}
