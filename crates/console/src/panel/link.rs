//! What the panel knows of a stage, and how it tells it something: the seam between the picture and the network.
//!
//! Nothing here waits. The panel asks for what is newest in every frame of its own and hands commands over; threads
//! behind this seam wait for the stage instead. In tests the seam is a recorder.

use cyc_control::{ClientError, Command, Reply, SceneFrame, SceneShapes, StageDocument};
use std::sync::Arc;

/// After so long without a new document the stage does not answer, seconds: it writes five to ten a second.
pub const STALE_S: f64 = 1.5;

/// The newest that is known of the stage.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// The stage as it was `age_s` ago.
    pub document: Option<Arc<StageDocument>>,
    /// Since when there has been no newer document, seconds; without a document, since the panel began.
    pub age_s: f64,
    /// What stands still.
    pub shapes: Option<Arc<SceneShapes>>,
    /// What moves.
    pub scene: Option<Arc<SceneFrame>>,
    /// Why nothing newer comes, as long as nothing does.
    pub trouble: Option<ClientError>,
}

impl Seen {
    /// Whether the stage does not answer: what is shown is not how it is.
    pub fn is_stale(&self) -> bool {
        self.document.is_none() || self.age_s > STALE_S
    }
}

/// What became of a command that the panel gave.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// On its way.
    Waiting,
    /// The stage answered.
    Answered(Reply),
    /// No answer: it may have been done or not.
    Lost(ClientError),
    /// Never sent: too many were on their way.
    Crowded,
}

/// A command that the panel gave, with what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// Counts up by one.
    pub number: u64,
    /// The command.
    pub command: Command,
    /// What became of it.
    pub outcome: Outcome,
}

/// The way to a stage. No call waits.
pub trait StageLink {
    /// The newest that is known.
    fn seen(&mut self) -> Seen;
    /// Hands a command over.
    fn give(&mut self, command: Command);
    /// The newest command that was given.
    fn last_given(&mut self) -> Option<Given>;
}
