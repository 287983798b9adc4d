//! What must hold in every frame of a show, whatever goes wrong; and what is measured on the way.
//!
//! The checks know the truth and the plan of faults, and nothing of how the engine works. A broken promise is kept with
//! the moment at which it broke; the seed makes it happen again.

use super::fault::{Fault, FaultKind};
use super::joint_limits::JointLimits;
use super::plan::Plan;
use super::process::Process;
use super::rig_motion::{JointPose, RigMotion};
use super::subject_checks::Subject;
use super::virtual_source::{CAMERA, PROP, performer_name};
use cyc_capture::SourceEvent;
use cyc_model::{HostNs, MocapFrame, Nanos, Quality, StageFrame, TrackedBody};

/// What is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    /// Frame numbers and times only grow.
    Monotone,
    /// No value that is none, or beyond the stage, is shown.
    Finite,
    /// Queues stay within their bounds.
    Bounded,
    /// No joint is shown further outside its range than it was performed.
    JointLimits,
    /// What is said of a pose's age is true.
    QualityAge,
    /// Nothing that is shown jumps.
    NoJump,
    /// What is said to be measured is where it is.
    Accurate,
    /// A subject is its owner's.
    OneOwner,
    /// A stage frame is published in time.
    Cadence,
    /// When everything is right again, so is what is shown.
    Recovered,
}

impl Promise {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Monotone,
        Self::Finite,
        Self::Bounded,
        Self::JointLimits,
        Self::QualityAge,
        Self::NoJump,
        Self::Accurate,
        Self::OneOwner,
        Self::Cadence,
        Self::Recovered,
    ];

    /// Its name in a report for programs.
    pub fn name(self) -> &'static str {
        let key = self.key();
        key.strip_prefix("chaos-promise-").unwrap_or(key)
    }

    /// The key of its text.
    pub fn key(self) -> &'static str {
        match self {
            Self::Monotone => "chaos-promise-monotone",
            Self::Finite => "chaos-promise-finite",
            Self::Bounded => "chaos-promise-bounded",
            Self::JointLimits => "chaos-promise-joint-limits",
            Self::QualityAge => "chaos-promise-quality-age",
            Self::NoJump => "chaos-promise-no-jump",
            Self::Accurate => "chaos-promise-accurate",
            Self::OneOwner => "chaos-promise-one-owner",
            Self::Cadence => "chaos-promise-cadence",
            Self::Recovered => "chaos-promise-recovered",
        }
    }
}

/// A promise that was broken.
#[derive(Clone, Debug, PartialEq)]
pub struct Breach {
    /// Which.
    pub promise: Promise,
    /// When, since the show's start.
    pub at: Nanos,
    /// What was seen: who, how much.
    pub seen: String,
    /// What was wrong at that time, or shortly before.
    pub during: Vec<FaultKind>,
}

/// The worst that was seen while no promise was broken, and how much there was.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Joint against truth while measured and nothing was wrong, metres.
    pub calm_error_m: f64,
    /// Joint against truth while measured, whatever was wrong but hostile values, metres.
    pub error_m: f64,
    /// Camera and prop against truth while measured and nothing was wrong, metres.
    pub calm_body_error_m: f64,
    /// Furthest that a shown joint moved between two wall frames beyond what its performance and a fade explain, metres.
    pub jump_m: f64,
    /// Furthest that a joint was shown outside its range and its performance, radians.
    pub beyond_limit_rad: f64,
    /// Longest time between two stage frames, while the program ran.
    pub longest_pause: Nanos,
    /// The oldest frame that the core was given, since it was heard: what a backlog would show.
    pub oldest_stepped: Nanos,
    /// Performers shown as measured, one a wall frame, without hostile values.
    pub measured_frames: u64,
    /// Of these, with markers that say that the pose is not found yet.
    pub unsure_frames: u64,
    /// Performers shown elsewhere after they had been away.
    pub cuts: u64,
    /// Stage frames published.
    pub published: u64,
    /// Frames that came through from the sources.
    pub heard: u64,
    /// Times that a source was found to have restarted.
    pub restarts: u64,
    /// Datagrams sent to the program.
    pub datagrams: u64,
    /// Datagrams that were refused, or that a limit cut.
    pub refused: u64,
}

/// Nothing on a stage is further away, metres: what coordinates are bounded by.
const FARTHEST_M: f64 = cyc_model::COORDINATE_MAX_M;
/// A stage frame is published at least so often while the program runs: what the solve thread waits for before it renews
/// the stage by itself, its own look-around, and a turn.
const PAUSE_MAX: Nanos = Nanos::from_millis(20);
/// Breaches that are kept of a show.
const BREACHES_MAX: usize = 8;
/// What was wrong is over for so long before everything has to be right again: a source that was silent is asked again
/// each second, and what returns is faded in.
pub(super) const GRACE: Nanos = Nanos::from_millis(1600);

/// See the module's page.
pub(super) struct Watcher {
    start: HostNs,
    pub(super) started: HostNs,
    faults: Vec<Fault>,
    pub(super) breaches: Vec<Breach>,
    pub(super) figures: Figures,
    digest: u64,
    heard: Vec<Option<(u32, u64)>>,
    last_number: u64,
    last_due: Option<HostNs>,
    /// The stage frame that the wall showed last, and whether it shows a newer one now.
    on_wall: u64,
    pub(super) is_newer: bool,
    pub(super) subjects: Vec<Subject>,
    pub(super) bodies: Vec<Subject>,
    pub(super) limits: Vec<JointLimits>,
    /// Which motion each performer does.
    motions: Vec<usize>,
    pub(super) truth: Vec<JointPose>,
}

/// The larger of two magnitudes; what is no number is larger than any.
pub(super) fn larger(worst: f64, value: f64) -> f64 {
    // A comparison that NaN fails.
    if value.abs() <= worst || worst.is_nan() {
        worst
    } else {
        value.abs()
    }
}

/// Notes a measurement of a subject in a frame.
fn note_measured(subject: &mut Subject, frame: &MocapFrame) {
    let Some(position) = frame.roster.find(&subject.name) else {
        return;
    };
    let markers = frame.markers_of(position).iter().flatten().count();
    let segments = frame.segments_of(position).iter().flatten().count();
    if markers > 0 || segments > 0 {
        subject.note_measured(frame.taken.unwrap_or(frame.heard));
    }
}

fn qualities(shown: &StageFrame) -> impl Iterator<Item = Quality> {
    let tracked = shown.cameras.iter().chain(&shown.props).map(|t| t.quality);
    tracked.chain(shown.performers.iter().map(|p| p.quality))
}

fn quality_code(quality: Quality) -> u64 {
    match quality {
        Quality::Live => 1,
        Quality::Interpolated => 2,
        Quality::Predicted { age } => 3 + age.0 as u64,
        Quality::Held { age } => !(age.0 as u64),
        Quality::Absent => 0,
    }
}

impl Watcher {
    pub fn new(plan: &Plan, motions: &[RigMotion]) -> Self {
        let count = plan.performers.len();
        Self {
            start: plan.settings.start,
            breaches: Vec::new(),
            figures: Figures::default(),
            digest: 0xcbf2_9ce4_8422_2325,
            heard: vec![None; plan.sources.len()],
            last_number: 0,
            last_due: None,
            on_wall: 0,
            is_newer: true,
            started: plan.settings.start,
            faults: plan.faults.clone(),
            subjects: (0..count)
                .map(|i| Subject::new(performer_name(i), 0))
                .collect(),
            bodies: vec![
                Subject::new(CAMERA.to_owned(), 1),
                Subject::new(PROP.to_owned(), 0),
            ],
            limits: motions.iter().map(JointLimits::of).collect(),
            motions: plan.performers.iter().map(|p| p.motion).collect(),
            truth: Vec::new(),
        }
    }

    /// Everything that was shown, as a number: two runs that show the same have the same.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    /// The program starts anew and knows nothing.
    pub fn restarted(&mut self, now: HostNs) {
        self.heard.iter_mut().for_each(|h| *h = None);
        self.last_number = 0;
        self.on_wall = 0;
        self.last_due = None;
        self.started = now;
        for subject in self.subjects.iter_mut().chain(&mut self.bodies) {
            subject.forget();
        }
    }

    /// A frame came through a source's door.
    pub fn heard(&mut self, source: usize, frame: &MocapFrame) {
        self.figures.heard += 1;
        let is = (frame.epoch.0, frame.number.0);
        let was = self.heard.get_mut(source).and_then(|h| h.replace(is));
        if let Some(was) = was.filter(|was| is <= *was) {
            let seen = format!("source {source}: frame {is:?} after {was:?}");
            self.broken(Promise::Monotone, frame.heard, seen);
        }
    }

    /// News of a source.
    pub fn event(&mut self, _source: usize, event: &SourceEvent) {
        self.figures.restarts += u64::from(matches!(event, SourceEvent::Restarted { .. }));
    }

    /// The solve thread took so many frames from a source's queue.
    pub fn drained(&mut self, source: usize, taken: usize, room: usize) {
        if taken > room {
            let seen = format!("source {source}: {taken} frames in a queue for {room}");
            self.broken(
                Promise::Bounded,
                self.last_due.unwrap_or(self.started),
                seen,
            );
        }
    }

    /// The core is about to be given a frame, or the time.
    pub fn stepped(&mut self, now: HostNs, frame: Option<&MocapFrame>) {
        let Some(frame) = frame else { return };
        let oldest = &mut self.figures.oldest_stepped;
        *oldest = (*oldest).max(now - frame.heard);
        let source = frame.source.idx();
        let all = self.subjects.iter_mut().chain(&mut self.bodies);
        all.filter(|s| s.source == source)
            .for_each(|s| note_measured(s, frame));
    }

    /// The core published a stage frame.
    pub fn published(&mut self, now: HostNs, shown: &StageFrame) {
        self.figures.published += 1;
        if shown.number != self.last_number + 1 {
            let seen = format!("stage frame {} after {}", shown.number, self.last_number);
            self.broken(Promise::Monotone, now, seen);
        }
        self.last_number = shown.number;
        if let Some(before) = self.last_due.replace(shown.due) {
            if shown.due < before {
                let seen = format!("due {:?} after {before:?}", shown.due);
                self.broken(Promise::Monotone, now, seen);
            }
            let pause = shown.due - before;
            self.figures.longest_pause = self.figures.longest_pause.max(pause);
        }
        self.note_beyond(shown);
        let mut digest = self.digest;
        let mut take = |value: u64| {
            digest = (digest ^ value).wrapping_mul(0x0100_0000_01b3);
            digest ^= digest >> 29;
        };
        take((shown.due - self.start).0 as u64);
        let mut worst = 0.0f64;
        let tracked = shown.cameras.iter().chain(&shown.props);
        let bodies = tracked.map(|t| {
            (
                t.stage_from_body.rotation(),
                t.stage_from_body.translation(),
            )
        });
        let joints = shown.performer_joints.iter();
        let joints = joints.map(|j| (j.rotation(), j.translation()));
        for (turn, at) in bodies.chain(joints) {
            for value in turn.to_array().into_iter().chain(at.metres().to_array()) {
                take(value.to_bits());
                worst = larger(worst, value);
            }
        }
        for quality in qualities(shown) {
            take(quality_code(quality));
        }
        self.digest = digest;
        self.check_worst(now, worst);
    }

    /// How far outside their ranges joints are measured, also between two frames of the wall: a prediction goes on from there.
    fn note_beyond(&mut self, shown: &StageFrame) {
        let performers = shown.performers.iter().zip(&mut self.subjects);
        for (i, (span, subject)) in performers.enumerate() {
            let limits = self.motions.get(i).and_then(|m| self.limits.get(*m));
            if let Some(limits) = limits.filter(|_| span.quality.is_measured()) {
                let beyond = limits.worst_beyond_rad(shown.joints_of_performer(i));
                subject.note_measured_beyond(beyond);
            }
        }
    }

    /// The wall shows what there is. `plan` says what is wrong just now.
    pub fn wall(&mut self, now: HostNs, process: &Process, plan: &Plan, motions: &[RigMotion]) {
        self.check_cadence(now, plan);
        let shown = process.shown();
        let before = std::mem::replace(&mut self.on_wall, shown.number);
        self.is_newer = shown.number != before;
        for performer in 0..self.subjects.len() {
            self.check_performer(performer, now, process, plan, motions);
        }
        let bodies = shown.cameras.first().into_iter().chain(shown.props.first());
        let bodies: [Option<TrackedBody>; 2] = {
            let mut all = bodies.copied();
            [all.next(), all.next()]
        };
        for (body, tracked) in bodies.into_iter().enumerate() {
            if let Some(tracked) = tracked {
                self.check_body(body, now, shown.due, tracked, plan);
            }
        }
    }

    pub(super) fn broken(&mut self, promise: Promise, now: HostNs, seen: String) {
        if self.breaches.len() < BREACHES_MAX {
            let near = self.faults.iter();
            let near = near.filter(|f| f.begins <= now && now < f.ends + GRACE);
            let mut during: Vec<FaultKind> = near.map(|f| f.kind).collect();
            during.sort_unstable();
            during.dedup();
            self.breaches.push(Breach {
                promise,
                at: now - self.start,
                seen,
                during,
            });
        }
    }

    pub(super) fn check_worst(&mut self, now: HostNs, worst: f64) {
        if !(worst <= FARTHEST_M) {
            self.broken(Promise::Finite, now, format!("a value of {worst}"));
        }
    }

    pub(super) fn check_cadence(&mut self, now: HostNs, plan: &Plan) {
        let Some(due) = self.last_due else { return };
        let spikes = plan
            .faults
            .iter()
            .filter(|f| f.kind == FaultKind::SolverSpike);
        let spikes = spikes.filter(|f| f.begins <= now && now < f.ends + GRACE);
        let spike = spikes.map(|f| f.strength).fold(0.0, f64::max);
        let allowed = PAUSE_MAX + Nanos::from_secs_real(2.0 * spike);
        if now - due > allowed {
            let seen = format!("no stage frame for {:.1} ms", (now - due).millis());
            self.broken(Promise::Cadence, now, seen);
            self.last_due = Some(now);
        }
    }
}
