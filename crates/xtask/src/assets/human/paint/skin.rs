//! Skin: tone, blush, lips, brows, nails and the roots of the hair.

use glam::Vec3;

use super::atlas::{Atlas, Painting, Place};
use super::noise::{fractal, value};
use super::{curve, smoothstep, srgb};
use crate::assets::human::part::Part;

const TONE: Vec3 = srgb(212, 164, 138);
const DEEP: Vec3 = srgb(168, 112, 88);
const BLUSH: Vec3 = srgb(206, 124, 108);
const LIPS: Vec3 = srgb(172, 88, 86);
const LIP_LINE: Vec3 = srgb(104, 46, 46);
const MOUTH: Vec3 = srgb(120, 52, 50);
const BROW: Vec3 = srgb(52, 36, 28);
const NAIL: Vec3 = srgb(226, 176, 160);
const UNDER_EYE: Vec3 = srgb(176, 124, 112);

/// Colour of the hair's roots on the scalp.
pub const ROOTS: Vec3 = srgb(40, 27, 21);

/// Height of the hairline above the eyes (metres) by azimuth from the front (degrees).
const HAIRLINE: [(f32, f32); 9] = [
    (0.0, 0.066), (25.0, 0.064), (42.0, 0.052), (55.0, 0.040), (66.0, 0.010), (80.0, 0.004),
    (104.0, 0.022), (122.0, -0.040), (180.0, -0.088),
];

/// Features of the face and hands that the painter needs, metres.
#[derive(Debug, Clone)]
pub struct Features {
    /// Centre of the left eye; the right one is its mirror image.
    pub eye_m: Vec3,
    /// Radius of the eyeball.
    pub eye_radius_m: f32,
    /// Middle of the head at the height of the eyes.
    pub head_m: Vec3,
    /// Ends of the fingers with the direction from the last joint, both hands.
    pub finger_tips: Vec<(Vec3, Vec3)>,
}

/// Soft masks per vertex of the skin part, 0 to 1.
#[derive(Debug, Clone)]
pub struct Masks {
    /// The red of the lips.
    pub lips: Vec<f32>,
    /// Cheeks.
    pub cheeks: Vec<f32>,
    /// Tip of the nose.
    pub nose: Vec<f32>,
    /// Ears.
    pub ears: Vec<f32>,
    /// Inside of the mouth.
    pub mouth: Vec<f32>,
}

/// How far a point of the head lies above the hairline, metres; positive is hair.
pub fn above_hairline_m(features: &Features, position: Vec3) -> f32 {
    let from_head = position - features.head_m;
    let azimuth = libm::atan2f(from_head.x.abs(), from_head.z).to_degrees();
    from_head.y - curve(&HAIRLINE, azimuth)
}

/// Base colour and roughness of the skin.
pub fn paint(part: &Part, features: &Features, masks: &Masks, size: usize) -> Painting<3> {
    let atlas = Atlas::new(part, size);
    atlas.paint(TONE.to_array(), |place| colour(place, features, masks).to_array())
}

fn colour(place: &Place, features: &Features, masks: &Masks) -> Vec3 {
    let p = place.position_m();
    let patches = fractal(p * 28.0, 3, 11);
    let mottle = fractal(p * 160.0, 3, 23);
    let pores = value(p * 1400.0, 31);
    let mut c = TONE.lerp(DEEP, (0.10 + 0.16 * patches).clamp(0.0, 1.0));
    c += Vec3::new(0.012, -0.006, -0.008) * mottle + 0.010 * pores;
    let freckle = smoothstep(0.52, 0.72, fractal(p * 420.0, 2, 57));
    c = c.lerp(DEEP, 0.22 * freckle);
    let blush = 0.42 * place.of(&masks.cheeks) + 0.34 * place.of(&masks.nose);
    c = c.lerp(BLUSH, (blush + 0.35 * place.of(&masks.ears)).clamp(0.0, 0.6) * (0.8 + 0.4 * mottle));
    if p.y > features.eye_m.y - 0.2 && p.x.abs() < 0.2 {
        c = face(c, p, place, features, masks);
    } else {
        c = hand(c, p, features);
    }
    c
}

fn face(mut c: Vec3, p: Vec3, place: &Place, features: &Features, masks: &Masks) -> Vec3 {
    let eye = Vec3::new(features.eye_m.x.copysign(p.x), features.eye_m.y, features.eye_m.z);
    let from_eye = p - eye;
    let socket = from_eye.length() / features.eye_radius_m;
    let lower = smoothstep(0.004, -0.004, from_eye.y);
    c = c.lerp(UNDER_EYE, 0.35 * smoothstep(2.1, 1.2, socket) * (0.5 + 0.5 * lower));
    c = c.lerp(BLUSH * 0.8, 0.45 * smoothstep(1.22, 1.02, socket));
    let lips = smoothstep(0.30, 0.55, place.of(&masks.lips));
    let streaks = 0.06 * value(Vec3::new(p.x * 900.0, p.y * 90.0, 0.0), 71);
    c = c.lerp(LIPS * (1.0 + streaks), 0.85 * lips);
    let mouth = place.of(&masks.mouth);
    c = c.lerp(LIP_LINE, 0.8 * smoothstep(0.05, 0.5, mouth)).lerp(MOUTH, smoothstep(0.5, 0.9, mouth));
    c = c.lerp(BROW, 0.88 * brow(p - eye, p));
    let hair = above_hairline_m(features, p) + 0.006 * fractal(p * 240.0, 2, 83)
        + 0.004 * value(p * 60.0, 85);
    c.lerp(ROOTS, 0.96 * smoothstep(-0.004, 0.007, hair))
}

/// Strength of the eyebrow at an offset from the eye's centre (metres, x as it stands in the model).
fn brow(from_eye: Vec3, p: Vec3) -> f32 {
    const ARC: [(f32, f32); 6] = [
        (-0.018, 0.0185), (-0.008, 0.0215), (0.004, 0.0245), (0.013, 0.0258), (0.022, 0.0232),
        (0.031, 0.0170),
    ];
    const HALF_WIDTH: [(f32, f32); 5] =
        [(-0.018, 0.0024), (-0.012, 0.0040), (0.004, 0.0038), (0.018, 0.0026), (0.031, 0.0006)];
    let out = from_eye.x * p.x.signum();
    if !(-0.022..0.034).contains(&out) || from_eye.z < -0.01 {
        return 0.0;
    }
    let across = from_eye.y - curve(&ARC, out);
    let edge = across.abs() / curve(&HALF_WIDTH, out);
    // Hairs lean outward: noise stretched along a slanted direction.
    let lean = Vec3::new((out - 0.55 * across) * 1900.0, (across + 0.25 * out) * 330.0, 0.0);
    let hairs = 0.5 + 0.5 * value(lean, 91);
    let ends = smoothstep(-0.021, -0.012, out) * smoothstep(0.033, 0.024, out);
    ends * smoothstep(1.25, 0.45, edge + 0.45 * (hairs - 0.5)) * (0.55 + 0.45 * hairs)
}

fn hand(mut c: Vec3, p: Vec3, features: &Features) -> Vec3 {
    for &(tip, direction) in &features.finger_tips {
        let offset = p - tip;
        let along = offset.dot(direction);
        if offset.length() < 0.022 {
            c = c.lerp(BLUSH, 0.25 * smoothstep(-0.02, 0.0, along));
            let back = Vec3::new(tip.x.signum(), 1.0, -0.3).normalize_or_zero();
            let up = (offset - direction * along).dot(back);
            let nail = smoothstep(-0.013, -0.011, along) * smoothstep(0.002, 0.004, up);
            c = c.lerp(NAIL, 0.75 * nail);
        }
    }
    c
}

/// Roughness of the skin (green) with no metal (blue).
pub fn paint_roughness(part: &Part, features: &Features, masks: &Masks, size: usize) -> Painting<3> {
    Atlas::new(part, size).paint([1.0, 0.55, 0.0], |place| {
        let p = place.position_m();
        let lips = smoothstep(0.30, 0.55, place.of(&masks.lips));
        let hair = smoothstep(-0.004, 0.007, above_hairline_m(features, p));
        let oily = place.of(&masks.nose).max(0.6 * place.of(&masks.cheeks));
        let rough = 0.56 - 0.10 * oily - 0.20 * lips + 0.2 * hair + 0.06 * value(p * 500.0, 41);
        [1.0, rough, 0.0]
    })
}
