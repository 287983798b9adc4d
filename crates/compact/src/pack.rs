//! Tracks to the bytes of a compact take.

use crate::chunk_plan::plan;
use crate::coder::{NO_COUNTS, Tables, Wiring, count, encoded, fitted};
use crate::error::CompactError;
use crate::layout::{ChunkEntry, Header, TrackHeader, channels, write_chunk_head};
use crate::limits::{DESCRIPTION_BYTES_MAX, ERROR_MAX_M, ERROR_MIN_M, TRACKS_MAX};
use crate::matrix::Matrix;
use crate::pose_quantiser::Truth;
use crate::pose_tuning::Tuning;
use crate::track::{Track, too_large};
use cyc_model::NAME_BYTES_MAX;

/// Chunks from which a track's weights are learnt.
const LEARNT_CHUNKS: usize = 16;

/// How tracks are made compact.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PackOptions {
    /// The error that no point and no joint exceeds, metres. For a joint: how far any point 3 cm from it may be from its
    /// place, in the track's space.
    pub error_m: f64,
    /// Tries which steps make the file smallest, which takes some seconds a performer; else they follow a rule, and the
    /// file is some percent larger.
    pub tune: bool,
}

impl Default for PackOptions {
    fn default() -> Self {
        Self {
            error_m: 1e-4,
            tune: true,
        }
    }
}

/// The bytes of a compact take with these tracks; `description` is for whoever reads it.
///
/// # Errors
/// Lists that are no whole frames, more than a limit allows, an error that is no number or out of range, or a pose that is
/// too far away for the error.
pub fn pack(
    description: &[u8],
    tracks: &[Track],
    options: PackOptions,
) -> Result<Vec<u8>, CompactError> {
    let error_m = options.error_m;
    if !(ERROR_MIN_M..=ERROR_MAX_M).contains(&error_m) {
        return Err(CompactError::BadError { error_m });
    }
    if tracks.len() > TRACKS_MAX {
        return Err(too_large("tracks", tracks.len(), TRACKS_MAX));
    }
    let descriptions = tracks.iter().map(|t| t.description.len());
    for size in descriptions.chain([description.len()]) {
        if size > DESCRIPTION_BYTES_MAX {
            return Err(too_large("description bytes", size, DESCRIPTION_BYTES_MAX));
        }
    }
    let mut header = Header {
        error_m,
        description: description.to_vec(),
        tracks: Vec::with_capacity(tracks.len()),
    };
    let mut chunks = Vec::new();
    for track in tracks {
        header.tracks.push(pack_track(track, options, &mut chunks)?);
    }
    let mut out = header.write()?;
    out.extend_from_slice(&chunks);
    Ok(out)
}

/// Appends the chunks of a track and returns its header.
fn pack_track(
    track: &Track,
    options: PackOptions,
    out: &mut Vec<u8>,
) -> Result<TrackHeader, CompactError> {
    let shape = track.shape()?;
    if track.name.len() > NAME_BYTES_MAX {
        return Err(too_large("name bytes", track.name.len(), NAME_BYTES_MAX));
    }
    let error_m = options.error_m;
    let parents = || CompactError::Shape {
        track: track.name.clone(),
        what: "parents",
    };
    let truth = Truth::new(&track.parents, &track.locals);
    let mut tuning = Tuning::by_rule(track, error_m);
    let code = tuning.code(error_m).ok_or_else(parents)?;
    let channels = channels(shape, &code);
    let plans = plan(
        track.frames,
        channels.len(),
        code.references(),
        &track.locals,
    );
    if options.tune && shape.joints > 0 {
        tuning = tuning.improved((track, &truth), &channels, &plans, error_m);
    }
    let code = tuning.code(error_m).ok_or_else(parents)?;
    let mut matrices = Vec::with_capacity(plans.len());
    for plan in &plans {
        let matrix = Matrix::new((track, &truth), &channels, &code, plan, error_m);
        matrices.push(matrix.map_err(|e| CompactError::Unreachable {
            track: track.name.clone(),
            frame: e.frame,
        })?);
    }
    let learnt = matrices
        .iter()
        .step_by(plans.len().div_ceil(LEARNT_CHUNKS).max(1));
    let learnt: Vec<&[i64]> = learnt.map(|m| m.values.as_slice()).collect();
    let taps = fitted(&channels, &learnt);
    let wiring = Wiring::new(&channels, &taps);
    let mut counts = NO_COUNTS;
    for matrix in &matrices {
        count(&wiring, &matrix.values, &mut counts);
    }
    let tables = Tables::counted(&counts);
    let mut chunks = Vec::with_capacity(plans.len());
    for (plan, matrix) in plans.iter().zip(&matrices) {
        let offset = out.len();
        write_chunk_head(matrix.fineness, plan, out);
        out.extend(encoded(&wiring, &tables, &matrix.values));
        let own = out.get(offset..).unwrap_or(&[]);
        chunks.push(ChunkEntry {
            first_frame: plan.frames.start,
            frames: plan.frames.len(),
            offset,
            bytes: own.len(),
            crc: crc32fast::hash(own),
        });
    }
    Ok(TrackHeader {
        name: track.name.clone(),
        description: track.description.clone(),
        frames: track.frames,
        shape,
        code,
        translation: tuning.translation,
        channels,
        taps,
        tables,
        chunks,
    })
}
