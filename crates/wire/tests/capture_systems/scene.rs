//! A scene to send: performers with trees and markers, and rigid bodies, with something occluded in each.

use cyc_model::{
    FrameNumber, HostNs, MocapFrame, Point, Roster, SegmentInfo, SubjectInfo, Timecode,
    TimecodeRate, UnlabelledMarker, Xf,
};
use glam::{DQuat, DVec3};
use std::sync::Arc;

pub const RATE_HZ: f64 = 120.0;

fn segment(name: &str, parent: Option<u16>, turn_rad: f64) -> SegmentInfo {
    let turn = DQuat::from_rotation_x(turn_rad);
    SegmentInfo {
        name: name.to_owned(),
        parent,
        parent_from_segment: Some(Xf::saturating(turn, DVec3::new(0.125, 0.25, -0.375))),
    }
}

pub fn performer(name: &str, segments: usize, markers: usize) -> SubjectInfo {
    // A tree that branches: 0 ← 1 ← 3 …, 0 ← 2 ← 4 …
    let bone = |k: usize| {
        let parent = (k > 0).then(|| k.saturating_sub(2) as u16);
        segment(&format!("Bone{k}"), parent, 0.1 * k as f64)
    };
    SubjectInfo {
        name: name.to_owned(),
        segments: (0..segments).map(bone).collect(),
        markers: (0..markers).map(|m| format!("M{m}")).collect(),
    }
}

pub fn body(name: &str) -> SubjectInfo {
    SubjectInfo {
        name: name.to_owned(),
        segments: vec![segment(name, None, 0.5)],
        markers: ["a", "b", "c"].map(str::to_owned).into(),
    }
}

/// Two performers, a camera, a prop, and markers of their own.
pub fn roster() -> Arc<Roster> {
    let loose = SubjectInfo {
        name: "Wall".to_owned(),
        segments: vec![],
        markers: vec!["left".to_owned(), "right".to_owned()],
    };
    let subjects = vec![
        performer("Ann", 6, 9),
        body("Camera"),
        performer("Bo", 5, 7),
        loose,
        body("Staff"),
    ];
    Arc::new(Roster::build(subjects).unwrap())
}

pub fn frame(roster: &Arc<Roster>, number: u64) -> MocapFrame {
    let mut out = MocapFrame::default();
    out.reset(roster);
    out.number = FrameNumber(number);
    out.rate_hz = RATE_HZ;
    out.taken = Some(HostNs(2_000_000_000));
    for (i, pose) in out.segments.iter_mut().enumerate() {
        let t = number as f64 * 0.1 + i as f64;
        let turn = DQuat::from_rotation_y(t) * DQuat::from_rotation_z(0.3 * t.sin());
        let at = DVec3::new(t.cos(), 1.0 + 0.5 * t.sin(), 0.2 * t);
        *pose = (i != 4 && i != 6).then(|| Xf::saturating(turn, at));
    }
    for (i, at) in out.markers.iter_mut().enumerate() {
        let t = number as f64 * 0.2 + i as f64;
        *at = (i % 5 != 3).then(|| Point::xyz(t.sin(), t.cos(), 0.01 * t));
    }
    for (k, trajectory) in [(1.0, 4711), (2.0, 70_000)] {
        let at = Point::xyz(-k, 0.5, 2.0 * k);
        out.unlabelled.push(UnlabelledMarker { at, trajectory });
    }
    let label = Timecode::new(TimecodeRate::Fps30, 10, 20, 30, (number % 30) as u8);
    out.timecode = label.unwrap().with_subframe(1, 4);
    out
}
