//! One foot of the target through time: held where it landed while the performer's stands, let go smoothly when not.
//!
//! Heel and ball are held each for itself. With both on the floor the foot's place, heading and pitch are those in which
//! it came down; when the heel lifts, the hold passes to the ball, about which the foot turns as the performer's does, and
//! the other way round after a heel strike. A point that is in contact but not at rest yet, or no longer, takes its place
//! along. A hold is a correction of what the joints' turns alone would give, the step of the hips included: nothing that
//! the hips do moves a foot that stands. It grows while a point is held, goes to what the hips do like a damped spring
//! when none is, and never moves faster than is told; what a foot turns gives way to that. Height has one memory: how high
//! over (or under) the floor the performer's rig holds this sole when it stands, which is taken away from what it says.

use super::FootContacts;
use super::contact::{ContactThresholds, ContactTracker, flat};
use super::feet::{Sole, nearness, smooth_step};
use super::foot_turn::{FootTurn, PITCH_MAX_RAD, standing_pitch_rad};
use super::tuning::Numbers;
use glam::{DQuat, DVec3};

/// How long a foot takes to settle on the floor and to leave it, seconds.
const SETTLE_S: f64 = 0.1;

/// A hold moves along with what it corrects for this long after landing, if that is faster than a correction may be.
const LANDING_S: f64 = 0.1;

/// The lengths below in metres, and speeds, are for bodies of human size; of one whose hips stand higher than this, somebody of
/// more than two metres, they grow with it: what is a twitch of a foot to people is nothing to a giant, who takes long steps.
const HUMAN_HIP_HEIGHT_MAX_M: f64 = 1.2;

/// A correction never moves farther in a frame, metres, however long the frame.
const STEP_MAX_M: f64 = 0.0048;

/// Along the floor it moves by this part of that at most; what is left of all (0.6 at least) is for up and down.
const ALONG_PART: f64 = 0.8;

/// Turning a standing foot back to its heading is no faster, radians a second.
const YAW_MAX_RADPS: f64 = 2.0;

/// A foot that turned by more on the spot is pivoting: of heel and ball the one that moves more is let go until the turn
/// is back within a part of this.
const YAW_MAX_RAD: f64 = 0.5;

/// Pitching a standing foot is no faster, radians a second.
const PITCH_MAX_RADPS: f64 = 0.6;

/// A foot that comes down faster than it may be held up is not lowered any more, and one that was lowered is brought back,
/// before it is there: its fall is taken to die away so soon, seconds (time constant), because a performer who lands brakes.
const BRAKE_S: f64 = 0.1;

/// A foot that comes down faster than it may be held up goes so far under the floor for a moment, metres, and no farther.
const SINK_MAX_M: f64 = 0.0015;

/// A foot that is free is not lowered to where its leg would be straighter than this part of its bones' length.
const LOWER_PART: f64 = 0.97;

/// Below this part of the slip distance a foot that slipped is held again.
const SLIP_OVER_PART: f64 = 0.3;

/// The sole's heights, as parts of its length, between which the hold passes from heel to ball.
const HAND_OVER_PART: f64 = 0.06;

/// How soon the load passes from heel to ball, seconds (time constant): the points' noise is not to jerk the foot.
const LOAD_S: f64 = 0.03;

/// For the sake of the other, a point that carries the foot is moved by so much, metres: both stand within it where the
/// foot's length does not quite fit their places.
const SHARED_M: f64 = 0.0018;

/// Two points that slide by much less than this stand equally still, metres.
const SLIDE_M: f64 = 0.0005;

/// How fast the height at which a sole stands is learnt, metres a second: down as it lands, up slowly, because a foot
/// that rolls off rises too.
const LEARN_MPS: [f64; 2] = [0.4, 0.015];

/// That height is between these, as parts of the performer's hip height: more is a step or a hole.
const STANDING_PARTS: [f64; 2] = [-0.2, 0.025];

/// By how much bigger than people a body with such hips is, 1 for people.
pub(super) fn giant_scale(hip_height_m: f64) -> f64 {
    (hip_height_m / HUMAN_HIP_HEIGHT_MAX_M).max(1.0)
}

/// How far a correction may move in a frame, metres.
pub(super) fn step_m(numbers: &Numbers, dt_s: f64, giant_scale: f64) -> f64 {
    (numbers.correction_max_mps * dt_s).min(STEP_MAX_M) * giant_scale
}

/// What a foot does in a frame before anything holds it.
#[derive(Clone, Copy, Debug)]
pub(super) struct FreeFoot {
    pub rotation: DQuat,
    pub origin: DVec3,
    /// How far the hips are moved: a foot that nothing holds goes along.
    pub hips_moved: DVec3,
    /// Its leg's upper end, before the hips are moved, and how long the bones of the leg are, metres.
    pub hip: DVec3,
    pub bones_m: f64,
    /// The height of the performer's sole over the floor, and of her hips in the rest pose, metres.
    pub source_low_m: f64,
    pub source_hip_height_m: f64,
    /// The other foot's standing height, until this one has its own.
    pub standing_m: Option<f64>,
    /// Target metres for a metre of the performer.
    pub scale: f64,
    pub target_hip_height_m: f64,
    /// How much farther from the middle the feet stand than the performer's: a body that turns about the other foot takes this
    /// one along by as much as its hips are too wide.
    pub wider_m: f64,
    pub giant_scale: f64,
}

/// Where a foot is to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct FootGoal {
    /// To be applied before the free rotation.
    pub turn: DQuat,
    pub ankle: DVec3,
    /// How much the foot carries, 0 to 1.
    pub planted: f64,
    /// How high its sole is over the floor there, metres.
    pub low_m: f64,
    /// How high if a fall that no step of a frame makes good were over.
    pub low_soon_m: f64,
    /// How far it may be under it for a moment, metres.
    pub sink_max_m: f64,
    /// By how much it may be moved in this frame, and by how much raised or lowered yet, metres.
    pub step_m: f64,
    pub step_left_m: f64,
}

/// The memory of one foot.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FootPlant {
    trackers: [ContactTracker; 2],
    holds: [Option<Hold>; 2],
    /// What the foot is moved by along the floor, the step of the hips included, and how fast that changes.
    offset: DVec3,
    velocity: DVec3,
    /// What it is raised by.
    lift_m: f64,
    /// How high its sole was in the frame before, not raised, how far it fell in it, and how far it falls on if a performer
    /// brakes.
    low_before_m: Option<f64>,
    fall_m: f64,
    braking_m: f64,
    turned: FootTurn,
    /// How much of the foot's hold is the ball's; the rest is the heel's.
    on_ball: f64,
    settled: f64,
    slips: bool,
    /// The point that a pivoting foot turns about is not this one.
    pivots: Option<usize>,
    /// The height of the performer's sole when it stands, metres; `None` before it stood.
    standing_m: Option<f64>,
}

#[derive(Clone, Copy, Debug)]
struct Hold {
    at: DVec3,
    age_s: f64,
}

impl FootPlant {
    /// Forgets everything.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    /// Which points are held.
    pub(super) fn held(&self) -> FootContacts {
        FootContacts {
            heel: self.holds[0].is_some(),
            ball: self.holds[1].is_some(),
        }
    }

    /// Takes where the performer's heel and ball are.
    pub(super) fn sense(&mut self, points: [DVec3; 2], dt_s: f64, limits: &ContactThresholds) {
        for (tracker, at) in self.trackers.iter_mut().zip(points) {
            tracker.advance(at, dt_s, limits);
        }
    }

    /// The height at which the performer's rig holds this sole when it stands, metres.
    pub(super) fn standing_m(&self) -> Option<f64> {
        self.standing_m
    }

    /// Where the foot is to be. `starts` in a frame without a past.
    pub(super) fn goal(
        &mut self,
        sole: &Sole,
        free: &FreeFoot,
        (dt_s, starts): (f64, bool),
        numbers: &Numbers,
    ) -> FootGoal {
        let standing = self.trackers.map(|t| t.is_down());
        self.learn_height(free, standing != [false; 2], (dt_s, starts));
        if starts {
            self.offset = flat(free.hips_moved);
        }
        let offset_before = self.offset;
        self.update_holds(sole, free, standing, dt_s);
        let next = self.next_turn(sole, free, (dt_s, starts));
        self.move_to_hold(sole, free, (dt_s, next), numbers);
        let slip_m = numbers.slip_part * free.target_hip_height_m + free.wider_m;
        let away_m = (self.offset - flat(free.hips_moved)).length();
        if away_m > slip_m {
            self.slips = true;
            self.holds = [None; 2];
        } else if away_m <= SLIP_OVER_PART * slip_m {
            self.slips = false;
        }
        let wanted = f64::from(standing != [false; 2]);
        self.settled = if starts {
            wanted
        } else {
            self.settled + (wanted - self.settled).clamp(-dt_s / SETTLE_S, dt_s / SETTLE_S)
        };
        let planted = smooth_step(self.settled, 0.0, 1.0);
        let along_m = self.offset.distance(offset_before);
        let step_m = step_m(numbers, dt_s, free.giant_scale);
        let up_m = (step_m * step_m - along_m * along_m).max(0.0).sqrt();
        let [step_m, up_m] = [step_m, up_m].map(|m| [m, f64::INFINITY][usize::from(starts)]);
        let lift_before_m = self.lift_m;
        self.lift(sole, free, (planted, up_m, dt_s), numbers);
        let low_m = self.low_m(sole, free, numbers) + self.lift_m;
        let moved = flat(free.hips_moved).lerp(self.offset, numbers.plant);
        FootGoal {
            turn: self.turned.of(sole, free.rotation, numbers.plant),
            ankle: free.origin + moved + DVec3::Y * self.lift_m,
            planted,
            low_m,
            low_soon_m: low_m - self.braking_m,
            sink_max_m: SINK_MAX_M * free.giant_scale,
            step_m,
            step_left_m: (up_m - (self.lift_m - lift_before_m).abs()).max(0.0),
        }
    }

    fn learn_height(&mut self, free: &FreeFoot, stands: bool, (dt_s, starts): (f64, bool)) {
        if !stands {
            return;
        }
        let [low, high] = STANDING_PARTS.map(|part| part * free.source_hip_height_m);
        let height_m = free.source_low_m.clamp(low, high);
        let [down, up] = LEARN_MPS.map(|mps| mps * dt_s);
        let start_m = if starts { height_m } else { 0.0 };
        let known_m = self.standing_m.or(free.standing_m).unwrap_or(start_m);
        self.standing_m = Some(known_m + (height_m - known_m).clamp(-down, up));
    }

    fn update_holds(&mut self, sole: &Sole, free: &FreeFoot, standing: [bool; 2], dt_s: f64) {
        let rotation = self.turned.of(sole, free.rotation, 1.0) * free.rotation;
        let may = [0, 1].map(|point| !self.slips && self.pivots != Some(point));
        let states = standing.into_iter().zip(may);
        for ((hold, (stands, may)), point) in self.holds.iter_mut().zip(states).zip(sole.points()) {
            *hold = match (*hold, stands && may) {
                (Some(hold), true) => Some(Hold {
                    age_s: hold.age_s + dt_s,
                    ..hold
                }),
                (None, true) => Some(Hold {
                    at: flat(free.origin + self.offset + point.arm(rotation)),
                    age_s: 0.0,
                }),
                (_, false) => None,
            };
        }
    }

    /// How the foot is to be turned next, if where it is held allows: flat in the heading in which heel and ball lie where
    /// they are held; without both it comes back to the performer's. The heading is that of the foot as it is laid: of one
    /// that is tilted, laying it flat turns the line from heel to ball, and a hold that goes along with what is left would
    /// turn the foot a little in every frame.
    fn next_turn(&mut self, sole: &Sole, free: &FreeFoot, (dt_s, starts): (f64, bool)) -> FootTurn {
        let mut next = self.turned;
        let laid = self.turned.pitched(sole, free.rotation, 1.0) * free.rotation;
        let [heel, ball] = sole.points().map(|p| p.arm(laid));
        let along = flat(ball - heel);
        let mut pitch_rad = 0.0;
        if let [Some(heel), Some(ball)] = self.holds {
            let held = ball.at - heel.at;
            let yaw_rad = (held.x * along.z - held.z * along.x).atan2(held.dot(along));
            let step_rad = YAW_MAX_RADPS * dt_s;
            next.yaw_rad += (yaw_rad - next.yaw_rad).clamp(-step_rad, step_rad);
            let rest = self.trackers.map(|t| t.rest());
            let rest = if starts { 0.0 } else { rest[0].min(rest[1]) };
            pitch_rad = standing_pitch_rad(sole, free.rotation, held.length(), rest);
            if next.yaw_rad.abs() > YAW_MAX_RAD {
                let [heel, ball] = self.trackers.map(|t| t.slide_m().unwrap_or(0.0));
                let moving = usize::from(ball > heel);
                self.pivots = Some(moving);
                self.holds[moving] = None;
            }
        } else {
            if self.holds.iter().any(Option::is_some) {
                pitch_rad = standing_pitch_rad(sole, free.rotation, 0.0, 0.0);
            }
            next.yaw_rad *= (-dt_s / SETTLE_S).exp();
            if next.yaw_rad.abs() <= SLIP_OVER_PART * YAW_MAX_RAD {
                self.pivots = None;
            }
        }
        let step_rad = [PITCH_MAX_RADPS * dt_s, PITCH_MAX_RAD][usize::from(starts)];
        next.pitch_rad += (pitch_rad - next.pitch_rad).clamp(-step_rad, step_rad);
        next
    }

    /// How high the sole is over the floor before it is raised, metres.
    fn low_m(&self, sole: &Sole, free: &FreeFoot, numbers: &Numbers) -> f64 {
        free.origin.y - sole.depth_m(self.held_rotation(sole, free, numbers))
    }

    /// How the foot is turned as it is held.
    fn held_rotation(&self, sole: &Sole, free: &FreeFoot, numbers: &Numbers) -> DQuat {
        self.turned.of(sole, free.rotation, numbers.plant) * free.rotation
    }

    /// The correction with which a foot that is turned so is held, if it is.
    fn holding(&self, turned: FootTurn, sole: &Sole, free: &FreeFoot) -> Option<DVec3> {
        let rotation = turned.of(sole, free.rotation, 1.0) * free.rotation;
        let arms = sole.points().map(|p| p.arm(rotation));
        let to_hold =
            |point: usize| self.holds[point].map(|h| h.at - flat(free.origin + arms[point]));
        match [to_hold(0), to_hold(1)] {
            [Some(heel), Some(ball)] => {
                let shared = (SHARED_M * free.giant_scale / heel.distance(ball).max(1e-9)).min(0.5);
                let [heel_rest, ball_rest] = self.trackers.map(|t| t.rest());
                let on_ball = self.on_ball.max(shared * ball_rest);
                Some(heel.lerp(ball, on_ball.min(1.0 - shared * heel_rest)))
            }
            [one, other] => one.or(other),
        }
    }

    fn move_to_hold(
        &mut self,
        sole: &Sole,
        free: &FreeFoot,
        (dt_s, next): (f64, FootTurn),
        numbers: &Numbers,
    ) {
        let rotation = self.turned.of(sole, free.rotation, 1.0) * free.rotation;
        let over_m = sole.heel.arm(rotation).y - sole.ball.arm(rotation).y;
        self.share_load(over_m / (HAND_OVER_PART * sole.forward.length()), dt_s);
        let step_max_m = ALONG_PART * step_m(numbers, dt_s, free.giant_scale);
        let before = self.offset;
        let unturned = self.holding(self.turned, sole, free);
        let (Some(unturned), Some(turned)) = (unturned, self.holding(next, sole, free)) else {
            self.turned = next;
            self.release(flat(free.hips_moved), dt_s, step_max_m, numbers.release_s);
            return;
        };
        let part = within(unturned - before, turned - before, step_max_m);
        self.turned = self.turned.toward(next, part);
        let wanted = unturned.lerp(turned, part);
        self.offset = before + (wanted - before).clamp_length_max(step_max_m);
        self.velocity = if dt_s > 0.0 {
            (self.offset - before) / dt_s
        } else {
            DVec3::ZERO
        };
        let missing = self.offset - wanted;
        for hold in self.holds.iter_mut().flatten() {
            if hold.age_s < LANDING_S {
                hold.at += missing;
            }
        }
        self.take_along(sole, free);
    }

    /// A foot that nothing holds goes where the hips take it, like a damped spring.
    fn release(&mut self, hips_moved: DVec3, dt_s: f64, step_max_m: f64, release_s: f64) {
        let before = self.offset - hips_moved;
        let rate = 1.0 / release_s;
        let pull = self.velocity + before * rate;
        let fade = (-rate * dt_s).exp();
        self.velocity = (self.velocity - pull * (rate * dt_s)) * fade;
        let next = (before + pull * dt_s) * fade;
        self.offset += (next - before).clamp_length_max(step_max_m);
    }

    /// How much of the hold is the ball's: all when the heel is over it, by as many hand-over ranges as given, none when
    /// under it; with a flat foot, that of the point which stands stiller on the performer.
    fn share_load(&mut self, heel_over: f64, dt_s: f64) {
        let by_height = smooth_step(heel_over, -1.0, 1.0);
        let [heel, ball] = self.trackers.map(|t| t.slide_m().unwrap_or(0.0) + SLIDE_M);
        let decided = (2.0 * by_height - 1.0).abs();
        let wanted = by_height * decided + heel / (heel + ball) * (1.0 - decided);
        match self.holds {
            [Some(_), None] => self.on_ball = 0.0,
            [None, Some(_)] => self.on_ball = 1.0,
            _ => self.on_ball += (wanted - self.on_ball) * (1.0 - (-dt_s / LOAD_S).exp()),
        }
    }

    /// Of two held points, one that is not at rest is not where it will stand yet, or not any more: its hold goes along.
    fn take_along(&mut self, sole: &Sole, free: &FreeFoot) {
        let rotation = self.turned.of(sole, free.rotation, 1.0) * free.rotation;
        let ankle = flat(free.origin) + self.offset;
        let rest = self.trackers.map(|t| t.rest());
        if let [Some(heel), Some(ball)] = &mut self.holds {
            for ((hold, point), rest) in [heel, ball].into_iter().zip(sole.points()).zip(rest) {
                hold.at += (ankle + flat(point.arm(rotation)) - hold.at) * (1.0 - rest);
            }
        }
    }

    /// By how much (negative) the foot may be lowered before its leg is all but straight, metres.
    fn lowest_m(&self, free: &FreeFoot) -> f64 {
        let hip = free.hip + free.hips_moved;
        let own_m = free.hip.distance(free.origin);
        let longest_m = own_m.max(LOWER_PART * free.bones_m);
        let along_m = flat(free.origin + self.offset - hip).length();
        let drop_m2 = longest_m * longest_m - along_m * along_m;
        hip.y - drop_m2.max(0.0).sqrt() - free.origin.y
    }

    /// Raises the foot, no faster than a correction may be unless the floor demands it.
    fn lift(
        &mut self,
        sole: &Sole,
        free: &FreeFoot,
        (planted, step_m, dt_s): (f64, f64, f64),
        numbers: &Numbers,
    ) {
        let hip_m = free.source_hip_height_m;
        let standing_m = self.standing_m.or(free.standing_m).unwrap_or(0.0);
        let height_m = free.source_low_m - standing_m * numbers.plant;
        let free_m = self.low_m(sole, free, numbers);
        let near = nearness(
            height_m,
            numbers.full_below_part * hip_m,
            numbers.none_above_part * hip_m,
        );
        let follow_m = (height_m * free.scale).max(0.0);
        let hips_m = free.hips_moved.y;
        let wanted_m = hips_m + numbers.match_floor * near * (follow_m - free_m - hips_m);
        let keep = numbers.keep_above_floor;
        let fall_m = self.low_before_m.replace(free_m).unwrap_or(free_m) - free_m;
        let faster_m = (fall_m - std::mem::replace(&mut self.fall_m, fall_m)).max(0.0);
        self.braking_m = braking_m(fall_m + faster_m, step_m, dt_s);
        let as_free_m = hips_m.min(0.0) * (1.0 - planted);
        let kept_m = (self.braking_m - free_m).min(self.lift_m.max(as_free_m));
        let wanted_m = wanted_m + keep * (kept_m.max(-free_m) - wanted_m).max(0.0);
        let out_of_reach_m = self.lowest_m(free).min(hips_m) - wanted_m;
        let wanted_m = wanted_m + out_of_reach_m.max(0.0) * (1.0 - planted);
        self.lift_m += (wanted_m - self.lift_m).clamp(-step_m, step_m);
        let points_m = free.origin.y - sole.points_depth_m(self.held_rotation(sole, free, numbers));
        let sunk_m = -(points_m + self.lift_m) - SINK_MAX_M * free.giant_scale;
        self.lift_m += keep * sunk_m.max(0.0);
    }
}

/// How high over the floor a sole that falls by so much in a frame has to begin to be held up, by a step a frame, so that
/// it is not under the floor before its fall has died away.
fn braking_m(fall_m: f64, step_m: f64, dt_s: f64) -> f64 {
    if dt_s <= 0.0 || step_m <= 0.0 || fall_m <= step_m {
        return 0.0;
    }
    (fall_m - step_m - step_m * (fall_m / step_m).ln()) * BRAKE_S / dt_s
}

/// The largest part of the way from one place to another that stays within a distance of the origin; if the way begins
/// outside, the part that comes nearest.
fn within(from: DVec3, to: DVec3, distance_m: f64) -> f64 {
    let way = to - from;
    let (square, half) = (way.length_squared(), from.dot(way));
    let outside = from.length_squared() - distance_m * distance_m;
    let root = half * half - square * outside;
    if to.length() <= distance_m {
        1.0
    } else if square <= 0.0 {
        0.0
    } else if outside > 0.0 {
        (-half / square).clamp(0.0, 1.0)
    } else {
        ((root.max(0.0).sqrt() - half) / square).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests;
