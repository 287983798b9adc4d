//! One frame: its components read into the places of a roster.

use super::error::{DecodeError, cut};
use super::limits::{
    BODY_BYTES, BODY_EULER_BYTES, COMPONENTS_MAX, HEADER_BYTES, LOOSE_MARKER_BYTES, MARKER_BYTES,
    RESIDUAL_BYTES, SEGMENT_BYTES, TIMECODE_BYTES,
};
use super::parameters::EulerOrder;
use super::subject_map::SubjectMap;
use super::timecode::{self, SMPTE};
use crate::UnexpectedEnd;
use crate::little_endian::Reader;
use crate::up_axis::UpAxis;
use cyc_model::{
    Body, FrameNumber, MocapFrame, Point, Pose, Source, TimecodeRate, UNLABELLED_MAX,
    UnlabelledMarker,
};
use glam::{DMat3, DQuat, DVec3, EulerRot};

/// How far a matrix may be from a rotation, as the largest entry of `RᵀR - I`: single precision, far below a scale.
const ORTHONORMAL_TOLERANCE: f64 = 1e-3;

/// Values that arrived but could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct RefusedValues {
    /// Poses and positions that are partly not finite, out of bounds or no rotation: shown as occluded.
    pub values: u64,
    /// Values beyond those that the parameters name.
    pub unknown_ids: u64,
    /// Markers without a label beyond the model's limit.
    pub unlabelled: u64,
    /// Timecodes that are no label of their rate.
    pub timecodes: u64,
    /// Components of no use to a frame.
    pub components: u64,
}

/// Reads frames.
#[derive(Debug, Default)]
pub(crate) struct FrameDecoder {
    pub(crate) up: UpAxis,
    pub(crate) euler: EulerOrder,
    pub(crate) timecode_rate: Option<TimecodeRate>,
    pub(crate) rate_hz: f64,
    pub(crate) refused: RefusedValues,
}

impl FrameDecoder {
    /// Reads a packet's body into `out`, which has been reset for the map's roster. Its time counts from the beginning
    /// of a measurement, which no clock of ours knows, so it says nothing here.
    pub(crate) fn decode(
        &mut self,
        body: &[u8],
        map: &SubjectMap,
        out: &mut MocapFrame,
    ) -> Result<(), DecodeError> {
        let head = cut("frame head");
        let mut r = Reader::new(body);
        let _since_start_us = r.i64().map_err(head)?;
        out.number = FrameNumber(u64::from(r.u32().map_err(head)?));
        let count = r.u32().map_err(head)? as usize;
        if count > COMPONENTS_MAX {
            let (needed, left) = (count.saturating_mul(HEADER_BYTES), r.left());
            return Err(head(UnexpectedEnd { needed, left }));
        }
        for _ in 0..count {
            let size = r.u32().map_err(head)? as usize;
            let number = r.u32().map_err(head)?;
            let bytes = size.checked_sub(HEADER_BYTES).ok_or(DecodeError::Cut {
                part: "component",
                needed: HEADER_BYTES,
                left: size,
            })?;
            let body = r.bytes(bytes).map_err(cut("component"))?;
            self.component(number, &mut Reader::new(body), map, out)?;
        }
        Ok(())
    }

    fn component(
        &mut self,
        number: u32,
        r: &mut Reader<'_>,
        map: &SubjectMap,
        out: &mut MocapFrame,
    ) -> Result<(), DecodeError> {
        let residual = |with| if with { RESIDUAL_BYTES } else { 0 };
        match number {
            1 | 9 => self
                .markers(r, residual(number == 9), map, out)
                .map_err(cut("markers")),
            2 | 10 => self
                .loose(r, residual(number == 10), out)
                .map_err(cut("markers without labels")),
            5 | 11 => self
                .bodies(r, BODY_BYTES + residual(number == 11), map, out, matrix)
                .map_err(cut("bodies")),
            6 | 12 if self.euler == EulerOrder::RollPitchYaw => self
                .bodies(
                    r,
                    BODY_EULER_BYTES + residual(number == 12),
                    map,
                    out,
                    angles,
                )
                .map_err(cut("bodies")),
            17 => self.timecode(r, out).map_err(cut("timecode")),
            18 => self.skeletons(r, map, out).map_err(cut("skeletons")),
            _ => {
                self.refused.components += 1;
                Ok(())
            }
        }
    }

    fn markers(
        &mut self,
        r: &mut Reader<'_>,
        residual: usize,
        map: &SubjectMap,
        out: &mut MocapFrame,
    ) -> Result<(), UnexpectedEnd> {
        let count = head(r, MARKER_BYTES + residual)?;
        for i in 0..count {
            let at = r.f32s()?;
            r.bytes(residual)?;
            match map.markers.get(i).and_then(|p| out.markers.get_mut(*p)) {
                Some(slot) => *slot = self.point(at),
                None => self.refused.unknown_ids += 1,
            }
        }
        Ok(())
    }

    fn loose(
        &mut self,
        r: &mut Reader<'_>,
        residual: usize,
        out: &mut MocapFrame,
    ) -> Result<(), UnexpectedEnd> {
        let count = head(r, LOOSE_MARKER_BYTES + residual)?;
        for _ in 0..count {
            let (at, trajectory) = (r.f32s()?, r.u32()?);
            r.bytes(residual)?;
            let Some(at) = self.point(at) else {
                continue;
            };
            if out.unlabelled.len() == UNLABELLED_MAX {
                self.refused.unlabelled += 1;
                continue;
            }
            out.unlabelled.push(UnlabelledMarker { at, trajectory });
        }
        Ok(())
    }

    fn bodies(
        &mut self,
        r: &mut Reader<'_>,
        bytes: usize,
        map: &SubjectMap,
        out: &mut MocapFrame,
        rotation: fn(&mut Reader<'_>) -> Result<Option<DQuat>, UnexpectedEnd>,
    ) -> Result<(), UnexpectedEnd> {
        let count = head(r, bytes)?;
        for i in 0..count {
            let mut entry = Reader::new(r.bytes(bytes)?);
            let (mm, turn) = (entry.f32s()?, rotation(&mut entry)?);
            match map.bodies.get(i).and_then(|p| out.segments.get_mut(*p)) {
                Some(slot) => *slot = self.pose(mm, turn),
                None => self.refused.unknown_ids += 1,
            }
        }
        Ok(())
    }

    fn skeletons(
        &mut self,
        r: &mut Reader<'_>,
        map: &SubjectMap,
        out: &mut MocapFrame,
    ) -> Result<(), UnexpectedEnd> {
        let count = r.count(4)?;
        for i in 0..count {
            let places = map.skeletons.get(i);
            for _ in 0..r.count(SEGMENT_BYTES)? {
                let (id, mm, q) = (r.u32()?, r.f32s()?, r.f32s::<4>()?);
                let turn = DQuat::from_array(q.map(f64::from));
                let place = places.and_then(|p| p.segment(id));
                match place.and_then(|p| out.segments.get_mut(p)) {
                    Some(slot) => *slot = self.pose(mm, Some(turn)),
                    None => self.refused.unknown_ids += 1,
                }
            }
        }
        Ok(())
    }

    fn timecode(&mut self, r: &mut Reader<'_>, out: &mut MocapFrame) -> Result<(), UnexpectedEnd> {
        for _ in 0..r.count(TIMECODE_BYTES)? {
            let (kind, _high, low) = (r.u32()?, r.u32()?, r.u32()?);
            if kind != SMPTE || out.timecode.is_some() {
                continue;
            }
            match timecode::from_wire(low, self.timecode_rate, self.rate_hz) {
                Ok(label) => out.timecode = label,
                Err(_) => self.refused.timecodes += 1,
            }
        }
        Ok(())
    }

    fn point(&mut self, mm: [f32; 3]) -> Option<Point<Source>> {
        if mm.iter().all(|v| v.is_nan()) {
            return None;
        }
        let point = self.up.point(mm.map(|v| f64::from(v) / 1000.0));
        self.refused.values += u64::from(point.is_none());
        point
    }

    fn pose(&mut self, mm: [f32; 3], turn: Option<DQuat>) -> Option<Pose<Source, Body>> {
        if mm.iter().all(|v| v.is_nan()) {
            return None;
        }
        let metres = mm.map(|v| f64::from(v) / 1000.0);
        let pose = turn.and_then(|turn| self.up.pose(metres, turn));
        self.refused.values += u64::from(pose.is_none());
        pose
    }
}

/// The head of a list: count, then drops and frames out of sync. The count must fit the bytes.
fn head(r: &mut Reader<'_>, entry_bytes: usize) -> Result<usize, UnexpectedEnd> {
    let count = r.u32()? as usize;
    r.bytes(4)?;
    let needed = count.saturating_mul(entry_bytes);
    let left = r.left();
    if needed > left {
        return Err(UnexpectedEnd { needed, left });
    }
    Ok(count)
}

/// A rotation by columns; `None` when it is none.
fn matrix(r: &mut Reader<'_>) -> Result<Option<DQuat>, UnexpectedEnd> {
    let m = DMat3::from_cols_array(&r.f32s::<9>()?.map(f64::from));
    let error = (m.transpose() * m - DMat3::IDENTITY).to_cols_array();
    let within = error.iter().all(|e| e.abs() <= ORTHONORMAL_TOLERANCE);
    Ok((within && m.determinant() > 0.0).then(|| DQuat::from_mat3(&m)))
}

/// Roll, pitch and yaw in degrees: `Rx · Ry · Rz`.
fn angles(r: &mut Reader<'_>) -> Result<Option<DQuat>, UnexpectedEnd> {
    let angles = DVec3::from_array(r.f32s::<3>()?.map(|v| f64::from(v).to_radians()));
    let turn = DQuat::from_euler(EulerRot::XYZ, angles.x, angles.y, angles.z);
    Ok(angles.is_finite().then_some(turn))
}
