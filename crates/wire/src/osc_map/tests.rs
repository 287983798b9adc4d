//! Tables, what they read and write, and what is wrong with them.

use super::*;
use crate::osc::{OscArgument, put_message};
use crate::vicon_axes::SourcePose;
use cyc_model::{
    FrameNumber, HostNs, MocapFrame, Point, Roster, SegmentInfo, Source, SubjectInfo,
    UnlabelledMarker, Xf,
};
use glam::{DQuat, DVec3};
use proptest::prelude::*;
use std::sync::Arc;

const EXAMPLE: &str = include_str!("../../../../rigs/osc/markers.toml");

fn table(head: &str, messages: &[&str]) -> Result<OscMap, MapError> {
    let messages = messages.iter().map(|m| format!("\n[[message]]\n{m}\n"));
    OscMap::from_toml(&format!("{head}\n{}", messages.collect::<String>()))
}

const METRES: &str = "units = 'm'\naxes = ['x', 'y', 'z']";
const MARKER: &str = "address = '/{subject}/{marker}'\nis = 'marker'\narguments = ['x', 'y', 'z']";
const FRAME: &str = "address = '/frame'\nis = 'frame'\narguments = ['number']";

fn message(address: &str, numbers: &[f32]) -> Vec<u8> {
    let arguments: Vec<_> = numbers.iter().map(|v| OscArgument::Float(*v)).collect();
    let mut bytes = Vec::new();
    put_message(address, &arguments, &mut bytes);
    bytes
}

/// Frames made of datagrams: their numbers and how many markers are seen in each.
fn frames(map: OscMap, datagrams: &[Vec<u8>]) -> Vec<(u64, usize)> {
    let (mut decoder, mut out) = (Decoder::new(map), MocapFrame::default());
    let read = datagrams.iter().filter_map(|d| {
        let whole = decoder.decode(d, HostNs(0), &mut out).unwrap();
        whole.then(|| (out.number.0, out.markers.iter().flatten().count()))
    });
    read.collect()
}

#[test]
fn golden_bytes_are_read_by_the_example() {
    // A message by hand, as oscsend writes `/mocap/marker/Ann/LASI fff 1000 2000 3000`.
    let bytes = b"/mocap/marker/Ann/LASI\0\0,fff\0\0\0\0\x44\x7a\0\0\x44\xfa\0\0\x45\x3b\x80\0";
    let mut decoder = Decoder::new(OscMap::from_toml(EXAMPLE).unwrap());
    let mut out = MocapFrame::default();
    assert_eq!(decoder.decode(bytes, HostNs(5), &mut out), Ok(true));
    assert_eq!(out.roster.subjects()[0].markers, ["LASI"]);
    assert_eq!(out.markers[0].unwrap().metres(), DVec3::new(1.0, 3.0, -2.0));
    assert_eq!(out.heard, HostNs(5));
    assert_eq!(decoder.counts(), DecoderCounts::default());
}

#[test]
fn names_stand_in_addresses_or_arguments_or_the_table() {
    let row = "address = '/p'\nis = 'marker'\nsubject = 'Ann'\narguments = ['marker', 'any', 'z', 'y', 'x']";
    let mut bytes = Vec::new();
    let f = OscArgument::Float;
    let arguments = [
        OscArgument::Text("LASI"),
        OscArgument::Nil,
        f(3.0),
        f(2.0),
        f(1.0),
        f(9.0),
    ];
    put_message("/p", &arguments, &mut bytes);
    let mut out = MocapFrame::default();
    let mut decoder = Decoder::new(table(METRES, &[row]).unwrap());
    assert_eq!(decoder.decode(&bytes, HostNs(0), &mut out), Ok(true));
    assert_eq!(out.roster.subjects()[0].name, "Ann");
    assert_eq!(out.markers[0].unwrap().metres(), DVec3::new(1.0, 2.0, 3.0));
}

#[test]
fn a_pattern_fits_whole_addresses_and_never_beyond_a_slash() {
    let pattern = AddressPattern::read("/v2/{subject}_{marker}/pos").unwrap();
    let names = pattern.names("/v2/Ann_LASI/pos").unwrap();
    assert_eq!((names.subject, names.marker), (Some("Ann"), Some("LASI")));
    for other in [
        "/v2/Ann_LASI",
        "/v2/A/n_L/pos",
        "/v2/_L/pos",
        "/v2/Ann_/pos",
        "/v2/Ann_LASI/pos/x",
    ] {
        assert_eq!(pattern.names(other), None, "{other}");
    }
    let skip = AddressPattern::read("/{any}/{subject}").unwrap();
    assert_eq!(skip.names("/3/Cam").unwrap().subject, Some("Cam"));
}

#[test]
fn zeros_untracked_and_not_finite_are_occluded() {
    let row = "address = '/{subject}'\nis = 'body'\narguments = ['tracked', 'x', 'y', 'z', 'qx', 'qy', 'qz', 'qw']";
    let mut decoder = Decoder::new(table(METRES, &[row]).unwrap());
    let mut out = MocapFrame::default();
    let cases: [(&[f32], bool, u64); 6] = [
        (&[1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0], true, 0),
        (&[0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0], false, 0),
        (&[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0], false, 0),
        (&[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], false, 0),
        (&[1.0, f32::NAN, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0], false, 1),
        (&[1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.3], false, 2),
    ];
    for (numbers, seen, refused) in cases {
        let bytes = message("/Cam", numbers);
        assert_eq!(
            decoder.decode(&bytes, HostNs(0), &mut out),
            Ok(true),
            "{numbers:?}"
        );
        assert_eq!(out.segments[0].is_some(), seen, "{numbers:?}");
        assert_eq!(decoder.counts().values, refused, "{numbers:?}");
    }
    let kept = format!("{METRES}\nzero_is_occluded = false");
    let mut decoder = Decoder::new(table(&kept, &[row]).unwrap());
    let at_rest = message("/Cam", &[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
    assert_eq!(decoder.decode(&at_rest, HostNs(0), &mut out), Ok(true));
    assert!(out.segments[0].is_some());
}

#[test]
fn a_frame_is_a_datagram_or_from_one_number_to_the_next_or_up_to_its_number() {
    let at = |name: &str| message(name, &[1.0, 2.0, 3.0]);
    let number = |n: f32| message("/frame", &[n]);
    let sent = [
        number(7.0),
        at("/A/m"),
        at("/A/n"),
        number(8.0),
        at("/A/m"),
        number(9.0),
    ];
    let map = |boundary: &str| {
        table(&format!("{METRES}\nframe = '{boundary}'"), &[FRAME, MARKER]).unwrap()
    };
    assert_eq!(frames(map("first"), &sent), [(7, 2), (8, 1)]);
    assert_eq!(frames(map("last"), &sent), [(7, 0), (8, 2), (9, 1)]);
    // Datagrams without a number are counted.
    let each = frames(map("datagram"), &sent);
    assert_eq!(each, [(7, 0), (1, 1), (2, 1), (8, 0), (4, 1), (9, 0)]);
    // What the table does not have makes no frame.
    assert_eq!(frames(map("datagram"), &[at("/other/thing/x")]), []);
}

#[test]
fn what_is_wrong_with_a_table_is_named() {
    let head = METRES;
    let with = |messages: &[&str]| table(head, messages).unwrap_err();
    let row = |address: &str, is: &str, arguments: &str| {
        with(&[&format!(
            "address = '{address}'\nis = '{is}'\narguments = {arguments}"
        )])
    };
    let cases = [
        (with(&[]), "osc-map-count"),
        (with(&vec![MARKER; MESSAGES_MAX + 1]), "osc-map-count"),
        (
            table("units = 'm'\naxes = ['x', 'x', 'z']", &[MARKER]).unwrap_err(),
            "osc-map-bad-axes",
        ),
        (
            table("units = 'furlong'\naxes = ['x', 'y', 'z']", &[MARKER]).unwrap_err(),
            "osc-map-text",
        ),
        (
            table(&format!("{head}\ncolour = 3"), &[MARKER]).unwrap_err(),
            "osc-map-text",
        ),
        (
            table(&format!("{head}\nframe = 'last'"), &[MARKER]).unwrap_err(),
            "osc-map-no-frame-message",
        ),
        (row("m", "marker", "['x', 'y', 'z']"), "osc-map-bad-address"),
        (
            row("/{subject}{marker}", "marker", "['x', 'y', 'z']"),
            "osc-map-bad-address",
        ),
        (
            row("/{subject}/{subject}", "marker", "['x', 'y', 'z']"),
            "osc-map-bad-address",
        ),
        (
            row("/{who}", "marker", "['x', 'y', 'z']"),
            "osc-map-bad-address",
        ),
        (
            row("/{subject", "marker", "['x', 'y', 'z']"),
            "osc-map-bad-address",
        ),
        (
            row("/subject}", "marker", "['x', 'y', 'z']"),
            "osc-map-bad-address",
        ),
        (
            row("/{subject}/{marker}", "marker", "['x', 'y']"),
            "osc-map-lacks",
        ),
        (
            row("/{marker}", "marker", "['x', 'y', 'z']"),
            "osc-map-lacks",
        ),
        (
            row("/{subject}", "body", "['x', 'y', 'z']"),
            "osc-map-lacks",
        ),
        (
            row("/{subject}", "body", "['x', 'y', 'z', 'rx', 'ry']"),
            "osc-map-lacks",
        ),
        (
            row("/{subject}/{marker}", "marker", "['x', 'y', 'z', 'x']"),
            "osc-map-too-much",
        ),
        (
            row("/{subject}/{marker}", "marker", "['x', 'y', 'z', 'qx']"),
            "osc-map-too-much",
        ),
        (
            row("/{subject}/{marker}", "marker", "['marker', 'x', 'y', 'z']"),
            "osc-map-too-much",
        ),
        (row("/f", "frame", "['number', 'x']"), "osc-map-too-much"),
    ];
    for (error, key) in cases {
        assert_eq!(error.key(), key, "{error}");
    }
    let MapError::Text { line, column, .. } =
        OscMap::from_toml("units = 'm'\n axes = 3").unwrap_err()
    else {
        panic!("not a text error");
    };
    assert_eq!((line, column), (2, 9));
}

fn scene(at: SourcePose, hidden: bool) -> MocapFrame {
    let segment = |name: &str, parent| SegmentInfo {
        name: name.into(),
        parent,
        parent_from_segment: None,
    };
    let actor = SubjectInfo {
        name: "Ann".into(),
        segments: vec![segment("hips", None), segment("head", Some(0))],
        markers: vec!["LASI".into(), "RASI".into()],
    };
    let prop = SubjectInfo {
        name: "Staff".into(),
        segments: vec![segment("Staff", None)],
        markers: vec![],
    };
    let mut frame = MocapFrame::default();
    frame.reset(&Arc::new(Roster::build(vec![actor, prop]).unwrap()));
    frame.number = FrameNumber(3_000_000_000);
    frame.rate_hz = 250.0;
    frame.segments.fill(Some(at));
    frame.markers.fill((!hidden).then_some(at.translation()));
    frame.unlabelled.push(UnlabelledMarker {
        at: at.translation(),
        trajectory: 0,
    });
    frame
}

proptest! {
    #[test]
    fn what_a_table_writes_it_reads(
        q in prop::array::uniform4(-1.0..1.0f64), t in prop::array::uniform3(0.5..20.0f64),
        axes in 0..3usize, boundary in 0..3usize, order in 0..7usize, hidden: bool,
    ) {
        prop_assume!(DQuat::from_array(q).length() > 0.1);
        let axes = ["['x', 'z', '-y']", "['-x', 'y', 'z']", "['y', 'x', 'z']"][axes];
        let frame_ends = ["datagram", "first", "last"][boundary];
        let head = format!("units = 'in'\naxes = {axes}\nframe = '{frame_ends}'");
        let orders = ["xyz", "xzy", "yxz", "yzx", "zxy", "zyx"];
        let (head, turn) = match orders.get(order) {
            Some(order) => (format!("{head}\neuler = '{order}'"), "'rx', 'ry', 'rz'"),
            None => (head, "'qx', 'qy', 'qz', 'qw'"),
        };
        let segment = format!("address = '/s'\nis = 'segment'\narguments = ['subject', 'segment', 'x', 'y', 'z', {turn}]");
        let body = format!("address = '/b/{{subject}}'\nis = 'body'\narguments = [{turn}, 'x', 'y', 'z']");
        let marker = "address = '/m/{subject}/{marker}'\nis = 'marker'\narguments = ['tracked', 'x', 'y', 'z']";
        let loose = "address = '/u'\nis = 'unlabelled'\narguments = ['x', 'y', 'z']";
        let number = "address = '/f'\nis = 'frame'\narguments = ['rate', 'number']";
        let map = table(&head, &[number, &segment, &body, marker, loose]).unwrap();
        let pose: SourcePose = Xf::saturating(DQuat::from_array(q), DVec3::from_array(t));
        let sent = scene(pose, hidden);
        let Encoded { mut datagrams, left_out } = encode_frame(&sent, &map);
        prop_assert_eq!(left_out, 0);
        if frame_ends == "first" {
            datagrams.push(encode_frame(&sent, &map).datagrams[0].clone());
        }
        let (mut decoder, mut read) = (Decoder::new(map), MocapFrame::default());
        let whole = datagrams.iter().filter(|d| decoder.decode(d, HostNs(0), &mut read).unwrap()).count();
        prop_assert_eq!(whole, 1);
        prop_assert_eq!(decoder.counts(), DecoderCounts::default());
        prop_assert_eq!((read.number, read.rate_hz), (sent.number, 250.0));
        prop_assert_eq!(read.markers.iter().flatten().count(), if hidden { 0 } else { 2 });
        let near = |a: Point<Source>, b| a.distance_m(b) < 4e-6;
        prop_assert!(read.markers.iter().flatten().all(|m| near(*m, pose.translation())));
        prop_assert!(near(read.unlabelled[0].at, pose.translation()));
        prop_assert_eq!(read.segments.len(), 3);
        for got in &read.segments {
            let got = got.unwrap();
            prop_assert!(near(got.translation(), pose.translation()));
            prop_assert!(got.angle_to(pose) < 2e-3, "{:?} {:?}", got, pose);
        }
        prop_assert!(read.roster.subjects()[1].is_rigid_body());
    }

    #[test]
    fn any_text_is_a_table_or_refused(text in ".{0,200}") {
        let _ = OscMap::from_toml(&text);
    }
}

#[test]
fn a_frame_of_many_datagrams_is_cut_where_it_may_be() {
    let head = format!("{METRES}\nframe = 'last'");
    let map = table(&head, &[FRAME, MARKER]).unwrap();
    let subject = |i: usize| SubjectInfo {
        name: format!("s{i}"),
        segments: vec![],
        markers: (0..60).map(|m| format!("m{m}")).collect(),
    };
    let mut frame = MocapFrame::default();
    frame.reset(&Arc::new(
        Roster::build((0..10).map(subject).collect()).unwrap(),
    ));
    frame.markers.fill(Some(Point::xyz(1.0, 2.0, 3.0)));
    frame.number = FrameNumber(5);
    let sent = encode_frame(&frame, &map);
    assert!(sent.datagrams.len() > 10 && sent.datagrams.iter().all(|d| d.len() <= 1472));
    assert_eq!(frames(map, &sent.datagrams), [(5, 600)]);
}

#[test]
fn names_that_cannot_stand_in_an_address_are_left_out_and_counted() {
    let map = table(METRES, &[MARKER]).unwrap();
    let subject = SubjectInfo {
        name: "a/b".into(),
        segments: vec![],
        markers: vec!["m".into()],
    };
    let mut frame = MocapFrame::default();
    frame.reset(&Arc::new(Roster::build(vec![subject]).unwrap()));
    frame.markers.fill(Some(Point::xyz(1.0, 2.0, 3.0)));
    assert_eq!(encode_frame(&frame, &map).left_out, 1);
}
