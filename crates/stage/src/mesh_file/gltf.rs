//! glTF 2.0: triangles with places and texture coordinates of every mesh in the scene, moved by their nodes.
//!
//! Read from the JSON itself: the few things that a wall needs are fewer than the traps of a general reader. The texture
//! coordinates are those that the material's picture is laid by (its base colour, else what it emits): the set that it names,
//! moved by `KHR_texture_transform`. Programs that pack a file (`KHR_mesh_quantization`) rely on that. Source: glTF 2.0,
//! sections 3.5 to 3.7 and 4.4.

use super::gltf_accessor::values;
use super::gltf_buffer::buffers;
use super::{GltfFault, MeshFileError, RawMesh};
use crate::{Files, MESH_TRIANGLES_MAX, MESH_VERTICES_MAX};
use glam::{DMat4, DQuat, DVec2, DVec3};
use serde_json::Value;

/// Levels of nodes; deeper trees are cycles.
const DEPTH_MAX: usize = 64;

/// Nodes that are looked at, repeats included.
const NODES_MAX: usize = 65_536;

/// What a file may ask its reader to know that says where triangles are; of the others none moves a wall.
const UNKNOWN_SHAPES: [&str; 3] = [
    "KHR_draco_mesh_compression",
    "EXT_meshopt_compression",
    "EXT_mesh_gpu_instancing",
];

/// `beside` brings buffers that are files of their own.
pub(super) fn read(
    bytes: &[u8],
    wanted: Option<&str>,
    beside: &mut Files<'_>,
) -> Result<RawMesh, MeshFileError> {
    let (json, blob) = if bytes.starts_with(b"glTF") {
        chunks(bytes)?
    } else {
        (bytes, None)
    };
    let root: Value = serde_json::from_slice(json).map_err(|e| GltfFault::NotJson {
        line: e.line(),
        column: e.column(),
    })?;
    let required = root["extensionsRequired"].as_array();
    let mut required = required.into_iter().flatten().filter_map(Value::as_str);
    if let Some(name) = required.find(|name| UNKNOWN_SHAPES.contains(name)) {
        let name = name.to_owned();
        return Err(GltfFault::Extension { name }.into());
    }
    let buffers = buffers(&root, blob, beside)?;
    let mut file = File {
        root: &root,
        buffers,
        wanted,
        nodes_left: NODES_MAX,
        out: RawMesh::default(),
    };
    let scene = index(&root["scene"]).unwrap_or(0);
    let roots: Vec<usize> = match root["scenes"][scene]["nodes"].as_array() {
        Some(list) => list.iter().filter_map(index).collect(),
        None => return Err(GltfFault::NoScene.into()),
    };
    for node in roots {
        file.node(node, DMat4::IDENTITY, wanted.is_none(), 0)?;
    }
    Ok(file.out)
}

pub(super) fn index(value: &Value) -> Option<usize> {
    value.as_u64().and_then(|v| usize::try_from(v).ok())
}

/// The JSON and binary chunks of a GLB.
fn chunks(bytes: &[u8]) -> Result<(&[u8], Option<&[u8]>), GltfFault> {
    let word = |at: usize| {
        let four = bytes.get(at..at + 4)?;
        Some(u32::from_le_bytes(four.try_into().ok()?) as usize)
    };
    if word(4) != Some(2) {
        return Err(GltfFault::BadContainer);
    }
    let (mut at, mut json, mut blob) = (12, None, None);
    while let (Some(length), Some(kind)) = (word(at), word(at + 4)) {
        let data = bytes.get(at + 8..(at + 8).saturating_add(length));
        let data = data.ok_or(GltfFault::BadContainer)?;
        match kind {
            0x4E4F_534A => json = json.or(Some(data)),
            0x004E_4942 => blob = blob.or(Some(data)),
            _ => {}
        }
        at = (at + 8).saturating_add(length);
    }
    let json = json.ok_or(GltfFault::BadContainer)?;
    Ok((json, blob))
}

struct File<'a> {
    root: &'a Value,
    buffers: Vec<Vec<u8>>,
    wanted: Option<&'a str>,
    nodes_left: usize,
    out: RawMesh,
}

impl File<'_> {
    fn node(
        &mut self,
        number: usize,
        parent: DMat4,
        taken: bool,
        depth: usize,
    ) -> Result<(), GltfFault> {
        self.nodes_left = self.nodes_left.saturating_sub(1);
        if depth > DEPTH_MAX || self.nodes_left == 0 {
            return Err(GltfFault::Circle);
        }
        let node = &self.root["nodes"][number];
        let matrix = parent * matrix_of(node)?;
        let mesh = index(&node["mesh"]);
        let mesh_name = mesh.and_then(|m| self.root["meshes"][m]["name"].as_str());
        let named = |name: &str| Some(name) == self.wanted;
        let taken = taken || node["name"].as_str().is_some_and(named);
        if let Some(mesh) = mesh
            && (taken || mesh_name.is_some_and(named))
        {
            self.mesh(mesh, matrix)?;
        }
        let children: Vec<usize> = node["children"]
            .as_array()
            .map_or_else(Vec::new, |list| list.iter().filter_map(index).collect());
        for child in children {
            self.node(child, matrix, taken, depth + 1)?;
        }
        Ok(())
    }

    fn mesh(&mut self, number: usize, matrix: DMat4) -> Result<(), GltfFault> {
        let primitives = self.root["meshes"][number]["primitives"].as_array();
        for primitive in primitives.map_or(&[][..], Vec::as_slice) {
            if primitive["mode"].as_u64().unwrap_or(4) != 4 {
                return Err(GltfFault::NoTriangles { mesh: number });
            }
            let attributes = &primitive["attributes"];
            let accessor = |attribute: &str| {
                index(&attributes[attribute]).ok_or_else(|| GltfFault::NoAttribute {
                    mesh: number,
                    attribute: attribute.to_owned(),
                })
            };
            let laying = self.laying(primitive)?;
            let numbers = (self.root, &self.buffers[..]);
            let points = values::<3>(numbers, accessor("POSITION")?)?;
            let uv = values::<2>(numbers, accessor(&format!("TEXCOORD_{}", laying.set))?)?;
            if points.len() != uv.len() {
                return Err(GltfFault::NoVertex { mesh: number });
            }
            let corners: Vec<u32> = match index(&primitive["indices"]) {
                Some(accessor) => values::<1>(numbers, accessor)?
                    .iter()
                    .map(|[i]| *i as u32)
                    .collect(),
                None => (0..points.len() as u32).collect(),
            };
            let first = self.out.points.len() as u32;
            let known = points.len() as u32;
            // A mirrored node turns the corners' order about (glTF 2.0, 3.7.4).
            let mirrored = matrix.determinant() < 0.0;
            for corner in corners.chunks_exact(3) {
                let &[a, b, c] = corner else { continue };
                if a.max(b).max(c) >= known {
                    return Err(GltfFault::NoVertex { mesh: number });
                }
                let (b, c) = if mirrored { (c, b) } else { (b, c) };
                self.out.triangles.push([a + first, b + first, c + first]);
            }
            let moved = points
                .iter()
                .map(|p| matrix.transform_point3(DVec3::from_array(*p)));
            self.out.points.extend(moved);
            // glTF has v down; the wall's reader expects it up.
            let laid = uv.iter().map(|uv| laying.of(DVec2::from_array(*uv)));
            self.out
                .uv
                .extend(laid.map(|uv| DVec2::new(uv.x, 1.0 - uv.y)));
            let too_many = self.out.points.len() > MESH_VERTICES_MAX
                || self.out.triangles.len() > MESH_TRIANGLES_MAX;
            if too_many {
                return Err(GltfFault::TooMany);
            }
        }
        Ok(())
    }

    /// How the picture of a primitive's material is laid on it.
    fn laying(&self, primitive: &Value) -> Result<Laying, GltfFault> {
        let material = index(&primitive["material"]);
        let material = material.map_or(&Value::Null, |m| &self.root["materials"][m]);
        let base = &material["pbrMetallicRoughness"]["baseColorTexture"];
        let picture = if base.is_object() {
            base
        } else {
            &material["emissiveTexture"]
        };
        let transform = &picture["extensions"]["KHR_texture_transform"];
        let set = transform["texCoord"].as_u64();
        let set = set.or(picture["texCoord"].as_u64()).unwrap_or(0);
        let bad = || GltfFault::BadTransform;
        let pair = |key: &str, default: DVec2| match &transform[key] {
            Value::Null => Ok(default),
            value => {
                let part = |nth: usize| value[nth].as_f64().ok_or_else(bad);
                Ok(DVec2::new(part(0)?, part(1)?))
            }
        };
        Ok(Laying {
            set,
            offset: pair("offset", DVec2::ZERO)?,
            scale: pair("scale", DVec2::ONE)?,
            rotation_rad: match &transform["rotation"] {
                Value::Null => 0.0,
                value => value.as_f64().ok_or_else(bad)?,
            },
        })
    }
}

/// How a primitive's picture is laid on it.
struct Laying {
    set: u64,
    offset: DVec2,
    scale: DVec2,
    rotation_rad: f64,
}

impl Laying {
    /// Where on the picture a texture coordinate is: scaled, turned from u towards -v, moved.
    fn of(&self, uv: DVec2) -> DVec2 {
        DVec2::from_angle(-self.rotation_rad).rotate(uv * self.scale) + self.offset
    }
}

/// A node's own matrix: given whole, or as translation, rotation and scale.
fn matrix_of(node: &Value) -> Result<DMat4, GltfFault> {
    let list = |key: &'static str, count: usize| -> Result<Option<Vec<f64>>, GltfFault> {
        let Some(values) = node[key].as_array() else {
            return Ok(None);
        };
        let numbers: Vec<f64> = values.iter().filter_map(Value::as_f64).collect();
        if numbers.len() != count {
            return Err(GltfFault::BadNode { key });
        }
        Ok(Some(numbers))
    };
    if let Some(m) = list("matrix", 16)? {
        return Ok(DMat4::from_cols_slice(&m));
    }
    let vector = |v: Option<Vec<f64>>, default: DVec3| v.map_or(default, |v| DVec3::from_slice(&v));
    let translation = vector(list("translation", 3)?, DVec3::ZERO);
    let scale = vector(list("scale", 3)?, DVec3::ONE);
    let rotation = list("rotation", 4)?.map_or(DQuat::IDENTITY, |q| DQuat::from_slice(&q));
    if !(rotation.length_squared() > 1e-12) {
        return Err(GltfFault::BadNode { key: "rotation" });
    }
    Ok(DMat4::from_scale_rotation_translation(
        scale,
        rotation.normalize(),
        translation,
    ))
}

#[cfg(test)]
mod tests {
    use crate::SurfaceMesh;
    use crate::mesh_file::{GltfFault, MeshFileError, MeshReading, read_mesh};
    use base64::Engine;
    use glam::{DVec2, DVec3};

    fn read_alone(bytes: &[u8], reading: &MeshReading<'_>) -> Result<SurfaceMesh, MeshFileError> {
        read_mesh(bytes, reading, &mut |_| {
            Err("nothing is beside it".to_owned())
        })
    }

    /// One triangle, 16-bit indices, 8-bit normalised texture coordinates; a parent that moves, a child that turns by 90°
    /// about Y and doubles.
    fn file(indices: [u16; 3]) -> String {
        let mut buffer = Vec::new();
        for v in [[0f32, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]] {
            buffer.extend(v.iter().flat_map(|c| c.to_le_bytes()));
        }
        buffer.extend([0u8, 255, 255, 255, 0, 0]);
        buffer.extend(indices.iter().flat_map(|i| i.to_le_bytes()));
        let data = base64::engine::general_purpose::STANDARD.encode(&buffer);
        let half = std::f64::consts::FRAC_1_SQRT_2;
        format!(
            r#"{{"asset":{{"version":"2.0"}},"scene":0,"scenes":[{{"nodes":[0]}}],
            "nodes":[{{"name":"set","translation":[0,1,-3],"children":[1]}},
                     {{"name":"screen","rotation":[0,{half},0,{half}],"scale":[2,2,2],"mesh":0}}],
            "meshes":[{{"primitives":[{{"attributes":{{"POSITION":0,"TEXCOORD_0":1}},"indices":2}}]}}],
            "accessors":[{{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3"}},
                         {{"bufferView":1,"componentType":5121,"normalized":true,"count":3,"type":"VEC2"}},
                         {{"bufferView":2,"componentType":5123,"count":3,"type":"SCALAR"}}],
            "bufferViews":[{{"buffer":0,"byteLength":36}},{{"buffer":0,"byteOffset":36,"byteLength":6}},
                           {{"buffer":0,"byteOffset":42,"byteLength":6}}],
            "buffers":[{{"byteLength":48,"uri":"data:application/octet-stream;base64,{data}"}}]}}"#
        )
    }

    #[test]
    fn nodes_move_the_mesh_and_v_runs_down() {
        let reading = MeshReading {
            object: Some("screen"),
            ..MeshReading::default()
        };
        let text = file([0, 1, 2]);
        let mesh = read_alone(text.as_bytes(), &reading).unwrap();
        // X turns to -Z about Y; (1, 0, 0) doubled and moved is (0, 1, -5).
        assert!(mesh.points()[1].distance(DVec3::new(0.0, 1.0, -5.0)) < 1e-9);
        assert!(mesh.points()[2].distance(DVec3::new(0.0, 3.0, -3.0)) < 1e-9);
        assert_eq!(mesh.st_of_points()[0], DVec2::new(0.0, 1.0));
        assert_eq!(mesh.st_of_points()[2], DVec2::new(0.0, 0.0));
    }

    #[test]
    fn the_container_is_the_same_file() {
        let mut json = file([0, 1, 2]).into_bytes();
        json.resize(json.len().next_multiple_of(4), b' ');
        let mut glb = b"glTF\x02\0\0\0".to_vec();
        glb.extend(((20 + json.len()) as u32).to_le_bytes());
        glb.extend((json.len() as u32).to_le_bytes());
        glb.extend(b"JSON");
        glb.extend(&json);
        let reading = MeshReading::default();
        let whole = read_alone(&glb, &reading).unwrap();
        assert_eq!(whole, read_alone(&json, &reading).unwrap());
        for length in 0..glb.len() {
            let cut = read_alone(&glb[..length], &reading);
            assert!(cut.is_err(), "{length}");
        }
    }

    #[test]
    fn indices_and_views_beyond_their_buffer_are_refused() {
        let read = |text: &str| read_alone(text.as_bytes(), &MeshReading::default());
        let beyond = read(&file([0, 1, 3])).unwrap_err();
        assert_eq!(beyond, GltfFault::NoVertex { mesh: 0 }.into());
        let good = file([0, 1, 2]);
        for (from, to) in [
            ("\"byteOffset\":42", "\"byteOffset\":43"),
            ("\"byteLength\":36", "\"byteLength\":35"),
            (
                "\"count\":3,\"type\":\"SCALAR\"",
                "\"count\":4,\"type\":\"SCALAR\"",
            ),
            ("\"children\":[1]", "\"children\":[0]"),
            ("\"POSITION\":0", "\"POSITION\":9"),
            ("\"type\":\"VEC3\"", "\"type\":\"VEC2\""),
        ] {
            let bad = good.replacen(from, to, 1);
            assert_ne!(bad, good, "{from}");
            assert!(read(&bad).is_err(), "{to}");
        }
    }

    /// A square of 2 m by its corners: places as signed 16-bit numbers that the node halves and moves, texture coordinates
    /// as bytes that the material's transform makes 0 to 1. So do programs that pack files.
    fn packed(transform: &str) -> String {
        let corners = [[-2i16, -2], [2, -2], [2, 2], [-2, 2]];
        let mut buffer = Vec::new();
        for [x, y] in corners {
            buffer.extend([x, y, 0, 0].iter().flat_map(|c| c.to_le_bytes()));
        }
        // v runs down: the upper edge of the square is the picture's.
        buffer.extend([0u8, 100, 0, 0, 200, 100, 0, 0, 200, 0, 0, 0, 0, 0, 0, 0]);
        buffer.extend([0u8, 1, 2, 0, 2, 3]);
        let data = base64::engine::general_purpose::STANDARD.encode(&buffer);
        format!(
            r#"{{"asset":{{"version":"2.0"}},"extensionsRequired":["KHR_mesh_quantization","KHR_texture_transform"],
            "scenes":[{{"nodes":[0]}}],"nodes":[{{"mesh":0,"translation":[0,3,-4],"scale":[0.5,0.5,0.5]}}],
            "meshes":[{{"primitives":[{{"attributes":{{"POSITION":0,"TEXCOORD_1":1}},"indices":2,"material":0}}]}}],
            "materials":[{{"emissiveTexture":{{"index":0,"texCoord":7,"extensions":{{"KHR_texture_transform":{transform}}}}}}}],
            "accessors":[{{"bufferView":0,"componentType":5122,"count":4,"type":"VEC3"}},
                         {{"bufferView":1,"componentType":5121,"count":4,"type":"VEC2"}},
                         {{"bufferView":2,"componentType":5121,"count":6,"type":"SCALAR"}}],
            "bufferViews":[{{"buffer":0,"byteLength":32,"byteStride":8}},{{"buffer":0,"byteOffset":32,"byteLength":16,"byteStride":4}},
                           {{"buffer":0,"byteOffset":48,"byteLength":6}}],
            "buffers":[{{"byteLength":54,"uri":"data:application/octet-stream;base64,{data}"}}]}}"#
        )
    }

    #[test]
    fn a_packed_file_is_put_right_by_its_node_and_its_texture_transform() {
        let text = packed(r#"{"texCoord":1,"scale":[0.005,0.01]}"#);
        let mesh = read_alone(text.as_bytes(), &MeshReading::default()).unwrap();
        let [a, _, c, _] = mesh.points()[..4] else {
            panic!()
        };
        assert!(a.distance(DVec3::new(-1.0, 2.0, -4.0)) < 1e-12);
        assert!(c.distance(DVec3::new(1.0, 4.0, -4.0)) < 1e-12);
        assert!(mesh.st_of_points()[0].distance(DVec2::new(0.0, 1.0)) < 1e-12);
        assert!(mesh.st_of_points()[2].distance(DVec2::new(1.0, 0.0)) < 1e-12);
        // A quarter turn takes u to -v, and what was v to u: the lower left corner (0, 1) comes to (1, 0), moved down by 1.
        let turned = packed(
            r#"{"texCoord":1,"scale":[0.005,0.01],"rotation":1.5707963267948966,"offset":[0,1]}"#,
        );
        let turned = read_alone(turned.as_bytes(), &MeshReading::default()).unwrap();
        assert!(turned.st_of_points()[0].distance(DVec2::new(1.0, 1.0)) < 1e-9);
        assert!(turned.st_of_points()[1].distance(DVec2::new(1.0, 0.0)) < 1e-9);
        for transform in [r#"{"scale":[0.005,0.01]}"#, r#"{"texCoord":1,"scale":[1]}"#] {
            assert!(read_alone(packed(transform).as_bytes(), &MeshReading::default()).is_err());
        }
        let instanced = text.replacen("KHR_mesh_quantization", "EXT_mesh_gpu_instancing", 1);
        let refused = read_alone(instanced.as_bytes(), &MeshReading::default());
        let name = "EXT_mesh_gpu_instancing".to_owned();
        assert_eq!(refused, Err(GltfFault::Extension { name }.into()));
    }
}
