//! The error that is stated is kept: by every joint of every frame of every motion that is tried here.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod judge;
mod motions;
mod takes;

use cyc_compact::{CompactError, CompactTake, PackOptions, Track, pack};
use cyc_model::{Point, Source};
use glam::DVec3;
use judge::{farthest_m, packed, within};
use motions::{Motion, motion};
use proptest::prelude::*;

const RULE: PackOptions = PackOptions {
    error_m: 1e-4,
    tune: false,
};

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn any_motion_keeps_the_error(m in motion(), exponent in -5.0..-2.0f64) {
        let track = m.track();
        let error_m = 10f64.powf(exponent);
        let (_, worst) = packed(&track, PackOptions { error_m, tune: false });
        prop_assert!(within(worst, error_m, m.far_m), "{worst} of {error_m}");
    }

    #[test]
    fn points_keep_the_error_and_numbers_and_gaps_are_exact(
        frames in 0usize..400,
        rows in prop::collection::vec((any::<i64>(), prop::option::weighted(0.8, prop::array::uniform3(-9e4..9e4f64))), 1..40),
    ) {
        let point = |i: usize| rows[i % rows.len()].1.map(|p| Point::<Source>::new(DVec3::from_array(p)).unwrap());
        let track = Track {
            name: "cloud".into(),
            frames,
            numbers: (0..frames * 2).map(|i| rows[i % rows.len()].0).collect(),
            points: (0..frames * 3).map(point).collect(),
            ..Track::default()
        };
        let take = CompactTake::open(pack(b"", std::slice::from_ref(&track), RULE).unwrap()).unwrap();
        take.check().unwrap();
        let mut cursor = take.cursor(0).unwrap();
        for f in 0..frames {
            let frame = cursor.frame(f).unwrap();
            prop_assert_eq!(frame.numbers(), &track.numbers[2 * f..2 * f + 2]);
            for (a, b) in frame.points().zip(&track.points[3 * f..3 * f + 3]) {
                match (a, b) {
                    (Some(a), Some(b)) => prop_assert!(a.distance_m(*b) <= 1e-4 + 1e-10),
                    (None, None) => {}
                    other => prop_assert!(false, "{other:?}"),
                }
            }
        }
    }
}

/// The judge can see: half a millimetre at the root, and a turn of the last joint alone, are noticed.
#[test]
fn the_judge_notices_what_is_off() {
    let m = Motion {
        joints: 5,
        frames: 1,
        ..Motion::calm()
    };
    let track = m.track();
    let mut off = track.locals.clone();
    off[0] = judge::Local::saturating(
        off[0].rotation(),
        off[0].translation().metres() + DVec3::X * 5e-4,
    );
    let seen = farthest_m(&track.parents, &track.locals, &off);
    assert!((seen - 5e-4).abs() < 1e-9, "{seen}");
    let mut off = track.locals.clone();
    let turn = glam::DQuat::from_rotation_z(0.01);
    off[4] = judge::Local::saturating(off[4].rotation() * turn, off[4].translation().metres());
    let seen = farthest_m(&track.parents, &track.locals, &off);
    assert!((2.5e-4..3.1e-4).contains(&seen), "{seen}");
}

#[test]
fn extremes_keep_the_error() {
    let calm = Motion::calm();
    for m in [
        Motion { frames: 0, ..calm },
        Motion { frames: 1, ..calm },
        Motion { joints: 1, ..calm },
        // A chain of 64, and a body with fingers.
        Motion {
            joints: 64,
            branch: 1,
            ..calm
        },
        Motion {
            joints: 64,
            branch: 5,
            ..calm
        },
        // Kilometres away; half a turn a frame; signs of quaternions that flip; joints that never move.
        Motion {
            far_m: 90_000.0,
            ..calm
        },
        Motion {
            spin: std::f64::consts::PI,
            ..calm
        },
        Motion {
            spin: 1.0,
            flip: true,
            ..calm
        },
        Motion {
            wobble: 0.0,
            spin: 0.0,
            ..calm
        },
        // Bones of nothing, of metres, and ones that stretch.
        Motion {
            bone_m: 0.0,
            ..calm
        },
        Motion {
            bone_m: 3.0,
            ..calm
        },
        Motion {
            stretch_m: 0.02,
            ..calm
        },
    ] {
        let track = m.track();
        for error_m in [1e-4, 1e-6, 0.01] {
            let (bytes, worst) = packed(
                &track,
                PackOptions {
                    error_m,
                    tune: false,
                },
            );
            assert!(
                within(worst, error_m, m.far_m),
                "{m:?} at {error_m}: {worst}, {bytes} bytes"
            );
        }
    }
}

#[test]
fn what_does_not_move_costs_next_to_nothing() {
    let one = Motion {
        frames: 1,
        ..Motion::calm()
    }
    .track();
    let (bytes_of_one, _) = packed(&one, RULE);
    let still = Track {
        frames: 1280,
        locals: one.locals.repeat(1280),
        ..one
    };
    let (bytes, worst) = packed(&still, RULE);
    assert!(within(worst, 1e-4, 2.0));
    // Five chunks of which each begins anew with its first frame.
    assert!(bytes < 5 * bytes_of_one, "{bytes_of_one} {bytes}");
}

#[test]
fn steps_found_by_trying_keep_the_error_too_and_never_cost_more() {
    let track = Motion {
        frames: 200,
        ..Motion::calm()
    }
    .track();
    let (by_rule, _) = packed(&track, RULE);
    let (tried, worst) = packed(&track, PackOptions::default());
    assert!(within(worst, 1e-4, 2.0), "{worst}");
    assert!(tried <= by_rule, "{tried} {by_rule}");
}

#[test]
fn flipped_signs_change_nothing() {
    let m = Motion {
        spin: 0.3,
        ..Motion::calm()
    };
    let (plain, _) = packed(&m.track(), RULE);
    let (flipped, _) = packed(&Motion { flip: true, ..m }.track(), RULE);
    assert_eq!(plain, flipped);
}

#[test]
fn what_cannot_be_kept_is_refused_with_its_reason() {
    let track = Motion::calm().track();
    for error_m in [f64::NAN, 0.0, -1e-4, 1e-7, 1.0, f64::INFINITY] {
        let refused = pack(
            b"",
            std::slice::from_ref(&track),
            PackOptions {
                error_m,
                tune: false,
            },
        );
        assert!(
            matches!(refused, Err(CompactError::BadError { .. })),
            "{error_m}"
        );
    }
    let refused = |track: Track| pack(b"", &[track], RULE).unwrap_err();
    let mut short = track.clone();
    short.locals.pop();
    assert!(matches!(
        refused(short),
        CompactError::Shape { what: "poses", .. }
    ));
    let mut ring = track.clone();
    ring.parents[1] = Some(2);
    assert!(matches!(
        refused(ring),
        CompactError::Shape {
            what: "parents",
            ..
        }
    ));
    let mut odd = track.clone();
    odd.numbers = vec![1; track.frames + 1];
    assert!(matches!(
        refused(odd),
        CompactError::Shape {
            what: "numbers",
            ..
        }
    ));
    // That a pose or a point is a number is in its type.
    assert!(judge::Local::new(glam::DQuat::IDENTITY, DVec3::new(0.0, f64::NAN, 0.0)).is_none());
    assert!(Point::<Source>::new(DVec3::splat(f64::NAN)).is_none());
}
