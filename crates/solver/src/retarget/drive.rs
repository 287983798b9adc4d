//! What drives each joint of the target: a bone of the source, a blend of two, or nothing but its parent.

use super::alignment::alignments;
use super::body::Body;
use super::fingers::relaxed_turn;
use cyc_model::HumanBone;
use cyc_model::HumanBone::*;
use glam::DQuat;

/// How a joint of the target gets its rotation.
#[derive(Clone, Copy, Debug)]
pub(super) enum Drive {
    /// Keeps its rest pose against its parent.
    Rest,
    /// Global rotation: the source joint's, times a constant.
    Follow { source: usize, after: DQuat },
    /// Between two bones of the source that has fewer or more joints in the chain.
    Between {
        low: Turned,
        high: Turned,
        t: f64,
        after: DQuat,
    },
}

/// A source joint with what undoes its rest rotation, so that the product is how far it turned from rest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turned {
    pub source: usize,
    pub undo_rest: DQuat,
}

const TRUNK: &[HumanBone] = &[Spine, Chest, UpperChest];
const NECK: &[HumanBone] = &[Neck, Head];

/// One entry a joint of the target, and extra local turns of the fingers that nobody drives.
pub(super) fn plan(
    source: &Body<'_>,
    target: &Body<'_>,
    joints: usize,
    curl_rad: f64,
) -> (Vec<Drive>, Vec<DQuat>) {
    let aligned = alignments(source, target);
    let mut drives = vec![Drive::Rest; joints];
    let mut turns = vec![DQuat::IDENTITY; joints];
    let turned = |joint: usize| Turned {
        source: joint,
        undo_rest: source.rest_rotation(joint).conjugate(),
    };
    for bone in HumanBone::ALL {
        let Some(own) = target.joint(bone) else {
            continue;
        };
        let after = aligned[bone as usize] * target.rest_rotation(own);
        if let Some(driver) = source.joint(bone) {
            drives[own] = Drive::Follow {
                source: driver,
                after: source.rest_rotation(driver).conjugate() * after,
            };
        } else if let Some(turn) = relaxed_turn(target, bone, curl_rad) {
            let rest = target.rest_rotation(own);
            turns[own] = rest.conjugate() * turn * rest;
        }
    }
    let hips = source.joint(Hips);
    let top = TRUNK.iter().rev().find_map(|b| source.joint(*b)).or(hips);
    for (chain, base) in [(TRUNK, hips), (NECK, top)] {
        let from: Vec<usize> = chain.iter().filter_map(|b| source.joint(*b)).collect();
        let to: Vec<HumanBone> = chain
            .iter()
            .copied()
            .filter(|b| target.joint(*b).is_some())
            .collect();
        let Some(base) = base else { continue };
        if from.is_empty()
            || from.len() == to.len() && to.iter().all(|b| source.joint(*b).is_some())
        {
            continue;
        }
        for (k, bone) in to.iter().enumerate() {
            // Joint k of m turns as far along its chain as place u does along the other's n joints.
            let u = (k + 1) as f64 / to.len() as f64 * from.len() as f64;
            let below = (u.ceil() as usize).clamp(1, from.len()) - 1;
            let low = if below == 0 { base } else { from[below - 1] };
            let Some(own) = target.joint(*bone) else {
                continue;
            };
            drives[own] = Drive::Between {
                low: turned(low),
                high: turned(from[below]),
                t: u - below as f64,
                after: aligned[*bone as usize] * target.rest_rotation(own),
            };
        }
    }
    (drives, turns)
}
