//! Poses: the matrices for the GPU against the CPU reference, and both against a hand-computed case.

#![allow(clippy::unwrap_used)]

mod glb;

use cyc_character::{
    Character, LoadOptions, PoseError, PosedVertices, infer_humanoid, load, pose_vertices,
};
use cyc_model::{
    FaceShape, FaceWeights, HumanBone, JointFrame, JointSpec, ModelSpace, Skeleton, Stage, Xf,
};
use glam::{DQuat, DVec3, Mat4, Vec3};
use glb::Glb;
use std::f64::consts::FRAC_PI_2;

fn bar() -> Character {
    load(&Glb::bar().build(), &LoadOptions::default()).unwrap()
}

/// `lower` at the origin, `upper` one metre above it and turned by 90° about z.
fn bent() -> [Xf<Stage, JointFrame>; 2] {
    let turn = DQuat::from_rotation_z(FRAC_PI_2);
    [
        Xf::IDENTITY,
        Xf::new(turn, DVec3::new(0.0, 1.0, 0.0)).unwrap(),
    ]
}

fn posed(c: &Character, joints: &[Xf<Stage, JointFrame>], face: &FaceWeights) -> Vec<DVec3> {
    let mut out = PosedVertices::default();
    pose_vertices(c, joints, face, &mut out).unwrap();
    out.positions.iter().map(|p| p.metres()).collect()
}

#[test]
fn a_bent_bar_is_where_the_formula_says() {
    let vertices = posed(&bar(), &bent(), &FaceWeights::default());
    // Vertex 2 is (0.2, 1, 0) from the upper joint; turned by 90° about z that is (-1, 0.2, 0).
    let expected = [
        [0.0, 0.0, 0.0],
        [0.2, 0.0, 0.0],
        [-1.0, 1.2, 0.0],
        [-1.0, 1.0, 0.0],
    ];
    for (v, e) in vertices.iter().zip(expected) {
        assert!(v.distance(DVec3::from_array(e)) < 1e-6, "{v} {e:?}");
    }
}

#[test]
fn a_face_shape_moves_its_vertices_before_the_skin() {
    let mut face = FaceWeights::default();
    face.set(FaceShape::JawOpen, 0.5);
    let (still, open) = (
        posed(&bar(), &bent(), &FaceWeights::default()),
        posed(&bar(), &bent(), &face),
    );
    for (i, (a, b)) in still.iter().zip(&open).enumerate() {
        let moved = if i == 2 { 0.25 } else { 0.0 };
        assert!((a.distance(*b) - moved).abs() < 1e-6, "vertex {i}");
    }
}

#[test]
fn gpu_matrices_agree_with_the_reference() {
    let character = bar();
    let mut matrices = [Mat4::ZERO; 4];
    let n = character
        .skinning_matrices(0, &bent(), &mut matrices)
        .unwrap();
    assert_eq!(n, 2);
    let p = &character.primitives[0];
    let reference = posed(&character, &bent(), &FaceWeights::default());
    for (i, expected) in reference.iter().enumerate() {
        let mut sum = Vec3::ZERO;
        for (j, w) in p.joints[i].iter().zip(p.weights[i]) {
            sum += w * matrices[usize::from(*j)].transform_point3(p.positions[i]);
        }
        assert!(sum.as_dvec3().distance(*expected) < 1e-5);
    }
}

#[test]
fn a_pose_that_does_not_fit_is_refused() {
    let character = bar();
    let one = &bent()[..1];
    let mut room = [Mat4::ZERO; 1];
    assert_eq!(
        character.skinning_matrices(0, one, &mut room),
        Err(PoseError::TooFewJoints {
            given: 1,
            needed: 2
        })
    );
    assert_eq!(
        character.skinning_matrices(0, &bent(), &mut room),
        Err(PoseError::BufferTooShort {
            given: 1,
            needed: 2
        })
    );
    assert_eq!(
        character.skinning_matrices(7, &bent(), &mut room),
        Err(PoseError::NoSuchSkin { skin: 7 })
    );
}

/// An armature in centimetres under a node that scales by 0.01 and turns Z up into Y up, as exporters write it.
#[test]
fn scale_above_the_joints_is_baked() {
    let plain = bar();
    let mut file = Glb::bar();
    file.json["nodes"][0]["scale"] = serde_json::json!([0.01, 0.01, 0.01]);
    file.json["nodes"][0]["rotation"] = serde_json::json!([-1.0, 0.0, 0.0, 1.0]);
    file.json["nodes"][2]["translation"] = serde_json::json!([0.0, 100.0, 0.0]);
    // Inverse bind: mesh metres to joint centimetres.
    let at = file.json["bufferViews"][5]["byteOffset"].as_u64().unwrap() as usize;
    for matrix in 0..2 {
        let mut values = [0.0f32; 16];
        (values[0], values[5], values[10], values[15]) = (100.0, 100.0, 100.0, 1.0);
        values[13] = -100.0 * matrix as f32;
        let bytes = glb::floats(&values);
        file.bin[at + 64 * matrix..][..64].copy_from_slice(&bytes);
    }
    let scaled = load(&file.build(), &LoadOptions::default()).unwrap();
    let rest = scaled.skeleton.as_ref().unwrap().rest_global();
    let upper = rest[1].translation().metres();
    assert!(upper.distance(DVec3::new(0.0, 0.0, -1.0)) < 1e-6, "{upper}");
    let mut out = PosedVertices::<ModelSpace>::default();
    pose_vertices(&scaled, rest, &FaceWeights::default(), &mut out).unwrap();
    for (p, q) in out.positions.iter().zip(&plain.primitives[0].positions) {
        let expected = DVec3::new(f64::from(q.x), f64::from(q.z), -f64::from(q.y));
        assert!(p.metres().distance(expected) < 1e-5, "{p:?} {expected}");
    }
}

/// A joint that mirrors, and an armature that does: the rest pose is what glTF says.
#[test]
fn mirrored_joints_mirror_what_they_hold() {
    let mut armature = Glb::bar();
    armature.json["nodes"][0]["scale"] = serde_json::json!([-2.0, 2.0, 2.0]);
    let mut joint = Glb::bar();
    joint.json["nodes"][2]["scale"] = serde_json::json!([1.0, 1.0, -1.0]);
    let rest = bar();
    let rest = &rest.primitives[0].positions;
    for (file, lower, upper) in [
        (armature, [-2.0, 2.0, 2.0], [-2.0, 2.0, 2.0]),
        // The inverse bind matrices say that nobody was mirrored when it was bound.
        (joint, [1.0, 1.0, 1.0], [1.0, 1.0, -1.0]),
    ] {
        let mirrored = load(&file.build(), &LoadOptions::default()).unwrap();
        let joints = mirrored.skeleton.as_ref().unwrap().rest_global();
        let mut out = PosedVertices::<ModelSpace>::default();
        pose_vertices(&mirrored, joints, &FaceWeights::default(), &mut out).unwrap();
        for (v, (p, q)) in out.positions.iter().zip(rest).enumerate() {
            let by = DVec3::from_array(if v < 2 { lower } else { upper });
            assert!(p.metres().distance(q.as_dvec3() * by) < 1e-6, "{v}: {p:?}");
        }
        // Who draws turns the triangles that come out inside out; normals are right already.
        assert!(out.normals.iter().all(|n| n.metres().z.abs() > 0.99));
    }
}

#[test]
fn a_rigid_part_moves_with_its_joint() {
    let mut file = Glb::bar();
    let nodes = file.json["nodes"].as_array_mut().unwrap();
    nodes.push(serde_json::json!({"mesh": 0, "translation": [0.0, 0.5, 0.0]}));
    nodes[2]["children"] = serde_json::json!([4]);
    let character = load(&file.build(), &LoadOptions::default()).unwrap();
    let part = character
        .primitives
        .iter()
        .find(|p| p.skin.is_none())
        .unwrap();
    assert_eq!(
        part.rigid_joint,
        character.skeleton.as_ref().unwrap().find("upper")
    );
    let m = character.rigid_matrix(part, &bent()).unwrap();
    // The mesh's origin is 0.5 above the upper joint, which is turned by 90° about z.
    assert!(
        m.transform_point3(Vec3::ZERO)
            .distance(Vec3::new(-0.5, 1.0, 0.0))
            < 1e-6
    );
}

fn chain(names: &[(&str, Option<usize>)]) -> Skeleton {
    let specs = names.iter().map(|(name, parent)| JointSpec {
        name: (*name).into(),
        parent: *parent,
        parent_from_joint: Xf::IDENTITY,
    });
    Skeleton::build(specs.collect()).unwrap().0
}

#[test]
fn bones_are_inferred_from_names() {
    let mixamo = chain(&[
        ("mixamorig:Hips", None),
        ("mixamorig:Spine", Some(0)),
        ("mixamorig:Spine1", Some(1)),
        ("mixamorig:Spine2", Some(2)),
        ("mixamorig:Neck", Some(3)),
        ("mixamorig:Head", Some(4)),
        ("mixamorig:LeftShoulder", Some(3)),
        ("mixamorig:LeftArm", Some(6)),
        ("mixamorig:LeftForeArm", Some(7)),
        ("mixamorig:LeftHand", Some(8)),
        ("mixamorig:LeftUpLeg", Some(0)),
        ("mixamorig:LeftLeg", Some(10)),
        ("mixamorig:LeftFoot", Some(11)),
    ]);
    let map = infer_humanoid(&mixamo);
    for (bone, name) in [
        (HumanBone::UpperChest, "mixamorig:Spine2"),
        (HumanBone::Chest, "mixamorig:Spine1"),
        (HumanBone::LeftUpperArm, "mixamorig:LeftArm"),
        (HumanBone::LeftLowerLeg, "mixamorig:LeftLeg"),
    ] {
        assert_eq!(map.joint(bone), mixamo.find(name), "{bone:?}");
    }
    let biovision = chain(&[
        ("Hips", None),
        ("Chest", Some(0)),
        ("Neck", Some(1)),
        ("Head", Some(2)),
        ("LeftCollar", Some(1)),
        ("LeftShoulder", Some(4)),
        ("LeftElbow", Some(5)),
        ("LeftWrist", Some(6)),
        ("LeftHip", Some(0)),
        ("LeftKnee", Some(8)),
        ("LeftAnkle", Some(9)),
    ]);
    let map = infer_humanoid(&biovision);
    for (bone, name) in [
        (HumanBone::Spine, "Chest"),
        (HumanBone::LeftShoulder, "LeftCollar"),
        (HumanBone::LeftUpperArm, "LeftShoulder"),
        (HumanBone::LeftHand, "LeftWrist"),
        (HumanBone::LeftUpperLeg, "LeftHip"),
        (HumanBone::LeftLowerLeg, "LeftKnee"),
    ] {
        assert_eq!(map.joint(bone), biovision.find(name), "{bone:?}");
    }
}
