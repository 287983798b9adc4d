//! A capture frame as bytes.

use super::error::DamageKind;
use super::fields::{Field, Fields, Put};
use super::{face_record, lens_record};
use cyc_model::{
    Epoch, FrameNumber, HostNs, MocapFrame, Roster, SourceId, UNLABELLED_MAX, UnlabelledMarker,
};
use std::sync::Arc;

/// The layout, as it stands in the take's schema.
pub(super) fn layout() -> String {
    let (faces, lenses) = (face_record::LAYOUT, lens_record::LAYOUT);
    format!("{LAYOUT}{faces}; {lenses}. Right-handed, Y up. Version 1 ends after the unlabelled.")
}

const LAYOUT: &str = "\
u8 version=2; u32 roster; u16 source; u32 epoch; u64 number; i64 heard_ns; u8 has_taken; [i64 \
taken_ns]; f64 rate_hz; u8 has_timecode; [u8 rate (index in ST 12 rates 23.976 24 25 29.97 \
29.97df 30 47.952 48 50 59.94 59.94df 60); i64 frame_of_day; u16 subframe; u16 \
subframes_per_frame]; i64 stamps[8] (i64 min none: heard decoded solve_began solved published \
latched submitted presented); u32 segments; presence bits, low first; each present: f64 qx qy qz \
qw tx ty tz; u32 markers; presence bits; each present: f64 x y z; u32 unlabelled; each: f64 x y \
z; u32 trajectory; ";

/// Appends a frame whose roster was written under the number.
pub(super) fn encode(roster: u32, frame: &MocapFrame, out: &mut Vec<u8>) {
    let mut put = Put(out);
    put.u8(super::MOCAP_VERSION);
    put.u32(roster);
    put.u16(frame.source.0);
    put.u32(frame.epoch.0);
    put.u64(frame.number.0);
    put.i64(frame.heard.0);
    put.u8(u8::from(frame.taken.is_some()));
    if let Some(taken) = frame.taken {
        put.i64(taken.0);
    }
    put.f64(frame.rate_hz);
    put.timecode(frame.timecode);
    put.stamps(&frame.stamps);
    put.u32(frame.segments.len() as u32);
    put.presence(&frame.segments);
    frame.segments.iter().flatten().for_each(|s| put.xf(*s));
    put.u32(frame.markers.len() as u32);
    put.presence(&frame.markers);
    frame.markers.iter().flatten().for_each(|m| put.point(*m));
    put.u32(frame.unlabelled.len() as u32);
    for marker in &frame.unlabelled {
        put.point(marker.at);
        put.u32(marker.trajectory);
    }
    face_record::encode(frame, &mut put);
    lens_record::encode(frame, &mut put);
}

/// Reads a frame into `frame`, which keeps its capacity. `roster` finds a roster by its number.
pub(super) fn decode<'r>(
    bytes: &[u8],
    roster: impl Fn(u32) -> Option<&'r Arc<Roster>>,
    frame: &mut MocapFrame,
) -> Field<()> {
    let mut fields = Fields(bytes);
    let version = fields.version(super::MOCAP_VERSION)?;
    let roster = roster(fields.u32()?).ok_or(DamageKind::NoRoster)?;
    frame.reset(roster);
    frame.source = SourceId(fields.u16()?);
    frame.epoch = Epoch(fields.u32()?);
    frame.number = FrameNumber(fields.u64()?);
    frame.heard = HostNs(fields.i64()?);
    frame.taken = match fields.u8()? {
        0 => None,
        1 => Some(HostNs(fields.i64()?)),
        _ => return Err(DamageKind::Code),
    };
    frame.rate_hz = fields.f64()?;
    frame.timecode = fields.timecode()?;
    frame.stamps = fields.stamps()?;
    let segments = fields.count(roster.segment_count())?;
    let markers_expected = frame.markers.len();
    if segments != frame.segments.len() {
        return Err(DamageKind::Count);
    }
    for (slot, present) in frame.segments.iter_mut().zip(fields.presence(segments)?) {
        *slot = if present { Some(fields.xf()?) } else { None };
    }
    if fields.count(roster.marker_count())? != markers_expected {
        return Err(DamageKind::Count);
    }
    let presence = fields.presence(markers_expected)?;
    for (slot, present) in frame.markers.iter_mut().zip(presence) {
        *slot = if present { Some(fields.point()?) } else { None };
    }
    for _ in 0..fields.count(UNLABELLED_MAX)? {
        frame.unlabelled.push(UnlabelledMarker {
            at: fields.point()?,
            trajectory: fields.u32()?,
        });
    }
    if version >= 2 {
        face_record::decode(&mut fields, frame)?;
        lens_record::decode(&mut fields, frame)?;
    }
    fields.end()
}
