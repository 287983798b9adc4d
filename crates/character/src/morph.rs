//! Morph targets, sparse, under names that all primitives of a character share.
//!
//! A character is often several meshes (body, eyes, teeth) whose targets overlap by name only. They are joined into
//! one list, so that one weight for `jawOpen` moves all of them. A target keeps only the vertices that it moves.

use crate::accessor::Source;
use crate::amount::Amount;
use crate::character::MorphTarget;
use crate::error::{CharacterError, invalid};
use crate::joints::cut;
use crate::limits::{MORPH_SLOTS_MAX, MORPHS_MAX};
use crate::place::Place;
use crate::rule::BrokenRule;
use cyc_model::NAME_BYTES_MAX;
use glam::Vec3;
use gltf::json;
use std::collections::HashMap;

/// All morph names, in order of first appearance.
#[derive(Default)]
pub(crate) struct MorphNames {
    names: Vec<String>,
    index: HashMap<String, usize>,
    of_target: MorphSlots,
    slots: usize,
}

/// For each mesh and number of a target, the morph target of the character.
#[derive(Default)]
pub(crate) struct MorphSlots(HashMap<(usize, usize), u16>);

impl MorphSlots {
    /// The morph target that a mesh's target became.
    pub fn of(&self, mesh: usize, target: usize) -> Option<u16> {
        self.0.get(&(mesh, target)).copied()
    }
}

impl MorphNames {
    /// Reads the targets of a primitive; the result is in the order of the names so far. What they do to tangents is read
    /// where the primitive `has_tangents` of its own which something uses.
    pub fn read(
        &mut self,
        source: &Source<'_>,
        mesh: &json::Mesh,
        primitive: &json::mesh::Primitive,
        mesh_number: usize,
        vertices: usize,
        (place, has_tangents): (&Place, bool),
    ) -> Result<Vec<MorphTarget>, CharacterError> {
        let Some(targets) = primitive.targets.as_deref().filter(|t| !t.is_empty()) else {
            return Ok(Vec::new());
        };
        let given = target_names(&mesh.extras).or_else(|| target_names(&primitive.extras));
        let mut used = Vec::new();
        let mut read: Vec<MorphTarget> = Vec::new();
        for (t, target) in targets.iter().enumerate() {
            let name = given.as_ref().and_then(|g| g.get(t)).map(String::as_str);
            let base = base_name(name, mesh.name.as_deref(), (mesh_number, t));
            let slot = self.slot(&base, &used)?;
            used.push(slot);
            // There are at most `MORPHS_MAX` names.
            self.of_target.0.insert((mesh_number, t), slot as u16);
            if read.len() <= slot {
                self.slots += slot + 1 - read.len();
                if self.slots > MORPH_SLOTS_MAX {
                    return Err(CharacterError::TooLarge {
                        what: Amount::MorphTargets,
                        size: self.slots as u64,
                        limit: MORPH_SLOTS_MAX as u64,
                    });
                }
                read.resize_with(slot + 1, MorphTarget::default);
            }
            if let Some(place_for) = read.get_mut(slot) {
                *place_for = target_of(source, target, vertices, (place, has_tangents))?;
            }
        }
        Ok(read)
    }

    /// The slot of a name. Twins within one mesh get names of their own.
    fn slot(&mut self, base: &str, used: &[usize]) -> Result<usize, CharacterError> {
        let mut name = base.to_owned();
        let mut twin = 2;
        loop {
            match self.index.get(&name) {
                None => break,
                Some(slot) if !used.contains(slot) => return Ok(*slot),
                Some(_) => {}
            }
            name = format!("{base}_{twin}");
            twin += 1;
        }
        if self.names.len() >= MORPHS_MAX {
            return Err(CharacterError::TooLarge {
                what: Amount::MorphTargets,
                size: self.names.len() as u64 + 1,
                limit: MORPHS_MAX as u64,
            });
        }
        self.index.insert(name.clone(), self.names.len());
        self.names.push(name);
        Ok(self.names.len() - 1)
    }

    /// What the targets of one mesh are called among all, from their [`bases`].
    pub fn within(bases: &[String]) -> Vec<String> {
        let mut names: Vec<String> = Vec::with_capacity(bases.len());
        for base in bases {
            let mut name = base.clone();
            let mut twin = 2;
            while names.contains(&name) {
                name = format!("{base}_{twin}");
                twin += 1;
            }
            names.push(name);
        }
        names
    }

    /// How many names there are; every primitive's list is filled up to this at the end.
    pub fn finish(
        self,
        lists: &mut [&mut Vec<MorphTarget>],
    ) -> Result<(Vec<String>, MorphSlots), CharacterError> {
        let all = self.names.len() * lists.len();
        if all > MORPH_SLOTS_MAX {
            return Err(CharacterError::TooLarge {
                what: Amount::MorphTargets,
                size: all as u64,
                limit: MORPH_SLOTS_MAX as u64,
            });
        }
        for list in lists {
            list.resize_with(self.names.len(), MorphTarget::default);
        }
        Ok((self.names, self.of_target))
    }
}

/// For each morph target of a mesh, the name that the file gives it or, failing one, what it is called here.
pub(crate) fn bases(
    mesh: &json::Mesh,
    primitive: &json::mesh::Primitive,
    mesh_number: usize,
) -> Vec<String> {
    let targets = primitive.targets.as_ref().map_or(0, Vec::len);
    let given = target_names(&mesh.extras).or_else(|| target_names(&primitive.extras));
    let base = |t: usize| {
        let name = given.as_ref().and_then(|g| g.get(t)).map(String::as_str);
        base_name(name, mesh.name.as_deref(), (mesh_number, t))
    };
    (0..targets).map(base).collect()
}

fn base_name(name: Option<&str>, mesh: Option<&str>, (number, target): (usize, usize)) -> String {
    match name.map(str::trim) {
        Some(name) if !name.is_empty() => cut(name, NAME_BYTES_MAX - 8).to_owned(),
        _ => {
            let owner = cut(mesh.unwrap_or("mesh"), NAME_BYTES_MAX / 2);
            format!("{owner}.{number}.morph_{target}")
        }
    }
}

/// The names that exporters leave in a mesh's extras.
pub(crate) fn target_names(extras: &json::Extras) -> Option<Vec<String>> {
    let raw = extras.as_ref()?;
    let value: serde_json::Value = serde_json::from_str(raw.get()).ok()?;
    let names = value.get("targetNames")?.as_array()?;
    let name = |v: &serde_json::Value| v.as_str().unwrap_or_default().to_owned();
    Some(names.iter().map(name).collect())
}

fn target_of(
    source: &Source<'_>,
    target: &json::mesh::MorphTarget,
    vertices: usize,
    (place, has_tangents): (&Place, bool),
) -> Result<MorphTarget, CharacterError> {
    let dense = |accessor: Option<json::Index<json::Accessor>>, attribute| {
        let Some(accessor) = accessor else {
            return Ok(Vec::new());
        };
        let read = source.floats::<3>(accessor.value())?;
        if read.len() == vertices {
            return Ok(read);
        }
        let rule = BrokenRule::MorphLength {
            attribute,
            given: read.len(),
            vertices,
        };
        Err(invalid(place, rule))
    };
    let positions = dense(target.positions, "POSITION")?;
    let normals = dense(target.normals, "NORMAL")?;
    let tangents = dense(target.tangents.filter(|_| has_tangents), "TANGENT")?;
    let at = |list: &[[f32; 3]], v: usize| list.get(v).map_or(Vec3::ZERO, |p| Vec3::from_array(*p));
    let mut built = MorphTarget::default();
    for v in 0..vertices {
        let (position, normal) = (at(&positions, v), at(&normals, v));
        let tangent = at(&tangents, v);
        if [position, normal, tangent] == [Vec3::ZERO; 3] {
            continue;
        }
        built.vertices.push(v as u32);
        built.positions.push(position);
        if !normals.is_empty() {
            built.normals.push(normal);
        }
        if !tangents.is_empty() {
            built.tangents.push(tangent);
        }
    }
    Ok(built)
}
