//! Finds subjects in a cloud without knowing anything but their rigs.
//!
//! Patterns propose, solves dispose: the search's best hypotheses are fitted from nothing, all markers are assigned
//! anew to the fitted skeleton, and what is left of the residuals decides. Several subjects are decided together, so
//! that two performers with the same marker set are told apart by their bones.

use super::Labeller;
use super::cloud::MarkerOwner;
use super::search::{SearchSpace, UNPLACED};
use super::tried::Try;
use cyc_model::{Point, Stage};
use glam::DVec3;

/// Hypotheses of one search that are fitted.
const FITTED_MAX: usize = 6;
/// Two hypotheses that differ in fewer markers are the same to a fit.
const DIFFERENT_MIN: usize = 4;
/// A hypothesis places at least this part of the markers.
const PLACED_PART: f64 = 0.5;
/// A found subject shows at least this part of its markers.
const FOUND_PART: f64 = 0.6;
/// Subjects decided together; more are found in the frames after.
const TOGETHER_MAX: usize = 4;
/// Candidates kept of one subject.
const KEPT_MAX: usize = 3;
/// Nobody wears more markers so near to one another: a hand with all its fingers has some twelve.
const HEAP_POINTS: usize = 16;
const HEAP_M: f64 = 0.06;
/// A subject that is not there is looked for this rarely in the end, seconds.
const PATIENCE_MAX_S: f64 = 1.0;

/// A verified place for one subject.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    subject: usize,
    pub(super) places: Vec<u16>,
    /// What is not explained, in markers.
    pub(super) cost: f64,
}

/// The findings of one attempt, in memory made once.
#[derive(Clone, Debug)]
pub(crate) struct Findings {
    pub(super) list: Vec<Finding>,
    pub(super) count: usize,
    best: Vec<usize>,
    trying: Vec<usize>,
    pub(super) wanted: Vec<usize>,
}

impl Findings {
    pub(crate) fn new(subjects: usize, markers_max: usize) -> Self {
        let empty = Finding {
            subject: 0,
            places: vec![UNPLACED; markers_max],
            cost: 0.0,
        };
        Self {
            list: vec![empty; KEPT_MAX * subjects.clamp(1, TOGETHER_MAX)],
            count: 0,
            best: Vec::with_capacity(TOGETHER_MAX),
            trying: Vec::with_capacity(TOGETHER_MAX),
            wanted: Vec::with_capacity(subjects),
        }
    }
}

impl Labeller {
    /// Looks for the subjects that are not followed.
    pub(super) fn find_subjects(&mut self, dt_s: f64) {
        self.findings.wanted.clear();
        let mut is_due = false;
        for (s, subject) in self.subjects.iter_mut().enumerate() {
            if !subject.is_found && self.findings.wanted.len() < TOGETHER_MAX {
                subject.until_search_s -= dt_s;
                is_due |= subject.until_search_s <= 0.0;
                self.findings.wanted.push(s);
            }
        }
        if !is_due {
            return;
        }
        if let Some(deferred) = &mut self.deferred {
            deferred.ask(&self.cloud, &self.findings.wanted, Option::is_none);
            return;
        }
        self.search();
        self.decide();
        for i in 0..self.findings.wanted.len() {
            self.wait_for_next_search(self.findings.wanted[i]);
        }
    }

    /// Looks for the wanted subjects among the points that nobody owns and chooses among what is found: subjects with
    /// their places and what these leave unexplained. For a labeller that only searches.
    pub(super) fn search_wanted(&mut self) -> impl Iterator<Item = (usize, &[u16], f64)> {
        self.search();
        self.choose();
        let (list, subjects) = (&self.findings.list, &self.subjects);
        self.findings.best.iter().map(move |&chosen| {
            let finding = &list[chosen];
            let count = subjects[finding.subject].len();
            (finding.subject, &finding.places[..count], finding.cost)
        })
    }

    /// Where the only subject is in a frame when she is looked for from nothing, before any limb is looked for again; `None` when
    /// she is not found. For a labeller that only searches.
    pub(super) fn glimpse_from_nothing(&mut self, points: &[Point<Stage>]) -> Option<Finding> {
        self.cloud.take(points);
        self.list_free(0);
        self.findings.count = 0;
        let markers = self.subjects.first()?.len();
        let is_found = self.open_points() >= FOUND_PART * markers as f64 && self.search_whole(0, 0);
        is_found.then(|| self.findings.list[0].clone())
    }

    /// What was found of the only subject in a frame, improved limb by limb.
    pub(super) fn improved_by_limbs(
        &mut self,
        points: &[Point<Stage>],
        finding: &Finding,
    ) -> Finding {
        self.cloud.take(points);
        self.list_free(0);
        self.findings.count = 0;
        self.findings.list[0].clone_from(finding);
        let subject = &mut self.subjects[0];
        let count = subject.len();
        subject
            .tried_places
            .copy_from_slice(&finding.places[..count]);
        subject.try_from_nothing(&self.cloud.points, &finding.places[..count]);
        subject.spare.adopt(&subject.trial);
        self.tried.clear();
        subject.note_turns(&finding.places[..count], &mut self.tried);
        self.find_limbs_again(0);
        self.findings.list[0].clone()
    }

    /// Labels a frame in which it is known where the only subject is.
    pub(super) fn start_with(&mut self, points: &[Point<Stage>], finding: &Finding, dt_s: f64) {
        self.cloud.take(points);
        self.findings.wanted.clear();
        self.findings.wanted.push(0);
        self.findings.list[0].clone_from(finding);
        self.findings.count = 1;
        self.decide();
        self.subjects[0].remember(dt_s, self.settings.lost_after_s);
        self.own_places();
        self.frames += 1;
    }

    /// After a search: the longer a subject is not found, the rarer it is looked for.
    pub(super) fn wait_for_next_search(&mut self, subject: usize) {
        let subject = &mut self.subjects[subject];
        subject.until_search_s = subject.patience_s;
        if !subject.is_found {
            subject.patience_s = (subject.patience_s * 1.5).min(PATIENCE_MAX_S);
        }
    }

    fn search(&mut self) {
        self.findings.count = 0;
        for i in 0..self.findings.wanted.len() {
            self.find_one(self.findings.wanted[i]);
        }
    }

    /// Collects findings of one subject: as many searches as subjects are wanted, each without the best body before.
    fn find_one(&mut self, s: usize) {
        self.list_free(s);
        let first = self.findings.count;
        for _ in 0..self.findings.wanted.len().min(KEPT_MAX) {
            if self.open_points() < FOUND_PART * self.subjects[s].len() as f64 {
                return;
            }
            let before = self.findings.count;
            self.search_body(s, first);
            let Some(new) = self
                .findings
                .list
                .get(before)
                .filter(|_| self.findings.count > before)
            else {
                return;
            };
            for place in &new.places {
                if let Some(free) = self.free.get_mut(usize::from(*place)) {
                    *free = false;
                }
            }
        }
    }

    /// Lists the points that a subject may be found in: those that nobody owns.
    fn list_free(&mut self, s: usize) {
        self.free.clear();
        self.free
            .extend(self.cloud.owners.iter().map(Option::is_none));
        if self.subjects[s].tolerance.crowd_price > 0.0 {
            leave_heaps(&self.cloud.points, &mut self.free);
        }
    }

    fn open_points(&self) -> f64 {
        self.free.iter().filter(|f| **f).count() as f64
    }

    /// Searches a subject among the free points; returns what is left unexplained, with the places in `tried_places`
    /// and the pose in `spare`.
    pub(super) fn search_again(&mut self, s: usize) -> Option<f64> {
        self.findings.count = 0;
        self.search_body(s, 0);
        let finding = self
            .findings
            .list
            .first()
            .filter(|_| self.findings.count > 0)?;
        let subject = &mut self.subjects[s];
        let count = subject.len();
        subject
            .tried_places
            .copy_from_slice(&finding.places[..count]);
        Some(finding.cost)
    }

    /// Keeps the best body that is found as a finding.
    fn search_body(&mut self, s: usize, first: usize) {
        if self.search_whole(s, first) {
            if self.finds_limbs_again {
                self.find_limbs_again(s);
            }
            self.findings.count += 1;
        }
    }

    /// Searches from one bone after the other until a hypothesis holds; the best one is left in the next finding. Whether there is one.
    fn search_whole(&mut self, s: usize, first: usize) -> bool {
        if self.findings.count - first >= KEPT_MAX
            || self.findings.count >= self.findings.list.len()
        {
            return false;
        }
        self.tried.clear();
        let mut best = f64::INFINITY;
        let orders = self.subjects[s].pattern.orders().len();
        for order in 0..orders {
            let subject = &mut self.subjects[s];
            let space = SearchSpace {
                cloud: &self.cloud.points,
                free: &self.free,
                reach: &[],
                width: crate::limits::LABEL_HYPOTHESES_MAX,
            };
            subject.tried_places.fill(UNPLACED);
            self.search.run(
                &subject.pattern,
                &subject.tolerance,
                &space,
                &subject.tried_places,
                &subject.pattern.orders()[order],
            );
            let markers = subject.len() as f64;
            best = self.verify_hypotheses(s, best);
            if best < 0.25 * markers {
                break;
            }
        }
        if best.is_finite() {
            self.refine_next_finding(s);
        }
        best.is_finite()
    }

    /// Improves the finding that is not counted yet, of a subject whose pose is in `spare`.
    pub(super) fn refine_next_finding(&mut self, s: usize) {
        let finding = &mut self.findings.list[self.findings.count];
        let subject = &mut self.subjects[s];
        let count = subject.len();
        subject
            .tried_places
            .copy_from_slice(&finding.places[..count]);
        subject.trial.continue_from(&subject.spare);
        finding.cost = subject.refine(
            &self.cloud.points,
            &self.free,
            &mut self.assigner,
            &mut self.tried,
            &mut finding.places,
            finding.cost,
        );
    }

    /// What the finding that is not counted yet leaves unexplained.
    pub(super) fn next_finding_cost(&self) -> f64 {
        self.findings.list[self.findings.count].cost
    }

    /// Fits the hypotheses of the last search; the best one so far is left in the next finding.
    fn verify_hypotheses(&mut self, s: usize, mut best: f64) -> f64 {
        let subject = &mut self.subjects[s];
        let count = subject.len();
        let finding = &mut self.findings.list[self.findings.count];
        let mut fitted = [0usize; FITTED_MAX];
        let mut fitted_count = 0;
        for h in 0..self.search.len() {
            let (places, _) = self.search.hypothesis(h);
            let placed = places.iter().filter(|p| **p != UNPLACED).count();
            let is_new = fitted[..fitted_count].iter().all(|&f| {
                let (other, _) = self.search.hypothesis(f);
                let differs = |(a, b): (&u16, &u16)| a != b && *a != UNPLACED && *b != UNPLACED;
                places.iter().zip(other).filter(|p| differs(*p)).count() >= DIFFERENT_MIN.min(count)
            });
            if !is_new || (placed as f64) < PLACED_PART * count as f64 {
                continue;
            }
            fitted[fitted_count] = h;
            fitted_count += 1;
            if !self.tried.note(Try::Body, places.iter().copied()) {
                subject.tried_places.copy_from_slice(places);
                let cost = subject.settle(&self.cloud.points, &self.free, &mut self.assigner);
                let explained = subject.tried_places.iter().filter(|p| **p != UNPLACED);
                if cost < best && explained.count() as f64 >= FOUND_PART * count as f64 {
                    best = cost;
                    subject.spare.adopt(&subject.trial);
                    finding.subject = s;
                    finding.cost = cost;
                    finding.places[..count].copy_from_slice(&subject.tried_places);
                }
            }
            if fitted_count == FITTED_MAX {
                break;
            }
        }
        best
    }

    /// Chooses findings that share no points and leave the least unexplained.
    fn choose(&mut self) {
        let mut choice = Choice {
            findings: &self.findings.list[..self.findings.count],
            wanted: &self.findings.wanted,
            sizes: [0.0; TOGETHER_MAX],
            best_cost: f64::INFINITY,
        };
        for (size, s) in choice.sizes.iter_mut().zip(&self.findings.wanted) {
            *size = self.subjects[*s].len() as f64;
        }
        self.findings.trying.clear();
        self.findings.best.clear();
        choice.try_from(0, 0.0, &mut self.findings.trying, &mut self.findings.best);
    }

    /// Chooses among the findings and starts following the chosen.
    fn decide(&mut self) {
        self.choose();
        for &chosen in &self.findings.best {
            let finding = &self.findings.list[chosen];
            let subject = &mut self.subjects[finding.subject];
            let count = subject.len();
            subject.places.copy_from_slice(&finding.places[..count]);
            subject.see(&self.cloud.points);
            subject.fitter.reset();
            subject.fitter.fit(&subject.seen);
            subject.found();
            subject.expect(false);
            subject.patience_s = self.settings.search_every_s;
            self.first_labellings += 1;
            for (m, place) in subject.places.iter().enumerate() {
                if let Some(owner) = self.cloud.owners.get_mut(usize::from(*place)) {
                    *owner = Some(MarkerOwner {
                        subject: finding.subject as u16,
                        marker: m as u16,
                    });
                }
            }
        }
    }
}

/// Points among so many others that anything could be found there are no body's.
fn leave_heaps(points: &[DVec3], free: &mut [bool]) {
    for (at, free) in points.iter().zip(free) {
        let is_near = |p: &&DVec3| p.distance_squared(*at) < HEAP_M * HEAP_M;
        *free &= points.iter().filter(is_near).count() <= HEAP_POINTS;
    }
}

/// The choice of one finding, or none, for each wanted subject.
struct Choice<'a> {
    findings: &'a [Finding],
    wanted: &'a [usize],
    sizes: [f64; TOGETHER_MAX],
    best_cost: f64,
}

impl Choice<'_> {
    fn try_from(
        &mut self,
        depth: usize,
        cost: f64,
        trying: &mut Vec<usize>,
        best: &mut Vec<usize>,
    ) {
        if cost >= self.best_cost {
            return;
        }
        let Some(&subject) = self.wanted.get(depth) else {
            self.best_cost = cost;
            best.clear();
            best.extend_from_slice(trying);
            return;
        };
        for f in 0..self.findings.len() {
            let finding = &self.findings[f];
            let is_apart = trying
                .iter()
                .all(|t| share_no_point(&finding.places, &self.findings[*t].places));
            if finding.subject == subject && is_apart {
                trying.push(f);
                self.try_from(depth + 1, cost + finding.cost, trying, best);
                trying.pop();
            }
        }
        let size = self.sizes.get(depth).copied().unwrap_or(0.0);
        self.try_from(depth + 1, cost + size, trying, best);
    }
}

fn share_no_point(a: &[u16], b: &[u16]) -> bool {
    let shared = a.iter().filter(|p| **p != UNPLACED && b.contains(p));
    shared.count() <= 1
}
