//! Displays: which part of the canvas leaves the machine where.

use crate::CanvasRect;

/// Where a display's pixels go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DisplayTarget {
    /// A window without a frame that fills a monitor.
    Window {
        /// The monitor's name as the system tells it (`DP-1`), or its number from 0; `None` for the first one.
        monitor: Option<String>,
        /// Whether another process keeps the last picture on it while the program is started again.
        is_guarded: bool,
    },
    /// A picture that is shown nowhere: for tests, recordings and other programs.
    Offscreen,
}

/// A rectangle of the canvas with a name and a place to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Display {
    /// Name, unique among displays.
    pub name: String,
    /// Name of the machine that shows it; `None` for the only one.
    pub node: Option<String>,
    /// Where its pixels go.
    pub target: DisplayTarget,
    /// Its canvas pixels.
    pub canvas: CanvasRect,
}
