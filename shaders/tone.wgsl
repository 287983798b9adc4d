// From scene-linear light to what a display shows.

// Numbers of the tone maps of `stage::ToneMap`.
const TONE_NONE = 0u;
const TONE_ACES = 1u;
const TONE_AGX = 2u;
const TONE_NEUTRAL = 3u;

// Narkowicz 2015: a fit of the ACES reference rendering.
fn tone_aces(x: vec3f) -> vec3f {
    return clamp((x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14), vec3f(0.0), vec3f(1.0));
}

// AgX over 16.5 stops, in BT.2020.
fn tone_agx(color: vec3f) -> vec3f {
    let rec2020_from_srgb = mat3x3f(
        vec3f(0.6274, 0.0691, 0.0164), vec3f(0.3293, 0.9195, 0.0880), vec3f(0.0433, 0.0113, 0.8956),
    );
    let srgb_from_rec2020 = mat3x3f(
        vec3f(1.6605, -0.1246, -0.0182), vec3f(-0.5876, 1.1329, -0.1006), vec3f(-0.0728, -0.0083, 1.1187),
    );
    let inset = mat3x3f(
        vec3f(0.856627153315983, 0.137318972929847, 0.11189821299995),
        vec3f(0.0951212405381588, 0.761241990602591, 0.0767994186031903),
        vec3f(0.0482516061458583, 0.101439036467562, 0.811302368396859),
    );
    let outset = mat3x3f(
        vec3f(1.1271005818144368, -0.1413297634984383, -0.14132976349843826),
        vec3f(-0.11060664309660323, 1.157823702216272, -0.11060664309660294),
        vec3f(-0.016493938717834573, -0.016493938717834257, 1.2519364065950405),
    );
    let stops = log2(max(inset * (rec2020_from_srgb * color), vec3f(1e-10)));
    let x = clamp((stops + 12.47393) / (4.026069 + 12.47393), vec3f(0.0), vec3f(1.0));
    let curved = (((((15.5 * x - 40.14) * x + 31.96) * x - 6.868) * x + 0.4298) * x + 0.1191) * x - 0.00232;
    let linear = pow(max(outset * curved, vec3f(0.0)), vec3f(2.2));
    return clamp(srgb_from_rec2020 * linear, vec3f(0.0), vec3f(1.0));
}

// Khronos PBR Neutral.
fn tone_neutral(radiance: vec3f) -> vec3f {
    let start = 0.8 - 0.04;
    let x = min(radiance.r, min(radiance.g, radiance.b));
    let color = radiance - select(0.04, x - 6.25 * x * x, x < 0.08);
    let peak = max(color.r, max(color.g, color.b));
    if peak < start {
        return color;
    }
    let d = 1.0 - start;
    let new_peak = 1.0 - d * d / (peak + d - start);
    let white = 1.0 - 1.0 / (0.15 * (peak - new_peak) + 1.0);
    return mix(color * (new_peak / peak), vec3f(new_peak), white);
}

fn tone_map(kind: u32, radiance: vec3f) -> vec3f {
    let color = max(radiance, vec3f(0.0));
    switch kind {
        case TONE_ACES: { return tone_aces(color); }
        case TONE_AGX: { return tone_agx(color); }
        case TONE_NEUTRAL: { return tone_neutral(color); }
        default: { return color; }
    }
}

// A colour window, as `stage::ColorWindow` defines it.
struct Window {
    // w: 1 when it changes nothing.
    gain: vec4f,
    offset: vec4f,
    // One over gamma; saturation.
    power: vec4f,
}

fn windowed(window: Window, radiance: vec3f) -> vec3f {
    if window.gain.w > 0.5 {
        return radiance;
    }
    let base = max(radiance * window.gain.rgb + window.offset.rgb, vec3f(0.0));
    let curved = pow(base, window.power.rgb);
    let grey = vec3f(dot(curved, vec3f(0.2126, 0.7152, 0.0722)));
    return max(mix(grey, curved, window.power.w), vec3f(0.0));
}

// Interleaved gradient noise, a little less than a step of 8 bits of sRGB from end to end: keeps skies free of bands and
// leaves black black.
fn with_dither(color: vec3f, pixel: vec2f) -> vec3f {
    let noise = fract(52.9829189 * fract(dot(pixel, vec2f(0.06711056, 0.00583715)))) - 0.5;
    // One over the slope of the curve: the power 7/12, to 8 % by roots, which cost a fraction of it.
    let root = sqrt(max(color, vec3f(0.0031308)));
    let step = root * (0.56 + 0.44 * sqrt(root)) * (2.27488 / 255.0);
    return color + noise * 0.9 * step;
}
