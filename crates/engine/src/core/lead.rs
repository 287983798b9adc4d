//! How far ahead of now the stage is shown: what lies between a published frame and the light of it.
//!
//! The lead is told from outside, where the picture's delay is measured, and is followed slowly: a picture that took
//! longer once must not make everybody jump.

use cyc_model::{HostNs, Nanos, Prediction};
use cyc_timing::{LEAD_MAX, LEAD_SLEW};

/// A lead and the method that it is predicted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lead {
    /// How motions are continued.
    pub prediction: Prediction,
    /// How far.
    pub time: Nanos,
}

/// The lead as it is now, on its way to what was asked for.
#[derive(Clone, Debug, Default)]
pub(super) struct LeadFollower {
    wanted: Lead,
    now: Lead,
    at: Option<HostNs>,
}

impl LeadFollower {
    /// Asks for another lead.
    pub fn follow(&mut self, wanted: Lead) {
        let time = wanted.time.clamp(Nanos::ZERO, LEAD_MAX);
        self.wanted = Lead { time, ..wanted };
        self.now.prediction = wanted.prediction;
    }

    /// The lead at a time.
    pub fn at(&mut self, at: HostNs) -> Lead {
        let passed = self.at.map_or(Nanos::ZERO, |before| at - before);
        self.at = Some(at);
        let step = Nanos((passed.0.max(0) as f64 * LEAD_SLEW) as i64);
        let way = self.wanted.time - self.now.time;
        self.now.time = self.now.time + way.clamp(Nanos(-step.0), step);
        self.now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lead_is_followed_slowly_and_capped() {
        let mut follower = LeadFollower::default();
        follower.at(HostNs(0));
        follower.follow(Lead {
            prediction: Prediction::ConstantVelocity,
            time: Nanos::from_secs(3),
        });
        let at = |follower: &mut LeadFollower, ms: i64| follower.at(HostNs(ms * 1_000_000)).time;
        assert_eq!(at(&mut follower, 100), Nanos::from_millis(5));
        assert_eq!(at(&mut follower, 1_000), Nanos::from_millis(50));
        assert_eq!(at(&mut follower, 60_000), LEAD_MAX);
        follower.follow(Lead::default());
        assert_eq!(at(&mut follower, 61_000), Nanos::from_millis(100));
        assert_eq!(at(&mut follower, 70_000), Nanos::ZERO);
    }
}
