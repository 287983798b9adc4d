//! One frame of data: its sections read into the places of a roster.

use super::error::{DecodeError, cut};
use super::limits::{LABELLED_MARKER_BYTES, POSITION_BYTES, RIGID_BODY_BYTES};
use super::message::Version;
use super::subject_map::{Entry, Kind, SubjectMap};
use crate::UnexpectedEnd;
use crate::little_endian::Reader;
use crate::up_axis::UpAxis;
use cyc_model::{FrameNumber, MocapFrame, Point, Source, UNLABELLED_MAX, UnlabelledMarker};
use glam::DQuat;

/// What the poses of bones are relative to, which is a setting of Motive and not on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum BoneSpace {
    /// The volume.
    #[default]
    Global,
    /// Their parents.
    Local,
}

/// Values that arrived but could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct RefusedValues {
    /// Poses and positions that are not finite, out of bounds or no rotation: shown as occluded.
    pub values: u64,
    /// Values of bodies, bones and markers that the models do not name.
    pub unknown_ids: u64,
    /// Unlabelled markers beyond the model's limit.
    pub unlabelled: u64,
    /// Timecodes that are no label of their rate.
    pub timecodes: u64,
}

/// What stands at the end of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub(crate) struct Suffix {
    pub(crate) timecode: u32,
    pub(crate) subframe: u32,
    /// Ticks of the server's clock; zero when not told.
    pub(crate) mid_exposure: u64,
    pub(crate) transmitted: u64,
    pub(crate) models_changed: bool,
}

/// The labelled marker was not seen by the cameras.
pub(crate) const MARKER_OCCLUDED: u16 = 0x01;
/// It belongs to a model.
pub(crate) const MARKER_HAS_MODEL: u16 = 0x08;
/// It has no label.
pub(crate) const MARKER_UNLABELLED: u16 = 0x10;
/// The rigid body is tracked.
pub(crate) const BODY_TRACKED: u16 = 0x01;
/// The models are others than before.
pub(crate) const MODELS_CHANGED: u16 = 0x02;

/// Reads frames; remembers which of two ways of saying the same its server uses.
#[derive(Debug)]
pub(crate) struct FrameDecoder {
    up: UpAxis,
    bones: BoneSpace,
    pub(crate) refused: RefusedValues,
    /// Labelled markers came, so the sets of the same assets, which do not know occlusion, are not needed.
    labels_come: bool,
    /// Unlabelled markers came with their numbers, so the list without is not needed.
    numbered_come: bool,
}

impl FrameDecoder {
    /// For a server that was set up so, with the counts of the one before.
    pub(crate) fn new(up: UpAxis, bones: BoneSpace, refused: RefusedValues) -> Self {
        Self {
            up,
            bones,
            refused,
            labels_come: false,
            numbered_come: false,
        }
    }

    /// Reads a payload into `out`, which has been reset for the map's roster.
    pub(crate) fn decode(
        &mut self,
        payload: &[u8],
        version: Version,
        map: &SubjectMap,
        out: &mut MocapFrame,
    ) -> Result<Suffix, DecodeError> {
        let mut r = Reader::new(payload);
        let number = r.u32().map_err(cut("frame number"))?;
        out.number = FrameNumber(u64::from(number));
        let sized = version.has_section_sizes();
        let has_labels = self.labels_come;
        section(&mut r, sized, "marker sets", |r, n, _| {
            (0..n).try_for_each(|_| self.marker_set(r, map, has_labels, out))
        })?;
        section(&mut r, sized, "other markers", |r, n, stride| {
            self.others(r, n, stride, out)
        })?;
        section(&mut r, sized, "rigid bodies", |r, n, stride| {
            self.rigid_bodies(r, n, stride, map, out)
        })?;
        section(&mut r, sized, "skeletons", |r, n, _| {
            (0..n).try_for_each(|_| self.skeleton(r, map, Kind::Skeleton, out).map(drop))
        })?;
        if sized {
            section(&mut r, sized, "assets", |r, n, _| {
                (0..n).try_for_each(|_| self.asset(r, map, out))
            })?;
        }
        section(&mut r, sized, "labelled markers", |r, n, stride| {
            self.labelled(r, n, stride, map, out)
        })?;
        for part in ["force plates", "devices"] {
            section(&mut r, sized, part, |r, n, _| {
                (0..n).try_for_each(|_| analog(r))
            })?;
        }
        suffix(&mut r, version).map_err(cut("timing"))
    }

    fn marker_set(
        &mut self,
        r: &mut Reader<'_>,
        map: &SubjectMap,
        has_labels: bool,
        out: &mut MocapFrame,
    ) -> Result<(), UnexpectedEnd> {
        let name = r.until_nul()?;
        let count = r.count(POSITION_BYTES)?;
        let mut positions = Reader::new(r.bytes(count * POSITION_BYTES)?);
        let Some(entry) = map.named(name) else {
            self.refused.unknown_ids += u64::from(!SubjectMap::is_repetition(name));
            return Ok(());
        };
        if has_labels && entry.has_id() {
            return Ok(());
        }
        for place in entry.markers.clone().take(count) {
            let at = positions.f32s()?;
            // A marker of a set that is not seen has no other way to say so than three zeros.
            let seen = at != [0.0; 3];
            let slot = out.markers.get_mut(place);
            if let Some(slot) = slot.filter(|_| seen) {
                *slot = self.point(at);
            }
        }
        Ok(())
    }

    fn others(
        &mut self,
        r: &mut Reader<'_>,
        count: usize,
        stride: Option<usize>,
        out: &mut MocapFrame,
    ) -> Result<(), UnexpectedEnd> {
        for _ in 0..count {
            let mut entry = Reader::new(r.bytes(stride.unwrap_or(POSITION_BYTES))?);
            let at = entry.f32s()?;
            if !self.numbered_come {
                self.unlabelled(at, 0, out);
            }
        }
        Ok(())
    }

    fn rigid_bodies(
        &mut self,
        r: &mut Reader<'_>,
        count: usize,
        stride: Option<usize>,
        map: &SubjectMap,
        out: &mut MocapFrame,
    ) -> Result<(), UnexpectedEnd> {
        for _ in 0..count {
            let mut entry = Reader::new(r.bytes(stride.unwrap_or(RIGID_BODY_BYTES))?);
            let id = entry.i32()?;
            let place = map.of_kind(Kind::RigidBody, id).map(|e| e.segments.start);
            self.body(&mut entry, place, out)?;
        }
        Ok(())
    }

    /// Reads a body after its id into its place.
    fn body(
        &mut self,
        r: &mut Reader<'_>,
        place: Option<usize>,
        out: &mut MocapFrame,
    ) -> Result<(), UnexpectedEnd> {
        let (at, [x, y, z, w]) = (r.f32s::<3>()?, r.f32s::<4>()?);
        let (_, parameters) = (r.f32()?, r.u16()?);
        let Some(slot) = place.and_then(|p| out.segments.get_mut(p)) else {
            self.refused.unknown_ids += 1;
            return Ok(());
        };
        if parameters & BODY_TRACKED == 0 {
            return Ok(());
        }
        let turn = DQuat::from_xyzw(x.into(), y.into(), z.into(), w.into());
        *slot = self.up.pose(at.map(f64::from), turn);
        self.refused.values += u64::from(slot.is_none());
        Ok(())
    }

    /// Reads a skeleton, or the bodies of an asset.
    fn skeleton<'m>(
        &mut self,
        r: &mut Reader<'_>,
        map: &'m SubjectMap,
        kind: Kind,
        out: &mut MocapFrame,
    ) -> Result<Option<&'m Entry>, UnexpectedEnd> {
        let (id, count) = (r.i32()?, r.count(RIGID_BODY_BYTES)?);
        let entry = map.of_kind(kind, id);
        for _ in 0..count {
            // A bone's id has its skeleton's in the upper half.
            let number = r.i32()? & 0xffff;
            self.body(r, entry.and_then(|e| e.bone(number)), out)?;
        }
        if let Some(entry) = entry.filter(|_| self.bones == BoneSpace::Local) {
            to_global(entry, out);
        }
        Ok(entry)
    }

    fn asset(
        &mut self,
        r: &mut Reader<'_>,
        map: &SubjectMap,
        out: &mut MocapFrame,
    ) -> Result<(), UnexpectedEnd> {
        let entry = self.skeleton(r, map, Kind::Asset, out)?;
        for _ in 0..r.count(LABELLED_MARKER_BYTES)? {
            let (id, at, parameters) = marker(r)?;
            let place = entry.and_then(|e| e.marker(id & 0xffff));
            self.place(at, parameters, place, out);
        }
        Ok(())
    }

    fn labelled(
        &mut self,
        r: &mut Reader<'_>,
        count: usize,
        stride: Option<usize>,
        map: &SubjectMap,
        out: &mut MocapFrame,
    ) -> Result<(), UnexpectedEnd> {
        for _ in 0..count {
            let mut entry = Reader::new(r.bytes(stride.unwrap_or(LABELLED_MARKER_BYTES))?);
            let (id, at, parameters) = marker(&mut entry)?;
            let asset = id >> 16;
            if asset == 0 || parameters & MARKER_UNLABELLED != 0 {
                if !std::mem::replace(&mut self.numbered_come, true) {
                    // What the list without numbers said in this frame is the same.
                    out.unlabelled.clear();
                }
                self.unlabelled(at, id as u32, out);
                continue;
            }
            if !std::mem::replace(&mut self.labels_come, true) {
                // What the sets said of the same markers in this frame does not know occlusion.
                map.forget_sets(out);
            }
            let subject = map.of_marker(asset);
            let place = subject.and_then(|e| e.marker(id & 0xffff));
            self.place(at, parameters, place, out);
        }
        Ok(())
    }

    fn place(&mut self, at: [f32; 3], parameters: u16, place: Option<usize>, out: &mut MocapFrame) {
        match place.and_then(|p| out.markers.get_mut(p)) {
            Some(slot) if parameters & MARKER_OCCLUDED != 0 => *slot = None,
            Some(slot) => *slot = self.point(at),
            None => self.refused.unknown_ids += 1,
        }
    }

    fn unlabelled(&mut self, at: [f32; 3], trajectory: u32, out: &mut MocapFrame) {
        let Some(at) = self.point(at) else {
            return;
        };
        if out.unlabelled.len() == UNLABELLED_MAX {
            self.refused.unlabelled += 1;
            return;
        }
        out.unlabelled.push(UnlabelledMarker { at, trajectory });
    }

    fn point(&mut self, at: [f32; 3]) -> Option<Point<Source>> {
        let point = self.up.point(at.map(f64::from));
        self.refused.values += u64::from(point.is_none());
        point
    }
}

/// Turns poses in parents to poses in the volume. Parents come first; a bone under one that is not tracked has none.
fn to_global(entry: &Entry, out: &mut MocapFrame) {
    let Some(subject) = out.roster.subjects().get(entry.subject) else {
        return;
    };
    let Some(poses) = out.segments.get_mut(entry.segments.clone()) else {
        return;
    };
    for (k, segment) in subject.segments.iter().enumerate() {
        let Some(parent) = segment.parent else {
            continue;
        };
        let parent = poses.get(usize::from(parent)).copied().flatten();
        if let Some(slot) = poses.get_mut(k) {
            *slot = slot.and_then(|local| Some(parent? * local.relabel()));
        }
    }
}

fn marker(r: &mut Reader<'_>) -> Result<(i32, [f32; 3], u16), UnexpectedEnd> {
    let (id, at) = (r.i32()?, r.f32s()?);
    let (_size, parameters, _residual) = (r.f32()?, r.u16()?, r.f32()?);
    Ok((id, at, parameters))
}

/// Skips a force plate or a device: id, channels, each with its samples.
fn analog(r: &mut Reader<'_>) -> Result<(), UnexpectedEnd> {
    r.i32()?;
    for _ in 0..r.count(4)? {
        let samples = r.count(4)?;
        r.bytes(4 * samples)?;
    }
    Ok(())
}

/// Reads a section: its count and, when sections are sized, only the bytes that it says it has. `read` gets the size
/// of one entry when all have the same, so that what newer versions add to an entry is skipped.
fn section(
    r: &mut Reader<'_>,
    sized: bool,
    part: &'static str,
    read: impl FnOnce(&mut Reader<'_>, usize, Option<usize>) -> Result<(), UnexpectedEnd>,
) -> Result<(), DecodeError> {
    let cut = cut(part);
    if !sized {
        let count = r.count(1).map_err(cut)?;
        return read(r, count, None).map_err(cut);
    }
    let count = r.u32().map_err(cut)? as usize;
    let body = r.counted_bytes().map_err(cut)?;
    if count > body.len() {
        let (needed, left) = (count, body.len());
        return Err(cut(UnexpectedEnd { needed, left }));
    }
    let stride = (count > 0 && body.len().is_multiple_of(count)).then(|| body.len() / count);
    read(&mut Reader::new(body), count, stride).map_err(cut)
}

fn suffix(r: &mut Reader<'_>, version: Version) -> Result<Suffix, UnexpectedEnd> {
    let (timecode, subframe) = (r.u32()?, r.u32()?);
    let _seconds = r.f64()?;
    let (mid_exposure, _received, transmitted) = (r.u64()?, r.u64()?, r.u64()?);
    if version.has_section_sizes() {
        let _ptp = (r.u32()?, r.u32()?);
    }
    let parameters = r.u16()?;
    Ok(Suffix {
        timecode,
        subframe,
        mid_exposure,
        transmitted,
        models_changed: parameters & MODELS_CHANGED != 0,
    })
}
