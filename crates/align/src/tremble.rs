//! How well poses are known that a tracker gives: what it trembles by from view to view, and how well its source was lined up.

/// One deviation of a pose, each axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PoseNoise {
    /// Of its place, metres.
    pub place_m: f64,
    /// Of its turn, radians.
    pub turn_rad: f64,
}

impl PoseNoise {
    /// From millimetres and degrees.
    pub const fn new(place_mm: f64, turn_deg: f64) -> Self {
        Self {
            place_m: place_mm * 1e-3,
            turn_rad: turn_deg.to_radians(),
        }
    }
}

/// What the poses of views are known to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tremble {
    /// A body in one view. The views may say that it is more, never that it is less.
    pub body: PoseNoise,
    /// Where the source is on the stage, the same in all views; `None` where that is not to be questioned.
    pub source: Option<PoseNoise>,
}

impl Default for Tremble {
    /// A body that an optical system sees well, and a source that was lined up by some measured points.
    fn default() -> Self {
        Self {
            body: PoseNoise::new(0.1, 0.002),
            source: Some(PoseNoise::new(0.5, 0.02)),
        }
    }
}

/// How far one view's body, or the source, was from where the pictures have it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PoseOff {
    /// Millimetres.
    pub place_mm: f64,
    /// Degrees.
    pub turn_deg: f64,
}
