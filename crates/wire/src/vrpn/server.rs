//! The server's side of one connection: hello, descriptions, and the poses of a frame. No socket, no clock.

use super::error::DecodeError;
use super::limits::DESCRIPTIONS_MAX;
use super::message::{
    Assembler, DATAGRAM_DESCRIPTION, PING_TYPE, PONG_TYPE, POSE_TYPE, SENDER_DESCRIPTION,
    TYPE_DESCRIPTION, description, put, put_cookie, put_description,
};
use crate::up_axis::UpAxis;
use cyc_model::{MocapFrame, Roster};
use std::sync::Arc;

/// Our types, by their ids.
const TYPES: [&str; 3] = [POSE_TYPE, PING_TYPE, PONG_TYPE];
const POSE: i32 = 0;
const PONG: i32 = 2;

/// What a server does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerSettings {
    /// Which axis is up on the wire.
    pub up: UpAxis,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self { up: UpAxis::Z }
    }
}

/// The state of one connection.
#[derive(Debug)]
pub struct Server {
    settings: ServerSettings,
    assembler: Assembler,
    roster: Option<Arc<Roster>>,
    said_hello: bool,
    described: bool,
    /// The client's id for pings, and its ids and names of devices.
    ping: Option<i32>,
    devices: Vec<(i32, String)>,
    pongs: Vec<i32>,
    /// The port of the client's that waits for datagrams.
    datagram_port: Option<u16>,
    last: Option<(cyc_model::Epoch, cyc_model::FrameNumber)>,
}

impl Server {
    /// A server for a client that has just connected.
    pub fn new(settings: ServerSettings) -> Self {
        Self {
            settings,
            assembler: Assembler::default(),
            roster: None,
            said_hello: false,
            described: false,
            ping: None,
            devices: Vec::new(),
            pongs: Vec::new(),
            datagram_port: None,
            last: None,
        }
    }

    /// Tells which subjects there are; new ones are described.
    pub fn set_roster(&mut self, roster: &Arc<Roster>) {
        if !self.roster.as_ref().is_some_and(|r| Arc::ptr_eq(r, roster)) {
            self.roster = Some(Arc::clone(roster));
            self.described = false;
        }
    }

    /// Takes bytes from the client. After an error the connection is to be closed.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), DecodeError> {
        self.assembler.feed(bytes);
        let mut assembler = std::mem::take(&mut self.assembler);
        let took = self.take_messages(&mut assembler);
        self.assembler = assembler;
        took
    }

    fn take_messages(&mut self, assembler: &mut Assembler) -> Result<(), DecodeError> {
        while let Some(message) = assembler.next_message()? {
            match message.kind {
                SENDER_DESCRIPTION if self.devices.len() < DESCRIPTIONS_MAX => {
                    let name = String::from_utf8_lossy(description(message.payload)?);
                    self.devices.push((message.sender, name.into_owned()));
                }
                TYPE_DESCRIPTION if description(message.payload)? == PING_TYPE.as_bytes() => {
                    self.ping = Some(message.sender);
                }
                // The address beside it is not looked at: a server that sends wherever it is told can be turned against others.
                DATAGRAM_DESCRIPTION => {
                    let port = u16::try_from(message.sender).ok();
                    self.datagram_port = port.filter(|port| *port > 0);
                }
                kind if Some(kind) == self.ping => {
                    let device = self.devices.iter().rfind(|d| d.0 == message.sender);
                    let id = device.and_then(|d| self.sender_id(&d.1));
                    if let Some(id) = id.filter(|id| !self.pongs.contains(id)) {
                        self.pongs.push(id);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Our id of a device: its place in the roster.
    fn sender_id(&self, name: &str) -> Option<i32> {
        let roster = self.roster.as_ref()?;
        i32::try_from(roster.find(name)?).ok()
    }

    /// Appends hello, descriptions and answers to pings; false when there is nothing to send.
    pub fn poll_transmit(&mut self, out: &mut Vec<u8>) -> bool {
        let before = out.len();
        if !std::mem::replace(&mut self.said_hello, true) {
            put_cookie(out);
        }
        if let Some(roster) = self
            .roster
            .as_ref()
            .filter(|_| self.is_met() && !self.described)
        {
            for (id, name) in (0..).zip(TYPES) {
                put_description(TYPE_DESCRIPTION, id, name, out);
            }
            for (id, subject) in (0..).zip(roster.subjects()) {
                if subject.is_rigid_body() {
                    put_description(SENDER_DESCRIPTION, id, &subject.name, out);
                }
            }
            self.described = true;
        }
        for id in self.pongs.drain(..) {
            put(id, PONG, 0, out, |_| {});
        }
        out.len() > before
    }

    /// Whether the client has introduced itself.
    fn is_met(&self) -> bool {
        self.assembler.has_cookie()
    }

    /// Whether the client is to be sent this frame.
    pub fn wants(&self, frame: &MocapFrame) -> bool {
        self.is_met() && self.last != Some((frame.epoch, frame.number))
    }

    /// The port of the client's that poses go to as datagrams; `None` when they go over the connection.
    pub fn datagram_port(&self) -> Option<u16> {
        self.datagram_port
    }

    /// Appends a pose for each rigid body that is seen, after the descriptions of those that are new: the poses to `datagram`
    /// when the client waits for datagrams, all else to `out`.
    pub fn encode_frame(&mut self, frame: &MocapFrame, out: &mut Vec<u8>, datagram: &mut Vec<u8>) {
        self.set_roster(&frame.roster);
        self.poll_transmit(out);
        let out = if self.datagram_port.is_some() {
            datagram
        } else {
            out
        };
        self.last = Some((frame.epoch, frame.number));
        let at_us = frame.taken.map_or(0, |taken| taken.0 / 1000);
        let up = self.settings.up;
        for (id, (i, subject)) in (0..).zip(frame.roster.subjects().iter().enumerate()) {
            let pose = frame.segments_of(i).first().copied().flatten();
            let Some(pose) = pose.filter(|_| subject.is_rigid_body()) else {
                continue;
            };
            put(id, POSE, at_us, out, |out| {
                out.extend_from_slice(&[0; 8]);
                let at = up.metres_of(pose.translation());
                for value in at.into_iter().chain(up.rotation_of(pose).to_array()) {
                    out.extend_from_slice(&value.to_be_bytes());
                }
            });
        }
    }
}
