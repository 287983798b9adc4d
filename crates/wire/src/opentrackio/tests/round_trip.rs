//! What the encoder sends, the decoder understands: every field, both encodings, any cutting.

use crate::opentrackio::*;
use crate::vicon_axes::SourcePose;
use cyc_model::{
    Distortion, FrameNumber, HostNs, LensSample, MocapFrame, SensorDistortion, SubjectLens,
    Timecode, TimecodeRate, Xf,
};
use glam::{DQuat, DVec3};

/// A frame with one tracked camera and a whole lens.
fn full_frame(pose: SourcePose) -> MocapFrame {
    let mut list = crate::body_list::BodyList::default();
    list.introduce(0u8, "FilmCamera").unwrap();
    let mut out = MocapFrame::default();
    list.write(HostNs(0), &mut out);
    out.segments[0] = Some(pose);
    out.number = FrameNumber(1234);
    out.rate_hz = 60_000.0 / 1001.0;
    out.timecode = Timecode::new(TimecodeRate::Fps29_97Drop, 0, 1, 0, 2)
        .unwrap()
        .with_subframe(1, 2);
    let mut sample = LensSample {
        focal_length_m: Some(0.035),
        focus_distance_m: Some(2.5),
        entrance_pupil_offset_m: Some(-0.02),
        f_stop: Some(2.8),
        t_stop: Some(3.1),
        sensor_size_m: Some([0.0288, 0.0162]),
        projection_offset_m: Some([0.0001, -0.0002]),
        distortion_offset_m: Some([-0.0003, 0.0004]),
        distortion: Some(SensorDistortion {
            direction: Distortion::UndistortedToDistorted,
            numerator: [-100.0, 2e5, 3e9],
            denominator: [40.0, -5e4, 6e8],
            tangential_per_m: [0.5, -0.25],
            overscan: Some(1.3),
        }),
        ..LensSample::default()
    };
    sample.zoom.normalised = Some(0.25);
    sample.focus.raw = Some(4_000_000_000);
    sample.iris.normalised = Some(1.0);
    out.lenses.push(SubjectLens { subject: 0, sample });
    out
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * a.abs().max(b.abs()).max(1.0)
}

#[test]
fn a_whole_frame_comes_back_in_both_encodings_and_any_segments() {
    let pose: SourcePose = Xf::saturating(
        DQuat::from_xyzw(0.1, 0.5, -0.2, 0.8),
        DVec3::new(1.0, 2.0, -3.5),
    );
    for encoding in [Encoding::Json, Encoding::Cbor] {
        for segment_bytes in [100, 333, 1456] {
            let sent = full_frame(pose);
            let settings = EncodeSettings {
                encoding,
                segment_bytes,
                ..EncodeSettings::default()
            };
            let mut datagrams = Vec::new();
            let tai_ns = 1_718_806_554_500_000_000;
            let mut keep = |source: u32, d: &[u8]| {
                assert_eq!(source, 1);
                datagrams.push(d.to_vec());
            };
            assert_eq!(
                Encoder::new(settings).encode(&sent, Some(tai_ns), &mut keep),
                0
            );
            assert!(segment_bytes > 1000 || datagrams.len() > 2);
            let mut decoder = Decoder::new(DecodeSettings {
                source_number: Some(1),
                names: Vec::new(),
            });
            let mut got = MocapFrame::default();
            let whole: Vec<bool> = datagrams
                .iter()
                .map(|d| decoder.decode(d, HostNs(5), &mut got).unwrap())
                .collect();
            assert_eq!(whole.iter().filter(|w| **w).count(), 1);
            assert_eq!((got.number, got.timecode), (sent.number, sent.timecode));
            assert!(close(got.rate_hz, sent.rate_hz));
            let back = got.segments[0].unwrap();
            assert!(back.translation().distance_m(pose.translation()) < 1e-12);
            assert!(back.angle_to(pose) < 1e-7);
            let (a, b) = (sent.lens_of(0).unwrap(), got.lens_of(0).unwrap());
            assert_eq!((a.zoom, a.focus, a.iris), (b.zoom, b.focus, b.iris));
            let numbers = |l: &LensSample| {
                let d = l.distortion.unwrap();
                let mut all = vec![
                    l.focal_length_m,
                    l.focus_distance_m,
                    l.entrance_pupil_offset_m,
                    l.f_stop,
                    l.t_stop,
                ];
                all.extend(
                    [
                        l.sensor_size_m,
                        l.projection_offset_m,
                        l.distortion_offset_m,
                    ]
                    .iter()
                    .flat_map(|p| p.unwrap().map(Some)),
                );
                all.extend(
                    d.numerator
                        .iter()
                        .chain(&d.denominator)
                        .chain(&d.tangential_per_m)
                        .map(|v| Some(*v)),
                );
                all.push(d.overscan);
                all.into_iter().map(Option::unwrap).collect::<Vec<_>>()
            };
            for (x, y) in numbers(a).into_iter().zip(numbers(b)) {
                assert!(close(x, y), "{x} {y}");
            }
            let timing = decoder.sample().timing.unwrap();
            let stamp = timing.sample_timestamp.unwrap();
            assert_eq!(
                (stamp.seconds.0, stamp.nanoseconds.0),
                (1_718_806_554, 500_000_000)
            );
        }
    }
}

#[test]
fn static_data_are_sent_at_once_and_then_every_two_seconds() {
    let mut sent = full_frame(Xf::IDENTITY);
    sent.rate_hz = 50.0;
    let mut encoder = Encoder::new(EncodeSettings::default());
    let mut with_static = Vec::new();
    for i in 0..250 {
        encoder.encode(&sent, None, &mut |_, d| {
            let payload = decode_packet(d).unwrap().payload;
            if payload.windows(8).any(|w| w == b"\"static\"") {
                with_static.push(i);
            }
        });
    }
    assert_eq!(with_static.len(), 3, "{with_static:?}");
    assert_eq!(with_static[0], 0);
    assert!((99..=101).contains(&(with_static[1])), "{with_static:?}");
}

#[test]
fn a_camera_that_is_not_tracked_has_no_transforms_and_ids_differ() {
    let mut sent = full_frame(Xf::IDENTITY);
    sent.segments[0] = None;
    let mut encoder = Encoder::new(EncodeSettings::default());
    let mut ids = Vec::new();
    for _ in 0..3 {
        encoder.encode(&sent, None, &mut |_, d| {
            let sample = decode_sample(Encoding::Json, decode_packet(d).unwrap().payload).unwrap();
            assert_eq!(sample.transforms, None);
            ids.push(sample.sample_id.unwrap().as_str().to_owned());
        });
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
    assert!(
        ids.iter()
            .all(|id| id.len() == 45 && id.starts_with("urn:uuid:"))
    );
}
