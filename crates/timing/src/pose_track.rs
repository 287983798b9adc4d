//! The short past of a tracked body (a film camera, a performer's segment), and where it was or will be at a time.
//!
//! Between two poses it is interpolated; past the newest one its velocity goes on, decaying, for a while (33 ms for a
//! camera, 50 ms for a performer), then comes to rest within 80 ms and stays: a still inner frustum is kinder than a
//! drifting one. It rests where the prediction took it, since a way back would be a movement that nobody made. After 1 s
//! it is absent. When it returns after four of its own periods or more, what was shown is cross-faded into what is
//! measured (66 ms, 120 ms), or cut when they are more than half a metre apart. The times are a [`GapPolicy`].
//!
//! What must stay true: over time, what is shown has no jump but at a cut, and all of it is a function of the poses
//! pushed and the time asked for.

use crate::limits::{
    ABSENT_AFTER, CAMERA_PREDICTION_MAX, CAMERA_RETURN_FADE, EASE, GAP_PERIODS,
    PERFORMER_PREDICTION_MAX, PERFORMER_RETURN_FADE, PERIODS_REMEMBERED, PREDICTION_DECAY,
    RETURN_CUT_M, TRACK_SAMPLES, VELOCITY_SPAN,
};
use cyc_model::{HostNs, Nanos, Quality, Space, Xf};
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
}

#[derive(Debug)]
struct Sample<S: Space, B: Space> {
    at: HostNs,
    pose: Xf<S, B>,
    velocity: Velocity,
    /// What was shown minus what was measured, when this is the first sample after a gap; later ones inherit it.
    fade: Fade,
    /// Samples are missing before this one: what was shown meanwhile was predicted.
    after_gap: bool,
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
        Self { ..*self }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Velocity {
    linear_m_s: DVec3,
    angular_rad_s: DVec3,
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
            velocity: Velocity::default(),
            fade: Fade::default(),
            after_gap: false,
        };
        Self {
            policy,
            samples: [sample; TRACK_SAMPLES],
            len: 0,
            newest: 0,
            refused: 0,
        }
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
            velocity: Velocity::default(),
            fade: Fade::default(),
            after_gap: false,
        };
        let Some(before) = self.back(0) else {
            self.store(first);
            return;
        };
        let step = at - before.at;
        if step < Nanos(-ABSENT_AFTER.0) || step > ABSENT_AFTER {
            self.len = 0;
            self.store(first);
        } else if step <= Nanos::ZERO {
            self.refused += 1;
        } else {
            let after_gap = step > self.gap_min();
            let fade = if after_gap {
                Fade::between(before.onwards(at, self.policy).0, at, pose)
            } else {
                Some(before.fade)
            };
            self.store(Sample {
                // A way that nobody went says nothing about the speed.
                velocity: match fade {
                    Some(_) => self.velocity_into(at, pose),
                    None => Velocity::default(),
                },
                fade: fade.unwrap_or_default(),
                after_gap,
                ..first
            });
        }
    }

    /// A step in time beyond this is a gap: four of the source's own periods (a prediction over less is off by no more than
    /// a hand moves from one picture to the next), at most as long as a pose is predicted.
    fn gap_min(&self) -> Nanos {
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
        let usual = known.get(known.len() / 2);
        usual.map_or(longest, |period| {
            Nanos(period.0.saturating_mul(GAP_PERIODS)).min(longest)
        })
    }

    /// Where the body was or will be at a time, and how sure that is. When it is [`Quality::Absent`], the pose is the last
    /// known one (the identity if there never was one) and should not be shown.
    pub fn at(&self, at: HostNs) -> (Xf<S, B>, Quality) {
        let Some(newest) = self.back(0) else {
            return (Xf::IDENTITY, Quality::Absent);
        };
        if at >= newest.at {
            return newest.onwards(at, self.policy);
        }
        let mut later = newest;
        for k in 1..self.len {
            let Some(earlier) = self.back(k) else { break };
            if earlier.at <= at {
                return earlier.towards(&later, at, self.policy);
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
    fn velocity_into(&self, at: HostNs, pose: Xf<S, B>) -> Velocity {
        let mut from = self.back(0);
        for k in 1..self.len {
            from = self.back(k).filter(|s| at - s.at <= VELOCITY_SPAN).or(from);
        }
        let Some(from) = from else {
            return Velocity::default();
        };
        let seconds = (at - from.at).secs();
        if seconds <= 0.0 {
            return Velocity::default();
        }
        let turn = pose.rotation() * from.pose.rotation().conjugate();
        Velocity {
            linear_m_s: (pose.translation() - from.pose.translation()).metres() / seconds,
            angular_rad_s: rotation_vector(turn) / seconds,
        }
    }
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

impl<S: Space, B: Space> Sample<S, B> {
    /// At a time not before this sample, knowing nothing newer.
    fn onwards(&self, at: HostNs, policy: GapPolicy) -> (Xf<S, B>, Quality) {
        let age = at - self.at;
        let quality = match age {
            Nanos(..=0) => Quality::Live,
            _ if age <= policy.prediction_max => Quality::Predicted { age },
            _ if age <= ABSENT_AFTER => Quality::Held { age },
            _ => Quality::Absent,
        };
        let seconds = travel_s(age, policy);
        let turn = DQuat::from_scaled_axis(self.velocity.angular_rad_s * seconds);
        let moved = Xf::saturating(
            turn * self.pose.rotation(),
            self.pose.translation().metres() + self.velocity.linear_m_s * seconds,
        );
        (self.fade.applied(moved, at, policy), quality)
    }

    /// At a time between this sample and the next.
    fn towards(&self, later: &Self, at: HostNs, policy: GapPolicy) -> (Xf<S, B>, Quality) {
        if at == self.at {
            return (self.fade.applied(self.pose, at, policy), Quality::Live);
        }
        if later.after_gap {
            // What was shown then is not rewritten afterwards, and the fade begins at its end.
            return self.onwards(at, policy);
        }
        let t = (at - self.at).secs() / (later.at - self.at).secs();
        let between = self.pose.interpolate(later.pose, t);
        (
            self.fade.applied(between, at, policy),
            Quality::Interpolated,
        )
    }
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
