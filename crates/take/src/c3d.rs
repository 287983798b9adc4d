//! C3D: labelled 3D points of motion capture, as biomechanics has exchanged them since 1987.
//!
//! A [`C3dTake`] is built: metres in [`Source`] space (Y up), finite, a marker that was not seen is `None`. Read are
//! the header, the parameters, the points with their residuals and camera masks, and the events, from all three
//! processor types (Intel, DEC, SGI) and both encodings (scaled integers, floats); analog samples are skipped. Points
//! that are no positions (joint angles, forces, powers, which Vicon stores among the points) are left out and listed.
//! Where header and parameters contradict each other, the file's length decides. [`write()`] makes a file from points. Source: "The C3D File Format User
//! Guide" (2021).

mod bytes;
mod error;
mod events;
mod labels;
mod layout;
mod parameters;
mod points;
mod read;
mod write;

#[cfg(test)]
mod tests;

pub use error::{C3dError, C3dProblem};
pub use events::C3dEvent;
pub use read::read;
pub use write::{C3dHead, C3dPoint, C3dTooLarge, write};

use cyc_model::{Nanos, Point, Source};
use std::collections::BTreeMap;

/// The first key of the format: the second byte of a file.
const KEY: u8 = 0x50;

/// Whether bytes begin as a C3D file does.
pub fn looks_like_c3d(data: &[u8]) -> bool {
    matches!(data, [block, KEY, ..] if *block != 0)
}

/// Which axis of the file points up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum UpAxis {
    /// +X.
    PlusX,
    /// -X.
    MinusX,
    /// +Y.
    PlusY,
    /// -Y.
    MinusY,
    /// +Z, as nearly all capture systems have it; taken when the file does not say.
    #[default]
    PlusZ,
    /// -Z.
    MinusZ,
}

/// A point's label, with the subject that Vicon writes before a colon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct C3dLabel {
    /// The subject: `Justin` of `Justin:LFHD`.
    pub subject: Option<String>,
    /// The marker: `LFHD`. `marker_<i>` where the file has no label.
    pub name: String,
}

/// How a point was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct C3dMeasurement {
    /// By how much the cameras' rays missed each other on average, metres; 0 where the point was computed, not seen.
    pub residual_m: f64,
    /// The cameras that saw it, the first in the lowest bit; the format has room for seven.
    pub cameras: u8,
}

/// The points of a C3D file.
#[derive(Clone, Debug)]
pub struct C3dTake {
    rate_hz: f64,
    first_frame: u32,
    up: UpAxis,
    labels: Vec<C3dLabel>,
    skipped_labels: Vec<String>,
    events: Vec<C3dEvent>,
    frame_count: usize,
    points: Vec<Option<Point<Source>>>,
    /// The fourth word of each point: cameras in the high byte, residual in the low one.
    words: Vec<u16>,
    metres_per_residual: f64,
    refused: u64,
    processing: BTreeMap<String, f64>,
}

impl C3dTake {
    /// Frames a second.
    pub fn rate_hz(&self) -> f64 {
        self.rate_hz
    }

    /// The number that the file gives its first frame.
    pub fn first_frame(&self) -> u32 {
        self.first_frame
    }

    /// Which axis pointed up in the file; the points here have Y up.
    pub fn up_axis(&self) -> UpAxis {
        self.up
    }

    /// The labels, in the order of a frame's points.
    pub fn labels(&self) -> &[C3dLabel] {
        &self.labels
    }

    /// Labels of the points that are angles, forces and the like, and were left out.
    pub fn skipped_labels(&self) -> &[String] {
        &self.skipped_labels
    }

    /// How many frames.
    pub fn frame_count(&self) -> usize {
        self.frame_count
    }

    /// From the first frame to the last.
    pub fn duration(&self) -> Nanos {
        let steps = self.frame_count.saturating_sub(1);
        Nanos::from_secs_real(steps as f64 / self.rate_hz)
    }

    /// The points of one frame, one a label; empty beyond the last frame.
    pub fn frame(&self, frame: usize) -> &[Option<Point<Source>>] {
        let n = self.labels.len();
        let start = frame.saturating_mul(n);
        self.points
            .get(start..start.saturating_add(n))
            .unwrap_or(&[])
    }

    /// All points, frame after frame.
    pub fn points(&self) -> &[Option<Point<Source>>] {
        &self.points
    }

    /// How a point was measured; `None` where it was not, or where there is no such frame or label.
    pub fn measurement(&self, frame: usize, label: usize) -> Option<C3dMeasurement> {
        let n = self.labels.len();
        let at = frame.checked_mul(n)?.checked_add(label)?;
        if label >= n || self.points.get(at)?.is_none() {
            return None;
        }
        let [cameras, residual] = self.words.get(at)?.to_be_bytes();
        Some(C3dMeasurement {
            residual_m: f64::from(residual) * self.metres_per_residual,
            cameras,
        })
    }

    /// What an operator or a program marked in the trial (foot strikes, takes of breath), in the file's order.
    pub fn events(&self) -> &[C3dEvent] {
        &self.events
    }

    /// Finds a marker by its name, of any subject: the position of its label.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.labels.iter().position(|l| l.name == name)
    }

    /// The different subjects, in order of first appearance; empty when no label names one.
    pub fn subjects(&self) -> Vec<&str> {
        let mut subjects: Vec<&str> = Vec::new();
        for subject in self.labels.iter().filter_map(|l| l.subject.as_deref()) {
            if !subjects.contains(&subject) {
                subjects.push(subject);
            }
        }
        subjects
    }

    /// A number of the group `PROCESSING`, in the file's unit, in whatever case the name is written: there Vicon leaves
    /// the subject's measurements, such as `LKneeWidth` (millimetres) and `LStaticPlantFlex` (radians).
    pub fn processing(&self, name: &str) -> Option<f64> {
        self.processing.get(&name.to_ascii_uppercase()).copied()
    }

    /// Points that were there but not finite or farther away than a stage can be; they are `None`.
    pub fn points_refused(&self) -> u64 {
        self.refused
    }
}
