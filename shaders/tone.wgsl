// From scene-linear light to what a display shows.

// Narkowicz 2015: a fit of the ACES reference rendering.
fn tone_map(color: vec3f) -> vec3f {
    let x = max(color, vec3f(0.0));
    return clamp((x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14), vec3f(0.0), vec3f(1.0));
}

// Interleaved gradient noise, a little less than a step of 8 bits of sRGB from end to end: keeps skies free of bands and
// leaves black black.
fn with_dither(color: vec3f, pixel: vec2f) -> vec3f {
    let noise = fract(52.9829189 * fract(dot(pixel, vec2f(0.06711056, 0.00583715)))) - 0.5;
    // One over the slope of the curve.
    let step = pow(max(color, vec3f(0.0031308)), vec3f(0.58333)) * (2.27488 / 255.0);
    return color + noise * 0.9 * step;
}
