//! What a take says about itself as the description of a compact one: the same fields, compressed.

use crate::limits::{ATTACHMENT_BYTES_MAX, COMPACT_TEXT_BYTES_MAX};
use crate::take_file::error::{DamageKind, TakeError};
use crate::take_file::fields::{Field, Fields, Put};
use crate::take_file::{TakeConfig, TakeFile};

/// Entries and files that are looked at.
const ENTRIES_MAX: usize = 1 << 16;

/// Compresses a text with its length before it.
pub(super) fn compressed(bytes: &[u8]) -> Vec<u8> {
    lz4_flex::block::compress_prepend_size(bytes)
}

/// The way back; the length is checked before anything is made of it.
pub(super) fn decompressed(bytes: &[u8]) -> Field<Vec<u8>> {
    let size = Fields(bytes).u32()? as usize;
    if size > COMPACT_TEXT_BYTES_MAX {
        return Err(DamageKind::Count);
    }
    lz4_flex::block::decompress_size_prepended(bytes).map_err(|_| DamageKind::Chunk)
}

/// What is wrong with a description, as an error of the whole file.
pub(super) fn damaged(kind: DamageKind) -> TakeError {
    TakeError::Damaged { offset: 0, kind }
}

/// As a description.
pub(super) fn of_config(config: &TakeConfig) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut put = Put(&mut bytes);
    put.long_text(&config.title);
    put.long_text(&config.program);
    put.i64(config.created_unix_ns);
    put.u32(config.entries.len() as u32);
    for (key, value) in &config.entries {
        put.long_text(key);
        put.long_text(value);
    }
    put.u32(config.files.len() as u32);
    for file in &config.files {
        put.long_text(&file.name);
        put.long_text(&file.media_type);
        put.u32(file.data.len() as u32);
        put.bytes(&file.data);
    }
    compressed(&bytes)
}

/// From a description.
pub(super) fn config(description: &[u8]) -> Field<TakeConfig> {
    let bytes = decompressed(description)?;
    let mut fields = Fields(&bytes);
    let mut config = TakeConfig {
        title: fields.long_text()?,
        program: fields.long_text()?,
        created_unix_ns: fields.i64()?,
        ..TakeConfig::default()
    };
    for _ in 0..fields.count(ENTRIES_MAX)? {
        let key = fields.long_text()?;
        config.entries.insert(key, fields.long_text()?);
    }
    for _ in 0..fields.count(ENTRIES_MAX)? {
        config.files.push(TakeFile {
            name: fields.long_text()?,
            media_type: fields.long_text()?,
            data: {
                let n = fields.count(ATTACHMENT_BYTES_MAX as usize)?;
                fields.bytes(n)?.to_vec()
            },
        });
    }
    fields.end()?;
    Ok(config)
}
