//! Where hands reach: relative to the shoulders, or to the very place of the performer's hands, and never into the floor.

use super::body::Body;
use super::hand_floor::{FreeHand, HandFloor};
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
    floor: [HandFloor; 2],
    /// How many times wider the character's arms span than the performer's.
    span: f64,
}

/// What a frame gives to both arms.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    /// How far the hips are moved; joints are not placed on them yet.
    pub shift: DVec3,
    /// By how much a hand may be raised or lowered beside what the hips move in this frame, metres.
    pub step_m: f64,
    pub starts: bool,
}

impl Reach {
    pub(super) fn new(shift: DVec3, step_m: f64, starts: bool) -> Self {
        Self {
            shift,
            step_m,
            starts,
        }
    }
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
        let floor = |side| HandFloor::new(source, target, side);
        let span = span_m(target)? / span_m(source)?;
        (span.is_finite() && span > 0.0).then_some(Self {
            source: [left, right],
            floor: [floor(0)?, floor(1)?],
            span,
        })
    }

    /// Turns the arms so that the hands come to their goals; hands keep how they are turned.
    pub(super) fn reach(
        &mut self,
        arms: [Hinge; 2],
        source: &[Xf<Stage, JointFrame>],
        frame: &Reach,
        posed: &mut Posed,
        numbers: &Numbers,
    ) {
        let at = |joint: usize| source[joint].translation().metres();
        let [from, to] = [
            0.5 * (at(self.source[0][0]) + at(self.source[1][0])),
            0.5 * (posed.at(arms[0].upper) + posed.at(arms[1].upper)),
        ];
        let each = arms.iter().zip(self.source).zip(&mut self.floor);
        for ((arm, joints), floor) in each {
            let hand = at(joints[2]);
            let [root, elbow, end] = [arm.upper, arm.lower, arm.end].map(|j| posed.at(j));
            let relative = to + (hand - from) * self.span;
            let absolute = hand - frame.shift;
            let goal = end
                + (relative - end) * numbers.hands_relative
                + (absolute - end) * numbers.hands_absolute;
            let free = FreeHand {
                source: (hand, source[joints[2]].rotation()),
                wrist: goal + frame.shift,
                rotation: posed.rotation(arm.end),
                shoulder: root + frame.shift,
                bones_m: root.distance(elbow) + elbow.distance(end),
            };
            let lift_m = floor.lift_m(&free, (frame.step_m, frame.starts), numbers);
            let goal = goal + DVec3::Y * lift_m;
            if goal.distance_squared(end) > 1e-20 {
                let turns = two_bone::reach(root, elbow, end, goal, arm.hint(posed));
                posed.turn(arm.upper, turns.upper);
                posed.turn(arm.lower, turns.lower);
            }
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
