//! One leg of the target: its foot's memory, its two bones, its toes.

use super::body::Body;
use super::error::{RetargetError, Side};
use super::feet::{Sole, smooth_step};
use super::joint_limits::Hinge;
use super::pelvis::LegReach;
use super::planting::{FootGoal, FootPlant, FreeFoot, giant_scale};
use super::posed::Posed;
use super::toes::{OTHER_TOES_MAX, other_toes};
use super::tuning::Numbers;
use super::two_bone;
use cyc_model::HumanBone::*;
use cyc_model::{HumanBone, JointFrame, Skeleton, Stage, Xf};
use glam::{DQuat, DVec3};

/// The bones of both legs.
pub(super) const LEGS: [[HumanBone; 3]; 2] = [
    [LeftUpperLeg, LeftLowerLeg, LeftFoot],
    [RightUpperLeg, RightLowerLeg, RightFoot],
];

/// Foot and toes of both legs.
pub(super) const FEET: [[HumanBone; 2]; 2] = [[LeftFoot, LeftToes], [RightFoot, RightToes]];

/// A leg begins to be straight at the first of these parts of its bones' length from hip to ankle, and is at the second.
const STRAIGHT_PARTS: [f64; 2] = [0.94, 0.985];

/// A foot is lowered by this part of its height over the floor at most: one that comes down fast would have to stop at
/// once.
const LOWER_PART: f64 = 0.5;

/// Everything of one leg.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leg {
    pub hinge: Hinge,
    pub source_sole: Sole,
    pub sole: Sole,
    pub plant: FootPlant,
    /// How far the foot was raised in the frame before to spare the knee, metres.
    spared_m: f64,
    /// How far the foot was moved in the frame before, metres, and whether it was to be moved farther.
    moved: DVec3,
    is_behind: bool,
    /// Toes that bend with the toes.
    other_toes: [Option<usize>; OTHER_TOES_MAX],
    /// Where the toes point in their joint's frame, flat in the rest pose; zero without toes.
    toes_forward: DVec3,
}

/// What a frame gives to both legs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stride {
    pub source_hip_height_m: f64,
    pub target_hip_height_m: f64,
    pub wider_m: f64,
    pub scale: f64,
    pub dt_s: f64,
    pub starts: bool,
    /// How far the hips were moved in the frame before.
    pub hips_moved: DVec3,
    /// The standing heights of both soles.
    pub standing_m: [Option<f64>; 2],
}

impl Leg {
    pub(super) fn new(
        from: &Body<'_>,
        to: &Body<'_>,
        skeleton: &Skeleton,
        side: usize,
    ) -> Result<Self, RetargetError> {
        let missing = |side| RetargetError::MissingBones {
            side,
            bones: Vec::new(),
        };
        let [foot, toes] = FEET[side];
        let sole = Sole::new(to, foot, toes).ok_or(missing(Side::Target))?;
        let toes_forward = sole.toes.map_or(DVec3::ZERO, |joint| {
            to.rest_rotation(joint).conjugate() * to.foot_heading(foot, toes)
        });
        Ok(Self {
            hinge: Hinge::new(to, LEGS[side], true).ok_or(missing(Side::Target))?,
            source_sole: Sole::new(from, foot, toes).ok_or(missing(Side::Source))?,
            sole,
            plant: FootPlant::default(),
            spared_m: 0.0,
            moved: DVec3::ZERO,
            is_behind: false,
            other_toes: other_toes(skeleton, to, side),
            toes_forward,
        })
    }

    /// The joints of toes that bend with the toes.
    pub(super) fn other_toes(&self) -> impl Iterator<Item = usize> + '_ {
        self.other_toes.iter().flatten().copied()
    }

    /// Where the foot is to be, given where the turns alone put it. A foot that is free goes along with the hips.
    pub(super) fn goal(
        &mut self,
        source: &[Xf<Stage, JointFrame>],
        posed: &Posed,
        stride: &Stride,
        numbers: &Numbers,
    ) -> FootGoal {
        let foot = source[self.source_sole.foot];
        let depth_m = self.source_sole.depth_m(foot.rotation());
        let [hip, knee] = [self.hinge.upper, self.hinge.lower].map(|j| posed.at(j));
        let free = FreeFoot {
            rotation: posed.rotation(self.sole.foot),
            origin: posed.at(self.sole.foot),
            hips_moved: stride.hips_moved,
            hip,
            bones_m: knee.distance(hip) + posed.at(self.sole.foot).distance(knee),
            source_low_m: foot.translation().metres().y - depth_m,
            source_hip_height_m: stride.source_hip_height_m,
            standing_m: stride.standing_m[0].or(stride.standing_m[1]),
            scale: stride.scale,
            target_hip_height_m: stride.target_hip_height_m,
            wider_m: stride.wider_m,
            giant_scale: giant_scale(stride.target_hip_height_m),
        };
        let time = (stride.dt_s, stride.starts);
        self.plant.goal(&self.sole, &free, time, numbers)
    }

    /// What the leg asks of the hips. A free foot's goal goes along with them and asks for its own part only.
    pub(super) fn reach_of(&self, goal: &FootGoal, hips_moved: DVec3, posed: &Posed) -> LegReach {
        LegReach {
            hip: posed.at(self.hinge.upper),
            knee: posed.at(self.hinge.lower),
            ankle: posed.at(self.sole.foot),
            goal: goal.ankle - hips_moved * (1.0 - goal.planted),
            planted: goal.planted,
        }
    }

    /// Turns thigh and shank so that the ankle comes to its goal once the hips are shifted, then foot and toes; a tip that would
    /// still be under the floor is brought up to it. What spares the knee changes by what is left of the foot's step at most.
    pub(super) fn reach(
        &mut self,
        goal: &FootGoal,
        shift: DVec3,
        posed: &mut Posed,
        toe_bend: f64,
    ) {
        let [hip, knee, ankle] =
            [self.hinge.upper, self.hinge.lower, self.sole.foot].map(|j| posed.at(j));
        let at = goal.ankle - shift;
        let wanted_m = spare_knee(hip, (knee, ankle), at, goal);
        let moved_m = (wanted_m - self.spared_m).clamp(-goal.step_left_m, goal.step_left_m);
        self.spared_m = (self.spared_m + moved_m).max(-LOWER_PART * goal.low_m.max(0.0));
        let at = at + DVec3::Y * self.spared_m;
        let at = self.within_reach((hip, knee, ankle), at, shift, goal);
        if at.distance_squared(ankle) > 1e-20 {
            let turns = two_bone::reach(hip, knee, ankle, at, self.hinge.hint(posed));
            posed.turn(self.hinge.upper, turns.upper);
            posed.turn(self.hinge.lower, turns.lower);
        }
        if goal.turn != DQuat::IDENTITY {
            posed.turn(self.sole.foot, goal.turn);
        }
        if let Some(tip) = self.sole.tip.filter(|_| toe_bend > 0.0) {
            let ankle_m = ankle.y + self.moved.y + goal.sink_max_m;
            let up = tip.up(posed.rotation(self.sole.foot), ankle_m);
            posed.turn(self.sole.foot, DQuat::IDENTITY.slerp(up, toe_bend));
        }
        if let Some(toes) = self.sole.toes {
            let foot = posed.rotation(self.sole.foot);
            let height_m = goal.ankle.y + self.sole.ball.arm(foot).y;
            self.place_toes(toes, height_m, goal.turn, posed, toe_bend);
        }
    }

    /// Where the ankle comes to of a leg that may be too short for its goal: what it ends at goes along with the hip, which
    /// the goal's steps know nothing of, so that is what takes no step too far until the goal is met again.
    fn within_reach(
        &mut self,
        (hip, knee, ankle): (DVec3, DVec3, DVec3),
        at: DVec3,
        shift: DVec3,
        goal: &FootGoal,
    ) -> DVec3 {
        let longest_m = two_bone::reach_m(knee.distance(hip), ankle.distance(knee));
        let longest_m = longest_m.max(ankle.distance(hip));
        let end = hip + (at - hip).clamp_length_max(longest_m);
        let wanted = end + shift - ankle;
        self.moved = if self.is_behind || end != at {
            self.moved + (wanted - self.moved).clamp_length_max(goal.step_m)
        } else {
            wanted
        };
        let lower_m = (at + shift - ankle).y - self.moved.y;
        let sunk_m = lower_m - (goal.low_m + self.spared_m) - goal.sink_max_m;
        self.moved.y += sunk_m.clamp(0.0, lower_m.max(0.0));
        self.is_behind = self.moved.distance_squared(wanted) > 1e-18;
        ankle + self.moved - shift
    }

    /// Toes whose tip would be under the floor are bent up to it.
    fn place_toes(&self, toes: usize, height_m: f64, turn: DQuat, posed: &mut Posed, bend: f64) {
        let along = turn * posed.rotation(toes) * self.toes_forward;
        let lowest = -(height_m / self.sole.toes_m.max(1e-6)).clamp(0.0, 1.0);
        let all = || std::iter::once(toes).chain(self.other_toes());
        if turn != DQuat::IDENTITY {
            all().for_each(|joint| posed.turn(joint, turn));
        }
        if along.y >= lowest || bend <= 0.0 {
            return;
        }
        if let Some(axis) = along.cross(DVec3::Y).try_normalize() {
            let up_rad = lowest.asin() - along.y.clamp(-1.0, 1.0).asin();
            let up = DQuat::from_axis_angle(axis, up_rad * bend);
            all().for_each(|joint| posed.turn(joint, up));
        }
    }
}

/// How far the foot of a free leg that is all but straight is to be raised (or lowered) so that the leg keeps its length,
/// metres: to reach a place that is a millimetre nearer its knee would have to jump by centimetres. A foot is not lowered
/// into the floor.
fn spare_knee(hip: DVec3, (knee, ankle): (DVec3, DVec3), at: DVec3, goal: &FootGoal) -> f64 {
    let own_m = ankle.distance(hip);
    let bones_m = knee.distance(hip) + ankle.distance(knee);
    let straight = smooth_step(
        own_m / bones_m.max(1e-9),
        STRAIGHT_PARTS[0],
        STRAIGHT_PARTS[1],
    );
    let arm = at - hip;
    let length_m = arm.length();
    if straight <= 0.0 || length_m <= 0.0 {
        return 0.0;
    }
    let longer_m = (own_m - length_m) * straight * (1.0 - goal.planted);
    let rise_m = longer_m * arm.y / length_m;
    rise_m.max(-LOWER_PART * goal.low_soon_m.max(0.0))
}
