//! Films in MP4 (ISO/IEC 14496-12) and QuickTime: where the coded frames of the first H.264 track are, and in which order
//! they are shown. Fragments are not read: films for a stage are whole files.
//!
//! Every length is compared with what is there; tables are bounded before they are made.

use super::{PLATE_FRAMES_MAX, PLATE_SAMPLE_BYTES_MAX, PLATE_TABLES_BYTES_MAX};
use std::io::{Read, Seek, SeekFrom};

/// A coded frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sample {
    /// Its first byte in the file.
    pub offset: u64,
    /// Its bytes.
    pub bytes: u32,
    /// Whether decoding may begin here.
    pub is_sync: bool,
    /// Its place among the frames as they are shown.
    pub rank: u32,
    /// When it is shown, nanoseconds after the first one.
    pub shown_ns: i64,
}

/// A film's picture track.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PictureTrack {
    /// Coded frames in the order of decoding.
    pub samples: Vec<Sample>,
    /// Width and height as the file says.
    pub size_px: [u16; 2],
    /// Frames in so many seconds: numerator, denominator.
    pub rate: [u32; 2],
    /// How often a player turns the pictures by 90 degrees clockwise: a phone that is held upright says so here.
    pub quarter_turns: u8,
    /// Bytes of the length before each unit.
    pub length_bytes: usize,
    /// Parameter sets, those of sequences first.
    pub parameter_sets: Vec<Vec<u8>>,
}

/// Boxes nested in each other on the way to a table: six; more is made to make somebody dizzy.
type Found = Result<PictureTrack, &'static str>;

const BROKEN: &str = "its tables are cut off or contradict each other";

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn be64(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

/// The boxes of a body, until one that does not fit.
fn boxes(mut body: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    std::iter::from_fn(move || {
        let kind = body.get(4..8)?;
        let (head, length) = match be32(body, 0)? {
            0 => (8, body.len()),
            1 => (16, usize::try_from(be64(body, 8)?).ok()?),
            length => (8, length as usize),
        };
        let content = body.get(head..length)?;
        body = body.get(length..)?;
        Some((kind, content))
    })
}

fn child<'a>(body: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    boxes(body)
        .find(|(k, _)| k == kind)
        .map(|(_, content)| content)
}

/// The body of the file's `moov` box.
fn tables(file: &mut (impl Read + Seek)) -> Result<Vec<u8>, String> {
    let say = |e: std::io::Error| e.to_string();
    let end = file.seek(SeekFrom::End(0)).map_err(say)?;
    let mut at = 0;
    while at < end {
        file.seek(SeekFrom::Start(at)).map_err(say)?;
        let mut head = [0; 16];
        let wanted = (end - at).min(16) as usize;
        file.read_exact(&mut head[..wanted]).map_err(say)?;
        let (skip, length) = match be32(&head, 0) {
            Some(0) => (8, end - at),
            Some(1) => (16, be64(&head, 8).unwrap_or(0)),
            length => (8, u64::from(length.unwrap_or(0))),
        };
        if length < skip || length > end - at {
            return Err(BROKEN.to_owned());
        }
        if &head[4..8] == b"moov" {
            let bytes = length - skip;
            if bytes > PLATE_TABLES_BYTES_MAX {
                return Err(format!("its tables have {bytes} bytes"));
            }
            let mut body = vec![0; bytes as usize];
            file.seek(SeekFrom::Start(at + skip)).map_err(say)?;
            file.read_exact(&mut body).map_err(say)?;
            return Ok(body);
        }
        at += length;
    }
    Err("it has no tables of frames".to_owned())
}

/// Reads the tables of a film.
pub(super) fn picture_track(file: &mut (impl Read + Seek)) -> Result<PictureTrack, String> {
    let body = tables(file)?;
    let mut why = "it has no pictures in H.264";
    for (kind, content) in boxes(&body) {
        if kind == b"trak" {
            match track(content) {
                Some(Ok(track)) => return Ok(track),
                Some(Err(reason)) => why = reason,
                None => {}
            }
        }
    }
    Err(why.to_owned())
}

/// A track, when it is one of pictures in H.264.
fn track(body: &[u8]) -> Option<Found> {
    let media = child(body, b"mdia")?;
    let table = child(child(media, b"minf")?, b"stbl")?;
    // Version and flags, then how many entries.
    let entries = child(table, b"stsd")?.get(8..)?;
    let (_, entry) = boxes(entries).find(|(kind, _)| *kind == b"avc1" || *kind == b"avc3")?;
    let turns = child(body, b"tkhd").and_then(quarter_turns).unwrap_or(0);
    let read = h264(media, table, entry).unwrap_or(Err(BROKEN));
    Some(read.map(|track| PictureTrack {
        quarter_turns: turns,
        ..track
    }))
}

/// ISO/IEC 14496-12, TrackHeaderBox: the matrix that pictures are shown by, of which whole quarter turns are told.
fn quarter_turns(head: &[u8]) -> Option<u8> {
    let at = if head.first()? == &1 { 52 } else { 40 };
    let part = |nth: usize| Some((be32(head, at + 4 * nth)? as i32).signum());
    Some(match [part(0)?, part(1)?, part(3)?, part(4)?] {
        [0, 1, -1, 0] => 1,
        [-1, 0, 0, -1] => 2,
        [0, -1, 1, 0] => 3,
        _ => 0,
    })
}

fn h264(media: &[u8], table: &[u8], entry: &[u8]) -> Option<Found> {
    // ISO/IEC 14496-12, VisualSampleEntry: 78 bytes before its boxes.
    let size_px = [be16(entry, 24)?, be16(entry, 26)?];
    let config = child(entry.get(78..)?, b"avcC")?;
    let head = child(media, b"mdhd")?;
    let timescale = be32(head, if head.first()? == &1 { 20 } else { 12 })?;
    let (length_bytes, parameter_sets) = decoder_config(config)?;
    let sizes = sizes(child(table, b"stsz")?)?;
    let count = sizes.len();
    if count == 0 {
        return Some(Err("it has no frames, or only fragments of them"));
    }
    let (decoded_at, duration) = times(child(table, b"stts")?, count)?;
    let shown_at = shown(child(table, b"ctts"), &decoded_at)?;
    let offsets = offsets(table, &sizes)?;
    let ranks = ranks(&shown_at);
    let first = shown_at.iter().copied().min()?;
    let since_first = |at: i64| {
        let ns = i128::from(at - first) * 1_000_000_000 / i128::from(timescale.max(1));
        i64::try_from(ns).ok()
    };
    let sync = child(table, b"stss");
    let mut samples = Vec::with_capacity(count);
    for (nth, (offset, bytes)) in offsets.into_iter().zip(sizes).enumerate() {
        samples.push(Sample {
            offset,
            bytes,
            is_sync: sync.is_none(),
            rank: *ranks.get(nth)?,
            shown_ns: since_first(*shown_at.get(nth)?)?,
        });
    }
    // Without a table every frame is one; with one, those in it alone.
    for at in 0..sync.and_then(|s| be32(s, 4)).unwrap_or(0) as usize {
        let number = be32(sync?, 8 + 4 * at)? as usize;
        samples.get_mut(number.checked_sub(1)?)?.is_sync = true;
    }
    Some(Ok(PictureTrack {
        samples,
        size_px,
        rate: rate(count as u64, u64::from(timescale), duration)?,
        quarter_turns: 0,
        length_bytes,
        parameter_sets,
    }))
}

/// ISO/IEC 14496-15, AVCDecoderConfigurationRecord.
fn decoder_config(config: &[u8]) -> Option<(usize, Vec<Vec<u8>>)> {
    let length_bytes = usize::from(config.get(4)? & 3) + 1;
    let mut sets = Vec::new();
    let mut at = 5;
    for mask in [0x1f, 0xff] {
        let count = config.get(at)? & mask;
        at += 1;
        for _ in 0..count {
            let length = usize::from(be16(config, at)?);
            sets.push(config.get(at + 2..at + 2 + length)?.to_vec());
            at += 2 + length;
        }
    }
    Some((length_bytes, sets))
}

fn sizes(table: &[u8]) -> Option<Vec<u32>> {
    let (all, count) = (be32(table, 4)?, be32(table, 8)? as usize);
    let size_of = |nth: usize| match all {
        0 => be32(table, 12 + 4 * nth),
        all => Some(all),
    };
    let fits = |size: &u32| *size <= PLATE_SAMPLE_BYTES_MAX;
    if count > PLATE_FRAMES_MAX {
        return None;
    }
    (0..count).map(|nth| size_of(nth).filter(fits)).collect()
}

/// When each frame is decoded, and how long all of them last, in the track's own unit.
fn times(table: &[u8], count: usize) -> Option<(Vec<i64>, u64)> {
    let mut times = Vec::with_capacity(count);
    let mut now = 0u64;
    for entry in 0..be32(table, 4)? as usize {
        let (frames, each) = (be32(table, 8 + 8 * entry)?, be32(table, 12 + 8 * entry)?);
        for _ in 0..(frames as usize).min(count - times.len()) {
            times.push(now as i64);
            now += u64::from(each);
        }
    }
    (times.len() == count).then_some((times, now))
}

/// When each frame is shown.
fn shown(table: Option<&[u8]>, decoded_at: &[i64]) -> Option<Vec<i64>> {
    let Some(table) = table else {
        return Some(decoded_at.to_vec());
    };
    let mut shown = Vec::with_capacity(decoded_at.len());
    for entry in 0..be32(table, 4)? as usize {
        // Version 0 says that shifts are positive; many writers mean it signed all the same.
        let (frames, shift) = (
            be32(table, 8 + 8 * entry)?,
            be32(table, 12 + 8 * entry)? as i32,
        );
        for _ in 0..(frames as usize).min(decoded_at.len() - shown.len()) {
            shown.push(decoded_at.get(shown.len())?.checked_add(i64::from(shift))?);
        }
    }
    (shown.len() == decoded_at.len()).then_some(shown)
}

/// Where each frame begins: chunks of frames that follow each other.
fn offsets(table: &[u8], sizes: &[u32]) -> Option<Vec<u64>> {
    let chunk_at: Box<dyn Fn(usize) -> Option<u64>> = match child(table, b"stco") {
        Some(short) => Box::new(move |nth| be32(short, 8 + 4 * nth).map(u64::from)),
        None => {
            let long = child(table, b"co64")?;
            Box::new(move |nth| be64(long, 8 + 8 * nth))
        }
    };
    let runs = child(table, b"stsc")?;
    let run_count = be32(runs, 4)? as usize;
    let run = |nth: usize| Some((be32(runs, 8 + 12 * nth)?, be32(runs, 12 + 12 * nth)?));
    let mut offsets = Vec::with_capacity(sizes.len());
    let (mut chunk, mut nth_run) = (0usize, 0usize);
    while offsets.len() < sizes.len() {
        while nth_run + 1 < run_count && run(nth_run + 1)?.0 as usize <= chunk + 1 {
            nth_run += 1;
        }
        let (_, per_chunk) = run(nth_run)?;
        let mut at = chunk_at(chunk)?;
        for _ in 0..per_chunk {
            let Some(bytes) = sizes.get(offsets.len()) else {
                break;
            };
            offsets.push(at);
            at = at.checked_add(u64::from(*bytes))?;
        }
        chunk += 1;
    }
    Some(offsets)
}

/// The place of each frame among all as they are shown.
fn ranks(shown_at: &[i64]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..shown_at.len() as u32).collect();
    order.sort_by_key(|nth| shown_at.get(*nth as usize).copied());
    let mut ranks = vec![0; shown_at.len()];
    for (rank, nth) in order.into_iter().enumerate() {
        if let Some(place) = ranks.get_mut(nth as usize) {
            *place = rank as u32;
        }
    }
    ranks
}

/// Frames a second as a fraction, from how many there are in how long.
fn rate(count: u64, timescale: u64, duration: u64) -> Option<[u32; 2]> {
    let (above, below) = (count.checked_mul(timescale)?, duration);
    let (mut a, mut b) = (above, below);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    if a == 0 || below == 0 {
        return None;
    }
    let (mut above, mut below) = (above / a, below / a);
    while above.max(below) > u64::from(u32::MAX) {
        (above, below) = (above >> 1, below >> 1);
    }
    (above > 0 && below > 0).then_some([above as u32, below as u32])
}
