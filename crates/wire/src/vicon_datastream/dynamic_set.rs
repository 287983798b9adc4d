//! What changes with every frame, in our units, and the rule by which it is replaced.
//!
//! As with statics, a packet with any dynamic object replaces the whole set: what is absent is occluded or not sent,
//! unless the packet lists its type as unchanged. The lists live as long as the connection, so a warm frame
//! allocates nothing.

use super::error::DecodeError;
use super::object_type::{Lifetime, ObjectType, TypeSet};
use super::objects::{FrameInfo, FrameRateInfo, LatencyInfo, NO_FRAME, TimecodeObject, WireObject};
use super::packet::Blocks;
use super::rows::{LabelledRecon, LightweightRow, Recon, SegmentRow, Table};
use super::subject_map::{SubjectIds, SubjectMap};
use super::timecode;
use crate::vicon_axes::SourcePose;
use cyc_model::{MocapFrame, Point, Source, Timecode, UNLABELLED_MAX, UnlabelledMarker, Xf};

/// What arrived but could not be taken, counted since the connection began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct RefusedValues {
    /// Poses and positions that are not finite, out of bounds, or no rotation: shown as occluded.
    pub values: u64,
    /// Rows of subjects, segments or markers that the statics do not name.
    pub unknown_ids: u64,
    /// Timecodes that their standard does not have.
    pub timecodes: u64,
    /// Unlabelled markers over the limit.
    pub unlabelled: u64,
}

/// The newest frame's values.
#[derive(Debug, Default)]
pub(crate) struct DynamicSet {
    frame_id: u32,
    timecode: Option<Timecode>,
    /// Seconds from exposure to sending.
    pub(crate) latency_s: Option<f64>,
    /// Highest of the named rates.
    pub(crate) rate_hz: Option<f64>,
    segments: Vec<Option<SourcePose>>,
    markers: Vec<Option<Point<Source>>>,
    unlabelled: Vec<UnlabelledMarker>,
    pub(crate) refused: RefusedValues,
}

/// The ways in which segment poses come, best first.
const SEGMENT_TYPES: [ObjectType; 3] = [
    ObjectType::GLOBAL_SEGMENTS,
    ObjectType::LOCAL_SEGMENTS,
    ObjectType::LIGHTWEIGHT_SEGMENTS,
];

impl DynamicSet {
    /// Forgets all values and takes the roster's sizes.
    pub(crate) fn resize(&mut self, map: &SubjectMap) {
        self.segments.clear();
        self.segments.resize(map.roster.segment_count(), None);
        self.markers.clear();
        self.markers.resize(map.roster.marker_count(), None);
        self.unlabelled.clear();
    }

    /// Applies a packet. The frame's id when it holds a frame.
    pub(crate) fn take_packet(
        &mut self,
        payload: &[u8],
        unchanged: TypeSet,
        map: &SubjectMap,
    ) -> Result<Option<u32>, DecodeError> {
        let mut present = TypeSet::EMPTY;
        for block in Blocks::of(payload) {
            let object = block?.0;
            if object.lifetime() == Lifetime::Dynamic {
                present.insert(object);
            }
        }
        if present.is_empty() {
            return Ok(None);
        }
        let segments_from = self.forget_what_is_not_kept(present, unchanged);
        for block in Blocks::of(payload) {
            let (object, body) = block?;
            self.take_block(object, body, segments_from, map)?;
        }
        if segments_from.is_some_and(|t| t != ObjectType::GLOBAL_SEGMENTS) {
            compose_from_roots(&mut self.segments, map);
        }
        let is_frame = present.contains(ObjectType::FRAME_INFO) && self.frame_id != NO_FRAME;
        Ok(is_frame.then_some(self.frame_id))
    }

    /// Clears what the packet replaces. The type that segment poses are to be read from, when any.
    fn forget_what_is_not_kept(
        &mut self,
        present: TypeSet,
        unchanged: TypeSet,
    ) -> Option<ObjectType> {
        if !unchanged.contains(ObjectType::FRAME_INFO) {
            self.frame_id = NO_FRAME;
        }
        if !unchanged.contains(ObjectType::TIMECODE) {
            self.timecode = None;
        }
        if !unchanged.contains(ObjectType::LATENCY_INFO) {
            self.latency_s = None;
        }
        if !unchanged.contains(ObjectType::FRAME_RATE_INFO) {
            self.rate_hz = None;
        }
        if !unchanged.contains(ObjectType::LABELLED_RECONS) {
            self.markers.fill(None);
        }
        if !unchanged.contains(ObjectType::UNLABELLED_RECONS) {
            self.unlabelled.clear();
        }
        let best = SEGMENT_TYPES
            .into_iter()
            .find(|t| present.contains(*t) || unchanged.contains(*t));
        let kept = best.is_some_and(|t| unchanged.contains(t) && !present.contains(t));
        if kept {
            return None;
        }
        self.segments.fill(None);
        best
    }

    fn take_block(
        &mut self,
        object: ObjectType,
        body: &[u8],
        segments_from: Option<ObjectType>,
        map: &SubjectMap,
    ) -> Result<(), DecodeError> {
        match object {
            ObjectType::FRAME_INFO => self.frame_id = FrameInfo::decode(body)?.frame_id,
            ObjectType::TIMECODE => match timecode::from_wire(&TimecodeObject::decode(body)?) {
                Ok(tc) => self.timecode = tc,
                Err(timecode::InvalidLabel) => self.refused.timecodes += 1,
            },
            ObjectType::LATENCY_INFO => {
                self.latency_s = Some(LatencyInfo::fold(body, 0.0, |sum, s| sum + s)?);
            }
            ObjectType::FRAME_RATE_INFO => {
                let highest = FrameRateInfo::fold(body, 0.0, f64::max)?;
                self.rate_hz = (highest > 0.0 && highest.is_finite()).then_some(highest);
            }
            ObjectType::GLOBAL_SEGMENTS | ObjectType::LOCAL_SEGMENTS => {
                // Decoded even when another type is used: a block too short is an error either way.
                let (subject, table) = Table::<SegmentRow>::decode_of_subject(object, body)?;
                if segments_from == Some(object) {
                    self.take_segments(subject, table, map);
                }
            }
            ObjectType::LIGHTWEIGHT_SEGMENTS => {
                let (subject, table) = Table::<LightweightRow>::decode_of_subject(object, body)?;
                if segments_from == Some(object) {
                    self.take_lightweight(subject, table, map);
                }
            }
            ObjectType::LABELLED_RECONS => self.take_markers(Table::decode(object, body)?, map),
            ObjectType::UNLABELLED_RECONS => {
                self.take_unlabelled(Table::decode(object, body)?, map);
            }
            _ => {}
        }
        Ok(())
    }

    fn take_segments(&mut self, subject_id: u32, table: Table<'_, SegmentRow>, map: &SubjectMap) {
        let Some(subject) = map.subject(subject_id) else {
            self.refused.unknown_ids += 1;
            return;
        };
        for row in table.iter() {
            let pose = map.axes.pose_from_rows(row.t_mm, &row.rows);
            let slot = subject.segments.get(row.segment_id);
            put(&mut self.segments, slot, pose, &mut self.refused);
        }
    }

    fn take_lightweight(
        &mut self,
        subject_id: u32,
        table: Table<'_, LightweightRow>,
        map: &SubjectMap,
    ) {
        let Some(subject) = map.subject(subject_id) else {
            self.refused.unknown_ids += 1;
            return;
        };
        for row in table.iter() {
            let (t, r) = (row.t_mm.map(f64::from), row.rotvec.map(f64::from));
            let pose = map.axes.pose_from_rotvec(t, r);
            let slot = subject.segments.get(row.segment_id);
            put(&mut self.segments, slot, pose, &mut self.refused);
        }
    }

    fn take_markers(&mut self, table: Table<'_, LabelledRecon>, map: &SubjectMap) {
        // Rows come subject by subject, so that the subject of the row before is nearly always this one's.
        let mut known: Option<(u32, Option<&SubjectIds>)> = None;
        for row in table.iter() {
            let subject = match known {
                Some((id, subject)) if id == row.subject_id => subject,
                _ => map.subject(row.subject_id),
            };
            known = Some((row.subject_id, subject));
            let slot = subject.and_then(|s| s.markers.get(row.marker_id));
            let at = map.axes.point_from_mm(row.recon.at_mm);
            put(&mut self.markers, slot, at, &mut self.refused);
        }
    }

    fn take_unlabelled(&mut self, table: Table<'_, Recon>, map: &SubjectMap) {
        for row in table.iter() {
            let Some(at) = map.axes.point_from_mm(row.at_mm) else {
                self.refused.values += 1;
                continue;
            };
            if self.unlabelled.len() == UNLABELLED_MAX {
                self.refused.unlabelled += 1;
                continue;
            }
            self.unlabelled.push(UnlabelledMarker {
                at,
                trajectory: row.trajectory,
            });
        }
    }

    /// Copies the values into a frame.
    pub(crate) fn fill(&self, map: &SubjectMap, out: &mut MocapFrame) {
        out.reset_with(&map.roster, &self.segments, &self.markers);
        out.unlabelled.extend_from_slice(&self.unlabelled);
        out.timecode = self.timecode;
    }
}

/// Puts a value in its place, or counts why not.
#[inline]
fn put<T>(
    list: &mut [Option<T>],
    place: Option<usize>,
    value: Option<T>,
    refused: &mut RefusedValues,
) {
    let Some(slot) = place.and_then(|p| list.get_mut(p)) else {
        refused.unknown_ids += 1;
        return;
    };
    if value.is_none() {
        refused.values += 1;
    }
    *slot = value;
}

/// Turns poses in parents into poses in the volume, in place: parents come first in the roster. A child of an
/// occluded parent is occluded.
fn compose_from_roots(segments: &mut [Option<SourcePose>], map: &SubjectMap) {
    for (subject, span) in map.roster.subjects().iter().zip(map.roster.spans()) {
        let first = span.segments().start;
        for (i, info) in subject.segments.iter().enumerate() {
            let Some(parent) = info.parent else {
                continue;
            };
            let parent_pose = segments.get(first + usize::from(parent)).copied().flatten();
            if let Some(slot) = segments.get_mut(first + i) {
                *slot = parent_pose.zip(*slot).map(|(source_from_parent, local)| {
                    let parent_from_segment: Xf<cyc_model::Body, cyc_model::Body> = local.relabel();
                    source_from_parent * parent_from_segment
                });
            }
        }
    }
}
