//! Where a track is cut into chunks, and from which rotations a chunk counts.
//!
//! A rotation vector is short of half a turn, so each chunk is cut such that one reference a joint serves all its frames:
//! the track's own, or the chunk's. A joint that spins so fast that none does makes chunks short.

use crate::limits::{CHUNK_CELLS_MAX, CHUNK_FRAMES_MAX};
use crate::turn::{TURN_MAX, from_short, short, vector};
use cyc_model::{JointFrame, Xf};
use glam::DQuat;
use std::ops::Range;

/// A chunk to be made.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ChunkPlan {
    /// Its frames.
    pub frames: Range<usize>,
    /// Joints that count from another rotation here, as it is stored: what is stored is what is counted from.
    pub references: Vec<(usize, [i16; 4])>,
}

/// Cuts a track of so many frames and channels.
pub(crate) fn plan(
    frames: usize,
    channels: usize,
    references: &[DQuat],
    locals: &[Xf<JointFrame, JointFrame>],
) -> Vec<ChunkPlan> {
    let longest = (CHUNK_CELLS_MAX / channels.max(1)).clamp(1, CHUNK_FRAMES_MAX);
    let mut chunks = Vec::new();
    let mut start = 0;
    while start < frames {
        let mut len = longest.min(frames - start);
        let found = loop {
            let range = start..start + len;
            match references_for(range.clone(), references, locals) {
                Some(found) => break found,
                // One frame has always a reference: itself.
                None if len == 1 => break Vec::new(),
                None => len = len.div_ceil(2),
            }
        };
        chunks.push(ChunkPlan {
            frames: start..start + len,
            references: found,
        });
        start += len;
    }
    chunks
}

/// The references that differ from the track's; `None` when a joint has none that serves.
fn references_for(
    frames: Range<usize>,
    references: &[DQuat],
    locals: &[Xf<JointFrame, JointFrame>],
) -> Option<Vec<(usize, [i16; 4])>> {
    let n = references.len();
    let at = |f: usize, j: usize| locals.get(f * n + j).map(|x| x.rotation());
    let middle = frames.start + frames.len() / 2;
    let mut changed = Vec::new();
    for (j, reference) in references.iter().enumerate() {
        let serves = |r: DQuat| {
            let turns = frames.clone().filter_map(|f| at(f, j));
            turns
                .map(|q| vector(r.conjugate() * q).length())
                .all(|angle| angle <= TURN_MAX)
        };
        if serves(*reference) {
            continue;
        }
        let other = short(at(middle, j)?);
        if !serves(from_short(other)?) {
            return None;
        }
        changed.push((j, other));
    }
    Some(changed)
}

/// The rotation in the middle of a joint's rotations, as it is stored.
pub(crate) fn middle(
    joint: usize,
    joints: usize,
    locals: &[Xf<JointFrame, JointFrame>],
) -> [i16; 4] {
    let own = locals
        .iter()
        .skip(joint)
        .step_by(joints.max(1))
        .map(|x| x.rotation());
    let frames = locals.len() / joints.max(1);
    let first = own.clone().nth(frames / 2).unwrap_or(DQuat::IDENTITY);
    // The mean of quaternions on one side of the middle frame's is near the rotations' own mean.
    let sum = own.fold(DQuat::from_xyzw(0.0, 0.0, 0.0, 0.0), |sum, q| {
        sum + if q.dot(first) < 0.0 { -q } else { q }
    });
    let length = sum.length();
    let mean = if length > 1e-6 {
        sum * (1.0 / length)
    } else {
        first
    };
    short(mean)
}
