//! Hair: strands with clumps and sheen, and an alpha that frays each lock's edges.

use glam::{Vec2, Vec3};

use super::atlas::Painting;
use super::noise::{fraction, value};
use super::{smoothstep, srgb};

const DARK: Vec3 = srgb(26, 17, 13);
const LIGHT: Vec3 = srgb(92, 62, 44);

/// Locks side by side in the texture.
pub const LOCKS: usize = 8;

/// Base colour and alpha: locks in columns, roots at the top.
pub fn paint(size: usize) -> Painting<4> {
    Painting::flat(size, |uv| {
        let lock = uv.x * LOCKS as f32;
        let across = lock - libm::floorf(lock);
        let id = libm::floorf(lock) as i32;
        let [r, g, b] = strand_colour(uv).to_array();
        [r, g, b, if frayed(across, uv.y, id) { 1.0 } else { 0.0 }]
    })
}

fn strand_colour(uv: Vec2) -> Vec3 {
    // Strands wander slowly across as they run down.
    let wander = 0.010 * value(Vec3::new(uv.x * 14.0, uv.y * 3.0, 0.0), 3);
    let x = uv.x + wander;
    let fine = value(Vec3::new(x * 620.0, uv.y * 5.0, 0.0), 5);
    let clump = value(Vec3::new(x * 96.0, uv.y * 2.5, 0.0), 7);
    let broad = value(Vec3::new(x * 26.0, uv.y * 1.5, 0.0), 9);
    let tone = 0.36 + 0.24 * fine + 0.20 * clump + 0.12 * broad;
    let root = smoothstep(0.0, 0.12, uv.y);
    DARK.lerp(LIGHT, tone.clamp(0.0, 1.0) * (0.55 + 0.45 * root))
}

/// Whether a texel of a lock is hair: the two edges break into short single strands.
fn frayed(across: f32, along: f32, lock: i32) -> bool {
    let from_edge = across.min(1.0 - across);
    let strand = libm::floorf(across * 64.0) as i32;
    let piece = libm::floorf(along * 22.0 + 5.0 * fraction(strand, lock, 1, 19)) as i32;
    let drift = 0.02 * value(Vec3::new(along * 9.0, lock as f32, 0.0), 23);
    let need = 0.115 * fraction(strand, lock, piece, 21) + drift;
    // The lock on the forehead is combed smooth: what frays there is painted on the skin.
    let calm = if lock == 0 && across < 0.5 { 0.2 } else { 1.0 };
    from_edge > calm * need
}
