//! BVH against hand-computed poses, broken files, and itself written and read again.

use super::*;
use cyc_model::ModelSpace;
use glam::{DMat3, DQuat, DVec3};
use proptest::prelude::*;

const SMALL: &str = "HIERARCHY\r\nROOT Hips\r\n{\r\n OFFSET 1 2 3\r\n CHANNELS 6 Xposition Yposition \
Zposition Zrotation Xrotation Yrotation\r\n JOINT My Spine {\r\n  OFFSET 0 1e1 0\r\n  CHANNELS 3 Yrotation \
Xrotation Zrotation\r\n  End Site\r\n  {\r\n   OFFSET 0 160.5 0\r\n  }\r\n }\r\n}\r\nMOTION\r\nFrames: 2\r\n\
Frame Time: 0.00833333\r\n100 90 -50 90 0 0 0 0 0\r\n 100 90 -50 30 40 50 10 20 30\r\n";

fn small() -> BvhClip {
    read(SMALL.as_bytes(), &BvhReadOptions::default()).unwrap()
}

fn problem(text: &str) -> BvhError {
    read(text.as_bytes(), &BvhReadOptions::default()).unwrap_err()
}

#[test]
fn reads_names_offsets_and_guesses_centimetres() {
    let clip = small();
    let names: Vec<_> = clip
        .skeleton()
        .joints()
        .iter()
        .map(|j| j.name.as_str())
        .collect();
    assert_eq!(names, ["Hips", "My Spine"]);
    assert_eq!((clip.frame_count(), clip.end_sites().len()), (2, 1));
    assert!((clip.rate_hz() - 120.0).abs() < 1e-3);
    match clip.units() {
        BvhUnits::Guessed {
            metres_per_unit,
            size_m,
        } => {
            assert_eq!(metres_per_unit, 0.01);
            assert!((size_m - 1.705).abs() < 1e-9);
        }
        other => panic!("{other:?}"),
    }
    let rest = clip.skeleton().rest_global()[1].translation().metres();
    assert!(rest.distance(DVec3::new(0.01, 0.12, 0.03)) < 1e-12);
}

/// Matrices written out by hand, in the order of the channels; shares nothing with the quaternions of the reader.
fn matrix(order: [(char, f64); 3]) -> DMat3 {
    order
        .into_iter()
        .fold(DMat3::IDENTITY, |m, (axis, degrees)| {
            let (s, c) = degrees.to_radians().sin_cos();
            m * match axis {
                'x' => DMat3::from_cols_array_2d(&[[1.0, 0.0, 0.0], [0.0, c, s], [0.0, -s, c]]),
                'y' => DMat3::from_cols_array_2d(&[[c, 0.0, -s], [0.0, 1.0, 0.0], [s, 0.0, c]]),
                _ => DMat3::from_cols_array_2d(&[[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]]),
            }
        })
}

#[test]
fn channels_turn_in_the_order_of_the_file() {
    let clip = small();
    let mut globals = [Xf::<ModelSpace, JointFrame>::IDENTITY; 2];
    clip.skeleton()
        .globals_from_locals(clip.locals(0), &mut globals);
    // The root stands at its position channels, not at offset plus channels, and is turned by 90° about z.
    let spine = globals[1].translation().metres();
    assert!(
        spine.distance(DVec3::new(0.9, 0.9, -0.5)) < 1e-12,
        "{spine}"
    );
    let hips = matrix([('z', 30.0), ('x', 40.0), ('y', 50.0)]);
    let spine = matrix([('y', 10.0), ('x', 20.0), ('z', 30.0)]);
    for (local, expected) in clip.locals(1).iter().zip([hips, spine]) {
        let found = DMat3::from_quat(local.rotation());
        assert!(found.abs_diff_eq(expected, 1e-12), "{found} {expected}");
    }
}

#[test]
fn sampling_meets_its_frames_and_holds_at_the_ends() {
    let clip = small();
    let mut out = [Xf::IDENTITY; 2];
    assert_eq!(clip.sample(Nanos(-5), &mut out), 2);
    assert_eq!(out, clip.locals(0));
    clip.sample(Nanos::from_secs(9), &mut out);
    assert_eq!(out, clip.locals(1));
    clip.sample(Nanos(4_166_665), &mut out);
    let (a, b) = (clip.locals(0)[0], clip.locals(1)[0]);
    let half = a.angle_to(b) / 2.0;
    assert!((out[0].angle_to(a) - half).abs() < 1e-6 && (out[0].angle_to(b) - half).abs() < 1e-6);
}

#[test]
fn says_where_a_file_is_broken() {
    let at = |text: &str| {
        let e = problem(text);
        ((e.line, e.column), e.problem)
    };
    assert_eq!(
        at(&SMALL.replace("0 0 0 0 0\r\n 100", "0 zero 0 0 0\r\n 100")),
        (
            (18, 17),
            BvhProblem::BadNumber {
                found: "zero".into()
            }
        )
    );
    let (place, what) = at(&SMALL.replace("Frames: 2", "Frames: 3"));
    assert_eq!(place, (20, 1));
    assert_eq!(
        what,
        BvhProblem::MissingFrames {
            declared: 3,
            found: 2
        }
    );
    assert_eq!(
        at(&SMALL.replace("MOTION", "ROOT Two {\n")).1,
        BvhProblem::SecondRoot
    );
    let (place, what) = at(&SMALL.replace("CHANNELS 3", "CHANELS 3"));
    assert_eq!(place, (8, 3));
    assert!(matches!(what, BvhProblem::Expected { .. }));
    assert!(matches!(
        at(&SMALL.replace("Yrotation Xrotation Z", "Yrotation Yrotation Z")).1,
        BvhProblem::BadChannels
    ));
    assert_eq!(
        at(&SMALL.replace("0.00833333", "-1")).1,
        BvhProblem::BadFrameTime
    );
    assert!(matches!(
        at(&SMALL.replace("160.5", "9000")).1,
        BvhProblem::UnknownUnit { .. }
    ));
    assert!(matches!(
        at(&SMALL.replace("Frames: 2", "Frames: 1e15")).1,
        BvhProblem::TooMany { .. }
    ));
    assert!(matches!(at("").1, BvhProblem::EndOfFile { .. }));
    assert!(matches!(
        at(&SMALL.replace("100 90", "1e300 90")).1,
        BvhProblem::TooFar
    ));
}

#[test]
fn numbers_after_the_last_frame_are_counted() {
    let text = SMALL.replace("Frames: 2", "Frames: 1");
    let clip = read(text.as_bytes(), &BvhReadOptions::default()).unwrap();
    assert_eq!((clip.frame_count(), clip.numbers_ignored()), (1, 9));
}

#[test]
fn truncated_anywhere_is_refused_or_whole() {
    for end in 0..SMALL.len() {
        if let Ok(clip) = read(&SMALL.as_bytes()[..end], &BvhReadOptions::default()) {
            assert_eq!(clip.frame_count(), 2, "cut at {end}");
        }
    }
}

#[test]
fn deep_nesting_is_refused_not_overflowed() {
    let text = format!("HIERARCHY ROOT a {{ {}", "JOINT b { ".repeat(100_000));
    assert!(matches!(problem(&text).problem, BvhProblem::TooMany { .. }));
}

fn any_clip() -> impl Strategy<Value = BvhClip> {
    let angle = -179.0..179.0f64;
    let pose = (
        (angle.clone(), -89.0..89.0f64, angle),
        (-2.0..2.0f64, 0.0..2.0f64, -2.0..2.0f64),
    );
    prop::collection::vec(pose, 3..30).prop_map(|poses| {
        let joint = |name: &str, parent, y| cyc_model::JointSpec {
            name: name.into(),
            parent,
            parent_from_joint: Xf::from_translation(DVec3::new(0.0, y, 0.0)),
        };
        let specs = vec![
            joint("a", None, 0.9),
            joint("b", Some(0), 0.5),
            joint("c", Some(0), 0.7),
        ];
        let (skeleton, _) = Skeleton::build(specs).unwrap();
        let whole = poses.len() / 3 * 3;
        let locals = poses[..whole]
            .iter()
            .enumerate()
            .map(|(i, ((z, x, y), (tx, ty, tz)))| {
                let q = DQuat::from_mat3(&matrix([('z', *z), ('x', *x), ('y', *y)]));
                // Joint c stays at its offset, the others move.
                let t = if i % 3 == 2 {
                    DVec3::new(0.0, 0.7, 0.0)
                } else {
                    DVec3::new(*tx, *ty, *tz)
                };
                Xf::new(q, t).unwrap()
            });
        BvhClip::new(skeleton, Vec::new(), 1.0 / 120.0, locals.collect()).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_is_read_again(clip in any_clip()) {
        let text = write(&clip, &BvhWriteOptions::default()).unwrap();
        let options = BvhReadOptions { metres_per_unit: Some(0.01) };
        let again = read(text.as_bytes(), &options).unwrap();
        prop_assert_eq!(again.frame_count(), clip.frame_count());
        prop_assert_eq!(text.matches("CHANNELS 6").count(), 2);
        for frame in 0..clip.frame_count() {
            for (a, b) in clip.locals(frame).iter().zip(again.locals(frame)) {
                prop_assert!(a.translation().distance_m(b.translation()) < 1e-8);
                prop_assert!(DMat3::from_quat(a.rotation()).abs_diff_eq(DMat3::from_quat(b.rotation()), 1e-7));
            }
        }
    }

    #[test]
    fn mutations_never_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut text = SMALL.as_bytes().to_vec();
        for (at, value) in changes {
            let at = at.index(text.len());
            text[at] = value;
        }
        let _ = read(&text, &BvhReadOptions::default());
    }
}
