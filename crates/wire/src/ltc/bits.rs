//! The 80 bits of a frame.

use cyc_model::{Timecode, TimecodeRate};

/// Bits of a frame.
pub const FRAME_BITS: u32 = 80;

/// The sync word as the upper 16 of the 80 bits: bytes fc bf.
const SYNC: u16 = 0xbffc;

/// A frame of LTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LtcFrame {
    /// Hours, as they stand there.
    pub hours: u8,
    /// Minutes.
    pub minutes: u8,
    /// Seconds.
    pub seconds: u8,
    /// Frames.
    pub frames: u8,
    /// Labels are skipped.
    pub drop_frame: bool,
    /// The label belongs to a colour sequence.
    pub colour_frame: bool,
    /// Eight user fields of four bits, the first in the lowest bits.
    pub user_bits: u32,
    /// The three flags that are not polarity: bits 27 or 59, 43 and 58.
    pub group_flags: u8,
}

/// Where the user fields begin.
const USER_AT: [u32; 8] = [4, 12, 20, 28, 36, 44, 52, 60];

/// Whether bits end with the sync word.
pub(super) fn has_sync(bits: u128) -> bool {
    (bits >> 64) as u16 == SYNC
}

fn field(bits: u128, at: u32, width: u32) -> u8 {
    ((bits >> at) & ((1 << width) - 1)) as u8
}

impl LtcFrame {
    /// A label with its drop-frame flag. `None` above 30 frames a second, whose labels do not fit.
    pub fn of_timecode(timecode: Timecode) -> Option<Self> {
        let rate = timecode.rate();
        if rate.labels_per_second() > 30 {
            return None;
        }
        let (hours, minutes, seconds, frames) = timecode.label();
        Some(Self {
            hours,
            minutes,
            seconds,
            frames,
            drop_frame: rate.dropped_per_minute() > 0,
            ..Self::default()
        })
    }

    /// The label at a rate; `None` when it is none, or the rate counts otherwise than the frame says.
    pub fn timecode(&self, rate: TimecodeRate) -> Option<Timecode> {
        if (rate.dropped_per_minute() > 0) != self.drop_frame {
            return None;
        }
        Timecode::new(rate, self.hours, self.minutes, self.seconds, self.frames).ok()
    }

    /// The bits, the first in time lowest. `is_25` puts the polarity bit where 25 frames a second have it.
    pub fn to_bits(&self, is_25: bool) -> u128 {
        let mut bits = u128::from(SYNC) << 64;
        let put = |bits: &mut u128, at: u32, value: u8| *bits |= u128::from(value) << at;
        for (at, value) in [
            (0, self.frames),
            (16, self.seconds),
            (32, self.minutes),
            (48, self.hours),
        ] {
            put(&mut bits, at, value % 10);
            put(&mut bits, at + 8, value / 10);
        }
        put(&mut bits, 10, u8::from(self.drop_frame));
        put(&mut bits, 11, u8::from(self.colour_frame));
        for (i, at) in USER_AT.into_iter().enumerate() {
            put(&mut bits, at, ((self.user_bits >> (4 * i)) & 0xf) as u8);
        }
        let (polarity, flag) = if is_25 { (59, 27) } else { (27, 59) };
        put(&mut bits, flag, self.group_flags & 1);
        put(&mut bits, 43, (self.group_flags >> 1) & 1);
        put(&mut bits, 58, (self.group_flags >> 2) & 1);
        // Every frame begins with the same turn of the signal when the number of zeros is even.
        let odd = (bits.count_ones() % 2) as u8;
        put(&mut bits, polarity, odd);
        bits
    }

    /// Reads bits; `None` without the sync word, or when a digit is none.
    pub fn from_bits(bits: u128, is_25: bool) -> Option<Self> {
        if !has_sync(bits) {
            return None;
        }
        let digits = |at: u32, tens_width: u32| {
            let (units, tens) = (field(bits, at, 4), field(bits, at + 8, tens_width));
            (units < 10).then_some(units + 10 * tens)
        };
        let mut user_bits = 0;
        for (i, at) in USER_AT.into_iter().enumerate() {
            user_bits |= u32::from(field(bits, at, 4)) << (4 * i);
        }
        let flag = if is_25 { 27 } else { 59 };
        let group_flags = field(bits, flag, 1) | field(bits, 43, 1) << 1 | field(bits, 58, 1) << 2;
        let frame = Self {
            frames: digits(0, 2)?,
            seconds: digits(16, 3)?,
            minutes: digits(32, 3)?,
            hours: digits(48, 2)?,
            drop_frame: field(bits, 10, 1) == 1,
            colour_frame: field(bits, 11, 1) == 1,
            user_bits,
            group_flags,
        };
        let in_range = frame.hours < 24 && frame.minutes < 60 && frame.seconds < 60;
        (in_range && frame.frames < 30).then_some(frame)
    }
}
