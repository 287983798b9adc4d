//! The client's side of a connection: bytes in, frames out. No socket, no clock.

use super::error::DecodeError;
use super::limits::DESCRIPTIONS_MAX;
use super::message::{
    Assembler, Message, POSE_TYPE, SENDER_DESCRIPTION, TYPE_DESCRIPTION, description, put_cookie,
    put_datagram_description,
};
use crate::big_endian::BigEndianReader;
use crate::body_list::BodyList;
use crate::up_axis::UpAxis;
use cyc_model::{Hop, HostNs, MocapFrame};
use glam::DQuat;
use std::net::IpAddr;

/// What a client wants, and what is not on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSettings {
    /// The only device that is heard; all when `None`.
    pub object: Option<String>,
    /// Which axis the server means by up.
    pub up: UpAxis,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            object: None,
            up: UpAxis::Z,
        }
    }
}

/// Counts since the connection began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ClientCounts {
    /// Messages read.
    pub messages: u64,
    /// Frames given out.
    pub frames: u64,
    /// Poses that are not finite, out of bounds or no rotation: shown as not seen.
    pub values: u64,
    /// Poses of senders that were not described, and bodies and descriptions over the limit.
    pub unknown: u64,
}

/// A sender that was described.
#[derive(Debug)]
struct Sender {
    id: i32,
    name: String,
    is_wanted: bool,
}

/// The state of one connection.
#[derive(Debug)]
pub struct Client {
    settings: ClientSettings,
    assembler: Assembler,
    senders: Vec<Sender>,
    pose_type: Option<i32>,
    /// Sender and sensor of each body.
    bodies: BodyList<(i32, i32)>,
    /// The bodies that reported in this frame.
    reported: Vec<usize>,
    /// A report that begins the next frame.
    early: Option<Report>,
    heard: HostNs,
    said_hello: bool,
    /// Where datagrams are waited for, until the server was told.
    waits_at: Option<(IpAddr, u16)>,
    datagrams: Assembler,
    counts: ClientCounts,
}

/// One pose of one sensor.
#[derive(Clone, Copy, Debug)]
struct Report {
    sender: i32,
    sensor: i32,
    at_m: [f64; 3],
    xyzw: [f64; 4],
}

impl Client {
    /// A client that will say hello.
    pub fn new(settings: ClientSettings) -> Self {
        Self {
            settings,
            assembler: Assembler::default(),
            senders: Vec::new(),
            pose_type: None,
            bodies: BodyList::default(),
            reported: Vec::new(),
            early: None,
            heard: HostNs::default(),
            said_hello: false,
            waits_at: None,
            datagrams: Assembler::of_datagrams(),
            counts: ClientCounts::default(),
        }
    }

    /// Takes bytes from the connection, received at `heard`. Take all frames ([`Self::poll`]) before the next feed.
    pub fn feed(&mut self, bytes: &[u8], heard: HostNs) {
        self.heard = heard;
        self.assembler.feed(bytes);
    }

    /// Poses are to come as datagrams to this address: the server is told with the next transmission. Descriptions and all
    /// else go on over the connection.
    pub fn wait_for_datagrams_at(&mut self, address: IpAddr, port: u16) {
        self.waits_at = Some((address, port));
    }

    /// Takes a datagram of the server's, received at `heard`, as [`Self::poll`] takes a read. An error costs the datagram.
    pub fn take_datagram(
        &mut self,
        datagram: &[u8],
        heard: HostNs,
        out: &mut MocapFrame,
    ) -> Result<bool, DecodeError> {
        self.heard = heard;
        let mut assembler = std::mem::take(&mut self.datagrams);
        assembler.feed(datagram);
        let mut taken = self.take_messages(&mut assembler);
        // A report of the same sensor again is a newer one: what the datagram says last is where it is.
        while taken.is_ok() && self.early.is_some() {
            self.reported.clear();
            taken = self.take_messages(&mut assembler);
        }
        // A message is not cut in two by datagrams.
        assembler.clear();
        self.datagrams = assembler;
        taken?;
        Ok(self.give(out))
    }

    /// Fills the next frame, except for its source and epoch, which are the caller's, and its number, which there is
    /// none of; false when there is none. After an error the connection is to be closed.
    pub fn poll(&mut self, out: &mut MocapFrame) -> Result<bool, DecodeError> {
        // Lent out so that a message can be borrowed while the rest of the state changes.
        let mut assembler = std::mem::take(&mut self.assembler);
        let whole = self.take_messages(&mut assembler);
        if whole.is_err() {
            assembler.clear();
        }
        self.assembler = assembler;
        whole?;
        Ok(self.give(out))
    }

    /// Fills a frame with what was reported; false when nothing was.
    fn give(&mut self, out: &mut MocapFrame) -> bool {
        if self.reported.is_empty() {
            return false;
        }
        self.bodies.write(self.heard, out);
        out.rate_hz = 0.0;
        out.stamps.stamp(Hop::Heard, self.heard);
        self.reported.clear();
        self.bodies.begin();
        self.counts.frames += 1;
        true
    }

    /// Takes messages until there are no more, or one belongs to the next frame.
    fn take_messages(&mut self, assembler: &mut Assembler) -> Result<(), DecodeError> {
        if let Some(early) = self.early.take() {
            self.take_report(&early);
        }
        while let Some(message) = assembler.next_message()? {
            self.counts.messages += 1;
            match message.kind {
                SENDER_DESCRIPTION => self.describe_sender(&message)?,
                TYPE_DESCRIPTION if description(message.payload)? == POSE_TYPE.as_bytes() => {
                    self.pose_type = Some(message.sender);
                }
                kind if Some(kind) == self.pose_type => {
                    let report = report(&message)?;
                    if !self.take_report(&report) {
                        self.early = Some(report);
                        return Ok(());
                    }
                }
                // Velocities, accelerations, texts, and what other devices say.
                _ => {}
            }
        }
        Ok(())
    }

    fn describe_sender(&mut self, message: &Message<'_>) -> Result<(), DecodeError> {
        let name = description(message.payload)?;
        let name = String::from_utf8_lossy(name).into_owned();
        let is_wanted = self.settings.object.as_ref().is_none_or(|o| *o == name);
        let sender = Sender {
            id: message.sender,
            name,
            is_wanted,
        };
        let is_full = self.senders.len() == DESCRIPTIONS_MAX;
        match self.senders.iter_mut().find(|s| s.id == message.sender) {
            Some(known) => *known = sender,
            None if is_full => self.counts.unknown += 1,
            None => self.senders.push(sender),
        }
        Ok(())
    }

    /// Takes a pose into this frame; false when its sensor has already reported in it.
    fn take_report(&mut self, report: &Report) -> bool {
        let key = (report.sender, report.sensor);
        let place = match self.bodies.find(&key) {
            Some(place) => place,
            None => {
                let sender = self.senders.iter().find(|s| s.id == report.sender);
                let Some(sender) = sender else {
                    self.counts.unknown += 1;
                    return true;
                };
                if !sender.is_wanted {
                    return true;
                }
                let place = match report.sensor {
                    0 => self.bodies.introduce(key, &sender.name),
                    sensor => {
                        let name = format!("{}/{sensor}", sender.name);
                        self.bodies.introduce(key, &name)
                    }
                };
                let Some(place) = place else {
                    self.counts.unknown += 1;
                    return true;
                };
                place
            }
        };
        if self.reported.contains(&place) {
            return false;
        }
        let turn = DQuat::from_array(report.xyzw);
        let pose = self.settings.up.pose(report.at_m, turn);
        self.counts.values += u64::from(pose.is_none());
        self.bodies.set_pose(place, pose);
        self.reported.push(place);
        true
    }

    /// Appends the hello, once: each side begins with it; then, if poses are to come as datagrams, where. False when nothing
    /// is to be sent.
    pub fn poll_transmit(&mut self, out: &mut Vec<u8>) -> bool {
        let before = out.len();
        if !std::mem::replace(&mut self.said_hello, true) {
            put_cookie(out);
        }
        if let Some((address, port)) = self.waits_at.take() {
            put_datagram_description(&address.to_string(), port, out);
        }
        out.len() > before
    }

    /// Counts since the connection began.
    pub fn counts(&self) -> ClientCounts {
        self.counts
    }
}

fn report(message: &Message<'_>) -> Result<Report, DecodeError> {
    let mut r = BigEndianReader::new(message.payload);
    let mut read = || -> Result<Report, crate::UnexpectedEnd> {
        let (sensor, _padding) = (r.i32()?, r.i32()?);
        Ok(Report {
            sender: message.sender,
            sensor,
            at_m: [r.f64()?, r.f64()?, r.f64()?],
            xyzw: [r.f64()?, r.f64()?, r.f64()?, r.f64()?],
        })
    };
    read().map_err(|end| DecodeError::Cut {
        kind: POSE_TYPE,
        needed: end.needed,
        left: end.left,
    })
}
