//! The character that both draw: a tapering body of 10 201 vertices on 65 joints, four weights a vertex, with textures for
//! colour, bumps and surface; with or without the 52 targets of a face. One GLB file for both.

use cyc_benches::glb::{Parts, png};
use cyc_model::FaceShape;
use serde_json::{Value, json};
use std::f32::consts::TAU;

/// Vertices along and around the body.
const RINGS: usize = 101;
const SPOKES: usize = 101;
/// Joints, from the ground up.
pub const JOINTS: usize = 65;
const HEIGHT_M: f32 = 1.8;
const TEXTURE_PX: u32 = 512;

/// Vertices of the body.
pub const VERTICES: usize = RINGS * SPOKES;

/// Radius at a part of the height: legs, hips, waist, chest, neck, head.
fn radius_m(part: f32) -> f32 {
    let shape = 0.16 + 0.05 * (part * 9.0).sin() - 0.07 * part;
    let tip = (1.0 - part).min(part + 0.25).clamp(0.0, 0.06) / 0.06;
    shape * tip.sqrt()
}

struct Body {
    positions: Vec<[f32; 3]>,
    normals: Vec<[f32; 3]>,
    uvs: Vec<[f32; 2]>,
    joints: Vec<u16>,
    weights: Vec<[f32; 4]>,
    indices: Vec<u16>,
}

fn body() -> Body {
    let mut body = Body {
        positions: vec![],
        normals: vec![],
        uvs: vec![],
        joints: vec![],
        weights: vec![],
        indices: vec![],
    };
    for ring in 0..RINGS {
        let part = ring as f32 / (RINGS - 1) as f32;
        let radius = radius_m(part);
        let slope = (radius_m(part + 0.005) - radius_m(part - 0.005)) / (0.01 * HEIGHT_M);
        for spoke in 0..SPOKES {
            let around = spoke as f32 / (SPOKES - 1) as f32;
            let (sin, cos) = (around * TAU).sin_cos();
            let position = [radius * sin, part * HEIGHT_M, radius * cos];
            let long = (1.0 + slope * slope).sqrt();
            body.positions.push(position);
            body.normals.push([sin / long, -slope / long, cos / long]);
            body.uvs.push([around * 2.0, part * 4.0]);
            // The joint that is nearest and three beside it, the nearer the more.
            let place = part * (JOINTS - 1) as f32;
            let first = (place.floor() as usize).saturating_sub(1).min(JOINTS - 4);
            let near = |k: usize| (2.0 - (place - (first + k) as f32).abs()).max(0.0);
            let sum: f32 = (0..4).map(near).sum();
            body.joints.extend((0..4).map(|k| (first + k) as u16));
            body.weights.push(std::array::from_fn(|k| near(k) / sum));
        }
    }
    for ring in 0..RINGS - 1 {
        for spoke in 0..SPOKES - 1 {
            let a = (ring * SPOKES + spoke) as u16;
            let (b, c) = (a + 1, a + SPOKES as u16);
            body.indices.extend([a, b, c + 1, a, c + 1, c]);
        }
    }
    body
}

/// What a target does: a bulge of two centimetres at its own place near the top.
fn target(body: &Body, nth: usize) -> (Vec<[f32; 3]>, Vec<[f32; 3]>) {
    let (row, column) = (nth / 13, nth % 13);
    let middle = [0.78 + 0.045 * row as f32, column as f32 / 13.0];
    let moved = body.normals.iter().enumerate().map(|(index, normal)| {
        let part = (index / SPOKES) as f32 / (RINGS - 1) as f32;
        let around = (index % SPOKES) as f32 / (SPOKES - 1) as f32;
        let near = 1.0 - ((part - middle[0]) / 0.04).hypot((around - middle[1]) / 0.06);
        normal.map(|n| n * 0.02 * near.max(0.0))
    });
    let moved: Vec<[f32; 3]> = moved.collect();
    let tilted = moved.iter().map(|m| m.map(|c| c * 5.0)).collect();
    (moved, tilted)
}

/// Colour, bumps, and occlusion with roughness and metalness.
fn pictures() -> Result<[Vec<u8>; 3], image::ImageError> {
    let wave = |u: f32, v: f32| (u * TAU * 8.0).sin() * (v * TAU * 8.0).sin();
    Ok([
        png(TEXTURE_PX, |u, v| {
            let check = ((u * 8.0) as i32 + (v * 8.0) as i32) % 2;
            [0.75, 0.5 + 0.2 * check as f32, 0.4 + 0.05 * wave(u, v)]
        })?,
        png(TEXTURE_PX, |u, v| {
            let bend = |c: f32, d: f32| 0.5 + 0.12 * (c * TAU * 8.0).cos() * (d * TAU * 8.0).sin();
            [bend(u, v), bend(v, u), 0.97]
        })?,
        png(TEXTURE_PX, |u, v| [1.0, 0.55 + 0.2 * wave(u, v), 0.0])?,
    ])
}

/// The file.
///
/// # Errors
/// When a picture cannot be packed.
pub fn glb(with_face: bool) -> Result<Vec<u8>, image::ImageError> {
    let body = body();
    let mut parts = Parts::default();
    let attributes = json!({
        "POSITION": parts.floats("VEC3", &body.positions),
        "NORMAL": parts.floats("VEC3", &body.normals),
        "TEXCOORD_0": parts.floats("VEC2", &body.uvs),
        "JOINTS_0": parts.shorts("VEC4", VERTICES, &body.joints),
        "WEIGHTS_0": parts.floats("VEC4", &body.weights),
    });
    let indices = parts.shorts("SCALAR", body.indices.len(), &body.indices);
    let mut primitive = json!({"attributes": attributes, "indices": indices, "material": 0});
    let mut mesh = json!({"name": "body"});
    if with_face {
        let targets = (0..FaceShape::COUNT).map(|nth| {
            let (moved, tilted) = target(&body, nth);
            let position = parts.floats("VEC3", &moved);
            json!({"POSITION": position, "NORMAL": parts.floats("VEC3", &tilted)})
        });
        primitive["targets"] = targets.collect();
        let names: Vec<_> = FaceShape::ALL.iter().map(|s| s.arkit_name()).collect();
        mesh["extras"] = json!({"targetNames": names});
    }
    mesh["primitives"] = json!([primitive]);
    let step = HEIGHT_M / (JOINTS - 1) as f32;
    let nodes = (0..JOINTS).map(|j| {
        let mut node = json!({"name": format!("joint_{j}")});
        node["translation"] = json!([0.0, if j == 0 { 0.0 } else { step }, 0.0]);
        if j + 1 < JOINTS {
            node["children"] = json!([j + 1]);
        }
        node
    });
    let mut nodes: Vec<Value> = nodes.collect();
    nodes.push(json!({"name": "body", "mesh": 0, "skin": 0}));
    let binds = (0..JOINTS).map(|j| {
        let mut matrix = [0.0; 16];
        for i in 0..4 {
            matrix[5 * i] = 1.0;
        }
        matrix[13] = -step * j as f32;
        matrix
    });
    let binds: Vec<[f32; 16]> = binds.collect();
    let binds = parts.floats("MAT4", &binds);
    let images = pictures()?.map(|png| parts.image(&png));
    let document = json!({
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0, JOINTS]}],
        "nodes": nodes,
        "meshes": [mesh],
        "skins": [{"joints": (0..JOINTS).collect::<Vec<_>>(), "inverseBindMatrices": binds}],
        "materials": [{
            "name": "suit",
            "pbrMetallicRoughness": {
                "baseColorTexture": {"index": 0},
                "metallicRoughnessTexture": {"index": 2},
                "metallicFactor": 0.0,
                "roughnessFactor": 1.0,
            },
            "normalTexture": {"index": 1},
            "occlusionTexture": {"index": 2},
        }],
        "textures": [{"source": 0}, {"source": 1}, {"source": 2}],
        "images": images,
    });
    Ok(parts.packed(document))
}
