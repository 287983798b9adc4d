//! What a body's own last seconds say of how it goes on: the miss of the prediction, foretold from the ways before it.
//!
//! A filter that knows nothing of a body takes every velocity to go on. A hand that holds a camera sways, and a limb swings:
//! there a velocity that was just gained is soon given back. So each pose that arrives is compared with what had been
//! predicted for it, and a linear regression with a short memory (ridge; Hoerl and Kennard 1970) finds how much of the miss
//! the ways before the prediction foretell. The same weights then correct the next prediction. Axes share their weights,
//! turns and shifts do not.
//!
//! What must stay true: a body whose motion says nothing is predicted as without this; no correction exceeds thrice the
//! miss of the last seconds; nothing allocates after building.

use crate::limits::{
    LEAD_MAX, LEARNED_MEMORY, LEARNED_WAYS, PAST_SAMPLES, PAST_STEP, STILL_SHIFT_M, STILL_TURN_RAD,
};
use crate::motion_estimate::{Pose, moved, way};
use crate::pose_track::smooth;
use crate::prediction::{Horizon, Outlook, Twist};
use cyc_model::{HostNs, Nanos};
use glam::{DMat4, DQuat, DVec3, DVec4};

/// Ways before a moment, from the latest: one after the other.
type Ways = [Twist; LEARNED_WAYS.len()];

/// The memory of one body.
#[derive(Clone, Debug)]
pub(crate) struct LearnedWay {
    past: Box<[Past; PAST_SAMPLES]>,
    len: usize,
    newest: usize,
    learnt_at: Option<HostNs>,
    turning: Lesson,
    moving: Lesson,
}

/// A pose and how it was thought to go on.
#[derive(Clone, Copy, Debug)]
struct Past {
    at: HostNs,
    pose: Pose,
    outlook: Outlook,
    /// What was foretold of its miss then, before it was trusted.
    foretold: Twist,
}

impl LearnedWay {
    /// Nothing is known.
    pub fn new() -> Self {
        let past = Past {
            at: HostNs(0),
            pose: (DQuat::IDENTITY, DVec3::ZERO),
            outlook: Outlook::default(),
            foretold: Twist::default(),
        };
        Self {
            past: Box::new([past; PAST_SAMPLES]),
            len: 0,
            newest: 0,
            learnt_at: None,
            turning: Lesson::new(STILL_TURN_RAD),
            moving: Lesson::new(STILL_SHIFT_M),
        }
    }

    /// The motion begins anew: where the body was says nothing of where it goes, but what it was like is kept.
    pub fn forget_past(&mut self) {
        self.len = 0;
    }

    /// Takes a pose and what it is thought to do without this, and gives what it does beyond that, a second. What is shown
    /// is `lead` ahead.
    pub fn observe(&mut self, at: HostNs, pose: Pose, outlook: Outlook, lead: Nanos) -> Twist {
        let lead = lead.clamp(PAST_STEP, LEAD_MAX);
        self.learn(at, pose, lead);
        let foretold = match self.ways_before(at, pose) {
            Some(ways) => Twist {
                turn: self.turning.foretell(ways.map(|w| w.turn)),
                shift: self.moving.foretell(ways.map(|w| w.shift)),
            },
            None => Twist::default(),
        };
        let newest = self.back(0);
        if newest.is_none_or(|newest| at - newest.at >= PAST_STEP) {
            self.store(Past {
                at,
                pose,
                outlook,
                foretold,
            });
        }
        let known = self
            .back(self.len.saturating_sub(1))
            .map_or(Nanos::ZERO, |p| at - p.at);
        let [.., longest] = LEARNED_WAYS;
        // The longest way is known only now: what it says comes in softly.
        let sure = smooth((known - longest).secs() / longest.secs());
        Twist {
            turn: foretold.turn * self.turning.trust() * sure,
            shift: foretold.shift * self.moving.trust() * sure,
        }
    }

    fn learn(&mut self, at: HostNs, pose: Pose, lead: Nanos) {
        let since = self.learnt_at.map_or(Nanos::ZERO, |before| at - before);
        self.learnt_at = Some(at);
        let passed_s = since.secs().clamp(0.0, PASSED_MAX.secs());
        let Some(then) = self.near(at - lead) else {
            return;
        };
        let Some(ways) = self.ways_before(then.at, then.pose) else {
            return;
        };
        let ahead = at - then.at;
        let thought = then.outlook.after(Horizon::new(ahead));
        let missed = way(moved(then.pose, thought), pose).scaled(1.0 / ahead.secs());
        let told = then.foretold;
        let turns = ways.map(|w| w.turn);
        self.turning.take(turns, (missed.turn, told.turn), passed_s);
        let shifts = ways.map(|w| w.shift);
        self.moving
            .take(shifts, (missed.shift, told.shift), passed_s);
    }

    /// The ways that led to a pose, when they are remembered.
    fn ways_before(&self, at: HostNs, pose: Pose) -> Option<Ways> {
        let mut ways = Ways::default();
        let mut later = pose;
        for (way_to, ago) in ways.iter_mut().zip(LEARNED_WAYS) {
            let earlier = self.pose_at(at - ago)?;
            *way_to = way(earlier, later);
            later = earlier;
        }
        Some(ways)
    }

    fn pose_at(&self, at: HostNs) -> Option<Pose> {
        let (earlier, later) = self.around(at)?;
        let gone = (at - earlier.at).secs() / (later.at - earlier.at).secs().max(1e-9);
        Some(moved(
            earlier.pose,
            way(earlier.pose, later.pose).scaled(gone),
        ))
    }

    /// The sample nearest to a time among those that are older than now.
    fn near(&self, at: HostNs) -> Option<Past> {
        let (earlier, later) = self.around(at).or_else(|| {
            // A source slower than the lead: its last pose is what there is.
            self.back(0)
                .filter(|p| p.at <= at)
                .map(|newest| (newest, newest))
        })?;
        Some(if at - earlier.at <= later.at - at {
            earlier
        } else {
            later
        })
    }

    fn around(&self, at: HostNs) -> Option<(Past, Past)> {
        let mut later = self.back(0).filter(|newest| newest.at >= at)?;
        for k in 1..self.len {
            let earlier = self.back(k)?;
            if earlier.at <= at {
                return Some((earlier, later));
            }
            later = earlier;
        }
        None
    }

    fn back(&self, k: usize) -> Option<Past> {
        (k < self.len)
            .then(|| (self.newest + PAST_SAMPLES - k) % PAST_SAMPLES)
            .and_then(|place| self.past.get(place).copied())
    }

    fn store(&mut self, past: Past) {
        self.newest = (self.newest + 1) % PAST_SAMPLES;
        if let Some(place) = self.past.get_mut(self.newest) {
            *place = past;
        }
        self.len = (self.len + 1).min(PAST_SAMPLES);
    }
}

/// One pose counts for no more time than this.
const PASSED_MAX: Nanos = Nanos::from_millis(50);

/// A ridge regression with a fading memory: three axes, each with the same weights.
#[derive(Clone, Copy, Debug)]
struct Lesson {
    /// Of the ways with each other, each second of them.
    products: DMat4,
    /// Of the ways with the miss a second.
    answers: DVec4,
    /// The miss squared, and the time that it is over.
    missed: f64,
    over_s: f64,
    /// What was foretold times what came, and squared.
    agreed: f64,
    foretold: f64,
    weights: DVec4,
    /// Ways so short say nothing.
    still: f64,
}

impl Lesson {
    fn new(still: f64) -> Self {
        Self {
            products: DMat4::ZERO,
            answers: DVec4::ZERO,
            missed: 0.0,
            over_s: 0.0,
            agreed: 0.0,
            foretold: 0.0,
            weights: DVec4::ZERO,
            still,
        }
    }

    /// A miss, with what had been foretold of it from the ways before it.
    fn take(&mut self, ways: [DVec3; 4], (missed, foretold): (DVec3, DVec3), passed_s: f64) {
        let kept = (-passed_s / LEARNED_MEMORY.secs()).exp();
        self.products *= kept;
        self.answers *= kept;
        self.missed = self.missed * kept + missed.length_squared() * passed_s;
        self.over_s = self.over_s * kept + passed_s;
        self.agreed = self.agreed * kept + missed.dot(foretold) * passed_s;
        self.foretold = self.foretold * kept + foretold.length_squared() * passed_s;
        for (way, miss) in by_axis(ways).into_iter().zip(missed.to_array()) {
            let weighed = way * passed_s;
            let columns = way.to_array().map(|w| weighed * w);
            self.products += DMat4::from_cols(columns[0], columns[1], columns[2], columns[3]);
            self.answers += weighed * miss;
        }
        let ridge = self.still * self.still * LEARNED_MEMORY.secs();
        let weighty = self.products + DMat4::from_diagonal(DVec4::splat(ridge));
        let weights = weighty.inverse() * self.answers;
        if weights.is_finite() {
            self.weights = weights;
        }
    }

    /// How much of what is foretold has been coming true, none to all: a motion that changes its ways is not foretold.
    fn trust(&self) -> f64 {
        let all = self.foretold.max(f64::MIN_POSITIVE);
        (self.agreed / all).clamp(0.0, 1.0)
    }

    /// The miss to come, a second.
    fn foretell(&self, ways: [DVec3; 4]) -> DVec3 {
        let [x, y, z] = by_axis(ways).map(|way| way.dot(self.weights));
        let usual = (self.missed / self.over_s.max(1e-9)).sqrt();
        DVec3::new(x, y, z).clamp_length_max(3.0 * usual)
    }
}

fn by_axis(ways: [DVec3; 4]) -> [DVec4; 3] {
    std::array::from_fn(|axis| {
        DVec4::from_array(ways.map(|way| way.to_array().get(axis).copied().unwrap_or(0.0)))
    })
}
