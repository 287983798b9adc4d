//! A histogram of durations that many threads may write at once.
//!
//! Buckets are log-linear, as in HdrHistogram: exact up to 127 ns, then 64 to each power of two, up to 2³⁷ ns = 137 s.
//! A bucket is reported by its middle, so the error is at most half a bucket: 1/128 = 0.78 % of the value.

use crate::LatencySnapshot;
use cyc_model::Nanos;
use std::sync::atomic::{AtomicU64, Ordering};

/// Buckets to each power of two, as a power of two.
const SUB_BITS: u32 = 6;
const SUBS: u64 = 1 << SUB_BITS;
/// Values below this have a bucket each.
const EXACT: u64 = 2 * SUBS;
/// The largest value with a bucket of its own, nanoseconds: 137 s.
pub(crate) const RANGE_MAX_NS: u64 = (1 << 37) - 1;
/// 128 exact ones and 64 for each power of two from 2⁷ to 2³⁶: 16 KiB of counts.
pub(crate) const BUCKETS: usize = 2_048;

const _: () = assert!(bucket_of(RANGE_MAX_NS) == BUCKETS - 1);

/// The bucket of a value.
pub(crate) const fn bucket_of(ns: u64) -> usize {
    let ns = if ns > RANGE_MAX_NS { RANGE_MAX_NS } else { ns };
    if ns < EXACT {
        return ns as usize;
    }
    let octave = ns.ilog2() - (SUB_BITS + 1);
    let sub = (ns >> (octave + 1)) - SUBS;
    (EXACT + octave as u64 * SUBS + sub) as usize
}

/// The middle of a bucket, nanoseconds.
pub(crate) const fn middle_of(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    if bucket < EXACT {
        return bucket;
    }
    let octave = (bucket - EXACT) / SUBS;
    let low = (SUBS + (bucket - EXACT) % SUBS) << (octave + 1);
    low + (1 << octave)
}

/// A latency histogram; see the module's page for its resolution.
#[derive(Debug)]
pub struct LatencyHistogram {
    pub(crate) counts: Box<[AtomicU64]>,
    pub(crate) sum_ns: AtomicU64,
    pub(crate) min_ns: AtomicU64,
    pub(crate) max_ns: AtomicU64,
    pub(crate) negative: AtomicU64,
}

impl Default for LatencyHistogram {
    fn default() -> Self {
        Self::new()
    }
}

impl LatencyHistogram {
    /// An empty histogram: 16 KiB, taken once.
    pub fn new() -> Self {
        Self {
            counts: (0..BUCKETS).map(|_| AtomicU64::new(0)).collect(),
            sum_ns: AtomicU64::new(0),
            min_ns: AtomicU64::new(u64::MAX),
            max_ns: AtomicU64::new(0),
            negative: AtomicU64::new(0),
        }
    }

    /// Records a duration. A negative one is a fault of a clock: it is counted apart, since any number put in its place
    /// would be invented. Above 137 s the percentiles saturate; the maximum does not.
    #[inline]
    pub fn record(&self, latency: Nanos) {
        match u64::try_from(latency.0) {
            Ok(ns) => self.record_ns(ns),
            Err(_) => {
                self.negative.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Records a duration in nanoseconds.
    #[inline]
    pub fn record_ns(&self, ns: u64) {
        if let Some(count) = self.counts.get(bucket_of(ns)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.sum_ns.fetch_add(ns, Ordering::Relaxed);
        // Extremes are rare: a load is cheaper than a locked instruction.
        if ns < self.min_ns.load(Ordering::Relaxed) {
            self.min_ns.fetch_min(ns, Ordering::Relaxed);
        }
        if ns > self.max_ns.load(Ordering::Relaxed) {
            self.max_ns.fetch_max(ns, Ordering::Relaxed);
        }
    }

    /// What was recorded until now. What is recorded meanwhile may be in it or not.
    pub fn snapshot(&self) -> LatencySnapshot {
        let mut snapshot = LatencySnapshot::default();
        snapshot.take_from(self);
        snapshot
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_bucket_holds_its_own_middle() {
        for bucket in 0..BUCKETS {
            assert_eq!(bucket_of(middle_of(bucket)), bucket);
        }
        assert_eq!(bucket_of(u64::MAX), BUCKETS - 1);
    }

    proptest! {
        #[test]
        fn the_middle_is_within_one_percent(exponent in 0.0..37.0f64) {
            let ns = exponent.exp2() as u64;
            let error = middle_of(bucket_of(ns)).abs_diff(ns) as f64;
            prop_assert!(error <= ns as f64 / 128.0, "{ns}: off by {error}");
        }

        #[test]
        fn larger_values_have_larger_buckets(a: u64, b: u64, shift in 0u32..64) {
            let (a, b) = (a >> shift, b >> shift);
            prop_assert_eq!(bucket_of(a.min(b)) <= bucket_of(a.max(b)), true);
        }
    }
}
