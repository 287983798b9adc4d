//! A C3D file from labelled points: Intel, floats, millimetres, Z up, as most programs write it today.
//!
//! The fourth word of a point says what it is: -1, nothing; 0, computed, as where a gap was filled; more, seen by
//! cameras. Header fields that are too small for a long take hold their largest value, and the group `TRIAL` the true
//! one, as the format's guide has it.

use crate::limits::TEXT_BYTES_MAX;
use cyc_model::{Point, Source};
use glam::DVec3;
use std::fmt;

/// Bytes of the format's unit of place.
const BLOCK: usize = 512;
/// A processor type, plus 83: Intel.
const INTEL: u8 = 84;
/// What a unit of a residual is worth, millimetres; negative, since points are floats.
const SCALE: f32 = -0.1;
/// One camera, and the smallest residual: who wrote the points tells neither.
const SEEN: f32 = 257.0;
/// Labels of one parameter; further ones go to `LABELS2` and on.
const LABELS_EACH: usize = 255;
/// Characters of a label; longer ones are cut by many readers.
const LABEL_BYTES_MAX: usize = 127;

/// A point of a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct C3dPoint {
    /// Where it is.
    pub at: Point<Source>,
    /// Whether cameras saw it; else it was computed.
    pub is_seen: bool,
}

/// What a file says beside its points.
#[derive(Clone, Debug, PartialEq)]
pub struct C3dHead {
    /// Frames a second.
    pub rate_hz: f64,
    /// The number of the first frame; the format counts from 1.
    pub first_frame: u64,
    /// The labels, in the order of each frame's points: `Justin:LFHD` or `LFHD`.
    pub labels: Vec<String>,
}

/// Why no C3D file can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct C3dTooLarge {
    /// What is too large.
    pub what: &'static str,
    /// How large it is.
    pub size: u64,
    /// How large it may be.
    pub limit: u64,
}

impl fmt::Display for C3dTooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, size, limit } = self;
        write!(f, "{size} {what}, and a C3D file holds {limit}")
    }
}

impl std::error::Error for C3dTooLarge {}

/// Writes frames. A frame that is shorter than the labels lacks its last points.
///
/// # Errors
/// When there are more points a frame, more frames or more bytes than the format or our reader takes.
pub fn write(head: &C3dHead, frames: &[Vec<Option<C3dPoint>>]) -> Result<Vec<u8>, C3dTooLarge> {
    let bounded = |what, size: usize, limit: u64| match size as u64 {
        size if size > limit => Err(C3dTooLarge { what, size, limit }),
        _ => Ok(size),
    };
    let points = bounded("points", head.labels.len(), u64::from(u16::MAX))?;
    bounded("frames", frames.len(), 1 << 24)?;
    // The place of the data stands in the parameters, whose length does not depend on it.
    let length = parameters(head, frames.len(), 0).len().div_ceil(BLOCK);
    bounded("blocks of parameters", length, u64::from(u8::MAX))?;
    let start = 2 + length;
    bounded(
        "bytes",
        frames.len() * points * 16 + start * BLOCK,
        TEXT_BYTES_MAX,
    )?;
    let mut file = header(head, points as u16, frames.len(), start as u16);
    file.extend(parameters(head, frames.len(), start as u16));
    file.resize((start - 1) * BLOCK, 0);
    for frame in frames {
        for k in 0..points {
            let words = words(frame.get(k).copied().flatten());
            file.extend(words.iter().flat_map(|w| w.to_le_bytes()));
        }
    }
    // Not filled up to a whole block: ezc3d takes what the last one holds for frames of a long take.
    Ok(file)
}

fn words(point: Option<C3dPoint>) -> [f32; 4] {
    let Some(C3dPoint { at, is_seen }) = point else {
        return [0.0, 0.0, 0.0, -1.0];
    };
    let DVec3 { x, y, z } = at.metres() * 1e3;
    [
        x as f32,
        -z as f32,
        y as f32,
        if is_seen { SEEN } else { 0.0 },
    ]
}

/// The first frame's number and the last one's.
fn span(head: &C3dHead, frames: usize) -> [u32; 2] {
    let first = head.first_frame.clamp(1, 1 << 30) as u32;
    [first, first + (frames.max(1) - 1) as u32]
}

fn short(number: u32) -> u16 {
    number.min(u32::from(u16::MAX)) as u16
}

fn header(head: &C3dHead, points: u16, frames: usize, start: u16) -> Vec<u8> {
    let mut block = vec![0; BLOCK];
    let mut put = |at: usize, bytes: &[u8]| {
        if let Some(place) = block.get_mut(at..at + bytes.len()) {
            place.copy_from_slice(bytes);
        }
    };
    let [first, last] = span(head, frames).map(short);
    put(0, &[2, super::KEY]);
    put(2, &points.to_le_bytes());
    put(6, &first.to_le_bytes());
    put(8, &last.to_le_bytes());
    put(12, &SCALE.to_le_bytes());
    put(16, &start.to_le_bytes());
    put(20, &(head.rate_hz as f32).to_le_bytes());
    block
}

/// The parameter section, its four bytes of head included.
fn parameters(head: &C3dHead, frames: usize, start: u16) -> Vec<u8> {
    let mut all = Parameters::default();
    all.group(1, "POINT");
    all.shorts(1, "USED", &[head.labels.len() as u16]);
    all.floats(1, "SCALE", SCALE);
    all.floats(1, "RATE", head.rate_hz as f32);
    all.shorts(1, "DATA_START", &[start]);
    all.shorts(1, "FRAMES", &[short(frames.min(1 << 24) as u32)]);
    all.texts(1, "UNITS", &["mm"]);
    all.texts(1, "X_SCREEN", &["+X"]);
    all.texts(1, "Y_SCREEN", &["+Z"]);
    let labels: Vec<&str> = head.labels.iter().map(|l| cut(l)).collect();
    for (i, labels) in labels.chunks(LABELS_EACH).enumerate() {
        let name = match i {
            0 => "LABELS".to_owned(),
            i => format!("LABELS{}", i + 1),
        };
        all.texts(1, &name, labels);
    }
    all.group(2, "ANALOG");
    all.shorts(2, "USED", &[0]);
    all.group(3, "TRIAL");
    let [first, last] = span(head, frames);
    for (name, number) in [("ACTUAL_START_FIELD", first), ("ACTUAL_END_FIELD", last)] {
        all.shorts(3, name, &[number as u16, (number >> 16) as u16]);
    }
    all.finish()
}

/// A label that fits, cut between two characters.
fn cut(label: &str) -> &str {
    let end = (0..=LABEL_BYTES_MAX.min(label.len()))
        .rev()
        .find(|&i| label.is_char_boundary(i));
    label.get(..end.unwrap_or(0)).unwrap_or("")
}

/// The parameter section while it grows.
struct Parameters {
    bytes: Vec<u8>,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            bytes: vec![1, super::KEY, 0, INTEL],
        }
    }
}

impl Parameters {
    fn group(&mut self, id: i8, name: &str) {
        self.bytes.extend([name.len() as u8, (-id) as u8]);
        self.bytes.extend(name.as_bytes());
        // The offset to the next entry, from itself; no description.
        self.bytes.extend(3u16.to_le_bytes());
        self.bytes.push(0);
    }

    fn parameter(&mut self, group: i8, name: &str, kind: i8, sizes: &[u8], data: &[u8]) {
        self.bytes.extend([name.len() as u8, group as u8]);
        self.bytes.extend(name.as_bytes());
        let next = 2 + 2 + sizes.len() + data.len() + 1;
        self.bytes.extend((next as u16).to_le_bytes());
        self.bytes.extend([kind as u8, sizes.len() as u8]);
        self.bytes.extend(sizes);
        self.bytes.extend(data);
        self.bytes.push(0);
    }

    fn shorts(&mut self, group: i8, name: &str, values: &[u16]) {
        let data: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        let sizes = [values.len() as u8];
        let sizes = if values.len() > 1 { &sizes[..] } else { &[] };
        self.parameter(group, name, 2, sizes, &data);
    }

    fn floats(&mut self, group: i8, name: &str, value: f32) {
        self.parameter(group, name, 4, &[], &value.to_le_bytes());
    }

    fn texts(&mut self, group: i8, name: &str, texts: &[&str]) {
        let width = texts.iter().map(|t| t.len()).max().unwrap_or(0).max(1);
        let mut data = Vec::with_capacity(width * texts.len());
        for text in texts {
            data.extend(text.as_bytes());
            data.resize(data.len() + width - text.len(), b' ');
        }
        match texts.len() {
            1 => self.parameter(group, name, -1, &[width as u8], &data),
            n => self.parameter(group, name, -1, &[width as u8, n as u8], &data),
        }
    }

    /// Ends the section and notes its length in blocks.
    fn finish(mut self) -> Vec<u8> {
        self.bytes.extend([0, 0]);
        let blocks = self.bytes.len().div_ceil(BLOCK);
        if let Some(count) = self.bytes.get_mut(2) {
            *count = blocks.min(255) as u8;
        }
        self.bytes
    }
}
