//! The server's side of one connection: what its client asked for, and the packet for a frame. No socket, no clock.
//!
//! After connecting the server introduces itself and then stays silent until it is asked. Statics go out once, and
//! again, all of them, whenever the subjects or the types that the client wants have changed.

use super::error::DecodeError;
use super::frame_encoder::FrameEncoder;
use super::limits::{FRAMES_ASKED_MAX, PINGS_IN_FLIGHT_MAX, REQUEST_PAYLOAD_MAX};
use super::object::put;
use super::object_type::{ObjectType, TypeSet};
use super::objects::{
    Filter, NO_FRAME, ObjectEnums, Ping, RequestFrame, RequestNextFrame, WireObject,
};
use super::packet::{Assembler, Blocks, PacketWriter};
use super::server_statics::ServerStatics;
use cyc_model::{Epoch, FrameNumber, HostNs, MocapFrame, Roster};
use std::sync::Arc;

/// What a server does.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerSettings {
    /// The types it says it supports.
    pub supported: TypeSet,
    /// Radius that is sent with each marker, millimetres.
    pub marker_radius_mm: f64,
    /// Sends health and quality with every frame, with all other statics listed as unchanged, as Tracker does.
    pub health_every_frame: bool,
}

impl Default for ServerSettings {
    fn default() -> Self {
        type T = ObjectType;
        Self {
            supported: TypeSet::of(&[
                T::STREAM_INFO,
                T::SUBJECT_INFO,
                T::FRAME_INFO,
                T::LABELLED_RECONS,
                T::UNLABELLED_RECONS,
                T::LOCAL_SEGMENTS,
                T::GLOBAL_SEGMENTS,
                T::TIMECODE,
                T::LATENCY_INFO,
                T::SUBJECT_TOPOLOGY,
                T::SUBJECT_HEALTH,
                T::APPLICATION_INFO,
                T::FRAME_RATE_INFO,
                T::OBJECT_QUALITY,
                T::PING,
                T::LIGHTWEIGHT_SEGMENTS,
                T::SUBJECT_SCALE,
                T::OBJECT_ENUMS,
                T::REQUEST_FRAME,
                T::KEEP_ALIVE,
                T::CONTENTS,
                T::FILTER,
                T::REQUEST_NEXT_FRAME,
            ]),
            marker_radius_mm: 7.0,
            health_every_frame: false,
        }
    }
}

/// The state of one connection.
#[derive(Debug)]
pub struct Server {
    settings: ServerSettings,
    assembler: Assembler,
    enabled: TypeSet,
    filter: Filter,
    streaming: bool,
    asked: u32,
    echoes: Vec<u64>,
    greeted: bool,
    /// The roster and types that the client was last told of.
    told: Option<(Arc<Roster>, TypeSet)>,
    last_sent: Option<(Epoch, FrameNumber)>,
    encoder: FrameEncoder,
    requests_refused: u64,
    /// Whoever listens may have joined just now: every packet tells the subjects.
    is_multicast: bool,
}

impl Server {
    /// The sender of the multicast form: no client, no requests; everything that is supported, in every packet.
    pub fn for_multicast(settings: ServerSettings) -> Self {
        Self {
            enabled: settings.supported,
            streaming: true,
            greeted: true,
            is_multicast: true,
            ..Self::new(settings)
        }
    }

    /// A server for a client that has just connected.
    pub fn new(settings: ServerSettings) -> Self {
        Self {
            settings,
            assembler: Assembler::new(REQUEST_PAYLOAD_MAX),
            enabled: TypeSet::EMPTY,
            filter: Filter::default(),
            streaming: false,
            asked: 0,
            echoes: Vec::new(),
            greeted: false,
            told: None,
            last_sent: None,
            encoder: FrameEncoder::default(),
            requests_refused: 0,
            is_multicast: false,
        }
    }

    /// Appends the greeting, once: the types that are supported. False when there is nothing to send.
    pub fn poll_transmit(&mut self, out: &mut Vec<u8>) -> bool {
        if std::mem::replace(&mut self.greeted, true) {
            return false;
        }
        let mut p = PacketWriter::new(out);
        put(&mut p, &ObjectEnums(self.settings.supported));
        p.finish().is_ok()
    }

    /// Takes bytes from the client. After an error the connection is to be closed.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), DecodeError> {
        self.assembler.feed(bytes);
        // Lent out so that a payload can be borrowed while the rest of the state changes.
        let mut assembler = std::mem::replace(&mut self.assembler, Assembler::new(0));
        let took = self.take_packets(&mut assembler);
        self.assembler = assembler;
        took
    }

    fn take_packets(&mut self, assembler: &mut Assembler) -> Result<(), DecodeError> {
        while let Some(payload) = assembler.next_payload()? {
            for block in Blocks::of(payload) {
                let (object, body) = block?;
                self.take_request(object, body)?;
            }
        }
        Ok(())
    }

    fn take_request(&mut self, object: ObjectType, body: &[u8]) -> Result<(), DecodeError> {
        match object {
            ObjectType::OBJECT_ENUMS => {
                let wanted = ObjectEnums::decode(body)?.0;
                self.enabled = wanted.intersection(self.settings.supported);
            }
            ObjectType::REQUEST_FRAME => {
                self.streaming = RequestFrame::decode(body)?.streaming != 0;
                if !self.streaming {
                    self.asked = self.asked.max(1);
                }
            }
            ObjectType::REQUEST_NEXT_FRAME => {
                let more = RequestNextFrame::decode(body)?.count;
                self.asked = self.asked.saturating_add(more).min(FRAMES_ASKED_MAX);
            }
            ObjectType::PING => {
                let id = Ping::decode(body)?.id;
                if self.echoes.len() < PINGS_IN_FLIGHT_MAX {
                    self.echoes.push(id);
                }
            }
            ObjectType::FILTER => {
                self.filter = Filter::decode(body)?;
                self.told = None;
            }
            ObjectType::KEEP_ALIVE | ObjectType::STOP_MULTICAST_SENDER => {}
            _ => self.requests_refused += 1,
        }
        Ok(())
    }

    /// Whether the client waits for this frame: it streams or asked, and has not had it.
    pub fn wants(&self, frame: &MocapFrame) -> bool {
        (self.streaming || self.asked > 0) && self.last_sent != Some((frame.epoch, frame.number))
    }

    /// Appends the packet for a frame; `statics` must be those of the frame's roster. False when the frame cannot be
    /// told: its roster is another, its number is 0, or its id would be the one that means "no data" (once in 2³²
    /// frames). Fails, with nothing appended, when the packet is over the limit.
    pub fn encode_frame(
        &mut self,
        statics: &ServerStatics,
        frame: &MocapFrame,
        now: HostNs,
        out: &mut Vec<u8>,
    ) -> Result<bool, DecodeError> {
        let Some(before) = frame.number.0.checked_sub(1) else {
            return Ok(false);
        };
        // The id counts from 0 and wraps like the wire's word.
        let frame_id = before as u32;
        if frame_id == NO_FRAME || !statics.is_of(&frame.roster) {
            return Ok(false);
        }
        let enabled = self.enabled;
        let told = self.told.as_ref();
        let knows = told.is_some_and(|(r, t)| Arc::ptr_eq(r, &frame.roster) && *t == enabled);
        let tell = self.is_multicast || !knows;
        self.encoder.begin();
        self.encoder
            .frame_head(frame_id, enabled, frame, statics, now);
        if tell {
            self.encoder
                .statics(statics, enabled, &self.filter, |_| true);
        } else if self.settings.health_every_frame {
            let is_health = |t| t == ObjectType::SUBJECT_HEALTH || t == ObjectType::OBJECT_QUALITY;
            self.encoder
                .statics(statics, enabled, &self.filter, is_health);
            self.encoder.others_unchanged(enabled);
        }
        let radius_mm = self.settings.marker_radius_mm;
        self.encoder
            .values(enabled, &self.filter, frame, statics.axes, radius_mm);
        for id in self.echoes.drain(..) {
            self.encoder.echo(id);
        }
        self.encoder.finish(out)?;
        self.told = Some((Arc::clone(&frame.roster), enabled));
        self.last_sent = Some((frame.epoch, frame.number));
        self.asked = self.asked.saturating_sub(1);
        Ok(true)
    }

    /// The types that the client wants and this server supports.
    pub fn enabled(&self) -> TypeSet {
        self.enabled
    }

    /// Whether the client asked to be sent every frame.
    pub fn is_streaming(&self) -> bool {
        self.streaming
    }

    /// Requests of types that this server does not serve (multicast, haptics, and what is not known).
    pub fn requests_refused(&self) -> u64 {
        self.requests_refused
    }
}
