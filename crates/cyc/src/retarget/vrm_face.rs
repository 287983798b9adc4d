//! Faces of files as the 52 shapes: morph targets by their names, and VRM's expressions by what they mean.
//!
//! VRM's presets are whole expressions, not muscles; each is read as the shapes that move the same part of the face, at
//! full weight for a full expression. An author's own expressions with ARKit's names (PerfectSync) are taken as they are.

use cyc_character::AnimatedModel;
use cyc_model::FaceShape::{self, *};
use cyc_model::FaceWeights;

/// What a preset moves.
const PRESETS: &[(&str, &[(FaceShape, f32)])] = &[
    ("blink", &[(EyeBlinkLeft, 1.0), (EyeBlinkRight, 1.0)]),
    ("blinkLeft", &[(EyeBlinkLeft, 1.0)]),
    ("blinkRight", &[(EyeBlinkRight, 1.0)]),
    ("lookUp", &[(EyeLookUpLeft, 1.0), (EyeLookUpRight, 1.0)]),
    (
        "lookDown",
        &[(EyeLookDownLeft, 1.0), (EyeLookDownRight, 1.0)],
    ),
    ("lookLeft", &[(EyeLookOutLeft, 1.0), (EyeLookInRight, 1.0)]),
    ("lookRight", &[(EyeLookInLeft, 1.0), (EyeLookOutRight, 1.0)]),
    ("aa", &[(JawOpen, 0.7)]),
    (
        "ih",
        &[
            (JawOpen, 0.2),
            (MouthStretchLeft, 0.6),
            (MouthStretchRight, 0.6),
        ],
    ),
    ("ou", &[(JawOpen, 0.2), (MouthPucker, 1.0)]),
    (
        "ee",
        &[
            (JawOpen, 0.25),
            (MouthSmileLeft, 0.4),
            (MouthSmileRight, 0.4),
        ],
    ),
    ("oh", &[(JawOpen, 0.5), (MouthFunnel, 0.8)]),
    (
        "happy",
        &[
            (MouthSmileLeft, 1.0),
            (MouthSmileRight, 1.0),
            (CheekSquintLeft, 0.6),
            (CheekSquintRight, 0.6),
        ],
    ),
    (
        "angry",
        &[
            (BrowDownLeft, 1.0),
            (BrowDownRight, 1.0),
            (MouthFrownLeft, 0.4),
            (MouthFrownRight, 0.4),
        ],
    ),
    (
        "sad",
        &[
            (BrowInnerUp, 1.0),
            (MouthFrownLeft, 0.8),
            (MouthFrownRight, 0.8),
        ],
    ),
    ("relaxed", &[(MouthSmileLeft, 0.4), (MouthSmileRight, 0.4)]),
    (
        "surprised",
        &[
            (BrowInnerUp, 1.0),
            (BrowOuterUpLeft, 1.0),
            (BrowOuterUpRight, 1.0),
            (EyeWideLeft, 0.8),
            (EyeWideRight, 0.8),
            (JawOpen, 0.4),
        ],
    ),
];

/// What each expression of a model adds to the face.
pub struct Expressions {
    shapes: Vec<Vec<(FaceShape, f32)>>,
}

impl Expressions {
    /// Of a VRM animation.
    pub fn new(model: &AnimatedModel) -> Self {
        let of = |track: &cyc_character::ExpressionTrack| {
            if track.preset {
                let known = PRESETS.iter().find(|(name, _)| *name == track.name);
                return known.map_or_else(Vec::new, |(_, shapes)| shapes.to_vec());
            }
            shape_of(&track.name).map_or_else(Vec::new, |s| vec![(s, 1.0)])
        };
        Self {
            shapes: model.expressions.iter().map(of).collect(),
        }
    }

    /// Whether any means something.
    pub fn any(&self) -> bool {
        self.shapes.iter().any(|s| !s.is_empty())
    }

    /// Adds the expressions' weights to a face.
    pub fn add_to(&self, weights: &[f64], face: &mut FaceWeights) {
        for (shapes, weight) in self.shapes.iter().zip(weights) {
            for (shape, share) in shapes {
                face.set(*shape, face.get(*shape) + share * *weight as f32);
            }
        }
    }
}

/// The face of morph targets that are called as ARKit calls them.
pub fn face_of_names(names: &[String], weights: &[f64]) -> FaceWeights {
    let mut face = FaceWeights::default();
    for (name, weight) in names.iter().zip(weights) {
        if let Some(shape) = shape_of(name) {
            face.set(shape, face.get(shape) + *weight as f32);
        }
    }
    face
}

/// A shape by ARKit's name with its first letter in either case.
fn shape_of(name: &str) -> Option<FaceShape> {
    let mut letters = name.chars();
    let first = letters.next()?.to_ascii_lowercase();
    FaceShape::from_arkit_name(&format!("{first}{}", letters.as_str()))
}
