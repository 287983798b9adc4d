//! The client's side of a connection: bytes in, frames and commands out. No socket, no clock.
//!
//! The server greets; the client agrees on a version, asks for parameters, then for frames, which come without a
//! further word. When QTM begins or ends a measurement names may be others, so they are asked for again. A server
//! that has no frames to give is asked again from time to time.

use super::component::{Component, ComponentSet};
use super::decode::{FrameDecoder, RefusedValues};
use super::error::DecodeError;
use super::limits::{DATAGRAM_MAX, PACKET_MAX};
use super::packet::{Assembler, PacketType, of_datagram, text, text_of};
use super::parameters::Parameters;
use super::subject_map::SubjectMap;
use crate::up_axis::UpAxis;
use cyc_model::{Hop, HostNs, MocapFrame, Nanos, Roster, TimecodeRate};
use std::sync::Arc;

/// Minor numbers of the versions that are offered, best first: the newest that was tried against other programs, the
/// first with skeletons, and one from before.
const MINORS: [u32; 3] = [25, 19, 13];

/// The first version with skeletons.
const SKELETONS_MINOR: u32 = 19;

/// After so long without a frame they are asked for again.
const ASK_AGAIN_AFTER: Nanos = Nanos::from_secs(2);

/// Events after which names may be others: calibration stopped, a file started or stopped to be played, a capture
/// started, settings changed, reprocessing stopped.
const NAMES_MAY_CHANGE: [u8; 6] = [3, 7, 8, 9, 11, 15];

/// What a client wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSettings {
    /// Which components.
    pub components: ComponentSet,
    /// Frames are to come to this port over UDP; over the connection when `None`.
    pub udp_port: Option<u16>,
    /// By which rate timecode is read; without it there is none.
    pub timecode_rate: Option<TimecodeRate>,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            components: ComponentSet::USUAL,
            udp_port: None,
            timecode_rate: None,
        }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum ClientEvent {
    /// The server greeted and a version was agreed on.
    Connected,
    /// The subjects are others than before.
    RosterChanged(Arc<Roster>),
    /// The frame that was given was filled.
    Frame,
    /// The server refused a command, with its words.
    Refused(String),
}

/// Counts since the connection began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ClientCounts {
    /// Packets read.
    pub packets: u64,
    /// Frames given out.
    pub frames: u64,
    /// Frames that came before the parameters.
    pub frames_too_early: u64,
    /// Values that could not be taken.
    pub refused: RefusedValues,
}

/// How far a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Waits for the greeting.
    Silent,
    /// Waits for the answer to a version.
    Version,
    /// Frames are asked for.
    Streaming,
}

/// The state of one connection.
#[derive(Debug)]
pub struct Client {
    settings: ClientSettings,
    assembler: Assembler,
    state: State,
    /// Which of [`MINORS`] was offered.
    offer: usize,
    map: Option<SubjectMap>,
    decoder: FrameDecoder,
    heard: HostNs,
    to_send: ToSend,
    /// When parameters and frames were asked for, or a frame came, last.
    lively: Option<HostNs>,
    counts: ClientCounts,
}

#[derive(Debug, Default)]
struct ToSend {
    version: bool,
    parameters: bool,
    stream: bool,
}

impl Client {
    /// A client that waits for the greeting.
    pub fn new(settings: ClientSettings) -> Self {
        Self {
            decoder: FrameDecoder {
                timecode_rate: settings.timecode_rate,
                ..FrameDecoder::default()
            },
            settings,
            assembler: Assembler::new(PACKET_MAX),
            state: State::Silent,
            offer: 0,
            map: None,
            heard: HostNs::default(),
            to_send: ToSend::default(),
            lively: None,
            counts: ClientCounts::default(),
        }
    }

    /// Takes bytes from the connection, received at `heard`. Take all events ([`Self::poll`]) before the next feed.
    pub fn feed(&mut self, bytes: &[u8], heard: HostNs) {
        self.heard = heard;
        self.assembler.feed(bytes);
    }

    /// The next event. [`ClientEvent::Frame`] has filled `out`, except for its source and epoch, which are the
    /// caller's. After an error the connection is to be closed: no event follows.
    pub fn poll(&mut self, out: &mut MocapFrame) -> Result<Option<ClientEvent>, DecodeError> {
        // Lent out so that a packet can be borrowed while the rest of the state changes.
        let mut assembler = std::mem::replace(&mut self.assembler, Assembler::new(0));
        let event = loop {
            match assembler.next_packet() {
                Ok(None) => break Ok(None),
                Ok(Some((kind, body))) => match self.take(kind, body, self.heard, out) {
                    Ok(None) => {}
                    event => break event,
                },
                Err(e) => break Err(e),
            }
        };
        if event.is_err() {
            assembler.clear();
        }
        self.assembler = assembler;
        event
    }

    /// Takes a datagram from the server, when frames come over UDP. An error costs the datagram.
    pub fn take_datagram(
        &mut self,
        datagram: &[u8],
        heard: HostNs,
        out: &mut MocapFrame,
    ) -> Result<Option<ClientEvent>, DecodeError> {
        let (kind, body) = of_datagram(datagram, DATAGRAM_MAX)?;
        self.take(kind, body, heard, out)
    }

    fn take(
        &mut self,
        kind: PacketType,
        body: &[u8],
        heard: HostNs,
        out: &mut MocapFrame,
    ) -> Result<Option<ClientEvent>, DecodeError> {
        self.counts.packets += 1;
        match kind {
            PacketType::DATA => self.take_frame(body, heard, out),
            PacketType::XML => self.take_parameters(body),
            PacketType::COMMAND => Ok(self.take_answer(&text_of(body))),
            PacketType::ERROR => Ok(self.take_refusal(text_of(body))),
            PacketType::EVENT => {
                let event = body.first();
                self.to_send.parameters |= event.is_some_and(|e| NAMES_MAY_CHANGE.contains(e));
                Ok(None)
            }
            // No more data: asked again after a while, as when nothing comes.
            _ => Ok(None),
        }
    }

    fn take_answer(&mut self, answer: &str) -> Option<ClientEvent> {
        match self.state {
            State::Silent => {
                self.state = State::Version;
                self.to_send.version = true;
                None
            }
            State::Version => {
                self.state = State::Streaming;
                self.to_send.parameters = true;
                self.to_send.stream = true;
                Some(ClientEvent::Connected)
            }
            State::Streaming => {
                let _ = answer;
                None
            }
        }
    }

    fn take_refusal(&mut self, words: String) -> Option<ClientEvent> {
        if self.state == State::Version && self.offer + 1 < MINORS.len() {
            self.offer += 1;
            self.to_send.version = true;
            return None;
        }
        Some(ClientEvent::Refused(words))
    }

    fn take_parameters(&mut self, body: &[u8]) -> Result<Option<ClientEvent>, DecodeError> {
        let parameters = Parameters::parse(&text_of(body))?;
        let up = parameters.up.unwrap_or(UpAxis::Z);
        self.decoder.up = up;
        self.decoder.euler = parameters.euler;
        self.decoder.rate_hz = parameters.rate_hz.unwrap_or(0.0);
        let mut map = SubjectMap::build(&parameters, up)?;
        if let Some(old) = self.map.as_ref().filter(|old| old.roster == map.roster) {
            map.roster = Arc::clone(&old.roster);
            self.map = Some(map);
            return Ok(None);
        }
        let roster = Arc::clone(&map.roster);
        self.map = Some(map);
        Ok(Some(ClientEvent::RosterChanged(roster)))
    }

    fn take_frame(
        &mut self,
        body: &[u8],
        heard: HostNs,
        out: &mut MocapFrame,
    ) -> Result<Option<ClientEvent>, DecodeError> {
        let Some(map) = &self.map else {
            self.counts.frames_too_early += 1;
            return Ok(None);
        };
        out.reset(&map.roster);
        self.decoder.decode(body, map, out)?;
        out.heard = heard;
        out.rate_hz = self.decoder.rate_hz;
        out.stamps.stamp(Hop::Heard, heard);
        self.lively = Some(heard);
        self.counts.frames += 1;
        Ok(Some(ClientEvent::Frame))
    }

    /// Appends what is to be sent now; false when nothing is. To be called after every feed and at least once a
    /// second.
    pub fn poll_transmit(&mut self, now: HostNs, out: &mut Vec<u8>) -> bool {
        let before = out.len();
        let is_late = self.lively.is_some_and(|at| now - at > ASK_AGAIN_AFTER);
        if self.state == State::Streaming && is_late {
            self.to_send.parameters = true;
            self.to_send.stream = true;
        }
        let send = std::mem::take(&mut self.to_send);
        let minor = MINORS.get(self.offer).copied().unwrap_or_default();
        if send.version {
            text(PacketType::COMMAND, &format!("Version 1.{minor}"), out);
        }
        if send.parameters {
            let skeletons = if minor >= SKELETONS_MINOR {
                " Skeleton"
            } else {
                ""
            };
            let ask = format!("GetParameters General 3D 6D{skeletons}");
            text(PacketType::COMMAND, &ask, out);
        }
        if send.stream {
            text(PacketType::COMMAND, &self.stream_command(minor), out);
            self.lively = Some(now);
        }
        out.len() > before
    }

    fn stream_command(&self, minor: u32) -> String {
        let mut ask = "StreamFrames AllFrames".to_owned();
        if let Some(port) = self.settings.udp_port {
            ask.push_str(&format!(" UDP:{port}"));
        }
        for component in self.settings.components.iter() {
            let is_skeleton = component.number() == Component::SkeletonsGlobal.number();
            if minor >= SKELETONS_MINOR || !is_skeleton {
                ask.push(' ');
                ask.push_str(component.name());
            }
        }
        ask
    }

    /// The subjects, once they are known.
    pub fn roster(&self) -> Option<&Arc<Roster>> {
        self.map.as_ref().map(|map| &map.roster)
    }

    /// Counts since the connection began.
    pub fn counts(&self) -> ClientCounts {
        ClientCounts {
            refused: self.decoder.refused,
            ..self.counts
        }
    }
}
