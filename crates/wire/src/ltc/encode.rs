//! Timecode to sound.

use super::bits::{FRAME_BITS, LtcFrame};
use super::limits::SAMPLE_RATE_HZ;
use cyc_model::{Timecode, TimecodeRate};

/// Writes frame after frame; the signal turns over exactly where the rate says, however many frames there are.
#[derive(Clone, Debug)]
pub struct Encoder {
    sample_rate_hz: u64,
    rate: TimecodeRate,
    level: f32,
    /// Half bits written so far.
    half_bits: u64,
    /// Samples written so far.
    samples: u64,
    is_high: bool,
}

impl Encoder {
    /// `level` is the amplitude, 0 to 1. `None` for a sample rate that is not taken, or a rate above 30 frames a second.
    pub fn new(sample_rate_hz: u32, rate: TimecodeRate, level: f32) -> Option<Self> {
        let fits = SAMPLE_RATE_HZ.contains(&sample_rate_hz) && rate.labels_per_second() <= 30;
        fits.then_some(Self {
            sample_rate_hz: u64::from(sample_rate_hz),
            rate,
            level: level.clamp(0.0, 1.0),
            half_bits: 0,
            samples: 0,
            is_high: false,
        })
    }

    /// Appends the sound of a label. False when the label is of another rate.
    pub fn write(&mut self, timecode: Timecode, out: &mut Vec<f32>) -> bool {
        let frame = (timecode.rate() == self.rate).then(|| LtcFrame::of_timecode(timecode));
        let Some(frame) = frame.flatten() else {
            return false;
        };
        self.write_frame(&frame, out);
        true
    }

    /// Appends the sound of a frame.
    pub fn write_frame(&mut self, frame: &LtcFrame, out: &mut Vec<f32>) {
        let bits = frame.to_bits(self.rate == TimecodeRate::Fps25);
        for at in 0..FRAME_BITS {
            self.is_high = !self.is_high;
            self.half(out);
            if (bits >> at) & 1 == 1 {
                self.is_high = !self.is_high;
            }
            self.half(out);
        }
    }

    /// Appends half a bit after the last one: its turn ends the last bit, which would otherwise have no end.
    pub fn end(&mut self, out: &mut Vec<f32>) {
        self.is_high = !self.is_high;
        self.half(out);
    }

    /// Writes up to the end of the next half bit, which is at `n · fs · den / (num · 160)` samples.
    fn half(&mut self, out: &mut Vec<f32>) {
        self.half_bits += 1;
        let (num, den) = self.rate.fraction();
        let scale = u128::from(self.sample_rate_hz) * u128::from(den);
        let halves_per_s = u128::from(num) * u128::from(2 * FRAME_BITS);
        let end = (u128::from(self.half_bits) * scale).div_ceil(halves_per_s) as u64;
        let value = if self.is_high {
            self.level
        } else {
            -self.level
        };
        let n = end.saturating_sub(self.samples) as usize;
        out.extend(std::iter::repeat_n(value, n));
        self.samples = end;
    }
}
