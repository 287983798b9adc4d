//! Reading a take, frame by frame.

use super::compact::TakeInput;
use super::container::Container;
use super::error::{DamageKind, TakeError};
use super::fields::{Field, Fields};
use super::{
    ENCODING, METADATA, RawPacket, TAKE_PROFILE, TakeConfig, TakeEvent, TakeFile, TakeGap,
    event_record, gap_record, mocap_record, raw_record, roster_record, stage_record,
};
use crate::limits::{
    ATTACHMENT_BYTES_MAX, CHANNELS_MAX, ENTRY_BYTES, MEANING_BYTES_MAX, ROSTERS_MAX,
};
use cyc_model::{HostNs, JointFrame, MocapFrame, Roster, SourceId, Stage, StageFrame, Xf};
use mcap::records::op;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use std::sync::Arc;

/// A frame of a take, borrowed from the reader, which fills the same one again.
#[derive(Debug)]
pub enum TakeFrame<'a> {
    /// What the solver got.
    Mocap(&'a MocapFrame),
    /// What the renderer got.
    Stage(&'a StageFrame),
}

/// Anything that a take has in time, borrowed from the reader, which fills the same one again.
#[derive(Debug)]
pub enum TakeItem<'a> {
    /// What the solver got.
    Mocap(&'a MocapFrame),
    /// What the renderer got.
    Stage(&'a StageFrame),
    /// What a source received.
    Raw(SourceId, &'a RawPacket),
    /// What the stage said.
    Event(&'a TakeEvent),
    /// What is missing.
    Gap(&'a TakeGap),
}

/// What a channel carries.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Roster,
    Mocap(SourceId),
    Stage,
    Raw(SourceId),
    Events,
    Gaps,
    Other,
    /// Messages came, but no word of what it carries.
    Undefined,
}

/// Which frames are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// All.
    All,
    /// The capture frames of the first source that has one.
    FirstSource,
    /// The capture frames of one source.
    Source(SourceId),
}

/// Reads a take in the order in which it was written.
pub struct TakeReader<R> {
    container: Container<TakeInput<R>>,
    config: TakeConfig,
    attachment_bytes: u64,
    meaning_bytes: u64,
    channels: HashMap<u16, Kind>,
    rosters: HashMap<u32, Arc<Roster>>,
    mocap: MocapFrame,
    stage: StageFrame,
    scratch: Vec<Xf<Stage, JointFrame>>,
    wanted: Wanted,
    passed: Option<[HostNs; 2]>,
    raw: (SourceId, RawPacket),
    event: TakeEvent,
    gap: Option<TakeGap>,
    others: u64,
}

/// What one record turned out to be.
enum Step {
    Mocap,
    Stage,
    Raw,
    Event,
    Gap,
    Nothing,
}

impl TakeReader<BufReader<File>> {
    /// Opens a take, finished or not, compact or not.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, TakeError> {
        let path = path.as_ref();
        let file = File::open(path).map_err(|source| TakeError::Io {
            path: path.to_owned(),
            source,
        })?;
        Self::start(BufReader::new(file), path)
    }
}

impl<R: Read> TakeReader<R> {
    /// Reads a take, compact or not, from any stream.
    pub fn from_reader(input: R) -> Result<Self, TakeError> {
        Self::start(input, Path::new("-"))
    }

    fn start(input: R, path: &Path) -> Result<Self, TakeError> {
        let input = TakeInput::open(input, path)?;
        let mut container = Container::open(input, path.to_owned())?;
        let profile = match container.next()? {
            Some((op::HEADER, body)) => Fields(body).long_text().unwrap_or_default(),
            _ => return Err(TakeError::NotMcap),
        };
        if profile != TAKE_PROFILE {
            return Err(TakeError::WrongProfile { profile });
        }
        Ok(Self {
            container,
            config: TakeConfig::default(),
            attachment_bytes: 0,
            meaning_bytes: 0,
            channels: HashMap::new(),
            rosters: HashMap::new(),
            mocap: MocapFrame::default(),
            stage: StageFrame::default(),
            scratch: Vec::new(),
            wanted: Wanted::All,
            passed: None,
            raw: Default::default(),
            event: TakeEvent::default(),
            gap: None,
            others: 0,
        })
    }

    /// From here on only the capture frames of one source are read, of the first that has one when none is named; what
    /// else there is is passed over without decoding it.
    pub fn only_source(&mut self, source: Option<SourceId>) {
        self.wanted = source.map_or(Wanted::FirstSource, Wanted::Source);
    }

    /// When the first capture frame of the file and the latest of those passed so far had been heard, those of all sources,
    /// wanted or not. (Times before host time zero count as zero.)
    pub fn heard_span(&self) -> Option<[HostNs; 2]> {
        self.passed
    }

    /// The next frame; `None` at the end of a finished take. After [`TakeError::Damaged`] the next call goes on with
    /// the record after it; [`TakeError::Unfinished`] is the end of a take that was not finished.
    pub fn next_frame(&mut self) -> Result<Option<TakeFrame<'_>>, TakeError> {
        loop {
            match self.step()? {
                None => return Ok(None),
                Some(Step::Mocap) => return Ok(Some(TakeFrame::Mocap(&self.mocap))),
                Some(Step::Stage) => return Ok(Some(TakeFrame::Stage(&self.stage))),
                Some(_) => {}
            }
        }
    }

    /// The next frame, packet, event or gap; as [`Self::next_frame`].
    pub fn next_item(&mut self) -> Result<Option<TakeItem<'_>>, TakeError> {
        loop {
            return Ok(match self.step()? {
                None => None,
                Some(Step::Mocap) => Some(TakeItem::Mocap(&self.mocap)),
                Some(Step::Stage) => Some(TakeItem::Stage(&self.stage)),
                Some(Step::Raw) => Some(TakeItem::Raw(self.raw.0, &self.raw.1)),
                Some(Step::Event) => Some(TakeItem::Event(&self.event)),
                Some(Step::Gap) => self.gap.as_ref().map(TakeItem::Gap),
                Some(Step::Nothing) => continue,
            });
        }
    }

    /// What the take says about itself, as far as it is read; complete once the first frame is, since the writer puts
    /// it first.
    pub fn config(&self) -> &TakeConfig {
        &self.config
    }

    /// Whether the take's footer was reached.
    pub fn is_finished(&self) -> bool {
        self.container.is_finished()
    }

    /// Messages on channels that are no frames, skipped.
    pub fn messages_skipped(&self) -> u64 {
        self.others
    }

    fn step(&mut self) -> Result<Option<Step>, TakeError> {
        let Some((opcode, body)) = self.container.next()? else {
            return Ok(None);
        };
        let mut parts = Parts {
            config: &mut self.config,
            attachment_bytes: &mut self.attachment_bytes,
            meaning_bytes: &mut self.meaning_bytes,
            channels: &mut self.channels,
            rosters: &mut self.rosters,
            mocap: &mut self.mocap,
            stage: &mut self.stage,
            scratch: &mut self.scratch,
            wanted: &mut self.wanted,
            passed: &mut self.passed,
            raw: &mut self.raw,
            event: &mut self.event,
            gap: &mut self.gap,
            others: &mut self.others,
        };
        let done = match opcode {
            op::CHANNEL => parts.channel(body),
            op::METADATA => parts.metadata(body),
            op::ATTACHMENT => parts.attachment(body),
            op::MESSAGE => parts.message(body),
            _ => Ok(Step::Nothing),
        };
        done.map(Some).map_err(|kind| self.container.damaged(kind))
    }
}

/// Counts what is kept for the whole reading.
fn keep(kept: &mut u64, bytes: usize) -> Field<()> {
    *kept += bytes as u64 + ENTRY_BYTES;
    (*kept <= MEANING_BYTES_MAX)
        .then_some(())
        .ok_or(DamageKind::Count)
}

/// The reader without its container, which holds the record that is being read.
struct Parts<'a> {
    config: &'a mut TakeConfig,
    attachment_bytes: &'a mut u64,
    meaning_bytes: &'a mut u64,
    channels: &'a mut HashMap<u16, Kind>,
    rosters: &'a mut HashMap<u32, Arc<Roster>>,
    mocap: &'a mut MocapFrame,
    stage: &'a mut StageFrame,
    scratch: &'a mut Vec<Xf<Stage, JointFrame>>,
    wanted: &'a mut Wanted,
    passed: &'a mut Option<[HostNs; 2]>,
    raw: &'a mut (SourceId, RawPacket),
    event: &'a mut TakeEvent,
    gap: &'a mut Option<TakeGap>,
    others: &'a mut u64,
}

impl Parts<'_> {
    fn channel(&mut self, body: &[u8]) -> Field<Step> {
        let mut fields = Fields(body);
        let (id, _schema) = (fields.u16()?, fields.u16()?);
        let topic = fields.long_text()?;
        let encoding = fields.long_text()?;
        let kind = match topic.split_once('/') {
            _ if encoding != ENCODING => Kind::Other,
            Some(("roster", _)) => Kind::Roster,
            Some(("mocap", source)) => match source.parse() {
                Ok(number) => Kind::Mocap(SourceId(number)),
                Err(_) => Kind::Other,
            },
            Some(("stage", "frame")) => Kind::Stage,
            Some(("raw", source)) => match source.parse() {
                Ok(number) => Kind::Raw(SourceId(number)),
                Err(_) => Kind::Other,
            },
            None if topic == "events" => Kind::Events,
            None if topic == "gaps" => Kind::Gaps,
            _ => Kind::Other,
        };
        if self.channels.len() >= CHANNELS_MAX && !self.channels.contains_key(&id) {
            return Err(DamageKind::Count);
        }
        self.channels.insert(id, kind);
        Ok(Step::Nothing)
    }

    fn metadata(&mut self, body: &[u8]) -> Field<Step> {
        let mut fields = Fields(body);
        if fields.long_text()? != METADATA {
            return Ok(Step::Nothing);
        }
        let length = fields.u32()? as usize;
        let mut pairs = Fields(fields.bytes(length)?);
        while !pairs.0.is_empty() {
            let before = pairs.0.len();
            let (key, value) = (pairs.long_text()?, pairs.long_text()?);
            keep(self.meaning_bytes, before - pairs.0.len())?;
            match key.as_str() {
                "title" => self.config.title = value,
                "program" => self.config.program = value,
                "created_unix_ns" => {
                    self.config.created_unix_ns = value.parse().map_err(|_| DamageKind::Number)?;
                }
                key => {
                    if let Some(key) = key.strip_prefix("entry.") {
                        self.config.entries.insert(key.to_owned(), value);
                    }
                }
            }
        }
        Ok(Step::Nothing)
    }

    fn attachment(&mut self, body: &[u8]) -> Field<Step> {
        let mut fields = Fields(body);
        let _times = (fields.u64()?, fields.u64()?);
        let name = fields.long_text()?;
        let media_type = fields.long_text()?;
        let length = usize::try_from(fields.u64()?).map_err(|_| DamageKind::Length)?;
        let data = fields.bytes(length)?;
        let covered = body.len().saturating_sub(fields.0.len());
        let crc = fields.u32()?;
        if crc != 0 && crc32fast::hash(body.get(..covered).unwrap_or(&[])) != crc {
            return Err(DamageKind::Chunk);
        }
        let Some(name) = name.strip_prefix("config/") else {
            return Ok(Step::Nothing);
        };
        *self.attachment_bytes += data.len() as u64;
        if *self.attachment_bytes > ATTACHMENT_BYTES_MAX {
            return Err(DamageKind::Count);
        }
        self.config.files.push(TakeFile {
            name: name.to_owned(),
            media_type,
            data: data.to_owned(),
        });
        Ok(Step::Nothing)
    }

    fn message(&mut self, body: &[u8]) -> Field<Step> {
        let mut fields = Fields(body);
        let channel = fields.u16()?;
        let (_sequence, logged, _published) = (fields.u32()?, fields.u64()?, fields.u64()?);
        match self.kind_of(channel)? {
            Kind::Roster => {
                let (number, roster) = roster_record::decode(fields.0)?;
                if self.rosters.len() >= ROSTERS_MAX && !self.rosters.contains_key(&number) {
                    return Err(DamageKind::Count);
                }
                // They are repeated every second; a copy takes the place of the one before it.
                if !self.rosters.contains_key(&number) {
                    keep(self.meaning_bytes, fields.0.len())?;
                }
                self.rosters.insert(number, Arc::new(roster));
                Ok(Step::Nothing)
            }
            Kind::Mocap(source) => {
                self.pass(HostNs(i64::try_from(logged).unwrap_or(i64::MAX)));
                if *self.wanted == Wanted::FirstSource {
                    *self.wanted = Wanted::Source(source);
                }
                if !matches!(*self.wanted, Wanted::All) && *self.wanted != Wanted::Source(source) {
                    return Ok(Step::Nothing);
                }
                let rosters = &*self.rosters;
                mocap_record::decode(fields.0, |n| rosters.get(&n), self.mocap)?;
                Ok(Step::Mocap)
            }
            Kind::Stage | Kind::Raw(_) | Kind::Events | Kind::Gaps
                if *self.wanted != Wanted::All =>
            {
                Ok(Step::Nothing)
            }
            Kind::Stage => {
                stage_record::decode(fields.0, self.stage, self.scratch)?;
                Ok(Step::Stage)
            }
            Kind::Raw(source) => {
                self.raw.0 = source;
                raw_record::decode(fields.0, &mut self.raw.1)?;
                Ok(Step::Raw)
            }
            Kind::Events => {
                *self.event = event_record::decode(fields.0)?;
                Ok(Step::Event)
            }
            Kind::Gaps => {
                *self.gap = Some(gap_record::decode(fields.0)?);
                Ok(Step::Gap)
            }
            Kind::Other | Kind::Undefined => {
                *self.others += 1;
                Ok(Step::Nothing)
            }
        }
    }

    /// What a channel carries. That nothing says it is damage, told with its first message: these may be frames, whose
    /// definition was in a part that is lost, or stands behind them.
    fn kind_of(&mut self, channel: u16) -> Field<Kind> {
        if let Some(kind) = self.channels.get(&channel) {
            return Ok(*kind);
        }
        if self.channels.len() < CHANNELS_MAX {
            self.channels.insert(channel, Kind::Undefined);
        }
        *self.others += 1;
        Err(DamageKind::NoChannel)
    }

    fn pass(&mut self, at: HostNs) {
        // The first stays the first, though another source's frame that was written a little later may have been heard a
        // little earlier: it is what all times are counted from, and must not move under those who count.
        let [first, last] = self.passed.unwrap_or([at; 2]);
        *self.passed = Some([first, last.max(at)]);
    }
}
