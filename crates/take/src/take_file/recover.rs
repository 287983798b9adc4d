//! What an interrupted recording left, or a damaged take, made into a whole one.
//!
//! The file is read twice. First everything is collected that gives the rest its meaning (channels, rosters, what the
//! take says about itself), wherever it stands, since it is repeated in the file and one copy may be damaged; once more when
//! something stood before its channel, as where chunks have changed places. Then every
//! message of every whole chunk is copied, to the bit, also those that this program does not know. The original is left
//! as it is.

use super::container::Container;
use super::container_writer::ContainerWriter;
use super::disk::{Disk, FileDisk};
use super::error::TakeError;
use super::fields::{Field, Fields};
use super::info::{TakeInfo, take_info};
use super::{ENCODING, TAKE_PROFILE, roster_record};
use crate::limits::{
    ATTACHMENT_BYTES_MAX, CHANNELS_MAX, CHUNK_BYTES_TARGET, CHUNK_SPAN_MAX_NS, ENTRY_BYTES,
    MEANING_BYTES_MAX, ROSTERS_MAX,
};
use mcap::records::op;
use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

/// What was recovered.
#[derive(Clone, Debug)]
pub struct Recovered {
    /// The take that was made.
    pub path: PathBuf,
    /// What is in it.
    pub info: TakeInfo,
    /// Messages copied.
    pub messages: u64,
    /// Messages of channels whose definition is lost.
    pub messages_unknown: u64,
    /// Places at which the original is damaged.
    pub damaged: u64,
    /// Bytes of the original, and where its last whole record ends: what follows is lost.
    pub bytes: [u64; 2],
}

struct Channel {
    schema: u16,
    topic: String,
}

/// What gives messages their meaning.
#[derive(Default)]
pub(super) struct Meaning {
    schemas: HashMap<u16, (String, String)>,
    channels: BTreeMap<u16, Channel>,
    /// Roster messages by channel and number.
    rosters: BTreeMap<(u16, u32), Vec<u8>>,
    /// Of all of these together, what is kept of them.
    kept_bytes: u64,
    /// A message came before its channel.
    is_early: bool,
    metadata: BTreeMap<String, BTreeMap<String, String>>,
    attachments: BTreeMap<String, (String, Vec<u8>)>,
    attachment_bytes: u64,
}

/// The name of the take that an unfinished part was to become; of a take that is none, one beside it.
pub fn recovered_path(from: &Path) -> PathBuf {
    let name = from.to_string_lossy();
    if let Some(name) = name.strip_suffix(".part") {
        return PathBuf::from(name);
    }
    let name = name.strip_suffix(".mcap").unwrap_or(&name);
    PathBuf::from(format!("{name}.recovered.mcap"))
}

/// Makes a whole take of what can be read of `from`. Refused when `to` is there already.
pub fn recover_take(from: &Path, to: &Path) -> Result<Recovered, TakeError> {
    let io = |path: &Path, source| TakeError::Io {
        path: path.to_owned(),
        source,
    };
    let open = || File::open(from).map_err(|source| io(from, source));
    let size = open()?.metadata().map_or(0, |m| m.len());
    let again = || Ok(BufReader::new(open()?));
    // What reads the original does not know where it lies.
    let named = |error| match error {
        TakeError::Io { source, .. } => io(from, source),
        other => other,
    };
    let meaning = understand(&again).map_err(named)?;
    let mut disk = FileDisk::create_beside_part(to)?;
    let copied = copy(&again, &meaning, &mut disk).map_err(named);
    let copied = copied.and_then(|copied| {
        disk.seal().map_err(|source| io(to, source))?;
        Ok(copied)
    });
    let (counts, damage) = copied.inspect_err(|_| drop(std::fs::remove_file(disk.part())))?;
    Ok(Recovered {
        path: to.to_owned(),
        info: take_info(to)?,
        messages: counts[0],
        messages_unknown: counts[1],
        damaged: damage.count,
        bytes: [size, damage.whole_until.unwrap_or(size)],
    })
}

/// Opens what is recovered, once more from its beginning.
pub(super) type Open<'a, R> = &'a dyn Fn() -> Result<R, TakeError>;

/// The first reading: what gives the rest its meaning.
pub(super) fn understand<R: Read>(open: Open<'_, R>) -> Result<Meaning, TakeError> {
    let mut meaning = Meaning::default();
    let read_all = |meaning: &mut Meaning| {
        meaning.is_early = false;
        read(open, &mut |opcode, body| {
            // What cannot be understood is no part of a take.
            let _ = meaning.note(opcode, body);
        })
    };
    read_all(&mut meaning)?;
    if meaning.is_early {
        read_all(&mut meaning)?;
    }
    if meaning.is_take() {
        Ok(meaning)
    } else {
        Err(TakeError::NotMcap)
    }
}

/// How far a file could be read.
#[derive(Clone, Copy, Default)]
pub(super) struct Damage {
    /// Places that are damaged.
    pub count: u64,
    /// Where the last whole record ends, when the end of the take is not there.
    pub whole_until: Option<u64>,
}

/// Reads every record that is whole.
fn read<R: Read>(open: Open<'_, R>, each: &mut dyn FnMut(u8, &[u8])) -> Result<Damage, TakeError> {
    let name = PathBuf::from("-");
    let mut container = match Container::open(open()?, name.clone()) {
        Ok(container) => container,
        Err(TakeError::NotMcap) => Container::search(open()?, name),
        Err(other) => return Err(other),
    };
    let mut damage = Damage::default();
    loop {
        match container.next() {
            Ok(Some((opcode, body))) => each(opcode, body),
            Ok(None) => return Ok(damage),
            Err(TakeError::Damaged { .. }) => damage.count += 1,
            Err(TakeError::Unfinished { .. }) => {
                damage.whole_until = Some(container.whole_until());
                return Ok(damage);
            }
            Err(TakeError::TooLarge { .. }) => {
                damage.count += 1;
                if container.is_finished() {
                    damage.whole_until = Some(container.whole_until());
                    return Ok(damage);
                }
            }
            Err(other) => return Err(other),
        }
    }
}

impl Meaning {
    /// Whether there is a channel of a take.
    fn is_take(&self) -> bool {
        let ours = |c: &Channel| {
            let schema = self.schemas.get(&c.schema);
            schema.is_some_and(|(name, _)| name.starts_with(TAKE_PROFILE))
        };
        self.channels.values().any(ours)
    }

    fn note(&mut self, opcode: u8, body: &[u8]) -> Field<()> {
        let mut fields = Fields(body);
        match opcode {
            op::SCHEMA => {
                let (id, name) = (fields.u16()?, fields.long_text()?);
                let _encoding = fields.long_text()?;
                let layout = fields.long_text()?;
                let is_new = self.schemas.len() < CHANNELS_MAX && !self.schemas.contains_key(&id);
                if is_new && self.has_room(name.len() + layout.len()) {
                    self.schemas.insert(id, (name, layout));
                }
            }
            op::CHANNEL => {
                let (id, schema) = (fields.u16()?, fields.u16()?);
                let (topic, encoding) = (fields.long_text()?, fields.long_text()?);
                let is_new = self.channels.len() < CHANNELS_MAX && !self.channels.contains_key(&id);
                if encoding == ENCODING && is_new && self.has_room(topic.len()) {
                    self.channels.insert(id, Channel { schema, topic });
                }
            }
            op::METADATA => self.note_metadata(fields)?,
            op::ATTACHMENT => self.note_attachment(body)?,
            op::MESSAGE => {
                let (id, _sequence) = (fields.u16()?, fields.u32()?);
                let is_roster = |c: &Channel| c.topic.starts_with("roster/");
                let channel = self.channels.get(&id);
                let known = channel.is_some_and(is_roster);
                self.is_early |= channel.is_none();
                let _times = fields.bytes(16)?;
                if known && self.rosters.len() < ROSTERS_MAX {
                    let (number, _) = roster_record::decode(fields.0)?;
                    let key = (id, number);
                    if !self.rosters.contains_key(&key) && self.has_room(fields.0.len()) {
                        self.rosters.insert(key, fields.0.to_vec());
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Bytes that are kept.
    #[cfg(test)]
    pub(super) fn kept(&self) -> u64 {
        let schemas = self
            .schemas
            .values()
            .map(|(name, layout)| name.len() + layout.len());
        let entries = self.metadata.values().flatten();
        let entries = entries.map(|(key, value)| key.len() + value.len());
        schemas.chain(entries).sum::<usize>() as u64
    }

    /// Whether so many bytes more may be kept; then they are counted. A chunk of some kilobytes may unfold to many millions.
    fn has_room(&mut self, bytes: usize) -> bool {
        let kept = self.kept_bytes + bytes as u64 + ENTRY_BYTES;
        let has_room = kept <= MEANING_BYTES_MAX;
        if has_room {
            self.kept_bytes = kept;
        }
        has_room
    }

    fn note_metadata(&mut self, mut fields: Fields<'_>) -> Field<()> {
        let name = fields.long_text()?;
        let length = fields.u32()? as usize;
        let mut pairs = Fields(fields.bytes(length)?);
        if !self.has_room(name.len()) {
            return Ok(());
        }
        while !pairs.0.is_empty() {
            let (key, value) = (pairs.long_text()?, pairs.long_text()?);
            if !self.has_room(key.len() + value.len()) {
                break;
            }
            let entries = self.metadata.entry(name.clone()).or_default();
            entries.insert(key, value);
        }
        Ok(())
    }

    fn note_attachment(&mut self, body: &[u8]) -> Field<()> {
        let mut fields = Fields(body);
        let _times = fields.bytes(16)?;
        let (name, media_type) = (fields.long_text()?, fields.long_text()?);
        if self.attachments.contains_key(&name) {
            return Ok(());
        }
        let length = fields.u64()?;
        let data = fields.bytes(usize::try_from(length).unwrap_or(usize::MAX))?;
        let covered = body.len().saturating_sub(fields.0.len());
        let crc = fields.u32()?;
        let is_right = crc == 0 || crc32fast::hash(body.get(..covered).unwrap_or(&[])) == crc;
        self.attachment_bytes += length;
        if is_right && self.attachment_bytes <= ATTACHMENT_BYTES_MAX {
            self.attachments.insert(name, (media_type, data.to_vec()));
        }
        Ok(())
    }
}

/// Copies every message; how many, how many were not known, and how the original was.
pub(super) fn copy<R: Read>(
    open: Open<'_, R>,
    meaning: &Meaning,
    disk: &mut dyn Disk,
) -> Result<([u64; 2], Damage), TakeError> {
    let library = concat!("cyclorama ", env!("CARGO_PKG_VERSION"));
    let mut out = ContainerWriter::new(TAKE_PROFILE, library, ENCODING);
    for (name, entries) in &meaning.metadata {
        out.metadata(name, entries);
    }
    for (name, (media_type, data)) in &meaning.attachments {
        out.attachment(name, media_type, data);
    }
    let mut channels = HashMap::new();
    for (id, channel) in &meaning.channels {
        let schema = meaning.schemas.get(&channel.schema);
        let (name, layout) = schema.map_or(("", ""), |(name, layout)| (name, layout));
        channels.insert(*id, out.channel(name, layout, &channel.topic));
    }
    let mut copying = Copying {
        out,
        channels,
        began_ns: None,
        counts: [0; 2],
        failed: None,
    };
    let damage = read(open, &mut |opcode, body| {
        if opcode == op::MESSAGE {
            let _ = copying.message(body, &meaning.rosters);
            copying.write_if_due(disk, false);
        }
    })?;
    copying.out.finish();
    copying.write_if_due(disk, true);
    match copying.failed {
        Some(source) => Err(TakeError::Write {
            reason: source.to_string(),
        }),
        None => Ok((copying.counts, damage)),
    }
}

struct Copying {
    out: ContainerWriter,
    channels: HashMap<u16, u16>,
    began_ns: Option<u64>,
    counts: [u64; 2],
    failed: Option<std::io::Error>,
}

impl Copying {
    fn message(&mut self, body: &[u8], rosters: &BTreeMap<(u16, u32), Vec<u8>>) -> Field<()> {
        let mut fields = Fields(body);
        let (id, sequence) = (fields.u16()?, fields.u32()?);
        let times = [fields.u64()?, fields.u64()?];
        let Some(channel) = self.channels.get(&id).copied() else {
            self.counts[1] += 1;
            return Ok(());
        };
        if self.began_ns.is_none() && self.counts[0] == 0 {
            // A roster may be whole in a later copy alone.
            for ((id, number), roster) in rosters {
                if let Some(channel) = self.channels.get(id) {
                    self.out.message(*channel, *number, [times[0]; 2], roster);
                }
            }
        }
        self.out.message(channel, sequence, times, fields.0);
        self.counts[0] += 1;
        let began = *self.began_ns.get_or_insert(times[0]);
        let is_long = times[0].abs_diff(began) >= CHUNK_SPAN_MAX_NS;
        if is_long || self.out.chunk_bytes() >= CHUNK_BYTES_TARGET {
            self.out.close_chunk();
            self.began_ns = None;
        }
        Ok(())
    }

    fn write_if_due(&mut self, disk: &mut dyn Disk, now: bool) {
        let is_due = now || self.out.ready().len() as u64 >= CHUNK_BYTES_TARGET;
        if !is_due || self.failed.is_some() {
            return;
        }
        self.failed = disk.append(self.out.ready()).err();
        self.out.clear_ready();
    }
}
