//! A plain body of 1.8 m made of sticks, in any pose.

#![allow(dead_code, reason = "tests use different parts")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use cyc_model::HumanBone::*;
use cyc_model::{HumanBone, HumanoidMap, JointFrame, JointSpec, Skeleton, Space, Stage, Xf};
use glam::{DQuat, DVec3, EulerRot};

/// A bone, what it hangs on, and where its joint is.
pub struct Part {
    pub bone: HumanBone,
    pub parent: Option<HumanBone>,
    pub at: DVec3,
}

/// Where the joints of a plain body of 1.8 m are in a T-pose.
pub fn t_pose() -> Vec<Part> {
    let mut parts = vec![
        (Hips, None, [0.0, 1.0, 0.0]),
        (Spine, Some(Hips), [0.0, 1.1, -0.02]),
        (Chest, Some(Spine), [0.0, 1.25, -0.04]),
        (Neck, Some(Chest), [0.0, 1.5, -0.04]),
        (Head, Some(Neck), [0.0, 1.6, 0.0]),
    ];
    let sides = [
        (
            1.0,
            [
                LeftShoulder,
                LeftUpperArm,
                LeftLowerArm,
                LeftHand,
                LeftUpperLeg,
                LeftLowerLeg,
                LeftFoot,
                LeftToes,
            ],
        ),
        (
            -1.0,
            [
                RightShoulder,
                RightUpperArm,
                RightLowerArm,
                RightHand,
                RightUpperLeg,
                RightLowerLeg,
                RightFoot,
                RightToes,
            ],
        ),
    ];
    for (s, [collar, arm, forearm, hand, thigh, shank, foot, toes]) in sides {
        parts.extend([
            (collar, Some(Chest), [0.05 * s, 1.45, 0.0]),
            (arm, Some(collar), [0.2 * s, 1.45, 0.0]),
            (forearm, Some(arm), [0.5 * s, 1.45, 0.0]),
            (hand, Some(forearm), [0.77 * s, 1.45, 0.0]),
            (thigh, Some(Hips), [0.1 * s, 0.95, 0.0]),
            (shank, Some(thigh), [0.1 * s, 0.52, 0.02]),
            (foot, Some(shank), [0.1 * s, 0.09, 0.0]),
            (toes, Some(foot), [0.1 * s, 0.03, 0.14]),
        ]);
    }
    parts
        .into_iter()
        .map(|(bone, parent, at)| Part {
            bone,
            parent,
            at: at.into(),
        })
        .collect()
}

/// Builds a skeleton with joint frames turned by `frame`, so that rest rotations are not the identity.
pub fn skeleton(parts: &[Part], frame: impl Fn(HumanBone) -> DQuat) -> (Skeleton, HumanoidMap) {
    let specs = parts
        .iter()
        .map(|part| {
            let parent = part
                .parent
                .and_then(|p| parts.iter().position(|q| q.bone == p));
            let (turn, from) = parent.map_or((DQuat::IDENTITY, DVec3::ZERO), |p| {
                (frame(parts[p].bone), parts[p].at)
            });
            let back = turn.conjugate();
            JointSpec {
                name: part.bone.vrm_name().into(),
                parent,
                parent_from_joint: Xf::saturating(back * frame(part.bone), back * (part.at - from)),
            }
        })
        .collect();
    let (skeleton, order) = Skeleton::build(specs).unwrap();
    let bones: Vec<_> = parts.iter().map(|p| p.bone).zip(order).collect();
    let map = HumanoidMap::build(&skeleton, bones).unwrap();
    (skeleton, map)
}

pub fn turned(bone: HumanBone) -> DQuat {
    let k = bone as u8 as f64;
    DQuat::from_euler(EulerRot::XYZ, 0.7 * k, 1.1 * k.sin(), -0.4 * k)
}

pub fn plain(_: HumanBone) -> DQuat {
    DQuat::IDENTITY
}

/// A posed skeleton: every joint turned from rest in the model's axes, the hips moved.
pub fn posed(
    skeleton: &Skeleton,
    turns: impl Fn(usize) -> DQuat,
    shift: DVec3,
) -> Vec<Xf<Stage, JointFrame>> {
    let rest = skeleton.rest_global();
    let mut delta: Vec<DQuat> = Vec::new();
    let mut globals: Vec<Xf<Stage, JointFrame>> = Vec::new();
    for (j, joint) in skeleton.joints().iter().enumerate() {
        let own = turns(j);
        let (turn, at) = match joint.parent {
            None => (own, rest[j].translation().metres() + shift),
            Some(p) => {
                let arm = rest[j].translation().metres() - rest[p.idx()].translation().metres();
                let p = p.idx();
                (
                    delta[p] * own,
                    globals[p].translation().metres() + delta[p] * arm,
                )
            }
        };
        delta.push(turn);
        globals.push(Xf::saturating(turn * rest[j].rotation(), at));
    }
    globals
}

/// Where a bone's joint is.
pub fn place<S: Space>(
    body: &(Skeleton, HumanoidMap),
    globals: &[Xf<S, JointFrame>],
    bone: HumanBone,
) -> DVec3 {
    globals[body.1.joint(bone).unwrap().idx()]
        .translation()
        .metres()
}
