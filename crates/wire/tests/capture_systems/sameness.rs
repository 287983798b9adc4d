//! Whether what came is what was sent, by names and not by places, since not every protocol keeps an order.

use cyc_model::{Body, MocapFrame, Point, Pose, Source};

/// Largest difference that 32-bit floats within 20 m make.
pub const SINGLE_M: f64 = 2e-6;
/// The same, of an angle.
pub const SINGLE_RAD: f64 = 1e-6;

pub fn pose_of(frame: &MocapFrame, subject: &str, segment: &str) -> Option<Pose<Source, Body>> {
    let i = frame.roster.find(subject).expect(subject);
    let segments = &frame.roster.subjects()[i].segments;
    let k = segments.iter().position(|s| s.name == segment);
    frame.segments_of(i)[k.expect(segment)]
}

pub fn marker_of(frame: &MocapFrame, subject: &str, marker: &str) -> Option<Point<Source>> {
    let i = frame.roster.find(subject).expect(subject);
    let markers = &frame.roster.subjects()[i].markers;
    let k = markers.iter().position(|m| m == marker);
    frame.markers_of(i)[k.expect(marker)]
}

#[track_caller]
pub fn same_pose(
    sent: Option<Pose<Source, Body>>,
    got: Option<Pose<Source, Body>>,
    (metres, radians): (f64, f64),
    what: &str,
) {
    let (Some(a), Some(b)) = (sent, got) else {
        assert_eq!(sent.is_some(), got.is_some(), "{what}");
        return;
    };
    let off = a.translation().distance_m(b.translation());
    assert!(off <= metres, "{what}: {a:?} {b:?}");
    let (q, r) = (a.rotation(), b.rotation());
    let chord = (q - r).length().min((q + r).length());
    assert!(2.0 * chord <= radians, "{what}: {a:?} {b:?}");
}

#[track_caller]
pub fn same_point(
    sent: Option<Point<Source>>,
    got: Option<Point<Source>>,
    metres: f64,
    what: &str,
) {
    match (sent, got) {
        (Some(a), Some(b)) => assert!(a.distance_m(b) <= metres, "{what}: {a:?} {b:?}"),
        _ => assert_eq!(sent.is_some(), got.is_some(), "{what}"),
    }
}

/// Poses and markers of every subject that was sent.
#[track_caller]
pub fn same_values(sent: &MocapFrame, got: &MocapFrame, metres: f64, radians: f64) {
    for subject in sent.roster.subjects() {
        for segment in &subject.segments {
            let what = format!("{}.{}", subject.name, segment.name);
            let pose = |f| pose_of(f, &subject.name, &segment.name);
            same_pose(pose(sent), pose(got), (metres, radians), &what);
        }
        for marker in &subject.markers {
            let what = format!("{}:{marker}", subject.name);
            let at = |f| marker_of(f, &subject.name, marker);
            same_point(at(sent), at(got), metres, &what);
        }
    }
}
