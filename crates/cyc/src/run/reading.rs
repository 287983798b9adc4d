//! What is read from the running engine at one moment: everything that the stage's state depends on.

use super::delays::LegReading;
use super::queues::QueueFigures;
use super::reload::RefusedEdit;
use super::walls::DisplayReading;
use crate::demo::{CameraJump, PaceFigures};
use crate::guard::GuardReading;
use crate::plausibility::Doubt;
use crate::stage_plates::PlateReading;
use cyc_emit::Life;
use cyc_engine::core::Lead;
use cyc_engine::run::{CannotReceive, HeartReading, SourceState};
use cyc_model::{ClockReference, LabelOrigin, Nanos, Quality};
use cyc_stage::Genlock;
use cyc_take::RecorderState;

/// A source as it is read.
#[derive(Clone, Debug, Default)]
pub struct SourceReading {
    /// Its name.
    pub name: String,
    /// Where it is heard.
    pub url: String,
    /// Its state.
    pub state: SourceState,
    /// Why nothing can be received of it on this computer.
    pub cannot: Option<CannotReceive>,
    /// Whether a frame ever came.
    pub was_heard: bool,
    /// Frames a second lately.
    pub rate_hz: f64,
    /// Share of the frames that did not come lately.
    pub loss: f64,
    /// Frames since the start.
    pub frames: u64,
    /// Frame numbers that never came since the start.
    pub lost: u64,
    /// Whether its frames are taken.
    pub is_on: bool,
    /// How unevenly frames arrive, milliseconds.
    pub jitter_ms: f64,
    /// Age of the newest frame, milliseconds.
    pub age_ms: Option<f64>,
    /// What does not look right in what it sends, and with whom.
    pub doubt: Option<(String, Doubt)>,
    /// Whether its clock follows the reference that it is to follow.
    pub reference: ClockReference,
    /// Seconds since it began to count anew.
    pub restarted_s: Option<f64>,
}

/// A performer as she is read.
#[derive(Clone, Debug, Default)]
pub struct PerformerReading {
    /// Her name.
    pub name: String,
    /// Whether she is solved on a rig of her own.
    pub is_calibrated: bool,
    /// How sure her pose is.
    pub quality: Quality,
    /// Residual of her markers, millimetres.
    pub rms_mm: f64,
    /// Markers that are seen.
    pub seen: u16,
    /// All of them.
    pub all: u16,
    /// Names of those that are not seen, some of them.
    pub missing: Vec<String>,
    /// Who named them.
    pub labels: LabelOrigin,
    /// Seconds since two of them took each other's names.
    pub swapped_s: Option<f64>,
    /// Whether she is left alone, since solving her failed again and again.
    pub is_set_aside: bool,
}

/// A film camera as it is read.
#[derive(Clone, Debug, Default)]
pub struct CameraReading {
    /// Its name.
    pub name: String,
    /// How sure its place is.
    pub quality: Quality,
    /// Whether it was ever seen.
    pub was_seen: bool,
    /// Whether its source is to tell its lens, and tells none.
    pub misses_lens: bool,
    /// How far off its picture was on the wall lately, pixels, root mean square; `None` while that is not known.
    pub slip_px: Option<f64>,
    /// Its last jumps, as pictures showed them.
    pub jumps: Vec<CameraJump>,
}

/// The pictures as they are read.
#[derive(Clone, Copy, Debug, Default)]
pub struct PictureReading {
    /// Pictures since the start.
    pub drawn: u64,
    /// Pictures a second lately.
    pub rate_hz: f64,
    /// Seconds since the newest one, or since drawing began.
    pub age_s: f64,
    /// How long one has been wanted in vain, seconds, where that is longer than the last ones explain.
    pub stalled_s: Option<f64>,
    /// What their moments follow.
    pub genlock: Genlock,
    /// How they lie.
    pub pace: PaceFigures,
}

/// Everything that the state depends on.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Sources, in the stage's order.
    pub sources: Vec<SourceReading>,
    /// Performers, in the stage's order.
    pub performers: Vec<PerformerReading>,
    /// Film cameras, in the stage's order.
    pub cameras: Vec<CameraReading>,
    /// Subjects that another source claims too: the subject's name in the stage, and the source.
    pub claims: Vec<(String, String)>,
    /// Every thread's sign of life.
    pub hearts: Vec<HeartReading>,
    /// Threads that were late again and again lately.
    pub often_late: Vec<String>,
    /// Threads that failed by a fault of the program lately and began again, and how often since the start.
    pub restarted: Vec<(String, u64)>,
    /// Seconds since the thread that solves was last succeeded by another one.
    pub succeeded_s: Option<f64>,
    /// Each leg of a frame's way.
    pub delays: Vec<LegReading>,
    /// The queues between the threads.
    pub queues: Vec<QueueFigures>,
    /// What the slowest wall's display adds.
    pub display: Nanos,
    /// How far ahead the stage is shown, and by which method.
    pub lead: Lead,
    /// The walls' windows.
    pub displays: Vec<DisplayReading>,
    /// What keeps the walls' last picture.
    pub guard: GuardReading,
    /// Plates, in the stage's order.
    pub plates: Vec<PlateReading>,
    /// The pictures, when any are drawn.
    pub pictures: Option<PictureReading>,
    /// Whether the stage cannot go on: what draws its walls has ended.
    pub has_failed: bool,
    /// Outputs whose threads hang or are no more.
    pub ill_outputs: Vec<(String, Life)>,
    /// Frames that the recording had no room for lately.
    pub not_recorded: u64,
    /// Why the last take could not be written to its end.
    pub recording_failed: Option<String>,
    /// How the recording's disk is.
    pub disk: RecorderState,
    /// Minutes until the disk is full, while a take rolls.
    pub room_minutes: Option<f64>,
    /// By how much the computer's clock was set lately, seconds.
    pub clock_jumped_s: Option<f64>,
    /// Timecode of the newest frame.
    pub timecode: Option<String>,
    /// Why the newest edit of the stage file was not taken over.
    pub edit_refused: Option<RefusedEdit>,
    /// Whether an edit waits for the end of the take.
    pub edit_waits: bool,
}
