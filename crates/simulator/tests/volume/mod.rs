//! A small virtual volume for tests: rigid bodies that rotate and skeletons that sway, each a function of the frame
//! number, so that a receiver's values can be compared with what they must be.
#![allow(dead_code, reason = "each test uses its part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use cyc_model::{
    MocapFrame, Point, Pose, Roster, SegmentInfo, Source, SubjectInfo, Timecode, TimecodeRate,
    UnlabelledMarker, Xf,
};
use cyc_simulator::servers::FrameProducer;
use glam::{DQuat, DVec3};
use std::sync::Arc;

pub const SEGMENTS: usize = 20;
pub const MARKERS: usize = 53;

/// Metres that the body `Clock` moves in one frame: its position tells the frame number.
pub const CLOCK_STEP_M: f64 = 1e-4;

pub struct Volume {
    roster: Arc<Roster>,
    rate_hz: f64,
    actors: usize,
    frames: u64,
    /// From this frame on there is one subject more.
    pub newcomer_at: Option<u64>,
}

impl Volume {
    pub fn new(rate_hz: f64, actors: usize, frames: u64) -> Self {
        Self {
            roster: roster(actors, false),
            rate_hz,
            actors,
            frames,
            newcomer_at: None,
        }
    }
}

fn rigid(name: &str) -> SubjectInfo {
    SubjectInfo {
        name: name.into(),
        segments: vec![SegmentInfo {
            name: name.into(),
            parent: None,
            parent_from_segment: Some(Xf::IDENTITY),
        }],
        markers: vec!["m1".into(), "m2".into(), "m3".into()],
    }
}

fn actor(i: usize) -> SubjectInfo {
    // A spine of five with three limbs on it, so that the tree branches.
    let parent = |k: usize| match k {
        0 => None,
        5 | 10 | 15 => Some(4),
        k => Some(k as u16 - 1),
    };
    SubjectInfo {
        name: format!("Actor{i}"),
        segments: (0..SEGMENTS)
            .map(|k| SegmentInfo {
                name: format!("Bone{k}"),
                parent: parent(k),
                parent_from_segment: Some(Xf::from_translation(DVec3::new(0.0, 0.1, 0.0))),
            })
            .collect(),
        markers: (0..MARKERS).map(|k| format!("M{k}")).collect(),
    }
}

pub fn roster(actors: usize, newcomer: bool) -> Arc<Roster> {
    let mut subjects: Vec<_> = (0..actors).map(actor).collect();
    subjects.extend(["Clock", "Camera", "Prop"].map(rigid));
    if newcomer {
        subjects.push(rigid("Newcomer"));
    }
    Arc::new(Roster::build(subjects).unwrap())
}

/// The pose of a segment of a subject at a frame.
pub fn pose(subject: usize, segment: usize, number: u64) -> Pose<Source, cyc_model::Body> {
    let t = number as f64 * 0.01 + segment as f64 * 0.37 + subject as f64;
    let turn = DQuat::from_rotation_y(t)
        * DQuat::from_rotation_x(0.7 * (t * 1.3).sin())
        * DQuat::from_rotation_z(0.4 * (t * 0.7).cos());
    let at = DVec3::new(
        t.sin() + subject as f64,
        1.0 + 0.1 * segment as f64,
        (t * 0.9).cos(),
    );
    Xf::saturating(turn, at)
}

/// The pose of the body whose place is the frame number.
pub fn clock_pose(number: u64) -> Pose<Source, cyc_model::Body> {
    Xf::from_translation(DVec3::new(number as f64 * CLOCK_STEP_M, 0.5, 0.0))
}

pub fn marker(place: usize, number: u64) -> Point<Source> {
    let t = number as f64 * 0.02 + place as f64;
    Point::xyz(t.sin(), 1.0 + 0.5 * t.cos(), 0.3 * (t * 0.5).sin())
}

/// Which marker is occluded in a frame.
pub fn occluded(number: u64, count: usize) -> usize {
    number as usize % count
}

/// Fills a frame as the volume shows it.
pub fn fill(roster: &Arc<Roster>, number: u64, out: &mut MocapFrame) {
    out.reset(roster);
    for (i, (subject, span)) in roster.subjects().iter().zip(roster.spans()).enumerate() {
        for (k, place) in span.segments().enumerate() {
            out.segments[place] = Some(if subject.name == "Clock" {
                clock_pose(number)
            } else {
                pose(i, k, number)
            });
        }
    }
    for place in 0..out.markers.len() {
        out.markers[place] = Some(marker(place, number));
    }
    if !out.markers.is_empty() {
        let hidden = occluded(number, out.markers.len());
        out.markers[hidden] = None;
    }
    out.unlabelled.push(UnlabelledMarker {
        at: Point::xyz(0.1, 0.2, 0.3),
        trajectory: 77,
    });
    let tc = Timecode::from_frame_of_day(TimecodeRate::Fps25, number as i64 / 4);
    out.timecode = tc.with_subframe((number % 4) as u16, 4);
}

impl FrameProducer for Volume {
    fn roster(&self) -> Arc<Roster> {
        Arc::clone(&self.roster)
    }

    fn rate_hz(&self) -> f64 {
        self.rate_hz
    }

    fn produce(&mut self, number: u64, out: &mut MocapFrame) -> bool {
        if number > self.frames {
            return false;
        }
        if self.newcomer_at == Some(number) {
            self.roster = roster(self.actors, true);
        }
        fill(&self.roster, number, out);
        true
    }
}
