//! How far a part's vertices are from the joints that move them: a box around it is known in every pose.

use cyc_character::{Character, Primitive};
use cyc_model::{JointFrame, JointIdx, Point, SkinBlend, Space, Xf};
use glam::{Mat3, Mat4, Vec3};

/// How far dual quaternions carry a vertex beyond the places that its joints by themselves would put it, as a part of its
/// distance from them: the arc over the chord of a right angle.
const ARC: f32 = 0.3;

/// A block that turns with one joint.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Block {
    joint: JointIdx,
    /// In the joint's frame, metres.
    middle: Vec3,
    /// Half of its sides there, metres.
    half: Vec3,
    /// What may stick out of it to any side, metres.
    beyond_m: f32,
}

/// The vertices of a part, by the joints that move them. A blend of places lies between them, so that a box around all
/// blocks is one around all vertices.
#[derive(Clone, Debug, Default)]
pub(super) struct Reach {
    blocks: Vec<Block>,
    /// A box around what no joint moves, metres on the stage.
    still: Option<(Vec3, Vec3)>,
}

/// A box that grows; `None` while it is empty.
type Growing = Option<(Vec3, Vec3)>;

fn with(grown: Growing, (low, high): (Vec3, Vec3)) -> Growing {
    Some(grown.map_or((low, high), |(a, b)| (a.min(low), b.max(high))))
}

/// How far morph targets move a vertex of a primitive at most, metres of the mesh.
fn morphs_m(primitive: &Primitive) -> f32 {
    let mut sums = vec![0.0f32; primitive.positions.len()];
    for target in &primitive.morphs {
        for (vertex, by) in target.vertices.iter().zip(&target.positions) {
            if let Some(sum) = sums.get_mut(*vertex as usize) {
                *sum += by.length();
            }
        }
    }
    sums.into_iter().fold(0.0, f32::max)
}

fn largest_scale(matrix: &Mat4) -> f32 {
    let columns = [matrix.x_axis, matrix.y_axis, matrix.z_axis];
    let longest = columns.iter().map(|c| c.truncate().length());
    longest.fold(0.0, f32::max)
}

/// The corners of a box.
pub(super) fn corners((low, high): (Vec3, Vec3)) -> [Vec3; 8] {
    std::array::from_fn(|corner| {
        let pick = |bit: usize, a: f32, b: f32| if corner & bit == 0 { a } else { b };
        Vec3::new(
            pick(1, low.x, high.x),
            pick(2, low.y, high.y),
            pick(4, low.z, high.z),
        )
    })
}

/// A block around the places that a matrix takes some vertices of a mesh to.
fn block(
    joint: JointIdx,
    from_mesh: &Mat4,
    around: (Vec3, Vec3),
    morphs_m: f32,
    arc: f32,
) -> Block {
    let corners = corners(around).map(|corner| from_mesh.transform_point3(corner));
    let grown = corners
        .into_iter()
        .fold(None, |grown, at| with(grown, (at, at)));
    let (low, high) = grown.unwrap_or_default();
    let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
    Block {
        joint,
        middle,
        half,
        beyond_m: morphs_m * largest_scale(from_mesh) + arc * (middle.length() + half.length()),
    }
}

impl Block {
    /// Low and high corner of a box around it where its joint has turned it to.
    fn bounds<S: Space>(&self, joint: Xf<S, JointFrame>) -> (Vec3, Vec3) {
        let middle = joint * Point::<JointFrame>::saturating(self.middle.as_dvec3());
        let middle = middle.metres().as_vec3();
        let turned = Mat3::from_quat(joint.rotation().as_quat());
        let half = turned.x_axis.abs() * self.half.x
            + turned.y_axis.abs() * self.half.y
            + turned.z_axis.abs() * self.half.z
            + self.beyond_m;
        (middle - half, middle + half)
    }
}

impl Reach {
    pub(super) fn of(character: &Character, primitive: &Primitive) -> Self {
        let morphs_m = morphs_m(primitive);
        let all = || {
            let places = primitive.positions.iter();
            places.fold(None, |grown, at| with(grown, (*at, *at)))
        };
        let Some(skin) = primitive.skin.and_then(|skin| character.skins.get(skin)) else {
            return Self::rigid(character, primitive, all(), morphs_m);
        };
        let arc = match character.skin_blend {
            SkinBlend::Linear => 0.0,
            SkinBlend::DualQuaternion => ARC,
        };
        let mut around: Vec<Growing> = vec![None; skin.joints.len()];
        let vertices = primitive.positions.iter();
        for ((at, joints), weights) in vertices.zip(&primitive.joints).zip(&primitive.weights) {
            for (joint, weight) in joints.iter().zip(weights) {
                if let Some(grown) = around
                    .get_mut(usize::from(*joint))
                    .filter(|_| *weight != 0.0)
                {
                    *grown = with(*grown, (*at, *at));
                }
            }
        }
        let joints = skin.joints.iter().zip(&skin.joint_from_mesh);
        let blocks = joints
            .zip(around)
            .filter_map(|((joint, from_mesh), around)| {
                Some(block(*joint, from_mesh, around?, morphs_m, arc))
            });
        Self {
            blocks: blocks.collect(),
            still: None,
        }
    }

    fn rigid(character: &Character, primitive: &Primitive, around: Growing, morphs_m: f32) -> Self {
        let Some(around) = around else {
            return Self::default();
        };
        let rest = character.skeleton.as_ref();
        let rest = primitive
            .rigid_joint
            .and_then(|joint| Some((joint, *rest?.rest_global().get(joint.idx())?)));
        let Some((joint, model_from_joint)) = rest else {
            let whole = block(
                JointIdx::default(),
                &primitive.model_from_mesh,
                around,
                morphs_m,
                0.0,
            );
            let still = whole.bounds(Xf::<JointFrame, JointFrame>::IDENTITY);
            return Self {
                blocks: Vec::new(),
                still: Some(still),
            };
        };
        let joint_from_model = model_from_joint.inverse().to_matrix().as_mat4();
        let from_mesh = joint_from_model * primitive.model_from_mesh;
        Self {
            blocks: vec![block(joint, &from_mesh, around, morphs_m, 0.0)],
            still: None,
        }
    }

    /// Low and high corner of a box around the part, metres; `None` when nothing of it is anywhere.
    pub(super) fn bounds<S: Space>(&self, joints: &[Xf<S, JointFrame>]) -> Option<(Vec3, Vec3)> {
        let mut grown = self.still;
        for block in &self.blocks {
            if let Some(joint) = joints.get(block.joint.idx()) {
                grown = with(grown, block.bounds(*joint));
            }
        }
        grown
    }
}
