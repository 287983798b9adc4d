//! Eyes: sclera with veins, iris with radial fibres, limbal ring and pupil; and the lashes.

use glam::Vec3;

use super::atlas::{Atlas, Painting};
use super::noise::{fractal, fraction, value};
use super::skin::Features;
use super::{smoothstep, srgb};
use crate::assets::human::part::Part;

const SCLERA: Vec3 = srgb(232, 226, 220);
const VEIN: Vec3 = srgb(190, 96, 88);
const IRIS_OUTER: Vec3 = srgb(52, 74, 68);
const IRIS_INNER: Vec3 = srgb(142, 104, 58);
const LIMBUS: Vec3 = srgb(22, 26, 26);
/// Half angle of the iris from the eye's centre, radians: a 11.8 mm iris on the radius of the mesh.
const IRIS: f32 = 0.47;
const PUPIL: f32 = 0.16;

/// Base colour of both eyes, which share the texture as mirror images.
pub fn paint(part: &Part, features: &Features, size: usize) -> Painting<3> {
    Atlas::new(part, size).paint(SCLERA.to_array(), |place| {
        let p = place.position_m();
        let centre = Vec3::new(
            features.eye_m.x.copysign(p.x),
            features.eye_m.y,
            features.eye_m.z,
        );
        let d = (p - centre).normalize_or_zero();
        let angle = libm::acosf(d.z.clamp(-1.0, 1.0));
        let around = libm::atan2f(d.y, d.x * p.x.signum());
        colour(angle, around, d).to_array()
    })
}

fn colour(angle: f32, around: f32, d: Vec3) -> Vec3 {
    let ring = Vec3::new(libm::cosf(around), libm::sinf(around), 0.0);
    let r = angle / IRIS;
    let veins = smoothstep(0.62, 0.8, 1.0 - fractal(ring * 6.0 + d * 3.0, 3, 5).abs());
    let mut c = SCLERA.lerp(VEIN, 0.30 * veins * smoothstep(1.2, 2.6, r));
    c = c.lerp(VEIN, 0.20 * smoothstep(1.8, 2.8, r));
    let fibres = 0.5 + 0.5 * fractal(ring * 22.0 + Vec3::Z * r * 1.5, 3, 17);
    let crypts = 0.5 + 0.5 * value(ring * 7.0 + Vec3::Z * r * 3.0, 19);
    let mut iris = IRIS_INNER.lerp(IRIS_OUTER, smoothstep(0.42, 0.8, r + 0.25 * (crypts - 0.5)));
    iris *= 0.55 + 0.85 * fibres;
    iris = iris.lerp(LIMBUS, smoothstep(0.80, 0.98, r));
    iris = iris.lerp(
        Vec3::splat(0.012),
        smoothstep(PUPIL / IRIS + 0.05, PUPIL / IRIS - 0.02, r),
    );
    c = c.lerp(iris, smoothstep(1.05, 0.97, r));
    // A painted catch light of a soft window: the renderer's lights alone leave eyes dull.
    let glint = Vec3::new(0.16, 0.22, 0.0);
    let window = (Vec3::new(d.x, d.y, 0.0) - glint).abs();
    let lit = smoothstep(0.06, 0.035, window.x) * smoothstep(0.07, 0.045, window.y);
    // The upper lid shades the ball beneath it.
    c *= 1.0 - 0.35 * smoothstep(0.16, 0.42, d.y);
    c.lerp(Vec3::ONE, if d.z > 0.0 { 0.75 * lit } else { 0.0 })
}

/// Lashes: colour, and alpha cut into single hairs that taper to their tips.
///
/// `tip` is 0 at the lid and 1 at the free edge, per vertex of the part.
pub fn paint_lashes(part: &Part, features: &Features, tip: &[f32], size: usize) -> Painting<4> {
    Atlas::new(part, size).paint([0.05, 0.04, 0.035, 0.0], |place| {
        let p = place.position_m();
        let centre = Vec3::new(
            features.eye_m.x.copysign(p.x),
            features.eye_m.y,
            features.eye_m.z,
        );
        let d = (p - centre) / features.eye_radius_m;
        let t = place.of(tip).clamp(0.0, 1.0);
        let upper = d.y > 0.05;
        let out = d.x * p.x.signum();
        // Hairs fan outward from the middle of the eye and lean to the temple.
        let slot = (out / (1.0 + 0.35 * t) - 0.10 * t) * if upper { 26.0 } else { 19.0 };
        let hair = libm::floorf(slot) as i32;
        let lean = 0.3 * (fraction(hair, 3, 0, 9) - 0.5);
        let across = (slot - libm::floorf(slot) - 0.5 - lean * t).abs() * 2.0;
        let longest = if upper { 0.62 } else { 0.30 };
        let reach = longest * (0.62 + 0.38 * fraction(hair, i32::from(upper), 0, 7));
        let width = if upper { 0.62 } else { 0.34 } * (1.0 - t / reach).max(0.0);
        let liner = if upper { 0.10 } else { 0.0 };
        let alpha = if across < width || t < liner {
            1.0
        } else {
            0.0
        };
        [0.05, 0.04, 0.035, alpha]
    })
}
