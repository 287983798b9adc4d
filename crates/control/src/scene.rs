//! The stage in space: what stands still, and what moves. For a view in three dimensions.
//!
//! Stage space: metres, right-handed, Y up. What moves is read some thirty times a second, so it is kept small.

use serde::{Deserialize, Serialize};

/// A wall as a net of triangles.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct WallShape {
    /// Its name.
    pub name: String,
    /// Corners in stage space, metres.
    pub corners_m: Vec<[f32; 3]>,
    /// Three corners each.
    pub triangles: Vec<[u32; 3]>,
    /// Its outline: lines between two corners.
    pub edges: Vec<[u32; 2]>,
}

/// What stands still.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct SceneShapes {
    /// The walls.
    pub walls: Vec<WallShape>,
    /// The outer eye, metres.
    pub outer_eye_m: [f32; 3],
    /// Names of the cameras, in the order of [`SceneFrame::cameras`].
    pub cameras: Vec<String>,
    /// Parent of each joint of each performer (`-1` for a root), in the order of [`SceneFrame::performers`].
    pub performer_parents: Vec<Vec<i32>>,
}

/// A film camera now.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct SceneCamera {
    /// Whether it is seen at all.
    pub is_present: bool,
    /// Its entrance pupil, metres.
    pub eye_m: [f32; 3],
    /// Corners of its picture at one metre's depth: top left, top right, bottom right, bottom left.
    pub picture_m: [[f32; 3]; 4],
}

/// What moves, at one moment.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct SceneFrame {
    /// Number of the stage frame.
    pub number: u64,
    /// Cameras, in the stage's order.
    pub cameras: Vec<SceneCamera>,
    /// Joints of each performer, metres; empty while she is absent.
    pub performers: Vec<Vec<[f32; 3]>>,
    /// Markers as they were heard last, of all sources, metres.
    pub markers_m: Vec<[f32; 3]>,
    /// Markers of performers that no camera sees, where the solver says that they are, metres.
    #[serde(default)]
    pub hidden_markers_m: Vec<[f32; 3]>,
}
