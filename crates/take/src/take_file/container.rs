//! MCAP records off a stream, chunks opened, and found again after damage.
//!
//! The container's records are a byte and a length; they are read here with every length checked. Chunks are
//! decompressed by the `mcap` crate, which is handed one compressed chunk at a time, with its claimed size checked
//! before. Uncompressed chunks are not given to it: it subtracts a record's length from the chunk's rest unchecked.
//! Its parser of whole records is not used either, since it slices a short attachment record out of bounds.
//!
//! A record whose lengths contradict each other is not believed: the bytes from there on are searched for the next chunk
//! whose checksum is right, so damage costs what was damaged and nothing behind it.

use super::chunk::{CHUNK_HEAD_BYTES, ChunkRecord, is_sound, may_be_chunk};
use super::error::{DamageKind, TakeError};
use super::fields::Fields;
use crate::limits::{RECORD_BYTES_MAX, SEARCH_BYTES_MAX, TAKE_BYTES_MAX};
use mcap::records::op;
use std::io::{ErrorKind, Read};
use std::path::PathBuf;

const MAGIC: [u8; 8] = *b"\x89MCAP0\r\n";

/// Opcode and length.
pub(super) const HEAD_BYTES: usize = 9;

/// Bytes that are read at once while searching.
const SEARCH_READ_BYTES: usize = 64 << 10;

/// Records of an MCAP stream in order, those in chunks included.
pub(super) struct Container<R> {
    input: R,
    path: PathBuf,
    /// Bytes that were read and are to be read again, and how far they are.
    again: Vec<u8>,
    again_at: usize,
    /// Bytes of the stream consumed.
    offset: u64,
    /// Where the newest top-level record began.
    record_offset: u64,
    whole_until: u64,
    record: Vec<u8>,
    /// Contents of the open chunk, and how far they are read.
    chunk: Vec<u8>,
    chunk_at: usize,
    expanded: u64,
    /// Bytes that may still be looked at for chunks after damage.
    search_left: u64,
    /// The next record is to be searched for.
    lost: bool,
    finished: bool,
}

impl<R: Read> Container<R> {
    /// Checks the magic bytes.
    pub fn open(input: R, path: PathBuf) -> Result<Self, TakeError> {
        let mut container = Self::anything(input, path);
        let mut magic = [0; MAGIC.len()];
        let read = container.fill(&mut magic)?;
        if read < MAGIC.len() || magic != MAGIC {
            return Err(TakeError::NotMcap);
        }
        Ok(container)
    }

    /// Searches a stream for whole chunks from its first byte, whatever it begins with.
    pub fn search(input: R, path: PathBuf) -> Self {
        Self {
            lost: true,
            ..Self::anything(input, path)
        }
    }

    fn anything(input: R, path: PathBuf) -> Self {
        Self {
            input,
            path,
            again: Vec::new(),
            again_at: 0,
            offset: 0,
            record_offset: 0,
            whole_until: 0,
            record: Vec::new(),
            chunk: Vec::new(),
            chunk_at: 0,
            expanded: 0,
            search_left: SEARCH_BYTES_MAX,
            lost: false,
            finished: false,
        }
    }

    /// Whether the footer was read.
    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// Where the last record ends that was whole.
    pub fn whole_until(&self) -> u64 {
        self.whole_until
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
            if self.lost {
                self.find_chunk()?;
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
            self.record.clear();
            return Err(self.lose(head));
        }
        // Grows with what is really there, not with what is claimed.
        let mut record = std::mem::take(&mut self.record);
        let whole = self.read_into(length, &mut record);
        self.record = record;
        if !whole? {
            return Err(self.end_short(head));
        }
        if !is_sound(opcode, &self.record) {
            return Err(self.lose(head));
        }
        self.whole_until = self.offset;
        Ok(opcode)
    }

    /// The stream ends within a record: it was cut off, unless the record's length is what is damaged and chunks follow.
    fn end_short(&mut self, head: [u8; HEAD_BYTES]) -> TakeError {
        let damaged = self.lose(head);
        match self.find_chunk() {
            Ok(()) => damaged,
            Err(end) => end,
        }
    }

    /// Gives back what was read of a record that cannot be one; the next record will be searched for behind its first byte.
    fn lose(&mut self, head: [u8; HEAD_BYTES]) -> TakeError {
        let rest = self.again.split_off(self.again_at.min(self.again.len()));
        self.again.clear();
        self.again.extend_from_slice(head.get(1..).unwrap_or(&[]));
        self.again.extend_from_slice(&self.record);
        self.again.extend_from_slice(&rest);
        self.again_at = 0;
        self.offset = self.record_offset + 1;
        self.lost = true;
        self.damaged(DamageKind::Record)
    }

    /// Goes on to the next chunk that is whole.
    fn find_chunk(&mut self) -> Result<(), TakeError> {
        let mut expanded = Vec::new();
        loop {
            let Some(at) = self.find_opcode()? else {
                self.lost = false;
                return Err(self.unfinished());
            };
            self.skip(at);
            self.record_offset = self.offset;
            if self.is_chunk(&mut expanded)? {
                self.lost = false;
                return Ok(());
            }
            self.skip(1);
        }
    }

    /// How many bytes lie before the next one that may be a chunk's first.
    fn find_opcode(&mut self) -> Result<Option<usize>, TakeError> {
        let mut looked = 0;
        loop {
            let rest = self.again.get(self.again_at + looked..).unwrap_or(&[]);
            if let Some(at) = rest.iter().position(|b| *b == op::CHUNK) {
                return Ok(Some(looked + at));
            }
            self.skip(looked + rest.len());
            looked = 0;
            if self.ahead(1)? < 1 {
                return Ok(None);
            }
        }
    }

    /// Whether a whole chunk begins here.
    fn is_chunk(&mut self, expanded: &mut Vec<u8>) -> Result<bool, TakeError> {
        let there = self.ahead(HEAD_BYTES + CHUNK_HEAD_BYTES)?;
        let first = self.again.get(self.again_at..).unwrap_or(&[]);
        let first = first.get(..there).unwrap_or(first);
        let mut fields = Fields(first);
        let (Ok(_), Ok(length)) = (fields.u8(), fields.u64()) else {
            return Ok(false);
        };
        if length > RECORD_BYTES_MAX || !may_be_chunk(length, fields.0) {
            return Ok(false);
        }
        let whole = HEAD_BYTES + length as usize;
        if self.ahead(whole)? < whole {
            return Ok(false);
        }
        let start = self.again_at + HEAD_BYTES;
        let body = self.again.get(start..start + length as usize);
        let body = body.unwrap_or(&[]);
        let Ok(chunk) = ChunkRecord::read(body) else {
            return Ok(false);
        };
        // Searching must not take for ever: a file may be made of heads that each claim all that follows.
        let looked_at = length + chunk.uncompressed_bytes;
        let Some(left) = self.search_left.checked_sub(looked_at) else {
            self.finished = true;
            return Err(TakeError::TooLarge {
                what: "searched",
                size: SEARCH_BYTES_MAX.saturating_add(looked_at),
                limit: SEARCH_BYTES_MAX,
            });
        };
        let is_whole = chunk.has_checksum() && chunk.expand(body, expanded).is_ok();
        if !is_whole {
            self.search_left = left;
        }
        Ok(is_whole)
    }

    fn unfinished(&mut self) -> TakeError {
        self.finished = true;
        TakeError::Unfinished {
            offset: self.offset,
        }
    }

    /// Makes at least `n` bytes of what follows lie in `again`, if there are so many; how many do, `n` at most.
    fn ahead(&mut self, n: usize) -> Result<usize, TakeError> {
        if self.again_at > SEARCH_READ_BYTES {
            self.again.drain(..self.again_at);
            self.again_at = 0;
        }
        while self.again.len() - self.again_at < n {
            let before = self.again.len();
            let wanted = (n - (before - self.again_at)).max(SEARCH_READ_BYTES);
            let part = (&mut self.input).take(wanted as u64);
            read_all(part, &mut self.again, &self.path)?;
            if self.again.len() == before {
                break;
            }
        }
        Ok((self.again.len() - self.again_at).min(n))
    }

    /// Passes over bytes that lie in `again`.
    fn skip(&mut self, n: usize) {
        self.again_at += n;
        self.offset += n as u64;
    }

    /// Reads `length` bytes; false when there are not so many.
    fn read_into(&mut self, length: u64, out: &mut Vec<u8>) -> Result<bool, TakeError> {
        out.clear();
        let given = self.again.get(self.again_at..).unwrap_or(&[]);
        let given = given.get(..length as usize).unwrap_or(given);
        out.extend_from_slice(given);
        self.again_at += out.len();
        let part = (&mut self.input).take(length - out.len() as u64);
        let read = read_all(part, out, &self.path);
        self.offset += out.len() as u64;
        read?;
        Ok(out.len() as u64 == length)
    }

    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, TakeError> {
        let given = self.again.get(self.again_at..).unwrap_or(&[]);
        let mut filled = given.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(given) {
            *to = *from;
        }
        self.again_at += filled;
        while let Some(rest) = buffer.get_mut(filled..).filter(|r| !r.is_empty()) {
            match self.input.read(rest) {
                Ok(0) => break,
                Ok(n) => filled += n,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(source) => {
                    let path = self.path.clone();
                    // A compact take says itself what is wrong with it.
                    let own = source.downcast::<TakeError>();
                    return Err(own.unwrap_or_else(|source| TakeError::Io { path, source }));
                }
            }
        }
        self.offset += filled as u64;
        Ok(filled)
    }

    fn open_chunk(&mut self) -> Result<(), TakeError> {
        self.chunk.clear();
        self.chunk_at = 0;
        let chunk = ChunkRecord::read(&self.record).map_err(|kind| TakeError::Damaged {
            offset: self.record_offset,
            kind,
        })?;
        let size = chunk.uncompressed_bytes;
        let too_large = |size, limit| TakeError::TooLarge {
            what: "unpacked",
            size,
            limit,
        };
        // A claim that is not believed counts for nothing: the chunks behind it are read all the same.
        if size > RECORD_BYTES_MAX {
            return Err(too_large(size, RECORD_BYTES_MAX));
        }
        self.expanded = self.expanded.saturating_add(size);
        if self.expanded > TAKE_BYTES_MAX {
            return Err(too_large(self.expanded, TAKE_BYTES_MAX));
        }
        let expanded = chunk.expand(&self.record, &mut self.chunk);
        expanded.map_err(|kind| self.damaged(kind))
    }
}

/// Appends all there is.
fn read_all(
    mut part: impl Read,
    out: &mut Vec<u8>,
    path: &std::path::Path,
) -> Result<(), TakeError> {
    loop {
        match part.read_to_end(out) {
            Ok(_) => return Ok(()),
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(source) => {
                let path = path.to_owned();
                return Err(TakeError::Io { path, source });
            }
        }
    }
}
