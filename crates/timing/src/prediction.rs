//! How the motion of a body is continued to the moment at which the light leaves the wall.
//!
//! Two things are kept apart. *Lead* is what lies between the time at which a pose is known and the time at which it is
//! seen: it is always there, and a predicted velocity does not decay over it. *Dropout* is the age of the newest pose beyond
//! the source's own period: there the policy of [`GapPolicy`](crate::GapPolicy) holds, with its decay. A body that was
//! still when it was last seen is still at any lead.
//!
//! What must stay true: with no lead, or with [`Prediction::None`](cyc_model::Prediction), nothing is changed; what is predicted is a continuous
//! function of the lead.

use crate::limits::{
    ACCELERATION_MEMORY, LEVEL_BLEND, STILL_ANGULAR_RAD_S, STILL_LINEAR_M_S, TREND_MEMORY,
};
use cyc_model::Nanos;
use glam::DVec3;

/// How one body goes on from one of its poses, in the frame that the pose is given in: a turn (rotation vector, applied
/// from the left) and a shift.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Outlook {
    /// From the measured pose to the estimated one, radians and metres.
    pub offset: Twist,
    /// A second.
    pub rate: Twist,
    /// A second, a second.
    pub acceleration: Twist,
    /// What it does beyond those by what it did lately, a second.
    pub learned: Twist,
}

/// A turn and a shift.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Twist {
    pub turn: DVec3,
    pub shift: DVec3,
}

impl Twist {
    pub fn scaled(self, by: f64) -> Self {
        Self {
            turn: self.turn * by,
            shift: self.shift * by,
        }
    }

    pub fn plus(self, other: Self) -> Self {
        Self {
            turn: self.turn + other.turn,
            shift: self.shift + other.shift,
        }
    }
}

/// A velocity that noise explains is none: far above `still` it stays as it is, far below it vanishes with its cube.
fn beyond_noise(velocity: DVec3, still: f64) -> f64 {
    let squared = velocity.length_squared();
    squared / (squared + still * still)
}

impl Outlook {
    /// With a velocity alone.
    pub fn steady(rate: Twist) -> Self {
        Self {
            rate,
            ..Self::default()
        }
    }

    /// The way within a horizon of the pose, decaying nowhere.
    pub fn after(&self, horizon: Horizon) -> Twist {
        let Horizon { s, blend, fade } = horizon;
        let going = (self.rate.plus(self.learned).scaled(s)).plus(self.acceleration.scaled(fade));
        let moving = Twist {
            turn: going.turn * beyond_noise(self.rate.turn, STILL_ANGULAR_RAD_S),
            shift: going.shift * beyond_noise(self.rate.shift, STILL_LINEAR_M_S),
        };
        moving.plus(self.offset.scaled(blend))
    }
}

/// A time ahead of a pose, with what all joints need of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Horizon {
    s: f64,
    /// The part of the estimated pose that takes the measured one's place.
    blend: f64,
    /// The integral of an acceleration that fades as e^(-t/T), twice, for an acceleration of one.
    fade: f64,
}

impl Horizon {
    /// So far ahead.
    pub fn new(ahead: Nanos) -> Self {
        let s = ahead.secs().max(0.0);
        Self {
            s,
            blend: (s / LEVEL_BLEND.secs()).min(1.0),
            fade: faded_twice(s),
        }
    }
}

/// The way that an acceleration of one makes within so long while it fades with [`ACCELERATION_MEMORY`].
pub(crate) fn faded_twice(s: f64) -> f64 {
    let memory = ACCELERATION_MEMORY.secs();
    memory * memory * ((-s / memory).exp() - 1.0 + s / memory)
}

/// The weight of the past after so long, in the averages of the double exponential method.
pub(crate) fn kept_of_past(dt_s: f64) -> f64 {
    (-dt_s / TREND_MEMORY.secs()).exp()
}
