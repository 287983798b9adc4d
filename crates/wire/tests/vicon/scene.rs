//! A scene to send: performers with trees and markers, and rigid bodies.

use cyc_model::{
    MocapFrame, Point, Roster, SegmentInfo, SubjectInfo, Timecode, TimecodeRate, UnlabelledMarker,
    Xf,
};
use glam::{DQuat, DVec3};
use std::sync::Arc;

pub fn roster(actors: usize, segments: usize, markers: usize) -> Arc<Roster> {
    let mut subjects: Vec<_> = (0..actors)
        .map(|a| SubjectInfo {
            name: format!("Actor{a}"),
            segments: (0..segments).map(segment).collect(),
            markers: (0..markers).map(|m| format!("M{m}")).collect(),
        })
        .collect();
    subjects.push(SubjectInfo {
        name: "Camera".into(),
        segments: vec![SegmentInfo {
            name: "Camera".into(),
            ..segment(0)
        }],
        markers: vec!["a".into(), "b".into()],
    });
    Arc::new(Roster::build(subjects).unwrap())
}

fn segment(k: usize) -> SegmentInfo {
    let turn = DQuat::from_rotation_x(0.1 * k as f64);
    SegmentInfo {
        name: format!("Bone{k}"),
        // A tree that branches: 0 ← 1 ← 3 …, 0 ← 2 ← 4 …
        parent: (k > 0).then(|| k.saturating_sub(2) as u16),
        parent_from_segment: Some(Xf::saturating(turn, DVec3::new(0.1, 0.2, -0.3))),
    }
}

pub fn frame(roster: &Arc<Roster>, number: u64) -> MocapFrame {
    let mut out = MocapFrame::default();
    fill(roster, number, &mut out);
    out
}

pub fn fill(roster: &Arc<Roster>, number: u64, out: &mut MocapFrame) {
    out.reset(roster);
    out.number = cyc_model::FrameNumber(number);
    for (i, pose) in out.segments.iter_mut().enumerate() {
        let t = number as f64 * 0.1 + i as f64;
        let turn = DQuat::from_rotation_y(t) * DQuat::from_rotation_z(0.3 * t.sin());
        *pose = Some(Xf::saturating(
            turn,
            DVec3::new(t.cos(), 1.0 + 0.5 * t.sin(), 0.2 * t),
        ));
    }
    for (i, at) in out.markers.iter_mut().enumerate() {
        let t = number as f64 * 0.2 + i as f64;
        *at = Some(Point::xyz(t.sin(), t.cos(), 0.01 * t));
    }
    out.unlabelled.push(UnlabelledMarker {
        at: Point::xyz(-1.0, 0.5, 2.0),
        trajectory: 4711,
    });
    let tc = Timecode::new(TimecodeRate::Fps24, 10, 20, 30, (number % 24) as u8).unwrap();
    out.timecode = tc.with_subframe(1, 4);
}

/// Whether two frames hold the same, to the given precisions.
#[track_caller]
pub fn assert_same(sent: &MocapFrame, got: &MocapFrame, metres: f64, radians: f64) {
    assert_same_roster(&sent.roster, &got.roster);
    assert_eq!((sent.number, sent.timecode), (got.number, got.timecode));
    assert_eq!(sent.segments.len(), got.segments.len());
    for (i, (a, b)) in sent.segments.iter().zip(&got.segments).enumerate() {
        let (Some(a), Some(b)) = (a, b) else {
            assert_eq!(a.is_some(), b.is_some(), "segment {i}");
            continue;
        };
        let (p, q) = (a.translation(), b.translation());
        assert!(p.distance_m(q) <= metres, "segment {i}: {p:?} {q:?}");
        let (q, r) = (a.rotation(), b.rotation());
        let chord = (q - r).length().min((q + r).length());
        assert!(2.0 * chord <= radians, "segment {i}: {a:?} {b:?}");
    }
    for (i, (a, b)) in sent.markers.iter().zip(&got.markers).enumerate() {
        match (a, b) {
            (Some(a), Some(b)) => assert!(a.distance_m(*b) <= metres, "marker {i}"),
            _ => assert_eq!(a.is_some(), b.is_some(), "marker {i}"),
        }
    }
    assert_eq!(sent.unlabelled.len(), got.unlabelled.len());
    for (a, b) in sent.unlabelled.iter().zip(&got.unlabelled) {
        assert!(a.at.distance_m(b.at) <= metres && a.trajectory == b.trajectory);
    }
}

/// Whether two rosters say the same; neutral poses went through a matrix and may differ in the last digit.
#[track_caller]
fn assert_same_roster(sent: &Roster, got: &Roster) {
    let names = |r: &Roster| {
        let mut all = Vec::new();
        for s in r.subjects() {
            let segments = s.segments.iter().map(|g| (g.name.clone(), g.parent));
            all.push((
                s.name.clone(),
                segments.collect::<Vec<_>>(),
                s.markers.clone(),
            ));
        }
        all
    };
    assert!(
        names(sent) == names(got),
        "{:?}\n{:?}",
        names(sent),
        names(got)
    );
    let neutral = |r: &Roster| {
        let segments = r.subjects().iter().flat_map(|s| &s.segments);
        segments.map(|g| g.parent_from_segment).collect::<Vec<_>>()
    };
    for (a, b) in neutral(sent).iter().zip(neutral(got)) {
        match (a, b) {
            (Some(a), Some(b)) => {
                assert!(a.translation().distance_m(b.translation()) < 1e-12);
                let (q, r) = (a.rotation(), b.rotation());
                let chord = (q - r).length().min((q + r).length());
                assert!(chord < 1e-12, "{a:?} {b:?}");
            }
            (a, b) => assert_eq!(a.is_some(), b.is_some()),
        }
    }
}
