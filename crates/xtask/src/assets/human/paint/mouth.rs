//! Teeth with their gums, and the tongue.

use glam::Vec3;

use super::atlas::{Atlas, Painting};
use super::noise::fractal;
use super::{smoothstep, srgb};
use crate::assets::human::part::Part;

const ENAMEL: Vec3 = srgb(232, 222, 204);
const GAP: Vec3 = srgb(120, 88, 72);
const GUM: Vec3 = srgb(178, 92, 90);
const TONGUE: Vec3 = srgb(182, 96, 94);

/// Teeth: `edge` is 0 at the gum and 1 at the biting edge, `arc` counts teeth along the jaw; both per
/// vertex of the part.
pub fn paint_teeth(part: &Part, edge: &[f32], arc: &[f32], size: usize) -> Painting<3> {
    Atlas::new(part, size).paint(ENAMEL.to_array(), |place| {
        let slot = place.of(arc);
        let gap = (slot - libm::roundf(slot)).abs();
        let scallop = 0.10 * (0.5 - gap);
        let t = place.of(edge) + scallop;
        let stain = 0.04 * fractal(place.position_m() * 300.0, 2, 3);
        // The mouth shades its teeth towards the gums; no renderer here casts that shadow.
        let mut c = ENAMEL * (0.70 + 0.22 * t + stain);
        c = c.lerp(
            GAP,
            0.75 * smoothstep(0.07, 0.02, gap) * smoothstep(1.1, 0.8, t),
        );
        c.lerp(GUM, smoothstep(0.42, 0.30, t)).to_array()
    })
}

/// Tongue.
pub fn paint_tongue(part: &Part, size: usize) -> Painting<3> {
    Atlas::new(part, size).paint(TONGUE.to_array(), |place| {
        let p = place.position_m();
        let groove = smoothstep(0.004, 0.0, p.x.abs());
        let bumps = fractal(p * 900.0, 2, 13);
        (TONGUE * (1.0 + 0.10 * bumps - 0.18 * groove)).to_array()
    })
}
