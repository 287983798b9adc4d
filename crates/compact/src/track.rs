//! What is made compact: frames of whole numbers, points and poses.
//!
//! A track knows nothing of performers and sources: who uses it says in its description what the numbers, points and joints
//! are. Numbers come back exactly, and so does which points are seen; points and joints come back within the error.

use crate::error::CompactError;
use crate::limits::{TRACK_FRAMES_MAX, TRACK_JOINTS_MAX, TRACK_NUMBERS_MAX, TRACK_POINTS_MAX};
use cyc_model::{JointFrame, Point, Source, Xf};

/// Frames of one kind; every list is whole frames, one after the other.
#[derive(Clone, Debug, Default)]
pub struct Track {
    /// What it is called in messages.
    pub name: String,
    /// Anything that whoever reads it needs: names, rates, kinds.
    pub description: Vec<u8>,
    /// How many frames.
    pub frames: usize,
    /// Whole numbers of each frame, kept exactly.
    pub numbers: Vec<i64>,
    /// Points of each frame, metres; `None` where one is not seen.
    pub points: Vec<Option<Point<Source>>>,
    /// The joints' parents, each before its children.
    pub parents: Vec<Option<u16>>,
    /// Poses of each frame, each in its parent's frame (a root's in the track's space).
    pub locals: Vec<Xf<JointFrame, JointFrame>>,
}

/// How many things of each kind a frame has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct TrackShape {
    /// Whole numbers.
    pub numbers: usize,
    /// Points.
    pub points: usize,
    /// Joints.
    pub joints: usize,
}

impl Track {
    /// Checks that the lists are whole frames and the joints a tree.
    pub(crate) fn shape(&self) -> Result<TrackShape, CompactError> {
        let shape = |what| CompactError::Shape {
            track: self.name.clone(),
            what,
        };
        if self.frames as u64 > TRACK_FRAMES_MAX {
            return Err(too_large("frames", self.frames, TRACK_FRAMES_MAX as usize));
        }
        let each = |what, list: usize| match list.checked_rem(self.frames) {
            Some(0) => Ok(list / self.frames),
            None if list == 0 => Ok(0),
            _ => Err(shape(what)),
        };
        let counts = TrackShape {
            numbers: each("numbers", self.numbers.len())?,
            points: each("points", self.points.len())?,
            joints: self.parents.len(),
        };
        if self.locals.len() != self.frames.saturating_mul(counts.joints) {
            return Err(shape("poses"));
        }
        let parents = self.parents.iter().enumerate();
        if parents
            .filter_map(|(j, p)| Some((j, (*p)?)))
            .any(|(j, p)| usize::from(p) >= j)
        {
            return Err(shape("parents"));
        }
        counts.check()?;
        Ok(counts)
    }
}

impl TrackShape {
    /// That no limit is broken.
    pub(crate) fn check(&self) -> Result<(), CompactError> {
        let limits = [
            (
                "numbers",
                self.numbers,
                TRACK_NUMBERS_MAX - TRACK_POINTS_MAX,
            ),
            ("points", self.points, TRACK_POINTS_MAX),
            ("joints", self.joints, TRACK_JOINTS_MAX),
        ];
        for (what, size, limit) in limits {
            if size > limit {
                return Err(too_large(what, size, limit));
            }
        }
        Ok(())
    }
}

/// That there is too much of something.
pub(crate) fn too_large(what: &'static str, size: usize, limit: usize) -> CompactError {
    CompactError::TooLarge {
        what,
        size: size as u64,
        limit: limit as u64,
    }
}
