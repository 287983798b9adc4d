//! What the stage makes of one source: where its volume stands, and which of its subjects it knows.

use cyc_model::{Epoch, FrameNumber, Roster, Source, SourceId, Stage, Xf};
use std::sync::Arc;

/// A source as the stage file describes it.
#[derive(Clone, Copy, Debug)]
pub struct SourceSetup {
    /// Its number.
    pub id: SourceId,
    /// Where its volume stands on the stage.
    pub stage_from_source: Xf<Stage, Source>,
}

/// A source with the newest of it.
#[derive(Debug)]
pub struct SourceBinding {
    pub setup: SourceSetup,
    roster: Option<Arc<Roster>>,
    last: Option<(Epoch, FrameNumber)>,
}

impl SourceBinding {
    pub fn new(setup: SourceSetup) -> Self {
        Self {
            setup,
            roster: None,
            last: None,
        }
    }

    /// Whether the frame's roster is another one than that of the frame before; remembers it.
    pub fn roster_changed(&mut self, roster: &Arc<Roster>) -> bool {
        if self
            .roster
            .as_ref()
            .is_some_and(|known| Arc::ptr_eq(known, roster))
        {
            return false;
        }
        self.roster = Some(Arc::clone(roster));
        true
    }

    /// Whether the frame is newer than all before it in its epoch. An older epoch is refused, a newer one starts over.
    pub fn is_newer(&mut self, epoch: Epoch, number: FrameNumber) -> bool {
        let newer = self
            .last
            .is_none_or(|(e, n)| epoch > e || (epoch == e && number > n));
        if newer {
            self.last = Some((epoch, number));
        }
        newer
    }
}
