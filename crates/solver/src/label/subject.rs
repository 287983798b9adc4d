//! One performer or prop being labelled: where each of its markers is expected, and how well that came true.
//!
//! A marker is expected where the solved skeleton has it, corrected by what the marker itself showed: a slow mean of
//! its residual in the bone's frame (where it really sits) and, for a short while after it went missing, its last
//! residual (what the skin was doing). Only labels that fit teach.

use super::pattern::Pattern;
use super::search::UNPLACED;
use super::settings::{LabelRig, LabelSettings, Tolerance};
use crate::fit::Fitter;
use crate::fit::tree::Tree;
use cyc_model::{Point, Stage};
use glam::DVec3;

/// Time over which a marker's place is learnt, seconds.
const LEARN_S: f64 = 1.0;
/// The last residual fades to the learnt one over this time, seconds.
const RECENT_S: f64 = 0.25;
/// A residual of so many times the usual one is suspicious.
const SUSPICIOUS_SIGMAS: f64 = 4.0;
/// No residual below this is suspicious, metres.
const SUSPICIOUS_MIN_M: f64 = 0.025;
/// A marker that is off for so long has slipped: its place is learnt anew, seconds.
const SLIPPED_S: f64 = 1.5;
/// The label of a marker that comes back after so long is in doubt again, seconds.
const FORGOTTEN_S: f64 = 0.25;
/// With fewer markers seen on its bone, the bone's rotation says nothing about a marker that is hidden ...
const MATES_MIN: usize = 2;
/// ... and for so long its own way says more, seconds.
const BALLISTIC_S: f64 = 0.08;
/// A marker is held when so many of so many partners are seen.
const HOLDING_MIN: usize = 3;
const HOLDING_AMONG: usize = 6;
/// A marker that was not seen at first counts as hidden for so long: it has to be found, not continued, seconds.
const HIDDEN_AT_FIRST_S: f64 = 0.2;
/// How much wider the loss of a trial is, which may start far from the truth.
const TRIAL_WIDENING: f64 = 6.0;
/// Time of the running means of health, seconds.
const HEALTH_S: f64 = 0.3;

#[derive(Clone, Copy, Debug)]
pub(crate) struct MarkerTrack {
    /// Where it was last frame: measured, or else expected.
    pub at: DVec3,
    /// How far it came in the last frame.
    pub step: DVec3,
    /// Since when it is not seen, seconds; 0 when it is.
    pub hidden_s: f64,
    /// Frames seen without a break.
    pub run: u32,
    /// Whether the step is its own or, while it is hidden, its bone's: not after a search has given the label.
    pub is_step_known: bool,
    /// Since when it does not fit the skeleton, seconds.
    pub off_s: f64,
    /// For how long it has fitted since a search gave it its label, seconds.
    pub trusted_s: f64,
    /// Where it is expected in this frame, after the fit.
    pub expected: DVec3,
    learnt: DVec3,
    learnt_s: f64,
    recent: DVec3,
    usual2: f64,
}

impl MarkerTrack {
    /// Continues from a place that something else has followed the marker to.
    pub(crate) fn begin(&mut self, at: DVec3, step: DVec3) {
        (self.at, self.step, self.run) = (at, step, 2);
        self.is_step_known = true;
    }

    /// Is not seen and cannot be expected before the skeleton has been fitted and says where.
    pub(crate) fn begin_hidden(&mut self) {
        self.hidden_s = HIDDEN_AT_FIRST_S;
    }

    /// The label is on another point now: nothing of the way of the old one holds.
    pub(crate) fn forget(&mut self) {
        self.run = 0;
        self.is_step_known = false;
        self.trusted_s = 0.0;
        self.off_s = 0.0;
    }

    /// The label was on another point for long: what was learnt of its place is not its own either.
    pub(crate) fn begin_anew(&mut self) {
        self.forget();
        (self.learnt, self.recent) = (DVec3::ZERO, DVec3::ZERO);
        self.learnt_s = 0.0;
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub pattern: Pattern,
    pub tolerance: Tolerance,
    pub fitter: Fitter,
    pub trial: Fitter,
    /// Keeps the best pose of several trials.
    pub spare: Fitter,
    joints: Vec<usize>,
    pub tracks: Vec<MarkerTrack>,
    /// The point of each marker, [`UNPLACED`] when it has none.
    pub places: Vec<u16>,
    /// What was seen, by marker.
    pub seen: Vec<Option<Point<Stage>>>,
    /// The same for a labelling that is tried.
    pub tried: Vec<Option<Point<Stage>>>,
    pub tried_places: Vec<u16>,
    pub confidence: Vec<f32>,
    pub is_found: bool,
    /// Time until the next search, and between the searches of a subject that cannot be found.
    pub until_search_s: f64,
    pub patience_s: f64,
    /// Time until labels in doubt are searched again together with lost ones, seconds.
    pub until_doubt_s: f64,
    /// How many times as rare as usual the search for all markers has become that limbs make dear.
    pub doubt_times: f64,
    /// Time until neighbours are tried in each other's places again, seconds.
    pub until_exchange_s: f64,
    /// Time until another order of a part's markers is tried, seconds, and which of the pattern's was the last one.
    pub until_turn_s: f64,
    pub last_turn: usize,
    /// Time between searches for lost markers that find none, seconds, and how many points and markers the last one had.
    pub lost_patience_s: f64,
    pub searched: (usize, usize),
    /// Running means: the part of the markers that is seen and fits, and the part of the seen ones that does not.
    fitting: f64,
    failing: f64,
    lost_for_s: f64,
}

impl Subject {
    pub(crate) fn new(given: &LabelRig, settings: &LabelSettings) -> Self {
        let tolerance = given.precision.tolerance();
        let tree = Tree::new(&given.rig);
        let count = tree.markers.len();
        let trial = crate::fit::FitSettings {
            loss: settings.fit.loss.widened(TRIAL_WIDENING),
            max_iterations: 30,
            predict: false,
            ..settings.fit
        };
        let fresh = MarkerTrack {
            at: DVec3::ZERO,
            step: DVec3::ZERO,
            hidden_s: 0.0,
            run: 0,
            is_step_known: false,
            off_s: 0.0,
            trusted_s: 0.0,
            expected: DVec3::ZERO,
            learnt: DVec3::ZERO,
            learnt_s: 0.0,
            recent: DVec3::ZERO,
            usual2: (0.3 * tolerance.explained_m).powi(2),
        };
        Self {
            pattern: Pattern::new(&tree, &tolerance),
            tolerance,
            fitter: Fitter::new(&given.rig, settings.fit),
            trial: Fitter::new(&given.rig, trial),
            spare: Fitter::new(&given.rig, trial),
            joints: tree.markers.iter().map(|m| m.joint).collect(),
            tracks: vec![fresh; count],
            places: vec![UNPLACED; count],
            seen: vec![None; count],
            tried: vec![None; count],
            tried_places: vec![UNPLACED; count],
            confidence: vec![0.0; count],
            is_found: false,
            until_search_s: 0.0,
            patience_s: settings.search_every_s,
            until_doubt_s: 0.0,
            doubt_times: 1.0,
            until_exchange_s: 0.0,
            until_turn_s: 0.0,
            last_turn: 0,
            lost_patience_s: settings.search_every_s,
            searched: (0, 0),
            fitting: 1.0,
            failing: 0.0,
            lost_for_s: 0.0,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.tracks.len()
    }

    /// Writes `seen` from `places`.
    pub(crate) fn see(&mut self, cloud: &[DVec3]) {
        for (seen, place) in self.seen.iter_mut().zip(&self.places) {
            *seen = cloud
                .get(usize::from(*place))
                .map(|at| Point::saturating(*at));
        }
    }

    /// Computes where every marker is expected from the fitter's pose (or the trial's).
    pub(crate) fn expect(&mut self, by_trial: bool) {
        let fitter = if by_trial { &self.trial } else { &self.fitter };
        for (m, track) in self.tracks.iter_mut().enumerate() {
            let turn = fitter.globals()[self.joints[m]].rotation();
            let kept = (1.0 - track.hidden_s / RECENT_S).max(0.0);
            let offset = if track.run > 0 {
                track.learnt
            } else {
                track.learnt.lerp(track.recent, kept)
            };
            track.expected = fitter.fitted_markers()[m].metres() + turn * offset;
        }
    }

    /// How far a marker may be from where it is expected before it is suspicious, metres.
    pub(crate) fn suspicion_m(&self, marker: usize) -> f64 {
        let usual = self.tracks[marker].usual2.sqrt();
        (SUSPICIOUS_SIGMAS * usual).clamp(SUSPICIOUS_MIN_M, self.tolerance.explained_m.max(0.06))
    }

    /// How far a seen marker is from where it is expected, metres.
    pub(crate) fn surprise_m(&self, marker: usize) -> Option<f64> {
        let seen = self.seen[marker]?.metres();
        Some(seen.distance(self.tracks[marker].expected))
    }

    pub(crate) fn is_suspicious(&self, marker: usize) -> bool {
        self.surprise_m(marker)
            .is_some_and(|s| s > self.suspicion_m(marker))
    }

    /// Whether enough is seen around a marker for the skeleton to say where it is.
    pub(crate) fn is_held(&self, marker: usize) -> bool {
        let around = self.pattern.partners(marker).iter().take(HOLDING_AMONG);
        let seen = around.filter(|p| self.tracks[usize::from(**p)].run > 0);
        seen.count() >= HOLDING_MIN.min(self.len() - 1)
    }

    /// What some markers in some places leave unexplained where they are expected, in markers.
    pub(crate) fn misfit_of(&self, markers: &[u16], places: &[u16], cloud: &[DVec3]) -> f64 {
        let limit2 = self.tolerance.explained_m.powi(2);
        let misfit = |m: &u16| {
            let m = usize::from(*m);
            cloud.get(usize::from(places[m])).map_or(1.0, |p| {
                (p.distance_squared(self.tracks[m].expected) / limit2).min(1.0)
            })
        };
        markers.iter().map(misfit).sum()
    }

    /// Whether the markers that have a place do not pay for those being tried.
    pub(crate) fn is_body_at_ease(&self) -> bool {
        let placed = (0..self.len()).filter(|&m| self.places[m] != UNPLACED);
        let off = placed.clone().filter(|&m| self.is_suspicious(m)).count();
        8 * off <= placed.count()
    }

    /// Starts following from the labels in `places`.
    pub(crate) fn found(&mut self) {
        self.is_found = true;
        (self.fitting, self.failing, self.lost_for_s) = (1.0, 0.0, 0.0);
        self.doubt_times = 1.0;
        for track in &mut self.tracks {
            track.learnt = DVec3::ZERO;
            track.recent = DVec3::ZERO;
            track.learnt_s = 0.0;
            track.usual2 = (0.3 * self.tolerance.explained_m).powi(2);
            track.forget();
            track.hidden_s = 0.0;
            track.step = DVec3::ZERO;
        }
    }

    /// Goes on where the same performer, labelled by another rig, has come to. Only what the rig says is learnt anew.
    pub(crate) fn take_over(&mut self, before: &Self) {
        self.is_found = before.is_found;
        self.places.copy_from_slice(&before.places);
        self.seen.copy_from_slice(&before.seen);
        self.confidence.copy_from_slice(&before.confidence);
        self.until_search_s = before.until_search_s;
        for (track, old) in self.tracks.iter_mut().zip(&before.tracks) {
            (track.at, track.step, track.run) = (old.at, old.step, old.run);
            track.is_step_known = old.is_step_known;
            (track.hidden_s, track.trusted_s) = (old.hidden_s, old.trusted_s);
            track.expected = old.expected;
        }
    }

    /// Stops following.
    pub(crate) fn lose(&mut self) {
        self.is_found = false;
        self.places.fill(UNPLACED);
        self.seen.fill(None);
        self.confidence.fill(0.0);
        self.fitter.reset();
        self.until_search_s = 0.0;
        self.until_doubt_s = 0.0;
        self.searched = (0, 0);
    }

    /// Ends a frame: moves the tracks on, learns from labels that fit, and judges whether this still is the subject.
    pub(crate) fn remember(&mut self, dt_s: f64, lost_after_s: f64) {
        let (mut good, mut bad) = (0usize, 0usize);
        for m in 0..self.len() {
            let suspicious = self.is_suspicious(m);
            match self.seen[m] {
                Some(seen) => {
                    good += usize::from(!suspicious);
                    bad += usize::from(suspicious);
                    self.learn(m, seen.metres(), suspicious, dt_s);
                }
                None => self.miss(m, dt_s),
            }
        }
        let share = good as f64 / self.len().max(1) as f64;
        let failing = bad as f64 / (good + bad).max(1) as f64;
        let pace = (dt_s / HEALTH_S).min(1.0);
        self.fitting += pace * (share - self.fitting);
        self.failing += pace * (failing - self.failing);
        let is_lost = self.fitting < 0.25 || self.failing > 0.4;
        self.lost_for_s = if is_lost { self.lost_for_s + dt_s } else { 0.0 };
        if self.lost_for_s > lost_after_s {
            self.lose();
        }
    }

    fn learn(&mut self, marker: usize, seen: DVec3, suspicious: bool, dt_s: f64) {
        let turn = self.fitter.globals()[self.joints[marker]].rotation();
        let fitted = self.fitter.fitted_markers()[marker].metres();
        let expected_off = seen.distance(self.tracks[marker].expected);
        let suspicion = self.suspicion_m(marker);
        let max = self.tolerance.learnt_max_m;
        let track = &mut self.tracks[marker];
        if track.run > 0 {
            track.step = seen - track.at;
            track.is_step_known = true;
        } else if !track.is_step_known {
            track.step = DVec3::ZERO;
        }
        (track.at, track.hidden_s) = (seen, 0.0);
        track.run = track.run.saturating_add(1);
        track.off_s = if suspicious { track.off_s + dt_s } else { 0.0 };
        let residual = turn.conjugate() * (seen - fitted);
        if track.off_s > SLIPPED_S {
            track.learnt_s = 0.0;
            track.off_s = 0.0;
        } else if suspicious {
            self.confidence[marker] = 0.1;
            return;
        }
        track.trusted_s += dt_s;
        track.recent = residual;
        let pace = dt_s / (track.learnt_s + 3.0 * dt_s);
        track.learnt = (track.learnt + pace * (residual - track.learnt)).clamp_length_max(max);
        track.learnt_s = (track.learnt_s + dt_s).min(LEARN_S);
        let pace = dt_s / (track.learnt_s + 3.0 * dt_s);
        track.usual2 += pace * (expected_off * expected_off - track.usual2);
        let fit = 1.0 - (expected_off / suspicion).powi(2).min(1.0);
        let settled = (f64::from(track.run) / 5.0).min(1.0);
        self.confidence[marker] = (fit * (0.5 + 0.5 * settled)) as f32;
    }

    fn miss(&mut self, marker: usize, dt_s: f64) {
        let body = self.pattern.body(marker);
        let mates = (0..self.len())
            .filter(|&m| self.pattern.body(m) == body && self.seen[m].is_some())
            .count();
        let track = &mut self.tracks[marker];
        if mates < MATES_MIN && track.hidden_s < BALLISTIC_S {
            track.at += track.step;
        } else {
            // The step of the skeleton, not the jump from what was measured to what is expected.
            if track.run == 0 {
                track.step = track.expected - track.at;
            }
            track.at = track.expected;
        }
        track.run = 0;
        track.hidden_s += dt_s;
        if track.hidden_s > FORGOTTEN_S {
            track.trusted_s = 0.0;
        }
        self.confidence[marker] = 0.0;
    }
}
