//! Where a foot is, when it stands, and how it stands.
//!
//! A standing foot does not slide: it has one place and one direction on the floor, and all it does
//! is roll, over the heel when the toes are up and over the ball when the heel is up.

use std::ops::Range;

use glam::{DQuat, DVec3};

use super::body::{Body, Leg};
use super::performer::{Bone, Pose};
use super::pivot::{Facing, wrapped};
use super::smooth;
use super::timeline::RATE_HZ;

/// A sole point lower than this may stand, metres.
const CONTACT_HEIGHT_M: f64 = 0.04;

/// A sole point slower than this stands, metres a second.
const CONTACT_SPEED: f64 = 0.5;

/// A sole tilted more than this (cosine to the vertical) does not stand.
const CONTACT_UPRIGHT: f64 = 0.55;

/// Stands shorter than this are not stands, frames.
const SHORTEST_STAND: usize = 8;

/// Lifts shorter than this are not lifts, frames.
const SHORTEST_LIFT: usize = 7;

/// Below this the sole counts as flat, radians.
const FLAT_RAD: f64 = 0.12;

/// How far the toes bend up at most, radians.
pub const MOST_BEND_RAD: f64 = 0.9;

/// Ankle position and foot rotation in stage axes.
#[derive(Clone, Copy, Debug)]
pub struct FootPose {
    /// Ankle joint, metres.
    pub ankle_m: DVec3,
    /// Rotation against the rest pose.
    pub rotation: DQuat,
}

impl FootPose {
    /// Heel, ball and toe tip on the sole, metres.
    pub fn sole_m(&self, leg: &Leg) -> [DVec3; 3] {
        leg.sole_m.map(|point| self.ankle_m + self.rotation * point)
    }

    /// Height of the lowest point of the sole, metres; toes bend before they are pressed down.
    pub fn lowest_m(&self, leg: &Leg) -> f64 {
        let [heel, ball, _] = self.sole_m(leg);
        let [_, ball_at_rest, tip_at_rest] = leg.sole_m;
        let bent = DQuat::from_rotation_x(-self.pitch_rad().clamp(0.0, MOST_BEND_RAD));
        let tip = ball + self.rotation * bent * (tip_at_rest - ball_at_rest);
        // A foot on its side or on its back has thickness too.
        let joint = self.ankle_m + self.rotation * leg.toe_joint_m;
        let [joint_m, ankle_m] = [joint.y - 0.024, self.ankle_m.y - 0.045];
        heel.y.min(ball.y).min(tip.y).min(joint_m).min(ankle_m)
    }

    /// How far the toes point down, radians.
    pub fn pitch_rad(&self) -> f64 {
        -(self.rotation * DVec3::Z).y.clamp(-1.0, 1.0).asin()
    }
}

/// A foot's place while it stands: the ball's position on the floor and the direction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Footprint {
    /// Ball of the foot, metres, y = 0.
    pub ball_m: DVec3,
    /// Direction, radians about +Y.
    pub yaw_rad: f64,
}

impl Footprint {
    /// The foot at this place with the given pitch (toes down positive): rolls over ball or heel.
    pub fn foot(&self, leg: &Leg, pitch_rad: f64) -> FootPose {
        let pitch = smooth::dead_zone(pitch_rad.clamp(-0.6, 1.0), FLAT_RAD);
        let yaw = DQuat::from_rotation_y(self.yaw_rad);
        let rotation = yaw * DQuat::from_rotation_x(pitch);
        let [heel, ball, _] = leg.sole_m;
        let (pivot, pivot_m) = if pitch >= 0.0 {
            (
                leg.toe_joint_m,
                self.ball_m + yaw * (leg.toe_joint_m - ball),
            )
        } else {
            (heel, self.ball_m + yaw * (heel - ball))
        };
        FootPose {
            ankle_m: pivot_m - rotation * pivot,
            rotation,
        }
    }
}

/// The feet (right, left) as the recorded rotations put them on our body, before planting.
pub fn recorded_feet(body: &Body, pose: &Pose) -> [FootPose; 2] {
    let bones = [
        [Bone::RightHip, Bone::RightKnee, Bone::RightAnkle],
        [Bone::LeftHip, Bone::LeftKnee, Bone::LeftAnkle],
    ];
    let forward = DQuat::from_rotation_y(pose.heading_rad()) * DVec3::Z;
    let mut feet = [FootPose {
        ankle_m: DVec3::ZERO,
        rotation: DQuat::IDENTITY,
    }; 2];
    for ((foot, leg), [thigh, shin, ankle]) in feet.iter_mut().zip(&body.legs).zip(bones) {
        let hip_m = pose.root_m + pose.global(Bone::Root) * body.hip_from_centre_m(leg);
        let [_, knee_joint, ankle_joint, _] = leg.joints;
        let knee_m = hip_m + pose.global(thigh) * leg.align[0] * body.joints[knee_joint].offset_m;
        let ankle_m = knee_m + pose.global(shin) * leg.align[1] * body.joints[ankle_joint].offset_m;
        let reach_m = (ankle_m - pose.root_m).dot(forward);
        foot.ankle_m = ankle_m + forward * reach_m * (pose.stride - 1.0);
        foot.rotation = pose.global(ankle);
    }
    feet
}

/// Which way feet, knees and hips (right, left) of a recorded pose are turned.
pub fn facings(pose: &Pose) -> [Facing; 2] {
    let bones = [
        [Bone::RightHip, Bone::RightKnee, Bone::RightAnkle],
        [Bone::LeftHip, Bone::LeftKnee, Bone::LeftAnkle],
    ];
    bones.map(|[thigh, shin, ankle]| {
        let toes = pose.global(ankle) * DVec3::Z;
        let hinge = pose.global(shin) * DVec3::X;
        let hip = pose.rotations[thigh as usize];
        Facing {
            foot_rad: toes.x.atan2(toes.z),
            knee_rad: (-hinge.z).atan2(hinge.x),
            hip_rad: wrapped(2.0 * hip.y.atan2(hip.w)),
        }
    })
}

/// Height of the soles over the floor in a clip whose feet mostly stand: a low percentile of the
/// lowest sole point while the sole is level, metres. Zero when the clip hardly stands.
pub fn floor_height_m(body: &Body, poses: &[Pose]) -> f64 {
    let mut heights: Vec<f64> = Vec::new();
    for pose in poses {
        for (foot, leg) in recorded_feet(body, pose).iter().zip(&body.legs) {
            if (foot.rotation * DVec3::Y).y > 0.9 {
                heights.push(lowest(foot, leg).1);
            }
        }
    }
    if heights.len() < 20 {
        return 0.0;
    }
    heights.sort_by(f64::total_cmp);
    heights[heights.len() * 15 / 100]
}

/// When each foot (right, left) stands, frame by frame, from height and speed of its lowest point.
/// `poses` are one clip at [`RATE_HZ`], neither steered nor with changed steps.
pub fn contacts(body: &Body, poses: &[Pose]) -> [Vec<bool>; 2] {
    let feet: Vec<[FootPose; 2]> = poses.iter().map(|pose| recorded_feet(body, pose)).collect();
    [0, 1].map(|side| {
        let leg = &body.legs[side];
        let mut standing: Vec<bool> = (0..feet.len())
            .map(|k| {
                let (earlier, later) = (k.saturating_sub(1), (k + 1).min(feet.len() - 1));
                let (which, height_m) = lowest(&feet[k][side], leg);
                let moved_m =
                    feet[later][side].sole_m(leg)[which] - feet[earlier][side].sole_m(leg)[which];
                let elapsed_s = (later - earlier).max(1) as f64 / RATE_HZ;
                let upright = (feet[k][side].rotation * DVec3::Y).y;
                height_m < CONTACT_HEIGHT_M
                    && moved_m.length() / elapsed_s < CONTACT_SPEED
                    && upright > CONTACT_UPRIGHT
            })
            .collect();
        drop_short(&mut standing, false, SHORTEST_LIFT);
        drop_short(&mut standing, true, SHORTEST_STAND);
        standing
    })
}

/// Runs of `true`, as frame ranges.
pub fn runs(flags: &[bool]) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for (k, &flag) in flags.iter().enumerate() {
        match out.last_mut() {
            Some(run) if flag && run.end == k => run.end = k + 1,
            _ if flag => out.push(k..k + 1),
            _ => {}
        }
    }
    out
}

/// Which of heel and ball is lower, and how high it is.
fn lowest(foot: &FootPose, leg: &Leg) -> (usize, f64) {
    let [heel, ball, _] = foot.sole_m(leg);
    if heel.y < ball.y {
        (0, heel.y)
    } else {
        (1, ball.y)
    }
}

/// Flips runs of `value` that are shorter than `shortest` and lie between two others.
fn drop_short(flags: &mut [bool], value: bool, shortest: usize) {
    let matching: Vec<bool> = flags.iter().map(|&flag| flag == value).collect();
    for run in runs(&matching) {
        let inside = run.start > 0 && run.end < flags.len();
        if inside && run.len() < shortest {
            flags[run].fill(!value);
        }
    }
}
