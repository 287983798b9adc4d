//! A chunk's header, its checksum and its decompression; and whether a record is built as its kind is.

use super::fields::{Field, Fields};
use super::{DamageKind, container::HEAD_BYTES};
use crate::limits::RECORD_BYTES_MAX;
use mcap::records::op;
use mcap::sans_io::{LinearReadEvent, LinearReader, LinearReaderOptions};

/// A chunk record, taken apart.
pub(super) struct ChunkRecord<'a> {
    /// Bytes that it claims to expand to.
    pub uncompressed_bytes: u64,
    crc: u32,
    stored: bool,
    data: &'a [u8],
}

impl<'a> ChunkRecord<'a> {
    /// Takes a record's body apart, which must be exactly as long as its fields say.
    pub fn read(body: &'a [u8]) -> Field<Self> {
        let mut fields = Fields(body);
        let _times = (fields.u64()?, fields.u64()?);
        let uncompressed_bytes = fields.u64()?;
        let crc = fields.u32()?;
        let compression = fields.long_text()?;
        let length = usize::try_from(fields.u64()?).map_err(|_| DamageKind::Length)?;
        let data = fields.bytes(length)?;
        fields.end()?;
        Ok(Self {
            uncompressed_bytes,
            crc,
            stored: compression.is_empty(),
            data,
        })
    }

    /// Whether it has a checksum.
    pub fn has_checksum(&self) -> bool {
        self.crc != 0
    }

    /// Decompresses it into `out`, checksum checked. `body` is the record that it was read from.
    pub fn expand(&self, body: &[u8], out: &mut Vec<u8>) -> Field<()> {
        out.clear();
        if self.stored {
            let wrong = self.has_checksum() && crc32fast::hash(self.data) != self.crc;
            if wrong || self.data.len() as u64 != self.uncompressed_bytes {
                return Err(DamageKind::Chunk);
            }
            out.extend_from_slice(self.data);
            return Ok(());
        }
        if expand(body, out).is_none() {
            out.clear();
            return Err(DamageKind::Chunk);
        }
        Ok(())
    }
}

/// Whether what begins like a chunk's record can be one, as far as its first bytes tell: the lengths agree.
pub(super) fn may_be_chunk(length: u64, first: &[u8]) -> bool {
    let mut fields = Fields(first);
    let mut read = || {
        let _times = (fields.u64()?, fields.u64()?);
        let size = fields.u64()?;
        let crc = fields.u32()?;
        let compression = fields.long_text()?;
        Ok::<_, DamageKind>((size, crc, compression, fields.u64()?))
    };
    let Ok((size, crc, compression, data)) = read() else {
        return false;
    };
    let fixed = 8 + 8 + 8 + 4 + 4 + compression.len() as u64 + 8;
    crc != 0
        && size <= RECORD_BYTES_MAX
        && matches!(compression.as_str(), "" | "lz4" | "zstd")
        && data.checked_add(fixed) == Some(length)
}

/// Bytes of a chunk's record up to its data, with the longest name of a compression.
pub(super) const CHUNK_HEAD_BYTES: usize = 8 + 8 + 8 + 4 + 4 + 4 + 8;

/// Whether a record's lengths agree with each other. A length that was damaged would otherwise lead past whole chunks
/// without a word. A message outside of a chunk has no length of its own and no checksum: takes have none, so what looks like
/// one is something else, damaged.
pub(super) fn is_sound(opcode: u8, body: &[u8]) -> bool {
    let mut fields = Fields(body);
    let mut read = || -> Field<()> {
        match opcode {
            op::HEADER => texts(&mut fields, 2)?,
            op::FOOTER => {
                fields.bytes(20)?;
            }
            op::SCHEMA => {
                fields.u16()?;
                texts(&mut fields, 2)?;
                list(&mut fields)?;
            }
            op::CHANNEL => {
                fields.bytes(4)?;
                texts(&mut fields, 2)?;
                list(&mut fields)?;
            }
            op::CHUNK => {
                ChunkRecord::read(body)?;
                return Ok(());
            }
            op::MESSAGE_INDEX => {
                fields.u16()?;
                list(&mut fields)?;
            }
            op::CHUNK_INDEX => {
                fields.bytes(32)?;
                list(&mut fields)?;
                fields.u64()?;
                texts(&mut fields, 1)?;
                fields.bytes(16)?;
            }
            op::ATTACHMENT => {
                fields.bytes(16)?;
                texts(&mut fields, 2)?;
                let length = usize::try_from(fields.u64()?).map_err(|_| DamageKind::Length)?;
                fields.bytes(length)?;
                fields.u32()?;
            }
            op::ATTACHMENT_INDEX => {
                fields.bytes(40)?;
                texts(&mut fields, 2)?;
            }
            op::STATISTICS => {
                fields.bytes(8 + 2 + 4 * 4 + 16)?;
                list(&mut fields)?;
            }
            op::METADATA => {
                texts(&mut fields, 1)?;
                list(&mut fields)?;
            }
            op::METADATA_INDEX => {
                fields.bytes(16)?;
                texts(&mut fields, 1)?;
            }
            op::SUMMARY_OFFSET => {
                fields.bytes(17)?;
            }
            op::DATA_END => {
                fields.bytes(4)?;
            }
            // The format leaves these to private use; anything else is none.
            0x80.. => return Ok(()),
            _ => return Err(DamageKind::Code),
        }
        fields.end()
    };
    read().is_ok()
}

fn texts(fields: &mut Fields<'_>, count: usize) -> Field<()> {
    for _ in 0..count {
        list(fields)?;
    }
    Ok(())
}

/// Passes over what has a 32-bit length in bytes.
fn list(fields: &mut Fields<'_>) -> Field<()> {
    let length = fields.u32()? as usize;
    fields.bytes(length).map(drop)
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
