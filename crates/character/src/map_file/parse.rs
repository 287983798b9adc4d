//! Reading a character map: bounded, strict, with the place of every fault.

use super::{BoneLine, CharacterMap, CharacterMapError, FaceLine, MapPlace, nearest};
use crate::limits::MAP_BYTES_MAX;
use cyc_model::{FaceShape, HumanBone};
use glam::DVec3;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    model: Model,
    #[serde(default)]
    bones: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    face: BTreeMap<Spanned<String>, BTreeMap<String, f64>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Model {
    up: Option<Spanned<String>>,
    facing: Option<Spanned<String>>,
    scale: Option<Spanned<f64>>,
}

/// A scale beyond this is a slip of the pen.
const SCALE_RANGE: (f64, f64) = (1e-4, 1e4);
/// Weights of a morph target at a shape's full weight.
const WEIGHT_RANGE: (f64, f64) = (-2.0, 2.0);

pub(super) fn parse(text: &str) -> Result<CharacterMap, CharacterMapError> {
    let written: Written = read_toml(text)?;
    let at = |span: std::ops::Range<usize>| place_of(text, span.start);
    let mut map = CharacterMap::default();
    if let Some(up) = &written.model.up {
        map.up = Some(axis(up.as_ref(), at(up.span()))?);
    }
    if let Some(facing) = &written.model.facing {
        let (name, place) = (facing.as_ref(), at(facing.span()));
        let axis = axis(name, place)?;
        if axis.dot(map.up.unwrap_or(DVec3::Y)) != 0.0 {
            let name = name.clone();
            return Err(CharacterMapError::Axis { place, name });
        }
        map.facing = Some(axis);
    }
    if let Some(scale) = &written.model.scale {
        in_range(*scale.as_ref(), SCALE_RANGE, at(scale.span()))?;
        map.scale = Some(*scale.as_ref());
    }
    for (bone, joint) in &written.bones {
        map.bones.push(bone_line(bone, joint, &at)?);
    }
    // In the order of the text, so that the second of two twins is the one that is told.
    map.bones.sort_by_key(|l| (l.place.line, l.place.column));
    for (i, line) in map.bones.iter().enumerate() {
        let before = map.bones.get(..i).unwrap_or(&[]);
        if let Some(joint) = &line.joint
            && before.iter().any(|b| b.joint.as_ref() == Some(joint))
        {
            return Err(CharacterMapError::SharedJoint {
                place: line.place,
                joint: joint.clone(),
            });
        }
    }
    for (shape, targets) in &written.face {
        let place = at(shape.span());
        let known = FaceShape::ALL.iter().map(|s| s.arkit_name());
        let shape = FaceShape::from_arkit_name(shape.as_ref()).ok_or_else(|| {
            CharacterMapError::UnknownShape {
                place,
                name: shape.as_ref().clone(),
                nearest: nearest(shape.as_ref(), known),
            }
        })?;
        let mut line = FaceLine {
            shape,
            targets: Vec::new(),
            place,
        };
        for (target, weight) in targets {
            in_range(*weight, WEIGHT_RANGE, place)?;
            line.targets.push((target.clone(), *weight as f32));
        }
        map.face.push(line);
    }
    Ok(map)
}

fn bone_line(
    bone: &Spanned<String>,
    joint: &Spanned<String>,
    at: &impl Fn(std::ops::Range<usize>) -> MapPlace,
) -> Result<BoneLine, CharacterMapError> {
    let known = HumanBone::ALL.iter().map(|b| b.vrm_name());
    let name = bone.as_ref();
    let bone = HumanBone::from_vrm_name(name).ok_or_else(|| CharacterMapError::UnknownBone {
        place: at(bone.span()),
        name: name.clone(),
        nearest: nearest(name, known),
    })?;
    let joint_name = joint.as_ref().clone();
    Ok(BoneLine {
        bone,
        joint: (!joint_name.is_empty()).then_some(joint_name),
        place: at(joint.span()),
    })
}

fn in_range(value: f64, (min, max): (f64, f64), place: MapPlace) -> Result<(), CharacterMapError> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    Err(CharacterMapError::Number {
        place,
        value,
        min,
        max,
    })
}

/// `+x`, `-z` and so on; a bare letter is positive.
fn axis(name: &str, place: MapPlace) -> Result<DVec3, CharacterMapError> {
    let (sign, letter) = match name.strip_prefix('-') {
        Some(letter) => (-1.0, letter),
        None => (1.0, name.strip_prefix('+').unwrap_or(name)),
    };
    let axis = match letter {
        "x" | "X" => DVec3::X,
        "y" | "Y" => DVec3::Y,
        "z" | "Z" => DVec3::Z,
        _ => {
            let name = name.to_owned();
            return Err(CharacterMapError::Axis { place, name });
        }
    };
    Ok(axis * sign)
}

/// Reads TOML of a bounded length; what is wrong with it has its place.
pub(crate) fn read_toml<T: DeserializeOwned>(text: &str) -> Result<T, CharacterMapError> {
    if text.len() > MAP_BYTES_MAX {
        return Err(CharacterMapError::TooLong { bytes: text.len() });
    }
    toml::from_str(text).map_err(|e| CharacterMapError::Toml {
        place: place_of(text, e.span().map_or(0, |s| s.start)),
        reason: e.message().to_owned(),
    })
}

/// The place of a byte offset.
pub(crate) fn place_of(text: &str, offset: usize) -> MapPlace {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    MapPlace {
        line: 1 + before.matches('\n').count(),
        column: 1 + before.get(line_start..).map_or(0, |l| l.chars().count()),
    }
}
