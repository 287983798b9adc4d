//! Where hands reach: relative to the shoulders, or to the very place of the performer's hands.

use super::body::Body;
use super::joint_limits::Hinge;
use super::posed::Posed;
use super::tuning::Numbers;
use super::two_bone;
use cyc_model::HumanBone::*;
use cyc_model::{HumanBone, JointFrame, Stage, Xf};
use glam::DVec3;

/// The bones of both arms.
pub(super) const ARMS: [[HumanBone; 3]; 2] = [
    [LeftUpperArm, LeftLowerArm, LeftHand],
    [RightUpperArm, RightLowerArm, RightHand],
];

/// Both arms of performer and character.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hands {
    source: [[usize; 3]; 2],
    /// How many times wider the character's arms span than the performer's.
    span: f64,
}

impl Hands {
    pub(super) fn new(source: &Body<'_>, target: &Body<'_>) -> Option<Self> {
        let joints = ARMS.map(|arm| {
            let [upper, lower, hand] = arm.map(|b| source.joint(b));
            Some([upper?, lower?, hand?])
        });
        let [Some(left), Some(right)] = joints else {
            return None;
        };
        let span = span_m(target)? / span_m(source)?;
        (span.is_finite() && span > 0.0).then_some(Self {
            source: [left, right],
            span,
        })
    }

    /// Turns the arms so that the hands come to their goals; hands keep how they are turned.
    pub(super) fn reach(
        &self,
        arms: [Hinge; 2],
        source: &[Xf<Stage, JointFrame>],
        shift: DVec3,
        posed: &mut Posed,
        numbers: &Numbers,
    ) {
        let strength = numbers.hands_relative + numbers.hands_absolute;
        if strength <= 0.0 {
            return;
        }
        let at = |joint: usize| source[joint].translation().metres();
        let [from, to] = [
            0.5 * (at(self.source[0][0]) + at(self.source[1][0])),
            0.5 * (posed.at(arms[0].upper) + posed.at(arms[1].upper)),
        ];
        for (arm, joints) in arms.iter().zip(self.source) {
            let hand = at(joints[2]);
            let [root, elbow, end] = [arm.upper, arm.lower, arm.end].map(|j| posed.at(j));
            let relative = to + (hand - from) * self.span;
            // Joints are not placed on the shifted hips yet.
            let absolute = hand - shift;
            let goal = end
                + (relative - end) * numbers.hands_relative
                + (absolute - end) * numbers.hands_absolute;
            let turns = two_bone::reach(root, elbow, end, goal, arm.hint(posed));
            posed.turn(arm.upper, turns.upper);
            posed.turn(arm.lower, turns.lower);
        }
    }
}

/// From the middle between the shoulders to a hand, stretched.
fn span_m(body: &Body<'_>) -> Option<f64> {
    let mut sum_m = 0.0;
    for arm in ARMS {
        let [upper, lower, hand] = arm.map(|b| body.at(b));
        let (upper, lower, hand) = (upper?, lower?, hand?);
        sum_m += upper.distance(lower) + lower.distance(hand);
    }
    let shoulders_m = body.at(LeftUpperArm)?.distance(body.at(RightUpperArm)?);
    Some(0.5 * (sum_m + shoulders_m))
}
