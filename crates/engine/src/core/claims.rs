//! Names with two owners: a source that sends a subject of a name which the stage file gives to another one.
//!
//! Whose a subject is stands in the stage file, so that nothing of what the second source sends of it is used. But somebody
//! should look at it: two capture systems with the same name in them are one wrong address away from the wrong performer.

use cyc_model::{Roster, SourceId};
use std::sync::atomic::{AtomicU32, Ordering};

/// A subject of the stage file with its owner.
#[derive(Clone, Debug)]
struct Owned {
    source: SourceId,
    subject: String,
    /// Who sees the face alone: a phone goes by its performer's name.
    face: Option<SourceId>,
    claimed_by: Option<SourceId>,
}

/// Every subject of the stage file: performers, then cameras, then props.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    owned: Vec<Owned>,
}

impl Claims {
    /// For subjects with their owners, and who sees their faces.
    pub fn new<'a>(subjects: impl Iterator<Item = (SourceId, &'a str, Option<SourceId>)>) -> Self {
        let owned = |(source, subject, face): (SourceId, &str, _)| Owned {
            face,
            source,
            subject: subject.to_owned(),
            claimed_by: None,
        };
        Self {
            owned: subjects.map(owned).collect(),
        }
    }

    /// A source tells anew whom it sees. Returns whether the claims have changed.
    pub fn take_roster(&mut self, source: SourceId, roster: &Roster) -> bool {
        let mut has_changed = false;
        let is_other = |o: &&mut Owned| o.source != source && o.face != Some(source);
        for owned in self.owned.iter_mut().filter(is_other) {
            let claims = roster.find(&owned.subject).is_some();
            let claimed_by = match (claims, owned.claimed_by) {
                (true, _) => Some(source),
                (false, Some(other)) if other == source => None,
                (false, other) => other,
            };
            has_changed |= claimed_by != owned.claimed_by;
            owned.claimed_by = claimed_by;
        }
        has_changed
    }

    /// Who else claims each subject, in the order in which they were given.
    pub fn all(&self) -> impl Iterator<Item = Option<SourceId>> {
        self.owned.iter().map(|o| o.claimed_by)
    }
}

/// The claims as another thread may read them.
#[derive(Debug)]
pub struct ClaimTable(Box<[AtomicU32]>);

/// Nobody claims it.
const NOBODY: u32 = u32::MAX;

impl ClaimTable {
    /// For so many subjects, claimed by nobody.
    pub fn new(subjects: usize) -> Self {
        Self((0..subjects).map(|_| AtomicU32::new(NOBODY)).collect())
    }

    /// Writes what is claimed now.
    pub fn post(&self, claims: &Claims) {
        for (place, by) in self.0.iter().zip(claims.all()) {
            let by = by.map_or(NOBODY, |source| u32::from(source.0));
            place.store(by, Ordering::Relaxed);
        }
    }

    /// Who claims a subject beside its owner.
    pub fn claimed_by(&self, subject: usize) -> Option<SourceId> {
        let by = self.0.get(subject)?.load(Ordering::Relaxed);
        (by != NOBODY).then_some(SourceId(by as u16))
    }
}
