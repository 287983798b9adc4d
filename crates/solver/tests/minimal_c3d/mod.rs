//! Just enough of a C3D reader for this crate's tests, sharing no code with the project's own: little-endian and
//! DEC floats, scaled integers, labels of the first label list, vendor axes turned to Y up.

use cyc_model::{Point, Stage};
use std::path::{Path, PathBuf};

/// A take: labels, and for each frame where each point was seen.
pub struct MinimalC3d {
    pub labels: Vec<String>,
    #[allow(dead_code, reason = "not every test needs it")]
    pub rate_hz: f64,
    pub frames: Vec<Vec<Option<Point<Stage>>>>,
}

/// A file of the shared data; `None`, said aloud, when the folder is not there and need not be.
pub fn shared_file(path: &str) -> Option<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .find(|p| p.join("Cargo.lock").is_file())
        .map(Path::to_path_buf)
        .unwrap_or_else(|| PathBuf::from("."));
    let file = root.join("../shared/data").join(path);
    match std::fs::read(&file) {
        Ok(bytes) => Some(bytes),
        Err(e) if std::env::var("CYC_SHARED").is_ok_and(|v| v == "required") => {
            panic!("CYC_SHARED=required, but ../shared/data/{path} cannot be read: {e}")
        }
        Err(_) => {
            eprintln!("SKIPPED: ../shared/data/{path} is not there");
            None
        }
    }
}

fn word(bytes: &[u8], at: usize) -> usize {
    usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]))
}

/// A DEC float has its halves swapped and an exponent that is two higher.
fn float(bytes: &[u8], at: usize, is_dec: bool) -> f64 {
    let four: [u8; 4] = std::array::from_fn(|i| bytes[at + i]);
    if is_dec {
        let swapped = f32::from_le_bytes([four[2], four[3], four[0], four[1]]);
        return f64::from(swapped) / 4.0;
    }
    f64::from(f32::from_le_bytes(four))
}

/// The labels of `POINT:LABELS`.
fn labels(bytes: &[u8]) -> Vec<String> {
    let mut at = (usize::from(bytes[0]) - 1) * 512 + 4;
    let mut point_group = 0i8;
    loop {
        let length = usize::from((bytes[at] as i8).unsigned_abs());
        let group = bytes[at + 1] as i8;
        let name = &bytes[at + 2..at + 2 + length];
        let next = at + 2 + length + word(bytes, at + 2 + length);
        let body = at + 4 + length;
        if group < 0 && name == b"POINT" {
            point_group = -group;
        }
        if group > 0 && group == point_group && name == b"LABELS" {
            let (width, count) = (usize::from(bytes[body + 2]), usize::from(bytes[body + 3]));
            let text = &bytes[body + 4..body + 4 + width * count];
            return text
                .chunks(width)
                .map(|c| String::from_utf8_lossy(c).trim().to_owned())
                .collect();
        }
        at = next;
    }
}

/// Reads a C3D.
pub fn read(bytes: &[u8]) -> MinimalC3d {
    let labels = labels(bytes);
    let (points, analog) = (word(bytes, 2), word(bytes, 4));
    let (first, last) = (word(bytes, 6), word(bytes, 8));
    let processor = bytes[(usize::from(bytes[0]) - 1) * 512 + 3];
    assert!(matches!(processor, 84 | 85), "processor {processor}");
    let float = |at| float(bytes, at, processor == 85);
    let scale = float(12);
    // A negative scale says that the values are floats already.
    let (width, unit) = if scale < 0.0 { (4, 1.0) } else { (2, scale) };
    let number = |at: usize| match width {
        4 => float(at),
        _ => f64::from(i16::from_le_bytes([bytes[at], bytes[at + 1]])),
    };
    let start = (word(bytes, 16) - 1) * 512;
    let stride = (points * 4 + analog) * width;
    let frames = (0..=last - first)
        .map(|f| {
            (0..points)
                .map(|p| {
                    let at = start + f * stride + p * 4 * width;
                    let [x, y, z] = [0, 1, 2].map(|k| number(at + k * width) * unit);
                    let seen = number(at + 3 * width) >= 0.0 && (x, y, z) != (0.0, 0.0, 0.0);
                    seen.then(|| Point::xyz(x * 1e-3, z * 1e-3, -y * 1e-3))
                })
                .collect()
        })
        .collect();
    MinimalC3d {
        labels,
        rate_hz: float(20),
        frames,
    }
}

impl MinimalC3d {
    /// The frames in the order of the given labels; a label that is not there is never seen.
    pub fn ordered(&self, wanted: &[&str]) -> Vec<Vec<Option<Point<Stage>>>> {
        let columns: Vec<Option<usize>> = wanted
            .iter()
            .map(|w| {
                self.labels
                    .iter()
                    .position(|l| l.rsplit(':').next() == Some(w))
            })
            .collect();
        self.frames
            .iter()
            .map(|frame| columns.iter().map(|c| c.and_then(|c| frame[c])).collect())
            .collect()
    }
}
