//! Moves a performer's pose onto a character with other bones, other proportions and another rest pose.
//!
//! Built once for a pair of skeletons: every joint of the target gets its driver, with the difference of the rest poses
//! folded into one constant. A frame then is: the hips' path scaled with the floor kept, and one rotation a joint; then what a body may not do is taken away (joint limits), feet that stand are held where they landed, the hips take
//! the small step that lets legs reach, two-bone IK bends knees and elbows, and twist joints share what their limbs turn.
//! Rotations are global, so that what a source bone does reaches the target whole, twist included, whatever lies between the
//! bones.
//!
//! Feet have a memory, so frames come in their order with the time between them; a gap, a step back or a jump starts the
//! memory anew. Settings may change at any time and are approached smoothly. Nothing is allocated after building.

mod alignment;
mod body;
mod contact;
mod drive;
mod error;
mod feet;
mod figures;
mod fingers;
mod foot_turn;
mod hand_floor;
mod hands;
mod joint_limits;
mod leg;
mod meter;
mod pelvis;
mod planting;
mod posed;
mod reference_stance;
mod settings;
mod toes;
mod tuning;
mod twist;
mod two_bone;

pub use error::{RetargetError, Side};
pub use figures::{RetargetFigures, SolePlace, StanceFigures, WORST_STANCES_MAX, Worst};
pub use meter::{MeterFrame, RetargetMeter};
pub use reference_stance::ReferenceStance;
pub use settings::{
    BoneKey, ContactSettings, DEFAULT_RETARGET, FingerSettings, FootSettings, HandGoal,
    HandSettings, LimitSettings, PelvisSettings, RetargetSettings, RootScale, RootSettings,
    TwistSettings, parse_retarget,
};

use body::Body;
use contact::ContactThresholds;
use cyc_model::HumanBone::{Hips, LeftUpperLeg, RightUpperLeg};
use cyc_model::{HumanoidMap, JointFrame, Skeleton, Stage, Xf};
use glam::DVec3;
use hands::{ARMS, Hands, Reach};
use joint_limits::{Hinge, JointLimits};
use leg::{Leg, Stride};
use posed::Posed;
use tuning::Tuning;
use twist::TwistJoints;

/// After a longer time between two frames nothing is known of what happened in it, seconds: a step takes twice as long.
pub const GAP_MAX_S: f64 = 0.25;

/// Nobody's hips are faster, metres a second (a sprinter: 12), beside [`JUMP_MIN_M`] of noise: more is a jump.
const SPEED_MAX_MPS: f64 = 15.0;

/// A shorter jump is none, metres.
const JUMP_MIN_M: f64 = 0.1;

/// The hips move slower than a foot may be corrected, by this part: all of the body hangs on them.
const HIPS_STEP_PART: f64 = 0.6;

/// Rounds that a first frame takes for hips and feet to agree.
const START_ROUNDS: usize = 4;

/// What one frame's retarget did beyond turning joints.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RetargetReport {
    /// Which points of the character's left and right foot are held on the floor.
    pub contacts: [FootContacts; 2],
    /// Whether this frame started anew: the first, one after a gap or a step back in time, or one after a jump.
    pub restarted: bool,
    /// How far the left and the right ankle were moved from where the joints' turns alone put them, metres.
    pub foot_moved_m: [DVec3; 2],
    /// How far the hips were moved so that the legs reach, metres.
    pub hips_moved_m: DVec3,
}

/// Which points of a foot stand on the floor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FootContacts {
    /// The heel.
    pub heel: bool,
    /// The ball.
    pub ball: bool,
}

/// Retargets one performer onto one character. Owns all its memory.
#[derive(Clone, Debug)]
pub struct Retargeter {
    posed: Posed,
    source_joints: usize,
    source_hip_joints: [usize; 2],
    source_hip_height_m: f64,
    target_hip_height_m: f64,
    /// How much farther from the middle the character's feet stand than the performer's, scaled, metres.
    wider_m: f64,
    /// The middle between the performer's hip joints in the frame before; `None` before the first.
    source_middle: Option<DVec3>,
    contact: ContactThresholds,
    tuning: Tuning,
    legs: [Leg; 2],
    arms: [Hinge; 2],
    hands: Option<Hands>,
    limits: JointLimits,
    twists: TwistJoints,
    /// How far the hips were moved in the frame before, metres.
    hips_moved: DVec3,
    /// Whether the feet's memory is of the frame before.
    remembers: bool,
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
        let arm = |side: usize| Hinge::new(&to, ARMS[side], false).ok_or(missing(Side::Target));
        let leg = |side| Leg::new(&from, &to, target.0, side);
        let legs = [leg(0)?, leg(1)?];
        let hips = joint(&to, Hips, Side::Target)?;
        let [left, right] = [&legs[0], &legs[1]].map(|leg| to.rest_origin(leg.hinge.upper));
        let hip_middle =
            to.rest_rotation(hips).conjugate() * (0.5 * (left + right) - to.rest_origin(hips));
        let mut plan = drive::plan(&from, &to, target.0.len());
        let twists = TwistJoints::find(target.0, &to);
        for joint in twists.joints() {
            plan.drives[joint] = drive::Drive::Own;
        }
        for (leg, [_, toes]) in legs.iter().zip(leg::FEET) {
            for joint in leg.other_toes() {
                plan.turn_along(&to, joint, toes);
            }
        }
        let mut built = Self {
            posed: Posed::new(target.0, hips, hip_middle, &plan.drives, &plan.curl_axes),
            source_joints: source.0.len(),
            source_hip_joints: [
                joint(&from, LeftUpperLeg, Side::Source)?,
                joint(&from, RightUpperLeg, Side::Source)?,
            ],
            source_hip_height_m: from.hip_height_m,
            target_hip_height_m: to.hip_height_m,
            wider_m: wider_m(&from, &to),
            source_middle: None,
            contact: ContactThresholds::new(&settings.contact, from.hip_height_m),
            tuning: Tuning::new(settings),
            legs,
            arms: [arm(0)?, arm(1)?],
            hands: Hands::new(&from, &to),
            limits: JointLimits::new(&to, &plan.aligned_rest),
            twists,
            hips_moved: DVec3::ZERO,
            remembers: false,
        };
        built.retune();
        Ok(built)
    }

    /// How many times bigger than the performer the character is.
    pub fn scale(&self) -> f64 {
        let ratio = self.target_hip_height_m / self.source_hip_height_m;
        1.0 + (ratio - 1.0) * self.tuning.now.hip_height_scale
    }

    /// Takes other settings: they hold in half a second, and nothing jumps on the way. Before the first frame, and after
    /// [`Self::reset`], they hold at once.
    pub fn set_settings(&mut self, settings: &RetargetSettings) {
        self.contact = ContactThresholds::new(&settings.contact, self.source_hip_height_m);
        self.tuning.change(settings);
    }

    /// Forgets what feet stand on: the next frame starts anew, as the first one does.
    pub fn reset(&mut self) {
        self.source_middle = None;
        self.remembers = false;
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
        if source_globals.len() < self.source_joints || out_globals.len() < self.posed.len() {
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
        let dt_s = if restarted { 0.0 } else { dt_s };
        self.source_middle = Some(middle);
        if self.tuning.advance(dt_s, restarted) {
            self.retune();
        }
        self.posed.follow(source_globals, middle * self.scale());
        let mut report = RetargetReport::default();
        if self.tuning.now.constrains() {
            report = self.constrain(source_globals, dt_s);
        } else {
            self.remembers = false;
            if !self.twists.is_empty() {
                self.twists.apply(&mut self.posed, self.tuning.now.twist);
                self.posed.place(DVec3::ZERO);
            }
        }
        report.restarted = restarted;
        for (out, placed) in out_globals.iter_mut().zip(&self.posed.placed) {
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

    /// Joint limits, feet, hips, hands and twist, in this order.
    fn constrain(&mut self, source: &[Xf<Stage, JointFrame>], dt_s: f64) -> RetargetReport {
        let starts = !self.remembers;
        self.remembers = true;
        if starts {
            self.hips_moved = DVec3::ZERO;
            for leg in &mut self.legs {
                leg.plant.reset();
            }
        }
        let mut stride = Stride {
            source_hip_height_m: self.source_hip_height_m,
            target_hip_height_m: self.target_hip_height_m,
            wider_m: self.wider_m,
            scale: self.scale(),
            dt_s,
            starts,
            hips_moved: self.hips_moved,
            standing_m: [0, 1].map(|k: usize| self.legs[k].plant.standing_m()),
        };
        let (numbers, posed) = (&self.tuning.now, &mut self.posed);
        let hinges = [
            self.legs[0].hinge,
            self.legs[1].hinge,
            self.arms[0],
            self.arms[1],
        ];
        if numbers.limits > 0.0 && self.limits.apply(&hinges, posed, numbers) {
            posed.place(DVec3::ZERO);
        }
        let max_m = numbers.pelvis_max_part * self.target_hip_height_m;
        let step = |legs: &mut [Leg; 2], stride: &Stride| {
            for leg in legs.iter_mut().filter(|_| starts || dt_s > 0.0) {
                let points = leg.source_sole.places(source);
                leg.plant.sense(points, dt_s, &self.contact);
            }
            let goals = [0, 1].map(|k| legs[k].goal(source, posed, stride, numbers));
            let reaches = [0, 1].map(|k| legs[k].reach_of(&goals[k], stride.hips_moved, posed));
            (goals, pelvis::shift(&reaches, max_m) * numbers.pelvis_shift)
        };
        if starts {
            // Feet go along with the hips of the frame before: here that is this frame itself.
            for _ in 0..START_ROUNDS {
                stride.hips_moved = step(&mut self.legs, &stride).1;
                self.legs.iter_mut().for_each(|leg| leg.plant.reset());
            }
        }
        let (goals, wanted) = step(&mut self.legs, &stride);
        let giant_scale = planting::giant_scale(self.target_hip_height_m);
        let step_m = planting::step_m(numbers, dt_s, giant_scale);
        let way = wanted - stride.hips_moved;
        let shift = match starts {
            true => wanted,
            false => stride.hips_moved + way.clamp_length_max(HIPS_STEP_PART * step_m),
        };
        let foot_moved_m = [0, 1].map(|k: usize| goals[k].ankle - posed.at(self.legs[k].sole.foot));
        for (leg, goal) in self.legs.iter_mut().zip(&goals) {
            leg.reach(goal, shift, posed, numbers.toe_bend);
        }
        if let Some(hands) = &mut self.hands {
            let left_m = (step_m - shift.distance(stride.hips_moved)).max(0.0);
            let reach = Reach::new(shift, left_m, starts);
            hands.reach(self.arms, source, &reach, posed, numbers);
        }
        self.twists.apply(posed, numbers.twist);
        posed.place(shift);
        self.hips_moved = shift;
        RetargetReport {
            contacts: [0, 1].map(|k| self.legs[k].plant.held()),
            restarted: false,
            foot_moved_m,
            hips_moved_m: shift,
        }
    }

    /// Puts the numbers of now where they are kept ready for every frame.
    fn retune(&mut self) {
        let numbers = &self.tuning.now;
        self.posed.curl(numbers.curl_rad);
        self.posed.offset(|bone| numbers.offsets[bone]);
    }
}

/// How much wider apart from their middle the target's hip joints are than the source's, scaled by the hips' heights, metres.
fn wider_m(source: &Body<'_>, target: &Body<'_>) -> f64 {
    let half = |body: &Body<'_>| {
        let [left, right] = [LeftUpperLeg, RightUpperLeg].map(|b| body.at(b).unwrap_or_default());
        0.5 * left.distance(right) / body.hip_height_m
    };
    (half(target) - half(source)).max(0.0) * target.hip_height_m
}
