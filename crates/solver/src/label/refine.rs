//! Makes a labelling better by what a solve says about it: exchanges that lower the residual are kept.
//!
//! A search by distances alone leaves what distances hardly tell: left and right, and neighbours on a foot or a wrist.
//! Here limbs are exchanged with their mirror images and neighbouring markers with each other, each time with a fit,
//! and whatever explains the cloud clearly better stays.

use super::assignment::Assigner;
use super::search::UNPLACED;
use super::subject::Subject;
use super::tried::{Tried, Try};
use cyc_model::Point;
use glam::DVec3;

/// Rounds of assigning to the fit and fitting the assignment.
const ROUNDS: usize = 3;
/// An exchange must lower the cost to this part.
const CLEARLY: f64 = 0.97;
/// Neighbours are exchanged within this distance, metres.
const NEIGHBOUR_M: f64 = 0.22;
/// Rounds of turns: after the first those of parts in which one has helped.
const TURN_ROUNDS: usize = 3;
/// Exchanges of neighbours that are tried at most; each costs a few iterations.
const TRIES_MAX: usize = 40;

impl Subject {
    /// What the trial's fit leaves unexplained with `tried_places`, in markers.
    pub(super) fn unexplained(&self, cloud: &[DVec3]) -> f64 {
        let limit2 = self.tolerance.explained_m.powi(2);
        let fitted = self.trial.fitted_markers().iter();
        self.tried_places
            .iter()
            .zip(fitted)
            .map(|(place, at)| {
                cloud
                    .get(usize::from(*place))
                    .map_or(1.0, |p| (p.distance_squared(at.metres()) / limit2).min(1.0))
            })
            .sum()
    }

    /// Fits `tried_places` from nothing and settles; returns what is not explained, in markers.
    pub(super) fn settle(
        &mut self,
        cloud: &[DVec3],
        free: &[bool],
        assigner: &mut Assigner,
    ) -> f64 {
        self.try_seen(cloud);
        self.trial.reset();
        self.trial.fit(&self.tried);
        self.settle_warm(cloud, free, assigner)
    }

    /// Assigns all markers to the trial's fit and fits again, some rounds.
    fn settle_warm(&mut self, cloud: &[DVec3], free: &[bool], assigner: &mut Assigner) -> f64 {
        for round in 0..ROUNDS {
            let widening = if round + 1 < ROUNDS { 2.0 } else { 1.0 };
            self.assign_to_trial(cloud, free, widening, assigner);
            self.try_seen(cloud);
            self.trial.fit(&self.tried);
        }
        self.unexplained(cloud)
    }

    pub(super) fn try_seen(&mut self, cloud: &[DVec3]) {
        for (seen, place) in self.tried.iter_mut().zip(&self.tried_places) {
            *seen = cloud
                .get(usize::from(*place))
                .map(|at| Point::saturating(*at));
        }
    }

    fn assign_to_trial(
        &mut self,
        cloud: &[DVec3],
        free: &[bool],
        widening: f64,
        assigner: &mut Assigner,
    ) {
        let gate2 = (widening * self.tolerance.explained_m).powi(2);
        assigner.begin(cloud.len());
        for marker in self.trial.fitted_markers() {
            assigner.add_row(gate2);
            let expected = marker.metres();
            for (p, at) in cloud.iter().enumerate() {
                let d2 = at.distance_squared(expected);
                if free[p] && d2 < gate2 {
                    assigner.offer(p, d2);
                }
            }
        }
        assigner.solve();
        for (m, place) in self.tried_places.iter_mut().enumerate() {
            *place = assigner.column_of(m).map_or(UNPLACED, |p| p as u16);
        }
    }

    /// Improves `tried_places`, which cost `cost`, by exchanges; returns the cost then. `best` is scratch.
    pub(super) fn refine(
        &mut self,
        cloud: &[DVec3],
        free: &[bool],
        assigner: &mut Assigner,
        done: &mut Tried,
        best: &mut [u16],
        mut cost: f64,
    ) -> f64 {
        let count = self.len();
        best[..count].copy_from_slice(&self.tried_places);
        self.spare.adopt(&self.trial);
        for e in 0..self.pattern.exchanges().len() {
            for &(a, b) in &self.pattern.exchanges()[e] {
                self.tried_places.swap(usize::from(a), usize::from(b));
            }
            let tried = self.settle(cloud, free, assigner);
            self.keep_or_undo(tried, &mut cost, &mut best[..count]);
        }
        cost = self.turn_parts(cloud, free, assigner, done, &mut best[..count], cost);
        let mut tries = 0;
        for a in 0..count {
            for b in 0..a {
                if tries < TRIES_MAX && self.is_worth_exchanging(a, b, cloud) {
                    tries += 1;
                    self.tried_places.swap(a, b);
                    self.try_seen(cloud);
                    self.trial.fit(&self.tried);
                    let tried = self.unexplained(cloud);
                    self.keep_or_undo(tried, &mut cost, &mut best[..count]);
                }
            }
        }
        self.trial.continue_from(&self.spare);
        let settled = self.settle_warm(cloud, free, assigner);
        self.keep_or_undo(settled, &mut cost, &mut best[..count]);
        cost
    }

    /// Puts the markers of each part in the order that explains most; returns the cost then. A turn that helps may be half of the one
    /// that is needed, so the turns of its part are tried again.
    fn turn_parts(
        &mut self,
        cloud: &[DVec3],
        free: &[bool],
        assigner: &mut Assigner,
        done: &mut Tried,
        best: &mut [u16],
        mut cost: f64,
    ) -> f64 {
        for _ in 0..TURN_ROUNDS {
            let before = cost;
            for turn in 0..self.pattern.turns().len() {
                if self.note_turn(turn, best, done) || !self.turn_part(turn, best, cloud) {
                    continue;
                }
                self.try_seen(cloud);
                self.trial.fit(&self.tried);
                let tried = self.settle_warm(cloud, free, assigner);
                self.keep_or_undo(tried, &mut cost, best);
            }
            if cost >= before {
                break;
            }
        }
        cost
    }

    /// Notes that a turn is tried of the bones that it touches as they are placed; whether it was before.
    fn note_turn(&self, turn: usize, places: &[u16], done: &mut Tried) -> bool {
        let of = &self.pattern.turns()[turn];
        let body = |m: usize| self.pattern.body(m);
        let is_touched = |m: &usize| of.iter().any(|t| body(usize::from(t.0)) == body(*m));
        let touched = (0..places.len()).filter(is_touched);
        done.note(Try::Turn(turn), touched.map(|m| places[m]))
    }

    /// Notes that all turns were tried of a body that was refined.
    pub(super) fn note_turns(&self, places: &[u16], done: &mut Tried) {
        for turn in 0..self.pattern.turns().len() {
            self.note_turn(turn, places, done);
        }
    }

    /// Puts a part's markers on it in another order; false, with nothing changed, when that moves nothing or what is seen is
    /// too far apart for it.
    pub(super) fn turn_part(&mut self, turn: usize, from: &[u16], cloud: &[DVec3]) -> bool {
        let Some(turn) = self.pattern.turns().get(turn) else {
            return false;
        };
        let place = |m: usize| {
            from[turn
                .iter()
                .find(|t| usize::from(t.0) == m)
                .map_or(m, |t| usize::from(t.1))]
        };
        if turn.iter().all(|t| from[usize::from(t.1)] == UNPLACED) {
            return false;
        }
        let is_possible = turn.iter().all(|&(a, _)| {
            let a = usize::from(a);
            let Some(at) = cloud.get(usize::from(place(a))) else {
                return true;
            };
            (0..from.len())
                .filter(|b| *b != a && self.pattern.body(*b) == self.pattern.body(a))
                .all(|b| {
                    cloud.get(usize::from(place(b))).is_none_or(|other| {
                        let (d2, pair) = (at.distance_squared(*other), self.pattern.pair(a, b));
                        pair.least2 <= d2 && d2 <= pair.most2
                    })
                })
        });
        if !is_possible {
            return false;
        }
        for &(to, of) in turn {
            self.tried_places[usize::from(to)] = from[usize::from(of)];
        }
        true
    }

    /// Keeps a labelling that was tried if it is clearly better.
    fn keep_or_undo(&mut self, tried: f64, cost: &mut f64, best: &mut [u16]) {
        if tried < CLEARLY * *cost {
            *cost = tried;
            best.copy_from_slice(&self.tried_places);
            self.spare.adopt(&self.trial);
        } else {
            self.tried_places.copy_from_slice(best);
            self.trial.continue_from(&self.spare);
        }
    }

    /// Whether two markers are neighbours that fit badly enough for an exchange to matter, and would not fit much worse
    /// in the other's place before the fit can follow.
    fn is_worth_exchanging(&self, a: usize, b: usize, cloud: &[DVec3]) -> bool {
        let (Some(pa), Some(pb)) = (
            cloud.get(usize::from(self.tried_places[a])),
            cloud.get(usize::from(self.tried_places[b])),
        ) else {
            return false;
        };
        if pa.distance(*pb) > NEIGHBOUR_M {
            return false;
        }
        let fitted = self.trial.fitted_markers();
        let (fa, fb) = (fitted[a].metres(), fitted[b].metres());
        let now = pa.distance_squared(fa) + pb.distance_squared(fb);
        let exchanged = pb.distance_squared(fa) + pa.distance_squared(fb);
        now > (0.3 * self.tolerance.explained_m).powi(2) && exchanged < 9.0 * now
    }
}
