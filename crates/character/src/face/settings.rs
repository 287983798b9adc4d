//! Settings of a face's retarget: `rigs/face/default.toml`.

use crate::map_file::{CharacterMapError, MapPlace, place_of, read_toml};
use cyc_model::FaceShape;
use serde::Deserialize;
use std::collections::BTreeMap;

/// `rigs/face/default.toml`.
pub const DEFAULT_FACE: &str = include_str!("../../../../rigs/face/default.toml");

/// What turns the eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EyesBy {
    /// The bones, where no look shape moves anything.
    Auto,
    /// The face shapes alone.
    Shapes,
    /// The bones.
    Bones,
}

/// Eyes.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EyeSettings {
    /// What turns them.
    pub by: EyesBy,
    /// Angle of gaze of a look shape at full weight, sideways and up or down, degrees.
    pub full_deg: [f32; 2],
    /// Furthest turn inward, outward, down, up, degrees.
    pub max_deg: [f32; 4],
}

/// The head.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadSettings {
    /// How much of the captured turn is added.
    pub strength: f32,
    /// How much of it the neck takes.
    pub neck_share: f32,
    /// Furthest nod, turn and tilt, degrees.
    pub max_deg: [f32; 3],
}

/// Settings of a [`FaceRetarget`](super::FaceRetarget).
#[derive(Clone, Debug, PartialEq)]
pub struct FaceSettings {
    /// Their name.
    pub name: String,
    /// The performer's left moves the character's right.
    pub mirrored: bool,
    /// Eyes.
    pub eyes: EyeSettings,
    /// The head.
    pub head: HeadSettings,
    /// Strength of each shape.
    pub gain: [f32; FaceShape::COUNT],
}

impl Default for FaceSettings {
    /// What `rigs/face/default.toml` says; a test holds the two together.
    fn default() -> Self {
        Self {
            name: "default".into(),
            mirrored: false,
            eyes: EyeSettings {
                by: EyesBy::Auto,
                full_deg: [35.0, 25.0],
                max_deg: [35.0, 35.0, 25.0, 25.0],
            },
            head: HeadSettings {
                strength: 1.0,
                neck_share: 0.4,
                max_deg: [40.0, 70.0, 35.0],
            },
            gain: [1.0; FaceShape::COUNT],
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    mirrored: bool,
    eyes: EyeSettings,
    head: HeadSettings,
    gain: BTreeMap<String, f32>,
}

/// Reads face settings.
///
/// # Errors
/// With line and column: not TOML, unknown or missing keys, unknown shapes, or numbers out of range.
pub fn parse_face(text: &str) -> Result<FaceSettings, CharacterMapError> {
    let written: Written = read_toml(text)?;
    let line_of = |word: &str| place_of(text, text.find(word).unwrap_or(0));
    let check = |word: &str, values: &[f32], max: f32| -> Result<(), CharacterMapError> {
        let bad = values.iter().find(|v| !(0.0..=max).contains(*v));
        bad.map_or(Ok(()), |value| out_of_range(line_of(word), *value, max))
    };
    check("full_deg", &written.eyes.full_deg, 90.0)?;
    check("max_deg", &written.eyes.max_deg, 90.0)?;
    check("max_deg", &written.head.max_deg, 180.0)?;
    check("strength", &[written.head.strength], 2.0)?;
    check("neck_share", &[written.head.neck_share], 1.0)?;
    let mut gain = [1.0; FaceShape::COUNT];
    for (name, value) in written.gain {
        let shape = FaceShape::from_arkit_name(&name);
        let shape = shape.ok_or_else(|| CharacterMapError::UnknownShape {
            place: line_of(&name),
            name: name.clone(),
            nearest: String::new(),
        })?;
        check(&name, &[value], 4.0)?;
        if let Some(slot) = gain.get_mut(shape as usize) {
            *slot = value;
        }
    }
    Ok(FaceSettings {
        name: written.name,
        mirrored: written.mirrored,
        eyes: written.eyes,
        head: written.head,
        gain,
    })
}

fn out_of_range(place: MapPlace, value: f32, max: f32) -> Result<(), CharacterMapError> {
    Err(CharacterMapError::Number {
        place,
        value: f64::from(value),
        min: 0.0,
        max: f64::from(max),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_file_is_the_default() {
        assert_eq!(parse_face(DEFAULT_FACE).unwrap(), FaceSettings::default());
    }

    #[test]
    fn nonsense_is_refused() {
        for (from, to) in [
            ("[35.0, 25.0]", "[350.0, 25.0]"),
            ("strength = 1.0", "strength = nan"),
            ("neck_share = 0.4", "neck_share = -1"),
            ("by = \"auto\"", "by = \"magic\""),
            ("[gain]", "[gain]\njawOpened = 1.0"),
            ("[gain]", "[gain]\njawOpen = 40.0"),
        ] {
            assert!(
                parse_face(&DEFAULT_FACE.replacen(from, to, 1)).is_err(),
                "{to}"
            );
        }
    }
}
