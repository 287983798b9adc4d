//! A committed file of each version of the format, read for ever.
//!
//! What is in it is a closed form, so that the file is judged by the formula and not by the code that wrote it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use cyc_compact::{CompactTake, PackOptions, Track, pack};
use cyc_model::{JointFrame, Point, Source, Xf};
use glam::{DQuat, DVec3};
use std::f64::consts::TAU;

const FRAMES: usize = 300;
const PARENTS: [Option<u16>; 4] = [None, Some(0), Some(1), Some(0)];

fn numbers(f: usize) -> [i64; 3] {
    let f = f as i64;
    [f, f * f * f, if f % 50 < 3 { i64::MIN + f } else { -1 }]
}

fn points(f: usize) -> [Option<Point<Source>>; 2] {
    let t = f as f64 / 120.0;
    let circle = Point::new(DVec3::new((TAU * t).cos(), 1.5, (TAU * t).sin()));
    [
        circle,
        Point::new(DVec3::new(1000.0 + t, t * t, -t)).filter(|_| !f.is_multiple_of(7)),
    ]
}

fn locals(f: usize) -> [Xf<JointFrame, JointFrame>; 4] {
    let t = f as f64 / 120.0;
    let pose = |axis: DVec3, angle: f64, at: DVec3| {
        Xf::new(DQuat::from_axis_angle(axis, angle), at).unwrap()
    };
    [
        pose(
            DVec3::Y,
            4.0 * t,
            DVec3::new(-3.0 + t, 0.9 + 0.05 * (9.0 * t).sin(), 2.0),
        ),
        pose(DVec3::X, 0.8 * (3.0 * t).sin(), DVec3::new(0.0, 0.4, 0.0)),
        pose(
            DVec3::Z,
            -1.2 + 0.7 * (5.0 * t).cos(),
            DVec3::new(0.1, 0.3, 0.0),
        ),
        // Half turns, frame by frame: each chunk is short.
        pose(
            DVec3::Z,
            if f > 280 { 3.0 * f as f64 } else { 0.0 },
            DVec3::new(0.0, -0.1, 0.02 * t),
        ),
    ]
}

#[test]
fn version_1_is_read() {
    let bytes = std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/versions/v1.cyctake"
    ))
    .unwrap();
    let take = CompactTake::open(bytes).unwrap();
    assert_eq!(
        (take.description(), take.error_m()),
        (&b"version 1"[..], 1e-4)
    );
    let track = take.tracks().next().unwrap();
    assert_eq!(
        (track.name, track.description, track.frames),
        ("all", &b"of everything"[..], FRAMES)
    );
    let mut cursor = take.cursor(0).unwrap();
    let mut decoded = [Xf::IDENTITY; 4];
    for f in 0..FRAMES {
        let frame = cursor.frame(f).unwrap();
        assert_eq!(frame.numbers(), numbers(f));
        for (p, truth) in points(f).into_iter().enumerate() {
            let point = frame.point(p);
            assert_eq!(point.is_some(), truth.is_some(), "frame {f}");
            if let (Some(a), Some(b)) = (point, truth) {
                assert!(a.distance_m(b) < 1e-4 + 1e-9);
            }
        }
        frame.locals(&mut decoded);
        let (mut at, mut there) = ([DVec3::ZERO; 4], [DVec3::ZERO; 4]);
        let (mut turn, mut turned) = ([DQuat::IDENTITY; 4], [DQuat::IDENTITY; 4]);
        for (j, truth) in locals(f).into_iter().enumerate() {
            let above = PARENTS[j].map(usize::from);
            let base = above.map_or((DVec3::ZERO, DQuat::IDENTITY), |p| (at[p], turn[p]));
            at[j] = base.0 + base.1 * truth.translation().metres();
            turn[j] = base.1 * truth.rotation();
            let base = above.map_or((DVec3::ZERO, DQuat::IDENTITY), |p| (there[p], turned[p]));
            there[j] = base.0 + base.1 * decoded[j].translation().metres();
            turned[j] = base.1 * decoded[j].rotation();
            for v in [DVec3::X, DVec3::Y, DVec3::Z] {
                let v = v * 0.03;
                let off = at[j] + turn[j] * v - there[j] - turned[j] * v;
                assert!(off.length() < 1e-4 + 1e-9, "frame {f} joint {j}: {off}");
            }
        }
    }
}

/// Made once for each version; takes the place of no file.
#[test]
#[ignore = "writes the file of a version that has none"]
fn write() {
    let track = Track {
        name: "all".into(),
        description: b"of everything".to_vec(),
        frames: FRAMES,
        numbers: (0..FRAMES).flat_map(numbers).collect(),
        points: (0..FRAMES).flat_map(points).collect(),
        parents: PARENTS.to_vec(),
        locals: (0..FRAMES).flat_map(locals).collect(),
    };
    let bytes = pack(b"version 1", &[track], PackOptions::default()).unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/versions/v1.cyctake");
    assert!(!std::path::Path::new(path).exists());
    std::fs::write(path, bytes).unwrap();
}
