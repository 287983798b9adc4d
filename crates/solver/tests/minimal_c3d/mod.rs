//! Just enough of a C3D reader for this crate's tests, sharing no code with the project's own: little-endian floats,
//! labels of the first label list, vendor axes turned to Y up.

use cyc_model::{Point, Stage};
use std::path::{Path, PathBuf};

/// A take: labels, and for each frame where each point was seen.
pub struct MinimalC3d {
    pub labels: Vec<String>,
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

fn float(bytes: &[u8], at: usize) -> f64 {
    let four = std::array::from_fn(|i| bytes[at + i]);
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

/// Reads a float C3D.
pub fn read(bytes: &[u8]) -> MinimalC3d {
    let labels = labels(bytes);
    let (points, analog) = (word(bytes, 2), word(bytes, 4));
    let (first, last) = (word(bytes, 6), word(bytes, 8));
    assert!(float(bytes, 12) < 0.0, "only float files are read");
    let start = (word(bytes, 16) - 1) * 512;
    let stride = (points * 4 + analog) * 4;
    let frames = (0..=last - first)
        .map(|f| {
            (0..points)
                .map(|p| {
                    let at = start + f * stride + p * 16;
                    let (x, y, z) = (float(bytes, at), float(bytes, at + 4), float(bytes, at + 8));
                    let seen = float(bytes, at + 12) >= 0.0 && (x, y, z) != (0.0, 0.0, 0.0);
                    seen.then(|| Point::xyz(x * 1e-3, z * 1e-3, -y * 1e-3))
                })
                .collect()
        })
        .collect();
    MinimalC3d { labels, frames }
}

impl MinimalC3d {
    /// The frames in the order of the given labels; a label that is not there is never seen.
    pub fn ordered(&self, wanted: &[&str]) -> Vec<Vec<Option<Point<Stage>>>> {
        let columns: Vec<Option<usize>> = wanted
            .iter()
            .map(|w| self.labels.iter().position(|l| l == w))
            .collect();
        self.frames
            .iter()
            .map(|frame| columns.iter().map(|c| c.and_then(|c| frame[c])).collect())
            .collect()
    }
}
