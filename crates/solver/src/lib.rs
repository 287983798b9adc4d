//! From markers to a performer's skeleton, and from the skeleton to a digital human.

mod align;
mod fit;
mod limits;
mod rig_parts;
pub mod vsk;

pub use fit::{FitReport, FitSettings, Fitter, Loss};
