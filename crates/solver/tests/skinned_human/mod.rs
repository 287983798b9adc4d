//! The truth for tests on the committed human: a BVH performance moves its bones, its bones move the marker sites on its
//! skin. All in this file, with 3×3 matrices; nothing of it is the solver's.
//!
//! The rest pose's joint frames all have the model's axes, so a skinned point is `Σ w (R (p − c) + t)`.

use cyc_model::{Point, Stage};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;
use std::path::PathBuf;

pub type Vec3 = [f64; 3];
type Matrix = [[f64; 3]; 3];

pub struct TrueJoint {
    pub name: String,
    pub parent: Option<usize>,
    pub rest: Vec3,
}

struct Site {
    at: Vec3,
    bones: Vec<(usize, f64)>,
    phase: f64,
    slide: Vec3,
}

pub struct SkinnedHuman {
    pub joints: Vec<TrueJoint>,
    pub labels: Vec<String>,
    sites: Vec<Site>,
}

pub struct Performance {
    /// For each frame the hips' place in metres and each joint's turn against its parent.
    frames: Vec<(Vec3, Vec<Matrix>)>,
}

fn asset(path: &str) -> Option<Vec<u8>> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../assets")
        .join(path);
    let bytes = std::fs::read(file).ok();
    if bytes.is_none() {
        eprintln!("SKIPPED: assets/{path} is not there");
    }
    bytes
}

fn vec3(v: &Value) -> Vec3 {
    [0, 1, 2].map(|k| v[k].as_f64().unwrap())
}

fn times(a: &Matrix, b: &Matrix) -> Matrix {
    let mut out = [[0.0; 3]; 3];
    for (i, row) in out.iter_mut().enumerate() {
        for (j, cell) in row.iter_mut().enumerate() {
            *cell = (0..3).map(|k| a[i][k] * b[k][j]).sum();
        }
    }
    out
}

fn apply(a: &Matrix, v: Vec3) -> Vec3 {
    [0, 1, 2].map(|i| (0..3).map(|k| a[i][k] * v[k]).sum())
}

fn sum(a: Vec3, b: Vec3) -> Vec3 {
    [0, 1, 2].map(|k| a[k] + b[k])
}

fn minus(a: Vec3, b: Vec3) -> Vec3 {
    [0, 1, 2].map(|k| a[k] - b[k])
}

fn about(axis: char, degrees: f64) -> Matrix {
    let (s, c) = degrees.to_radians().sin_cos();
    match axis {
        'X' => [[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]],
        'Y' => [[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]],
        _ => [[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]],
    }
}

/// Reads a performance; joints are matched by name.
pub fn performance(human: &SkinnedHuman, path: &str) -> Option<Performance> {
    let text = String::from_utf8(asset(path)?).unwrap();
    let (hierarchy, motion) = text.split_once("MOTION").unwrap();
    let mut channels: Vec<(usize, String)> = Vec::new();
    let mut joint = 0;
    for line in hierarchy.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["ROOT" | "JOINT", name] => {
                joint = human.joints.iter().position(|j| j.name == *name).unwrap();
            }
            ["CHANNELS", _, kinds @ ..] => {
                channels.extend(kinds.iter().map(|k| (joint, (*k).to_owned())));
            }
            _ => {}
        }
    }
    let unit = about('X', 0.0);
    let frames = motion
        .lines()
        .filter(|l| !l.trim().is_empty() && !l.contains(':'))
        .map(|line| {
            let mut turns = vec![unit; human.joints.len()];
            let mut place = [0.0; 3];
            for (value, (joint, kind)) in line.split_whitespace().zip(&channels) {
                let value: f64 = value.parse().unwrap();
                let axis = kind.chars().next().unwrap();
                if kind.ends_with("position") {
                    place[(axis as u8 - b'X') as usize] = value * 0.01;
                } else {
                    turns[*joint] = times(&turns[*joint], &about(axis, value));
                }
            }
            (place, turns)
        })
        .collect();
    Some(Performance { frames })
}

impl Performance {
    pub fn len(&self) -> usize {
        self.frames.len()
    }
}

/// What the glTF binary says about which bones move a vertex.
struct Glb {
    json: Value,
    binary: Vec<u8>,
}

impl Glb {
    fn read(bytes: &[u8]) -> Self {
        let word = |at: usize| u32::from_le_bytes([0, 1, 2, 3].map(|i| bytes[at + i])) as usize;
        let length = word(12);
        Self {
            json: serde_json::from_slice(&bytes[20..20 + length]).unwrap(),
            binary: bytes[28 + length..].to_vec(),
        }
    }

    fn start(&self, accessor: &Value) -> usize {
        let view = &self.json["bufferViews"][accessor["bufferView"].as_u64().unwrap() as usize];
        (view["byteOffset"].as_u64().unwrap_or(0) + accessor["byteOffset"].as_u64().unwrap_or(0))
            as usize
    }

    /// The bones of a vertex, by node name, with their weights.
    fn bones(&self, primitive: &Value, vertex: usize) -> Vec<(String, f64)> {
        let attributes = &primitive["attributes"];
        let accessor =
            |name: &str| &self.json["accessors"][attributes[name].as_u64().unwrap() as usize];
        let (joints, weights) = (accessor("JOINTS_0"), accessor("WEIGHTS_0"));
        assert_eq!(
            (
                joints["componentType"].as_u64(),
                weights["componentType"].as_u64()
            ),
            (Some(5121), Some(5126))
        );
        (0..4)
            .map(|k| {
                let slot = self.binary[self.start(joints) + 4 * vertex + k] as usize;
                let at = self.start(weights) + 16 * vertex + 4 * k;
                let weight = f32::from_le_bytes([0, 1, 2, 3].map(|i| self.binary[at + i]));
                let node = self.json["skins"][0]["joints"][slot].as_u64().unwrap() as usize;
                (
                    self.json["nodes"][node]["name"]
                        .as_str()
                        .unwrap()
                        .to_owned(),
                    f64::from(weight),
                )
            })
            .collect()
    }

    fn primitive(&self, mesh: &str, material: &str) -> &Value {
        let named = |v: &Value, name: &str| v["name"] == name;
        let mesh = self.json["meshes"]
            .as_array()
            .unwrap()
            .iter()
            .find(|m| named(m, mesh))
            .unwrap();
        let primitives = mesh["primitives"].as_array().unwrap();
        let wanted = |p: &&Value| {
            named(
                &self.json["materials"][p["material"].as_u64().unwrap() as usize],
                material,
            )
        };
        primitives.iter().find(wanted).unwrap()
    }
}

impl SkinnedHuman {
    /// The committed human with markers put `wrong_m` off their sites, on skin that slides by `slide_m`.
    pub fn load(seed: u64, wrong_m: f64, slide_m: f64) -> Option<Self> {
        let skeleton: Value = serde_json::from_slice(&asset("human/skeleton.json")?).unwrap();
        let landmarks: Value = serde_json::from_slice(&asset("human/landmarks.json")?).unwrap();
        let glb = Glb::read(&asset("human/human.glb")?);
        let list = skeleton["joints"].as_array().unwrap();
        let position = |name: &Value| list.iter().position(|j| j["name"] == *name);
        let joints: Vec<TrueJoint> = list
            .iter()
            .map(|j| TrueJoint {
                name: j["name"].as_str().unwrap().to_owned(),
                parent: position(&j["parent"]),
                rest: vec3(&j["rest_global_position_m"]),
            })
            .collect();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut human = Self {
            joints,
            labels: Vec::new(),
            sites: Vec::new(),
        };
        for site in landmarks["landmarks"].as_array().unwrap() {
            let part = glb.primitive(
                site["mesh"].as_str().unwrap(),
                site["material"].as_str().unwrap(),
            );
            let mut bones = vec![0.0; human.joints.len()];
            for k in 0..3 {
                let share = site["barycentric"][k].as_f64().unwrap();
                let vertex = site["triangle"][k].as_u64().unwrap() as usize;
                for (name, weight) in glb.bones(part, vertex) {
                    let joint = human.joints.iter().position(|j| j.name == name).unwrap();
                    bones[joint] += share * weight;
                }
            }
            let total: f64 = bones.iter().sum();
            let (surface, normal) = (vec3(&site["rest_position_m"]), vec3(&site["rest_normal"]));
            let mut within = |reach: f64| {
                let v = [0; 3].map(|_| rng.random_range(-1.0..1.0f64));
                let n = v.iter().map(|x| x * x).sum::<f64>().sqrt().max(0.1);
                v.map(|x| x / n * reach)
            };
            // The centre of a 14 mm marker is 7 mm over the skin.
            let centre = [0, 1, 2].map(|k| surface[k] + 0.007 * normal[k]);
            human.labels.push(site["name"].as_str().unwrap().to_owned());
            human.sites.push(Site {
                at: sum(centre, within(wrong_m)),
                bones: bones
                    .iter()
                    .enumerate()
                    .filter(|(_, w)| **w > 1e-6)
                    .map(|(j, w)| (j, w / total))
                    .collect(),
                slide: within(slide_m),
                phase: rng.random_range(0.0..6.0),
            });
        }
        Some(human)
    }

    /// Every joint's turn from the rest pose and place.
    pub fn joints_at(&self, performance: &Performance, frame: usize) -> Vec<(Matrix, Vec3)> {
        let (place, turns) = &performance.frames[frame];
        let mut out: Vec<(Matrix, Vec3)> = Vec::new();
        for (j, joint) in self.joints.iter().enumerate() {
            out.push(match joint.parent {
                None => (turns[j], *place),
                Some(p) => {
                    let (turn, origin) = out[p];
                    let offset = apply(&turn, minus(joint.rest, self.joints[p].rest));
                    (times(&turn, &turns[j]), sum(origin, offset))
                }
            });
        }
        out
    }

    /// The markers as a capture system sees them, with 0.3 mm of noise.
    pub fn markers_at(
        &self,
        performance: &Performance,
        frame: usize,
        rng: &mut ChaCha8Rng,
    ) -> Vec<Option<Point<Stage>>> {
        let joints = self.joints_at(performance, frame);
        let sway_of = |phase: f64| (2.0 * frame as f64 / 120.0 * 1.3 + phase).sin();
        self.sites
            .iter()
            .map(|site| {
                let sway = sway_of(site.phase);
                let at = [0, 1, 2].map(|k| site.at[k] + site.slide[k] * sway);
                let mut p = [0.0; 3];
                for (j, weight) in &site.bones {
                    let (turn, origin) = &joints[*j];
                    let moved = sum(apply(turn, minus(at, self.joints[*j].rest)), *origin);
                    p = [0, 1, 2].map(|k| p[k] + weight * moved[k]);
                }
                let [x, y, z] = p.map(|c| c + rng.random_range(-5e-4..5e-4));
                Some(Point::xyz(x, y, z))
            })
            .collect()
    }
}
