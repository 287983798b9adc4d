//! A performer, a camera with its lens and a prop, standing still at places that are written down here.

use cyc_emit::{OutputUrl, Outputs};
use cyc_model::{
    FrameNumber, HostNs, LensSample, MocapFrame, Roster, SegmentInfo, SubjectInfo, SubjectLens,
    Timecode, TimecodeRate, Xf,
};
use glam::{DQuat, DVec3};
use std::sync::Arc;

/// Where the performer's head is, metres.
pub const HEAD_M: [f64; 3] = [1.0, 1.5, -2.0];
/// Where her hips are.
pub const HIPS_M: [f64; 3] = [1.0, 0.9, -2.0];
/// Where the staff is.
pub const STAFF_M: [f64; 3] = [-3.0, 4.0, 0.0];
/// Where the camera is: it is turned by 30° to the left and looks 10° up.
pub const CAMERA_M: [f64; 3] = [0.25, 1.75, 3.5];
pub const PAN_LEFT_DEG: f64 = 30.0;
pub const TILT_UP_DEG: f64 = 10.0;

fn body(name: &str, segments: &[(&str, Option<u16>)]) -> SubjectInfo {
    SubjectInfo {
        name: name.into(),
        segments: segments
            .iter()
            .map(|(name, parent)| SegmentInfo {
                name: (*name).into(),
                parent: *parent,
                parent_from_segment: None,
            })
            .collect(),
        markers: vec![],
    }
}

fn at(
    place: [f64; 3],
    turned: DQuat,
) -> Option<cyc_model::Pose<cyc_model::Source, cyc_model::Body>> {
    Xf::new(turned, DVec3::from_array(place))
}

/// The frame, numbered, with the label of that number at 25 frames a second from 01:00:00:00.
pub fn frame(number: i64) -> MocapFrame {
    let roster = Roster::build(vec![
        body("Ann", &[("hips", None), ("head", Some(0))]),
        body("FilmCamera", &[("FilmCamera", None)]),
        body("Staff", &[("Staff", None)]),
    ]);
    let mut frame = MocapFrame::default();
    frame.reset(&Arc::new(roster.unwrap()));
    let camera = DQuat::from_rotation_y(PAN_LEFT_DEG.to_radians())
        * DQuat::from_rotation_x(TILT_UP_DEG.to_radians());
    frame.segments = vec![
        at(HIPS_M, DQuat::IDENTITY),
        at(HEAD_M, DQuat::from_rotation_y(0.5)),
        at(CAMERA_M, camera),
        at(STAFF_M, DQuat::IDENTITY),
    ];
    let sample = LensSample {
        focal_length_m: Some(0.035),
        focus_distance_m: Some(4.0),
        ..LensSample::default()
    };
    frame.lenses.push(SubjectLens { subject: 1, sample });
    frame.number = FrameNumber(number as u64);
    frame.rate_hz = 25.0;
    frame.taken = Some(HostNs(1_000_000_000));
    let hour = Timecode::new(TimecodeRate::Fps25, 1, 0, 0, 0).unwrap();
    let label = hour.frame_of_day() + number;
    frame.timecode = Some(Timecode::from_frame_of_day(hour.rate(), label));
    frame
}

/// Frames of one roster, as a source gives them.
pub fn next(frame: &mut MocapFrame) {
    frame.number.0 += 1;
    let label = frame.timecode.unwrap();
    frame.timecode = Some(Timecode::from_frame_of_day(
        label.rate(),
        label.frame_of_day() + 1,
    ));
}

/// A running output.
pub fn output(url: &str) -> Outputs {
    let url: OutputUrl = url.parse().unwrap();
    Outputs::start(&[url]).unwrap()
}
