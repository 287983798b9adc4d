//! Between who measures the delay of the picture and the solver that predicts over it: the lead one way, the slip that it
//! leaves the other way. Two words and two for each camera, so that neither waits for the other.

use crate::core::Lead;
use cyc_model::{Nanos, Prediction};
use cyc_timing::Slip;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bits for the method's place.
const METHOD_BITS: u32 = 3;
const _: () = assert!(
    Prediction::ALL.len() <= 1 << METHOD_BITS,
    "every method has a place"
);

/// Shared by the solve thread and the engine's owner.
#[derive(Debug, Default)]
pub struct LeadLink {
    /// The lead in nanoseconds, and the method's place in [`Prediction::ALL`] in the lowest bits.
    wanted: AtomicU64,
    /// Shift and turn of each camera, as the bits of an `f64`.
    slips: Vec<[AtomicU64; 2]>,
}

impl LeadLink {
    /// For so many cameras, with no lead.
    pub fn new(cameras: usize) -> Self {
        let link = Self {
            wanted: AtomicU64::new(0),
            slips: (0..cameras).map(|_| Default::default()).collect(),
        };
        link.set(Lead::default());
        link
    }

    /// Asks for a lead.
    pub fn set(&self, lead: Lead) {
        let method = Prediction::ALL.iter().position(|p| *p == lead.prediction);
        let time = lead.time.0.max(0).unsigned_abs();
        let word = time << METHOD_BITS | method.unwrap_or(0) as u64;
        self.wanted.store(word, Ordering::Relaxed);
    }

    /// The lead that is asked for.
    pub fn get(&self) -> Lead {
        let word = self.wanted.load(Ordering::Relaxed);
        let prediction = Prediction::ALL.get((word & ((1 << METHOD_BITS) - 1)) as usize);
        Lead {
            prediction: prediction.copied().unwrap_or_default(),
            time: Nanos((word >> METHOD_BITS) as i64),
        }
    }

    /// Posts the slip of each camera.
    pub(super) fn post(&self, slips: impl Iterator<Item = Slip>) {
        for (place, slip) in self.slips.iter().zip(slips) {
            place[0].store(slip.shift_m.to_bits(), Ordering::Relaxed);
            place[1].store(slip.turn_rad.to_bits(), Ordering::Relaxed);
        }
    }

    /// The slip of each camera: metres and radians, root mean square over the last seconds.
    pub fn slips(&self) -> impl Iterator<Item = (f64, f64)> {
        let real = |word: &AtomicU64| f64::from_bits(word.load(Ordering::Relaxed));
        self.slips.iter().map(move |s| (real(&s[0]), real(&s[1])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_arrives() {
        let link = LeadLink::new(1);
        assert_eq!(link.get(), Lead::default());
        for prediction in Prediction::ALL {
            let time = Nanos::from_millis(117);
            let lead = Lead { prediction, time };
            link.set(lead);
            assert_eq!(link.get(), lead);
        }
        let slip = Slip {
            shift_m: 0.5,
            turn_rad: 0.25,
            poses: 9.0,
        };
        link.post(std::iter::once(slip));
        assert_eq!(link.slips().collect::<Vec<_>>(), [(0.5, 0.25)]);
    }
}
