//! Where everything is, who is who, and what is not seen.
#![allow(
    clippy::field_reassign_with_default,
    reason = "the span has private fields"
)]

use super::*;
use cyc_model::{JointSpec, PerformerSpan, Quality, TrackedBody};
use glam::{DQuat, DVec3};
use std::f64::consts::FRAC_PI_2;

fn joint(name: &str, parent: Option<usize>, turned: DQuat, at: [f64; 3]) -> JointSpec {
    JointSpec {
        name: name.into(),
        parent,
        parent_from_joint: Xf::saturating(turned, DVec3::from_array(at)),
    }
}

/// Hips, spine and head; the spine's frame is turned against the model's at rest, as rigs of other programs are.
fn skeleton() -> (Skeleton, HumanoidMap) {
    let quarter = DQuat::from_rotation_x(FRAC_PI_2);
    let (skeleton, places) = Skeleton::build(vec![
        joint("root", None, DQuat::IDENTITY, [0.0; 3]),
        joint("pelvis", Some(0), DQuat::IDENTITY, [0.0, 1.0, 0.0]),
        joint("back", Some(1), quarter, [0.0, 0.2, 0.0]),
        joint("skull", Some(2), quarter.inverse(), [0.0, 0.0, -0.5]),
    ])
    .unwrap();
    let bones = [HumanBone::Hips, HumanBone::Spine, HumanBone::Head];
    let map = HumanoidMap::build(&skeleton, bones.into_iter().zip(places.into_iter().skip(1)));
    (skeleton, map.unwrap())
}

fn subjects() -> StageSubjects {
    let (skeleton, humanoid) = skeleton();
    let performer = PerformerSetup {
        name: "Ann",
        skeleton: &skeleton,
        humanoid: &humanoid,
    };
    let camera = CameraSetup {
        name: "A".into(),
        body_from_pupil: Xf::from_translation(DVec3::new(0.0, 0.1, -0.2)),
        lens: LensSample {
            focal_length_m: Some(0.035),
            ..LensSample::default()
        },
    };
    StageSubjects::new(&[performer], vec![camera], &["Staff".to_owned()]).unwrap()
}

fn body(turned: DQuat, at: [f64; 3], quality: Quality) -> TrackedBody {
    TrackedBody {
        stage_from_body: Xf::saturating(turned, DVec3::from_array(at)),
        quality,
    }
}

fn frame(quality: Quality) -> StageFrame {
    let (skeleton, _) = skeleton();
    let moved: Xf<Stage, cyc_model::ModelSpace> = Xf::saturating(
        DQuat::from_rotation_y(FRAC_PI_2),
        DVec3::new(2.0, 0.0, -3.0),
    );
    let joints: Vec<_> = skeleton.rest_global().iter().map(|j| moved * *j).collect();
    let mut frame = StageFrame {
        number: 7,
        due: HostNs(1_000),
        ..StageFrame::default()
    };
    let mut span = PerformerSpan::default();
    span.quality = quality;
    frame.push_performer(span, &joints);
    let left = DQuat::from_rotation_y(FRAC_PI_2);
    frame.cameras.push(body(left, [1.0, 1.5, 4.0], quality));
    frame.props.push(body(left, [0.5, 0.5, 0.5], quality));
    frame
}

#[test]
fn everything_is_where_it_is_on_the_stage() {
    let (subjects, mut out) = (subjects(), MocapFrame::default());
    subjects.fill(&frame(Quality::Live), 120.0, &mut out);
    let names: Vec<_> = out.roster.subjects().iter().map(|s| &*s.name).collect();
    assert_eq!(names, ["Ann", "A", "Staff"]);
    let bones: Vec<_> = out.roster.subjects()[0].segments.iter().collect();
    let named: Vec<_> = bones.iter().map(|b| (&*b.name, b.parent)).collect();
    assert_eq!(
        named,
        [("hips", None), ("spine", Some(0)), ("head", Some(1))]
    );
    // At rest, walked to (2, 0, -3) and turned by a quarter: so is every bone, whatever its frame at rest.
    let places = [[2.0, 1.0, -3.0], [2.0, 1.2, -3.0], [2.0, 1.7, -3.0]];
    for (pose, at) in out.segments_of(0).iter().zip(places) {
        let pose = pose.unwrap();
        assert!(pose.translation().metres().distance(DVec3::from_array(at)) < 1e-9);
        assert!(
            pose.rotation()
                .angle_between(DQuat::from_rotation_y(FRAC_PI_2))
                < 1e-6
        );
    }
    // Turned to the left, so that 0.2 m before the body is at smaller x.
    let camera = out.segments_of(1)[0].unwrap();
    assert!(
        camera
            .translation()
            .metres()
            .distance(DVec3::new(0.8, 1.6, 4.0))
            < 1e-9
    );
    assert_eq!(out.lens_of(1).unwrap().focal_length_m, Some(0.035));
    let staff = out.segments_of(2)[0].unwrap().translation().metres();
    assert!(staff.distance(DVec3::splat(0.5)) < 1e-9);
    assert_eq!(
        (out.number.0, out.taken, out.rate_hz),
        (7, Some(HostNs(1_000)), 120.0)
    );
}

#[test]
fn what_is_absent_is_occluded() {
    let (subjects, mut out) = (subjects(), MocapFrame::default());
    subjects.fill(&frame(Quality::Absent), 120.0, &mut out);
    assert!(out.segments.iter().all(Option::is_none));
    subjects.fill(&StageFrame::default(), 120.0, &mut out);
    assert_eq!((out.segments.len(), out.taken), (5, None));
    assert!(out.segments.iter().all(Option::is_none));
}
