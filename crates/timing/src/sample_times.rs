//! When the poses of a performer's short past were taken, and what that tells: her source's period, gaps, and over which time
//! she moved from one to another.

use crate::limits::{MOTION_SAMPLES, PERIODS_REMEMBERED, SAMPLES_TRUSTED, VELOCITY_SPAN};
use crate::pose_track::{GapPolicy, gap_of_period, steps_took};
use cyc_model::{Epoch, FrameNumber, HostNs, Nanos};

/// More frames than this lie between no two poses: it is a second of the quickest source, after which one is gone.
const FRAMES_MAX: u64 = 1000;

/// One sample.
#[derive(Clone, Copy, Debug, Default)]
struct SampleTime {
    at: HostNs,
    /// Frames that its source counted since the one before.
    frames: i64,
    /// Whether poses are missing before it.
    after_gap: bool,
    /// Whether the way to it was too far to be gone: it says nothing about her speed.
    after_cut: bool,
    /// When the samples without a gap up to it began: how she moves is only learnt from then on.
    since: HostNs,
}

/// The times of the last samples; `k` counts back from the newest.
#[derive(Clone, Debug, Default)]
pub(crate) struct SampleTimes {
    samples: [SampleTime; MOTION_SAMPLES],
    len: usize,
    newest: usize,
    /// The newest one's frame in its source's count.
    counted: Option<(Epoch, FrameNumber)>,
}

impl SampleTimes {
    pub fn push(&mut self, at: HostNs, after_gap: bool, counted: Option<(Epoch, FrameNumber)>) {
        let before = std::mem::replace(&mut self.counted, counted);
        let frames = match before.zip(counted) {
            Some(((of, before), (epoch, now))) if of == epoch => now.0.saturating_sub(before.0),
            _ => 1,
        };
        let since = self.since(0).filter(|_| !after_gap).unwrap_or(at);
        self.newest = (self.newest + 1) % MOTION_SAMPLES;
        self.len = (self.len + 1).min(MOTION_SAMPLES);
        if let Some(place) = self.samples.get_mut(self.newest) {
            *place = SampleTime {
                at,
                frames: frames.clamp(1, FRAMES_MAX) as i64,
                after_gap,
                after_cut: false,
                since,
            };
        }
    }

    pub fn clear(&mut self) {
        self.len = 0;
    }

    pub fn len(&self) -> usize {
        self.len
    }

    /// The newest one's place.
    pub fn newest(&self) -> usize {
        self.newest
    }

    pub fn place(&self, k: usize) -> Option<usize> {
        (k < self.len).then_some((self.newest + MOTION_SAMPLES - k) % MOTION_SAMPLES)
    }

    fn get(&self, k: usize) -> Option<SampleTime> {
        self.samples.get(self.place(k)?).copied()
    }

    pub fn time(&self, k: usize) -> Option<HostNs> {
        self.get(k).map(|sample| sample.at)
    }

    pub fn since(&self, k: usize) -> Option<HostNs> {
        self.get(k).map(|sample| sample.since)
    }

    pub fn is_after_gap(&self, k: usize) -> bool {
        self.get(k).is_some_and(|sample| sample.after_gap)
    }

    /// The newest one's way was too far to be gone, or not.
    pub fn set_cut(&mut self, is_cut: bool) {
        if let Some(sample) = self.samples.get_mut(self.newest) {
            sample.after_cut = is_cut;
        }
    }

    /// The source's usual period, and the step in time beyond which poses are missing.
    pub fn usual_period(&self, policy: GapPolicy) -> (Nanos, Nanos) {
        let longest = policy.prediction_max;
        let mut periods = [longest; PERIODS_REMEMBERED];
        let mut known = 0;
        for (k, period) in periods.iter_mut().enumerate() {
            let (Some(later), Some(earlier)) = (self.get(k), self.time(k + 1)) else {
                break;
            };
            *period = Nanos((later.at - earlier).0 / later.frames.max(1));
            known = k + 1;
        }
        let known = periods.get_mut(..known).unwrap_or_default();
        known.sort_unstable();
        match known.get(known.len() / 2) {
            Some(usual) if self.len >= SAMPLES_TRUSTED => (*usual, gap_of_period(*usual, longest)),
            _ => (longest, longest),
        }
    }

    /// The sample from which on the velocity of the `k`-th one is measured, and over which time.
    pub fn velocity_from(&self, k: usize, policy: GapPolicy) -> (usize, Nanos) {
        let (mut from, mut span) = (k, Nanos::ZERO);
        let Some(now) = self.time(k).filter(|_| self.len >= SAMPLES_TRUSTED) else {
            return (from, span);
        };
        let period = self.usual_period(policy).0;
        while !self.get(from).is_some_and(|sample| sample.after_cut) {
            let Some(earlier) = self.time(from + 1) else {
                break;
            };
            let longer = steps_took(now - earlier, from + 1 - k, period);
            if from > k && longer - Nanos(period.0 / 4) > VELOCITY_SPAN {
                break;
            }
            (from, span) = (from + 1, longer);
        }
        (from, span)
    }
}
