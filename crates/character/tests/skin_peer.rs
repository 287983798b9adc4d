//! Skinning against glTF's formula, written a second time by other means: numpy evaluates a GLB file, nodes and morph
//! targets and skins, and `pose_vertices` must come to the same vertices.
#![allow(clippy::unwrap_used)]

use cyc_character::{ExportMotion, LoadOptions, PosedVertices, export_glb, load, pose_vertices};
use cyc_model::{FaceShape, FaceWeights, JointFrame, ModelSpace, Xf};
use glam::{DQuat, DVec3};
use std::path::PathBuf;
use std::process::Command;

/// Most that a vertex may be off, metres; both are computed in double precision from the same single-precision file.
const APART_MAX_M: f64 = 1e-5;

/// The interpreter that has numpy; `None` after having said why the test is skipped.
fn peer_python() -> Option<PathBuf> {
    let named = std::env::var_os("CYC_PEER_PYTHON").map(PathBuf::from);
    let cached = std::env::home_dir().map(|h| h.join(".cache/cyclorama/venv/peers/bin/python"));
    let found = named.or(cached.filter(|p| p.exists()));
    let works = |p: &PathBuf| {
        let import = Command::new(p).args(["-c", "import numpy"]).output();
        import.is_ok_and(|o| o.status.success())
    };
    let usable = found.filter(works);
    if usable.is_none() {
        let required = std::env::var("CYC_PEERS").is_ok_and(|v| v == "required");
        assert!(
            !required,
            "CYC_PEERS=required, but no Python with numpy was found"
        );
        eprintln!("SKIPPED: no Python with numpy (set CYC_PEER_PYTHON)");
    }
    usable
}

/// Poses that turn every joint; the same for every run.
fn pose(character: &cyc_character::Character) -> Vec<Xf<ModelSpace, JointFrame>> {
    let skeleton = character.skeleton.as_ref().unwrap();
    let joints = skeleton.joints().iter().enumerate();
    let locals: Vec<_> = joints
        .map(|(j, joint)| {
            let phase = 0.9 * j as f64;
            let axis = DVec3::new(phase.sin(), phase.cos(), 0.4).normalize_or(DVec3::Y);
            let turn = DQuat::from_axis_angle(axis, 0.5 * (1.9 * phase).sin());
            let rest = joint.parent_from_joint;
            Xf::saturating(rest.rotation() * turn, rest.translation().metres())
        })
        .collect();
    let mut globals = vec![Xf::IDENTITY; skeleton.len()];
    skeleton.globals_from_locals(&locals, &mut globals);
    globals
}

fn apart_m(python: &PathBuf, path: &std::path::Path) -> f64 {
    let options = LoadOptions::default();
    let bytes = std::fs::read(path).unwrap();
    let character = load(&bytes, &options).unwrap();
    let joints = pose(&character);
    let mut face = FaceWeights::default();
    for (i, shape) in FaceShape::ALL.into_iter().enumerate() {
        face.set(shape, (i % 5) as f32 * 0.2);
    }
    let mut weights = vec![0.0; character.morph_names.len()];
    character.morph_weights(&face, &mut weights);
    let motion = ExportMotion {
        name: "pose",
        rate_hz: 1.0,
        joints: &joints,
        morph_weights: if weights.is_empty() { &[] } else { &weights },
    };
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (folder.path().join("a.glb"), folder.path().join("vertices"));
    std::fs::write(
        &file,
        export_glb(&bytes, &options, &character, &motion).unwrap(),
    )
    .unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/skin.py");
    let run = Command::new(python)
        .arg(script)
        .arg(&file)
        .arg("0")
        .arg(&out)
        .output()
        .unwrap();
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    let raw = std::fs::read(&out).unwrap();
    let numbers: Vec<f64> = raw
        .chunks_exact(8)
        .map(|b| f64::from_le_bytes(b.try_into().unwrap()))
        .collect();
    let mut posed = PosedVertices::default();
    pose_vertices(&character, &joints, &face, &mut posed).unwrap();
    assert_eq!(numbers.len(), 3 * posed.positions.len());
    // The file's scene is turned against the model.
    let turn = character.model_from_file;
    let pairs = numbers.chunks_exact(3).zip(&posed.positions);
    pairs.fold(0.0, |worst: f64, (theirs, ours)| {
        worst.max((turn * DVec3::from_slice(theirs)).distance(ours.metres()))
    })
}

#[test]
fn vertices_are_where_gltf_says() {
    let Some(python) = peer_python() else { return };
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = vec![root.join("assets/human/human.glb")];
    for file in [
        "cesium_man.gltf",
        "cryptovoxels.vrm",
        "vrm1_expressions.vrm",
    ] {
        let path = root.join("../shared/data/characters").join(file);
        if path.exists() {
            files.push(path);
            continue;
        }
        let required = std::env::var("CYC_SHARED").as_deref() == Ok("required");
        assert!(!required, "CYC_SHARED=required, but {file} is not there");
        eprintln!("SKIPPED: ../shared/data/characters/{file} is not there");
    }
    for file in files {
        let apart = apart_m(&python, &file);
        eprintln!("{}: {:.2e} m", file.display(), apart);
        assert!(apart <= APART_MAX_M, "{}: {apart} m", file.display());
    }
}
