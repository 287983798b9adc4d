//! Latency figures against the `hdrhistogram` crate, which shares no code with ours.
#![cfg(not(loom))]

use cyc_model::{HostNs, Nanos};
use cyc_telemetry::{LatencyHistogram, LatencySnapshot, LatencyWindow};
use hdrhistogram::Histogram;
use proptest::prelude::*;

fn truth_of(values: &[u64]) -> Histogram<u64> {
    let mut truth = Histogram::new_with_bounds(1, 200_000_000_000, 4).expect("bounds");
    values
        .iter()
        .for_each(|&ns| truth.record(ns).expect("in range"));
    truth
}

fn snapshot_of(values: &[u64]) -> LatencySnapshot {
    let histogram = LatencyHistogram::new();
    values.iter().for_each(|&ns| histogram.record_ns(ns));
    histogram.snapshot()
}

/// 1 µs to 100 s, evenly in the logarithm, as latencies with outliers are.
fn latencies() -> impl Strategy<Value = Vec<u64>> {
    let ns = (3.0..11.0f64).prop_map(|exponent| 10f64.powf(exponent) as u64);
    proptest::collection::vec(ns, 1..400)
}

fn is_close(ours: Nanos, truth: u64) -> bool {
    (ours.0 as f64 - truth as f64).abs() <= 0.01 * truth as f64
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn figures_are_within_one_percent(values in latencies()) {
        let (snapshot, truth) = (snapshot_of(&values), truth_of(&values));
        for q in [0.0, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1.0] {
            let (ours, expected) = (snapshot.percentile(q), truth.value_at_quantile(q));
            prop_assert!(is_close(ours, expected), "p{q}: {ours:?}, not {expected}");
        }
        let summary = snapshot.summary();
        prop_assert_eq!(summary.count, values.len() as u64);
        prop_assert_eq!(Some(summary.max.0 as u64), values.iter().max().copied());
        prop_assert_eq!(Some(summary.min.0 as u64), values.iter().min().copied());
        prop_assert!(is_close(summary.mean, truth.mean() as u64));
        let drawn: u64 = snapshot.filled_buckets().map(|(_, n)| n).sum();
        prop_assert_eq!(drawn, summary.count);
    }

    #[test]
    fn merging_is_recording_together(a in latencies(), b in latencies()) {
        let mut merged = snapshot_of(&a);
        merged.merge(&snapshot_of(&b));
        prop_assert_eq!(merged, snapshot_of(&[a, b].concat()));
    }

    #[test]
    fn the_difference_is_what_came_between(a in latencies(), b in latencies()) {
        let histogram = LatencyHistogram::new();
        a.iter().for_each(|&ns| histogram.record_ns(ns));
        let before = histogram.snapshot();
        b.iter().for_each(|&ns| histogram.record_ns(ns));
        let mut between = histogram.snapshot();
        between.since(&before);
        let truth = truth_of(&b);
        prop_assert_eq!(between.count(), b.len() as u64);
        for q in [0.0, 0.5, 0.99, 1.0] {
            prop_assert!(is_close(between.percentile(q), truth.value_at_quantile(q)));
        }
    }
}

#[test]
fn clock_faults_and_giants_are_not_hidden() {
    let histogram = LatencyHistogram::new();
    histogram.record(Nanos(-5));
    histogram.record(Nanos::from_secs(500));
    histogram.record(Nanos::from_millis(4));
    let summary = histogram.snapshot().summary();
    assert_eq!((summary.count, summary.negative), (2, 1));
    assert_eq!(
        (summary.min, summary.max),
        (Nanos::from_millis(4), Nanos::from_secs(500))
    );
    assert_eq!(LatencySnapshot::default().summary().count, 0);
}

#[test]
fn the_window_forgets_after_ten_seconds() {
    let histogram = LatencyHistogram::new();
    let mut window = LatencyWindow::default();
    histogram.record_ns(1);
    assert_eq!(
        window.view(HostNs(0), &histogram).count(),
        0,
        "recorded before the window began"
    );
    for second in 0..30i64 {
        for tenth in 0..10 {
            histogram.record_ns(if second < 5 { 9_000_000 } else { 1_000_000 });
            let now = HostNs(second * 1_000_000_000 + (tenth + 1) * 100_000_000);
            let view = window.view(now, &histogram).summary();
            let recorded = (second * 10 + tenth + 1) as u64;
            assert!(
                view.count <= 101 && view.count >= recorded.min(90),
                "{view:?} at {now:?}"
            );
            // Between 9 and 10 s after the last slow one, either is right.
            let is_slow = view.max.0 > 8_900_000;
            let since_slow_ns = now.0 - 5_000_000_000;
            assert!(
                is_slow || since_slow_ns >= 9_000_000_000,
                "{view:?} at {now:?}"
            );
            assert!(
                !is_slow || since_slow_ns <= 10_000_000_000,
                "{view:?} at {now:?}"
            );
        }
    }
}

#[test]
fn many_threads_record_at_once() {
    let histogram = LatencyHistogram::new();
    std::thread::scope(|scope| {
        for thread in 1..=4u64 {
            let histogram = &histogram;
            scope.spawn(move || (0..20_000).for_each(|i| histogram.record_ns(thread * 1_000 + i)));
        }
    });
    let summary = histogram.snapshot().summary();
    assert_eq!((summary.count, summary.max), (80_000, Nanos(23_999)));
    assert_eq!(summary.mean, Nanos(2_500 + 9_999));
}
