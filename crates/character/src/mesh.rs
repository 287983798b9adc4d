//! Meshes to triangle lists: attributes, weights and the checks that make indices safe.

use crate::accessor::Source;
use crate::amount::Amount;
use crate::character::Primitive;
use crate::error::{CharacterError, invalid};
use crate::limits::PRIMITIVES_MAX;
use crate::morph::MorphNames;
use crate::nodes::NodeForest;
use crate::note::CharacterNote;
use crate::place::Place;
use crate::rule::BrokenRule;
use crate::tangents;
use crate::triangles::{Faces, corners, smooth_normals};
use glam::{Mat4, Vec2, Vec3};
use gltf::json;
use gltf::json::mesh::Semantic;
use gltf::json::validation::Checked;

/// A primitive with the node that shows it.
pub(crate) struct Placed {
    /// The triangles; `skin` is set, matrices and joints are not yet.
    pub primitive: Primitive,
    /// The node.
    pub node: usize,
}

/// Everything that reading a mesh needs.
pub(crate) struct MeshReader<'a> {
    /// The document.
    pub root: &'a json::Root,
    /// The numbers.
    pub source: &'a Source<'a>,
    /// All morph names so far.
    pub morphs: MorphNames,
    /// Remarks.
    pub notes: Vec<CharacterNote>,
    /// The material index of primitives without one, and whether it was used.
    pub default_material: usize,
}

impl MeshReader<'_> {
    /// Reads every mesh that the scene shows, once for each node that shows it.
    pub fn read(&mut self, forest: &NodeForest) -> Result<Vec<Placed>, CharacterError> {
        let mut placed = Vec::new();
        for &node in &forest.order {
            if !forest.shown.get(node).copied().unwrap_or(false) {
                continue;
            }
            let Some(entry) = self.root.nodes.get(node) else {
                continue;
            };
            let Some(mesh) = entry.mesh.map(|m| m.value()) else {
                continue;
            };
            let skin = entry.skin.map(|s| s.value());
            for p in 0..self.root.meshes.get(mesh).map_or(0, |m| m.primitives.len()) {
                if placed.len() >= PRIMITIVES_MAX {
                    return Err(CharacterError::TooLarge {
                        what: Amount::Primitives,
                        size: placed.len() as u64 + 1,
                        limit: PRIMITIVES_MAX as u64,
                    });
                }
                if let Some(primitive) = self.primitive(mesh, p, skin)? {
                    placed.push(Placed { primitive, node });
                }
            }
        }
        Ok(placed)
    }

    fn primitive(
        &mut self,
        mesh: usize,
        p: usize,
        skin: Option<usize>,
    ) -> Result<Option<Primitive>, CharacterError> {
        let root = self.root;
        let Some((owner, entry)) = root
            .meshes
            .get(mesh)
            .and_then(|m| m.primitives.get(p).map(|p| (m, p)))
        else {
            return Ok(None);
        };
        let place = Place::Primitive { mesh, primitive: p };
        let name = match owner.name.as_deref() {
            Some(name) if !name.is_empty() => name.chars().take(128).collect(),
            _ => format!("mesh_{mesh}"),
        };
        let Some(faces) = Faces::of_mode(&entry.mode) else {
            self.note(CharacterNote::NoTriangles { mesh: name });
            return Ok(None);
        };
        let at = |semantic| {
            let found = entry.attributes.get(&Checked::Valid(semantic));
            found.map(|a| a.value())
        };
        let positions = at(Semantic::Positions)
            .ok_or_else(|| invalid(&place, BrokenRule::NoPositions))
            .and_then(|a| self.source.floats::<3>(a))?;
        let positions: Vec<Vec3> = positions.into_iter().map(Vec3::from_array).collect();
        let n = positions.len();
        // Normals with what they are computed from, and coordinates, are there even where the file has none.
        self.source.spend(n as u64 * (24 + 8))?;
        let indices = corners(self.source, entry, faces, n, &place)?;
        let given = at(Semantic::Normals);
        let normals = self.normals(given, &positions, &indices, &name, &place)?;
        let uvs = match at(Semantic::TexCoords(0)) {
            Some(a) => self.source.floats::<2>(a)?,
            None => vec![[0.0; 2]; n],
        };
        same_length(&place, "TEXCOORD_0", uvs.len(), n)?;
        let mut primitive = Primitive {
            name,
            positions,
            normals,
            uvs: uvs.into_iter().map(Vec2::from_array).collect(),
            indices,
            material: entry.material.map_or(self.default_material, |m| m.value()),
            skin,
            model_from_mesh: Mat4::IDENTITY,
            ..Primitive::default()
        };
        if let Some(skin) = skin {
            self.read_weights(&mut primitive, entry, skin, &place)?;
        }
        let weights = owner.weights.as_deref().unwrap_or(&[]);
        if weights.iter().any(|w| *w != 0.0) {
            let mesh = primitive.name.clone();
            self.note(CharacterNote::MorphDefaultsIgnored { mesh });
        }
        let is_laid_out = at(Semantic::TexCoords(0)).is_some();
        let needs_tangents = is_laid_out && self.has_normal_map(primitive.material);
        let tangents = at(Semantic::Tangents).filter(|_| needs_tangents);
        let (morphs, place_of) = (&mut self.morphs, (&place, tangents.is_some()));
        primitive.morphs = morphs.read(self.source, owner, entry, mesh, n, place_of)?;
        if needs_tangents {
            match tangents {
                Some(a) => {
                    let given = self.source.floats::<4>(a)?;
                    primitive.tangents = tangents::checked(given, n, &place)?;
                }
                None => tangents::generate(&mut primitive, self.source)?,
            }
        }
        Ok(Some(primitive))
    }

    fn has_normal_map(&self, material: usize) -> bool {
        let material = self.root.materials.get(material);
        material.is_some_and(|material| material.normal_texture.is_some())
    }

    fn normals(
        &mut self,
        accessor: Option<usize>,
        positions: &[Vec3],
        indices: &[u32],
        mesh: &str,
        place: &Place,
    ) -> Result<Vec<Vec3>, CharacterError> {
        let Some(accessor) = accessor else {
            let mesh = mesh.to_owned();
            self.note(CharacterNote::NormalsComputed { mesh });
            return Ok(smooth_normals(positions, indices));
        };
        let given = self.source.floats::<3>(accessor)?;
        same_length(place, "NORMAL", given.len(), positions.len())?;
        Ok(unit_normals(given, positions, indices))
    }

    fn read_weights(
        &mut self,
        primitive: &mut Primitive,
        entry: &json::mesh::Primitive,
        skin: usize,
        place: &Place,
    ) -> Result<(), CharacterError> {
        let n = primitive.positions.len();
        let joints_in_skin = self.root.skins.get(skin).map_or(0, |s| s.joints.len());
        let mut influences: Vec<Vec<(f32, u32)>> = Vec::new();
        for set in 0..2 {
            let joints = entry.attributes.get(&Checked::Valid(Semantic::Joints(set)));
            let weights = entry
                .attributes
                .get(&Checked::Valid(Semantic::Weights(set)));
            let (joints, weights) = match (joints, weights) {
                (Some(j), Some(w)) => (j.value(), w.value()),
                (None, None) if set > 0 => break,
                _ => return Err(invalid(place, BrokenRule::NoWeights)),
            };
            let joints = self.source.unsigned::<4>(joints)?;
            let weights = self.source.floats::<4>(weights)?;
            same_length(place, "JOINTS", joints.len(), n)?;
            same_length(place, "WEIGHTS", weights.len(), n)?;
            self.source.spend(n as u64 * 64)?;
            influences.resize_with(n, Vec::new);
            for ((all, joints), weights) in influences.iter_mut().zip(joints).zip(weights) {
                all.extend(weights.into_iter().zip(joints));
            }
        }
        let (mut missing, mut reduced) = (0, false);
        for all in &mut influences {
            let (joints, weights) = strongest(all, joints_in_skin, place)?;
            reduced |= all.len() > 4 && all.get(4).is_some_and(|(w, _)| *w > 0.0);
            missing += usize::from(all.iter().all(|(w, _)| *w <= 0.0));
            primitive.joints.push(joints);
            primitive.weights.push(weights);
        }
        let mesh = primitive.name.clone();
        if reduced {
            self.note(CharacterNote::WeightsReduced { mesh: mesh.clone() });
        }
        if missing > 0 {
            let vertices = missing;
            self.note(CharacterNote::WeightsMissing { mesh, vertices });
        }
        Ok(())
    }

    fn note(&mut self, note: CharacterNote) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// The four strongest influences with weights of sum 1. A vertex without any weight hangs on the first joint it names.
fn strongest(
    all: &mut [(f32, u32)],
    joints_in_skin: usize,
    place: &Place,
) -> Result<([u16; 4], [f32; 4]), CharacterError> {
    let first = all.first().map_or(0, |(_, j)| *j);
    for (weight, joint) in all.iter() {
        if *weight < 0.0 {
            return Err(invalid(place, BrokenRule::NegativeWeight));
        }
        if *weight > 0.0 && *joint as usize >= joints_in_skin {
            return Err(CharacterError::JointNumber {
                primitive: place.clone(),
                joint: *joint,
                joints: joints_in_skin,
            });
        }
    }
    if all.len() > 4 {
        all.sort_by(|a, b| b.0.total_cmp(&a.0));
    }
    let sum: f32 = all.iter().take(4).map(|(w, _)| *w).sum();
    let (mut joints, mut weights) = ([0; 4], [0.0; 4]);
    if !(sum.is_finite() && sum > 1e-12) {
        let exists = (first as usize) < joints_in_skin;
        return Ok((
            [if exists { first as u16 } else { 0 }, 0, 0, 0],
            [1.0, 0.0, 0.0, 0.0],
        ));
    }
    let slots = joints.iter_mut().zip(&mut weights);
    for ((joint_slot, weight_slot), (weight, joint)) in slots.zip(all.iter()) {
        if *weight > 0.0 {
            (*joint_slot, *weight_slot) = (*joint as u16, *weight / sum);
        }
    }
    Ok((joints, weights))
}

fn same_length(
    place: &Place,
    attribute: &'static str,
    given: usize,
    vertices: usize,
) -> Result<(), CharacterError> {
    if given == vertices {
        return Ok(());
    }
    let rule = BrokenRule::AttributeLength {
        attribute,
        given,
        vertices,
    };
    Err(invalid(place, rule))
}

/// Unit normals; where the file has none to normalise, what the triangles say.
fn unit_normals(given: Vec<[f32; 3]>, positions: &[Vec3], indices: &[u32]) -> Vec<Vec3> {
    let mut computed: Option<Vec<Vec3>> = None;
    let unit = given.into_iter().enumerate().map(|(i, n)| {
        Vec3::from_array(n).try_normalize().unwrap_or_else(|| {
            let all = computed.get_or_insert_with(|| smooth_normals(positions, indices));
            all.get(i).copied().unwrap_or(Vec3::Y)
        })
    });
    unit.collect()
}
