//! A built character: everything that a renderer and a retargeter need, checked once.

use crate::face::FaceBinding;
use crate::humanoid::{BoneSources, NotHumanoid, Stance};
use crate::material_layers::MaterialLayers;
use crate::note::CharacterNote;
use crate::rest_pose::RestPose;
use crate::vrm::expression::Expression;
use crate::vrm::look_at::LookAt;
use cyc_model::{FaceShape, HumanoidMap, JointIdx, Skeleton, SkinBlend};
use glam::{DQuat, Mat4, Vec2, Vec3, Vec4};

/// A digital human (or any skinned model) in model space: metres, Y up, facing +Z, feet on y = 0 in its rest pose.
///
/// All indices in it are valid, all numbers finite, weights normalised, triangles whole.
#[derive(Debug, Default)]
pub struct Character {
    /// Name for people, from the file.
    pub name: String,
    /// The joints. `None` for a model without a skin: it is drawn, but cannot be posed.
    pub skeleton: Option<Skeleton>,
    /// Which joint is which human bone, as far as the file says or it could be inferred.
    pub humanoid: HumanoidMap,
    /// How it is known of each bone.
    pub bone_sources: BoneSources,
    /// Why it cannot be moved as a human; `None` for one that can.
    pub not_humanoid: Option<NotHumanoid>,
    /// How it stands when nobody moves it; `None` for what is no human.
    pub rest_pose: Option<RestPose>,
    /// Which way the body stands in the file's own axes; `None` where that is not known.
    pub file_stance: Option<Stance>,
    /// Turns the file's axes to the model's; the identity for a file that stands and faces as glTF says.
    pub model_from_file: DQuat,
    /// By how much the map multiplied the file's lengths.
    pub file_scale: f64,
    /// Skins: which joints a primitive's joint numbers mean.
    pub skins: Vec<Skin>,
    /// Triangle lists.
    pub primitives: Vec<Primitive>,
    /// Materials that the primitives use.
    pub materials: Vec<Material>,
    /// Decoded pictures that the materials use.
    pub pictures: Vec<Picture>,
    /// Names of the morph targets, in the order of each primitive's `morphs`.
    pub morph_names: Vec<String>,
    /// For each of the 52 face shapes, the morph target that it moves alone and fully.
    pub face_morphs: FaceMorphs,
    /// What each of the 52 face shapes moves.
    pub face: FaceBinding,
    /// A VRM's named states of the face.
    pub expressions: Vec<Expression>,
    /// How a VRM's eyes follow a gaze.
    pub look_at: Option<LookAt>,
    /// Height of the rest pose, metres.
    pub height_m: f32,
    /// How its vertices are to follow the joints; files cannot say.
    pub skin_blend: SkinBlend,
    /// What the loader changed or left out.
    pub notes: Vec<CharacterNote>,
}

impl Character {
    /// Which of the file's axes is up, and which way the body faces, as a map writes them (`+y`, `+z`).
    pub fn file_axes(&self) -> Option<(&'static str, &'static str)> {
        self.file_stance.map(|stance| stance.axes())
    }
}

/// For each face shape in [`FaceShape::ALL`]'s order, the morph target that it drives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaceMorphs(pub [Option<u16>; FaceShape::COUNT]);

impl Default for FaceMorphs {
    fn default() -> Self {
        Self([None; FaceShape::COUNT])
    }
}

/// The joints of one skin.
#[derive(Debug, Default)]
pub struct Skin {
    /// For each joint number in a primitive's vertices, the joint of the character's skeleton.
    pub joints: Vec<JointIdx>,
    /// For each of them, the matrix that takes a vertex of the mesh to the joint's frame (glTF's inverse bind matrix).
    pub joint_from_mesh: Vec<Mat4>,
}

/// One triangle list with one material.
#[derive(Debug, Default)]
pub struct Primitive {
    /// Name of the mesh it came from.
    pub name: String,
    /// Positions in the mesh's space, metres.
    pub positions: Vec<Vec3>,
    /// Unit normals, one a vertex.
    pub normals: Vec<Vec3>,
    /// Texture coordinates, one a vertex, v down.
    pub uvs: Vec<Vec2>,
    /// Where a normal map's x points, one a vertex, and in `w` the side of its y (`w` times normal across tangent): -1 or 1, or
    /// all zero where nothing says. Empty without a normal map.
    pub tangents: Vec<Vec4>,
    /// Joint numbers in the skin; empty without a skin.
    pub joints: Vec<[u16; 4]>,
    /// Weights of these joints, sum 1; empty without a skin.
    pub weights: Vec<[f32; 4]>,
    /// Three vertices a triangle, counter-clockwise seen from outside.
    pub indices: Vec<u32>,
    /// Index in [`Character::materials`].
    pub material: usize,
    /// Index in [`Character::skins`].
    pub skin: Option<usize>,
    /// For a primitive without a skin: model space from mesh space in the rest pose.
    pub model_from_mesh: Mat4,
    /// The joint that a primitive without a skin moves with, if any.
    pub rigid_joint: Option<JointIdx>,
    /// Morph targets, in [`Character::morph_names`]'s order; an empty one moves nothing here.
    pub morphs: Vec<MorphTarget>,
}

/// What a morph target does to the vertices that it moves, at weight 1.
#[derive(Debug, Default)]
pub struct MorphTarget {
    /// The vertices moved, ascending.
    pub vertices: Vec<u32>,
    /// Displacement of each, metres.
    pub positions: Vec<Vec3>,
    /// Change of each normal; empty when the file has none.
    pub normals: Vec<Vec3>,
    /// Change of each tangent (the side stays); empty when the file has none, or when no normal map is laid by its tangents.
    pub tangents: Vec<Vec3>,
}

/// How a material's alpha is used.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub enum AlphaMode {
    /// Ignored.
    #[default]
    Opaque,
    /// Below the cutoff nothing is drawn.
    Mask {
        /// The cutoff, 0 to 1.
        cutoff: f32,
    },
    /// Mixed with what is behind.
    Blend,
}

/// How a texture repeats beyond 0..1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum TextureWrap {
    /// Repeats.
    #[default]
    Repeat,
    /// Repeats mirrored.
    Mirror,
    /// The edge goes on.
    Clamp,
}

/// A picture as a material uses it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextureRef {
    /// Index in [`Character::pictures`].
    pub picture: usize,
    /// Repeat mode in u and v.
    pub wrap: [TextureWrap; 2],
    /// `uv' = offset + R * (scale * uv)`, where `R` turns by `rotation_rad` (KHR_texture_transform).
    pub scale: Vec2,
    /// See `scale`.
    pub offset: Vec2,
    /// From u towards -v, that is counter-clockwise as the picture is seen, radians.
    pub rotation_rad: f32,
}

/// A metallic-roughness material. Colours are linear.
#[derive(Clone, Debug, Default)]
pub struct Material {
    /// Name from the file; `skin`, `hair`, `eye` in it choose a shading model.
    pub name: String,
    /// Factor of the base colour, linear RGBA.
    pub base_color: Vec4,
    /// Base colour picture, sRGB encoded.
    pub base_color_texture: Option<TextureRef>,
    /// Metalness factor, 0 to 1.
    pub metallic: f32,
    /// Roughness factor, 0 to 1.
    pub roughness: f32,
    /// Metalness in B, roughness in G, linear.
    pub metallic_roughness_texture: Option<TextureRef>,
    /// Tangent-space normals, linear.
    pub normal_texture: Option<TextureRef>,
    /// Scale of the normals' x and y.
    pub normal_scale: f32,
    /// Occlusion in R, linear.
    pub occlusion_texture: Option<TextureRef>,
    /// Emitted light, linear.
    pub emissive: Vec3,
    /// Emitted light picture, sRGB encoded.
    pub emissive_texture: Option<TextureRef>,
    /// How alpha is used.
    pub alpha: AlphaMode,
    /// Drawn from both sides.
    pub double_sided: bool,
    /// Shown as it is, without light (KHR_materials_unlit).
    pub unlit: bool,
    /// What lies over the base.
    pub layers: MaterialLayers,
}

/// A decoded picture, 8 bits a channel, RGBA, rows from the top.
#[derive(Debug, Default)]
pub struct Picture {
    /// Width in pixels.
    pub width_px: u32,
    /// Height in pixels.
    pub height_px: u32,
    /// `4 * width_px * height_px` bytes.
    pub rgba: Vec<u8>,
}
