//! wgpu: skinning, shading, inner and outer views, wall composition, read-back and present.
//!
//! A [`Renderer`] is built for a stage and its characters, then given one [`cyc_model::StageFrame`] after the other.
//! Per frame it poses each human once, draws the sun's shadow of them, the inner view of each film camera, those parts
//! of the outer view in which a human moves, and composites the walls: for every canvas pixel it computes where that
//! pixel stands on the stage and looks it up in the view that covers it. Only cabinets whose picture changed are
//! composited again. What is still (sky, set pieces, their light) is drawn once.

mod error;
mod gpu;
mod settings;

mod renderer;

pub mod proof;

mod composite;
mod human;
mod inner;
mod kept_renderer;
mod light;
mod outer;
mod plate_textures;
mod present;
mod readback;
mod room;
mod scene;
mod signal;
mod sky;
mod timing;
mod view;
mod view_target;
mod world;

mod binding;
mod pipeline;
mod shader;
mod shader_folder;
mod texture;

pub use error::RenderError;
pub use gpu::{AdapterReport, Gpu};
pub use kept_renderer::{KeptRenderer, OpenGpu, Rebuilds};
pub use plate_textures::{PlateTexels, PlateUpload};
pub use present::{DisplayReport, Fit, PresentCounts, PresentWindow, WallWindow, WindowCopy};
pub use readback::{PictureOut, Pictures};
pub use renderer::{DirectView, Renderer, Wanted};
pub use scene::{Fiducial, fiducials};
pub use settings::RenderSettings;
pub use shader_folder::{ShaderFault, ShaderFolder};
pub use signal::signal_of;
pub use sky::SkyLight;
pub use timing::{FrameReport, GpuPass};
pub use world::Layers;
