//! What a protocol brings to be sent: something that encodes what it is given and sends it.

use crate::counters::OutputCounters;
use crate::error::OutputError;
use crate::wall_colours::WallColours;
use cyc_model::MocapFrame;

/// What goes through a ring to an output.
pub(crate) trait Payload: Default + Send + 'static {
    /// Becomes a copy, without allocating once warm.
    fn copy_from(&mut self, other: &Self);
}

impl Payload for MocapFrame {
    fn copy_from(&mut self, other: &Self) {
        Self::copy_from(self, other);
    }
}

impl Payload for WallColours {
    fn copy_from(&mut self, other: &Self) {
        Self::copy_from(self, other);
    }
}

/// Writes one output, on the output's thread.
pub(crate) trait Writer<T>: Send {
    /// Encodes and sends. Never waits for a receiver.
    fn write(&mut self, value: &T, counters: &OutputCounters);

    /// Nothing new came for a while ([`KEEP_ALIVE`](crate::limits::KEEP_ALIVE)): says the last thing again, where the
    /// protocol demands it.
    fn keep_alive(&mut self, _counters: &OutputCounters) {}

    /// Says that nothing more comes, where the protocol can.
    fn end(&mut self, _counters: &OutputCounters) {}
}

/// Opens a writer anew, for the so many-th time.
pub(crate) type Opener<T> = Box<dyn Fn(u64) -> Result<Box<dyn Writer<T>>, OutputError> + Send>;

/// What an output is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feed {
    /// Subjects, cameras and timecode: frames.
    Frames,
    /// The colours of the walls.
    Colours,
}

/// A writer of either kind.
pub(crate) enum AnyWriter {
    /// Of frames.
    Frames(Box<dyn Writer<MocapFrame>>),
    /// Of colours.
    Colours(Box<dyn Writer<WallColours>>),
}
