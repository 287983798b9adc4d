//! The motions that are retargeted, whatever file they come from: each performer's skeleton, her poses, her face.
//!
//! What a file is, is told by its first bytes, not by its name, so that `-` works too.

mod bvh_motion;
mod gltf_motion;
mod markers;
mod moving;
mod recorded;
mod recorded_face;

pub use moving::Remark;

use super::RetargetArgs;
use super::error::RetargetCommandError;
use crate::Session;
use crate::demo::files::read;
use crate::demo::progress::Progress;
use crate::failure::Failure;
use crate::solve::SolveError;
use cyc_model::{FaceWeights, HumanoidMap, JointFrame, Skeleton, Stage, Xf};
use cyc_take::{c3d, clip_of, looks_compact};
use std::io::Read;
use std::path::Path;

/// Bytes that are taken from standard input.
const INPUT_BYTES_MAX: u64 = 1 << 30;
/// How an MCAP file begins.
const MCAP_MAGIC: &[u8] = b"\x89MCAP0\r\n";
/// Poses that are held in memory: 56 bytes each, 3.5 GiB in all.
pub(super) const POSES_MAX: usize = 1 << 26;

/// A motion.
#[derive(Clone, Debug)]
pub struct SourceMotion {
    /// The take's name, for people.
    pub name: String,
    /// The performer's name in a take that can have several; empty for one that has none.
    pub performer: String,
    /// Frames a second.
    pub rate_hz: f64,
    /// The performer's joints in a rest pose that stands.
    pub skeleton: Skeleton,
    /// Which of them are which bones.
    pub humanoid: HumanoidMap,
    /// Frame after frame, the joints in the stage's space.
    pub joints: Vec<Xf<Stage, JointFrame>>,
    /// Frame after frame, the face; empty when the take has none.
    pub faces: Vec<FaceWeights>,
    /// What a person should know of how the file was read.
    pub remarks: Vec<Remark>,
    /// Records of a recording that could not be read.
    pub damaged: u64,
}

impl SourceMotion {
    /// How many frames.
    pub fn frames(&self) -> usize {
        self.joints.len() / self.skeleton.len().max(1)
    }

    /// The joints of a frame; empty beyond the last.
    pub fn frame(&self, f: usize) -> &[Xf<Stage, JointFrame>] {
        let n = self.skeleton.len();
        self.joints.get(f * n..(f + 1) * n).unwrap_or(&[])
    }
}

/// Reads the motions of a take's performers, of those who are asked for or of all; never none. They have the same frames,
/// and no two have the same name.
pub fn load(
    args: &RetargetArgs,
    session: &Session,
    progress: &Progress<'_>,
) -> Result<Vec<SourceMotion>, Failure> {
    let path = &args.take;
    let bytes = bytes_of(path)?;
    let start = bytes.trim_ascii_start();
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let is_bvh = start
        .get(..9)
        .is_some_and(|word| word.eq_ignore_ascii_case(b"HIERARCHY"));
    let motions = if c3d::looks_like_c3d(&bytes) {
        markers::load(args, progress)?.0
    } else if looks_compact(&bytes)
        && let Some(clip) = clip_of(&bytes)?
    {
        alone(args, bvh_motion::of_clip(args, &clip)?)?
    } else if bytes.starts_with(MCAP_MAGIC) || looks_compact(&bytes) {
        recorded::load(args, &bytes, progress)?
    } else if is_bvh {
        alone(args, bvh_motion::load(args, &bytes)?)?
    } else if bytes.starts_with(b"glTF") || start.starts_with(b"{") {
        alone(args, gltf_motion::load(args, bytes, session)?)?
    } else {
        let path = path.clone();
        return Err(RetargetCommandError::UnknownTake { path }.into());
    };
    if motions.iter().any(|motion| motion.frames() == 0) {
        let path = path.clone();
        return Err(RetargetCommandError::NoMotion { path }.into());
    }
    Ok(motions)
}

/// The one performer of a file whose format names none, so that none can be asked for.
fn alone(
    args: &RetargetArgs,
    motion: SourceMotion,
) -> Result<Vec<SourceMotion>, RetargetCommandError> {
    match args.performers.first() {
        None => Ok(vec![motion]),
        Some(performer) => Err(RetargetCommandError::OnePerformer {
            path: args.take.clone(),
            performer: performer.clone(),
        }),
    }
}

/// The places of the performers who are asked for among those of a take, in the take's order; all when none is named.
fn chosen(wanted: &[String], known: &[String]) -> Result<Vec<usize>, SolveError> {
    if let Some(unknown) = wanted.iter().find(|name| !known.contains(name)) {
        return Err(SolveError::NoSuchSubject {
            subject: unknown.clone(),
            known: known.join(", "),
        });
    }
    let is_wanted = |name: &String| wanted.is_empty() || wanted.contains(name);
    let places = known.iter().enumerate();
    let places = places.filter(|(_, name)| is_wanted(name));
    Ok(places.map(|(place, _)| place).collect())
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, Failure> {
    if path.as_os_str() != "-" {
        return Ok(read(path)?);
    }
    let mut bytes = Vec::new();
    let mut input = std::io::stdin().lock().take(INPUT_BYTES_MAX);
    input.read_to_end(&mut bytes).map_err(Failure::internal)?;
    Ok(bytes)
}

/// The file's name without its ending.
fn stem(path: &Path) -> String {
    path.file_stem()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// That a performer's body lacks bones.
fn check_humanoid(path: &Path, map: &HumanoidMap) -> Result<(), RetargetCommandError> {
    let missing: Vec<&str> = map.missing_required().map(|b| b.vrm_name()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(RetargetCommandError::TakeNotHumanoid {
        path: path.to_owned(),
        missing: missing.join(", "),
    })
}

/// That a motion is held in memory.
pub(super) fn check_size(joints: usize, frames: usize) -> Result<(), RetargetCommandError> {
    match joints.checked_mul(frames) {
        Some(poses) if poses <= POSES_MAX => Ok(()),
        _ => Err(RetargetCommandError::TooLong {
            poses: joints.saturating_mul(frames),
            limit: POSES_MAX,
        }),
    }
}
