//! Levenberg-Marquardt for a handful of unknowns and many residuals, with differences for derivatives (Marquardt 1963).
//! Large residuals weigh less (Cauchy's loss), so that one point that was mixed up does not turn the camera.

use nalgebra::{DMatrix, DVector};

/// Steps at most; some ten are usual.
const STEPS: usize = 100;
/// The steps' size from which nothing changes any more, of an unknown's own scale.
const SETTLED: f64 = 1e-10;

/// A problem: unknowns near zero, scaled so that one is large.
pub(crate) trait Problem {
    /// How many unknowns there are.
    fn unknowns(&self) -> usize;
    /// The residuals for steps from where it is, in the order of the measurements; pixels.
    fn residuals(&self, step: &[f64], out: &mut Vec<f64>);
    /// Takes a step for good.
    fn take(&mut self, step: &[f64]);
}

/// The size of a difference, of an unknown's scale.
const DIFFERENCE: f64 = 1e-6;

fn cauchy_weight(residual: f64, scale: f64) -> f64 {
    1.0 / (1.0 + (residual / scale).powi(2))
}

fn cost(residuals: &[f64], scale: f64) -> f64 {
    let each = residuals.iter().map(|r| (r / scale).powi(2).ln_1p());
    each.sum::<f64>() * scale * scale
}

fn jacobian(problem: &impl Problem, rows: usize) -> DMatrix<f64> {
    let count = problem.unknowns();
    let mut matrix = DMatrix::zeros(rows, count);
    let (mut plus, mut minus) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
    for column in 0..count {
        let mut step = vec![0.0; count];
        step[column] = DIFFERENCE;
        problem.residuals(&step, &mut plus);
        step[column] = -DIFFERENCE;
        problem.residuals(&step, &mut minus);
        for (row, (p, m)) in plus.iter().zip(&minus).enumerate() {
            matrix[(row, column)] = (p - m) / (2.0 * DIFFERENCE);
        }
    }
    matrix
}

/// Solves a problem; residuals of about `scale` pixels and more weigh less.
pub(crate) fn solve(problem: &mut impl Problem, scale: f64) {
    let count = problem.unknowns();
    let mut residuals = Vec::new();
    problem.residuals(&vec![0.0; count], &mut residuals);
    let mut now = cost(&residuals, scale);
    let mut damping = 1e-3;
    let mut tried = Vec::new();
    for _ in 0..STEPS {
        let matrix = jacobian(problem, residuals.len());
        let weights = residuals.iter().map(|r| cauchy_weight(*r, scale));
        let weights = DVector::from_iterator(residuals.len(), weights);
        let mut weighted = matrix.clone();
        for (mut row, w) in weighted.row_iter_mut().zip(weights.iter()) {
            row *= *w;
        }
        let normal = weighted.transpose() * &matrix;
        let right = -(weighted.transpose() * DVector::from_column_slice(&residuals));
        let mut is_better = false;
        let mut size = 0.0;
        // The damping grows until a step helps, or until steps are nothing.
        while damping < 1e12 && !is_better {
            let mut damped = normal.clone();
            for i in 0..count {
                damped[(i, i)] += damping * normal[(i, i)].max(1e-12);
            }
            let step = damped.cholesky().map(|c| c.solve(&right));
            if let Some(step) = step.filter(|s| s.iter().all(|v| v.is_finite())) {
                problem.residuals(step.as_slice(), &mut tried);
                let then = cost(&tried, scale);
                if then < now {
                    problem.take(step.as_slice());
                    std::mem::swap(&mut residuals, &mut tried);
                    now = then;
                    size = step.amax();
                    is_better = true;
                }
            }
            damping = if is_better {
                damping * 0.2
            } else {
                damping * 8.0
            };
        }
        damping = damping.clamp(1e-12, 1e9);
        if !is_better || size < SETTLED {
            break;
        }
    }
}
