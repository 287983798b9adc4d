//! A display's last picture in memory that outlives the program: two files, written in turn.
//!
//! Whoever writes may be killed at any byte. A picture's number stands in its head only when all of it is there, so the other
//! file's picture is whole whenever one is being written; whoever reads looks at the number before and after. Nobody waits for
//! anybody.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// What a head begins with.
const MAGIC: &[u8; 4] = b"CYCG";
/// Bytes of a head: the magic, the size, the number.
const HEAD_BYTES: usize = 20;
/// Where the pixels begin.
const BODY_AT: u64 = 64;
/// Longest side that is believed, pixels: what graphics cards draw at most.
const SIDE_MAX_PX: u32 = 32_768;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Head {
    size_px: [u32; 2],
    /// From 1 on.
    number: u64,
}

impl Head {
    fn bytes(self) -> [u8; HEAD_BYTES] {
        let mut bytes = [0; HEAD_BYTES];
        bytes[..4].copy_from_slice(MAGIC);
        bytes[4..8].copy_from_slice(&self.size_px[0].to_le_bytes());
        bytes[8..12].copy_from_slice(&self.size_px[1].to_le_bytes());
        bytes[12..].copy_from_slice(&self.number.to_le_bytes());
        bytes
    }

    /// The head of a file that has a whole picture.
    fn read(file: &File) -> Option<Self> {
        let mut bytes = [0; HEAD_BYTES];
        file.read_exact_at(&mut bytes, 0).ok()?;
        let word = |at: usize| u32::from_le_bytes([0, 1, 2, 3].map(|i| bytes[at + i]));
        let size_px = [word(4), word(8)];
        let number = u64::from(word(12)) | u64::from(word(16)) << 32;
        let is_size = size_px.iter().all(|px| (1..=SIDE_MAX_PX).contains(px));
        (bytes.starts_with(MAGIC) && is_size && number > 0).then_some(Self { size_px, number })
    }

    fn body_bytes(self) -> u64 {
        self.size_px.map(u64::from).iter().product::<u64>() * 4
    }
}

fn head_of(path: &Path) -> Option<Head> {
    Head::read(&File::open(path).ok()?)
}

/// Writes pictures.
#[derive(Debug)]
pub(super) struct PictureWriter {
    paths: [PathBuf; 2],
    next: usize,
    number: u64,
}

impl PictureWriter {
    /// Goes on behind what is there.
    pub(super) fn new(paths: [PathBuf; 2]) -> Self {
        let numbers = [0, 1].map(|slot| head_of(&paths[slot]).map_or(0, |head| head.number));
        Self {
            next: usize::from(numbers[0] > numbers[1]),
            number: numbers[0].max(numbers[1]),
            paths,
        }
    }

    /// Writes a picture, whose rows `rows` gives to what it is called with; whether it had all of them.
    ///
    /// # Errors
    /// What the file system reports: there is no room, say.
    pub(super) fn write(
        &mut self,
        size_px: [u32; 2],
        rows: impl FnOnce(&mut dyn FnMut(&[u8])) -> bool,
    ) -> std::io::Result<bool> {
        let path = &self.paths[self.next];
        let mut open = OpenOptions::new();
        open.write(true).create(true).truncate(false).mode(0o600);
        let file = open.open(path)?;
        let empty = Head { size_px, number: 0 };
        file.write_all_at(&empty.bytes(), 0)?;
        let (mut at, mut failed) = (BODY_AT, None);
        let mut put = |row: &[u8]| {
            if failed.is_none() {
                failed = file.write_all_at(row, at).err();
            }
            at += row.len() as u64;
        };
        let has_all = rows(&mut put);
        if let Some(failed) = failed {
            return Err(failed);
        }
        if !has_all || at - BODY_AT != empty.body_bytes() {
            return Ok(false);
        }
        file.set_len(at)?;
        let number = self.number + 1;
        file.write_all_at(&Head { size_px, number }.bytes(), 0)?;
        (self.number, self.next) = (number, 1 - self.next);
        Ok(true)
    }
}

/// A picture that was read: blue, green, red and a byte more a pixel.
#[derive(Debug, Default)]
pub(super) struct ReadPicture {
    pub number: u64,
    pub size_px: [u32; 2],
    pub pixels: Vec<u8>,
}

/// Reads pictures.
#[derive(Debug)]
pub(super) struct PictureReader {
    paths: [PathBuf; 2],
}

impl PictureReader {
    pub(super) fn new(paths: [PathBuf; 2]) -> Self {
        Self { paths }
    }

    /// Reads the newest picture if it has another number than this one; whether it did. One that is being written over while
    /// it is read is left for the next time.
    pub(super) fn read_newer(&self, than: u64, into: &mut ReadPicture) -> bool {
        let heads = [0, 1].map(|slot| head_of(&self.paths[slot]).map_or(0, |head| head.number));
        let slot = usize::from(heads[1] > heads[0]);
        if heads[slot] == 0 || heads[slot] == than {
            return false;
        }
        let Ok(file) = File::open(&self.paths[slot]) else {
            return false;
        };
        let Some(head) = Head::read(&file) else {
            return false;
        };
        // What the head says is believed only as far as the file has it.
        let has = file.metadata().map_or(0, |m| m.len());
        if has < BODY_AT + head.body_bytes() {
            return false;
        }
        into.pixels.resize(head.body_bytes() as usize, 0);
        let read = file.read_exact_at(&mut into.pixels, BODY_AT);
        let is_whole = read.is_ok() && Head::read(&file) == Some(head);
        if is_whole {
            (into.number, into.size_px) = (head.number, head.size_px);
        }
        is_whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(folder: &Path) -> [PathBuf; 2] {
        ["a", "b"].map(|name| folder.join(name))
    }

    fn picture(size_px: [u32; 2], value: u8) -> Vec<Vec<u8>> {
        vec![vec![value; size_px[0] as usize * 4]; size_px[1] as usize]
    }

    fn write(writer: &mut PictureWriter, size_px: [u32; 2], value: u8) -> bool {
        let rows = picture(size_px, value);
        let give = |put: &mut dyn FnMut(&[u8])| {
            rows.iter().for_each(|row| put(row));
            true
        };
        writer.write(size_px, give).unwrap()
    }

    #[test]
    fn the_newest_whole_picture_is_read_and_numbers_outlive_who_writes() {
        let folder = tempfile::tempdir().unwrap();
        let paths = paths(folder.path());
        let reader = PictureReader::new(paths.clone());
        let mut read = ReadPicture::default();
        assert!(!reader.read_newer(0, &mut read));
        let mut writer = PictureWriter::new(paths.clone());
        for value in [5, 6] {
            assert!(write(&mut writer, [3, 2], value));
        }
        assert!(reader.read_newer(0, &mut read));
        assert_eq!((read.number, read.size_px), (2, [3, 2]));
        assert_eq!(read.pixels, [6; 24]);
        assert!(!reader.read_newer(2, &mut read));
        // Another stage goes on, with a smaller picture.
        let mut writer = PictureWriter::new(paths);
        assert!(write(&mut writer, [1, 1], 7));
        assert!(reader.read_newer(2, &mut read));
        assert_eq!((read.number, read.pixels.as_slice()), (3, &[7; 4][..]));
    }

    #[test]
    fn a_picture_that_was_cut_off_costs_nothing_of_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let paths = paths(folder.path());
        let mut writer = PictureWriter::new(paths.clone());
        assert!(write(&mut writer, [4, 4], 1) && write(&mut writer, [4, 4], 2));
        // Whoever writes the third one is killed after two rows.
        let row = vec![3; 16];
        let is_whole = writer.write([4, 4], |put| {
            put(&row);
            put(&row);
            false
        });
        assert!(!is_whole.unwrap());
        let mut read = ReadPicture::default();
        assert!(PictureReader::new(paths.clone()).read_newer(0, &mut read));
        assert_eq!((read.number, read.pixels.as_slice()), (2, &[2; 64][..]));
        // Whatever stands in a file, nothing is read beyond it.
        let reader = PictureReader::new(paths.clone());
        for number in [3u64, u64::MAX] {
            for size_px in [[32_768, 32_768], [0, 4], [u32::MAX, 1]] {
                let mut bytes = Head { size_px, number }.bytes().to_vec();
                bytes.resize(80, 0);
                std::fs::write(&paths[0], &bytes).unwrap();
                let newer = reader.read_newer(2, &mut read);
                assert!(!newer && read.number == 2, "{size_px:?}");
            }
        }
    }
}
