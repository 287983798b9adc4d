//! Splines, blends and joins are twice continuously differentiable, checked by finite differences.

use glam::DVec3;

use super::super::clip::Track;
use super::super::performer::{Bone, Pose};
use super::super::smooth;
use super::super::spline::Spline;
use super::super::timeline::{Piece, Timeline};

/// Largest jump of the second derivative of `f` at `x`, by one-sided differences of step `h` that are
/// extrapolated to the point.
fn second_derivative_jump(f: impl Fn(f64) -> f64, x: f64, h: f64) -> f64 {
    let second = |s: f64| {
        let at = |n: f64| f(x + s * n * h);
        // Second-order one-sided formula: its own error is of order h².
        (2.0 * at(0.0) - 5.0 * at(1.0) + 4.0 * at(2.0) - at(3.0)) / (h * h)
    };
    (second(1.0) - second(-1.0)).abs()
}

fn knots() -> Spline<1> {
    let times = vec![0.0, 0.06, 0.1, 0.21, 0.25, 0.4];
    let values = [0.3, -0.2, 0.9, 0.1, 0.4, 0.2].map(|v| [v]).to_vec();
    Spline::through(times, values).expect("a spline")
}

#[test]
fn spline_meets_its_samples_and_is_c2_at_every_knot() {
    let spline = knots();
    for (t, v) in [
        (0.0, 0.3),
        (0.06, -0.2),
        (0.1, 0.9),
        (0.21, 0.1),
        (0.25, 0.4),
        (0.4, 0.2),
    ] {
        assert!((spline.value(t)[0] - v).abs() < 1e-12);
    }
    let f = |t: f64| spline.value(t)[0];
    for t in [0.06, 0.1, 0.21, 0.25] {
        let jump = second_derivative_jump(f, t, 1e-4);
        assert!(jump < 2.0, "second derivative jumps by {jump} at {t} s");
        let slope = (f(t + 1e-6) - f(t - 1e-6)) / 2e-6;
        assert!((spline.velocity(t)[0] - slope).abs() < 1e-4);
    }
}

#[test]
fn a_broken_spline_would_be_noticed() {
    let spline = knots();
    let kinked = |t: f64| spline.value(t)[0] + 40.0 * (t - 0.1).max(0.0).powi(2);
    assert!(second_derivative_jump(kinked, 0.1, 1e-4) > 50.0);
}

#[test]
fn spline_refuses_times_that_do_not_rise() {
    assert!(Spline::through(vec![0.0, 0.0, 1.0], vec![[0.0]; 3]).is_none());
    assert!(Spline::through(vec![0.0], vec![[0.0]]).is_none());
    assert!(Spline::through(vec![0.0, 1.0], vec![[0.0]; 3]).is_none());
}

/// A track that swings one arm and walks, with uneven samples.
fn swinging() -> Track {
    let times: Vec<f64> = (0..24)
        .map(|k| 0.04 * f64::from(k) + 0.004 * f64::from(k % 3))
        .collect();
    let poses = times
        .iter()
        .map(|t| {
            let mut pose = Pose::hanging();
            pose.root_m = DVec3::new(0.1 * (3.0 * t).sin(), 0.9, 1.2 * t);
            pose.rotations[Bone::LeftShoulder as usize] =
                glam::DQuat::from_rotation_x(1.4 * (6.0 * t).sin());
            pose
        })
        .collect();
    Track::through(times, poses).expect("a track")
}

#[test]
fn rotations_are_c2_at_knots_and_beyond_the_ends() {
    let track = swinging();
    let axis = |t: f64| {
        track.pose(t).rotations[Bone::LeftShoulder as usize]
            .to_scaled_axis()
            .x
    };
    let end_s = 0.04 * 23.0 + 0.008;
    for t in [0.0, 0.044, 0.16 + 0.004, 0.4 + 0.004, end_s] {
        let jump = second_derivative_jump(axis, t, 1e-4);
        assert!(
            jump < 1.0,
            "angular acceleration jumps by {jump} rad/s² at {t} s"
        );
    }
    let late = track.pose(end_s + 2.0);
    let later = track.pose(end_s + 3.0);
    assert_eq!(late, later, "beyond its end a track comes to rest");
}

#[test]
fn weights_rise_smoothly() {
    for x in [0.0, 1.0] {
        assert!(second_derivative_jump(smooth::step, x, 1e-4) < 0.1);
        assert!(second_derivative_jump(smooth::coast, x, 1e-4) < 0.1);
        assert!(second_derivative_jump(smooth::bump, x, 1e-4) < 0.1);
    }
    assert_eq!((smooth::step(-1.0), smooth::step(2.0)), (0.0, 1.0));
    assert!((smooth::step(0.5) - 0.5).abs() < 1e-12);
    assert!((smooth::coast(1.0) - 0.5).abs() < 1e-12);
    assert!((smooth::bump(0.5) - 1.0).abs() < 1e-12);
}

#[test]
fn joined_pieces_meet_in_place_and_heading() {
    let pieces = [
        Piece::new(swinging(), 0.0, 0.9),
        Piece {
            heading_rad: 0.5,
            mirrored: true,
            ..Piece::new(swinging(), 0.1, 0.8)
        },
    ];
    let line = Timeline::join(&pieces, DVec3::new(1.0, 0.0, -1.0), 1.0).expect("a line");
    assert_eq!(line.poses.len(), line.piece.len());
    assert!((line.poses[0].root_m - DVec3::new(1.0, 0.9, -1.0)).length() < 1e-9);
    assert!((line.poses[0].heading_rad() - 1.0).abs() < 1e-9);
    let end = line.poses.last().expect("poses");
    assert!(
        (end.heading_rad() - 1.5).abs() < 1e-6,
        "{}",
        end.heading_rad()
    );
    for pair in line.poses.windows(2) {
        let moved_m = pair[0].root_m.distance(pair[1].root_m);
        assert!(moved_m < 1.5 / 120.0, "the root jumps by {moved_m} m");
    }
}

#[test]
fn steering_turns_the_path_with_the_body() {
    let straight = Piece::new(swinging(), 0.0, 0.9);
    let steered = Piece {
        steer_rad: 1.2,
        ..straight.clone()
    };
    let (a, b) = (straight.poses(0, 0), steered.poses(0, 0));
    let turn = b.last().expect("poses").heading_rad() - a.last().expect("poses").heading_rad();
    assert!((turn - 1.2).abs() < 1e-9);
    let length = |poses: &[Pose]| -> f64 {
        poses
            .windows(2)
            .map(|pair| pair[0].root_m.distance(pair[1].root_m))
            .sum()
    };
    assert!(
        (length(&a) - length(&b)).abs() < 1e-9,
        "steering must not change the way's length"
    );
}
