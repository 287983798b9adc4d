//! What a solve leaves behind: a take with the solved skeletons, a BVH for each performer, or a C3D file of the markers
//! with their gaps filled.

use super::error::SolveError;
use super::filled_markers;
use super::outcome::Outcome;
use super::track::Track;
use crate::failure::Failure;
use crate::upright_clip::upright_clip;
use cyc_model::{
    FrameNumber, HostNs, MocapFrame, PerformerSpan, Point, Quality, Roster, StageFrame, SubjectInfo,
};
use cyc_solver::write_rig;
use cyc_take::bvh::{self, BvhWriteOptions};
use cyc_take::{TakeConfig, TakeError, TakeFile, TakeWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The format of an output, by its ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A take.
    Take,
    /// BVH.
    Bvh,
    /// C3D.
    C3d,
}

impl Format {
    /// The format that a file's ending says.
    pub fn of(path: &Path) -> Result<Self, SolveError> {
        let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("mcap") => Ok(Self::Take),
            Some("bvh") => Ok(Self::Bvh),
            Some("c3d") => Ok(Self::C3d),
            _ => Err(SolveError::UnknownOutput {
                path: path.to_owned(),
            }),
        }
    }
}

/// Whether an output can be written at all, as far as that shows before the work is done; `read` is the take that it is made of.
pub fn check(path: &Path, read: &Path) -> Result<(), Failure> {
    let format = Format::of(path)?;
    check_folder(path)?;
    check_not_read(path, read)?;
    if format == Format::Take && path.exists() {
        let path = path.to_owned();
        return Err(TakeError::Exists { path }.into());
    }
    Ok(())
}

/// Whether an output is another file than one that is read, by whatever name: a take that was performed once must not be lost to
/// a slip of the hand.
pub fn check_not_read(path: &Path, read: &Path) -> Result<(), SolveError> {
    let both = path.canonicalize().ok().zip(read.canonicalize().ok());
    match both {
        Some((path, read)) if path == read => Err(SolveError::OverItself { path }),
        _ => Ok(()),
    }
}

/// Whether the folder of a file is there, and the file is no folder itself.
pub fn check_folder(path: &Path) -> Result<(), SolveError> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let listed = std::fs::read_dir(folder).map(|_| ());
    let is_file = if path.is_dir() {
        Err(std::io::ErrorKind::IsADirectory.into())
    } else {
        Ok(())
    };
    listed
        .and(is_file)
        .map_err(|e: std::io::Error| SolveError::cannot_write(path, &e))
}

/// Writes an output; returns the files.
pub fn write(outcome: &Outcome, path: &Path) -> Result<Vec<PathBuf>, Failure> {
    match Format::of(path)? {
        Format::Take => write_take(outcome, path),
        Format::Bvh => write_bvh(outcome, path),
        Format::C3d => filled_markers::write(outcome, path).map(|file| vec![file]),
    }
}

/// BVH moves one body, so each performer gets a file.
fn write_bvh(outcome: &Outcome, path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut written = Vec::new();
    for (i, track) in outcome.tracks.iter().enumerate() {
        let file = file_of(path, &track.subject, i, outcome.tracks.len());
        let clip = upright_clip(track.rig.skeleton(), None, &track.joints, outcome.rate_hz);
        let clip = clip.ok_or_else(|| Failure::internal(file.display()))?;
        let text = bvh::write(&clip, &BvhWriteOptions::default())?;
        std::fs::write(&file, text).map_err(|e| SolveError::cannot_write(&file, &e))?;
        written.push(file);
    }
    Ok(written)
}

/// The file of one performer: as it was named, and with the subject before the ending where there are several.
pub fn file_of(path: &Path, subject: &str, i: usize, performers: usize) -> PathBuf {
    if performers <= 1 {
        return path.to_owned();
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}-{}.{ending}", file_name(subject, i)))
}

/// A subject's name as a part of a file's.
fn file_name(subject: &str, i: usize) -> String {
    let plain = |c: char| {
        if c.is_alphanumeric() || c == '-' {
            c
        } else {
            '_'
        }
    };
    let name: String = subject.chars().take(64).map(plain).collect();
    if name.is_empty() {
        (i + 1).to_string()
    } else {
        name
    }
}

/// A take with the measured markers as they came and the solved skeletons; the rigs are attached.
fn write_take(outcome: &Outcome, path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for (i, track) in outcome.tracks.iter().enumerate() {
        files.push(TakeFile {
            name: format!("rig-{}.toml", file_name(&track.subject, i)),
            media_type: "application/toml".to_owned(),
            data: write_rig(&track.rig)?.into_bytes(),
        });
    }
    let config = TakeConfig {
        title: outcome.take.clone(),
        program: format!("cyc {}", env!("CARGO_PKG_VERSION")),
        files,
        ..TakeConfig::default()
    };
    let mut writer = TakeWriter::create(path, &config)?;
    let mut mocap = MocapFrame {
        rate_hz: outcome.rate_hz,
        ..MocapFrame::default()
    };
    let roster = Arc::new(roster(outcome)?);
    let mut stage = StageFrame::default();
    for f in 0..outcome.frames() {
        let due = HostNs((f as f64 * 1e9 / outcome.rate_hz).round() as i64);
        mocap.reset(&roster);
        mocap.number = FrameNumber(outcome.first_frame + f as u64);
        mocap.heard = due;
        let measured = outcome
            .tracks
            .iter()
            .flat_map(|t| t.markers.get(f))
            .flatten();
        for (slot, point) in mocap.markers.iter_mut().zip(measured) {
            *slot = point.map(|p| Point::saturating(p.metres()));
        }
        writer.write_mocap(&mocap)?;
        stage.clear();
        stage.number = f as u64;
        stage.due = due;
        for track in &outcome.tracks {
            let figures = track.frames.get(f).copied().unwrap_or_default();
            let mut span = PerformerSpan::default();
            span.marker_rms_m = figures.rms_m as f32;
            span.markers_seen = figures.seen as u16;
            span.markers_all = track.rig.markers().len() as u16;
            span.quality = if figures.posed {
                Quality::Live
            } else {
                Quality::Absent
            };
            stage.push_performer(span, track.joints_of(f));
        }
        writer.write_stage(&stage)?;
    }
    Ok(vec![writer.finish()?])
}

/// Who is who: each performer with the rig's markers and no segments, since those are solved, not captured.
fn roster(outcome: &Outcome) -> Result<Roster, Failure> {
    let subject = |(i, track): (usize, &Track)| SubjectInfo {
        name: if track.subject.is_empty() {
            format!("{}", i + 1)
        } else {
            track.subject.clone()
        },
        segments: Vec::new(),
        markers: track.rig.markers().iter().map(|m| m.name.clone()).collect(),
    };
    Ok(Roster::build(
        outcome.tracks.iter().enumerate().map(subject).collect(),
    )?)
}
