//! How far off a body was shown: what was predicted for a time, beside what was measured at that time later.
//!
//! What must stay true: nothing allocates; a time for which nothing was predicted, or no pose came, counts for nothing.

use crate::limits::{SLIP_MEMORY, SLIP_SAMPLES};
use crate::pose_track::rotation_vector;
use cyc_model::{HostNs, Nanos, Space, Xf};

/// Root mean squares over the last seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Slip {
    /// Of the place, metres.
    pub shift_m: f64,
    /// Of the attitude, radians.
    pub turn_rad: f64,
    /// How many poses that is over, fading as the mean does.
    pub poses: f64,
}

/// The meter of a body `B` in the space `S`.
#[derive(Debug)]
pub struct SlipMeter<S: Space, B: Space> {
    shown: [(HostNs, Xf<S, B>); SLIP_SAMPLES],
    len: usize,
    newest: usize,
    measured_at: Option<HostNs>,
    squares: [f64; 2],
    weight: f64,
}

impl<S: Space, B: Space> Default for SlipMeter<S, B> {
    fn default() -> Self {
        Self {
            shown: [(HostNs(0), Xf::IDENTITY); SLIP_SAMPLES],
            len: 0,
            newest: 0,
            measured_at: None,
            squares: [0.0; 2],
            weight: 0.0,
        }
    }
}

// By hand, because the derived one would ask the same of the spaces, which have no values.
impl<S: Space, B: Space> Clone for SlipMeter<S, B> {
    fn clone(&self) -> Self {
        Self { ..*self }
    }
}

impl<S: Space, B: Space> SlipMeter<S, B> {
    /// Notes what is shown for a time. Times that do not go on begin anew.
    pub fn shown(&mut self, at: HostNs, pose: Xf<S, B>) {
        if let Some((before, _)) = self.back(0) {
            if at < before {
                self.len = 0;
            } else if at - before < SHOWN_APART {
                return;
            }
        }
        self.newest = (self.newest + 1) % SLIP_SAMPLES;
        if let Some(place) = self.shown.get_mut(self.newest) {
            *place = (at, pose);
        }
        self.len = (self.len + 1).min(SLIP_SAMPLES);
    }

    /// Compares what was measured at a time with what was shown for it.
    pub fn measured(&mut self, at: HostNs, pose: Xf<S, B>) {
        let passed = self.measured_at.map_or(Nanos::ZERO, |before| at - before);
        self.measured_at = Some(at);
        let kept = (-passed.secs().max(0.0) / SLIP_MEMORY.secs()).exp();
        self.weight *= kept;
        self.squares = self.squares.map(|s| s * kept);
        let Some(shown) = self.shown_for(at) else {
            return;
        };
        let shift_m = (shown.translation() - pose.translation()).metres();
        let turn_rad = rotation_vector(shown.rotation() * pose.rotation().conjugate());
        self.weight += 1.0;
        self.squares[0] += shift_m.length_squared();
        self.squares[1] += turn_rad.length_squared();
    }

    /// The slip of the last seconds.
    pub fn slip(&self) -> Slip {
        let root = |square: f64| (square / self.weight.max(1.0)).sqrt();
        Slip {
            shift_m: root(self.squares[0]),
            turn_rad: root(self.squares[1]),
            poses: self.weight,
        }
    }

    fn back(&self, k: usize) -> Option<(HostNs, Xf<S, B>)> {
        (k < self.len)
            .then(|| (self.newest + SLIP_SAMPLES - k) % SLIP_SAMPLES)
            .and_then(|place| self.shown.get(place).copied())
    }

    fn shown_for(&self, at: HostNs) -> Option<Xf<S, B>> {
        let mut later = self.back(0).filter(|(newest, _)| *newest >= at)?;
        for k in 1..self.len {
            let earlier = self.back(k)?;
            if earlier.0 <= at {
                let part = (at - earlier.0).secs() / (later.0 - earlier.0).secs();
                return Some(earlier.1.interpolate(later.1, part));
            }
            later = earlier;
        }
        None
    }
}

/// Poses shown nearer to each other than this are as good as one.
const SHOWN_APART: Nanos = Nanos::from_millis(3);

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_model::{Body, Stage};
    use glam::{DQuat, DVec3};

    #[test]
    fn a_constant_error_is_measured_as_it_is() {
        let mut meter = SlipMeter::<Stage, Body>::default();
        let lead = Nanos::from_millis(60);
        for frame in 0..480i64 {
            let at = HostNs(frame * 8_333_333);
            let x = at.0 as f64 * 1e-9;
            meter.measured(at, Xf::from_translation(DVec3::new(x, 0.0, 0.0)));
            // For 60 ms later it shows where the body is now, and turned.
            let turned = DQuat::from_rotation_y(0.01);
            meter.shown(at + lead, Xf::saturating(turned, DVec3::new(x, 0.0, 0.0)));
        }
        let slip = meter.slip();
        assert!((slip.shift_m - 0.06).abs() < 1e-6, "{slip:?}");
        assert!((slip.turn_rad - 0.01).abs() < 1e-9, "{slip:?}");
        assert!(slip.poses > 100.0);
    }

    #[test]
    fn what_was_not_shown_counts_for_nothing() {
        let mut meter = SlipMeter::<Stage, Body>::default();
        meter.measured(HostNs(0), Xf::IDENTITY);
        meter.shown(HostNs(5_000_000), Xf::IDENTITY);
        meter.measured(HostNs(6_000_000), Xf::from_translation(DVec3::X));
        assert_eq!(meter.slip(), Slip::default());
    }
}
