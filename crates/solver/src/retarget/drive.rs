//! What drives each joint of the target: a bone of the source, a blend of two, or nothing but its parent.

use super::alignment::alignments;
use super::body::Body;
use super::fingers::curl_axis;
use cyc_model::HumanBone;
use cyc_model::HumanBone::*;
use glam::{DQuat, DVec3};

/// How a joint of the target gets its rotation.
#[derive(Clone, Copy, Debug)]
pub(super) enum Drive {
    /// Keeps its rest pose against its parent.
    Rest,
    /// Begins so, and then is as it is turned: twist joints by their share, toes by the floor.
    Own,
    /// Global rotation: the source joint's, times a constant.
    Follow(Follow),
    /// Between two bones of the source that has fewer or more joints in the chain.
    Between(Between),
}

/// A joint that follows one of the source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Follow {
    pub source: usize,
    undo_rest: DQuat,
    bone: usize,
    aligned_rest: DQuat,
    /// What `source` is multiplied with: its rest undone, the character's offset, the aligned rest pose.
    pub after: DQuat,
}

/// A joint between two of the source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Between {
    pub low: Turned,
    pub high: Turned,
    pub t: f64,
    bone: usize,
    aligned_rest: DQuat,
    pub after: DQuat,
}

impl Drive {
    /// Takes the offset of its bone.
    pub(super) fn offset(&mut self, offset_of: impl Fn(usize) -> DQuat) {
        match self {
            Self::Rest | Self::Own => {}
            Self::Follow(f) => f.after = f.undo_rest * offset_of(f.bone) * f.aligned_rest,
            Self::Between(b) => b.after = offset_of(b.bone) * b.aligned_rest,
        }
    }
}

/// A source joint with what undoes its rest rotation, so that the product is how far it turned from rest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turned {
    pub source: usize,
    pub undo_rest: DQuat,
}

const TRUNK: &[HumanBone] = &[Spine, Chest, UpperChest];
const NECK: &[HumanBone] = &[Neck, Head];

/// The drive of every joint of the target, the axes about which undriven fingers relax, and every bone's aligned rest
/// rotation (identity for bones that the target has not).
pub(super) struct Plan {
    pub drives: Vec<Drive>,
    pub curl_axes: Vec<DVec3>,
    pub aligned_rest: [DQuat; HumanBone::COUNT],
}

impl Plan {
    /// Lets a joint that is no bone turn as a bone does.
    pub(super) fn turn_along(&mut self, target: &Body<'_>, joint: usize, bone: HumanBone) {
        let Some(own) = target.joint(bone) else {
            return;
        };
        let to_joint = target.rest_rotation(own).conjugate() * target.rest_rotation(joint);
        let aligned_rest = self.aligned_rest[bone as usize] * to_joint;
        self.drives[joint] = match self.drives[own] {
            Drive::Follow(follow) => Drive::Follow(Follow {
                aligned_rest,
                after: follow.undo_rest * aligned_rest,
                ..follow
            }),
            _ => Drive::Own,
        };
    }
}

pub(super) fn plan(source: &Body<'_>, target: &Body<'_>, joints: usize) -> Plan {
    let aligned = alignments(source, target);
    let mut plan = Plan {
        drives: vec![Drive::Rest; joints],
        curl_axes: vec![DVec3::ZERO; joints],
        aligned_rest: [DQuat::IDENTITY; HumanBone::COUNT],
    };
    for bone in HumanBone::ALL {
        let Some(own) = target.joint(bone) else {
            continue;
        };
        let aligned_rest = aligned[bone as usize] * target.rest_rotation(own);
        plan.aligned_rest[bone as usize] = aligned_rest;
        if let Some(driver) = source.joint(bone) {
            let undo_rest = source.rest_rotation(driver).conjugate();
            plan.drives[own] = Drive::Follow(Follow {
                source: driver,
                undo_rest,
                bone: bone as usize,
                aligned_rest,
                after: undo_rest * aligned_rest,
            });
        } else if matches!(bone, LeftToes | RightToes) {
            plan.drives[own] = Drive::Own;
        } else if let Some(axis) = curl_axis(target, bone) {
            plan.curl_axes[own] = target.rest_rotation(own).conjugate() * axis;
        }
    }
    let hips = source.joint(Hips);
    let top = TRUNK.iter().rev().find_map(|b| source.joint(*b)).or(hips);
    for (chain, base) in [(TRUNK, hips), (NECK, top)] {
        if let Some(base) = base {
            share_out(source, target, (chain, base), &mut plan);
        }
    }
    plan
}

/// Lets a chain of the target turn as the source's does along its length when the two have not the same bones.
fn share_out(
    source: &Body<'_>,
    target: &Body<'_>,
    (chain, base): (&[HumanBone], usize),
    plan: &mut Plan,
) {
    let turned = |joint: usize| Turned {
        source: joint,
        undo_rest: source.rest_rotation(joint).conjugate(),
    };
    let from: Vec<usize> = chain.iter().filter_map(|b| source.joint(*b)).collect();
    let to: Vec<HumanBone> = chain
        .iter()
        .copied()
        .filter(|b| target.joint(*b).is_some())
        .collect();
    let same = from.len() == to.len() && to.iter().all(|b| source.joint(*b).is_some());
    if from.is_empty() || same {
        return;
    }
    for (k, bone) in to.iter().enumerate() {
        // Joint k of m turns as far along its chain as place u does along the other's n joints.
        let u = (k + 1) as f64 / to.len() as f64 * from.len() as f64;
        let below = (u.ceil() as usize).clamp(1, from.len()) - 1;
        let low = if below == 0 { base } else { from[below - 1] };
        let Some(own) = target.joint(*bone) else {
            continue;
        };
        let aligned_rest = plan.aligned_rest[*bone as usize];
        plan.drives[own] = Drive::Between(Between {
            low: turned(low),
            high: turned(from[below]),
            t: u - below as f64,
            bone: *bone as usize,
            aligned_rest,
            after: aligned_rest,
        });
    }
}
