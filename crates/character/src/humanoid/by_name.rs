//! Which joint is which human bone, where the file does not say.
//!
//! Names alone are ambiguous (`LeftLeg` is the lower leg in Mixamo's names and the upper one beside a `LeftKnee`), so
//! the parts that names speak of are collected first and become bones with a view to what else there is. The spine is
//! read along the path from hips to head, since tools number it in both directions.

use super::bone_words::{Part, Side, read};
use super::rig_prefix::common_prefix;
use cyc_model::{HumanBone, JointIdx, Skeleton};

/// The bones that the joints' names tell, no joint twice.
pub(super) fn find(skeleton: &Skeleton) -> Vec<(HumanBone, JointIdx)> {
    let names: Vec<&str> = skeleton.joints().iter().map(|j| j.name.as_str()).collect();
    let prefix = common_prefix(&names);
    let own = |name: &str| name.get(prefix..).and_then(read).or_else(|| read(name));
    let said: Vec<Option<(Part, Side)>> = names.iter().map(|n| own(n)).collect();
    let parts = Parts { said };
    let mut bones: Vec<(HumanBone, JointIdx)> = Vec::new();
    let mut add = |bone: HumanBone, joint: Option<JointIdx>| {
        if let Some(joint) = joint
            && !bones.iter().any(|(_, j)| *j == joint)
        {
            bones.push((bone, joint));
        }
    };
    let middle = |part| parts.first(part, Side::Middle);
    add(HumanBone::Hips, middle(Part::Hips));
    add(HumanBone::Head, middle(Part::Head));
    add(HumanBone::Neck, middle(Part::Neck));
    add(HumanBone::Jaw, middle(Part::Jaw));
    for (bone, joint) in parts.spine(skeleton) {
        add(bone, Some(joint));
    }
    for (side, bones_of_side) in [(Side::Left, &LEFT), (Side::Right, &RIGHT)] {
        let joints = parts.limbs(side);
        for (bone, joint) in bones_of_side.limbs.iter().zip(joints) {
            add(*bone, joint);
        }
        for (finger, bones) in bones_of_side.fingers.iter().enumerate() {
            for (bone, joint) in bones.iter().zip(parts.finger(finger as u8, side)) {
                add(*bone, joint);
            }
        }
    }
    bones
}

struct Parts {
    said: Vec<Option<(Part, Side)>>,
}

impl Parts {
    fn first(&self, part: Part, side: Side) -> Option<JointIdx> {
        let at = self.said.iter().position(|s| *s == Some((part, side)));
        at.map(|i| JointIdx(i as u16))
    }

    fn second(&self, part: Part, side: Side) -> Option<JointIdx> {
        let mut all = self
            .said
            .iter()
            .enumerate()
            .filter(|(_, s)| **s == Some((part, side)));
        all.nth(1).map(|(i, _)| JointIdx(i as u16))
    }

    /// In the order of [`SideBones::limbs`].
    fn limbs(&self, side: Side) -> [Option<JointIdx>; 9] {
        // `Leg1`, `Leg2` are thigh and shin, `Arm1`, `Arm2` upper and lower arm; alone they are nothing of the kind.
        let numbered = |part: fn(u8) -> Part| {
            let first = self.first(part(1), side)?;
            Some((first, self.first(part(2), side)?))
        };
        let get = |part| match (part, numbered(Part::LegOf), numbered(Part::ArmOf)) {
            (Part::UpperLeg, Some((first, _)), _) => Some(first),
            (Part::LowerLeg, Some((_, second)), _) => Some(second),
            (Part::UpperArm, _, Some((first, _))) => Some(first),
            (Part::LowerArm, _, Some((_, second))) => Some(second),
            _ => self.first(part, side),
        };
        let (thigh, hip, leg, shin) = (
            get(Part::UpperLeg),
            get(Part::SidedHip),
            get(Part::Leg),
            get(Part::LowerLeg),
        );
        let (upper_leg, lower_leg) = match (thigh.or(hip), shin) {
            (Some(upper), shin) => (Some(upper), shin.or(leg)),
            (None, Some(shin)) => (leg, Some(shin)),
            (None, None) => (None, leg),
        };
        let (collar, shoulder, arm, elbow) = (
            get(Part::Collar),
            get(Part::Shoulder),
            get(Part::UpperArm),
            get(Part::LowerArm),
        );
        let (clavicle, upper_arm) = match arm {
            Some(arm) => (collar.or(shoulder), Some(arm)),
            None if elbow.is_some() => (collar, shoulder),
            None => (collar.or(shoulder), None),
        };
        [
            upper_leg,
            lower_leg,
            get(Part::Foot),
            // SMPL calls the ankle `Ankle` and the toes `Foot`.
            get(Part::Toes).or_else(|| self.second(Part::Foot, side)),
            clavicle,
            upper_arm,
            elbow,
            get(Part::Hand),
            get(Part::Eye),
        ]
    }

    fn finger(&self, finger: u8, side: Side) -> [Option<JointIdx>; 3] {
        let get = |p| self.first(Part::Finger(finger, p), side);
        let mut phalanges = [get(1), get(2), get(3)];
        if finger == 0
            && let Some(proximal) = self.first(Part::ThumbProximal, side)
        {
            let [first, second, _] = &mut phalanges;
            if first.is_none() {
                *first = Some(proximal);
            } else if second.is_none() {
                *second = Some(proximal);
            }
        }
        phalanges
    }

    fn spine(&self, skeleton: &Skeleton) -> Vec<(HumanBone, JointIdx)> {
        let top = [Part::Neck, Part::Head]
            .into_iter()
            .find_map(|p| self.first(p, Side::Middle));
        let mut at = top.and_then(|t| skeleton.joint(t)?.parent);
        let mut path = Vec::new();
        while let Some(joint) = at {
            let said = self.said.get(joint.idx()).copied().flatten();
            if let Some((part @ (Part::Spine | Part::Chest | Part::UpperChest), _)) = said {
                path.push((part, joint));
            }
            at = skeleton.joint(joint).and_then(|j| j.parent);
        }
        path.reverse();
        let named = |part| path.iter().find(|(p, _)| *p == part).map(|(_, j)| *j);
        let joints: Vec<JointIdx> = path.iter().map(|(_, j)| *j).collect();
        let (spine, chest, upper) = match joints.as_slice() {
            _ if named(Part::Chest).is_some() && named(Part::Spine).is_some() => (
                named(Part::Spine),
                named(Part::Chest),
                named(Part::UpperChest).or_else(|| second_chest(&path)),
            ),
            [] => (None, None, None),
            [only] => (Some(*only), None, None),
            [first, second] => (Some(*first), Some(*second), None),
            [first, .., last] => (
                Some(*first),
                joints.get(joints.len() / 2).copied(),
                Some(*last),
            ),
        };
        let bones = [
            (HumanBone::Spine, spine),
            (HumanBone::Chest, chest),
            (HumanBone::UpperChest, upper),
        ];
        bones
            .into_iter()
            .filter_map(|(b, j)| j.map(|j| (b, j)))
            .collect()
    }
}

fn second_chest(path: &[(Part, JointIdx)]) -> Option<JointIdx> {
    let mut chests = path.iter().filter(|(p, _)| *p == Part::Chest);
    chests.nth(1).map(|(_, j)| *j)
}

struct SideBones {
    limbs: [HumanBone; 9],
    fingers: [[HumanBone; 3]; 5],
}

const LEFT: SideBones = {
    use HumanBone::*;
    SideBones {
        limbs: [
            LeftUpperLeg,
            LeftLowerLeg,
            LeftFoot,
            LeftToes,
            LeftShoulder,
            LeftUpperArm,
            LeftLowerArm,
            LeftHand,
            LeftEye,
        ],
        fingers: [
            [LeftThumbMetacarpal, LeftThumbProximal, LeftThumbDistal],
            [LeftIndexProximal, LeftIndexIntermediate, LeftIndexDistal],
            [LeftMiddleProximal, LeftMiddleIntermediate, LeftMiddleDistal],
            [LeftRingProximal, LeftRingIntermediate, LeftRingDistal],
            [LeftLittleProximal, LeftLittleIntermediate, LeftLittleDistal],
        ],
    }
};

const RIGHT: SideBones = {
    use HumanBone::*;
    SideBones {
        limbs: [
            RightUpperLeg,
            RightLowerLeg,
            RightFoot,
            RightToes,
            RightShoulder,
            RightUpperArm,
            RightLowerArm,
            RightHand,
            RightEye,
        ],
        fingers: [
            [RightThumbMetacarpal, RightThumbProximal, RightThumbDistal],
            [RightIndexProximal, RightIndexIntermediate, RightIndexDistal],
            [
                RightMiddleProximal,
                RightMiddleIntermediate,
                RightMiddleDistal,
            ],
            [RightRingProximal, RightRingIntermediate, RightRingDistal],
            [
                RightLittleProximal,
                RightLittleIntermediate,
                RightLittleDistal,
            ],
        ],
    }
};
