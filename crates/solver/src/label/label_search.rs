//! Looks for subjects off the live path. A search from nothing tries hundreds of hypotheses and takes many frames' time;
//! a labeller that defers it goes on with everybody else meanwhile.

use super::prepared::LabelSubject;
use super::question::{LabelAnswer, LabelQuestion};
use super::{Labeller, MarkerOwner};

/// A point of somebody who is followed: not to be given away.
const TAKEN: MarkerOwner = MarkerOwner {
    subject: u16::MAX,
    marker: u16::MAX,
};

/// Answers the questions of one labeller. Made by [`Labeller::defer_searches`].
#[derive(Clone, Debug)]
pub struct LabelSearch {
    inner: Labeller,
}

impl LabelSearch {
    pub(super) fn new(inner: Labeller) -> Self {
        Self { inner }
    }

    /// Looks for the wanted subjects in the question's cloud. Takes milliseconds, tens of them for several subjects that
    /// are not there; allocates nothing.
    pub fn answer(&mut self, question: &LabelQuestion, answer: &mut LabelAnswer) {
        let inner = &mut self.inner;
        inner.cloud.points.clone_from(&question.points);
        let owners = question.free.iter().map(|free| (!free).then_some(TAKEN));
        inner.cloud.owners.clear();
        inner.cloud.owners.extend(owners);
        inner.findings.wanted.clone_from(&question.wanted);
        answer.number = question.number;
        answer.subjects.clear();
        answer.places.clear();
        answer.costs.clear();
        for (subject, places, cost) in inner.search_wanted() {
            answer.subjects.push(subject);
            answer.costs.push(cost);
            answer.places.extend_from_slice(places);
        }
    }

    /// Looks for another rig from now on, as [`Labeller::replace`] does.
    pub fn replace(&mut self, subject: usize, with: LabelSubject) -> LabelSubject {
        self.inner.replace(subject, with)
    }
}
