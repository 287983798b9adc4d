//! Golden bits, the drop at the minute, every speed and direction, noise and rubbish, and the crate `ltc` as a peer.

use super::*;
use cyc_model::{Timecode, TimecodeRate};
use proptest::prelude::*;

const RATES: [TimecodeRate; 6] = [
    TimecodeRate::Fps23_976,
    TimecodeRate::Fps24,
    TimecodeRate::Fps25,
    TimecodeRate::Fps29_97,
    TimecodeRate::Fps29_97Drop,
    TimecodeRate::Fps30,
];

/// 00:00:59;29 and 00:01:00;02 at 29.97 drop-frame, as libltc writes them (without the polarity bit, which it was not
/// asked for).
const GOLDEN: [[u8; 10]; 2] = [
    [0x09, 0x06, 0x09, 0x0d, 0x00, 0x00, 0x00, 0x00, 0xfc, 0xbf],
    [0x02, 0x04, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0xfc, 0xbf],
];

fn bits_of(bytes: [u8; 10]) -> u128 {
    let bytes = bytes.iter().rev();
    bytes.fold(0, |bits, b| (bits << 8) | u128::from(*b))
}

fn timecode(rate: TimecodeRate, h: u8, m: u8, s: u8, f: u8) -> Timecode {
    Timecode::new(rate, h, m, s, f).unwrap()
}

fn sound(rate: TimecodeRate, first: i64, frames: i64, sample_rate_hz: u32) -> Vec<f32> {
    let mut encoder = Encoder::new(sample_rate_hz, rate, 0.5).unwrap();
    let mut out = Vec::new();
    for n in first..first + frames {
        assert!(encoder.write(Timecode::from_frame_of_day(rate, n), &mut out));
    }
    encoder.end(&mut out);
    out
}

fn heard(rate: TimecodeRate, sample_rate_hz: u32, samples: &[f32]) -> Vec<DecodedFrame> {
    let mut found = Vec::new();
    let mut decoder = Decoder::new(sample_rate_hz, Some(rate)).unwrap();
    decoder.push(samples, &mut |f| found.push(*f));
    found
}

#[test]
fn golden_bits_are_read_and_written() {
    let rate = TimecodeRate::Fps29_97Drop;
    let labels = [timecode(rate, 0, 0, 59, 29), timecode(rate, 0, 1, 0, 2)];
    for (bytes, label) in GOLDEN.into_iter().zip(labels) {
        let read = LtcFrame::from_bits(bits_of(bytes), false).unwrap();
        assert_eq!(read.timecode(rate), Some(label));
        assert_eq!(
            read.timecode(TimecodeRate::Fps29_97),
            None,
            "it says that it drops"
        );
        let written = LtcFrame::of_timecode(label).unwrap().to_bits(false);
        // All but the polarity bit, which makes the ones even.
        assert_eq!(written & !(1 << 27), bits_of(bytes) & !(1 << 27));
        assert_eq!(written.count_ones() % 2, 0);
    }
}

#[test]
fn trap_the_label_after_00_00_59_29_is_00_01_00_02() {
    let rate = TimecodeRate::Fps29_97Drop;
    let first = timecode(rate, 0, 0, 59, 27).frame_of_day();
    let labels: Vec<String> = heard(rate, 48_000, &sound(rate, first, 6, 48_000))
        .iter()
        .map(|f| f.timecode.unwrap().to_string())
        .collect();
    let expected = [
        "00:00:59;27",
        "00:00:59;28",
        "00:00:59;29",
        "00:01:00;02",
        "00:01:00;03",
        "00:01:00;04",
    ];
    // The very first bit has no turn before it, so the first frame may be missed.
    assert_eq!(labels[labels.len() - 5..], expected[1..]);
}

#[test]
fn every_rate_at_every_sample_rate_and_exactly_placed() {
    for rate in RATES {
        for sample_rate_hz in [16_000, 22_050, 44_100, 48_000, 96_000, 192_000] {
            let found = heard(rate, sample_rate_hz, &sound(rate, 100, 30, sample_rate_hz));
            assert!(
                found.len() >= 29,
                "{rate:?} {sample_rate_hz}: {}",
                found.len()
            );
            let (num, den) = rate.fraction();
            let length = f64::from(sample_rate_hz) * f64::from(den) / f64::from(num);
            for frame in &found {
                let n = frame.timecode.unwrap().frame_of_day() - 100;
                // A turn lies up to one sample after its time.
                let off = frame.samples[0] - n as f64 * length;
                assert!(
                    (-1.5..1.5).contains(&off),
                    "{rate:?} {sample_rate_hz}: {off}"
                );
                assert!((frame.speed.unwrap() - 1.0).abs() < 0.01);
                assert_eq!(frame.direction, Direction::Forwards);
            }
        }
    }
}

/// The sound at another speed, by linear interpolation; a negative speed runs backwards.
fn played(samples: &[f32], speed: f64) -> Vec<f32> {
    let count = (samples.len() as f64 / speed.abs()) as usize;
    let at = |i: usize| {
        let place = i as f64 * speed.abs();
        let place = if speed < 0.0 {
            (samples.len() - 1) as f64 - place
        } else {
            place
        };
        let (low, share) = (place.floor() as usize, (place - place.floor()) as f32);
        let (a, b) = (samples[low], *samples.get(low + 1).unwrap_or(&samples[low]));
        a + (b - a) * share
    };
    (0..count).map(at).collect()
}

#[test]
fn tape_may_be_slow_fast_and_backwards() {
    for rate in [TimecodeRate::Fps25, TimecodeRate::Fps29_97Drop] {
        let recorded = sound(rate, 5000, 40, 48_000);
        for speed in [0.1, 0.25, 0.5, 0.9, 1.0, 1.5, 2.0, 4.0] {
            for speed in [speed, -speed] {
                let found = heard(rate, 48_000, &played(&recorded, speed));
                assert!(found.len() >= 36, "{rate:?} at {speed}: {}", found.len());
                let numbers: Vec<i64> = found
                    .iter()
                    .map(|f| f.timecode.unwrap().frame_of_day())
                    .collect();
                let step = if speed > 0.0 { 1 } else { -1 };
                assert!(
                    numbers.windows(2).all(|w| w[1] - w[0] == step),
                    "{speed}: {numbers:?}"
                );
                let direction = if speed > 0.0 {
                    Direction::Forwards
                } else {
                    Direction::Backwards
                };
                assert!(found.iter().all(|f| f.direction == direction));
                assert!(
                    found
                        .iter()
                        .all(|f| (f.speed.unwrap() / speed.abs() - 1.0).abs() < 0.05)
                );
            }
        }
    }
}

#[test]
fn tape_may_speed_up_while_it_runs() {
    let rate = TimecodeRate::Fps25;
    let recorded = sound(rate, 0, 200, 48_000);
    // From half to double the speed, and round again.
    let (mut place, mut speed, mut samples) = (0.0f64, 0.5f64, Vec::new());
    while place < (recorded.len() - 1) as f64 {
        samples.push(recorded[place as usize]);
        place += speed;
        speed = (speed * 1.000_004).min(2.0);
    }
    let found = heard(rate, 48_000, &samples);
    assert!(found.len() >= 198, "{}", found.len());
}

#[test]
fn noise_level_and_offset_do_not_matter() {
    let rate = TimecodeRate::Fps30;
    let clean = sound(rate, 777, 30, 48_000);
    let mut state = 1u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    };
    for level in [0.02, 0.3, 2.0] {
        let noisy: Vec<f32> = clean
            .iter()
            .map(|s| level * (s + 0.08 * noise() + 0.02))
            .collect();
        let found = heard(rate, 48_000, &noisy);
        assert!(found.len() >= 29, "{level}: {}", found.len());
    }
    // Through a cable that rounds the corners.
    let mut low = 0.0;
    let rounded: Vec<f32> = clean
        .iter()
        .map(|s| {
            low += 0.25 * (s - low);
            low
        })
        .collect();
    assert!(heard(rate, 48_000, &rounded).len() >= 29);
    let short: Vec<i16> = clean.iter().map(|s| (s * 20_000.0) as i16).collect();
    let (mut found, mut decoder) = (0, Decoder::new(48_000, Some(rate)).unwrap());
    decoder.push_i16(&short, &mut |_| found += 1);
    assert!(found >= 29);
}

#[test]
fn a_gap_costs_the_frames_around_it() {
    let rate = TimecodeRate::Fps25;
    let mut samples = sound(rate, 0, 50, 48_000);
    samples[40_000..48_000].fill(0.0);
    let numbers: Vec<i64> = heard(rate, 48_000, &samples)
        .iter()
        .map(|f| f.timecode.unwrap().frame_of_day())
        .collect();
    // The gap covers frames 20.8 to 25.
    assert!(numbers.iter().all(|n| !(21..25).contains(n)), "{numbers:?}");
    assert!(numbers.contains(&19) && numbers.contains(&27) && numbers.contains(&49));
}

#[test]
fn the_rate_is_told_by_the_sound() {
    for rate in RATES {
        for sample_rate_hz in [16_000, 44_100, 48_000] {
            let samples = sound(rate, 100, 40, sample_rate_hz);
            let mut labels = Vec::new();
            let mut decoder = Decoder::new(sample_rate_hz, None).unwrap();
            decoder.push(&samples, &mut |f| labels.push(f.timecode));
            let known: Vec<Timecode> = labels.iter().flatten().copied().collect();
            assert!(
                known.len() >= 31,
                "{rate:?} at {sample_rate_hz}: {}",
                known.len()
            );
            for (i, label) in known.iter().rev().enumerate() {
                let sent = Timecode::from_frame_of_day(rate, 139 - i as i64);
                assert_eq!(*label, sent, "{rate:?} at {sample_rate_hz}");
            }
        }
    }
}

#[test]
fn rates_that_are_none_are_refused() {
    assert!(Encoder::new(48_000, TimecodeRate::Fps60, 1.0).is_none());
    assert!(Decoder::new(0, Some(TimecodeRate::Fps25)).is_none());
    assert!(LtcFrame::of_timecode(timecode(TimecodeRate::Fps50, 0, 0, 0, 40)).is_none());
    let mut out = Vec::new();
    let mut encoder = Encoder::new(48_000, TimecodeRate::Fps25, 1.0).unwrap();
    assert!(!encoder.write(timecode(TimecodeRate::Fps24, 0, 0, 0, 0), &mut out));
}

#[test]
fn the_crate_ltc_reads_what_is_written() {
    for (rate, first) in [
        (TimecodeRate::Fps29_97Drop, 1_790),
        (TimecodeRate::Fps25, 89_990),
        (TimecodeRate::Fps24, 5),
    ] {
        let samples = sound(rate, first, 40, 48_000);
        let mut peer = ::ltc::LTCDecoder::with_capacity(48_000.0 / 30.0, 64);
        peer.write_samples(&samples);
        let read: Vec<_> = (&mut peer).into_iter().collect();
        assert!(read.len() >= 38, "{rate:?}: {}", read.len());
        let skipped = 40 - read.len() as i64;
        for (i, frame) in read.iter().enumerate() {
            let sent = Timecode::from_frame_of_day(rate, first + skipped + i as i64);
            assert_eq!(
                (frame.hour, frame.minute, frame.second, frame.frame),
                sent.label()
            );
            assert_eq!(frame.drop_frame, rate.dropped_per_minute() > 0);
        }
    }
}

proptest! {
    #[test]
    fn frames_come_back(
        hours in 0..24u8, minutes in 0..60u8, seconds in 0..60u8, frames in 0..30u8, drop_frame: bool,
        colour_frame: bool, user_bits: u32, group_flags in 0..8u8, is_25: bool,
    ) {
        let frame = LtcFrame { hours, minutes, seconds, frames, drop_frame, colour_frame, user_bits, group_flags };
        let bits = frame.to_bits(is_25);
        prop_assert_eq!(bits.count_ones() % 2, 0);
        prop_assert_eq!(LtcFrame::from_bits(bits, is_25), Some(frame));
    }

    #[test]
    fn any_sound_is_survived(samples in prop::collection::vec(any::<f32>(), 0..2000)) {
        let mut decoder = Decoder::new(48_000, Some(TimecodeRate::Fps25)).unwrap();
        decoder.push(&samples, &mut |_| {});
        decoder.push(&samples.iter().map(|s| s.signum()).collect::<Vec<_>>(), &mut |_| {});
    }
}
