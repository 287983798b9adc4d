//! Which human bone a segment is, by the names that Vicon's models use.
//!
//! Three families: Plug-in Gait output (`LeftFemur`), Plug-in Gait's labelling skeleton (`L_Femur`) and the production
//! skeletons (`LeftUpLeg`). Case, underscores and spaces do not matter.

use cyc_model::HumanBone;
use cyc_model::HumanBone::*;

const MIDDLE: &[(&str, HumanBone)] = &[
    ("root", Hips),
    ("pelvis", Hips),
    ("hips", Hips),
    ("lowerback", Spine),
    ("thorax", Spine),
    ("spine", Spine),
    ("spine1", Chest),
    ("chest", Chest),
    ("spine2", UpperChest),
    ("spine3", UpperChest),
    ("upperchest", UpperChest),
    ("neck", Neck),
    ("head", Head),
];

/// Names after the side, with the left bone and the right bone.
const SIDED: &[(&str, HumanBone, HumanBone)] = &[
    ("collar", LeftShoulder, RightShoulder),
    ("clavicle", LeftShoulder, RightShoulder),
    ("shoulder", LeftShoulder, RightShoulder),
    ("humerus", LeftUpperArm, RightUpperArm),
    ("arm", LeftUpperArm, RightUpperArm),
    ("upperarm", LeftUpperArm, RightUpperArm),
    ("elbow", LeftLowerArm, RightLowerArm),
    ("radius", LeftLowerArm, RightLowerArm),
    ("forearm", LeftLowerArm, RightLowerArm),
    ("lowerarm", LeftLowerArm, RightLowerArm),
    ("wrist", LeftHand, RightHand),
    ("hand", LeftHand, RightHand),
    ("femur", LeftUpperLeg, RightUpperLeg),
    ("upleg", LeftUpperLeg, RightUpperLeg),
    ("thigh", LeftUpperLeg, RightUpperLeg),
    ("upperleg", LeftUpperLeg, RightUpperLeg),
    ("tibia", LeftLowerLeg, RightLowerLeg),
    ("leg", LeftLowerLeg, RightLowerLeg),
    ("shin", LeftLowerLeg, RightLowerLeg),
    ("lowerleg", LeftLowerLeg, RightLowerLeg),
    ("foot", LeftFoot, RightFoot),
    ("toe", LeftToes, RightToes),
    ("toes", LeftToes, RightToes),
    ("toebase", LeftToes, RightToes),
];

/// The bone that a segment's name means.
pub(super) fn bone_of_segment(name: &str) -> Option<HumanBone> {
    let plain: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    if let Some((_, bone)) = MIDDLE.iter().find(|(n, _)| *n == plain) {
        return Some(*bone);
    }
    let sides = [("left", true), ("right", false), ("l", true), ("r", false)];
    sides.into_iter().find_map(|(prefix, left)| {
        let part = plain.strip_prefix(prefix)?;
        let (_, l, r) = SIDED.iter().find(|(n, _, _)| *n == part)?;
        Some(if left { *l } else { *r })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_three_families() {
        for (name, bone) in [
            ("L_Femur", Some(LeftUpperLeg)),
            ("LeftFemur", Some(LeftUpperLeg)),
            ("RightUpLeg", Some(RightUpperLeg)),
            ("L_Leg", Some(LeftLowerLeg)),
            ("R_Elbow", Some(RightLowerArm)),
            ("Thorax", Some(Spine)),
            ("LowerBack", Some(Spine)),
            ("Head_End", None),
            ("L_Wrist_End", None),
            ("Lamp", None),
        ] {
            assert_eq!(bone_of_segment(name), bone, "{name}");
        }
    }
}
