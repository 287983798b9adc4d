//! Where the servers' frames come from.

use cyc_model::{MocapFrame, Roster};
use std::sync::Arc;

/// A virtual volume: who is in it, and what the cameras see.
pub trait FrameProducer: Send {
    /// Who is in the volume at the start. A frame may carry another roster later; clients are then told anew.
    fn roster(&self) -> Arc<Roster>;

    /// Frames a second.
    fn rate_hz(&self) -> f64;

    /// Makes the frame of a number, 1 for the first: resets `out` with its roster and fills poses, markers and
    /// timecode. Number, rate and, when it is `None`, the time it was taken are set by the caller. False ends the
    /// performance: `out` is not sent.
    fn produce(&mut self, number: u64, out: &mut MocapFrame) -> bool;
}
