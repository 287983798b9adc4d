//! A tape with linear timecode on it: labels from a first one on, as a WAV file.

use cyc_model::Timecode;
use cyc_wire::ltc::Encoder;
use hound::{SampleFormat, WavSpec, WavWriter};
use std::fs::OpenOptions;
use std::io::{self, BufWriter};
use std::path::Path;

/// Samples a second of the file.
pub const SAMPLE_RATE_HZ: u32 = 48_000;

/// Amplitude: 12 dB under full scale, as line levels are.
const LEVEL: f32 = 0.25;

/// Writes so many labels from the first one on, through midnight if need be, as one channel of 16 bits. A file that is
/// there is not written over.
///
/// # Errors
/// What the system says, and `InvalidInput` for a rate above 30 labels a second, which sound cannot carry.
pub fn write_timecode_sound(path: &Path, first: Timecode, labels: u64) -> io::Result<()> {
    let rate = first.rate();
    let Some(mut encoder) = Encoder::new(SAMPLE_RATE_HZ, rate, LEVEL) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let file = OpenOptions::new().write(true).create_new(true).open(path)?;
    let spec = WavSpec {
        channels: 1,
        sample_rate: SAMPLE_RATE_HZ,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let mut wav = WavWriter::new(BufWriter::new(file), spec).map_err(as_io)?;
    let mut samples = Vec::new();
    let begin = first.frame_of_day();
    for number in (0..labels).filter_map(|n| begin.checked_add(i64::try_from(n).ok()?)) {
        samples.clear();
        encoder.write(Timecode::from_frame_of_day(rate, number), &mut samples);
        put(&mut wav, &samples)?;
    }
    samples.clear();
    encoder.end(&mut samples);
    put(&mut wav, &samples)?;
    wav.finalize().map_err(as_io)
}

fn put<W: io::Write + io::Seek>(wav: &mut WavWriter<W>, samples: &[f32]) -> io::Result<()> {
    for sample in samples {
        let value = (sample * f32::from(i16::MAX)) as i16;
        wav.write_sample(value).map_err(as_io)?;
    }
    Ok(())
}

fn as_io(error: hound::Error) -> io::Error {
    match error {
        hound::Error::IoError(error) => error,
        other => io::Error::other(other.to_string()),
    }
}
