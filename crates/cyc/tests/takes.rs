//! Takes made and played: what is recorded comes back to the bit, through a source's address and through a stage.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use cyc_capture::{Datagram, FrameSink, SourceConfig, SourceEvent, intake_of};
use cyc_model::{HostNs, MocapFrame, SourceId};
use cyc_take::{RawKind, RawPacket, TakeFrame, TakeItem, TakeReader};
use cyc_wire::vicon_datastream::{Client, ClientEvent, ClientSettings};
use program::{Running, object, root, run, said};
use std::path::Path;

/// A capture frame's bytes without what belongs to the moment at which it was heard: its time, when it was taken, the
/// stamps, and the roster's number, which depends on which source came first.
fn timeless(message: &[u8]) -> Vec<u8> {
    let mut bytes = message.to_vec();
    bytes[1..5].fill(0);
    bytes[19..27].fill(0);
    let mut at = 28;
    if bytes[27] == 1 {
        bytes[at..at + 8].fill(0);
        at += 8;
    }
    at += 8;
    at += if bytes[at] == 1 { 14 } else { 1 };
    bytes[at..at + 64].fill(0);
    bytes
}

/// The messages on a source's channel, with their times, as a reader that is not ours sees them.
fn messages(take: &Path, source: u16) -> Vec<(u64, Vec<u8>)> {
    let bytes = std::fs::read(take).unwrap();
    let topic = format!("mocap/{source}");
    let all = mcap::MessageStream::new(&bytes)
        .unwrap()
        .map(Result::unwrap);
    let own = all.filter(|m| m.channel.topic == topic);
    own.map(|m| (m.log_time, timeless(&m.data))).collect()
}

fn frames(take: &Path, source: u16) -> Vec<MocapFrame> {
    let mut reader = TakeReader::open(take).unwrap();
    let mut frames = Vec::new();
    while let Some(frame) = reader.next_frame().unwrap() {
        if let TakeFrame::Mocap(frame) = frame
            && frame.source == SourceId(source)
        {
            let mut kept = MocapFrame::default();
            kept.copy_from(frame);
            frames.push(kept);
        }
    }
    frames
}

fn packets(take: &Path, source: u16) -> Vec<RawPacket> {
    let mut reader = TakeReader::open(take).unwrap();
    let mut packets = Vec::new();
    while let Some(item) = reader.next_item().unwrap() {
        if let TakeItem::Raw(SourceId(of), packet) = item
            && of == source
        {
            packets.push(packet.clone());
        }
    }
    packets
}

/// What a decoder makes of the bytes of a stream.
fn stream_decoded_anew(packets: &[RawPacket]) -> Vec<MocapFrame> {
    let (mut client, mut frames) = (Client::new(ClientSettings::default()), Vec::new());
    let mut frame = MocapFrame::default();
    for packet in packets {
        match packet.kind {
            RawKind::Connected => client = Client::new(ClientSettings::default()),
            _ => client.feed(&packet.bytes, packet.heard),
        }
        while let Some(event) = client.poll(&mut frame).unwrap() {
            if matches!(event, ClientEvent::Frame) {
                let mut kept = MocapFrame::default();
                kept.copy_from(&frame);
                frames.push(kept);
            }
        }
    }
    frames
}

#[derive(Default)]
struct Kept(Vec<MocapFrame>);

impl FrameSink for Kept {
    fn frame(&mut self, frame: &MocapFrame) {
        let mut kept = MocapFrame::default();
        kept.copy_from(frame);
        self.0.push(kept);
    }
    fn event(&mut self, _: SourceEvent) {}
}

/// What a source makes of datagrams.
fn datagrams_decoded_anew(packets: &[RawPacket], url: &str) -> Vec<MocapFrame> {
    let config = SourceConfig::new(SourceId(1));
    let began = packets[0].heard;
    let mut intake = intake_of(&url.parse().unwrap(), &config, began).unwrap();
    let mut kept = Kept::default();
    for packet in packets {
        let datagram = Datagram {
            bytes: &packet.bytes,
            from: packet.from.unwrap(),
            heard: packet.heard,
        };
        intake.take(0, datagram, packet.heard, &mut kept);
    }
    intake.look(HostNs(i64::MAX / 2), &mut kept);
    kept.0
}

/// The frames are the same: number, time, everything that was seen. (The recording may begin between a packet and its frame,
/// and end between them.)
fn same_values(recorded: &[MocapFrame], anew: &[MocapFrame]) {
    let by_number = |n| anew.iter().find(|f| f.number == n);
    let found = recorded.iter().filter(|was| {
        let Some(is) = by_number(was.number) else {
            return false;
        };
        assert_eq!((was.heard, &was.roster), (is.heard, &is.roster));
        assert_eq!((&was.markers, &was.segments), (&is.markers, &is.segments));
        assert_eq!((was.timecode, was.rate_hz), (is.timecode, is.rate_hz));
        true
    });
    let found = found.count();
    assert!(found + 2 >= recorded.len(), "{found} of {}", recorded.len());
}

fn record(sources: &[&str], out: &Path, more: &[&str]) -> serde_json::Value {
    let out = out.to_str().unwrap();
    let output = run(&[&["record"], sources, &["--out", out, "--json"], more].concat());
    assert!(output.status.success(), "{}", said(&output));
    object(&output)
}

#[test]
fn what_was_recorded_from_sockets_is_played_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("a.mcap"), folder.path().join("b.mcap"));
    let free = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let datagrams = free.local_addr().unwrap().to_string();
    drop(free);
    let begin = ["sim", "vicon", "vicon-udp", "--json", "--bind", ":0"];
    let system = Running::start(&[&begin[..], &["--to", &datagrams]].concat());
    let stream = format!("vicon://{}", system.address("vicon"));
    let objects = format!("vicon-udp://{datagrams}");
    let slate = ["--slate", "12A", "--take", "3", "--notes", "rain"];
    let told = record(
        &[&stream, &objects],
        &first,
        &[&slate[..], &["--seconds", "2"]].concat(),
    );
    system.interrupt();
    let info = object(&run(&["take", "info", first.to_str().unwrap(), "--json"]));
    assert_eq!((&info["slate"], &info["take"]), (&"12A".into(), &3.into()));
    assert_eq!(info["notes"], "rain");
    assert_eq!(info["sources"][1]["url"], objects.as_str());
    assert!(info["start_timecode"].as_str().unwrap().contains(':'));

    let url = |place: usize| format!("take:{}?source={place}", first.display());
    record(&[&url(0), &url(1)], &second, &[]);
    for source in [0, 1] {
        let (was, is) = (messages(&first, source), messages(&second, source));
        let count = told["sources"][usize::from(source)]["frames"].as_u64();
        assert_eq!(Some(was.len() as u64), count);
        assert!(was.len() > 100, "{}", was.len());
        assert_eq!(was.len(), is.len());
        for (i, (was, is)) in was.iter().zip(&is).enumerate() {
            assert_eq!(was.1, is.1, "source {source}, frame {i}");
        }
        let apart = |list: &[(u64, Vec<u8>)]| -> Vec<i64> {
            let pairs = list.windows(2);
            pairs.map(|p| p[1].0 as i64 - p[0].0 as i64).collect()
        };
        assert_eq!(apart(&was), apart(&is));
        for (was, is) in frames(&first, source).iter().zip(frames(&second, source)) {
            assert_eq!(was.roster, is.roster);
            assert_eq!(
                was.taken.map(|t| was.heard - t),
                is.taken.map(|t| is.heard - t)
            );
        }
    }
    // The packets that were kept make the same frames again.
    let taken = packets(&first, 0);
    same_values(&frames(&first, 0), &stream_decoded_anew(&taken));
    let taken = packets(&first, 1);
    same_values(
        &frames(&first, 1),
        &datagrams_decoded_anew(&taken, &objects),
    );
    // The sources keep their distance to each other too.
    let offset = |take: &Path| messages(take, 1)[0].0 as i64 - messages(take, 0)[0].0 as i64;
    assert_eq!(offset(&first), offset(&second));
}

#[test]
fn a_take_is_played_through_the_stage_that_it_was_recorded_with() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(root().join("rigs/stages/demo.toml")).unwrap();
    let system = Running::start(&["sim", "vicon", "--json", "--bind", ":0"]);
    let text = text
        .replace("127.0.0.1:8801", &system.address("vicon"))
        .replace("127.0.0.1:51001", "127.0.0.1:0")
        .replace("vicon-udp://127.0.0.1:0", "freed://127.0.0.1:40199")
        .replace("../markersets", "rigs/markersets")
        .replace("../../assets", "assets");
    let stage = folder.path().join("stage.toml");
    std::fs::write(&stage, text).unwrap();
    let take = folder.path().join("a.take.mcap");
    let (stage, take) = (stage.to_str().unwrap(), take.to_str().unwrap());
    let show = ["run", stage, "--no-picture", "--json", "--seconds", "3"];
    let live = run(&[&show[..], &["--record", take]].concat());
    assert!(live.status.success(), "{}", said(&live));
    system.interrupt();
    // On a busy machine the virtual system passes frames over, which no take can have.
    let lost = object(&live)["sources"][0]["frames_lost"].clone();
    let info = object(&run(&["take", "info", take, "--json"]));
    let recorded = info["sources"][0]["frames"].clone();
    assert!(recorded.as_u64().unwrap() > 200, "{info}");

    let play = ["replay", take, "--no-picture", "--json"];
    let played = run(&[&play[..], &["--speed", "4"]].concat());
    assert!(played.status.success(), "{}", said(&played));
    let played = object(&played);
    assert_eq!(played["sources"][0]["frames"], recorded);
    assert_eq!(played["sources"][0]["frames_lost"], lost);
    assert!(played["seconds"].as_f64().unwrap() < 3.0, "{played}");
    // In a fraction of its bytes it is the same take, with the stage that it was recorded with.
    let compact = folder.path().join("a.cyctake");
    let compact = compact.to_str().unwrap();
    let packed = run(&["take", "pack", take, "--out", compact, "--json"]);
    assert!(packed.status.success(), "{}", said(&packed));
    let bytes = |file: &str| std::fs::metadata(file).unwrap().len();
    assert!(bytes(compact) * 5 < bytes(take), "{}", bytes(compact));
    let play_compact = ["replay", compact, "--no-picture", "--json", "--speed", "4"];
    let again = run(&play_compact);
    assert!(again.status.success(), "{}", said(&again));
    let again = object(&again);
    for figure in ["frames", "frames_lost", "name"] {
        let both = [&again, &played].map(|told| &told["sources"][0][figure]);
        assert_eq!(both[0], both[1], "{figure}");
    }
    assert_eq!(
        again["performers"][0]["name"],
        played["performers"][0]["name"]
    );
    // It never ends by itself when it is repeated; the frames of a second round come after those of the first.
    let more = ["--speed", "20", "--loop", "--seconds", "4"];
    let repeated = object(&run(&[&play[..], &more].concat()));
    let frames = repeated["sources"][0]["frames"].as_u64().unwrap();
    assert!(frames > recorded.as_u64().unwrap(), "{repeated}");
    let lost_again = repeated["sources"][0]["frames_lost"].as_u64().unwrap();
    assert!(lost_again >= lost.as_u64().unwrap());
    assert!(lost != 0 || lost_again == 0, "{repeated}");

    let heard = run(&["listen", &format!("take:{take}?speed=10"), "--json"]);
    assert!(heard.status.success(), "{}", said(&heard));
    let heard = object(&heard);
    assert_eq!(heard["sources"][0]["state"], "ended");
    assert_eq!(heard["sources"][0]["frames"], recorded);
}

#[test]
fn what_cannot_be_played_or_recorded_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let take = folder.path().join("a.mcap");
    let config = cyc_take::TakeConfig::default();
    let mut writer = cyc_take::TakeWriter::create(&take, &config).unwrap();
    writer.write_mocap(&MocapFrame::default()).unwrap();
    writer.finish().unwrap();
    let take = take.to_str().unwrap();
    let output = run(&["replay", take, "--no-picture"]);
    assert_eq!(output.status.code(), Some(65));
    assert!(said(&output).contains("--stage"), "{}", said(&output));
    assert_eq!(run(&["replay", "none.mcap"]).status.code(), Some(65));
    let fast = run(&["replay", take, "--speed", "1000"]);
    assert_eq!(fast.status.code(), Some(2));
    let again = run(&["record", "freed://:40198", "--out", take]);
    assert_eq!(again.status.code(), Some(65));
    assert!(said(&again).contains("exists already"), "{}", said(&again));
    let mixed = ["record", "rigs/stages/demo.toml", "freed://:40198"];
    let mixed = run(&[&mixed[..], &["--out", "x.mcap"]].concat());
    assert_eq!(mixed.status.code(), Some(2), "{}", said(&mixed));
    // Nothing came: said with its own exit code, and the take is replaced because that was wanted.
    let quiet = ["record", "freed://:40198", "--out", take];
    let quiet = run(&[&quiet[..], &["--seconds", "0.3", "--overwrite"]].concat());
    assert_eq!(quiet.status.code(), Some(75), "{}", said(&quiet));
}
