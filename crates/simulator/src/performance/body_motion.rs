//! A recorded motion on a body: every joint's placement at any time.
//!
//! The motion's joints turn the body's joints by the same amount in space, measured from each one's own rest pose;
//! where the rest poses point a bone elsewhere (T against A), the body's bone is first turned onto the motion's.
//! For a motion made for this body both corrections are the identity. This is a second, independent way from a
//! motion to a body: the one in `solver` is judged by it.

use super::joint_names::pair_joints;
use super::linear::{Placement, cross, length, slerp, unit_or};
use cyc_character::infer_humanoid;
use cyc_model::{HumanBone, HumanoidMap, Skeleton, Space, Xf};
use cyc_take::bvh::BvhClip;
use thiserror::Error;

/// A motion as it was recorded: local rotations against the motion's own skeleton.
#[derive(Clone, Debug)]
pub struct Clip {
    /// The motion's skeleton.
    pub skeleton: Skeleton,
    /// Which of its joints are human bones.
    pub humanoid: HumanoidMap,
    /// Seconds from frame to frame.
    pub frame_s: f64,
    /// Local placement of each joint in its parent, for each frame: `frames[f][joint]`.
    pub frames: Vec<Vec<Placement>>,
}

impl Clip {
    /// From a BVH clip; its joints' names say which bones they are.
    pub fn from_bvh(bvh: &BvhClip) -> Self {
        let skeleton = bvh.skeleton().clone();
        let humanoid = infer_humanoid(&skeleton);
        let frame = |f| {
            bvh.locals(f)
                .iter()
                .map(|xf| placement_from_model(*xf))
                .collect()
        };
        let frames = (0..bvh.frame_count()).map(frame).collect();
        Self {
            skeleton,
            humanoid,
            frame_s: bvh.frame_time_s(),
            frames,
        }
    }
}

/// Why a motion cannot drive a body.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MotionError {
    /// No frames, or a frame time that is none.
    #[error("the motion has no frames or no frame time")]
    Empty,
    /// The body or the motion lacks a bone that nothing can replace.
    #[error("{which} has no joint for the bone '{bone}'")]
    MissingBone {
        /// `motion` or `body`.
        which: &'static str,
        /// VRM name of the bone.
        bone: &'static str,
    },
}

impl MotionError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Empty => "simulator-motion-empty",
            Self::MissingBone { .. } => "simulator-motion-missing-bone",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Empty => vec![],
            Self::MissingBone { which, bone } => {
                vec![("which", (*which).to_owned()), ("bone", (*bone).to_owned())]
            }
        }
    }
}

/// Bones without which a motion is no performance.
const NEEDED: [HumanBone; 13] = [
    HumanBone::Hips,
    HumanBone::LeftUpperLeg,
    HumanBone::LeftLowerLeg,
    HumanBone::LeftFoot,
    HumanBone::RightUpperLeg,
    HumanBone::RightLowerLeg,
    HumanBone::RightFoot,
    HumanBone::LeftUpperArm,
    HumanBone::LeftLowerArm,
    HumanBone::LeftHand,
    HumanBone::RightUpperArm,
    HumanBone::RightLowerArm,
    HumanBone::RightHand,
];

/// A motion on a body.
#[derive(Clone, Debug)]
pub struct BodyMotion {
    clip: Clip,
    parents: Vec<Option<usize>>,
    rest_local: Vec<Placement>,
    rest_global: Vec<Placement>,
    motion_rest: Vec<Placement>,
    drivers: Vec<Option<usize>>,
    onto_motion: Vec<Placement>,
    root: usize,
    scale: f64,
    lift_m: f64,
    locals: Vec<Placement>,
    motion_globals: Vec<Placement>,
    globals: Vec<Placement>,
}

/// Seconds over which a motion that is repeated goes from its end back to its start.
const LOOP_BLEND_S: f64 = 1.0;

impl BodyMotion {
    /// Binds a motion to a body.
    pub fn new(clip: Clip, body: &Skeleton, map: &HumanoidMap) -> Result<Self, MotionError> {
        if clip.frames.is_empty() || !(clip.frame_s > 0.0) {
            return Err(MotionError::Empty);
        }
        for (which, of) in [("motion", &clip.humanoid), ("body", map)] {
            if let Some(bone) = NEEDED.into_iter().find(|b| of.joint(*b).is_none()) {
                return Err(MotionError::MissingBone {
                    which,
                    bone: bone.vrm_name(),
                });
            }
        }
        let drivers = pair_joints(body, map, &clip.skeleton, &clip.humanoid);
        let rest_local = locals_of(body);
        let parents = parents_of(body);
        let mut rest_global = vec![Placement::IDENTITY; body.len()];
        globals(&parents, &rest_local, &mut rest_global);
        let motion_local = locals_of(&clip.skeleton);
        let motion_parents = parents_of(&clip.skeleton);
        let mut motion_rest = vec![Placement::IDENTITY; clip.skeleton.len()];
        globals(&motion_parents, &motion_local, &mut motion_rest);
        let onto_motion = alignments(&parents, &rest_global, &motion_rest, &drivers);
        let hip = |m: &HumanoidMap| m.joint(HumanBone::Hips).map_or(0, |j| j.idx());
        let (root, motion_root) = (hip(map), hip(&clip.humanoid));
        let scale = leg_length(map, &rest_global) / leg_length(&clip.humanoid, &motion_rest);
        let lift_m = hip_drop(map, &rest_global) - scale * hip_drop(&clip.humanoid, &motion_rest);
        let n = body.len();
        let motion_globals = motion_rest.clone();
        let mut this = Self {
            clip,
            parents,
            rest_local,
            rest_global,
            motion_rest,
            drivers,
            onto_motion,
            root,
            scale,
            lift_m,
            locals: vec![Placement::IDENTITY; motion_globals.len()],
            motion_globals,
            globals: vec![Placement::IDENTITY; n],
        };
        this.drivers[root] = Some(motion_root);
        Ok(this)
    }

    /// Length of the motion, seconds.
    pub fn length_s(&self) -> f64 {
        self.clip.frame_s * (self.clip.frames.len() - 1) as f64
    }

    /// Places every joint of the body at a time in seconds. Beyond its end the motion goes back to its start and
    /// repeats.
    pub fn pose(&mut self, t_s: f64) -> &[Placement] {
        self.sample(t_s);
        let parents = parents_of(&self.clip.skeleton);
        globals(&parents, &self.locals, &mut self.motion_globals);
        for joint in 0..self.globals.len() {
            let parent = self.parents[joint].map(|p| self.globals[p]);
            let carried = match parent {
                Some(p) => p.then(&self.rest_local[joint]),
                None => self.rest_local[joint],
            };
            self.globals[joint] = match self.drivers[joint] {
                Some(driver) => {
                    let turned = self.turn_of(driver).then(&self.onto_motion[joint]);
                    let r = turned.then(&only_rotation(&self.rest_global[joint])).r;
                    let t = if joint == self.root {
                        self.root_at(driver)
                    } else {
                        carried.t
                    };
                    Placement { r, t }
                }
                None => carried,
            };
        }
        &self.globals
    }

    /// The body's rest pose.
    pub fn rest(&self) -> &[Placement] {
        &self.rest_global
    }

    /// How far a joint of the motion has turned in space from its rest.
    fn turn_of(&self, driver: usize) -> Placement {
        let back = only_rotation(&self.motion_rest[driver]).inverse();
        only_rotation(&self.motion_globals[driver]).then(&back)
    }

    /// The hips' place: the motion's, scaled by leg length about the origin on the floor, and lifted by what the two
    /// pelvises differ in height, so that feet which stand in the motion stand on the floor.
    fn root_at(&self, driver: usize) -> [f64; 3] {
        let [x, y, z] = self.motion_globals[driver].t.map(|c| c * self.scale);
        [x, y + self.lift_m, z]
    }

    fn sample(&mut self, t_s: f64) {
        let (length_s, last) = (self.length_s(), self.clip.frames.len() - 1);
        let t = if length_s > 0.0 {
            t_s.max(0.0) % (length_s + LOOP_BLEND_S)
        } else {
            0.0
        };
        let (a, b, k) = if t >= length_s {
            let x = (t - length_s) / LOOP_BLEND_S;
            (last, 0, x * x * (3.0 - 2.0 * x))
        } else {
            let at = t / self.clip.frame_s;
            let a = (at.floor() as usize).min(last);
            (a, (a + 1).min(last), at - at.floor())
        };
        let (from, to) = (&self.clip.frames[a], &self.clip.frames[b]);
        for (out, (p, q)) in self.locals.iter_mut().zip(from.iter().zip(to)) {
            let turned = slerp(p.quaternion(), q.quaternion(), k);
            let t = std::array::from_fn(|c| p.t[c] + (q.t[c] - p.t[c]) * k);
            *out = Placement::from_quaternion(turned, t);
        }
    }
}

fn only_rotation(p: &Placement) -> Placement {
    Placement {
        r: p.r,
        t: [0.0; 3],
    }
}

fn parents_of(skeleton: &Skeleton) -> Vec<Option<usize>> {
    skeleton
        .joints()
        .iter()
        .map(|j| j.parent.map(|p| p.idx()))
        .collect()
}

fn locals_of(skeleton: &Skeleton) -> Vec<Placement> {
    skeleton
        .joints()
        .iter()
        .map(|j| placement_from_model(j.parent_from_joint))
        .collect()
}

/// The numbers of a model transform, taken apart: for skeletons and for set-up values of a stage file.
pub fn placement_from_model<A: Space, B: Space>(xf: Xf<A, B>) -> Placement {
    let (q, t) = (xf.rotation(), xf.translation().metres());
    Placement::from_quaternion([q.x, q.y, q.z, q.w], [t.x, t.y, t.z])
}

fn globals(parents: &[Option<usize>], locals: &[Placement], out: &mut [Placement]) {
    for joint in 0..out.len() {
        out[joint] = match parents[joint] {
            Some(p) => out[p].then(&locals[joint]),
            None => locals[joint],
        };
    }
}

/// For each driven joint of the body, the turn that takes its resting bone onto the motion's resting bone.
fn alignments(
    parents: &[Option<usize>],
    body: &[Placement],
    motion: &[Placement],
    drivers: &[Option<usize>],
) -> Vec<Placement> {
    let mut out = vec![Placement::IDENTITY; body.len()];
    for joint in 0..body.len() {
        let Some(driver) = drivers[joint] else {
            continue;
        };
        // The first driven child says where the bone points.
        let child = (joint + 1..body.len())
            .find(|c| parents[*c] == Some(joint) && drivers[*c].is_some_and(|d| d != driver));
        let Some((child, its_driver)) = child.and_then(|c| Some((c, drivers[c]?))) else {
            continue;
        };
        let bone = |from: &Placement, to: &Placement| std::array::from_fn(|k| to.t[k] - from.t[k]);
        out[joint] = turn_between(
            bone(&body[joint], &body[child]),
            bone(&motion[driver], &motion[its_driver]),
        );
    }
    out
}

/// The smallest turn that takes one direction onto another.
fn turn_between(from: [f64; 3], to: [f64; 3]) -> Placement {
    let (a, b) = (unit_or(from, [0.0, 1.0, 0.0]), unit_or(to, [0.0, 1.0, 0.0]));
    let axis = cross(a, b);
    let cosine: f64 = (0..3).map(|k| a[k] * b[k]).sum();
    if length(axis) < 1e-9 {
        return Placement::IDENTITY;
    }
    Placement::from_quaternion([axis[0], axis[1], axis[2], 1.0 + cosine], [0.0; 3])
}

/// How far the hip joints lie below the hips at rest, metres.
fn hip_drop(map: &HumanoidMap, rest: &[Placement]) -> f64 {
    let height = |bone| {
        map.joint(bone)
            .and_then(|j| rest.get(j.idx()))
            .map(|p| p.t[1])
    };
    match (
        height(HumanBone::Hips),
        height(HumanBone::LeftUpperLeg),
        height(HumanBone::RightUpperLeg),
    ) {
        (Some(hips), Some(left), Some(right)) => hips - (left + right) / 2.0,
        _ => 0.0,
    }
}

fn leg_length(map: &HumanoidMap, rest: &[Placement]) -> f64 {
    let at = |bone| map.joint(bone).and_then(|j| rest.get(j.idx())).map(|p| p.t);
    let (Some(hip), Some(knee), Some(ankle)) = (
        at(HumanBone::LeftUpperLeg),
        at(HumanBone::LeftLowerLeg),
        at(HumanBone::LeftFoot),
    ) else {
        return 1.0;
    };
    let bone = |a: [f64; 3], b: [f64; 3]| length([a[0] - b[0], a[1] - b[1], a[2] - b[2]]);
    (bone(hip, knee) + bone(knee, ankle)).max(1e-3)
}
