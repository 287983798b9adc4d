//! Takes written and read again, cut off, damaged, and forged.

mod channels;
mod compact;
mod damage;
mod disks;
mod power_cut;

use super::*;
use cyc_model::*;
use glam::{DQuat, DVec3};
use proptest::prelude::*;
use std::path::PathBuf;
use std::sync::Arc;

fn roster(markers: &[&str]) -> Arc<Roster> {
    let segment = |name: &str, parent| SegmentInfo {
        name: name.into(),
        parent,
        parent_from_segment: parent.map(|_| Xf::from_translation(DVec3::new(0.0, 0.1, 0.0))),
    };
    let subject = SubjectInfo {
        name: "Ann".into(),
        segments: vec![segment("Hips", None), segment("Spine", Some(0))],
        markers: markers.iter().map(|m| (*m).to_owned()).collect(),
    };
    Arc::new(Roster::build(vec![subject]).unwrap())
}

/// Awkward values on purpose: thirds, negative zero, subnormals.
fn mocap(roster: &Arc<Roster>, source: u16, i: u64) -> MocapFrame {
    let mut frame = MocapFrame::default();
    frame.reset(roster);
    frame.source = SourceId(source);
    frame.epoch = Epoch(3);
    frame.number = FrameNumber(u64::MAX - 100 + i);
    frame.heard = HostNs(1_000_000_000 + i as i64 * 4_166_667);
    frame.taken = i.is_multiple_of(2).then_some(HostNs(-5));
    frame.rate_hz = 240.0;
    frame.timecode = Timecode::from_frame_of_day(TimecodeRate::Fps29_97Drop, 1799 + i as i64)
        .with_subframe(3, 8);
    frame.stamps.stamp(Hop::Heard, frame.heard);
    let third = i as f64 / 3.0;
    frame.markers[0] = Some(Point::xyz(third, -0.0, 5e-324));
    let last = frame.markers.len() - 1;
    frame.markers[last] = (!i.is_multiple_of(3)).then(|| Point::xyz(-third, 1e5, 0.1 + 0.2));
    let turn = DQuat::from_axis_angle(DVec3::new(0.6, 0.0, 0.8), third);
    frame.segments[1] = Some(Xf::new(turn, DVec3::new(0.1, third, -7.7)).unwrap());
    if i.is_multiple_of(2) {
        add_face_and_lens(&mut frame, third);
    }
    frame.unlabelled.push(UnlabelledMarker {
        at: Point::xyz(1.0 / 7.0, 2.0, 3.0),
        trajectory: 77,
    });
    frame
}

fn add_face_and_lens(frame: &mut MocapFrame, third: f64) {
    let mut face = CapturedFace::default();
    face.weights.set(FaceShape::TongueOut, 1.0 / 7.0);
    face.head_from_right_eye = Xf::new(DQuat::from_xyzw(0.0, 0.6, 0.0, 0.8), DVec3::ZERO);
    frame.set_face(face);
    let distortion = SensorDistortion {
        direction: Distortion::DistortedToUndistorted,
        numerator: [third, -2.0, 1e9],
        tangential_per_m: [0.0, -0.5],
        overscan: (third > 1.0).then_some(1.25),
        ..SensorDistortion::default()
    };
    let sample = LensSample {
        focus: RingPosition {
            raw: Some(u32::MAX),
            normalised: Some(third.fract()),
        },
        focus_distance_m: Some(f64::INFINITY),
        t_stop: Some(2.8),
        projection_offset_m: Some([-1e-5, third]),
        distortion: Some(distortion),
        ..LensSample::default()
    };
    frame.lenses.push(SubjectLens { subject: 0, sample });
}

fn stage(i: u64) -> StageFrame {
    let joint = |k: u64| {
        Xf::<Stage, JointFrame>::from_translation(DVec3::new(k as f64 / 3.0, i as f64, -1.0))
    };
    let mut frame = StageFrame {
        number: i,
        due: HostNs(1_000_000_000 + i as i64 * 16_666_667),
        ..StageFrame::default()
    };
    frame.stamps.stamp(Hop::Solved, HostNs(i64::MAX));
    frame.cameras.push(TrackedBody {
        stage_from_body: joint(9).relabel(),
        quality: Quality::Predicted { age: Nanos(12) },
    });
    let mut performer = PerformerSpan::default();
    performer.marker_rms_m = 0.0123;
    performer.markers_seen = 38;
    performer.markers_all = 39;
    performer.labels = LabelOrigin::Cloud;
    performer.quality = Quality::Held { age: Nanos(-1) };
    frame.push_performer(performer, &[joint(1), joint(2)]);
    let mut face = FaceWeights::default();
    face.set(FaceShape::JawOpen, 1.0 / 3.0);
    frame.push_human(Quality::Live, &[joint(3), joint(4), joint(5)], face);
    frame.push_human(Quality::Absent, &[], FaceWeights::default());
    frame
}

fn config() -> TakeConfig {
    TakeConfig {
        title: "第 3 场 / slate 3A, take 2".into(),
        program: "test".into(),
        created_unix_ns: 1_800_000_000_000_000_000,
        entries: [("operator".to_owned(), "Ann".to_owned())].into(),
        files: vec![TakeFile {
            name: "stage.toml".into(),
            media_type: "application/toml".into(),
            data: b"radius_m = 5".to_vec(),
        }],
    }
}

/// Frames of two sources, a roster that changes, and stage frames between them.
fn write_take(folder: &std::path::Path, frames: u64) -> PathBuf {
    let mut writer = TakeWriter::create(folder.join("a.mcap"), &config()).unwrap();
    for i in 0..frames {
        writer.write_mocap(&frame_of(i)).unwrap();
        if i % 4 == 0 {
            writer.write_stage(&stage(i)).unwrap();
        }
    }
    writer.finish().unwrap()
}

fn frame_of(i: u64) -> MocapFrame {
    let markers: &[&str] = if i < 6 {
        &["LASI", "RASI"]
    } else {
        &["LASI", "RASI", "SACR"]
    };
    mocap(&roster(markers), (i % 2) as u16, i)
}

fn assert_same(a: &MocapFrame, b: &MocapFrame) {
    let head = |f: &MocapFrame| {
        (
            f.source,
            f.epoch,
            f.number,
            f.taken,
            f.heard,
            f.rate_hz.to_bits(),
            f.timecode,
            f.stamps,
        )
    };
    assert_eq!(head(a), head(b));
    assert_eq!(a.roster, b.roster);
    let bits = |p: DVec3| p.to_array().map(f64::to_bits);
    let marker_bits = |f: &MocapFrame| -> Vec<_> {
        f.markers
            .iter()
            .map(|m| m.map(|p| bits(p.metres())))
            .collect()
    };
    assert_eq!(marker_bits(a), marker_bits(b));
    let loose = |f: &MocapFrame| -> Vec<_> {
        f.unlabelled
            .iter()
            .map(|u| (bits(u.at.metres()), u.trajectory))
            .collect()
    };
    assert_eq!(loose(a), loose(b));
    assert_eq!((&a.faces, &a.lenses), (&b.faces, &b.lenses));
    assert_eq!(a.segments.len(), b.segments.len());
    for (a, b) in a.segments.iter().zip(&b.segments) {
        assert_eq!(a.is_some(), b.is_some());
        if let (Some(a), Some(b)) = (a, b) {
            assert_eq!(
                bits(a.translation().metres()),
                bits(b.translation().metres())
            );
            assert!((a.rotation() - b.rotation()).length() < 4e-16);
        }
    }
}

fn assert_same_stage(a: &StageFrame, b: &StageFrame) {
    let head = |f: &StageFrame| (f.number, f.due, f.timecode, f.stamps);
    assert_eq!(head(a), head(b));
    assert_eq!((&a.cameras, &a.props), (&b.cameras, &b.props));
    assert_eq!((&a.performers, &a.humans), (&b.performers, &b.humans));
    assert_eq!(a.performer_joints, b.performer_joints);
    assert_eq!(a.human_joints, b.human_joints);
    assert_eq!(a.faces, b.faces);
}

#[test]
fn what_is_written_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = write_take(folder.path(), 40);
    assert!(!folder.path().join("a.mcap.part").exists());
    let mut reader = TakeReader::open(&path).unwrap();
    for i in 0..40 {
        match reader.next_frame().unwrap() {
            Some(TakeFrame::Mocap(frame)) => assert_same(&frame_of(i), frame),
            other => panic!("{i}: {other:?}"),
        }
        if i % 4 == 0 {
            match reader.next_frame().unwrap() {
                Some(TakeFrame::Stage(frame)) => assert_same_stage(&stage(i), frame),
                other => panic!("{i}: {other:?}"),
            }
        }
    }
    assert!(reader.next_frame().unwrap().is_none());
    // Where it starts is noted with the first timecode.
    let mut expected = config();
    let start = ("start_timecode".to_owned(), "00:00:59;29.3".to_owned());
    expected.entries.extend([start]);
    assert_eq!(reader.config(), &expected);
    let info = take_info(&path).unwrap();
    assert_eq!(
        info.mocap_frames,
        [(SourceId(0), 20), (SourceId(1), 20)].into()
    );
    assert_eq!(
        (info.stage_frames, info.damaged, info.finished),
        (10, 0, true)
    );
    assert_eq!(info.first, Some(HostNs(1_000_000_000)));
}

#[test]
fn other_mcap_readers_accept_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = write_take(folder.path(), 12);
    let bytes = std::fs::read(path).unwrap();
    let messages: Vec<_> = mcap::MessageStream::new(&bytes)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let topics = |t: &str| messages.iter().filter(|m| m.channel.topic == t).count();
    assert_eq!(
        (topics("mocap/0"), topics("mocap/1"), topics("stage/frame")),
        (6, 6, 3)
    );
    // Each source's roster changed once; the same one may be repeated.
    let rosters = |t: &str| {
        let of = messages.iter().filter(|m| m.channel.topic == t);
        let numbers: std::collections::BTreeSet<_> = of.map(|m| m.sequence).collect();
        numbers.len()
    };
    assert_eq!((rosters("roster/0"), rosters("roster/1")), (2, 2));
    let summary = mcap::Summary::read(&bytes).unwrap().unwrap();
    assert_eq!(summary.attachment_indexes.len(), 1);
}

#[test]
fn a_take_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = write_take(folder.path(), 1);
    let again = TakeWriter::create(&path, &config());
    assert!(matches!(again.map(|_| ()), Err(TakeError::Exists { .. })));
    let other = folder.path().join("b.mcap");
    let _open = TakeWriter::create(&other, &config()).unwrap();
    let again = TakeWriter::create(&other, &config());
    let part: Result<(), _> = Err(TakeError::PartExists {
        path: other.with_extension("mcap.part"),
    });
    assert_eq!(format!("{:?}", again.map(|_| ())), format!("{part:?}"));
}

/// What a program that is killed leaves behind: the bytes of the part file while the writer is still open.
#[test]
fn an_unfinished_take_loses_at_most_50_ms() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = TakeWriter::create(folder.path().join("a.mcap"), &config()).unwrap();
    let left = folder.path().join("left.mcap");
    for i in 0..60u64 {
        writer
            .write_mocap(&mocap(&roster(&["a", "b"]), 0, i))
            .unwrap();
        std::fs::copy(folder.path().join("a.mcap.part"), &left).unwrap();
        let info = take_info(&left).unwrap();
        let kept = info.mocap_frames.get(&SourceId(0)).copied().unwrap_or(0);
        assert!(!info.finished && info.damaged == 0);
        let lost_ms = (i + 1 - kept) as f64 * 4.166_667;
        assert!(lost_ms <= 50.0, "after frame {i}: {lost_ms} ms");
    }
}

#[test]
fn cut_anywhere_it_gives_what_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = std::fs::read(write_take(folder.path(), 40)).unwrap();
    let mut most = 0;
    for end in (0..bytes.len()).step_by(7) {
        let Ok(mut reader) = TakeReader::from_reader(&bytes[..end]) else {
            continue;
        };
        let mut frames = 0;
        let last = loop {
            match reader.next_frame() {
                Ok(Some(_)) => frames += 1,
                Ok(None) => break true,
                Err(TakeError::Unfinished { .. }) => break false,
                Err(e) => panic!("cut at {end}: {e}"),
            }
        };
        assert!(frames >= most, "cut at {end}: {frames} after {most}");
        assert!(!last || frames == 50);
        most = frames;
    }
    assert_eq!(most, 50);
}

#[test]
fn strangers_are_named() {
    let not = TakeReader::from_reader(&b"RIFF...."[..]);
    assert!(matches!(not.map(|_| ()), Err(TakeError::NotMcap)));
    let mut other = std::io::Cursor::new(Vec::new());
    mcap::WriteOptions::new()
        .profile("ros2")
        .create(&mut other)
        .unwrap()
        .finish()
        .unwrap();
    match TakeReader::from_reader(other.get_ref().as_slice()).map(|_| ()) {
        Err(TakeError::WrongProfile { profile }) => assert_eq!(profile, "ros2"),
        other => panic!("{other:?}"),
    }
}

fn record(op: u8, claimed: u64, body: &[u8]) -> Vec<u8> {
    let mut out = vec![op];
    out.extend(claimed.to_le_bytes());
    out.extend(body);
    out
}

fn chunk(compression: &str, uncompressed: u64, data: &[u8]) -> Vec<u8> {
    let mut body = [0u8; 16].to_vec();
    body.extend(uncompressed.to_le_bytes());
    body.extend(0u32.to_le_bytes());
    body.extend((compression.len() as u32).to_le_bytes());
    body.extend(compression.as_bytes());
    body.extend((data.len() as u64).to_le_bytes());
    body.extend(data);
    record(6, body.len() as u64, &body)
}

/// The first error of a take that has a header and then `tail`.
fn first_error(tail: &[u8]) -> TakeError {
    let mut body = (TAKE_PROFILE.len() as u32).to_le_bytes().to_vec();
    body.extend(TAKE_PROFILE.as_bytes());
    body.extend(0u32.to_le_bytes());
    let head = record(1, body.len() as u64, &body);
    let file = [b"\x89MCAP0\r\n", &head[..], tail].concat();
    let mut reader = TakeReader::from_reader(&file[..]).unwrap();
    reader.next_frame().unwrap_err()
}

#[test]
fn claims_are_not_believed() {
    let too_large = |tail: &[u8]| matches!(first_error(tail), TakeError::TooLarge { .. });
    let lost = first_error(&record(5, u64::MAX, b""));
    let kind = DamageKind::Record;
    assert!(matches!(lost, TakeError::Damaged { kind: k, .. } if k == kind));
    assert!(too_large(&chunk("lz4", 1 << 40, b"x")));
    let unfinished = first_error(&record(5, 1 << 25, b"x"));
    assert!(matches!(unfinished, TakeError::Unfinished { .. }));
    // A stored chunk whose record reaches beyond it, and chunks that do not decompress.
    let beyond = record(5, 1000, b"short");
    for tail in [
        chunk("", beyond.len() as u64, &beyond),
        chunk("lz4", 100, b"garbage"),
        chunk("zstd", 100, b"garbage"),
        chunk("none", 100, b"x"),
    ] {
        let error = first_error(&tail);
        let kind = DamageKind::Chunk;
        assert!(
            matches!(error, TakeError::Damaged { kind: k, .. } if k == kind),
            "{error}"
        );
    }
    let attachment = first_error(&record(9, 3, b"abc"));
    let kind = DamageKind::Record;
    assert!(matches!(attachment, TakeError::Damaged { kind: k, .. } if k == kind));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Bytes changed anywhere in the file.
    #[test]
    fn mutated_files_never_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)
    ) {
        let mut bytes = sample().to_vec();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Ok(mut reader) = TakeReader::from_reader(&bytes[..]) {
            for _ in 0..2000 {
                match reader.next_frame() {
                    Ok(None) | Err(TakeError::Unfinished { .. } | TakeError::TooLarge { .. }) => break,
                    _ => {}
                }
            }
        }
    }

    /// Bytes changed in the messages themselves, past the checksums.
    #[test]
    fn mutated_messages_never_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)
    ) {
        let roster = roster(&["a", "b"]);
        let (mut m, mut s, mut r) = (Vec::new(), Vec::new(), Vec::new());
        mocap_record::encode(0, &mocap(&roster, 0, 5), &mut m);
        stage_record::encode(&stage(5), &mut s);
        roster_record::encode(0, &roster, &mut r);
        for bytes in [&mut m, &mut s, &mut r] {
            for (at, value) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *value;
            }
        }
        let mut frame = MocapFrame::default();
        if mocap_record::decode(&m, |_| Some(&roster), &mut frame).is_ok() {
            prop_assert_eq!(frame.markers.len(), roster.marker_count());
        }
        let _ = stage_record::decode(&s, &mut StageFrame::default(), &mut Vec::new());
        let _ = roster_record::decode(&r);
    }
}

fn sample() -> &'static [u8] {
    static SAMPLE: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    SAMPLE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::read(write_take(folder.path(), 12)).unwrap()
    })
}

/// Takes of every version that was ever written, by the program of its time: read for ever.
#[test]
fn takes_of_older_versions_are_read() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/versions");
    for version in 1..=MOCAP_VERSION {
        let mut reader = TakeReader::open(folder.join(format!("v{version}.take.mcap"))).unwrap();
        let (mut mocaps, mut stages) = (0, 0);
        while let Some(frame) = reader.next_frame().unwrap() {
            match frame {
                TakeFrame::Mocap(frame) => {
                    let mut expected = frame_of(mocaps);
                    if version < 2 {
                        expected.faces.clear();
                        expected.lenses.clear();
                    }
                    assert_same(&expected, frame);
                    mocaps += 1;
                }
                TakeFrame::Stage(frame) => {
                    let mut expected = stage(4 * stages);
                    if version < 2 {
                        expected.performers[0].labels = LabelOrigin::Given;
                    }
                    assert_same_stage(&expected, frame);
                    stages += 1;
                }
            }
        }
        assert_eq!((mocaps, stages), (12, 3), "version {version}");
        assert_eq!(reader.messages_skipped(), 0);
    }
}
