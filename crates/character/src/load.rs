//! From bytes to a built character: the order in which the parts are read and joined.

use crate::accessor::Source;
use crate::character::{Character, Skin};
use crate::container::{Contents, read};
use crate::error::{CharacterError, invalid};
use crate::face::FaceBinding;
use crate::floor::Standing;
use crate::joints::Joints;
use crate::limits::NOTES_MAX;
use crate::map_file::CharacterMap;
use crate::material::MaterialReader;
use crate::mesh::{MeshReader, Placed};
use crate::morph::{MorphNames, MorphSlots};
use crate::nodes::NodeForest;
use crate::note::CharacterNote;
use crate::place::Place;
use crate::placement::Placement;
use crate::rest_pose::RestPose;
use crate::rule::BrokenRule;
use crate::uri::Resolver;
use crate::vrm;
use cyc_model::{HumanBone, ModelSpace, Xf};
use glam::DVec3;
use gltf::json;

/// Where the built character's origin is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Origin {
    /// A humanoid whose soles are more than a centimetre off y = 0 in the rest pose is moved there, and a note says so.
    #[default]
    OnFloor,
    /// As in the file.
    AsInFile,
}

/// How to load.
#[derive(Clone, Copy, Default)]
pub struct LoadOptions<'a> {
    /// Gives external files by their path relative to the glTF file, always below its folder. `None`: a file that
    /// needs others is refused.
    pub resolver: Option<Resolver<'a>>,
    /// Where the origin is.
    pub origin: Origin,
    /// A person's corrections.
    pub map: Option<&'a CharacterMap>,
}

/// Reads a `.glb`, `.gltf` or `.vrm` file.
///
/// The result is in model space (metres, Y up, facing +Z; a VRM 0 model is turned by 180°). What was changed or left
/// out is in [`Character::notes`]. Errors name what is wrong and where; no input panics, and memory stays within the
/// limits of the crate.
pub fn load(bytes: &[u8], options: &LoadOptions<'_>) -> Result<Character, CharacterError> {
    let Contents { root, blob } = read(bytes)?;
    let scale = options.map.map_or(1.0, CharacterMap::scale);
    let forest = NodeForest::build(&root, scale)?;
    let source = Source::open(&root, blob, options.resolver)?;
    let vrm = vrm::read(&root);
    let mut character = Character {
        file_scale: scale,
        ..Character::default()
    };
    let (placed, slots) = read_surfaces(&root, &source, &forest, options, &mut character)?;
    read_face(&root, &slots, options, &mut character)?;

    let mut place = Placement {
        root: &root,
        forest: &forest,
        bones: vrm.iter().flat_map(|v| &v.bones).map(|(_, n)| *n).collect(),
        model_from_scene: Xf::IDENTITY,
    };
    let body = place.body(vrm.as_ref(), options.map, &mut character.notes)?;
    character.take_humanoid(&body);
    let joints = body.joints;
    match &joints {
        Some(joints) => character.skins = read_skins(&root, &source, joints)?,
        None if !root.skins.is_empty() => {
            return Err(invalid(Place::Skin(0), BrokenRule::NoJoints));
        }
        None => {}
    }
    attach(
        &mut character,
        placed,
        &forest,
        joints.as_ref(),
        place.model_from_scene,
    );
    character.skeleton = joints.map(|joints| joints.skeleton);
    let skeleton = character.skeleton.as_ref();
    character.rest_pose = skeleton.and_then(|s| RestPose::measure(s, &character.humanoid));
    let standing = Standing::measure(&character);
    let humanoid = std::mem::take(&mut character.humanoid);
    character.humanoid = humanoid.with_feet(standing.feet).with_hands(standing.hands);
    let off_floor = options.origin == Origin::OnFloor
        && character.humanoid.joint(HumanBone::Hips).is_some()
        && standing.floor_m.abs() > 0.01;
    if off_floor {
        let by_m = -standing.floor_m;
        let up = Xf::from_translation(DVec3::new(0.0, by_m, 0.0));
        place.model_from_scene = up * place.model_from_scene;
        let joints = place.joints(&mut Vec::new())?;
        move_to(&mut character, joints, by_m);
        character.notes.push(CharacterNote::PutOnFloor { by_m });
    }
    let height_m = standing.highest_m - standing.floor_m;
    finish(&mut character, &root, height_m as f32);
    Ok(character)
}

/// Expressions, gaze, and what the face shapes move.
fn read_face(
    root: &json::Root,
    slots: &MorphSlots,
    options: &LoadOptions<'_>,
    character: &mut Character,
) -> Result<(), CharacterError> {
    let (expressions, broken) = vrm::expression::read(root, slots);
    if broken > 0 {
        character
            .notes
            .push(CharacterNote::ExpressionBindsIgnored { binds: broken });
    }
    character.expressions = expressions;
    character.look_at = vrm::look_at::read(root);
    let lines = options.map.map_or(&[][..], CharacterMap::face);
    character.face = FaceBinding::find(&character.morph_names, &character.expressions, lines)?;
    character.face_morphs = character.face.plain_morphs();
    Ok(())
}

/// Materials, pictures and primitives; the primitives' nodes are returned for [`attach`].
fn read_surfaces(
    root: &json::Root,
    source: &Source<'_>,
    forest: &NodeForest,
    options: &LoadOptions<'_>,
    character: &mut Character,
) -> Result<(Vec<usize>, MorphSlots), CharacterError> {
    let mut materials = MaterialReader {
        root,
        source,
        resolver: options.resolver,
        pictures: Vec::new(),
        picture_of_image: Vec::new(),
        notes: Vec::new(),
    };
    character.materials = materials.read()?;
    character.pictures = materials.pictures;
    character.notes.append(&mut materials.notes);
    let mut meshes = MeshReader {
        root,
        source,
        morphs: MorphNames::default(),
        notes: Vec::new(),
        default_material: root.materials.len(),
    };
    let placed = meshes.read(forest)?;
    character.notes.append(&mut meshes.notes);
    let (mut primitives, nodes): (Vec<_>, Vec<_>) = placed
        .into_iter()
        .map(|Placed { primitive, node }| (primitive, node))
        .unzip();
    let mut lists: Vec<_> = primitives.iter_mut().map(|p| &mut p.morphs).collect();
    let (names, slots) = meshes.morphs.finish(&mut lists)?;
    character.morph_names = names;
    if !primitives
        .iter()
        .any(|p| p.material == root.materials.len())
    {
        character.materials.pop();
    }
    character.primitives = primitives;
    Ok((nodes, slots))
}

fn read_skins(
    root: &json::Root,
    source: &Source<'_>,
    joints: &Joints,
) -> Result<Vec<Skin>, CharacterError> {
    let mut skins = Vec::with_capacity(root.skins.len().min(1024));
    for (s, entry) in root.skins.iter().enumerate() {
        let inverse_bind = match entry.inverse_bind_matrices {
            Some(accessor) => source.floats::<16>(accessor.value())?,
            None => Vec::new(),
        };
        let short = !inverse_bind.is_empty() && inverse_bind.len() < entry.joints.len();
        if short || entry.joints.is_empty() || entry.joints.len() > cyc_model::JOINTS_MAX {
            return Err(invalid(
                Place::Skin(s),
                BrokenRule::BindMatrices {
                    joints: entry.joints.len(),
                    matrices: inverse_bind.len(),
                },
            ));
        }
        source.spend(72 * entry.joints.len() as u64)?;
        skins.push(joints.skin(s, entry, &inverse_bind)?);
    }
    Ok(skins)
}

/// Gives primitives without a skin their place and the joint that they move with. glTF ignores the node of a skinned
/// mesh.
fn attach(
    character: &mut Character,
    nodes: Vec<usize>,
    forest: &NodeForest,
    joints: Option<&Joints>,
    model_from_scene: Xf<ModelSpace, ModelSpace>,
) {
    for (primitive, node) in character.primitives.iter_mut().zip(nodes) {
        if primitive.skin.is_some() {
            continue;
        }
        let scene_from_mesh = forest
            .scene_from_node
            .get(node)
            .copied()
            .unwrap_or_default();
        primitive.model_from_mesh = (model_from_scene.to_matrix() * scene_from_mesh).as_mat4();
        primitive.rigid_joint = joints.and_then(|j| j.carrier(forest, node));
        if scene_from_mesh.determinant() < 0.0 {
            // A mirrored node turns triangles inside out.
            for corner in primitive.indices.chunks_exact_mut(3) {
                corner.swap(1, 2);
            }
        }
    }
}

fn move_to(character: &mut Character, joints: Option<Joints>, up_m: f64) {
    character.skeleton = joints.map(|j| j.skeleton);
    for primitive in character.primitives.iter_mut().filter(|p| p.skin.is_none()) {
        primitive.model_from_mesh.w_axis.y += up_m as f32;
    }
}

fn finish(character: &mut Character, root: &json::Root, height_m: f32) {
    character.height_m = height_m;
    let is_human = character.humanoid.joint(HumanBone::Hips).is_some();
    if is_human && !(0.3..=3.5).contains(&height_m) {
        let note = CharacterNote::HeightUnusual { height_m };
        character.notes.push(note);
    }
    character.notes.truncate(NOTES_MAX);
    let scene = root.scenes.get(root.scene.map_or(0, |s| s.value()));
    let named = scene
        .and_then(|s| s.name.as_deref())
        .filter(|n| !n.is_empty() && !n.eq_ignore_ascii_case("scene"))
        .or_else(|| root.meshes.iter().find_map(|m| m.name.as_deref()))
        .unwrap_or("character");
    character.name = named.chars().take(128).collect();
}
