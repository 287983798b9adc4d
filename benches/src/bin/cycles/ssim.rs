//! How alike two pictures are to an eye: structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004) of their brightness,
//! with the paper's window (Gaussian of 1.5 pixels in 11 × 11) and constants (0.01, 0.03).

const RADIUS: usize = 5;
const SIGMA: f64 = 1.5;
const C1: f64 = 0.01 * 0.01;
const C2: f64 = 0.03 * 0.03;

/// Brightness from 0 to 1, rows from the top.
pub struct Grey {
    pub size_px: [usize; 2],
    pub values: Vec<f64>,
}

/// Mean over all places where the window is whole; 1 is equal.
pub fn ssim(a: &Grey, b: &Grey) -> f64 {
    let product = |x: &Grey, y: &Grey| Grey {
        size_px: x.size_px,
        values: x.values.iter().zip(&y.values).map(|(x, y)| x * y).collect(),
    };
    let [mean_a, mean_b] = [a, b].map(blurred);
    let [aa, bb, ab] = [(a, a), (b, b), (a, b)].map(|(x, y)| blurred(&product(x, y)));
    let [width, height] = a.size_px;
    let (mut sum, mut count) = (0.0, 0usize);
    for y in RADIUS..height.saturating_sub(RADIUS) {
        for x in RADIUS..width.saturating_sub(RADIUS) {
            let at = y * width + x;
            let (ma, mb) = (mean_a[at], mean_b[at]);
            let (va, vb, cov) = (aa[at] - ma * ma, bb[at] - mb * mb, ab[at] - ma * mb);
            sum += (2.0 * ma * mb + C1) * (2.0 * cov + C2)
                / ((ma * ma + mb * mb + C1) * (va + vb + C2));
            count += 1;
        }
    }
    sum / count.max(1) as f64
}

/// By the window, along rows, then along columns.
fn blurred(grey: &Grey) -> Vec<f64> {
    let [width, height] = grey.size_px;
    let weight = |k: usize| (-(k as f64 - RADIUS as f64).powi(2) / (2.0 * SIGMA * SIGMA)).exp();
    let whole: f64 = (0..=2 * RADIUS).map(weight).sum();
    let pass = |values: &[f64], step: usize, place: fn(usize, usize) -> usize, length: usize| {
        let near = |at: usize| {
            let here = place(at, width);
            (0..=2 * RADIUS).map(move |k| {
                let there = (here + k).saturating_sub(RADIUS).min(length - 1);
                (at + there * step - here * step, weight(k) / whole)
            })
        };
        (0..values.len())
            .map(|at| near(at).map(|(from, part)| values[from] * part).sum())
            .collect::<Vec<f64>>()
    };
    let rows = pass(&grey.values, 1, |at, width| at % width, width);
    pass(&rows, width, |at, width| at / width, height)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(phase: f64, gain: f64) -> Grey {
        let value = |at: usize| 0.5 + gain * ((at % 40) as f64 * 0.7 + phase).sin();
        Grey {
            size_px: [40, 30],
            values: (0..1200).map(value).collect(),
        }
    }

    #[test]
    fn equal_is_one_inverted_is_below_zero_and_faint_is_between() {
        let one = wave(0.0, 0.3);
        assert!((ssim(&one, &one) - 1.0).abs() < 1e-9);
        assert!(ssim(&one, &wave(std::f64::consts::PI, 0.3)) < -0.5);
        // Half the contrast: 2 · ½ / (1 + ¼) of the variance part, the mean being the same.
        assert!((ssim(&one, &wave(0.0, 0.15)) - 0.8).abs() < 0.02);
    }
}
