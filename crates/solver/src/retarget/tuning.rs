//! Settings as numbers that can move: a change of settings while it runs goes there in small steps, so nothing pops.

use super::settings::{HandGoal, RetargetSettings, RootScale};
use cyc_model::HumanBone;
use glam::{DQuat, EulerRot};

/// How long a change of settings takes, seconds.
const CHANGE_S: f64 = 0.5;

/// Everything that is a strength, an angle or a length; each goes from old to new on a straight line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Numbers {
    /// 1 when the hips' path is scaled by their height.
    pub hip_height_scale: f64,
    pub plant: f64,
    pub slip_part: f64,
    pub release_s: f64,
    pub correction_max_mps: f64,
    pub match_floor: f64,
    pub full_below_part: f64,
    pub none_above_part: f64,
    pub keep_above_floor: f64,
    pub toe_bend: f64,
    pub pelvis_shift: f64,
    pub pelvis_max_part: f64,
    pub hands_relative: f64,
    pub hands_absolute: f64,
    pub hands_match_floor: f64,
    pub hands_above_floor: f64,
    pub limits: f64,
    pub knee_rad: [f64; 2],
    pub elbow_rad: [f64; 2],
    pub twist: f64,
    pub curl_rad: f64,
    pub turn_max_rad: [f64; HumanBone::COUNT],
    pub offsets: [DQuat; HumanBone::COUNT],
}

impl Numbers {
    fn of(settings: &RetargetSettings) -> Self {
        let hands = |goal| match settings.hands.goal == goal {
            true => settings.hands.strength,
            false => 0.0,
        };
        let mut numbers = Self {
            hip_height_scale: f64::from(settings.root.scale == RootScale::HipHeight),
            plant: settings.feet.plant,
            slip_part: settings.feet.slip_part,
            release_s: settings.feet.release_s,
            correction_max_mps: settings.feet.correction_max_mps,
            match_floor: settings.feet.match_floor,
            full_below_part: settings.feet.full_below_part,
            none_above_part: settings.feet.none_above_part,
            keep_above_floor: settings.feet.keep_above_floor,
            toe_bend: settings.feet.toe_bend,
            pelvis_shift: settings.pelvis.shift,
            pelvis_max_part: settings.pelvis.shift_max_part,
            hands_relative: hands(HandGoal::Relative),
            hands_absolute: hands(HandGoal::Absolute),
            hands_match_floor: settings.hands.match_floor,
            hands_above_floor: settings.hands.keep_above_floor,
            limits: settings.limits.strength,
            knee_rad: settings.limits.knee_deg.map(f64::to_radians),
            elbow_rad: settings.limits.elbow_deg.map(f64::to_radians),
            twist: settings.twist.share,
            curl_rad: settings.fingers.relaxed_curl_deg.to_radians(),
            turn_max_rad: [std::f64::consts::PI; HumanBone::COUNT],
            offsets: [DQuat::IDENTITY; HumanBone::COUNT],
        };
        for (bone, deg) in &settings.limits.turn_max_deg {
            numbers.turn_max_rad[bone.0 as usize] = deg.to_radians();
        }
        for (bone, deg) in &settings.offsets_deg {
            let [x, y, z] = deg.map(f64::to_radians);
            numbers.offsets[bone.0 as usize] = DQuat::from_euler(EulerRot::XYZ, x, y, z);
        }
        numbers
    }

    fn between(from: &Self, to: &Self, t: f64) -> Self {
        let mix = |f: fn(&Self) -> f64| f(from) + (f(to) - f(from)) * t;
        let pair =
            |f: fn(&Self) -> [f64; 2]| [0, 1].map(|k| f(from)[k] + (f(to)[k] - f(from)[k]) * t);
        let bones = std::array::from_fn::<usize, { HumanBone::COUNT }, _>(|k| k);
        Self {
            hip_height_scale: mix(|n| n.hip_height_scale),
            plant: mix(|n| n.plant),
            slip_part: mix(|n| n.slip_part),
            release_s: mix(|n| n.release_s),
            correction_max_mps: mix(|n| n.correction_max_mps),
            match_floor: mix(|n| n.match_floor),
            full_below_part: mix(|n| n.full_below_part),
            none_above_part: mix(|n| n.none_above_part),
            keep_above_floor: mix(|n| n.keep_above_floor),
            toe_bend: mix(|n| n.toe_bend),
            pelvis_shift: mix(|n| n.pelvis_shift),
            pelvis_max_part: mix(|n| n.pelvis_max_part),
            hands_relative: mix(|n| n.hands_relative),
            hands_absolute: mix(|n| n.hands_absolute),
            hands_match_floor: mix(|n| n.hands_match_floor),
            hands_above_floor: mix(|n| n.hands_above_floor),
            limits: mix(|n| n.limits),
            knee_rad: pair(|n| n.knee_rad),
            elbow_rad: pair(|n| n.elbow_rad),
            twist: mix(|n| n.twist),
            curl_rad: mix(|n| n.curl_rad),
            turn_max_rad: bones
                .map(|k| from.turn_max_rad[k] + (to.turn_max_rad[k] - from.turn_max_rad[k]) * t),
            offsets: bones.map(|k| from.offsets[k].slerp(to.offsets[k], t)),
        }
    }

    /// Whether anything but turning joints is to be done.
    pub(super) fn constrains(&self) -> bool {
        let strengths = [
            self.plant,
            self.match_floor,
            self.keep_above_floor,
            self.toe_bend,
            self.hands_relative,
            self.hands_absolute,
            self.hands_match_floor,
            self.hands_above_floor,
            self.limits,
        ];
        strengths.into_iter().any(|s| s > 0.0)
    }
}

/// The numbers of now, on their way to those of the newest settings.
#[derive(Clone, Debug)]
pub(super) struct Tuning {
    pub now: Numbers,
    from: Numbers,
    to: Numbers,
    left_s: f64,
}

impl Tuning {
    pub(super) fn new(settings: &RetargetSettings) -> Self {
        let now = Numbers::of(settings);
        Self {
            now,
            from: now,
            to: now,
            left_s: 0.0,
        }
    }

    /// Starts on the way to other settings.
    pub(super) fn change(&mut self, settings: &RetargetSettings) {
        self.from = self.now;
        self.to = Numbers::of(settings);
        self.left_s = CHANGE_S;
    }

    /// Goes on by a frame; a frame that starts anew is there at once. Returns whether anything changed.
    pub(super) fn advance(&mut self, dt_s: f64, restarted: bool) -> bool {
        if self.left_s <= 0.0 {
            return false;
        }
        self.left_s = if restarted { 0.0 } else { self.left_s - dt_s };
        let done = 1.0 - (self.left_s / CHANGE_S).clamp(0.0, 1.0);
        // Without a kink at either end.
        let t = done * done * (3.0 - 2.0 * done);
        self.now = if self.left_s <= 0.0 {
            self.to
        } else {
            Numbers::between(&self.from, &self.to, t)
        };
        true
    }
}
