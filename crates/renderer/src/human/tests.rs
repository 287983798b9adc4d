//! What the GPU makes of a human's vertices, beside what the CPU does in double precision.

use super::*;
use crate::gpu::{Gpu, tests::gpu};
use cyc_character::{
    LoadOptions, MorphTarget, PosedVertices, load, pose_vertices, pose_vertices_dual_quaternion,
};
use cyc_model::FaceShape;
use glam::{DQuat, DVec3, Vec4};

/// Most that a vertex may be off, metres.
const APART_MAX_M: f64 = 1e-5;

fn child(skin_blend: SkinBlend) -> Character {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/bodies/child.glb");
    let bytes = std::fs::read(path).unwrap();
    Character {
        skin_blend,
        ..load(&bytes, &LoadOptions::default()).unwrap()
    }
}

type Joints = Vec<Xf<Stage, JointFrame>>;

/// Every joint turned, somewhere on the stage.
fn writhing(character: &Character) -> Joints {
    let skeleton = character.skeleton.as_ref().unwrap();
    let joints = skeleton.joints().iter().enumerate();
    let locals: Vec<_> = joints
        .map(|(j, joint)| {
            let phase = 0.7 * j as f64;
            let axis = DVec3::new(phase.sin(), phase.cos(), 0.4).normalize_or(DVec3::Y);
            let turn = DQuat::from_axis_angle(axis, 0.8 * (1.9 * phase).sin());
            let rest = joint.parent_from_joint;
            Xf::saturating(rest.rotation() * turn, rest.translation().metres())
        })
        .collect();
    let mut globals = vec![Xf::<cyc_model::ModelSpace, JointFrame>::IDENTITY; skeleton.len()];
    skeleton.globals_from_locals(&locals, &mut globals);
    let away = Xf::saturating(DQuat::from_rotation_y(1.1), DVec3::new(2.5, 0.3, -3.5));
    globals.iter().map(|joint| away * *joint).collect()
}

fn face() -> FaceWeights {
    let mut face = FaceWeights::default();
    face.set(FaceShape::JawOpen, 0.7);
    face.set(FaceShape::MouthSmileLeft, 1.0);
    face
}

struct Vertex {
    position: DVec3,
    normal: DVec3,
    tangent: Vec4,
}

/// Poses a character on the GPU and reads its vertices back.
fn posed(gpu: &Gpu, character: Character, joints: &[Xf<Stage, JointFrame>]) -> Vec<Vertex> {
    let (device, queue) = (gpu.device(), gpu.queue());
    let (skinning, layout) = (Skinning::new(device), MaterialLayout::new(device));
    let mut human = Human::new(
        device,
        queue,
        (&skinning, &layout, None),
        Arc::new(character),
    );
    human.pose(queue, joints, &face());
    assert!(human.is_visible());
    let back = device.create_buffer(&wgpu::BufferDescriptor {
        label: None,
        size: human.posed.size(),
        usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
        mapped_at_creation: false,
    });
    let mut encoder = device.create_command_encoder(&Default::default());
    let mut pass = encoder.begin_compute_pass(&Default::default());
    human.skin(&mut pass, &skinning);
    drop(pass);
    encoder.copy_buffer_to_buffer(&human.posed, 0, &back, 0, human.posed.size());
    queue.submit([encoder.finish()]);
    back.map_async(wgpu::MapMode::Read, .., |_| ());
    device.poll(wgpu::PollType::wait_indefinitely()).unwrap();
    let mapped = back.get_mapped_range(..).unwrap();
    let floats: Vec<f32> = bytemuck::pod_collect_to_vec(&mapped);
    let (vertices, tangents) = floats.split_at(6 * human.vertex_count as usize);
    let both = vertices.chunks_exact(6).zip(tangents.chunks_exact(4));
    both.map(|(vertex, tangent)| {
        let three = |at: usize| DVec3::from_array([0, 1, 2].map(|i| f64::from(vertex[at + i])));
        Vertex {
            position: three(0),
            normal: three(3),
            tangent: Vec4::from_slice(tangent),
        }
    })
    .collect()
}

#[test]
fn both_blends_are_the_reference_to_a_hundredth_of_a_millimetre() {
    let Some(gpu) = gpu() else { return };
    for blend in [SkinBlend::Linear, SkinBlend::DualQuaternion] {
        let character = child(blend);
        let joints = writhing(&character);
        let mut wanted = PosedVertices::default();
        let pose = match blend {
            SkinBlend::Linear => pose_vertices,
            SkinBlend::DualQuaternion => pose_vertices_dual_quaternion,
        };
        pose(&character, &joints, &face(), &mut wanted).unwrap();
        let found = posed(&gpu, character, &joints);
        assert_eq!(found.len(), wanted.positions.len());
        let (mut apart_m, mut turned) = (0.0f64, 0.0f64);
        for (vertex, (at, normal)) in found
            .iter()
            .zip(wanted.positions.iter().zip(&wanted.normals))
        {
            apart_m = apart_m.max(vertex.position.distance(at.metres()));
            turned = turned.max(vertex.normal.distance(normal.metres()));
        }
        eprintln!("{blend:?}: {:.2} µm, normals {turned:.1e}", apart_m * 1e6);
        assert!(apart_m < APART_MAX_M, "{blend:?}: {apart_m} m");
        assert!(turned < 1e-3, "{blend:?}: {turned}");
    }
}

/// A body that stands as it rests, but elsewhere and turned, has the same tangents, turned.
#[test]
fn tangents_turn_with_the_body_and_stay_across_the_normals() {
    let Some(gpu) = gpu() else { return };
    for blend in [SkinBlend::Linear, SkinBlend::DualQuaternion] {
        let character = child(blend);
        let rest: Vec<Vec4> = character
            .primitives
            .iter()
            .flat_map(|p| {
                let known = p.tangents.iter().copied();
                let none = std::iter::repeat(Vec4::ZERO);
                known.chain(none).take(p.positions.len())
            })
            .collect();
        assert!(
            rest.iter().any(|t| t.w != 0.0),
            "the child has a normal map"
        );
        let turn = DQuat::from_rotation_y(2.0) * DQuat::from_rotation_x(0.4);
        let away = Xf::<Stage, cyc_model::ModelSpace>::saturating(turn, DVec3::new(1.0, 0.5, 2.0));
        let skeleton = character.skeleton.as_ref().unwrap();
        let joints: Joints = skeleton.rest_global().iter().map(|j| away * *j).collect();
        let found = posed(&gpu, character, &joints);
        for (vertex, tangent) in found.iter().zip(&rest) {
            assert_eq!(vertex.tangent.w, tangent.w);
            if tangent.w == 0.0 {
                continue;
            }
            let along = vertex.tangent.truncate().as_dvec3();
            assert!((along.length() - 1.0).abs() < 1e-4);
            assert!(along.dot(vertex.normal).abs() < 1e-4);
            // What morphs and rounding tilt at most, on a face that smiles.
            let expected = turn * tangent.truncate().as_dvec3();
            assert!(along.dot(expected) > 0.9, "{along} for {expected}");
        }
    }
}

/// The share of a posed body's triangles that wind as their vertices' normals point.
fn share_outwards(character: &Character) -> f64 {
    let skeleton = character.skeleton.as_ref().unwrap();
    let mut posed = PosedVertices::default();
    let rest = skeleton.rest_global();
    pose_vertices(character, rest, &FaceWeights::default(), &mut posed).unwrap();
    let flat = upload::Flat::of(character);
    let at = |index: u32| posed.positions[index as usize].metres();
    let normal = |index: u32| posed.normals[index as usize].metres();
    let (mut outwards, mut all) = (0.0, 0.0);
    for t in flat.indices.chunks_exact(3) {
        let across = (at(t[1]) - at(t[0])).cross(at(t[2]) - at(t[0]));
        let along = normal(t[0]) + normal(t[1]) + normal(t[2]);
        all += across.length();
        outwards += f64::from(across.dot(along) > 0.0) * across.length();
    }
    outwards / all
}

/// The same body, its mesh mirrored and its bind matrices mirroring it back: all of them, or those of some joints alone.
fn mirrored_back(mut character: Character, is_mirrored: impl Fn(usize) -> bool) -> Character {
    let mirror = Vec3::new(-1.0, 1.0, 1.0);
    for primitive in &mut character.primitives {
        primitive.positions.iter_mut().for_each(|p| *p *= mirror);
        primitive.normals.iter_mut().for_each(|n| *n *= mirror);
        for corner in primitive.indices.chunks_exact_mut(3) {
            corner.swap(1, 2);
        }
    }
    for skin in &mut character.skins {
        for (nth, matrix) in skin.joint_from_mesh.iter_mut().enumerate() {
            if is_mirrored(nth) {
                *matrix *= Mat4::from_scale(mirror);
            }
        }
    }
    character
}

/// Bind matrices that mirror turn triangles inside out: they are turned back, and where only some do both sides are drawn.
#[test]
fn triangles_face_outwards_under_bind_matrices_that_mirror() {
    let one_sided = || {
        let mut body = child(SkinBlend::Linear);
        body.materials
            .iter_mut()
            .for_each(|m| m.double_sided = false);
        body
    };
    let plain = one_sided();
    let single = |parts: &[Part]| parts.iter().all(|part| part.sides == Sides::Front);
    assert!(share_outwards(&plain) > 0.98, "{}", share_outwards(&plain));
    assert!(single(&upload::Flat::of(&plain).parts));
    let mirrored = mirrored_back(one_sided(), |_| true);
    let share = share_outwards(&mirrored);
    assert!(share > 0.98, "{share}");
    assert!(single(&upload::Flat::of(&mirrored).parts));
    let half = mirrored_back(one_sided(), |joint| joint % 2 == 0);
    let parts = upload::Flat::of(&half).parts;
    assert!(parts.iter().any(|part| part.sides == Sides::Both));
}

/// A smile that turns the tangents turns them on the GPU, by its weight, and leaves them across the normals.
#[test]
fn morphs_turn_tangents() {
    let Some(gpu) = gpu() else { return };
    let mut character = child(SkinBlend::Linear);
    let by = Vec3::new(0.3, -0.2, 0.5);
    let smile = FaceShape::MouthSmileLeft;
    let named = |name: &String| name == smile.arkit_name();
    let smile = character.morph_names.iter().position(named).unwrap();
    let mut expected: Vec<Option<Vec3>> = Vec::new();
    for primitive in &mut character.primitives {
        let count = primitive.positions.len();
        let own = primitive.tangents.iter();
        expected.extend(own.map(|own| Some(own.truncate() + by)));
        expected.extend(vec![None; count - primitive.tangents.len()]);
        if !primitive.tangents.is_empty() {
            primitive.morphs[smile] = MorphTarget {
                vertices: (0..count as u32).collect(),
                positions: vec![Vec3::ZERO; count],
                normals: Vec::new(),
                tangents: vec![by; count],
            };
        }
    }
    let skeleton = character.skeleton.as_ref().unwrap();
    let stage_from_model = Xf::<Stage, cyc_model::ModelSpace>::IDENTITY;
    let rest = skeleton.rest_global().iter();
    let joints: Joints = rest.map(|j| stage_from_model * *j).collect();
    let found = posed(&gpu, character, &joints);
    let mut turned = 0;
    for (vertex, expected) in found.iter().zip(expected) {
        let Some(expected) = expected.filter(|_| vertex.tangent.w != 0.0) else {
            continue;
        };
        let expected = expected
            .as_dvec3()
            .reject_from(vertex.normal)
            .normalize_or_zero();
        let along = vertex.tangent.truncate().as_dvec3();
        assert!(along.distance(expected) < 1e-3, "{along} for {expected}");
        turned += 1;
    }
    assert!(turned > 100, "{turned}");
}

/// Boxes around parts hold their vertices in any pose, also those of a giant whose hair is far from every joint, and are not
/// much larger than they must be.
#[test]
fn boxes_hold_the_parts() {
    for (blend, scale) in [
        (SkinBlend::Linear, 1.0),
        (SkinBlend::DualQuaternion, 1.0),
        (SkinBlend::Linear, 9.0),
    ] {
        let mut character = child(blend);
        for primitive in &mut character.primitives {
            primitive.positions.iter_mut().for_each(|p| *p *= scale);
        }
        let joints = writhing(&character);
        let mut posed = PosedVertices::default();
        let pose = match blend {
            SkinBlend::Linear => pose_vertices,
            SkinBlend::DualQuaternion => pose_vertices_dual_quaternion,
        };
        pose(&character, &joints, &face(), &mut posed).unwrap();
        let mut vertices = posed.positions.iter();
        for (part, primitive) in upload::Flat::of(&character)
            .parts
            .iter()
            .zip(&character.primitives)
        {
            let (low, high) = part.reach.bounds(&joints).unwrap();
            let (mut least, mut most) = (DVec3::INFINITY, DVec3::NEG_INFINITY);
            for vertex in vertices.by_ref().take(primitive.positions.len()) {
                least = least.min(vertex.metres());
                most = most.max(vertex.metres());
            }
            let (low, high) = (low.as_dvec3() - 1e-4, high.as_dvec3() + 1e-4);
            let name = &primitive.name;
            assert!(
                low.cmple(least).all(),
                "{name}, {blend:?}: {low} above {least}"
            );
            assert!(
                high.cmpge(most).all(),
                "{name}, {blend:?}: {high} below {most}"
            );
            let (tight, found) = (most - least, high - low);
            eprintln!("{name} ×{scale}, {blend:?}: {found} m around {tight} m");
            // What shapes of the face may add to small parts is most of their boxes.
            let most_m = 2.0 * tight.length() + 0.3 * f64::from(scale);
            assert!(
                found.length() < most_m,
                "{name}, {blend:?}: {found} for {tight}"
            );
        }
        assert!(vertices.next().is_none());
    }
}
