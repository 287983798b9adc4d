//! Any object, owned: for tools that look at packets, for the simulator's statics, and for tests.
//!
//! The hot path does not come through here: it reads rows in place (`rows`).

use super::error::DecodeError;
use super::object_type::ObjectType;
use super::objects::{
    ApplicationInfo, Contents, Filter, FrameInfo, FrameRateInfo, HardwareFrameInfo, LatencyInfo,
    ObjectEnums, Ping, RequestFrame, RequestNextFrame, StreamInfo, TimecodeObject, WireObject,
};
use super::packet::{Blocks, PacketWriter};
use super::rows::{LabelledRecon, LightweightRow, Recon, Row, SegmentRow, Table, write_table};
use super::subject_objects::{
    ObjectQuality, SubjectHealth, SubjectInfo, SubjectScale, SubjectTopology,
};
use crate::little_endian::PutLe;

/// One object of a packet.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "each variant is documented at the type it holds"
)]
pub enum Object {
    StreamInfo(StreamInfo),
    SubjectInfo(SubjectInfo),
    FrameInfo(FrameInfo),
    LabelledRecons(Vec<LabelledRecon>),
    UnlabelledRecons(Vec<Recon>),
    LocalSegments(u32, Vec<SegmentRow>),
    GlobalSegments(u32, Vec<SegmentRow>),
    LightweightSegments(u32, Vec<LightweightRow>),
    Timecode(TimecodeObject),
    LatencyInfo(LatencyInfo),
    SubjectTopology(SubjectTopology),
    SubjectHealth(SubjectHealth),
    HardwareFrameInfo(HardwareFrameInfo),
    ApplicationInfo(ApplicationInfo),
    FrameRateInfo(FrameRateInfo),
    ObjectQuality(ObjectQuality),
    Ping(Ping),
    SubjectScale(SubjectScale),
    ObjectEnums(ObjectEnums),
    RequestFrame(RequestFrame),
    RequestNextFrame(RequestNextFrame),
    Contents(Contents),
    Filter(Filter),
    /// A type without a reader here, as it came.
    Other(ObjectType, Vec<u8>),
}

impl Object {
    /// Reads one block.
    pub fn decode(object: ObjectType, body: &[u8]) -> Result<Self, DecodeError> {
        type T = ObjectType;
        Ok(match object {
            T::STREAM_INFO => Self::StreamInfo(WireObject::decode(body)?),
            T::SUBJECT_INFO => Self::SubjectInfo(WireObject::decode(body)?),
            T::FRAME_INFO => Self::FrameInfo(WireObject::decode(body)?),
            T::LABELLED_RECONS => {
                Self::LabelledRecons(Table::decode(object, body)?.iter().collect())
            }
            T::UNLABELLED_RECONS => {
                Self::UnlabelledRecons(Table::decode(object, body)?.iter().collect())
            }
            T::LOCAL_SEGMENTS => {
                let (id, rows) = of_subject(object, body)?;
                Self::LocalSegments(id, rows)
            }
            T::GLOBAL_SEGMENTS => {
                let (id, rows) = of_subject(object, body)?;
                Self::GlobalSegments(id, rows)
            }
            T::LIGHTWEIGHT_SEGMENTS => {
                let (id, rows) = of_subject(object, body)?;
                Self::LightweightSegments(id, rows)
            }
            T::TIMECODE => Self::Timecode(WireObject::decode(body)?),
            T::LATENCY_INFO => Self::LatencyInfo(WireObject::decode(body)?),
            T::SUBJECT_TOPOLOGY => Self::SubjectTopology(WireObject::decode(body)?),
            T::SUBJECT_HEALTH => Self::SubjectHealth(WireObject::decode(body)?),
            T::HARDWARE_FRAME_INFO => Self::HardwareFrameInfo(WireObject::decode(body)?),
            T::APPLICATION_INFO => Self::ApplicationInfo(WireObject::decode(body)?),
            T::FRAME_RATE_INFO => Self::FrameRateInfo(WireObject::decode(body)?),
            T::OBJECT_QUALITY => Self::ObjectQuality(WireObject::decode(body)?),
            T::PING => Self::Ping(WireObject::decode(body)?),
            T::SUBJECT_SCALE => Self::SubjectScale(WireObject::decode(body)?),
            T::OBJECT_ENUMS => Self::ObjectEnums(WireObject::decode(body)?),
            T::REQUEST_FRAME => Self::RequestFrame(WireObject::decode(body)?),
            T::REQUEST_NEXT_FRAME => Self::RequestNextFrame(WireObject::decode(body)?),
            T::CONTENTS => Self::Contents(WireObject::decode(body)?),
            T::FILTER => Self::Filter(WireObject::decode(body)?),
            other => Self::Other(other, body.to_vec()),
        })
    }

    fn write(&self, p: &mut PacketWriter<'_>) {
        type T = ObjectType;
        match self {
            Self::StreamInfo(o) => put(p, o),
            Self::SubjectInfo(o) => put(p, o),
            Self::FrameInfo(o) => put(p, o),
            Self::LabelledRecons(rows) => p.object(T::LABELLED_RECONS, |out| {
                write_table(out, rows.iter().copied());
            }),
            Self::UnlabelledRecons(rows) => p.object(T::UNLABELLED_RECONS, |out| {
                write_table(out, rows.iter().copied());
            }),
            Self::LocalSegments(id, rows) => put_of_subject(p, T::LOCAL_SEGMENTS, *id, rows),
            Self::GlobalSegments(id, rows) => put_of_subject(p, T::GLOBAL_SEGMENTS, *id, rows),
            Self::LightweightSegments(id, rows) => {
                put_of_subject(p, T::LIGHTWEIGHT_SEGMENTS, *id, rows);
            }
            Self::Timecode(o) => put(p, o),
            Self::LatencyInfo(o) => put(p, o),
            Self::SubjectTopology(o) => put(p, o),
            Self::SubjectHealth(o) => put(p, o),
            Self::HardwareFrameInfo(o) => put(p, o),
            Self::ApplicationInfo(o) => put(p, o),
            Self::FrameRateInfo(o) => put(p, o),
            Self::ObjectQuality(o) => put(p, o),
            Self::Ping(o) => put(p, o),
            Self::SubjectScale(o) => put(p, o),
            Self::ObjectEnums(o) => put(p, o),
            Self::RequestFrame(o) => put(p, o),
            Self::RequestNextFrame(o) => put(p, o),
            Self::Contents(o) => put(p, o),
            Self::Filter(o) => put(p, o),
            Self::Other(object, body) => p.object(*object, |out| out.extend_from_slice(body)),
        }
    }
}

fn of_subject<R: Row>(object: ObjectType, body: &[u8]) -> Result<(u32, Vec<R>), DecodeError> {
    let (id, table) = Table::decode_of_subject(object, body)?;
    Ok((id, table.iter().collect()))
}

pub(crate) fn put<O: WireObject>(p: &mut PacketWriter<'_>, o: &O) {
    p.object(O::TYPE, |out| o.write(out));
}

fn put_of_subject<R: Row + Copy>(
    p: &mut PacketWriter<'_>,
    object: ObjectType,
    subject_id: u32,
    rows: &[R],
) {
    p.object(object, |out| {
        out.put_u32(subject_id);
        write_table(out, rows.iter().copied());
    });
}

/// Reads every object of a payload (what follows the packet's eight bytes of header).
pub fn decode_payload(payload: &[u8]) -> Result<Vec<Object>, DecodeError> {
    Blocks::of(payload)
        .map(|block| block.and_then(|(object, body)| Object::decode(object, body)))
        .collect()
}

/// Appends one packet with the objects; fails when it is over the limit.
pub fn encode_packet(objects: &[Object], out: &mut Vec<u8>) -> Result<(), DecodeError> {
    let mut p = PacketWriter::new(out);
    for o in objects {
        o.write(&mut p);
    }
    p.finish()
}
