//! The server's side: what clients are answered, where their frames go, and the frame. No socket, no clock.
//!
//! Who listens is kept by whoever has the sockets: a client that says that it is there wants frames, until it leaves or
//! has long been silent.

use super::decode::BoneSpace;
use super::encode::{CLOCK_HZ, Manner, encode, model_of};
use super::error::DecodeError;
use super::limits::COMMAND_BYTES_MAX;
use super::message::{MessageId, ServerInfo, Version, split, write};
use super::model::encode_model;
use crate::little_endian::PutLe;
use crate::up_axis::UpAxis;
use cyc_model::{HostNs, MocapFrame, Nanos, Roster};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// For how long after the models changed frames say so.
const CHANGE_TOLD_FOR: Nanos = Nanos::from_millis(500);

/// What a server does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerSettings {
    /// The bitstream: 3.0 to 4.2.
    pub version: Version,
    /// Which axis is up on the wire.
    pub up: UpAxis,
    /// What bones are relative to on the wire.
    pub bones: BoneSpace,
    /// The port that frames go to, and that the server tells.
    pub data_port: u16,
    /// A group that frames go to instead of to each client.
    pub multicast: Option<Ipv4Addr>,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            version: Version::V4_1,
            up: UpAxis::Y,
            bones: BoneSpace::Global,
            data_port: super::DATA_PORT,
            multicast: None,
        }
    }
}

/// What a client's message means for whether it is sent frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Nothing.
    Unchanged,
    /// It has introduced itself: frames may go to its data port, but not yet to where it sends commands from, since
    /// some clients take the next datagram there for the models, whatever it is.
    DataPort,
    /// It is there, and takes frames at either port.
    EitherPort,
    /// It has left.
    NoFrames,
}

/// What a server knows.
#[derive(Debug)]
pub struct Server {
    settings: ServerSettings,
    roster: Option<Arc<Roster>>,
    changed_at: Option<HostNs>,
    rate_hz: f64,
    requests_unknown: u64,
}

impl Server {
    /// A server that has no subjects yet.
    pub fn new(settings: ServerSettings) -> Self {
        Self {
            settings,
            roster: None,
            changed_at: None,
            rate_hz: 0.0,
            requests_unknown: 0,
        }
    }

    /// The settings, to be changed before anybody asks.
    pub fn settings_mut(&mut self) -> &mut ServerSettings {
        &mut self.settings
    }

    /// Tells which subjects there are, and how many frames a second. Clients are told that subjects are others.
    pub fn set_roster(&mut self, roster: &Arc<Roster>, rate_hz: f64, now: HostNs) {
        self.rate_hz = rate_hz;
        let known = self.roster.as_ref();
        if known.is_some_and(|r| Arc::ptr_eq(r, roster)) {
            return;
        }
        if known.is_some() {
            self.changed_at = Some(now);
        }
        self.roster = Some(Arc::clone(roster));
    }

    /// Where frames for a client go: clients disagree about where they look for them, so to the port that it sends
    /// commands from, as soon as it can bear them there, and to the data port. Nowhere of its own when they go to a
    /// group.
    pub fn receivers_of(&self, client: SocketAddr, wish: Wish) -> Vec<SocketAddr> {
        let data = SocketAddr::new(client.ip(), self.settings.data_port);
        match (wish, self.settings.multicast) {
            (Wish::Unchanged, _) | (_, Some(_)) => Vec::new(),
            (Wish::DataPort, None) => vec![data],
            (Wish::EitherPort | Wish::NoFrames, None) if data == client => vec![client],
            (Wish::EitherPort | Wish::NoFrames, None) => vec![client, data],
        }
    }

    /// Takes a client's datagram; appends the answer, if there is one, as one datagram.
    pub fn take(&mut self, datagram: &[u8], out: &mut Vec<u8>) -> Result<Wish, DecodeError> {
        let (id, payload) = split(datagram)?;
        match id {
            // Of any length: each kind of client fills it differently.
            MessageId::CONNECT => {
                self.info().encode(out);
                return Ok(Wish::DataPort);
            }
            MessageId::DISCOVERY => self.info().encode(out),
            MessageId::KEEP_ALIVE => return Ok(Wish::EitherPort),
            MessageId::DISCONNECT => return Ok(Wish::NoFrames),
            MessageId::REQUEST_MODEL_DEF => {
                // Unanswered until there is a frame: the client asks again.
                let Some(roster) = self.roster.as_deref() else {
                    return Ok(Wish::Unchanged);
                };
                let model = model_of(roster, self.settings.up);
                write(MessageId::MODEL_DEF, out, |out| {
                    encode_model(&model, self.settings.version, out);
                })?;
            }
            MessageId::REQUEST => {
                let command = payload.get(..COMMAND_BYTES_MAX).unwrap_or(payload);
                let command = command.split(|b| *b == 0).next().unwrap_or_default();
                self.answer(&String::from_utf8_lossy(command), out)?;
            }
            MessageId::ECHO_REQUEST => {
                let stamp = payload.get(..8).unwrap_or_default();
                write(MessageId::ECHO_RESPONSE, out, |out| {
                    out.extend_from_slice(stamp);
                })?;
            }
            _ => {
                self.requests_unknown += 1;
                write(MessageId::UNRECOGNIZED, out, |_| {})?;
            }
        }
        Ok(Wish::Unchanged)
    }

    fn info(&self) -> ServerInfo {
        ServerInfo {
            application: "Cyclorama".to_owned(),
            application_version: [1, 0, 0, 0],
            version: self.settings.version,
            clock_hz: CLOCK_HZ,
            data_port: self.settings.data_port,
            multicast: self.settings.multicast,
        }
    }

    fn answer(&mut self, command: &str, out: &mut Vec<u8>) -> Result<(), DecodeError> {
        let (name, value) = command.split_once(',').unwrap_or((command, ""));
        match name {
            "FrameRate" if self.rate_hz > 0.0 => {
                let rate = self.rate_hz as f32;
                write(MessageId::RESPONSE, out, |out| out.put_f32s(&[rate]))
            }
            "UnitsToMillimeters" => write(MessageId::RESPONSE, out, |out| out.put_f32s(&[1000.0])),
            // 0 is live, and the only mode there is.
            "CurrentMode" => write(MessageId::RESPONSE, out, |out| out.put_i32(0)),
            // Every client is sent the same bytes, so another bitstream cannot be had.
            "Bitstream" if self.is_spoken(value) => {
                write(MessageId::RESPONSE, out, |out| out.put_i32(0))
            }
            // What people press play and subscribe with: frames come anyway.
            "SubscribeToData" | "SubscribeByID" | "SubscribedDataOnly" | "LiveMode"
            | "TimelinePlay" => write(MessageId::RESPONSE, out, |out| out.put_i32(0)),
            _ => {
                self.requests_unknown += 1;
                write(MessageId::UNRECOGNIZED, out, |_| {})
            }
        }
    }

    /// Whether a version in words is the one that is sent.
    fn is_spoken(&self, version: &str) -> bool {
        let mut numbers = version.split('.').map(|n| n.trim().parse().ok());
        let (major, minor) = (numbers.next().flatten(), numbers.next().flatten());
        let asked = major.map(|major| Version::new(major, minor.unwrap_or(0)));
        asked == Some(self.settings.version)
    }

    /// Appends the datagram of a frame. Fails, with nothing appended, when it is over the limit of a datagram.
    pub fn encode_frame(
        &mut self,
        frame: &MocapFrame,
        now: HostNs,
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        self.set_roster(&frame.roster, frame.rate_hz, now);
        let changed = self.changed_at.is_some_and(|at| now - at < CHANGE_TOLD_FOR);
        let manner = Manner {
            version: self.settings.version,
            up: self.settings.up,
            bones: self.settings.bones,
            models_changed: changed,
        };
        encode(frame, &manner, now, out)
    }

    /// Requests that are not known.
    pub fn requests_unknown(&self) -> u64 {
        self.requests_unknown
    }
}
