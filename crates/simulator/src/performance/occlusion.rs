//! Which markers the virtual cameras cannot see: seeded bursts, as hands and bodies cover markers.

use super::noise::stream;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

/// How often and how long markers are hidden.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OcclusionSettings {
    /// The share of marker-frames that are hidden, 0 to 0.9.
    pub share: f64,
    /// Mean length of one occlusion, seconds.
    pub mean_s: f64,
}

impl Default for OcclusionSettings {
    fn default() -> Self {
        Self {
            share: 0.02,
            mean_s: 0.12,
        }
    }
}

/// The hidden state of each marker: a two-state chain with exponential dwell times.
#[derive(Debug)]
pub struct Occlusions {
    settings: OcclusionSettings,
    rngs: Vec<ChaCha8Rng>,
    hidden: Vec<bool>,
}

impl Occlusions {
    /// For `markers` markers, from a seed. Starts with all visible.
    pub fn new(seed: u64, markers: usize, settings: OcclusionSettings) -> Self {
        let rngs = (0..markers)
            .map(|m| stream(seed, 0x0cc1_0000 + m as u64))
            .collect();
        Self {
            settings,
            rngs,
            hidden: vec![false; markers],
        }
    }

    /// Moves on by `dt_s` seconds.
    pub fn advance(&mut self, dt_s: f64) {
        let share = self.settings.share.clamp(0.0, 0.9);
        let mean_s = self.settings.mean_s.max(1e-3);
        let p_show = 1.0 - (-dt_s / mean_s).exp();
        let mean_visible_s = mean_s * (1.0 - share) / share.max(1e-9);
        let p_hide = if share > 0.0 {
            1.0 - (-dt_s / mean_visible_s).exp()
        } else {
            0.0
        };
        for (rng, hidden) in self.rngs.iter_mut().zip(&mut self.hidden) {
            let u: f64 = rng.random_range(0.0..1.0);
            if u < if *hidden { p_show } else { p_hide } {
                *hidden = !*hidden;
            }
        }
    }

    /// Whether a marker is hidden now.
    pub fn is_hidden(&self, marker: usize) -> bool {
        self.hidden.get(marker).copied().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_the_share_asked_for() {
        for share in [0.0, 0.05, 0.2] {
            let settings = OcclusionSettings { share, mean_s: 0.1 };
            let mut occlusions = Occlusions::new(5, 53, settings);
            let (mut hidden, mut all) = (0usize, 0usize);
            for _ in 0..6000 {
                occlusions.advance(1.0 / 120.0);
                hidden += (0..53).filter(|m| occlusions.is_hidden(*m)).count();
                all += 53;
            }
            let got = hidden as f64 / all as f64;
            assert!((got - share).abs() < 0.01, "asked {share}, got {got}");
        }
    }
}
