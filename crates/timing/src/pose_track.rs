//! The short past of a tracked body (a film camera, a performer's segment), and where it was or will be at a time.
//!
//! Between two poses it is interpolated; past the newest one its velocity goes on, decaying, for a while (33 ms for a
//! camera, 50 ms for a performer), then comes to rest within 80 ms and stays: a still inner frustum is kinder than a
//! drifting one. It rests where the prediction took it, since a way back would be a movement that nobody made. After 1 s
//! it is absent. When it returns after four of its own periods or more, what was shown is cross-faded into what is
//! measured (66 ms, 120 ms), or cut when they are more than half a metre apart. The times are a [`GapPolicy`].
//!
//! With a lead ([`PoseTrack::set_lead`]) it is shown as it will be so much later, when the light leaves the wall: see
//! [`Prediction`]. The lead comes on top of the dropout's policy and does not decay.
//!
//! What must stay true: over time, what is shown has no jump but at a cut, and all of it is a function of the poses
//! pushed and the time asked for.

use crate::learned_way::LearnedWay;
use crate::limits::{
    ABSENT_AFTER, CAMERA_PREDICTION_MAX, CAMERA_RETURN_FADE, EASE, GAP_PERIODS, LEAD_MAX,
    PERFORMER_PREDICTION_MAX, PERFORMER_RETURN_FADE, PERIODS_REMEMBERED, PREDICTION_DECAY,
    RETURN_CUT_M, TRACK_SAMPLES, VELOCITY_SPAN,
};
use crate::motion_estimate::{GainFilter, MotionEstimate};
use crate::prediction::{Horizon, Outlook, Twist};
use cyc_model::{HostNs, Nanos, Prediction, Quality, Space, Xf};
use glam::{DQuat, DVec3};

/// What is shown while nothing is measured, and when it is again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GapPolicy {
    /// The velocity goes on for this long.
    pub prediction_max: Nanos,
    /// Then it comes to rest within this time.
    pub ease: Nanos,
    /// What was shown is faded into what is measured over this time.
    pub return_fade: Nanos,
}

impl GapPolicy {
    /// A film camera, or an eye: what it sees must not drift.
    pub const CAMERA: Self = Self {
        prediction_max: CAMERA_PREDICTION_MAX,
        ease: EASE,
        return_fade: CAMERA_RETURN_FADE,
    };

    /// A performer: a body goes on with what it does.
    pub const PERFORMER: Self = Self {
        prediction_max: PERFORMER_PREDICTION_MAX,
        ease: EASE,
        return_fade: PERFORMER_RETURN_FADE,
    };
}

/// The track of a body `B` in the space `S`.
#[derive(Debug)]
pub struct PoseTrack<S: Space, B: Space> {
    policy: GapPolicy,
    samples: [Sample<S, B>; TRACK_SAMPLES],
    len: usize,
    /// Place of the newest sample.
    newest: usize,
    refused: u64,
    prediction: Prediction,
    lead: Nanos,
    estimate: MotionEstimate,
    /// For turns, and for shifts.
    gains: [GainFilter; 2],
    learned: LearnedWay,
}

#[derive(Debug)]
struct Sample<S: Space, B: Space> {
    at: HostNs,
    pose: Xf<S, B>,
    velocity: Twist,
    /// How it goes on over a lead.
    outlook: Outlook,
    /// What was shown minus what was measured, when this is the first sample after a gap; later ones inherit it.
    fade: Fade,
    /// Samples are missing before this one: what was shown meanwhile was predicted.
    after_gap: bool,
    /// When the samples without a gap up to this one began: how it moves is only learnt from then on.
    since: HostNs,
}

// By hand, because the derived ones would ask the same of the spaces, which have no values.
impl<S: Space, B: Space> Clone for Sample<S, B> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<S: Space, B: Space> Copy for Sample<S, B> {}
impl<S: Space, B: Space> Clone for PoseTrack<S, B> {
    fn clone(&self) -> Self {
        Self {
            learned: self.learned.clone(),
            ..*self
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Fade {
    began: HostNs,
    shift_m: DVec3,
    turn_rad: DVec3,
}

impl<S: Space, B: Space> Default for PoseTrack<S, B> {
    fn default() -> Self {
        Self::new(GapPolicy::CAMERA)
    }
}

impl<S: Space, B: Space> PoseTrack<S, B> {
    /// An empty track with a policy.
    pub fn new(policy: GapPolicy) -> Self {
        let sample = Sample {
            at: HostNs(0),
            pose: Xf::IDENTITY,
            velocity: Twist::default(),
            outlook: Outlook::default(),
            fade: Fade::default(),
            after_gap: false,
            since: HostNs(0),
        };
        Self {
            policy,
            samples: [sample; TRACK_SAMPLES],
            len: 0,
            newest: 0,
            refused: 0,
            prediction: Prediction::default(),
            lead: Nanos::ZERO,
            estimate: MotionEstimate::begin((DQuat::IDENTITY, DVec3::ZERO), Twist::default()),
            gains: [GainFilter::turning(), GainFilter::moving()],
            learned: LearnedWay::new(),
        }
    }

    /// Deals with gaps by another policy from now on.
    pub fn set_policy(&mut self, policy: GapPolicy) {
        self.policy = policy;
    }

    /// Continues motions by another method from the next pose on.
    pub fn set_prediction(&mut self, prediction: Prediction) {
        self.prediction = prediction;
    }

    /// Shows the body as it will be so much later than it is asked for: at most [`LEAD_MAX`], at least none.
    pub fn set_lead(&mut self, lead: Nanos) {
        self.lead = lead.clamp(Nanos::ZERO, LEAD_MAX);
    }
}

/// The rotation vector of the shorter way.
pub(crate) fn rotation_vector(q: DQuat) -> DVec3 {
    if q.w < 0.0 {
        (-q).to_scaled_axis()
    } else {
        q.to_scaled_axis()
    }
}

impl<S: Space, B: Space> PoseTrack<S, B> {
    /// Takes the pose measured at a time. A pose that is not newer than the newest is refused and counted, unless it is
    /// more than a second older: then the clock was set, and the track begins anew.
    pub fn push(&mut self, at: HostNs, pose: Xf<S, B>) {
        let first = Sample {
            at,
            pose,
            velocity: Twist::default(),
            outlook: Outlook::default(),
            fade: Fade::default(),
            after_gap: false,
            since: at,
        };
        let Some(before) = self.back(0) else {
            self.begin(first);
            return;
        };
        let step = at - before.at;
        if step < Nanos(-ABSENT_AFTER.0) || step > ABSENT_AFTER {
            self.len = 0;
            self.begin(first);
        } else if step <= Nanos::ZERO {
            self.refused += 1;
        } else {
            let after_gap = step > self.gap_min();
            // A way that nobody went says nothing about the speed.
            let mut velocity = self.velocity_into(at, pose);
            let sample = Sample { after_gap, ..first };
            if after_gap {
                let shown = self.onwards(&before, at).0;
                let fade = Fade::between(shown, at, pose);
                if fade.is_none() {
                    velocity = Twist::default();
                }
                let outlook = self.restart(pose, velocity);
                let fade = fade.unwrap_or_default();
                self.store(Sample {
                    velocity,
                    outlook,
                    fade,
                    ..sample
                });
                return;
            }
            let outlook = self.outlook(at, pose, velocity, step);
            self.store(Sample {
                velocity,
                outlook,
                fade: before.fade,
                since: before.since,
                ..sample
            });
        }
    }

    /// The first sample of all.
    fn begin(&mut self, first: Sample<S, B>) {
        self.restart(first.pose, Twist::default());
        self.store(first);
    }

    /// The motion begins anew at a pose with a velocity.
    fn restart(&mut self, pose: Xf<S, B>, velocity: Twist) -> Outlook {
        let pose = (pose.rotation(), pose.translation().metres());
        self.estimate = MotionEstimate::begin(pose, velocity);
        self.gains.iter_mut().for_each(GainFilter::restart);
        self.learned.forget_past();
        Outlook::steady(velocity)
    }

    /// How the motion goes on from the next pose.
    fn outlook(&mut self, at: HostNs, pose: Xf<S, B>, velocity: Twist, step: Nanos) -> Outlook {
        let dt_s = step.secs();
        let gains = [self.gains[0].advance(dt_s), self.gains[1].advance(dt_s)];
        let pose = (pose.rotation(), pose.translation().metres());
        match self.prediction {
            Prediction::None | Prediction::ConstantVelocity => {
                self.estimate = MotionEstimate::begin(pose, velocity);
                Outlook::steady(velocity)
            }
            method => {
                let outlook = self.estimate.observe(method, pose, dt_s, &gains);
                if method != Prediction::Learned {
                    return outlook;
                }
                let learned = self.learned.observe(at, pose, outlook, self.lead);
                Outlook { learned, ..outlook }
            }
        }
    }

    /// A step in time beyond this is a gap: four of the source's own periods (a prediction over less is off by no more than
    /// a hand moves from one picture to the next), at most as long as a pose is predicted. Of a source that is slower than
    /// that, one missing pose is a gap.
    fn gap_min(&self) -> Nanos {
        let longest = self.policy.prediction_max;
        self.usual_period()
            .map_or(longest, |period| gap_of_period(period, longest))
    }

    /// The source's usual period, once two poses are known.
    fn usual_period(&self) -> Option<Nanos> {
        let longest = self.policy.prediction_max;
        let mut periods = [longest; PERIODS_REMEMBERED];
        let mut known = 0;
        for (k, period) in periods.iter_mut().enumerate() {
            let (Some(later), Some(earlier)) = (self.back(k), self.back(k + 1)) else {
                break;
            };
            *period = later.at - earlier.at;
            known = k + 1;
        }
        // The median does not mind a gap or two among them.
        let known = periods.get_mut(..known).unwrap_or_default();
        known.sort_unstable();
        known.get(known.len() / 2).copied()
    }

    /// Where the body was or will be at a time (and the lead later), and how sure that is. When it is [`Quality::Absent`], the pose is the last
    /// known one (the identity if there never was one) and should not be shown.
    pub fn at(&self, at: HostNs) -> (Xf<S, B>, Quality) {
        let Some(newest) = self.back(0) else {
            return (Xf::IDENTITY, Quality::Absent);
        };
        if at >= newest.at {
            return self.onwards(&newest, at);
        }
        let mut later = newest;
        for k in 1..self.len {
            let Some(earlier) = self.back(k) else { break };
            if earlier.at <= at {
                return self.towards(&earlier, &later, at);
            }
            later = earlier;
        }
        // Older than all we remember.
        (later.pose, Quality::Absent)
    }

    /// When the newest pose was measured.
    pub fn newest_at(&self) -> Option<HostNs> {
        self.back(0).map(|sample| sample.at)
    }

    /// Poses that were refused for not being newer.
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// Forgets all poses: the source began a new epoch.
    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// The `k`-th sample back from the newest.
    fn back(&self, k: usize) -> Option<Sample<S, B>> {
        if k >= self.len {
            return None;
        }
        self.samples
            .get((self.newest + TRACK_SAMPLES - k) % TRACK_SAMPLES)
            .copied()
    }

    fn store(&mut self, sample: Sample<S, B>) {
        self.newest = (self.newest + 1) % TRACK_SAMPLES;
        if let Some(place) = self.samples.get_mut(self.newest) {
            *place = sample;
        }
        self.len = (self.len + 1).min(TRACK_SAMPLES);
    }

    /// Mean velocity over the last 20 ms, or since the last sample when that is longer ago.
    fn velocity_into(&self, at: HostNs, pose: Xf<S, B>) -> Twist {
        let period = self.usual_period().unwrap_or(Nanos::ZERO);
        let (mut from, mut span) = (self.back(0), Nanos::ZERO);
        for k in 0..self.len {
            let Some(sample) = self.back(k) else { break };
            let longer = steps_took(at - sample.at, k + 1, period);
            if k > 0 && longer - Nanos(period.0 / 4) > VELOCITY_SPAN {
                break;
            }
            (from, span) = (Some(sample), longer);
        }
        let (Some(from), true) = (from, span > Nanos::ZERO) else {
            return Twist::default();
        };
        let seconds = span.secs();
        let turn = pose.rotation() * from.pose.rotation().conjugate();
        Twist {
            turn: rotation_vector(turn) / seconds,
            shift: (pose.translation() - from.pose.translation()).metres() / seconds,
        }
    }
}

/// How long so many steps from pose to pose took that are so far apart by their times: no less than usual. A source's clock
/// that was thought to be late is put right within one frame, and the way of a whole period lies in what is left of it.
pub(crate) fn steps_took(apart: Nanos, steps: usize, period: Nanos) -> Nanos {
    apart.max(Nanos(period.0.saturating_mul(steps as i64)))
}

/// The step in time that is a gap for a source of a period.
pub(crate) fn gap_of_period(period: Nanos, longest: Nanos) -> Nanos {
    let slow = Nanos(period.0.saturating_mul(3) / 2);
    Nanos(period.0.saturating_mul(GAP_PERIODS))
        .min(longest)
        .max(slow)
}

/// 0 to 1, without a step in the slope at either end.
pub(crate) fn smooth(t: f64) -> f64 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Seconds of full velocity that a body covers within `age` of its last pose: the velocity decays as e^(−t/40 ms) while
/// it is predicted, and what is left of it then goes to zero with a parabola while it comes to rest.
pub(crate) fn travel_s(age: Nanos, policy: GapPolicy) -> f64 {
    let decay = PREDICTION_DECAY.secs();
    let predicted = age.secs().min(policy.prediction_max.secs());
    let left = (-predicted / decay).exp();
    let eased = ((age - policy.prediction_max).secs() / policy.ease.secs()).clamp(0.0, 1.0);
    decay * (1.0 - left) + left * policy.ease.secs() * (1.0 - (1.0 - eased).powi(3)) / 3.0
}

impl<S: Space, B: Space> PoseTrack<S, B> {
    /// At a time not before a sample, knowing nothing newer.
    fn onwards(&self, from: &Sample<S, B>, at: HostNs) -> (Xf<S, B>, Quality) {
        let policy = self.policy;
        let age = at - from.at;
        let period = self.usual_period().unwrap_or(Nanos::ZERO);
        let quality = match age {
            // Within a period of its own nothing is missing, however slow the source is.
            age if age <= period => Quality::Live,
            _ if age <= policy.prediction_max => Quality::Predicted { age },
            _ if age <= ABSENT_AFTER => Quality::Held { age },
            _ => Quality::Absent,
        };
        let way = if self.is_leading() {
            let ahead = ahead_of_newest(age, period, policy, self.lead);
            let learnt = smooth((at - from.since).secs() / policy.return_fade.secs());
            from.outlook.after(Horizon::new(ahead)).scaled(learnt)
        } else {
            from.velocity.scaled(travel_s(age, policy))
        };
        let moved = Xf::saturating(
            DQuat::from_scaled_axis(way.turn) * from.pose.rotation(),
            from.pose.translation().metres() + way.shift,
        );
        (from.fade.applied(moved, at, policy), quality)
    }

    fn is_leading(&self) -> bool {
        self.lead > Nanos::ZERO && self.prediction != Prediction::None
    }

    /// At a time between a sample and the next.
    fn towards(
        &self,
        from: &Sample<S, B>,
        later: &Sample<S, B>,
        at: HostNs,
    ) -> (Xf<S, B>, Quality) {
        if at == from.at && !self.is_leading() {
            return (from.fade.applied(from.pose, at, self.policy), Quality::Live);
        }
        if later.after_gap || self.is_leading() {
            // What was shown then is not rewritten afterwards, and the fade begins at its end.
            return self.onwards(from, at);
        }
        let t = (at - from.at).secs() / (later.at - from.at).secs();
        let between = from.pose.interpolate(later.pose, t);
        (
            from.fade.applied(between, at, self.policy),
            Quality::Interpolated,
        )
    }
}

/// How far ahead of the newest pose is shown with a lead: the lead and the source's own period go on undamped; what is
/// missing beyond them decays as a dropout does.
pub(crate) fn ahead_of_newest(age: Nanos, period: Nanos, policy: GapPolicy, lead: Nanos) -> Nanos {
    let missing = (age - period).max(Nanos::ZERO);
    lead + (age - missing) + Nanos::from_secs_real(travel_s(missing, policy))
}

impl Fade {
    /// From what was shown when a sample came to what it measured; `None` when a cut is kinder.
    fn between<S: Space, B: Space>(shown: Xf<S, B>, at: HostNs, pose: Xf<S, B>) -> Option<Self> {
        let shift_m = (shown.translation() - pose.translation()).metres();
        (shift_m.length() <= RETURN_CUT_M).then(|| Self {
            began: at,
            shift_m,
            turn_rad: rotation_vector(shown.rotation() * pose.rotation().conjugate()),
        })
    }

    fn applied<S: Space, B: Space>(
        &self,
        pose: Xf<S, B>,
        at: HostNs,
        policy: GapPolicy,
    ) -> Xf<S, B> {
        let left = 1.0 - smooth((at - self.began).secs() / policy.return_fade.secs());
        if left <= 0.0 || *self == Self::default() {
            return pose;
        }
        Xf::saturating(
            DQuat::from_scaled_axis(self.turn_rad * left) * pose.rotation(),
            pose.translation().metres() + self.shift_m * left,
        )
    }
}

impl PartialEq for Fade {
    fn eq(&self, other: &Self) -> bool {
        self.shift_m == other.shift_m && self.turn_rad == other.turn_rad
    }
}
