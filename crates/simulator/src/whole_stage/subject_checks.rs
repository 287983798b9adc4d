//! The checks of one performer or body at one wall frame.

use super::plan::{Carriage, Plan};
use super::process::Process;
use super::rig_motion::{JointPose, RigMotion};
use super::trouble::Trouble;
use super::virtual_source::{CAMERA, PROCESSING, PROP, body_pose};
use super::watcher::{Promise, Watcher};
use cyc_model::{HostNs, Nanos, Quality, TrackedBody};
use cyc_timing::VELOCITY_SPAN;
use glam::DVec3;
use std::collections::VecDeque;

/// Predicted for so long at most, as the dropout policy has it; then held.
const PREDICTED_MAX: Nanos = Nanos::from_millis(50);
/// Held for so long at most; then absent.
const HELD_MAX: Nanos = Nanos::from_secs(1);
/// What is called measured is at most so old: a source's own period, and never longer than a prediction.
const MEASURED_MAX: Nanos = Nanos::from_millis(50);
/// How much a told age may be off.
const AGE_OFF_MAX: Nanos = Nanos::from_millis(1);
/// A root that moves further than this between two wall frames was cut, which is allowed after a gap alone.
const CUT_M: f64 = 0.3;
/// A shown joint may be so much further outside its range than it was performed, radians: between two poses at the rim of
/// a ball's range the way goes a little outside.
const BEYOND_MAX_RAD: f64 = 0.15;
/// What is left of how far a joint was measured outside after a wall frame: forgotten within half a second.
const BEYOND_FORGOTTEN: f64 = 0.9;
/// Measured joints are right to this when nothing is wrong, metres, beside what they do between two frames.
const CALM_ERROR_MAX_M: f64 = 0.010;
/// The same of bodies.
const CALM_BODY_ERROR_MAX_M: f64 = 0.010;
/// Measured joints are right to this whatever is wrong with network and clocks, metres.
const ERROR_MAX_M: f64 = 0.250;
/// A stage frame that is older than this stands still.
const STALE: Nanos = Nanos::from_millis(20);
/// Further off than this is another subject, metres.
const OTHER_SUBJECT_M: f64 = 3.0;
/// What has been measured for so long is no longer faded in.
const FADED_IN: Nanos = Nanos::from_millis(200);
/// Measurements remembered of a subject: half a second at 240 Hz.
const MEASURED_KEPT: usize = 128;
/// Wall frames whose errors may still be faded out: 250 ms.
const RECENT_FRAMES: usize = 15;
/// A fade goes through at most this share of what it began with in a second: its steepest slope is 1.5 times its mean, over
/// 120 ms, and two may overlap. That is 0.35 in a frame of the wall.
const FADED_PER_S: f64 = 21.0;
/// The time between two frames of the wall.
const WALL_FRAME: Nanos = Nanos::from_micros(16_667);
/// The rigs of these shows are exact: markers that are further off than this (RMS) say themselves that the pose is not
/// found yet. The engine publishes that figure with the pose; metres.
const SURE_RMS_M: f32 = 0.005;
/// Further than this, beyond what a fade and the truth explain, nothing jumps from one wall frame to the next, metres.
pub(super) const JUMP_MAX_M: f64 = 0.015;

/// What is remembered of a performer or a body from wall frame to wall frame.
#[derive(Debug, Default)]
pub(super) struct Subject {
    pub name: String,
    pub source: usize,
    /// The last measurements that the core was given, on the engine's clock, oldest first.
    measured: VecDeque<HostNs>,
    shown: Vec<DVec3>,
    /// Whether its markers fitted when it was last shown.
    fits: bool,
    /// The moment of its past at which it was compared last.
    compared_at: Option<HostNs>,
    /// Times that it was compared with the truth.
    pub compared: u32,
    /// What is shown less the truth, joint by joint, when it was last compared.
    errors: Vec<DVec3>,
    /// The truth at that time.
    truth: Vec<DVec3>,
    /// Where the root truly was then.
    root_true_at: Option<DVec3>,
    /// Of each of the last wall frames, the largest error and how far the truth moved, metres.
    recent: VecDeque<(f64, f64)>,
    /// How far outside its range a joint was measured lately, radians.
    beyond_rad: f64,
    /// Since when it has been there without a break.
    present_since: Option<HostNs>,
    was: Quality,
    /// Since when it has been measured without a break.
    measured_since: Option<HostNs>,
}

impl Subject {
    pub fn new(name: String, source: usize) -> Self {
        Self {
            name,
            source,
            ..Self::default()
        }
    }

    /// The program knows nothing of it any more.
    pub fn forget(&mut self) {
        self.measured.clear();
        self.shown.clear();
        self.errors.clear();
        self.root_true_at = None;
        self.recent.clear();
        self.present_since = None;
        self.was = Quality::Absent;
        self.measured_since = None;
    }

    /// A measurement of it was given to the core.
    pub fn note_measured(&mut self, at: HostNs) {
        if self.measured.back().is_none_or(|newest| at > *newest) {
            self.measured.push_back(at);
            if self.measured.len() > MEASURED_KEPT {
                self.measured.pop_front();
            }
        }
    }

    /// A joint was measured so far outside its range.
    pub(super) fn note_measured_beyond(&mut self, beyond_rad: f64) {
        self.beyond_rad = self.beyond_rad.max(beyond_rad);
    }

    /// How far outside its range a joint was measured lately; with each frame of the wall that shows something newer it is a
    /// little longer ago.
    pub(super) fn lately_beyond(&mut self, is_newer: bool) -> f64 {
        let beyond_rad = self.beyond_rad;
        if is_newer {
            self.beyond_rad *= BEYOND_FORGOTTEN;
        }
        beyond_rad
    }

    /// How old the newest measurement was at a time of its past.
    fn age_at(&self, at: HostNs) -> Option<Nanos> {
        let newest = self.measured.iter().rev().find(|m| **m <= at);
        newest.map(|m| at - *m)
    }

    fn note(&mut self, now: HostNs, quality: Quality, joints: impl Iterator<Item = DVec3>) {
        self.shown.clear();
        if quality.is_present() {
            self.shown.extend(joints);
        }
        if !quality.is_present() {
            self.root_true_at = None;
            self.errors.clear();
            self.recent.clear();
        }
        self.was = quality;
        if quality.is_measured() {
            self.measured_since.get_or_insert(now);
        } else {
            self.measured_since = None;
        }
        let is_there = matches!(
            quality,
            Quality::Live | Quality::Interpolated | Quality::Predicted { .. }
        );
        if is_there {
            self.present_since.get_or_insert(now);
        } else {
            self.present_since = None;
        }
    }

    /// Takes what is shown and the truth of the same moment. Returns the largest error, and by how much a joint jumped: how
    /// far its error changed beyond what a fade of the recent error and the truth's own movement explain.
    pub(super) fn compare(&mut self, at: HostNs, shown: &[DVec3], truth: &[DVec3]) -> (f64, f64) {
        let passed = self.compared_at.map_or(Nanos::ZERO, |before| at - before);
        self.compared_at = Some(at);
        // While nothing new is solved the same is shown again, and then more of a fade is gone at once.
        let faded = (FADED_PER_S * passed.max(WALL_FRAME).secs()).min(1.0);
        let errors = || shown.iter().zip(truth).map(|(a, b)| *a - *b);
        let worst = errors().map(DVec3::length).fold(0.0, f64::max);
        let recent = self.recent.iter().map(|r| r.0).fold(worst, f64::max);
        let fastest = self.recent.iter().map(|r| r.1).fold(0.0, f64::max);
        let moved = truth.iter().zip(&self.truth).map(|(a, b)| a.distance(*b));
        let moved = moved.fold(0.0, f64::max);
        let before = self.errors.iter().zip(&self.truth);
        let jump = errors()
            .zip(truth)
            .zip(before)
            .map(|((error, truth), (was, was_at))| error.distance(*was) - truth.distance(*was_at))
            .fold(0.0, f64::max);
        self.compared += 1;
        let all: Vec<DVec3> = errors().collect();
        self.errors = all;
        self.truth.clear();
        self.truth.extend_from_slice(truth);
        self.recent.push_back((worst, moved));
        if self.recent.len() > RECENT_FRAMES {
            self.recent.pop_front();
        }
        (worst, jump - faded * recent - fastest)
    }

    /// How far the root truly moved since it was compared last, metres.
    pub(super) fn root_moved(&mut self, true_at: Option<DVec3>) -> f64 {
        let before = std::mem::replace(&mut self.root_true_at, true_at);
        let both = before.zip(true_at);
        both.map_or(0.0, |(before, now)| before.distance(now))
    }

    fn is_faded_in(&self, now: HostNs) -> bool {
        self.measured_since
            .is_some_and(|since| now - since >= FADED_IN)
    }

    /// Whether it has been there, measured or predicted, for so long that nothing is faded any more.
    fn is_there(&self, now: HostNs) -> bool {
        self.present_since
            .is_some_and(|since| now - since >= FADED_IN)
    }

    /// What an age and a quality contradict each other in; `None` when they agree. What is called measured is no older than
    /// `measured_max`, where that is longer than a prediction.
    pub(super) fn contradiction(
        &self,
        quality: Quality,
        age: Option<Nanos>,
        measured_max: Nanos,
    ) -> Option<String> {
        let Some(age) = age else {
            return quality
                .is_present()
                .then(|| format!("{quality:?} and never measured"));
        };
        let is_right = match quality {
            Quality::Live | Quality::Interpolated => {
                age <= measured_max.max(MEASURED_MAX) + AGE_OFF_MAX
            }
            Quality::Predicted { age: told } => {
                told <= PREDICTED_MAX && (told - age).0.abs() <= AGE_OFF_MAX.0
            }
            Quality::Held { age: told } => {
                told <= HELD_MAX && (told - age).0.abs() <= AGE_OFF_MAX.0
            }
            Quality::Absent => age > HELD_MAX - AGE_OFF_MAX,
        };
        (!is_right).then(|| format!("{quality:?}, {:.1} ms old", age.millis()))
    }
}

/// Whether a pose is said to be older than the newest markers are.
fn is_told_older(quality: Quality, age: Option<Nanos>) -> bool {
    let told = match quality {
        Quality::Live | Quality::Interpolated => Nanos::ZERO,
        Quality::Predicted { age } | Quality::Held { age } => age,
        Quality::Absent => HELD_MAX,
    };
    age.is_some_and(|age| told > age)
}

/// How much later than it is taken a source's frame seems to be taken, on the engine's clock: what no source tells.
fn untold_latency(plan: &Plan, source: usize) -> Nanos {
    match plan.sources.get(source) {
        Some(plan) if plan.carriage == Carriage::NatNet => plan.delay,
        Some(plan) => plan.delay + PROCESSING,
        None => Nanos::ZERO,
    }
}

impl Watcher {
    /// Checks a performer.
    pub(super) fn check_performer(
        &mut self,
        performer: usize,
        now: HostNs,
        process: &Process,
        plan: &Plan,
        motions: &[RigMotion],
    ) {
        let (Some(span), Some(scripted)) = (
            process.shown().performers.get(performer),
            plan.performers.get(performer),
        ) else {
            return;
        };
        let Some(motion) = motions.get(scripted.motion) else {
            return;
        };
        let pose = process.shown().joints_of_performer(performer);
        let quality = span.quality;
        let trouble = Trouble::of(plan, 0, now, self.started);
        let shown_for = process.shown_for(performer);
        self.check_age(performer, now, quality, shown_for, trouble);
        let Some(subject) = self.subjects.get(performer) else {
            return;
        };
        let at = places(pose);
        let stepped = root_step(subject, quality, &at);
        let (was, is_faded_in) = (subject.was, subject.is_faded_in(now));
        let name = subject.name.clone();
        if quality.is_present() && !trouble.is_hostile {
            self.check_limits(performer, scripted.motion, now, quality, pose);
        }
        if let (Some(shown_for), true) = (shown_for, quality.is_present()) {
            let at_s = (shown_for - untold_latency(plan, 0) - plan.settings.start).secs();
            scripted.pose(motion, at_s, &mut self.truth);
            let true_at = places(&self.truth);
            let root_true_at = true_at.first().copied();
            let [shown, true_at] = [&at, &true_at].map(|all| of_marked(motion, all));
            let rate_hz = plan.sources.first().map_or(60.0, |s| s.rate_hz);
            let subject = self.subjects.get_mut(performer);
            let compared = subject.map(|s| s.compare(shown_for, &shown, &true_at));
            let (error, jump) = compared.unwrap_or_default();
            let subject = self.subjects.get_mut(performer);
            let moved_m = subject.map_or(0.0, |s| s.root_moved(root_true_at));
            // Further than she went herself.
            let root = stepped - moved_m;
            if root > CUT_M {
                self.note_cut(&name, now, root, was.is_measured() && !trouble.is_hostile);
            }
            let missed_m = missed_m(rate_hz, motion);
            // Held until she was gone, between two frames of the wall: who comes back then is not faded in.
            let was_gone = matches!(was, Quality::Held { age } if age + WALL_FRAME >= HELD_MAX);
            let is_jump = jump > JUMP_MAX_M + 2.0 * missed_m && !was_gone;
            let fits = span.marker_rms_m <= SURE_RMS_M;
            let is_counted = quality.is_measured() && !trouble.is_hostile;
            let fitted = self.note_fit(performer, fits, is_counted);
            if !trouble.is_hostile && root <= CUT_M && fits && fitted {
                self.figures.jump_m = self.figures.jump_m.max(jump);
                if is_jump {
                    let mm = jump * 1e3;
                    let seen = format!("{name}: {mm:.0} mm, {was:?} before, {quality:?} now");
                    self.broken(Promise::NoJump, now, seen);
                }
            }
            let is_sure = quality.is_measured() && is_faded_in && fits && fitted;
            let allowed = CALM_ERROR_MAX_M + missed_m;
            self.check_error(&name, now, (error, is_sure, allowed), trouble);
        }
        if trouble.is_calm && matches!(quality, Quality::Held { .. } | Quality::Absent) {
            let seen = format!("{name}: {quality:?}");
            self.broken(Promise::Recovered, now, seen);
        }
        if let Some(subject) = self.subjects.get_mut(performer) {
            subject.note(now, quality, at.into_iter());
            // What stands still on the wall is not measured, whatever was said of it once.
            if now - process.shown().due > STALE {
                subject.measured_since = None;
            }
        }
    }

    /// Notes whether a performer's markers fit. Returns whether they did before.
    fn note_fit(&mut self, performer: usize, fits: bool, is_counted: bool) -> bool {
        if is_counted {
            self.figures.measured_frames += 1;
            self.figures.unsure_frames += u64::from(!fits);
        }
        let subject = self.subjects.get_mut(performer);
        subject.is_some_and(|s| std::mem::replace(&mut s.fits, fits))
    }

    /// A root moved as far as only a cut moves it, which nothing that was measured just before may.
    fn note_cut(&mut self, name: &str, now: HostNs, root_m: f64, is_jump: bool) {
        self.figures.cuts += 1;
        if is_jump {
            let seen = format!("{name}: {root_m:.2} m within a wall frame");
            self.broken(Promise::NoJump, now, seen);
        }
    }

    fn check_limits(
        &mut self,
        performer: usize,
        motion: usize,
        now: HostNs,
        quality: Quality,
        pose: &[JointPose],
    ) {
        // What stands still on the wall, as while the solver is held up, goes no further than it was measured.
        let is_newer = self.is_newer;
        let limits = self.limits.get(motion);
        let beyond = limits.map_or(0.0, |l| l.worst_beyond_rad(pose));
        let Some(subject) = self.subjects.get_mut(performer) else {
            return;
        };
        let further = beyond - subject.lately_beyond(is_newer);
        self.figures.beyond_limit_rad = self.figures.beyond_limit_rad.max(further);
        if further > BEYOND_MAX_RAD {
            let seen = format!("{}: {beyond:.2} rad outside, {quality:?}", subject.name);
            self.broken(Promise::JointLimits, now, seen);
        }
    }

    fn check_age(
        &mut self,
        performer: usize,
        now: HostNs,
        quality: Quality,
        shown_for: Option<HostNs>,
        trouble: Trouble,
    ) {
        let Some(subject) = self.subjects.get(performer).filter(|_| !trouble.is_hostile) else {
            return;
        };
        let age = shown_for.and_then(|shown| subject.age_at(shown));
        let was_refused = trouble.is_misnamed && is_told_older(quality, age);
        let seen = subject.contradiction(quality, age, trouble.measured_max);
        if let Some(seen) = seen.filter(|_| !was_refused) {
            let seen = format!("{}: {seen}", subject.name);
            self.broken(Promise::QualityAge, now, seen);
        }
    }

    pub(super) fn check_error(
        &mut self,
        name: &str,
        now: HostNs,
        (error_m, is_sure, calm_max_m): (f64, bool, f64),
        trouble: Trouble,
    ) {
        if trouble.is_hostile || !is_sure {
            return;
        }
        self.figures.error_m = self.figures.error_m.max(error_m);
        let promise = match trouble.is_calm {
            true if error_m > calm_max_m => Promise::Recovered,
            false if error_m > OTHER_SUBJECT_M => Promise::OneOwner,
            false if error_m > ERROR_MAX_M => Promise::Accurate,
            _ => {
                if trouble.is_calm {
                    self.figures.calm_error_m = self.figures.calm_error_m.max(error_m);
                }
                return;
            }
        };
        self.broken(promise, now, format!("{name}: {:.0} mm off", error_m * 1e3));
    }

    /// Checks the camera (0) or the prop (1).
    pub(super) fn check_body(
        &mut self,
        body: usize,
        now: HostNs,
        due: HostNs,
        tracked: TrackedBody,
        plan: &Plan,
    ) {
        let Some(subject) = self.bodies.get(body) else {
            return;
        };
        let (name, source) = (if body == 0 { CAMERA } else { PROP }, subject.source);
        let trouble = Trouble::of(plan, source, now, self.started);
        let quality = tracked.quality;
        let at = tracked.stage_from_body.translation().metres();
        let latency = untold_latency(plan, source);
        let truth = body_pose(name, (due - latency - plan.settings.start).secs());
        let error = at.distance(truth.translation().metres());
        let is_sure = subject.is_there(now);
        if is_sure && !trouble.is_hostile {
            if error > OTHER_SUBJECT_M {
                self.broken(Promise::OneOwner, now, format!("{name}: {error:.2} m off"));
            } else if error > ERROR_MAX_M {
                self.broken(Promise::Accurate, now, format!("{name}: {error:.2} m off"));
            }
        }
        if trouble.is_calm {
            let is_away = matches!(quality, Quality::Held { .. } | Quality::Absent);
            if is_away || (is_sure && error > CALM_BODY_ERROR_MAX_M) {
                let seen = format!("{name}: {quality:?}, {:.0} mm off", error * 1e3);
                self.broken(Promise::Recovered, now, seen);
            } else if is_sure {
                self.figures.calm_body_error_m = self.figures.calm_body_error_m.max(error);
            }
        }
        if let Some(subject) = self.bodies.get_mut(body) {
            subject.note(now, quality, std::iter::once(at));
        }
    }
}

/// What a hand may do between two frames that no prediction knows, metres.
fn missed_m(rate_hz: f64, motion: &RigMotion) -> f64 {
    let period_s = 1.0 / rate_hz;
    // A velocity is the mean over the last 20 ms or the last period, so it is late by half of that.
    let late_s = period_s.max(VELOCITY_SPAN.secs()) / 2.0;
    motion.acceleration_max() * period_s * (period_s / 2.0 + late_s)
}

fn places(pose: &[JointPose]) -> Vec<DVec3> {
    pose.iter().map(|j| j.translation().metres()).collect()
}

/// The joints that have markers.
fn of_marked(motion: &RigMotion, joints: &[DVec3]) -> Vec<DVec3> {
    let marked = motion.rig().markers().iter().map(|m| m.joint.idx());
    marked.filter_map(|j| joints.get(j).copied()).collect()
}

/// How far the root moved since the last wall frame, metres.
fn root_step(subject: &Subject, quality: Quality, joints: &[DVec3]) -> f64 {
    let mut pairs = joints.iter().zip(&subject.shown);
    let first = pairs.next().filter(|_| quality.is_present());
    first.map_or(0.0, |(a, b)| a.distance(*b))
}
