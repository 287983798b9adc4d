//! Fault row 37: a take that is cut at every byte, and bits that flip. What is intact is known from another program's view of
//! the whole take: where each chunk lies, and which messages are in it.

use super::super::recover::{copy, understand};
use super::super::{Disk, DiskSync};
use super::*;
use std::collections::BTreeMap;
use std::io;

/// A disk in memory.
#[derive(Default)]
pub(super) struct Memory(pub Vec<u8>);

impl Disk for Memory {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
    fn reserve(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }
    fn free_bytes(&self) -> io::Result<u64> {
        Ok(u64::MAX)
    }
    fn syncer(&self) -> io::Result<Box<dyn DiskSync>> {
        Err(io::ErrorKind::Unsupported.into())
    }
    fn seal(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A chunk's place in the file, and its messages: topic, time, bytes.
struct Chunk {
    range: std::ops::Range<usize>,
    messages: Vec<(String, u64, Vec<u8>)>,
}

/// A take of 1.2 seconds, so that its definitions stand in it twice and in the index once more.
fn take() -> (Vec<u8>, Vec<Chunk>) {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = TakeWriter::create(folder.path().join("a.mcap"), &config()).unwrap();
    let roster = roster(&["LASI", "RASI"]);
    for i in 0..36 {
        let mut frame = mocap(&roster, 0, i);
        frame.heard = HostNs(1_000_000_000 + i as i64 * 33_333_333);
        writer.write_mocap(&frame).unwrap();
    }
    let bytes = std::fs::read(writer.finish().unwrap()).unwrap();
    let summary = mcap::Summary::read(&bytes).unwrap().unwrap();
    let chunks = summary.chunk_indexes.iter().map(|index| {
        let from = index.chunk_start_offset as usize;
        let messages = summary.stream_chunk(&bytes, index).unwrap();
        let messages = messages.map(Result::unwrap);
        let told = messages.map(|m| (m.channel.topic.clone(), m.log_time, m.data.to_vec()));
        Chunk {
            range: from..from + index.chunk_length as usize,
            messages: told.collect(),
        }
    });
    let chunks: Vec<_> = chunks.collect();
    (bytes, chunks)
}

/// What is recovered, as another program reads it. Rosters are left out: they may be repeated.
fn recovered(bytes: &[u8]) -> Option<BTreeMap<(String, u64), Vec<u8>>> {
    let open = || Ok(bytes);
    let meaning = understand(&open).ok()?;
    let mut disk = Memory::default();
    copy(&open, &meaning, &mut disk).unwrap();
    let messages = mcap::MessageStream::new(&disk.0).unwrap();
    let messages = messages.map(Result::unwrap);
    let told = messages.map(|m| ((m.channel.topic.clone(), m.log_time), m.data.to_vec()));
    Some(told.filter(|((t, _), _)| t.starts_with("mocap")).collect())
}

fn has_all(found: &BTreeMap<(String, u64), Vec<u8>>, chunk: &Chunk) -> bool {
    let frames = chunk.messages.iter().filter(|m| m.0.starts_with("mocap"));
    let mut there = frames.map(|(topic, at, data)| found.get(&(topic.clone(), *at)) == Some(data));
    there.all(|is_there| is_there)
}

/// Frames that a reader of the take itself gets.
fn frames_read(bytes: &[u8]) -> usize {
    let Ok(mut reader) = TakeReader::from_reader(bytes) else {
        return 0;
    };
    let mut frames = 0;
    loop {
        match reader.next_frame() {
            Ok(Some(_)) => frames += 1,
            Ok(None) | Err(TakeError::Unfinished { .. } | TakeError::TooLarge { .. }) => {
                return frames;
            }
            Err(_) => {}
        }
    }
}

#[test]
fn row_37_cut_at_every_byte_every_whole_chunk_is_read() {
    let (bytes, chunks) = take();
    assert!(chunks.len() > 15, "{}", chunks.len());
    let frames = |chunk: &Chunk| {
        let of = chunk.messages.iter();
        of.filter(|m| m.0.starts_with("mocap")).count()
    };
    for end in 0..bytes.len() {
        let whole = chunks.iter().filter(|c| c.range.end <= end);
        let expected: usize = whole.map(frames).sum();
        assert_eq!(frames_read(&bytes[..end]), expected, "cut at {end}");
    }
    for end in (0..bytes.len()).step_by(101) {
        let found = recovered(&bytes[..end]).unwrap_or_default();
        let mut whole = chunks.iter().filter(|c| c.range.end <= end);
        assert!(whole.all(|chunk| has_all(&found, chunk)), "cut at {end}");
    }
    println!(
        "PROMISE 37: cut at each of {} bytes, every whole chunk was read",
        bytes.len()
    );
}

/// A generator that is the same everywhere (SplitMix64).
pub(super) struct Chance(pub u64);

impl Chance {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// What flipped bits cost.
#[derive(Default)]
struct Flipped {
    bytes: usize,
    chunks: usize,
    /// Flips within a chunk, and those of them after which all of its messages were recovered all the same.
    in_chunks: u64,
    harmless: u64,
    /// Flips after which nothing was understood as a take, so that nothing was recovered and nothing had to be.
    all_lost: u64,
}

/// Flips bits, one a time, and looks that nothing is lost but the chunk that was hit.
fn flip(count: u64, seed: u64) -> Flipped {
    let (mut bytes, chunks) = take();
    let mut chance = Chance(seed);
    let mut flipped = Flipped {
        bytes: bytes.len(),
        chunks: chunks.len(),
        ..Flipped::default()
    };
    for _ in 0..count {
        let at = (chance.next() % bytes.len() as u64) as usize;
        let bit = 1u8 << (chance.next() % 8);
        bytes[at] ^= bit;
        frames_read(&bytes);
        let found = recovered(&bytes).unwrap_or_default();
        flipped.all_lost += u64::from(found.is_empty());
        for chunk in chunks.iter() {
            let from = chunk.range.start;
            if chunk.range.contains(&at) {
                flipped.in_chunks += 1;
                flipped.harmless += u64::from(has_all(&found, chunk));
                continue;
            }
            assert!(
                has_all(&found, chunk),
                "bit {bit} of byte {at}: chunk at {from}"
            );
        }
        bytes[at] ^= bit;
    }
    flipped
}

#[test]
fn row_37_flipped_bits_cost_the_chunk_that_they_hit() {
    const FLIPS: u64 = 2000;
    flip(FLIPS, 7);
    println!("PROMISE 37: {FLIPS} bits flipped, nothing lost but the chunk that was hit");
}

/// The same a million times: `cargo xtask bench takes`, which reads this line, or
/// `cargo test --release -p cyc-take --lib -- --ignored a_million --nocapture`.
#[test]
#[ignore = "minutes, in a release build"]
fn a_million_flipped_bits() {
    const FLIPS: u64 = 1_000_000;
    let f = flip(FLIPS, 11);
    println!(
        "FLIPPED {FLIPS} {} {} {} {} {}",
        f.bytes, f.chunks, f.in_chunks, f.harmless, f.all_lost
    );
}

/// Definitions and rosters stand behind what they are for: reading says that something is lost, recovering loses nothing.
#[test]
fn chunks_that_changed_places_are_told_and_recovered_whole() {
    const FRAMES: u64 = 12;
    let folder = tempfile::tempdir().unwrap();
    let mut writer = TakeWriter::create(folder.path().join("a.mcap"), &config()).unwrap();
    // Another roster a second: the first chunk defines the channels, each later one the roster of its frame.
    for i in 0..FRAMES {
        let mut frame = mocap(&roster(&["LASI", &format!("M{i}")]), 0, i);
        frame.heard = HostNs(1_000_000_000 + i as i64 * 33_333_333);
        writer.write_mocap(&frame).unwrap();
    }
    let bytes = std::fs::read(writer.finish().unwrap()).unwrap();
    let summary = mcap::Summary::read(&bytes).unwrap().unwrap();
    let chunks = summary.chunk_indexes.iter();
    let chunks: Vec<_> = chunks
        .map(|c| c.chunk_start_offset as usize..(c.chunk_start_offset + c.chunk_length) as usize)
        .collect();
    assert!(chunks.len() >= 4);
    let (first, end) = (chunks[0].start, chunks[chunks.len() - 1].end);
    let turned: Vec<u8> = chunks
        .iter()
        .rev()
        .flat_map(|c| bytes[c.clone()].to_vec())
        .collect();
    let turned = [&bytes[..first], &turned, &bytes[end..]].concat();

    let counted = |bytes: &[u8]| {
        let mut reader = TakeReader::from_reader(bytes).unwrap();
        let (mut frames, mut damaged) = (0, 0u64);
        loop {
            match reader.next_frame() {
                Ok(Some(_)) => frames += 1,
                Err(TakeError::Damaged { .. }) => damaged += 1,
                Ok(None) => return (frames, damaged),
                Err(other) => panic!("{other}"),
            }
        }
    };
    assert_eq!(counted(&bytes), (FRAMES, 0));
    let (frames, damaged) = counted(&turned);
    assert!(frames < FRAMES && damaged > 0, "{frames} {damaged}");
    assert_eq!(recovered(&turned), recovered(&bytes));
    let open = || Ok(&turned[..]);
    let mut disk = Memory::default();
    copy(&open, &understand(&open).unwrap(), &mut disk).unwrap();
    assert_eq!(counted(&disk.0), (FRAMES, 0));
}

/// An LZ4 chunk of some kilobytes unfolds to megabytes: what gives the messages their meaning is kept, and must not be without end.
#[test]
fn a_take_that_unfolds_to_endless_definitions_is_kept_in_bounds() {
    use crate::limits::MEANING_BYTES_MAX;
    use mcap::records::op;
    const LAYOUT: usize = 8 << 20;
    let put = |out: &mut Vec<u8>, opcode: u8, body: &[u8]| {
        out.push(opcode);
        out.extend((body.len() as u64).to_le_bytes());
        out.extend(body);
    };
    let text = |text: &str| [&(text.len() as u32).to_le_bytes(), text.as_bytes()].concat();
    let mut bytes = b"\x89MCAP0\r\n".to_vec();
    put(
        &mut bytes,
        op::HEADER,
        &[text(TAKE_PROFILE), text("")].concat(),
    );
    let named = |nth: u16| format!("{TAKE_PROFILE}/{nth}");
    for nth in 1..=12u16 {
        let layout = "x".repeat(LAYOUT);
        let pair = [text(&format!("entry.{nth}")), text(&layout)].concat();
        let metadata = [
            text(METADATA),
            (pair.len() as u32).to_le_bytes().to_vec(),
            pair,
        ]
        .concat();
        let schema = [
            nth.to_le_bytes().to_vec(),
            text(&named(nth)),
            text(""),
            text(&layout),
        ]
        .concat();
        let channel = [
            nth.to_le_bytes().to_vec(),
            nth.to_le_bytes().to_vec(),
            text("x"),
            text(ENCODING),
        ];
        let mut inside = Vec::new();
        put(&mut inside, op::METADATA, &metadata);
        put(&mut inside, op::SCHEMA, &schema);
        put(
            &mut inside,
            op::CHANNEL,
            &[channel.concat(), vec![0; 4]].concat(),
        );
        let packed = lz4_frame(&inside);
        let head = [
            [0u64; 2].map(u64::to_le_bytes).concat(),
            (inside.len() as u64).to_le_bytes().to_vec(),
        ];
        let crc = crc32fast::hash(&inside).to_le_bytes().to_vec();
        let packed = [(packed.len() as u64).to_le_bytes().to_vec(), packed].concat();
        put(
            &mut bytes,
            op::CHUNK,
            &[head.concat(), crc, text("lz4"), packed].concat(),
        );
    }
    assert!(bytes.len() < 4 << 20, "{}", bytes.len());
    let meaning = understand(&|| Ok(&bytes[..])).unwrap();
    let kept = meaning.kept();
    assert!(
        kept > MEANING_BYTES_MAX / 2 && kept <= MEANING_BYTES_MAX,
        "{kept}"
    );

    let mut reader = TakeReader::from_reader(&bytes[..]).unwrap();
    let mut refused = 0;
    loop {
        match reader.next_frame() {
            Ok(Some(_)) => {}
            Err(TakeError::Damaged { .. }) => refused += 1,
            Ok(None) | Err(_) => break,
        }
    }
    let entries = reader.config().entries.values().map(|v| v.len() as u64);
    assert!(entries.sum::<u64>() <= MEANING_BYTES_MAX);
    assert_eq!(
        refused, 5,
        "eight megabytes seven times are within the limit"
    );
}

/// Bytes as an LZ4 frame.
fn lz4_frame(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
    io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

/// Many at once: nothing is promised but that it ends, without a panic.
#[test]
fn garbage_is_read_to_its_end() {
    let (whole, _) = take();
    let mut chance = Chance(3);
    for _ in 0..300 {
        let mut bytes = whole.clone();
        for _ in 0..chance.next() % 40 {
            let at = (chance.next() % bytes.len() as u64) as usize;
            bytes[at] = chance.next() as u8;
        }
        frames_read(&bytes);
        let _ = recovered(&bytes);
    }
}
