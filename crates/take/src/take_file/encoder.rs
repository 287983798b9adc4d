//! A take as bytes: which message goes on which channel, and when a chunk is closed.

use super::container_writer::ContainerWriter;
use super::ending::Ending;
use super::raw_record::RawPacket;
use super::{
    ENCODING, METADATA, TAKE_PROFILE, TakeConfig, TakeEvent, TakeGap, event_record, gap_record,
    mocap_record, raw_record, roster_record, stage_record,
};
use crate::limits::{CHUNK_BYTES_TARGET, CHUNK_SPAN_MAX_NS};
use cyc_model::{MocapFrame, Roster, SourceId, StageFrame};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A channel with the number of its next message.
#[derive(Clone, Copy)]
struct Line {
    channel: u16,
    sequence: u32,
}

/// A source's channels and the roster that its last frame had.
struct SourceLines {
    mocap: Line,
    roster: u16,
    current: Option<(u32, Arc<Roster>)>,
    raw: Option<Line>,
}

/// Makes a take's bytes, chunk by chunk. Nothing here can fail, and nothing does I/O.
pub(super) struct TakeEncoder {
    mcap: ContainerWriter,
    sources: BTreeMap<SourceId, SourceLines>,
    stage: Line,
    events: Option<Line>,
    gaps: Option<Line>,
    rosters: u32,
    has_timecode: bool,
    chunk_began_ns: Option<u64>,
    buffer: Vec<u8>,
}

impl TakeEncoder {
    /// Begins a take; what it says about itself is ready at once.
    pub fn new(config: &TakeConfig) -> Self {
        let library = concat!("cyclorama ", env!("CARGO_PKG_VERSION"));
        let mut mcap = ContainerWriter::new(TAKE_PROFILE, library, ENCODING);
        write_config(&mut mcap, config);
        let channel = mcap.channel(&schema("StageFrame"), stage_record::LAYOUT, "stage/frame");
        Self {
            mcap,
            sources: BTreeMap::new(),
            stage: Line::of(channel),
            events: None,
            gaps: None,
            rosters: 0,
            has_timecode: false,
            chunk_began_ns: None,
            buffer: Vec::new(),
        }
    }

    /// Adds a capture frame, and its roster first when that is new.
    pub fn mocap(&mut self, frame: &MocapFrame) {
        let at = log_time(frame.heard.0);
        self.note_timecode(frame);
        self.open_source(frame.source);
        self.repeat_definitions(at);
        let Some(source) = self.sources.get_mut(&frame.source) else {
            return;
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
                source.current = Some((number, Arc::clone(&frame.roster)));
                let buffer = &mut self.buffer;
                write_roster(&mut self.mcap, source, at, buffer);
                number
            }
        };
        self.buffer.clear();
        mocap_record::encode(number, frame, &mut self.buffer);
        let published = frame.taken.map_or(at, |t| log_time(t.0));
        let (channel, sequence) = source.mocap.next();
        let times = [at, published];
        self.mcap.message(channel, sequence, times, &self.buffer);
        self.close_if_due(at);
    }

    /// Adds a stage frame.
    pub fn stage(&mut self, frame: &StageFrame) {
        let at = log_time(frame.due.0);
        self.repeat_definitions(at);
        self.buffer.clear();
        stage_record::encode(frame, &mut self.buffer);
        let (channel, sequence) = self.stage.next();
        self.mcap.message(channel, sequence, [at; 2], &self.buffer);
        self.close_if_due(at);
    }

    /// Adds a packet as it was received.
    pub fn raw(&mut self, source: SourceId, packet: &RawPacket) {
        let at = log_time(packet.heard.0);
        self.open_source(source);
        if let Some(lines) = self.sources.get_mut(&source)
            && lines.raw.is_none()
        {
            let topic = format!("raw/{}", source.0);
            let channel = self
                .mcap
                .channel(&schema("RawPacket"), raw_record::LAYOUT, &topic);
            lines.raw = Some(Line::of(channel));
        }
        self.repeat_definitions(at);
        let Some(line) = self.sources.get_mut(&source).and_then(|s| s.raw.as_mut()) else {
            return;
        };
        self.buffer.clear();
        raw_record::encode(packet, &mut self.buffer);
        let (channel, sequence) = line.next();
        self.mcap.message(channel, sequence, [at; 2], &self.buffer);
        self.close_if_due(at);
    }

    /// Adds what the stage said.
    pub fn event(&mut self, event: &TakeEvent) {
        let at = log_time(event.at.0);
        let mcap = &mut self.mcap;
        let line = self.events.get_or_insert_with(|| {
            Line::of(mcap.channel(&schema("Event"), event_record::LAYOUT, "events"))
        });
        let (channel, sequence) = line.next();
        self.repeat_definitions(at);
        self.buffer.clear();
        event_record::encode(event, &mut self.buffer);
        self.mcap.message(channel, sequence, [at; 2], &self.buffer);
        self.close_if_due(at);
    }

    /// Adds that something is missing. It is in the file with the next chunk, which is closed at once.
    pub fn gap(&mut self, gap: &TakeGap) {
        let at = log_time(gap.to.0);
        let mcap = &mut self.mcap;
        let line = self.gaps.get_or_insert_with(|| {
            Line::of(mcap.channel(&schema("Gap"), gap_record::LAYOUT, "gaps"))
        });
        let (channel, sequence) = line.next();
        self.repeat_definitions(at);
        self.buffer.clear();
        gap_record::encode(gap, &mut self.buffer);
        self.mcap.message(channel, sequence, [at; 2], &self.buffer);
        self.close_chunk();
    }

    /// Closes the open chunk.
    pub fn close_chunk(&mut self) {
        self.chunk_began_ns = None;
        self.mcap.close_chunk();
    }

    /// Ends the take with its summary.
    pub fn finish(&mut self) {
        self.mcap.finish();
    }

    /// What is still to be written to end the take with its summary; its last chunk had better been taken away.
    pub fn ending(&mut self) -> Ending {
        self.mcap.ending()
    }

    /// Bytes that are ready.
    pub fn ready(&self) -> &[u8] {
        self.mcap.ready()
    }

    /// Takes what is ready away, in exchange for an empty list.
    pub fn take_ready(&mut self, empty: Vec<u8>) -> Vec<u8> {
        self.mcap.take_ready(empty)
    }

    /// Forgets what is ready, as written.
    pub fn clear_ready(&mut self) {
        self.mcap.clear_ready();
    }

    /// Where definitions are due, the rosters that are in use are repeated behind them.
    fn repeat_definitions(&mut self, at: u64) {
        if !self.mcap.defines_next(at) {
            return;
        }
        for source in self.sources.values() {
            write_roster(&mut self.mcap, source, at, &mut self.buffer);
        }
    }

    /// The first timecode is where the take starts: said in its metadata, so that it is found without looking through.
    fn note_timecode(&mut self, frame: &MocapFrame) {
        let Some(timecode) = frame.timecode.filter(|_| !self.has_timecode) else {
            return;
        };
        self.has_timecode = true;
        self.chunk_began_ns = None;
        let entry = ("entry.start_timecode".to_owned(), timecode.to_string());
        self.mcap.metadata(METADATA, &[entry].into());
    }

    fn open_source(&mut self, source: SourceId) {
        if self.sources.contains_key(&source) {
            return;
        }
        let id = source.0;
        let mcap = &mut self.mcap;
        let topic = format!("roster/{id}");
        let roster = mcap.channel(&schema("Roster"), roster_record::LAYOUT, &topic);
        let (topic, layout) = (format!("mocap/{id}"), mocap_record::layout());
        let mocap = mcap.channel(&schema("MocapFrame"), &layout, &topic);
        let lines = SourceLines {
            mocap: Line::of(mocap),
            roster,
            current: None,
            raw: None,
        };
        self.sources.insert(source, lines);
    }

    fn close_if_due(&mut self, at_ns: u64) {
        let began = *self.chunk_began_ns.get_or_insert(at_ns);
        // Sources are drained one after the other, so times go back a little; a clock that was set closes the chunk too.
        let is_long = at_ns.abs_diff(began) >= CHUNK_SPAN_MAX_NS;
        if is_long || self.mcap.chunk_bytes() >= CHUNK_BYTES_TARGET {
            self.close_chunk();
        }
    }
}

impl Line {
    fn of(channel: u16) -> Self {
        let sequence = 0;
        Self { channel, sequence }
    }

    fn next(&mut self) -> (u16, u32) {
        let sequence = self.sequence;
        self.sequence = sequence.wrapping_add(1);
        (self.channel, sequence)
    }
}

fn schema(name: &str) -> String {
    format!("{TAKE_PROFILE}.{name}")
}

/// A roster's message has the roster's number as its sequence, so that it is seen to be the same one.
fn write_roster(mcap: &mut ContainerWriter, source: &SourceLines, at: u64, buffer: &mut Vec<u8>) {
    let Some((number, roster)) = &source.current else {
        return;
    };
    buffer.clear();
    roster_record::encode(*number, roster, buffer);
    mcap.message(source.roster, *number, [at; 2], buffer);
}

fn write_config(mcap: &mut ContainerWriter, config: &TakeConfig) {
    let mut metadata: BTreeMap<String, String> = config
        .entries
        .iter()
        .map(|(k, v)| (format!("entry.{k}"), v.clone()))
        .collect();
    metadata.insert("title".into(), config.title.clone());
    metadata.insert("program".into(), config.program.clone());
    let created = config.created_unix_ns.to_string();
    metadata.insert("created_unix_ns".into(), created);
    mcap.metadata(METADATA, &metadata);
    for file in &config.files {
        let name = format!("config/{}", file.name);
        mcap.attachment(&name, &file.media_type, &file.data);
    }
}

/// MCAP's times are unsigned. Host time begins at zero when the machine starts; the exact value is in the frame.
fn log_time(ns: i64) -> u64 {
    u64::try_from(ns).unwrap_or(0)
}
