//! An MCAP file as bytes: records into chunks, chunks into a list of bytes that the caller takes away.
//!
//! Written here and not by the `mcap` crate, for three things that a take must be able to do. A chunk is whole in memory
//! before its first byte leaves, so a program that is killed leaves whole chunks behind. The definitions of channels are
//! repeated, so that a damaged chunk does not take the meaning of those after it along. And a file can be ended in few
//! bytes, without its summary, when the disk is full. Nothing here can fail and nothing does I/O.

use super::chunk_log::{ChunkEntry, ChunkLog};
use super::ending::Ending;
use super::fields::Put;
use crate::limits::DEFINITIONS_EVERY_NS;
use mcap::records::op;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::Write as _;

/// At both ends of a file.
pub(super) const MAGIC: [u8; 8] = *b"\x89MCAP0\r\n";

/// Name of the compression of chunks.
const LZ4: &str = "lz4";

struct Schema {
    name: String,
    layout: String,
}

struct Channel {
    schema: u16,
    topic: String,
    messages: u64,
}

/// Where an attachment or a metadata record lies, as its index record.
pub(super) struct PlaceEntry {
    pub opcode: u8,
    pub body: Vec<u8>,
}

/// Writes one file.
pub(super) struct ContainerWriter {
    encoding: &'static str,
    out: Vec<u8>,
    /// Bytes that were taken out of `out`.
    taken: u64,
    chunk: Vec<u8>,
    chunk_times: Option<[u64; 2]>,
    /// For each channel, the times and places of the open chunk's messages.
    chunk_index: Vec<Vec<(u64, u64)>>,
    compressed: Vec<u8>,
    /// When the definitions were written into a chunk.
    defined_at: Option<u64>,
    schemas: Vec<Schema>,
    channels: Vec<Channel>,
    chunks: ChunkLog,
    /// The chunk that was closed last; kept for its list.
    last: ChunkEntry,
    places: Vec<PlaceEntry>,
    times: Option<[u64; 2]>,
}

impl ContainerWriter {
    /// Begins a file of a profile, whose messages and schemas are in one encoding.
    pub fn new(profile: &str, library: &str, encoding: &'static str) -> Self {
        let mut out = MAGIC.to_vec();
        record(&mut out, op::HEADER, |put| {
            put.long_text(profile);
            put.long_text(library);
        });
        Self {
            encoding,
            out,
            taken: 0,
            chunk: Vec::new(),
            chunk_times: None,
            chunk_index: Vec::new(),
            compressed: Vec::new(),
            defined_at: None,
            schemas: Vec::new(),
            channels: Vec::new(),
            chunks: ChunkLog::default(),
            last: ChunkEntry::default(),
            places: Vec::new(),
            times: None,
        }
    }

    /// A new channel of a schema, which is made when its name is new; the channel's number.
    pub fn channel(&mut self, schema: &str, layout: &str, topic: &str) -> u16 {
        let known = self.schemas.iter().position(|s| s.name == schema);
        let number = known.unwrap_or_else(|| {
            self.schemas.push(Schema {
                name: schema.to_owned(),
                layout: layout.to_owned(),
            });
            self.schemas.len() - 1
        });
        self.channels.push(Channel {
            schema: number as u16 + 1,
            topic: topic.to_owned(),
            messages: 0,
        });
        self.chunk_index.push(Vec::new());
        // It is defined in front of its first message.
        self.defined_at = None;
        self.channels.len() as u16
    }

    /// Whether the next message begins a chunk with the definitions, after which what they belong to may be repeated.
    pub fn defines_next(&self, at_ns: u64) -> bool {
        self.defined_at
            .is_none_or(|then| at_ns < then || at_ns - then >= DEFINITIONS_EVERY_NS)
    }

    /// Adds a message to the open chunk.
    pub fn message(&mut self, channel: u16, sequence: u32, times: [u64; 2], data: &[u8]) {
        let [logged, published] = times;
        if self.defines_next(logged) {
            self.defined_at = Some(logged);
            let mut chunk = std::mem::take(&mut self.chunk);
            self.define(&mut chunk);
            self.chunk = chunk;
        }
        let place = self.chunk.len() as u64;
        record(&mut self.chunk, op::MESSAGE, |put| {
            put.u16(channel);
            put.u32(sequence);
            put.u64(logged);
            put.u64(published);
            put.bytes(data);
        });
        self.chunk_times = Some(joined(self.chunk_times, [logged; 2]));
        let at = usize::from(channel).wrapping_sub(1);
        if let (Some(channel), Some(index)) =
            (self.channels.get_mut(at), self.chunk_index.get_mut(at))
        {
            channel.messages += 1;
            index.push((logged, place));
        }
    }

    /// Bytes of the open chunk so far.
    pub fn chunk_bytes(&self) -> u64 {
        self.chunk.len() as u64
    }

    /// Closes the open chunk, if there is anything in it.
    pub fn close_chunk(&mut self) {
        let Some(times) = self.chunk_times.take() else {
            return;
        };
        self.times = Some(joined(self.times, times));
        let stored = compress(&self.chunk, &mut self.compressed).is_none();
        let data = if stored {
            &self.chunk
        } else {
            &self.compressed
        };
        let offset = self.taken + self.out.len() as u64;
        let crc = crc32fast::hash(&self.chunk);
        record(&mut self.out, op::CHUNK, |put| {
            put.u64(times[0]);
            put.u64(times[1]);
            put.u64(self.chunk.len() as u64);
            put.u32(crc);
            put.long_text(chunk_compression(stored));
            put.u64(data.len() as u64);
            put.bytes(data);
        });
        let length = self.taken + self.out.len() as u64 - offset;
        let indexes_at = self.taken + self.out.len() as u64;
        self.last.indexes.clear();
        for (channel, index) in (1..).zip(&mut self.chunk_index) {
            if index.is_empty() {
                continue;
            }
            let at = self.taken + self.out.len() as u64;
            self.last.indexes.push((channel, at));
            record(&mut self.out, op::MESSAGE_INDEX, |put| {
                put.u16(channel);
                put.u32(16 * index.len() as u32);
                for (time, place) in index.drain(..) {
                    put.u64(time);
                    put.u64(place);
                }
            });
        }
        self.last = ChunkEntry {
            times,
            offset,
            length,
            compressed: data.len() as u64,
            uncompressed: self.chunk.len() as u64,
            stored,
            index_bytes: self.taken + self.out.len() as u64 - indexes_at,
            indexes: std::mem::take(&mut self.last.indexes),
        };
        self.chunks.push(&self.last);
        self.chunk.clear();
    }

    /// Adds a metadata record, outside of chunks.
    pub fn metadata(&mut self, name: &str, entries: &BTreeMap<String, String>) {
        self.close_chunk();
        let offset = self.taken + self.out.len() as u64;
        record(&mut self.out, op::METADATA, |put| {
            put.long_text(name);
            let bytes = entries.iter().map(|(k, v)| 8 + k.len() + v.len());
            put.u32(bytes.sum::<usize>() as u32);
            for (key, value) in entries {
                put.long_text(key);
                put.long_text(value);
            }
        });
        let length = self.taken + self.out.len() as u64 - offset;
        self.place(op::METADATA_INDEX, |put| {
            put.u64(offset);
            put.u64(length);
            put.long_text(name);
        });
    }

    /// Adds an attachment, outside of chunks.
    pub fn attachment(&mut self, name: &str, media_type: &str, data: &[u8]) {
        self.close_chunk();
        let offset = self.taken + self.out.len() as u64;
        let mut body = Vec::new();
        let mut put = Put(&mut body);
        put.u64(0);
        put.u64(0);
        put.long_text(name);
        put.long_text(media_type);
        put.u64(data.len() as u64);
        put.bytes(data);
        let crc = crc32fast::hash(&body);
        record(&mut self.out, op::ATTACHMENT, |put| {
            put.bytes(&body);
            put.u32(crc);
        });
        let length = self.taken + self.out.len() as u64 - offset;
        self.place(op::ATTACHMENT_INDEX, |put| {
            [offset, length, 0, 0, data.len() as u64]
                .into_iter()
                .for_each(|v| put.u64(v));
            put.long_text(name);
            put.long_text(media_type);
        });
    }

    fn place(&mut self, opcode: u8, write: impl FnOnce(&mut Put<'_>)) {
        let mut body = Vec::new();
        write(&mut Put(&mut body));
        self.places.push(PlaceEntry { opcode, body });
    }

    /// Ends the file with its summary.
    pub fn finish(&mut self) {
        let ending = self.ending();
        let mut out = Vec::new();
        let Ok(()) = ending.write(|piece| -> Result<(), Infallible> {
            out.extend_from_slice(piece);
            Ok(())
        });
        self.out = out;
    }

    /// What is still to be written to end the file with its summary. Nothing can be added any more.
    pub fn ending(&mut self) -> Ending {
        self.close_chunk();
        record(&mut self.out, op::DATA_END, |put| put.u32(0));
        let start = self.taken + self.out.len() as u64;
        let mut head = Vec::new();
        self.define(&mut head);
        self.statistics(&mut head);
        Ending {
            ready: std::mem::take(&mut self.out),
            start,
            head,
            chunks: std::mem::take(&mut self.chunks),
            places: std::mem::take(&mut self.places),
        }
    }

    /// The end of a file without a summary: the few bytes that are left to write when there is no room.
    pub fn short_end() -> Vec<u8> {
        let mut out = Vec::new();
        record(&mut out, op::DATA_END, |put| put.u32(0));
        record(&mut out, op::FOOTER, |put| put.bytes(&[0; 20]));
        out.extend_from_slice(&MAGIC);
        out
    }

    /// Bytes that are ready.
    pub fn ready(&self) -> &[u8] {
        &self.out
    }

    /// Takes what is ready away, in exchange for an empty list.
    pub fn take_ready(&mut self, mut empty: Vec<u8>) -> Vec<u8> {
        empty.clear();
        self.taken += self.out.len() as u64;
        std::mem::replace(&mut self.out, empty)
    }

    /// Forgets what is ready, as written.
    pub fn clear_ready(&mut self) {
        self.taken += self.out.len() as u64;
        self.out.clear();
    }

    fn define(&self, out: &mut Vec<u8>) {
        for (id, schema) in (1..).zip(&self.schemas) {
            record(out, op::SCHEMA, |put| {
                put.u16(id);
                put.long_text(&schema.name);
                put.long_text(self.encoding);
                put.long_text(&schema.layout);
            });
        }
        for (id, channel) in (1..).zip(&self.channels) {
            record(out, op::CHANNEL, |put| {
                put.u16(id);
                put.u16(channel.schema);
                put.long_text(&channel.topic);
                put.long_text(self.encoding);
                put.u32(0);
            });
        }
    }

    fn statistics(&self, out: &mut Vec<u8>) {
        let of = |opcode| self.places.iter().filter(|p| p.opcode == opcode).count() as u32;
        let [first, last] = self.times.unwrap_or_default();
        record(out, op::STATISTICS, |put| {
            put.u64(self.channels.iter().map(|c| c.messages).sum());
            put.u16(self.schemas.len() as u16);
            put.u32(self.channels.len() as u32);
            put.u32(of(op::ATTACHMENT_INDEX));
            put.u32(of(op::METADATA_INDEX));
            put.u32(self.chunks.len());
            put.u64(first);
            put.u64(last);
            put.u32(10 * self.channels.len() as u32);
            for (id, channel) in (1..).zip(&self.channels) {
                put.u16(id);
                put.u64(channel.messages);
            }
        });
    }
}

/// How a chunk says what it is compressed by.
pub(super) fn chunk_compression(stored: bool) -> &'static str {
    if stored { "" } else { LZ4 }
}

/// Appends a record: its opcode, its length, and what `write` makes of it.
pub(super) fn record(out: &mut Vec<u8>, opcode: u8, write: impl FnOnce(&mut Put<'_>)) {
    out.push(opcode);
    let at = out.len();
    out.extend_from_slice(&[0; 8]);
    write(&mut Put(out));
    let length = (out.len() - at - 8) as u64;
    if let Some(place) = out.get_mut(at..at + 8) {
        place.copy_from_slice(&length.to_le_bytes());
    }
}

fn joined(known: Option<[u64; 2]>, [from, to]: [u64; 2]) -> [u64; 2] {
    let [first, last] = known.unwrap_or([from, to]);
    [first.min(from), last.max(to)]
}

/// Compresses into `out`; `None` when that does not make it smaller.
fn compress(data: &[u8], out: &mut Vec<u8>) -> Option<()> {
    out.clear();
    let mut encoder = lz4_flex::frame::FrameEncoder::new(&mut *out);
    encoder.write_all(data).ok()?;
    encoder.finish().ok()?;
    (out.len() < data.len()).then_some(())
}
