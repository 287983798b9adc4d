//! Frames to datagrams: what a performer sends.

use super::bone::unity_name;
use super::limits::BUNDLE_BYTES_MAX;
use crate::axis_map::AxisMap;
use crate::osc::{IMMEDIATELY, OscArgument, put_bundle, put_element};
use crate::vicon_axes::SourcePose;
use cyc_model::{FaceShape, HostNs, HumanBone, MocapFrame, Space, Xf};
use glam::DQuat;

/// Sends one avatar, its face, and the rigid bodies as trackers.
#[derive(Clone, Debug, Default)]
pub struct Encoder {
    /// The subject that is the avatar; the first one with hips when empty.
    pub subject: String,
    /// When the first frame was taken: time is told from there, small enough for a 32-bit float.
    began: Option<HostNs>,
}

impl Encoder {
    /// An encoder of one subject; of the first one with hips when the name is empty.
    pub fn new(subject: &str) -> Self {
        Self {
            subject: subject.to_owned(),
            began: None,
        }
    }

    /// Appends the datagrams of a frame, none longer than the specification allows: state and time first, then root,
    /// bones, face and trackers. An avatar's segments are known by VRM's bone names; what is occluded is left out.
    pub fn encode_frame(&mut self, frame: &MocapFrame, datagrams: &mut Vec<Vec<u8>>) {
        let subjects = frame.roster.subjects();
        let is_avatar = |i: &usize| {
            let Some(subject) = subjects.get(*i) else {
                return false;
            };
            let has_hips = || subject.segments.iter().any(|s| s.name == "hips");
            subject.name == self.subject || (self.subject.is_empty() && has_hips())
        };
        let avatar = (0..subjects.len()).find(is_avatar);
        let bones = avatar.map(|i| bones_of(frame, i)).unwrap_or_default();
        let mut bundles = Bundles::begin();
        let is_seen = bones.iter().any(|b| b.1.is_some());
        bundles.put(
            "/VMC/Ext/OK",
            &[
                OscArgument::Int(i32::from(avatar.is_some())),
                OscArgument::Int(3),
                OscArgument::Int(0),
                OscArgument::Int(i32::from(is_seen)),
            ],
        );
        bundles.put("/VMC/Ext/T", &[OscArgument::Float(self.time_s(frame))]);
        if avatar.is_some() {
            bundles.pose(
                "/VMC/Ext/Root/Pos",
                "root",
                Xf::<cyc_model::Source, cyc_model::Source>::IDENTITY,
            );
        }
        for (bone, pose) in &bones {
            if let Some(pose) = pose {
                let parent = parent_of(*bone, &bones);
                let local = parent.map_or((*pose).relabel(), |parent| parent.inverse() * *pose);
                bundles.pose::<cyc_model::Body, cyc_model::Body>(
                    "/VMC/Ext/Bone/Pos",
                    unity_name(*bone),
                    local,
                );
            }
        }
        if let Some(face) = avatar.and_then(|i| frame.face_of(i)) {
            let weight = |shape| face.weights.get(shape);
            for (name, shape) in [
                ("Blink_L", FaceShape::EyeBlinkLeft),
                ("Blink_R", FaceShape::EyeBlinkRight),
                ("A", FaceShape::JawOpen),
            ] {
                bundles.blend(name, weight(shape));
            }
            for shape in FaceShape::ALL {
                bundles.blend(shape.arkit_name(), weight(shape));
            }
            bundles.put("/VMC/Ext/Blend/Apply", &[]);
        }
        for (i, subject) in subjects.iter().enumerate() {
            let pose = frame.segments_of(i).first().copied().flatten();
            if let Some(pose) = pose.filter(|_| subject.is_rigid_body()) {
                bundles.pose("/VMC/Ext/Tra/Pos", &subject.name, pose);
            }
        }
        bundles.end(datagrams);
    }

    fn time_s(&mut self, frame: &MocapFrame) -> f32 {
        let now = frame.taken.unwrap_or(frame.heard);
        let began = *self.began.get_or_insert(now);
        (now - began).secs() as f32
    }
}

/// A subject's bones in the order of [`HumanBone::ALL`].
fn bones_of(frame: &MocapFrame, subject: usize) -> Vec<(HumanBone, Option<SourcePose>)> {
    let segments = frame.roster.subjects().get(subject).map(|s| &s.segments);
    let named = segments
        .into_iter()
        .flatten()
        .zip(frame.segments_of(subject));
    let mut bones: Vec<_> = named
        .filter_map(|(s, pose)| Some((HumanBone::from_vrm_name(&s.name)?, *pose)))
        .collect();
    bones.sort_by_key(|b| b.0);
    bones
}

/// The pose of the nearest ancestor that the subject has. `None` for the root's children, and when the ancestor is not
/// seen: then the bone is told from the root.
fn parent_of(bone: HumanBone, bones: &[(HumanBone, Option<SourcePose>)]) -> Option<SourcePose> {
    let mut at = bone.parent();
    while let Some(parent) = at {
        if let Some(known) = bones.iter().find(|b| b.0 == parent) {
            return known.1;
        }
        at = parent.parent();
    }
    None
}

/// Bundles of limited length.
struct Bundles {
    done: Vec<Vec<u8>>,
    bundle: Vec<u8>,
    empty_bytes: usize,
}

impl Bundles {
    fn begin() -> Self {
        let mut bundle = Vec::new();
        put_bundle(IMMEDIATELY, &mut bundle);
        Self {
            done: Vec::new(),
            empty_bytes: bundle.len(),
            bundle,
        }
    }

    fn put(&mut self, address: &str, arguments: &[OscArgument<'_>]) {
        let before = self.bundle.len();
        put_element(address, arguments, &mut self.bundle);
        if self.bundle.len() > BUNDLE_BYTES_MAX && before > self.empty_bytes {
            let element = self.bundle.split_off(before);
            let mut next = Vec::new();
            put_bundle(IMMEDIATELY, &mut next);
            next.extend_from_slice(&element);
            self.done.push(std::mem::replace(&mut self.bundle, next));
        }
    }

    fn pose<A: Space, B: Space>(&mut self, address: &str, name: &str, pose: Xf<A, B>) {
        let [x, y, z] = AxisMap::UNITY.units_of(pose.translation());
        let q: DQuat = AxisMap::UNITY.rotation_of(pose);
        let numbers = [x, y, z, q.x, q.y, q.z, q.w];
        let mut arguments = [OscArgument::Text(name); 8];
        for (slot, number) in arguments.iter_mut().skip(1).zip(numbers) {
            *slot = OscArgument::Float(number as f32);
        }
        self.put(address, &arguments);
    }

    fn blend(&mut self, name: &str, weight: f32) {
        let arguments = [OscArgument::Text(name), OscArgument::Float(weight)];
        self.put("/VMC/Ext/Blend/Val", &arguments);
    }

    fn end(mut self, datagrams: &mut Vec<Vec<u8>>) {
        self.done.push(self.bundle);
        datagrams.append(&mut self.done);
    }
}
