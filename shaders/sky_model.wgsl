// The sky: single scattering in a plane-parallel atmosphere of air and haze, which has a closed form, and a layer of
// clouds. It is evaluated once, into a cube.

struct Sky {
    to_sun: vec4f,
    // Clouds 0..1, haze 0..1, seed, sun's irradiance above the air.
    settings: vec4f,
    // The cube face's axes: a direction is forward + x * right + y * up.
    forward: vec4f,
    right: vec4f,
    up: vec4f,
    ground: vec4f,
}

@group(0) @binding(0) var<uniform> sky: Sky;

const PI = 3.14159265;
const AIR = vec3f(0.043, 0.100, 0.238);

// Kasten and Young 1989: how many atmospheres a ray crosses, from the sine of its elevation.
fn air_mass(sine: f32) -> f32 {
    let s = max(sine, 0.0);
    return 1.0 / (s + 0.50572 * pow(degrees(asin(min(s, 1.0))) + 6.07995, -1.6364));
}

fn haze_depth() -> vec3f {
    return vec3f(0.02, 0.021, 0.023) + sky.settings.y * vec3f(0.13, 0.14, 0.16);
}

fn sunlight() -> vec3f {
    return sky.settings.w * exp(-(AIR + haze_depth()) * air_mass(sky.to_sun.y));
}

fn clear_sky(direction: vec3f) -> vec3f {
    let cosine = dot(direction, sky.to_sun.xyz);
    let m = air_mass(direction.y);
    let m_sun = air_mass(sky.to_sun.y) + 0.013;
    let haze = haze_depth();
    let depth = AIR + haze;
    let rayleigh = 3.0 / (16.0 * PI) * (1.0 + cosine * cosine);
    let g = 0.74;
    let mie = (1.0 - g * g) / (4.0 * PI * pow(1.0 + g * g - 2.0 * g * cosine, 1.5));
    let scattered = (AIR * rayleigh + haze * mie) / depth;
    let once = scattered * m * (exp(-depth * m_sun) - exp(-depth * m)) / (m - m_sun);
    // Light that was scattered more than once comes from everywhere and is bluer.
    let again = 0.055 * (vec3f(1.0) - exp(-depth * m)) * vec3f(0.80, 0.95, 1.2)
        * exp(-AIR * m_sun * 0.35);
    return sky.settings.w * (once + again * 0.6);
}

fn hash(p: vec2f) -> f32 {
    let q = fract(p * vec2f(0.1031, 0.1030) + sky.settings.z * 0.1271);
    let r = q + dot(q, q.yx + 33.33);
    return fract((r.x + r.y) * r.x * 17.0 + r.y * 5.3);
}

fn noise(p: vec2f) -> f32 {
    let i = floor(p);
    let f = p - i;
    let u = f * f * f * (f * (f * 6.0 - 15.0) + 10.0);
    let low = mix(hash(i), hash(i + vec2f(1.0, 0.0)), u.x);
    let high = mix(hash(i + vec2f(0.0, 1.0)), hash(i + vec2f(1.0, 1.0)), u.x);
    return mix(low, high, u.y);
}

fn billows(p: vec2f) -> f32 {
    var sum = 0.0;
    var weight = 0.5;
    var q = p;
    for (var octave = 0; octave < 6; octave++) {
        sum += weight * noise(q);
        weight *= 0.5;
        q = mat2x2f(1.6, 1.2, -1.2, 1.6) * q + vec2f(3.7, 1.3);
    }
    return sum;
}

fn cloud_density(p: vec2f) -> f32 {
    let warp = vec2f(noise(p * 0.7 + 11.0), noise(p * 0.7 + 37.0)) * 0.9;
    let cover = sky.settings.x;
    let streaks = billows(vec2f(p.x * 0.55, p.y) + warp);
    return smoothstep(0.72 - 0.46 * cover, 1.02 - 0.46 * cover, streaks);
}

fn with_clouds(direction: vec3f, clear: vec3f) -> vec3f {
    let y = max(direction.y, 0.001);
    let at = direction.xz / (y + 0.11) * 1.35;
    let sun_flat = sky.to_sun.xz / max(length(sky.to_sun.xz), 1e-3);
    let density = cloud_density(at);
    let towards_sun = cloud_density(at + sun_flat * 0.22);
    let cosine = dot(direction, sky.to_sun.xyz);
    let silver = pow(max(cosine, 0.0), 12.0);
    let lit = sunlight() * (0.030 + 0.16 * silver) * exp(-2.4 * towards_sun * density)
        + sunlight() * 0.020;
    let shade = clear_sky(normalize(vec3f(direction.x, 0.5, direction.z))) * 0.62;
    let body = lit + shade;
    let fade = smoothstep(0.015, 0.20, direction.y);
    return mix(clear, body, density * fade * 0.86);
}

// Radiance of the sky without the sun's disc; below the horizon, of the ground.
fn sky_radiance(direction: vec3f) -> vec3f {
    let above = normalize(vec3f(direction.x, max(direction.y, 0.004), direction.z));
    let seen = with_clouds(above, clear_sky(above));
    let below = smoothstep(0.0, -0.12, direction.y);
    return mix(seen, sky.ground.rgb, below);
}
