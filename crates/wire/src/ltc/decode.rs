//! Sound to timecode.
//!
//! The time between two turns of the signal is half a bit or a whole one. Which of the two is told by the length of a
//! half bit, which follows the signal, so that tape may speed up, slow down and turn round. Turns are placed between
//! samples by interpolation, and a turn counts only when the signal has passed a share of its own level, so that noise
//! around zero makes none.

use super::bits::{FRAME_BITS, LtcFrame, has_sync};
use super::limits::{HALF_BIT_S_MAX, HALF_BIT_SAMPLES_MIN, SAMPLE_RATE_HZ, SILENCE};
use super::rate_meter::RateMeter;
use cyc_model::{Timecode, TimecodeRate};

/// Which way tape runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// As recorded.
    Forwards,
    /// Backwards.
    Backwards,
}

/// A frame and where it was in the sound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DecodedFrame {
    /// The frame's bits.
    pub frame: LtcFrame,
    /// The label at the decoder's rate; `None` when the frame counts otherwise, or the rate is not known yet.
    pub timecode: Option<Timecode>,
    /// Where the frame began and ended, samples since the decoder was made.
    pub samples: [f64; 2],
    /// Which way it ran.
    pub direction: Direction,
    /// The speed, 1 as recorded; `None` while the rate is not known.
    pub speed: Option<f64>,
}

/// What could not be taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DecoderCounts {
    /// Times that the bits were lost after they had been found.
    pub lost: u64,
    /// Frames with a sync word whose digits are none.
    pub frames_refused: u64,
}

/// Share of the signal's level that it must pass to have turned.
const HYSTERESIS: f32 = 0.25;

/// How fast the level falls when the signal gets quieter, a sample.
const LEVEL_DECAY: f32 = 0.9995;

/// How much of the difference of a new half bit is taken over.
const FOLLOW: f64 = 0.2;

/// Listens to one channel.
#[derive(Clone, Debug)]
pub struct Decoder {
    sample_rate_hz: f64,
    /// The rate, when it was told.
    told: Option<TimecodeRate>,
    /// The rate, as far as it is known.
    rate: Option<TimecodeRate>,
    meter: RateMeter,
    /// Samples heard.
    heard: u64,
    level: f32,
    before: f32,
    is_high: bool,
    /// The last crossing of zero, which becomes a turn when the signal has gone far enough.
    crossing: f64,
    /// The last turn.
    turned: f64,
    /// Length of a half bit, samples; 0 while not known.
    half: f64,
    /// A first half of a one is waiting for its second.
    is_pending: bool,
    bits: u128,
    /// Bits since the signal was found, up to 80.
    count: u32,
    /// Where each of the last 80 bits began, in a ring.
    began: [f64; FRAME_BITS as usize],
    next: usize,
    bit_began: f64,
    counts: DecoderCounts,
}

impl Decoder {
    /// A decoder of sound at a sample rate, for labels of a rate. Without a rate it is told from the length of frames,
    /// for which tape must run as fast as it was recorded. `None` when either is not one of LTC.
    pub fn new(sample_rate_hz: u32, rate: Option<TimecodeRate>) -> Option<Self> {
        let is_slow = rate.is_none_or(|rate| rate.labels_per_second() <= 30);
        let fits = SAMPLE_RATE_HZ.contains(&sample_rate_hz) && is_slow;
        fits.then_some(Self {
            sample_rate_hz: f64::from(sample_rate_hz),
            told: rate,
            rate,
            meter: RateMeter::default(),
            heard: 0,
            level: 0.0,
            before: 0.0,
            is_high: false,
            crossing: 0.0,
            turned: 0.0,
            half: 0.0,
            is_pending: false,
            bits: 0,
            count: 0,
            began: [0.0; FRAME_BITS as usize],
            next: 0,
            bit_began: 0.0,
            counts: DecoderCounts::default(),
        })
    }

    /// Listens to samples from -1 to 1 and gives each whole frame to `found`. Allocates nothing.
    pub fn push(&mut self, samples: &[f32], found: &mut dyn FnMut(&DecodedFrame)) {
        for sample in samples {
            // What is not a number is silence.
            let is_number = sample.is_finite();
            self.sample(
                if is_number {
                    sample.clamp(-8.0, 8.0)
                } else {
                    0.0
                },
                found,
            );
        }
    }

    /// The same for samples of 16 bits.
    pub fn push_i16(&mut self, samples: &[i16], found: &mut dyn FnMut(&DecodedFrame)) {
        for sample in samples {
            self.sample(f32::from(*sample) / 32_768.0, found);
        }
    }

    /// What could not be taken.
    pub fn counts(&self) -> DecoderCounts {
        self.counts
    }

    fn sample(&mut self, sample: f32, found: &mut dyn FnMut(&DecodedFrame)) {
        let now = self.heard as f64;
        self.heard += 1;
        self.level = (self.level * LEVEL_DECAY).max(sample.abs());
        let (before, is_up) = (self.before, sample >= 0.0);
        if (before >= 0.0) != is_up {
            // Between the two samples, where the straight line through them is zero.
            let share = before / (before - sample);
            self.crossing = now - 1.0 + f64::from(share);
        }
        self.before = sample;
        let needed = (self.level * HYSTERESIS).max(SILENCE);
        let turns = if self.is_high {
            sample <= -needed
        } else {
            sample >= needed
        };
        if turns {
            self.is_high = !self.is_high;
            let length = self.crossing - self.turned;
            self.turned = self.crossing;
            self.interval(length, found);
        } else if self.half > 0.0 && now - self.turned > self.sample_rate_hz * 4.0 * HALF_BIT_S_MAX
        {
            self.lose();
        }
    }

    /// Takes the time between two turns.
    fn interval(&mut self, length: f64, found: &mut dyn FnMut(&DecodedFrame)) {
        let longest = self.sample_rate_hz * HALF_BIT_S_MAX * 2.0;
        if !(HALF_BIT_SAMPLES_MIN..=longest).contains(&length) {
            return self.lose();
        }
        let halves = length / self.half;
        if self.half == 0.0 || halves > 3.0 {
            // Nothing is known, or it is far slower than thought: the longest that comes is a whole bit.
            self.lose();
            self.half = length / 2.0;
            return;
        }
        if halves < 0.6 {
            // What was taken for a half is a whole: speech has begun, or tape is faster.
            self.lose();
            self.half = length;
            return;
        }
        if halves < 1.5 {
            self.half += FOLLOW * (length - self.half);
            if self.is_pending {
                self.is_pending = false;
                self.bit(true, found);
            } else {
                self.is_pending = true;
                self.bit_began = self.turned - length;
            }
            return;
        }
        self.half += FOLLOW * (length / 2.0 - self.half);
        if self.is_pending {
            // A half without its other half: the bits were cut in the wrong place.
            self.is_pending = false;
            self.counts.lost += u64::from(self.count == FRAME_BITS);
            self.count = 0;
        }
        self.bit_began = self.turned - length;
        self.bit(false, found);
    }

    fn bit(&mut self, one: bool, found: &mut dyn FnMut(&DecodedFrame)) {
        self.bits = (self.bits >> 1) | (u128::from(one) << (FRAME_BITS - 1));
        if let Some(began) = self.began.get_mut(self.next) {
            *began = self.bit_began;
        }
        self.next = (self.next + 1) % FRAME_BITS as usize;
        self.count = (self.count + 1).min(FRAME_BITS);
        if self.count < FRAME_BITS {
            return;
        }
        let backwards = self.bits.reverse_bits() >> (128 - FRAME_BITS);
        for (bits, direction) in [
            (self.bits, Direction::Forwards),
            (backwards, Direction::Backwards),
        ] {
            if has_sync(bits) {
                self.frame(bits, direction, found);
            }
        }
    }

    fn frame(&mut self, bits: u128, direction: Direction, found: &mut dyn FnMut(&DecodedFrame)) {
        let Some(frame) = LtcFrame::from_bits(bits, self.rate == Some(TimecodeRate::Fps25)) else {
            self.counts.frames_refused += 1;
            return;
        };
        // The oldest of the ring is where the next one will be written.
        let began = self.began.get(self.next).copied().unwrap_or(self.turned);
        let length_s = (self.turned - began) / self.sample_rate_hz;
        if self.told.is_none() {
            self.rate = self.meter.take(length_s, frame.drop_frame);
        }
        let speed = |rate: TimecodeRate| {
            let (num, den) = rate.fraction();
            f64::from(den) / f64::from(num) / length_s
        };
        found(&DecodedFrame {
            frame,
            timecode: self.rate.and_then(|rate| frame.timecode(rate)),
            samples: [began, self.turned],
            direction,
            speed: self.rate.map(speed),
        });
    }

    fn lose(&mut self) {
        self.counts.lost += u64::from(self.count == FRAME_BITS);
        self.half = 0.0;
        self.is_pending = false;
        self.count = 0;
    }
}
