//! A performance on the rig that it will be solved with: the truth that a whole stage is judged by.
//!
//! The recorded motion is put on the rig's skeleton and brought within the rig's degrees of freedom once, before anything
//! runs. Markers that are then read off it can be explained exactly, so whatever error is seen on the stage was made on
//! the way: by the network, the clocks, the faults, and what the engine makes of them.

use crate::performance::{BodyMotion, Clip, MotionError};
use cyc_model::{JointFrame, Point, Rig, Stage, Xf};
use cyc_solver::{FitSettings, Fitter, MatrixUse};
use glam::{DQuat, DVec3};

/// Poses a second that are kept: those of the committed performances.
const RATE_HZ: f64 = 120.0;

/// A back bends evenly: what markers hardly tell of the turns of its joints is shared among them, and settled wholly in each
/// frame, so that no joint turns one way and the next one back from frame to frame.
fn true_to_life() -> FitSettings {
    FitSettings {
        max_iterations: 30,
        tolerance: 1e-9,
        matrix: MatrixUse::EveryStep,
        rest_weight: 0.003 * 0.003,
        chain_rest_weight: 0.05 * 0.05,
        collar_rest_weight: 0.05 * 0.05,
        ..FitSettings::default()
    }
}

/// A joint's placement on the stage.
pub type JointPose = Xf<Stage, JointFrame>;

/// A performance on a rig, repeated for ever.
#[derive(Debug)]
pub struct RigMotion {
    rig: Rig,
    frames: Vec<Vec<JointPose>>,
    acceleration_max: f64,
}

impl RigMotion {
    /// Puts a clip on a rig. Takes a fit a frame: some tenths of a second.
    ///
    /// # Errors
    /// When the clip is empty, or it or the rig lacks a bone that nothing can replace.
    pub fn new(clip: Clip, rig: &Rig) -> Result<Self, MotionError> {
        let mut motion = BodyMotion::new(clip, rig.skeleton(), rig.humanoid())?;
        let mut fitter = Fitter::new(rig, true_to_life());
        // What is repeated is faded over a second by the motion itself.
        let count = ((motion.length_s() + 1.0) * RATE_HZ).floor().max(2.0) as usize;
        let mut frames = Vec::with_capacity(count);
        for frame in 0..count {
            let joints = motion.pose(frame as f64 / RATE_HZ);
            let markers: Vec<_> = rig
                .markers()
                .iter()
                .map(|marker| {
                    let joint = joints.get(marker.joint.idx())?;
                    let at = joint.point(marker.in_joint.metres().to_array());
                    Point::new(DVec3::from_array(at))
                })
                .collect();
            fitter.fit(&markers);
            frames.push(fitter.globals().to_vec());
        }
        let acceleration_max = acceleration_max(rig, &frames);
        Ok(Self {
            rig: rig.clone(),
            frames,
            acceleration_max,
        })
    }

    /// The rig.
    pub fn rig(&self) -> &Rig {
        &self.rig
    }

    /// Every pose that is kept.
    pub fn frames(&self) -> &[Vec<JointPose>] {
        &self.frames
    }

    /// The hardest that a joint with markers is accelerated, metres per second squared: what is not known of it before its
    /// next frame.
    pub fn acceleration_max(&self) -> f64 {
        self.acceleration_max
    }

    /// The joints at a time, seconds from 0.
    pub fn pose(&self, t_s: f64, out: &mut Vec<JointPose>) {
        let at = t_s.max(0.0) * RATE_HZ;
        let (whole, part) = (at.floor(), at - at.floor());
        let count = self.frames.len();
        let (a, b) = (whole as usize % count, (whole as usize + 1) % count);
        out.clear();
        let pairs = self.frames[a].iter().zip(&self.frames[b]);
        out.extend(pairs.map(|(a, b)| a.interpolate(*b, part)));
    }
}

fn acceleration_max(rig: &Rig, frames: &[Vec<JointPose>]) -> f64 {
    let at = |frame: &[JointPose], joint: usize| {
        let joint = frame.get(joint);
        joint.map_or(DVec3::ZERO, |j| j.translation().metres())
    };
    let bends = frames.windows(3).flat_map(|three| {
        rig.markers().iter().map(move |marker| {
            let joint = marker.joint.idx();
            let [a, b, c] = [0, 1, 2].map(|k| at(&three[k], joint));
            (a - b * 2.0 + c).length()
        })
    });
    bends.fold(0.0, f64::max) * RATE_HZ * RATE_HZ
}

/// A performer: a motion, where on the stage, and from when on.
#[derive(Clone, Debug)]
pub struct ScriptedPerformer {
    /// Which of the motions.
    pub motion: usize,
    /// Where in it she begins, seconds.
    pub begins_s: f64,
    /// Where her floor's origin lies on the stage.
    pub stage_from_floor: Xf<Stage, Stage>,
}

impl ScriptedPerformer {
    /// One that stands turned by an angle about the vertical, at a place on the floor.
    pub fn new(motion: usize, begins_s: f64, yaw_rad: f64, at_m: DVec3) -> Self {
        Self {
            motion,
            begins_s,
            stage_from_floor: Xf::saturating(DQuat::from_rotation_y(yaw_rad), at_m),
        }
    }

    /// Her joints at a time of the show, seconds.
    pub fn pose(&self, motion: &RigMotion, t_s: f64, out: &mut Vec<JointPose>) {
        motion.pose(self.begins_s + t_s, out);
        for joint in out {
            *joint = self.stage_from_floor * *joint;
        }
    }
}
