//! What a channel will be, from what it was and from how others deviated in the same frame.
//!
//! Linear: the last value, plus weights times the last three steps, plus weights times the deviations of channels that
//! come before it in the frame: the joint's other axes, its parent's, its parent's parent's. (When a solver moves a
//! shoulder a little too far, it moves the arm a little back; the deviation of one tells that of the other.) Weights are
//! whole 128ths, so that encoder and decoder agree to the bit; they are fitted to the take by least squares.

use crate::error::CompactError;
use crate::fields::{Fields, put_signed};

/// Own steps that are looked back at.
pub(crate) const STEPS: usize = 3;

/// Most channels that one looks at.
pub(crate) const OTHERS_MAX: usize = 9;

/// One, as a weight.
const ONE: i64 = 128;

/// Largest weight: nothing that is stable needs more than 4.
const WEIGHT_MAX: i64 = 512;

/// One channel's weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taps {
    /// Of the last steps, the newest first.
    pub steps: [i64; STEPS],
    /// Of the others' deviations, in the order of the layout's list.
    pub others: [i64; OTHERS_MAX],
}

impl Taps {
    /// It goes on as it went.
    pub(crate) const STRAIGHT: Self = Self {
        steps: [ONE, 0, 0],
        others: [0; OTHERS_MAX],
    };

    /// It stays.
    pub(crate) const STILL: Self = Self {
        steps: [0; STEPS],
        others: [0; OTHERS_MAX],
    };

    /// Appends the weights; those of channels that are not there are not written.
    pub(crate) fn write(&self, others: usize, out: &mut Vec<u8>) {
        let all = self.steps.iter().chain(self.others.iter().take(others));
        all.for_each(|w| put_signed(out, *w));
    }

    /// Reads the weights.
    pub(crate) fn read(others: usize, fields: &mut Fields<'_>) -> Result<Self, CompactError> {
        let mut taps = Self::STILL;
        let all = taps
            .steps
            .iter_mut()
            .chain(taps.others.iter_mut().take(others));
        for weight in all {
            *weight = fields.signed()?;
            if weight.abs() > WEIGHT_MAX {
                return Err(fields.damaged());
            }
        }
        Ok(taps)
    }
}

/// Root mean square of a weight's part in the prediction, below which it is left out.
const PRUNED: f64 = 0.2;

/// What a channel was.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct History {
    /// The last value.
    pub last: i64,
    /// The last steps, the newest first.
    pub steps: [i64; STEPS],
}

impl History {
    /// What comes next by the channel's own history; `others` is the weighted sum of other channels' deviations.
    #[inline]
    pub(crate) fn predicted(&self, steps: &[i64; STEPS], others: i64) -> i64 {
        let sum = self.steps[0]
            .wrapping_mul(steps[0])
            .wrapping_add(self.steps[1].wrapping_mul(steps[1]))
            .wrapping_add(self.steps[2].wrapping_mul(steps[2]))
            .wrapping_add(others);
        self.last.wrapping_add(sum.wrapping_add(ONE / 2) >> 7)
    }

    /// Takes in the value that came.
    #[inline]
    pub(crate) fn push(&mut self, value: i64) {
        self.steps = [value.wrapping_sub(self.last), self.steps[0], self.steps[1]];
        self.last = value;
    }

    /// Takes in the first value of a chunk, from which no step leads back.
    #[inline]
    pub(crate) fn begin(&mut self, value: i64) {
        *self = Self {
            last: value,
            steps: [0; STEPS],
        };
    }
}

/// Sums for one channel's weights: normal equations of least squares.
pub(crate) struct Fit {
    n: usize,
    a: [[f64; STEPS + OTHERS_MAX]; STEPS + OTHERS_MAX],
    b: [f64; STEPS + OTHERS_MAX],
    rows: usize,
    total: f64,
}

impl Fit {
    /// For a channel that looks at so many others.
    pub(crate) fn new(others: usize) -> Self {
        Self {
            n: STEPS + others.min(OTHERS_MAX),
            a: [[0.0; STEPS + OTHERS_MAX]; STEPS + OTHERS_MAX],
            b: [0.0; STEPS + OTHERS_MAX],
            rows: 0,
            total: 0.0,
        }
    }

    /// Adds a frame: the steps before it, the others' deviations in it, and the step that came.
    pub(crate) fn add(&mut self, steps: &[i64; STEPS], others: &[i64], came: i64) {
        let mut row = [0.0; STEPS + OTHERS_MAX];
        let values = steps.iter().chain(others.iter().take(OTHERS_MAX));
        for (slot, v) in row.iter_mut().zip(values) {
            *slot = *v as f64;
        }
        // One jump (a marker that comes back) must not outweigh a thousand steps.
        let size = 1.0 + row.iter().fold((came as f64).abs(), |m, v| m.max(v.abs()));
        let weight = 1.0 / size.max(64.0);
        for (i, x) in row.iter().take(self.n).enumerate() {
            for (k, y) in row.iter().take(self.n).enumerate() {
                self.a[i][k] += weight * x * y;
            }
            self.b[i] += weight * x * came as f64;
        }
        self.rows += 1;
        self.total += weight;
    }

    /// The weights; going straight on where there is too little to learn from.
    pub(crate) fn taps(mut self) -> Taps {
        if self.rows < 8 * self.n {
            return Taps::STRAIGHT;
        }
        let n = self.n;
        let moments: Vec<f64> = (0..n).map(|i| self.a[i][i]).collect();
        for i in 0..n {
            // A ridge of a hundredth of a quantum's variance for what never moves.
            self.a[i][i] += 1e-9 * self.a[i][i] + 1e-4 * self.rows as f64;
        }
        for i in 0..n {
            let pivot = self.a[i][i];
            for k in i + 1..n {
                let factor = self.a[k][i] / pivot;
                for m in i..n {
                    self.a[k][m] -= factor * self.a[i][m];
                }
                self.b[k] -= factor * self.b[i];
            }
        }
        for i in (0..n).rev() {
            for k in i + 1..n {
                self.b[i] -= self.a[i][k] * self.b[k];
            }
            self.b[i] /= self.a[i][i];
        }
        let mut taps = Taps::STILL;
        let all = taps.steps.iter_mut().chain(&mut taps.others);
        // What moves the prediction by less than a fifth of a number is not worth its time.
        let least = PRUNED * PRUNED * self.total;
        for (weight, (w, moment)) in all.zip(self.b.iter().zip(&moments)) {
            if w * w * moment < least {
                continue;
            }
            // Of what is no number the cast makes zero.
            *weight = (w * ONE as f64)
                .round()
                .clamp(-(WEIGHT_MAX as f64), WEIGHT_MAX as f64) as i64;
        }
        taps
    }
}
