//! The seam between the panel and the flights that stages have left on this machine: who looks for them and reads them does so
//! on a thread of its own. In tests the seam is a shelf with flights that were made up.

use cyc_control::StageDocument;
use std::sync::Arc;

/// A flight that can be opened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlightTitle {
    /// By what it is opened.
    pub name: String,
    /// How long ago it was written last, seconds.
    pub age_s: f64,
    /// Whether its stage runs.
    pub is_running: bool,
}

/// The flight that was opened.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum OpenFlight {
    /// None was.
    #[default]
    None,
    /// It is being read.
    Reading,
    /// Its documents, in their order.
    Read(Arc<Vec<StageDocument>>),
    /// It cannot be read: what the system said.
    Unreadable(String),
}

/// Flights. No call waits.
pub trait FlightShelf {
    /// Those that there are, the one that was written last first.
    fn titles(&mut self) -> Vec<FlightTitle>;
    /// Opens one, or closes what is open.
    fn open(&mut self, name: Option<&str>);
    /// What was opened, as far as it is.
    fn opened(&mut self) -> OpenFlight;
}
