//! Skin: tone, blush, lips, brows, nails and the roots of the hair.

use glam::Vec3;

use super::atlas::{Atlas, Painting, Place};
use super::noise::{fractal, value};
use super::{curve, smoothstep, srgb};
use crate::assets::human::lips::DROOP_PER_M;
use crate::assets::human::part::Part;

const TONE: Vec3 = srgb(212, 164, 138);
const DEEP: Vec3 = srgb(168, 112, 88);
const BLUSH: Vec3 = srgb(206, 124, 108);
const LIPS: Vec3 = srgb(172, 88, 86);
const LIP_LINE: Vec3 = srgb(104, 46, 46);
const MOUTH: Vec3 = srgb(120, 52, 50);
const BROW: Vec3 = srgb(46, 31, 24);
const NAIL: Vec3 = srgb(226, 176, 160);
const UNDER_EYE: Vec3 = srgb(176, 124, 112);

/// Colour of the hair's roots on the scalp.
pub const ROOTS: Vec3 = srgb(40, 27, 21);

/// Height of the hairline above the eyes (metres) by azimuth from the front (degrees).
const HAIRLINE: [(f32, f32); 12] = [
    (0.0, 0.061),
    (25.0, 0.059),
    (42.0, 0.052),
    (54.0, 0.038),
    (63.0, 0.022),
    (72.0, 0.006),
    (84.0, 0.0),
    (102.0, 0.004),
    (112.0, -0.022),
    (124.0, -0.052),
    (150.0, -0.074),
    (180.0, -0.084),
];

/// Upper edge of the lips above the parting of the mouth, by distance from the middle, metres.
const UPPER_LIP: [(f32, f32); 7] = [
    (0.0, 0.0080),
    (0.0045, 0.0096),
    (0.009, 0.0086),
    (0.014, 0.0062),
    (0.019, 0.0034),
    (0.0235, 0.0004),
    (0.026, -0.0022),
];
/// Lower edge of the lips, likewise.
const LOWER_LIP: [(f32, f32); 6] = [
    (0.0, -0.0124),
    (0.006, -0.0122),
    (0.012, -0.0102),
    (0.018, -0.0068),
    (0.0235, -0.0032),
    (0.026, -0.0022),
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
    /// Line where the hair lies on forehead and temple, on the left.
    pub hair_edge_m: Vec<Vec3>,
    /// Middle of the parting between the lips.
    pub mouth_m: Vec3,
    /// Ends of the fingers with the direction from the last joint, both hands.
    pub finger_tips: Vec<(Vec3, Vec3)>,
}

/// Soft masks per vertex of the skin part, 0 to 1.
#[derive(Debug, Clone)]
pub struct Masks {
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
    atlas.paint(TONE.to_array(), |place| {
        colour(place, features, masks).to_array()
    })
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
    c = c.lerp(
        BLUSH,
        (blush + 0.35 * place.of(&masks.ears)).clamp(0.0, 0.6) * (0.8 + 0.4 * mottle),
    );
    if p.y > features.eye_m.y - 0.2 && p.x.abs() < 0.2 {
        c = face(c, p, place, features, masks);
    } else {
        c = hand(c, p, features);
    }
    c
}

fn face(mut c: Vec3, p: Vec3, place: &Place, features: &Features, masks: &Masks) -> Vec3 {
    let eye = Vec3::new(
        features.eye_m.x.copysign(p.x),
        features.eye_m.y,
        features.eye_m.z,
    );
    let from_eye = p - eye;
    let socket = from_eye.length() / features.eye_radius_m;
    let lower = smoothstep(0.004, -0.004, from_eye.y);
    c = c.lerp(
        UNDER_EYE,
        0.35 * smoothstep(2.1, 1.2, socket) * (0.5 + 0.5 * lower),
    );
    c = c.lerp(BLUSH * 0.8, 0.45 * smoothstep(1.22, 1.02, socket));
    let streaks = 0.05 * value(Vec3::new(p.x * 900.0, p.y * 90.0, 0.0), 71);
    let shade = if p.y > features.mouth_m.y { 0.90 } else { 1.0 };
    c = c.lerp(LIPS * (shade + streaks), 0.78 * lips(features, p));
    let parting = (p.y - features.mouth_m.y + DROOP_PER_M * p.x * p.x).abs();
    let front = smoothstep(0.0275, 0.024, p.x.abs()) * f32::from(p.z > features.eye_m.z);
    c = c.lerp(LIP_LINE, 0.8 * front * smoothstep(0.0020, 0.0004, parting));
    c = c.lerp(MOUTH, place.of(&masks.mouth));
    c = c.lerp(BROW, 0.88 * brow(p - eye, p));
    let hair = above_hairline_m(features, p)
        + 0.006 * fractal(p * 240.0, 2, 83)
        + 0.004 * value(p * 60.0, 85);
    let down = fringe(features, p);
    c.lerp(ROOTS, 0.96 * smoothstep(-0.006, 0.009, hair).max(down))
}

/// Short hairs and shadow just outside the line where the combed hair lies on the skin, 0 to 1.
fn fringe(features: &Features, p: Vec3) -> f32 {
    const REACH_M: f32 = 0.0085;
    if p.y < features.eye_m.y - 0.01 {
        return 0.0;
    }
    let q = Vec3::new(p.x.abs(), p.y, p.z);
    let distance = features
        .hair_edge_m
        .windows(2)
        .fold(f32::MAX, |nearest, ends| {
            let along = ends[1] - ends[0];
            let t = ((q - ends[0]).dot(along) / along.length_squared().max(1e-12)).clamp(0.0, 1.0);
            nearest.min(q.distance(ends[0] + along * t))
        });
    let wisps = 0.5 + 0.5 * fractal(Vec3::new(p.x * 1700.0, p.y * 420.0, p.z * 1100.0), 2, 87);
    0.85 * smoothstep(REACH_M, 0.002, distance + 0.0065 * wisps)
}

/// How much a point of the face belongs to the red of the lips, 0 to 1.
fn lips(features: &Features, p: Vec3) -> f32 {
    let out = p.x.abs();
    let up = p.y - features.mouth_m.y;
    let ragged = 0.0004 * value(p * 900.0, 73);
    let inside = (curve(&UPPER_LIP, out) - up).min(up - curve(&LOWER_LIP, out)) + ragged;
    let front = smoothstep(0.0, 0.004, p.z - features.eye_m.z);
    front * smoothstep(-0.0004, 0.0012, inside) * smoothstep(0.0265, 0.0245, out)
}

/// Strength of the eyebrow at an offset from the eye's centre (metres, x as it stands in the model).
fn brow(from_eye: Vec3, p: Vec3) -> f32 {
    const ARC: [(f32, f32); 6] = [
        (-0.018, 0.0185),
        (-0.008, 0.0215),
        (0.004, 0.0245),
        (0.013, 0.0258),
        (0.022, 0.0232),
        (0.031, 0.0170),
    ];
    const HALF_WIDTH: [(f32, f32); 5] = [
        (-0.018, 0.0024),
        (-0.012, 0.0040),
        (0.004, 0.0038),
        (0.018, 0.0026),
        (0.031, 0.0006),
    ];
    let out = from_eye.x * p.x.signum();
    if !(-0.022..0.034).contains(&out) || from_eye.z < -0.01 {
        return 0.0;
    }
    let across = from_eye.y - curve(&ARC, out);
    let edge = across.abs() / curve(&HALF_WIDTH, out);
    // Hairs lean outward: noise stretched along a slanted direction.
    let lean = Vec3::new(
        (out - 0.55 * across) * 1900.0,
        (across + 0.25 * out) * 330.0,
        0.0,
    );
    let hairs = 0.5 + 0.5 * value(lean, 91);
    let ends = smoothstep(-0.021, -0.012, out) * smoothstep(0.033, 0.024, out);
    ends * smoothstep(1.35, 0.5, edge + 0.45 * (hairs - 0.5)) * (0.72 + 0.28 * hairs)
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
pub fn paint_roughness(
    part: &Part,
    features: &Features,
    masks: &Masks,
    size: usize,
) -> Painting<3> {
    Atlas::new(part, size).paint([1.0, 0.55, 0.0], |place| {
        let parting = smoothstep(
            0.0045,
            0.0015,
            (place.position_m().y - features.mouth_m.y).abs(),
        );
        let p = place.position_m();
        let lips = lips(features, p);
        let hair = smoothstep(-0.004, 0.007, above_hairline_m(features, p));
        let oily = place.of(&masks.nose).max(0.6 * place.of(&masks.cheeks));
        let moist = 0.18 * lips * (1.0 - 2.2 * parting);
        let rough = 0.56 - 0.10 * oily - moist + 0.2 * hair + 0.06 * value(p * 500.0, 41);
        [1.0, rough, 0.0]
    })
}
