//! What is known of one body's motion from its poses, one after the other: the state behind an [`Outlook`].
//!
//! Rotations are handled where they are nearly flat: as rotation vectors from the newest pose (double exponential), or from the
//! filter's own attitude (Kalman). Gains depend on time alone, so that all axes and all joints of a body share them.

use crate::limits::{
    ACCELERATION_MEMORY, KALMAN_ACCELERATION_M_S2, KALMAN_ACCELERATION_RAD_S2, KALMAN_NOISE_M,
    KALMAN_NOISE_RAD,
};
use crate::pose_track::rotation_vector;
use crate::prediction::{Outlook, Twist, faded_twice, kept_of_past};
use cyc_model::Prediction;
use glam::{DQuat, DVec3};

/// A pose as the estimator takes it: radians, metres.
pub(crate) type Pose = (DQuat, DVec3);

/// The estimator of one body.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MotionEstimate {
    /// Once and twice averaged, or the filter's pose twice.
    level: [Pose; 2],
    rate: Twist,
    acceleration: Twist,
}

impl MotionEstimate {
    /// At a pose with a velocity, as after a gap.
    pub fn begin(pose: Pose, rate: Twist) -> Self {
        Self {
            level: [pose; 2],
            rate,
            acceleration: Twist::default(),
        }
    }

    /// Takes the next pose, `dt_s` after the one before, and gives how it goes on from there. `gains` are of the same time.
    pub fn observe(
        &mut self,
        method: Prediction,
        pose: Pose,
        dt_s: f64,
        gains: &[Gain; 2],
    ) -> Outlook {
        match method {
            Prediction::DoubleExponential => self.average(pose, dt_s),
            Prediction::Kalman | Prediction::Learned => self.filter(pose, dt_s, gains),
            Prediction::None | Prediction::ConstantVelocity => Outlook::default(),
        }
    }

    fn average(&mut self, pose: Pose, dt_s: f64) -> Outlook {
        let kept = kept_of_past(dt_s);
        let [once, twice] = self.level;
        let once = moved(pose, way(pose, once).scaled(kept));
        let twice = moved(once, way(once, twice).scaled(kept));
        self.level = [once, twice];
        let apart = way(twice, once);
        Outlook {
            offset: way(pose, once).plus(apart),
            rate: apart.scaled((1.0 - kept) / (kept * dt_s)),
            ..Outlook::default()
        }
    }

    fn filter(&mut self, pose: Pose, dt_s: f64, [turning, moving]: &[Gain; 2]) -> Outlook {
        let memory = ACCELERATION_MEMORY.secs();
        let faded = (-dt_s / memory).exp();
        let gone = self.rate.scaled(dt_s);
        let gone = gone.plus(self.acceleration.scaled(faded_twice(dt_s)));
        let expected = moved(self.level[0], gone);
        let off = way(expected, pose);
        let weigh = |of: usize| Twist {
            turn: off.turn * turning.0[of],
            shift: off.shift * moving.0[of],
        };
        self.rate = self
            .rate
            .plus(self.acceleration.scaled(memory * (1.0 - faded)))
            .plus(weigh(1));
        self.acceleration = self.acceleration.scaled(faded).plus(weigh(2));
        self.level[0] = moved(expected, weigh(0));
        Outlook {
            offset: way(pose, self.level[0]),
            rate: self.rate,
            acceleration: self.acceleration,
            ..Outlook::default()
        }
    }
}

/// What leads from one pose to another.
pub(crate) fn way(from: Pose, to: Pose) -> Twist {
    Twist {
        turn: rotation_vector(to.0 * from.0.conjugate()),
        shift: to.1 - from.1,
    }
}

pub(crate) fn moved(pose: Pose, by: Twist) -> Pose {
    let turned = DQuat::from_scaled_axis(by.turn) * pose.0;
    (turned.normalize(), pose.1 + by.shift)
}

/// How much of an innovation goes to position, velocity and acceleration.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Gain([f64; 3]);

/// The covariance of a Singer filter on one axis, which depends on the times of the measurements alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GainFilter {
    acceleration: f64,
    noise: f64,
    covariance: [[f64; 3]; 3],
}

impl GainFilter {
    /// For turns.
    pub fn turning() -> Self {
        Self::new(KALMAN_ACCELERATION_RAD_S2, KALMAN_NOISE_RAD)
    }

    /// For shifts.
    pub fn moving() -> Self {
        Self::new(KALMAN_ACCELERATION_M_S2, KALMAN_NOISE_M)
    }

    fn new(acceleration: f64, noise: f64) -> Self {
        let mut filter = Self {
            acceleration,
            noise,
            covariance: [[0.0; 3]; 3],
        };
        filter.restart();
        filter
    }

    /// A pose is known, its velocity roughly, its acceleration not at all.
    pub fn restart(&mut self) {
        let (a2, r) = (self.acceleration.powi(2), self.noise.powi(2));
        // The velocity was measured over about 20 ms.
        let v2 = 2.0 * r / 0.02_f64.powi(2);
        self.covariance = [[r, 0.0, 0.0], [0.0, v2, 0.0], [0.0, 0.0, a2]];
    }

    /// The gain of a measurement `dt_s` after the one before.
    pub fn advance(&mut self, dt_s: f64) -> Gain {
        let memory = ACCELERATION_MEMORY.secs();
        let faded = (-dt_s / memory).exp();
        let onward = [
            [1.0, dt_s, faded_twice(dt_s)],
            [0.0, 1.0, memory * (1.0 - faded)],
            [0.0, 0.0, faded],
        ];
        let mut p = product(product(onward, self.covariance), transposed(onward));
        // The new acceleration of the step is white within it: it enters with the same weights that it has in the state.
        let fresh = self.acceleration.powi(2) * (1.0 - faded * faded);
        let enters = [dt_s * dt_s / 2.0, dt_s, 1.0];
        for (row, a) in p.iter_mut().zip(enters) {
            for (cell, b) in row.iter_mut().zip(enters) {
                *cell += fresh * a * b;
            }
        }
        let uncertain = p[0][0] + self.noise.powi(2);
        let gain = [p[0][0], p[1][0], p[2][0]].map(|c| c / uncertain);
        let first = p[0];
        for (row, k) in p.iter_mut().zip(gain) {
            for (cell, c) in row.iter_mut().zip(first) {
                *cell -= k * c;
            }
        }
        self.covariance = p;
        Gain(gain)
    }
}

type Square = [[f64; 3]; 3];

fn product(a: Square, b: Square) -> Square {
    std::array::from_fn(|i| std::array::from_fn(|j| (0..3).map(|k| a[i][k] * b[k][j]).sum()))
}

fn transposed(a: Square) -> Square {
    std::array::from_fn(|i| std::array::from_fn(|j| a[j][i]))
}
