//! What of a lens is looked for, and how sure the answer is.

/// What of the lens is looked for; the rest stays as it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum LensFreedom {
    /// Nothing: the lens is known.
    Fixed,
    /// Its focal length.
    Focal,
    /// Focal length, principal point, three radial and two tangential coefficients (undistorted to distorted).
    #[default]
    Full,
}

impl LensFreedom {
    /// How many figures that are.
    pub(crate) fn count(self) -> usize {
        match self {
            Self::Fixed => 0,
            Self::Focal => 1,
            Self::Full => 8,
        }
    }
}

/// Standard errors of an answer, from the residuals and the geometry of the views.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uncertainty {
    /// Of the entrance pupil's place on the body, its worst direction, millimetres.
    pub place_mm: f64,
    /// Of its direction, the worst axis, degrees.
    pub turn_deg: f64,
    /// Of the focal length, per cent.
    pub focal_percent: f64,
}
