// Test patterns, as `stage::TestPattern` defines them: light as the wall shows it, 1 the brightest.

const PATTERN_GRID = 1.0;
const PATTERN_IDS = 2.0;
const PATTERN_RAMPS = 3.0;
const PATTERN_FLASH = 4.0;
const PATTERN_ALIGNMENT = 5.0;
const PATTERN_MARKERS = 6.0;

// Digits of 3 × 5, from the upper left, the first one in the highest of 15 bits.
const DIGITS = array<u32, 10>(
    0x7b6fu, 0x2c97u, 0x73e7u, 0x73cfu, 0x5bc9u, 0x79cfu, 0x79efu, 0x7249u, 0x7befu, 0x7bcfu,
);

fn light_of_srgb(code: f32) -> f32 {
    return select(pow((code + 0.055) / 1.055, 2.4), code / 12.92, code <= 0.04045);
}

// Whether a place in a cell of 4 × 6 units is ink of a digit, which fills the cell's upper left 3 × 5.
fn is_ink(digit: u32, at: vec2f) -> bool {
    let column = i32(floor(at.x));
    let row = i32(floor(at.y));
    if column < 0 || column > 2 || row < 0 || row > 4 {
        return false;
    }
    var digits = DIGITS;
    return ((digits[digit] >> u32(14 - row * 3 - column)) & 1u) == 1u;
}

// Whether a place is ink of a number of some digits; the first one's cell begins at the origin.
fn is_ink_of(number: u32, count: u32, at: vec2f) -> bool {
    let cell = floor(at.x / 4.0);
    if cell < 0.0 || cell >= f32(count) {
        return false;
    }
    var rest = number;
    for (var i = u32(cell) + 1u; i < count; i++) {
        rest /= 10u;
    }
    return is_ink(rest % 10u, vec2f(at.x - cell * 4.0, at.y));
}

// Half the width of a thin line: one pixel of the wall, or of the texture where that is coarser.
fn line_px(wall: Wall) -> f32 {
    return 0.5 * max(wall.canvas.z, 1.0);
}

fn grid_pattern(wall: Wall, at: vec2f) -> vec3f {
    let size = wall.grid.xy;
    let cabinet = wall.grid.zw;
    let line = line_px(wall);
    let cell = floor(at / cabinet);
    let inside = at - cell * cabinet;
    let from_edge = min(inside, cabinet - inside);
    let odd = (u32(cell.x) + u32(cell.y)) % 2u == 1u;
    var color = select(vec3f(0.010), vec3f(0.035), odd);
    // A mark in each cabinet's upper left corner tells which way up it hangs.
    if inside.x + inside.y < 0.18 * min(cabinet.x, cabinet.y) {
        color = vec3f(0.0, 0.10, 0.30);
    }
    if min(from_edge.x, from_edge.y) < line * 2.0 {
        color = vec3f(0.35);
    }
    let middle = at - size * 0.5;
    let diagonal = abs(abs(middle.x * size.y) - abs(middle.y * size.x)) / length(size);
    let ring = abs(length(middle) - 0.45 * min(size.x, size.y));
    if min(min(abs(middle.x), abs(middle.y)), min(diagonal, ring)) < line * 2.0 {
        color = vec3f(0.9, 0.55, 0.05);
    }
    let from_rim = min(at, size - at);
    if min(from_rim.x, from_rim.y) < line * 6.0 {
        color = vec3f(0.8, 0.05, 0.05);
    }
    return color;
}

// The wall's number above "column . row" of the cabinet, on a ground that tells neighbours apart.
fn ids_pattern(wall: Wall, at: vec2f) -> vec3f {
    let cabinet = wall.grid.zw;
    let cell = floor(at / cabinet);
    let unit = min(cabinet.x / 32.0, cabinet.y / 20.0);
    let ink = (at - cell * cabinet - 0.5 * cabinet) / unit + vec2f(13.5, 6.0);
    let upper = vec2f(ink.x - 10.0, ink.y);
    let lower = vec2f(ink.x, ink.y - 7.0);
    let is_dot = lower.x >= 13.0 && lower.x < 14.0 && lower.y >= 4.0 && lower.y < 5.0;
    let is_id = is_ink_of(u32(cell.x) + 1u, 3u, lower)
        || is_ink_of(u32(cell.y) + 1u, 3u, lower - vec2f(16.0, 0.0))
        || is_ink_of(u32(wall.pattern.y), 2u, upper) || is_dot;
    let kind = (u32(cell.x) + 3u * u32(cell.y)) % 6u;
    let hue = vec3f(f32(kind % 2u), f32((kind / 2u) % 3u) * 0.5, f32((kind + 1u) % 3u) * 0.5);
    let edge = min(at - cell * cabinet, cabinet - (at - cell * cabinet));
    let rim = min(edge.x, edge.y) < line_px(wall) * 2.0;
    let ground = select(0.02 + 0.10 * hue, vec3f(0.3), rim);
    return select(ground, vec3f(0.9), is_id);
}

// Ten bands: red, green, blue, grey and grey once more the other way, each smooth above stepped.
fn ramps_pattern(wall: Wall, at: vec2f) -> vec3f {
    let uv = clamp(at / wall.grid.xy, vec2f(0.0), vec2f(0.99999));
    let band = u32(uv.y * 10.0);
    let along = select(uv.x, 1.0 - uv.x, band >= 8u);
    let stepped = floor(along * 17.0) / 16.0;
    let light = light_of_srgb(select(along, min(stepped, 1.0), band % 2u == 1u));
    let channel = band / 2u;
    let one = vec3f(f32(channel == 0u), f32(channel == 1u), f32(channel == 2u));
    return light * select(one, vec3f(1.0), channel >= 3u);
}

// The whole wall but for a strip of twelve squares at its foot, which count the flashes, the lowest bit at the right.
fn flash_pattern(wall: Wall, at: vec2f) -> vec3f {
    let uv = at / wall.grid.xy;
    let white = vec3f(wall.pattern.z);
    if uv.y < 0.8 {
        return white;
    }
    let square = vec2f(uv.x * 12.0, (uv.y - 0.8) * 5.0);
    let inside = fract(square);
    let bit = u32(11.0 - clamp(floor(square.x), 0.0, 11.0));
    let on = ((u32(wall.pattern.w) >> bit) & 1u) == 1u;
    let is_square = all(abs(inside - 0.5) < vec2f(0.4));
    return select(vec3f(0.0), select(vec3f(0.03), vec3f(1.0), on), is_square);
}

// Lines as the outer eye sees them. A line's width is in pixels of the wall, across the line of sight.
fn alignment_pattern(wall: Wall, way: vec3f) -> vec3f {
    let level = length(way.xz);
    let distance = max(length(way), 1e-3);
    let degrees = vec2f(atan2(way.x, -way.z), atan2(way.y, level)) * (180.0 / 3.14159265);
    let pitch = max(wall.shape.y, wall.shape.z) * 2.0 * line_px(wall) / distance * (180.0 / 3.14159265);
    let fine = abs(degrees - round(degrees / 5.0) * 5.0) * vec2f(level / distance, 1.0);
    let bold = abs(degrees - round(degrees / 15.0) * 15.0) * vec2f(level / distance, 1.0);
    var color = vec3f(0.012);
    if min(fine.x, fine.y) < pitch {
        color = vec3f(0.12);
    }
    if min(bold.x, bold.y) < pitch * 2.0 {
        color = vec3f(0.5);
    }
    if abs(degrees.y) < pitch * 2.0 {
        color = vec3f(0.8, 0.06, 0.04);
    }
    if abs(degrees.x) * level / distance < pitch * 2.0 {
        color = vec3f(0.05, 0.6, 0.08);
    }
    return color;
}

// As `cyc-align` mixes them.
fn mixed(bits: u32) -> u32 {
    var x = (bits ^ (bits >> 16u)) * 0x7feb352du;
    x = (x ^ (x >> 15u)) * 0x846ca68bu;
    return x ^ (x >> 16u);
}

// A checkerboard, with dots in cells by wall, column and row. White is half of what the wall can do: less glare in the lens.
fn markers_pattern(wall: Wall, at: vec2f) -> vec3f {
    let cell = at / wall.pattern.z;
    let place = vec2u(floor(cell));
    let is_white = (place.x + place.y) % 2u == 0u;
    let of_wall = mixed(place.y + u32(wall.pattern.y) * 0x9e3779b1u);
    let has_dot = (mixed(place.x + of_wall) & 1u) == 1u;
    let is_dot = has_dot && length(fract(cell) - vec2f(0.5)) < 0.2;
    return vec3f(select(0.0, 0.5, is_white != is_dot));
}

fn pattern_light(wall: Wall, wall_px: vec2f, from_eye: vec3f) -> vec3f {
    let kind = wall.pattern.x;
    if kind == PATTERN_GRID {
        return grid_pattern(wall, wall_px);
    } else if kind == PATTERN_IDS {
        return ids_pattern(wall, wall_px);
    } else if kind == PATTERN_RAMPS {
        return ramps_pattern(wall, wall_px);
    } else if kind == PATTERN_FLASH {
        return flash_pattern(wall, wall_px);
    } else if kind == PATTERN_ALIGNMENT {
        return alignment_pattern(wall, from_eye);
    } else if kind == PATTERN_MARKERS {
        return markers_pattern(wall, wall_px);
    }
    return vec3f(0.0);
}
