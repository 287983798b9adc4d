//! What a fit may be told: loss, priors, limits and when to stop.

use super::{Loss, MatrixUse};

/// How firmly a marker that suddenly is elsewhere is held where it was going to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JumpHold {
    /// As if it were seen there: labels come from somebody who is right but for moments.
    Firm,
    /// Half as much, and half as long: the labels are being found, and what jumps may have been wrong before.
    Loose,
}

/// Settings of a [`Fitter`](crate::Fitter). Weights of priors and limits are in m²/rad², see each field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FitSettings {
    /// How much far markers may pull.
    pub loss: Loss,
    /// Most iterations of a frame that starts from the frame before.
    pub max_iterations: usize,
    /// Most iterations of a frame that starts from nothing.
    pub max_iterations_cold: usize,
    /// A frame is done when no more than this part of its cost is left to gain.
    pub tolerance: f64,
    /// When the normal matrix is built.
    pub matrix: MatrixUse,
    /// Start from the pose that constant velocity predicts, instead of the last one.
    pub predict: bool,
    /// Pull towards the predicted pose, m²/rad² (and, for a root's place, m²/m²).
    pub predicted_weight: f64,
    /// Pull towards the rest pose, m²/rad².
    pub rest_weight: f64,
    /// Pull towards the rest pose for spine, neck and shoulders, m²/rad². It shares a bend that few markers see among
    /// the joints of the chain.
    pub chain_rest_weight: f64,
    /// Pull of the collar bones towards rest, m²/rad²: one marker on moving skin is all that shows them.
    pub collar_rest_weight: f64,
    /// Pull back into the joint limits, m²/rad². 0 ignores the limits.
    pub limit_weight: f64,
    /// Above this marker RMS the frame is also tried from nothing, and the better of both is kept, metres.
    pub restart_rms_m: f64,
    /// How firmly a marker that has jumped is held.
    pub jump_hold: JumpHold,
}

impl Default for FitSettings {
    fn default() -> Self {
        Self {
            loss: Loss::GemanMcClure { sigma_m: 0.05 },
            max_iterations: 8,
            max_iterations_cold: 60,
            tolerance: 4e-4,
            matrix: MatrixUse::WhileItServes,
            predict: true,
            predicted_weight: 0.003 * 0.003,
            rest_weight: 0.001 * 0.001,
            chain_rest_weight: 0.008 * 0.008,
            collar_rest_weight: 0.02 * 0.02,
            limit_weight: 0.1 * 0.1,
            restart_rms_m: 0.08,
            jump_hold: JumpHold::Firm,
        }
    }
}

impl FitSettings {
    /// Plain least squares with the weakest priors: what figures of other solvers are compared with.
    pub fn least_squares() -> Self {
        Self {
            loss: Loss::Squared,
            chain_rest_weight: 0.001 * 0.001,
            collar_rest_weight: 0.001 * 0.001,
            ..Self::default()
        }
    }
}
