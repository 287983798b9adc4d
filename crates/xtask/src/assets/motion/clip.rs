//! Reads the recorded clips: JSON with `Loop` and `Frames`, one row of 44 numbers a frame.
//!
//! A row is the frame's duration, the root position, and thirteen joint rotations (quaternions with
//! w first; knees and elbows as one angle about the lateral axis). The recording's axes are Y up, +X
//! forward, +Z right; they become stage axes here and are not seen outside this file.

use anyhow::{Context, Result, bail};
use glam::{DQuat, DVec3};
use serde::Deserialize;

use super::performer::{BONES, Bone, CHANNELS, Pose};
use super::smooth;
use super::spline::Spline;

/// Numbers in one row: duration, root position, nine quaternions and four angles.
const ROW: usize = 1 + 3 + 9 * 4 + 4;

/// Over how long a clip that ran out of frames coasts to a stop, seconds.
const COAST_S: f64 = 0.5;

#[derive(Deserialize)]
struct ClipFile {
    #[serde(rename = "Loop")]
    repeat: String,
    #[serde(rename = "Frames")]
    frames: Vec<Vec<f64>>,
}

/// A recorded clip in stage axes at its own frame times.
#[derive(Clone, Debug)]
pub struct Clip {
    /// Short name, such as `walk`.
    pub name: String,
    /// Time of each pose from the first, seconds.
    pub times_s: Vec<f64>,
    /// The recorded poses; joint quaternions never change sign from one to the next.
    pub poses: Vec<Pose>,
    /// True when the recording says that its end leads back to its start.
    pub wraps: bool,
}

impl Clip {
    /// Reads one clip file. Fails on anything but rows of 44 finite numbers with positive durations.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let file: ClipFile = serde_json::from_str(text)
            .with_context(|| format!("clip {name} is not a motion file"))?;
        let mut times_s = Vec::with_capacity(file.frames.len());
        let mut poses = Vec::with_capacity(file.frames.len());
        let mut now_s = 0.0;
        for (number, row) in file.frames.iter().enumerate() {
            if row.len() != ROW || row.iter().any(|x| !x.is_finite()) {
                bail!(
                    "clip {name}, frame {number}: expected {ROW} finite numbers, got {}",
                    row.len()
                );
            }
            let is_last = number + 1 == file.frames.len();
            if row[0] <= 0.0 && !is_last {
                bail!(
                    "clip {name}, frame {number}: duration {} s is not positive",
                    row[0]
                );
            }
            times_s.push(now_s);
            poses.push(pose_from_row(row).with_context(|| format!("clip {name}, frame {number}"))?);
            now_s += row[0];
        }
        if poses.len() < 4 {
            bail!("clip {name} has only {} frames", poses.len());
        }
        unroll(&mut poses);
        Ok(Self {
            name: name.to_owned(),
            times_s,
            poses,
            wraps: file.repeat == "wrap",
        })
    }

    /// Time from the first pose to the last, seconds.
    pub fn duration_s(&self) -> f64 {
        self.times_s[self.times_s.len() - 1]
    }

    /// The clip played `cycles` times in a row, each time going on from where the last one ended.
    pub fn repeated(&self, cycles: usize) -> Self {
        let mut clip = self.clone();
        let last = self.poses.len() - 1;
        let mut travel_m = self.poses[last].root_m - self.poses[0].root_m;
        travel_m.y = 0.0;
        for cycle in 1..cycles {
            let offset = cycle as f64;
            // The last pose of a cycle is the first of the next, so it is left out once.
            for (time_s, pose) in self.times_s.iter().zip(&self.poses).skip(1) {
                let mut pose = pose.clone();
                pose.root_m += travel_m * offset;
                clip.times_s.push(time_s + offset * self.duration_s());
                clip.poses.push(pose);
            }
        }
        unroll(&mut clip.poses);
        clip
    }

    /// The clip as a C² curve.
    pub fn track(&self) -> Result<Track> {
        let values = self.poses.iter().map(Pose::channels).collect();
        let spline = Spline::through(self.times_s.clone(), values).with_context(|| {
            format!(
                "clip {} has frames that do not follow each other",
                self.name
            )
        })?;
        Ok(Track { spline })
    }
}

/// A clip as a C² curve of poses that coasts to a stop beyond both of its ends.
#[derive(Clone, Debug)]
pub struct Track {
    spline: Spline<CHANNELS>,
}

impl Track {
    /// A track through poses at given times, for motion that is written by hand.
    pub fn through(times_s: Vec<f64>, mut poses: Vec<Pose>) -> Option<Self> {
        unroll(&mut poses);
        let values = poses.iter().map(Pose::channels).collect();
        Spline::through(times_s, values).map(|spline| Self { spline })
    }

    /// The pose at `t_s`. Before the start and after the end the motion goes on with the speed it has
    /// there and comes to rest; the natural spline has no acceleration at its ends, so this is C².
    pub fn pose(&self, t_s: f64) -> Pose {
        let (first, last) = self.spline.span_s();
        let mut value = self.spline.value(t_s);
        let beyond_s = t_s - t_s.clamp(first, last);
        if beyond_s != 0.0 {
            let velocity = self.spline.velocity(t_s);
            let reach_s = beyond_s.signum() * COAST_S * smooth::coast(beyond_s.abs() / COAST_S);
            for (slot, speed) in value.iter_mut().zip(velocity) {
                *slot += speed * reach_s;
            }
        }
        Pose::from_channels(&value)
    }
}

/// One frame in stage axes. `row` holds [`ROW`] finite numbers.
fn pose_from_row(row: &[f64]) -> Result<Pose> {
    let mut pose = Pose::hanging();
    pose.root_m = stage_from_clip(DVec3::new(row[1], row[2], row[3]));
    let mut at = 4;
    for bone in Bone::ALL {
        let (w, vector) = if bone.is_hinge() {
            let half = 0.5 * row[at];
            at += 1;
            (half.cos(), DVec3::Z * half.sin())
        } else {
            at += 4;
            (
                row[at - 4],
                DVec3::new(row[at - 3], row[at - 2], row[at - 1]),
            )
        };
        let length = (w * w + vector.length_squared()).sqrt();
        // Some clips were resampled linearly by their makers, which shortens quaternions a little.
        if !(0.5..1.5).contains(&length) {
            bail!("the rotation of {bone:?} has length {length}");
        }
        let v = stage_from_clip(vector);
        pose.rotations[bone as usize] = DQuat::from_xyzw(v.x, v.y, v.z, w).normalize();
    }
    Ok(pose)
}

/// +X forward, +Z right becomes +Z forward, +X left: a turn about the vertical, no reflection.
fn stage_from_clip(v: DVec3) -> DVec3 {
    DVec3::new(-v.z, v.y, v.x)
}

/// Chooses quaternion signs so that no joint jumps to the other half of the sphere.
fn unroll(poses: &mut [Pose]) {
    for k in 1..poses.len() {
        for i in 0..BONES {
            if poses[k].rotations[i].dot(poses[k - 1].rotations[i]) < 0.0 {
                poses[k].rotations[i] = -poses[k].rotations[i];
            }
        }
    }
}
