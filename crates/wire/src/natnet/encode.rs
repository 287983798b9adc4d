//! Frames and models as Motive sends them: what the simulator serves.

use super::decode::{
    BODY_TRACKED, BoneSpace, MARKER_HAS_MODEL, MARKER_OCCLUDED, MARKER_UNLABELLED, MODELS_CHANGED,
};
use super::error::DecodeError;
use super::message::{MessageId, Version, write};
use super::model::{BodyDescription, Description, sized};
use super::timecode;
use crate::little_endian::PutLe;
use crate::up_axis::UpAxis;
use cyc_model::{HostNs, MocapFrame, Nanos, Point, Roster, Source, SubjectInfo, Xf};
use glam::DQuat;

/// Ticks a second of the clock in the frames, as Windows' performance counter has them.
pub const CLOCK_HZ: u64 = 10_000_000;

/// Diameter that is sent with each marker, metres.
const MARKER_SIZE_M: f32 = 0.014;

/// How frames are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Manner {
    pub(crate) version: Version,
    pub(crate) up: UpAxis,
    pub(crate) bones: BoneSpace,
    pub(crate) models_changed: bool,
}

/// The id of a subject: its position, from 1.
pub(crate) fn subject_id(subject: usize) -> i32 {
    i32::try_from(subject).unwrap_or(i32::MAX).saturating_add(1)
}

/// The id of a part of a subject: the subject's in the upper half, the part's number, from 1, in the lower.
fn part_id(subject: usize, part: usize) -> i32 {
    let part = i32::try_from(part).unwrap_or(i32::MAX).saturating_add(1);
    subject_id(subject) << 16 | part & 0xffff
}

fn is_skeleton(subject: &SubjectInfo) -> bool {
    !subject.is_rigid_body() && !subject.segments.is_empty()
}

/// The models of a roster, in Motive's order: marker sets, rigid bodies, skeletons. Some readers lose their way in a
/// skeleton, and have the rigid bodies by then.
pub fn model_of(roster: &Roster, up: UpAxis) -> Vec<Description> {
    let (mut sets, mut bodies, mut skeletons) = (Vec::new(), Vec::new(), Vec::new());
    for (i, subject) in roster.subjects().iter().enumerate() {
        sets.push(Description::MarkerSet {
            name: subject.name.clone(),
            markers: subject.markers.clone(),
        });
        let (id, name) = (subject_id(i), subject.name.clone());
        if let (true, Some(only)) = (subject.is_rigid_body(), subject.segments.first()) {
            bodies.push(Description::RigidBody(BodyDescription {
                name,
                id,
                parent: -1,
                // Where they sit on the body is not known here: what is streamed is where they are.
                markers: vec![[0.0; 3]; subject.markers.len()],
                marker_names: subject.markers.clone(),
                ..rest(only.parent_from_segment, up)
            }));
        } else if is_skeleton(subject) {
            let bones = subject.segments.iter().enumerate();
            let bones = bones.map(|(k, bone)| BodyDescription {
                name: bone.name.clone(),
                id: part_id(0, k) & 0xffff,
                parent: bone.parent.map_or(0, |p| i32::from(p) + 1),
                ..rest(bone.parent_from_segment, up)
            });
            let bones = bones.collect();
            skeletons.push(Description::Skeleton { name, id, bones });
        }
    }
    sets.append(&mut bodies);
    sets.append(&mut skeletons);
    sets
}

fn rest<A: cyc_model::Space, B: cyc_model::Space>(
    parent_from_body: Option<Xf<A, B>>,
    up: UpAxis,
) -> BodyDescription {
    let rest = parent_from_body.unwrap_or(Xf::IDENTITY);
    BodyDescription {
        offset: single(up.metres_of(rest.translation())),
        rotation: Some(quaternion(up.rotation_of(rest))),
        ..BodyDescription::default()
    }
}

fn single(v: [f64; 3]) -> [f32; 3] {
    v.map(|c| c as f32)
}

fn quaternion(q: DQuat) -> [f32; 4] {
    q.to_array().map(|c| c as f32)
}

/// Appends the message of a frame sent at `now`: its number as the lower 32 bits, bones in the volume, Y up. Fails,
/// with nothing appended, when it is over the limit of a datagram.
pub fn encode_frame(
    frame: &MocapFrame,
    version: Version,
    now: HostNs,
    out: &mut Vec<u8>,
) -> Result<(), DecodeError> {
    let manner = Manner {
        version,
        up: UpAxis::Y,
        bones: BoneSpace::Global,
        models_changed: false,
    };
    encode(frame, &manner, now, out)
}

pub(crate) fn encode(
    frame: &MocapFrame,
    manner: &Manner,
    now: HostNs,
    out: &mut Vec<u8>,
) -> Result<(), DecodeError> {
    write(MessageId::FRAME_OF_DATA, out, |out| {
        out.put_u32(frame.number.0 as u32);
        let sections: [Section; 7] = [
            marker_sets,
            others,
            rigid_bodies,
            skeletons,
            nothing,
            labelled,
            nothing,
        ];
        for (i, section) in sections.into_iter().enumerate() {
            // Assets came with the sizes of sections.
            if i != 4 || manner.version.has_section_sizes() {
                put_section(section, frame, manner, out);
            }
        }
        put_section(nothing, frame, manner, out);
        suffix(frame, manner, now, out);
    })
}

/// Appends the entries of a section; returns how many.
type Section = fn(&MocapFrame, &Manner, &mut Vec<u8>) -> usize;

fn put_section(section: Section, frame: &MocapFrame, manner: &Manner, out: &mut Vec<u8>) {
    let at = out.len();
    out.put_u32(0);
    let mut count = 0;
    if manner.version.has_section_sizes() {
        sized(out, |out| count = section(frame, manner, out));
    } else {
        count = section(frame, manner, out);
    }
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    if let Some(slot) = out.get_mut(at..at + 4) {
        slot.copy_from_slice(&count.to_le_bytes());
    }
}

fn nothing(_: &MocapFrame, _: &Manner, _: &mut Vec<u8>) -> usize {
    0
}

fn marker_sets(frame: &MocapFrame, manner: &Manner, out: &mut Vec<u8>) -> usize {
    for (i, subject) in frame.roster.subjects().iter().enumerate() {
        let markers = frame.markers_of(i);
        out.put_nul_ended(&subject.name);
        out.put_count(markers.len());
        for at in markers {
            put_point(*at, manner, out);
        }
    }
    frame.roster.subjects().len()
}

fn put_point(at: Option<Point<Source>>, manner: &Manner, out: &mut Vec<u8>) {
    let at = at.map_or([0.0; 3], |at| single(manner.up.metres_of(at)));
    out.put_f32s(&at);
}

fn others(frame: &MocapFrame, manner: &Manner, out: &mut Vec<u8>) -> usize {
    for marker in &frame.unlabelled {
        put_point(Some(marker.at), manner, out);
    }
    frame.unlabelled.len()
}

fn rigid_bodies(frame: &MocapFrame, manner: &Manner, out: &mut Vec<u8>) -> usize {
    let mut count = 0;
    for (i, subject) in frame.roster.subjects().iter().enumerate() {
        if subject.is_rigid_body() {
            let pose = frame.segments_of(i).first().copied().flatten();
            put_body(subject_id(i), pose, manner, out);
            count += 1;
        }
    }
    count
}

fn put_body<A: cyc_model::Space, B: cyc_model::Space>(
    id: i32,
    pose: Option<Xf<A, B>>,
    manner: &Manner,
    out: &mut Vec<u8>,
) {
    let (at, turn) = pose.map_or(([0.0; 3], DQuat::IDENTITY), |pose| {
        let at = manner.up.metres_of(pose.translation());
        (at, manner.up.rotation_of(pose))
    });
    out.put_i32(id);
    out.put_f32s(&single(at));
    out.put_f32s(&quaternion(turn));
    out.put_f32s(&[0.0]);
    out.put_u16(if pose.is_some() { BODY_TRACKED } else { 0 });
}

fn skeletons(frame: &MocapFrame, manner: &Manner, out: &mut Vec<u8>) -> usize {
    let mut count = 0;
    for (i, subject) in frame.roster.subjects().iter().enumerate() {
        if !is_skeleton(subject) {
            continue;
        }
        count += 1;
        let poses = frame.segments_of(i);
        out.put_i32(subject_id(i));
        out.put_count(poses.len());
        for (k, (bone, pose)) in subject.segments.iter().zip(poses).enumerate() {
            let id = part_id(i, k);
            match bone.parent {
                Some(parent) if manner.bones == BoneSpace::Local => {
                    let parent = poses.get(usize::from(parent)).copied().flatten();
                    let local = pose.and_then(|pose| Some(parent?.inverse() * pose));
                    put_body(id, local, manner, out);
                }
                _ => put_body(id, *pose, manner, out),
            }
        }
    }
    count
}

fn labelled(frame: &MocapFrame, manner: &Manner, out: &mut Vec<u8>) -> usize {
    let mut count = 0;
    for (i, subject) in frame.roster.subjects().iter().enumerate() {
        if subject.segments.is_empty() {
            continue;
        }
        for (k, at) in frame.markers_of(i).iter().enumerate() {
            let occluded = if at.is_none() { MARKER_OCCLUDED } else { 0 };
            put_marker(part_id(i, k), *at, MARKER_HAS_MODEL | occluded, manner, out);
            count += 1;
        }
    }
    for marker in &frame.unlabelled {
        let id = marker.trajectory as i32;
        put_marker(id, Some(marker.at), MARKER_UNLABELLED, manner, out);
    }
    count + frame.unlabelled.len()
}

fn put_marker(
    id: i32,
    at: Option<Point<Source>>,
    parameters: u16,
    manner: &Manner,
    out: &mut Vec<u8>,
) {
    out.put_i32(id);
    put_point(at, manner, out);
    out.put_f32s(&[MARKER_SIZE_M]);
    out.put_u16(parameters);
    out.put_f32s(&[0.0]);
}

fn suffix(frame: &MocapFrame, manner: &Manner, now: HostNs, out: &mut Vec<u8>) {
    let (word, subframe) = timecode::to_wire(frame.timecode);
    out.put_u32(word);
    out.put_u32(subframe);
    let seconds = frame.taken.map_or(0.0, |taken| Nanos(taken.0).secs());
    out.put_f64s(&[seconds]);
    out.put_u64(frame.taken.map_or(0, ticks));
    out.put_u64(ticks(now));
    out.put_u64(ticks(now));
    if manner.version.has_section_sizes() {
        out.put_u32(0);
        out.put_u32(0);
    }
    let changed = if manner.models_changed {
        MODELS_CHANGED
    } else {
        0
    };
    out.put_u16(changed);
    out.put_u32(0);
}

/// Ticks of the clock in the frames. The host's clock starts before any frame, so a negative time is none.
fn ticks(at: HostNs) -> u64 {
    let per_tick = 1_000_000_000 / CLOCK_HZ;
    u64::try_from(at.0).map_or(0, |ns| ns / per_tick)
}
