//! The channels beside the frames: packets as they were received, what the stage said, what is missing.

use super::super::{GapKind, GapReason, RawKind, TakeEvent, TakeGap, TakeItem};
use super::*;

/// The take of these channels that every later program must read.
const COMMITTED: &str = "tests/versions/v2.channels.take.mcap";

fn packet(i: u64) -> RawPacket {
    let kinds = [RawKind::Datagram, RawKind::Stream, RawKind::Connected];
    let senders = ["10.0.0.7:51001", "[2001:db8::1]:801"].map(|s| s.parse().unwrap());
    let mut packet = RawPacket::default();
    let bytes: Vec<u8> = (0..i as u8 * 7).map(|b| b.wrapping_mul(31)).collect();
    let (kind, from) = (
        kinds[i as usize % 3],
        [None, Some(senders[0]), Some(senders[1])],
    );
    packet.fill(
        kind,
        HostNs(1_000_000_000 + i as i64),
        from[i as usize % 3],
        &bytes,
    );
    packet
}

fn event(i: u64) -> TakeEvent {
    TakeEvent {
        at: HostNs(1_000_000_100 + i as i64),
        kind: ["state", "finding", "command"][i as usize % 3].into(),
        content: format!("{{\"of\":\"第 {i} 个\"}}"),
    }
}

fn gap(i: u64) -> TakeGap {
    let kinds = [
        GapKind::Mocap,
        GapKind::Stage,
        GapKind::Raw,
        GapKind::Events,
    ];
    let what = kinds[i as usize % 4];
    let reasons = [GapReason::SlowDisk, GapReason::QueueFull];
    TakeGap {
        what,
        source: matches!(what, GapKind::Mocap | GapKind::Raw).then_some(SourceId(i as u16)),
        reason: reasons[i as usize % 2],
        from: HostNs(1_000_000_000),
        to: HostNs(1_000_000_000 + i as i64 * 1000),
        count: u64::MAX - i,
    }
}

fn write(path: &std::path::Path) {
    let mut writer = TakeWriter::create(path, &config()).unwrap();
    for i in 0..12 {
        writer.write_mocap(&frame_of(i)).unwrap();
        writer.write_raw(SourceId(1), &packet(i)).unwrap();
        writer.write_event(&event(i)).unwrap();
        writer.write_gap(&gap(i)).unwrap();
    }
    writer.finish().unwrap();
}

fn assert_everything(path: &std::path::Path) {
    let mut reader = TakeReader::open(path).unwrap();
    for i in 0..12 {
        match reader.next_item().unwrap() {
            Some(TakeItem::Mocap(frame)) => assert_same(&frame_of(i), frame),
            other => panic!("{i}: {other:?}"),
        }
        match reader.next_item().unwrap() {
            Some(TakeItem::Raw(source, read)) => {
                assert_eq!((source, read), (SourceId(1), &packet(i)));
            }
            other => panic!("{i}: {other:?}"),
        }
        match reader.next_item().unwrap() {
            Some(TakeItem::Event(read)) => assert_eq!(read, &event(i)),
            other => panic!("{i}: {other:?}"),
        }
        match reader.next_item().unwrap() {
            Some(TakeItem::Gap(read)) => assert_eq!(read, &gap(i)),
            other => panic!("{i}: {other:?}"),
        }
    }
    assert!(reader.next_item().unwrap().is_none());
    assert_eq!(reader.messages_skipped(), 0);
    let info = take_info(path).unwrap();
    assert_eq!((info.events, info.gap_count), (12, 12));
    assert_eq!(info.raw_packets, [(SourceId(1), 12)].into());
    assert_eq!(info.gaps[3], gap(3));
}

#[test]
fn packets_events_and_gaps_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mcap");
    write(&path);
    assert_everything(&path);
}

/// The committed one, for ever.
#[test]
fn the_first_take_with_packets_events_and_gaps_is_read() {
    assert_everything(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(COMMITTED));
}

/// An event that is too long is kept without its content; a packet is cut at its limit.
#[test]
fn sizes_are_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mcap");
    let mut writer = TakeWriter::create(&path, &config()).unwrap();
    let mut long = event(0);
    long.content = "x".repeat(crate::limits::EVENT_BYTES_MAX + 1);
    writer.write_event(&long).unwrap();
    let mut packet = RawPacket::default();
    packet.fill(
        RawKind::Stream,
        HostNs(5),
        None,
        &vec![7; crate::limits::RAW_BYTES_MAX + 1],
    );
    writer.write_raw(SourceId(0), &packet).unwrap();
    writer.finish().unwrap();
    let mut reader = TakeReader::open(&path).unwrap();
    let Some(TakeItem::Event(read)) = reader.next_item().unwrap() else {
        panic!("no event")
    };
    assert_eq!((read.kind.as_str(), read.content.as_str()), ("state", ""));
    let Some(TakeItem::Raw(_, read)) = reader.next_item().unwrap() else {
        panic!("no packet")
    };
    assert_eq!(read.bytes.len(), crate::limits::RAW_BYTES_MAX);
}

#[test]
#[ignore = "writes the committed take: once for each new layout, never again"]
fn write_the_committed_take() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(COMMITTED);
    assert!(
        !path.exists(),
        "a committed take is read for ever: a new layout gets a new name"
    );
    write(&path);
}

/// Two sources' threads write as they come: a frame may stand behind another one that was heard later. What times are counted
/// from is the same for every reader, from its first frame on.
#[test]
fn what_times_are_counted_from_does_not_move() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.mcap");
    let roster = roster(&["A", "B"]);
    let mut writer = TakeWriter::create(&path, &config()).unwrap();
    for (source, i, early) in [(0, 0, 0), (1, 0, 264_571), (0, 1, 0), (1, 1, 0)] {
        let mut frame = mocap(&roster, source, i);
        frame.heard = HostNs(frame.heard.0 - early);
        writer.write_mocap(&frame).unwrap();
    }
    writer.finish().unwrap();
    for source in [0, 1] {
        let mut reader = TakeReader::open(&path).unwrap();
        reader.only_source(Some(SourceId(source)));
        while reader.next_frame().unwrap().is_some() {
            let [first, _] = reader.heard_span().unwrap();
            assert_eq!(first, HostNs(1_000_000_000), "source {source}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn mutated_packets_events_and_gaps_never_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)
    ) {
        let (mut r, mut e, mut g) = (Vec::new(), Vec::new(), Vec::new());
        raw_record::encode(&packet(4), &mut r);
        event_record::encode(&event(4), &mut e);
        gap_record::encode(&gap(2), &mut g);
        for bytes in [&mut r, &mut e, &mut g] {
            for (at, value) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *value;
            }
        }
        let mut packet = RawPacket::default();
        if raw_record::decode(&r, &mut packet).is_ok() {
            prop_assert!(packet.bytes.len() <= crate::limits::RAW_BYTES_MAX);
        }
        let _ = event_record::decode(&e);
        let _ = gap_record::decode(&g);
    }
}
