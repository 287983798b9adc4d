//! Moves a performer's pose onto a character with other bones, other proportions and another rest pose.
//!
//! Built once for a pair of skeletons: every joint of the target gets its driver, with the difference of the rest poses
//! folded into one constant. A frame then is: the hips' path scaled with the floor kept, one rotation a joint, and the
//! feet brought to the floor. Rotations are global, so that what a source bone does reaches the target whole, twist
//! included, whatever lies between the bones. Feet have a memory (where they landed), so frames come in their order with
//! the time between them; a gap, a step back or a jump starts the memory anew. Nothing is allocated after building.

mod alignment;
mod body;
mod contact;
mod drive;
mod error;
mod feet;
mod fingers;
mod settings;
mod two_bone;

pub use error::{RetargetError, Side};
pub use settings::{
    DEFAULT_RETARGET, FingerSettings, FootSettings, RetargetSettings, RootScale, RootSettings,
    parse_retarget,
};

use body::Body;
use contact::{ContactThresholds, ContactTracker};
use cyc_model::HumanBone::{
    LeftFoot, LeftLowerLeg, LeftToes, LeftUpperLeg, RightFoot, RightLowerLeg, RightToes,
    RightUpperLeg,
};
use cyc_model::{HumanBone, HumanoidMap, JointFrame, Skeleton, Stage, Xf};
use drive::{Drive, Turned};
use feet::{Sole, nearness};
use glam::{DQuat, DVec3};

/// After a longer time between two frames nothing is known of what happened in it, seconds: a step takes twice as long.
pub const GAP_MAX_S: f64 = 0.25;

/// Nobody's hips are faster, metres a second (a sprinter: 12), beside [`JUMP_MIN_M`] of noise: more is a jump.
const SPEED_MAX_MPS: f64 = 15.0;

/// A shorter jump is none, metres.
const JUMP_MIN_M: f64 = 0.1;

/// What one frame's retarget did beyond turning joints.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RetargetReport {
    /// What the performer's left and right foot stand on.
    pub contacts: [FootContacts; 2],
    /// Whether this frame started anew: the first, one after a gap or a step back in time, or one after a jump.
    pub restarted: bool,
    /// How far the left and the right ankle were moved up (or down, negative) to the floor, metres.
    pub foot_lift_m: [f64; 2],
    /// How far the hips were lowered so that the legs reach, metres.
    pub hips_drop_m: f64,
}

/// Which points of a foot stand on the floor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FootContacts {
    /// The heel.
    pub heel: bool,
    /// The ball.
    pub ball: bool,
}

#[derive(Clone, Copy, Debug)]
struct PlannedJoint {
    parent: Option<usize>,
    local_rotation: DQuat,
    local_translation: DVec3,
    drive: Drive,
    /// Whether it hangs on the hips.
    below_hips: bool,
}

#[derive(Clone, Copy, Debug)]
struct Leg {
    upper: usize,
    lower: usize,
    source_sole: Sole,
    target_sole: Sole,
    heel: ContactTracker,
    ball: ContactTracker,
}

#[derive(Clone, Copy, Debug, Default)]
struct Placed {
    rotation: DQuat,
    origin: DVec3,
}

/// Retargets one performer onto one character. Owns all its memory.
#[derive(Clone, Debug)]
pub struct Retargeter {
    joints: Vec<PlannedJoint>,
    source_joints: usize,
    hips: usize,
    source_hip_height_m: f64,
    /// The middle between the performer's hip joints in the frame before; `None` before the first.
    source_middle: Option<DVec3>,
    source_hip_joints: [usize; 2],
    /// From the hips' joint to the middle between the hip joints, in the hips' frame.
    hip_middle: DVec3,
    scale: f64,
    legs: [Leg; 2],
    feet: FootSettings,
    placed: Vec<Placed>,
}

impl Retargeter {
    /// Prepares a pair of skeletons, each with its map to human bones.
    ///
    /// # Errors
    /// When a skeleton lacks bones that every humanoid has, or does not stand upright in its rest pose.
    pub fn build(
        source: (&Skeleton, &HumanoidMap),
        target: (&Skeleton, &HumanoidMap),
        settings: &RetargetSettings,
    ) -> Result<Self, RetargetError> {
        let from = Body::new(source.0, source.1, Side::Source)?;
        let to = Body::new(target.0, target.1, Side::Target)?;
        let missing = |side| RetargetError::MissingBones {
            side,
            bones: Vec::new(),
        };
        let joint = |body: &Body<'_>, bone, side| body.joint(bone).ok_or(missing(side));
        let leg = |upper, lower, foot, toes| -> Result<Leg, RetargetError> {
            Ok(Leg {
                upper: joint(&to, upper, Side::Target)?,
                lower: joint(&to, lower, Side::Target)?,
                source_sole: Sole::new(&from, foot, toes).ok_or(missing(Side::Source))?,
                target_sole: Sole::new(&to, foot, toes).ok_or(missing(Side::Target))?,
                heel: ContactTracker::default(),
                ball: ContactTracker::default(),
            })
        };
        let legs = [
            leg(LeftUpperLeg, LeftLowerLeg, LeftFoot, LeftToes)?,
            leg(RightUpperLeg, RightLowerLeg, RightFoot, RightToes)?,
        ];
        let hips = joint(&to, HumanBone::Hips, Side::Target)?;
        let middle = 0.5 * (to.rest_origin(legs[0].upper) + to.rest_origin(legs[1].upper));
        let curl_rad = settings.fingers.relaxed_curl_deg.to_radians();
        let (drives, turns) = drive::plan(&from, &to, target.0.len(), curl_rad);
        Ok(Self {
            joints: planned(target.0, hips, &drives, &turns),
            source_joints: source.0.len(),
            hips,
            source_hip_height_m: from.hip_height_m,
            source_middle: None,
            source_hip_joints: [
                joint(&from, LeftUpperLeg, Side::Source)?,
                joint(&from, RightUpperLeg, Side::Source)?,
            ],
            hip_middle: to.rest_rotation(hips).conjugate() * (middle - to.rest_origin(hips)),
            scale: match settings.root.scale {
                RootScale::HipHeight => to.hip_height_m / from.hip_height_m,
                RootScale::None => 1.0,
            },
            legs,
            feet: settings.feet,
            placed: vec![Placed::default(); target.0.len()],
        })
    }

    /// How many times bigger than the performer the character is.
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// Forgets what feet stand on: the next frame starts anew, as the first one does.
    pub fn reset(&mut self) {
        self.source_middle = None;
        for leg in &mut self.legs {
            leg.heel.reset();
            leg.ball.reset();
        }
    }

    /// Retargets one pose: the source's joints in the stage's space to the target's, `dt_s` seconds after the frame
    /// before (zero for the same frame again). The first frame, one after more than [`GAP_MAX_S`] or before the last
    /// (negative, or no number), and one in which the performer cannot have come where she is, start anew. Slices that
    /// are shorter than the skeletons leave `out_globals` as it is.
    pub fn run(
        &mut self,
        source_globals: &[Xf<Stage, JointFrame>],
        dt_s: f64,
        out_globals: &mut [Xf<Stage, JointFrame>],
    ) -> RetargetReport {
        if source_globals.len() < self.source_joints || out_globals.len() < self.joints.len() {
            return RetargetReport::default();
        }
        let [left, right] = self
            .source_hip_joints
            .map(|j| source_globals[j].translation().metres());
        let middle = 0.5 * (left + right);
        let restarted = !self.goes_on(middle, dt_s);
        if restarted {
            self.reset();
        }
        self.source_middle = Some(middle);
        self.turn_joints(source_globals, middle);
        let mut report = if self.feet.match_floor {
            self.match_floor(source_globals)
        } else {
            RetargetReport::default()
        };
        report.restarted = restarted;
        report.contacts = self.find_contacts(source_globals, dt_s);
        for (out, placed) in out_globals.iter_mut().zip(&self.placed) {
            *out = Xf::saturating(placed.rotation, placed.origin);
        }
        report
    }

    /// Whether a frame continues the one before.
    fn goes_on(&self, middle: DVec3, dt_s: f64) -> bool {
        let Some(before) = self.source_middle else {
            return false;
        };
        let farthest_m = JUMP_MIN_M + SPEED_MAX_MPS * dt_s;
        (0.0..=GAP_MAX_S).contains(&dt_s) && middle.distance(before) <= farthest_m
    }

    fn find_contacts(&mut self, source: &[Xf<Stage, JointFrame>], dt_s: f64) -> [FootContacts; 2] {
        let limits = ContactThresholds::of_hip_height(self.source_hip_height_m);
        let mut contacts = [FootContacts::default(); 2];
        for (leg, found) in self.legs.iter_mut().zip(&mut contacts) {
            let [heel, ball] = [leg.source_sole.heel, leg.source_sole.ball].map(|p| p.at(source));
            found.heel = leg.heel.advance(heel, dt_s, &limits);
            found.ball = leg.ball.advance(ball, dt_s, &limits);
        }
        contacts
    }

    fn turn_joints(&mut self, source: &[Xf<Stage, JointFrame>], source_middle: DVec3) {
        let middle = source_middle * self.scale;
        for j in 0..self.joints.len() {
            let joint = self.joints[j];
            let parent = joint.parent.map(|p| self.placed[p]);
            let rotation = match joint.drive {
                Drive::Rest => {
                    parent.map_or(DQuat::IDENTITY, |p| p.rotation) * joint.local_rotation
                }
                Drive::Follow { source: s, after } => source[s].rotation() * after,
                Drive::Between {
                    low,
                    high,
                    t,
                    after,
                } => {
                    let turn = |x: Turned| source[x.source].rotation() * x.undo_rest;
                    turn(low).slerp(turn(high), t) * after
                }
            };
            let origin = if j == self.hips {
                middle - rotation * self.hip_middle
            } else {
                match parent {
                    Some(p) => p.origin + p.rotation * joint.local_translation,
                    None => joint.local_translation,
                }
            };
            self.placed[j] = Placed { rotation, origin };
        }
    }

    fn match_floor(&mut self, source: &[Xf<Stage, JointFrame>]) -> RetargetReport {
        let mut report = RetargetReport::default();
        let mut goals = [DVec3::ZERO; 2];
        for (k, leg) in self.legs.iter().enumerate() {
            let foot = source[leg.source_sole.foot];
            let own = self.placed[leg.target_sole.foot];
            let source_m = leg
                .source_sole
                .height_m(foot.rotation(), foot.translation().metres());
            let present_m = leg.target_sole.height_m(own.rotation, own.origin);
            let mut wanted_m = source_m * self.scale;
            if self.feet.keep_above_floor {
                wanted_m = wanted_m.max(0.0);
            }
            let near = nearness(source_m, self.feet.full_below_m, self.feet.none_above_m);
            report.foot_lift_m[k] = near * (wanted_m - present_m);
            goals[k] = own.origin + DVec3::Y * report.foot_lift_m[k];
        }
        report.hips_drop_m = self.hips_drop_m(&goals, &report);
        if report.hips_drop_m > 0.0 {
            for (placed, joint) in self.placed.iter_mut().zip(&self.joints) {
                if joint.below_hips {
                    placed.origin.y -= report.hips_drop_m;
                }
            }
        }
        for (k, goal) in goals.into_iter().enumerate() {
            let leg = self.legs[k];
            if goal.distance(self.placed[leg.target_sole.foot].origin) > 1e-9 {
                self.reach(&leg, goal);
            }
        }
        report
    }

    /// How far the hips must come down so that both legs reach; a leg that is not moved asks for nothing.
    fn hips_drop_m(&self, goals: &[DVec3; 2], report: &RetargetReport) -> f64 {
        let mut drop_m = 0.0f64;
        for ((leg, goal), lift_m) in self.legs.iter().zip(goals).zip(report.foot_lift_m) {
            let [hip, knee, ankle] =
                [leg.upper, leg.lower, leg.target_sole.foot].map(|j| self.placed[j].origin);
            let reach_m = two_bone::reach_m(hip.distance(knee), knee.distance(ankle));
            let to_hip = hip - *goal;
            if lift_m < 0.0 && to_hip.length() > reach_m {
                let flat2 = to_hip.x * to_hip.x + to_hip.z * to_hip.z;
                let upright_m = (reach_m * reach_m - flat2).max(0.0).sqrt();
                drop_m = drop_m.max((to_hip.y - upright_m).min(-lift_m));
            }
        }
        drop_m.clamp(0.0, self.feet.hips_drop_max_m)
    }

    fn reach(&mut self, leg: &Leg, goal: DVec3) {
        let foot = leg.target_sole.foot;
        let [hip, knee, ankle] = [leg.upper, leg.lower, foot].map(|j| self.placed[j].origin);
        let forward = self.placed[foot].rotation * leg.target_sole.forward();
        let turns = two_bone::reach(hip, knee, ankle, goal, forward);
        let upper = turns.upper * self.placed[leg.upper].rotation;
        let lower = turns.lower * self.placed[leg.lower].rotation;
        self.placed[leg.upper].rotation = upper;
        self.placed[leg.lower].rotation = lower;
        // Joints below keep what drives them; what nothing drives follows its parent.
        for j in leg.upper + 1..self.joints.len() {
            let joint = self.joints[j];
            let Some(parent) = joint.parent else { continue };
            if parent < leg.upper || !self.is_below(j, leg.upper) {
                continue;
            }
            let parent = self.placed[parent];
            self.placed[j].origin = parent.origin + parent.rotation * joint.local_translation;
            if matches!(joint.drive, Drive::Rest) {
                self.placed[j].rotation = parent.rotation * joint.local_rotation;
            }
        }
    }

    fn is_below(&self, joint: usize, above: usize) -> bool {
        let mut at = Some(joint);
        while let Some(j) = at {
            if j == above {
                return true;
            }
            at = self.joints[j].parent.filter(|p| *p >= above);
        }
        false
    }
}

fn planned(
    skeleton: &Skeleton,
    hips: usize,
    drives: &[Drive],
    turns: &[DQuat],
) -> Vec<PlannedJoint> {
    let mut joints: Vec<PlannedJoint> = Vec::with_capacity(skeleton.len());
    for (j, joint) in skeleton.joints().iter().enumerate() {
        let parent = joint.parent.map(|p| p.idx());
        let rest = joint.parent_from_joint;
        joints.push(PlannedJoint {
            parent,
            local_rotation: rest.rotation() * turns[j],
            local_translation: rest.translation().metres(),
            drive: drives[j],
            below_hips: j == hips || parent.is_some_and(|p| joints[p].below_hips),
        });
    }
    joints
}
