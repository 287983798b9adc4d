//! A prop in the performer's volume: a sword on a stand that a stage hand turns and lifts now and then.

use super::linear::Placement;
use super::noise::{Wander, stream};

/// A prop's seeded, smooth motion.
#[derive(Clone, Debug)]
pub struct PropMove {
    home_m: [f64; 3],
    shift: [Wander; 3],
    turn: [Wander; 3],
}

impl PropMove {
    /// A prop around a place in the stage, metres.
    pub fn new(seed: u64, home_m: [f64; 3]) -> Self {
        let mut rng = stream(seed, 0x9709);
        Self {
            home_m,
            shift: std::array::from_fn(|_| Wander::new(&mut rng, 0.08, 0.11)),
            turn: std::array::from_fn(|_| Wander::new(&mut rng, 0.35, 0.09)),
        }
    }

    /// Where the prop is at a time in seconds.
    pub fn stage_from_prop(&self, t_s: f64) -> Placement {
        let t = std::array::from_fn(|k| self.home_m[k] + self.shift[k].at(t_s));
        let [yaw, pitch, roll] = std::array::from_fn(|k| self.turn[k].at(t_s));
        Placement::from_yaw_pitch_roll(yaw, pitch, roll, t)
    }
}
