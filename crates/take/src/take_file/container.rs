//! MCAP records off a stream, chunks opened.
//!
//! The container's records are a byte and a length; they are read here with every length checked. Chunks are
//! decompressed by the `mcap` crate, which is handed one compressed chunk at a time, with its claimed size checked
//! before. Uncompressed chunks are not given to it: it subtracts a record's length from the chunk's rest unchecked.
//! Its parser of whole records is not used either, since it slices a short attachment record out of bounds.

use super::error::{DamageKind, TakeError};
use super::fields::{Field, Fields};
use crate::limits::{RECORD_BYTES_MAX, TAKE_BYTES_MAX};
use mcap::records::op;
use mcap::sans_io::{LinearReadEvent, LinearReader, LinearReaderOptions};
use std::io::{ErrorKind, Read};
use std::path::PathBuf;

const MAGIC: [u8; 8] = *b"\x89MCAP0\r\n";

/// Opcode and length.
const HEAD_BYTES: usize = 9;

/// Records of an MCAP stream in order, those in chunks included.
pub(super) struct Container<R> {
    input: R,
    path: PathBuf,
    /// Bytes of the stream consumed.
    offset: u64,
    /// Where the newest top-level record began.
    record_offset: u64,
    record: Vec<u8>,
    /// Contents of the open chunk, and how far they are read.
    chunk: Vec<u8>,
    chunk_at: usize,
    expanded: u64,
    finished: bool,
}

impl<R: Read> Container<R> {
    /// Checks the magic bytes.
    pub fn open(input: R, path: PathBuf) -> Result<Self, TakeError> {
        let mut container = Self {
            input,
            path,
            offset: 0,
            record_offset: 0,
            record: Vec::new(),
            chunk: Vec::new(),
            chunk_at: 0,
            expanded: 0,
            finished: false,
        };
        let mut magic = [0; MAGIC.len()];
        let read = container.fill(&mut magic)?;
        if read < MAGIC.len() || magic != MAGIC {
            return Err(TakeError::NotMcap);
        }
        Ok(container)
    }

    /// Whether the footer was read.
    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// That the newest record is damaged.
    pub fn damaged(&self, kind: DamageKind) -> TakeError {
        TakeError::Damaged {
            offset: self.record_offset,
            kind,
        }
    }

    /// The next record's opcode and body; `None` after the footer. An error in one chunk or record does not hide what
    /// comes after it: the next call goes on there.
    pub fn next(&mut self) -> Result<Option<(u8, &[u8])>, TakeError> {
        loop {
            if self.chunk_at < self.chunk.len() {
                let range = self.next_in_chunk()?;
                let (opcode, start, end) = range;
                return Ok(Some((opcode, self.chunk.get(start..end).unwrap_or(&[]))));
            }
            if self.finished {
                return Ok(None);
            }
            let opcode = self.read_record()?;
            match opcode {
                op::CHUNK => self.open_chunk()?,
                op::FOOTER => self.finished = true,
                _ => return Ok(Some((opcode, &self.record))),
            }
        }
    }

    fn next_in_chunk(&mut self) -> Result<(u8, usize, usize), TakeError> {
        let rest = self.chunk.get(self.chunk_at..).unwrap_or(&[]);
        let mut fields = Fields(rest);
        let head = fields.u8().and_then(|op| fields.u64().map(|n| (op, n)));
        let whole = head.ok().and_then(|(op, n)| {
            let start = self.chunk_at + HEAD_BYTES;
            let end = start.checked_add(usize::try_from(n).ok()?)?;
            (end <= self.chunk.len()).then_some((op, start, end))
        });
        match whole {
            Some((opcode, start, end)) => {
                self.chunk_at = end;
                Ok((opcode, start, end))
            }
            None => {
                self.chunk_at = self.chunk.len();
                Err(self.damaged(DamageKind::Chunk))
            }
        }
    }

    fn read_record(&mut self) -> Result<u8, TakeError> {
        self.record_offset = self.offset;
        let mut head = [0; HEAD_BYTES];
        if self.fill(&mut head)? < HEAD_BYTES {
            return Err(self.unfinished());
        }
        let [opcode, length @ ..] = head;
        let length = u64::from_le_bytes(length);
        if length > RECORD_BYTES_MAX {
            // What follows cannot be found again.
            self.finished = true;
            return Err(TakeError::TooLarge {
                what: "record bytes",
                size: length,
                limit: RECORD_BYTES_MAX,
            });
        }
        // Grows with what is really there, not with what is claimed.
        self.record.clear();
        let mut part = (&mut self.input).take(length);
        let read = part.read_to_end(&mut self.record);
        let read = read.map_err(|source| TakeError::Io {
            path: self.path.clone(),
            source,
        })?;
        self.offset += read as u64;
        if (read as u64) < length {
            return Err(self.unfinished());
        }
        Ok(opcode)
    }

    fn unfinished(&mut self) -> TakeError {
        self.finished = true;
        TakeError::Unfinished {
            offset: self.offset,
        }
    }

    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, TakeError> {
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|r| !r.is_empty()) {
            match self.input.read(rest) {
                Ok(0) => break,
                Ok(n) => filled += n,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(source) => {
                    let path = self.path.clone();
                    return Err(TakeError::Io { path, source });
                }
            }
        }
        self.offset += filled as u64;
        Ok(filled)
    }

    fn open_chunk(&mut self) -> Result<(), TakeError> {
        self.chunk.clear();
        self.chunk_at = 0;
        let header = ChunkHeader::read(&self.record).map_err(|k| self.damaged(k))?;
        let size = header.uncompressed_bytes;
        self.expanded = self.expanded.saturating_add(size);
        if size > RECORD_BYTES_MAX || self.expanded > TAKE_BYTES_MAX {
            return Err(TakeError::TooLarge {
                what: "decompressed bytes",
                size: size.max(self.expanded),
                limit: if size > RECORD_BYTES_MAX {
                    RECORD_BYTES_MAX
                } else {
                    TAKE_BYTES_MAX
                },
            });
        }
        if header.stored {
            let wrong = header.crc != 0 && crc32fast::hash(header.data) != header.crc;
            if wrong || header.data.len() as u64 != size {
                return Err(self.damaged(DamageKind::Chunk));
            }
            self.chunk.extend_from_slice(header.data);
            return Ok(());
        }
        if expand(&self.record, &mut self.chunk).is_none() {
            self.chunk.clear();
            return Err(self.damaged(DamageKind::Chunk));
        }
        Ok(())
    }
}

struct ChunkHeader<'a> {
    uncompressed_bytes: u64,
    crc: u32,
    stored: bool,
    data: &'a [u8],
}

impl<'a> ChunkHeader<'a> {
    fn read(record: &'a [u8]) -> Field<Self> {
        let mut fields = Fields(record);
        let _times = (fields.u64()?, fields.u64()?);
        let uncompressed_bytes = fields.u64()?;
        let crc = fields.u32()?;
        let compression = fields.long_text()?;
        let length = usize::try_from(fields.u64()?).map_err(|_| DamageKind::Length)?;
        Ok(Self {
            uncompressed_bytes,
            crc,
            stored: compression.is_empty(),
            data: fields.bytes(length)?,
        })
    }
}

/// Decompresses one chunk record, checksum checked, to its records, heads included. `None` when it does not.
fn expand(record: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let options = LinearReaderOptions::default()
        .with_skip_start_magic(true)
        .with_skip_end_magic(true)
        .with_prevalidate_chunk_crcs(true)
        .with_record_length_limit(RECORD_BYTES_MAX as usize);
    let mut reader = LinearReader::new_with_options(options);
    let mut head = [op::CHUNK; HEAD_BYTES];
    head.get_mut(1..)?
        .copy_from_slice(&(record.len() as u64).to_le_bytes());
    let mut parts = [&head[..], record].into_iter();
    let mut part = parts.next()?;
    while let Some(event) = reader.next_event() {
        match event.ok()? {
            LinearReadEvent::ReadRequest(wanted) => {
                if part.is_empty() {
                    match parts.next() {
                        Some(next) => part = next,
                        // The chunk is whole; the reader asks for a record after it.
                        None => break,
                    }
                }
                let n = wanted.min(part.len());
                let (now, later) = part.split_at_checked(n)?;
                reader.insert(n).get_mut(..n)?.copy_from_slice(now);
                reader.notify_read(n);
                part = later;
            }
            LinearReadEvent::Record { opcode, data } => {
                out.push(opcode);
                out.extend_from_slice(&(data.len() as u64).to_le_bytes());
                out.extend_from_slice(data);
            }
        }
    }
    Some(())
}
