//! From one configuration of the stage to the next, between two frames.
//!
//! Another core is built at leisure, off the live path, and then goes on where the one before stood: who is the same
//! keeps her past, whoever is new begins. Nothing is allocated and nothing freed in that moment: states are swapped, and
//! what is no longer used stays in the core before, to be dropped elsewhere.
//!
//! What must stay true: a stage frame is of one configuration alone, and says which ([`StageFrame::config`]).
//!
//! [`StageFrame::config`]: cyc_model::StageFrame::config

use super::step::Core;
use super::tracked_slot::TrackedSlot;
use cyc_model::SourceId;
use std::sync::Arc;

/// What of the core before goes on in the one after.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Continuity {
    /// The number of the configuration that begins.
    pub config: u32,
    /// For each source after: its place before, or `None` for a new one.
    pub sources: Vec<Option<usize>>,
    /// For each performer after: hers before, or `None` for a new one. Only one whose source stands where it stood, and whose
    /// subject, labels and label policy are the same, may go on.
    pub performers: Vec<Option<usize>>,
    /// Whether the labellers go on: their sources keep their numbers, and know the same performers in the same order.
    pub keeps_labels: bool,
}

impl Core {
    /// Goes on where `before` stood.
    pub fn continue_from(&mut self, before: &mut Self, what: &Continuity) {
        self.config = what.config;
        self.published = before.published;
        self.rate_hz = before.rate_hz;
        self.timecode = before.timecode;
        self.stamps = before.stamps;
        std::mem::swap(&mut self.lead, &mut before.lead);
        // A body whose source stands elsewhere now has its past in the wrong place: it begins anew.
        let is_moved = |new: usize, old: usize| {
            let placed = |core: &Self, at: usize| {
                let source = core.sources.get(at);
                source.map(|s| s.setup.stage_from_source)
            };
            placed(self, new) != placed(before, old)
        };
        let mut known: [Option<usize>; SOURCES_MAX] = [None; SOURCES_MAX];
        for (new, old) in what.sources.iter().enumerate().take(SOURCES_MAX) {
            known[new] = old.filter(|old| !is_moved(new, *old));
        }
        let pairs = [
            (&mut self.cameras, &mut before.cameras),
            (&mut self.props, &mut before.props),
        ];
        for (after, before) in pairs {
            continue_bodies(after, before, &known);
        }
        for (new, old) in what.sources.iter().enumerate() {
            let old = old.and_then(|old| before.sources.get_mut(old));
            if let (Some(source), Some(old)) = (self.sources.get_mut(new), old) {
                source.continue_from(old);
            }
        }
        for (new, old) in what.performers.iter().enumerate() {
            let old = old.and_then(|old| before.performers.get_mut(old));
            if let (Some(performer), Some(old)) = (self.performers.get_mut(new), old) {
                performer.continue_from(old);
            }
        }
        for labels in self.labels.iter_mut().filter(|_| what.keeps_labels) {
            let mut old = before.labels.iter_mut();
            if let Some(old) = old.find(|old| old.source == labels.source) {
                labels.continue_from(old);
            }
        }
        self.bind_all();
    }

    /// The number of the configuration.
    pub fn config(&self) -> u32 {
        self.config
    }

    /// How many sources it has.
    pub fn source_count(&self) -> usize {
        self.sources.len()
    }

    /// Finds everybody in what their sources said last.
    fn bind_all(&mut self) {
        for at in 0..self.sources.len() {
            let Some(source) = self.sources.get(at) else {
                continue;
            };
            let id = source.setup.id;
            if let Some(roster) = source.roster().map(Arc::clone) {
                self.bind(id, &roster);
                self.claims.take_roster(id, &roster);
            }
        }
    }
}

/// Most sources of a stage; the stage file takes no more.
const SOURCES_MAX: usize = cyc_stage::SOURCES_MAX;

/// Bodies whose source is known and stands where it stood keep their past.
fn continue_bodies(
    after: &mut [TrackedSlot],
    before: &mut [TrackedSlot],
    known: &[Option<usize>; SOURCES_MAX],
) {
    for body in after {
        let Some(Some(source)) = known.get(body.source.idx()).copied() else {
            continue;
        };
        let id = SourceId(source as u16);
        let mut before = before.iter_mut();
        if let Some(old) = before.find(|old| old.source == id && body.is_same_body(old)) {
            body.continue_from(old);
        }
    }
}
