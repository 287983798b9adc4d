//! How far behind the newest frame a performer is shown, so that a network's jitter is not.
//!
//! A frame's delay is how long after it was taken it is there. The smallest delay of the last seconds cannot be helped
//! and is what everything is shown behind. Frames that are a little later than that are covered by prediction, which is
//! as good as measuring over one period of the source; what nearly all frames stay below beyond it is added, up to a
//! limit that the stage sets. On a good network nothing is added, and nothing is later than it has to be.

use crate::limits::{PLAYOUT_EVERY, PLAYOUT_FRAMES};
use cyc_model::{HostNs, Nanos};

/// The delays of a source's last frames, and what follows from them.
#[derive(Clone, Debug)]
pub struct Playout {
    most: Nanos,
    delays: [Nanos; PLAYOUT_FRAMES],
    sorted: [Nanos; PLAYOUT_FRAMES],
    len: usize,
    next: usize,
    since: usize,
    smallest: Nanos,
    added: Nanos,
}

impl Playout {
    /// A source of which nothing is known. No more than `most` is ever added.
    pub fn new(most: Nanos) -> Self {
        Self {
            most,
            delays: [Nanos::ZERO; PLAYOUT_FRAMES],
            sorted: [Nanos::ZERO; PLAYOUT_FRAMES],
            len: 0,
            next: 0,
            since: 0,
            smallest: Nanos::ZERO,
            added: Nanos::ZERO,
        }
    }

    /// No more than this is added from now on.
    pub fn set_most(&mut self, most: Nanos) {
        self.most = most;
        self.added = self.added.min(most);
    }

    /// A frame taken at `taken` is there at `now`. `period` is the source's, zero when it is not known.
    pub fn note(&mut self, now: HostNs, taken: HostNs, period: Nanos) {
        if let Some(place) = self.delays.get_mut(self.next) {
            *place = now - taken;
        }
        self.next = (self.next + 1) % PLAYOUT_FRAMES;
        self.len = (self.len + 1).min(PLAYOUT_FRAMES);
        self.since += 1;
        // At the beginning every frame counts; later the quantile moves slowly.
        if self.since >= PLAYOUT_EVERY || self.len < PLAYOUT_EVERY {
            self.since = 0;
            self.renew(period);
        }
    }

    fn renew(&mut self, period: Nanos) {
        self.sorted = self.delays;
        let known = self.sorted.get_mut(..self.len).unwrap_or_default();
        known.sort_unstable();
        let (Some(smallest), Some(late)) = (
            known.first().copied(),
            known.get((known.len() * 99 / 100).min(known.len().saturating_sub(1))),
        ) else {
            return;
        };
        self.smallest = smallest;
        let beyond = *late - smallest - period;
        self.added = beyond.clamp(Nanos::ZERO, self.most);
    }

    /// Forgets what it knows: the source began anew, or its clock was set.
    pub fn clear(&mut self) {
        *self = Self::new(self.most);
    }

    /// How far behind now the source's things are shown.
    pub fn delay(&self) -> Nanos {
        self.smallest + self.added
    }

    /// The part of it that is there because of jitter: shown to the operator.
    pub fn added(&self) -> Nanos {
        self.added
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERIOD: Nanos = Nanos::from_micros(4_167);

    fn fed(delay_us: impl Fn(i64) -> i64) -> Playout {
        let mut playout = Playout::new(Nanos::from_millis(33));
        for n in 0..2000 {
            let taken = HostNs(n * PERIOD.0);
            playout.note(taken + Nanos(delay_us(n) * 1000), taken, PERIOD);
        }
        playout
    }

    #[test]
    fn nothing_is_added_on_a_good_network() {
        let playout = fed(|n| 1_000 + n % 7 * 100);
        assert_eq!(playout.added(), Nanos::ZERO);
        assert_eq!(playout.delay(), Nanos::from_micros(1_000));
    }

    #[test]
    fn what_nearly_all_frames_need_is_added() {
        // 0 to 20 ms in steps of one: the 99th of a hundred is 19 or 20 ms late.
        let playout = fed(|n| 500 + n * 7919 % 21 * 1000);
        let added_ms = playout.added().millis();
        assert!((14.5..16.0).contains(&added_ms), "{added_ms}");
    }

    #[test]
    fn no_more_is_added_than_allowed() {
        let playout = fed(|n| n % 100 * 1000);
        assert_eq!(playout.added(), Nanos::from_millis(33));
    }
}
