//! Clocks, gaps and prediction: where a thing was or will be at a time, and how sure that is.
//!
//! All of it is a function of what was observed and of the times given as arguments: no clock is read here, so that a
//! simulator can run hours in seconds and a failing seed replays exactly. Nothing allocates.
//!
//! What must stay true: frame numbers never go back within an epoch; a clock that stepped starts anew instead of bending
//! time; a pose is never invented: past the policy's last row it is absent.

mod clock_fit;
mod count_line;
mod frame_clock;
mod frame_gate;
mod frame_order;
mod learned_way;
mod limits;
mod motion_estimate;
mod motion_return;
mod motion_track;
mod playout;
mod pose_track;
mod prediction;
mod range_keeper;
mod sample_times;
mod slip_meter;
mod source_rate;

pub use clock_fit::{ClockFit, ClockNews};
pub use frame_clock::FrameClock;
pub use frame_gate::{FrameGate, GateCounts, Passage};
pub use frame_order::{Arrival, FrameOrder, OrderCounts, Ordered, ReorderWindow};
pub use limits::*;
pub use motion_track::MotionTrack;
pub use playout::Playout;
pub use pose_track::{GapPolicy, PoseTrack};
pub use slip_meter::{Slip, SlipMeter};
pub use source_rate::SourceRate;
