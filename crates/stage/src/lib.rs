//! The geometry of an LED stage: walls, cameras, frusta, lenses; no GPU.
//!
//! A stage file (TOML) is parsed and checked once; what comes out is a [`Stage`], which cannot hold a wall without
//! pixels, an eye behind a screen or a camera that names no source. On it rest the frusta: off-axis for the outer view
//! ([`OuterFacet`]), the camera's own for the inner one ([`Frustum::inner`]). All geometry is `f64` and in
//! [`cyc_model::Stage`] space; it becomes `f32` at the GPU's border only.

mod camera;
mod coverage;
mod environment;
mod error;
mod file;
mod frustum;
mod limits;
mod locate;
mod outer;
mod slots;
mod stage;
mod surface;
mod wall;

pub use camera::{Camera, InnerFrustum};
pub use coverage::{LensFolds, covering_tangents};
pub use environment::{Environment, SceneKind};
pub use error::{Problem, StageError};
pub use frustum::{Frustum, FrustumError, Screen, Tangents};
pub use limits::*;
pub use outer::{OuterFacet, outer_facets};
pub use slots::{CaptureSource, LabelPolicy, PerformerSlot, Prop, StageOutput, SubjectRef};
pub use stage::{FrameRate, Stage, Timing};
pub use surface::{Surface, SurfaceHit};
pub use wall::{Cabinet, CanvasRect, Wall, WallHit};
