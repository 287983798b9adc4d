//! The geometry of an LED stage: walls, cameras, frusta, lenses; no GPU.
//!
//! A stage file (TOML) is parsed and checked once; what comes out is a [`Stage`], which cannot hold a wall without
//! pixels, an eye behind a screen or a camera that names no source. Walls are flat, folded, curved or meshes ([`Surface`]);
//! a mesh's file is brought by the caller. On the stage rest the frusta: off-axis for the outer view ([`OuterPlan`]),
//! the camera's own for the inner one ([`Frustum::inner`]). All geometry is `f64` and in [`cyc_model::Stage`] space; it
//! becomes `f32` at the GPU's border only.

mod camera;
mod canvas;
mod capture_source;
mod color;
mod control_plan;
mod coverage;
mod display;
mod environment;
mod error;
mod export_gltf;
mod file;
mod frustum;
mod imported_stage;
mod inner;
mod lens_table;
mod light_card;
mod limits;
mod locate;
mod marker_grid;
mod mesh_file;
mod mpcdi;
mod ndisplay;
mod outer;
mod plate;
mod shelves;
mod slots;
mod stage;
mod stage_keys;
mod stage_override;
mod surface;
mod surplus;
mod syntax;
mod test_pattern;
mod wall;

pub use camera::Camera;
pub use canvas::{CanvasBlock, CanvasMap, CanvasRect, QuarterTurn};
pub use capture_source::{
    CaptureSource, DropoutPlan, SourceAccess, SourceCalibration, SourcePolicy, SubjectName,
};
pub use color::{
    ColorWindow, CubeError, CubeFile, Curve, Lut3d, LutSpace, Primaries, ToneMap, Transfer,
    WallColor,
};
pub use control_plan::ControlPlan;
pub use coverage::{LensFolds, covering_tangents};
pub use display::{Display, DisplayTarget};
pub use environment::{Environment, SceneKind, SetModel, SkyPicture};
pub use error::{Problem, StageError};
pub use frustum::{Frustum, FrustumError, Screen, Tangents};
pub use imported_stage::{ImportedStage, LeftOut, LeftOutReason};
pub use inner::{ChromaKey, InnerFrustum, KeyMarkers, Overscan, OverscanFollower};
pub use lens_table::{LENS_POINTS_MAX, LensPoint, LensTable, LensTableProblem, LensView};
pub use light_card::{CardPlace, CardShape, LightCard};
pub use limits::*;
pub use marker_grid::MarkerGrid;
pub use mesh_file::{
    GltfFault, MESH_FILE_BYTES_MAX, MeshFileError, MeshReading, ObjFault, read_mesh,
};
pub use mpcdi::{MpcdiAmount, MpcdiError, MpcdiReading, import_mpcdi};
pub use ndisplay::{NDisplayError, import_ndisplay};
pub use outer::{EyeFollow, EyeFollower, OuterFacet, OuterPlan, OuterSight, WallPatch};
pub use plate::{Plate, PlateCard, PlatePlace};
pub use slots::{LabelPolicy, PerformerSlot, Prop, StageOutput, SubjectRef};
pub use stage::{Files, FrameRate, Genlock, PredictionPlan, Stage, Timing};
pub use stage_keys::{KeyGiven, KeyKind, STAGE_KEYS, StageKey};
pub use stage_override::{CameraOverride, OverrideError, StageOverride, WallOverride};
pub use surface::{Folded, MeshProblem, Panel, Surface, SurfaceHit, SurfaceMesh};
pub use test_pattern::{FlashPace, TestPattern};
pub use wall::{Cabinet, Wall, WallCorner, WallFrame, WallHit};
