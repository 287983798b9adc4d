//! The shapes' names: ARKit's, with `_L` and `_R` where ARKit writes `Left` and `Right` for the side.
//!
//! `mouthLeft`, `mouthRight`, `jawLeft` and `jawRight` are directions, not sides, and keep their names.

use cyc_model::FaceShape;

/// Shapes whose names end in a direction.
const DIRECTIONS: [FaceShape; 4] = [
    FaceShape::JawLeft,
    FaceShape::JawRight,
    FaceShape::MouthLeft,
    FaceShape::MouthRight,
];

/// A shape's name in two parts: ARKit's without the side, and the side.
fn parts(shape: FaceShape) -> (&'static str, &'static str) {
    let name = shape.arkit_name();
    if DIRECTIONS.contains(&shape) {
        return (name, "");
    }
    let sided = [("Left", "_L"), ("Right", "_R")];
    let cut = |(end, side)| Some((name.strip_suffix(end)?, side));
    sided.into_iter().find_map(cut).unwrap_or((name, ""))
}

/// A shape's name on the wire.
pub fn shape_name(shape: FaceShape) -> String {
    let (name, side) = parts(shape);
    format!("{name}{side}")
}

/// The shape of a name on the wire.
pub fn shape_of(name: &str) -> Option<FaceShape> {
    let is = |shape: &FaceShape| {
        let (start, side) = parts(*shape);
        name.strip_prefix(start) == Some(side)
    };
    FaceShape::ALL.into_iter().find(is)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_are_letters_and_directions_are_not() {
        for (shape, name) in [
            (FaceShape::MouthSmileRight, "mouthSmile_R"),
            (FaceShape::EyeLookDownLeft, "eyeLookDown_L"),
            (FaceShape::MouthLeft, "mouthLeft"),
            (FaceShape::JawRight, "jawRight"),
            (FaceShape::BrowInnerUp, "browInnerUp"),
        ] {
            assert_eq!(shape_name(shape), name);
        }
        for shape in FaceShape::ALL {
            assert_eq!(shape_of(&shape_name(shape)), Some(shape));
        }
        for unknown in ["", "mouthSmileRight", "mouth_L", "jawOpen_L", "hapihapi"] {
            assert_eq!(shape_of(unknown), None, "{unknown}");
        }
    }
}
