//! The one door through which a running stage is seen and steered.
//!
//! [`Command`]s go in, a [`StageDocument`] and a [`SceneFrame`] come out; the operator's panel, scripts, lighting desks and
//! web pages use the same door, so whatever one of them can do the others can. Nothing here is on a frame's way: the
//! server has a thread of its own, hands commands over in a bounded queue and serves copies. If it hangs, the show
//! does not notice.

mod client;
mod command;
mod document;
mod door;
mod flight;
pub mod limits;
mod order;
pub mod osc;
mod reply;
mod role;
mod scene;
pub mod server;
mod service_manager;
mod token;

pub use client::{Access, ClientError, ControlClient};
pub use command::{Command, CommandError, Pattern};
pub use document::{
    CameraDocument, Chain, DOCUMENT_FORMAT, DisplayDocument, FindingDocument, JumpDocument,
    LatencyDocument, LatencyFigures, Light, LightCardDocument, LogEntry, Mood, PerformerDocument,
    PlateDocument, QueueDocument, RenderDocument, Said, ShowDocument, SourceDocument,
    StageDocument, StageState, TakeDocument, TakeState, Unit, WallDocument,
};
pub use door::{Door, DoorError, KeptDoor};
pub use flight::{Change, changes};

pub use order::{NotTaken, Order, OrderDesk, Via};
pub use reply::Reply;
pub use role::Role;
pub use scene::{SceneCamera, SceneFrame, SceneShapes, WallShape};
pub use service_manager::ServiceManager;
pub use token::Tokens;
