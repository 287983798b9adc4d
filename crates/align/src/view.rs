//! A picture of known points of the wall, taken from a tracked place.

use cyc_model::{CameraBody, Point, Stage, Xf};
use glam::DVec2;

/// A point of the wall in a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sight {
    /// Where it is on the stage, metres.
    pub stage: Point<Stage>,
    /// Where it is in the picture, pixels from the upper left corner; the middle of the first pixel is (0.5, 0.5).
    pub image_px: DVec2,
}

/// A picture of known points.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Where the tracked body was, by the source that was lined up before.
    pub stage_from_body: Xf<Stage, CameraBody>,
    /// The points that are seen.
    pub sights: Vec<Sight>,
}
