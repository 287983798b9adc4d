//! Timecode in a WAV file is heard as it would be live: its labels, in its time, from the channel that was named.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use cyc_capture::{
    DisconnectReason, FrameSink, SourceConfig, SourceEvent, SourceUrl, StopFlag, source_of,
};
use cyc_model::{HostNs, MocapFrame, SourceId, Timecode, TimecodeRate};
use cyc_wire::ltc::Encoder;
use hound::{SampleFormat, WavSpec, WavWriter};
use std::path::Path;

/// What a source gave; stops it after so many frames, or at its first failure.
struct Heard {
    frames: Vec<(Timecode, HostNs, HostNs)>,
    wanted: usize,
    failure: Option<DisconnectReason>,
    is_silent: bool,
    stop: StopFlag,
}

impl FrameSink for Heard {
    fn frame(&mut self, frame: &MocapFrame) {
        assert!(frame.roster.subjects().is_empty());
        let label = frame.timecode.unwrap();
        self.frames.push((label, frame.taken.unwrap(), frame.heard));
        if self.frames.len() == self.wanted {
            self.stop.raise();
        }
    }

    fn event(&mut self, event: SourceEvent) {
        match event {
            SourceEvent::Disconnected { reason, .. } => self.failure = Some(reason),
            SourceEvent::Silent { .. } => self.is_silent = true,
            _ => return,
        }
        self.stop.raise();
    }
}

fn listen(url: &str, wanted: usize) -> Heard {
    let url: SourceUrl = url.parse().unwrap();
    let mut heard = Heard {
        frames: Vec::new(),
        wanted,
        failure: None,
        is_silent: false,
        stop: StopFlag::default(),
    };
    let stop = heard.stop.clone();
    source_of(&url, SourceConfig::new(SourceId(0))).run(&mut heard, &stop);
    heard
}

/// A second and a half of a minute's end in the second of two channels, of 24 bits; the first has noise.
fn write(path: &Path, rate: TimecodeRate) -> Timecode {
    let first = Timecode::new(rate, 10, 8, 59, 0).unwrap();
    let mut encoder = Encoder::new(48_000, rate, 0.3).unwrap();
    let mut samples = Vec::new();
    for i in 0..45 {
        let label = Timecode::from_frame_of_day(rate, first.frame_of_day() + i);
        assert!(encoder.write(label, &mut samples));
    }
    let spec = WavSpec {
        channels: 2,
        sample_rate: 48_000,
        bits_per_sample: 24,
        sample_format: SampleFormat::Int,
    };
    let mut wav = WavWriter::create(path, spec).unwrap();
    for (i, sample) in samples.into_iter().enumerate() {
        let noise = (i * 7919 % 1000) as i32 * 1000 - 500_000;
        wav.write_sample(noise).unwrap();
        wav.write_sample((sample * 8_388_607.0) as i32).unwrap();
    }
    wav.finalize().unwrap();
    first
}

#[test]
fn labels_come_in_their_time_from_the_channel_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("show.wav");
    let rate = TimecodeRate::Fps29_97Drop;
    let first = write(&path, rate);
    // Nobody says the rate: it is measured over the first eight frames.
    let heard = listen(&format!("ltc:{}?channel=2", path.display()), 35);
    assert_eq!(heard.frames.len(), 35);
    let began = heard.frames[0].1;
    let start = heard.frames[0].0.frame_of_day() - first.frame_of_day();
    assert!((7..=9).contains(&start), "{start}");
    for (i, (label, taken, told)) in heard.frames.iter().enumerate() {
        let sent = Timecode::from_frame_of_day(rate, heard.frames[0].0.frame_of_day() + i as i64);
        assert_eq!(*label, sent);
        // In its place to two samples, and heard when its last bit was.
        let due_s = i as f64 * 1001.0 / 30_000.0;
        assert!(((*taken - began).secs() - due_s).abs() < 5e-5, "{i}");
        assert!(((*told - *taken).secs() - 1001.0 / 30_000.0).abs() < 5e-5);
    }
    // The minute drops its first two labels.
    let labels: Vec<String> = heard.frames.iter().map(|f| f.0.to_string()).collect();
    let at = labels.iter().position(|l| l == "10:08:59;29").unwrap();
    assert_eq!(labels[at + 1], "10:09:00;02");
}

#[test]
fn what_is_no_sound_or_has_no_such_channel_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("show.wav");
    write(&path, TimecodeRate::Fps25);
    let key = |url: String| listen(&url, 1).failure.unwrap().key();
    assert_eq!(
        key(format!("ltc:{}?channel=3", path.display())),
        "capture-file"
    );
    assert_eq!(key("ltc:/no/such/file.wav".to_owned()), "capture-file");
    std::fs::write(&path, b"RIFF but not much else").unwrap();
    assert_eq!(key(format!("ltc:{}", path.display())), "capture-file");
}

#[test]
fn after_its_end_a_file_is_silent_and_one_of_another_rate_says_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("show.wav");
    write(&path, TimecodeRate::Fps25);
    let heard = listen(&format!("ltc:{}?channel=2", path.display()), 1000);
    assert!(
        heard.is_silent && heard.frames.len() >= 36,
        "{}",
        heard.frames.len()
    );
    // The first channel has nothing but noise.
    let heard = listen(&format!("ltc:{}?rate=25", path.display()), 1000);
    assert!(heard.is_silent && heard.frames.is_empty());
}
