//! glTF 2.0: triangles with `POSITION` and `TEXCOORD_0` of every mesh in the scene, moved by their nodes.
//!
//! Read from the JSON itself: the few things that a wall needs are fewer than the traps of a general reader. Nothing is
//! taken from a buffer before it is known to lie inside it. Buffers are the GLB's own chunk or data URIs. Source: glTF 2.0,
//! sections 3.5 to 3.7 and 4.4.

use super::{GltfFault, RawMesh};
use crate::{MESH_TRIANGLES_MAX, MESH_VERTICES_MAX};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use glam::{DMat4, DQuat, DVec2, DVec3};
use serde_json::Value;

/// Levels of nodes; deeper trees are cycles.
const DEPTH_MAX: usize = 64;

/// Nodes that are looked at, repeats included.
const NODES_MAX: usize = 65_536;

pub(super) fn read(bytes: &[u8], wanted: Option<&str>) -> Result<RawMesh, GltfFault> {
    let (json, blob) = if bytes.starts_with(b"glTF") {
        chunks(bytes)?
    } else {
        (bytes, None)
    };
    let root: Value = serde_json::from_slice(json).map_err(|e| GltfFault::NotJson {
        line: e.line(),
        column: e.column(),
    })?;
    let buffers = buffers(&root, blob)?;
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
        None => return Err(GltfFault::NoScene),
    };
    for node in roots {
        file.node(node, DMat4::IDENTITY, wanted.is_none(), 0)?;
    }
    Ok(file.out)
}

fn index(value: &Value) -> Option<usize> {
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

fn buffers(root: &Value, blob: Option<&[u8]>) -> Result<Vec<Vec<u8>>, GltfFault> {
    let list = root["buffers"].as_array().map_or(&[][..], Vec::as_slice);
    let mut out = Vec::with_capacity(list.len().min(64));
    for (nth, buffer) in list.iter().enumerate() {
        let data = match (buffer["uri"].as_str(), blob) {
            (Some(uri), _) => {
                let encoded = uri
                    .strip_prefix("data:")
                    .and_then(|rest| rest.split_once(";base64,"))
                    .ok_or(GltfFault::OwnFile { buffer: nth })?;
                STANDARD
                    .decode(encoded.1)
                    .map_err(|_| GltfFault::NoData { buffer: nth })?
            }
            (None, Some(blob)) if nth == 0 => blob.to_vec(),
            _ => return Err(GltfFault::NoData { buffer: nth }),
        };
        out.push(data);
    }
    Ok(out)
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
            let accessor = |attribute: &'static str| {
                index(&attributes[attribute]).ok_or(GltfFault::NoAttribute {
                    mesh: number,
                    attribute,
                })
            };
            let points = self.values::<3>(accessor("POSITION")?)?;
            let uv = self.values::<2>(accessor("TEXCOORD_0")?)?;
            if points.len() != uv.len() {
                return Err(GltfFault::NoVertex { mesh: number });
            }
            let corners: Vec<u32> = match index(&primitive["indices"]) {
                Some(accessor) => self
                    .values::<1>(accessor)?
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
            self.out
                .uv
                .extend(uv.iter().map(|[u, v]| DVec2::new(*u, 1.0 - v)));
            let too_many = self.out.points.len() > MESH_VERTICES_MAX
                || self.out.triangles.len() > MESH_TRIANGLES_MAX;
            if too_many {
                return Err(GltfFault::TooMany);
            }
        }
        Ok(())
    }

    /// The elements of an accessor as numbers; normalised integers as 0 to 1.
    fn values<const N: usize>(&self, number: usize) -> Result<Vec<[f64; N]>, GltfFault> {
        let other = || GltfFault::OtherNumbers { accessor: number };
        let beyond = || GltfFault::BeyondBuffer { accessor: number };
        let accessor = &self.root["accessors"][number];
        let kind = ["SCALAR", "VEC2", "VEC3"][N - 1];
        if accessor["type"].as_str() != Some(kind) || !accessor["sparse"].is_null() {
            return Err(other());
        }
        let (size, divisor) = match accessor["componentType"].as_u64() {
            Some(5121) => (1, 255.0),
            Some(5123) => (2, 65_535.0),
            Some(5125) => (4, 4_294_967_295.0),
            Some(5126) => (4, 1.0),
            _ => return Err(other()),
        };
        let float = accessor["componentType"].as_u64() == Some(5126);
        let normalized = accessor["normalized"].as_bool().unwrap_or(false);
        if !(float || normalized || N == 1) {
            return Err(other());
        }
        let divisor = if normalized { divisor } else { 1.0 };
        let count = index(&accessor["count"]).unwrap_or(0);
        if count > MESH_VERTICES_MAX * 3 {
            return Err(GltfFault::TooMany);
        }
        let view = &self.root["bufferViews"][index(&accessor["bufferView"]).unwrap_or(usize::MAX)];
        let offset = index(&view["byteOffset"]).unwrap_or(0);
        let length = index(&view["byteLength"]).unwrap_or(0);
        let data = index(&view["buffer"])
            .and_then(|b| self.buffers.get(b))
            .and_then(|data| data.get(offset..offset.checked_add(length)?))
            .ok_or_else(beyond)?;
        let start = index(&accessor["byteOffset"]).unwrap_or(0);
        let stride = index(&view["byteStride"]).unwrap_or(size * N).max(size * N);
        let mut out = Vec::with_capacity(count.min(data.len()));
        for element in 0..count {
            let at = element
                .checked_mul(stride)
                .and_then(|o| o.checked_add(start));
            let bytes = at
                .and_then(|at| data.get(at..at.checked_add(size * N)?))
                .ok_or_else(beyond)?;
            let mut values = [0.0; N];
            for (value, raw) in values.iter_mut().zip(bytes.chunks_exact(size)) {
                *value = number_of(raw, float) / divisor;
            }
            out.push(values);
        }
        Ok(out)
    }
}

fn number_of(raw: &[u8], float: bool) -> f64 {
    match *raw {
        [a] => f64::from(a),
        [a, b] => f64::from(u16::from_le_bytes([a, b])),
        [a, b, c, d] if float => f64::from(f32::from_le_bytes([a, b, c, d])),
        [a, b, c, d] => f64::from(u32::from_le_bytes([a, b, c, d])),
        _ => f64::NAN,
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
    use crate::mesh_file::{GltfFault, MeshReading, read_mesh};
    use base64::Engine;
    use glam::{DVec2, DVec3};

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
        let mesh = read_mesh(text.as_bytes(), &reading).unwrap();
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
        let whole = read_mesh(&glb, &reading).unwrap();
        assert_eq!(whole, read_mesh(&json, &reading).unwrap());
        for length in 0..glb.len() {
            let cut = read_mesh(&glb[..length], &reading);
            assert!(cut.is_err(), "{length}");
        }
    }

    #[test]
    fn indices_and_views_beyond_their_buffer_are_refused() {
        let read = |text: &str| read_mesh(text.as_bytes(), &MeshReading::default());
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
}
