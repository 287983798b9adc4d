//! A performer's face, frame by frame, on its way to a character.
//!
//! The neutral face is taken off, gains and mirror are applied, and what the eyes and the head do beyond shapes becomes
//! rotations. Those are about the body's own axes (x to its left, y up, z where it faces), so that a joint's own axes,
//! which every tool lays differently, do not matter; [`FaceRetarget::turn_joints`] brings them to the joints. After
//! building nothing is allocated. An eye is turned by bones only where no face shape turns it already: both would turn it
//! twice.

use super::{EyesBy, FaceSettings, FaceTarget, NeutralFace};
use crate::character::Character;
use crate::vrm::look_at::{LookAt, LookBy};
use cyc_model::{CapturedFace, FaceShape, FaceWeights, HumanBone, JointFrame, Skeleton, Space, Xf};
use glam::{DQuat, DVec3, EulerRot};

/// A face as a capture tells it, in the head's or the body's axes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FaceInput {
    /// The shapes.
    pub weights: FaceWeights,
    /// The head's turn against the body.
    pub head: Option<DQuat>,
    /// The eyes' turn in the head, left and right.
    pub eyes: [Option<DQuat>; 2],
}

impl From<&CapturedFace> for FaceInput {
    /// The head's turn is against the source's axes: a performer who turns round turns her head by it too.
    fn from(face: &CapturedFace) -> Self {
        Self {
            weights: face.weights,
            head: face.source_from_head.map(|x| x.rotation()),
            eyes: [face.head_from_left_eye, face.head_from_right_eye]
                .map(|e| e.map(|x| x.rotation())),
        }
    }
}

/// A face as the character shows it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FacePose {
    /// The shapes, for [`Character::morph_weights`].
    pub weights: FaceWeights,
    /// The neck's turn.
    pub neck: DQuat,
    /// The head's turn beyond the neck's.
    pub head: DQuat,
    /// The eyes' turns, left and right.
    pub eyes: [DQuat; 2],
}

/// A joint that the face turns, with all that hangs on it.
#[derive(Clone, Debug)]
struct Turned {
    joint: usize,
    /// The joint whose turn the rotation is relative to, and the inverse of its rest rotation.
    within: Option<(usize, DQuat)>,
    /// The joint and everything below it.
    moved: Vec<usize>,
}

/// Takes one performer's face to one character.
#[derive(Clone, Debug)]
pub struct FaceRetarget {
    settings: FaceSettings,
    neutral: NeutralFace,
    look: Option<LookAt>,
    /// Neck, head, left eye, right eye.
    joints: [Option<Turned>; 4],
    eyes_by_bones: bool,
    morphs: usize,
}

impl FaceRetarget {
    /// Prepares a character.
    pub fn build(character: &Character, settings: &FaceSettings) -> Self {
        let turned = |bone| Turned::find(character, bone);
        let joints = [
            turned(HumanBone::Neck),
            turned(HumanBone::Head),
            turned(HumanBone::LeftEye),
            turned(HumanBone::RightEye),
        ];
        let is_driven = |d: &super::FaceDrive| match d.target {
            FaceTarget::Morph(_) => LOOKS.contains(&d.shape),
            // Expressions that look do so for a file that asks for it.
            FaceTarget::Expression(_) => {
                let by = character.look_at.map(|l| l.by);
                LOOKS.contains(&d.shape) && by != Some(LookBy::Bones)
            }
        };
        let shapes_look = character.face.drives().iter().any(is_driven);
        Self {
            settings: settings.clone(),
            neutral: NeutralFace::default(),
            look: character.look_at.filter(|l| l.by == LookBy::Bones),
            eyes_by_bones: match settings.eyes.by {
                EyesBy::Auto => !shapes_look,
                EyesBy::Shapes => false,
                EyesBy::Bones => true,
            },
            joints,
            morphs: character.morph_names.len(),
        }
    }

    /// Takes the actor's neutral face off from now on.
    pub fn calibrate(&mut self, neutral: NeutralFace) {
        self.neutral = neutral;
    }

    /// How many weights [`Self::run`] writes.
    pub fn morphs(&self) -> usize {
        self.morphs
    }

    /// What the character's face does, and into `morphs` the weights of its morph targets.
    pub fn run(&self, character: &Character, input: &FaceInput, morphs: &mut [f32]) -> FacePose {
        let pose = self.pose(input);
        character.morph_weights(&pose.weights, morphs);
        pose
    }

    /// What the character's face does.
    pub fn pose(&self, input: &FaceInput) -> FacePose {
        let mut weights = FaceWeights::default();
        for (shape, gain) in FaceShape::ALL.into_iter().zip(self.settings.gain) {
            let own = self.neutral.taken_off(shape, input.weights.get(shape)) * gain;
            let to = if self.settings.mirrored {
                mirrored(shape)
            } else {
                shape
            };
            weights.set(to, own);
        }
        let (mut head, mut eyes) = (input.head, input.eyes);
        if self.settings.mirrored {
            let mirror = |q: DQuat| DQuat::from_xyzw(q.x, -q.y, -q.z, q.w);
            let [left, right] = eyes;
            (head, eyes) = (head.map(mirror), [right.map(mirror), left.map(mirror)]);
        }
        let [neck, head] = self.head_turns(head);
        let mut pose = FacePose {
            weights,
            neck,
            head,
            eyes: [DQuat::IDENTITY; 2],
        };
        if self.eyes_by_bones {
            for (side, slot) in pose.eyes.iter_mut().enumerate() {
                let captured = eyes.get(side).copied().flatten();
                let gaze = captured.map_or_else(|| self.gaze(&weights, side), gaze_of);
                *slot = self.eye_turn(gaze, side);
            }
        }
        pose
    }

    /// The angles of gaze to the left and up that the look shapes tell, degrees.
    fn gaze(&self, weights: &FaceWeights, side: usize) -> [f32; 2] {
        use FaceShape::*;
        let [sideways, upright] = self.settings.eyes.full_deg;
        let [left, right, up, down] = match side {
            0 => [
                EyeLookOutLeft,
                EyeLookInLeft,
                EyeLookUpLeft,
                EyeLookDownLeft,
            ],
            _ => [
                EyeLookInRight,
                EyeLookOutRight,
                EyeLookUpRight,
                EyeLookDownRight,
            ],
        };
        let of = |shape| weights.get(shape);
        [
            (of(left) - of(right)) * sideways,
            (of(up) - of(down)) * upright,
        ]
    }

    fn eye_turn(&self, [to_left, to_up]: [f32; 2], side: usize) -> DQuat {
        let outward = (to_left >= 0.0) == (side == 0);
        let [in_max, out_max, down_max, up_max] = self.settings.eyes.max_deg;
        let limited = |angle: f32, max: f32, range: Option<crate::vrm::look_at::LookRange>| {
            let size = match range {
                Some(range) => range.output(angle.abs()),
                None => angle.abs().min(max),
            };
            size.copysign(angle)
        };
        let range =
            |pick: fn(&LookAt) -> crate::vrm::look_at::LookRange| self.look.as_ref().map(pick);
        let yaw = match outward {
            true => limited(to_left, out_max, range(|l| l.outward)),
            false => limited(to_left, in_max, range(|l| l.inward)),
        };
        let pitch = match to_up >= 0.0 {
            true => limited(to_up, up_max, range(|l| l.up)),
            false => limited(to_up, down_max, range(|l| l.down)),
        };
        // A positive turn about y looks left, about x down.
        let (yaw, pitch) = (f64::from(yaw).to_radians(), f64::from(pitch).to_radians());
        DQuat::from_rotation_y(yaw) * DQuat::from_rotation_x(-pitch)
    }

    /// The captured turn, limited and shared between neck and head.
    fn head_turns(&self, captured: Option<DQuat>) -> [DQuat; 2] {
        let settings = &self.settings.head;
        let still = [DQuat::IDENTITY; 2];
        let Some(turn) = captured.filter(|_| settings.strength > 0.0) else {
            return still;
        };
        let (yaw, pitch, roll) = turn.to_euler(EulerRot::YXZ);
        let [nod, side, tilt] = settings.max_deg.map(|d| f64::from(d).to_radians());
        let strength = f64::from(settings.strength);
        let [yaw, pitch, roll] = [(yaw, side), (pitch, nod), (roll, tilt)]
            .map(|(angle, max)| (angle * strength).clamp(-max, max));
        let whole = DQuat::from_euler(EulerRot::YXZ, yaw, pitch, roll);
        let has_neck = self.joints.first().is_some_and(Option::is_some);
        let share = if has_neck {
            f64::from(settings.neck_share)
        } else {
            0.0
        };
        let neck = DQuat::IDENTITY.slerp(whole, share);
        [neck, neck.conjugate() * whole]
    }

    /// Turns the neck, the head and the eyes of a posed character, with all that hangs on them. `globals` are in the
    /// skeleton's order; a shorter slice stays as it is.
    pub fn turn_joints<S: Space>(&self, pose: &FacePose, globals: &mut [Xf<S, JointFrame>]) {
        let [left, right] = pose.eyes;
        let turns = [pose.neck, pose.head, left, right];
        for (turned, turn) in self.joints.iter().zip(turns) {
            if let Some(turned) = turned.as_ref().filter(|_| turn != DQuat::IDENTITY) {
                turned.apply(turn, globals);
            }
        }
    }
}

impl Turned {
    fn find(character: &Character, bone: HumanBone) -> Option<Self> {
        let skeleton = character.skeleton.as_ref()?;
        let joint = character.humanoid.joint(bone)?.idx();
        let above = character.humanoid.mapped_parent(bone);
        let within = above
            .and_then(|b| character.humanoid.joint(b))
            .and_then(|j| {
                let rest = skeleton.rest_global().get(j.idx())?;
                Some((j.idx(), rest.rotation().conjugate()))
            });
        Some(Self {
            joint,
            within,
            moved: below(skeleton, joint),
        })
    }

    fn apply<S: Space>(&self, turn: DQuat, globals: &mut [Xf<S, JointFrame>]) {
        let Some(center) = globals.get(self.joint).map(|j| j.translation().metres()) else {
            return;
        };
        let body = self.within.and_then(|(j, undo_rest)| {
            let now = globals.get(j)?.rotation();
            Some(now * undo_rest)
        });
        let body = body.unwrap_or(DQuat::IDENTITY);
        let turn = body * turn * body.conjugate();
        for joint in &self.moved {
            if let Some(slot) = globals.get_mut(*joint) {
                let off: DVec3 = slot.translation().metres() - center;
                *slot = Xf::saturating(turn * slot.rotation(), center + turn * off);
            }
        }
    }
}

/// A joint and everything below it.
fn below(skeleton: &Skeleton, joint: usize) -> Vec<usize> {
    let mut within = vec![false; skeleton.len()];
    let mut list = Vec::new();
    for (i, entry) in skeleton.joints().iter().enumerate() {
        let above = entry.parent.and_then(|p| within.get(p.idx()).copied());
        if i == joint || above == Some(true) {
            if let Some(slot) = within.get_mut(i) {
                *slot = true;
            }
            list.push(i);
        }
    }
    list
}

/// The angles of gaze to the left and up of an eye that looks along its +z, degrees.
fn gaze_of(eye: DQuat) -> [f32; 2] {
    let along = eye * DVec3::Z;
    let to_left = along.x.atan2(along.z).to_degrees();
    let to_up = along.y.clamp(-1.0, 1.0).asin().to_degrees();
    [to_left as f32, to_up as f32]
}

/// Shapes that turn an eye.
const LOOKS: [FaceShape; 8] = [
    FaceShape::EyeLookInLeft,
    FaceShape::EyeLookOutLeft,
    FaceShape::EyeLookUpLeft,
    FaceShape::EyeLookDownLeft,
    FaceShape::EyeLookInRight,
    FaceShape::EyeLookOutRight,
    FaceShape::EyeLookUpRight,
    FaceShape::EyeLookDownRight,
];

/// The shape of the other side.
fn mirrored(shape: FaceShape) -> FaceShape {
    use FaceShape::*;
    match shape {
        EyeBlinkLeft => EyeBlinkRight,
        EyeBlinkRight => EyeBlinkLeft,
        EyeLookDownLeft => EyeLookDownRight,
        EyeLookDownRight => EyeLookDownLeft,
        EyeLookInLeft => EyeLookInRight,
        EyeLookInRight => EyeLookInLeft,
        EyeLookOutLeft => EyeLookOutRight,
        EyeLookOutRight => EyeLookOutLeft,
        EyeLookUpLeft => EyeLookUpRight,
        EyeLookUpRight => EyeLookUpLeft,
        EyeSquintLeft => EyeSquintRight,
        EyeSquintRight => EyeSquintLeft,
        EyeWideLeft => EyeWideRight,
        EyeWideRight => EyeWideLeft,
        JawLeft => JawRight,
        JawRight => JawLeft,
        MouthLeft => MouthRight,
        MouthRight => MouthLeft,
        MouthSmileLeft => MouthSmileRight,
        MouthSmileRight => MouthSmileLeft,
        MouthFrownLeft => MouthFrownRight,
        MouthFrownRight => MouthFrownLeft,
        MouthDimpleLeft => MouthDimpleRight,
        MouthDimpleRight => MouthDimpleLeft,
        MouthStretchLeft => MouthStretchRight,
        MouthStretchRight => MouthStretchLeft,
        MouthPressLeft => MouthPressRight,
        MouthPressRight => MouthPressLeft,
        MouthLowerDownLeft => MouthLowerDownRight,
        MouthLowerDownRight => MouthLowerDownLeft,
        MouthUpperUpLeft => MouthUpperUpRight,
        MouthUpperUpRight => MouthUpperUpLeft,
        BrowDownLeft => BrowDownRight,
        BrowDownRight => BrowDownLeft,
        BrowOuterUpLeft => BrowOuterUpRight,
        BrowOuterUpRight => BrowOuterUpLeft,
        CheekSquintLeft => CheekSquintRight,
        CheekSquintRight => CheekSquintLeft,
        NoseSneerLeft => NoseSneerRight,
        NoseSneerRight => NoseSneerLeft,
        middle => middle,
    }
}
