// The walls' signal to a window: the codes themselves, not a picture of them.

struct Shown {
    // The window's picture begins here on the canvas texture, and has so many texels a window pixel.
    origin: vec2f,
    step: vec2f,
    // Where on the window the picture lies, pixels.
    corner: vec2f,
    size: vec2f,
}

@group(0) @binding(0) var<uniform> shown: Shown;
@group(0) @binding(1) var signal: texture_2d<u32>;

// Texels of a side that are averaged at most, where the window is smaller than what it shows.
const TAPS_MAX: i32 = 8;

@vertex
fn vs_present(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
    let corner = vec2f(f32((index << 1u) & 2u), f32(index & 2u));
    return vec4f(corner * 2.0 - 1.0, 0.0, 1.0);
}

fn code(texel: vec2i) -> vec3f {
    let first = vec2i(shown.origin);
    let last = vec2i(ceil(shown.origin + shown.size * shown.step)) - 1;
    let codes = textureLoad(signal, clamp(texel, first, last), 0).rgb;
    return vec3f(codes) / 65535.0;
}

// Pixel for pixel where the window is as large as what it shows; a mean where it is smaller.
fn averaged(pixel: vec2f) -> vec3f {
    let taps = clamp(vec2i(ceil(shown.step)), vec2i(1), vec2i(TAPS_MAX));
    var sum = vec3f(0.0);
    for (var y = 0; y < taps.y; y++) {
        for (var x = 0; x < taps.x; x++) {
            let part = (vec2f(vec2i(x, y)) + 0.5) / vec2f(taps);
            sum += code(vec2i(floor(shown.origin + (pixel + part) * shown.step)));
        }
    }
    return sum / f32(taps.x * taps.y);
}

// Between the texels where the window is larger.
fn between(pixel: vec2f) -> vec3f {
    let at = shown.origin + (pixel + 0.5) * shown.step - 0.5;
    let texel = vec2i(floor(at));
    let part = fract(at);
    let upper = mix(code(texel), code(texel + vec2i(1, 0)), part.x);
    let lower = mix(code(texel + vec2i(0, 1)), code(texel + vec2i(1, 1)), part.x);
    return mix(upper, lower, part.y);
}

@fragment
fn fs_present(@builtin(position) at: vec4f) -> @location(0) vec4f {
    let pixel = floor(at.xy) - shown.corner;
    if any(pixel < vec2f(0.0)) || any(pixel >= shown.size) {
        return vec4f(0.0, 0.0, 0.0, 1.0);
    }
    if all(shown.step >= vec2f(1.0)) {
        return vec4f(averaged(pixel), 1.0);
    }
    return vec4f(between(pixel), 1.0);
}
