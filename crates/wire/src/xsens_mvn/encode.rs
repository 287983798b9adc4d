//! Frames to datagrams: what the simulator sends.

use super::limits::{BODY_SEGMENTS_MAX, POSE_BYTES, POSES_A_DATAGRAM};
use super::segments::BODY_SEGMENTS;
use crate::up_axis::UpAxis;
use crate::vicon_axes::SourcePose;
use cyc_model::MocapFrame;

/// Appends the datagrams of a frame: for each subject that has a pelvis its name and its poses, those of the segments
/// that MVN names. The frame's number goes out as its lower 32 bits. Positions are in units of so many metres: 0.01 as
/// the description has it, 1 as several programs do.
pub fn encode_frame(frame: &MocapFrame, metres_per_unit: f64, datagrams: &mut Vec<Vec<u8>>) {
    let mut character = 0u8;
    for (i, subject) in frame.roster.subjects().iter().enumerate() {
        let find = |name: &str| subject.segments.iter().position(|s| s.name == name);
        let (root, _) = BODY_SEGMENTS[0];
        if find(root).is_none() || character == u8::MAX {
            continue;
        }
        let poses = frame.segments_of(i);
        let mut seen = [None; BODY_SEGMENTS_MAX];
        for (slot, (name, _)) in seen.iter_mut().zip(BODY_SEGMENTS) {
            *slot = find(name).and_then(|k| poses.get(k).copied().flatten());
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
