//! Two neighbours that have taken each other's points: a hand that is stopped by a ball goes where its wrist was going to be.
//!
//! A fit follows its labels, so when a hand turns to where its marker is said to be, the exchange of a marker of the hand with one of
//! the wrist shows in the wrist's alone, and no nearer point speaks against it. So the marker that is farthest from where it is
//! expected is tried in the place of each of its neighbours, and what a fit makes of both labellings decides.

use super::Labeller;
use super::cloud::MarkerOwner;
use super::repair::misfit_m2;
use super::search::UNPLACED;
use super::subject::Subject;
use glam::DVec3;

/// Neighbours are within this at rest, metres; farther apart an exchange is suspicious by itself.
const NEIGHBOUR_M: f64 = 0.15;
/// Nearer to where it is expected a marker is not tried elsewhere: in metres, and as a part of what is suspicious.
const OFF_MIN_M: f64 = 0.015;
const OFF_MIN_PART: f64 = 0.5;
/// An exchange is tried when it leaves at most this part of the squared distances, before the fit follows.
const TRIED_PART: f64 = 1.2;
/// It is believed when a fit with it leaves this part of the body's misfit.
const BELIEVED_PART: f64 = 0.75;
/// Neighbours that are tried in one frame.
const TRIES_MAX: usize = 2;

impl Labeller {
    /// Tries the worst marker of each subject, whose turn it is, in the places of its neighbours.
    pub(super) fn exchange_neighbours(&mut self, dt_s: f64) {
        let every_s = self.settings.search_every_s;
        let cloud = &self.cloud.points;
        for (s, subject) in self.subjects.iter_mut().enumerate() {
            subject.until_exchange_s -= dt_s;
            if !subject.is_found || subject.until_exchange_s > 0.0 {
                continue;
            }
            let Some(worst) = subject.worst_marker() else {
                continue;
            };
            let mut pairs = [None; TRIES_MAX];
            for (pair, other) in pairs.iter_mut().zip(subject.exchangeable(worst)) {
                *pair = Some(other);
            }
            if pairs[0].is_none() {
                continue;
            }
            subject.until_exchange_s = every_s;
            let mut places = std::mem::take(&mut subject.places);
            // Both labellings get the same chance: the frame's own fit holds on to where it was going.
            subject.try_places(cloud, &places);
            let given = pairs.map(|other| {
                other.map(|other| subject.misfit_of_two_m2(cloud, &places, [worst, other]))
            });
            let (mut least, mut best) = (BELIEVED_PART, None);
            for (other, given) in pairs.into_iter().zip(given) {
                let Some((other, given)) = other.zip(given) else {
                    continue;
                };
                places.swap(worst, other);
                subject.try_places(cloud, &places);
                let left = subject.misfit_of_two_m2(cloud, &places, [worst, other]) / given;
                if left < least {
                    (least, best) = (left, Some(other));
                    subject.spare.adopt(&subject.trial);
                }
                places.swap(worst, other);
            }
            subject.places = places;
            if let Some(other) = best {
                subject.places.swap(worst, other);
                subject.fitter.adopt(&subject.spare);
                subject.see(cloud);
                for m in [worst, other] {
                    subject.tracks[m].forget();
                    let place = subject.places[m];
                    if let Some(owner) = self.cloud.owners.get_mut(usize::from(place)) {
                        *owner = Some(MarkerOwner {
                            subject: s as u16,
                            marker: m as u16,
                        });
                    }
                }
                self.exchanges += 1;
            }
            subject.expect(false);
        }
    }
}

impl Subject {
    /// What the trial leaves of a body's misfit, m². Of two that may have each other's points nothing counts that they have taught of
    /// their places, where the rig is the performer's own: it was learnt under the names that are in question.
    fn misfit_of_two_m2(&mut self, cloud: &[DVec3], places: &[u16], two: [usize; 2]) -> f64 {
        self.expect(true);
        if self.tolerance.tells_turns {
            for m in two {
                self.tracks[m].expected = self.trial.fitted_markers()[m].metres();
            }
        }
        misfit_m2(self, cloud, places)
    }

    /// The seen marker that is farthest from where it is expected, if that is far.
    fn worst_marker(&self) -> Option<usize> {
        let off = (0..self.len()).filter_map(|m| Some((self.surprise_m(m)?, m)));
        let (off_m, worst) = off.max_by(|a, b| a.0.total_cmp(&b.0))?;
        let least_m = OFF_MIN_M.max(OFF_MIN_PART * self.suspicion_m(worst));
        (off_m > least_m).then_some(worst)
    }

    /// Neighbours with which a marker would not fit much worse exchanged.
    fn exchangeable(&self, marker: usize) -> impl Iterator<Item = usize> {
        let at = |m: usize| self.seen[m].filter(|_| self.places[m] != UNPLACED);
        let off2 = move |point: usize, m: usize| {
            let point = at(point)?;
            Some(point.metres().distance_squared(self.tracks[m].expected))
        };
        let is_tried = move |other: &usize| {
            let all = [
                (marker, *other),
                (*other, marker),
                (marker, marker),
                (*other, *other),
            ];
            let [Some(there), Some(here), Some(own), Some(others)] = all.map(|(p, m)| off2(p, m))
            else {
                return false;
            };
            there + here < TRIED_PART * (own + others)
        };
        let near =
            move |o: &usize| *o != marker && self.pattern.pair(marker, *o).rest < NEIGHBOUR_M;
        (0..self.len()).filter(near).filter(is_tried)
    }
}
