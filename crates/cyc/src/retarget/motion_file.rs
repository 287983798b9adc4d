//! What a retarget leaves behind: the character's own file with the motion in it, or BVH of its skeleton.

use super::error::RetargetCommandError;
use super::outcome::Outcome;
use crate::failure::Failure;
use crate::solve::{check_folder, check_not_read};
use crate::upright_clip::upright_clip;
use cyc_take::bvh::{self, BvhWriteOptions};
use std::path::Path;

/// The format of an output, by its ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// glTF, which VRM is too.
    Glb,
    /// BVH.
    Bvh,
}

fn format_of(path: &Path) -> Result<Format, RetargetCommandError> {
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("glb" | "vrm") => Ok(Format::Glb),
        Some("bvh") => Ok(Format::Bvh),
        _ => Err(RetargetCommandError::UnknownOutput {
            path: path.to_owned(),
        }),
    }
}

/// Whether an output can be written at all, as far as that shows before the work is done; `read` are the take and the character.
pub fn check(path: &Path, read: [&Path; 2]) -> Result<(), Failure> {
    format_of(path)?;
    check_folder(path)?;
    for read in read {
        check_not_read(path, read)?;
    }
    Ok(())
}

/// Writes an output.
pub fn write(outcome: &Outcome, path: &Path) -> Result<(), Failure> {
    let (source, track) = (&outcome.source, &outcome.track);
    let data = match format_of(path)? {
        Format::Glb => outcome.target.export(
            &source.name,
            source.rate_hz,
            &track.joints,
            &track.morph_weights,
        )?,
        Format::Bvh => {
            let hips = outcome
                .target
                .character
                .humanoid
                .joint(cyc_model::HumanBone::Hips);
            let clip = upright_clip(
                &outcome.target.skeleton,
                hips,
                &track.joints,
                source.rate_hz,
            );
            let clip = clip.ok_or_else(|| Failure::internal(path.display()))?;
            bvh::write(&clip, &BvhWriteOptions::default())?.into_bytes()
        }
    };
    Ok(std::fs::write(path, data).map_err(|e| RetargetCommandError::cannot_write(path, &e))?)
}
