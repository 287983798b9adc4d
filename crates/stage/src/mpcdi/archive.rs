//! The ZIP archive: a few files, each read up to a limit whatever its head says of its size.

use super::{MpcdiAmount, MpcdiError};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Bytes of an archive: 32 regions of maps of 4 million samples, packed.
const ARCHIVE_BYTES_MAX: usize = 512 << 20;

/// Entries of an archive: a dozen maps for each of 32 regions.
const ENTRIES_MAX: usize = 512;

/// An open archive.
pub(super) struct Archive<'a>(ZipArchive<Cursor<&'a [u8]>>);

fn too_large(name: &str, of: MpcdiAmount, count: usize, limit: usize) -> MpcdiError {
    MpcdiError::TooLarge {
        name: name.to_owned(),
        of,
        count: count as u64,
        limit: limit as u64,
    }
}

impl<'a> Archive<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, MpcdiError> {
        if bytes.len() > ARCHIVE_BYTES_MAX {
            return Err(too_large(
                "",
                MpcdiAmount::Bytes,
                bytes.len(),
                ARCHIVE_BYTES_MAX,
            ));
        }
        let archive =
            ZipArchive::new(Cursor::new(bytes)).map_err(|error| MpcdiError::NotAnArchive {
                reason: error.to_string(),
            })?;
        if archive.len() > ENTRIES_MAX {
            return Err(too_large(
                "",
                MpcdiAmount::Files,
                archive.len(),
                ENTRIES_MAX,
            ));
        }
        Ok(Self(archive))
    }

    /// Reads a file by its name, whose case and slashes differ between the programs that write these archives.
    pub(super) fn read(&mut self, name: &str, limit: u64) -> Result<Vec<u8>, MpcdiError> {
        let wanted = plain(name);
        let index = (0..self.0.len()).find(|index| {
            let entry = self.0.name_for_index(*index);
            entry.is_some_and(|entry| entry.is_ok_and(|entry| plain(&entry) == wanted))
        });
        let missing = || MpcdiError::NoFile {
            name: name.to_owned(),
        };
        let entry = self.0.by_index(index.ok_or_else(missing)?);
        let entry = entry.map_err(|error| MpcdiError::NotAnArchive {
            reason: error.to_string(),
        })?;
        let mut bytes = Vec::new();
        // One byte more than the limit tells that there is more.
        entry
            .take(limit + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| MpcdiError::NotAnArchive {
                reason: error.to_string(),
            })?;
        if bytes.len() as u64 > limit {
            return Err(too_large(
                name,
                MpcdiAmount::Bytes,
                bytes.len(),
                limit as usize,
            ));
        }
        Ok(bytes)
    }
}

fn plain(name: &str) -> String {
    let name = name.trim().replace('\\', "/").to_lowercase();
    name.strip_prefix("./").unwrap_or(&name).to_owned()
}
