//! The walls' windows: one a display of the stage file, without a frame, over the whole of its monitor.
//!
//! The system's windows belong to the program's first thread, which only listens to them; whoever draws has a share of
//! each and asks for its size. Nothing is ever written on a wall but the show: what goes wrong is told elsewhere. A monitor
//! that is not there takes no display away: its window appears with a frame, so that somebody at a desk sees the wall.

mod error;
mod event_loop;
mod guard_screen;
mod monitor;
mod plan;
mod screen_pixels;
mod wall_handle;

pub use error::DisplayError;
pub use event_loop::{KeyPress, WindowEvents, open};
pub use guard_screen::{GuardPlace, GuardScreen};
pub use monitor::{Monitor, choose};
pub use plan::{OpenWindow, WindowPlan};
