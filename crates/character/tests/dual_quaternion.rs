//! Dual-quaternion skinning against what is known in closed form.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod glb;

use cyc_character::{
    Character, LoadOptions, PosedVertices, load, pose_vertices, pose_vertices_dual_quaternion,
};
use cyc_model::{FaceShape, FaceWeights, JointFrame, Stage, Xf};
use glam::{DQuat, DVec3};
use glb::Glb;

/// The bar, all of whose vertices hang half on either joint.
fn half_and_half() -> Character {
    let mut glb = Glb::bar();
    let view =
        |glb: &Glb, v: usize| glb.json["bufferViews"][v]["byteOffset"].as_u64().unwrap() as usize;
    let (joints, weights) = (view(&glb, 1), view(&glb, 2));
    for vertex in 0..4 {
        glb.bin[joints + 4 * vertex..][..4].copy_from_slice(&[0, 1, 0, 0]);
        let row = glb::floats(&[0.5, 0.5, 0.0, 0.0]);
        glb.bin[weights + 16 * vertex..][..16].copy_from_slice(&row);
    }
    load(&glb.build(), &LoadOptions::default()).unwrap()
}

fn posed(
    character: &Character,
    joints: &[Xf<Stage, JointFrame>],
    dual: bool,
) -> (Vec<DVec3>, Vec<DVec3>) {
    let mut face = FaceWeights::default();
    face.set(FaceShape::JawOpen, 0.5);
    let mut out = PosedVertices::default();
    let pose = if dual {
        pose_vertices_dual_quaternion
    } else {
        pose_vertices
    };
    pose(character, joints, &face, &mut out).unwrap();
    let positions = out.positions.iter().map(|p| p.metres()).collect();
    (positions, out.normals.iter().map(|n| n.metres()).collect())
}

/// Two joints that are turned against each other by an angle about the bar: what hangs half on each is turned by half,
/// and keeps its distance from the axis, which the linear blend does not.
#[test]
fn a_twist_is_halved_and_keeps_its_radius() {
    let character = half_and_half();
    for degrees in [30.0f64, 120.0, 179.0, -90.0] {
        let twist = DQuat::from_rotation_y(degrees.to_radians());
        let joints = [
            Xf::IDENTITY,
            Xf::new(twist, DVec3::new(0.0, 1.0, 0.0)).unwrap(),
        ];
        let (found, normals) = posed(&character, &joints, true);
        let rest = [
            [0.0, 0.0, 0.0],
            [0.2, 0.0, 0.0],
            [0.2, 2.0, 0.25],
            [0.0, 2.0, 0.0],
        ];
        let half = DQuat::from_rotation_y(0.5 * degrees.to_radians());
        for (v, r) in found.iter().zip(rest) {
            let expected = half * DVec3::from_array(r);
            assert!(v.distance(expected) < 1e-6, "{degrees}°: {v} {expected}");
        }
        for n in normals {
            assert!(n.distance(half * DVec3::Z) < 1e-6, "{degrees}°: {n}");
        }
        let (linear, _) = posed(&character, &joints, false);
        let shrunk = (0.5 * degrees.to_radians()).cos();
        assert!((linear[1].length() - 0.2 * shrunk).abs() < 1e-6);
    }
}

/// A body that moves as one moves as one in both, wherever it goes and however its file is scaled.
#[test]
fn a_rigid_motion_is_the_same_in_both() {
    let mut glb = Glb::bar();
    glb.json["nodes"][0]["scale"] = serde_json::json!([0.01, 0.01, 0.01]);
    for character in [
        half_and_half(),
        load(&glb.build(), &LoadOptions::default()).unwrap(),
    ] {
        let turn = DQuat::from_xyzw(0.3, -0.5, 0.2, 0.7).normalize();
        let motion =
            Xf::<Stage, cyc_model::ModelSpace>::new(turn, DVec3::new(3.0, -1.0, 7.0)).unwrap();
        let rest = character.skeleton.as_ref().unwrap().rest_global();
        let joints: Vec<_> = rest.iter().map(|j| motion * *j).collect();
        let ((a, na), (b, nb)) = (
            posed(&character, &joints, true),
            posed(&character, &joints, false),
        );
        for (x, y) in a.iter().zip(&b).chain(na.iter().zip(&nb)) {
            assert!(x.distance(*y) < 1e-9, "{x} {y}");
        }
    }
}
