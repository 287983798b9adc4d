//! Where a character stands in its rest pose, how tall it is, and how far its feet reach.
//!
//! A body stands on its soles: a tail, a coat, a sword or a plinth that reaches lower is no reason to let it hover. So the
//! floor is where the lowest vertex is that moves with a foot; only a body whose feet have no surface stands on the lowest
//! of all. The same vertices tell how long its shoes are.

use crate::character::{Character, Primitive};
use crate::pose::{PosedVertices, pose_vertices};
use cyc_model::HumanBone::{
    Head, LeftFoot, LeftToes, LeftUpperLeg, RightFoot, RightToes, RightUpperLeg,
};
use cyc_model::{FaceWeights, FootReach, HumanBone, JointIdx};
use glam::DVec3;

/// Vertices that make a sole: fewer are stray.
const SOLE_VERTICES_MIN: usize = 3;

/// A vertex is of the sole when it is lower than this part of the ankle's height over the floor.
const SOLE_HEIGHT_PART: f64 = 0.3;

/// Foot and toes of both sides.
const FEET: [[HumanBone; 2]; 2] = [[LeftFoot, LeftToes], [RightFoot, RightToes]];

/// A rest pose over the floor, metres.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Standing {
    /// The y of the soles; zero for a model without vertices.
    pub floor_m: f64,
    /// The y of the highest vertex, or of the head.
    pub highest_m: f64,
    /// How far the left and the right foot reach.
    pub feet: [Option<FootReach>; 2],
}

impl Standing {
    /// Measures a character's rest pose.
    pub fn measure(character: &Character) -> Self {
        let rest = character
            .skeleton
            .as_ref()
            .map_or(&[][..], |s| s.rest_global());
        let mut posed = PosedVertices::default();
        if pose_vertices(character, rest, &FaceWeights::default(), &mut posed).is_err() {
            return Self::default();
        }
        let foot_of = feet_of_joints(character);
        let mut ends: Option<(f64, f64)> = None;
        let mut feet: [Vec<DVec3>; 2] = Default::default();
        for (p, primitive) in character.primitives.iter().enumerate() {
            let posed = posed.positions.get(posed.of_primitive(p)).unwrap_or(&[]);
            for (vertex, at) in posed.iter().enumerate() {
                let at = at.metres();
                let (low, high) = ends.unwrap_or((at.y, at.y));
                ends = Some((low.min(at.y), high.max(at.y)));
                let joint = carrier(character, primitive, vertex);
                let foot = joint.and_then(|j| foot_of.get(j.idx()).copied().flatten());
                if let Some(list) = foot.and_then(|foot| feet.get_mut(foot)) {
                    list.push(at);
                }
            }
        }
        let (low, high) = ends.unwrap_or((0.0, 0.0));
        let soles = || feet.iter().flatten().map(|at| at.y);
        let floor_m = match soles().count() >= SOLE_VERTICES_MIN {
            true => soles().fold(f64::INFINITY, f64::min),
            false => low,
        };
        // A model may have no surface where its feet and head are.
        let bones = FEET.into_iter().flatten().chain([Head]);
        let heights = bones.filter_map(|bone| Some(joint_at(character, bone)?.y));
        let (floor_m, highest_m) =
            heights.fold((floor_m, high), |(low, high), y| (low.min(y), high.max(y)));
        let reach = |side: usize| reach(character, side, feet.get(side)?, floor_m);
        Self {
            floor_m,
            highest_m,
            feet: [reach(0), reach(1)],
        }
    }
}

/// Where a bone's joint is at rest, metres.
fn joint_at(character: &Character, bone: HumanBone) -> Option<DVec3> {
    let joint = character.humanoid.joint(bone)?;
    let rest = character.skeleton.as_ref()?.rest_global();
    Some(rest.get(joint.idx())?.translation().metres())
}

/// How far a foot's sole reaches before and behind its ankle; `None` without a surface.
fn reach(
    character: &Character,
    side: usize,
    vertices: &[DVec3],
    floor_m: f64,
) -> Option<FootReach> {
    let [foot, toes] = *FEET.get(side)?;
    let ankle = joint_at(character, foot)?;
    let to_left = joint_at(character, LeftUpperLeg)? - joint_at(character, RightUpperLeg)?;
    let facing = to_left.cross(DVec3::Y).with_y(0.0).try_normalize()?;
    let along = joint_at(character, toes).map(|toes| (toes - ankle).with_y(0.0));
    let heading = along
        .and_then(DVec3::try_normalize)
        .filter(|heading| heading.dot(facing) > 0.0)
        .unwrap_or(facing);
    let low_m = floor_m + SOLE_HEIGHT_PART * (ankle.y - floor_m);
    let sole = vertices.iter().filter(|at| at.y <= low_m);
    let along = sole.map(|at| (*at - ankle).dot(heading));
    let (count, back, tip) = along.fold((0, 0.0f64, 0.0f64), |(n, back, tip), x| {
        (n + 1, back.min(x), tip.max(x))
    });
    (count >= SOLE_VERTICES_MIN).then_some(FootReach {
        ahead_m: tip,
        behind_m: -back,
    })
}

/// For each joint, the foot (0 left, 1 right) that it is or hangs on.
fn feet_of_joints(character: &Character) -> Vec<Option<usize>> {
    let joints = character.skeleton.as_ref().map_or(&[][..], |s| s.joints());
    let mut foot_of: Vec<Option<usize>> = Vec::with_capacity(joints.len());
    for (j, joint) in joints.iter().enumerate() {
        let is_bone = |bone: &HumanBone| {
            let known = character.humanoid.joint(*bone);
            known.is_some_and(|known| known.idx() == j)
        };
        let own = FEET.iter().position(|foot| foot.iter().any(is_bone));
        // Parents come first.
        let above = joint.parent.and_then(|p| foot_of.get(p.idx()).copied());
        foot_of.push(own.or(above.flatten()));
    }
    foot_of
}

/// The joint that a vertex moves with most.
fn carrier(character: &Character, primitive: &Primitive, vertex: usize) -> Option<JointIdx> {
    let Some(skin) = primitive.skin else {
        return primitive.rigid_joint;
    };
    let joints = primitive.joints.get(vertex)?;
    let weights = primitive.weights.get(vertex)?;
    let pairs = joints.iter().zip(weights);
    let (strongest, _) = pairs.max_by(|a, b| a.1.total_cmp(b.1))?;
    let skin = character.skins.get(skin)?;
    skin.joints.get(usize::from(*strongest)).copied()
}
