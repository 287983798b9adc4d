//! Fingers, which the recording does not have: a relaxed curl that breathes slowly, each finger a
//! little different, closing to a fist where the performance asks for it. Ours, and marked so.

use glam::{DQuat, DVec3};

use super::body::Body;
use super::chance::Chance;
use super::fit::BodyPose;
use super::smooth;

/// Relaxed curl of the three phalanges, radians.
const RELAXED_RAD: [f64; 3] = [0.10, 0.20, 0.12];

/// Curl of the three phalanges in a fist, radians.
const FIST_RAD: [f64; 3] = [1.15, 1.35, 0.85];

/// Curl of the thumb's three joints, relaxed and in a fist, radians.
const THUMB_RAD: [[f64; 3]; 2] = [[0.08, 0.15, 0.18], [0.35, 0.5, 0.6]];

/// How long the fingers take from the rest pose to their relaxed curl, seconds.
const WAKE_S: f64 = 1.0;

/// One finger joint: what it turns about, how far, and how it drifts.
#[derive(Clone, Debug)]
struct FingerJoint {
    joint: usize,
    axis: DVec3,
    relaxed_rad: f64,
    fist_rad: f64,
    swing_rad: f64,
    rates_hz: [f64; 2],
    phases_rad: [f64; 2],
}

/// Both hands' fingers over a whole performance.
#[derive(Clone, Debug)]
pub struct Fingers {
    joints: Vec<FingerJoint>,
}

/// Both hands' fingers at one time.
#[derive(Clone, Debug)]
pub struct Hands {
    curls: Vec<(usize, DVec3, f64, f64)>,
}

impl Fingers {
    /// Fingers of `body`, drifting as `seed` says. Joints that the body lacks are left out.
    pub fn seeded(body: &Body, seed: u64) -> Self {
        let mut chance = Chance::seeded(seed);
        let mut joints = Vec::new();
        for (arm, side) in body.arms.iter().zip(["Right", "Left"]) {
            let names = ["Thumb", "Index", "Middle", "Ring", "Pinky"];
            for (number, finger) in names.into_iter().enumerate() {
                let rates_hz = [chance.between(0.07, 0.13), chance.between(0.19, 0.31)];
                let phases_rad = [0, 1].map(|_| chance.between(0.0, std::f64::consts::TAU));
                let more = 1.0 + 0.18 * (number as f64 - 2.0) + chance.between(-0.06, 0.06);
                for phalanx in 0..3 {
                    let name = format!("{side}Hand{finger}{}", phalanx + 1);
                    let Ok(joint) = body.find(&name) else {
                        continue;
                    };
                    let axis = curl_axis(body, joint, arm.palm, arm.hand_axis, number == 0);
                    let (relaxed_rad, fist_rad) = if number == 0 {
                        (THUMB_RAD[0][phalanx], THUMB_RAD[1][phalanx])
                    } else {
                        (RELAXED_RAD[phalanx] * more, FIST_RAD[phalanx])
                    };
                    let swing_rad = 0.35 * relaxed_rad;
                    joints.push(FingerJoint {
                        joint,
                        axis,
                        relaxed_rad,
                        fist_rad,
                        swing_rad,
                        rates_hz,
                        phases_rad,
                    });
                }
            }
        }
        Self { joints }
    }

    /// The fingers `t_s` after the start, awake for `awake_s` seconds since the rest pose ended.
    pub fn at(&self, t_s: f64, awake_s: f64) -> Hands {
        let awake = smooth::step(awake_s / WAKE_S);
        let curls = self
            .joints
            .iter()
            .map(|finger| {
                let wave = |i: usize| {
                    (std::f64::consts::TAU * finger.rates_hz[i] * t_s + finger.phases_rad[i]).sin()
                };
                let drift = finger.swing_rad * (0.7 * wave(0) + 0.3 * wave(1));
                (
                    finger.joint,
                    finger.axis,
                    awake * (finger.relaxed_rad + drift),
                    finger.fist_rad,
                )
            })
            .collect();
        Hands { curls }
    }
}

impl Hands {
    /// Writes the finger rotations; `fist` 0 is relaxed, 1 closed.
    pub fn apply(&self, fist: f64, out: &mut BodyPose) {
        for (joint, axis, relaxed_rad, fist_rad) in &self.curls {
            let angle = relaxed_rad + (fist_rad - relaxed_rad) * fist;
            out.rotations[*joint] = DQuat::from_axis_angle(*axis, angle);
        }
    }
}

/// The axis that curls a finger into the palm; the thumb folds half toward the palm, half across it.
fn curl_axis(body: &Body, joint: usize, palm: DVec3, hand_axis: DVec3, thumb: bool) -> DVec3 {
    let along = (body.joints[joint].tail_m - body.joints[joint].rest_m).normalize_or(hand_axis);
    let toward = if thumb {
        let across = (hand_axis - along * hand_axis.dot(along)).normalize_or(palm);
        palm * 0.5 + across
    } else {
        palm
    };
    along.cross(toward).normalize_or(DVec3::Z)
}
