// From scene-linear light to what a display shows.

// Narkowicz 2015: a fit of the ACES reference rendering.
fn tone_map(color: vec3f) -> vec3f {
    let x = max(color, vec3f(0.0));
    return clamp((x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14), vec3f(0.0), vec3f(1.0));
}

// Interleaved gradient noise, about half a step of 8 bits at the mid tones: keeps skies free of bands.
fn with_dither(color: vec3f, pixel: vec2f) -> vec3f {
    let noise = fract(52.9829189 * fract(dot(pixel, vec2f(0.06711056, 0.00583715)))) - 0.5;
    return color + noise * (0.9 / 255.0) * (2.0 * sqrt(color) + 0.02);
}
