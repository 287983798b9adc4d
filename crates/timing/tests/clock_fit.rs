//! The clock fit against a simulated source whose offset, drift and delays are known, in virtual time.

use cyc_model::{HostNs, Nanos};
use cyc_timing::{ClockFit, ClockNews};
use proptest::prelude::*;

/// A source: `taken = (heard_without_delay − offset) / (1 + drift)`.
struct Source {
    offset_ns: i64,
    drift: f64,
    random: u64,
}

impl Source {
    fn taken(&self, host_ns: i64) -> Nanos {
        Nanos(((host_ns - self.offset_ns) as f64 / (1.0 + self.drift)).round() as i64)
    }

    /// A number in 0..1; a plain LCG, so that the test owns its randomness.
    fn random(&mut self) -> f64 {
        self.random = self
            .random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 11) as f64 / (1u64 << 53) as f64
    }

    fn run(
        &mut self,
        fit: &mut ClockFit,
        from_s: f64,
        to_s: f64,
        jitter_ms: f64,
    ) -> Vec<ClockNews> {
        let frames = (from_s * 240.0) as i64..(to_s * 240.0) as i64;
        frames
            .map(|frame| {
                let host_ns = frame * 1_000_000_000 / 240;
                let delay_ns = (self.random() * jitter_ms * 1e6) as i64;
                fit.observe(self.taken(host_ns), HostNs(host_ns + delay_ns))
            })
            .collect()
    }

    fn error_ms(&self, fit: &ClockFit, host_s: f64) -> f64 {
        let host_ns = (host_s * 1e9) as i64;
        let fitted = fit.host_from_source(self.taken(host_ns)).expect("observed");
        (fitted.0 - host_ns) as f64 * 1e-6
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn drift_and_jitter_leave_half_a_millisecond(
        offset_ns in -1_000_000_000_000_000i64..1_000_000_000_000_000,
        ppm in -200.0..200.0f64,
        jitter_ms in 0.0..15.0f64,
        seed: u64,
    ) {
        let mut source = Source { offset_ns, drift: ppm * 1e-6, random: seed };
        let mut fit = ClockFit::default();
        for second in 0..30u8 {
            let from = f64::from(second);
            let news = source.run(&mut fit, from, from + 1.0, jitter_ms);
            prop_assert!(news.iter().all(|n| *n == ClockNews::Steady));
            if second >= 10 {
                let error = source.error_ms(&fit, from + 1.0);
                prop_assert!(error.abs() <= 0.5, "{error} ms after {second} s, {ppm} ppm");
            }
        }
        prop_assert!((fit.drift_ppm() - ppm).abs() < 30.0, "{} of {ppm}", fit.drift_ppm());
        prop_assert_eq!(fit.steps(), 0);
    }

    #[test]
    fn a_step_begins_anew_and_a_wrong_stamp_does_not(step_ms in 25i64..10_000, back: bool, seed: u64) {
        let mut source = Source { offset_ns: 5_000_000_000, drift: 50e-6, random: seed };
        let mut fit = ClockFit::default();
        source.run(&mut fit, 0.0, 12.0, 2.0);
        // One wrong stamp each way.
        for wrong in [-step_ms, step_ms] {
            let taken = source.taken(12_000_000_000) + Nanos::from_millis(wrong);
            prop_assert_eq!(fit.observe(taken, HostNs(12_000_000_000)), ClockNews::Doubtful);
        }
        source.run(&mut fit, 12.0, 13.0, 2.0);
        prop_assert_eq!(fit.steps(), 0);
        source.offset_ns += if back { -step_ms } else { step_ms } * 1_000_000;
        let news = source.run(&mut fit, 13.0, 13.25, 2.0);
        prop_assert_eq!(news.iter().filter(|n| **n == ClockNews::Stepped).count(), 1);
        source.run(&mut fit, 13.25, 16.0, 2.0);
        prop_assert_eq!(fit.steps(), 1);
        let error = source.error_ms(&fit, 16.0);
        prop_assert!(error.abs() <= 0.5, "{error} ms");
    }
}

#[test]
fn a_congested_moment_is_no_step() {
    let mut source = Source {
        offset_ns: 0,
        drift: 0.0,
        random: 7,
    };
    let mut fit = ClockFit::default();
    source.run(&mut fit, 0.0, 5.0, 1.0);
    for frame in 0..30i64 {
        let host_ns = 5_000_000_000 + frame * 4_000_000;
        let news = fit.observe(source.taken(host_ns), HostNs(host_ns + 60_000_000));
        assert_eq!(news, ClockNews::Doubtful);
    }
    source.run(&mut fit, 5.2, 6.0, 1.0);
    assert_eq!(fit.steps(), 0);
    assert!(source.error_ms(&fit, 6.0).abs() < 0.1);
}

#[test]
fn extreme_stamps_do_no_harm() {
    let mut fit = ClockFit::default();
    assert_eq!(fit.host_from_source(Nanos(0)), None);
    for taken in [i64::MIN, i64::MAX, 0, i64::MIN, i64::MAX] {
        for heard in [0, i64::MAX, 1, i64::MIN] {
            fit.observe(Nanos(taken), HostNs(heard));
            assert!(fit.host_from_source(Nanos(taken)).is_some());
        }
    }
}
