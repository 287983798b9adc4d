//! A straight line through when the last frames of a count were heard: the rate of a source that tells none, or a wrong one.
//!
//! Some of the times may be wrong by seconds (a damaged stamp), and the count may have stood still for a moment, so that what
//! is before does not lie on the line of what is after. So the line is drawn through those frames that lie together, and a
//! rate that a source tells is only given up when both halves of the line, each by itself, say that it is wrong.

use cyc_model::{HostNs, Nanos};

/// A rate that is off by more than this share is not the source's: no crystal is.
const RATE_OFF_MAX: f64 = 0.01;
/// Frames that the line goes through: about a second.
const LINE_FRAMES: usize = 128;
/// Fewer tell no rate.
const LINE_FRAMES_MIN: usize = 32;
/// Frames further than this from the middle of all do not lie with the others: more than jitter, nanoseconds.
const TOGETHER_NS: f64 = 25e6;

/// The last frames of a count.
#[derive(Clone, Debug)]
pub(crate) struct CountLine {
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

/// A line through frames, from the oldest of them on.
#[derive(Clone, Copy, Debug)]
struct Line {
    mean_n: f64,
    mean_ns: f64,
    slope_ns: f64,
}

impl Line {
    /// Nanoseconds after the oldest frame at which one lies on it.
    fn at(&self, n: f64) -> f64 {
        self.mean_ns + self.slope_ns * (n - self.mean_n)
    }

    /// By least squares; `None` through less than two.
    fn through(points: impl Iterator<Item = (f64, f64)> + Clone) -> Option<Self> {
        let count = points.clone().count() as f64;
        let (mut mean_n, mut mean_ns) = (0.0, 0.0);
        for (n, t) in points.clone() {
            mean_n += n / count;
            mean_ns += t / count;
        }
        let (mut nn, mut nt) = (0.0, 0.0);
        for (n, t) in points {
            nn += (n - mean_n) * (n - mean_n);
            nt += (n - mean_n) * (t - mean_ns);
        }
        (nn > 0.0).then(|| Self {
            mean_n,
            mean_ns,
            slope_ns: nt / nn,
        })
    }
}

/// Frames with how far each is from where the median slope has it, nanoseconds.
struct Placed {
    points: [(f64, f64); LINE_FRAMES],
    len: usize,
    slope_ns: f64,
    middle_ns: f64,
}

impl Placed {
    /// Those of a part that lie together.
    fn together(&self, part: std::ops::Range<usize>) -> impl Iterator<Item = (f64, f64)> + Clone {
        let known = self.points.get(part.start..part.end.min(self.len));
        let off = |(n, t): &(f64, f64)| (t - self.slope_ns * n - self.middle_ns).abs();
        let points = known.unwrap_or_default().iter().copied();
        points.filter(move |p| off(p) <= TOGETHER_NS)
    }
}

impl CountLine {
    /// Takes a frame's place in the count, and when it was heard.
    pub(crate) fn push(&mut self, counted: u64, heard: HostNs) {
        if let Some(place) = self.frames.get_mut(self.next) {
            *place = (counted, heard);
        }
        self.next = (self.next + 1) % LINE_FRAMES;
        self.len = (self.len + 1).min(LINE_FRAMES);
    }

    /// Whether it goes through as many frames as it can, none of which it went through when it did last.
    pub(crate) fn is_renewed(&self) -> bool {
        self.len == LINE_FRAMES && self.next == 0
    }

    /// Whether frames come at a rate, as far as can be told.
    pub(crate) fn keeps(&self, rate_hz: f64) -> bool {
        let Some(placed) = self.placed() else {
            return true;
        };
        let half = placed.len / 2;
        let off = |part: std::ops::Range<usize>| {
            let line = Line::through(placed.together(part));
            line.map_or(0.0, |line| line.slope_ns * 1e-9 * rate_hz - 1.0)
        };
        let (first, last) = (off(0..half), off(half..placed.len));
        let nearer = first.abs().min(last.abs());
        nearer <= RATE_OFF_MAX || first.signum() != last.signum()
    }

    /// When a frame came if it was as quick as the quickest of the others; `None` while there are too few.
    pub(crate) fn earliest(&self, counted: u64) -> Option<HostNs> {
        let (first, began) = self.oldest()?;
        let placed = self.placed()?;
        let together = placed.together(0..placed.len);
        let line = Line::through(together.clone())?;
        let off = together.map(|(n, t)| t - line.at(n));
        let quickest = off.fold(f64::INFINITY, f64::min);
        let n = counted as f64 - first as f64;
        Some(began + Nanos((line.at(n) + quickest).round() as i64))
    }

    fn oldest(&self) -> Option<(u64, HostNs)> {
        let oldest = if self.len < LINE_FRAMES { 0 } else { self.next };
        self.frames.get(oldest).copied().filter(|_| self.len > 0)
    }

    /// The frames from the oldest on; `None` while there are too few.
    fn placed(&self) -> Option<Placed> {
        let (first, began) = self.oldest()?;
        if self.len < LINE_FRAMES_MIN {
            return None;
        }
        let mut points = [(0.0, 0.0); LINE_FRAMES];
        let start = if self.len < LINE_FRAMES { 0 } else { self.next };
        for (k, point) in points.iter_mut().enumerate().take(self.len) {
            let (n, heard) = self.frames.get((start + k) % LINE_FRAMES).copied()?;
            *point = (n as f64 - first as f64, (heard - began).0 as f64);
        }
        let known = points.get(..self.len)?;
        // Of pairs a quarter apart: a moment without a count is in the fewer of them.
        let later = known.get(self.len / 4..)?;
        let slopes = known
            .iter()
            .zip(later)
            .map(|(a, b)| (b.1 - a.1) / (b.0 - a.0));
        let slope_ns = median(slopes.filter(|slope| slope.is_finite()))?;
        let middle_ns = median(known.iter().map(|(n, t)| t - slope_ns * n))?;
        Some(Placed {
            points,
            len: self.len,
            slope_ns,
            middle_ns,
        })
    }
}

/// The middle one of up to [`LINE_FRAMES`] numbers.
fn median(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut all, mut len) = ([0.0; LINE_FRAMES], 0);
    for (place, number) in all.iter_mut().zip(numbers) {
        *place = number;
        len += 1;
    }
    let known = all.get_mut(..len)?;
    known.sort_unstable_by(f64::total_cmp);
    known.get(len / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line at a rate, with jitter and what `late_ms` adds to it.
    fn line(hz: f64, late_ms: impl Fn(u64) -> f64) -> CountLine {
        let mut line = CountLine::default();
        let mut state = 1u64;
        for n in 0..LINE_FRAMES as u64 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let jitter_ms = (state >> 33) as f64 / f64::from(1u32 << 31) * 15.0;
            let ms = n as f64 / hz * 1e3 + jitter_ms + late_ms(n);
            line.push(n, HostNs(1_000_000_000 + (ms * 1e6) as i64));
        }
        line
    }

    #[test]
    fn a_rate_that_is_wrong_is_seen_and_a_moment_without_a_count_is_none() {
        for hz in [60.0, 120.0] {
            assert!(line(hz, |_| 0.0).keeps(hz));
            assert!(!line(hz * 1.03, |_| 0.0).keeps(hz));
            assert!(!line(hz * 0.97, |_| 0.0).keeps(hz));
            for at in (4..LINE_FRAMES as u64).step_by(4) {
                for lost_ms in [17.0, 33.0, 67.0, 400.0] {
                    let stood = line(hz, |n| if n >= at { lost_ms } else { 0.0 });
                    assert!(stood.keeps(hz), "{hz} Hz, {lost_ms} ms at {at}");
                }
            }
        }
    }

    #[test]
    fn wrong_stamps_move_no_line() {
        let wrong = |n: u64| {
            if [20, 21, 64, 100].contains(&n) {
                -3_000.0
            } else {
                0.0
            }
        };
        let line = line(60.0, wrong);
        assert!(line.keeps(60.0));
        let next = LINE_FRAMES as u64;
        let earliest = line.earliest(next).unwrap();
        let truth_ms = next as f64 / 60.0 * 1e3;
        let off_ms = (earliest.0 - 1_000_000_000) as f64 * 1e-6 - truth_ms;
        assert!((-3.0..5.0).contains(&off_ms), "{off_ms} ms");
    }
}
