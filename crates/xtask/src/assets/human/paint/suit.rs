//! The performer's suit and shoes: panels, piping, seams, weave, and wrinkles at the joints.

use glam::Vec3;

use super::atlas::{Atlas, Painting, Place};
use super::noise::{fractal, value};
use super::{smoothstep, srgb};
use crate::assets::human::part::Part;

const MAIN: Vec3 = srgb(38, 43, 54);
const PANEL: Vec3 = srgb(74, 82, 96);
const TRIM: Vec3 = srgb(24, 27, 33);
const PIPING: Vec3 = srgb(52, 168, 176);
const SHOE: Vec3 = srgb(44, 46, 52);
const SHOE_SIDE: Vec3 = srgb(86, 92, 102);
const SOLE: Vec3 = srgb(206, 206, 200);

/// Width of the coloured piping along a panel, metres.
const PIPING_M: f32 = 0.0022;

/// The torso is thicker than its bone suggests: distances to it count less, or it would lose the flanks.
const TORSO_THINNING: f32 = 0.62;

/// Bones of one side (and the spine) that give the suit its coordinates; all in metres.
#[derive(Debug, Clone)]
pub struct Cut {
    /// `(from, to)` of the torso, upper arm, forearm, thigh and shank, the limbs on the left.
    pub bones: [(Vec3, Vec3); 5],
    /// Places where cloth wrinkles, with the reach of the wrinkles.
    pub creases: Vec<(Vec3, f32)>,
    /// Height of the collar's edge.
    pub collar_m: f32,
}

/// Where a point lies on its limb.
struct OnLimb {
    /// Index into [`Cut::bones`].
    bone: usize,
    /// 0 at the bone's start, 1 at its end.
    along: f32,
    /// Metres along the bone.
    along_m: f32,
    /// Angle around the bone from its front, radians, 0 to pi: towards the outside for legs.
    angle: f32,
    /// Distance from the bone, metres.
    radius_m: f32,
}

impl Cut {
    fn locate(&self, position: Vec3) -> OnLimb {
        let p = Vec3::new(position.x.abs(), position.y, position.z);
        let mut best = OnLimb {
            bone: 0,
            along: 0.0,
            along_m: 0.0,
            angle: 0.0,
            radius_m: f32::MAX,
        };
        for (bone, &(from, to)) in self.bones.iter().enumerate() {
            let axis = to - from;
            let length = axis.length().max(1e-6);
            let along = (p - from).dot(axis) / (length * length);
            let radial = p - (from + axis * along.clamp(0.0, 1.0));
            let radius_m = radial.length() * if bone == 0 { TORSO_THINNING } else { 1.0 };
            if radius_m < best.radius_m {
                let direction = axis / length;
                let front = (Vec3::Z - direction * direction.z).normalize_or_zero();
                let out = if bone == 0 {
                    Vec3::X
                } else {
                    front.cross(direction)
                };
                let angle = libm::atan2f(radial.dot(out), radial.dot(front));
                best = OnLimb {
                    bone,
                    along,
                    along_m: along * length,
                    angle,
                    radius_m,
                };
            }
        }
        best
    }

    /// Signed distance into a contrast panel, metres; positive is inside.
    fn panel_m(limb: &OnLimb) -> f32 {
        use std::f32::consts::FRAC_PI_2;
        let radius = limb.radius_m / if limb.bone == 0 { TORSO_THINNING } else { 1.0 };
        let (offset, half) = match limb.bone {
            0 => (
                (limb.angle.abs() - FRAC_PI_2).abs(),
                0.34 + 0.9 * (limb.along - 0.30).max(0.0),
            ),
            1 | 2 => ((limb.angle - FRAC_PI_2).abs(), 0.46),
            _ => ((limb.angle - FRAC_PI_2).abs(), 0.40),
        };
        (half - offset) * radius
    }
}

fn zip_m(p: Vec3, cut: &Cut) -> f32 {
    if p.z > 0.03 && p.y > cut.collar_m - 0.42 {
        p.x.abs()
    } else {
        1.0
    }
}

/// Base colour of the suit.
pub fn paint(part: &Part, cut: &Cut, size: usize) -> Painting<3> {
    Atlas::new(part, size).paint(MAIN.to_array(), |place| colour(place, cut).to_array())
}

fn colour(place: &Place, cut: &Cut) -> Vec3 {
    let p = place.position_m();
    let limb = cut.locate(p);
    let panel = Cut::panel_m(&limb);
    let mut c = MAIN.lerp(PANEL, smoothstep(-0.0006, 0.0006, panel));
    c = c.lerp(
        PIPING,
        smoothstep(PIPING_M, PIPING_M - 0.0012, (panel - 0.001).abs()),
    );
    let collar = smoothstep(cut.collar_m - 0.031, cut.collar_m - 0.029, p.y);
    let cuff = if limb.bone == 2 {
        smoothstep(0.885, 0.892, limb.along)
    } else {
        0.0
    };
    c = c.lerp(TRIM, collar.max(cuff));
    let line = (p.y - cut.collar_m + 0.030).abs();
    c = c.lerp(
        PIPING,
        smoothstep(0.0022, 0.0010, line) * f32::from(p.x.abs() < 0.12),
    );
    let zip = zip_m(p, cut);
    c = c.lerp(TRIM, smoothstep(0.0062, 0.0050, zip));
    let teeth = 0.5 + 0.5 * value(Vec3::new(0.0, p.y * 700.0, 0.0), 3);
    c = c.lerp(
        srgb(150, 154, 160),
        smoothstep(0.0024, 0.0014, zip) * (0.4 + 0.5 * teeth),
    );
    let weave = value(p * 1150.0, 5) * 0.5 + value(p * 560.0, 6) * 0.5;
    let worn = fractal(p * 9.0, 3, 8);
    c * (1.0 + 0.13 * weave + 0.08 * worn) + 0.010 * height(p, cut, &limb, panel) / 0.001
}

/// Height of the cloth over the body, metres: seams, weave and wrinkles.
fn height(p: Vec3, cut: &Cut, limb: &OnLimb, panel: f32) -> f32 {
    let seam = -0.0007 * smoothstep(0.0030, 0.0, (panel - 0.001).abs());
    let mut wrinkles = 0.0;
    for &(centre, reach) in &cut.creases {
        let q = Vec3::new(p.x.abs(), p.y, p.z);
        let near = 1.0 - q.distance(centre) / reach;
        if near > 0.0 {
            let fold = Vec3::new(
                limb.along_m * 52.0,
                limb.angle * 1.1,
                limb.bone as f32 * 7.0,
            );
            let drift = 0.9 * fractal(p * 22.0, 2, 43);
            let ridge = 1.0 - fractal(fold + drift, 2, 47).abs() * 2.2;
            wrinkles += 0.0021 * near * near * (3.0 - 2.0 * near) * ridge;
        }
    }
    let pull = 0.0006 * fractal(p * Vec3::new(30.0, 14.0, 30.0), 3, 51);
    seam + wrinkles + pull
}

/// Height of the suit's cloth, metres.
pub fn paint_height(part: &Part, cut: &Cut, size: usize) -> Painting<1> {
    Atlas::new(part, size).paint([0.0], |place| {
        let p = place.position_m();
        let limb = cut.locate(p);
        let panel = Cut::panel_m(&limb);
        [height(p, cut, &limb, panel) + 0.00008 * value(p * 560.0, 6)]
    })
}

/// Roughness (green) of the suit, no metal (blue).
pub fn paint_roughness(part: &Part, cut: &Cut, size: usize) -> Painting<3> {
    Atlas::new(part, size).paint([1.0, 0.75, 0.0], |place| {
        let p = place.position_m();
        let limb = cut.locate(p);
        let panel = Cut::panel_m(&limb);
        let rough = 0.74 - 0.14 * smoothstep(-0.0006, 0.0006, panel) + 0.06 * value(p * 300.0, 9);
        let zip = smoothstep(0.0024, 0.0014, zip_m(p, cut));
        [1.0, rough - 0.35 * zip, 0.6 * zip]
    })
}

/// Base colour of the shoes.
pub fn paint_shoes(part: &Part, ankle_m: Vec3, size: usize) -> Painting<3> {
    Atlas::new(part, size).paint(SHOE.to_array(), |place| {
        let p = place.position_m();
        let up = p.y + 0.0006 * value(p * 90.0, 2);
        let forward = (p.z - ankle_m.z) / 0.13;
        let knit = 0.10 * value(p * 620.0, 3) + 0.05 * value(p * 210.0, 4);
        let mut c = SHOE * (1.0 + knit);
        let toe_cap = smoothstep(0.77, 0.80, forward + 0.1 * (p.y / 0.05));
        let heel = smoothstep(-0.22, -0.25, forward);
        c = c.lerp(SHOE_SIDE * (1.0 + knit), toe_cap.max(heel));
        let x = p.x.abs() - ankle_m.x - 0.06 * forward * 0.13;
        let tongue = smoothstep(0.020, 0.017, x.abs())
            * smoothstep(0.15, 0.2, forward)
            * smoothstep(0.72, 0.68, forward)
            * smoothstep(0.2, 0.5, place.normal().y);
        let lace = smoothstep(0.2, 0.35, libm::sinf(forward * 62.0 + x * 60.0));
        c = c.lerp(TRIM, tongue).lerp(SOLE * 0.92, tongue * lace);
        let rim = smoothstep(0.0190, 0.0178, up);
        let groove = smoothstep(0.0008, 0.0002, (up - 0.0145).abs());
        c = c.lerp(SOLE * (1.0 - 0.45 * groove), rim);
        c.to_array()
    })
}
