//! The performer of the recorded clips: thirteen joints, one pose of them, and what can be done to
//! a pose (mirror, blend, turn, split into spline channels).
//!
//! The clips were recorded on a small humanoid (Y up, +X forward, +Z to the performer's right) whose
//! every bone hangs straight down when all rotations are the identity. Here, poses are already turned
//! into stage axes: Y up, +Z forward (toward the film camera), +X to the performer's left.

use glam::{DQuat, DVec3};

/// Joints of the recorded humanoid, parents before children.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Bone {
    /// Pelvis; its rotation is the heading and lean of the whole body.
    Root,
    /// Upper trunk.
    Chest,
    /// Neck and head together.
    Neck,
    /// Right thigh.
    RightHip,
    /// Right shin.
    RightKnee,
    /// Right foot.
    RightAnkle,
    /// Right upper arm.
    RightShoulder,
    /// Right forearm.
    RightElbow,
    /// Left thigh.
    LeftHip,
    /// Left shin.
    LeftKnee,
    /// Left foot.
    LeftAnkle,
    /// Left upper arm.
    LeftShoulder,
    /// Left forearm.
    LeftElbow,
}

/// Number of joints of the recorded humanoid.
pub const BONES: usize = 13;

/// Spline channels of one pose: root position and one quaternion a joint.
pub const CHANNELS: usize = 3 + 4 * BONES;

impl Bone {
    /// Every joint in the order in which the clips store them.
    pub const ALL: [Bone; BONES] = [
        Bone::Root,
        Bone::Chest,
        Bone::Neck,
        Bone::RightHip,
        Bone::RightKnee,
        Bone::RightAnkle,
        Bone::RightShoulder,
        Bone::RightElbow,
        Bone::LeftHip,
        Bone::LeftKnee,
        Bone::LeftAnkle,
        Bone::LeftShoulder,
        Bone::LeftElbow,
    ];

    /// The joint this one hangs from.
    pub fn parent(self) -> Option<Bone> {
        match self {
            Bone::Root => None,
            Bone::Chest | Bone::RightHip | Bone::LeftHip => Some(Bone::Root),
            Bone::Neck | Bone::RightShoulder | Bone::LeftShoulder => Some(Bone::Chest),
            Bone::RightKnee => Some(Bone::RightHip),
            Bone::RightAnkle => Some(Bone::RightKnee),
            Bone::RightElbow => Some(Bone::RightShoulder),
            Bone::LeftKnee => Some(Bone::LeftHip),
            Bone::LeftAnkle => Some(Bone::LeftKnee),
            Bone::LeftElbow => Some(Bone::LeftShoulder),
        }
    }

    /// True for joints that the clips store as one angle about the lateral axis.
    pub fn is_hinge(self) -> bool {
        matches!(
            self,
            Bone::RightKnee | Bone::LeftKnee | Bone::RightElbow | Bone::LeftElbow
        )
    }

    /// The same joint on the other side of the body.
    pub fn mirrored(self) -> Bone {
        match self {
            Bone::RightHip => Bone::LeftHip,
            Bone::RightKnee => Bone::LeftKnee,
            Bone::RightAnkle => Bone::LeftAnkle,
            Bone::RightShoulder => Bone::LeftShoulder,
            Bone::RightElbow => Bone::LeftElbow,
            Bone::LeftHip => Bone::RightHip,
            Bone::LeftKnee => Bone::RightKnee,
            Bone::LeftAnkle => Bone::RightAnkle,
            Bone::LeftShoulder => Bone::RightShoulder,
            Bone::LeftElbow => Bone::RightElbow,
            middle => middle,
        }
    }
}

/// One pose of the recorded humanoid, in stage axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Pose {
    /// Position of the pelvis joint, metres.
    pub root_m: DVec3,
    /// Rotation of every joint against its parent, by [`Bone`].
    pub rotations: [DQuat; BONES],
    /// Length of the steps against the recording; 1 leaves them as they were.
    pub stride: f64,
    /// 1 where the body must stand exactly in its rest pose, 0 where the recording rules.
    pub rest: f64,
    /// How tightly the hands are closed, 0 relaxed to 1 fist.
    pub fist: f64,
}

impl Pose {
    /// Every rotation the identity: arms hanging, legs straight.
    pub fn hanging() -> Self {
        Self {
            root_m: DVec3::ZERO,
            rotations: [DQuat::IDENTITY; BONES],
            stride: 1.0,
            rest: 0.0,
            fist: 0.0,
        }
    }

    /// Rotation of a joint in stage axes.
    pub fn global(&self, bone: Bone) -> DQuat {
        let local = self.rotations[bone as usize];
        match bone.parent() {
            Some(parent) => self.global(parent) * local,
            None => local,
        }
    }

    /// Direction in which the body faces on the floor, radians about +Y from +Z. A body that lies
    /// face down "faces" where its head points; face up, where its feet point.
    pub fn heading_rad(&self) -> f64 {
        let forward = self.rotations[0] * DVec3::Z;
        let up = self.rotations[0] * DVec3::Y;
        let facing = forward - up * forward.y;
        facing.x.atan2(facing.z)
    }

    /// Turns the whole body about the stage's vertical axis through `pivot_m`, then moves it.
    pub fn turned(&self, yaw_rad: f64, pivot_m: DVec3, to_m: DVec3) -> Self {
        let turn = DQuat::from_rotation_y(yaw_rad);
        let mut pose = self.clone();
        pose.root_m = to_m + turn * (self.root_m - pivot_m);
        pose.rotations[0] = turn * self.rotations[0];
        pose
    }

    /// Left and right exchanged (reflection in the plane x = 0).
    pub fn mirrored(&self) -> Self {
        let mut pose = self.clone();
        pose.root_m.x = -pose.root_m.x;
        for bone in Bone::ALL {
            let q = self.rotations[bone as usize];
            pose.rotations[bone.mirrored() as usize] = DQuat::from_xyzw(q.x, -q.y, -q.z, q.w);
        }
        pose
    }

    /// Blends two poses; `weight` 0 gives `self`, 1 gives `other`. `signs` says for each joint which
    /// way round to turn, so that a whole transition turns the same way.
    pub fn blended(&self, other: &Pose, weight: f64, signs: &[f64; BONES]) -> Self {
        let mut pose = self.clone();
        pose.root_m = self.root_m.lerp(other.root_m, weight);
        for (i, sign) in signs.iter().enumerate() {
            let target = other.rotations[i] * *sign;
            pose.rotations[i] = turn_between(self.rotations[i], target, weight);
        }
        let mix = |a: f64, b: f64| a + (b - a) * weight;
        pose.stride = mix(self.stride, other.stride);
        pose.rest = mix(self.rest, other.rest);
        pose.fist = mix(self.fist, other.fist);
        pose
    }

    /// Which way round each joint turns to `other` on the shorter path.
    pub fn signs_toward(&self, other: &Pose) -> [f64; BONES] {
        let mut signs = [1.0; BONES];
        for (i, sign) in signs.iter_mut().enumerate() {
            if self.rotations[i].dot(other.rotations[i]) < 0.0 {
                *sign = -1.0;
            }
        }
        signs
    }

    /// The pose as spline channels.
    pub fn channels(&self) -> [f64; CHANNELS] {
        let mut out = [0.0; CHANNELS];
        out[..3].copy_from_slice(&self.root_m.to_array());
        for (i, q) in self.rotations.iter().enumerate() {
            out[3 + 4 * i..7 + 4 * i].copy_from_slice(&q.to_array());
        }
        out
    }

    /// The pose of spline channels; quaternions are renormalised.
    pub fn from_channels(channels: &[f64; CHANNELS]) -> Self {
        let mut pose = Pose::hanging();
        pose.root_m = DVec3::new(channels[0], channels[1], channels[2]);
        for (i, rotation) in pose.rotations.iter_mut().enumerate() {
            let c = &channels[3 + 4 * i..7 + 4 * i];
            *rotation = DQuat::from_xyzw(c[0], c[1], c[2], c[3]).normalize();
        }
        pose
    }
}

/// Spherical interpolation that keeps the sign of `b`, so that it may take the longer way round.
fn turn_between(a: DQuat, b: DQuat, weight: f64) -> DQuat {
    let cosine = a.dot(b).clamp(-1.0, 1.0);
    let angle = cosine.acos();
    if angle < 1e-6 {
        return a.lerp(b, weight);
    }
    let s = angle.sin().max(1e-9);
    (a * (((1.0 - weight) * angle).sin() / s) + b * ((weight * angle).sin() / s)).normalize()
}
