//! The client's side: datagrams in, frames and requests out. No socket, no clock.
//!
//! The client introduces itself until a server answers, asks for models and the rate, and keeps saying that it is
//! there. Frames are given out once the models are known, since without them values have no names. A server that was
//! restarted answers nothing for a while: then the client introduces itself again.

use super::decode::{BoneSpace, FrameDecoder, RefusedValues, Suffix};
use super::error::DecodeError;
use super::message::{MessageId, ServerInfo, Version, put_padded, split, write};
use super::model::decode_model;
use super::subject_map::SubjectMap;
use super::timecode;
use crate::little_endian::{PutLe, Reader};
use crate::up_axis::UpAxis;
use cyc_model::{Hop, HostNs, MocapFrame, Nanos, Roster, TimecodeRate};
use std::sync::Arc;

/// How often an unanswered introduction or question is said again.
const ASK_EVERY: Nanos = Nanos::from_millis(500);

/// After so long the models are asked for again when values still come that they do not name.
const ASK_AGAIN_AFTER: Nanos = Nanos::from_secs(2);

/// How often a client says that it is still there.
const KEEP_ALIVE_EVERY: Nanos = Nanos::from_millis(500);

/// After so long without a word from the server the client introduces itself again.
const SILENCE_MAX: Nanos = Nanos::from_secs(2);

/// Longest time from exposure to sending that is believed, seconds.
const LATENCY_MAX_S: f64 = 10.0;

/// Bytes of an introduction: name, two versions, and what newer clients add.
const CONNECT_BYTES: usize = 270;

/// What is not on the wire: how Motive was set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ClientSettings {
    /// Which axis Motive streams as up.
    pub up: UpAxis,
    /// What bones are relative to.
    pub bones: BoneSpace,
    /// By which rate timecode is read; without it there is none.
    pub timecode_rate: Option<TimecodeRate>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum ClientEvent {
    /// A server introduced itself.
    Connected(ServerInfo),
    /// The subjects are others than before.
    RosterChanged(Arc<Roster>),
    /// The frame given to [`Client::take`] was filled.
    Frame,
}

/// Counts since the client was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ClientCounts {
    /// Messages read.
    pub messages: u64,
    /// Frames given out.
    pub frames: u64,
    /// Frames that came before the server or its models were known.
    pub frames_too_early: u64,
    /// Messages of no use to a client.
    pub messages_unused: u64,
    /// Values that could not be taken.
    pub refused: RefusedValues,
}

/// The state of one client.
#[derive(Debug)]
pub struct Client {
    settings: ClientSettings,
    server: Option<ServerInfo>,
    map: Option<SubjectMap>,
    decoder: FrameDecoder,
    rate_hz: Option<f64>,
    heard: Option<HostNs>,
    asks: Asks,
    counts: ClientCounts,
    /// Most values of a frame that the subjects of now do not name.
    strange_max: u64,
}

/// When what was said last, and what is to be said.
#[derive(Debug, Default)]
struct Asks {
    connect: Option<HostNs>,
    keep_alive: Option<HostNs>,
    model: Option<HostNs>,
    rate: Option<HostNs>,
    wants_model: bool,
}

impl Client {
    /// A client that will introduce itself.
    pub fn new(settings: ClientSettings) -> Self {
        Self {
            settings,
            server: None,
            map: None,
            decoder: FrameDecoder::new(settings.up, settings.bones, RefusedValues::default()),
            rate_hz: None,
            heard: None,
            asks: Asks::default(),
            counts: ClientCounts::default(),
            strange_max: 0,
        }
    }

    /// Takes a datagram, received at `heard` from the server, from whichever port. [`ClientEvent::Frame`] has filled
    /// `out`, except for its source and epoch, which are the caller's. An error costs the datagram.
    pub fn take(
        &mut self,
        datagram: &[u8],
        heard: HostNs,
        out: &mut MocapFrame,
    ) -> Result<Option<ClientEvent>, DecodeError> {
        let (id, payload) = split(datagram)?;
        let event = match id {
            MessageId::SERVER_INFO => Some(self.take_server(payload)?),
            MessageId::MODEL_DEF => self.take_model(payload)?,
            MessageId::FRAME_OF_DATA => self.take_frame(payload, heard, out)?,
            MessageId::RESPONSE => {
                self.take_rate(payload);
                None
            }
            _ => {
                self.counts.messages_unused += 1;
                None
            }
        };
        self.heard = Some(heard);
        self.counts.messages += 1;
        Ok(event)
    }

    fn take_server(&mut self, payload: &[u8]) -> Result<ClientEvent, DecodeError> {
        let info = ServerInfo::decode(payload)?;
        let Version { major, minor } = info.version;
        if info.version < Version::V3_0 {
            return Err(DecodeError::OldVersion { major, minor });
        }
        self.server = Some(info.clone());
        self.decoder =
            FrameDecoder::new(self.settings.up, self.settings.bones, self.decoder.refused);
        self.asks.model = None;
        self.asks.wants_model = true;
        self.asks.rate = None;
        self.rate_hz = None;
        Ok(ClientEvent::Connected(info))
    }

    fn take_model(&mut self, payload: &[u8]) -> Result<Option<ClientEvent>, DecodeError> {
        let Some(server) = &self.server else {
            return Ok(None);
        };
        let model = decode_model(payload, server.version)?;
        let mut map = SubjectMap::build(&model, self.settings.up)?;
        self.asks.wants_model = false;
        if let Some(old) = self.map.as_ref().filter(|old| old.roster == map.roster) {
            // The same subjects stay the same roster, though their ids may be others.
            map.roster = Arc::clone(&old.roster);
            self.map = Some(map);
            return Ok(None);
        }
        let roster = Arc::clone(&map.roster);
        self.strange_max = 0;
        self.map = Some(map);
        Ok(Some(ClientEvent::RosterChanged(roster)))
    }

    fn take_rate(&mut self, payload: &[u8]) {
        let rate = Reader::new(payload).f32().map(f64::from);
        // The answer to another command is a whole number, which as a rate is next to nothing.
        if let Some(rate) = rate.ok().filter(|rate| (1.0..=10_000.0).contains(rate)) {
            self.rate_hz = Some(rate);
        }
    }

    fn take_frame(
        &mut self,
        payload: &[u8],
        heard: HostNs,
        out: &mut MocapFrame,
    ) -> Result<Option<ClientEvent>, DecodeError> {
        let (Some(server), Some(map)) = (&self.server, &self.map) else {
            self.counts.frames_too_early += 1;
            return Ok(None);
        };
        out.reset(&map.roster);
        let unknown = self.decoder.refused.unknown_ids;
        let suffix = self.decoder.decode(payload, server.version, map, out)?;
        // The flag is missed when its frames are lost; what cannot be named is not. Who comes back is asked for at once, but
        // what is unknown may stay so for ever.
        let strange = self.decoder.refused.unknown_ids - unknown;
        let is_new = strange > self.strange_max;
        self.strange_max = self.strange_max.max(strange);
        let last = self.asks.model;
        let is_late = last.is_none_or(|last| heard - last >= ASK_AGAIN_AFTER);
        self.asks.wants_model |= suffix.models_changed || is_new || (strange > 0 && is_late);
        out.heard = heard;
        out.rate_hz = self.rate_hz.unwrap_or(0.0);
        out.taken = latency(&suffix, server.clock_hz).map(|l| heard - l);
        let rate = self.settings.timecode_rate;
        let label = timecode::from_wire(suffix.timecode, suffix.subframe, rate, out.rate_hz);
        out.timecode = label.unwrap_or_else(|_| {
            self.decoder.refused.timecodes += 1;
            None
        });
        out.stamps.stamp(Hop::Heard, heard);
        self.counts.frames += 1;
        Ok(Some(ClientEvent::Frame))
    }

    /// Appends one datagram that is to be sent to the server's command port now; false when there is none. To be
    /// called until then, at least ten times a second.
    pub fn poll_transmit(&mut self, now: HostNs, out: &mut Vec<u8>) -> bool {
        let is_due = |last: Option<HostNs>, every| last.is_none_or(|last| now - last >= every);
        let is_silent = self.heard.is_none_or(|heard| now - heard > SILENCE_MAX);
        let asks = &mut self.asks;
        let sent = if (self.server.is_none() || is_silent) && is_due(asks.connect, ASK_EVERY) {
            asks.connect = Some(now);
            write(MessageId::CONNECT, out, introduction)
        } else if self.server.is_none() {
            return false;
        } else if asks.wants_model && is_due(asks.model, ASK_EVERY) {
            asks.model = Some(now);
            write(MessageId::REQUEST_MODEL_DEF, out, |_| {})
        } else if self.rate_hz.is_none() && is_due(asks.rate, ASK_EVERY) {
            asks.rate = Some(now);
            write(MessageId::REQUEST, out, |out| {
                out.put_nul_ended("FrameRate");
            })
        } else if is_due(asks.keep_alive, KEEP_ALIVE_EVERY) {
            asks.keep_alive = Some(now);
            write(MessageId::KEEP_ALIVE, out, |_| {})
        } else {
            return false;
        };
        sent.is_ok()
    }

    /// Appends the goodbye, so that a server stops sending at once.
    pub fn goodbye(&self, out: &mut Vec<u8>) {
        // Four bytes are never over the limit.
        let _ = write(MessageId::DISCONNECT, out, |_| {});
    }

    /// The server, once it has introduced itself.
    pub fn server(&self) -> Option<&ServerInfo> {
        self.server.as_ref()
    }

    /// The subjects, once they are known.
    pub fn roster(&self) -> Option<&Arc<Roster>> {
        self.map.as_ref().map(|map| &map.roster)
    }

    /// Counts since the client was made.
    pub fn counts(&self) -> ClientCounts {
        ClientCounts {
            refused: self.decoder.refused,
            ..self.counts
        }
    }
}

fn introduction(out: &mut Vec<u8>) {
    let start = out.len();
    put_padded("Cyclorama", super::limits::APPLICATION_NAME_BYTES, out);
    out.resize(start + CONNECT_BYTES, 0);
}

/// From the middle of the exposure to sending; `None` when the server does not tell, or tells what cannot be.
fn latency(suffix: &Suffix, clock_hz: u64) -> Option<Nanos> {
    if suffix.mid_exposure == 0 || clock_hz == 0 {
        return None;
    }
    let ticks = suffix.transmitted.checked_sub(suffix.mid_exposure)?;
    let seconds = ticks as f64 / clock_hz as f64;
    (seconds <= LATENCY_MAX_S).then(|| Nanos::from_secs_real(seconds))
}
