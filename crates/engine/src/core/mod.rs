//! `step(now, event) → effects`: everything that the stage decides, as a function.

mod calibration_memory;
mod face_track;
mod performer_slot;
mod source_binding;
mod step;
#[cfg(test)]
mod tests;
mod tracked_slot;

pub use calibration_memory::CalibrationMemory;
pub use face_track::FaceTrack;
pub use performer_slot::{PerformerJob, PerformerSetup};
pub use source_binding::SourceSetup;
pub use step::{Core, CoreSetup, Effects, Event};
pub use tracked_slot::TrackedSetup;
