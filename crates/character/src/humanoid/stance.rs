//! How a body stands in its rest pose: which way is up, which way it faces, and whether it stands on two legs.
//!
//! Files are often Z-up or look backwards although glTF says +Y and +Z. Left and right decide where known; where they
//! are not, feet point forward, knees bend forward and elbows backward.

use super::tree::Tree;
use cyc_model::{HumanBone, HumanBone::*, HumanoidMap};
use glam::{DMat3, DQuat, DVec3};

/// Between the spine and the continued line of the legs, degrees: people stoop by less, animals on four legs by more.
const FOUR_LEGS_DEG: f64 = 55.0;

/// Of the leg's length: feet that point out less say nothing.
const TOES_MIN: f64 = 0.05;

/// A body's own axes in the file's space, unit and orthogonal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stance {
    /// From the feet to the head.
    pub up: DVec3,
    /// To the body's left.
    pub left: DVec3,
    /// Where the body faces.
    pub forward: DVec3,
}

/// A limb's start, middle and end.
type Limb = [DVec3; 3];

impl Stance {
    /// From up, some direction across the body, legs with their toes, and arms, in any order of sides.
    pub(super) fn from_limbs(
        up: DVec3,
        across: DVec3,
        legs: [(Limb, Option<DVec3>); 2],
        arms: [Limb; 2],
    ) -> Option<Self> {
        let across = (across - up * across.dot(up)).try_normalize()?;
        let forward = across.cross(up);
        let mut votes = 0.0;
        for ([hip, knee, ankle], toes) in legs {
            let length = hip.distance(knee) + knee.distance(ankle);
            let points_m = toes.map_or(0.0, |t| (t - ankle).dot(forward));
            if points_m.abs() > TOES_MIN * length {
                votes += 10.0 * points_m / length;
            }
            votes += bend([hip, knee, ankle]).dot(forward);
        }
        for arm in arms {
            votes -= bend(arm).dot(forward);
        }
        // Nothing bends: as the format says, glTF's +Z, or Blender's -Y where Z is up.
        let usual = if up.z.abs() > 0.5 {
            DVec3::NEG_Y
        } else {
            DVec3::Z
        };
        if votes.abs() < 0.02 {
            votes = forward.dot(usual);
        }
        let forward = if votes < 0.0 { -forward } else { forward };
        Some(Self {
            up,
            left: up.cross(forward),
            forward,
        })
    }

    /// Of a mapped skeleton, by its left and right; `None` where the legs are not mapped.
    pub(super) fn of_map(tree: &Tree, map: &HumanoidMap) -> Option<Self> {
        let at = |bone| map.joint(bone).map(|j| tree.point(j.idx()));
        let (left, right) = (at(LeftUpperLeg)?, at(RightUpperLeg)?);
        let mut across = (left - right).normalize_or_zero();
        if let (Some(l), Some(r)) = (at(LeftUpperArm), at(RightUpperArm)) {
            across += (l - r).normalize_or_zero();
        }
        let feet = 0.5 * (at(LeftFoot)? + at(RightFoot)?);
        let hips = 0.5 * (left + right);
        let up = axis(hips - feet)?;
        let left = (across - up * across.dot(up)).try_normalize()?;
        let forward = left.cross(up);
        Some(Self { up, left, forward })
    }

    /// Whether both feet point away from where left and right say that the body faces: it is mirrored, or its sides are named as
    /// a spectator sees them.
    pub(super) fn is_contradicted(tree: &Tree, map: &HumanoidMap) -> bool {
        let Some(stance) = Self::of_map(tree, map) else {
            return false;
        };
        let at = |bone| map.joint(bone).map(|j| tree.point(j.idx()));
        let points_back = |[hip, foot, toes]: [HumanBone; 3]| {
            let (Some(hip), Some(foot), Some(toes)) = (at(hip), at(foot), at(toes)) else {
                return false;
            };
            (toes - foot).dot(stance.forward) < -TOES_MIN * hip.distance(foot)
        };
        points_back([LeftUpperLeg, LeftFoot, LeftToes])
            && points_back([RightUpperLeg, RightFoot, RightToes])
    }

    /// The axes that up and forward are nearest to, as a map writes them (`+y`, `+z`).
    pub fn axes(&self) -> (&'static str, &'static str) {
        (axis_name(self.up), axis_name(self.forward))
    }

    /// Turns the file's axes to the model's: up to +Y, forward to +Z, by quarter turns where the body stands along the
    /// file's axes.
    pub fn upright_from_file(&self) -> DQuat {
        let forward = match axis(self.forward) {
            Some(a) if a.dot(self.forward) > 0.9 => a,
            _ => self.forward,
        };
        let left = self.up.cross(forward).normalize_or(DVec3::X);
        let file_from_model = DMat3::from_cols(left, self.up, left.cross(self.up));
        DQuat::from_mat3(&file_from_model).conjugate().normalize()
    }
}

fn axis_name(direction: DVec3) -> &'static str {
    let axes = [
        ("+x", DVec3::X),
        ("-x", DVec3::NEG_X),
        ("+y", DVec3::Y),
        ("-y", DVec3::NEG_Y),
        ("+z", DVec3::Z),
        ("-z", DVec3::NEG_Z),
    ];
    let along = |a: &(&str, DVec3)| a.1.dot(direction);
    let nearest = axes
        .into_iter()
        .max_by(|a, b| along(a).total_cmp(&along(b)));
    nearest.map_or("+z", |(name, _)| name)
}

/// How far the middle joint is off the line between the others, of the limb's length.
fn bend([start, middle, end]: Limb) -> DVec3 {
    let along = end - start;
    let length = along.length_squared();
    if length < 1e-12 {
        return DVec3::ZERO;
    }
    let foot = start + along * ((middle - start).dot(along) / length);
    (middle - foot) / length.sqrt()
}

fn axis(direction: DVec3) -> Option<DVec3> {
    let d = direction.try_normalize()?;
    let axes = [
        DVec3::Y,
        DVec3::Z,
        DVec3::X,
        DVec3::NEG_Y,
        DVec3::NEG_Z,
        DVec3::NEG_X,
    ];
    axes.into_iter()
        .max_by(|a, b| a.dot(d).total_cmp(&b.dot(d)))
}

/// The angle between the spine and the legs' line, when it is an animal's on four legs, degrees.
pub(super) fn four_legs_deg(tree: &Tree, map: &HumanoidMap) -> Option<f64> {
    let at = |bone| map.joint(bone).map(|j| tree.point(j.idx()));
    let middle = |a, b| Some(0.5 * (at(a)? + at(b)?));
    let hips = middle(LeftUpperLeg, RightUpperLeg).or_else(|| at(Hips))?;
    let feet = middle(LeftFoot, RightFoot)?;
    let shoulders = middle(LeftUpperArm, RightUpperArm)?;
    let (legs, spine) = (hips - feet, shoulders - hips);
    if legs.length() < 1e-9 || spine.length() < 1e-9 {
        return None;
    }
    let angle = legs.angle_between(spine).to_degrees();
    (angle > FOUR_LEGS_DEG).then_some(angle)
}
