//! A small stage in virtual time: a performer with markers, a camera and a prop.

use cyc_character::{Character, NeutralFace};
use cyc_engine::bring_up::{JobSettings, performer_job};
use cyc_engine::core::{
    Core, CoreSetup, Event, PerformerSetup, SourceLabels, SourceSetup, SourceTiming, TrackedSetup,
};
use cyc_model::{
    FrameNumber, HostNs, MocapFrame, Point, Pose, Rig, Roster, SegmentInfo, SourceId, StageFrame,
    SubjectInfo, Xf,
};
use cyc_solver::{
    HUMAN_SKELETON, LabelRig, PRODUCTION_53, RigPrecision, build_rig, parse_markerset,
    parse_skeleton,
};
use cyc_stage::LabelPolicy;
use glam::{DQuat, DVec3};
use std::sync::Arc;

pub const RATE_HZ: f64 = 120.0;

pub fn rig() -> Rig {
    let skeleton = parse_skeleton(HUMAN_SKELETON).unwrap();
    build_rig(&skeleton, &parse_markerset(PRODUCTION_53).unwrap()).unwrap()
}

/// When a frame is taken and heard.
pub fn at(number: u64) -> HostNs {
    HostNs((number as f64 / RATE_HZ * 1e9) as i64)
}

pub fn body(name: &str, segments: usize) -> SubjectInfo {
    let segment = |i: usize| SegmentInfo {
        name: if i == 0 {
            name.into()
        } else {
            format!("{name}{i}")
        },
        parent: (i > 0).then_some(0),
        parent_from_segment: None,
    };
    SubjectInfo {
        name: name.into(),
        segments: (0..segments).map(segment).collect(),
        markers: vec![],
    }
}

pub fn performer(rig: &Rig) -> SubjectInfo {
    SubjectInfo {
        name: "Ann".into(),
        segments: vec![],
        markers: rig.markers().iter().map(|m| m.name.clone()).collect(),
    }
}

pub fn roster(subjects: Vec<SubjectInfo>) -> Arc<Roster> {
    Arc::new(Roster::build(subjects).unwrap())
}

/// The stage's core: Ann, a camera and a prop, all of source 0.
pub fn core(rig: &Rig) -> Core {
    Core::new(setup(rig))
}

/// What it is made from.
pub fn setup(rig: &Rig) -> CoreSetup {
    let source = SourceId(0);
    let job = performer_job(rig.clone(), &Character::default(), &JobSettings::default()).unwrap();
    let label_rig = LabelRig {
        rig: rig.clone(),
        precision: RigPrecision::Calibrated,
    };
    let placed = |id| SourceSetup {
        id,
        stage_from_source: Xf::IDENTITY,
        timing: SourceTiming::default(),
    };
    let tracked = |subject: &str| TrackedSetup {
        source,
        subject: subject.into(),
    };
    CoreSetup {
        sources: vec![placed(source), placed(SourceId(1))],
        cameras: vec![tracked("Cam")],
        props: vec![tracked("Prop")],
        performers: vec![PerformerSetup {
            source,
            subject: "Ann".into(),
            job: Some(Box::new(job)),
            memory_frames: 10,
            labels: rig.markers().iter().map(|m| m.name.clone()).collect(),
            label_policy: LabelPolicy::Auto,
            stage_from_performance: Xf::IDENTITY,
            face: None,
            face_track: None,
            face_rest: NeutralFace::default(),
        }],
        labels: vec![SourceLabels::new(source, &[(0, label_rig)]).unwrap()],
    }
}

/// How the volume sways and turns at a frame.
pub fn sway(number: u64) -> Xf<cyc_model::Source, cyc_model::Source> {
    let t = number as f64 / RATE_HZ;
    let at = DVec3::new(0.6 * (1.7 * t).sin(), 0.0, 0.4 * (2.3 * t).cos());
    Xf::saturating(DQuat::from_rotation_y(0.5 * (1.1 * t).sin()), at)
}

/// Everything seen: Ann in her rest pose swaying, and every body of the roster beside her.
pub fn fill(frame: &mut MocapFrame, rig: &Rig, roster: &Arc<Roster>, number: u64) {
    frame.reset(roster);
    frame.number = FrameNumber(number);
    frame.heard = at(number);
    frame.rate_hz = RATE_HZ;
    let swayed = sway(number);
    if let Some(ann) = roster.find("Ann") {
        let span = roster.spans()[ann].markers();
        for (slot, marker) in frame.markers[span].iter_mut().zip(rig.markers()) {
            let joint = rig.skeleton().rest_global()[marker.joint.idx()];
            let at = (joint * marker.in_joint).metres();
            *slot = Some(swayed * Point::xyz(at.x, at.y, at.z));
        }
    }
    for (subject, span) in roster.subjects().iter().zip(roster.spans()) {
        // A place of its own for each name, wherever it stands in the roster.
        let own = subject.name.bytes().map(u32::from).sum::<u32>();
        for (i, slot) in frame.segments[span.segments()].iter_mut().enumerate() {
            let away = DVec3::new(f64::from(own) * 0.01, 1.5, i as f64 * 0.1);
            *slot = Some(Pose::saturating(
                swayed.rotation(),
                swayed.translation().metres() + away,
            ));
        }
    }
}

/// What one step shows, copied out.
pub fn show(core: &mut Core, now: HostNs, event: Event<'_>) -> StageFrame {
    let mut out = StageFrame::default();
    core.step(now, event, &mut out);
    let mut copy = StageFrame::default();
    copy.copy_from(&out);
    copy
}

/// Every number that a stage frame would bring to the renderer.
pub fn numbers(frame: &StageFrame) -> Vec<f64> {
    let tracked = frame.cameras.iter().chain(&frame.props);
    let poses = tracked.map(|t| {
        (
            t.stage_from_body.rotation(),
            t.stage_from_body.translation(),
        )
    });
    let joints = frame.performer_joints.iter().chain(&frame.human_joints);
    poses
        .chain(joints.map(|j| (j.rotation(), j.translation())))
        .flat_map(|(q, p)| q.to_array().into_iter().chain(p.metres().to_array()))
        .collect()
}
