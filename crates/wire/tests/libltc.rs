//! Debian's libltc reads what we write, and we what it writes: every rate, across a minute that drops labels, backwards.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
use cyc_model::{Timecode, TimecodeRate};
use cyc_wire::ltc::{DecodedFrame, Decoder, Direction, Encoder};
use std::path::{Path, PathBuf};
use std::process::Command;

const RATES: [TimecodeRate; 6] = [
    TimecodeRate::Fps23_976,
    TimecodeRate::Fps24,
    TimecodeRate::Fps25,
    TimecodeRate::Fps29_97,
    TimecodeRate::Fps29_97Drop,
    TimecodeRate::Fps30,
];
const FRAMES: i64 = 60;

/// The interpreter, when it finds the library; `None` after having said why the test is skipped.
fn python_with_libltc() -> Option<PathBuf> {
    let named = std::env::var_os("CYC_PEER_PYTHON").map(PathBuf::from);
    let cached = std::env::home_dir().map(|h| h.join(".cache/cyclorama/venv/peers/bin/python"));
    let python = named
        .or(cached.filter(|p| p.exists()))
        .unwrap_or_else(|| "python3".into());
    let load = "import ctypes; ctypes.CDLL('libltc.so.11')";
    let loaded = Command::new(&python).args(["-c", load]).output();
    if loaded.is_ok_and(|o| o.status.success()) {
        return Some(python);
    }
    let required = std::env::var("CYC_PEERS").is_ok_and(|v| v == "required");
    assert!(!required, "CYC_PEERS=required, but there is no libltc");
    eprintln!("SKIPPED: no Python, or no libltc.so.11 (Debian libltc11)");
    None
}

fn peer(python: &Path, arguments: &[&str]) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/libltc_peer.py");
    let output = Command::new(python).arg(script).args(arguments).output();
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

fn fps(rate: TimecodeRate) -> String {
    let (num, den) = rate.fraction();
    (f64::from(num) / f64::from(den)).to_string()
}

/// A second before the end of a minute that is followed by dropped labels.
fn first(rate: TimecodeRate) -> i64 {
    let at = Timecode::new(rate, 10, 8, 59, 0);
    at.unwrap().frame_of_day()
}

fn sent(rate: TimecodeRate) -> Vec<Timecode> {
    let numbers = first(rate)..first(rate) + FRAMES;
    numbers
        .map(|n| Timecode::from_frame_of_day(rate, n))
        .collect()
}

fn sound(rate: TimecodeRate, sample_rate_hz: u32) -> Vec<f32> {
    let mut encoder = Encoder::new(sample_rate_hz, rate, 0.4).unwrap();
    let mut samples = Vec::new();
    for label in sent(rate) {
        assert!(encoder.write(label, &mut samples));
    }
    let last = samples[samples.len() - 1];
    samples.extend([-last; 40]);
    samples
}

#[test]
fn libltc_reads_what_we_write() {
    let Some(python) = python_with_libltc() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    for rate in RATES {
        for (sample_rate_hz, is_reverse) in [(48_000, false), (44_100, false), (48_000, true)] {
            let mut samples = sound(rate, sample_rate_hz);
            if is_reverse {
                samples.reverse();
            }
            let path = folder.path().join("sound.f32");
            let bytes: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()).collect();
            std::fs::write(&path, bytes).unwrap();
            let sample_rate = sample_rate_hz.to_string();
            let path = path.to_str().unwrap();
            let read = peer(&python, &["read", &sample_rate, &fps(rate), path]);
            let read: Vec<[u8; 6]> = serde_json::from_str(&read).unwrap();
            let mut labels = sent(rate);
            if is_reverse {
                labels.reverse();
            }
            // libltc needs a frame or two to find the speed.
            assert!(read.len() >= 57, "{rate:?}: {}", read.len());
            let newest = labels.iter().rev().zip(read.iter().rev());
            // In reverse the sound ends with the first edge, so that the very last frame may be missing.
            let shift = usize::from(is_reverse && read.len() < 60 && !ends_alike(&labels, &read));
            let labels = labels.iter().rev().skip(shift);
            assert!(newest.count() >= 57);
            for (label, got) in labels.zip(read.iter().rev()) {
                let (h, m, s, f) = label.label();
                let drop = u8::from(rate.dropped_per_minute() > 0);
                let expected = [h, m, s, f, drop, u8::from(is_reverse)];
                assert_eq!(*got, expected, "{rate:?} at {sample_rate_hz}");
            }
        }
    }
}

fn ends_alike(labels: &[Timecode], read: &[[u8; 6]]) -> bool {
    let (label, got) = (labels[labels.len() - 1].label(), read[read.len() - 1]);
    (got[0], got[1], got[2], got[3]) == label
}

#[test]
fn we_read_what_libltc_writes() {
    let Some(python) = python_with_libltc() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    for rate in RATES {
        for (sample_rate_hz, is_reverse) in [(48_000, false), (44_100, false), (48_000, true)] {
            let path = folder.path().join("sound.u8");
            let drop = u8::from(rate.dropped_per_minute() > 0).to_string();
            let (frames, sample_rate) = (FRAMES.to_string(), sample_rate_hz.to_string());
            let mut words = vec!["write", &sample_rate];
            let rate_fps = fps(rate);
            words.extend([rate_fps.as_str(), &drop, &frames, "10", "8", "59", "0"]);
            words.push(path.to_str().unwrap());
            peer(&python, &words);
            let bytes = std::fs::read(&path).unwrap();
            let mut samples: Vec<f32> = bytes.iter().map(|b| f32::from(*b) / 127.5 - 1.0).collect();
            if is_reverse {
                samples.reverse();
            }
            let mut found: Vec<DecodedFrame> = Vec::new();
            let mut decoder = Decoder::new(sample_rate_hz, Some(rate)).unwrap();
            decoder.push(&samples, &mut |f| found.push(*f));
            assert!(found.len() >= 58, "{rate:?}: {}", found.len());
            let mut labels: Vec<Timecode> = found.iter().map(|f| f.timecode.unwrap()).collect();
            let direction = if is_reverse {
                labels.reverse();
                Direction::Backwards
            } else {
                Direction::Forwards
            };
            assert!(found.iter().all(|f| f.direction == direction));
            // The first or the last bit has no turn on its outer side, so that its frame may be missing.
            let sent = sent(rate);
            let at = sent.iter().position(|l| *l == labels[0]).unwrap();
            assert!(at <= 1);
            assert_eq!(labels[..], sent[at..at + labels.len()], "{rate:?}");
        }
    }
}
