//! From bytes to a built character: the order in which the parts are read and joined.

use crate::accessor::Source;
use crate::character::{Character, Skin};
use crate::container::{Contents, read};
use crate::error::{CharacterError, invalid};
use crate::humanoid::infer_humanoid;
use crate::joints::Joints;
use crate::limits::NOTES_MAX;
use crate::material::MaterialReader;
use crate::mesh::{MeshReader, Placed};
use crate::morph::{MorphNames, face_morphs};
use crate::nodes::NodeForest;
use crate::note::CharacterNote;
use crate::pose::{PosedVertices, pose_vertices};
use crate::uri::Resolver;
use crate::vrm::{self, Vrm};
use cyc_model::{FaceWeights, HumanBone, HumanoidMap, JointIdx, ModelSpace, Xf};
use glam::{DQuat, DVec3};
use gltf::json;

/// Where the built character's origin is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Origin {
    /// A humanoid whose lowest rest vertex is more than a centimetre off y = 0 is moved there, and a note says so.
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
}

/// Reads a `.glb`, `.gltf` or `.vrm` file.
///
/// The result is in model space (metres, Y up, facing +Z; a VRM 0 model is turned by 180°). What was changed or left
/// out is in [`Character::notes`]. Errors name what is wrong and where; no input panics, and memory stays within the
/// limits of the crate.
pub fn load(bytes: &[u8], options: &LoadOptions<'_>) -> Result<Character, CharacterError> {
    let Contents { root, blob } = read(bytes)?;
    let forest = NodeForest::build(&root)?;
    let source = Source::open(&root, blob, options.resolver)?;
    let vrm = vrm::read(&root);
    let mut character = Character::default();
    let placed = read_surfaces(&root, &source, &forest, options, &mut character)?;

    let bones: Vec<usize> = vrm.iter().flat_map(|v| &v.bones).map(|(_, n)| *n).collect();
    let turn = match vrm.as_ref().is_some_and(|v| v.faces_backwards) {
        true => DQuat::from_rotation_y(std::f64::consts::PI),
        false => DQuat::IDENTITY,
    };
    if turn != DQuat::IDENTITY {
        character.notes.push(CharacterNote::TurnedToFaceForward);
    }
    let mut model_from_scene = Xf::saturating(turn, DVec3::ZERO);
    let mut notes = Vec::new();
    let joints = Joints::build(&root, &forest, &bones, model_from_scene, &mut notes)?;
    character.notes.append(&mut notes);
    match &joints {
        Some(joints) => character.skins = read_skins(&root, &source, joints)?,
        None if !root.skins.is_empty() => return Err(invalid("skin 0", "has no joints")),
        None => {}
    }
    attach(
        &mut character,
        placed,
        &forest,
        joints.as_ref(),
        model_from_scene,
    );
    if let Some(joints) = joints {
        character.humanoid = humanoid(&joints, vrm.as_ref(), &mut character.notes);
        character.skeleton = Some(joints.skeleton);
    }
    let (lowest, highest) = extent(&character);
    let off_floor = options.origin == Origin::OnFloor
        && character.humanoid.joint(HumanBone::Hips).is_some()
        && lowest.abs() > 0.01;
    if off_floor {
        model_from_scene = Xf::from_translation(DVec3::new(0.0, -lowest, 0.0)) * model_from_scene;
        let joints = Joints::build(&root, &forest, &bones, model_from_scene, &mut notes)?;
        move_to(&mut character, joints, -lowest);
        let by_m = -lowest;
        character.notes.push(CharacterNote::PutOnFloor { by_m });
    }
    finish(&mut character, &root, (highest - lowest) as f32);
    Ok(character)
}

/// Materials, pictures and primitives; the primitives' nodes are returned for [`attach`].
fn read_surfaces(
    root: &json::Root,
    source: &Source<'_>,
    forest: &NodeForest,
    options: &LoadOptions<'_>,
    character: &mut Character,
) -> Result<Vec<usize>, CharacterError> {
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
    character.morph_names = meshes.morphs.finish(&mut lists)?;
    character.face_morphs = face_morphs(&character.morph_names);
    if !primitives
        .iter()
        .any(|p| p.material == root.materials.len())
    {
        character.materials.pop();
    }
    character.primitives = primitives;
    Ok(nodes)
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
                format!("skin {s}"),
                format!(
                    "{} joints with {} inverse bind matrices",
                    entry.joints.len(),
                    inverse_bind.len()
                ),
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

/// The map that the file gives, or the one that its joints' names suggest.
pub(crate) fn humanoid(
    joints: &Joints,
    vrm: Option<&Vrm>,
    notes: &mut Vec<CharacterNote>,
) -> HumanoidMap {
    let Some(vrm) = vrm else {
        let map = infer_humanoid(&joints.skeleton);
        if map.joint(HumanBone::Hips).is_some() {
            let missing_required = map.missing_required().count();
            notes.push(CharacterNote::HumanoidInferred { missing_required });
        }
        return map;
    };
    let ignored = vrm.ignored.iter().cloned();
    notes.extend(ignored.map(|bone| CharacterNote::BoneIgnored { bone }));
    let joint =
        |node: usize| -> Option<JointIdx> { joints.joint_of_node.get(node).copied().flatten() };
    let bones = vrm.bones.iter();
    let bones = bones.filter_map(|(bone, node)| joint(*node).map(|j| (*bone, j)));
    // Nodes and bones were made unique when the file was read, so the map fits.
    HumanoidMap::build(&joints.skeleton, bones).unwrap_or_default()
}

/// The lowest and highest y of the rest pose; zero for a model without vertices.
fn extent(character: &Character) -> (f64, f64) {
    let rest = character
        .skeleton
        .as_ref()
        .map_or(&[][..], |s| s.rest_global());
    let mut posed = PosedVertices::default();
    if pose_vertices(character, rest, &FaceWeights::default(), &mut posed).is_err() {
        return (0.0, 0.0);
    }
    let heights = posed.positions.iter().map(|p| p.metres().y);
    let range = heights.fold(None, |range: Option<(f64, f64)>, y| match range {
        Some((low, high)) => Some((low.min(y), high.max(y))),
        None => Some((y, y)),
    });
    range.unwrap_or((0.0, 0.0))
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
