//! The client's side of a connection: bytes in, frames and requests out. No socket, no clock.
//!
//! The server speaks first and says what it supports; the client answers with what it wants of that, chooses how
//! frames come, and from then on decodes. Feed what the socket gave, then take events until there are none, then
//! send what [`Client::poll_transmit`] writes.

use super::dynamic_set::{DynamicSet, RefusedValues};
use super::error::DecodeError;
use super::limits::{PACKET_HEADER_BYTES, PACKET_PAYLOAD_MAX};
use super::object::{Object, put};
use super::object_type::{ObjectType, TypeSet};
use super::objects::{
    Contents, Filter, ObjectEnums, Ping, RequestFrame, RequestNextFrame, StreamInfo, WireObject,
};
use super::packet::{Assembler, Blocks, PacketWriter};
use super::ping::PingClock;
use super::static_set::StaticSet;
use super::subject_map::SubjectMap;
use super::subject_objects::{ObjectQuality, SubjectHealth};
use cyc_model::{FrameNumber, Hop, HostNs, MocapFrame, Nanos, Roster};
use std::sync::Arc;

/// How frames come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum StreamMode {
    /// The server sends every frame when it has it: the lowest latency.
    #[default]
    ServerPush,
    /// One frame for each [`Client::request_frame`].
    ClientPull,
    /// The next frame is asked for as soon as one came.
    PreFetch,
}

/// What a client wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSettings {
    /// How frames come.
    pub mode: StreamMode,
    /// Segment poses, neutral poses and scales.
    pub segments: bool,
    /// Segment poses in the small form (f32, in parents) instead of the large ones. As with Vicon's own client, it
    /// turns the large ones and the markers off.
    pub lightweight: bool,
    /// Labelled markers.
    pub markers: bool,
    /// Markers without a label.
    pub unlabelled: bool,
    /// Pings, so that a bound on the network's part of the latency is known.
    pub ping: bool,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            mode: StreamMode::ServerPush,
            segments: true,
            lightweight: false,
            markers: true,
            unlabelled: true,
            ping: true,
        }
    }
}

impl ClientSettings {
    /// The types to ask for.
    pub fn wanted(&self) -> TypeSet {
        type T = ObjectType;
        let always = [
            T::CONTENTS,
            T::STREAM_INFO,
            T::SUBJECT_INFO,
            T::FRAME_INFO,
            T::TIMECODE,
            T::LATENCY_INFO,
            T::APPLICATION_INFO,
            T::SUBJECT_HEALTH,
            T::OBJECT_QUALITY,
            T::FRAME_RATE_INFO,
        ];
        let groups: [(bool, &[T]); 4] = [
            (
                self.segments && !self.lightweight,
                &[
                    T::LOCAL_SEGMENTS,
                    T::GLOBAL_SEGMENTS,
                    T::SUBJECT_TOPOLOGY,
                    T::SUBJECT_SCALE,
                ],
            ),
            (
                self.lightweight,
                &[
                    T::LIGHTWEIGHT_SEGMENTS,
                    T::SUBJECT_TOPOLOGY,
                    T::SUBJECT_SCALE,
                ],
            ),
            (self.markers && !self.lightweight, &[T::LABELLED_RECONS]),
            (
                self.unlabelled && !self.lightweight,
                &[T::UNLABELLED_RECONS],
            ),
        ];
        let wanted = groups.into_iter().filter(|(on, _)| *on);
        wanted.fold(TypeSet::of(&always), |set, (_, types)| {
            set.union(TypeSet::of(types))
        })
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum ClientEvent {
    /// The server introduced itself with the types it supports.
    Connected(TypeSet),
    /// The subjects are others than before.
    RosterChanged(Arc<Roster>),
    /// The frame given to [`Client::poll`] was filled.
    Frame,
}

/// Counts since the connection began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ClientCounts {
    /// Bytes fed.
    pub bytes: u64,
    /// Packets decoded.
    pub packets: u64,
    /// Frames given out.
    pub frames: u64,
    /// Values that could not be taken.
    pub refused: RefusedValues,
}

/// How well a subject is tracked, as the server says it.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct SubjectFigures {
    /// Mean error of its markers, metres.
    pub marker_error_m: Option<f64>,
    /// Health, 0 to 1.
    pub health: Option<f64>,
    /// Quality of a rigid body, 0 to 1.
    pub quality: Option<f64>,
}

/// The state of one connection.
#[derive(Debug)]
pub struct Client {
    settings: ClientSettings,
    assembler: Assembler,
    statics: StaticSet,
    map: SubjectMap,
    dynamics: DynamicSet,
    figures: Vec<SubjectFigures>,
    stream_rate_hz: Option<f64>,
    heard: HostNs,
    server_types: Option<TypeSet>,
    news: News,
    to_send: ToSend,
    filter: Option<Filter>,
    pings: PingClock,
    counts: ClientCounts,
}

/// Events of the newest packet that were not yet taken.
#[derive(Debug, Default)]
struct News {
    connected: bool,
    roster: bool,
    frame_id: Option<u32>,
}

/// Requests that were not yet sent.
#[derive(Debug, Default)]
struct ToSend {
    types: bool,
    filter: bool,
    mode: bool,
    next_frame: bool,
    ping: bool,
}

impl Client {
    /// A client that waits for the server's first word.
    pub fn new(settings: ClientSettings) -> Self {
        Self {
            settings,
            assembler: Assembler::new(PACKET_PAYLOAD_MAX),
            statics: StaticSet::default(),
            map: SubjectMap::default(),
            dynamics: DynamicSet::default(),
            figures: Vec::new(),
            stream_rate_hz: None,
            heard: HostNs::default(),
            server_types: None,
            news: News::default(),
            to_send: ToSend::default(),
            filter: None,
            pings: PingClock::default(),
            counts: ClientCounts::default(),
        }
    }

    /// Takes bytes from the connection, received at `heard`. Take all events ([`Self::poll`]) before the next feed.
    pub fn feed(&mut self, bytes: &[u8], heard: HostNs) {
        self.counts.bytes += bytes.len() as u64;
        self.heard = heard;
        self.assembler.feed(bytes);
    }

    /// Room for at least `bytes` bytes, which the connection may write into without a copy; [`Self::filled`] says how many
    /// it wrote. The same as [`Self::feed`] otherwise.
    pub fn room(&mut self, bytes: usize) -> &mut [u8] {
        self.assembler.room(bytes)
    }

    /// So many bytes of the room were written, received at `heard`.
    pub fn filled(&mut self, bytes: usize, heard: HostNs) {
        self.counts.bytes += bytes as u64;
        self.heard = heard;
        self.assembler.filled(bytes);
    }

    /// The next event. [`ClientEvent::Frame`] has filled `out`, except for its source and epoch, which are the
    /// caller's. After an error the connection is to be closed: no event follows.
    pub fn poll(&mut self, out: &mut MocapFrame) -> Result<Option<ClientEvent>, DecodeError> {
        loop {
            if std::mem::take(&mut self.news.connected) {
                let types = self.server_types.unwrap_or_default();
                return Ok(Some(ClientEvent::Connected(types)));
            }
            if std::mem::take(&mut self.news.roster) {
                let roster = Arc::clone(&self.map.roster);
                return Ok(Some(ClientEvent::RosterChanged(roster)));
            }
            if let Some(frame_id) = self.news.frame_id.take() {
                self.fill(frame_id, out);
                return Ok(Some(ClientEvent::Frame));
            }
            let took = self.take_packet();
            if took.is_err() {
                self.assembler.clear();
            }
            if !took? {
                return Ok(None);
            }
        }
    }

    /// Takes one packet; false when no whole one is there.
    fn take_packet(&mut self) -> Result<bool, DecodeError> {
        let Some(payload) = self.assembler.next_payload()? else {
            return Ok(false);
        };
        let mut unchanged = TypeSet::EMPTY;
        for block in Blocks::of(payload) {
            let (object, body) = block?;
            match object {
                ObjectType::CONTENTS => unchanged = Contents::decode_unchanged(body)?,
                ObjectType::OBJECT_ENUMS => {
                    self.server_types = Some(ObjectEnums::decode(body)?.0);
                    self.news.connected = true;
                    self.to_send.types = true;
                    self.to_send.mode = true;
                    self.to_send.filter = self.filter.is_some();
                }
                ObjectType::PING => self.pings.answered(Ping::decode(body)?.id, self.heard),
                _ => {}
            }
        }
        let change = self.statics.take_packet(payload, unchanged)?;
        if change.subjects {
            self.map = SubjectMap::build(&self.statics)?;
            self.dynamics.resize(&self.map);
            self.news.roster = true;
        }
        if change.subjects || change.figures {
            read_figures(
                &self.statics,
                &self.map,
                &mut self.figures,
                &mut self.stream_rate_hz,
            )?;
        }
        self.news.frame_id = self.dynamics.take_packet(payload, unchanged, &self.map)?;
        self.counts.packets += 1;
        Ok(true)
    }

    fn fill(&mut self, frame_id: u32, out: &mut MocapFrame) {
        self.dynamics.fill(&self.map, out);
        // The number that people and Vicon's own programs see is one more than the id on the wire.
        out.number = FrameNumber(u64::from(frame_id) + 1);
        out.heard = self.heard;
        out.rate_hz = self.rate_hz().unwrap_or(0.0);
        out.taken = self.latency().map(|l| self.heard - l);
        out.stamps.stamp(Hop::Heard, self.heard);
        self.counts.frames += 1;
        self.to_send.ping |= self.settings.ping && self.pings.is_due(self.heard);
        self.to_send.next_frame |= self.settings.mode == StreamMode::PreFetch;
    }

    /// From exposure to sending, as far as the server tells; `None` for a frame without latency, or with one that
    /// cannot be (negative, not finite, over ten seconds). The network's part is left out: an echo waits for the next
    /// frame, so that half of a round trip is half of a frame's period even on a wire that takes no time.
    fn latency(&self) -> Option<Nanos> {
        let in_server = self.dynamics.latency_s?;
        (0.0..=10.0)
            .contains(&in_server)
            .then(|| Nanos::from_secs_real(in_server))
    }

    /// The stream's rate, hertz.
    pub fn rate_hz(&self) -> Option<f64> {
        self.stream_rate_hz.or(self.dynamics.rate_hz)
    }

    /// Half of the mean round trip, an upper bound; `None` until enough pings came back.
    pub fn network_latency(&self) -> Option<Nanos> {
        self.pings.one_way()
    }

    /// The subjects of the newest packet.
    pub fn roster(&self) -> &Arc<Roster> {
        &self.map.roster
    }

    /// How well each subject is tracked, in the roster's order.
    pub fn figures(&self) -> &[SubjectFigures] {
        &self.figures
    }

    /// The static objects of a type as they are on the wire, with marker attachments, scales and bounds that the
    /// model has no place for. Allocates: not for the frame path.
    pub fn statics(&self, object: ObjectType) -> Result<Vec<Object>, DecodeError> {
        let bodies = self.statics.bodies(object);
        bodies.map(|body| Object::decode(object, body)).collect()
    }

    /// Counts since the connection began.
    pub fn counts(&self) -> ClientCounts {
        ClientCounts {
            refused: self.dynamics.refused,
            ..self.counts
        }
    }

    /// Takes a datagram of the multicast form: one whole packet, without a connection. Frames are polled as ever.
    pub fn feed_datagram(&mut self, datagram: &[u8], heard: HostNs) -> Result<(), DecodeError> {
        let claimed = datagram
            .get(4..PACKET_HEADER_BYTES)
            .and_then(|len| len.try_into().ok())
            .map(|len| u32::from_le_bytes(len) as usize);
        if claimed != datagram.len().checked_sub(PACKET_HEADER_BYTES) {
            return Err(DecodeError::NotOnePacket {
                bytes: datagram.len(),
            });
        }
        self.feed(datagram, heard);
        Ok(())
    }

    /// Bytes of a packet that is not yet whole.
    pub fn pending_bytes(&self) -> usize {
        self.assembler.pending_bytes()
    }

    /// Asks for one frame; without effect while the server pushes.
    pub fn request_frame(&mut self) {
        self.to_send.next_frame |= self.settings.mode != StreamMode::ServerPush;
    }

    /// Changes what is wanted; sent with the next transmission.
    pub fn set_settings(&mut self, settings: ClientSettings) {
        self.to_send.types |= settings.wanted() != self.settings.wanted();
        self.to_send.mode |= settings.mode != self.settings.mode;
        self.settings = settings;
    }

    /// Asks the server to send only some subjects.
    pub fn set_filter(&mut self, filter: Filter) {
        self.filter = Some(filter);
        self.to_send.filter = true;
    }

    /// What is wanted of what a server has. Poses in the volume and poses in parents are the same poses: a server that has
    /// both is asked for the former alone, which spares a fifth of a frame's bytes.
    fn asked_of(&self, server_types: TypeSet) -> TypeSet {
        let mut types = server_types.intersection(self.settings.wanted());
        if types.contains(ObjectType::GLOBAL_SEGMENTS) {
            types.remove(ObjectType::LOCAL_SEGMENTS);
        }
        types
    }

    /// Appends what is to be sent now; false when nothing is. Nothing is sent before the server introduced itself.
    pub fn poll_transmit(&mut self, now: HostNs, out: &mut Vec<u8>) -> bool {
        let Some(server_types) = self.server_types else {
            return false;
        };
        let before = out.len();
        let send = std::mem::take(&mut self.to_send);
        if send.types || send.filter || send.ping {
            let mut p = PacketWriter::new(out);
            if send.types {
                put(&mut p, &ObjectEnums(self.asked_of(server_types)));
            }
            if let Some(filter) = self.filter.as_ref().filter(|_| send.filter) {
                put(&mut p, filter);
            }
            if send.ping {
                let id = self.pings.send(now);
                put(&mut p, &Ping { id });
            }
            // Over the limit is only possible with a filter of a million ids; then nothing is sent.
            let _ = p.finish();
        }
        if send.mode || send.next_frame {
            let mut p = PacketWriter::new(out);
            match self.settings.mode {
                StreamMode::ServerPush => put(&mut p, &RequestFrame { streaming: 1 }),
                StreamMode::ClientPull => put(&mut p, &RequestFrame { streaming: 0 }),
                StreamMode::PreFetch => put(&mut p, &RequestNextFrame { count: 1 }),
            }
            let _ = p.finish();
        }
        out.len() > before
    }
}

/// Reads rate, health and quality from the statics; the list keeps its capacity.
fn read_figures(
    statics: &StaticSet,
    map: &SubjectMap,
    figures: &mut Vec<SubjectFigures>,
    stream_rate_hz: &mut Option<f64>,
) -> Result<(), DecodeError> {
    *stream_rate_hz = None;
    for body in statics.bodies(ObjectType::STREAM_INFO) {
        *stream_rate_hz = StreamInfo::decode(body)?.rate_hz();
    }
    figures.clear();
    figures.resize(map.roster.subjects().len(), SubjectFigures::default());
    for body in statics.bodies(ObjectType::SUBJECT_HEALTH) {
        let health = SubjectHealth::decode(body)?;
        let place = map.position(health.subject_id);
        if let Some(f) = place.and_then(|i| figures.get_mut(i)) {
            let error_m = health.marker_error_mm / 1000.0;
            f.marker_error_m = error_m.is_finite().then_some(error_m);
            f.health = health.health.is_finite().then_some(health.health);
        }
    }
    for body in statics.bodies(ObjectType::OBJECT_QUALITY) {
        let quality = ObjectQuality::decode(body)?;
        let place = map.position(quality.subject_id);
        if let Some(f) = place.and_then(|i| figures.get_mut(i)) {
            f.quality = quality.quality.is_finite().then_some(quality.quality);
        }
    }
    Ok(())
}
