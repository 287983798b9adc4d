//! The rate of labels, from how long frames last.
//!
//! A frame says only whether it drops labels. So the rate is told by the length of a row of frames that follow each
//! other; for the thousandth between 24 and 23.976 the tape must run at the speed it was recorded at, on a clock that is
//! right to better than half of that.

use super::limits::{RATE_FRAMES_MAX, RATE_FRAMES_MIN};
use cyc_model::TimecodeRate;

/// Frames that differ by more than this share of their length are not of one row.
const SAME_LENGTH: f64 = 0.05;

/// How far, as a share, a length may be from that of the nearest rate.
const RATE_OFF_MAX: f64 = 0.01;

/// Rates that count every label.
const PLAIN: [TimecodeRate; 5] = [
    TimecodeRate::Fps23_976,
    TimecodeRate::Fps24,
    TimecodeRate::Fps25,
    TimecodeRate::Fps29_97,
    TimecodeRate::Fps30,
];

/// Measures the frames of one source.
#[derive(Clone, Debug, Default)]
pub(super) struct RateMeter {
    mean_s: f64,
    count: u32,
    drop_frame: bool,
}

impl RateMeter {
    /// Takes the length of the next frame, seconds. The rate, once there are enough frames of one.
    pub(super) fn take(&mut self, length_s: f64, drop_frame: bool) -> Option<TimecodeRate> {
        let differs = (length_s - self.mean_s).abs() > SAME_LENGTH * self.mean_s;
        if self.count == 0 || differs || drop_frame != self.drop_frame {
            *self = Self {
                mean_s: 0.0,
                count: 0,
                drop_frame,
            };
        }
        self.count = (self.count + 1).min(RATE_FRAMES_MAX);
        self.mean_s += (length_s - self.mean_s) / f64::from(self.count);
        if self.count < RATE_FRAMES_MIN {
            return None;
        }
        let off = |rate: TimecodeRate| {
            let (num, den) = rate.fraction();
            (self.mean_s * f64::from(num) / f64::from(den) - 1.0).abs()
        };
        let rates: &[TimecodeRate] = if drop_frame {
            &[TimecodeRate::Fps29_97Drop]
        } else {
            &PLAIN
        };
        let nearest = rates.iter().min_by(|a, b| off(**a).total_cmp(&off(**b)));
        nearest.copied().filter(|rate| off(*rate) <= RATE_OFF_MAX)
    }
}
