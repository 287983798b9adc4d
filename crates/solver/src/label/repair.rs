//! Labels that do not fit the solved skeleton: ghosts are dropped, exchanged labels are exchanged back.
//!
//! All suspicious markers and their points, with the points nobody owns, are assigned once more to where the skeletons
//! expect them. A change is believed only when fits with it explain the markers clearly better: what counts is the
//! residual that the exchange saves, not how near the points are.

use super::Labeller;
use super::cloud::MarkerOwner;
use super::search::UNPLACED;
use super::subject::Subject;
use glam::DVec3;

/// What is left of the misfit after a change that is believed, at most.
const SAVING: f64 = 0.6;
/// A gap that a marker's way bridges, seconds.
const SHORT_GAP_S: f64 = 0.05;

/// The most that one marker can be misfitted, m²; a marker without a point counts as much.
fn misfit_limit_m2(subject: &Subject) -> f64 {
    (1.5 * subject.tolerance.explained_m).powi(2)
}

/// The part of the misfit that labels explain, m²: suspicious markers count by their distance, up to a limit.
pub(super) fn misfit_m2(subject: &Subject, cloud: &[DVec3], places: &[u16]) -> f64 {
    let limit2 = misfit_limit_m2(subject);
    let mut sum = 0.0;
    for (m, track) in subject.tracks.iter().enumerate() {
        if let Some(at) = cloud.get(usize::from(places[m])) {
            sum += at.distance_squared(track.expected).min(limit2);
        }
    }
    sum
}

impl Labeller {
    /// Looks at every suspicious label once more.
    pub(super) fn repair_labels(&mut self) {
        self.drop_newcomers();
        self.rows.clear();
        for (s, subject) in self.subjects.iter().enumerate() {
            for m in (0..subject.len()).filter(|_| subject.is_found) {
                if subject.is_suspicious(m) {
                    self.rows.push(MarkerOwner {
                        subject: s as u16,
                        marker: m as u16,
                    });
                }
            }
        }
        if self.rows.is_empty() {
            return;
        }
        self.propose_places();
        for s in 0..self.subjects.len() {
            self.proposals_of_subject(s);
        }
        if self.is_change_better() {
            self.believe_proposals();
        } else {
            for subject in self.subjects.iter_mut().filter(|s| s.is_found) {
                subject.expect(false);
            }
        }
    }

    /// A marker that came back in this frame after a while and does not fit was a ghost. After a short gap the gate
    /// around its way says more than the skeleton does.
    fn drop_newcomers(&mut self) {
        for subject in self.subjects.iter_mut().filter(|s| s.is_found) {
            for m in 0..subject.len() {
                let track = &subject.tracks[m];
                if track.run == 0 && track.hidden_s > SHORT_GAP_S && subject.is_suspicious(m) {
                    if let Some(owner) = self.cloud.owners.get_mut(usize::from(subject.places[m])) {
                        *owner = None;
                    }
                    subject.places[m] = UNPLACED;
                    subject.seen[m] = None;
                }
            }
        }
    }

    /// Assigns the suspicious markers to their points and those nobody owns.
    fn propose_places(&mut self) {
        self.assigner.begin(self.cloud.points.len());
        for row in &self.rows {
            let (s, m) = (usize::from(row.subject), usize::from(row.marker));
            let subject = &self.subjects[s];
            let limit2 = subject.suspicion_m(m).max(0.04).powi(2) * 2.25;
            let expected = subject.tracks[m].expected;
            self.assigner.add_row(limit2);
            for (p, at) in self.cloud.points.iter().enumerate() {
                let is_open = self.cloud.owners[p].is_none_or(|o| self.rows.contains(&o));
                let d2 = at.distance_squared(expected);
                if is_open && d2 < limit2 {
                    self.assigner.offer(p, d2);
                }
            }
        }
        self.assigner.solve();
    }

    /// Copies the subject's places to its part of the proposals and changes those that the assignment changes. A marker
    /// that got no point keeps its own unless somebody else got that.
    fn proposals_of_subject(&mut self, s: usize) {
        let first = s * self.markers_max;
        let count = self.subjects[s].len();
        let places = &mut self.proposals[first..first + count];
        places.copy_from_slice(&self.subjects[s].places);
        for (r, row) in self.rows.iter().enumerate() {
            if usize::from(row.subject) != s {
                continue;
            }
            let m = usize::from(row.marker);
            let own = places[m];
            let taken = (0..self.rows.len())
                .any(|o| o != r && self.assigner.column_of(o) == Some(usize::from(own)));
            places[m] = match self.assigner.column_of(r) {
                Some(p) => p as u16,
                None if taken => UNPLACED,
                None => own,
            };
        }
    }

    /// Fits every changed subject both ways; true when the changes save enough.
    fn is_change_better(&mut self) -> bool {
        let (mut before, mut after, mut changed) = (0.0, 0.0, false);
        for (s, subject) in self.subjects.iter_mut().enumerate() {
            let first = s * self.markers_max;
            let places = &self.proposals[first..first + subject.len()];
            if !subject.is_found || places == subject.places.as_slice() {
                continue;
            }
            changed = true;
            let cloud = &self.cloud.points;
            // Both get the same chance: the frame's own fit holds on to where it was going.
            let now = std::mem::take(&mut subject.places);
            subject.try_places(cloud, &now);
            before += misfit_m2(subject, cloud, &now);
            subject.places = now;
            subject.try_places(cloud, places);
            after += misfit_m2(subject, cloud, places);
            // A marker that goes without a point has not become any better.
            let dropped = places
                .iter()
                .zip(&subject.places)
                .filter(|(new, old)| **new == UNPLACED && **old != UNPLACED)
                .count();
            after += misfit_limit_m2(subject) * dropped as f64;
        }
        changed && after < SAVING * before
    }

    fn believe_proposals(&mut self) {
        for (s, subject) in self.subjects.iter_mut().enumerate() {
            let first = s * self.markers_max;
            let places = &self.proposals[first..first + subject.len()];
            if !subject.is_found || places == subject.places.as_slice() {
                subject.expect(false);
                continue;
            }
            for place in &subject.places {
                if let Some(owner) = self.cloud.owners.get_mut(usize::from(*place)) {
                    *owner = None;
                }
            }
            for (m, (place, new)) in subject.places.iter_mut().zip(places).enumerate() {
                if place != new {
                    subject.tracks[m].forget();
                    *place = *new;
                }
            }
            subject.fitter.adopt(&subject.trial);
            subject.see(&self.cloud.points);
            subject.expect(false);
            self.exchanges += 1;
        }
        self.own_places();
    }

    /// Writes the owners of the points from the subjects' places.
    pub(super) fn own_places(&mut self) {
        self.cloud.owners.fill(None);
        for (s, subject) in self.subjects.iter_mut().enumerate() {
            for (m, place) in subject.places.iter_mut().enumerate() {
                match self.cloud.owners.get_mut(usize::from(*place)) {
                    Some(owner @ None) => {
                        *owner = Some(MarkerOwner {
                            subject: s as u16,
                            marker: m as u16,
                        });
                    }
                    // Somebody's already: a point has one owner.
                    Some(Some(_)) => *place = UNPLACED,
                    None => {}
                }
            }
            // What was exchanged, found or given up since the fit shows in the markers too.
            subject.see(&self.cloud.points);
        }
    }
}

impl Subject {
    /// Fits other places with the trial fitter, starting from the present pose, and expects markers from there.
    pub(super) fn try_places(&mut self, cloud: &[DVec3], places: &[u16]) {
        for (seen, place) in self.tried.iter_mut().zip(places) {
            *seen = cloud
                .get(usize::from(*place))
                .map(|at| cyc_model::Point::saturating(*at));
        }
        self.trial.continue_from(&self.fitter);
        self.trial.fit(&self.tried);
        self.expect(true);
    }

    /// The same, but the pose is found from nothing.
    pub(super) fn try_from_nothing(&mut self, cloud: &[DVec3], places: &[u16]) {
        self.try_places(cloud, places);
        self.trial.reset();
        self.trial.fit(&self.tried);
        self.expect(true);
    }
}
