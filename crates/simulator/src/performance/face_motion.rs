//! A face that lives: blinks, speech, and a head that looks about, in closed form from the time and a seed.
//!
//! Every shape moves with a rhythm of its own, so that two shapes that were exchanged on the way are seen to be. What
//! must stay true: the same time and seed give the same face; every weight lies in 0..1.

use cyc_model::{CapturedFace, FaceShape, FaceWeights, JointFrame, Xf};
use glam::{DQuat, DVec3, EulerRot};
use std::f64::consts::TAU;

/// Blinks a second.
const BLINK_HZ: f64 = 0.3;

/// How long a blink takes, as a share of the time between two.
const BLINK_SHARE: f64 = 0.06;

/// A performer's face.
#[derive(Clone, Copy, Debug)]
pub struct FaceMotion {
    phase: f64,
}

impl FaceMotion {
    /// A face whose rhythm is shifted by a seed.
    pub fn new(seed: u64) -> Self {
        // Bits well mixed, as a fraction.
        let mixed = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 11;
        Self {
            phase: mixed as f64 / (1u64 << 53) as f64,
        }
    }

    /// The face at a time. Its subject is left at zero.
    pub fn at(&self, t_s: f64) -> CapturedFace {
        let mut weights = FaceWeights::default();
        for (k, shape) in FaceShape::ALL.into_iter().enumerate() {
            let rate_hz = 0.1 + 0.017 * k as f64;
            let wave = (TAU * (rate_hz * t_s + self.phase + 0.11 * k as f64)).sin();
            weights.set(shape, (0.3 + 0.25 * wave) as f32);
        }
        let blink = self.blink(t_s);
        weights.set(FaceShape::EyeBlinkLeft, blink);
        weights.set(FaceShape::EyeBlinkRight, blink);
        let slow = |hz: f64, shift: f64| (TAU * (hz * t_s + self.phase + shift)).sin();
        let head = turned(
            0.5 * slow(0.11, 0.0),
            0.2 * slow(0.17, 0.3),
            0.1 * slow(0.07, 0.6),
        );
        let eyes = turned(0.3 * slow(0.41, 0.1), 0.15 * slow(0.29, 0.2), 0.0);
        CapturedFace {
            subject: 0,
            weights,
            source_from_head: head.map(Xf::relabel),
            head_from_left_eye: eyes,
            head_from_right_eye: eyes,
        }
    }

    /// Zero, and a quick rise and fall at each blink.
    fn blink(&self, t_s: f64) -> f32 {
        let into = (BLINK_HZ * t_s + self.phase).fract() / BLINK_SHARE;
        if into < 1.0 {
            (TAU / 2.0 * into).sin() as f32
        } else {
            0.0
        }
    }
}

fn turned(yaw_rad: f64, pitch_rad: f64, roll_rad: f64) -> Option<Xf<JointFrame, JointFrame>> {
    let turn = DQuat::from_euler(EulerRot::YXZ, yaw_rad, pitch_rad, roll_rad);
    Xf::new(turn, DVec3::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_shapes_move_alike_and_the_eyes_blink() {
        let face = FaceMotion::new(7);
        let series: Vec<Vec<f32>> = FaceShape::ALL
            .map(|s| {
                (0..600)
                    .map(|i| face.at(i as f64 / 60.0).weights.get(s))
                    .collect()
            })
            .to_vec();
        for (i, a) in series.iter().enumerate() {
            for (k, b) in series.iter().enumerate().skip(i + 1) {
                // Both eyes blink together.
                let both_eyes = (i, k)
                    == (
                        FaceShape::EyeBlinkLeft as usize,
                        FaceShape::EyeBlinkRight as usize,
                    );
                assert_eq!(a == b, both_eyes, "{i} {k}");
            }
        }
        let blinks = &series[FaceShape::EyeBlinkLeft as usize];
        assert!(blinks.contains(&0.0) && blinks.iter().any(|w| *w > 0.9));
        assert_ne!(FaceMotion::new(1).at(1.0), FaceMotion::new(2).at(1.0));
    }
}
