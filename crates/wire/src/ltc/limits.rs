//! What sound may be, and how fast.

/// Sample rates that are taken: down to 16 kHz a half bit of 30 frames a second has 16000 / (30 · 160) = 3.3 samples.
pub const SAMPLE_RATE_HZ: std::ops::RangeInclusive<u32> = 16_000..=384_000;

/// Longest half bit, seconds: 24 frames a second at a tenth of the speed, 1 / (24 · 160 · 0.1), and half as much again.
pub const HALF_BIT_S_MAX: f64 = 1.5 / (24.0 * 160.0 * 0.1);

/// Shortest half bit, samples: four times the speed of 30 frames a second at 48 kHz has 48000 / (30 · 160 · 4) = 2.5, of
/// which a turn placed on whole samples leaves 1.5. Below it a one cannot be told from noise.
pub const HALF_BIT_SAMPLES_MIN: f64 = 1.5;

/// A signal below this share of full scale is silence.
pub const SILENCE: f32 = 1e-3;

/// Frames of one length before the rate is told from it: a third of a second, in which 23.976 and 24 differ by five
/// samples at 16 kHz, and turns are placed to one.
pub const RATE_FRAMES_MIN: u32 = 8;

/// Frames over which the length is averaged.
pub const RATE_FRAMES_MAX: u32 = 64;
