//! Puts a message's key and arguments into words.

use crate::document::Said;
use std::sync::Arc;

/// What is wrong and what to do, in both languages.
type Speak = dyn Fn(&str, &[(&'static str, String)]) -> (Said, Said) + Send + Sync;

/// Puts a message's key and arguments into words; this crate knows no texts.
#[derive(Clone)]
pub struct Voice(Arc<Speak>);

impl Voice {
    /// A voice that speaks with `speak`.
    pub fn new(
        speak: impl Fn(&str, &[(&'static str, String)]) -> (Said, Said) + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(speak))
    }

    /// What is wrong and what to do.
    pub fn say(&self, key: &str, args: &[(&'static str, String)]) -> (Said, Said) {
        (self.0)(key, args)
    }
}
