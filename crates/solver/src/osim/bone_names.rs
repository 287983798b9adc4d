//! Which human bone a body is, by the names that OpenSim's full-body models use.
//!
//! `femur_r` or `r_femur`, `left` or `l`; case does not matter. A foot is its talus, because there the ankle bends.

use cyc_model::HumanBone;
use cyc_model::HumanBone::*;

const MIDDLE: &[(&str, HumanBone)] = &[
    ("pelvis", Hips),
    ("torso", Spine),
    ("lumbar", Spine),
    ("thorax", Chest),
    ("neck", Neck),
    ("cervical", Neck),
    ("head", Head),
    ("skull", Head),
];

const SIDED: &[(&str, HumanBone, HumanBone)] = &[
    ("clavicle", LeftShoulder, RightShoulder),
    ("humerus", LeftUpperArm, RightUpperArm),
    ("ulna", LeftLowerArm, RightLowerArm),
    ("hand", LeftHand, RightHand),
    ("femur", LeftUpperLeg, RightUpperLeg),
    ("tibia", LeftLowerLeg, RightLowerLeg),
    ("talus", LeftFoot, RightFoot),
    ("toes", LeftToes, RightToes),
];

/// The bone that a body's name means.
pub(super) fn bone_of_body(name: &str) -> Option<HumanBone> {
    let lower = name.to_ascii_lowercase();
    let mut words: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphabetic()).collect();
    words.retain(|w| !w.is_empty());
    let is_side = |w: &&str| matches!(*w, "l" | "left" | "r" | "right");
    let side = words.iter().copied().find(|w| is_side(w));
    let [rest] = words
        .iter()
        .copied()
        .filter(|w| !is_side(w))
        .collect::<Vec<_>>()[..]
    else {
        return None;
    };
    match side {
        None => MIDDLE.iter().find(|(n, _)| *n == rest).map(|(_, b)| *b),
        Some(side) => SIDED
            .iter()
            .find(|(n, ..)| *n == rest)
            .map(|(_, l, r)| if side.starts_with('l') { *l } else { *r }),
    }
}
