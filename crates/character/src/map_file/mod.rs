//! The character map: what a person says of a character's bones, face and axes.
//!
//! `cyc character inspect FILE --map-out MAP` writes one with all that was found; a person corrects lines in it, and what it
//! then says comes before anything that is inferred. A bone set to `""` is one that the body has not; what the map leaves out
//! is found as without it. It is strict: an unknown word is an error with its line, not a wish that goes unheard.

mod error;
mod parse;
mod write;

pub use error::CharacterMapError;
pub(crate) use parse::{place_of, read_toml};

use crate::character::Character;
use cyc_model::{FaceShape, HumanBone, JointIdx, Skeleton};
use glam::{DMat3, DQuat, DVec3};

/// Where something stands in the text, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MapPlace {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

/// What a bone's line says.
#[derive(Clone, Debug, PartialEq)]
struct BoneLine {
    bone: HumanBone,
    /// `None`: the body has no such bone.
    joint: Option<String>,
    place: MapPlace,
}

/// What a face shape's line says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FaceLine {
    /// The shape.
    pub shape: FaceShape,
    /// Morph targets, or expressions as `expression:NAME`, with their weights at the shape's full weight.
    pub targets: Vec<(String, f32)>,
    /// Where it stands.
    pub place: MapPlace,
}

/// What a map says of a skeleton's bones.
#[derive(Default)]
pub(crate) struct SaidBones {
    /// Bones with their joints.
    pub said: Vec<(HumanBone, JointIdx)>,
    /// Bones that the body has not.
    pub closed: Vec<HumanBone>,
}

/// A person's corrections to a character.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CharacterMap {
    up: Option<DVec3>,
    facing: Option<DVec3>,
    scale: Option<f64>,
    bones: Vec<BoneLine>,
    face: Vec<FaceLine>,
}

impl CharacterMap {
    /// Reads a map.
    ///
    /// # Errors
    /// With line and column: not TOML, too long, unknown words, or values out of range.
    pub fn parse(text: &str) -> Result<Self, CharacterMapError> {
        parse::parse(text)
    }

    /// The map of a loaded character, with comments for the person who corrects it.
    pub fn write(character: &Character, file: &str) -> String {
        write::write(character, file)
    }

    /// By how much the file's lengths are multiplied.
    pub(crate) fn scale(&self) -> f64 {
        self.scale.unwrap_or(1.0)
    }

    /// Turns the file's axes to the model's, where the map tells them.
    pub(crate) fn upright_from_file(&self) -> Option<DQuat> {
        let (up, facing) = match (self.up, self.facing) {
            (None, None) => return None,
            (up, facing) => {
                let up = up.unwrap_or(DVec3::Y);
                let usual = if up.y == 0.0 { DVec3::Y } else { DVec3::Z };
                (up, facing.unwrap_or(usual))
            }
        };
        let file_from_model = DMat3::from_cols(up.cross(facing), up, facing);
        Some(DQuat::from_mat3(&file_from_model).conjugate())
    }

    /// The bones with their joints, and the bones that are not there.
    ///
    /// # Errors
    /// When the skeleton has no such joint.
    pub(crate) fn bones(&self, skeleton: &Skeleton) -> Result<SaidBones, CharacterMapError> {
        let mut bones = SaidBones::default();
        for line in &self.bones {
            let Some(name) = &line.joint else {
                bones.closed.push(line.bone);
                continue;
            };
            let joint = skeleton.find(name);
            let joint = joint.ok_or_else(|| CharacterMapError::UnknownJoint {
                place: line.place,
                bone: line.bone,
                joint: name.clone(),
                nearest: nearest(name, skeleton.joints().iter().map(|j| j.name.as_str())),
            })?;
            bones.said.push((line.bone, joint));
        }
        Ok(bones)
    }

    /// What is said of the face.
    pub(crate) fn face(&self) -> &[FaceLine] {
        &self.face
    }
}

/// The name that takes the fewest changes; empty without any.
pub(crate) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let wanted = name.to_lowercase();
    known
        .min_by_key(|k| changes(&wanted, &k.to_lowercase()))
        .unwrap_or_default()
        .to_owned()
}

/// Levenshtein's distance.
fn changes(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (slot, cb) in row.iter_mut().skip(1).zip(&b) {
            let above = *slot;
            let value = (diagonal + usize::from(ca != *cb))
                .min(above + 1)
                .min(left + 1);
            (diagonal, left) = (above, value);
            *slot = value;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered() {
        let known = ["Hips", "LeftUpLeg", "LeftLeg"];
        assert_eq!(nearest("leftupleg", known.into_iter()), "LeftUpLeg");
        assert_eq!(nearest("Hip", known.into_iter()), "Hips");
        assert_eq!(nearest("x", [].into_iter()), "");
        assert_eq!(changes("kitten", "sitting"), 3);
    }

    #[test]
    fn a_map_is_read_and_its_mistakes_have_lines() {
        let good = "[model]\nup = \"+z\"\nfacing = \"-y\"\nscale = 0.01\n[bones]\nhips = \"Hips\"\njaw = \"\"\n\
                    [face]\njawOpen = { A = 0.5, \"expression:aa\" = 1 }\n";
        let map = CharacterMap::parse(good).unwrap();
        assert_eq!(map.scale(), 0.01);
        let turn = map.upright_from_file().unwrap();
        assert!((turn * DVec3::Z).distance(DVec3::Y) < 1e-12);
        assert!((turn * DVec3::NEG_Y).distance(DVec3::Z) < 1e-12);
        for (bad, line, key) in [
            ("[bones]\nhipps = \"x\"\n", 2, "character-map-unknown-bone"),
            ("[bones]\n\nhips = 3\n", 3, "character-map-toml"),
            ("[model]\nfacing = \"north\"\n", 2, "character-map-axis"),
            (
                "[model]\nup = \"+y\"\nfacing = \"-y\"\n",
                3,
                "character-map-axis",
            ),
            ("[model]\nscale = -1\n", 2, "character-map-number"),
            ("[face]\njawOpened = {}\n", 2, "character-map-unknown-shape"),
            ("[face]\njawOpen = { A = nan }\n", 2, "character-map-number"),
            ("[faces]\n", 1, "character-map-toml"),
            (
                "[bones]\nhips = \"a\"\nspine = \"a\"\n",
                3,
                "character-map-shared-joint",
            ),
        ] {
            let error = CharacterMap::parse(bad).unwrap_err();
            assert_eq!(
                (error.key(), error.place().map(|p| p.line)),
                (key, Some(line)),
                "{bad}"
            );
        }
        let long = "#".repeat(1 << 21);
        assert_eq!(
            CharacterMap::parse(&long).unwrap_err().key(),
            "character-map-too-long"
        );
    }
}
