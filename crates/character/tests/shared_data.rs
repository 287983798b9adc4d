//! Real characters, from `../shared/data/characters`.

#![allow(clippy::unwrap_used)]

use cyc_character::{
    BoneSource, Character, CharacterNote, LoadOptions, NotHumanoid, PosedVertices, RestPoseKind,
    load, pose_vertices,
};
use cyc_model::{FaceWeights, HumanBone, ModelSpace};
use std::path::{Path, PathBuf};

/// The shared data folder; `None` (said aloud) when it is not there and nobody requires it.
fn shared(file: &str) -> Option<Vec<u8>> {
    let mut root = Path::new(env!("CARGO_MANIFEST_DIR"));
    while !root.join("Cargo.lock").exists() {
        root = root.parent().expect("no workspace root above the manifest");
    }
    let path: PathBuf = root.join("../shared/data/characters").join(file);
    match std::fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(_) if std::env::var("CYC_SHARED").as_deref() == Ok("required") => {
            panic!("CYC_SHARED=required, but ../shared/data/characters/{file} is not there")
        }
        Err(_) => {
            eprintln!("SKIPPED: ../shared/data/characters/{file} is not there");
            None
        }
    }
}

fn loaded(file: &str) -> Option<Character> {
    let bytes = shared(file)?;
    Some(load(&bytes, &LoadOptions::default()).unwrap_or_else(|e| panic!("{file}: {e}")))
}

fn bounds(character: &Character) -> ([f64; 3], [f64; 3]) {
    let rest = character
        .skeleton
        .as_ref()
        .map_or(&[][..], |s| s.rest_global());
    let mut posed = PosedVertices::<ModelSpace>::default();
    pose_vertices(character, rest, &FaceWeights::default(), &mut posed).unwrap();
    let (mut low, mut high) = ([f64::MAX; 3], [f64::MIN; 3]);
    for p in &posed.positions {
        for (c, v) in p.metres().to_array().into_iter().enumerate() {
            low[c] = low[c].min(v);
            high[c] = high[c].max(v);
        }
    }
    (low, high)
}

#[test]
fn cesium_man() {
    let Some(man) = loaded("cesium_man.gltf") else {
        return;
    };
    assert_eq!(man.skeleton.as_ref().unwrap().len(), 19);
    assert_eq!(man.primitives[0].positions.len(), 3273);
    assert_eq!(man.primitives[0].indices.len(), 14016);
    assert_eq!(man.pictures.len(), 1);
    // Bind pose stands: 1.5 m tall on the floor.
    assert!((1.4..1.6).contains(&man.height_m), "{}", man.height_m);
    let (low, _) = bounds(&man);
    assert!(low[1].abs() < 0.02, "{low:?}");
    let names: Vec<_> = man
        .skeleton
        .as_ref()
        .unwrap()
        .joints()
        .iter()
        .map(|j| j.name.clone())
        .collect();
    assert_eq!(names[0], "joint_2");
    // Its joints have no names: the shape tells, and the picture of the file which joint is which.
    assert_eq!(man.not_humanoid, None);
    let skeleton = man.skeleton.as_ref().unwrap();
    for (bone, joint) in [
        (HumanBone::Hips, "joint_2"),
        (HumanBone::Spine, "joint_11"),
        (HumanBone::Chest, "joint_12"),
        (HumanBone::Neck, "joint_19"),
        (HumanBone::Head, "joint_20"),
        (HumanBone::LeftUpperLeg, "joint_7"),
        (HumanBone::LeftLowerLeg, "joint_8"),
        (HumanBone::LeftFoot, "joint_9"),
        (HumanBone::LeftToes, "joint_10"),
        (HumanBone::RightUpperArm, "joint_13"),
        (HumanBone::RightLowerArm, "joint_14"),
        (HumanBone::RightHand, "joint_15"),
    ] {
        assert_eq!(man.humanoid.joint(bone), skeleton.find(joint), "{bone:?}");
        assert_eq!(man.bone_sources.of(bone), Some(BoneSource::Shape));
    }
    assert_eq!(man.rest_pose.unwrap().kind, RestPoseKind::A);
}

#[test]
fn fox() {
    let Some(fox) = loaded("Fox.glb") else { return };
    assert_eq!(fox.skeleton.as_ref().unwrap().len(), 24);
    assert_eq!(fox.primitives[0].positions.len(), 1728);
    assert!(
        fox.notes
            .iter()
            .any(|n| matches!(n, CharacterNote::NormalsComputed { .. }))
    );
    assert_eq!(
        (fox.pictures[0].width_px, fox.pictures[0].height_px),
        (1024, 1024)
    );
    assert!(fox.skeleton.as_ref().unwrap().find("b_Head_05").is_some());
    // Its bones are called like a human's, and it is refused all the same.
    assert!(matches!(
        fox.not_humanoid,
        Some(NotHumanoid::FourLegs { .. })
    ));
    assert_eq!(fox.humanoid.bones().count(), 0);
}

#[test]
fn morph_stress_test() {
    let Some(model) = loaded("MorphStressTest.gltf") else {
        return;
    };
    assert!(model.skeleton.is_none());
    assert_eq!(model.not_humanoid, Some(NotHumanoid::NoJoints));
    let names: Vec<String> = (1..=8).map(|i| format!("Key {i}")).collect();
    assert_eq!(model.morph_names, names);
    assert_eq!(model.primitives.len(), 2);
    for p in &model.primitives {
        assert_eq!(p.morphs.len(), 8);
    }
    let moved: usize = model
        .primitives
        .iter()
        .flat_map(|p| &p.morphs)
        .map(|m| m.vertices.len())
        .sum();
    let all: usize = model.primitives.iter().map(|p| p.positions.len()).sum();
    assert!(moved > 0 && moved < 8 * all, "{moved} of {}", 8 * all);
}

/// VRM 0 faces -Z, VRM 1 and glTF +Z; built, all face +Z, and say where they looked.
#[test]
fn vrm_0_faces_minus_z_and_vrm_1_and_gltf_plus_z() {
    for (file, facing) in [
        ("cryptovoxels.vrm", "-z"),
        ("vrm1_expressions.vrm", "+z"),
        ("cesium_man.gltf", "+x"),
    ] {
        let Some(character) = loaded(file) else {
            continue;
        };
        assert_eq!(character.file_axes(), Some(("+y", facing)), "{file}");
        let rest = character.skeleton.as_ref().unwrap().rest_global();
        let at = |bone| {
            rest[character.humanoid.joint(bone).unwrap().idx()]
                .translation()
                .metres()
        };
        assert!(
            at(HumanBone::LeftHand).x > at(HumanBone::RightHand).x + 0.2,
            "{file}"
        );
        for (ankle, toes) in [
            (HumanBone::LeftFoot, HumanBone::LeftToes),
            (HumanBone::RightFoot, HumanBone::RightToes),
        ] {
            assert!(at(toes).z > at(ankle).z + 0.02, "{file}");
        }
    }
    let human = std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../assets/human/human.glb"
    ));
    let human = load(&human.unwrap(), &LoadOptions::default()).unwrap();
    assert_eq!(human.file_axes(), Some(("+y", "+z")));
}

#[test]
fn vrm_0_is_turned_and_mapped() {
    let Some(vrm) = loaded("cryptovoxels.vrm") else {
        return;
    };
    assert!(vrm.notes.contains(&CharacterNote::TurnedToFaceForward));
    assert_eq!(vrm.humanoid.missing_required().count(), 0);
    let skeleton = vrm.skeleton.as_ref().unwrap();
    let at = |bone| {
        let joint = vrm.humanoid.joint(bone).unwrap();
        skeleton.rest_global()[joint.idx()].translation().metres()
    };
    // Facing +Z with Y up, the left hand is at +X and toes are before ankles.
    assert!(at(HumanBone::LeftHand).x > at(HumanBone::RightHand).x + 0.3);
    assert!(at(HumanBone::LeftToes).z > at(HumanBone::LeftFoot).z);
    assert!(at(HumanBone::Head).y > at(HumanBone::Hips).y + 0.2);
    let (low, _) = bounds(&vrm);
    assert!(low[1].abs() < 0.0101, "{low:?}");
}

#[test]
fn vrm_1_is_mapped_and_carried_by_its_bones() {
    let Some(vrm) = loaded("vrm1_expressions.vrm") else {
        return;
    };
    assert!(!vrm.notes.contains(&CharacterNote::TurnedToFaceForward));
    assert_eq!(vrm.humanoid.missing_required().count(), 0);
    assert_eq!(vrm.humanoid.bones().count(), 22);
    let head = vrm.humanoid.joint(HumanBone::Head);
    assert!(
        vrm.primitives
            .iter()
            .any(|p| p.rigid_joint == head && p.skin.is_none())
    );
    assert_eq!(vrm.pictures.len(), 3);
}
