//! Whether a point of the performer's sole stands on the floor: from its height and horizontal speed, with hysteresis.
//!
//! Speed is the difference over a short window instead of over one frame, so that a capture at 240 Hz with a millimetre
//! of noise is judged like one at 60 Hz; half the window is all the delay there is. It is easier to stay in contact than
//! to come into it, and a point that slides on or is lifted is let go whatever its speed. All thresholds are
//! parts of the performer's hip height, so that a child's small steps are steps.

use super::feet::nearness;
use super::settings::ContactSettings;
use glam::DVec3;

/// Frames that the window may hold: 16 ms at 500 Hz.
const WINDOW_FRAMES: usize = 8;

/// The window of the speed, seconds: shorter lets noise in, longer sees a landing late.
const WINDOW_S: f64 = 0.016;

/// How soon the place where a point stands follows the point, seconds (time constant): a performer's foot that a rig holds
/// badly wanders by centimetres while it stands, one that slides goes on and on.
const FOLLOW_S: f64 = 0.15;

/// A point that slid stands again below this part of the speed at which others do.
const SLID_SPEED_PART: f64 = 0.35;

/// A point that is slower than the first of these in every direction is at rest, one that is faster than the second is
/// on its way, hip heights a second: 0.18 and 0.32 m/s of an adult.
const REST_PARTS_PER_S: [f64; 2] = [0.2, 0.35];

/// Thresholds of a contact, metres and metres a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ContactThresholds {
    pub enter_below_m: f64,
    pub leave_above_m: f64,
    pub lift_above_m: f64,
    pub enter_below_mps: f64,
    pub leave_above_mps: f64,
    pub leave_beyond_m: f64,
    pub rest_mps: [f64; 2],
}

impl ContactThresholds {
    /// For a performer whose hips stand so high.
    pub(super) fn new(settings: &ContactSettings, hip_height_m: f64) -> Self {
        Self {
            enter_below_m: settings.enter_height_part * hip_height_m,
            leave_above_m: settings.leave_height_part * hip_height_m,
            lift_above_m: settings.leave_lift_part * hip_height_m,
            enter_below_mps: settings.enter_speed_parts_per_s * hip_height_m,
            leave_above_mps: settings.leave_speed_parts_per_s * hip_height_m,
            leave_beyond_m: settings.leave_distance_part * hip_height_m,
            rest_mps: REST_PARTS_PER_S.map(|part| part * hip_height_m),
        }
    }
}

/// Where a point stands.
#[derive(Clone, Copy, Debug)]
struct Footing {
    /// Along the floor, following slowly.
    at: DVec3,
    /// The lowest that it was since it landed.
    lowest_m: f64,
}

/// One point of a sole through time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ContactTracker {
    /// Newest first: where the point was, and how long before the newest.
    past: [(DVec3, f64); WINDOW_FRAMES],
    known: usize,
    footing: Option<Footing>,
    /// It left its place by sliding and did not stop or rise since.
    slid: bool,
    /// How much it is at rest, 0 to 1.
    rest: f64,
}

impl ContactTracker {
    /// Whether the point is in contact as of the last frame.
    pub(super) fn is_down(&self) -> bool {
        self.footing.is_some()
    }

    /// How much the point is at rest, 0 to 1: one that is in contact already may still be landing, or on its way up.
    pub(super) fn rest(&self) -> f64 {
        self.rest
    }

    /// How far the point is from where it stands, metres; none when it does not.
    pub(super) fn slide_m(&self) -> Option<f64> {
        let (newest, _) = self.past[0];
        self.footing.map(|f| flat(newest - f.at).length())
    }

    /// Takes the point of a frame that comes `dt_s` after the one before. Returns whether it is in contact.
    pub(super) fn advance(&mut self, at: DVec3, dt_s: f64, limits: &ContactThresholds) -> bool {
        let velocity_mps = self.push(at, dt_s);
        let speed_mps = flat(velocity_mps).length();
        let [still, moving] = limits.rest_mps;
        self.rest = nearness(velocity_mps.length(), still, moving);
        if at.y > limits.leave_above_m || speed_mps > limits.leave_above_mps {
            self.footing = None;
            self.slid = false;
        } else if let Some(footing) = &mut self.footing {
            footing.at += flat(at - footing.at) * (1.0 - (-dt_s / FOLLOW_S).exp());
            footing.lowest_m = footing.lowest_m.min(at.y);
            self.slid = flat(at - footing.at).length() > limits.leave_beyond_m;
            if self.slid || at.y > footing.lowest_m + limits.lift_above_m {
                self.footing = None;
            }
        } else {
            let part = if self.slid { SLID_SPEED_PART } else { 1.0 };
            if at.y <= limits.enter_below_m && speed_mps <= limits.enter_below_mps * part {
                self.slid = false;
                self.footing = Some(Footing { at, lowest_m: at.y });
            }
        }
        self.is_down()
    }

    /// The velocity over the window that ends here.
    fn push(&mut self, at: DVec3, dt_s: f64) -> DVec3 {
        self.past.rotate_right(1);
        self.past[0] = (at, 0.0);
        for (_, age_s) in &mut self.past[1..] {
            *age_s += dt_s;
        }
        self.known = (self.known + 1).min(WINDOW_FRAMES);
        let past = &self.past[1..self.known];
        // The youngest that is old enough; of a slow capture, simply the one before.
        let begin = past
            .iter()
            .find(|(_, age_s)| *age_s >= WINDOW_S * 0.99)
            .or(past.last());
        match begin {
            Some((from, age_s)) if *age_s > 0.0 => (at - *from) / *age_s,
            _ => DVec3::ZERO,
        }
    }
}

/// The part along the floor.
pub(super) fn flat(v: DVec3) -> DVec3 {
    DVec3::new(v.x, 0.0, v.z)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: ContactThresholds = ContactThresholds {
        enter_below_m: 0.05,
        leave_above_m: 0.08,
        lift_above_m: 0.025,
        enter_below_mps: 0.35,
        leave_above_mps: 0.5,
        leave_beyond_m: 0.025,
        rest_mps: [0.18, 0.32],
    };

    /// A foot that lands at 0.2 s, stands until 0.6 s and swings away; when it was in contact.
    fn step(rate_hz: f64, noise_m: f64) -> (f64, f64, usize) {
        let mut tracker = ContactTracker::default();
        let (mut first, mut last, mut changes) = (f64::NAN, f64::NAN, 0);
        let mut was = false;
        for f in 0..(rate_hz as usize) {
            let t = f as f64 / rate_hz;
            let before = (0.2 - t).max(0.0);
            let after = (t - 0.6).max(0.0);
            let k = f as f64;
            let noise = DVec3::new((k * 12.9898).sin(), (k * 78.233).sin(), (k * 37.719).sin());
            let at = DVec3::new(
                10.0 * (after * after - before * before),
                2.0 * (before * before + after * after),
                0.0,
            );
            let down = tracker.advance(at + noise * noise_m, 1.0 / rate_hz, &LIMITS);
            changes += usize::from(down != was);
            was = down;
            if down {
                first = if first.is_nan() { t } else { first };
                last = t;
            }
        }
        (first, last, changes)
    }

    #[test]
    fn a_step_is_one_contact_at_every_rate_and_with_noise() {
        for rate_hz in [60.0, 90.0, 120.0, 240.0, 480.0] {
            for noise_m in [0.0, 0.001] {
                let (first, last, changes) = step(rate_hz, noise_m);
                assert_eq!(changes, 2, "{rate_hz} Hz, {noise_m} m");
                assert!(
                    (0.16..=0.2).contains(&first),
                    "{rate_hz} Hz: lands at {first}"
                );
                assert!(
                    (0.6..=0.65).contains(&last),
                    "{rate_hz} Hz: leaves at {last}"
                );
            }
        }
    }

    #[test]
    fn a_point_that_slides_is_let_go_and_one_that_wanders_is_not() {
        let mut tracker = ContactTracker::default();
        let mut down = 0;
        for f in 0..300 {
            let at = DVec3::new(0.015 * (0.1 * f as f64).sin(), 0.0, 0.0);
            assert!(tracker.advance(at, 0.01, &LIMITS), "frame {f}");
        }
        for f in 0..300 {
            let at = DVec3::new(0.2 * f as f64 / 100.0, 0.0, 0.0);
            down += usize::from(tracker.advance(at, 0.01, &LIMITS));
        }
        assert!(down < 40, "{down} frames while it slid 0.6 m");
    }

    #[test]
    fn a_point_that_is_lifted_leaves_soon() {
        let mut tracker = ContactTracker::default();
        for f in 0..100 {
            tracker.advance(DVec3::Y * 0.01, 0.01, &LIMITS);
            assert!(tracker.is_down(), "frame {f}");
        }
        tracker.advance(DVec3::Y * 0.036, 0.01, &LIMITS);
        assert!(!tracker.is_down());
    }
}
