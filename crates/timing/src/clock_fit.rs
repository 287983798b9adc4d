//! The offset of a source's clock to the host's, from the times at which its frames were heard.
//!
//! A frame is heard at `taken + offset + delay`, and delay is never negative: the smallest `heard − taken` of a while is
//! the best estimate of the offset plus the shortest delay. The minimum of each 2 s window gives a point, the slope
//! through the points the drift (clamped), and the current offset is the smallest of the last 2 s after the drift is
//! taken out.

use crate::limits::{CLOCK_DRIFT_MAX_PPM, CLOCK_STEP_CONFIRM, CLOCK_STEP_MIN, CLOCK_WINDOW};
use cyc_model::{HostNs, Nanos};

/// Parts of the window, so that it slides.
const SLICES: usize = 10;
const SLICE: Nanos = Nanos(CLOCK_WINDOW.0 / SLICES as i64);
/// Window minima kept for the slope: 32 s.
const POINTS: usize = 16;
/// Below this the slope would be noise.
const POINTS_MIN: usize = 3;
/// Samples that must agree on a step; one wrong stamp is no step.
const STEP_SAMPLES: u32 = 3;

/// A difference `heard − taken` and when it was heard.
#[derive(Clone, Copy, Debug, Default)]
struct Offset {
    heard: HostNs,
    offset: Nanos,
}

/// The last `N` of something.
#[derive(Clone, Copy, Debug)]
struct Recent<const N: usize> {
    items: [Offset; N],
    len: usize,
    next: usize,
}

impl<const N: usize> Recent<N> {
    const EMPTY: Self = Self {
        items: [Offset {
            heard: HostNs(0),
            offset: Nanos::ZERO,
        }; N],
        len: 0,
        next: 0,
    };

    fn push(&mut self, item: Offset) {
        if let Some(place) = self.items.get_mut(self.next) {
            *place = item;
        }
        self.next = (self.next + 1) % N;
        self.len = (self.len + 1).min(N);
    }

    fn iter(&self) -> impl Iterator<Item = Offset> + '_ {
        self.items.iter().take(self.len).copied()
    }
}

/// What an observation told about the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockNews {
    /// It runs as expected.
    Steady,
    /// This stamp is off by more than a step; too early to say why. It was not used.
    Doubtful,
    /// The clock was set: the fit began anew, and a new epoch begins.
    Stepped,
}

/// The fit of one source's clock; see the module's page.
#[derive(Clone, Debug)]
pub struct ClockFit {
    /// Smallest offsets of the last slices of the window.
    slices: Recent<SLICES>,
    /// The slice being filled.
    slice: Option<Offset>,
    slice_began: HostNs,
    /// Smallest offsets of the last windows.
    points: Recent<POINTS>,
    point: Option<Offset>,
    point_began: HostNs,
    drift: f64,
    best: Option<Offset>,
    doubt: Option<Doubt>,
    steps: u32,
}

#[derive(Clone, Copy, Debug)]
struct Doubt {
    began: HostNs,
    samples: u32,
    is_early: bool,
}

impl Default for ClockFit {
    fn default() -> Self {
        Self {
            slices: Recent::EMPTY,
            slice: None,
            slice_began: HostNs(0),
            points: Recent::EMPTY,
            point: None,
            point_began: HostNs(0),
            drift: 0.0,
            best: None,
            doubt: None,
            steps: 0,
        }
    }
}

impl ClockFit {
    /// Takes the source's own time of a frame (from any origin) and when it was heard. Frames are given in the order
    /// of hearing.
    pub fn observe(&mut self, taken: Nanos, heard: HostNs) -> ClockNews {
        let sample = Offset {
            heard,
            offset: Nanos(heard.0.saturating_sub(taken.0)),
        };
        let Some(best) = self.best else {
            self.begin(sample);
            return ClockNews::Steady;
        };
        let error = sample.offset - self.offset_at(best, heard);
        if error.0.saturating_abs() > CLOCK_STEP_MIN.0 {
            return self.doubt(sample, error.0 < 0);
        }
        self.doubt = None;
        self.take(sample);
        ClockNews::Steady
    }

    /// When, on the host's clock, a frame with this source time was taken (plus the shortest delay of the way, which
    /// nothing here can tell from the offset); `None` before the first observation.
    pub fn host_from_source(&self, taken: Nanos) -> Option<HostNs> {
        let best = self.best?;
        // The drift belongs to the time of taking, which differs from that of hearing by milliseconds: one step is exact
        // to 300 ppm of that.
        let about = HostNs(taken.0.saturating_add(best.offset.0));
        Some(HostNs(
            taken.0.saturating_add(self.offset_at(best, about).0),
        ))
    }

    /// How much faster the host's clock runs than the source's, parts per million, within ±300.
    pub fn drift_ppm(&self) -> f64 {
        self.drift * 1e6
    }

    /// How often the clock was set since the beginning.
    pub fn steps(&self) -> u32 {
        self.steps
    }

    fn offset_at(&self, known: Offset, at: HostNs) -> Nanos {
        known.offset + Nanos::from_secs_real((at - known.heard).secs() * self.drift)
    }

    fn begin(&mut self, sample: Offset) {
        let steps = self.steps;
        *self = Self {
            slice_began: sample.heard,
            point_began: sample.heard,
            best: Some(sample),
            steps,
            ..Self::default()
        };
        self.take(sample);
    }

    fn doubt(&mut self, sample: Offset, is_early: bool) -> ClockNews {
        let fresh = Doubt {
            began: sample.heard,
            samples: 0,
            is_early,
        };
        let doubt = self
            .doubt
            .filter(|d| d.is_early == is_early)
            .unwrap_or(fresh);
        let samples = doubt.samples.saturating_add(1);
        self.doubt = Some(Doubt { samples, ..doubt });
        // No network delivers early, so a clock set back is certain as soon as it is no single wrong stamp.
        let lasted = sample.heard - doubt.began >= CLOCK_STEP_CONFIRM;
        if samples < STEP_SAMPLES || !(is_early || lasted) {
            return ClockNews::Doubtful;
        }
        self.steps = self.steps.saturating_add(1);
        self.begin(sample);
        ClockNews::Stepped
    }

    fn take(&mut self, sample: Offset) {
        if sample.heard - self.slice_began >= SLICE {
            if let Some(slice) = self.slice.take() {
                self.slices.push(slice);
            }
            self.slice_began = sample.heard;
        }
        if sample.heard - self.point_began >= CLOCK_WINDOW {
            if let Some(point) = self.point.take() {
                self.points.push(point);
                self.fit_drift();
            }
            self.point_began = sample.heard;
        }
        self.slice = self.smaller(self.slice, sample);
        self.point = self.smaller(self.point, sample);
        let mut best = self.slice;
        for slice in self
            .slices
            .iter()
            .filter(|s| sample.heard - s.heard <= CLOCK_WINDOW)
        {
            best = self.smaller(best, slice);
        }
        self.best = best;
    }

    /// The one with the smaller offset, once the drift between the two is taken out.
    fn smaller(&self, known: Option<Offset>, other: Offset) -> Option<Offset> {
        match known {
            Some(known) if self.offset_at(known, other.heard) <= other.offset => Some(known),
            _ => Some(other),
        }
    }

    /// Least squares through the window minima.
    fn fit_drift(&mut self) {
        if self.points.len < POINTS_MIN {
            return;
        }
        let n = self.points.len as f64;
        let Some(origin) = self.points.iter().next() else {
            return;
        };
        let coordinates = |p: Offset| {
            (
                (p.heard - origin.heard).secs(),
                (p.offset - origin.offset).secs(),
            )
        };
        let (mut mean_x, mut mean_y) = (0.0, 0.0);
        for (x, y) in self.points.iter().map(coordinates) {
            mean_x += x / n;
            mean_y += y / n;
        }
        let (mut xx, mut xy) = (0.0, 0.0);
        for (x, y) in self.points.iter().map(coordinates) {
            xx += (x - mean_x) * (x - mean_x);
            xy += (x - mean_x) * (y - mean_y);
        }
        if xx > 0.0 {
            let limit = CLOCK_DRIFT_MAX_PPM * 1e-6;
            self.drift = (xy / xx).clamp(-limit, limit);
        }
    }
}
