//! Where a character stands in its rest pose, how tall it is, and how far its feet reach.
//!
//! A body stands on its soles: a tail, a coat, a sword or a plinth that reaches lower is no reason to let it hover. So the
//! floor is where the lowest vertex is that moves with a foot; only a body whose feet have no surface stands on the lowest
//! of all. The same vertices tell how long its shoes are, and those of its hands what space they take up.

use crate::character::{Character, Primitive};
use crate::hand_shape::hand_shape;
use crate::pose::{PosedVertices, pose_vertices};
use cyc_model::HumanBone::{
    Head, LeftFoot, LeftHand, LeftLowerArm, LeftToes, LeftUpperLeg, RightFoot, RightHand,
    RightLowerArm, RightToes, RightUpperLeg,
};
use cyc_model::{FaceWeights, FootReach, HandShape, HumanBone, JointIdx};
use glam::DVec3;

/// Vertices that make a sole: fewer are stray.
const SOLE_VERTICES_MIN: usize = 3;

/// A vertex is of the sole when it is lower than this part of the ankle's height over the floor.
const SOLE_HEIGHT_PART: f64 = 0.3;

/// Foot and toes of both sides.
const FEET: [[HumanBone; 2]; 2] = [[LeftFoot, LeftToes], [RightFoot, RightToes]];

/// Forearm and hand of both sides.
const HANDS: [[HumanBone; 2]; 2] = [[LeftLowerArm, LeftHand], [RightLowerArm, RightHand]];

/// The bones that a foot or hand begins with: those of both feet, then of both hands.
const ENDS: [&[HumanBone]; 4] = [&FEET[0], &FEET[1], &[LeftHand], &[RightHand]];

/// A rest pose over the floor, metres.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Standing {
    /// The y of the soles; zero for a model without vertices.
    pub floor_m: f64,
    /// The y of the highest vertex, or of the head.
    pub highest_m: f64,
    /// How far the left and the right foot reach.
    pub feet: [Option<FootReach>; 2],
    /// What the left and the right hand are like.
    pub hands: [Option<HandShape>; 2],
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
        let end_of = ends_of_joints(character);
        let mut ends: Option<(f64, f64)> = None;
        let mut vertices: [Vec<DVec3>; ENDS.len()] = Default::default();
        for (p, primitive) in character.primitives.iter().enumerate() {
            let posed = posed.positions.get(posed.of_primitive(p)).unwrap_or(&[]);
            for (vertex, at) in posed.iter().enumerate() {
                let at = at.metres();
                let (low, high) = ends.unwrap_or((at.y, at.y));
                ends = Some((low.min(at.y), high.max(at.y)));
                let joint = carrier(character, primitive, vertex);
                let end = joint.and_then(|j| end_of.get(j.idx()).copied().flatten());
                if let Some(list) = end.and_then(|end| vertices.get_mut(end)) {
                    list.push(at);
                }
            }
        }
        let (low, high) = ends.unwrap_or((0.0, 0.0));
        let [left, right, left_hand, right_hand] = &vertices;
        let soles = || [left, right].into_iter().flatten().map(|at| at.y);
        let floor_m = match soles().count() >= SOLE_VERTICES_MIN {
            true => soles().fold(f64::INFINITY, f64::min),
            false => low,
        };
        // A model may have no surface where its feet and head are.
        let bones = FEET.into_iter().flatten().chain([Head]);
        let heights = bones.filter_map(|bone| Some(joint_at(character, bone)?.y));
        let (floor_m, highest_m) =
            heights.fold((floor_m, high), |(low, high), y| (low.min(y), high.max(y)));
        let feet = [(0, left), (1, right)];
        let hands = [(0, left_hand), (1, right_hand)];
        Self {
            floor_m,
            highest_m,
            feet: feet.map(|(side, foot)| reach(character, side, foot, floor_m)),
            hands: hands.map(|(side, hand)| shape_of(character, side, hand)),
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
    let none = (0, f64::INFINITY, 0.0f64);
    let (count, back, tip) = along.fold(none, |(n, back, tip), x| (n + 1, back.min(x), tip.max(x)));
    (count >= SOLE_VERTICES_MIN).then_some(FootReach {
        ahead_m: tip,
        behind_m: -back,
    })
}

/// What a hand is like; `None` without a surface.
fn shape_of(character: &Character, side: usize, vertices: &[DVec3]) -> Option<HandShape> {
    let [forearm, hand] = *HANDS.get(side)?;
    let joint = character.humanoid.joint(hand)?;
    let rest = character.skeleton.as_ref()?.rest_global();
    let forearm_m = joint_at(character, forearm)?.distance(joint_at(character, hand)?);
    hand_shape(*rest.get(joint.idx())?, forearm_m, vertices)
}

/// For each joint, the one of [`ENDS`] that it is or hangs on.
fn ends_of_joints(character: &Character) -> Vec<Option<usize>> {
    let joints = character.skeleton.as_ref().map_or(&[][..], |s| s.joints());
    let mut end_of: Vec<Option<usize>> = Vec::with_capacity(joints.len());
    for (j, joint) in joints.iter().enumerate() {
        let is_bone = |bone: &HumanBone| {
            let known = character.humanoid.joint(*bone);
            known.is_some_and(|known| known.idx() == j)
        };
        let own = ENDS.iter().position(|end| end.iter().any(is_bone));
        // Parents come first.
        let above = joint.parent.and_then(|p| end_of.get(p.idx()).copied());
        end_of.push(own.or(above.flatten()));
    }
    end_of
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
