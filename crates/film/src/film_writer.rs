//! A film: frames of one size at a constant rate, encoded as they come.

use muxide::api::{Muxer, MuxerBuilder, VideoCodec};
use openh264::OpenH264API;
use openh264::encoder::{
    Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, QpRange, RateControlMode,
};
use openh264::formats::{RgbaSliceU8, YUVBuffer};
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a film cannot be made.
#[derive(Debug, Error)]
pub enum FilmError {
    /// Width and height must be even and at least 16.
    #[error("a film needs an even width and height of 16 px or more, not {width_px} x {height_px}")]
    WrongSize {
        /// Width given.
        width_px: u32,
        /// Height given.
        height_px: u32,
    },
    /// A frame of another size than the film's.
    #[error("frame {frame} has {bytes} bytes, the film's frames have {expected}")]
    FrameSize {
        /// Frame number from 0.
        frame: u64,
        /// Bytes given.
        bytes: usize,
        /// Bytes expected.
        expected: usize,
    },
    /// The encoder refused.
    #[error("the video encoder stopped at frame {frame}: {reason}")]
    Encode {
        /// Frame number from 0.
        frame: u64,
        /// What it said.
        reason: String,
    },
    /// The file could not be written.
    #[error("cannot write {path}: {reason}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
}

impl FilmError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::WrongSize { .. } => "film-wrong-size",
            Self::FrameSize { .. } => "film-frame-size",
            Self::Encode { .. } => "film-encoder-stopped",
            Self::Write { .. } => "film-cannot-write",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::WrongSize {
                width_px,
                height_px,
            } => {
                vec![
                    ("width", width_px.to_string()),
                    ("height", height_px.to_string()),
                ]
            }
            Self::FrameSize {
                frame,
                bytes,
                expected,
            } => vec![
                ("frame", frame.to_string()),
                ("bytes", bytes.to_string()),
                ("expected", expected.to_string()),
            ],
            Self::Encode { frame, reason } => {
                vec![("frame", frame.to_string()), ("reason", reason.clone())]
            }
            Self::Write { path, reason } => {
                vec![
                    ("path", path.display().to_string()),
                    ("reason", reason.clone()),
                ]
            }
        }
    }
}

/// What a finished film is.
#[derive(Clone, Debug, PartialEq)]
pub struct FilmInfo {
    /// The file.
    pub path: PathBuf,
    /// Frames in it.
    pub frames: u64,
    /// Frames a second.
    pub rate_hz: f64,
    /// Width in pixels.
    pub width_px: u32,
    /// Height in pixels.
    pub height_px: u32,
}

/// Writes a film frame by frame.
pub struct FilmWriter {
    encoder: Encoder,
    muxer: Muxer<BufWriter<File>>,
    yuv: YUVBuffer,
    bits: Vec<u8>,
    info: FilmInfo,
}

/// Quantiser step, 0 to 51: visually clean.
const QUANTIZER: u8 = 24;

impl FilmWriter {
    /// Starts a film. `rate_hz` is taken as it is (24 to 60 are usual).
    pub fn create(
        path: &Path,
        width_px: u32,
        height_px: u32,
        rate_hz: f64,
    ) -> Result<Self, FilmError> {
        let odd = width_px % 2 == 1 || height_px % 2 == 1;
        if odd || width_px < 16 || height_px < 16 || !(rate_hz > 0.0) {
            return Err(FilmError::WrongSize {
                width_px,
                height_px,
            });
        }
        let config = EncoderConfig::new()
            .max_frame_rate(FrameRate::from_hz(rate_hz as f32))
            // Constant quality: a demo's film is short, and a fast cartwheel must not turn to blocks.
            .rate_control_mode(RateControlMode::Off)
            .qp(QpRange::new(QUANTIZER, QUANTIZER))
            .skip_frames(false)
            .intra_frame_period(IntraFramePeriod::from_num_frames(rate_hz.round() as u32));
        let encoder =
            Encoder::with_api_config(OpenH264API::from_source(), config).map_err(|e| {
                FilmError::Encode {
                    frame: 0,
                    reason: e.to_string(),
                }
            })?;
        let write_error = |reason: String| FilmError::Write {
            path: path.to_owned(),
            reason,
        };
        let file = File::create(path).map_err(|e| write_error(e.to_string()))?;
        let muxer = MuxerBuilder::new(BufWriter::new(file))
            .video(VideoCodec::H264, width_px, height_px, rate_hz)
            .build()
            .map_err(|e| write_error(e.to_string()))?;
        let info = FilmInfo {
            path: path.to_owned(),
            frames: 0,
            rate_hz,
            width_px,
            height_px,
        };
        let yuv = YUVBuffer::new(width_px as usize, height_px as usize);
        Ok(Self {
            encoder,
            muxer,
            yuv,
            bits: Vec::new(),
            info,
        })
    }

    /// Adds a frame: RGBA, 8 bits, sRGB, rows from the top; alpha is ignored.
    pub fn frame(&mut self, rgba: &[u8]) -> Result<(), FilmError> {
        let (width, height) = (self.info.width_px as usize, self.info.height_px as usize);
        let (frame, expected) = (self.info.frames, width * height * 4);
        if rgba.len() != expected {
            return Err(FilmError::FrameSize {
                frame,
                bytes: rgba.len(),
                expected,
            });
        }
        self.yuv.read_rgba8(RgbaSliceU8::new(rgba, (width, height)));
        let encode_error = |reason: String| FilmError::Encode { frame, reason };
        let stream = self
            .encoder
            .encode(&self.yuv)
            .map_err(|e| encode_error(e.to_string()))?;
        let is_key = matches!(stream.frame_type(), FrameType::IDR | FrameType::I);
        self.bits.clear();
        stream.write_vec(&mut self.bits);
        if self.bits.is_empty() {
            return Err(encode_error("it gave no data".into()));
        }
        let time_s = frame as f64 / self.info.rate_hz;
        self.muxer
            .write_video(time_s, &self.bits, is_key)
            .map_err(|e| FilmError::Write {
                path: self.info.path.clone(),
                reason: e.to_string(),
            })?;
        self.info.frames += 1;
        Ok(())
    }

    /// Closes the file.
    pub fn finish(self) -> Result<FilmInfo, FilmError> {
        let path = self.info.path.clone();
        self.muxer.finish().map_err(|e| FilmError::Write {
            path,
            reason: e.to_string(),
        })?;
        Ok(self.info)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use openh264::decoder::Decoder;
    use openh264::formats::YUVSource;

    fn frame(i: usize) -> Vec<u8> {
        let pixel = |x: usize, y: usize| [(x * 2 + i * 3) as u8, (y * 3) as u8, (i * 8) as u8, 255];
        (0..96)
            .flat_map(|y| (0..128).flat_map(move |x| pixel(x, y)))
            .collect()
    }

    #[test]
    fn a_film_has_its_frames_and_its_length() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("film.mp4");
        let mut film = FilmWriter::create(&path, 128, 96, 24.0).unwrap();
        for i in 0..30 {
            film.frame(&frame(i)).unwrap();
        }
        assert_eq!(film.finish().unwrap().frames, 30);
        let bytes = std::fs::read(&path).unwrap();
        assert_eq!(&bytes[4..8], b"ftyp");
        // Independent reading: the sample table says how many frames, the decoder what they show.
        let stsz = bytes.windows(4).position(|w| w == b"stsz").unwrap();
        let count = u32::from_be_bytes(bytes[stsz + 12..stsz + 16].try_into().unwrap());
        assert_eq!(count, 30);
        let stco = bytes.windows(4).position(|w| w == b"stco").unwrap();
        let offset = u32::from_be_bytes(bytes[stco + 12..stco + 16].try_into().unwrap()) as usize;
        let size_at = stsz + 16;
        let first = u32::from_be_bytes(bytes[size_at..size_at + 4].try_into().unwrap()) as usize;
        let mut units = parameter_sets(&bytes);
        let mut at = offset;
        while at < offset + first {
            let len = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
            units.extend([0, 0, 0, 1]);
            units.extend(&bytes[at + 4..at + 4 + len]);
            at += 4 + len;
        }
        let mut decoder = Decoder::new().unwrap();
        let shown = decoder.decode(&units).unwrap().unwrap();
        assert_eq!(shown.dimensions(), (128, 96));
        let mut rgba = vec![0; 128 * 96 * 4];
        shown.write_rgba8(&mut rgba);
        let error: i64 = rgba
            .iter()
            .zip(&frame(0))
            .map(|(a, b)| i64::from(a.abs_diff(*b)))
            .sum();
        assert!(
            error / (rgba.len() as i64) < 12,
            "mean error {}",
            error / rgba.len() as i64
        );
    }

    fn parameter_sets(bytes: &[u8]) -> Vec<u8> {
        let avcc = bytes.windows(4).position(|w| w == b"avcC").unwrap() + 4;
        let mut out = Vec::new();
        let sps_len = u16::from_be_bytes([bytes[avcc + 6], bytes[avcc + 7]]) as usize;
        out.extend([0, 0, 0, 1]);
        out.extend(&bytes[avcc + 8..avcc + 8 + sps_len]);
        let pps = avcc + 8 + sps_len + 1;
        let pps_len = u16::from_be_bytes([bytes[pps], bytes[pps + 1]]) as usize;
        out.extend([0, 0, 0, 1]);
        out.extend(&bytes[pps + 2..pps + 2 + pps_len]);
        out
    }

    #[test]
    fn refuses_wrong_sizes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("film.mp4");
        assert!(matches!(
            FilmWriter::create(&path, 127, 96, 24.0),
            Err(FilmError::WrongSize { .. })
        ));
        let mut film = FilmWriter::create(&path, 128, 96, 24.0).unwrap();
        assert!(matches!(
            film.frame(&[0; 7]),
            Err(FilmError::FrameSize { .. })
        ));
        let nowhere = folder.path().join("no/such/folder.mp4");
        assert!(matches!(
            FilmWriter::create(&nowhere, 128, 96, 24.0),
            Err(FilmError::Write { .. })
        ));
    }
}
