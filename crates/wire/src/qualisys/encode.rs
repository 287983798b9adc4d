//! Frames as a server sends them: the components that a client asked for.

use super::component::{Component, ComponentSet};
use super::packet::{PacketType, block, write};
use super::parameters_text::is_skeleton;
use super::timecode::{self, SMPTE};
use crate::little_endian::PutLe;
use crate::up_axis::UpAxis;
use cyc_model::{MocapFrame, Point, Pose, Source, Space, SubjectInfo, Xf};
use glam::{DMat3, EulerRot};

/// What stands for a value that is not there: all bits set, which is a NaN.
const MISSING: f32 = f32::from_bits(u32::MAX);

/// The residual of what is there, millimetres: that of a well calibrated volume.
const RESIDUAL_MM: f32 = 0.5;

/// The id of a segment: its position, from 1.
pub(crate) fn segment_id(segment: usize) -> u32 {
    u32::try_from(segment).unwrap_or(u32::MAX).saturating_add(1)
}

/// Appends the packet of a frame, its number as the lower 32 bits.
pub fn encode_frame(frame: &MocapFrame, components: ComponentSet, up: UpAxis, out: &mut Vec<u8>) {
    let since_start_us = frame.taken.map_or(0, |taken| taken.0 / 1000);
    write(PacketType::DATA, out, |out| {
        out.extend_from_slice(&since_start_us.to_le_bytes());
        out.put_u32(frame.number.0 as u32);
        let has_timecode = frame.timecode.is_some();
        let wanted = || {
            components
                .iter()
                .filter(move |c| *c != Component::Timecode || has_timecode)
        };
        out.put_count(wanted().count());
        for component in wanted() {
            block(component.number(), out, |out| {
                put(component, frame, up, out);
            });
        }
    });
}

fn put(component: Component, frame: &MocapFrame, up: UpAxis, out: &mut Vec<u8>) {
    match component {
        Component::Markers => markers(frame, up, false, out),
        Component::MarkersResidual => markers(frame, up, true, out),
        Component::Loose => loose(frame, up, false, out),
        Component::LooseResidual => loose(frame, up, true, out),
        Component::Bodies => bodies(frame, up, false, false, out),
        Component::BodiesResidual => bodies(frame, up, false, true, out),
        Component::BodiesEuler => bodies(frame, up, true, false, out),
        Component::BodiesEulerResidual => bodies(frame, up, true, true, out),
        Component::Timecode => {
            out.put_count(1);
            out.put_u32(SMPTE);
            out.put_u32(0);
            out.put_u32(frame.timecode.map_or(0, timecode::to_wire));
        }
        Component::SkeletonsLocal => skeletons(frame, up, true, out),
        Component::SkeletonsGlobal => skeletons(frame, up, false, out),
    }
}

/// A count, no drops, nothing out of sync.
fn head(count: usize, out: &mut Vec<u8>) {
    out.put_count(count);
    out.put_u16(0);
    out.put_u16(0);
}

fn mm_of<S: Space>(at: Point<S>, up: UpAxis) -> [f32; 3] {
    up.metres_of(at).map(|m| (m * 1000.0) as f32)
}

fn markers(frame: &MocapFrame, up: UpAxis, residual: bool, out: &mut Vec<u8>) {
    head(frame.markers.len(), out);
    for at in &frame.markers {
        put_point(*at, up, out);
        put_residual(at.is_some(), residual, out);
    }
}

fn put_point(at: Option<Point<Source>>, up: UpAxis, out: &mut Vec<u8>) {
    out.put_f32s(&at.map_or([MISSING; 3], |at| mm_of(at, up)));
}

fn put_residual(is_there: bool, wanted: bool, out: &mut Vec<u8>) {
    if wanted {
        out.put_f32s(&[if is_there { RESIDUAL_MM } else { MISSING }]);
    }
}

fn loose(frame: &MocapFrame, up: UpAxis, residual: bool, out: &mut Vec<u8>) {
    head(frame.unlabelled.len(), out);
    for marker in &frame.unlabelled {
        put_point(Some(marker.at), up, out);
        out.put_u32(marker.trajectory);
        put_residual(true, residual, out);
    }
}

fn bodies(frame: &MocapFrame, up: UpAxis, euler: bool, residual: bool, out: &mut Vec<u8>) {
    let subjects = frame.roster.subjects();
    let is_body = |i: &usize| subjects.get(*i).is_some_and(SubjectInfo::is_rigid_body);
    let indices = || (0..subjects.len()).filter(is_body);
    head(indices().count(), out);
    for i in indices() {
        let pose = frame.segments_of(i).first().copied().flatten();
        put_point(pose.map(Pose::translation), up, out);
        match (pose, euler) {
            (Some(pose), false) => {
                let columns = DMat3::from_quat(up.rotation_of(pose)).to_cols_array();
                out.put_f32s(&columns.map(|v| v as f32));
            }
            (Some(pose), true) => {
                let (x, y, z) = up.rotation_of(pose).to_euler(EulerRot::XYZ);
                out.put_f32s(&[x, y, z].map(|v| v.to_degrees() as f32));
            }
            (None, false) => out.put_f32s(&[MISSING; 9]),
            (None, true) => out.put_f32s(&[MISSING; 3]),
        }
        put_residual(pose.is_some(), residual, out);
    }
}

fn skeletons(frame: &MocapFrame, up: UpAxis, local: bool, out: &mut Vec<u8>) {
    let subjects = || frame.roster.subjects().iter().enumerate();
    let skeletons = || subjects().filter(|(_, s)| is_skeleton(s));
    out.put_count(skeletons().count());
    for (i, subject) in skeletons() {
        let poses = frame.segments_of(i);
        let seen = || {
            let segments = subject.segments.iter().zip(poses).enumerate();
            segments.filter_map(|(k, (segment, pose))| Some((k, segment, (*pose)?)))
        };
        out.put_count(seen().count());
        for (k, segment, pose) in seen() {
            let parent = segment.parent.filter(|_| local);
            out.put_u32(segment_id(k));
            match parent.map(|p| poses.get(usize::from(p)).copied().flatten()) {
                None => put_segment(pose, up, out),
                Some(Some(parent)) => put_segment(parent.inverse() * pose, up, out),
                Some(None) => out.put_f32s(&[MISSING; 7]),
            }
        }
    }
}

fn put_segment<A: Space, B: Space>(pose: Xf<A, B>, up: UpAxis, out: &mut Vec<u8>) {
    out.put_f32s(&mm_of(pose.translation(), up));
    out.put_f32s(&up.rotation_of(pose).to_array().map(|v| v as f32));
}
