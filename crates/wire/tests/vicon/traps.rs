//! One test for each thing that readers and writers of this protocol are known to get wrong.

use crate::connection::Pair;
use crate::scene;
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::ServerAxes;
use cyc_wire::vicon_datastream::{
    ApplicationInfo, Client, ClientEvent, ClientSettings, Contents, DecodeError, FrameInfo,
    LightweightRow, NO_FRAME, Object, ObjectType, SegmentEntry, SegmentRow, Server, ServerSettings,
    ServerStatics, SubjectHealth, SubjectInfo, TypeSet, encode_packet,
};

/// Feeds one packet of objects; the number of frames, and the last one.
fn feed(client: &mut Client, objects: &[Object]) -> Result<(usize, MocapFrame), DecodeError> {
    let mut packet = Vec::new();
    encode_packet(objects, &mut packet)?;
    client.feed(&packet, HostNs(5));
    let (mut frames, mut frame) = (0, MocapFrame::default());
    while let Some(event) = client.poll(&mut frame)? {
        frames += usize::from(event == ClientEvent::Frame);
    }
    Ok((frames, frame))
}

fn frame_info(frame_id: u32) -> Object {
    Object::FrameInfo(FrameInfo { frame_id })
}

fn subject(subject_id: u32, name: &str, segments: &[(u32, u32, &str)]) -> Object {
    let entry = |(parent_id, segment_id, name): &(u32, u32, &str)| SegmentEntry {
        parent_id: *parent_id,
        segment_id: *segment_id,
        bounds_mm: [0.0; 6],
        name: (*name).to_owned(),
    };
    Object::SubjectInfo(SubjectInfo {
        subject_id,
        name: name.to_owned(),
        segments: segments.iter().map(entry).collect(),
        markers: vec![(1, "m".to_owned())],
        attachments: vec![],
    })
}

const IDENTITY: [f64; 9] = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
/// A quarter turn about Vicon's Z, by rows.
const QUARTER: [f64; 9] = [0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0];

fn row(segment_id: u32, t_mm: [f64; 3], rows: [f64; 9]) -> SegmentRow {
    SegmentRow {
        segment_id,
        t_mm,
        rows,
    }
}

fn unchanged(types: &[ObjectType]) -> Object {
    Object::Contents(Contents {
        counts: vec![],
        unchanged: TypeSet::of(types),
    })
}

#[test]
fn lightweight_segments_are_local_and_composed_from_the_root() {
    let mut client = Client::new(ClientSettings::default());
    let quarter = std::f32::consts::FRAC_PI_2;
    let small = |segment_id, t_mm, rotvec| LightweightRow {
        segment_id,
        t_mm,
        rotvec,
    };
    let (_, frame) = feed(
        &mut client,
        &[
            subject(
                1,
                "Ann",
                &[(0, 10, "Hips"), (10, 11, "Spine"), (11, 12, "Head")],
            ),
            frame_info(0),
            Object::LightweightSegments(
                1,
                vec![
                    small(10, [1000.0, 0.0, 0.0], [0.0, 0.0, quarter]),
                    small(11, [500.0, 0.0, 0.0], [0.0; 3]),
                    small(12, [0.0, 0.0, 250.0], [0.0; 3]),
                ],
            ),
        ],
    )
    .unwrap();
    let at = |i: usize| frame.segments[i].unwrap().translation().metres();
    // Hips at x 1 m turned left: the spine, 0.5 m along the hips' x, lies to the left, which is our -Z.
    assert!(
        at(1).distance(glam::DVec3::new(1.0, 0.0, -0.5)) < 1e-6,
        "{}",
        at(1)
    );
    assert!(
        at(2).distance(glam::DVec3::new(1.0, 0.25, -0.5)) < 1e-6,
        "{}",
        at(2)
    );
}

#[test]
fn a_child_of_a_missing_lightweight_parent_is_occluded() {
    let mut client = Client::new(ClientSettings::default());
    let small = LightweightRow {
        segment_id: 11,
        t_mm: [500.0, 0.0, 0.0],
        rotvec: [0.0; 3],
    };
    let tree = subject(1, "Ann", &[(0, 10, "Hips"), (10, 11, "Spine")]);
    let objects = [
        tree,
        frame_info(0),
        Object::LightweightSegments(1, vec![small]),
    ];
    let (_, frame) = feed(&mut client, &objects).unwrap();
    assert_eq!(frame.segments, [None, None]);
}

#[test]
fn the_server_sends_lightweight_as_local() {
    let roster = scene::roster(1, 6, 0);
    let settings = ClientSettings {
        lightweight: true,
        ..ClientSettings::default()
    };
    let mut pair = Pair::connected(settings, ServerSettings::default());
    let mut sent = scene::frame(&roster, 9);
    sent.unlabelled.clear();
    sent.markers.fill(None);
    pair.offer(&sent);
    let large = |o: &Object| matches!(o, Object::GlobalSegments(..) | Object::LocalSegments(..));
    assert!(!pair.sent_objects().iter().any(large));
    // f32 millimetres of a few metres, over three parents.
    scene::assert_same(&sent, &pair.frame, 2e-6, 2e-6);
}

#[test]
fn any_static_replaces_the_whole_static_set() {
    let mut client = Client::new(ClientSettings::default());
    let ann = subject(1, "Ann", &[(0, 1, "Ann")]);
    let bob = subject(2, "Bob", &[(0, 1, "Bob")]);
    feed(&mut client, &[ann, frame_info(0)]).unwrap();
    assert_eq!(client.roster().subjects()[0].name, "Ann");
    feed(&mut client, &[bob, frame_info(1)]).unwrap();
    assert_eq!(client.roster().subjects().len(), 1);
    assert_eq!(client.roster().subjects()[0].name, "Bob");
    // Even a static that says nothing about subjects.
    let health = SubjectHealth {
        subject_id: 2,
        marker_error_mm: 1.5,
        health: 0.5,
    };
    feed(&mut client, &[Object::SubjectHealth(health), frame_info(2)]).unwrap();
    assert_eq!(client.roster().subjects().len(), 0);
}

#[test]
fn a_static_of_a_type_that_is_not_read_here_replaces_the_set_too() {
    let mut client = Client::new(ClientSettings::default());
    feed(
        &mut client,
        &[subject(1, "Ann", &[(0, 1, "Ann")]), frame_info(0)],
    )
    .unwrap();
    let camera = Object::Other(ObjectType::CAMERA_INFO, vec![0; 80]);
    feed(&mut client, &[camera, frame_info(1)]).unwrap();
    assert_eq!(client.roster().subjects().len(), 0);
}

#[test]
fn statics_that_are_listed_as_unchanged_stay() {
    let mut client = Client::new(ClientSettings::default());
    let health = |health| {
        Object::SubjectHealth(SubjectHealth {
            subject_id: 1,
            marker_error_mm: 1.5,
            health,
        })
    };
    let ann = subject(1, "Ann", &[(0, 1, "Ann")]);
    feed(&mut client, &[ann, health(1.0), frame_info(0)]).unwrap();
    let roster = std::sync::Arc::clone(client.roster());
    let keep = unchanged(&[ObjectType::SUBJECT_INFO]);
    feed(&mut client, &[keep, health(0.25), frame_info(1)]).unwrap();
    assert!(std::sync::Arc::ptr_eq(&roster, client.roster()));
    assert_eq!(client.figures()[0].health, Some(0.25));
    assert_eq!(client.figures()[0].marker_error_m, Some(0.0015));
}

#[test]
fn a_server_that_repeats_health_lists_the_rest_as_unchanged() {
    let roster = scene::roster(2, 4, 4);
    let server = ServerSettings {
        health_every_frame: true,
        ..ServerSettings::default()
    };
    let mut pair = Pair::connected(ClientSettings::default(), server);
    for number in 1..5 {
        let sent = scene::frame(&roster, number);
        assert_eq!(pair.offer(&sent), 1);
        scene::assert_same(&sent, &pair.frame, 1e-12, 1e-12);
    }
    assert_eq!(pair.events, ["connected", "roster 3"]);
    let is_info = |o: &Object| matches!(o, Object::SubjectInfo(_));
    assert!(!pair.sent_objects().iter().any(is_info));
}

#[test]
fn dynamics_that_are_listed_as_unchanged_stay_and_others_go() {
    let mut client = Client::new(ClientSettings::default());
    let ann = subject(1, "Ann", &[(0, 1, "Ann")]);
    let poses = Object::GlobalSegments(1, vec![row(1, [1.0, 2.0, 3.0], QUARTER)]);
    let (_, first) = feed(&mut client, &[ann, frame_info(0), poses]).unwrap();
    let keep = unchanged(&[ObjectType::GLOBAL_SEGMENTS]);
    let (_, second) = feed(&mut client, &[keep, frame_info(1)]).unwrap();
    assert_eq!(second.segments, first.segments);
    assert!(second.segments[0].is_some());
    let (_, third) = feed(&mut client, &[frame_info(2)]).unwrap();
    assert_eq!(third.segments, [None]);
}

#[test]
fn the_number_is_the_frame_id_plus_one() {
    let mut client = Client::new(ClientSettings::default());
    let (_, frame) = feed(&mut client, &[frame_info(41)]).unwrap();
    assert_eq!(frame.number.0, 42);
}

#[test]
fn the_id_that_means_no_data_is_no_frame_and_is_never_sent() {
    let mut client = Client::new(ClientSettings::default());
    assert_eq!(feed(&mut client, &[frame_info(NO_FRAME)]).unwrap().0, 0);
    let roster = scene::roster(1, 1, 1);
    let statics = ServerStatics::new(&roster, 100.0, ServerAxes::ZUp);
    let mut server = Server::new(ServerSettings::default());
    let mut sent = |number| {
        let (frame, mut out) = (scene::frame(&roster, number), Vec::new());
        let told = server.encode_frame(&statics, &frame, HostNs(0), &mut out);
        told.unwrap() && !out.is_empty()
    };
    let wrap = 1u64 << 32;
    assert_eq!(
        [wrap - 1, wrap, wrap + 1].map(&mut sent),
        [true, false, true]
    );
    assert!(!sent(0), "there is no frame before the first");
}

#[test]
fn what_is_absent_is_occluded_and_not_zero() {
    let mut client = Client::new(ClientSettings::default());
    let ann = subject(1, "Ann", &[(0, 1, "a"), (1, 2, "b")]);
    let poses = Object::GlobalSegments(1, vec![row(2, [0.0; 3], IDENTITY)]);
    let (_, frame) = feed(&mut client, &[ann, frame_info(0), poses]).unwrap();
    assert!(frame.segments[0].is_none());
    assert!(
        frame.segments[1].is_some(),
        "a pose of zero that was sent is a pose"
    );
    assert_eq!(frame.markers, [None]);
}

#[test]
fn a_short_block_ends_the_connection() {
    let mut client = Client::new(ClientSettings::default());
    let short = Object::Other(ObjectType::TIMECODE, vec![0; 16]);
    let error = feed(&mut client, &[frame_info(0), short]).unwrap_err();
    assert!(matches!(
        error,
        DecodeError::BlockTooShort {
            object: ObjectType::TIMECODE,
            ..
        }
    ));
    assert_eq!(error.key(), "vicon-block-too-short");
}

#[test]
fn a_longer_block_and_an_unknown_type_are_skipped() {
    let mut client = Client::new(ClientSettings::default());
    let mut longer = 41u32.to_le_bytes().to_vec();
    longer.extend_from_slice(b"of a newer server");
    let objects = [
        Object::Other(ObjectType(777_777), vec![1, 2, 3]),
        Object::Other(ObjectType::FRAME_INFO, longer),
    ];
    let (frames, frame) = feed(&mut client, &objects).unwrap();
    assert_eq!((frames, frame.number.0), (1, 42));
}

#[test]
fn another_protocol_is_refused_at_its_first_word() {
    let mut client = Client::new(ClientSettings::default());
    client.feed(b"HTTP/1.1 400 Bad Request\r\n", HostNs(0));
    let error = client.poll(&mut MocapFrame::default()).unwrap_err();
    assert!(matches!(error, DecodeError::NotAPacket { .. }));
}

#[test]
fn segments_come_in_any_order_and_parents_are_found() {
    let mut client = Client::new(ClientSettings::default());
    let tree = subject(1, "Ann", &[(7, 3, "Head"), (0, 9, "Hips"), (9, 7, "Spine")]);
    let poses = vec![
        row(9, [9000.0, 0.0, 0.0], IDENTITY),
        row(7, [7000.0, 0.0, 0.0], IDENTITY),
        row(3, [3000.0, 0.0, 0.0], IDENTITY),
    ];
    let objects = [tree, frame_info(0), Object::GlobalSegments(1, poses)];
    let (_, frame) = feed(&mut client, &objects).unwrap();
    let segments = &client.roster().subjects()[0].segments;
    let names: Vec<_> = segments
        .iter()
        .map(|s| (s.name.as_str(), s.parent))
        .collect();
    assert_eq!(
        names,
        [("Hips", None), ("Spine", Some(0)), ("Head", Some(1))]
    );
    let x = |i: usize| frame.segments[i].unwrap().translation().metres().x;
    assert_eq!([x(0), x(1), x(2)], [9.0, 7.0, 3.0]);
}

#[test]
fn a_tree_without_a_root_and_twin_ids_are_refused() {
    for (segments, key) in [
        (vec![(2, 1, "a"), (1, 2, "b")], "vicon-broken-tree"),
        (vec![(0, 1, "a"), (5, 2, "b")], "vicon-broken-tree"),
        (vec![(0, 1, "a"), (0, 1, "b")], "vicon-duplicate-id"),
        (vec![(0, 1, "a"), (0, 2, "a")], "vicon-roster-bad-name"),
    ] {
        let mut client = Client::new(ClientSettings::default());
        let error = feed(&mut client, &[subject(1, "Ann", &segments)]).unwrap_err();
        assert_eq!(error.key(), key, "{segments:?}");
    }
}

#[test]
fn a_y_up_server_is_not_turned() {
    let mut client = Client::new(ClientSettings::default());
    let objects = [
        Object::ApplicationInfo(ApplicationInfo { axis: 1 }),
        subject(1, "Ann", &[(0, 1, "Ann")]),
        frame_info(0),
        Object::GlobalSegments(1, vec![row(1, [1000.0, 2000.0, 3000.0], IDENTITY)]),
    ];
    let (_, frame) = feed(&mut client, &objects).unwrap();
    let at = frame.segments[0].unwrap().translation().metres();
    assert_eq!(at, glam::DVec3::new(1.0, 2.0, 3.0));
}

#[test]
fn a_pose_that_is_none_is_counted_and_occluded() {
    let mut client = Client::new(ClientSettings::default());
    let mut bad = IDENTITY;
    bad[4] = f64::NAN;
    let poses = vec![
        row(1, [f64::INFINITY, 0.0, 0.0], IDENTITY),
        row(2, [0.0; 3], bad),
        row(99, [0.0; 3], IDENTITY),
    ];
    let tree = subject(1, "Ann", &[(0, 1, "a"), (1, 2, "b")]);
    let objects = [
        tree,
        frame_info(0),
        Object::GlobalSegments(1, poses),
        Object::GlobalSegments(55, vec![]),
    ];
    let (_, frame) = feed(&mut client, &objects).unwrap();
    assert_eq!(frame.segments, [None, None]);
    let refused = client.counts().refused;
    assert_eq!((refused.values, refused.unknown_ids), (2, 2));
}
