//! A camera of a frame as a sample.

use super::inline::{List, Real, Text, Whole};
use super::lens::part_of;
use super::sample::{
    CameraPart, Dimensions, Fraction, Protocol, Sample, StaticPart, Synchronization, TimecodePart,
    Timestamp, Timing,
};
use super::transform::chain_of;
use cyc_model::{ClockReference, MocapFrame, Timecode};
use std::fmt::Write;

/// The version that is written.
const VERSION: [u64; 3] = [1, 0, 1];
const NS_PER_S: u64 = 1_000_000_000;
const MM_PER_M: f64 = 1000.0;

/// What a sample says beside the frame.
pub(crate) struct SampleTimes {
    /// When the frame was taken, nanoseconds since 1970 TAI.
    pub(crate) taken_tai_ns: Option<u64>,
    /// Whether static data are due.
    pub(crate) is_static: bool,
    /// Counts samples.
    pub(crate) sample: u64,
}

/// The sample of a frame's subject.
pub(crate) fn sample_of(
    frame: &MocapFrame,
    subject: usize,
    source_number: u32,
    source_id: u128,
    times: &SampleTimes,
) -> Sample {
    let pose = frame.segments_of(subject).first().copied().flatten();
    let roster = frame.roster.subjects();
    let name = roster.get(subject).map_or("", |s| s.name.as_str());
    let lens = frame.lens_of(subject);
    let size = lens.and_then(|l| l.sensor_size_m);
    let camera = CameraPart {
        active_sensor_physical_dimensions: size.map(|[width, height]| Dimensions {
            width: Real(width * MM_PER_M),
            height: Real(height * MM_PER_M),
        }),
        capture_frame_rate: None,
        label: (!name.is_empty()).then(|| Text::cut(name)),
    };
    let mut version = List::default();
    for v in VERSION {
        version.push(Whole(v));
    }
    let source = source_id.wrapping_add(u128::from(source_number));
    Sample {
        protocol: Some(Protocol {
            name: Text::cut("OpenTrackIO"),
            version,
        }),
        sample_id: Some(urn(mixed(source, times.sample))),
        source_id: Some(urn(source)),
        source_number: Some(Whole(u64::from(source_number))),
        statics: times.is_static.then_some(StaticPart {
            camera: Some(camera),
        }),
        tracker: None,
        timing: Some(timing(frame, times)),
        lens: lens.and_then(part_of),
        transforms: pose.map(|pose| chain_of(pose, name)),
    }
}

fn timing(frame: &MocapFrame, times: &SampleTimes) -> Timing {
    Timing {
        mode: Some(Text::cut("internal")),
        sample_rate: fraction(frame.rate_hz),
        sample_timestamp: times.taken_tai_ns.map(|ns| Timestamp {
            seconds: Whole(ns / NS_PER_S),
            nanoseconds: Whole(ns % NS_PER_S),
        }),
        sequence_number: Some(Whole(frame.number.0 & u64::from(u32::MAX))),
        timecode: frame.timecode.map(timecode_part),
        synchronization: synchronization(frame.reference),
        ..Timing::default()
    }
}

/// A frame does not say which kind its reference is; the stages that this is for have PTP.
fn synchronization(reference: ClockReference) -> Option<Synchronization> {
    let locked = match reference {
        ClockReference::Untold => return None,
        ClockReference::Locked => true,
        ClockReference::Lost => false,
    };
    Some(Synchronization {
        locked: Some(locked),
        source: Some(Text::cut("ptp")),
        ..Synchronization::default()
    })
}

fn timecode_part(timecode: Timecode) -> TimecodePart {
    let (hours, minutes, seconds, frames) = timecode.label();
    let (num, denom) = timecode.rate().fraction();
    let whole = |v: u8| Some(Whole(u64::from(v)));
    let (sub_frame, parts) = timecode.subframe();
    TimecodePart {
        hours: whole(hours),
        minutes: whole(minutes),
        seconds: whole(seconds),
        frames: whole(frames),
        frame_rate: Some(Fraction {
            num: Whole(u64::from(num)),
            denom: Whole(u64::from(denom)),
        }),
        sub_frame: (parts > 1).then(|| Whole(u64::from(sub_frame))),
        drop_frame: Some(timecode.rate().dropped_per_minute() > 0),
    }
}

/// A rate as the fraction that is meant: whole, of the 1001 family, or to a thousandth.
fn fraction(rate_hz: f64) -> Option<Fraction> {
    if !(rate_hz.is_finite() && (0.001..1e6).contains(&rate_hz)) {
        return None;
    }
    let candidates = [(1.0, 1), (1001.0, 1001), (1000.0, 1000)];
    let fits = |(scale, denom): (f64, u64)| {
        // The 1001 family has a numerator of whole thousands.
        let unit = if denom == 1001 { 1000.0 } else { 1.0 };
        let num = (rate_hz * scale / unit).round() * unit;
        let is_close = ((num / scale - rate_hz) / rate_hz).abs() < 1e-7;
        let both = Fraction {
            num: Whole((num as u64).max(1)),
            denom: Whole(denom),
        };
        (is_close || denom == 1000).then_some(both)
    };
    candidates.into_iter().find_map(fits)
}

/// Another id for each sample of a source: the lower half is mixed with the count (splitmix64's finaliser).
fn mixed(source: u128, count: u64) -> u128 {
    let mut x = (source as u64) ^ count.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    source ^ u128::from(x ^ (x >> 31))
}

/// The URN of an id, written without the heap.
fn urn(id: u128) -> Text {
    struct Fixed {
        bytes: [u8; 45],
        length: usize,
    }
    impl Write for Fixed {
        fn write_str(&mut self, s: &str) -> std::fmt::Result {
            for b in s.bytes() {
                *self.bytes.get_mut(self.length).ok_or(std::fmt::Error)? = b;
                self.length += 1;
            }
            Ok(())
        }
    }
    let mut text = Fixed {
        bytes: [0; 45],
        length: 0,
    };
    let part = |shift: u32, bits: u32| (id >> shift) & ((1u128 << bits) - 1);
    let written = write!(
        text,
        "urn:uuid:{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        part(96, 32),
        part(80, 16),
        part(64, 16),
        part(48, 16),
        part(0, 48)
    );
    // 9 + 32 + 4 characters fit exactly.
    debug_assert!(written.is_ok());
    Text::cut(std::str::from_utf8(&text.bytes).unwrap_or_default())
}
