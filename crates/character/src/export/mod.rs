//! A character's own file with a motion added: what a retarget leaves for Blender, Unreal, Unity and the VRM apps.
//!
//! Nothing of the file is lost: its JSON is edited as JSON, so that extensions which nobody here knows stay, and the new
//! numbers stand behind its buffers. The result is one GLB whatever the input was; external buffers and pictures move
//! in. Keys are one a frame. A viewer multiplies the rounded numbers of a file from the roots down, so each joint is
//! computed against its parent as it was written: errors do not grow along a limb.

mod document;
mod track;

use crate::accessor::Source;
use crate::character::Character;
use crate::container::{Contents, read};
use crate::error::{CharacterError, invalid};
use crate::joints::Joints;
use crate::load::LoadOptions;
use crate::morph::{MorphNames, bases};
use crate::nodes::NodeForest;
use crate::place::Place;
use crate::rule::BrokenRule;
use crate::vrm;
use cyc_model::{JointFrame, Space, Xf};
use document::Document;
use gltf::json;
use track::{Track, tracks};

/// A motion of a character.
#[derive(Clone, Copy, Debug)]
pub struct ExportMotion<'a, S: Space> {
    /// The animation's name.
    pub name: &'a str,
    /// Frames a second.
    pub rate_hz: f64,
    /// Frame after frame, the global poses of all joints of the character's skeleton. Their origin is the scene's.
    pub joints: &'a [Xf<S, JointFrame>],
    /// Frame after frame, a weight for each of the character's morph names; empty when the face rests.
    pub morph_weights: &'a [f32],
}

/// The file of `character`, `bytes`, with `motion` as its first animation, as GLB.
///
/// The motion is turned, and its lengths are divided, as the file's were when the character was loaded: a VRM 0 file faces
/// -Z, others lie or look elsewhere. Where scale or shear made
/// the file's joints other than rigid and uniform ([`CharacterNote::ShearBaked`](crate::CharacterNote::ShearBaked)),
/// joints are where the motion has them, and turned as nearly as glTF's transforms allow.
///
/// # Errors
/// As [`load`](crate::load); a motion that has not whole frames; a result of more than 4 GiB.
pub fn export_glb<S: Space>(
    bytes: &[u8],
    options: &LoadOptions<'_>,
    character: &Character,
    motion: &ExportMotion<'_, S>,
) -> Result<Vec<u8>, CharacterError> {
    let Contents { root, blob } = read(bytes)?;
    let forest = NodeForest::build(&root, 1.0)?;
    let vrm = vrm::read(&root);
    let bones: Vec<usize> = vrm.iter().flat_map(|v| &v.bones).map(|(_, n)| *n).collect();
    let joints = Joints::build(&root, &forest, &bones, Xf::IDENTITY, &mut Vec::new())?;
    let same = |j: &Joints| {
        let own = character.skeleton.as_ref().map(|s| s.len());
        own == Some(j.skeleton.len())
    };
    let Some(joints) = joints.filter(same) else {
        return Err(invalid(Place::Motion, BrokenRule::ForeignMotion));
    };
    let n = joints.skeleton.len();
    let frames = motion.joints.len() / n;
    let morphs = character.morph_names.len();
    let whole = frames > 0 && motion.joints.len() == frames * n;
    let faced = motion.morph_weights.is_empty() || motion.morph_weights.len() == frames * morphs;
    let timed = motion.rate_hz.is_finite() && motion.rate_hz > 0.0;
    if !(whole && faced && timed) {
        return Err(invalid(Place::Motion, BrokenRule::NoFrames));
    }
    let turn = character.model_from_file.conjugate();
    let in_file = |joint: &Xf<S, JointFrame>| {
        let place = turn * joint.translation().metres() / character.file_scale;
        Xf::saturating(turn * joint.rotation(), place)
    };
    let moved: Vec<Xf<S, JointFrame>> = motion.joints.iter().map(in_file).collect();
    let mut all = tracks(&root, &forest, &joints, &moved);
    if !motion.morph_weights.is_empty() {
        let names = &character.morph_names;
        all.extend(faces(&root, names, motion.morph_weights));
    }
    // Buffers are fetched once more by the reader that checks their lengths.
    Source::open(&root, blob.clone(), options.resolver)?;
    let mut document = Document::open(bytes, blob, options.resolver)?;
    for (node, rest) in all.iter().filter_map(|t| Some((t.node, t.rest?))) {
        document.set_rest(node, &rest);
    }
    let times = (0..frames).map(|f| (f as f64 / motion.rate_hz) as f32);
    document.add_animation(motion.name, &times.collect::<Vec<_>>(), &all);
    document.into_glb()
}

/// Weight tracks of all nodes whose mesh has targets that the face moves.
fn faces(root: &json::Root, names: &[String], weights: &[f32]) -> Vec<Track> {
    let frames = weights.chunks_exact(names.len().max(1));
    let nodes = root.nodes.iter().enumerate();
    nodes
        .filter_map(|(node, entry)| {
            let number = entry.mesh?.value();
            let mesh = root.meshes.get(number)?;
            let primitive = mesh.primitives.first()?;
            let own = bases(mesh, primitive, number);
            let slot = |name: &String| names.iter().position(|n| n == name);
            let slots: Vec<Option<usize>> = MorphNames::within(&own).iter().map(slot).collect();
            let row = |frame: &[f32]| -> Vec<f32> {
                let weight = |s: &Option<usize>| s.and_then(|s| frame.get(s).copied());
                slots.iter().map(|s| weight(s).unwrap_or(0.0)).collect()
            };
            let values: Vec<f32> = frames.clone().flat_map(row).collect();
            let moves = values.iter().any(|v| *v != 0.0);
            moves.then_some(Track {
                node,
                path: "weights",
                kind: "SCALAR",
                values,
                rest: None,
            })
        })
        .collect()
}
