//! Unity's names of the bones against VRM's.
//!
//! They differ in case only, but for the thumb: Unity's proximal, intermediate and distal are VRM 1.0's metacarpal,
//! proximal and distal.

use cyc_model::HumanBone;

/// Unity's name of a bone; of the `HumanBodyBones` only `LastBone`, which is none, is not there.
pub fn unity_name(bone: HumanBone) -> &'static str {
    // Always there: the table has every bone.
    NAMES.get(bone as usize).copied().unwrap_or_default()
}

/// The bone of Unity's name.
pub fn bone_of_unity(name: &str) -> Option<HumanBone> {
    HumanBone::ALL.into_iter().find(|b| unity_name(*b) == name)
}

const NAMES: [&str; HumanBone::COUNT] = [
    "Hips",
    "Spine",
    "Chest",
    "UpperChest",
    "Neck",
    "Head",
    "LeftEye",
    "RightEye",
    "Jaw",
    "LeftUpperLeg",
    "LeftLowerLeg",
    "LeftFoot",
    "LeftToes",
    "LeftShoulder",
    "LeftUpperArm",
    "LeftLowerArm",
    "LeftHand",
    "LeftThumbProximal",
    "LeftThumbIntermediate",
    "LeftThumbDistal",
    "LeftIndexProximal",
    "LeftIndexIntermediate",
    "LeftIndexDistal",
    "LeftMiddleProximal",
    "LeftMiddleIntermediate",
    "LeftMiddleDistal",
    "LeftRingProximal",
    "LeftRingIntermediate",
    "LeftRingDistal",
    "LeftLittleProximal",
    "LeftLittleIntermediate",
    "LeftLittleDistal",
    "RightUpperLeg",
    "RightLowerLeg",
    "RightFoot",
    "RightToes",
    "RightShoulder",
    "RightUpperArm",
    "RightLowerArm",
    "RightHand",
    "RightThumbProximal",
    "RightThumbIntermediate",
    "RightThumbDistal",
    "RightIndexProximal",
    "RightIndexIntermediate",
    "RightIndexDistal",
    "RightMiddleProximal",
    "RightMiddleIntermediate",
    "RightMiddleDistal",
    "RightRingProximal",
    "RightRingIntermediate",
    "RightRingDistal",
    "RightLittleProximal",
    "RightLittleIntermediate",
    "RightLittleDistal",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_by_case_but_for_the_thumb() {
        for bone in HumanBone::ALL {
            assert_eq!(bone_of_unity(unity_name(bone)), Some(bone));
            let is_same = unity_name(bone).eq_ignore_ascii_case(bone.vrm_name());
            let is_thumb =
                bone.vrm_name().contains("Thumb") && !bone.vrm_name().ends_with("Distal");
            assert_eq!(is_same, !is_thumb, "{bone:?}");
        }
        assert_eq!(
            bone_of_unity("LeftThumbProximal"),
            Some(HumanBone::LeftThumbMetacarpal)
        );
        assert_eq!(bone_of_unity("LastBone"), None);
        assert_eq!(bone_of_unity("hips"), None);
    }
}
