//! `ltc:FILE.wav[?sample_rate=48000&level=0.5&rate=25]`: the frames' timecode as sound in a WAV file, one channel of 16
//! bits.
//!
//! Every label is written once, so that the sound lasts as long as the timecode, whatever rate the frames have. Labels
//! that were missed are written after all, up to two seconds of them; a longer gap, or a step back, is a jump, where the
//! sound goes on with the new label. Labels above 30 a second are written as every second one, as ST 12-1 pairs them. A
//! file that is there is never written over. A sound card is not played to: that would need a sound library on every
//! machine.

use super::{Protocol, Recipe};
use crate::counters::OutputCounters;
use crate::error::OutputError;
use crate::limits::{LTC_FILL_FRAMES_MAX, WAV_SAMPLES_MAX};
use crate::output_url::{UrlParts, finite};
use crate::writer::{AnyWriter, Feed, Writer};
use cyc_model::{MocapFrame, Timecode, TimecodeRate};
use cyc_wire::ltc::Encoder;
use cyc_wire::ltc::limits::SAMPLE_RATE_HZ;
use hound::{SampleFormat, WavSpec, WavWriter};
use std::fmt;
use std::fs::OpenOptions;
use std::io::BufWriter;

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "ltc",
    feed: Feed::Frames,
    read: |url| Ok(Box::new(read(url)?)),
};

/// Labels after which the file's head is made right, so that a crash costs a second at most.
const FLUSH_EVERY: u32 = 24;

#[derive(Debug)]
struct Ltc {
    path: String,
    sample_rate_hz: u32,
    level: f32,
    /// Only labels of this rate are written; whatever comes when not told.
    rate: Option<TimecodeRate>,
}

fn read(url: &UrlParts<'_>) -> Result<Ltc, OutputError> {
    let mut ltc = Ltc {
        path: url.place.to_owned(),
        sample_rate_hz: 48_000,
        level: 0.5,
        rate: None,
    };
    let ending = url.place.rsplit_once('.').map(|(_, ending)| ending);
    if !ending.is_some_and(|ending| ending.eq_ignore_ascii_case("wav")) {
        return Err(OutputError::NotWav {
            place: url.place.to_owned(),
        });
    }
    for (option, value) in url.options() {
        let taken = match option {
            "sample_rate" => value
                .parse()
                .ok()
                .filter(|hz| SAMPLE_RATE_HZ.contains(hz))
                .map(|hz| ltc.sample_rate_hz = hz),
            "level" => finite(value)
                .filter(|level| *level > 0.0 && *level <= 1.0)
                .map(|level| ltc.level = level as f32),
            "rate" => rate(value).map(|rate| ltc.rate = Some(rate)),
            _ => None,
        };
        taken.ok_or_else(|| url.bad_option(option, value))?;
    }
    Ok(ltc)
}

/// A rate that LTC has.
fn rate(value: &str) -> Option<TimecodeRate> {
    Some(match value {
        "23.976" => TimecodeRate::Fps23_976,
        "24" => TimecodeRate::Fps24,
        "25" => TimecodeRate::Fps25,
        "29.97" => TimecodeRate::Fps29_97,
        "29.97df" => TimecodeRate::Fps29_97Drop,
        "30" => TimecodeRate::Fps30,
        _ => return None,
    })
}

/// The label that sound carries for a label of any rate.
fn sound_label(timecode: Timecode) -> Timecode {
    let half = match timecode.rate() {
        TimecodeRate::Fps47_952 => TimecodeRate::Fps23_976,
        TimecodeRate::Fps48 => TimecodeRate::Fps24,
        TimecodeRate::Fps50 => TimecodeRate::Fps25,
        TimecodeRate::Fps59_94 => TimecodeRate::Fps29_97,
        TimecodeRate::Fps59_94Drop => TimecodeRate::Fps29_97Drop,
        TimecodeRate::Fps60 => TimecodeRate::Fps30,
        slow => return Timecode::from_frame_of_day(slow, timecode.frame_of_day()),
    };
    Timecode::from_frame_of_day(half, timecode.frame_of_day() / 2)
}

impl fmt::Display for Ltc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", PROTOCOL.scheme, self.path)
    }
}

impl Recipe for Ltc {
    fn open(&self) -> Result<AnyWriter, OutputError> {
        self.create(&self.path)
    }

    /// Sound goes on in another file: `show.2.wav` after `show.wav`.
    fn open_again(&self, times: u64) -> Result<AnyWriter, OutputError> {
        let (stem, ending) = self.path.rsplit_once('.').unwrap_or((&self.path, "wav"));
        self.create(&format!("{stem}.{}.{ending}", times.saturating_add(1)))
    }
}

impl Ltc {
    fn create(&self, path: &str) -> Result<AnyWriter, OutputError> {
        let cannot = |reason: String| OutputError::File {
            path: path.to_owned(),
            reason,
        };
        let mut options = OpenOptions::new();
        let file = options.write(true).create_new(true).open(path);
        let file = BufWriter::new(file.map_err(|e| cannot(e.to_string()))?);
        let spec = WavSpec {
            channels: 1,
            sample_rate: self.sample_rate_hz,
            bits_per_sample: 16,
            sample_format: SampleFormat::Int,
        };
        let wav = WavWriter::new(file, spec).map_err(|e| cannot(e.to_string()))?;
        Ok(AnyWriter::Frames(Box::new(LtcWriter {
            wav: Some(wav),
            sample_rate_hz: self.sample_rate_hz,
            level: self.level,
            rate: self.rate,
            encoder: None,
            last: None,
            samples: Vec::new(),
            written: 0,
            since_flush: 0,
        })))
    }
}

struct LtcWriter {
    /// `None` once writing failed, or the file is full.
    wav: Option<WavWriter<BufWriter<std::fs::File>>>,
    sample_rate_hz: u32,
    level: f32,
    rate: Option<TimecodeRate>,
    /// The encoder, and the rate that it writes.
    encoder: Option<(TimecodeRate, Encoder)>,
    last: Option<Timecode>,
    samples: Vec<f32>,
    written: u64,
    since_flush: u32,
}

impl LtcWriter {
    /// The labels to be written now that one came: it, and those that were missed before it.
    fn due(&self, label: Timecode, counters: &OutputCounters) -> std::ops::RangeInclusive<i64> {
        let now = label.frame_of_day();
        let last = self.last.filter(|last| last.rate() == label.rate());
        let Some(last) = last else {
            counters.jumps.add(u64::from(self.last.is_some()));
            return now..=now;
        };
        let day = label.rate().frames_per_day();
        let ahead = (now - last.frame_of_day()).rem_euclid(day);
        if ahead <= LTC_FILL_FRAMES_MAX {
            now - ahead + 1..=now
        } else {
            counters.jumps.increment();
            now..=now
        }
    }

    fn write_label(&mut self, label: Timecode, counters: &OutputCounters) {
        let rate = label.rate();
        if self.encoder.as_ref().is_none_or(|e| e.0 != rate) {
            let encoder = Encoder::new(self.sample_rate_hz, rate, self.level);
            self.encoder = encoder.map(|encoder| (rate, encoder));
        }
        self.samples.clear();
        if let Some((_, encoder)) = &mut self.encoder {
            encoder.write(label, &mut self.samples);
        }
        self.put(counters);
    }

    fn put(&mut self, counters: &OutputCounters) {
        let Some(wav) = &mut self.wav else {
            return counters.refused.increment();
        };
        let mut put = || {
            for sample in &self.samples {
                wav.write_sample((sample * f32::from(i16::MAX)) as i16)?;
            }
            self.since_flush += 1;
            if self.since_flush == FLUSH_EVERY {
                self.since_flush = 0;
                wav.flush()?;
            }
            Ok::<_, hound::Error>(())
        };
        let ended = put();
        self.written += self.samples.len() as u64;
        let is_full = self.written + u64::from(self.sample_rate_hz) > WAV_SAMPLES_MAX;
        if ended.is_ok() {
            counters.sent.increment();
            counters.bytes.add(2 * self.samples.len() as u64);
        } else {
            counters.refused.increment();
        }
        if ended.is_err() || is_full {
            // Dropping it makes the head right, as far as that is still possible.
            self.wav = None;
        }
    }
}

impl Writer<MocapFrame> for LtcWriter {
    fn write(&mut self, frame: &MocapFrame, counters: &OutputCounters) {
        let label = frame.timecode.map(sound_label);
        let wanted = |label: &Timecode| self.rate.is_none_or(|rate| rate == label.rate());
        let Some(label) = label.filter(wanted) else {
            return counters.frames_without.increment();
        };
        for number in self.due(label, counters) {
            self.write_label(Timecode::from_frame_of_day(label.rate(), number), counters);
        }
        self.last = Some(label);
    }

    /// Half a bit more, without which the last bit has no end.
    fn end(&mut self, counters: &OutputCounters) {
        self.samples.clear();
        if let Some((_, encoder)) = &mut self.encoder {
            encoder.end(&mut self.samples);
        }
        let ended = self.wav.take().map(|mut wav| {
            for sample in &self.samples {
                wav.write_sample((sample * f32::from(i16::MAX)) as i16)?;
            }
            wav.finalize()
        });
        if ended.is_some_and(|ended| ended.is_err()) {
            counters.refused.increment();
        }
    }
}
