//! The joints of a body: their names, parents, bones, and how each is turned in the T pose.

use super::limits::JOINTS;
use cyc_model::HumanBone;
use glam::DQuat;

/// A joint of Studio's body.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Joint {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its parent's place among the joints; smaller than its own.
    pub parent: Option<usize>,
    /// The human bone that it is; the ends of toes and fingers are none.
    pub bone: Option<HumanBone>,
    /// Its rotation in the T pose, in Unity's axes; not quite of length one.
    pub(super) rest_xyzw: [f64; 4],
}

impl Joint {
    /// Its name as a segment: VRM's for a human bone, else its own.
    pub fn segment_name(&self) -> &'static str {
        self.bone.map_or(self.name, HumanBone::vrm_name)
    }

    /// Its rotation in the T pose, in Unity's axes.
    pub(super) fn rest(&self) -> DQuat {
        DQuat::from_array(self.rest_xyzw).normalize()
    }
}

/// Every joint; parents come before children.
pub fn joints() -> &'static [Joint; JOINTS] {
    &TABLE
}

/// The place of a joint by its name on the wire.
pub fn joint_of(name: &str) -> Option<usize> {
    TABLE.iter().position(|j| j.name == name)
}

const HALF: f64 = std::f64::consts::FRAC_1_SQRT_2;

// The T pose of Studio's own body: which way the axes of a joint lie there.
const HIP: [f64; 4] = [0.0, 0.0, 0.0, 1.0];
const TRUNK: [f64; 4] = [0.0, 0.0, 1.0, 0.0];
const LEFT_SHOULDER: [f64; 4] = [0.0, 0.0, HALF, -HALF];
const RIGHT_SHOULDER: [f64; 4] = [0.0, 0.0, HALF, HALF];
const LEFT_ARM: [f64; 4] = [-0.5, -0.5, 0.5, -0.5];
const RIGHT_ARM: [f64; 4] = [0.5, -0.5, 0.5, 0.5];
const LEFT_LEG: [f64; 4] = [0.0, HALF, 0.0, HALF];
const RIGHT_LEG: [f64; 4] = [0.0, -HALF, 0.0, HALF];
const LEFT_FOOT: [f64; 4] = [0.0, HALF, -HALF, 0.0];
const RIGHT_FOOT: [f64; 4] = [0.0, -HALF, HALF, 0.0];
const LEFT_THUMB_ROOT: [f64; 4] = [-0.561, -0.701, 0.430, -0.092];
const RIGHT_THUMB_ROOT: [f64; 4] = [0.561, -0.701, 0.430, 0.092];
const LEFT_THUMB: [f64; 4] = [-0.653, -0.653, 0.271, -0.271];
const RIGHT_THUMB: [f64; 4] = [0.653, -0.653, 0.271, 0.271];

const fn joint(
    name: &'static str,
    parent: usize,
    bone: Option<HumanBone>,
    rest_xyzw: [f64; 4],
) -> Joint {
    Joint {
        name,
        parent: Some(parent),
        bone,
        rest_xyzw,
    }
}

const TABLE: [Joint; JOINTS] = {
    use HumanBone as B;
    [
        Joint {
            name: "hip",
            parent: None,
            bone: Some(B::Hips),
            rest_xyzw: HIP,
        },
        joint("spine", 0, Some(B::Spine), TRUNK),
        joint("chest", 1, Some(B::Chest), TRUNK),
        joint("neck", 2, Some(B::Neck), TRUNK),
        joint("head", 3, Some(B::Head), TRUNK),
        joint("leftShoulder", 2, Some(B::LeftShoulder), LEFT_SHOULDER),
        joint("leftUpperArm", 5, Some(B::LeftUpperArm), LEFT_ARM),
        joint("leftLowerArm", 6, Some(B::LeftLowerArm), LEFT_ARM),
        joint("leftHand", 7, Some(B::LeftHand), LEFT_ARM),
        joint("rightShoulder", 2, Some(B::RightShoulder), RIGHT_SHOULDER),
        joint("rightUpperArm", 9, Some(B::RightUpperArm), RIGHT_ARM),
        joint("rightLowerArm", 10, Some(B::RightLowerArm), RIGHT_ARM),
        joint("rightHand", 11, Some(B::RightHand), RIGHT_ARM),
        joint("leftUpLeg", 0, Some(B::LeftUpperLeg), LEFT_LEG),
        joint("leftLeg", 13, Some(B::LeftLowerLeg), LEFT_LEG),
        joint("leftFoot", 14, Some(B::LeftFoot), LEFT_FOOT),
        joint("leftToe", 15, Some(B::LeftToes), LEFT_FOOT),
        joint("leftToeEnd", 16, None, LEFT_FOOT),
        joint("rightUpLeg", 0, Some(B::RightUpperLeg), RIGHT_LEG),
        joint("rightLeg", 18, Some(B::RightLowerLeg), RIGHT_LEG),
        joint("rightFoot", 19, Some(B::RightFoot), RIGHT_FOOT),
        joint("rightToe", 20, Some(B::RightToes), RIGHT_FOOT),
        joint("rightToeEnd", 21, None, RIGHT_FOOT),
        joint(
            "leftThumbProximal",
            8,
            Some(B::LeftThumbMetacarpal),
            LEFT_THUMB_ROOT,
        ),
        joint(
            "leftThumbMedial",
            23,
            Some(B::LeftThumbProximal),
            LEFT_THUMB,
        ),
        joint("leftThumbDistal", 24, Some(B::LeftThumbDistal), LEFT_THUMB),
        joint("leftThumbTip", 25, None, LEFT_THUMB),
        joint("leftIndexProximal", 8, Some(B::LeftIndexProximal), LEFT_ARM),
        joint(
            "leftIndexMedial",
            27,
            Some(B::LeftIndexIntermediate),
            LEFT_ARM,
        ),
        joint("leftIndexDistal", 28, Some(B::LeftIndexDistal), LEFT_ARM),
        joint("leftIndexTip", 29, None, LEFT_ARM),
        joint(
            "leftMiddleProximal",
            8,
            Some(B::LeftMiddleProximal),
            LEFT_ARM,
        ),
        joint(
            "leftMiddleMedial",
            31,
            Some(B::LeftMiddleIntermediate),
            LEFT_ARM,
        ),
        joint("leftMiddleDistal", 32, Some(B::LeftMiddleDistal), LEFT_ARM),
        joint("leftMiddleTip", 33, None, LEFT_ARM),
        joint("leftRingProximal", 8, Some(B::LeftRingProximal), LEFT_ARM),
        joint(
            "leftRingMedial",
            35,
            Some(B::LeftRingIntermediate),
            LEFT_ARM,
        ),
        joint("leftRingDistal", 36, Some(B::LeftRingDistal), LEFT_ARM),
        joint("leftRingTip", 37, None, LEFT_ARM),
        joint(
            "leftLittleProximal",
            8,
            Some(B::LeftLittleProximal),
            LEFT_ARM,
        ),
        joint(
            "leftLittleMedial",
            39,
            Some(B::LeftLittleIntermediate),
            LEFT_ARM,
        ),
        joint("leftLittleDistal", 40, Some(B::LeftLittleDistal), LEFT_ARM),
        joint("leftLittleTip", 41, None, LEFT_ARM),
        joint(
            "rightThumbProximal",
            12,
            Some(B::RightThumbMetacarpal),
            RIGHT_THUMB_ROOT,
        ),
        joint(
            "rightThumbMedial",
            43,
            Some(B::RightThumbProximal),
            RIGHT_THUMB,
        ),
        joint(
            "rightThumbDistal",
            44,
            Some(B::RightThumbDistal),
            RIGHT_THUMB,
        ),
        joint("rightThumbTip", 45, None, RIGHT_THUMB),
        joint(
            "rightIndexProximal",
            12,
            Some(B::RightIndexProximal),
            RIGHT_ARM,
        ),
        joint(
            "rightIndexMedial",
            47,
            Some(B::RightIndexIntermediate),
            RIGHT_ARM,
        ),
        joint("rightIndexDistal", 48, Some(B::RightIndexDistal), RIGHT_ARM),
        joint("rightIndexTip", 49, None, RIGHT_ARM),
        joint(
            "rightMiddleProximal",
            12,
            Some(B::RightMiddleProximal),
            RIGHT_ARM,
        ),
        joint(
            "rightMiddleMedial",
            51,
            Some(B::RightMiddleIntermediate),
            RIGHT_ARM,
        ),
        joint(
            "rightMiddleDistal",
            52,
            Some(B::RightMiddleDistal),
            RIGHT_ARM,
        ),
        joint("rightMiddleTip", 53, None, RIGHT_ARM),
        joint(
            "rightRingProximal",
            12,
            Some(B::RightRingProximal),
            RIGHT_ARM,
        ),
        joint(
            "rightRingMedial",
            55,
            Some(B::RightRingIntermediate),
            RIGHT_ARM,
        ),
        joint("rightRingDistal", 56, Some(B::RightRingDistal), RIGHT_ARM),
        joint("rightRingTip", 57, None, RIGHT_ARM),
        joint(
            "rightLittleProximal",
            12,
            Some(B::RightLittleProximal),
            RIGHT_ARM,
        ),
        joint(
            "rightLittleMedial",
            59,
            Some(B::RightLittleIntermediate),
            RIGHT_ARM,
        ),
        joint(
            "rightLittleDistal",
            60,
            Some(B::RightLittleDistal),
            RIGHT_ARM,
        ),
        joint("rightLittleTip", 61, None, RIGHT_ARM),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_come_first_and_names_and_bones_are_there_once() {
        for (place, joint) in TABLE.iter().enumerate() {
            assert!(joint.parent.is_none_or(|p| p < place), "{}", joint.name);
            assert_eq!(joint_of(joint.name), Some(place));
            let same = |j: &&Joint| j.segment_name() == joint.segment_name();
            assert_eq!(TABLE.iter().filter(same).count(), 1, "{}", joint.name);
            let length = DQuat::from_array(joint.rest_xyzw).length();
            assert!((length - 1.0).abs() < 2e-3, "{}", joint.name);
        }
        // The bones hang on each other as VRM's do, where Studio has the parent.
        for joint in &TABLE {
            let parent = joint.parent.and_then(|p| TABLE[p].bone);
            let mut expected = joint.bone.and_then(HumanBone::parent);
            while expected.is_some_and(|e| TABLE.iter().all(|j| j.bone != Some(e))) {
                expected = expected.and_then(HumanBone::parent);
            }
            if joint.bone.is_some() {
                assert_eq!(parent, expected, "{}", joint.name);
            }
        }
    }
}
