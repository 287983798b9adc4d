//! Seeded value noise: integer hashing and polynomial fading only, the same on every machine.

use glam::Vec3;

/// A well-mixed 32-bit hash of a lattice point (the finaliser of MurmurHash3 over its coordinates).
pub fn hash(x: i32, y: i32, z: i32, seed: u32) -> u32 {
    let mut h = seed ^ 0x9e37_79b9;
    for word in [x as u32, y as u32, z as u32] {
        h = (h ^ word).wrapping_mul(0x85eb_ca6b);
        h ^= h >> 13;
        h = h.wrapping_mul(0xc2b2_ae35);
        h ^= h >> 16;
    }
    h
}

/// A fraction of 0 to 1 for a lattice point.
pub fn fraction(x: i32, y: i32, z: i32, seed: u32) -> f32 {
    (hash(x, y, z, seed) >> 8) as f32 / 16_777_216.0
}

/// Smooth noise of -1 to 1 with features of unit size.
pub fn value(point: Vec3, seed: u32) -> f32 {
    let cell = point.floor();
    let t = point - cell;
    let fade = t * t * (3.0 - 2.0 * t);
    let (x, y, z) = (cell.x as i32, cell.y as i32, cell.z as i32);
    let at = |dx, dy, dz| fraction(x + dx, y + dy, z + dz, seed);
    let along = |dy, dz| at(0, dy, dz) + (at(1, dy, dz) - at(0, dy, dz)) * fade.x;
    let plane = |dz| along(0, dz) + (along(1, dz) - along(0, dz)) * fade.y;
    2.0 * (plane(0) + (plane(1) - plane(0)) * fade.z) - 1.0
}

/// Sum of `octaves` of [`value`], each of half the size and half the strength, within -1 to 1.
pub fn fractal(point: Vec3, octaves: u32, seed: u32) -> f32 {
    let (mut sum, mut weight, mut total, mut scale) = (0.0, 1.0, 0.0, 1.0);
    for octave in 0..octaves {
        sum += weight * value(point * scale, seed.wrapping_add(octave));
        total += weight;
        weight *= 0.5;
        scale *= 2.03;
    }
    sum / total
}
