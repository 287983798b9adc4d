//! From a decoded frame to the published stage frame nothing is allocated once warm: a counting allocator is the judge.

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

#[test]
fn the_warm_path_from_frame_to_stage_frame_allocates_nothing() {
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
    let job = performer_job(rig.clone(), &character, &JobSettings::default()).unwrap();
    let label_rig = LabelRig {
        rig: rig.clone(),
        precision: RigPrecision::Calibrated,
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
        performers: vec![PerformerSetup {
            source,
            subject: "Ann".into(),
            job: Some(Box::new(job)),
            memory_frames: 100,
            labels: rig.markers().iter().map(|m| m.name.clone()).collect(),
            label_policy: LabelPolicy::Auto,
            stage_from_performance: Xf::IDENTITY,
            face: None,
            face_track: None,
            face_rest: NeutralFace::default(),
        }],
        labels: vec![SourceLabels::new(source, &[(0, label_rig)]).unwrap()],
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
    let labels = rig.markers().iter().map(|m| m.name.clone()).collect();
    let subjects = vec![
        SubjectInfo {
            name: "Ann".into(),
            segments: vec![],
            markers: labels,
        },
        SubjectInfo {
            name: "Cam".into(),
            segments: vec![camera],
            markers: vec![],
        },
    ];
    let roster = Arc::new(Roster::build(subjects).unwrap());
    let (mut to_solver, mut from_source) =
        ring(8, OnFull::DropOldest, MocapFrame::default).unwrap();
    let (mut keep, mut kept) = ring(8, OnFull::DropNewest, StageFrame::default).unwrap();
    let (mut publish, mut readers) = latest_value(1, StageFrame::default).unwrap();
    let mut heard = MocapFrame::default();
    let mut newest = MocapFrame::default();
    let (mut warm, mut from_cloud) = (0, 0);
    for number in 1..=10_000u64 {
        if number == 401 {
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
        for (i, (slot, marker)) in heard.markers.iter_mut().zip(rig.markers()).enumerate() {
            let joint = rig.skeleton().rest_global()[marker.joint.idx()];
            let hidden = (number as usize + i * 7) % 61 < 3;
            let p = (joint * marker.in_joint).metres() + sway;
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
    assert_eq!(after - warm, 0, "allocations in 9 600 warm frames");
    assert!(from_cloud > 1000, "both ways are walked: {from_cloud}");
}
