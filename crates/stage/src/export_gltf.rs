//! A stage as a glTF scene (GLB): its walls as meshes, its cameras at their homes, the outer eye; for other programs to
//! look at, to measure in and to build sets around.
//!
//! glTF's space is the stage's own: metres, Y up, cameras look along -Z. Curved walls are cut into strips of a degree: of
//! a radius of 6 m their middles are 0.23 mm beside the arc. Texture coordinates are the wall's, (0, 0) in its upper left
//! corner. What glTF has no word for stands in `extras`.

use crate::{Camera, Stage, Wall};
use glam::{DVec2, DVec3};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Widest strip of an arc, radians.
const STRIP_RAD: f64 = std::f64::consts::PI / 180.0;

/// glTF's numbers for what buffers hold.
const FLOAT: u32 = 5126;
const UNSIGNED_INT: u32 = 5125;

#[derive(Default)]
struct Scene {
    binary: Vec<u8>,
    views: Vec<Value>,
    accessors: Vec<Value>,
    meshes: Vec<Value>,
    cameras: Vec<Value>,
    nodes: Vec<Value>,
}

impl Stage {
    /// The stage as a GLB file.
    pub fn to_glb(&self) -> Vec<u8> {
        let mut scene = Scene::default();
        for wall in self.walls() {
            scene.add_wall(wall);
        }
        for camera in self.cameras() {
            scene.add_camera(camera);
        }
        let eye = self.outer_eye().metres().to_array();
        scene
            .nodes
            .push(json!({ "name": "outer eye", "translation": eye }));
        scene.into_glb(self.name())
    }
}

impl Scene {
    /// Adds numbers and returns their accessor.
    fn add(&mut self, bytes: &[u8], mut accessor: Value) -> usize {
        let offset = self.binary.len();
        self.binary.extend_from_slice(bytes);
        accessor["bufferView"] = json!(self.views.len());
        self.views
            .push(json!({ "buffer": 0, "byteOffset": offset, "byteLength": bytes.len() }));
        self.accessors.push(accessor);
        self.accessors.len() - 1
    }

    fn add_wall(&mut self, wall: &Wall) {
        let [width, height] = wall.size_px().map(f64::from);
        let mut known: BTreeMap<[u64; 5], u32> = BTreeMap::new();
        let (mut points, mut uvs) = (Vec::<DVec3>::new(), Vec::<DVec2>::new());
        let mut indices = Vec::new();
        for corner in wall.triangles(STRIP_RAD).into_iter().flatten() {
            let point = wall.point_of_place(corner.place).metres();
            let uv = corner.wall_px / DVec2::new(width, height);
            let key = [point.x, point.y, point.z, uv.x, uv.y].map(f64::to_bits);
            let next = points.len() as u32;
            let index = *known.entry(key).or_insert(next);
            if index == next {
                points.push(point);
                uvs.push(uv);
            }
            indices.push(index);
        }
        let bytes = |parts: &mut dyn Iterator<Item = f64>| -> Vec<u8> {
            parts.flat_map(|v| (v as f32).to_le_bytes()).collect()
        };
        let low = points
            .iter()
            .copied()
            .reduce(DVec3::min)
            .unwrap_or_default();
        let high = points
            .iter()
            .copied()
            .reduce(DVec3::max)
            .unwrap_or_default();
        // The bounds must be those of the numbers as they are written.
        let bound = |v: DVec3| v.to_array().map(|v| f64::from(v as f32));
        let count = points.len();
        let position = self.add(
            &bytes(&mut points.iter().flat_map(|p| p.to_array())),
            json!({ "componentType": FLOAT, "count": count, "type": "VEC3", "min": bound(low), "max": bound(high) }),
        );
        let texture = self.add(
            &bytes(&mut uvs.iter().flat_map(|uv| uv.to_array())),
            json!({ "componentType": FLOAT, "count": count, "type": "VEC2" }),
        );
        let corners: Vec<u8> = indices.iter().flat_map(|i| i.to_le_bytes()).collect();
        let corners = self.add(
            &corners,
            json!({ "componentType": UNSIGNED_INT, "count": indices.len(), "type": "SCALAR" }),
        );
        let canvas = wall.canvas();
        self.nodes.push(json!({
            "name": wall.name(),
            "mesh": self.meshes.len(),
            "extras": {
                "size_px": wall.size_px(), "cabinets": wall.cabinet_grid(), "pitch_m": wall.pitch_m(),
                "brightness_nit": wall.brightness_nit(),
                "canvas_px": [canvas.x, canvas.y, canvas.width, canvas.height],
            },
        }));
        self.meshes.push(json!({
            "name": wall.name(),
            "primitives": [{
                "attributes": { "POSITION": position, "TEXCOORD_0": texture },
                "indices": corners,
            }],
        }));
    }

    fn add_camera(&mut self, camera: &Camera) {
        let [left, right, bottom, top] = camera.lens.tangents();
        // A shift of the lens is none of glTF's: the opening is that of a straight lens of the same size.
        let aspect = (right - left) / (top - bottom);
        let opening = 2.0 * ((top - bottom) / 2.0).atan();
        self.nodes.push(json!({
            "name": camera.name,
            "camera": self.cameras.len(),
            "translation": camera.home.translation().metres().to_array(),
            "rotation": camera.home.rotation().to_array(),
            "extras": { "tangents": [left, right, bottom, top], "picture_px": camera.picture_px },
        }));
        self.cameras.push(json!({
            "name": camera.name,
            "type": "perspective",
            "perspective": { "aspectRatio": aspect, "yfov": opening, "znear": 0.05 },
        }));
    }

    fn into_glb(mut self, name: &str) -> Vec<u8> {
        let mut root = json!({
            "asset": { "version": "2.0", "generator": "Cyclorama" },
            "scene": 0,
            "scenes": [{ "name": name, "nodes": (0..self.nodes.len()).collect::<Vec<_>>() }],
            "nodes": self.nodes,
            "buffers": [{ "byteLength": self.binary.len() }],
            "bufferViews": self.views,
            "accessors": self.accessors,
            "meshes": self.meshes,
        });
        if !self.cameras.is_empty() {
            root["cameras"] = Value::Array(self.cameras);
        }
        let mut json = root.to_string().into_bytes();
        json.resize(json.len().next_multiple_of(4), b' ');
        self.binary.resize(self.binary.len().next_multiple_of(4), 0);
        let mut glb = Vec::with_capacity(28 + json.len() + self.binary.len());
        let total = 28 + json.len() + self.binary.len();
        glb.extend(b"glTF");
        glb.extend(2u32.to_le_bytes());
        glb.extend((total as u32).to_le_bytes());
        for (kind, chunk) in [(b"JSON", json), (b"BIN\0", self.binary)] {
            glb.extend((chunk.len() as u32).to_le_bytes());
            glb.extend(kind);
            glb.extend(chunk);
        }
        glb
    }
}
