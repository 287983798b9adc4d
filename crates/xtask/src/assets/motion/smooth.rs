//! Smooth curves: steps, soft limits and a window filter, all twice continuously differentiable,
//! because everything that is laid over a C² motion must not make it worse.

/// Rises from 0 at `x` ≤ 0 to 1 at `x` ≥ 1 with zero velocity and acceleration at both ends.
pub fn step(x: f64) -> f64 {
    let x = x.clamp(0.0, 1.0);
    x * x * x * (x * (6.0 * x - 15.0) + 10.0)
}

/// Integral of `1 - step(x)` from 0: travels on with unit speed and comes to rest at 0.5.
pub fn coast(x: f64) -> f64 {
    let x = x.clamp(0.0, 1.0);
    let x4 = x * x * x * x;
    x - (2.5 * x4 - 3.0 * x4 * x + x4 * x * x)
}

/// A bump of height 1 in the middle of [0, 1], zero with two derivatives at both ends.
pub fn bump(x: f64) -> f64 {
    let x = x.clamp(0.0, 1.0);
    let y = 4.0 * x * (1.0 - x);
    y * y * y
}

/// `max(x, 0)` with its corner rounded over about `width`.
pub fn positive_part(x: f64, width: f64) -> f64 {
    0.5 * (x + (x * x + width * width).sqrt())
}

/// A small angle made smaller: flat to third order at zero, the identity far from it.
pub fn dead_zone(x: f64, width: f64) -> f64 {
    x * x * x / (x * x + width * width)
}

/// Largest value within `reach` samples on each side, then a Gaussian of standard deviation `sigma`
/// samples: a smooth curve that lies near or above the input's peaks.
pub fn envelope(values: &[f64], reach: usize, sigma: f64) -> Vec<f64> {
    let n = values.len();
    let peaks: Vec<f64> = (0..n)
        .map(|i| {
            let window = &values[i.saturating_sub(reach)..(i + reach + 1).min(n)];
            window.iter().copied().fold(f64::NEG_INFINITY, f64::max)
        })
        .collect();
    gaussian(&peaks, sigma)
}

/// Gaussian low-pass, standard deviation in samples; the ends are held.
pub fn gaussian(values: &[f64], sigma: f64) -> Vec<f64> {
    let half = (3.0 * sigma).ceil() as isize;
    let kernel: Vec<f64> = (-half..=half)
        .map(|k| (-0.5 * (k as f64 / sigma).powi(2)).exp())
        .collect();
    let total: f64 = kernel.iter().sum();
    let last = values.len() as isize - 1;
    (0..=last)
        .map(|i| {
            let sum: f64 = kernel
                .iter()
                .zip(-half..=half)
                .map(|(weight, k)| weight * values[(i + k).clamp(0, last) as usize])
                .sum();
            sum / total
        })
        .collect()
}
