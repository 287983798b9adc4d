//! Rates and losses of the last seconds, from counts that only grow.
//!
//! A cable that is pulled or a network that breaks down must be named within a second, and one frame that is lost now
//! and then must not: so a great loss is judged over a short time, a small one over a long one.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Rates, and losses that are small, are over this time.
const LONG: Duration = Duration::from_secs(2);
/// Losses that are great are over this time.
const SHORT: Duration = Duration::from_millis(600);
/// The least share of frames that is a great loss.
const GREAT: f64 = 0.1;
/// Counts are kept at most this often.
const STEP: Duration = Duration::from_millis(100);

/// The counts of one source at one time.
#[derive(Clone, Copy, Debug)]
struct Counts {
    at: Instant,
    frames: u64,
    lost: u64,
}

/// Counts of the last seconds.
#[derive(Clone, Debug, Default)]
pub struct Recent {
    counts: VecDeque<Counts>,
}

impl Recent {
    /// Takes the counts now; to be called often.
    pub fn take(&mut self, at: Instant, frames: u64, lost: u64) {
        if self.counts.back().is_some_and(|last| at - last.at < STEP) {
            return;
        }
        self.counts.push_back(Counts { at, frames, lost });
        // One older than the window is kept: it is the window's beginning.
        while self
            .counts
            .get(1)
            .is_some_and(|second| at - second.at >= LONG)
        {
            self.counts.pop_front();
        }
    }

    /// Frames a second.
    pub fn rate_hz(&self) -> f64 {
        self.since(LONG)
            .map_or(0.0, |(seconds, frames, _)| frames as f64 / seconds)
    }

    /// Share of the frames that did not come, 0 to 1.
    pub fn loss(&self) -> f64 {
        let share = |over| {
            let (_, frames, lost) = self.since(over).unwrap_or((0.0, 0, 0));
            lost as f64 / (frames + lost).max(1) as f64
        };
        let short = share(SHORT);
        if short >= GREAT { short } else { share(LONG) }
    }

    /// Seconds, frames and lost frames since the newest counts that are at least so old, or the oldest.
    fn since(&self, over: Duration) -> Option<(f64, u64, u64)> {
        let last = self.counts.back()?;
        let is_old = |c: &&Counts| last.at - c.at >= over;
        let first = self.counts.iter().rev().find(is_old);
        let first = first.or(self.counts.front())?;
        let seconds = (last.at - first.at).as_secs_f64();
        (seconds > 0.0).then(|| (seconds, last.frames - first.frames, last.lost - first.lost))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source at 120 Hz that loses a share of its frames from the tenth second on, looked at each 20 ms.
    fn losses(share: f64) -> Vec<(f64, f64, f64)> {
        let begin = Instant::now();
        let mut recent = Recent::default();
        let (mut frames, mut lost) = (0.0, 0.0);
        let mut seen = Vec::new();
        for look in 0..1000u64 {
            let t = look as f64 * 0.02;
            let share = if t >= 10.0 { share } else { 0.0 };
            frames += 2.4 * (1.0 - share);
            lost += 2.4 * share;
            recent.take(
                begin + Duration::from_millis(20 * look),
                frames as u64,
                lost as u64,
            );
            seen.push((t, recent.loss(), recent.rate_hz()));
        }
        assert!(recent.counts.len() < 30, "bounded");
        seen
    }

    #[test]
    fn a_great_loss_is_seen_within_a_second_and_a_small_one_soon() {
        for (share, within_s) in [(0.2, 1.0), (1.0, 1.0), (0.03, 2.0)] {
            let seen = losses(share);
            let named = seen.iter().find(|(t, loss, _)| *t >= 10.0 && *loss > 0.01);
            let named = named.expect("named").0 - 10.0;
            assert!(named <= within_s, "{share}: after {named} s");
            let (_, loss, _) = seen.last().expect("looks");
            assert!((loss - share).abs() < 0.02, "{share}: {loss}");
        }
    }

    #[test]
    fn rates_are_steady_and_one_lost_frame_is_not_a_fault() {
        let seen = losses(0.0);
        for (t, loss, rate_hz) in &seen[120..] {
            assert!(
                (rate_hz - 120.0).abs() < 2.0 && *loss == 0.0,
                "{t} {rate_hz}"
            );
        }
        let mut recent = Recent::default();
        let begin = Instant::now();
        for look in 0..100u64 {
            let at = begin + Duration::from_millis(20 * look);
            recent.take(at, look * 3, u64::from(look > 50));
            assert!(recent.loss() < 0.01, "{look}: {}", recent.loss());
        }
    }
}
