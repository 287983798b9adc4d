//! Frames to datagrams: what the simulator sends.

use super::joints::joints;
use super::limits::{DATAGRAM_MAX, JOINTS};
use super::lz4_frame::pack;
use crate::axis_map::AxisMap;
use crate::vicon_axes::SourcePose;
use cyc_model::{CapturedFace, FaceShape, HumanBone, MocapFrame, SubjectInfo};
use glam::DQuat;
use serde_json::{Map, Value, json};

/// The version that is told.
const VERSION: u32 = 3;

/// Writes scenes: an actor for each subject with hips or a face, a prop for each rigid body.
#[derive(Clone, Debug)]
pub struct Encoder {
    /// Whether datagrams are packed by LZ4, as Studio does unless told otherwise.
    pub is_packed: bool,
    /// Each actor's greatest heights of hips and head so far, metres: a body's measures, which a roster does not tell.
    heights: Vec<(String, f64, f64)>,
}

impl Default for Encoder {
    fn default() -> Self {
        Self::new(true)
    }
}

impl Encoder {
    /// One that packs, or does not.
    pub fn new(is_packed: bool) -> Self {
        Self {
            is_packed,
            heights: Vec::new(),
        }
    }

    /// The datagram of a frame; `None` when it would be longer than UDP carries. Segments are known by VRM's names of
    /// bones. A joint that the subject does not have stands with its parent, since Studio sends them all; one that is
    /// not seen is left out, which the real Studio never does.
    pub fn encode_frame(&mut self, frame: &MocapFrame) -> Option<Vec<u8>> {
        let (mut actors, mut props) = (Vec::new(), Vec::new());
        for (i, subject) in frame.roster.subjects().iter().enumerate() {
            let poses = frame.segments_of(i);
            let face = frame.face_of(i);
            let body = body_of(subject, poses);
            if subject.is_rigid_body() && face.is_none() {
                if let Some(pose) = poses.first().copied().flatten() {
                    props.push(prop(&subject.name, pose));
                }
            } else if body.is_some() || face.is_some() {
                actors.push(self.actor(&subject.name, &body.unwrap_or([None; JOINTS]), face));
            }
        }
        let rate = frame.rate_hz.max(1.0);
        let scene = json!({
            "version": VERSION,
            "fps": frame.rate_hz,
            "scene": {
                "timestamp": frame.number.0 as f64 / rate,
                "actors": actors,
                "props": props,
            },
        });
        let text = scene.to_string().into_bytes();
        let datagram = if self.is_packed { pack(&text) } else { text };
        (datagram.len() <= DATAGRAM_MAX).then_some(datagram)
    }

    fn actor(
        &mut self,
        name: &str,
        body: &[Option<SourcePose>; JOINTS],
        face: Option<&CapturedFace>,
    ) -> Value {
        let height = |bone: HumanBone| {
            let seen = joints()
                .iter()
                .zip(body)
                .find(|(j, _)| j.bone == Some(bone));
            let pose = seen.and_then(|(_, pose)| *pose);
            pose.map_or(0.0, |p| p.translation().metres().y)
        };
        let (hips, head) = (height(HumanBone::Hips), height(HumanBone::Head));
        let place = self.heights.iter().position(|h| h.0 == name);
        let place = place.unwrap_or_else(|| {
            self.heights.push((name.to_owned(), 0.0, 0.0));
            self.heights.len() - 1
        });
        let (mut hip_m, mut head_m) = (hips, head);
        if let Some((_, most_hips, most_head)) = self.heights.get_mut(place) {
            *most_hips = most_hips.max(hips);
            *most_head = most_head.max(head);
            (hip_m, head_m) = (*most_hips, *most_head);
        }
        let seen = joints().iter().zip(body);
        let seen = seen.filter_map(|(j, p)| Some((j.name.to_owned(), placed((*p)?, j.rest()))));
        let body: Map<String, Value> = seen.collect();
        json!({
            "name": name,
            "color": [255, 255, 255],
            "meta": {
                "hasGloves": false,
                "hasLeftGlove": false,
                "hasRightGlove": false,
                "hasBody": !body.is_empty(),
                "hasFace": face.is_some(),
            },
            "dimensions": { "totalHeight": rounded(head_m), "hipHeight": rounded(hip_m) },
            "body": body,
            "face": face.map(|face| shapes(name, face)),
        })
    }
}

/// The poses of the joints; `None` for a subject without hips.
fn body_of(
    subject: &SubjectInfo,
    poses: &[Option<SourcePose>],
) -> Option<[Option<SourcePose>; JOINTS]> {
    let mut body = [None; JOINTS];
    for (k, joint) in joints().iter().enumerate() {
        let name = joint.segment_name();
        let place = subject.segments.iter().position(|s| s.name == name);
        let pose = match (place, joint.parent) {
            (Some(place), _) => poses.get(place).copied().flatten(),
            (None, Some(parent)) => body.get(parent).copied().flatten(),
            (None, None) => return None,
        };
        if let Some(slot) = body.get_mut(k) {
            *slot = pose;
        }
    }
    Some(body)
}

fn prop(name: &str, pose: SourcePose) -> Value {
    let mut prop = placed(pose, DQuat::IDENTITY);
    if let Value::Object(members) = &mut prop {
        members.insert("name".to_owned(), json!(name));
        members.insert("color".to_owned(), json!([255, 255, 255]));
        members.insert("type".to_owned(), json!(0));
    }
    prop
}

/// A pose in Unity's axes, with the rotation that a joint has at rest.
fn placed(pose: SourcePose, rest: DQuat) -> Value {
    let at = AxisMap::UNITY.units_of(pose.translation());
    let [x, y, z] = at.map(rounded);
    let q = AxisMap::UNITY.rotation_of(pose) * rest;
    let [qx, qy, qz, qw] = q.to_array().map(rounded);
    json!({
        "position": { "x": x, "y": y, "z": z },
        "rotation": { "x": qx, "y": qy, "z": qz, "w": qw },
    })
}

/// To a ten-millionth, as much as a 32-bit float holds: digits beyond make a datagram twice as long.
fn rounded(value: f64) -> f64 {
    (value * 1e7).round() / 1e7
}

fn shapes(actor: &str, face: &CapturedFace) -> Value {
    let shape = |s: FaceShape| {
        let per_cent = f64::from(face.weights.get(s)) * 100.0;
        (s.arkit_name().to_owned(), json!(rounded(per_cent)))
    };
    let mut all: Map<String, Value> = FaceShape::ALL.into_iter().map(shape).collect();
    all.insert("faceId".to_owned(), json!(actor));
    Value::Object(all)
}
