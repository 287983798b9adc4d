//! Times, timecodes and qualities as whole numbers.
//!
//! Times are kept to a microsecond: what comes back is at most half of one off.

use cyc_model::{HostNs, Nanos, Quality, Timecode, TimecodeRate};

/// Nanoseconds as microseconds, rounded.
pub(super) fn micros(ns: i64) -> i64 {
    ns.div_euclid(1000) + i64::from(ns.rem_euclid(1000) >= 500)
}

/// The way back.
pub(super) fn host(us: i64) -> HostNs {
    HostNs(us.saturating_mul(1000))
}

/// What a track's timecodes have in common: place of the rate among all, sub-frames a frame.
pub(super) type TimecodeKind = Option<(u8, u16)>;

/// The kind of a timecode.
pub(super) fn timecode_kind(timecode: Option<Timecode>) -> TimecodeKind {
    let timecode = timecode?;
    let rate = TimecodeRate::ALL.iter().position(|r| *r == timecode.rate());
    Some((rate? as u8, timecode.subframe().1))
}

/// Its numbers: frame of the day and sub-frame.
pub(super) fn timecode_numbers(timecode: Option<Timecode>) -> [i64; 2] {
    let numbers = timecode.map(|t| [t.frame_of_day(), i64::from(t.subframe().0)]);
    numbers.unwrap_or([0; 2])
}

/// The way back.
pub(super) fn timecode(kind: TimecodeKind, [frame, subframe]: [i64; 2]) -> Option<Timecode> {
    let (rate, per_frame) = kind?;
    let rate = *TimecodeRate::ALL.get(usize::from(rate))?;
    if !(0..rate.frames_per_day()).contains(&frame) {
        return None;
    }
    let subframe = u16::try_from(subframe).ok()?;
    Timecode::from_frame_of_day(rate, frame).with_subframe(subframe, per_frame)
}

/// A quality's numbers: which, and its age in microseconds.
pub(super) fn quality_numbers(quality: Quality) -> [i64; 2] {
    match quality {
        Quality::Absent => [0, 0],
        Quality::Live => [1, 0],
        Quality::Interpolated => [2, 0],
        Quality::Predicted { age } => [3, micros(age.0)],
        Quality::Held { age } => [4, micros(age.0)],
    }
}

/// The way back; what stands for nothing is absent.
pub(super) fn quality([code, age_us]: [i64; 2]) -> Quality {
    let age = Nanos(age_us.saturating_mul(1000));
    match code {
        1 => Quality::Live,
        2 => Quality::Interpolated,
        3 => Quality::Predicted { age },
        4 => Quality::Held { age },
        _ => Quality::Absent,
    }
}
