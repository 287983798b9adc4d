//! The set of the compared scene, in code: a floor, a stair of three blocks, two columns, a ball of metal and one of glaze. One GLB
//! file for both. It hangs on a skeleton, whose joints mark its corners, so that our renderer draws it as it draws people.

use cyc_benches::glb::{Parts, png};
use glam::{Mat3, Vec2, Vec3};
use serde_json::{Value, json};
use std::f32::consts::{PI, TAU};

const TEXTURE_PX: u32 = 512;
/// Half of the floor's side, metres.
const FLOOR_M: f32 = 4.5;
/// Low and high corner of everything that stands on it, metres.
const CORNERS_M: [Vec3; 2] = [Vec3::new(-3.2, 0.0, -3.4), Vec3::new(3.2, 3.0, 1.8)];

#[derive(Default)]
struct Mesh {
    positions: Vec<[f32; 3]>,
    normals: Vec<[f32; 3]>,
    uvs: Vec<[f32; 2]>,
    indices: Vec<u16>,
}

impl Mesh {
    fn push(&mut self, at: Vec3, normal: Vec3, uv: Vec2) {
        self.positions.push(at.to_array());
        self.normals.push(normal.to_array());
        self.uvs.push(uv.to_array());
    }

    /// A grid of `columns` by `rows` quads whose corners come from a rule, counter-clockwise from outside.
    fn grid(&mut self, [columns, rows]: [u16; 2], corner: impl Fn(f32, f32) -> (Vec3, Vec3, Vec2)) {
        let base = self.positions.len() as u16;
        for row in 0..=rows {
            for column in 0..=columns {
                let part = |n: u16, of: u16| f32::from(n) / f32::from(of);
                let (at, normal, uv) = corner(part(column, columns), part(row, rows));
                self.push(at, normal, uv);
            }
        }
        for row in 0..rows {
            for column in 0..columns {
                let a = base + row * (columns + 1) + column;
                let (b, c) = (a + 1, a + columns + 1);
                self.indices.extend([a, b, c + 1, a, c + 1, c]);
            }
        }
    }

    fn block(&mut self, foot: Vec3, size: Vec3, yaw: f32) {
        let turn = Mat3::from_rotation_y(yaw);
        for axis in 0..3 {
            for sign in [-1.0, 1.0] {
                let mut normal = Vec3::ZERO;
                normal[axis] = sign;
                let right = Vec3::new(normal.y, normal.z, normal.x).abs();
                let up = normal.cross(right);
                self.grid([1, 1], |u, v| {
                    let (x, y) = (u * 2.0 - 1.0, v * 2.0 - 1.0);
                    let unit = (normal + right * x + up * y + Vec3::Y) * 0.5;
                    let uv = Vec2::new(x * (right * size).length(), y * (up * size).length()) * 0.5;
                    (foot + turn * (unit * size), turn * normal, uv)
                });
            }
        }
    }

    fn column(&mut self, foot: Vec3, radius: f32, height: f32) {
        self.grid([48, 1], |u, v| {
            let (sin, cos) = (u * TAU).sin_cos();
            let normal = Vec3::new(sin, 0.0, cos);
            (
                foot + normal * radius + Vec3::Y * v * height,
                normal,
                Vec2::new(u * 2.0, v * height),
            )
        });
        self.grid([48, 1], |u, v| {
            let (sin, cos) = (u * TAU).sin_cos();
            let flat = Vec3::new(sin, 0.0, cos) * radius * (1.0 - v);
            (
                foot + flat + Vec3::Y * height,
                Vec3::Y,
                Vec2::new(flat.x, flat.z),
            )
        });
    }

    fn ball(&mut self, centre: Vec3, radius: f32) {
        self.grid([64, 32], |u, v| {
            let (sin, cos) = (u * TAU).sin_cos();
            let up = PI * (v - 0.5);
            let normal = Vec3::new(up.cos() * sin, up.sin(), up.cos() * cos);
            (centre + normal * radius, normal, Vec2::new(u, v))
        });
    }
}

/// What is made of one material.
struct Piece {
    name: &'static str,
    color: [f32; 3],
    metallic: f32,
    roughness: f32,
    /// Whether it has the stone's texture.
    textured: bool,
    mesh: Mesh,
}

fn pieces() -> [Piece; 4] {
    let (mut floor, mut stone, mut metal, mut glaze) = <(Mesh, Mesh, Mesh, Mesh)>::default();
    floor.grid([8, 8], |u, v| {
        let at = Vec3::new((u * 2.0 - 1.0) * FLOOR_M, 0.0, (1.0 - v * 2.0) * FLOOR_M);
        (at, Vec3::Y, Vec2::new(at.x, at.z) * 0.5)
    });
    for step in 0..3 {
        let depth = 0.35 * step as f32;
        let size = Vec3::new(2.2, 0.18 * (step + 1) as f32, 1.2 - depth);
        stone.block(Vec3::new(-1.7, 0.0, -2.2 - depth / 2.0), size, 0.25);
    }
    stone.block(Vec3::new(1.75, 0.0, -1.0), Vec3::new(0.7, 0.55, 0.7), -0.5);
    stone.column(Vec3::new(-2.7, 0.0, -0.4), 0.28, 3.0);
    stone.column(Vec3::new(2.6, 0.0, -2.6), 0.28, 3.0);
    metal.ball(Vec3::new(1.75, 0.9, -1.0), 0.35);
    glaze.ball(Vec3::new(-1.05, 0.25, 0.35), 0.25);
    [
        Piece {
            name: "floor",
            color: [0.42, 0.4, 0.38],
            metallic: 0.0,
            roughness: 0.75,
            textured: true,
            mesh: floor,
        },
        Piece {
            name: "stone",
            color: [0.62, 0.57, 0.5],
            metallic: 0.0,
            roughness: 0.9,
            textured: true,
            mesh: stone,
        },
        Piece {
            name: "metal",
            color: [0.95, 0.8, 0.55],
            metallic: 1.0,
            roughness: 0.25,
            textured: false,
            mesh: metal,
        },
        Piece {
            name: "glaze",
            color: [0.08, 0.2, 0.36],
            metallic: 0.0,
            roughness: 0.15,
            textured: false,
            mesh: glaze,
        },
    ]
}

/// Brightness of stone: sums of waves, slabs with joints between them.
fn grain(u: f32, v: f32) -> [f32; 3] {
    let wave = |a: f32, b: f32, p: f32| ((u * a + v * b) * TAU + p).sin();
    let rough = wave(3.0, 7.0, 0.3)
        + wave(11.0, -5.0, 1.1)
        + 0.7 * wave(23.0, 17.0, 2.0)
        + 0.5 * wave(-41.0, 37.0, 0.7);
    let joint = u.min(1.0 - u).min(v.min(1.0 - v)) < 0.008;
    let light = if joint { 0.45 } else { 0.88 + 0.035 * rough };
    [light, light * 0.99, light * 0.97]
}

/// The file.
///
/// # Errors
/// When the texture cannot be packed.
pub fn glb() -> image::ImageResult<Vec<u8>> {
    let mut parts = Parts::default();
    let (mut primitives, mut materials) = (Vec::new(), Vec::new());
    for (number, piece) in pieces().into_iter().enumerate() {
        let mesh = &piece.mesh;
        let count = mesh.positions.len();
        primitives.push(json!({
            "attributes": {
                "POSITION": parts.floats("VEC3", &mesh.positions),
                "NORMAL": parts.floats("VEC3", &mesh.normals),
                "TEXCOORD_0": parts.floats("VEC2", &mesh.uvs),
                "JOINTS_0": parts.shorts("VEC4", count, &vec![0; count * 4]),
                "WEIGHTS_0": parts.floats("VEC4", &vec![[1.0, 0.0, 0.0, 0.0]; count]),
            },
            "indices": parts.shorts("SCALAR", mesh.indices.len(), &mesh.indices),
            "material": number,
        }));
        let [r, g, b] = piece.color;
        let mut surface = json!({"baseColorFactor": [r, g, b, 1.0], "metallicFactor": piece.metallic, "roughnessFactor": piece.roughness});
        if piece.textured {
            surface["baseColorTexture"] = json!({"index": 0});
        }
        materials.push(json!({"name": piece.name, "pbrMetallicRoughness": surface}));
    }
    let corner = |nth: usize| {
        let pick = |bit: usize, axis: usize| CORNERS_M[(nth >> bit) & 1][axis];
        json!({"name": format!("corner_{nth}"), "translation": [pick(0, 0), pick(1, 1), pick(2, 2)]})
    };
    let mut nodes = vec![json!({"name": "set", "children": (1..9).collect::<Vec<_>>()})];
    nodes.extend((0..8).map(corner));
    nodes.push(json!({"name": "pieces", "mesh": 0, "skin": 0}));
    let images: Vec<Value> = vec![parts.image(&png(TEXTURE_PX, grain)?)];
    Ok(parts.packed(json!({
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0, 9]}],
        "nodes": nodes,
        "meshes": [{"name": "pieces", "primitives": primitives}],
        "skins": [{"joints": (0..9).collect::<Vec<_>>()}],
        "materials": materials,
        "textures": [{"source": 0}],
        "images": images,
    })))
}
