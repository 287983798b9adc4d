//! How a planted foot turns, on motions whose answer is known.

use super::super::pivot::{Facing, Pivot, wrapped};

/// A stand of 240 frames that begins at frame 100; knee and foot point where `knee_rad` and `foot_rad`
/// say for a time from 0 to 1.
fn pivot(
    knee_rad: impl Fn(f64) -> f64,
    foot_rad: impl Fn(f64) -> f64,
    hip_rad: f64,
    out_sign: f64,
) -> Pivot {
    let recorded: Vec<Facing> = (0..240)
        .map(|k| k as f64 / 239.0)
        .map(|t| Facing {
            // As the recording gives them: wrapped.
            foot_rad: wrapped(foot_rad(t)),
            knee_rad: wrapped(knee_rad(t)),
            hip_rad,
        })
        .collect();
    Pivot::following(&recorded, 100, out_sign)
}

#[test]
fn a_body_that_sways_over_its_foot_does_not_turn_it() {
    let sway = |t: f64| 0.4 * (20.0 * t).sin();
    for out_sign in [-1.0, 1.0] {
        let still = pivot(sway, |_| 0.1, 0.0, out_sign);
        for k in 80..360 {
            assert!((still.yaw_rad(k) - 0.1).abs() < 1e-9, "frame {k}");
        }
    }
}

#[test]
fn a_spin_takes_the_foot_along_at_the_end_of_its_range() {
    // Three half turns to the left, through the seam of the angle. The left foot stays behind as far
    // as its toes point in (0.55), the right one as far as they point out (0.70).
    let spin = |t: f64| 3.0 * std::f64::consts::PI * t;
    for (out_sign, behind_rad) in [(1.0, 0.55), (-1.0, 0.70)] {
        let pivot = pivot(spin, spin, 0.0, out_sign);
        for k in 20..220 {
            let expected_rad = spin(k as f64 / 239.0) - behind_rad;
            let at_rad = pivot.yaw_rad(100 + k);
            // The foot begins ahead of the knee and waits for it until the range is used up.
            if expected_rad > 1.4 {
                assert!(
                    (at_rad - expected_rad).abs() < 1e-6,
                    "{k}: {at_rad}, {expected_rad}"
                );
            }
        }
    }
}

#[test]
fn a_hip_at_its_end_leaves_less_to_the_foot() {
    let turning = |t: f64| -1.5 * t;
    let end_rad =
        |hip_rad| pivot(turning, |_| 0.0, hip_rad, 1.0).yaw_rad(315) - turning(215.0 / 239.0);
    assert!((end_rad(0.0) - 0.70).abs() < 1e-6);
    assert!(
        (end_rad(0.9) - 0.20).abs() < 1e-6,
        "1.1 out of the pelvis' direction"
    );
    assert!((end_rad(1.5) - 0.10).abs() < 1e-6, "never nothing");
}

#[test]
fn a_foot_that_leaves_while_it_turns_coasts_to_a_stop() {
    let pivot = pivot(|t| 4.0 * t, |t| 4.0 * t, 0.0, 1.0);
    let speed = |k: usize| pivot.yaw_rad(k + 1) - pivot.yaw_rad(k);
    let last = 100 + 239;
    assert!(
        speed(last - 1) > 0.005,
        "it still turns as it leaves: {}",
        speed(last - 1)
    );
    assert!(
        (speed(last) - speed(last - 1)).abs() < 0.1 * speed(last - 1),
        "no jump in speed"
    );
    for k in last..last + 13 {
        assert!(speed(k + 1) <= speed(k) + 1e-12);
    }
    assert!(
        speed(last + 14).abs() < 1e-12 && speed(0).abs() < 1e-12,
        "it stops"
    );
}
