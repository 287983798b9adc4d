//! Seeded randomness: reproducible streams, Gaussian numbers and smooth hand-held wander.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::f64::consts::TAU;

/// A stream of random numbers of its own, so that adding a marker does not change another's noise.
pub fn stream(seed: u64, purpose: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(purpose);
    rng
}

/// A number of the standard normal distribution (Box and Muller 1958).
pub fn gaussian(rng: &mut ChaCha8Rng) -> f64 {
    let u: f64 = rng.random_range(f64::MIN_POSITIVE..1.0);
    let v: f64 = rng.random_range(0.0..1.0);
    (-2.0 * u.ln()).sqrt() * (TAU * v).cos()
}

/// Three independent Gaussian numbers with the given standard deviation.
pub fn gaussian3(rng: &mut ChaCha8Rng, sigma: f64) -> [f64; 3] {
    std::array::from_fn(|_| sigma * gaussian(rng))
}

/// A smooth random function of time: sines of seeded phase whose amplitude falls with frequency, as a hand's does.
#[derive(Clone, Debug)]
pub struct Wander {
    waves: [(f64, f64, f64); Self::WAVES],
}

impl Wander {
    const WAVES: usize = 7;

    /// With the given root mean square amplitude and slowest frequency in hertz.
    pub fn new(rng: &mut ChaCha8Rng, rms: f64, slowest_hz: f64) -> Self {
        let mut waves = [(0.0, 0.0, 0.0); Self::WAVES];
        let mut power = 0.0;
        let mut hz = slowest_hz;
        for wave in &mut waves {
            let amplitude = slowest_hz / hz;
            power += amplitude * amplitude / 2.0;
            *wave = (amplitude, TAU * hz, rng.random_range(0.0..TAU));
            hz *= rng.random_range(1.45..1.75);
        }
        let scale = rms / power.sqrt();
        for wave in &mut waves {
            wave.0 *= scale;
        }
        Self { waves }
    }

    /// The value at a time in seconds.
    pub fn at(&self, t_s: f64) -> f64 {
        self.waves
            .iter()
            .map(|(a, w, phase)| a * (w * t_s + phase).sin())
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaussian_has_its_moments() {
        let mut rng = stream(7, 1);
        let n = 20_000;
        let values: Vec<f64> = (0..n).map(|_| gaussian(&mut rng)).collect();
        let mean = values.iter().sum::<f64>() / f64::from(n);
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / f64::from(n);
        assert!(
            mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05,
            "{mean} {variance}"
        );
    }

    #[test]
    fn wander_keeps_its_amplitude_and_repeats_by_seed() {
        let wander = Wander::new(&mut stream(3, 9), 0.02, 0.2);
        let again = Wander::new(&mut stream(3, 9), 0.02, 0.2);
        let mut square = 0.0;
        for i in 0..60_000 {
            let t = f64::from(i) * 0.01;
            square += wander.at(t).powi(2);
            assert_eq!(wander.at(t), again.at(t));
        }
        let rms = (square / 60_000.0).sqrt();
        assert!((rms - 0.02).abs() < 0.004, "{rms}");
    }
}
