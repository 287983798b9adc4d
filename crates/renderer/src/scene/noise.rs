//! Value noise: the irregularity of rock and ground, and the detail texture made of it.

use glam::{IVec3, Vec3};

/// A number in 0..1 that depends on nothing but its arguments.
pub(crate) fn hash(p: IVec3, seed: u32) -> f32 {
    let mut h = seed.wrapping_mul(0x9e37_79b9) ^ 0x85eb_ca6b;
    for v in [p.x, p.y, p.z] {
        h = (h ^ v as u32).wrapping_mul(0xcc9e_2d51);
        h = h.rotate_left(15).wrapping_mul(0x1b87_3593);
        h ^= h >> 13;
    }
    (h >> 8) as f32 / (1 << 24) as f32
}

fn fade(t: f32) -> f32 {
    t * t * t * (t * (t * 6.0 - 15.0) + 10.0)
}

/// Smooth noise in 0..1; `period` (0: none) makes it repeat along every axis.
pub(crate) fn value(p: Vec3, seed: u32, period: i32) -> f32 {
    let cell = p.floor();
    let f = p - cell;
    let base = cell.as_ivec3();
    let at = |dx: i32, dy: i32, dz: i32| {
        let corner = base + IVec3::new(dx, dy, dz);
        let wrapped = if period > 0 {
            IVec3::new(
                corner.x.rem_euclid(period),
                corner.y.rem_euclid(period),
                corner.z.rem_euclid(period),
            )
        } else {
            corner
        };
        hash(wrapped, seed)
    };
    let (u, v, w) = (fade(f.x), fade(f.y), fade(f.z));
    let mix = |a: f32, b: f32, t: f32| a + (b - a) * t;
    let x = |dy, dz| mix(at(0, dy, dz), at(1, dy, dz), u);
    mix(mix(x(0, 0), x(1, 0), v), mix(x(0, 1), x(1, 1), v), w)
}

/// A sum of octaves, each twice as fine and half as strong; in 0..1.
pub(crate) fn fractal(p: Vec3, seed: u32, octaves: u32) -> f32 {
    let (mut sum, mut weight, mut total, mut q) = (0.0, 0.5, 0.0, p);
    for octave in 0..octaves {
        sum += weight * value(q, seed.wrapping_add(octave), 0);
        total += weight;
        weight *= 0.5;
        q *= 2.03;
    }
    sum / total
}

/// Side of the detail texture.
pub(crate) const DETAIL_PX: u32 = 512;

/// The detail texture, which repeats: r large forms, g fine grain, b and a the slope of the fine height field.
pub(crate) fn detail_picture() -> Vec<u8> {
    let side = DETAIL_PX as usize;
    let octaves = |x: usize, y: usize, first: i32, count: i32, seed: u32| {
        let (mut sum, mut weight, mut total) = (0.0, 1.0, 0.0);
        for octave in 0..count {
            let period = first << octave;
            let scale = period as f32 / side as f32;
            let p = Vec3::new(x as f32 * scale, y as f32 * scale, 0.5);
            sum += weight * value(p, seed + octave as u32, period);
            total += weight;
            weight *= 0.62;
        }
        sum / total
    };
    let mut heights = vec![0.0f32; side * side];
    for y in 0..side {
        for x in 0..side {
            heights[y * side + x] = octaves(x, y, 16, 4, 40);
        }
    }
    let mut rgba = Vec::with_capacity(side * side * 4);
    let byte = |v: f32| (v.clamp(0.0, 1.0) * 255.0).round() as u8;
    let stretched = |v: f32| (v - 0.5) * 1.7 + 0.5;
    for y in 0..side {
        for x in 0..side {
            let h = |dx: usize, dy: usize| heights[(y + dy) % side * side + (x + dx) % side];
            let here = h(0, 0);
            rgba.push(byte(stretched(octaves(x, y, 4, 6, 10))));
            rgba.push(byte(stretched(here)));
            rgba.push(byte(0.5 + (h(1, 0) - here) * 2.6));
            rgba.push(byte(0.5 + (h(0, 1) - here) * 2.6));
        }
    }
    rgba
}
