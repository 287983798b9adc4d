//! Searches from nothing that are somebody else's work: one question at a time is under way, and the points of its cloud
//! are followed until the answer is there.

use super::Labeller;
use super::cloud::{Cloud, MarkerOwner};
use super::label_search::LabelSearch;
use super::lost_markers::is_better;
use super::point_links::PointLinks;
use super::question::{LabelAnswer, LabelQuestion};
use super::search::UNPLACED;

/// An answer that has not come after so long is not waited for, seconds.
const WAITED_MAX_S: f64 = 3.0;
/// Fewer markers than this part have been followed to the present: the answer is of no use.
const KEPT_PART: f64 = 0.5;

#[derive(Clone, Debug)]
pub(super) struct Deferred {
    question: LabelQuestion,
    links: PointLinks,
    /// Whether a question is under way, and whether it was handed out.
    is_open: bool,
    is_handed_out: bool,
    waited_s: f64,
}

impl Deferred {
    fn new() -> Self {
        Self {
            question: LabelQuestion::with_room(),
            links: PointLinks::new(),
            is_open: false,
            is_handed_out: false,
            waited_s: 0.0,
        }
    }

    /// Asks for subjects among the points of a cloud whose owner leaves them free, unless a question is still under way.
    pub(super) fn ask(
        &mut self,
        cloud: &Cloud,
        wanted: &[usize],
        is_free: impl Fn(&Option<MarkerOwner>) -> bool,
    ) {
        if self.is_open {
            return;
        }
        let question = &mut self.question;
        question.number += 1;
        question.points.clone_from(&cloud.points);
        question.free.clear();
        question.free.extend(cloud.owners.iter().map(is_free));
        question.wanted.clear();
        question.wanted.extend_from_slice(wanted);
        self.links.begin(&cloud.points);
        (self.is_open, self.is_handed_out, self.waited_s) = (true, false, 0.0);
    }

    /// What was asked is not wanted any more.
    pub(super) fn withdraw(&mut self) {
        self.is_open = false;
    }
}

impl Labeller {
    /// From now on no search from nothing is made here: [`Self::question`] has to be asked after every frame, and what
    /// the returned search answers given to [`Self::answer`].
    pub fn defer_searches(&mut self) -> LabelSearch {
        let mut search = self.clone();
        search.deferred = None;
        self.deferred = Some(Box::new(Deferred::new()));
        LabelSearch::new(search)
    }

    /// A question that is to be answered, once.
    pub fn question(&mut self) -> Option<&LabelQuestion> {
        let deferred = self.deferred.as_deref_mut()?;
        if !deferred.is_open || deferred.is_handed_out {
            return None;
        }
        deferred.is_handed_out = true;
        Some(&deferred.question)
    }

    /// Starts following the subjects of an answer, where they have come to by now. An answer to another question than
    /// the last is not used. Returns how many are followed. Allocates nothing.
    pub fn answer(&mut self, answer: &LabelAnswer) -> usize {
        let Some(mut deferred) = self.deferred.take() else {
            return 0;
        };
        let mut followed = 0;
        if deferred.is_open && deferred.question.number == answer.number {
            deferred.is_open = false;
            let mut rest = answer.places.as_slice();
            for (&s, &cost) in answer.subjects.iter().zip(&answer.costs) {
                let count = self.subjects.get(s).map_or(0, super::Subject::len);
                let Some((places, after)) = rest.split_at_checked(count) else {
                    break;
                };
                rest = after;
                followed += usize::from(self.follow(s, places, cost, &deferred.links));
            }
            for &s in &deferred.question.wanted {
                if !self.subjects[s].is_found {
                    self.wait_for_next_search(s);
                }
            }
        }
        self.deferred = Some(deferred);
        self.first_labellings += followed as u64;
        followed
    }

    /// Follows a subject from the places in the question's cloud, carried to the present one.
    fn follow(&mut self, s: usize, places: &[u16], cost: f64, links: &PointLinks) -> bool {
        let subject = &mut self.subjects[s];
        let owners = &mut self.cloud.owners;
        let is_open = |o: &Option<MarkerOwner>| o.is_none_or(|o| usize::from(o.subject) == s);
        let now = |place: &u16, owners: &[Option<MarkerOwner>]| {
            let link = links.now(*place)?;
            let owner = owners.get(usize::from(link.place));
            owner.is_some_and(is_open).then_some(*link)
        };
        let asked = places.iter().filter(|p| **p != UNPLACED).count();
        let kept = places.iter().filter_map(|p| now(p, owners)).count();
        if (kept as f64) < KEPT_PART * asked as f64 {
            return false;
        }
        if subject.is_found {
            subject.tried_places.copy_from_slice(&subject.places);
            subject.trial.continue_from(&subject.fitter);
            if !is_better(cost, subject.unexplained(&self.cloud.points)) {
                return false;
            }
            owners
                .iter_mut()
                .filter(|o| is_open(o))
                .for_each(|o| *o = None);
        }
        subject.fitter.reset();
        subject.found();
        for (m, place) in places.iter().enumerate() {
            match now(place, owners) {
                Some(link) => {
                    owners[usize::from(link.place)] = Some(MarkerOwner {
                        subject: s as u16,
                        marker: m as u16,
                    });
                    subject.places[m] = link.place;
                    let at = self.cloud.points[usize::from(link.place)];
                    subject.tracks[m].begin(at, link.step);
                }
                None => {
                    subject.places[m] = UNPLACED;
                    subject.tracks[m].begin_hidden();
                }
            }
        }
        // What was followed to a ghost or to a neighbour does not fit the body.
        subject.see(&self.cloud.points);
        subject.fitter.fit(&subject.seen);
        subject.expect(false);
        for m in 0..subject.len() {
            let surprise = subject.surprise_m(m).unwrap_or(0.0);
            if surprise > subject.tolerance.explained_m {
                owners[usize::from(subject.places[m])] = None;
                subject.places[m] = UNPLACED;
                subject.tracks[m].begin_hidden();
            }
        }
        true
    }

    /// Follows the points of the question that is under way into the present cloud.
    pub(super) fn follow_question(&mut self, dt_s: f64) {
        if let Some(deferred) = self.deferred.as_deref_mut()
            && deferred.is_open
        {
            deferred.links.advance(&self.cloud.points, dt_s);
            deferred.waited_s += dt_s;
            if deferred.waited_s > WAITED_MAX_S {
                deferred.withdraw();
            }
        }
    }
}
