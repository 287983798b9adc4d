//! Puts recorded pieces one after another on the stage: cut, slowed or mirrored, steered along a
//! curve, aligned in place and heading, and blended over a short overlap.
//!
//! Both sides of a blend are C² (a clip coasts on beyond its ends), and so is the weight, so the
//! joined motion is C². Which piece each frame belongs to is kept, because feet are planted piece by
//! piece.

use anyhow::{Context, Result};
use glam::{DQuat, DVec3};

use super::clip::Track;
use super::performer::Pose;
use super::smooth;

/// Frames per second of the performances.
pub const RATE_HZ: f64 = 120.0;

/// A piece of motion: what is played and how it is set on the stage.
#[derive(Clone, Debug)]
pub struct Piece {
    /// The motion.
    pub track: Track,
    /// Start and end in the motion's own time, seconds; a start after the end plays backwards.
    pub from_s: f64,
    /// See `from_s`.
    pub to_s: f64,
    /// Speed of playing against the recording.
    pub rate: f64,
    /// Length of steps against the recording.
    pub stride: f64,
    /// How far the piece is steered to the left in all, radians.
    pub steer_rad: f64,
    /// Added to the heading where the piece begins, radians.
    pub heading_rad: f64,
    /// Length of the blend with the piece before, seconds.
    pub blend_s: f64,
    /// Height added to the root so that this clip's soles meet the floor, metres.
    pub lift_m: f64,
    /// Left and right exchanged.
    pub mirrored: bool,
    /// How tightly the hands are closed.
    pub fist: f64,
    /// 1 when this piece holds the body's exact rest pose.
    pub rest: f64,
}

impl Piece {
    /// The whole of a track as it was recorded.
    pub fn new(track: Track, from_s: f64, to_s: f64) -> Self {
        Self {
            track,
            from_s,
            to_s,
            rate: 1.0,
            stride: 1.0,
            steer_rad: 0.0,
            heading_rad: 0.0,
            blend_s: 0.5,
            lift_m: 0.0,
            mirrored: false,
            fist: 0.0,
            rest: 0.0,
        }
    }

    /// How long the piece takes on the stage without its blends, seconds.
    pub fn duration_s(&self) -> f64 {
        (self.to_s - self.from_s).abs() / self.rate
    }

    /// Poses at [`RATE_HZ`] in the piece's own place, from `before` frames ahead of its start to
    /// `after` frames past its end.
    pub fn poses(&self, before: usize, after: usize) -> Vec<Pose> {
        let inside = (self.duration_s() * RATE_HZ).round() as usize;
        let direction = (self.to_s - self.from_s).signum() * self.rate;
        let recorded: Vec<Pose> = (0..=before + inside + after)
            .map(|k| {
                let own_s = (k as f64 - before as f64) / RATE_HZ;
                let mut pose = self.track.pose(self.from_s + own_s * direction);
                if self.mirrored {
                    pose = pose.mirrored();
                }
                pose.root_m.y += self.lift_m;
                (pose.stride, pose.fist, pose.rest) = (self.stride, self.fist, self.rest);
                pose
            })
            .collect();
        self.steered(&recorded, before, inside)
    }

    /// Bends the path and changes the length of the steps.
    fn steered(&self, recorded: &[Pose], before: usize, inside: usize) -> Vec<Pose> {
        let mut out: Vec<Pose> = Vec::with_capacity(recorded.len());
        for (k, pose) in recorded.iter().enumerate() {
            let progress = (k as f64 - before as f64) / inside.max(1) as f64;
            let yaw = self.steer_rad * eased(progress);
            let turn = DQuat::from_rotation_y(yaw);
            let mut steered = pose.clone();
            if let (Some(last), true) = (out.last(), k > 0) {
                let mut travel_m = turn * (pose.root_m - recorded[k - 1].root_m) * self.stride;
                travel_m.y = pose.root_m.y - recorded[k - 1].root_m.y;
                steered.root_m = last.root_m + travel_m;
            }
            steered.rotations[0] = turn * pose.rotations[0];
            out.push(steered);
        }
        out
    }
}

/// The joined motion.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// Poses at [`RATE_HZ`].
    pub poses: Vec<Pose>,
    /// For every frame, which piece rules it.
    pub piece: Vec<usize>,
    /// For every piece, the frame of its own start (its blend begins earlier).
    pub starts: Vec<usize>,
}

impl Timeline {
    /// Joins the pieces, the first one standing at `origin_m` with heading `heading_rad`.
    pub fn join(pieces: &[Piece], origin_m: DVec3, heading_rad: f64) -> Result<Self> {
        let mut line = Timeline::default();
        for (number, piece) in pieces.iter().enumerate() {
            let half = |p: &Piece| (0.5 * p.blend_s * RATE_HZ).round() as usize;
            let before = if number == 0 { 0 } else { half(piece) };
            let after = pieces.get(number + 1).map_or(0, half);
            let poses = piece.poses(before, after);
            let begins = poses.get(before).context("a piece without frames")?;
            if number == 0 {
                let yaw = heading_rad - begins.heading_rad();
                let placed = placed(&poses, yaw, begins.root_m, origin_m);
                line.starts.push(0);
                line.piece = vec![0; placed.len()];
                line.poses = placed;
            } else {
                line.append(number, piece, poses, before)?;
            }
        }
        Ok(line)
    }

    /// Aligns `poses` (whose frame `before` is the cut) with the end of the line and blends over.
    fn append(
        &mut self,
        number: usize,
        piece: &Piece,
        poses: Vec<Pose>,
        before: usize,
    ) -> Result<()> {
        // The line runs `before` frames past its own cut, as the piece does ahead of its cut.
        let cut = self
            .poses
            .len()
            .checked_sub(before + 1)
            .context("a piece shorter than its blend")?;
        let overlap = cut
            .checked_sub(before)
            .context("a piece shorter than its blend")?;
        let (leaving, entering) = (&self.poses[cut], &poses[before]);
        let yaw = leaving.heading_rad() + piece.heading_rad - entering.heading_rad();
        let placed = placed(&poses, yaw, entering.root_m, leaving.root_m);
        let signs = leaving.signs_toward(&placed[before]);
        for (k, entering) in placed.iter().enumerate().take(2 * before + 1) {
            let weight = smooth::step((k as f64 + 0.5) / (2 * before + 1) as f64);
            // Sign flips along the line itself are undone first: the blend is the same rotation.
            let mut from = self.poses[overlap + k].clone();
            for (q, reference) in from.rotations.iter_mut().zip(&self.poses[cut].rotations) {
                if q.dot(*reference) < 0.0 {
                    *q = -*q;
                }
            }
            let blended = from.blended(entering, weight, &signs);
            self.poses[overlap + k] = blended;
        }
        self.poses.extend_from_slice(&placed[2 * before + 1..]);
        self.piece.truncate(cut);
        self.piece.resize(self.poses.len(), number);
        self.starts.push(cut);
        Ok(())
    }
}

/// Turns poses about `pivot_m` and moves the pivot to `to_m` on the floor plane.
fn placed(poses: &[Pose], yaw_rad: f64, pivot_m: DVec3, to_m: DVec3) -> Vec<Pose> {
    let (mut pivot_m, mut to_m) = (pivot_m, to_m);
    (pivot_m.y, to_m.y) = (0.0, 0.0);
    poses
        .iter()
        .map(|pose| pose.turned(yaw_rad, pivot_m, to_m))
        .collect()
}

/// Progress along a curve that starts and ends without a jerk, linear in between; held outside.
fn eased(x: f64) -> f64 {
    let ramp = 0.2;
    let x = x.clamp(0.0, 1.0);
    // Turning speed rises over the first fifth and falls over the last, so the area is 1 - ramp.
    let rising = |u: f64| ramp * (u / ramp - smooth::coast(u / ramp));
    let area = if x <= ramp {
        rising(x)
    } else if x <= 1.0 - ramp {
        0.5 * ramp + (x - ramp)
    } else {
        (1.0 - ramp) - rising(1.0 - x)
    };
    area / (1.0 - ramp)
}
