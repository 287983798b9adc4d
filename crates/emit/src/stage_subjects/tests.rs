//! Where everything is, who is who, and what is not seen.
#![allow(
    clippy::field_reassign_with_default,
    reason = "the span has private fields"
)]

use super::*;
use cyc_model::{JointSpec, PerformerSpan, Quality, TrackedBody};
use glam::{DQuat, DVec3};
use std::f64::consts::FRAC_PI_2;

/// A stage with a zoom on its camera: the pupil goes forward as it closes in.
const ZOOM: &str = r#"
name = "zoom"
[[source]]
name = "s"
url = "freed://127.0.0.1:40000"
[[camera]]
name = "A"
source = "s"
subject = "1"
[camera.lens]
sensor_mm = [36.0, 20.25]
focal_length_mm = 30.0
points = [
  { zoom = 0.0, focal_length_mm = 24.0, pupil_m = [0.0, 0.1, -0.2], radial = [-0.1, 0.0, 0.0, 0.0, 0.0, 0.0] },
  { zoom = 1.0, focal_length_mm = 72.0, pupil_m = [0.0, 0.1, -0.6] },
]
"#;

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
    let stage = cyc_stage::Stage::from_toml(ZOOM).unwrap();
    StageSubjects::new(
        &[performer],
        stage.cameras().to_vec(),
        &["Staff".to_owned()],
    )
    .unwrap()
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
        rate_hz: 240.0,
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
    let mut live = frame(Quality::Live);
    let mut wide = LensSample::default();
    wide.zoom.normalised = Some(0.0);
    live.lenses.push(wide);
    subjects.fill(&live, &mut out);
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
    let staff = out.segments_of(2)[0].unwrap().translation().metres();
    assert!(staff.distance(DVec3::splat(0.5)) < 1e-9);
    assert_eq!(
        (out.number.0, out.taken, out.rate_hz),
        (7, Some(HostNs(1_000)), 240.0)
    );
}

#[test]
fn what_is_absent_is_occluded() {
    let (subjects, mut out) = (subjects(), MocapFrame::default());
    subjects.fill(&frame(Quality::Absent), &mut out);
    assert!(out.segments.iter().all(Option::is_none));
    subjects.fill(&StageFrame::default(), &mut out);
    assert_eq!((out.segments.len(), out.taken), (5, None));
    assert!(out.segments.iter().all(Option::is_none));
}

#[test]
fn a_zoom_is_told_as_its_ring_stands() {
    let (subjects, mut out) = (subjects(), MocapFrame::default());
    let mut told = |zoom: Option<f64>, focus_distance_m: Option<f64>| {
        let mut frame = frame(Quality::Live);
        let mut sample = LensSample {
            focus_distance_m,
            ..LensSample::default()
        };
        sample.zoom.normalised = zoom;
        frame.lenses.push(sample);
        subjects.fill(&frame, &mut out);
        let pupil = out.segments_of(1)[0].unwrap().translation().metres();
        (*out.lens_of(1).unwrap(), pupil.x)
    };
    let near = |a: Option<f64>, b: f64| (a.unwrap() - b).abs() < 1e-12;
    let (wide, x) = told(Some(0.0), Some(2.5));
    assert!(near(wide.focal_length_m, 0.024), "{wide:?}");
    assert!((x - 0.8).abs() < 1e-9, "0.2 m before the body");
    assert_eq!(
        (wide.zoom.normalised, wide.focus_distance_m),
        (Some(0.0), Some(2.5))
    );
    let [width, height] = wide.sensor_size_m.unwrap();
    assert!((width - 0.036).abs() < 1e-12 && (height - 0.02025).abs() < 1e-12);
    // -0.1 on coordinates of one focal length.
    let bend = wide.distortion.unwrap().numerator[0];
    assert!((bend + 0.1 / 0.024f64.powi(2)).abs() < 1e-9, "{bend}");
    let (tele, x) = told(Some(1.0), None);
    assert!(near(tele.focal_length_m, 0.072) && tele.distortion.is_none());
    assert!((x - 0.4).abs() < 1e-9, "0.6 m before the body");
    // Without a ring the file's lens.
    assert!(near(told(None, None).0.focal_length_m, 0.030));
}
