//! When a frame was taken, from its number: the network's jitter is in the time at which it was heard, not in its count.
//!
//! A source's counter and its rate are a clock of its own. Fitted to the host's ([`ClockFit`]), they tell the time of each
//! frame as if every one had come over the network at its quickest. A source that tells no rate, or one that it does not
//! keep, is measured: by a straight line through when its last frames were heard.
//!
//! What must stay true: no frame is taken after it was told of; times grow with the frames of an epoch; only differences
//! of numbers matter, so that a count is as exact after a month as on its first day.

use crate::clock_fit::ClockFit;
use cyc_model::{Epoch, FrameNumber, HostNs, Nanos};

/// A count that had to be fitted anew so often in one epoch does not keep the rate that it claims.
const STEPS_MAX: u32 = 3;

/// The clock of one source's frames.
#[derive(Clone, Debug, Default)]
pub struct FrameClock {
    fit: ClockFit,
    line: CountLine,
    /// The source does not keep the rate that it tells.
    is_off: bool,
    /// What the fit is for, and the first number of it.
    of: Option<(Epoch, f64, FrameNumber)>,
    last: Option<HostNs>,
}

impl FrameClock {
    /// When a frame was taken, on the host's clock. `told` is the best that is known without its number: when it was heard,
    /// less what its source says that it took before. Frames are given in order.
    pub fn taken(
        &mut self,
        epoch: Epoch,
        number: FrameNumber,
        rate_hz: f64,
        told: HostNs,
    ) -> HostNs {
        let fitted = self.fitted(epoch, number, rate_hz, told).unwrap_or(told);
        let taken = fitted.min(told);
        // A fit that was corrected may go back a little; the frames do not.
        let taken = match self.last {
            Some(last) if taken <= last && told > last => {
                HostNs(last.0 + ((told - last).0 / 2).clamp(1, STEP_ON.0))
            }
            _ => taken,
        };
        self.last = Some(taken);
        taken
    }

    fn fitted(
        &mut self,
        epoch: Epoch,
        number: FrameNumber,
        rate_hz: f64,
        told: HostNs,
    ) -> Option<HostNs> {
        let rate_hz = if rate_hz > 0.0 && rate_hz.is_finite() {
            rate_hz
        } else {
            0.0
        };
        let known = self.of.filter(|(e, r, _)| (*e, *r) == (epoch, rate_hz));
        let first = match known {
            Some((_, _, first)) => first,
            None => self.begin(epoch, rate_hz, number),
        };
        let counted = number.0.checked_sub(first.0)?;
        self.line.push(counted, told);
        if self.line.len == LINE_FRAMES && self.line.next == 0 {
            let measured_s = self.line.slope_ns().map(|ns| ns * 1e-9);
            self.is_off = measured_s.is_some_and(|s| (s * rate_hz - 1.0).abs() > RATE_OFF_MAX);
        }
        if rate_hz == 0.0 || self.is_off || self.fit.steps() > STEPS_MAX {
            return self.line.earliest(counted);
        }
        let at = Nanos::from_secs_real(counted as f64 / rate_hz);
        self.fit.observe(at, told);
        let fitted = self.fit.host_from_source(at)?;
        if told - fitted <= DELAY_MAX {
            return Some(fitted);
        }
        // No network is so slow: the count stood still meanwhile.
        self.begin(epoch, rate_hz, number);
        self.fit.observe(Nanos::ZERO, told);
        None
    }

    fn begin(&mut self, epoch: Epoch, rate_hz: f64, number: FrameNumber) -> FrameNumber {
        self.fit = ClockFit::default();
        self.line = CountLine::default();
        self.is_off = false;
        self.of = Some((epoch, rate_hz, number));
        number
    }
}

/// Frames that are told of so long after they were taken by the count were not: beyond any network's delay.
const DELAY_MAX: Nanos = Nanos::from_millis(100);
/// A frame that would go back in time is taken at most so long after the one before.
const STEP_ON: Nanos = Nanos::from_millis(1);

/// A rate that is off by more than this share is not the source's: no crystal is.
const RATE_OFF_MAX: f64 = 0.01;
/// Frames that the line goes through: about a second.
const LINE_FRAMES: usize = 128;
/// Fewer tell no rate.
const LINE_FRAMES_MIN: usize = 32;

/// A straight line through when the last frames of a count were heard.
#[derive(Clone, Debug)]
struct CountLine {
    frames: [(u64, HostNs); LINE_FRAMES],
    len: usize,
    next: usize,
}

impl Default for CountLine {
    fn default() -> Self {
        Self {
            frames: [(0, HostNs(0)); LINE_FRAMES],
            len: 0,
            next: 0,
        }
    }
}

impl CountLine {
    fn push(&mut self, counted: u64, heard: HostNs) {
        if let Some(place) = self.frames.get_mut(self.next) {
            *place = (counted, heard);
        }
        self.next = (self.next + 1) % LINE_FRAMES;
        self.len = (self.len + 1).min(LINE_FRAMES);
    }

    /// Nanoseconds from frame to frame.
    fn slope_ns(&self) -> Option<f64> {
        self.line().map(|line| line.slope_ns)
    }

    /// When a frame came if it was as quick as the quickest of the others; `None` while there are too few.
    fn earliest(&self, counted: u64) -> Option<HostNs> {
        let line = self.line()?;
        let known = self.frames.get(..self.len)?;
        let off = known
            .iter()
            .map(|(n, heard)| (*heard - line.began).0 as f64 - line.at(*n));
        let quickest = off.fold(f64::INFINITY, f64::min);
        Some(line.began + Nanos((line.at(counted) + quickest).round() as i64))
    }

    /// The line; `None` while there are too few frames.
    fn line(&self) -> Option<Line> {
        let known = self.frames.get(..self.len)?;
        let (first, began) = *known.first()?;
        if known.len() < LINE_FRAMES_MIN {
            return None;
        }
        let at = |(n, heard): (u64, HostNs)| (n as f64 - first as f64, (heard - began).0 as f64);
        let count = known.len() as f64;
        let (mut mean_n, mut mean_t) = (0.0, 0.0);
        for (n, t) in known.iter().map(|f| at(*f)) {
            mean_n += n / count;
            mean_t += t / count;
        }
        let (mut nn, mut nt) = (0.0, 0.0);
        for (n, t) in known.iter().map(|f| at(*f)) {
            nn += (n - mean_n) * (n - mean_n);
            nt += (n - mean_n) * (t - mean_t);
        }
        let slope = if nn > 0.0 { nt / nn } else { return None };
        Some(Line {
            first,
            began,
            mean_n,
            mean_ns: mean_t,
            slope_ns: slope,
        })
    }
}

/// A line through frames, from one of them on.
#[derive(Clone, Copy, Debug)]
struct Line {
    first: u64,
    began: HostNs,
    mean_n: f64,
    mean_ns: f64,
    slope_ns: f64,
}

impl Line {
    /// Nanoseconds after its beginning at which a frame lies on it.
    fn at(&self, counted: u64) -> f64 {
        self.mean_ns + self.slope_ns * (counted as f64 - self.first as f64 - self.mean_n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames at a true rate, counted at a claimed one, heard with a delay in microseconds: how far off, in milliseconds,
    /// each is told to be taken.
    fn off_ms(true_hz: f64, claimed_hz: f64, delay_us: impl Fn(u64) -> i64) -> Vec<f64> {
        let mut clock = FrameClock::default();
        let base = 60 * 86_400_000_000_000i64;
        (0..2400u64)
            .map(|n| {
                let exposed = base + (n as f64 / true_hz * 1e9) as i64;
                let heard = HostNs(exposed + delay_us(n) * 1000);
                let number = FrameNumber((1 << 40) + n);
                let taken = clock.taken(Epoch(0), number, claimed_hz, heard);
                assert!(taken <= heard);
                (taken.0 - exposed) as f64 * 1e-6
            })
            .collect()
    }

    /// A number below `most` that looks like chance.
    fn chance(n: u64, most: u64) -> i64 {
        (n.wrapping_mul(6_364_136_223_846_793_005) >> 33).wrapping_rem(most) as i64
    }

    #[test]
    fn jitter_is_gone_after_a_moment() {
        let off = off_ms(120.0, 120.0, |n| 500 + chance(n, 20_000));
        let worst = off[120..].iter().copied().fold(0.0, f64::max);
        assert!(worst < 1.0, "{worst} ms");
        let raw = (120..2400).map(|n| chance(n, 20_000)).max().unwrap();
        assert!(raw > 19_000, "the network was bad");
    }

    #[test]
    fn a_crystal_that_is_off_is_followed() {
        for ppm in [-250.0, 250.0] {
            let off = off_ms(120.0 * (1.0 + ppm * 1e-6), 120.0, |n| 500 + chance(n, 3000));
            let worst = off[240..]
                .iter()
                .map(|ms| (ms - 0.5).abs())
                .fold(0.0, f64::max);
            assert!(worst < 1.5, "{ppm} ppm: {worst} ms");
        }
    }

    #[test]
    fn a_rate_that_is_not_the_sources_or_none_is_measured() {
        for claimed in [100.0, 150.0, 0.0, f64::NAN] {
            let off = off_ms(120.0, claimed, |n| 500 + chance(n, 20_000));
            let settled = off[600..].iter().map(|ms| (ms - 0.5).abs());
            let worst = settled.fold(0.0, f64::max);
            assert!(worst < 3.0, "{claimed} Hz: {worst} ms");
        }
    }

    #[test]
    fn a_count_that_stood_still_for_a_while_is_believed_anew() {
        let mut clock = FrameClock::default();
        for n in 0..600u64 {
            let stood = if n >= 300 { 400_000_000 } else { 0 };
            let told = HostNs(1_000_000_000 + n as i64 * 10_000_000 + stood);
            let taken = clock.taken(Epoch(0), FrameNumber(n), 100.0, told);
            assert!(told - taken < Nanos::from_millis(1), "{n}");
        }
    }

    #[test]
    fn an_epoch_begins_anew_and_time_never_goes_back() {
        let mut clock = FrameClock::default();
        let mut last = HostNs(0);
        for n in 0..600u64 {
            let epoch = Epoch(u32::from(n >= 300));
            let number = FrameNumber(if n >= 300 { n - 300 } else { 5000 + n });
            let told = HostNs(1_000_000_000 + n as i64 * 10_000_000 + chance(n, 8000) * 1000);
            let taken = clock.taken(epoch, number, 100.0, told);
            assert!(taken > last, "{n}");
            last = taken;
        }
    }
}
