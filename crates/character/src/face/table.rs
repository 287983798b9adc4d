//! Tables from ARKit's shapes to other makers' targets: `rigs/face/*.toml`.
//!
//! What a shape becomes on a face without that shape is a choice and no fact, so it stands in a text that a person can
//! change, and not in code.

use crate::map_file::{CharacterMapError, place_of, read_toml};
use cyc_model::FaceShape;
use serde::Deserialize;
use std::collections::BTreeMap;

/// `rigs/face/vroid.toml`.
pub const FACE_VROID: &str = include_str!("../../../../rigs/face/vroid.toml");
/// `rigs/face/vrm.toml`.
pub const FACE_VRM: &str = include_str!("../../../../rigs/face/vrm.toml");

/// What a table's targets are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaceTableTargets {
    /// Morph targets, found by name.
    Morph,
    /// VRM expressions.
    Expression,
}

/// A row as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    target: String,
    #[serde(default)]
    unless: Vec<String>,
    shapes: BTreeMap<String, f32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(rename = "name")]
    _name: String,
    targets: FaceTableTargets,
    drive: Vec<Row>,
}

/// One target with the shapes that move it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TableDrive {
    /// The target's name.
    pub target: String,
    /// Targets that make this one needless.
    pub unless: Vec<String>,
    /// Shapes with their weights.
    pub shapes: Vec<(FaceShape, f32)>,
}

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub struct FaceTable {
    /// What its targets are.
    pub targets: FaceTableTargets,
    pub(crate) drives: Vec<TableDrive>,
}

impl FaceTable {
    /// Reads a table.
    ///
    /// # Errors
    /// With line and column: not TOML, too long, unknown shapes, or weights beyond ±2.
    pub fn parse(text: &str) -> Result<Self, CharacterMapError> {
        let written: Written = read_toml(text)?;
        let mut drives = Vec::new();
        for row in written.drive {
            // The row's own place is where its target's name stands.
            let place = place_of(text, text.find(&row.target).unwrap_or(0));
            let mut shapes = Vec::new();
            for (name, weight) in row.shapes {
                let shape = FaceShape::from_arkit_name(&name);
                let shape = shape.ok_or_else(|| CharacterMapError::UnknownShape {
                    place,
                    name: name.clone(),
                    nearest: String::new(),
                })?;
                if !(-2.0..=2.0).contains(&weight) {
                    return Err(CharacterMapError::Number {
                        place,
                        value: f64::from(weight),
                        min: -2.0,
                        max: 2.0,
                    });
                }
                shapes.push((shape, weight));
            }
            drives.push(TableDrive {
                target: row.target,
                unless: row.unless,
                shapes,
            });
        }
        Ok(Self {
            targets: written.targets,
            drives,
        })
    }

    /// The tables that every character is tried with, finest first.
    pub(crate) fn committed() -> Vec<Self> {
        // A test holds that they parse.
        [FACE_VROID, FACE_VRM]
            .into_iter()
            .filter_map(|text| Self::parse(text).ok())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_tables_are_read() {
        assert_eq!(FaceTable::committed().len(), 2);
    }

    #[test]
    fn a_slip_is_told() {
        for (from, to, key) in [
            (
                "eyeBlinkLeft",
                "eyeBlinkMiddle",
                "character-map-unknown-shape",
            ),
            ("= 1.0", "= 9.0", "character-map-number"),
            ("unless", "except", "character-map-toml"),
            ("\"expression\"", "\"expressions\"", "character-map-toml"),
        ] {
            let bad = FACE_VRM.replacen(from, to, 1);
            // The first `unless` stands in a comment.
            let bad = if from == "unless" {
                FACE_VRM.replace(from, to)
            } else {
                bad
            };
            assert_eq!(FaceTable::parse(&bad).unwrap_err().key(), key, "{to}");
        }
    }
}
