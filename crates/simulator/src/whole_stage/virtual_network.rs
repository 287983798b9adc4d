//! What a virtual network does to a datagram on one path: loses, delays, holds back, copies.
//!
//! Every datagram draws the same chances whatever the outcome, so that one fault does not change which datagrams another
//! one hits.

use super::fault::FaultKind;
use super::plan::Plan;
use cyc_model::{HostNs, Nanos};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// While the network is bad, this share is lost.
const LOST_WHEN_BAD: f64 = 0.95;
/// Chance for a datagram that a bad network becomes good again: bursts of twelve on average.
const MENDED: f64 = 1.0 / 12.0;
/// How much later the second path is.
const PATH_LATER: Nanos = Nanos::from_micros(400);

/// One path of one source.
#[derive(Debug)]
pub(super) struct VirtualPath {
    source: usize,
    path: usize,
    dice: ChaCha8Rng,
    is_bad: bool,
}

/// When the copies of a datagram arrive after it was sent: none, one, or up to three.
pub(super) type Arrivals = [Option<Nanos>; 3];

impl VirtualPath {
    pub fn new(seed: u64, source: usize, path: usize) -> Self {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        dice.set_stream(0x100 + (source * 8 + path) as u64);
        Self {
            source,
            path,
            dice,
            is_bad: false,
        }
    }

    /// The datagram's fate.
    pub fn send(&mut self, plan: &Plan, now: HostNs) -> Arrivals {
        let [loss, turn, bad, late, held, by, copies, again] =
            std::array::from_fn(|_| self.dice.random::<f64>());
        let strength = |kind| plan.strength(kind, self.source, now);
        if let Some(turns_bad) = strength(FaultKind::Bursts) {
            let chance = if self.is_bad { MENDED } else { turns_bad };
            self.is_bad ^= turn < chance;
        } else {
            self.is_bad = false;
        }
        let mut cuts = plan.on(FaultKind::PathCut, self.source, now);
        let is_lost = loss < strength(FaultKind::Loss).unwrap_or(0.0)
            || (self.is_bad && bad < LOST_WHEN_BAD)
            || cuts.any(|cut| cut.whom == self.path)
            || !self.is_there(plan, now);
        if is_lost {
            return [None; 3];
        }
        let Some(source) = plan.sources.get(self.source) else {
            return [None; 3];
        };
        let mut delay = source.delay + Nanos(PATH_LATER.0 * self.path as i64);
        delay = delay + Nanos::from_secs_real(late * strength(FaultKind::Jitter).unwrap_or(0.0));
        if held < strength(FaultKind::Reorder).unwrap_or(0.0) {
            let frames = 1.0 + (by * 3.0).floor();
            delay = delay + Nanos::from_secs_real(frames / source.rate_hz);
        }
        let is_copied = copies < strength(FaultKind::Copies).unwrap_or(0.0);
        let later = Nanos::from_secs_real(again * 2.0 / source.rate_hz);
        [
            Some(delay),
            is_copied.then_some(delay + later),
            (is_copied && again < 0.3).then_some(delay + later + later),
        ]
    }

    /// Whether anything gets through to the source and back.
    pub fn is_there(&self, plan: &Plan, now: HostNs) -> bool {
        let off = |kind| plan.on(kind, self.source, now).next().is_some();
        !off(FaultKind::Silence) && !off(FaultKind::Restart)
    }
}
