//! How a skin's vertices follow several joints at once.

/// How what several joints do to a vertex is mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum SkinBlend {
    /// glTF's formula: the mean of the places. Elbows and twisted forearms get thin.
    #[default]
    Linear,
    /// The mean of the motions, as dual quaternions: limbs keep their girth, bends bulge a little.
    DualQuaternion,
}
