//! Facial expressions of a VRM animation: a node whose place says a weight.
//!
//! Source: VRMC_vrm_animation 1.0, `expressions.preset` and `expressions.custom`.

use crate::limits::MORPHS_MAX;
use gltf::json;
use serde_json::Value;

/// An expression that a VRM animation moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionTrack {
    /// VRM's name of it (`happy`, `aa`, `blinkLeft`), or the author's own.
    pub name: String,
    /// Whether it is one of VRM's presets.
    pub preset: bool,
    pub(super) node: usize,
}

/// The expressions that the file names, presets first.
pub(super) fn read(root: &json::Root) -> Vec<ExpressionTrack> {
    let extensions = root.extensions.as_ref().map(|e| &e.others);
    let animation = extensions.and_then(|o| o.get("VRMC_vrm_animation"));
    let expressions = animation.and_then(|a| a.get("expressions"));
    let mut tracks: Vec<ExpressionTrack> = Vec::new();
    for (kind, preset) in [("preset", true), ("custom", false)] {
        let named = expressions
            .and_then(|e| e.get(kind))
            .and_then(Value::as_object);
        for (name, entry) in named.into_iter().flatten() {
            let node = entry.get("node").and_then(Value::as_u64);
            let node = node.and_then(|n| usize::try_from(n).ok());
            let Some(node) = node.filter(|n| *n < root.nodes.len()) else {
                continue;
            };
            if tracks.len() < MORPHS_MAX {
                tracks.push(ExpressionTrack {
                    name: name.chars().take(64).collect(),
                    preset,
                    node,
                });
            }
        }
    }
    tracks
}
