//! The core in virtual time: every moment is an argument, so each of these tests is the same every time.

use super::*;
use crate::bring_up::{JobSettings, performer_job};
use cyc_character::{Character, NeutralFace};
use cyc_model::{
    Body, Epoch, FrameNumber, HostNs, MocapFrame, Nanos, PerformerIdx, Point, Pose, Quality, Rig,
    Roster, SegmentInfo, Source, SourceId, Stage, StageFrame, SubjectInfo, Xf,
};
use cyc_solver::{
    HUMAN_SKELETON, LabelRig, PRODUCTION_53, RigPrecision, build_rig, parse_markerset,
    parse_skeleton,
};
use cyc_stage::LabelPolicy;
use glam::{DQuat, DVec3};
use std::sync::Arc;

pub(super) fn rig() -> Rig {
    build_rig(
        &parse_skeleton(HUMAN_SKELETON).unwrap(),
        &parse_markerset(PRODUCTION_53).unwrap(),
    )
    .unwrap()
}

pub(super) fn roster(rig: &Rig) -> Arc<Roster> {
    let camera = SegmentInfo {
        name: "Cam".into(),
        parent: None,
        parent_from_segment: None,
    };
    let labels = rig.markers().iter().map(|m| m.name.clone()).collect();
    let performer = SubjectInfo {
        name: "Ann".into(),
        segments: vec![],
        markers: labels,
    };
    let camera = SubjectInfo {
        name: "Cam".into(),
        segments: vec![camera],
        markers: vec![],
    };
    Arc::new(Roster::build(vec![performer, camera]).unwrap())
}

/// The rig in its rest pose, in the source's space, moved by `shift`; the camera beside it.
pub(super) fn fill(
    frame: &mut MocapFrame,
    rig: &Rig,
    roster: &Arc<Roster>,
    number: u64,
    shift: DVec3,
) {
    frame.reset(roster);
    frame.number = FrameNumber(number);
    frame.heard = at(number);
    frame.rate_hz = 120.0;
    for (slot, marker) in frame.markers.iter_mut().zip(rig.markers()) {
        let joint = rig.skeleton().rest_global()[marker.joint.idx()];
        *slot = Point::<Source>::new((joint * marker.in_joint).metres() + shift);
    }
    frame.segments[0] = Some(Pose::<Source, Body>::from_translation(
        DVec3::new(0.0, 1.5, 3.0) + shift,
    ));
}

pub(super) fn at(number: u64) -> HostNs {
    HostNs(number as i64 * 8_333_333)
}

fn core(rig: &Rig, stage_from_source: Xf<Stage, Source>) -> Core {
    let job = performer_job(rig.clone(), &Character::default(), &JobSettings::default()).unwrap();
    build(
        rig,
        stage_from_source,
        LabelPolicy::Auto,
        Some(Box::new(job)),
    )
}

/// A core in the source's own space with a performer of this policy: solved when her rig is calibrated.
pub(super) fn core_with(rig: &Rig, policy: LabelPolicy, precision: RigPrecision) -> Core {
    let job =
        || performer_job(rig.clone(), &Character::default(), &JobSettings::default()).unwrap();
    let is_solved = precision == RigPrecision::Calibrated;
    let job = is_solved.then(|| Box::new(job()));
    build(rig, Xf::IDENTITY, policy, job)
}

fn build(
    rig: &Rig,
    stage_from_source: Xf<Stage, Source>,
    label_policy: LabelPolicy,
    job: Option<Box<PerformerJob>>,
) -> Core {
    let source = SourceId(0);
    let precision = if job.is_some() {
        RigPrecision::Calibrated
    } else {
        RigPrecision::Template
    };
    let rig_of = rig.clone();
    let label_rig = LabelRig {
        rig: rig_of,
        precision,
    };
    Core::new(CoreSetup {
        sources: vec![SourceSetup {
            id: source,
            stage_from_source,
            timing: SourceTiming::default(),
        }],
        cameras: vec![TrackedSetup {
            source,
            subject: "Cam".into(),
        }],
        props: vec![],
        performers: vec![PerformerSetup {
            source,
            subject: "Ann".into(),
            job,
            memory_frames: 10,
            labels: rig.markers().iter().map(|m| m.name.clone()).collect(),
            label_policy,
            stage_from_performance: Xf::IDENTITY,
            face: None,
            face_track: None,
            face_rest: NeutralFace::default(),
        }],
        labels: vec![SourceLabels::new(source, &[(0, label_rig)]).unwrap()],
    })
}

#[test]
fn a_performer_stands_where_the_stage_file_says_her_volume_is() {
    let rig = rig();
    let turn = DQuat::from_rotation_y(0.7);
    let stage_from_source = Xf::new(turn, DVec3::new(1.0, 0.0, -2.0)).unwrap();
    let mut core = core(&rig, stage_from_source);
    let (mut frame, mut out) = (MocapFrame::default(), StageFrame::default());
    let roster = roster(&rig);
    for number in 1..=3 {
        fill(&mut frame, &rig, &roster, number, DVec3::ZERO);
        // Her camera's ring is told now and then, and stays there.
        if number == 2 {
            let subject = roster.find("Cam").unwrap() as u16;
            let mut sample = cyc_model::LensSample::default();
            sample.zoom.normalised = Some(0.25);
            frame
                .lenses
                .push(cyc_model::SubjectLens { subject, sample });
        }
        let effects = core.step(at(number), Event::Frame(&frame), &mut out);
        assert_eq!(out.lenses[0].zoom.normalised, (number >= 2).then_some(0.25));
        assert!(effects.publish && effects.solved == 1 && !effects.refused);
    }
    // Independent: the rest pose turned and moved by plain vector arithmetic.
    for (joint, solved) in rig
        .skeleton()
        .rest_global()
        .iter()
        .zip(out.joints_of_performer(0))
    {
        let p = joint.translation().metres();
        let (s, c) = 0.7f64.sin_cos();
        let expected = DVec3::new(c * p.x + s * p.z + 1.0, p.y, -s * p.x + c * p.z - 2.0);
        let distance = solved.translation().metres().distance(expected);
        assert!(distance < 0.005, "{distance} m");
    }
    assert_eq!(out.number, 3);
    assert_eq!(out.performers[0].markers_seen, 53);
    assert_eq!(out.cameras[0].quality, Quality::Live);
}

#[test]
fn old_and_doubled_frames_change_nothing() {
    let rig = rig();
    let mut core = core(&rig, Xf::IDENTITY);
    let (mut frame, mut out) = (MocapFrame::default(), StageFrame::default());
    let roster = roster(&rig);
    for (number, refused) in [(5, false), (5, true), (4, true), (6, false)] {
        fill(&mut frame, &rig, &roster, number, DVec3::ZERO);
        assert_eq!(
            core.step(at(number), Event::Frame(&frame), &mut out)
                .refused,
            refused,
            "{number}"
        );
    }
    frame.epoch = Epoch(1);
    frame.number = FrameNumber(1);
    assert!(
        !core.step(at(7), Event::Frame(&frame), &mut out).refused,
        "a restart begins anew"
    );
    frame.source = SourceId(9);
    assert!(
        core.step(at(8), Event::Frame(&frame), &mut out).refused,
        "an unknown source is refused"
    );
}

#[test]
fn silence_ages_from_predicted_to_held_to_absent() {
    let rig = rig();
    let mut core = core(&rig, Xf::IDENTITY);
    let (mut frame, mut out) = (MocapFrame::default(), StageFrame::default());
    let roster = roster(&rig);
    for number in 1..=5 {
        fill(&mut frame, &rig, &roster, number, DVec3::ZERO);
        core.step(at(number), Event::Frame(&frame), &mut out);
    }
    let mut after = |ms: i64| {
        core.step(at(5) + Nanos::from_millis(ms), Event::Tick, &mut out);
        (
            out.performers[0].quality,
            out.cameras[0].quality,
            out.joints_of_performer(0).len(),
        )
    };
    assert!(matches!(after(10).0, Quality::Predicted { .. }));
    let (performer, camera, joints) = after(500);
    assert!(matches!(performer, Quality::Held { .. }) && matches!(camera, Quality::Held { .. }));
    assert_eq!(
        joints,
        rig.skeleton().len(),
        "a held performer is still shown"
    );
    let (performer, camera, _) = after(1500);
    assert_eq!((performer, camera), (Quality::Absent, Quality::Absent));
}

#[test]
fn a_new_job_takes_over_and_the_old_one_comes_back() {
    let rig = rig();
    let mut core = core(&rig, Xf::IDENTITY);
    let mut out = StageFrame::default();
    let job = || {
        Box::new(
            performer_job(rig.clone(), &Character::default(), &JobSettings::default()).unwrap(),
        )
    };
    let effects = core.step(at(1), Event::Job(PerformerIdx(0), job()), &mut out);
    assert!(effects.retired.is_some());
    let effects = core.step(at(1), Event::Job(PerformerIdx(7), job()), &mut out);
    assert!(
        effects.retired.is_some(),
        "a job for nobody is not lost on the live path"
    );
}

#[test]
fn the_memory_holds_the_last_frames_for_a_calibration() {
    let rig = rig();
    let mut core = core(&rig, Xf::IDENTITY);
    let (mut frame, mut out) = (MocapFrame::default(), StageFrame::default());
    let roster = roster(&rig);
    for number in 1..=15 {
        fill(
            &mut frame,
            &rig,
            &roster,
            number,
            DVec3::new(number as f64 * 0.01, 0.0, 0.0),
        );
        core.step(at(number), Event::Frame(&frame), &mut out);
    }
    let frames = core.memory(PerformerIdx(0)).unwrap().frames();
    assert_eq!((frames.len(), frames[0].len()), (10, 53));
    let moved = frames[9][0].unwrap().metres().x - frames[0][0].unwrap().metres().x;
    assert!((moved - 0.09).abs() < 1e-9);
}

#[test]
fn markers_that_are_gone_or_renamed_do_not_stop_the_others() {
    let rig = rig();
    let mut core = core(&rig, Xf::IDENTITY);
    let (mut frame, mut out) = (MocapFrame::default(), StageFrame::default());
    let first = roster(&rig);
    fill(&mut frame, &rig, &first, 1, DVec3::ZERO);
    core.step(at(1), Event::Frame(&frame), &mut out);
    // The same system, with its markers in another order and one renamed.
    let mut labels: Vec<String> = rig.markers().iter().map(|m| m.name.clone()).collect();
    labels.reverse();
    labels[0] = "unknown".into();
    let performer = SubjectInfo {
        name: "Ann".into(),
        segments: vec![],
        markers: labels,
    };
    let second = Arc::new(Roster::build(vec![performer]).unwrap());
    let mut reversed = frame.markers.clone();
    reversed.reverse();
    frame.reset(&second);
    frame.markers.copy_from_slice(&reversed);
    frame.number = FrameNumber(2);
    frame.heard = at(2);
    assert!(core.step(at(2), Event::Frame(&frame), &mut out).publish);
    assert_eq!(out.performers[0].markers_seen, 52);
    assert!(
        out.performers[0].marker_rms_m < 0.002,
        "{}",
        out.performers[0].marker_rms_m
    );
}
