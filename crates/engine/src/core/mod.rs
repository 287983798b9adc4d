//! `step(now, event) → effects`: everything that the stage decides, as a function.

mod calibration_memory;
mod claims;
mod continuity;
#[cfg(test)]
mod face_tests;
mod face_track;
mod hidden_markers;
#[cfg(test)]
mod label_tests;
mod last_state;
mod lead;
mod marker_names;
mod misnaming;
mod panic_record;
mod performer_face;
mod performer_guard;
mod performer_slot;
mod source_binding;
mod source_labels;
mod step;
mod team;
#[cfg(test)]
mod team_tests;
#[cfg(test)]
mod tests;
mod tracked_slot;

pub use calibration_memory::CalibrationMemory;
pub use claims::{ClaimTable, Claims};
pub use continuity::Continuity;
pub use face_track::FaceTrack;
pub use lead::Lead;
pub use performer_slot::{PerformerJob, PerformerSetup};
pub use source_binding::{SourceSetup, SourceTiming};
pub use source_labels::SourceLabels;
pub use step::{Core, CoreSetup, Effects, Event};
pub use tracked_slot::TrackedSetup;
