//! The four samples that the specification publishes: every value that we have a place for, read off by eye.

use crate::shared_file;
use cyc_model::{Distortion, HostNs, MocapFrame};
use cyc_wire::opentrackio::{
    Decoder, Encoding, Packet, Real, Sample, decode_sample, encode_packet,
};
use glam::{DMat3, DVec3};

fn read(file: &str) -> Option<(MocapFrame, Sample)> {
    let json = shared_file(&format!("opentrackio/{file}"))?;
    let mut datagram = Vec::new();
    let packet = Packet {
        encoding: Encoding::Json,
        sequence: 1,
        offset: 0,
        is_last: true,
        payload: &json,
    };
    encode_packet(&packet, &mut datagram);
    let (mut decoder, mut frame) = (Decoder::default(), MocapFrame::default());
    assert!(decoder.decode(&datagram, HostNs(0), &mut frame).unwrap());
    let sample = *decoder.sample();
    assert_eq!(decode_sample(Encoding::Json, &json).unwrap(), sample);
    Some((frame, sample))
}

/// Pan 180°, tilt 90°, roll 45° in their axes: Rz · Rx · Ry.
fn turned() -> DMat3 {
    let rz = DMat3::from_cols(DVec3::NEG_X, DVec3::NEG_Y, DVec3::Z);
    let rx = DMat3::from_cols(DVec3::X, DVec3::Z, DVec3::NEG_Y);
    let h = std::f64::consts::FRAC_1_SQRT_2;
    let ry = DMat3::from_cols(DVec3::new(h, 0.0, -h), DVec3::Y, DVec3::new(h, 0.0, h));
    rz * rx * ry
}

fn ours(v: DVec3) -> DVec3 {
    DVec3::new(v.x, v.z, -v.y)
}

#[track_caller]
fn assert_pose(frame: &MocapFrame, at: DVec3, rotation: DMat3) {
    let pose = frame.segments[0].unwrap();
    assert!(pose.translation().metres().distance(ours(at)) < 1e-12);
    for axis in [DVec3::X, DVec3::Y, DVec3::Z] {
        let (got, expected) = (pose.rotation() * ours(axis), ours(rotation * axis));
        assert!(got.distance(expected) < 1e-12, "{got} is not {expected}");
    }
}

/// What all four have in common.
fn assert_shared(frame: &MocapFrame, sample: &Sample) {
    assert_eq!(frame.timecode.unwrap().to_string(), "01:02:03:04");
    assert!((frame.rate_hz - 24_000.0 / 1001.0).abs() < 1e-12);
    assert_eq!(frame.roster.subjects()[0].name, "Camera 1");
    let lens = frame.lens_of(0).unwrap();
    let close = |a: Option<f64>, b: f64| assert!((a.unwrap() - b).abs() < 1e-12, "{a:?}");
    close(lens.focal_length_m, 0.024_305);
    close(lens.focus_distance_m, 10.0);
    close(lens.entrance_pupil_offset_m, 0.123);
    close(lens.f_stop, 4.0);
    close(lens.focus.normalised, 0.1);
    close(lens.iris.normalised, 0.2);
    close(lens.zoom.normalised, 0.3);
    let [x, y] = lens.projection_offset_m.unwrap();
    assert!((x - 1e-4).abs() < 1e-15 && (y + 2e-4).abs() < 1e-15);
    let tracker = sample.tracker.unwrap();
    assert_eq!(tracker.recording, Some(false));
    assert_eq!(tracker.slate.unwrap().as_str(), "A101_A_4");
    assert_eq!(tracker.status.unwrap().as_str(), "Optical Good");
    assert!(sample.sample_id.unwrap().as_str().starts_with("urn:uuid:"));
}

#[test]
fn recommended() {
    for (file, size) in [
        ("recommended_dynamic_example.json", None),
        ("recommended_static_example.json", Some([0.036, 0.024])),
    ] {
        let Some((frame, sample)) = read(file) else {
            return;
        };
        assert_shared(&frame, &sample);
        assert_pose(&frame, DVec3::new(1.0, 2.0, 3.0), turned());
        let lens = frame.lens_of(0).unwrap();
        assert_eq!(lens.sensor_size_m, size);
        let d = lens.distortion.unwrap();
        assert_eq!(d.direction, Distortion::DistortedToUndistorted);
        assert_eq!(
            (d.numerator, d.denominator),
            ([1e6, 3e12, 0.0], [2e6, 0.0, 0.0])
        );
        assert_eq!(
            (d.tangential_per_m, d.overscan),
            ([1000.0, 2000.0], Some(3.1))
        );
        assert_eq!(sample.timing.unwrap().mode.unwrap().as_str(), "external");
        let label = sample.statics.and_then(|s| s.camera?.label);
        assert_eq!(label.is_some(), size.is_some());
    }
}

#[test]
fn complete() {
    for (file, size) in [
        ("complete_dynamic_example.json", None),
        ("complete_static_example.json", Some([0.036, 0.024])),
    ] {
        let Some((frame, sample)) = read(file) else {
            return;
        };
        assert_shared(&frame, &sample);
        // Dolly, crane arm with a scale of 1, 2, 3, and camera, each at (1, 2, 3).
        let (r, t) = (turned(), DVec3::new(1.0, 2.0, 3.0));
        let scale = DMat3::from_diagonal(DVec3::new(1.0, 2.0, 3.0));
        assert_pose(&frame, t + r * t + r * r * scale * t, r * r * r);
        let lens = frame.lens_of(0).unwrap();
        assert_eq!(lens.sensor_size_m, size);
        assert_eq!(
            (lens.focus.raw, lens.iris.raw, lens.zoom.raw),
            (Some(1000), Some(2000), Some(3000))
        );
        assert!((lens.t_stop.unwrap() - 4.1).abs() < 1e-12);
        assert_eq!(lens.distortion_offset_m, Some([0.001, -0.002]));
        let d = lens.distortion.unwrap();
        assert_eq!(d.direction, Distortion::UndistortedToDistorted);
        assert_eq!(
            (d.numerator, d.denominator),
            ([1e6, 3e12, 5e18], [2e6, 4e12, 6e18])
        );
        let timing = sample.timing.unwrap();
        let stamp = timing.sample_timestamp.unwrap();
        assert_eq!(
            (stamp.seconds.0, stamp.nanoseconds.0),
            (1_718_806_554, 500_000_000)
        );
        let sync = timing.synchronization.unwrap();
        assert_eq!(
            (sync.locked, sync.present, sync.source.unwrap().as_str()),
            (Some(true), Some(true), "ptp")
        );
        let second = sample.lens.unwrap().distortion.unwrap().as_slice()[1];
        assert_eq!((second.model, second.overscan), (None, Some(Real(2.0))));
    }
}
