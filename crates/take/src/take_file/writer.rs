//! Writing a take.

use super::error::TakeError;
use super::{
    ENCODING, METADATA, TAKE_PROFILE, TakeConfig, mocap_record, roster_record, stage_record,
};
use crate::limits::{CHUNK_BYTES_TARGET, CHUNK_SPAN_MAX_NS};
use cyc_model::{MocapFrame, Roster, SourceId, StageFrame};
use mcap::records::{MessageHeader, Metadata};
use mcap::{Attachment, Compression, McapError, WriteOptions, Writer};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A source's two channels and the roster that its last frame had.
struct SourceChannels {
    mocap: u16,
    roster: u16,
    current: Option<(u32, Arc<Roster>)>,
    sequence: u32,
}

/// Writes a take; see the module for its form. One dropped without [`Self::finish`] stays behind as `NAME.part`, which
/// [`TakeReader`](super::TakeReader) reads.
pub struct TakeWriter {
    path: PathBuf,
    part: PathBuf,
    overwrite: bool,
    mcap: Writer<BufWriter<File>>,
    sources: BTreeMap<SourceId, SourceChannels>,
    stage: u16,
    stage_sequence: u32,
    rosters: u32,
    chunk_began_ns: Option<u64>,
    buffer: Vec<u8>,
}

impl TakeWriter {
    /// Begins a take as `path` with `.part` appended. Takes are never overwritten: refused when either file exists.
    pub fn create(path: impl AsRef<Path>, config: &TakeConfig) -> Result<Self, TakeError> {
        Self::create_with(path, config, false)
    }

    /// The same; with `overwrite` a finished take of that name is replaced, in the moment in which this one is finished.
    /// An unfinished part is never overwritten: it may be all that is left of a take.
    pub fn create_with(
        path: impl AsRef<Path>,
        config: &TakeConfig,
        overwrite: bool,
    ) -> Result<Self, TakeError> {
        let path = path.as_ref().to_owned();
        let mut part: OsString = path.clone().into();
        part.push(".part");
        let part = PathBuf::from(part);
        if !overwrite && path.exists() {
            return Err(TakeError::Exists { path });
        }
        let opened = OpenOptions::new().write(true).create_new(true).open(&part);
        let file = opened.map_err(|source| match source.kind() {
            std::io::ErrorKind::AlreadyExists => TakeError::PartExists { path: part.clone() },
            _ => io(&part, source),
        })?;
        // Without seeking the library keeps a chunk in memory and writes it whole, so that a killed program leaves
        // whole chunks behind.
        let options = WriteOptions::new()
            .profile(TAKE_PROFILE)
            .library(concat!("cyclorama ", env!("CARGO_PKG_VERSION")))
            .compression(Some(Compression::Lz4))
            .chunk_size(Some(CHUNK_BYTES_TARGET))
            .disable_seeking(true);
        let mut mcap = options.create(BufWriter::new(file)).map_err(refused)?;
        write_config(&mut mcap, config)?;
        let stage = channel(&mut mcap, "StageFrame", stage_record::LAYOUT, "stage/frame")?;
        let mut writer = Self {
            path,
            part,
            overwrite,
            mcap,
            sources: BTreeMap::new(),
            stage,
            stage_sequence: 0,
            rosters: 0,
            chunk_began_ns: None,
            buffer: Vec::new(),
        };
        writer.flush()?;
        Ok(writer)
    }

    /// Writes a capture frame, and its roster first when that is new.
    pub fn write_mocap(&mut self, frame: &MocapFrame) -> Result<(), TakeError> {
        let at = log_time(frame.heard.0);
        self.open_source(frame.source)?;
        let Some(source) = self.sources.get_mut(&frame.source) else {
            return Ok(());
        };
        let known = source
            .current
            .as_ref()
            .filter(|(_, r)| Arc::ptr_eq(r, &frame.roster) || **r == *frame.roster);
        let number = match known {
            Some((number, _)) => *number,
            None => {
                let number = self.rosters;
                self.rosters = self.rosters.wrapping_add(1);
                self.buffer.clear();
                roster_record::encode(number, &frame.roster, &mut self.buffer);
                let header = header(source.roster, number, at, at);
                write(&mut self.mcap, &header, &self.buffer)?;
                source.current = Some((number, Arc::clone(&frame.roster)));
                number
            }
        };
        self.buffer.clear();
        mocap_record::encode(number, frame, &mut self.buffer);
        let published = frame.taken.map_or(at, |t| log_time(t.0));
        let header = header(source.mocap, source.sequence, at, published);
        source.sequence = source.sequence.wrapping_add(1);
        write(&mut self.mcap, &header, &self.buffer)?;
        self.flush_if_due(at)
    }

    /// Writes a stage frame.
    pub fn write_stage(&mut self, frame: &StageFrame) -> Result<(), TakeError> {
        let at = log_time(frame.due.0);
        self.buffer.clear();
        stage_record::encode(frame, &mut self.buffer);
        let header = header(self.stage, self.stage_sequence, at, at);
        self.stage_sequence = self.stage_sequence.wrapping_add(1);
        write(&mut self.mcap, &header, &self.buffer)?;
        self.flush_if_due(at)
    }

    /// Closes the open chunk and hands it to the operating system. Done by itself at least every 50 ms of frames; for
    /// a recorder whose frames have paused.
    pub fn flush(&mut self) -> Result<(), TakeError> {
        self.chunk_began_ns = None;
        self.mcap.flush().map_err(refused)
    }

    /// Ends the take: index and footer are written, everything is synchronised to the disk, and the file gets its name.
    pub fn finish(mut self) -> Result<PathBuf, TakeError> {
        self.mcap.finish().map_err(refused)?;
        let buffered = self.mcap.into_inner();
        let file = buffered
            .into_inner()
            .map_err(|e| io(&self.part, e.into_error()))?;
        file.sync_all().map_err(|e| io(&self.part, e))?;
        if !self.overwrite && self.path.exists() {
            return Err(TakeError::Exists { path: self.path });
        }
        std::fs::rename(&self.part, &self.path).map_err(|e| io(&self.path, e))?;
        sync_folder(&self.path);
        Ok(self.path)
    }

    fn open_source(&mut self, source: SourceId) -> Result<(), TakeError> {
        if self.sources.contains_key(&source) {
            return Ok(());
        }
        let id = source.0;
        let roster = (roster_record::LAYOUT, format!("roster/{id}"));
        let mocap_layout = mocap_record::layout();
        let mocap = (mocap_layout.as_str(), format!("mocap/{id}"));
        let channels = SourceChannels {
            roster: channel(&mut self.mcap, "Roster", roster.0, &roster.1)?,
            mocap: channel(&mut self.mcap, "MocapFrame", mocap.0, &mocap.1)?,
            current: None,
            sequence: 0,
        };
        self.sources.insert(source, channels);
        Ok(())
    }

    fn flush_if_due(&mut self, at_ns: u64) -> Result<(), TakeError> {
        let began = *self.chunk_began_ns.get_or_insert(at_ns);
        // A clock that stepped back closes the chunk too.
        if at_ns < began || at_ns - began >= CHUNK_SPAN_MAX_NS {
            self.flush()?;
        }
        Ok(())
    }
}

fn write_config(mcap: &mut Writer<BufWriter<File>>, config: &TakeConfig) -> Result<(), TakeError> {
    let mut metadata: BTreeMap<String, String> = config
        .entries
        .iter()
        .map(|(k, v)| (format!("entry.{k}"), v.clone()))
        .collect();
    metadata.insert("title".into(), config.title.clone());
    metadata.insert("program".into(), config.program.clone());
    let created = config.created_unix_ns.to_string();
    metadata.insert("created_unix_ns".into(), created);
    let name = METADATA.into();
    mcap.write_metadata(&Metadata { name, metadata })
        .map_err(refused)?;
    for file in &config.files {
        let attachment = Attachment {
            log_time: 0,
            create_time: 0,
            name: format!("config/{}", file.name),
            media_type: file.media_type.clone(),
            data: Cow::Borrowed(&file.data),
        };
        mcap.attach(&attachment).map_err(refused)?;
    }
    Ok(())
}

fn channel(
    mcap: &mut Writer<BufWriter<File>>,
    schema: &str,
    layout: &str,
    topic: &str,
) -> Result<u16, TakeError> {
    let name = format!("{TAKE_PROFILE}.{schema}");
    let schema = mcap
        .add_schema(&name, ENCODING, layout.as_bytes())
        .map_err(refused)?;
    mcap.add_channel(schema, topic, ENCODING, &BTreeMap::new())
        .map_err(refused)
}

fn header(channel_id: u16, sequence: u32, log_time: u64, publish_time: u64) -> MessageHeader {
    MessageHeader {
        channel_id,
        sequence,
        log_time,
        publish_time,
    }
}

fn write(
    mcap: &mut Writer<BufWriter<File>>,
    header: &MessageHeader,
    data: &[u8],
) -> Result<(), TakeError> {
    mcap.write_to_known_channel(header, data).map_err(refused)
}

/// MCAP's times are unsigned. Host time begins at zero when the program starts; the exact value is in the frame.
fn log_time(ns: i64) -> u64 {
    u64::try_from(ns).unwrap_or(0)
}

/// So that the new name survives a power cut. Not every file system can; the data itself is safe already.
fn sync_folder(path: &Path) {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
        let _ = folder.sync_all();
    }
}

fn io(path: &Path, source: std::io::Error) -> TakeError {
    TakeError::Io {
        path: path.to_owned(),
        source,
    }
}

fn refused(error: McapError) -> TakeError {
    TakeError::Write {
        reason: error.to_string(),
    }
}
