//! The operator's panel: sees and steers a running stage through its control interface and nothing else.
//!
//! It is a program of its own with a window and a GPU device of its own. [`PolledStage`]'s threads wait for the stage,
//! the window never does; [`PanelModel`] says what is shown, as plain data; the panes only draw it.

mod alarm_pane;
mod cameras_pane;
mod cards_pane;
mod desk;
mod figures;
mod flight_pane;
mod flights;
mod frame_times;
mod guard;
mod head_pane;
mod latency_pane;
mod legible;
mod lights_pane;
mod link;
mod log_pane;
mod model;
mod orbit;
mod performers_pane;
mod poller;
mod queues_pane;
mod show_pane;
mod sources_pane;
mod stage_pane;
mod table;
mod take_pane;
mod text_cell;
mod view;
mod walls_pane;
mod window;

pub use flights::{FlightShelf, FlightTitle, OpenFlight};
pub use frame_times::FrameTimes;
pub use link::{Given, Outcome, STALE_S, Seen, StageLink};
pub use model::{PanelModel, queue_key};
pub use poller::{Finder, PolledStage};
pub use view::PanelView;
pub use window::{PanelFrames, PanelWindow, prepare};
