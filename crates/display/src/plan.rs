//! What is to be opened, and what was.

use crate::Monitor;
use cyc_renderer::WallWindow;
use cyc_stage::CanvasRect;

/// A window to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowPlan {
    /// The display's name.
    pub name: String,
    /// The window's title, for lists of windows.
    pub title: String,
    /// The canvas pixels that it shows.
    pub canvas: CanvasRect,
    /// The monitor's name or number; `None` for the first.
    pub monitor: Option<String>,
    /// With a frame, of a size for a desk, wherever the system puts it.
    pub is_framed: bool,
}

/// An open window.
#[derive(Clone, Debug)]
pub struct OpenWindow {
    /// What is drawn, and where.
    pub window: WallWindow,
    /// The monitor that it fills; `None` when it has a frame.
    pub monitor: Option<Monitor>,
    /// The monitor that was wanted and is not there.
    pub missing: Option<String>,
    /// Whether the window is one of an X screen.
    pub is_on_x11: bool,
}
