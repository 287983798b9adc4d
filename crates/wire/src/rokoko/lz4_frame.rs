//! Unpacking an LZ4 frame into a buffer that is used again, and packing one.
//!
//! The crate's own reader of frames makes two buffers for each; here the frame is cut by hand and only its blocks are the
//! crate's. Blocks may build on the ones before (linked), as Python's `lz4` makes them. Checksums are passed over: a
//! datagram has one of its own. What must stay true: the output never grows beyond its limit, whatever the sizes say.
//!
//! Source: LZ4 Frame Format Description 1.6.3.

use super::error::DecodeError;
use super::limits::JSON_MAX;
use crate::little_endian::Reader;
use lz4_flex::block::{DecompressError, decompress_into_with_dict};
use lz4_flex::frame::{FrameEncoder, FrameInfo};
use std::io::Write;

/// What an LZ4 frame begins with.
const MAGIC: u32 = 0x184d_2204;

/// A block whose size has this bit is stored as it is.
const STORED: u32 = 1 << 31;

/// Whether bytes are an LZ4 frame. JSON cannot begin so.
pub(super) fn is_lz4(bytes: &[u8]) -> bool {
    bytes.starts_with(&MAGIC.to_le_bytes())
}

/// Unpacks a frame into `out`, whose capacity is kept. What follows the frame is passed over.
pub(super) fn unpack(frame: &[u8], out: &mut Vec<u8>) -> Result<(), DecodeError> {
    let mut r = Reader::new(frame);
    let bad = |part, left: usize| DecodeError::BadLz4 {
        part,
        at: frame.len() - left,
    };
    let _magic = r.u32().map_err(|e| bad("magic", e.left))?;
    let flags = r.u8().map_err(|e| bad("header", e.left))?;
    let sizes = r.u8().map_err(|e| bad("header", e.left))?;
    let has = |bit: u8| usize::from(flags >> bit & 1);
    // Bits: 7-6 version, 5 independent blocks, 4 block checksums, 3 content size, 2 content checksum, 0 dictionary.
    let block_max = match (flags >> 6, sizes >> 4 & 7) {
        (1, size @ 4..=7) => 1usize << (8 + 2 * size),
        _ => return Err(bad("header", r.left())),
    };
    let rest_of_header = 8 * has(3) + 4 * has(0) + 1;
    r.bytes(rest_of_header).map_err(|e| bad("header", e.left))?;
    out.clear();
    loop {
        let size = r.u32().map_err(|e| bad("block size", e.left))?;
        if size == 0 {
            return Ok(());
        }
        let left = r.left();
        let block = r.bytes((size & !STORED) as usize);
        let block = block.map_err(|e| bad("block", e.left))?;
        if size & STORED != 0 {
            if out.len() + block.len() > JSON_MAX {
                return Err(DecodeError::TooLong);
            }
            out.extend_from_slice(block);
        } else {
            append_block(block, block_max, out, bad("block", left))?;
        }
        r.bytes(4 * has(4)).map_err(|e| bad("block", e.left))?;
    }
}

/// Appends what a block holds; what came before is its dictionary.
fn append_block(
    block: &[u8],
    block_max: usize,
    out: &mut Vec<u8>,
    bad: DecodeError,
) -> Result<(), DecodeError> {
    let before = out.len();
    let room = block_max.min(JSON_MAX - before);
    out.resize(before + room, 0);
    let (known, fresh) = out.split_at_mut(before);
    // The format looks back 64 KiB at most.
    let dictionary = known.get(before.saturating_sub(1 << 16)..).unwrap_or(&[]);
    let unpacked = decompress_into_with_dict(block, fresh, dictionary);
    let is_limit = room < block_max;
    match unpacked {
        Ok(bytes) => {
            out.truncate(before + bytes);
            Ok(())
        }
        Err(DecompressError::OutputTooSmall { .. }) if is_limit => Err(DecodeError::TooLong),
        Err(_) => Err(bad),
    }
}

/// Packs bytes into a frame, in blocks of 64 KiB that do not build on each other.
pub(super) fn pack(bytes: &[u8]) -> Vec<u8> {
    let info = FrameInfo::new()
        .block_size(lz4_flex::frame::BlockSize::Max64KB)
        .content_size(Some(bytes.len() as u64));
    let mut encoder = FrameEncoder::with_frame_info(info, Vec::new());
    // Writing to a vector does not fail, and the length is the one that was said.
    match encoder.write_all(bytes).map(|()| encoder.finish()) {
        Ok(Ok(packed)) => packed,
        _ => bytes.to_vec(),
    }
}
