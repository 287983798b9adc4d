//! Capture frames of one source and roster as a track, and back.
//!
//! Numbers of a frame: its place in the take, number, epoch, time heard, whether it says when it was taken and how long
//! before, rate in millihertz, whether it has a timecode, and that; then whether each segment is seen, then the trajectory
//! of each unlabelled marker. Points are the markers, then the unlabelled ones; joints are the segments, each on its own.

use super::stamped::{TimecodeKind, host, micros, timecode, timecode_kind, timecode_numbers};
use super::{MOCAP, description};
use crate::take_file::error::DamageKind;
use crate::take_file::fields::{Field, Fields, Put};
use crate::take_file::roster_record;
use cyc_compact::{Frame, Track, TrackShape};
use cyc_model::{
    Epoch, FrameNumber, MocapFrame, Point, Roster, Source, SourceId, UnlabelledMarker, Xf,
};
use std::sync::Arc;

/// Numbers before those of segments and unlabelled markers.
const FIXED: usize = 10;

/// What all frames of a track have in common.
#[derive(Clone, Debug)]
pub(super) struct MocapKind {
    pub source: SourceId,
    pub roster: Arc<Roster>,
    timecode: TimecodeKind,
}

impl MocapKind {
    fn of(frame: &MocapFrame) -> Self {
        Self {
            source: frame.source,
            roster: Arc::clone(&frame.roster),
            timecode: timecode_kind(frame.timecode),
        }
    }

    fn is_of(&self, frame: &MocapFrame) -> bool {
        let same = Arc::ptr_eq(&self.roster, &frame.roster) || *self.roster == *frame.roster;
        let timecode = timecode_kind(frame.timecode);
        self.source == frame.source && same && (timecode.is_none() || timecode == self.timecode)
    }

    /// From a description without its first byte.
    pub(super) fn read(bytes: &[u8]) -> Field<Self> {
        let bytes = description::decompressed(bytes)?;
        let mut fields = Fields(&bytes);
        let source = SourceId(fields.u16()?);
        let (has, rate, per_frame) = (fields.u8()?, fields.u8()?, fields.u16()?);
        let (_, roster) = roster_record::decode(fields.0)?;
        Ok(Self {
            source,
            roster: Arc::new(roster),
            timecode: (has == 1).then_some((rate, per_frame)),
        })
    }

    fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut put = Put(&mut bytes);
        put.u16(self.source.0);
        let (rate, per_frame) = self.timecode.unwrap_or_default();
        put.u8(u8::from(self.timecode.is_some()));
        put.u8(rate);
        put.u16(per_frame);
        roster_record::encode(0, &self.roster, &mut bytes);
        let mut out = vec![MOCAP];
        out.extend(description::compressed(&bytes));
        out
    }

    /// That a track's frames have what the roster says.
    pub(super) fn check(&self, shape: TrackShape) -> Field<()> {
        let (segments, markers) = (self.roster.segment_count(), self.roster.marker_count());
        let unlabelled = shape.points.checked_sub(markers).ok_or(DamageKind::Count)?;
        if shape.joints != segments || shape.numbers != FIXED + segments + unlabelled {
            return Err(DamageKind::Count);
        }
        Ok(())
    }

    /// Fills a frame.
    pub(super) fn fill(
        &self,
        frame: Frame<'_>,
        locals: &[Xf<cyc_model::JointFrame, cyc_model::JointFrame>],
        out: &mut MocapFrame,
    ) {
        out.reset(&self.roster);
        let numbers = frame.numbers();
        let at = |i: usize| numbers.get(i).copied().unwrap_or(0);
        out.source = self.source;
        out.number = FrameNumber(at(1) as u64);
        out.epoch = Epoch(at(2) as u32);
        out.heard = host(at(3));
        out.taken = (at(4) != 0).then(|| host(at(3).saturating_sub(at(5))));
        out.rate_hz = (at(6).max(0) as f64) * 1e-3;
        out.timecode = if at(7) != 0 {
            timecode(self.timecode, [at(8), at(9)])
        } else {
            None
        };
        let segments = out.segments.iter_mut().zip(locals).enumerate();
        for (s, (slot, pose)) in segments {
            *slot = (at(FIXED + s) != 0).then(|| pose.relabel());
        }
        let mut points = frame.points();
        for (slot, point) in out.markers.iter_mut().zip(&mut points) {
            *slot = point;
        }
        let trajectories = FIXED + self.roster.segment_count();
        for (u, point) in points.enumerate() {
            if let Some(at_point) = point {
                out.unlabelled.push(UnlabelledMarker {
                    at: at_point,
                    trajectory: at(trajectories + u) as u32,
                });
            }
        }
    }
}

/// A track while frames are added.
#[derive(Debug)]
pub(super) struct MocapGrowing {
    kind: MocapKind,
    fixed: Vec<[i64; FIXED]>,
    seen: Vec<bool>,
    poses: Vec<Xf<cyc_model::JointFrame, cyc_model::JointFrame>>,
    markers: Vec<Option<Point<Source>>>,
    unlabelled: Vec<Vec<UnlabelledMarker>>,
}

impl MocapGrowing {
    /// For frames like this one.
    pub(super) fn new(frame: &MocapFrame) -> Self {
        Self {
            kind: MocapKind::of(frame),
            fixed: Vec::new(),
            seen: Vec::new(),
            poses: Vec::new(),
            markers: Vec::new(),
            unlabelled: Vec::new(),
        }
    }

    /// Whether a frame belongs here.
    pub(super) fn takes(&mut self, frame: &MocapFrame) -> bool {
        // The first timecode that comes is the track's.
        if self.kind.timecode.is_none() {
            self.kind.timecode = timecode_kind(frame.timecode);
        }
        self.kind.is_of(frame)
    }

    /// Adds a frame.
    pub(super) fn push(&mut self, order: i64, frame: &MocapFrame) {
        let heard = micros(frame.heard.0);
        let taken = frame.taken.map(|t| heard.wrapping_sub(micros(t.0)));
        let [tc, subframe] = timecode_numbers(frame.timecode);
        self.fixed.push([
            order,
            frame.number.0 as i64,
            i64::from(frame.epoch.0),
            heard,
            i64::from(taken.is_some()),
            taken.unwrap_or(0),
            (frame.rate_hz * 1e3).round() as i64,
            i64::from(frame.timecode.is_some()),
            tc,
            subframe,
        ]);
        let n = frame.segments.len();
        for segment in &frame.segments {
            self.seen.push(segment.is_some());
            // One that is not seen stays where it was.
            let before = self
                .poses
                .len()
                .checked_sub(n)
                .and_then(|i| self.poses.get(i).copied());
            let pose = segment.map(|s| s.relabel()).or(before);
            self.poses.push(pose.unwrap_or(Xf::IDENTITY));
        }
        self.markers.extend_from_slice(&frame.markers);
        self.unlabelled.push(frame.unlabelled.clone());
    }

    /// The track.
    pub(super) fn finish(self) -> Track {
        let (segments, markers) = (
            self.kind.roster.segment_count(),
            self.kind.roster.marker_count(),
        );
        let most = self.unlabelled.iter().map(Vec::len).max().unwrap_or(0);
        let (mut numbers, mut points) = (Vec::new(), Vec::new());
        for (f, (fixed, cloud)) in self.fixed.iter().zip(&self.unlabelled).enumerate() {
            numbers.extend_from_slice(fixed);
            let seen = self
                .seen
                .get(f * segments..(f + 1) * segments)
                .unwrap_or(&[]);
            numbers.extend(seen.iter().map(|s| i64::from(*s)));
            points.extend_from_slice(
                self.markers
                    .get(f * markers..(f + 1) * markers)
                    .unwrap_or(&[]),
            );
            for u in 0..most {
                let marker = cloud.get(u);
                numbers.push(marker.map_or(0, |m| i64::from(m.trajectory)));
                points.push(marker.map(|m| m.at));
            }
        }
        Track {
            name: format!("mocap/{}", self.kind.source.0),
            description: self.kind.write(),
            frames: self.fixed.len(),
            numbers,
            points,
            parents: vec![None; segments],
            locals: self.poses,
        }
    }
}
