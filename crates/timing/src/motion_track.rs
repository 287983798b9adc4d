//! The short past of a performer's skeleton, and how she stood or will stand at a time.
//!
//! The same policy as for a single body ([`PoseTrack`](crate::PoseTrack)), on all joints at once: between two poses every
//! joint turns from one to the other; past the newest each joint's own velocity goes on, decaying, comes to rest, and
//! stays; after a second she is absent. Joints are taken against their parents, so that bones keep their length
//! whatever is predicted, and a prediction never bends a joint beyond its range (or beyond where it was measured,
//! when that is already outside). When she returns after a gap, what was shown fades into what is measured; when her
//! root is more than half a metre off, all of her is cut. With a lead she is shown as she will be so much later, joint
//! by joint, as [`PoseTrack`](crate::PoseTrack) does it.
//!
//! What must stay true: over time, what is shown has no jump but at a cut; nothing is allocated after building.

use crate::limits::{ABSENT_AFTER, LEAD_MAX, MOTION_SAMPLES, RETURN_CUT_M};
use crate::motion_estimate::{GainFilter, MotionEstimate, way};
use crate::motion_return::{Lateness, Local, Return};
use crate::pose_track::{GapPolicy, ahead_of_newest, rotation_vector, smooth, travel_s};
use crate::prediction::{Horizon, Outlook, Twist};
use crate::range_keeper::RangeKeeper;
use crate::sample_times::SampleTimes;
use cyc_model::{
    Epoch, FrameNumber, HostNs, JointFrame, Nanos, Prediction, Quality, Rig, Stage, Xf,
};
use glam::{DQuat, DVec3};

/// The track of a performer.
#[derive(Clone, Debug)]
pub struct MotionTrack {
    policy: GapPolicy,
    parents: Vec<Option<usize>>,
    ranges: RangeKeeper,
    times: SampleTimes,
    /// Poses against the parents: a sample's joints stand together.
    locals: Vec<Local>,
    /// How each joint goes on from its sample over a lead, ordered like `locals`.
    outlooks: Vec<Outlook>,
    /// One a joint.
    estimates: Vec<MotionEstimate>,
    /// For turns, and for shifts.
    gains: [GainFilter; 2],
    prediction: Prediction,
    lead: Nanos,
    /// The last return, and the one before, which a time further back may still see.
    returns: [Return; 2],
    /// For what is shown while a pose comes in.
    shown: Vec<Local>,
    /// And for what is to be shown then.
    arrived: Vec<Local>,
    lateness: Lateness,
    /// Until when a fade has gone on.
    paced_until: Option<HostNs>,
    refused: u64,
}

impl MotionTrack {
    /// An empty track of a rig's skeleton.
    pub fn new(rig: &Rig, policy: GapPolicy) -> Self {
        let joints = rig.skeleton().joints();
        let n = joints.len();
        Self {
            policy,
            parents: joints.iter().map(|j| j.parent.map(|p| p.idx())).collect(),
            ranges: RangeKeeper::new(rig),
            times: SampleTimes::default(),
            locals: vec![Xf::IDENTITY; n * MOTION_SAMPLES],
            outlooks: vec![Outlook::default(); n * MOTION_SAMPLES],
            estimates: vec![
                MotionEstimate::begin((DQuat::IDENTITY, DVec3::ZERO), Twist::default());
                n
            ],
            gains: [GainFilter::turning(), GainFilter::moving()],
            prediction: Prediction::default(),
            lead: Nanos::ZERO,
            returns: [Return::new(n), Return::new(n)],
            shown: vec![Xf::IDENTITY; n],
            arrived: vec![Xf::IDENTITY; n],
            lateness: Lateness::default(),
            paced_until: None,
            refused: 0,
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

    /// Shows her as she will be so much later than is asked for: at most [`LEAD_MAX`], at least none.
    pub fn set_lead(&mut self, lead: Nanos) {
        self.lead = lead.clamp(Nanos::ZERO, LEAD_MAX);
    }

    fn is_leading(&self) -> bool {
        self.lead > Nanos::ZERO && self.prediction != Prediction::None
    }

    /// Takes the joints as they were at a time, one a joint of the rig. A pose that is not newer than the newest is refused
    /// and counted, unless it is more than a second older: then the clock was set, and the track begins anew.
    pub fn push(&mut self, at: HostNs, globals: &[Xf<Stage, JointFrame>]) {
        self.take(at, None, globals);
    }

    /// The same of a frame with a number in its source's count: frames that lie between it and the one of the pose before were
    /// lost, and make the source's period no longer.
    pub fn push_counted(
        &mut self,
        at: HostNs,
        counted: (Epoch, FrameNumber),
        globals: &[Xf<Stage, JointFrame>],
    ) {
        self.take(at, Some(counted), globals);
    }

    fn take(
        &mut self,
        at: HostNs,
        counted: Option<(Epoch, FrameNumber)>,
        globals: &[Xf<Stage, JointFrame>],
    ) {
        if globals.len() < self.parents.len() {
            return;
        }
        let (mut after_gap, mut returns_at) = (false, None);
        if let Some(before) = self.times.time(0) {
            let step = at - before;
            if step < Nanos(-ABSENT_AFTER.0) || step > ABSENT_AFTER {
                self.clear();
            } else if step <= Nanos::ZERO {
                self.refused += 1;
                return;
            } else {
                let gap = self.times.usual_period(self.policy).1;
                after_gap = step > gap;
                returns_at = self.lateness.returns_at(at, step, (after_gap, gap));
                if let Some(seen_at) = returns_at {
                    self.pace(seen_at);
                    let mut shown = std::mem::take(&mut self.shown);
                    self.faded_at(seen_at, &mut shown);
                    self.shown = shown;
                }
            }
        }
        let step = self.times.time(0).map(|before| at - before);
        self.times.push(at, after_gap, counted);
        self.store(globals);
        self.look_on(step.filter(|_| !after_gap));
        if let Some(seen_at) = returns_at {
            let mut arrived = std::mem::take(&mut self.arrived);
            self.onwards(0, seen_at, &mut arrived);
            self.arrived = arrived;
            self.begin_return(seen_at, after_gap);
        }
    }

    /// How she stands at a time, one pose a joint, and how sure that is. Without any pose `out` is left as it is; when she
    /// is [`Quality::Absent`], it is the last known pose and should not be shown.
    pub fn at(&mut self, at: HostNs, out: &mut [Xf<Stage, JointFrame>]) -> Quality {
        self.pace(at);
        let mut shown = std::mem::take(&mut self.shown);
        let quality = self.faded_at(at, &mut shown);
        self.lateness.note_shown(at);
        if self.times.len() > 0 {
            for (j, (local, parent)) in shown.iter().zip(&self.parents).enumerate() {
                let global = match parent.and_then(|p| out.get(p)) {
                    Some(parent) => *parent * *local,
                    None => local.relabel(),
                };
                if let Some(place) = out.get_mut(j) {
                    *place = global;
                }
            }
        }
        self.shown = shown;
        quality
    }

    /// When the newest pose was measured.
    pub fn newest_at(&self) -> Option<HostNs> {
        self.times.time(0)
    }

    /// Poses that were refused for not being newer.
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// Forgets all poses.
    pub fn clear(&mut self) {
        self.times.clear();
        self.paced_until = None;
        self.lateness = Lateness::default();
        for back in &mut self.returns {
            back.began = None;
        }
    }

    /// A fade goes on no faster than it is seen: while nothing is shown, as in a moment without a solver, it waits.
    fn pace(&mut self, at: HostNs) {
        if let Some(before) = self.paced_until {
            self.returns[0].wait(before, at);
        }
        self.paced_until = self.paced_until.max(Some(at));
    }

    fn sample(&self, k: usize) -> &[Local] {
        let n = self.parents.len();
        let place = self.times.place(k).unwrap_or(0);
        self.locals.get(place * n..(place + 1) * n).unwrap_or(&[])
    }

    fn store(&mut self, globals: &[Xf<Stage, JointFrame>]) {
        let (n, newest) = (self.parents.len(), self.times.newest());
        let Some(locals) = self.locals.get_mut(newest * n..(newest + 1) * n) else {
            return;
        };
        for ((local, global), parent) in locals.iter_mut().zip(globals).zip(&self.parents) {
            *local = match parent.and_then(|p| globals.get(p)) {
                Some(parent) => (parent.inverse() * *global).relabel(),
                None => global.relabel(),
            };
        }
    }

    /// Works out how each joint goes on from the newest sample, so long after the one before; without it, anew.
    fn look_on(&mut self, step: Option<Nanos>) {
        let n = self.parents.len();
        let (from, span) = self.times.velocity_from(0, self.policy);
        let span_s = if from > 0 { span.secs() } else { f64::INFINITY };
        let gains = match step {
            Some(step) => [
                self.gains[0].advance(step.secs()),
                self.gains[1].advance(step.secs()),
            ],
            None => {
                self.gains.iter_mut().for_each(GainFilter::restart);
                Default::default()
            }
        };
        let newest = self.times.newest();
        let before = self.times.place(from).unwrap_or(newest);
        for j in 0..n {
            let place = newest * n + j;
            let (Some(local), Some(earlier), Some(estimate)) = (
                self.locals.get(place).copied(),
                self.locals.get(before * n + j).copied(),
                self.estimates.get_mut(j),
            ) else {
                return;
            };
            let pose = (local.rotation(), local.translation().metres());
            let earlier = (earlier.rotation(), earlier.translation().metres());
            let velocity = way(earlier, pose).scaled(1.0 / span_s);
            let outlook = match (self.prediction, step) {
                (
                    method @ (Prediction::DoubleExponential
                    | Prediction::Kalman
                    | Prediction::Learned),
                    Some(step),
                ) => estimate.observe(method, pose, step.secs(), &gains),
                _ => {
                    *estimate = MotionEstimate::begin(pose, velocity);
                    Outlook::steady(velocity)
                }
            };
            if let Some(kept) = self.outlooks.get_mut(place) {
                *kept = outlook;
            }
        }
    }

    /// From what `shown` holds, which was shown until now, to what `arrived` holds, which is to be shown.
    fn begin_return(&mut self, at: HostNs, after_gap: bool) {
        let roots = self.parents.iter().zip(&self.shown).zip(&self.arrived);
        let apart_m = roots
            .filter(|((parent, _), _)| parent.is_none())
            .map(|((_, a), b)| a.translation().metres().distance(b.translation().metres()))
            .fold(0.0, f64::max);
        let is_cut = apart_m > RETURN_CUT_M;
        let left = self.returns[0].left(at, self.policy);
        // While poses stay late each of them returns: a fade that is not half over goes on from where it is.
        let goes_on = !after_gap && !is_cut && left > 0.5;
        if !goes_on {
            self.returns.swap(0, 1);
        }
        let [back, _] = &mut self.returns;
        if goes_on {
            back.span(&self.shown, &self.arrived, left);
        } else {
            back.began = (!is_cut).then_some(at);
            back.span(&self.shown, &self.arrived, 1.0);
        }
        if is_cut {
            // A way that nobody went says nothing about her speed.
            let (n, newest) = (self.parents.len(), self.times.newest());
            if let Some(looks) = self.outlooks.get_mut(newest * n..(newest + 1) * n) {
                looks.fill(Outlook::default());
            }
            let locals = self.locals.get(newest * n..).unwrap_or_default();
            for (estimate, local) in self.estimates.iter_mut().zip(locals) {
                let pose = (local.rotation(), local.translation().metres());
                *estimate = MotionEstimate::begin(pose, Twist::default());
            }
        }
        self.times.set_cut(is_cut);
    }

    /// How she is shown at a time.
    fn faded_at(&self, at: HostNs, out: &mut [Local]) -> Quality {
        let quality = self.locals_at(at, out);
        self.fade(at, out);
        quality
    }

    /// The same without what is left of a return.
    fn locals_at(&self, at: HostNs, out: &mut [Local]) -> Quality {
        let Some(newest) = self.times.time(0) else {
            return Quality::Absent;
        };
        if at >= newest {
            return self.onwards(0, at, out);
        }
        let len = self.times.len();
        for k in 1..len {
            if self.times.time(k).is_some_and(|earlier| earlier <= at) {
                return self.towards(k, at, out);
            }
        }
        // Older than all that is remembered.
        out.copy_from_slice(self.sample(len - 1));
        Quality::Absent
    }

    /// At a time not before the `k`-th sample, knowing nothing newer.
    fn onwards(&self, k: usize, at: HostNs, out: &mut [Local]) -> Quality {
        let Some(from) = self.times.time(k) else {
            return Quality::Absent;
        };
        let period = self.times.usual_period(self.policy).0;
        let age = at - from;
        out.copy_from_slice(self.sample(k));
        if self.is_leading() {
            let ahead = ahead_of_newest(age, period, self.policy, self.lead);
            let since = self.times.since(k);
            let known_s = since.map_or(0.0, |since| (at - since).secs());
            let learnt = smooth(known_s / self.policy.return_fade.secs());
            self.go_on_leading(k, (ahead, learnt), out);
        } else if age > Nanos::ZERO {
            self.go_on(k, travel_s(age, self.policy), out);
        }
        match age {
            // Within a period of its own nothing is missing.
            age if age <= period => Quality::Live,
            age if age <= self.policy.prediction_max => Quality::Predicted { age },
            age if age <= ABSENT_AFTER => Quality::Held { age },
            _ => Quality::Absent,
        }
    }

    /// Moves the `k`-th sample's joints on by their own outlook, as far as that is learnt.
    fn go_on_leading(&self, k: usize, (ahead, learnt): (Nanos, f64), out: &mut [Local]) {
        let n = self.parents.len();
        let place = self.times.place(k).unwrap_or(0);
        let horizon = Horizon::new(ahead);
        let outlooks = self.outlooks.get(place * n..(place + 1) * n);
        let pairs = out.iter_mut().zip(outlooks.unwrap_or_default());
        for (j, (local, outlook)) in pairs.enumerate() {
            let way = outlook.after(horizon).scaled(learnt);
            let moved = DQuat::from_scaled_axis(way.turn) * local.rotation();
            let kept = self.ranges.keep(j, &[local.rotation()], moved);
            *local = Xf::saturating(kept, local.translation().metres() + way.shift);
        }
    }

    /// Moves the `k`-th sample's joints on by so many seconds of their velocity over the last [`VELOCITY_SPAN`].
    fn go_on(&self, k: usize, seconds: f64, out: &mut [Local]) {
        let (from, span) = self.times.velocity_from(k, self.policy);
        if span <= Nanos::ZERO {
            return;
        }
        let share = seconds / span.secs();
        for (j, (local, earlier)) in out.iter_mut().zip(self.sample(from)).enumerate() {
            let turn = rotation_vector(local.rotation() * earlier.rotation().conjugate());
            let shift = (local.translation() - earlier.translation()).metres();
            let moved = DQuat::from_scaled_axis(turn * share) * local.rotation();
            let kept = self.ranges.keep(j, &[local.rotation()], moved);
            *local = Xf::saturating(kept, local.translation().metres() + shift * share);
        }
    }

    /// At a time between the `k`-th sample and the one after it.
    fn towards(&self, k: usize, at: HostNs, out: &mut [Local]) -> Quality {
        let (Some(from), Some(to)) = (self.times.time(k), self.times.time(k - 1)) else {
            return Quality::Absent;
        };
        let is_gap = self.times.is_after_gap(k - 1);
        if is_gap || at == from || self.is_leading() {
            // What was shown in a gap is not rewritten afterwards: the fade begins at its end.
            return self.onwards(k, at, out);
        }
        let t = (at - from).secs() / (to - from).secs();
        for ((out, a), b) in out.iter_mut().zip(self.sample(k)).zip(self.sample(k - 1)) {
            *out = a.interpolate(*b, t);
        }
        Quality::Interpolated
    }

    fn fade(&self, at: HostNs, out: &mut [Local]) {
        // A time before the last return belongs to the return before it.
        let Some(back) = self
            .returns
            .iter()
            .find(|r| r.began.is_some_and(|began| at >= began))
        else {
            return;
        };
        let left = back.left(at, self.policy);
        if left <= 0.0 {
            return;
        }
        for ((j, local), from) in out.iter_mut().enumerate().zip(&back.from) {
            let faded = back.apply(j, left, *local);
            // What was left then is not left of a joint that has moved on since: there nobody has seen it.
            let known = [local.rotation(), *from];
            let kept = self.ranges.keep(j, &known, faded.rotation());
            *local = Xf::saturating(kept, faded.translation().metres());
        }
    }
}
