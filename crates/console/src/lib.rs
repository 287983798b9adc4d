//! Windows for people: the wall canvas, the film camera's view and live figures.
//!
//! The window has its own wgpu device and takes finished pictures out of a latest-value cell: dragging it, hiding it or
//! hanging it costs the wall nothing. It knows no texts: labels and values come in the reader's language from the
//! caller.

mod figures_pane;
mod live;
mod look;
mod picture_pane;
mod window;

pub use live::{LiveFigure, LivePictures, Mood, RgbaPicture};
pub use window::{ConsoleError, Window, WindowLabels};
