//! The server's side: who listens, in which bitstream, and what they are answered. No socket, no clock.
//!
//! A client that introduced itself is sent frames until it leaves or is silent for long. Clients of different
//! bitstreams can listen at once; the multicast group hears the server's own.

use super::decode::BoneSpace;
use super::encode::{CLOCK_HZ, Manner, encode, model_of};
use super::error::DecodeError;
use super::limits::{CLIENTS_MAX, COMMAND_BYTES_MAX};
use super::message::{MessageId, ServerInfo, Version, split, write};
use super::model::encode_model;
use crate::little_endian::PutLe;
use crate::up_axis::UpAxis;
use cyc_model::{HostNs, MocapFrame, Nanos, Roster};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// A client that said nothing for so long is gone. Some clients never say that they are still there.
const CLIENT_SILENCE_MAX: Nanos = Nanos::from_secs(600);

/// For how long after the models changed frames say so.
const CHANGE_TOLD_FOR: Nanos = Nanos::from_millis(500);

/// Where a unicast client is sent frames: clients disagree about where they look for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum UnicastPort {
    /// Both of the below.
    #[default]
    Both,
    /// The port that it sends commands from.
    Command,
    /// The data port.
    Data,
}

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
    /// Where unicast clients are sent frames.
    pub unicast_port: UnicastPort,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self {
            version: Version::V4_1,
            up: UpAxis::Y,
            bones: BoneSpace::Global,
            data_port: super::DATA_PORT,
            multicast: None,
            unicast_port: UnicastPort::Both,
        }
    }
}

/// One client.
#[derive(Debug)]
struct Listener {
    address: SocketAddr,
    version: Version,
    heard: HostNs,
}

/// Who is served.
#[derive(Debug)]
pub struct Server {
    settings: ServerSettings,
    clients: Vec<Listener>,
    roster: Option<Arc<Roster>>,
    changed_at: Option<HostNs>,
    rate_hz: f64,
    clients_refused: u64,
    requests_unknown: u64,
}

/// One datagram and where it goes; `Nothing` when a datagram needs no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// An answer is to be sent to the sender.
    Answer,
    /// Nothing is to be sent.
    Nothing,
}

impl Server {
    /// A server that sends so many frames a second.
    pub fn new(settings: ServerSettings, rate_hz: f64) -> Self {
        Self {
            settings,
            clients: Vec::new(),
            roster: None,
            changed_at: None,
            rate_hz,
            clients_refused: 0,
            requests_unknown: 0,
        }
    }

    /// Tells which subjects there are. Clients are told that they are others when they are.
    pub fn set_roster(&mut self, roster: &Arc<Roster>, now: HostNs) {
        let known = self.roster.as_ref();
        if known.is_some_and(|r| Arc::ptr_eq(r, roster)) {
            return;
        }
        if known.is_some() {
            self.changed_at = Some(now);
        }
        self.roster = Some(Arc::clone(roster));
    }

    /// Takes a datagram from a client; appends the answer.
    pub fn take(
        &mut self,
        from: SocketAddr,
        datagram: &[u8],
        now: HostNs,
        out: &mut Vec<u8>,
    ) -> Result<Delivery, DecodeError> {
        let (id, payload) = split(datagram)?;
        self.clients.retain(|c| now - c.heard <= CLIENT_SILENCE_MAX);
        let version = match self.clients.iter_mut().find(|c| c.address == from) {
            Some(client) => {
                client.heard = now;
                client.version
            }
            None => self.settings.version,
        };
        match id {
            // Of any length: each kind of client fills it differently.
            MessageId::CONNECT | MessageId::DISCOVERY => {
                if id == MessageId::CONNECT && !self.admit(from, now) {
                    return Ok(Delivery::Nothing);
                }
                self.info().encode(out);
            }
            MessageId::REQUEST_MODEL_DEF => {
                let roster = self.roster.as_deref();
                let model = roster.map(|r| model_of(r, self.settings.up));
                write(MessageId::MODEL_DEF, out, |out| {
                    encode_model(&model.unwrap_or_default(), version, out);
                })?;
            }
            MessageId::REQUEST => {
                let command = payload.get(..COMMAND_BYTES_MAX).unwrap_or(payload);
                let command = command.split(|b| *b == 0).next().unwrap_or_default();
                self.answer(from, &String::from_utf8_lossy(command), out)?;
            }
            MessageId::ECHO_REQUEST => {
                let stamp = payload.get(..8).unwrap_or_default();
                write(MessageId::ECHO_RESPONSE, out, |out| {
                    out.extend_from_slice(stamp);
                })?;
            }
            MessageId::DISCONNECT => {
                self.clients.retain(|c| c.address != from);
                return Ok(Delivery::Nothing);
            }
            MessageId::KEEP_ALIVE => return Ok(Delivery::Nothing),
            _ => {
                self.requests_unknown += 1;
                write(MessageId::UNRECOGNIZED, out, |_| {})?;
            }
        }
        Ok(Delivery::Answer)
    }

    fn admit(&mut self, address: SocketAddr, now: HostNs) -> bool {
        if self.clients.iter().any(|c| c.address == address) {
            return true;
        }
        if self.clients.len() == CLIENTS_MAX {
            self.clients_refused += 1;
            return false;
        }
        self.clients.push(Listener {
            address,
            version: self.settings.version,
            heard: now,
        });
        true
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

    fn answer(
        &mut self,
        from: SocketAddr,
        command: &str,
        out: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        let (name, value) = command.split_once(',').unwrap_or((command, ""));
        match name {
            "FrameRate" => {
                let rate = self.rate_hz as f32;
                write(MessageId::RESPONSE, out, |out| out.put_f32s(&[rate]))
            }
            "UnitsToMillimeters" => write(MessageId::RESPONSE, out, |out| out.put_f32s(&[1000.0])),
            // 0 is live, and the only mode there is.
            "CurrentMode" => write(MessageId::RESPONSE, out, |out| out.put_i32(0)),
            "Bitstream" if self.choose(from, value) => {
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

    /// Sets the bitstream of one client; false when it cannot be.
    fn choose(&mut self, from: SocketAddr, value: &str) -> bool {
        let (major, minor) = value.split_once('.').unwrap_or((value, "0"));
        let minor = minor.split('.').next().unwrap_or("0");
        let (Ok(major), Ok(minor)) = (major.trim().parse(), minor.trim().parse()) else {
            return false;
        };
        let version = Version::new(major, minor);
        if !(Version::V3_0..=Version::V4_2).contains(&version) {
            return false;
        }
        let client = self.clients.iter_mut().find(|c| c.address == from);
        client.map(|c| c.version = version).is_some()
    }

    /// The frame for everybody who listens, as datagrams with their addresses. Frames over the limit of a datagram
    /// are an error, with nothing to send.
    pub fn frame(
        &mut self,
        frame: &MocapFrame,
        now: HostNs,
        sends: &mut Vec<Transmission>,
    ) -> Result<(), DecodeError> {
        self.set_roster(&frame.roster, now);
        sends.clear();
        if let Some(group) = self.settings.multicast {
            let to = SocketAddr::from((group, self.settings.data_port));
            let datagram = self.encode(frame, self.settings.version, now)?;
            sends.push(Transmission { to, datagram });
            return Ok(());
        }
        self.clients.retain(|c| now - c.heard <= CLIENT_SILENCE_MAX);
        let mut encoded: Vec<(Version, Arc<[u8]>)> = Vec::new();
        for client in &self.clients {
            let known = encoded.iter().find(|(v, _)| *v == client.version);
            let datagram = match known {
                Some((_, datagram)) => Arc::clone(datagram),
                None => {
                    let datagram = self.encode(frame, client.version, now)?;
                    encoded.push((client.version, Arc::clone(&datagram)));
                    datagram
                }
            };
            let data = SocketAddr::new(client.address.ip(), self.settings.data_port);
            let (to_command, to_data) = match self.settings.unicast_port {
                UnicastPort::Both => (true, data != client.address),
                UnicastPort::Command => (true, false),
                UnicastPort::Data => (false, true),
            };
            let targets = [(to_command, client.address), (to_data, data)];
            for (_, to) in targets.into_iter().filter(|(wanted, _)| *wanted) {
                // Two clients on one host share its data port: one datagram is enough.
                if !sends.iter().any(|s: &Transmission| s.to == to) {
                    let datagram = Arc::clone(&datagram);
                    sends.push(Transmission { to, datagram });
                }
            }
        }
        Ok(())
    }

    fn encode(
        &self,
        frame: &MocapFrame,
        version: Version,
        now: HostNs,
    ) -> Result<Arc<[u8]>, DecodeError> {
        let changed = self.changed_at.is_some_and(|at| now - at < CHANGE_TOLD_FOR);
        let manner = Manner {
            version,
            up: self.settings.up,
            bones: self.settings.bones,
            models_changed: changed,
        };
        let mut datagram = Vec::new();
        encode(frame, &manner, now, &mut datagram)?;
        Ok(datagram.into())
    }

    /// Clients that listen.
    pub fn clients(&self) -> usize {
        self.clients.len()
    }

    /// Clients that were turned away because there were too many.
    pub fn clients_refused(&self) -> u64 {
        self.clients_refused
    }

    /// Requests that are not known.
    pub fn requests_unknown(&self) -> u64 {
        self.requests_unknown
    }
}

/// A datagram and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transmission {
    /// The receiver.
    pub to: SocketAddr,
    /// The datagram.
    pub datagram: Arc<[u8]>,
}
