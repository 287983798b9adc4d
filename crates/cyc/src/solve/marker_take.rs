//! The markers of a take, whatever file they came in: C3D, or what a stage recorded.
//!
//! What is read is told by the file's first bytes, not by its name, so that `-` works too. The capture volume is taken
//! as the stage: a take that is solved on its own has no other.

use super::error::SolveError;
use crate::demo::files::read;
use crate::failure::Failure;
use cyc_model::{MocapFrame, Point, Source, SourceId, Stage};
use cyc_solver::plug_in_gait::{MeasurementError, SubjectMeasurements};
use cyc_take::c3d::{self, C3dTake};
use cyc_take::{TakeError, TakeFrame, TakeReader, looks_compact};
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::Path;

/// Positions held in memory: 32 bytes each, 4 GiB in all; 40 markers for seven hours at 120 Hz.
const POSITIONS_MAX: u64 = 1 << 27;
/// Bytes that are taken from standard input.
const INPUT_BYTES_MAX: u64 = 1 << 30;
/// How an MCAP file begins.
const MCAP_MAGIC: &[u8] = b"\x89MCAP0\r\n";
/// Frames a second of a take that does not say, and is too short to count.
const USUAL_RATE_HZ: f64 = 120.0;

/// A column of a take: whose marker it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Column {
    /// The performer or prop; `None` when the file names none.
    pub subject: Option<String>,
    /// The marker's label.
    pub label: String,
}

/// Markers over time.
#[derive(Clone, Debug, Default)]
pub struct MarkerTake {
    /// The file's name without its ending.
    pub name: String,
    /// Frames a second.
    pub rate_hz: f64,
    /// The number that the capture system gave the first frame.
    pub first_frame: u64,
    /// Whose marker each column is.
    pub columns: Vec<Column>,
    /// Frame after frame, a position for each column. A frame may be shorter than the columns.
    pub frames: Vec<Vec<Option<Point<Stage>>>>,
    /// Frame after frame, the points without a label.
    pub unlabelled: Vec<Vec<Point<Stage>>>,
    /// The subject's measurements for Plug-in Gait; `None` when the format has no place for them.
    pub measurements: Option<Result<SubjectMeasurements, MeasurementError>>,
    /// Records of a recording that could not be read.
    pub damaged: u64,
}

impl MarkerTake {
    /// The position of a column in a frame.
    pub fn at(&self, frame: usize, column: usize) -> Option<Point<Stage>> {
        *self.frames.get(frame)?.get(column)?
    }
}

/// Reads a take; `-` is standard input.
pub fn load(path: &Path) -> Result<MarkerTake, Failure> {
    let from_input = path.as_os_str() == "-";
    let bytes = if from_input {
        let mut bytes = Vec::new();
        let input = std::io::stdin().lock().take(INPUT_BYTES_MAX);
        let mut input = input;
        input.read_to_end(&mut bytes).map_err(Failure::internal)?;
        bytes
    } else {
        read(path)?
    };
    let name = if from_input {
        String::new()
    } else {
        path.file_stem()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default()
    };
    let take = if c3d::looks_like_c3d(&bytes) {
        of_c3d(&c3d::read(&bytes)?)?
    } else if bytes.starts_with(MCAP_MAGIC) || looks_compact(&bytes) {
        of_recording(&bytes)?
    } else {
        let path = path.to_owned();
        return Err(SolveError::UnknownTake { path }.into());
    };
    let seen = take.frames.iter().flatten().flatten().next().is_some()
        || take.unlabelled.iter().any(|u| !u.is_empty());
    if !seen {
        let path = path.to_owned();
        return Err(SolveError::NoMarkers { path }.into());
    }
    Ok(MarkerTake { name, ..take })
}

/// The volume is the stage.
fn on_stage(p: Point<Source>) -> Point<Stage> {
    Point::saturating(p.metres())
}

fn of_c3d(take: &C3dTake) -> Result<MarkerTake, SolveError> {
    bounded(take.points().len() as u64)?;
    let column = |l: &c3d::C3dLabel| Column {
        subject: l.subject.clone(),
        label: l.name.clone(),
    };
    let frame = |f: usize| take.frame(f).iter().map(|p| p.map(on_stage)).collect();
    Ok(MarkerTake {
        name: String::new(),
        rate_hz: take.rate_hz(),
        first_frame: u64::from(take.first_frame()),
        columns: take.labels().iter().map(column).collect(),
        frames: (0..take.frame_count()).map(frame).collect(),
        unlabelled: Vec::new(),
        measurements: Some(SubjectMeasurements::from_named(|name| {
            take.processing(name)
        })),
        damaged: 0,
    })
}

fn bounded(positions: u64) -> Result<(), SolveError> {
    let limit = POSITIONS_MAX;
    if positions > limit {
        return Err(SolveError::TooLong { positions, limit });
    }
    Ok(())
}

/// Of the sources of a recording the one with most markers; the others are cameras and props.
fn of_recording(bytes: &[u8]) -> Result<MarkerTake, Failure> {
    let mut reader = TakeReader::from_reader(bytes)?;
    let mut sources: BTreeMap<SourceId, Growing> = BTreeMap::new();
    let (mut damaged, mut positions) = (0, 0);
    loop {
        match reader.next_frame() {
            Ok(Some(TakeFrame::Mocap(frame))) => {
                positions += (frame.markers.len() + frame.unlabelled.len()) as u64;
                bounded(positions)?;
                sources.entry(frame.source).or_default().push(frame);
            }
            Ok(Some(TakeFrame::Stage(_))) => {}
            Ok(None) => break,
            Err(TakeError::Damaged { .. }) => damaged += 1,
            Err(TakeError::Unfinished { .. }) => {
                damaged += 1;
                break;
            }
            Err(other) => return Err(other.into()),
        }
    }
    let best = sources.into_values().max_by_key(|s| s.seen);
    let take = best.map(Growing::finish).unwrap_or_default();
    Ok(MarkerTake { damaged, ..take })
}

/// A source's frames while they are read.
#[derive(Default)]
struct Growing {
    take: MarkerTake,
    columns: HashMap<Column, usize>,
    seen: usize,
    heard_ns: Option<(i64, i64)>,
}

impl Growing {
    fn push(&mut self, frame: &MocapFrame) {
        let at = frame.heard.0;
        match &mut self.heard_ns {
            Some((_, last)) => *last = at,
            None => {
                self.heard_ns = Some((at, at));
                self.take.first_frame = frame.number.0;
            }
        }
        self.take.rate_hz = frame.rate_hz;
        let mut row = vec![None; self.take.columns.len()];
        for (s, subject) in frame.roster.subjects().iter().enumerate() {
            for (label, point) in subject.markers.iter().zip(frame.markers_of(s)) {
                let column = self.column(&subject.name, label);
                if row.len() <= column {
                    row.resize(column + 1, None);
                }
                row[column] = point.map(on_stage);
                self.seen += usize::from(point.is_some());
            }
        }
        let cloud = frame.unlabelled.iter().map(|u| on_stage(u.at)).collect();
        self.seen += frame.unlabelled.len();
        self.take.frames.push(row);
        self.take.unlabelled.push(cloud);
    }

    fn column(&mut self, subject: &str, label: &str) -> usize {
        let key = Column {
            subject: Some(subject.to_owned()),
            label: label.to_owned(),
        };
        if let Some(&column) = self.columns.get(&key) {
            return column;
        }
        let column = self.take.columns.len();
        self.take.columns.push(key.clone());
        self.columns.insert(key, column);
        column
    }

    fn finish(mut self) -> MarkerTake {
        let rate = self.take.rate_hz;
        if !(rate.is_finite() && rate > 0.0) {
            let steps = self.take.frames.len().saturating_sub(1) as f64;
            let span_s = self.heard_ns.map_or(0.0, |(a, b)| (b - a) as f64 * 1e-9);
            self.take.rate_hz = if steps > 0.0 && span_s > 0.0 {
                steps / span_s
            } else {
                USUAL_RATE_HZ
            };
        }
        self.take
    }
}
