//! An encoder for each source, so that several sources can share an output.
//!
//! Encoders remember who is who; frames of two sources in turn would make them learn it anew each time.

use crate::limits::SOURCES_MAX;
use cyc_model::SourceId;

/// Encoders by source, made when a source is met.
pub(crate) struct PerSource<E> {
    make: Box<dyn Fn() -> E + Send>,
    encoders: Vec<(SourceId, E)>,
}

impl<E> PerSource<E> {
    pub(crate) fn new(make: impl Fn() -> E + Send + 'static) -> Self {
        Self {
            make: Box::new(make),
            encoders: Vec::new(),
        }
    }

    /// The encoder of a source; `None` when there are too many sources.
    pub(crate) fn of(&mut self, source: SourceId) -> Option<&mut E> {
        let known = self.encoders.iter().position(|e| e.0 == source);
        let at = known.unwrap_or(self.encoders.len());
        if known.is_none() && at < SOURCES_MAX {
            self.encoders.push((source, (self.make)()));
        }
        self.encoders.get_mut(at).map(|e| &mut e.1)
    }
}
