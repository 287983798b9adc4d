// From the light that a wall gives to the codes that its LED processor takes, as `stage::WallColor` defines it.

struct Signal {
    // Rows of the matrix.
    red: vec4f,
    green: vec4f,
    blue: vec4f,
    // Number of the transfer function, one over its gamma, unit over peak, peak in nits.
    transfer: vec4f,
    // Entries of the curve, side of the cube (0 for none), 1 when they take light, the largest code.
    tables: vec4f,
    // Domains: lowest, and one over the span.
    curve_low: vec4f,
    curve_scale: vec4f,
    cube_low: vec4f,
    cube_scale: vec4f,
    // Dither in codes from end to end.
    dither: vec4f,
}

@group(0) @binding(0) var<uniform> wall: Wall;
@group(0) @binding(1) var<uniform> signal: Signal;
@group(0) @binding(2) var light: texture_2d<f32>;
@group(0) @binding(3) var curve: texture_2d<f32>;
@group(0) @binding(4) var cube: texture_3d<f32>;

const TRANSFER_LINEAR = 0u;
const TRANSFER_SRGB = 1u;
const TRANSFER_GAMMA = 2u;
const TRANSFER_PQ = 3u;
const TRANSFER_HLG = 4u;

fn encode_srgb(v: vec3f) -> vec3f {
    return select(1.055 * pow(v, vec3f(1.0 / 2.4)) - 0.055, v * 12.92, v <= vec3f(0.0031308));
}

// SMPTE ST 2084.
fn encode_pq(nits: vec3f) -> vec3f {
    let y = pow(clamp(nits / 10000.0, vec3f(0.0), vec3f(1.0)), vec3f(0.1593017578125));
    return pow((0.8359375 + 18.8515625 * y) / (1.0 + 18.6875 * y), vec3f(78.84375));
}

// BT.2100: the inverse of the display's system gamma, then the curve.
fn encode_hlg(of_peak: vec3f, peak_nit: f32) -> vec3f {
    let gamma = 1.2 + 0.42 * log2(peak_nit / 1000.0) * 0.30102999566;
    let luminance = dot(of_peak, vec3f(0.2627, 0.6780, 0.0593));
    let e = of_peak * select(0.0, pow(luminance, (1.0 - gamma) / gamma), luminance > 0.0);
    let high = 0.17883277 * log(max(12.0 * e - 0.28466892, vec3f(1e-6))) + 0.55991073;
    return clamp(select(high, sqrt(3.0 * e), e <= vec3f(1.0 / 12.0)), vec3f(0.0), vec3f(1.0));
}

fn encoded(value: vec3f) -> vec3f {
    let of_peak = clamp(value * signal.transfer.z, vec3f(0.0), vec3f(1.0));
    switch u32(signal.transfer.x) {
        case TRANSFER_SRGB: { return encode_srgb(of_peak); }
        case TRANSFER_GAMMA: { return pow(of_peak, vec3f(signal.transfer.y)); }
        case TRANSFER_PQ: { return encode_pq(of_peak * signal.transfer.w); }
        case TRANSFER_HLG: { return encode_hlg(of_peak, signal.transfer.w); }
        default: { return of_peak; }
    }
}

// Rows of the curve's texture hold so many entries.
const CURVE_ROW = 4096u;

fn curve_entry(index: u32) -> vec3f {
    return textureLoad(curve, vec2u(index % CURVE_ROW, index / CURVE_ROW), 0).rgb;
}

fn curved(value: vec3f) -> vec3f {
    let last = signal.tables.x - 1.0;
    let at = clamp((value - signal.curve_low.rgb) * signal.curve_scale.rgb, vec3f(0.0), vec3f(1.0)) * last;
    let below = min(floor(at), vec3f(last - 1.0));
    let part = at - below;
    var out = vec3f(0.0);
    for (var axis = 0u; axis < 3u; axis++) {
        let index = u32(below[axis]);
        out[axis] = mix(curve_entry(index)[axis], curve_entry(index + 1u)[axis], part[axis]);
    }
    return out;
}

fn cube_entry(corner: vec3f) -> vec3f {
    return textureLoad(cube, vec3u(corner), 0).rgb;
}

// From the cell's lowest corner to its highest along the axes, the one with the largest part first: the tetrahedron.
fn cubed(value: vec3f) -> vec3f {
    let last = signal.tables.y - 1.0;
    let at = clamp((value - signal.cube_low.rgb) * signal.cube_scale.rgb, vec3f(0.0), vec3f(1.0)) * last;
    let low = min(floor(at), vec3f(last - 1.0));
    let part = at - low;
    let x_first = part.x >= part.y && part.x >= part.z;
    let y_first = !x_first && part.y >= part.z;
    let z_last = part.z <= part.x && part.z <= part.y && !(!x_first && !y_first);
    let y_last = !z_last && !y_first && part.y <= part.x && part.y <= part.z;
    let first = select(select(vec3f(0.0, 0.0, 1.0), vec3f(0.0, 1.0, 0.0), y_first), vec3f(1.0, 0.0, 0.0), x_first);
    let lastly = select(select(vec3f(1.0, 0.0, 0.0), vec3f(0.0, 1.0, 0.0), y_last), vec3f(0.0, 0.0, 1.0), z_last);
    let second = vec3f(1.0) - first - lastly;
    let a = cube_entry(low);
    let b = cube_entry(low + first);
    let c = cube_entry(low + first + second);
    let d = cube_entry(low + vec3f(1.0));
    return a + (b - a) * dot(part, first) + (c - b) * dot(part, second) + (d - c) * dot(part, lastly);
}

fn looked_up(value: vec3f) -> vec3f {
    var out = value;
    if signal.tables.x > 0.5 {
        out = curved(out);
    }
    if signal.tables.y > 0.5 {
        out = cubed(out);
    }
    return out;
}

fn signal_of(given: vec3f) -> vec3f {
    var value = vec3f(dot(signal.red.rgb, given), dot(signal.green.rgb, given), dot(signal.blue.rgb, given));
    let takes_light = signal.tables.z > 0.5;
    if takes_light {
        value = looked_up(value);
    }
    value = encoded(value);
    if !takes_light {
        value = looked_up(value);
    }
    return clamp(value, vec3f(0.0), vec3f(1.0));
}

// The code, spread over 16 bits.
fn code_of(value: vec3f, pixel: vec2f) -> vec4u {
    let levels = signal.tables.w;
    let noise = fract(52.9829189 * fract(dot(pixel, vec2f(0.06711056, 0.00583715)))) - 0.5;
    let code = clamp(floor(value * levels + 0.5 + noise * signal.dither.x), vec3f(0.0), vec3f(levels));
    return vec4u(vec3u(floor(code / levels * 65535.0 + 0.5)), 65535u);
}

@vertex
fn vs_signal(
    @location(0) canvas_px: vec2f,
    @location(1) wall_px: vec2f,
    @location(2) place: vec3f,
) -> Piece {
    return piece(wall, canvas_px, wall_px, place);
}

@fragment
fn fs_signal(in: Piece) -> @location(0) vec4u {
    let given = textureLoad(light, vec2i(in.clip.xy), 0).rgb * wall.shown.x;
    return code_of(signal_of(given), in.clip.xy);
}

@vertex
fn vs_probe(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
    let corner = vec2f(f32((index << 1u) & 2u), f32(index & 2u));
    return vec4f(corner * 2.0 - 1.0, 0.0, 1.0);
}

// The whole way from radiance, for single colours.
@fragment
fn fs_probe(@builtin(position) at: vec4f) -> @location(0) vec4u {
    let radiance = textureLoad(light, vec2i(at.xy), 0).rgb;
    return code_of(signal_of(wall_light(wall, radiance)), at.xy);
}
