//! The markers of a solve as a C3D file: as measured, and where they were hidden, where the skeleton has them.
//!
//! A gap is filled from both of its sides. What was filled says so by the format's own mark, a residual of 0, so every
//! program that reads C3D can tell it from what cameras saw. Where nobody can say where a marker was, the gap stays.

use super::error::SolveError;
use super::outcome::Outcome;
use super::track::Track;
use crate::failure::Failure;
use cyc_model::{Point, Rig};
use cyc_solver::{FilledMarker, FitSettings, fill_take};
use cyc_take::c3d::{self, C3dHead, C3dPoint};
use std::path::{Path, PathBuf};

/// Filled places that are less sure than this stay gaps: a marker that has been hidden for some two seconds.
const SURE_MIN: f32 = 0.05;

/// Writes the markers of all performers; returns the file.
pub(super) fn write(outcome: &Outcome, path: &Path) -> Result<PathBuf, Failure> {
    let settings = if outcome.robust {
        FitSettings::default()
    } else {
        FitSettings::least_squares()
    };
    let mut frames = vec![Vec::new(); outcome.frames()];
    let mut width = 0;
    for track in &outcome.tracks {
        let filled = fill_take(&track.rig, &track.markers, outcome.rate_hz, settings);
        for (f, (frame, filled)) in frames.iter_mut().zip(&filled).enumerate() {
            frame.resize(width, None);
            let posed = track.frames.get(f).is_some_and(|f| f.posed);
            frame.extend(filled.iter().map(|marker| point(marker, posed)));
        }
        width += track.rig.markers().len();
    }
    let head = C3dHead {
        rate_hz: outcome.rate_hz,
        first_frame: outcome.first_frame,
        labels: outcome.tracks.iter().flat_map(labels).collect(),
    };
    let cannot = |reason: String| SolveError::CannotWrite {
        path: path.to_owned(),
        reason,
    };
    let bytes = c3d::write(&head, &frames).map_err(|e| cannot(e.to_string()))?;
    std::fs::write(path, bytes).map_err(|e| SolveError::cannot_write(path, &e))?;
    Ok(path.to_owned())
}

fn point(marker: &FilledMarker, posed: bool) -> Option<C3dPoint> {
    let is_known = marker.is_seen || (posed && marker.confidence >= SURE_MIN);
    is_known.then(|| C3dPoint {
        // The volume was taken as the stage when the take was read.
        at: Point::saturating(marker.at.metres()),
        is_seen: marker.is_seen,
    })
}

fn labels(track: &Track) -> Vec<String> {
    let rig: &Rig = &track.rig;
    let named = |label: &String| match track.subject.as_str() {
        "" => label.clone(),
        subject => format!("{subject}:{label}"),
    };
    rig.markers().iter().map(|m| named(&m.name)).collect()
}
