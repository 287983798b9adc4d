//! Heads and hands that were found turned: their markers are tried in each other's places while they are followed.
//!
//! The four markers of a head lie nearly in a square. When one or two are hidden in the frame in which a performer is found, a
//! search may take it turned by a quarter, and the marker that comes back is then given the place that is left. Frame after
//! frame all four fit each other's places badly, but none fits another's better by itself. So a part that the pose explains
//! worse than a calibrated rig does is now and then fitted with its markers in another order, and what that leaves decides.

use super::Labeller;
use super::search::UNPLACED;
use super::subject::Subject;
use glam::DVec3;

/// The markers of a part in question are off by this part of what a pose explains, RMS.
const OFF_PART: f64 = 0.2;
/// Another order is believed when it leaves this part of the part's squared distances.
const BELIEVED_PART: f64 = 0.5;
/// Labels that are so old are tried rarely, seconds,
const YOUNG_S: f64 = 1.0;
/// which is once in so many.
const RARELY_S: f64 = 0.1;

impl Labeller {
    /// Tries one other order of a part of each subject whose turn it is.
    pub(super) fn turn_parts_back(&mut self, dt_s: f64) {
        let every_s = self.settings.search_every_s;
        let cloud = &self.cloud.points;
        for subject in self.subjects.iter_mut().filter(|s| s.is_found) {
            subject.until_turn_s -= dt_s;
            if subject.until_turn_s > 0.0 || !subject.tolerance.tells_turns {
                continue;
            }
            let Some(turn) = subject.next_turn(cloud) else {
                continue;
            };
            subject.last_turn = turn;
            let young = |t: &(u16, u16)| subject.tracks[usize::from(t.0)].trusted_s < YOUNG_S;
            let is_young = subject.pattern.turns()[turn].iter().any(young);
            subject.until_turn_s = if is_young { every_s } else { RARELY_S };
            if subject.is_better_turned(turn, cloud) {
                subject.take_turn(turn, cloud);
                self.exchanges += 1;
            }
            subject.expect(false);
        }
    }
}

impl Subject {
    /// The next order, after the one that was tried last, of a part that the pose does not explain well: one whose bones fit better.
    fn next_turn(&self, cloud: &[DVec3]) -> Option<usize> {
        let count = self.pattern.turns().len();
        let mut next = (1..=count).map(|k| (self.last_turn + k) % count);
        next.find(|turn| self.is_in_question(*turn) && self.speaks_for(*turn, cloud))
    }

    /// Whether the distances on the bones speak clearly for an order. Only then a fit of it is worth its time, and the right one
    /// of some dozens is soon found.
    fn speaks_for(&self, turn: usize, cloud: &[DVec3]) -> bool {
        let turn = &self.pattern.turns()[turn];
        self.pattern.shape_left(turn, &self.places, cloud) < BELIEVED_PART
    }

    fn is_in_question(&self, turn: usize) -> bool {
        let turn = &self.pattern.turns()[turn];
        let (mut sum_m2, mut seen) = (0.0, 0usize);
        for &(m, _) in turn {
            let m = usize::from(m);
            let off_m = self.fitter.residual_m(m);
            if let Some(off_m) = off_m.filter(|_| self.places[m] != UNPLACED) {
                sum_m2 += off_m * off_m;
                seen += 1;
            }
        }
        let most_m2 = (OFF_PART * self.tolerance.explained_m).powi(2);
        seen + 1 >= turn.len() && sum_m2 > most_m2 * seen as f64
    }

    /// Fits both orders; true, with the other one in `tried_places` and its pose in `trial`, when that is clearly better.
    fn is_better_turned(&mut self, turn: usize, cloud: &[DVec3]) -> bool {
        let places = std::mem::take(&mut self.places);
        self.tried_places.copy_from_slice(&places);
        // Both get the same chance: the frame's own fit holds on to where it was going.
        self.try_places(cloud, &places);
        let (part_m2, whole) = (self.part_misfit_m2(turn, cloud), self.unexplained(cloud));
        let mut is_better = self.turn_part(turn, &places, cloud);
        if is_better {
            let turned = std::mem::take(&mut self.tried_places);
            self.try_places(cloud, &turned);
            self.tried_places = turned;
            is_better = self.part_misfit_m2(turn, cloud) < BELIEVED_PART * part_m2
                && self.unexplained(cloud) < whole;
        }
        self.places = places;
        is_better
    }

    /// How far the trial leaves the markers of a part, m² added up.
    fn part_misfit_m2(&self, turn: usize, cloud: &[DVec3]) -> f64 {
        let fitted = self.trial.fitted_markers();
        let moved = self.pattern.turns()[turn].iter().map(|t| usize::from(t.0));
        let off_m2 = moved.filter_map(|m| {
            let at = cloud.get(usize::from(self.tried_places[m]))?;
            Some(at.distance_squared(fitted[m].metres()))
        });
        off_m2.sum()
    }

    /// Believes the order that was tried.
    fn take_turn(&mut self, turn: usize, cloud: &[DVec3]) {
        self.places.copy_from_slice(&self.tried_places);
        self.fitter.adopt(&self.trial);
        self.see(cloud);
        for &(m, _) in &self.pattern.turns()[turn] {
            self.tracks[usize::from(m)].begin_anew();
        }
    }
}
