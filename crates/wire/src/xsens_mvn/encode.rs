//! Frames to datagrams: what the simulator sends.

use super::limits::{BODY_SEGMENTS_MAX, POSE_BYTES, POSES_A_DATAGRAM};
use super::segments::{BODY_SEGMENTS, HUMAN_BONES};
use crate::up_axis::UpAxis;
use crate::vicon_axes::SourcePose;
use cyc_model::{MocapFrame, SubjectInfo};

/// Appends the datagrams of a frame: for each subject that has a pelvis its name and its poses. Its segments are known by
/// MVN's names or as human bones by VRM's; one that it does not have stands with its parent, since MVN always sends
/// them all, and one that is not seen is left out. The frame's number goes out as its lower 32 bits. Positions are in
/// units of so many metres: 0.01 as the description has it, 1 as several programs do.
pub fn encode_frame(frame: &MocapFrame, metres_per_unit: f64, datagrams: &mut Vec<Vec<u8>>) {
    let mut character = 0u8;
    for (i, subject) in frame.roster.subjects().iter().enumerate() {
        let Some(seen) = poses_of(subject, frame.segments_of(i)) else {
            continue;
        };
        if character == u8::MAX {
            return;
        }
        let name = format!("name:{}\n", subject.name);
        let head = Head {
            sample: frame.number.0 as u32,
            milliseconds: frame.taken.map_or(0, |t| (t.0 / 1_000_000) as u32),
            character,
        };
        datagrams.push(head.datagram(*b"12", 0x80, 1, name.as_bytes()));
        put_poses(&head, &seen, metres_per_unit, datagrams);
        character += 1;
    }
}

/// The poses of MVN's segments in the order of their ids; `None` for a subject without a pelvis.
fn poses_of(
    subject: &SubjectInfo,
    poses: &[Option<SourcePose>],
) -> Option<[Option<SourcePose>; BODY_SEGMENTS_MAX]> {
    let find = |name: &str| subject.segments.iter().position(|s| s.name == name);
    let mut seen = [None; BODY_SEGMENTS_MAX];
    let names = BODY_SEGMENTS.iter().zip(HUMAN_BONES).enumerate();
    for (id, ((name, parent), bone)) in names {
        let place = find(name).or_else(|| bone.and_then(|b| find(b.vrm_name())));
        let pose = match (place, parent) {
            (Some(place), _) => poses.get(place).copied().flatten(),
            (None, Some(parent)) => seen.get(usize::from(*parent)).copied().flatten(),
            (None, None) => return None,
        };
        if let Some(slot) = seen.get_mut(id) {
            *slot = pose;
        }
    }
    Some(seen)
}

struct Head {
    sample: u32,
    milliseconds: u32,
    character: u8,
}

impl Head {
    fn datagram(&self, kind: [u8; 2], part: u8, items: u8, payload: &[u8]) -> Vec<u8> {
        let mut out = b"MXTP".to_vec();
        out.extend_from_slice(&kind);
        out.extend_from_slice(&self.sample.to_be_bytes());
        out.extend_from_slice(&[part, items]);
        out.extend_from_slice(&self.milliseconds.to_be_bytes());
        let body = BODY_SEGMENTS_MAX as u8;
        out.extend_from_slice(&[self.character, body, 0, 0, 0, 0]);
        let bytes = u16::try_from(payload.len()).unwrap_or(u16::MAX);
        out.extend_from_slice(&bytes.to_be_bytes());
        out.extend_from_slice(payload);
        out
    }
}

fn put_poses(
    head: &Head,
    seen: &[Option<SourcePose>],
    metres_per_unit: f64,
    datagrams: &mut Vec<Vec<u8>>,
) {
    let poses: Vec<_> = (1i32..)
        .zip(seen)
        .filter_map(|(id, p)| Some((id, (*p)?)))
        .collect();
    let parts = poses.len().div_ceil(POSES_A_DATAGRAM).max(1);
    for part in 0..parts {
        let some = poses
            .iter()
            .skip(part * POSES_A_DATAGRAM)
            .take(POSES_A_DATAGRAM);
        let mut payload = Vec::with_capacity(POSES_A_DATAGRAM * POSE_BYTES);
        let mut items = 0;
        for (id, pose) in some {
            payload.extend_from_slice(&id.to_be_bytes());
            let at = UpAxis::Z
                .metres_of(pose.translation())
                .map(|m| m / metres_per_unit);
            let q = UpAxis::Z.rotation_of(*pose);
            for value in at.into_iter().chain([q.w, q.x, q.y, q.z]) {
                payload.extend_from_slice(&(value as f32).to_be_bytes());
            }
            items += 1;
        }
        let last = if part + 1 == parts { 0x80 } else { 0 };
        datagrams.push(head.datagram(*b"02", part as u8 | last, items, &payload));
    }
}
