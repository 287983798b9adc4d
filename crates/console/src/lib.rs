//! Windows for people: the wall canvas, the film camera's view and live figures; and the operator's panel.
//!
//! The window has its own wgpu device and takes finished pictures out of a latest-value cell: dragging it, hiding it or
//! hanging it costs the wall nothing. It knows no texts: labels and values come in the reader's language from the
//! caller.

mod figures_pane;
mod keys_pane;
mod live;
mod look;
mod panel;
mod picture_pane;
mod stage_keys;
mod window;
mod wording;

pub use keys_pane::WindowKeys;
pub use live::{LiveFigure, LivePictures, Mood, RgbaPicture};
pub use panel::{
    Finder, FlightShelf, FlightTitle, FrameTimes, Given, OpenFlight, Outcome, PanelFrames,
    PanelModel, PanelView, PanelWindow, PolledStage, STALE_S, Seen, StageLink, prepare, queue_key,
};
pub use stage_keys::{KeyAnswer, KeyContext, StageKey};
pub use window::{ConsoleError, Window, WindowLabels};
pub use wording::{Language, Wording};
