//! From a decoded frame to the published stage frame nothing is allocated once warm: a counting allocator is the judge.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use cyc_allocation::{CountingAllocator, allocations};
use cyc_character::{Character, NeutralFace, infer_humanoid};
use cyc_engine::bring_up::{JobSettings, performer_job};
use cyc_engine::core::{
    Core, CoreSetup, Event, Lead, PerformerSetup, SourceLabels, SourceSetup, SourceTiming,
    TrackedSetup,
};
use cyc_model::{
    FrameNumber, Hop, HostNs, MocapFrame, Nanos, Point, Pose, Roster, SegmentInfo, SourceId,
    StageFrame, SubjectInfo, UnlabelledMarker, Xf,
};
use cyc_queue::{OnFull, latest_value, ring};
use cyc_solver::{
    HUMAN_SKELETON, LabelRig, PRODUCTION_53, RigPrecision, build_rig, parse_markerset,
    parse_skeleton,
};
use cyc_stage::LabelPolicy;
use glam::DVec3;
use std::sync::Arc;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

const NAMES: [&str; 2] = ["Ann", "Bea"];

/// What the other threads of the team that the calling thread leads have allocated.
fn of_the_others() -> u64 {
    let me = rayon::current_thread_index();
    let each = rayon::broadcast(|other| match Some(other.index()) == me {
        true => 0,
        false => allocations(),
    });
    each.iter().sum()
}

#[test]
fn the_warm_path_from_frame_to_stage_frame_allocates_nothing() {
    // As the engine has it: the performers of a frame on the threads of a team.
    let team = rayon::ThreadPoolBuilder::new().num_threads(2);
    team.build().unwrap().install(walk_the_warm_path);
}

fn walk_the_warm_path() {
    // The judge itself first.
    let before = allocations();
    drop(std::hint::black_box(vec![1u8; 64]));
    assert!(allocations() > before, "the counter counts");
    let skeleton = parse_skeleton(HUMAN_SKELETON).unwrap();
    let rig = build_rig(&skeleton, &parse_markerset(PRODUCTION_53).unwrap()).unwrap();
    let character = Character {
        humanoid: infer_humanoid(rig.skeleton()),
        skeleton: Some(rig.skeleton().clone()),
        ..Character::default()
    };
    let source = SourceId(0);
    let label_rig = || LabelRig {
        rig: rig.clone(),
        precision: RigPrecision::Calibrated,
    };
    let performer = |subject: &str| PerformerSetup {
        source,
        subject: subject.to_owned(),
        job: performer_job(rig.clone(), &character, &JobSettings::default())
            .ok()
            .map(Box::new),
        memory_frames: 100,
        labels: rig.markers().iter().map(|m| m.name.clone()).collect(),
        label_policy: LabelPolicy::Auto,
        stage_from_performance: Xf::IDENTITY,
        face: None,
        face_track: None,
        face_rest: NeutralFace::default(),
    };
    let mut core = Core::new(CoreSetup {
        sources: vec![SourceSetup {
            id: source,
            stage_from_source: Xf::IDENTITY,
            timing: SourceTiming::default(),
        }],
        cameras: vec![TrackedSetup {
            source,
            subject: "Cam".into(),
        }],
        props: vec![],
        performers: NAMES.map(performer).into(),
        labels: vec![SourceLabels::new(source, &[(0, label_rig()), (1, label_rig())]).unwrap()],
    });
    core.follow_lead(Lead {
        time: Nanos::from_millis(60),
        ..Lead::default()
    });
    let camera = SegmentInfo {
        name: "Cam".into(),
        parent: None,
        parent_from_segment: None,
    };
    let performer = |name: &str| SubjectInfo {
        name: name.into(),
        segments: vec![],
        markers: rig.markers().iter().map(|m| m.name.clone()).collect(),
    };
    let mut subjects = NAMES.map(performer).to_vec();
    subjects.push(SubjectInfo {
        name: "Cam".into(),
        segments: vec![camera],
        markers: vec![],
    });
    let roster = Arc::new(Roster::build(subjects).unwrap());
    let (mut to_solver, mut from_source) =
        ring(8, OnFull::DropOldest, MocapFrame::default).unwrap();
    let (mut keep, mut kept) = ring(8, OnFull::DropNewest, StageFrame::default).unwrap();
    let (mut publish, mut readers) = latest_value(1, StageFrame::default).unwrap();
    let mut heard = MocapFrame::default();
    let mut newest = MocapFrame::default();
    let (mut warm, mut others, mut from_cloud) = (0, 0, 0);
    for number in 1..=5_000u64 {
        if number == 401 {
            others = of_the_others();
            // The question itself allocates.
            warm = allocations();
        }
        let now = HostNs(number as i64 * 4_166_666);
        let sway = DVec3::new(
            (number as f64 * 0.01).sin() * 0.2,
            0.0,
            (number as f64 * 0.007).cos() * 0.1,
        );
        heard.reset(&roster);
        heard.number = FrameNumber(number);
        heard.heard = now;
        let markers = rig.markers().iter();
        let both = markers
            .clone()
            .map(|m| (m, 0.0))
            .chain(markers.map(|m| (m, 2.0)));
        for (i, (slot, (marker, aside_m))) in heard.markers.iter_mut().zip(both).enumerate() {
            let joint = rig.skeleton().rest_global()[marker.joint.idx()];
            let hidden = (number as usize + i * 7) % 61 < 3;
            let p = (joint * marker.in_joint).metres() + sway + DVec3::X * aside_m;
            *slot = if hidden { None } else { Point::new(p) };
        }
        // Now the source labels, now it does not.
        if number % 200 > 100 {
            let unnamed = heard.markers.iter_mut().filter_map(Option::take);
            let points = unnamed.map(|at| UnlabelledMarker { at, trajectory: 0 });
            heard.unlabelled.extend(points);
        }
        heard.segments[0] = Some(Pose::from_translation(DVec3::new(0.0, 1.5, 2.0) + sway));
        assert!(
            to_solver
                .push_with(|slot| slot.copy_from(&heard))
                .is_stored()
        );
        from_source
            .pop_with(|slot| std::mem::swap(slot, &mut newest))
            .unwrap();
        newest.stamps.stamp(Hop::SolveBegan, now);
        let mut slot = publish.slot_mut();
        let effects = core.step(now, Event::Frame(&newest), &mut slot);
        assert!(effects.publish);
        from_cloud += u64::from(effects.from_cloud);
        assert!(keep.push_with(|frame| frame.copy_from(&slot)).is_stored());
        slot.publish();
        kept.pop_with(|_| ()).unwrap();
        assert_eq!(readers[0].latest().unwrap().number, number);
    }
    let after = allocations();
    assert_eq!(after - warm, 0, "allocations in 4 600 warm frames");
    assert_eq!(of_the_others() - others, 0, "allocations of others");
    assert!(from_cloud > 1000, "both ways are walked: {from_cloud}");
}
