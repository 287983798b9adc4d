//! glTF and VRM bytes to a built character: skeleton, skins, morph targets, humanoid map.
//!
//! Bytes come in, a [`Character`] goes out, or a [`CharacterError`] that says what is wrong and where. Nothing is read
//! from disk or network here, and no input may panic or make the loader allocate more than its limits say. The `gltf`
//! crate parses the JSON; every offset, count and index is checked here before it is used.
//!
//! ```
//! use cyc_character::{CharacterError, LoadOptions, load};
//!
//! // Twenty bytes that claim two gigabytes.
//! let mut bytes = b"glTF".to_vec();
//! bytes.extend([2u32, 0x8000_0000, 0x7fff_fff0, 0x4e4f_534a].map(u32::to_le_bytes).concat());
//! let refused = load(&bytes, &LoadOptions::default());
//! assert!(matches!(refused, Err(CharacterError::OutOfBounds { .. })));
//! ```
//!
//! What is read: `.glb`, `.gltf` with data URIs (external files through [`LoadOptions::resolver`]), `.vrm` 0 and 1;
//! accessors of every component type, normalised, interleaved and sparse; triangle lists, strips and fans; morph
//! targets of positions, normals and tangents; skins with any number of roots; metallic-roughness materials with PNG and JPEG,
//! and the factors of the extensions that skin, hair, eyes and cloth use ([`MaterialLayers`]).
//! What is refused: Draco compression. Cameras and lights are not a
//! character's business; animations are read by [`AnimatedModel`].
//!
//! Which joint is which human bone is read from VRM, from a person's [`CharacterMap`], from names, or from the tree and the
//! rest pose; a body that lies or looks elsewhere in its file is turned to stand and face +Z. The face's 52 shapes find
//! their morph targets and expressions ([`FaceBinding`]).
//!
//! Joints are rigid: scale in the node hierarchy is baked into the skins (`joints.rs` says how). A pose is one global
//! transform a joint; [`Character::skinning_matrices`] turns it into what a vertex shader needs, and [`pose_vertices`]
//! is the same on the CPU in `f64`.

mod animation;
mod character;
mod load;

mod accessor;
mod container;
mod joints;
mod material;
mod material_layers;
mod mesh;
mod meshopt;
mod morph;
mod nodes;
mod tangents;
mod triangles;
mod uri;

mod face;
mod floor;
mod hand_shape;
mod humanoid;
mod map_file;
mod placement;
mod rest_pose;
mod vrm;

mod dual_quaternion;
mod export;
mod pose;

mod amount;
mod error;
mod limits;
mod note;
mod place;
mod rule;

pub use amount::Amount;
pub use animation::{AnimatedModel, Animation, ExpressionTrack, ModelPose};
pub use character::{
    AlphaMode, Character, FaceMorphs, Material, MorphTarget, Picture, Primitive, Skin, TextureRef,
    TextureWrap,
};
pub use dual_quaternion::{NO_MOTION, pose_vertices_dual_quaternion};
pub use error::{
    CharacterError, ContainerProblem, ExternalProblem, GraphProblem, TransformProblem, UriProblem,
};
pub use export::{ExportMotion, export_glb};
pub use face::{
    DEFAULT_FACE, EyeSettings, EyesBy, FACE_VRM, FACE_VROID, FaceBinding, FaceDrive, FaceInput,
    FacePose, FaceRetarget, FaceSettings, FaceSource, FaceTable, FaceTableTargets, FaceTarget,
    HeadSettings, NeutralFace, parse_face,
};
pub use humanoid::{BoneSource, BoneSources, NotHumanoid, Stance, infer_humanoid};
pub use limits::*;
pub use load::{LoadOptions, Origin, load};
pub use map_file::{CharacterMap, CharacterMapError, MapPlace};
pub use material_layers::{MaterialLayers, Toon};
pub use note::CharacterNote;
pub use place::Place;
pub use pose::{PoseError, PosedVertices, pose_vertices};
pub use rest_pose::{RestPose, RestPoseKind};
pub use rule::BrokenRule;
pub use uri::Resolver;
pub use vrm::expression::{Expression, MaterialChange, MaterialColor, Override};
pub use vrm::look_at::{LookAt, LookBy, LookRange};
