//! A hand over the floor: not in it, and on it where the performer's is.
//!
//! Arms that are longer than the performer's, or hips that stand lower, would push the hands of somebody who crawls into the
//! floor; shorter ones would leave them hovering. So a hand's height follows the performer's when hers is near the floor.
//! What space a hand takes up is known of a character that has a surface; otherwise its bones say how long it is.

use super::body::Body;
use super::feet::nearness;
use super::tuning::Numbers;
use cyc_model::HumanBone::*;
use cyc_model::{HandShape, HumanBone};
use glam::{DQuat, DVec3};

/// A hand is as high as the performer's below the first of these heights of hers, and free above the other, as parts of the
/// height of her hips.
const NEAR_PARTS: [f64; 2] = [0.03, 0.16];

/// A hand is so long, as a part of its forearm, and so wide and thick, as parts of its length.
const LENGTH_PART: f64 = 0.7;
const WIDTH_PART: f64 = 0.42;
const THICKNESS_PART: f64 = 0.14;

/// A finger reaches beyond its last joint by this part of the bone before.
const TIP_PART: f64 = 0.8;

/// A hand is not lowered to where its arm would be straighter than this part of its bones' length.
const LOWER_PART: f64 = 0.97;

/// Forearm, hand, and the middle finger's and the outer fingers' bones.
const HANDS: [[HumanBone; 7]; 2] = [
    [
        LeftLowerArm,
        LeftHand,
        LeftMiddleProximal,
        LeftMiddleIntermediate,
        LeftMiddleDistal,
        LeftIndexProximal,
        LeftLittleProximal,
    ],
    [
        RightLowerArm,
        RightHand,
        RightMiddleProximal,
        RightMiddleIntermediate,
        RightMiddleDistal,
        RightIndexProximal,
        RightLittleProximal,
    ],
];

/// One hand of the character and the performer's.
#[derive(Clone, Copy, Debug)]
pub(super) struct HandFloor {
    source: HandShape,
    target: HandShape,
    source_hip_height_m: f64,
    /// How many times bigger than the performer's it is.
    size: f64,
    /// By how much it is raised, metres.
    lift_m: f64,
}

/// A hand in a frame, before the floor counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct FreeHand {
    /// The performer's.
    pub source: (DVec3, DQuat),
    /// The character's, where it is to be.
    pub wrist: DVec3,
    pub rotation: DQuat,
    /// The upper end of its arm, and how long the arm's bones are, metres.
    pub shoulder: DVec3,
    pub bones_m: f64,
}

impl HandFloor {
    pub(super) fn new(source: &Body<'_>, target: &Body<'_>, side: usize) -> Option<Self> {
        let (from, to) = (by_bones(source, side)?, by_bones(target, side)?);
        let [source_m, target_m] = [&from, &to].map(|shape| shape.half_axes[0].length());
        Some(Self {
            source: source.hand_shape(side).unwrap_or(from),
            target: target.hand_shape(side).unwrap_or(to),
            source_hip_height_m: source.hip_height_m,
            size: target_m / source_m.max(1e-6),
            lift_m: 0.0,
        })
    }

    /// By how much the hand is raised, metres; it changes by a step at most unless the frame `starts`.
    pub(super) fn lift_m(
        &mut self,
        hand: &FreeHand,
        (step_m, starts): (f64, bool),
        numbers: &Numbers,
    ) -> f64 {
        let (at, rotation) = hand.source;
        let source_low_m = at.y - self.source.depth_m(rotation);
        let low_m = hand.wrist.y - self.target.depth_m(hand.rotation);
        let [full_m, none_m] = NEAR_PARTS.map(|part| part * self.source_hip_height_m);
        let near = nearness(source_low_m, full_m, none_m) * numbers.hands_match_floor;
        let follow_m = (source_low_m * self.size).max(0.0);
        let lower_m = lowest_m(hand).min(0.0);
        let wanted_m = (near * (follow_m - low_m)).max(lower_m);
        let wanted_m = wanted_m + numbers.hands_above_floor * (-low_m - wanted_m).max(0.0);
        let step_m = if starts { f64::INFINITY } else { step_m };
        self.lift_m += (wanted_m - self.lift_m).clamp(-step_m, step_m);
        self.lift_m
    }
}

/// By how much (negative) a hand may be lowered before its arm is all but straight, metres.
fn lowest_m(hand: &FreeHand) -> f64 {
    let arm = hand.wrist - hand.shoulder;
    let longest_m = arm.length().max(LOWER_PART * hand.bones_m);
    let along_m2 = arm.x * arm.x + arm.z * arm.z;
    -arm.y - (longest_m * longest_m - along_m2).max(0.0).sqrt()
}

/// A hand as its bones say: straight on from the forearm unless it has fingers, its palm down where nothing tells.
fn by_bones(body: &Body<'_>, side: usize) -> Option<HandShape> {
    let [forearm, hand, knuckle, middle, last, index, little] = HANDS[side];
    let (elbow, wrist) = (body.at(forearm)?, body.at(hand)?);
    let end = match (body.at(knuckle), body.at(middle), body.at(last)) {
        (_, Some(middle), Some(last)) => last + (last - middle) * TIP_PART,
        (Some(knuckle), _, _) => wrist + (knuckle - wrist) * 2.0,
        _ => wrist + (wrist - elbow) * LENGTH_PART,
    };
    let length_m = end.distance(wrist);
    let along = (end - wrist).try_normalize()?;
    let across = body.between(index, little).unwrap_or(along.cross(DVec3::Y));
    let across = (across - along * across.dot(along)).try_normalize();
    let across = across.unwrap_or_else(|| along.any_orthonormal_vector());
    let joint = body.joint(hand)?;
    let to_hand = body.rest_rotation(joint).conjugate();
    let axes = [along, across, along.cross(across)];
    let halves = [1.0, WIDTH_PART, THICKNESS_PART].map(|part| 0.5 * part * length_m);
    Some(HandShape {
        centre: to_hand * (0.5 * (end - wrist)),
        half_axes: [0, 1, 2].map(|k| to_hand * axes[k] * halves[k]),
    })
}
