//! What the network does to each frame, from a seed.
//!
//! Each server has its own stream of chance, and each frame draws the same number of times whatever the outcome, so
//! that turning one fault on does not change which frames another one hits.

use super::config::NetworkFaults;
use super::error::SimulatorError;
use cyc_model::Nanos;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Longest delay that is taken.
const JITTER_MAX: Nanos = Nanos::from_secs(10);

/// What happens to one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fate {
    /// It never arrives.
    pub(crate) lost: bool,
    /// It arrives twice.
    pub(crate) twice: bool,
    /// It is held back by so many frames.
    pub(crate) held_frames: u32,
    /// It is delayed by this.
    pub(crate) delay: Nanos,
}

/// The chance of one server.
#[derive(Debug)]
pub(crate) struct FaultDice {
    faults: NetworkFaults,
    rng: ChaCha8Rng,
    /// Frames that the burst still takes.
    burst_left: u32,
}

impl FaultDice {
    /// The dice of the server at a position.
    pub(crate) fn new(faults: NetworkFaults, seed: u64, server: usize) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(server as u64 + 1);
        Self {
            faults,
            rng,
            burst_left: 0,
        }
    }

    /// What happens to the next frame.
    pub(crate) fn roll(&mut self) -> Fate {
        let mut chance = || self.rng.random::<f64>();
        let (loss, twice, reorder) = (chance(), chance(), chance());
        let (hold, share, burst) = (chance(), chance(), chance());
        if burst < self.faults.burst {
            self.burst_left = self.faults.burst_frames;
        }
        let in_burst = self.burst_left > 0;
        self.burst_left = self.burst_left.saturating_sub(1);
        let held_frames = if reorder < self.faults.reorder {
            1 + (hold * 3.0) as u32
        } else {
            0
        };
        Fate {
            lost: in_burst || loss < self.faults.loss,
            twice: twice < self.faults.duplicate,
            held_frames,
            delay: Nanos((self.faults.jitter.0 as f64 * share) as i64),
        }
    }
}

impl NetworkFaults {
    /// Checks the ranges.
    pub(crate) fn validate(&self) -> Result<(), SimulatorError> {
        let probabilities = [
            ("loss", self.loss),
            ("duplicate", self.duplicate),
            ("reorder", self.reorder),
            ("burst", self.burst),
        ];
        for (what, value) in probabilities {
            if !(0.0..=1.0).contains(&value) {
                return Err(SimulatorError::BadFault { what, value });
            }
        }
        if !(Nanos::ZERO..=JITTER_MAX).contains(&self.jitter) {
            let value = self.jitter.millis();
            return Err(SimulatorError::BadFault {
                what: "jitter",
                value,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_decides_and_faults_do_not_disturb_each_other() {
        let all = NetworkFaults {
            loss: 0.1,
            duplicate: 0.2,
            reorder: 0.3,
            jitter: Nanos::from_millis(5),
            ..NetworkFaults::default()
        };
        let only_loss = NetworkFaults {
            loss: 0.1,
            ..NetworkFaults::default()
        };
        let fates = |f, seed, server| {
            let mut dice = FaultDice::new(f, seed, server);
            (0..5000).map(|_| dice.roll()).collect::<Vec<_>>()
        };
        let (a, b) = (fates(all, 7, 0), fates(only_loss, 7, 0));
        assert_eq!(a, fates(all, 7, 0));
        assert_ne!(a, fates(all, 8, 0));
        assert_ne!(a, fates(all, 7, 1));
        assert!(a.iter().zip(&b).all(|(x, y)| x.lost == y.lost));
        let share = |f: fn(&Fate) -> bool| a.iter().filter(|x| f(x)).count() as f64 / 5000.0;
        assert!((share(|x| x.lost) - 0.1).abs() < 0.02);
        assert!((share(|x| x.twice) - 0.2).abs() < 0.02);
        assert!((share(|x| x.held_frames > 0) - 0.3).abs() < 0.02);
        assert!(a.iter().all(|x| x.held_frames <= 3 && x.delay < all.jitter));
    }

    #[test]
    fn a_burst_takes_so_many_frames_in_a_row() {
        let faults = NetworkFaults {
            burst: 0.01,
            burst_frames: 12,
            ..NetworkFaults::default()
        };
        let mut dice = FaultDice::new(faults, 3, 0);
        let lost: Vec<bool> = (0..20_000).map(|_| dice.roll().lost).collect();
        let runs: Vec<_> = lost
            .split(|lost| !lost)
            .map(<[_]>::len)
            .filter(|n| *n > 0)
            .collect();
        assert!(
            runs.len() > 100 && runs.iter().all(|n| *n >= 12),
            "{runs:?}"
        );
        assert!(runs.iter().filter(|n| **n == 12).count() * 10 > runs.len() * 8);
    }

    #[test]
    fn what_is_no_probability_is_refused() {
        for loss in [-0.1, 1.1, f64::NAN] {
            let faults = NetworkFaults {
                loss,
                ..NetworkFaults::default()
            };
            assert!(faults.validate().is_err(), "{loss}");
        }
    }
}
