//! One packet as it is on the wire.

use super::VERSION;
use super::error::DecodeError;
use super::limits::{DATAGRAM_MAX, VALUES};
use crate::big_endian::BigEndianReader;
use crate::little_endian::UnexpectedEnd;
use cyc_model::{FaceShape, NAME_BYTES_MAX, Timecode, TimecodeRate};

/// When a packet's face was seen, on its phone's clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaceFrameTime {
    /// Frame of the day.
    pub frame: i32,
    /// How far into the frame, 0 to 1.
    pub subframe: f32,
    /// Numerator and denominator of the rate, frames a second.
    pub rate: (i32, i32),
}

impl FaceFrameTime {
    /// Frames a second; zero when the rate is none.
    pub fn rate_hz(self) -> f64 {
        let (numerator, denominator) = self.rate;
        if numerator > 0 && denominator > 0 {
            f64::from(numerator) / f64::from(denominator)
        } else {
            0.0
        }
    }

    /// Frames with their fraction.
    pub fn frames(self) -> f64 {
        f64::from(self.frame) + f64::from(self.subframe)
    }

    /// The label, when the rate is one that timecode has. The phone does not say whether it drops labels: it does not.
    pub fn timecode(self) -> Option<Timecode> {
        let fraction = |r: &TimecodeRate| {
            let (numerator, denominator) = r.fraction();
            let (n, d) = (u64::from(numerator), u64::from(denominator));
            let (rate_n, rate_d) = (u64::try_from(self.rate.0), u64::try_from(self.rate.1));
            matches!((rate_n, rate_d), (Ok(a), Ok(b)) if b > 0 && a * d == n * b)
        };
        let undropped = TimecodeRate::ALL
            .into_iter()
            .filter(|r| r.dropped_per_minute() == 0);
        let rate = undropped.clone().find(fraction)?;
        if self.frame < 0 || i64::from(self.frame) >= rate.frames_per_day() {
            return None;
        }
        let label = Timecode::from_frame_of_day(rate, i64::from(self.frame));
        let thousandths = (f64::from(self.subframe) * 1000.0).floor();
        if !(0.0..1000.0).contains(&thousandths) {
            return None;
        }
        label.with_subframe(thousandths as u16, 1000)
    }
}

/// A packet, borrowed from its datagram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FacePacket<'a> {
    /// The phone.
    pub device: &'a str,
    /// The subject's name, as typed into the app.
    pub subject: &'a str,
    /// When.
    pub time: FaceFrameTime,
    /// Shapes and angles; `None` when no face is in view. Angles that are not sent are NaN.
    pub values: Option<[f32; VALUES]>,
}

impl<'a> FacePacket<'a> {
    /// Reads a datagram. Nothing is allocated.
    pub fn read(datagram: &'a [u8]) -> Result<Self, DecodeError> {
        if datagram.len() > DATAGRAM_MAX {
            return Err(DecodeError::TooLarge {
                bytes: datagram.len(),
                limit: DATAGRAM_MAX,
            });
        }
        let mut r = BigEndianReader::new(datagram);
        let version = r.u8().map_err(cut("version"))?;
        if version != VERSION {
            return Err(DecodeError::Version { version });
        }
        let device = name(&mut r, "device id")?;
        let subject = name(&mut r, "subject name")?;
        let part = "frame time";
        let time = FaceFrameTime {
            frame: r.i32().map_err(cut(part))?,
            subframe: r.f32().map_err(cut(part))?,
            rate: (r.i32().map_err(cut(part))?, r.i32().map_err(cut(part))?),
        };
        let values = match r.rest() {
            [] => None,
            _ => Some(values(&mut r)?),
        };
        Ok(Self {
            device,
            subject,
            time,
            values,
        })
    }
}

fn cut(part: &'static str) -> impl Fn(UnexpectedEnd) -> DecodeError {
    move |end| DecodeError::Cut {
        part,
        needed: end.needed,
        left: end.left,
    }
}

fn name<'a>(r: &mut BigEndianReader<'a>, part: &'static str) -> Result<&'a str, DecodeError> {
    let limit = NAME_BYTES_MAX;
    let bad = DecodeError::BadName { part, limit };
    let length = r.i32().map_err(cut(part))?;
    let length = usize::try_from(length).map_err(|_| bad)?;
    if length == 0 || length > limit {
        return Err(bad);
    }
    let bytes = r.bytes(length).map_err(cut(part))?;
    std::str::from_utf8(bytes).map_err(|_| bad)
}

fn values(r: &mut BigEndianReader<'_>) -> Result<[f32; VALUES], DecodeError> {
    let part = "list of values";
    let count = r.u8().map_err(cut(part))?;
    if usize::from(count) < FaceShape::COUNT {
        return Err(DecodeError::TooFewValues { count });
    }
    // What a newer app sends beyond what is known is skipped.
    let mut all = BigEndianReader::new(r.bytes(usize::from(count) * 4).map_err(cut(part))?);
    let mut values = [f32::NAN; VALUES];
    for value in values.iter_mut().take(usize::from(count)) {
        *value = all.f32().map_err(cut(part))?;
    }
    Ok(values)
}

/// Appends a packet. Names longer than an `i32` cannot exist; what is longer than a reader takes is the caller's matter.
pub fn put_packet(packet: &FacePacket<'_>, out: &mut Vec<u8>) {
    out.push(VERSION);
    for text in [packet.device, packet.subject] {
        let length = i32::try_from(text.len()).unwrap_or(i32::MAX);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(text.as_bytes());
    }
    let FaceFrameTime {
        frame,
        subframe,
        rate,
    } = packet.time;
    out.extend_from_slice(&frame.to_be_bytes());
    out.extend_from_slice(&subframe.to_be_bytes());
    out.extend_from_slice(&rate.0.to_be_bytes());
    out.extend_from_slice(&rate.1.to_be_bytes());
    if let Some(values) = &packet.values {
        out.push(VALUES as u8);
        for value in values {
            out.extend_from_slice(&value.to_be_bytes());
        }
    }
}
