//! BVH: a skeleton of offsets and its motion as Euler angles, as text.
//!
//! A [`BvhClip`] is built: metres, unit quaternions, one local pose for each joint of each frame. The rest pose is the
//! file's offsets without rotation. A joint's position channels *replace* its offset, as every player of BVH does for
//! the root; axes without a channel keep the offset's value. Rotation channels are multiplied in the order in which
//! the file lists them. The format has no unit: the caller gives one, or it is guessed from the skeleton's size and the
//! clip says so. Source: Biovision's format as described by Meredith and Maddock, "Motion Capture File Formats
//! Explained" (2001).

mod error;
mod motion;
mod number;
mod read;
mod scan;
mod units;
mod write;

#[cfg(test)]
mod tests;

pub use error::{BvhError, BvhProblem};
pub use read::{BvhReadOptions, read};
pub use units::BvhUnits;
pub use write::{BvhWriteOptions, write};

use cyc_model::{JointFrame, JointIdx, Nanos, Point, Skeleton, Xf};

/// Where a chain of joints ends: the tip of a finger, the top of the head.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EndSite {
    /// The last joint of the chain.
    pub joint: JointIdx,
    /// The tip in that joint's frame.
    pub in_joint: Point<JointFrame>,
}

/// A skeleton and how it moves.
#[derive(Clone, Debug)]
pub struct BvhClip {
    skeleton: Skeleton,
    end_sites: Vec<EndSite>,
    frame_time_s: f64,
    locals: Vec<Xf<JointFrame, JointFrame>>,
    units: BvhUnits,
    numbers_ignored: u64,
}

impl BvhClip {
    /// From local poses, `skeleton.len()` a frame, frame after frame. `None` when the poses are not whole frames or the
    /// frame time is not positive and finite.
    pub fn new(
        skeleton: Skeleton,
        end_sites: Vec<EndSite>,
        frame_time_s: f64,
        locals: Vec<Xf<JointFrame, JointFrame>>,
    ) -> Option<Self> {
        let whole = locals.len().is_multiple_of(skeleton.len().max(1));
        let known = end_sites.iter().all(|e| e.joint.idx() < skeleton.len());
        (whole && known && frame_time_s.is_finite() && frame_time_s > 0.0).then_some(Self {
            skeleton,
            end_sites,
            frame_time_s,
            locals,
            units: BvhUnits::Given {
                metres_per_unit: 1.0,
            },
            numbers_ignored: 0,
        })
    }

    /// The joints, with their offsets as rest pose.
    pub fn skeleton(&self) -> &Skeleton {
        &self.skeleton
    }

    /// Where chains end.
    pub fn end_sites(&self) -> &[EndSite] {
        &self.end_sites
    }

    /// Seconds from one frame to the next.
    pub fn frame_time_s(&self) -> f64 {
        self.frame_time_s
    }

    /// Frames a second.
    pub fn rate_hz(&self) -> f64 {
        1.0 / self.frame_time_s
    }

    /// How many frames.
    pub fn frame_count(&self) -> usize {
        self.locals.len() / self.skeleton.len().max(1)
    }

    /// From the first frame to the last.
    pub fn duration(&self) -> Nanos {
        let steps = self.frame_count().saturating_sub(1);
        Nanos::from_secs_real(steps as f64 * self.frame_time_s)
    }

    /// How the file's units became metres.
    pub fn units(&self) -> BvhUnits {
        self.units
    }

    /// Numbers after the last frame that the file declared; they were not read.
    pub fn numbers_ignored(&self) -> u64 {
        self.numbers_ignored
    }

    /// The local poses of one frame, one a joint in the skeleton's order; empty beyond the last frame.
    pub fn locals(&self, frame: usize) -> &[Xf<JointFrame, JointFrame>] {
        let n = self.skeleton.len();
        let start = frame.saturating_mul(n);
        self.locals
            .get(start..start.saturating_add(n))
            .unwrap_or(&[])
    }

    /// The local poses at a time since the first frame: between frames positions are interpolated linearly and
    /// rotations by the shorter arc; before the first and after the last frame the clip stands still. Writes as many
    /// joints as both have, and returns how many: zero for a clip without frames.
    pub fn sample(&self, at: Nanos, out: &mut [Xf<JointFrame, JointFrame>]) -> usize {
        let last = self.frame_count().saturating_sub(1);
        let position = (at.secs() / self.frame_time_s).clamp(0.0, last as f64);
        // Between 0 and a frame count, so the cast is exact.
        let frame = position as usize;
        let (a, b) = (self.locals(frame), self.locals((frame + 1).min(last)));
        let part = position - frame as f64;
        let mut written = 0;
        for ((slot, a), b) in out.iter_mut().zip(a).zip(b) {
            *slot = if part == 0.0 {
                *a
            } else {
                a.interpolate(*b, part)
            };
            written += 1;
        }
        written
    }
}
