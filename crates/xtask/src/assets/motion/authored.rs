//! Motion that is ours, not recorded: standing in the rest pose, a short range of motion that shows
//! every joint (good for calibrating a marker set), and standing relaxed. Marked so in LICENSES.md.

use anyhow::{Context, Result};
use glam::{DQuat, DVec3};

use super::body::Body;
use super::clip::Track;
use super::foot::recorded_feet;
use super::performer::{Bone, Pose};
use super::spline::Spline;

/// Rate at which the written keys are turned into poses that stand on their feet.
const DENSE_HZ: f64 = 60.0;

/// Sideways lean of the legs that brings the pelvis over one foot, degrees.
const LEAN_DEG: f64 = 7.0;

/// One key of written motion; angles in degrees.
#[derive(Clone, Copy, Debug, Default)]
struct Key {
    at_s: f64,
    /// Arms: forward, sideways, elbow.
    arms: [f64; 3],
    /// Share of the body's own rest pose in the arms, 0 or 1.
    arms_at_rest: f64,
    /// Trunk to the left, trunk forward.
    trunk: [f64; 2],
    /// Right thigh and knee, left thigh and knee.
    legs: [f64; 4],
    /// -1 stands on the right foot, +1 on the left, 0 on both.
    support: f64,
}

/// Arms hanging, a little away from the body and a little bent.
const RELAXED: [f64; 3] = [2.0, 9.0, 16.0];

/// Knees not quite locked.
const STANDING: [f64; 4] = [4.0, 8.0, 4.0, 8.0];

/// Stands in the body's rest pose.
pub fn rest(body: &Body, duration_s: f64) -> Result<Track> {
    let pose = body.rest_pose();
    Track::through(vec![0.0, duration_s], vec![pose.clone(), pose]).context("rest of no length")
}

/// From the rest pose to standing relaxed, `duration_s` in all.
pub fn settle(body: &Body, duration_s: f64) -> Result<Track> {
    let keys = [
        Key {
            arms_at_rest: 1.0,
            ..Key::default()
        },
        Key {
            at_s: 0.7,
            arms: RELAXED,
            legs: STANDING,
            ..Key::default()
        },
        Key {
            at_s: duration_s.max(1.0),
            arms: RELAXED,
            legs: STANDING,
            ..Key::default()
        },
    ];
    written(body, &keys)
}

/// Stands relaxed, breathing and shifting weight a little.
pub fn stand(body: &Body, duration_s: f64) -> Result<Track> {
    let count = (duration_s / 0.6).ceil().max(1.0) as usize;
    let keys: Vec<Key> = (0..=count)
        .map(|k| {
            let side = if k % 2 == 0 { 1.0 } else { -1.0 };
            let [forward, out, elbow] = RELAXED;
            Key {
                at_s: duration_s * k as f64 / count as f64,
                arms: [forward + side, out, elbow + 2.0 * side],
                trunk: [1.5 * side, 1.0],
                legs: STANDING,
                support: 0.15 * side,
                ..Key::default()
            }
        })
        .collect();
    written(body, &keys)
}

/// Arms down, overhead, out with bent elbows, trunk both ways, a squat, each knee up.
pub fn range_of_motion(body: &Body) -> Result<Track> {
    let key = |at_s, arms, trunk, legs, support| Key {
        at_s,
        arms,
        trunk,
        legs,
        support,
        arms_at_rest: 0.0,
    };
    let keys = [
        Key {
            arms_at_rest: 1.0,
            ..Key::default()
        },
        key(0.55, RELAXED, [0.0, 2.0], STANDING, 0.0),
        key(1.3, [158.0, 10.0, 14.0], [0.0, -6.0], STANDING, 0.0),
        key(2.0, [12.0, 84.0, 95.0], [0.0, 0.0], STANDING, 0.0),
        key(2.65, [62.0, 20.0, 80.0], [38.0, 4.0], STANDING, 0.1),
        key(3.3, [55.0, 20.0, 70.0], [-38.0, 4.0], STANDING, -0.1),
        key(
            4.05,
            [72.0, 8.0, 20.0],
            [0.0, 22.0],
            [72.0, 96.0, 72.0, 96.0],
            0.0,
        ),
        key(4.75, RELAXED, [0.0, 2.0], STANDING, 0.6),
        key(
            5.25,
            [18.0, 16.0, 40.0],
            [-6.0, 0.0],
            [78.0, 88.0, 3.0, 6.0],
            1.0,
        ),
        key(5.8, RELAXED, [0.0, 1.0], STANDING, 0.0),
        key(
            6.3,
            [18.0, 16.0, 40.0],
            [6.0, 0.0],
            [3.0, 6.0, 78.0, 88.0],
            -1.0,
        ),
        key(6.85, RELAXED, [0.0, 1.0], STANDING, -0.4),
        key(7.3, RELAXED, [0.0, 1.0], STANDING, 0.0),
    ];
    written(body, &keys)
}

/// Splines the keys and sets the root so that the supporting feet stay where they stand at rest.
fn written(body: &Body, keys: &[Key]) -> Result<Track> {
    let times_s: Vec<f64> = keys.iter().map(|key| key.at_s).collect();
    let mut poses: Vec<Pose> = keys.iter().map(|key| pose(body, key)).collect();
    for k in 1..poses.len() {
        let signs = poses[k - 1].signs_toward(&poses[k]);
        for (q, sign) in poses[k].rotations.iter_mut().zip(signs) {
            *q *= sign;
        }
    }
    let end_s = *times_s.last().context("no keys")?;
    let support = Spline::through(times_s.clone(), keys.iter().map(|k| [k.support]).collect())
        .context("keys out of order")?;
    let turns = Spline::through(times_s, poses.iter().map(Pose::channels).collect())
        .context("keys out of order")?;
    let home = recorded_feet(body, &body.rest_pose());
    let count = (end_s * DENSE_HZ).round().max(3.0) as usize;
    let mut dense_s = Vec::with_capacity(count + 1);
    let mut dense = Vec::with_capacity(count + 1);
    for k in 0..=count {
        let t_s = end_s * k as f64 / count as f64;
        let mut pose = Pose::from_channels(&turns.value(t_s));
        let left = (0.5 + 0.5 * support.value(t_s)[0]).clamp(0.0, 1.0);
        pose.root_m = DVec3::ZERO;
        let feet = recorded_feet(body, &pose);
        pose.root_m = (home[0].ankle_m - feet[0].ankle_m) * (1.0 - left)
            + (home[1].ankle_m - feet[1].ankle_m) * left;
        dense_s.push(t_s);
        dense.push(pose);
    }
    Track::through(dense_s, dense).context("keys out of order")
}

/// How far the legs stand apart at rest, degrees each.
fn splay_deg(body: &Body) -> f64 {
    let [thigh, _, foot, _] = body.legs[1].joints.map(|joint| body.joints[joint].rest_m);
    (foot.x - thigh.x).atan2(thigh.y - foot.y).to_degrees()
}

/// The pose of one key, with the root still to be placed.
fn pose(body: &Body, key: &Key) -> Pose {
    let x = |degrees: f64| DQuat::from_rotation_x(degrees.to_radians());
    let y = |degrees: f64| DQuat::from_rotation_y(degrees.to_radians());
    let z = |degrees: f64| DQuat::from_rotation_z(degrees.to_radians());
    let mut pose = Pose::hanging();
    let rest = body.rest_pose();
    let mut set = |bone: Bone, rotation: DQuat| pose.rotations[bone as usize] = rotation;
    set(Bone::Root, y(0.25 * key.trunk[0]));
    set(Bone::Chest, y(0.75 * key.trunk[0]) * x(key.trunk[1]));
    set(Bone::Neck, y(0.3 * key.trunk[0]) * x(-0.5 * key.trunk[1]));
    let [forward, out, elbow] = key.arms;
    for (shoulder, fore, side) in [
        (Bone::RightShoulder, Bone::RightElbow, -1.0),
        (Bone::LeftShoulder, Bone::LeftElbow, 1.0),
    ] {
        let arms_at_rest = key.arms_at_rest > 0.5;
        let own = z(side * out) * x(-forward);
        set(
            shoulder,
            if arms_at_rest {
                rest.rotations[shoulder as usize]
            } else {
                own
            },
        );
        set(
            fore,
            if arms_at_rest {
                rest.rotations[fore as usize]
            } else {
                x(-elbow)
            },
        );
    }
    let pelvis = y(-0.25 * key.trunk[0]);
    for (hip, knee, ankle, side, [thigh_deg, knee_deg]) in [
        (
            Bone::RightHip,
            Bone::RightKnee,
            Bone::RightAnkle,
            -1.0,
            [key.legs[0], key.legs[1]],
        ),
        (
            Bone::LeftHip,
            Bone::LeftKnee,
            Bone::LeftAnkle,
            1.0,
            [key.legs[2], key.legs[3]],
        ),
    ] {
        // The body stands with its feet apart; a leg that carries it alone leans further out.
        let leg = z(side * splay_deg(body) - LEAN_DEG * key.support) * x(-thigh_deg);
        set(hip, pelvis * leg);
        set(knee, x(knee_deg));
        // The foot stays level: the ankle undoes everything above it.
        set(ankle, (leg * x(knee_deg)).inverse());
    }
    pose
}
