//! The committed human, read by a third-party glTF reader: what every crate that uses it relies on.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// ARKit's names, typed from Apple's documentation and not shared with the builder.
const ARKIT: &str = "eyeBlinkLeft eyeLookDownLeft eyeLookInLeft eyeLookOutLeft eyeLookUpLeft \
    eyeSquintLeft eyeWideLeft eyeBlinkRight eyeLookDownRight eyeLookInRight eyeLookOutRight \
    eyeLookUpRight eyeSquintRight eyeWideRight jawForward jawLeft jawRight jawOpen mouthClose \
    mouthFunnel mouthPucker mouthLeft mouthRight mouthSmileLeft mouthSmileRight mouthFrownLeft \
    mouthFrownRight mouthDimpleLeft mouthDimpleRight mouthStretchLeft mouthStretchRight mouthRollLower \
    mouthRollUpper mouthShrugLower mouthShrugUpper mouthPressLeft mouthPressRight mouthLowerDownLeft \
    mouthLowerDownRight mouthUpperUpLeft mouthUpperUpRight browDownLeft browDownRight browInnerUp \
    browOuterUpLeft browOuterUpRight cheekPuff cheekSquintLeft cheekSquintRight noseSneerLeft \
    noseSneerRight tongueOut";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/human")
}

fn json(name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(folder().join(name)).unwrap()).unwrap()
}

struct Human {
    gltf: gltf::Gltf,
    binary: Vec<u8>,
}

impl Human {
    /// Parses with the reader's own validation of the whole document.
    fn open() -> Self {
        let bytes = std::fs::read(folder().join("human.glb")).unwrap();
        assert!(bytes.len() < 10_000_000, "{} bytes", bytes.len());
        let mut gltf = gltf::Gltf::from_slice(&bytes).unwrap();
        let binary = gltf.blob.take().unwrap();
        Self { gltf, binary }
    }

    fn mesh(&self, name: &str) -> gltf::Mesh<'_> {
        self.gltf
            .meshes()
            .find(|mesh| mesh.name() == Some(name))
            .unwrap()
    }

    fn primitive(&self, mesh: &str, material: &str) -> gltf::Primitive<'_> {
        let mut primitives = self.mesh(mesh).primitives().collect::<Vec<_>>().into_iter();
        primitives
            .find(|p| p.material().name() == Some(material))
            .unwrap()
    }

    fn positions(&self, primitive: &gltf::Primitive<'_>) -> Vec<[f32; 3]> {
        primitive
            .reader(|_| Some(&self.binary))
            .read_positions()
            .unwrap()
            .collect()
    }
}

fn vector(value: &Value) -> [f64; 3] {
    serde_json::from_value(value.clone()).unwrap()
}

fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    (0..3)
        .map(|axis| (a[axis] - b[axis]).powi(2))
        .sum::<f64>()
        .sqrt()
}

#[test]
fn has_the_52_shapes_by_name_and_each_moves_the_face() {
    let human = Human::open();
    let mesh = human.mesh("face");
    let extras: Value = serde_json::from_str(mesh.extras().as_ref().unwrap().get()).unwrap();
    let names: Vec<&str> = extras["targetNames"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| n.as_str().unwrap())
        .collect();
    assert_eq!(names, ARKIT.split_ascii_whitespace().collect::<Vec<_>>());
    let mut largest_m = vec![0.0_f32; names.len()];
    for primitive in mesh.primitives() {
        let reader = primitive.reader(|_| Some(&human.binary));
        let count = human.positions(&primitive).len();
        assert_eq!(primitive.morph_targets().count(), names.len());
        for (shape, (positions, normals, _)) in reader.read_morph_targets().enumerate() {
            let offsets: Vec<[f32; 3]> = positions.unwrap().collect();
            assert_eq!((offsets.len(), normals.unwrap().count()), (count, count));
            for offset in offsets {
                let length = offset.iter().map(|x| x * x).sum::<f32>().sqrt();
                largest_m[shape] = largest_m[shape].max(length);
            }
        }
    }
    for (name, largest_m) in names.iter().zip(largest_m) {
        assert!(
            (0.0005..0.06).contains(&largest_m),
            "{name} moves {largest_m} m"
        );
    }
}

#[test]
fn shapes_move_the_side_and_the_parts_that_they_name() {
    let human = Human::open();
    let names: Vec<&str> = ARKIT.split_ascii_whitespace().collect();
    let moved = |material: &str, shape: &str| -> Vec<([f32; 3], [f32; 3])> {
        let primitive = human.primitive("face", material);
        let index = names.iter().position(|name| *name == shape).unwrap();
        let reader = primitive.reader(|_| Some(&human.binary));
        let offsets: Vec<[f32; 3]> = reader
            .read_morph_targets()
            .nth(index)
            .unwrap()
            .0
            .unwrap()
            .collect();
        let all = human.positions(&primitive).into_iter().zip(offsets);
        all.filter(|(_, offset)| offset.iter().any(|x| x.abs() > 0.001))
            .collect()
    };
    // Skin pulls a little across the bridge of the nose: the middle of what moves tells the side.
    let side = |shape: &str| {
        let all = moved("skin", shape);
        all.iter().map(|(p, _)| p[0]).sum::<f32>() / all.len() as f32
    };
    assert!(side("eyeBlinkLeft") > 0.02 && side("eyeBlinkRight") < -0.02);
    assert!(side("mouthSmileLeft") > 0.01 && side("mouthSmileRight") < -0.01);
    assert!(!moved("lashes", "eyeBlinkLeft").is_empty());
    assert!(!moved("eye", "eyeLookUpLeft").is_empty());
    assert!(
        moved("teeth", "jawOpen")
            .iter()
            .any(|(_, offset)| offset[1] < -0.01)
    );
    assert!(
        moved("tongue", "tongueOut")
            .iter()
            .any(|(_, offset)| offset[2] > 0.01)
    );
}

#[test]
fn weights_are_normalised_and_name_joints_of_the_skin() {
    let human = Human::open();
    let joints = human.gltf.skins().next().unwrap().joints().count();
    let mut triangles = 0;
    for primitive in human
        .gltf
        .meshes()
        .flat_map(|mesh| mesh.primitives().collect::<Vec<_>>())
    {
        let reader = primitive.reader(|_| Some(&human.binary));
        let count = human.positions(&primitive).len();
        let weights: Vec<[f32; 4]> = reader.read_weights(0).unwrap().into_f32().collect();
        assert_eq!(weights.len(), count);
        for row in weights {
            assert!(row.iter().all(|weight| *weight >= 0.0));
            assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5, "{row:?}");
        }
        let named = reader.read_joints(0).unwrap().into_u16();
        assert!(named.flatten().all(|joint| usize::from(joint) < joints));
        let indices: Vec<u32> = reader.read_indices().unwrap().into_u32().collect();
        assert!(indices.iter().all(|index| (*index as usize) < count));
        for normal in reader.read_normals().unwrap() {
            let length = normal.iter().map(|x| x * x).sum::<f32>().sqrt();
            assert!((length - 1.0).abs() < 1e-3, "{normal:?}");
        }
        triangles += indices.len() / 3;
    }
    assert!(
        (20_000..=42_000).contains(&triangles),
        "{triangles} triangles"
    );
}

#[test]
fn joints_are_those_of_the_skeleton_file() {
    let human = Human::open();
    let skeleton = json("skeleton.json");
    let listed = skeleton["joints"].as_array().unwrap();
    let skin = human.gltf.skins().next().unwrap();
    let matrices: Vec<[[f32; 4]; 4]> = skin
        .reader(|_| Some(&human.binary))
        .read_inverse_bind_matrices()
        .unwrap()
        .collect();
    let parents: BTreeMap<usize, usize> = human
        .gltf
        .nodes()
        .flat_map(|node| {
            node.children()
                .map(move |child| (child.index(), node.index()))
                .collect::<Vec<_>>()
        })
        .collect();
    let nodes: Vec<gltf::Node<'_>> = skin.joints().collect();
    assert_eq!(nodes.len(), listed.len());
    for ((node, matrix), entry) in nodes.iter().zip(&matrices).zip(listed) {
        assert_eq!(node.name(), entry["name"].as_str());
        let parent = parents
            .get(&node.index())
            .map(|parent| human.gltf.nodes().nth(*parent).unwrap());
        assert_eq!(
            parent.as_ref().and_then(gltf::Node::name),
            entry["parent"].as_str()
        );
        let (translation, rotation, _) = node.transform().decomposed();
        assert_eq!(rotation, [0.0, 0.0, 0.0, 1.0]);
        let local = vector(&entry["rest_local_translation_m"]);
        assert!(distance(translation.map(f64::from), local) < 2e-6);
        let bind = [matrix[3][0], matrix[3][1], matrix[3][2]].map(|x| -f64::from(x));
        assert!(distance(bind, vector(&entry["rest_global_position_m"])) < 2e-6);
    }
    for wanted in ["Hips", "Head", "LeftEye", "LeftHandThumb3", "RightToeBase"] {
        let name = format!("mixamorig:{wanted}");
        assert!(
            listed.iter().any(|joint| joint["name"] == name.as_str()),
            "{name}"
        );
    }
}

#[test]
fn stands_on_the_floor_as_an_adult_and_faces_forward() {
    let human = Human::open();
    let primitives = human
        .gltf
        .meshes()
        .flat_map(|mesh| mesh.primitives().collect::<Vec<_>>());
    let all: Vec<[f32; 3]> = primitives.flat_map(|p| human.positions(&p)).collect();
    let low = all.iter().map(|p| p[1]).fold(f32::INFINITY, f32::min);
    let high = all.iter().map(|p| p[1]).fold(f32::NEG_INFINITY, f32::max);
    assert!(low.abs() < 1e-4, "the soles are at {low} m");
    assert!((1.5..1.9).contains(&high), "{high} m high");
    let height_m = json("skeleton.json")["height_m"].as_f64().unwrap();
    assert!(
        (f64::from(high) - height_m).abs() < 0.03,
        "{high} and {height_m}"
    );
    let eyes = human.positions(&human.primitive("face", "eye"));
    let front = eyes.iter().map(|p| p[2]).fold(f32::NEG_INFINITY, f32::max);
    assert!(front > 0.1, "the eyes are at z = {front} m");
}

#[test]
fn every_landmark_is_on_the_surface_that_it_names() {
    const LABELS: &str = "LFHD RFHD LBHD RBHD TOPH C7 T10 CLAV STRN RBAK LSHO LUPA LELB LIEL LFRM LWRA \
        LWRB LIHAND LOHAND LTHM RSHO RUPA RELB RIEL RFRM RWRA RWRB RIHAND ROHAND RTHM LASI RASI LPSI RPSI \
        LTHI LKNE LKNI LTIB LANK LHEE LTOE LMT1 LMT5 RTHI RKNE RKNI RTIB RANK RHEE RTOE RMT1 RMT5 SACR";
    let human = Human::open();
    let file = json("landmarks.json");
    let landmarks = file["landmarks"].as_array().unwrap();
    let names: Vec<&str> = landmarks
        .iter()
        .map(|mark| mark["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, LABELS.split_ascii_whitespace().collect::<Vec<_>>());
    for mark in landmarks {
        let material = mark["material"].as_str().unwrap();
        let primitive = human.primitive(mark["mesh"].as_str().unwrap(), material);
        let positions = human.positions(&primitive);
        let reader = primitive.reader(|_| Some(&human.binary));
        let indices: Vec<u32> = reader.read_indices().unwrap().into_u32().collect();
        let triangle: [u32; 3] = serde_json::from_value(mark["triangle"].clone()).unwrap();
        assert!(
            indices.chunks(3).any(|corners| corners == triangle),
            "{mark}"
        );
        let shares = vector(&mark["barycentric"]);
        let mut point = [0.0; 3];
        for (corner, share) in triangle.iter().zip(shares) {
            for axis in 0..3 {
                point[axis] += share * f64::from(positions[*corner as usize][axis]);
            }
        }
        assert!(
            distance(point, vector(&mark["rest_position_m"])) < 1e-5,
            "{mark}"
        );
    }
}

#[test]
fn landmarks_surround_the_joints_that_they_measure() {
    let skeleton = json("skeleton.json");
    let joint = |name: &str| {
        let name = format!("mixamorig:{name}");
        let joints = skeleton["joints"].as_array().unwrap();
        vector(
            &joints.iter().find(|j| j["name"] == name.as_str()).unwrap()["rest_global_position_m"],
        )
    };
    let file = json("landmarks.json");
    let mark = |name: &str| {
        let marks = file["landmarks"].as_array().unwrap();
        vector(&marks.iter().find(|m| m["name"] == name).unwrap()["rest_position_m"])
    };
    for side in ["Left", "Right"] {
        let s = &side[..1];
        for (out, inside, centre, near_m) in [
            ("KNE", "KNI", "Leg", 0.03),
            ("ELB", "IEL", "ForeArm", 0.03),
            ("WRA", "WRB", "Hand", 0.04),
        ] {
            let (a, b) = (mark(&format!("{s}{out}")), mark(&format!("{s}{inside}")));
            let middle = [0, 1, 2].map(|axis| 0.5 * (a[axis] + b[axis]));
            let off = distance(middle, joint(&format!("{side}{centre}")));
            assert!(
                off < near_m,
                "{s}{out} and {s}{inside} miss {side}{centre} by {off} m"
            );
        }
        assert!(mark(&format!("{s}FHD"))[2] > mark(&format!("{s}BHD"))[2] + 0.1);
        assert!(mark(&format!("{s}ASI"))[2] > mark(&format!("{s}PSI"))[2] + 0.1);
        assert!(mark(&format!("{s}TOE"))[2] > mark(&format!("{s}HEE"))[2] + 0.1);
    }
    assert!(mark("LSHO")[0] > 0.1 && mark("RSHO")[0] < -0.1);
}
