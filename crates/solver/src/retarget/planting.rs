//! One foot of the target through time: held where it landed while the performer's stands, let go smoothly when not.
//!
//! Heel and ball are held each for itself. With both on the floor the foot's place and heading are those in which it came
//! down; when the heel lifts, the hold passes to the ball, about which the foot turns as the performer's does, and the
//! other way round after a heel strike. A hold is a correction along the floor of what the joints' turns alone would give:
//! it grows while a point is held, decays like a damped spring when none is, and never moves faster than is told. Height
//! has one memory: how high over (or under) the floor the performer's rig holds this sole when it stands, which is
//! taken away from what it says.

use super::FootContacts;
use super::contact::{ContactThresholds, ContactTracker, flat};
use super::feet::{Sole, nearness, smooth_step};
use super::tuning::Numbers;
use glam::{DQuat, DVec3};

/// How long a foot takes to settle on the floor and to leave it, seconds.
const SETTLE_S: f64 = 0.1;

/// A hold moves along with what it corrects for this long after landing, if that is faster than a correction may be.
const LANDING_S: f64 = 0.1;

/// A correction never moves farther in a frame, metres, however long the frame.
pub(super) const STEP_MAX_M: f64 = 0.004;

/// It is raised or lowered by this part of that at most, so that both together stay small.
const LIFT_STEP_PART: f64 = 0.6;

/// Turning a standing foot back to its heading is no faster, radians a second.
const YAW_MAX_RADPS: f64 = 2.0;

/// A foot that turned by more on the spot is pivoting: of heel and ball the one that moves more is let go until the turn
/// is back within a part of this.
const YAW_MAX_RAD: f64 = 0.5;

/// How far a standing foot's pitch may be off the performer's, radians (4°).
const PITCH_MAX_RAD: f64 = 0.07;

/// And how fast it gets there, radians a second.
const PITCH_MAX_RADPS: f64 = 0.6;

/// Below this part of the slip distance a foot that slipped is held again.
const SLIP_OVER_PART: f64 = 0.3;

/// The sole's heights, as parts of its length, between which the hold passes from heel to ball.
const HAND_OVER_PART: f64 = 0.06;

/// How soon the load passes from heel to ball, seconds (time constant): the points' noise is not to jerk the foot.
const LOAD_S: f64 = 0.03;

/// A point that carries less than the rest of this part does not count: where it is held goes along with it.
const IDLE_FROM: f64 = 0.8;

/// How soon two places that the foot's length does not fit agree, seconds (time constant).
const AGREE_S: f64 = 0.05;

/// Two points that slide by much less than this stand equally still, metres.
const SLIDE_M: f64 = 0.0005;

/// How fast the height at which a sole stands is learnt, metres a second: down as it lands, up slowly, because a foot
/// that rolls off rises too.
const LEARN_MPS: [f64; 2] = [0.4, 0.015];

/// That height is between these, as parts of the performer's hip height: more is a step or a hole.
const STANDING_PARTS: [f64; 2] = [-0.2, 0.025];

/// What a foot does in a frame before anything holds it.
#[derive(Clone, Copy, Debug)]
pub(super) struct FreeFoot {
    pub rotation: DQuat,
    pub origin: DVec3,
    /// The height of the performer's sole over the floor, and of her hips in the rest pose, metres.
    pub source_low_m: f64,
    pub source_hip_height_m: f64,
    /// The other foot's standing height, until this one has its own.
    pub standing_m: Option<f64>,
    /// Target metres for a metre of the performer.
    pub scale: f64,
    pub target_hip_height_m: f64,
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
}

/// The memory of one foot.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FootPlant {
    trackers: [ContactTracker; 2],
    holds: [Option<Hold>; 2],
    offset: DVec3,
    velocity: DVec3,
    lift_m: f64,
    yaw_rad: f64,
    pitch_rad: f64,
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
        self.update_holds(sole, free, standing, dt_s);
        self.lay_flat(sole, free, (dt_s, starts));
        self.turn_to_hold(sole, free, dt_s);
        self.move_to_hold(sole, free, dt_s, numbers);
        let slip_m = numbers.slip_part * free.target_hip_height_m;
        if self.offset.length() > slip_m {
            self.slips = true;
            self.holds = [None; 2];
        } else if self.offset.length() <= SLIP_OVER_PART * slip_m {
            self.slips = false;
        }
        let wanted = f64::from(standing != [false; 2]);
        self.settled = if starts {
            wanted
        } else {
            self.settled + (wanted - self.settled).clamp(-dt_s / SETTLE_S, dt_s / SETTLE_S)
        };
        let planted = smooth_step(self.settled, 0.0, 1.0);
        self.lift(sole, free, (dt_s, starts), numbers);
        FootGoal {
            turn: self.turn(sole, free, numbers.plant),
            ankle: free.origin + self.offset * numbers.plant + DVec3::Y * self.lift_m,
            planted,
            low_m: self.low_m(sole, free, numbers) + self.lift_m,
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
        let rotation = self.turn(sole, free, 1.0) * free.rotation;
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

    /// The heading in which heel and ball lie where they are held; without both it comes back to the performer's. It is
    /// that of the foot as it is laid: of one that is tilted, laying it flat turns the line from heel to ball, and a hold
    /// that goes along with what is left would turn the foot a little in every frame.
    fn turn_to_hold(&mut self, sole: &Sole, free: &FreeFoot, dt_s: f64) {
        let laid = self.laid(sole, free, 1.0) * free.rotation;
        let [heel, ball] = sole.points().map(|p| p.arm(laid));
        let along = flat(ball - heel);
        if let [Some(heel), Some(ball)] = self.holds {
            let held = ball.at - heel.at;
            let yaw_rad = (held.x * along.z - held.z * along.x).atan2(held.dot(along));
            let step_rad = YAW_MAX_RADPS * dt_s;
            self.yaw_rad += (yaw_rad - self.yaw_rad).clamp(-step_rad, step_rad);
            if self.yaw_rad.abs() > YAW_MAX_RAD {
                let [heel, ball] = self.trackers.map(|t| t.slide_m().unwrap_or(0.0));
                let moving = usize::from(ball > heel);
                self.pivots = Some(moving);
                self.holds[moving] = None;
            }
        } else {
            self.yaw_rad *= (-dt_s / SETTLE_S).exp();
            if self.yaw_rad.abs() <= SLIP_OVER_PART * YAW_MAX_RAD {
                self.pivots = None;
            }
        }
    }

    /// A foot that stands on heel and ball lies flat, as far as its pitch may be off the performer's: a rig that holds
    /// the toes a little up would otherwise let them hover, and slide as they come down.
    fn lay_flat(&mut self, sole: &Sole, free: &FreeFoot, (dt_s, starts): (f64, bool)) {
        let [heel, ball] = sole.points().map(|p| p.arm(free.rotation));
        let up_rad = (ball.y - heel.y).atan2(flat(ball - heel).length());
        let wanted_rad = match self.holds {
            [Some(_), Some(_)] => (-up_rad).clamp(-PITCH_MAX_RAD, PITCH_MAX_RAD),
            _ => 0.0,
        };
        let step_rad = if starts {
            PITCH_MAX_RAD
        } else {
            PITCH_MAX_RADPS * dt_s
        };
        self.pitch_rad += (wanted_rad - self.pitch_rad).clamp(-step_rad, step_rad);
    }

    /// What the foot is turned by from where the joints' turns put it.
    fn turn(&self, sole: &Sole, free: &FreeFoot, strength: f64) -> DQuat {
        DQuat::from_rotation_y(self.yaw_rad * strength) * self.laid(sole, free, strength)
    }

    /// The part of [`Self::turn`] that lays it flat.
    fn laid(&self, sole: &Sole, free: &FreeFoot, strength: f64) -> DQuat {
        let forward = flat(free.rotation * sole.forward);
        match forward.cross(DVec3::Y).try_normalize() {
            Some(axis) => DQuat::from_axis_angle(axis, self.pitch_rad * strength),
            None => DQuat::IDENTITY,
        }
    }

    /// How high the sole is over the floor before it is raised, metres.
    fn low_m(&self, sole: &Sole, free: &FreeFoot, numbers: &Numbers) -> f64 {
        let rotation = self.turn(sole, free, numbers.plant) * free.rotation;
        free.origin.y - sole.depth_m(rotation)
    }

    fn move_to_hold(&mut self, sole: &Sole, free: &FreeFoot, dt_s: f64, numbers: &Numbers) {
        let rotation = self.turn(sole, free, 1.0) * free.rotation;
        let arms = sole.points().map(|p| p.arm(rotation));
        let over_m = arms[0].y - arms[1].y;
        let range_m = HAND_OVER_PART * sole.forward.length();
        self.share_load(over_m / range_m, dt_s);
        let on_ball = self.on_ball;
        let to_hold =
            |point: usize| self.holds[point].map(|h| h.at - flat(free.origin + arms[point]));
        let wanted = match [to_hold(0), to_hold(1)] {
            [Some(heel), Some(ball)] => Some(heel.lerp(ball, on_ball)),
            [one, other] => one.or(other),
        };
        let step_max_m = (numbers.correction_max_mps * dt_s).min(STEP_MAX_M);
        let before = self.offset;
        self.offset = match wanted {
            Some(wanted) => before + (wanted - before).clamp_length_max(step_max_m),
            None => {
                let rate = 1.0 / numbers.release_s;
                let pull = self.velocity + before * rate;
                let fade = (-rate * dt_s).exp();
                self.velocity = (self.velocity - pull * (rate * dt_s)) * fade;
                let next = (before + pull * dt_s) * fade;
                before + (next - before).clamp_length_max(step_max_m)
            }
        };
        if let Some(wanted) = wanted {
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
            self.share_holds(flat(free.origin) + self.offset, arms, dt_s);
        }
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

    /// A point that does not carry the foot is not where it will stand yet, or not any more: its hold goes along.
    fn share_holds(&mut self, ankle: DVec3, arms: [DVec3; 2], dt_s: f64) {
        let idle = [self.on_ball, 1.0 - self.on_ball];
        if let [Some(heel), Some(ball)] = &mut self.holds {
            for (hold, arm, idle) in [(heel, arms[0], idle[0]), (ball, arms[1], idle[1])] {
                let slowly = 1.0 - (-dt_s * idle / AGREE_S).exp();
                let part = smooth_step(idle, IDLE_FROM, 1.0).max(slowly);
                hold.at += (ankle + flat(arm) - hold.at) * part;
            }
        }
    }

    /// Raises the foot, no faster than a correction may be unless the floor demands it.
    fn lift(
        &mut self,
        sole: &Sole,
        free: &FreeFoot,
        (dt_s, starts): (f64, bool),
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
        let wanted_m = numbers.match_floor * near * (follow_m - free_m);
        let step_m = LIFT_STEP_PART * (numbers.correction_max_mps * dt_s).min(STEP_MAX_M);
        self.lift_m = if starts {
            wanted_m
        } else {
            self.lift_m + (wanted_m - self.lift_m).clamp(-step_m, step_m)
        };
        self.lift_m += numbers.keep_above_floor * (-(free_m + self.lift_m)).max(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::super::feet::SolePoint;
    use super::super::settings::RetargetSettings;
    use super::super::tuning::Tuning;
    use super::*;

    /// A foot of 15 cm from heel to ball, whose ankle is 9 cm high and whose ball is the joint 4 cm over the floor.
    fn sole() -> Sole {
        Sole {
            foot: 0,
            toes: Some(1),
            heel: SolePoint {
                local: DVec3::new(0.0, -0.09, -0.03),
                over_floor_m: 0.0,
            },
            ball: SolePoint {
                local: DVec3::new(0.0, -0.05, 0.12),
                over_floor_m: 0.04,
            },
            forward: DVec3::new(0.0, 0.0, 0.15),
        }
    }

    #[test]
    fn a_foot_that_stands_tilted_keeps_heel_ball_and_heading() {
        let settings = RetargetSettings::default();
        let numbers = Tuning::new(&settings).now;
        let limits = ContactThresholds::new(&settings.contact, 0.9);
        let sole = sole();
        for (pitch_rad, roll_rad) in [(-0.17, 0.2), (-0.17, -0.2), (0.12, 0.2)] {
            let rotation = DQuat::from_rotation_y(0.5)
                * DQuat::from_rotation_x(pitch_rad)
                * DQuat::from_rotation_z(roll_rad);
            let free = FreeFoot {
                rotation,
                origin: DVec3::new(0.1, 0.09, 0.2),
                source_low_m: 0.0,
                source_hip_height_m: 0.9,
                standing_m: None,
                scale: 1.0,
                target_hip_height_m: 0.9,
            };
            let points = sole.points().map(|p| free.origin + p.arm(rotation));
            let mut plant = FootPlant::default();
            let mut places = Vec::new();
            for frame in 0..1200 {
                plant.sense(points, 1.0 / 120.0, &limits);
                let goal = plant.goal(&sole, &free, (1.0 / 120.0, frame == 0), &numbers);
                let turned = goal.turn * rotation;
                places.push(sole.points().map(|p| flat(goal.ankle + p.arm(turned))));
            }
            assert!(plant.held().heel && plant.held().ball);
            for (then, now) in places[120].iter().zip(places[1199]) {
                let drift_m = then.distance(now);
                assert!(drift_m < 2e-4, "{pitch_rad} {roll_rad}: {drift_m} m in 9 s");
            }
        }
    }
}
