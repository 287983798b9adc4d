//! Robust losses: how much a marker that is far off may still pull.
//!
//! Used by iterative re-weighting: at each iteration a marker's weight is the loss's slope at its present squared
//! residual (Holland and Welsch, 1977; Geman and McClure, 1987).

/// The loss of a squared residual.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Loss {
    /// Plain least squares.
    Squared,
    /// `s·σ²/(σ² + s)`: a marker many σ away stops pulling at all.
    GemanMcClure {
        /// The residual at which the pull is a quarter, metres.
        sigma_m: f64,
    },
    /// `σ²·ln(1 + s/σ²)`: a far marker pulls ever less, but always.
    Cauchy {
        /// The residual at which the pull is half, metres.
        sigma_m: f64,
    },
}

impl Loss {
    /// The loss and its slope (the marker's weight) at a squared residual in m².
    #[inline]
    pub(crate) fn value_and_slope(self, s: f64) -> (f64, f64) {
        match self {
            Self::Squared => (s, 1.0),
            Self::GemanMcClure { sigma_m } => {
                let sigma2 = sigma_m * sigma_m;
                let ratio = sigma2 / (sigma2 + s);
                (s * ratio, ratio * ratio)
            }
            Self::Cauchy { sigma_m } => {
                let sigma2 = sigma_m * sigma_m;
                (sigma2 * (s / sigma2).ln_1p(), sigma2 / (sigma2 + s))
            }
        }
    }

    /// The same loss with its scale widened, or plain squares where a scale makes no sense.
    pub(crate) fn widened(self, factor: f64) -> Self {
        match self {
            Self::Squared => Self::Squared,
            Self::GemanMcClure { sigma_m } => Self::GemanMcClure {
                sigma_m: sigma_m * factor,
            },
            Self::Cauchy { sigma_m } => Self::Cauchy {
                sigma_m: sigma_m * factor,
            },
        }
    }

    /// The loss with a scale that can be divided by; a scale that is no positive number means plain squares.
    pub(crate) fn checked(self) -> Self {
        match self {
            Self::GemanMcClure { sigma_m } | Self::Cauchy { sigma_m }
                if !(sigma_m.is_finite() && sigma_m > 1e-6) =>
            {
                Self::Squared
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_is_the_derivative() {
        for loss in [
            Loss::Squared,
            Loss::GemanMcClure { sigma_m: 0.03 },
            Loss::Cauchy { sigma_m: 0.03 },
        ] {
            for s in [1e-6, 4e-4, 2e-3, 0.5] {
                let h = s * 1e-5;
                let (up, down) = (loss.value_and_slope(s + h).0, loss.value_and_slope(s - h).0);
                let slope = loss.value_and_slope(s).1;
                assert!(
                    ((up - down) / (2.0 * h) - slope).abs() < 1e-6,
                    "{loss:?} at {s}"
                );
            }
        }
    }

    #[test]
    fn a_scale_that_is_no_scale_means_squares() {
        for sigma_m in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Loss::Cauchy { sigma_m }.checked(), Loss::Squared);
        }
    }
}
