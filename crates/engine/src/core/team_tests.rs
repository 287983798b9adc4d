//! A team solves what one thread solves, to the bit, and what fails on one of its threads costs nobody else anything.

use super::tests::{at, rig};
use super::*;
use crate::bring_up::{JobSettings, performer_job};
use cyc_character::{Character, NeutralFace, infer_humanoid};
use cyc_model::{
    FrameNumber, MocapFrame, PerformerIdx, Point, Quality, Rig, Roster, Source, SourceId,
    StageFrame, SubjectInfo, Xf,
};
use cyc_stage::LabelPolicy;
use glam::{DQuat, DVec3};
use std::sync::Arc;

const PERFORMERS: usize = 5;
const FRAMES: u64 = 60;
/// A frame in which one performer's solving panics, and whose that is.
const FAILS: (u64, usize) = (30, 3);

fn core(rig: &Rig) -> Core {
    let character = Character {
        humanoid: infer_humanoid(rig.skeleton()),
        skeleton: Some(rig.skeleton().clone()),
        ..Character::default()
    };
    let performer = |me: usize| PerformerSetup {
        source: SourceId(0),
        subject: format!("P{me}"),
        job: performer_job(rig.clone(), &character, &JobSettings::default())
            .ok()
            .map(Box::new),
        memory_frames: 10,
        labels: rig.markers().iter().map(|m| m.name.clone()).collect(),
        label_policy: LabelPolicy::Auto,
        stage_from_performance: Xf::IDENTITY,
        face: None,
        face_track: None,
        face_rest: NeutralFace::default(),
    };
    Core::new(CoreSetup {
        sources: vec![SourceSetup {
            id: SourceId(0),
            stage_from_source: Xf::IDENTITY,
            timing: SourceTiming::default(),
        }],
        cameras: vec![],
        props: vec![],
        performers: (0..PERFORMERS).map(performer).collect(),
        labels: vec![],
    })
}

fn roster(rig: &Rig) -> Arc<Roster> {
    let performer = |me: usize| SubjectInfo {
        name: format!("P{me}"),
        segments: vec![],
        markers: rig.markers().iter().map(|m| m.name.clone()).collect(),
    };
    Arc::new(Roster::build((0..PERFORMERS).map(performer).collect()).unwrap())
}

/// Every performer turns on her own place, at her own pace, with markers that come and go.
fn fill(frame: &mut MocapFrame, rig: &Rig, roster: &Arc<Roster>, number: u64) {
    frame.reset(roster);
    frame.number = FrameNumber(number);
    frame.heard = at(number);
    frame.rate_hz = 120.0;
    let markers = rig.markers();
    for (place, slot) in frame.markers.iter_mut().enumerate() {
        let (me, i) = (place / markers.len(), place % markers.len());
        let turn = DQuat::from_rotation_y(number as f64 * 0.01 * (1.0 + me as f64));
        let joint = rig.skeleton().rest_global()[markers[i].joint.idx()];
        let p = turn * (joint * markers[i].in_joint).metres() + DVec3::X * (2.0 * me as f64);
        let is_hidden = (number as usize + place * 7) % 61 < 3;
        *slot = Point::<Source>::new(p).filter(|_| !is_hidden);
    }
}

/// What a core shows of some seconds: every number of every stage frame, and how often a performer failed.
fn shown() -> (Vec<String>, u16) {
    let rig = rig();
    let (mut core, roster) = (core(&rig), roster(&rig));
    let (mut frame, mut out) = (MocapFrame::default(), StageFrame::default());
    let (mut all, mut panicked) = (Vec::new(), 0);
    for number in 1..=FRAMES {
        if number == FAILS.0 {
            let fail = Event::Fail(PerformerIdx(FAILS.1 as u16));
            core.step(at(number), fail, &mut out);
        }
        fill(&mut frame, &rig, &roster, number);
        let effects = core.step(at(number), Event::Frame(&frame), &mut out);
        panicked += effects.panicked;
        if number == FAILS.0 {
            for (me, performer) in out.performers.iter().enumerate() {
                let is_live = performer.quality == Quality::Live;
                assert_eq!(is_live, me != FAILS.1, "{me}: {:?}", performer.quality);
            }
        }
        all.push(format!("{out:?}"));
    }
    (all, panicked)
}

#[test]
fn a_team_shows_what_one_thread_shows_to_the_bit() {
    let alone = shown();
    assert_eq!((alone.0.len() as u64, alone.1), (FRAMES, 1));
    for threads in [2, 4] {
        let team = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let together = team.build().unwrap().install(shown);
        assert_eq!(together.1, alone.1);
        for (number, (a, b)) in alone.0.iter().zip(&together.0).enumerate() {
            assert!(a == b, "{threads} threads, frame {number}:\n{a}\n{b}");
        }
    }
}
