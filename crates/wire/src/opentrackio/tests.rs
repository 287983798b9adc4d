//! Golden bytes, the traps, transforms against a product of matrices, and what a stranger may put into a sample.

use super::*;
use crate::WireError;
use cyc_model::{Distortion, HostNs, MocapFrame};
use glam::DVec3;
use proptest::prelude::*;

mod round_trip;

/// Packet 7, the whole of the sample `{}` in JSON, written by hand. The sum of all bytes before the checksum and after
/// it is 770, so its lower half is 770 - 3 × 256 = 2.
const GOLDEN: [u8; 18] = [
    b'O', b'T', b'r', b'k', 0, 1, 0, 7, 0, 0, 0, 0, 0x80, 2, 0x4a, 0x02, b'{', b'}',
];

fn packet_of(encoding: Encoding, sequence: u16, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let packet = Packet {
        encoding,
        sequence,
        offset: 0,
        is_last: true,
        payload,
    };
    encode_packet(&packet, &mut out);
    out
}

fn frame_of(json: &str) -> MocapFrame {
    let mut out = MocapFrame::default();
    let datagram = packet_of(Encoding::Json, 1, json.as_bytes());
    assert!(
        Decoder::default()
            .decode(&datagram, HostNs(3), &mut out)
            .unwrap()
    );
    out
}

#[test]
fn a_golden_packet_is_read_and_written() {
    let read = decode_packet(&GOLDEN).unwrap();
    assert_eq!(
        (read.encoding, read.sequence, read.offset),
        (Encoding::Json, 7, 0)
    );
    assert_eq!((read.is_last, read.payload), (true, &b"{}"[..]));
    assert_eq!(packet_of(Encoding::Json, 7, b"{}"), GOLDEN);
}

#[test]
fn trap_the_encodings_are_1_and_2() {
    let mut bytes = GOLDEN;
    for (encoding, found) in [
        (0u8, None),
        (2, Some(Encoding::Cbor)),
        (3, None),
        (0x80, None),
    ] {
        bytes[5] = encoding;
        let checksum = mod_256(&bytes);
        bytes[14..16].copy_from_slice(&checksum);
        assert_eq!(decode_packet(&bytes).ok().map(|p| p.encoding), found);
    }
}

/// Fletcher-16 with both sums modulo 256, as a person would add it up.
fn mod_256(bytes: &[u8]) -> [u8; 2] {
    let summed: Vec<u64> = bytes[..14]
        .iter()
        .chain(&bytes[16..])
        .map(|b| u64::from(*b))
        .collect();
    let low: u64 = summed.iter().sum();
    let n = summed.len() as u64;
    let high: u64 = summed.iter().zip(0..).map(|(b, i)| b * (n - i)).sum();
    [(high % 256) as u8, (low % 256) as u8]
}

#[test]
fn trap_the_checksum_is_modulo_256() {
    assert_eq!(mod_256(&GOLDEN), [0x4a, 0x02]);
    // The usual Fletcher-16, modulo 255, would be 0x6305.
    let mut bytes = GOLDEN;
    bytes[14..16].copy_from_slice(&[0x63, 0x05]);
    assert_eq!(
        decode_packet(&bytes).unwrap_err().key(),
        "opentrackio-checksum"
    );
    for i in 0..18 {
        for bit in 0..8 {
            let mut bytes = GOLDEN;
            bytes[i] ^= 1 << bit;
            // The last byte but one counts twice in the upper sum and once in the lower: every flip is seen.
            assert!(decode_packet(&bytes).is_err(), "byte {i}, bit {bit}");
        }
    }
}

#[test]
fn trap_metres_and_millimetres_are_mixed() {
    let frame = frame_of(
        r#"{"static": {"camera": {"activeSensorPhysicalDimensions": {"width": 36, "height": 24}}},
        "transforms": [{"translation": {"x": 1.5, "y": 2, "z": 3}, "rotation": {"pan": 0, "tilt": 0, "roll": 0}}],
        "lens": {"pinholeFocalLength": 24.305, "focusDistance": 10.0, "entrancePupilOffset": 0.123,
            "projectionOffset": {"x": 0.1, "y": 0.2}, "distortionOffset": {"x": 1, "y": 2},
            "distortion": [{"radial": [1e-4, 2e-4, 3e-8, 4e-8, 5e-12, 6e-12], "tangential": [1e-5, 2e-5],
            "overscan": 1.2}]}}"#,
    );
    let at = frame.segments[0].unwrap().translation().metres();
    assert_eq!(at, DVec3::new(1.5, 3.0, -2.0));
    let lens = *frame.lens_of(0).unwrap();
    assert_eq!(lens.focal_length_m, Some(24.305 / 1000.0));
    assert_eq!(
        (lens.focus_distance_m, lens.entrance_pupil_offset_m),
        (Some(10.0), Some(0.123))
    );
    assert_eq!(lens.projection_offset_m, Some([1e-4, -2e-4]));
    assert_eq!(lens.distortion_offset_m, Some([1e-3, -2e-3]));
    assert_eq!(lens.sensor_size_m, Some([0.036, 0.024]));
    let d = lens.distortion.unwrap();
    assert_eq!(d.direction, Distortion::DistortedToUndistorted);
    // At 10 mm from the centre: 1e-4 · 100 in mm is the same as the coefficient in metres times 0.01².
    let same = |got: f64, per_mm: f64, power: i32| {
        let (mm, m) = (per_mm * 10f64.powi(power), got * 0.01f64.powi(power));
        assert!((mm - m).abs() < 1e-12, "{mm} {m}");
    };
    for (i, (n, l)) in [(1e-4, 2e-4), (3e-8, 4e-8), (5e-12, 6e-12)]
        .into_iter()
        .enumerate()
    {
        same(d.numerator[i], n, 2 * i as i32 + 2);
        same(d.denominator[i], l, 2 * i as i32 + 2);
    }
    same(d.tangential_per_m[0], 1e-5, 1);
    assert_eq!(d.overscan, Some(1.2));
}

#[test]
fn pan_turns_x_to_y_tilt_y_to_z_and_roll_z_to_x() {
    // In their axes the camera looks along Y; ours are (x, z, -y).
    let turned = |angle: &str| {
        let mut all = [("pan", 0), ("tilt", 0), ("roll", 0)];
        all.iter_mut()
            .filter(|a| a.0 == angle)
            .for_each(|a| a.1 = 90);
        let [(_, pan), (_, tilt), (_, roll)] = all;
        let json = format!(
            r#"{{"transforms": [{{"translation": {{}}, "rotation": {{"pan": {pan}, "tilt": {tilt}, "roll": {roll}}}}}]}}"#
        );
        let q = frame_of(&json).segments[0].unwrap().rotation();
        let theirs = |v: DVec3| DVec3::new(v.x, -v.z, v.y);
        [DVec3::X, DVec3::NEG_Z, DVec3::Y].map(|axis| theirs(q * axis))
    };
    let close = |a: DVec3, b: DVec3| assert!(a.distance(b) < 1e-12, "{a} is not {b}");
    let [x, _, z] = turned("pan");
    close(x, DVec3::Y);
    close(z, DVec3::Z);
    close(turned("tilt")[1], DVec3::Z);
    close(turned("roll")[2], DVec3::X);
}

#[test]
fn fields_of_a_wrong_type_cost_the_sample_and_not_the_program() {
    for (json, column) in [
        (r#"{"transforms": "none"}"#, 22),
        (r#"{"transforms": [{"translation": {"x": "1"}}]}"#, 41),
        (r#"{"lens": []}"#, 10),
        (r#"{"lens": {"focusDistance": true}}"#, 31),
        (r#"{"timing": {"sequenceNumber": -1}}"#, 32),
        (
            r#"{"timing": {"timecode": {"frameRate": {"num": 25}}}}"#,
            49,
        ),
        (r#"{"sourceNumber": 1.5}"#, 20),
        (r#"{"sourceNumber": 1, "sourceNumber": 2}"#, 34),
        (r#"{"transforms": [{"rotation": [180, 90, 45]}]}"#, 30),
        (r#"{"lens": {"distortionOffset": [1, 2]}}"#, 31),
        (r#"[1, 2]"#, 1),
        ("{", 1),
    ] {
        let mut decoder = Decoder::default();
        let mut out = MocapFrame::default();
        let bytes = packet_of(Encoding::Json, 1, json.as_bytes());
        match decoder.decode(&bytes, HostNs(0), &mut out) {
            Err(DecodeError::Json { line: 1, column: c }) => {
                assert!(c.abs_diff(column) <= 1, "{json}: column {c}");
            }
            other => panic!("{json}: {other:?}"),
        }
        // And the next sample is taken.
        let good = packet_of(Encoding::Json, 2, b"{}");
        assert!(decoder.decode(&good, HostNs(0), &mut out).unwrap());
    }
    let bytes = packet_of(
        Encoding::Cbor,
        1,
        &[0xa1, 0x64, b'l', b'e', b'n', b's', 0x01],
    );
    let error = Decoder::default().decode(&bytes, HostNs(0), &mut MocapFrame::default());
    assert_eq!(error.unwrap_err().key(), "opentrackio-cbor");
}

#[test]
fn what_is_not_known_is_skipped_and_what_is_null_is_not_there() {
    let frame = frame_of(
        r#"{"custom": {"a": [1, {"b": "c"}]}, "lens": {"custom": [1], "fStop": null, "tStop": 2.8,
        "exposureFalloff": {"a1": 1}, "distortion": [{"model": "Own", "radial": [1]}]},
        "globalStage": {"E": 1}, "relatedSampleIds": ["x"], "transforms": null}"#,
    );
    let lens = frame.lens_of(0).unwrap();
    assert_eq!(
        (lens.f_stop, lens.t_stop, lens.distortion),
        (None, Some(2.8), None)
    );
    assert_eq!(frame.segments, [None]);
}

#[test]
fn depth_is_bounded() {
    for encoding in [Encoding::Json, Encoding::Cbor] {
        let deep = match encoding {
            Encoding::Json => [r#"{"custom":"#.as_bytes().to_vec(), vec![b'['; 30_000]].concat(),
            Encoding::Cbor => [b"\xa1\x66custom".to_vec(), vec![0x81; 30_000]].concat(),
        };
        let bytes = packet_of(encoding, 1, &deep);
        let read = Decoder::default().decode(&bytes, HostNs(0), &mut MocapFrame::default());
        assert!(read.is_err());
    }
}

#[test]
fn counts_that_lie_cost_nothing() {
    // CBOR lists, maps and texts that claim 2^60 things.
    for head in [0x9bu8, 0xbb, 0x7b, 0x5b] {
        let mut cbor = b"\xa1\x66custom".to_vec();
        cbor.push(head);
        cbor.extend_from_slice(&(1u64 << 60).to_be_bytes());
        cbor.extend_from_slice(&[0x61; 40]);
        let bytes = packet_of(Encoding::Cbor, 1, &cbor);
        let read = Decoder::default().decode(&bytes, HostNs(0), &mut MocapFrame::default());
        assert!(read.is_err(), "{head:#x}");
    }
}

#[test]
fn integers_stand_for_reals_in_cbor_as_well() {
    // {"lens": {"focusDistance": 3}}
    let cbor = b"\xa1\x64lens\xa1\x6dfocusDistance\x03";
    let mut out = MocapFrame::default();
    let bytes = packet_of(Encoding::Cbor, 1, cbor);
    Decoder::default()
        .decode(&bytes, HostNs(0), &mut out)
        .unwrap();
    assert_eq!(out.lens_of(0).unwrap().focus_distance_m, Some(3.0));
}

#[test]
fn drop_frame_and_sub_frames_are_read() {
    let timecode = |rate: &str, rest: &str| {
        let json = format!(
            r#"{{"timing": {{"sampleRate": {{"num": 120000, "denom": 1001}}, "timecode": {{"hours": 0, "minutes": 1,
            "seconds": 0, "frames": 2, "frameRate": {rate}{rest}}}}}}}"#
        );
        frame_of(&json).timecode.map(|t| t.to_string())
    };
    let ntsc = r#"{"num": 30000, "denom": 1001}"#;
    assert_eq!(timecode(ntsc, "").as_deref(), Some("00:01:00:02"));
    assert_eq!(
        timecode(ntsc, r#", "dropFrame": true"#).as_deref(),
        Some("00:01:00;02")
    );
    assert_eq!(
        timecode(ntsc, r#", "dropFrame": true, "subFrame": 3"#).as_deref(),
        Some("00:01:00;02.3")
    );
    assert_eq!(
        timecode(r#"{"num": 25, "denom": 1}"#, r#", "dropFrame": true"#),
        None
    );
    assert_eq!(timecode(r#"{"num": 1, "denom": 0}"#, ""), None);
    let rate_hz = frame_of(r#"{"timing": {"sampleRate": {"num": 24000, "denom": 1001}}}"#).rate_hz;
    assert!((rate_hz - 24_000.0 / 1001.0).abs() < 1e-12);
}

#[test]
fn a_source_is_chosen_and_a_sensor_remembered() {
    let mut decoder = Decoder::new(DecodeSettings {
        source_number: Some(2),
        names: vec![(2, "FilmCamera".into())],
    });
    let mut out = MocapFrame::default();
    let mut take = |sequence: u16, json: &str| {
        let bytes = packet_of(Encoding::Json, sequence, json.as_bytes());
        let whole = decoder.decode(&bytes, HostNs(0), &mut out).unwrap();
        let size = out.lens_of(0).and_then(|l| l.sensor_size_m);
        (whole, out.number.0, size, decoder.counts().unknown)
    };
    assert_eq!(take(1, r#"{"sourceNumber": 1}"#), (false, 0, None, 1));
    let with_static = r#"{"sourceNumber": 2, "timing": {"sequenceNumber": 77}, "static": {"camera":
        {"activeSensorPhysicalDimensions": {"width": 24, "height": 18}}}}"#;
    let size = Some([0.024, 0.018]);
    assert_eq!(take(2, with_static), (true, 77, size, 1));
    let later =
        r#"{"sourceNumber": 2, "timing": {"sequenceNumber": 4294967296}, "lens": {"tStop": 2}}"#;
    assert_eq!(take(3, later), (true, 0, size, 1));
    assert_eq!(take(3, later), (false, 0, size, 1));
    assert_eq!(
        (
            decoder.counts().duplicates,
            &*decoder.roster().subjects()[0].name
        ),
        (1, "FilmCamera")
    );
}

#[test]
fn the_group_is_of_the_source_number() {
    assert_eq!(group_of(1).unwrap().to_string(), "239.135.1.1");
    assert_eq!(group_of(200).unwrap().to_string(), "239.135.1.200");
    assert_eq!(
        (group_of(0), group_of(201), group_of(257)),
        (None, None, None)
    );
}

type Matrix = [[f64; 4]; 4];

fn product(a: Matrix, b: Matrix) -> Matrix {
    std::array::from_fn(|i| std::array::from_fn(|j| (0..4).map(|k| a[i][k] * b[k][j]).sum()))
}

/// Translation · Rz(pan) · Rx(tilt) · Ry(roll) · scale in their axes, written out.
fn by_matrices([x, y, z]: [f64; 3], degrees: [f64; 3], [sx, sy, sz]: [f64; 3]) -> Matrix {
    let [(sp, cp), (st, ct), (sr, cr)] = degrees.map(|d| d.to_radians().sin_cos());
    let t = [
        [1.0, 0.0, 0.0, x],
        [0.0, 1.0, 0.0, y],
        [0.0, 0.0, 1.0, z],
        [0.0, 0.0, 0.0, 1.0],
    ];
    let pan = [
        [cp, -sp, 0.0, 0.0],
        [sp, cp, 0.0, 0.0],
        [0.0, 0.0, 1.0, 0.0],
        [0.0, 0.0, 0.0, 1.0],
    ];
    let tilt = [
        [1.0, 0.0, 0.0, 0.0],
        [0.0, ct, -st, 0.0],
        [0.0, st, ct, 0.0],
        [0.0, 0.0, 0.0, 1.0],
    ];
    let roll = [
        [cr, 0.0, sr, 0.0],
        [0.0, 1.0, 0.0, 0.0],
        [-sr, 0.0, cr, 0.0],
        [0.0, 0.0, 0.0, 1.0],
    ];
    let scale = [
        [sx, 0.0, 0.0, 0.0],
        [0.0, sy, 0.0, 0.0],
        [0.0, 0.0, sz, 0.0],
        [0.0, 0.0, 0.0, 1.0],
    ];
    product(product(product(product(t, pan), tilt), roll), scale)
}

proptest! {
    #[test]
    fn transforms_compose_in_list_order(
        links in prop::collection::vec((
            prop::array::uniform3(-5.0..5.0f64), prop::array::uniform3(-180.0..180.0f64),
            prop::array::uniform3(0.5..2.0f64),
        ), 1..5),
    ) {
        let json: Vec<String> = links.iter().map(|([x, y, z], [p, t, r], [a, b, c])| format!(
            r#"{{"translation": {{"x": {x}, "y": {y}, "z": {z}}}, "rotation": {{"pan": {p}, "tilt": {t}, "roll": {r}}},
            "scale": {{"x": {a}, "y": {b}, "z": {c}}}}}"#)).collect();
        let got = frame_of(&format!(r#"{{"transforms": [{}]}}"#, json.join(","))).segments[0].unwrap();
        let identity = by_matrices([0.0; 3], [0.0; 3], [1.0; 3]);
        let whole = links.iter().fold(identity, |m, (t, r, s)| product(m, by_matrices(*t, *r, *s)));
        let turned = links.iter().fold(identity, |m, (_, r, _)| product(m, by_matrices([0.0; 3], *r, [1.0; 3])));
        let ours = |v: [f64; 3]| DVec3::new(v[0], v[2], -v[1]);
        let at = got.translation().metres();
        prop_assert!(at.distance(ours([whole[0][3], whole[1][3], whole[2][3]])) < 1e-9);
        for (axis, i) in [([1.0, 0.0, 0.0], 0), ([0.0, 1.0, 0.0], 1), ([0.0, 0.0, 1.0], 2)] {
            let column = ours([turned[0][i], turned[1][i], turned[2][i]]);
            prop_assert!((got.rotation() * ours(axis)).distance(column) < 1e-9);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), cbor: bool) {
        let mut out = MocapFrame::default();
        let _ = Decoder::default().decode(&bytes, HostNs(0), &mut out);
        let encoding = if cbor { Encoding::Cbor } else { Encoding::Json };
        let _ = Decoder::default().decode(&packet_of(encoding, 1, &bytes), HostNs(0), &mut out);
    }
}
