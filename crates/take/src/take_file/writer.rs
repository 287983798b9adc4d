//! Writing a take where the caller may wait for the disk: conversions, tests, anything that is not live.

use super::TakeConfig;
use super::disk::{Disk, FileDisk};
use super::encoder::TakeEncoder;
use super::error::TakeError;
use super::{RawPacket, TakeEvent, TakeGap};
use cyc_model::{MocapFrame, SourceId, StageFrame};
use std::path::{Path, PathBuf};

/// Writes a take; see the module for its form. One dropped without [`Self::finish`] stays behind as `NAME.part`, which
/// [`TakeReader`](super::TakeReader) reads. A stage records with [`TakeRecorder`](super::TakeRecorder) instead.
pub struct TakeWriter {
    disk: FileDisk,
    encoder: TakeEncoder,
}

impl TakeWriter {
    /// Begins a take as `path` with `.part` appended. Takes are never overwritten: refused when either file exists.
    pub fn create(path: impl AsRef<Path>, config: &TakeConfig) -> Result<Self, TakeError> {
        let mut writer = Self {
            disk: FileDisk::create(path.as_ref(), false)?,
            encoder: TakeEncoder::new(config),
        };
        writer.write_ready()?;
        Ok(writer)
    }

    /// Writes a capture frame, and its roster first when that is new.
    pub fn write_mocap(&mut self, frame: &MocapFrame) -> Result<(), TakeError> {
        self.encoder.mocap(frame);
        self.write_ready()
    }

    /// Writes a stage frame.
    pub fn write_stage(&mut self, frame: &StageFrame) -> Result<(), TakeError> {
        self.encoder.stage(frame);
        self.write_ready()
    }

    /// Writes a packet as it was received.
    pub fn write_raw(&mut self, source: SourceId, packet: &RawPacket) -> Result<(), TakeError> {
        self.encoder.raw(source, packet);
        self.write_ready()
    }

    /// Writes what a stage said.
    pub fn write_event(&mut self, event: &TakeEvent) -> Result<(), TakeError> {
        self.encoder.event(event);
        self.write_ready()
    }

    /// Writes that something is missing.
    pub fn write_gap(&mut self, gap: &TakeGap) -> Result<(), TakeError> {
        self.encoder.gap(gap);
        self.write_ready()
    }

    /// Closes the open chunk and hands it to the operating system. Done by itself at least every 20 ms of frames.
    pub fn flush(&mut self) -> Result<(), TakeError> {
        self.encoder.close_chunk();
        self.write_ready()
    }

    /// Ends the take: index and footer are written, everything is synchronised to the disk, and the file gets its name.
    pub fn finish(mut self) -> Result<PathBuf, TakeError> {
        self.encoder.finish();
        self.write_ready()?;
        let path = self.disk.path().to_owned();
        match self.disk.seal() {
            Ok(()) => Ok(path),
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
                Err(TakeError::Exists { path })
            }
            Err(source) => Err(TakeError::Io { path, source }),
        }
    }

    fn write_ready(&mut self) -> Result<(), TakeError> {
        if self.encoder.ready().is_empty() {
            return Ok(());
        }
        let written = self.disk.append(self.encoder.ready());
        self.encoder.clear_ready();
        written.map_err(|source| TakeError::Io {
            path: self.disk.part().to_owned(),
            source,
        })
    }
}
