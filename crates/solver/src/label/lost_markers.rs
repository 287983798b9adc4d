//! Lost markers of a body that is followed: a limb that comes back is found by its pattern, hung onto what is seen of
//! the body, and believed when a fit with it explains it.
//!
//! Labels that were given by a search are in doubt for a while. As long as markers stay lost while points stay without
//! owner, the labels in doubt are searched together with the lost ones, and a better explanation replaces them.

use super::Labeller;
use super::cloud::{Cloud, MarkerOwner};
use super::pattern::Pattern;
use super::search::{SearchSpace, UNPLACED};
use super::subject::Subject;
use glam::DVec3;

/// A point must have been there for so many frames, so that ghosts of a frame are no limbs.
const AGE_MIN: u16 = 1;
/// A marker is searched for when it has been away for so long, seconds; before, continuation finds it.
const AWAY_MIN_S: f64 = 0.02;
/// A limb is at most so far from where it was last expected, metres.
const REACH_MAX_M: f64 = 2.0;
/// So near to where they are expected even single markers may come back by themselves, if what is around them is seen, metres.
const REACH_ALONE_M: f64 = 0.06;
/// Fewest markers that say where a limb is that was away for longer.
const TOGETHER_MIN: usize = 3;
/// A point that has been there for so many frames is no ghost, and a marker that was away may be so much farther off.
const STEADY_FRAMES: u16 = 4;
/// See [`STEADY_FRAMES`]: how fast a marker that comes back by itself may have come away from where it is expected, m/s ...
const ALONE_SPEED_M_S: f64 = 0.5;
/// ... and how far at most, metres.
const REACH_STEADY_M: f64 = 0.12;
/// Searches that find nothing come at last this rarely while nothing new is seen, seconds.
const LOST_PATIENCE_MAX_S: f64 = 0.16;
/// Of what is suspicious, a marker that comes back may be off by so much: the longer its point has been there, the more ...
const SLACK: (f64, f64) = (1.2, 1.6);
/// ... by this a frame.
const SLACK_A_FRAME: f64 = 0.3;
const WIDTH: usize = 80;
/// Hypotheses that are fitted.
const FITTED_MAX: usize = 4;
/// Labels are in doubt for so long after a search gave them, seconds.
const DOUBT_S: f64 = 1.0;
/// How many times as rare as other searches those of labels in doubt are, and those of all markers, which grow rarer still where limbs
/// are looked for again, while they find nothing better: that takes ten times as long.
const DOUBTED_TIMES: f64 = 3.0;
const ALL_TIMES: f64 = 8.0;
/// A point so near to where a lost marker is expected, as a part of what a pose explains, may be its own whoever has it.
const TAKEN_PART: f64 = 1.0;
/// New labels in place of old ones must leave at most this part of the misfit.
const BETTER: f64 = 0.75;

impl Labeller {
    /// Searches for the lost markers of every subject whose turn it is.
    pub(super) fn find_lost_markers(&mut self, dt_s: f64) {
        let every_s = self.settings.search_every_s;
        for s in 0..self.subjects.len() {
            let subject = &mut self.subjects[s];
            if !subject.is_found {
                continue;
            }
            subject.until_search_s -= dt_s;
            subject.until_doubt_s -= dt_s;
            let points = self.list_lost(s);
            let lost = self.order.len();
            let subject = &mut self.subjects[s];
            // A limb that comes back is looked for at once, what is there anyway ever more rarely.
            let is_news = points > subject.searched.0 || lost > subject.searched.1;
            subject.searched.0 = points.min(subject.searched.0);
            subject.searched.1 = lost.min(subject.searched.1);
            if points == 0 || (subject.until_search_s > 0.0 && !is_news) {
                continue;
            }
            if is_news {
                subject.lost_patience_s = every_s;
            }
            subject.until_search_s = subject.lost_patience_s;
            subject.lost_patience_s = (2.0 * subject.lost_patience_s).min(LOST_PATIENCE_MAX_S);
            if self.search_lost(s, false) {
                self.subjects[s].lost_patience_s = every_s;
                continue;
            }
            self.subjects[s].searched = (points, lost);
            if self.subjects[s].until_doubt_s <= 0.0 && self.list_doubtful(s) {
                // These are dearer, so rarer.
                let subject = &mut self.subjects[s];
                let is_most = 2 * self.order.len() > subject.len();
                let times = if is_most {
                    ALL_TIMES * subject.doubt_times
                } else {
                    DOUBTED_TIMES
                };
                subject.until_doubt_s = times * every_s;
                if is_most {
                    if self.finds_limbs_again && !subject.pattern.limbs().is_empty() {
                        subject.doubt_times *= 2.0;
                    }
                    self.search_anew(s);
                } else {
                    self.search_lost(s, true);
                }
            }
        }
    }

    /// Lists the lost markers that some point nobody owns is in reach of; returns how many such points there are.
    fn list_lost(&mut self, s: usize) -> usize {
        self.order.clear();
        self.free.clear();
        let ages = self.cloud.owners.iter().zip(&self.cloud.ages);
        self.free
            .extend(ages.map(|(owner, age)| owner.is_none() && *age >= AGE_MIN));
        if !self.free.contains(&true) {
            return 0;
        }
        let subject = &mut self.subjects[s];
        subject.tried_places.copy_from_slice(&subject.places);
        let near = subject.tolerance.explained_m;
        self.reach.clear();
        for (m, track) in subject.tracks.iter().enumerate() {
            let far = near + self.settings.limb_speed_m_s * track.hidden_s;
            let reach = (track.expected, far.min(REACH_MAX_M));
            self.reach.push(reach);
            let is_lost = subject.places[m] == UNPLACED && track.hidden_s >= AWAY_MIN_S;
            if is_lost
                && self
                    .cloud
                    .points
                    .iter()
                    .zip(&self.free)
                    .any(|p| in_reach(p, reach))
            {
                self.order.push(m as u16);
            }
        }
        let points = self.cloud.points.iter().zip(&self.free);
        let (order, reach) = (&self.order, &self.reach);
        points
            .filter(|p| order.iter().any(|m| in_reach(*p, reach[usize::from(*m)])))
            .count()
    }

    /// Adds the labels in doubt to the lost ones and frees their points; true when there are any.
    fn list_doubtful(&mut self, s: usize) -> bool {
        let before = self.order.len();
        let subject = &mut self.subjects[s];
        for m in 0..subject.len() {
            let place = subject.places[m];
            let is_doubted = || {
                subject.tracks[m].trusted_s < DOUBT_S
                    || subject.is_on_lost_ones_place(m, &self.order[..before], &self.cloud.points)
            };
            if place != UNPLACED && is_doubted() {
                self.order.push(m as u16);
                subject.tried_places[m] = UNPLACED;
                self.reach[m].1 = REACH_MAX_M;
                if let Some(free) = self.free.get_mut(usize::from(place)) {
                    *free = true;
                }
            }
        }
        self.order.len() > before
    }

    /// Searches the listed markers, with those in `tried_places` as anchors; true when something was found.
    fn search_lost(&mut self, s: usize, is_replacing: bool) -> bool {
        let subject = &mut self.subjects[s];
        sort_by_knowledge(&mut self.order, &subject.pattern, &subject.tried_places);
        let tolerance = subject.tolerance;
        let space = SearchSpace {
            cloud: &self.cloud.points,
            free: &self.free,
            reach: &self.reach,
            width: WIDTH,
        };
        let anchors = &subject.tried_places;
        self.search
            .run(&subject.pattern, &tolerance, &space, anchors, &self.order);
        let present = subject.misfit_of(&self.order, &subject.places, &self.cloud.points);
        let enough = if is_replacing { BETTER } else { 1.0 };
        let is_placed = |m: &&u16| subject.places[usize::from(**m)] != UNPLACED;
        let labelled = self.order.iter().filter(is_placed).count();
        let mut best = enough * present - 1e-6;
        let first = s * self.markers_max;
        let count = subject.len();
        let mut found = 0;
        for h in 0..self.search.len().min(FITTED_MAX) {
            let (places, _) = self.search.hypothesis(h);
            subject.try_places(&self.cloud.points, places);
            subject.tried_places.copy_from_slice(places);
            let cloud = &self.cloud.points;
            let (mut together, mut alone) =
                subject.drop_misfits(&self.order, &self.reach, &self.cloud);
            if h == 0 && together < TOGETHER_MIN && self.order.len() >= TOGETHER_MIN {
                // A limb may have turned so far meanwhile that no path of falling cost leads there.
                subject.try_from_nothing(cloud, places);
                subject.tried_places.copy_from_slice(places);
                (together, alone) = subject.drop_misfits(&self.order, &self.reach, &self.cloud);
            }
            let misfit = subject.misfit_of(&self.order, &subject.tried_places, &self.cloud.points);
            let is_enough = alone
                || together >= TOGETHER_MIN
                || (together >= 2 && together == self.order.len());
            if together > 0
                && together >= labelled
                && is_enough
                && misfit < best
                && subject.is_body_at_ease()
            {
                best = misfit;
                found = together;
                self.proposals[first..first + count].copy_from_slice(&subject.tried_places);
                subject.spare.adopt(&subject.trial);
            }
        }
        if found > 0 {
            self.take_over(s);
            self.found_again += found as u64;
        }
        self.subjects[s].expect(false);
        found > 0
    }

    /// Searches the whole subject once more among its own points and those nobody owns.
    fn search_anew(&mut self, s: usize) {
        if let Some(deferred) = &mut self.deferred {
            let is_own = |o: &MarkerOwner| usize::from(o.subject) == s;
            let free = |o: &Option<MarkerOwner>| o.as_ref().is_none_or(is_own);
            deferred.ask(&self.cloud, &[s], free);
            return;
        }
        let first = s * self.markers_max;
        let subject = &mut self.subjects[s];
        subject.tried_places.copy_from_slice(&subject.places);
        subject.trial.continue_from(&subject.fitter);
        let present = subject.unexplained(&self.cloud.points);
        if let Some(finding) = self.search_again(s)
            && is_better(finding, present)
        {
            let subject = &mut self.subjects[s];
            self.proposals[first..first + subject.len()].copy_from_slice(&subject.tried_places);
            self.take_over(s);
            self.subjects[s].doubt_times = 1.0;
            self.exchanges += 1;
        }
        self.subjects[s].expect(false);
    }

    /// Gives the subject the places in its proposals and the pose in `spare`.
    fn take_over(&mut self, s: usize) {
        let first = s * self.markers_max;
        let subject = &mut self.subjects[s];
        for owner in &mut self.cloud.owners {
            if owner.is_some_and(|o| usize::from(o.subject) == s) {
                *owner = None;
            }
        }
        let proposed = &self.proposals[first..first + subject.places.len()];
        for (m, (place, new)) in subject.places.iter_mut().zip(proposed).enumerate() {
            if *place != *new {
                subject.tracks[m].forget();
                *place = *new;
            }
            if let Some(owner) = self.cloud.owners.get_mut(usize::from(*new)) {
                *owner = Some(MarkerOwner {
                    subject: s as u16,
                    marker: m as u16,
                });
            }
        }
        subject.fitter.adopt(&subject.spare);
        subject.see(&self.cloud.points);
    }
}

/// Whether a point may be taken, and is within a distance of a place.
fn in_reach((at, free): (&DVec3, &bool), (from, far): (DVec3, f64)) -> bool {
    *free && at.distance_squared(from) < far * far
}

/// Whether a labelling that leaves `found` unexplained replaces one that leaves `present`, in markers.
pub(super) fn is_better(found: f64, present: f64) -> bool {
    found < BETTER * present
}

impl Subject {
    /// Whether a marker's point is where the skeleton expects one of the lost markers.
    fn is_on_lost_ones_place(&self, marker: usize, lost: &[u16], cloud: &[DVec3]) -> bool {
        let near2 = (TAKEN_PART * self.tolerance.explained_m).powi(2);
        cloud
            .get(usize::from(self.places[marker]))
            .is_some_and(|at| {
                let mut lost = lost.iter().map(|m| self.tracks[usize::from(*m)].expected);
                lost.any(|expected| at.distance_squared(expected) < near2)
            })
    }

    /// Takes the places of those markers away that the trial does not explain; returns how many have one then, and
    /// whether each of them could have come back by itself.
    fn drop_misfits(
        &mut self,
        order: &[u16],
        reach: &[(DVec3, f64)],
        cloud: &Cloud,
    ) -> (usize, bool) {
        let (mut together, mut alone) = (0, true);
        for &m in order {
            let m = usize::from(m);
            let place = usize::from(self.tried_places[m]);
            let (Some(at), Some(age)) = (cloud.points.get(place), cloud.ages.get(place)) else {
                continue;
            };
            let slack = (f64::from(*age) * SLACK_A_FRAME).clamp(SLACK.0, SLACK.1);
            if at.distance(self.tracks[m].expected) > slack * self.suspicion_m(m) {
                self.tried_places[m] = UNPLACED;
                continue;
            }
            together += 1;
            let away = REACH_ALONE_M + ALONE_SPEED_M_S * self.tracks[m].hidden_s;
            let far = if *age >= STEADY_FRAMES {
                away.min(REACH_STEADY_M)
            } else {
                REACH_ALONE_M
            };
            alone &= self.is_held(m) && at.distance(reach[m].0) < far;
        }
        (together, alone)
    }
}

/// The markers that the placed ones say most about come first, bone by bone.
fn sort_by_knowledge(order: &mut [u16], pattern: &Pattern, places: &[u16]) {
    let known = |m: u16| {
        let partners = pattern.partners(usize::from(m)).iter().take(4);
        partners
            .filter(|p| places[usize::from(**p)] != UNPLACED)
            .count()
    };
    order.sort_unstable_by_key(|m| (usize::MAX - known(*m), pattern.body(usize::from(*m))));
}
