//! Writes binary glTF 2.0: two skinned meshes on one skeleton, with sparse face shapes.
//!
//! Output depends on the input only: buffers are laid out in the order of the parts, JSON keys are
//! written by hand-ordered values, and every buffer view starts on a four-byte boundary.

use glam::Vec3;
use serde_json::{Value, json};

use super::part::{MorphOffsets, Part};
use super::rig::{INFLUENCES, Rig};

const FLOAT: u32 = 5126;
const UNSIGNED_SHORT: u32 = 5123;
const UNSIGNED_BYTE: u32 = 5121;
const VERTEX_BUFFER: u32 = 34962;
const INDEX_BUFFER: u32 = 34963;

/// An encoded picture.
#[derive(Debug, Clone)]
pub struct Picture {
    /// `image/png` or `image/jpeg`.
    pub mime: &'static str,
    /// The encoded file.
    pub bytes: Vec<u8>,
}

/// A metallic-roughness material; factors are 1 where a texture is given.
#[derive(Debug, Clone, Default)]
pub struct Material {
    /// Name, equal to the name of the part that wears it.
    pub name: &'static str,
    /// Base colour, sRGB.
    pub base_colour: Option<Picture>,
    /// Tangent-space normals.
    pub normal: Option<Picture>,
    /// Roughness in green, metalness in blue.
    pub metallic_roughness: Option<Picture>,
    /// Roughness where there is no texture for it.
    pub roughness: f32,
    /// Alpha cut-off; `None` is opaque.
    pub alpha_cutoff: Option<f32>,
    /// Whether back faces are drawn.
    pub double_sided: bool,
}

/// A mesh of the file: parts that share one list of face shapes (empty for none).
pub struct Mesh<'a> {
    /// Name of the mesh and of its node.
    pub name: &'a str,
    /// Its primitives.
    pub parts: &'a [Part],
    /// Names of the face shapes.
    pub target_names: &'a [&'a str],
}

/// Accumulates the buffer, its views and its accessors.
#[derive(Default)]
pub struct Buffer {
    bytes: Vec<u8>,
    views: Vec<Value>,
    accessors: Vec<Value>,
}

impl Buffer {
    fn view(&mut self, bytes: &[u8], target: Option<u32>) -> usize {
        while !self.bytes.len().is_multiple_of(4) {
            self.bytes.push(0);
        }
        let mut view =
            json!({ "buffer": 0, "byteOffset": self.bytes.len(), "byteLength": bytes.len() });
        if let Some(target) = target {
            view["target"] = json!(target);
        }
        self.bytes.extend_from_slice(bytes);
        self.views.push(view);
        self.views.len() - 1
    }

    fn accessor(&mut self, accessor: Value) -> usize {
        self.accessors.push(accessor);
        self.accessors.len() - 1
    }

    fn floats<const N: usize>(&mut self, rows: &[[f32; N]], kind: &str) -> usize {
        let view = self.view(&float_bytes(rows), Some(VERTEX_BUFFER));
        self.accessor(json!({
            "bufferView": view, "componentType": FLOAT, "count": rows.len(), "type": kind
        }))
    }

    fn positions(&mut self, rows: &[Vec3]) -> usize {
        let rows: Vec<[f32; 3]> = rows.iter().map(|row| row.to_array()).collect();
        let index = self.floats(&rows, "VEC3");
        let low = rows
            .iter()
            .copied()
            .map(Vec3::from)
            .fold(Vec3::INFINITY, Vec3::min);
        let high = rows
            .iter()
            .copied()
            .map(Vec3::from)
            .fold(Vec3::NEG_INFINITY, Vec3::max);
        self.accessors[index]["min"] = json!(low.to_array());
        self.accessors[index]["max"] = json!(high.to_array());
        index
    }

    /// A sparse accessor over `count` zero vectors of which `vertices` are replaced by `rows`.
    ///
    /// With nothing to replace, the first vector is replaced by zero: a sparse list may not be empty.
    pub fn sparse(&mut self, count: usize, indices: (usize, usize), rows: &[Vec3]) -> usize {
        let (index_view, used) = indices;
        let mut rows: Vec<[f32; 3]> = rows.iter().map(|row| row.to_array()).collect();
        rows.resize(used, [0.0; 3]);
        let values = self.view(&float_bytes(&rows), None);
        let zero = if used < count {
            Vec3::ZERO
        } else {
            Vec3::INFINITY
        };
        let vectors = || rows.iter().copied().map(Vec3::from);
        let low = vectors().fold(zero, Vec3::min);
        let high = vectors().fold(if used < count { zero } else { -zero }, Vec3::max);
        self.accessor(json!({
            "componentType": FLOAT, "count": count, "type": "VEC3",
            "min": low.to_array(), "max": high.to_array(),
            "sparse": {
                "count": used,
                "indices": { "bufferView": index_view, "componentType": UNSIGNED_SHORT },
                "values": { "bufferView": values }
            }
        }))
    }

    fn sparse_indices(&mut self, vertices: &[u32]) -> (usize, usize) {
        let still = [0];
        let vertices = if vertices.is_empty() {
            &still[..]
        } else {
            vertices
        };
        let bytes: Vec<u8> = vertices
            .iter()
            .flat_map(|&vertex| (vertex as u16).to_le_bytes())
            .collect();
        (self.view(&bytes, None), vertices.len())
    }

    fn morph(&mut self, count: usize, morph: &MorphOffsets) -> Value {
        let indices = self.sparse_indices(&morph.vertices);
        let position = self.sparse(count, indices, &morph.positions_m);
        let normal = self.sparse(count, indices, &morph.normals);
        json!({ "POSITION": position, "NORMAL": normal })
    }

    fn primitive(&mut self, part: &Part, material: usize) -> Value {
        let count = part.positions_m.len();
        let position = self.positions(&part.positions_m);
        let normals: Vec<[f32; 3]> = part.normals.iter().map(|row| row.to_array()).collect();
        let normal = self.floats(&normals, "VEC3");
        let uvs: Vec<[f32; 2]> = part.uvs.iter().map(|row| row.to_array()).collect();
        let uv = self.floats(&uvs, "VEC2");
        let (mut joints, mut weights) = (Vec::new(), Vec::new());
        for influences in &part.influences {
            let mut row = [0.0; INFLUENCES];
            for (slot, value) in row.iter_mut().enumerate() {
                let (joint, weight) = influences.get(slot).copied().unwrap_or((0, 0.0));
                joints.push(joint as u8);
                *value = weight;
            }
            weights.push(row);
        }
        let view = self.view(&joints, Some(VERTEX_BUFFER));
        let joints = self.accessor(json!({
            "bufferView": view, "componentType": UNSIGNED_BYTE, "count": count, "type": "VEC4"
        }));
        let weights = self.floats(&weights, "VEC4");
        let flat: Vec<u8> = part
            .triangles
            .iter()
            .flatten()
            .flat_map(|&i| (i as u16).to_le_bytes())
            .collect();
        let view = self.view(&flat, Some(INDEX_BUFFER));
        let indices = self.accessor(json!({
            "bufferView": view, "componentType": UNSIGNED_SHORT,
            "count": part.triangles.len() * 3, "type": "SCALAR"
        }));
        let mut primitive = json!({
            "attributes": {
                "POSITION": position, "NORMAL": normal, "TEXCOORD_0": uv,
                "JOINTS_0": joints, "WEIGHTS_0": weights
            },
            "indices": indices,
            "material": material
        });
        if !part.morphs.is_empty() {
            let targets: Vec<Value> = part
                .morphs
                .iter()
                .map(|morph| self.morph(count, morph))
                .collect();
            primitive["targets"] = json!(targets);
        }
        primitive
    }
}

fn float_bytes<const N: usize>(rows: &[[f32; N]]) -> Vec<u8> {
    rows.iter()
        .flatten()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

/// Adds the materials and their pictures to the document; one texture per picture.
fn add_materials(document: &mut Value, buffer: &mut Buffer, materials: &[Material]) {
    let (mut images, mut textures, mut list) = (Vec::new(), Vec::new(), Vec::new());
    let mut texture = |buffer: &mut Buffer, name: String, picture: &Picture| {
        let view = buffer.view(&picture.bytes, None);
        images.push(json!({ "name": name, "bufferView": view, "mimeType": picture.mime }));
        textures.push(json!({ "source": images.len() - 1, "sampler": 0 }));
        json!({ "index": textures.len() - 1 })
    };
    for material in materials {
        let mut surface = json!({
            "metallicFactor": if material.metallic_roughness.is_some() { 1.0 } else { 0.0 },
            "roughnessFactor": f64::from(material.roughness)
        });
        let mut entry = json!({ "name": material.name, "doubleSided": material.double_sided });
        if let Some(picture) = &material.base_colour {
            surface["baseColorTexture"] =
                texture(buffer, format!("{} base colour", material.name), picture);
        }
        if let Some(picture) = &material.metallic_roughness {
            surface["metallicRoughnessTexture"] = texture(
                buffer,
                format!("{} metalness and roughness", material.name),
                picture,
            );
        }
        if let Some(picture) = &material.normal {
            entry["normalTexture"] = texture(buffer, format!("{} normal", material.name), picture);
        }
        entry["pbrMetallicRoughness"] = surface;
        if let Some(cutoff) = material.alpha_cutoff {
            entry["alphaMode"] = json!("MASK");
            entry["alphaCutoff"] = json!(f64::from(cutoff));
        }
        list.push(entry);
    }
    document["images"] = json!(images);
    document["textures"] = json!(textures);
    document["samplers"] =
        json!([{ "magFilter": 9729, "minFilter": 9987, "wrapS": 10497, "wrapT": 10497 }]);
    document["materials"] = json!(list);
}

/// Nodes of the skeleton, in joint order, and the skin over them.
fn add_skeleton(document: &mut Value, buffer: &mut Buffer, rig: &Rig) {
    let nodes: Vec<Value> = (0..rig.joints.len())
        .map(|index| {
            let children: Vec<usize> = (0..rig.joints.len())
                .filter(|&child| rig.joints[child].parent == Some(index))
                .collect();
            let mut node = json!({
                "name": rig.joints[index].name,
                "translation": rig.local_translation_m(index).to_array()
            });
            if !children.is_empty() {
                node["children"] = json!(children);
            }
            node
        })
        .collect();
    let inverse: Vec<[f32; 16]> = rig
        .joints
        .iter()
        .map(|joint| glam::Mat4::from_translation(-joint.position_m).to_cols_array())
        .collect();
    let view = buffer.view(&float_bytes(&inverse), None);
    let matrices = buffer.accessor(json!({
        "bufferView": view, "componentType": FLOAT, "count": inverse.len(), "type": "MAT4"
    }));
    document["nodes"] = json!(nodes);
    document["skins"] = json!([{
        "name": "performer", "skeleton": 0, "inverseBindMatrices": matrices,
        "joints": (0..rig.joints.len()).collect::<Vec<_>>()
    }]);
}

/// The complete file. `asset` is the glTF `asset` object; each part wears the material of its name;
/// `extension` is one of the document, by name. Nodes are the joints in their order, then the meshes.
pub fn write(
    asset: Value,
    rig: &Rig,
    meshes: &[Mesh],
    materials: &[Material],
    extension: Option<&(&str, Value)>,
) -> Vec<u8> {
    let mut document = json!({ "asset": asset, "scene": 0 });
    let mut buffer = Buffer::default();
    add_skeleton(&mut document, &mut buffer, rig);
    let mut roots = vec![0];
    let mut list = Vec::new();
    for mesh in meshes {
        let primitives: Vec<Value> = mesh
            .parts
            .iter()
            .map(|part| {
                let material = materials
                    .iter()
                    .position(|m| m.name == part.name)
                    .unwrap_or(0);
                buffer.primitive(part, material)
            })
            .collect();
        let mut entry = json!({ "name": mesh.name, "primitives": primitives });
        if !mesh.target_names.is_empty() {
            entry["weights"] = json!(vec![0.0; mesh.target_names.len()]);
            entry["extras"] = json!({ "targetNames": mesh.target_names });
        }
        list.push(entry);
        if let Some(nodes) = document["nodes"].as_array_mut() {
            roots.push(nodes.len());
            nodes.push(json!({ "name": mesh.name, "mesh": list.len() - 1, "skin": 0 }));
        }
    }
    if let Some((name, value)) = extension {
        document["extensionsUsed"] = json!([name]);
        document["extensions"] = json!({ *name: value });
    }
    document["meshes"] = json!(list);
    document["scenes"] = json!([{ "name": "performer", "nodes": roots }]);
    add_materials(&mut document, &mut buffer, materials);
    let Buffer {
        mut bytes,
        views,
        accessors,
    } = buffer;
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    document["bufferViews"] = json!(views);
    document["accessors"] = json!(accessors);
    document["buffers"] = json!([{ "byteLength": bytes.len() }]);
    container(&document, &bytes)
}

/// The binary container of the glTF 2.0 specification, section 4.4: header, JSON chunk, BIN chunk.
fn container(document: &Value, bytes: &[u8]) -> Vec<u8> {
    let mut text = document.to_string().into_bytes();
    text.resize(text.len().next_multiple_of(4), b' ');
    let total = 12 + 8 + text.len() + 8 + bytes.len();
    let mut out = Vec::with_capacity(total);
    out.extend_from_slice(b"glTF");
    for word in [2, total as u32, text.len() as u32] {
        out.extend_from_slice(&word.to_le_bytes());
    }
    out.extend_from_slice(b"JSON");
    out.extend_from_slice(&text);
    out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    out.extend_from_slice(b"BIN\0");
    out.extend_from_slice(bytes);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sparse_shapes_name_what_moves_and_are_never_empty() {
        let mut buffer = Buffer::default();
        let still = buffer.sparse_indices(&[]);
        let index = buffer.sparse(5, still, &[]);
        assert_eq!(buffer.accessors[index]["sparse"]["count"], 1);
        assert_eq!(buffer.accessors[index]["max"], json!([0.0, 0.0, 0.0]));
        let moving = buffer.sparse_indices(&[1, 4]);
        let index = buffer.sparse(5, moving, &[Vec3::X, -Vec3::Y]);
        let accessor = &buffer.accessors[index];
        assert_eq!(accessor["sparse"]["count"], 2);
        assert_eq!(
            (&accessor["min"], &accessor["max"]),
            (&json!([0.0, -1.0, 0.0]), &json!([1.0, 0.0, 0.0]))
        );
        let view =
            &buffer.views[accessor["sparse"]["values"]["bufferView"].as_u64().unwrap() as usize];
        let start = view["byteOffset"].as_u64().unwrap() as usize;
        assert_eq!(buffer.bytes[start..start + 4], 1.0_f32.to_le_bytes());
        assert_eq!(start % 4, 0);
    }
}
