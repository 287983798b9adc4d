//! Timecode as sound, read by the crates `hound` and `ltc`.

use crate::scene::{frame, next, output};
use cyc_model::{Timecode, TimecodeRate};

/// The labels of a WAV file, as hours, minutes, seconds, frames; and its length in samples.
fn labels(path: &std::path::Path) -> (Vec<[u8; 4]>, u32) {
    let mut wav = hound::WavReader::open(path).unwrap();
    let spec = wav.spec();
    assert_eq!((spec.channels, spec.bits_per_sample), (1, 16));
    let samples: Vec<f32> = wav
        .samples::<i16>()
        .map(|s| f32::from(s.unwrap()) / 32_768.0)
        .collect();
    let mut peer = ltc::LTCDecoder::with_capacity(spec.sample_rate as f32 / 25.0, 512);
    peer.write_samples(&samples);
    let read = (&mut peer)
        .into_iter()
        .map(|f| [f.hour, f.minute, f.second, f.frame])
        .collect();
    (read, wav.duration())
}

#[test]
fn every_label_is_written_once_and_gaps_are_filled() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("show.wav");
    let url = format!("ltc:{}?sample_rate=44100", path.display());
    let mut outputs = output(&url);
    let mut frame = frame(0);
    for i in 0..100 {
        // Each frame comes twice, as from a system of 50 Hz; ten are missing.
        if !(40..50).contains(&i) {
            for _ in 0..2 {
                outputs.frame(&frame);
                // The queue is short: this thread must not overtake the output's.
                while outputs.counters()[0].1.sent.get() <= i {
                    std::thread::yield_now();
                }
            }
        }
        next(&mut frame);
    }
    outputs.stop();
    let (read, samples) = labels(&path);
    // The crate needs some frames to find the speed.
    assert!(read.len() >= 97, "{}", read.len());
    let newest = (0..100u8).rev().map(|i| [1, 0, i / 25, i % 25]);
    assert!(
        read.iter().rev().zip(newest).all(|(a, b)| *a == b),
        "{read:?}"
    );
    // Four seconds, and the turn that ends the last bit.
    assert!(
        (4 * 44_100..4 * 44_100 + 100).contains(&samples),
        "{samples}"
    );
    let (_, counters) = &outputs.counters()[0];
    assert_eq!((counters.sent.get(), counters.jumps.get()), (100, 0));
    // What is there is not written over.
    let again = cyc_emit::Outputs::start(&[url.parse().unwrap()]);
    assert_eq!(again.err().unwrap().key(), "emit-file");
}

#[test]
fn a_jump_is_a_jump_and_frames_without_a_label_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jump.wav");
    let mut outputs = output(&format!("ltc:{}", path.display()));
    let mut frame = frame(0);
    let give = |outputs: &mut cyc_emit::Outputs, frame: &cyc_model::MocapFrame, sent: u64| {
        outputs.frame(frame);
        while outputs.counters()[0].1.sent.get() < sent {
            std::thread::yield_now();
        }
    };
    for i in 1..=20 {
        give(&mut outputs, &frame, i);
        next(&mut frame);
    }
    frame.timecode = None;
    outputs.frame(&frame);
    // 60 frames a second are told as 30: from here every second frame has a new label.
    for i in 0..20 {
        let label = Timecode::new(TimecodeRate::Fps60, 5, 0, 0, 0).unwrap();
        let label = Timecode::from_frame_of_day(label.rate(), label.frame_of_day() + i);
        frame.timecode = Some(label);
        give(&mut outputs, &frame, 21 + i as u64 / 2);
    }
    outputs.stop();
    let (read, _) = labels(&path);
    assert_eq!(read.last(), Some(&[5, 0, 0, 9]));
    let (_, counters) = &outputs.counters()[0];
    let counted = (
        counters.sent.get(),
        counters.jumps.get(),
        counters.frames_without.get(),
    );
    assert_eq!(counted, (30, 1, 1));
}
