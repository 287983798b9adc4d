//! What the disk's thread does with blocks: write them, keep room to end in, and end.
//!
//! Room for the end of the take is set aside before anything is written. When no more can be had, what is set aside is
//! used to end the take, so a full disk costs what comes after it and nothing before.

use super::container_writer::ContainerWriter;
use super::disk::Disk;
use super::ending::Ending;
use super::status::RecorderStatus;
use crate::limits::RESERVE_BYTES;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// How the disk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// There is more than the end needs.
    Enough,
    /// What is left is for the end.
    Full,
}

/// Writes blocks.
pub(super) struct Appender {
    disk: Box<dyn Disk>,
    tail_bytes: u64,
    /// Bytes that are set aside behind what is written.
    reserved: u64,
    room: Room,
    /// A block could not be written: the summary, which counts on every byte, is not true any more.
    is_missing: bool,
    status: Arc<RecorderStatus>,
}

impl Appender {
    /// Begins, with room set aside; an error when there is not even that.
    pub fn new(
        disk: Box<dyn Disk>,
        tail_bytes: u64,
        status: Arc<RecorderStatus>,
    ) -> io::Result<Self> {
        let mut appender = Self {
            disk,
            tail_bytes,
            reserved: 0,
            room: Room::Enough,
            is_missing: false,
            status,
        };
        appender.disk.reserve(appender.tail_bytes)?;
        appender.reserved = appender.tail_bytes;
        Ok(appender)
    }

    /// The disk.
    pub fn disk(&self) -> &dyn Disk {
        &*self.disk
    }

    /// Writes a block. The room that is left afterwards; an error when the block is not written.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<Room> {
        let length = bytes.len() as u64;
        if self.room == Room::Enough && self.reserved < self.tail_bytes + length {
            let more = self.tail_bytes + length + RESERVE_BYTES.min(self.tail_bytes);
            match self.disk.reserve(more) {
                Ok(()) => self.reserved = more,
                Err(e) if is_full(&e) => self.room = Room::Full,
                Err(e) => return Err(e),
            }
        }
        if self.is_missing {
            // What came after a block that is missing would be a gap that nothing tells of.
            return Err(io::ErrorKind::StorageFull.into());
        }
        if let Err(e) = self.disk.append(bytes) {
            self.is_missing = true;
            self.room = Room::Full;
            return Err(e);
        }
        self.reserved = self.reserved.saturating_sub(length);
        self.status.bytes.add(length);
        self.status.blocks.increment();
        Ok(self.room)
    }

    /// Ends the take with its summary, or, where there is no room for that, with few bytes.
    pub fn end(mut self, ending: &Ending) -> io::Result<()> {
        let bytes = ending.bytes();
        let whole = if self.is_missing {
            Err(io::ErrorKind::StorageFull.into())
        } else {
            // All of it or nothing: half an index would be none.
            let is_room = self.disk.reserve(bytes);
            is_room.and_then(|()| ending.write(|piece| self.disk.append(piece)))
        };
        match whole {
            Ok(()) => self.status.bytes.add(bytes),
            Err(e) if is_full(&e) => {
                self.status.without_summary.store(true, Ordering::Relaxed);
                self.disk.append(&ContainerWriter::short_end())?;
            }
            Err(e) => return Err(e),
        }
        self.disk.seal()
    }
}

/// Whether an error is that of a full disk.
pub(super) fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}
