//! When a frame was taken, from its number: the network's jitter is in the time at which it was heard, not in its count.
//!
//! A source's counter and its rate are a clock of its own. Fitted to the host's ([`ClockFit`]), they tell the time of each
//! frame as if every one had come over the network at its quickest. A source that tells no rate, or one that it does not
//! keep, is measured: by a straight line through when its last frames were heard.
//!
//! What must stay true: no frame is taken after it was told of; times grow with the frames of an epoch; only differences
//! of numbers matter, so that a count is as exact after a month as on its first day.

use crate::clock_fit::{ClockFit, ClockNews};
use crate::count_line::CountLine;
use cyc_model::{Epoch, FrameNumber, HostNs, Nanos};

/// A count that had to be fitted anew so often does not keep the rate that it claims,
const STEPS_MAX: u32 = 3;
/// unless so long lay in between: then it stood still for a moment each time. A rate that is off by more than drift can be
/// makes a step every minute.
const STEPS_APART: Nanos = Nanos::from_secs(150);

/// The clock of one source's frames.
#[derive(Clone, Debug, Default)]
pub struct FrameClock {
    fit: ClockFit,
    line: CountLine,
    /// The source does not keep the rate that it tells.
    is_off: bool,
    /// Times that the count was fitted anew, and when last.
    steps: (u32, HostNs),
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
        if self.line.is_renewed() {
            self.is_off = !self.line.keeps(rate_hz);
        }
        if rate_hz == 0.0 || self.is_off || self.steps.0 > STEPS_MAX {
            let earliest = self.line.earliest(counted)?;
            if told - earliest <= DELAY_MAX {
                return Some(earliest);
            }
            self.line = CountLine::default();
            return None;
        }
        let at = Nanos::from_secs_real(counted as f64 / rate_hz);
        if self.fit.observe(at, told) == ClockNews::Stepped {
            // The count stood still or ran on for a moment: what was before lies on no line with what follows.
            self.line = CountLine::default();
            let (before, stepped) = self.steps;
            let is_alone = told - stepped > STEPS_APART;
            self.steps = (if is_alone { 1 } else { before + 1 }, told);
        }
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
        self.steps = (0, HostNs(0));
        self.of = Some((epoch, rate_hz, number));
        number
    }
}

/// Frames that are told of so long after they were taken by the count were not: beyond any network's delay.
const DELAY_MAX: Nanos = Nanos::from_millis(100);
/// A frame that would go back in time is taken at most so long after the one before.
const STEP_ON: Nanos = Nanos::from_millis(1);

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
