//! The film camera's way: a hand-held arc in front of the wall, with roll, wander and stops.
//!
//! The pupil's path is given in stage space; the tracker sits on the camera's body, so what the capture system
//! sees is the pupil's placement times the inverse of the mount's offset.

use super::linear::{Placement, unit_or};
use super::noise::{Wander, stream};
use rand::RngExt;

/// Where the operator walks and how steady the hand is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CameraMoveSettings {
    /// What the camera looks at, stage metres: on an LED stage usually beyond the wall.
    pub target_m: [f64; 3],
    /// The middle of the arc that the operator walks, stage metres.
    pub around_m: [f64; 3],
    /// Distance from that middle, metres.
    pub distance_m: f64,
    /// Height of the pupil above the floor, metres.
    pub height_m: f64,
    /// How far the arc swings to each side, radians.
    pub swing_rad: f64,
    /// Seconds of one walk between two stops.
    pub walk_s: f64,
    /// Seconds of each stop.
    pub stop_s: f64,
    /// Root mean square wander of the hand, metres.
    pub hand_m: f64,
    /// Root mean square wander of the view direction, radians; roll wanders by half of it around ±3°.
    pub hand_rad: f64,
}

impl Default for CameraMoveSettings {
    fn default() -> Self {
        Self {
            target_m: [0.0, 1.05, -6.5],
            around_m: [0.0, 0.0, 0.0],
            distance_m: 2.2,
            height_m: 1.45,
            swing_rad: 0.42,
            walk_s: 3.2,
            stop_s: 1.1,
            hand_m: 0.012,
            hand_rad: 0.006,
        }
    }
}

/// A camera move that can be asked for any time.
#[derive(Clone, Debug)]
pub struct CameraMove {
    settings: CameraMoveSettings,
    stops: Vec<Stop>,
    hand: [Wander; 3],
    aim: [Wander; 3],
}

#[derive(Clone, Copy, Debug)]
struct Stop {
    angle_rad: f64,
    distance_m: f64,
    height_m: f64,
    roll_rad: f64,
}

impl CameraMove {
    const STOPS: usize = 32;

    /// From a seed.
    pub fn new(seed: u64, settings: CameraMoveSettings) -> Self {
        let mut rng = stream(seed, 0xca3e);
        let s = settings;
        let stops = (0..Self::STOPS)
            .map(|i| {
                let side = if i % 2 == 0 { -1.0 } else { 1.0 };
                Stop {
                    angle_rad: side * s.swing_rad * rng.random_range(0.35..1.0),
                    distance_m: s.distance_m * rng.random_range(0.85..1.1),
                    height_m: s.height_m + rng.random_range(-0.25..0.2),
                    roll_rad: rng.random_range(-0.05..0.05),
                }
            })
            .collect();
        let hand = std::array::from_fn(|_| Wander::new(&mut rng, s.hand_m, 0.23));
        let aim = std::array::from_fn(|i| {
            let rms = if i == 2 { s.hand_rad * 0.5 } else { s.hand_rad };
            Wander::new(&mut rng, rms, 0.31)
        });
        Self {
            settings,
            stops,
            hand,
            aim,
        }
    }

    /// The entrance pupil in the stage at a time in seconds: it looks along its -Z.
    pub fn stage_from_pupil(&self, t_s: f64) -> Placement {
        let way = self.way(t_s);
        let (target, around) = (self.settings.target_m, self.settings.around_m);
        let mut eye = [
            around[0] + way.distance_m * way.angle_rad.sin(),
            around[1] + way.height_m,
            around[2] + way.distance_m * way.angle_rad.cos(),
        ];
        for (c, wander) in eye.iter_mut().zip(&self.hand) {
            *c += wander.at(t_s);
        }
        let look = unit_or(
            [target[0] - eye[0], target[1] - eye[1], target[2] - eye[2]],
            [0.0, 0.0, -1.0],
        );
        let yaw = (-look[0]).atan2(-look[2]) + self.aim[0].at(t_s);
        let pitch = look[1].asin() + self.aim[1].at(t_s);
        let roll = way.roll_rad + self.aim[2].at(t_s);
        Placement::from_yaw_pitch_roll(yaw, pitch, roll, eye)
    }

    /// Between two stops the operator eases from one to the next; at a stop only the hand moves.
    fn way(&self, t_s: f64) -> Stop {
        let period_s = self.settings.walk_s + self.settings.stop_s;
        let leg = (t_s.max(0.0) / period_s).floor();
        let within_s = t_s.max(0.0) - leg * period_s;
        let i = leg as usize % Self::STOPS;
        let (a, b) = (self.stops[i], self.stops[(i + 1) % Self::STOPS]);
        let x = ((within_s - self.settings.stop_s) / self.settings.walk_s).clamp(0.0, 1.0);
        // Smootherstep: speed and acceleration are zero at both ends.
        let k = x * x * x * (x * (x * 6.0 - 15.0) + 10.0);
        let mix = |p: f64, q: f64| p + (q - p) * k;
        Stop {
            angle_rad: mix(a.angle_rad, b.angle_rad),
            distance_m: mix(a.distance_m, b.distance_m),
            height_m: mix(a.height_m, b.height_m),
            roll_rad: mix(a.roll_rad, b.roll_rad),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::performance::linear::length;

    #[test]
    fn looks_at_its_target_and_moves_smoothly() {
        let camera = CameraMove::new(11, CameraMoveSettings::default());
        let dt = 1.0 / 240.0;
        let mut last = camera.stage_from_pupil(0.0);
        for i in 1..6000 {
            let now = camera.stage_from_pupil(f64::from(i) * dt);
            let to_target = unit_or(
                [0.0 - now.t[0], 1.05 - now.t[1], -6.5 - now.t[2]],
                [0.0, 0.0, -1.0],
            );
            let view = now.vector([0.0, 0.0, -1.0]);
            let cosine: f64 = (0..3).map(|k| to_target[k] * view[k]).sum();
            assert!(cosine > 0.99, "looks away at frame {i}: {cosine}");
            let step = [
                now.t[0] - last.t[0],
                now.t[1] - last.t[1],
                now.t[2] - last.t[2],
            ];
            assert!(length(step) / dt < 3.0, "jumps at frame {i}");
            assert!(
                now.t[1] > 0.8 && now.t[2] > 1.5,
                "leaves the floor plan at frame {i}"
            );
            last = now;
        }
    }

    #[test]
    fn rolls_and_stops() {
        let camera = CameraMove::new(
            11,
            CameraMoveSettings {
                hand_m: 0.0,
                hand_rad: 0.0,
                ..Default::default()
            },
        );
        let still = camera.stage_from_pupil(0.2);
        assert_eq!(
            still,
            camera.stage_from_pupil(0.9),
            "moves during the first stop"
        );
        let rolls = (0..100).map(|i| {
            camera
                .stage_from_pupil(f64::from(i) * 0.3)
                .vector([1.0, 0.0, 0.0])[1]
        });
        assert!(
            rolls.map(f64::abs).fold(0.0, f64::max) > 0.02,
            "never rolls"
        );
    }
}
