//! The skeleton and its skin weights, placed on the shaped mesh.
//!
//! Joints are the Mixamo rig of the data (names, parents, and the mesh vertices whose mean is the
//! joint) plus two eye joints of ours at the centres of the eyeballs. Every joint's rest frame is
//! axis-aligned with the model, so a rest pose is translations only.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use glam::Vec3;
use serde::Deserialize;
use serde_json::{Value, json};

use super::obj::BaseMesh;
use super::shape::DATA;
use crate::assets::package::Archive;

/// Joints that influence one vertex at most.
pub const INFLUENCES: usize = 4;

/// Order in which the children of one joint follow: the data lists joints alphabetically, while
/// readers of a hierarchy expect the spine first, left before right, and thumb to little finger.
const ORDER: [&str; 16] = [
    "Spine",
    "Neck",
    "Head",
    "LeftEye",
    "RightEye",
    "LeftShoulder",
    "RightShoulder",
    "Arm",
    "Thumb",
    "Index",
    "Middle",
    "Ring",
    "Pinky",
    "LeftUpLeg",
    "RightUpLeg",
    "Leg",
];

/// The pose in which the data stands.
pub const REST_POSE: &str = "A-pose as in the data: upper arms about 47 degrees down, elbows bent \
    about 40 degrees forward, legs slightly apart";

/// Prefix of every joint name, as Mixamo tooling expects it.
pub const PREFIX: &str = "mixamorig:";

/// One joint in its rest position.
#[derive(Debug, Clone, PartialEq)]
pub struct Joint {
    /// Name with [`PREFIX`].
    pub name: String,
    /// Index of the parent, always smaller than the joint's own; `None` for the root.
    pub parent: Option<usize>,
    /// Rest position in the model, metres.
    pub position_m: Vec3,
    /// End of the bone in the model, metres.
    pub tail_m: Vec3,
}

/// `(joint, weight)` pairs of one vertex, heaviest first; weights sum to 1.
pub type Influences = Vec<(usize, f32)>;

/// Joints in depth-first order and the weights of every base-mesh vertex.
#[derive(Debug, Clone)]
pub struct Rig {
    /// Joints, parents before children.
    pub joints: Vec<Joint>,
    /// Influences of each base-mesh vertex.
    pub weights: Vec<Influences>,
}

#[derive(Deserialize)]
struct RigFile {
    bones: BTreeMap<String, BoneFile>,
}

#[derive(Deserialize)]
struct BoneFile {
    parent: String,
    head: EndFile,
    tail: EndFile,
}

#[derive(Deserialize)]
struct EndFile {
    strategy: String,
    cube_name: Option<String>,
    vertex_indices: Option<Vec<u32>>,
}

#[derive(Deserialize)]
struct WeightsFile {
    weights: BTreeMap<String, Vec<(u32, f32)>>,
}

fn mean(positions: &[Vec3], vertices: &[u32]) -> Result<Vec3> {
    ensure!(!vertices.is_empty(), "a joint without vertices");
    let sum: Vec3 = vertices
        .iter()
        .map(|&vertex| positions[vertex as usize])
        .sum();
    Ok(sum / vertices.len() as f32)
}

impl EndFile {
    fn place(&self, mesh: &BaseMesh, positions: &[Vec3]) -> Result<Vec3> {
        match (
            self.strategy.as_str(),
            &self.cube_name,
            &self.vertex_indices,
        ) {
            ("CUBE", Some(cube), _) => mean(positions, &mesh.vertices_of(cube)),
            ("MEAN", _, Some(vertices)) => mean(positions, vertices),
            _ => anyhow::bail!("unknown joint strategy {}", self.strategy),
        }
    }
}

impl Rig {
    /// Reads the rig and places it on `positions` (metres, in base-mesh vertex order).
    ///
    /// # Errors
    /// When the data is malformed, has no single root, or leaves a vertex of the mesh unbound.
    pub fn build(archive: &mut Archive, mesh: &BaseMesh, positions: &[Vec3]) -> Result<Self> {
        let text = archive.text(&format!("{DATA}/rigs/standard/rig.mixamo.json"))?;
        let file: RigFile = serde_json::from_str(&text).context("rig.mixamo.json")?;
        let mut bones = BTreeMap::new();
        for (name, bone) in &file.bones {
            let head = bone
                .head
                .place(mesh, positions)
                .with_context(|| name.clone())?;
            let tail = bone
                .tail
                .place(mesh, positions)
                .with_context(|| name.clone())?;
            bones.insert(name.clone(), (bone.parent.clone(), head, tail));
        }
        for (side, group) in [("Left", "helper-l-eye"), ("Right", "helper-r-eye")] {
            let (centre, radius) = eye_sphere(mesh, positions, group)?;
            bones.insert(
                format!("{PREFIX}{side}Eye"),
                (format!("{PREFIX}Head"), centre, centre + Vec3::Z * radius),
            );
        }
        symmetrise(&mut bones);
        let joints = depth_first(&bones)?;
        let text = archive.text(&format!("{DATA}/rigs/standard/weights.mixamo.json"))?;
        let file: WeightsFile = serde_json::from_str(&text).context("weights.mixamo.json")?;
        let mut weights = vec![Influences::new(); positions.len()];
        for (index, joint) in joints.iter().enumerate() {
            for &(vertex, weight) in file.weights.get(&joint.name).into_iter().flatten() {
                if weight > 0.0 {
                    weights[vertex as usize].push((index, weight));
                }
            }
        }
        for (side, group) in [("Left", "helper-l-eye"), ("Right", "helper-r-eye")] {
            let name = format!("{PREFIX}{side}Eye");
            let joint = joints
                .iter()
                .position(|joint| joint.name == name)
                .context(name)?;
            for vertex in mesh.vertices_of(group) {
                weights[vertex as usize] = vec![(joint, 1.0)];
            }
        }
        let weights = weights.into_iter().map(normalised).collect();
        Ok(Self { joints, weights })
    }

    /// Index of a joint by its name without [`PREFIX`].
    ///
    /// # Errors
    /// When there is no such joint.
    pub fn index(&self, name: &str) -> Result<usize> {
        self.joints
            .iter()
            .position(|joint| joint.name.strip_prefix(PREFIX) == Some(name))
            .with_context(|| format!("no joint {name}"))
    }

    /// Rest position of a joint by its name without [`PREFIX`], metres.
    ///
    /// # Errors
    /// When there is no such joint.
    pub fn at(&self, name: &str) -> Result<Vec3> {
        Ok(self.joints[self.index(name)?].position_m)
    }

    /// Rest translation of a joint in its parent's frame, metres.
    pub fn local_translation_m(&self, joint: usize) -> Vec3 {
        let joint = &self.joints[joint];
        joint.position_m
            - joint
                .parent
                .map_or(Vec3::ZERO, |p| self.joints[p].position_m)
    }

    /// The committed description of the skeleton.
    pub fn to_json(&self, height_m: f32) -> Value {
        let joints: Vec<Value> = (0..self.joints.len())
            .map(|index| {
                let joint = &self.joints[index];
                json!({
                    "name": joint.name,
                    "parent": joint.parent.map(|parent| self.joints[parent].name.clone()),
                    "rest_local_translation_m": micrometres(self.local_translation_m(index)),
                    "rest_local_rotation_xyzw": [0.0, 0.0, 0.0, 1.0],
                    "rest_global_position_m": micrometres(joint.position_m),
                    "rest_global_tail_m": micrometres(joint.tail_m),
                })
            })
            .collect();
        json!({
            "units": "metres, Y up, +Z forward, +X to the performer's left",
            "rest_pose": REST_POSE,
            "height_m": (f64::from(height_m) * 1e6).round() / 1e6,
            "joints": joints,
        })
    }
}

/// Keeps the heaviest [`INFLUENCES`] and makes them sum to 1.
pub fn normalised(mut influences: Influences) -> Influences {
    influences.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    influences.truncate(INFLUENCES);
    let sum: f32 = influences.iter().map(|influence| influence.1).sum();
    if sum > 0.0 {
        influences
            .iter_mut()
            .for_each(|influence| influence.1 /= sum);
    }
    influences
}

/// Centre and radius of an eyeball: the middle of its bounds, which the cornea extends forward only.
pub fn eye_sphere(mesh: &BaseMesh, positions: &[Vec3], group: &str) -> Result<(Vec3, f32)> {
    let vertices = mesh.vertices_of(group);
    ensure!(!vertices.is_empty(), "no group {group}");
    let (mut low, mut high) = (Vec3::INFINITY, Vec3::NEG_INFINITY);
    for vertex in vertices {
        low = low.min(positions[vertex as usize]);
        high = high.max(positions[vertex as usize]);
    }
    let radius = 0.25 * ((high.x - low.x) + (high.y - low.y));
    let middle = 0.5 * (low + high);
    Ok((Vec3::new(middle.x, middle.y, low.z + radius), radius))
}

/// Makes the two sides mirror images and puts the middle joints on the plane of symmetry: a few of
/// the vertices that the data names are off the middle by millimetres. Rounds to whole micrometres, so
/// that text and binary files hold the same numbers.
fn symmetrise(bones: &mut BTreeMap<String, (String, Vec3, Vec3)>) {
    const FLIP: Vec3 = Vec3::new(-1.0, 1.0, 1.0);
    let round = |point: Vec3| (point * 1e6).round() / 1e6;
    let names: Vec<String> = bones
        .keys()
        .filter(|name| !name.contains("Right"))
        .cloned()
        .collect();
    for name in names {
        let other = name.replace("Left", "Right");
        let (parent, head, tail) = bones[&name].clone();
        let (other_parent, other_head, other_tail) = bones[&other].clone();
        let head = round(0.5 * (head + FLIP * other_head));
        let tail = round(0.5 * (tail + FLIP * other_tail));
        bones.insert(other, (other_parent, FLIP * head, FLIP * tail));
        bones.insert(name, (parent, head, tail));
    }
}

/// A position as numbers that print with micrometres.
fn micrometres(point: Vec3) -> [f64; 3] {
    point
        .to_array()
        .map(|x| (f64::from(x) * 1e6).round() / 1e6 + 0.0)
}

fn rank(name: &str) -> usize {
    let bare = name.strip_prefix(PREFIX).unwrap_or(name);
    ORDER
        .iter()
        .position(|entry| bare.contains(entry))
        .unwrap_or(ORDER.len())
}

fn depth_first(bones: &BTreeMap<String, (String, Vec3, Vec3)>) -> Result<Vec<Joint>> {
    let mut roots: Vec<&String> = bones
        .iter()
        .filter(|(_, bone)| bone.0.is_empty())
        .map(|(name, _)| name)
        .collect();
    ensure!(roots.len() == 1, "expected one root, found {}", roots.len());
    let mut joints: Vec<Joint> = Vec::new();
    let mut stack = vec![(roots.remove(0).clone(), None)];
    while let Some((name, parent)) = stack.pop() {
        let (_, position_m, tail_m) = bones[&name];
        let mut children: Vec<&String> = bones
            .iter()
            .filter(|(_, bone)| bone.0 == name)
            .map(|(child, _)| child)
            .collect();
        children.sort_by_key(|child| (rank(child), (*child).clone()));
        let index = joints.len();
        stack.extend(
            children
                .into_iter()
                .rev()
                .map(|child| (child.clone(), Some(index))),
        );
        joints.push(Joint {
            name,
            parent,
            position_m,
            tail_m,
        });
    }
    ensure!(
        joints.len() == bones.len(),
        "the rig has bones outside the hierarchy"
    );
    Ok(joints)
}
