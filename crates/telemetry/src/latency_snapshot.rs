//! A reading of a latency histogram: plain numbers that can be added, subtracted and asked for percentiles.

use crate::LatencyHistogram;
use crate::latency_histogram::{BUCKETS, bucket_of, middle_of};
use cyc_model::Nanos;
use std::sync::atomic::Ordering;

/// The counts of a [`LatencyHistogram`] at one time, or of several together, or between two times.
#[derive(Clone, Debug, PartialEq)]
pub struct LatencySnapshot {
    counts: Box<[u64]>,
    count: u64,
    sum_ns: u64,
    min_ns: u64,
    max_ns: u64,
    negative: u64,
}

/// The figures of a report. All percentiles are within 1 %; count, mean, min and max are exact (but see
/// [`LatencySnapshot::since`]).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LatencySummary {
    /// Durations recorded.
    pub count: u64,
    /// Negative durations, which are in no other figure.
    pub negative: u64,
    /// Arithmetic mean.
    pub mean: Nanos,
    /// Shortest.
    pub min: Nanos,
    /// Median.
    pub p50: Nanos,
    /// 99 of 100 were no longer.
    pub p99: Nanos,
    /// 999 of 1000 were no longer.
    pub p99_9: Nanos,
    /// Longest.
    pub max: Nanos,
}

impl Default for LatencySnapshot {
    fn default() -> Self {
        Self {
            counts: vec![0; BUCKETS].into_boxed_slice(),
            count: 0,
            sum_ns: 0,
            min_ns: u64::MAX,
            max_ns: 0,
            negative: 0,
        }
    }
}

impl LatencySnapshot {
    /// Reads a histogram into this snapshot, without allocating.
    pub fn take_from(&mut self, histogram: &LatencyHistogram) {
        self.count = 0;
        for (mine, theirs) in self.counts.iter_mut().zip(&histogram.counts) {
            *mine = theirs.load(Ordering::Relaxed);
            self.count += *mine;
        }
        self.sum_ns = histogram.sum_ns.load(Ordering::Relaxed);
        self.min_ns = histogram.min_ns.load(Ordering::Relaxed);
        self.max_ns = histogram.max_ns.load(Ordering::Relaxed);
        self.negative = histogram.negative.load(Ordering::Relaxed);
    }

    /// Copies another snapshot, without allocating.
    pub fn copy_from(&mut self, other: &Self) {
        self.counts.copy_from_slice(&other.counts);
        let Self {
            count,
            sum_ns,
            min_ns,
            max_ns,
            negative,
            ..
        } = *other;
        (self.count, self.sum_ns, self.negative) = (count, sum_ns, negative);
        (self.min_ns, self.max_ns) = (min_ns, max_ns);
    }

    /// Adds what another snapshot counted: two threads' histograms become one.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
        self.count += other.count;
        self.sum_ns = self.sum_ns.wrapping_add(other.sum_ns);
        self.min_ns = self.min_ns.min(other.min_ns);
        self.max_ns = self.max_ns.max(other.max_ns);
        self.negative += other.negative;
    }

    /// Takes away what an earlier snapshot of the same histogram had counted, which leaves what was recorded between the
    /// two. Of that, minimum and maximum are known to within 1 % only, as the percentiles are.
    pub fn since(&mut self, earlier: &Self) {
        self.count = 0;
        for (mine, theirs) in self.counts.iter_mut().zip(&earlier.counts) {
            *mine = mine.saturating_sub(*theirs);
            self.count += *mine;
        }
        self.sum_ns = self.sum_ns.wrapping_sub(earlier.sum_ns);
        self.negative = self.negative.saturating_sub(earlier.negative);
        let lowest = self.counts.iter().position(|&n| n > 0);
        let highest = self.counts.iter().rposition(|&n| n > 0);
        // An overall extreme that lies in the interval's outermost bucket may well be older than the interval.
        let within = |extreme: u64, bucket: usize| {
            if bucket_of(extreme) == bucket {
                extreme
            } else {
                middle_of(bucket)
            }
        };
        self.min_ns = lowest.map_or(u64::MAX, |bucket| within(self.min_ns, bucket));
        self.max_ns = highest.map_or(0, |bucket| within(self.max_ns, bucket));
    }

    /// How many durations were recorded.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The smallest duration that is not exceeded by the share `q` (0 to 1) of all, within 1 %; zero when there are none.
    pub fn percentile(&self, q: f64) -> Nanos {
        if self.count == 0 {
            return Nanos::ZERO;
        }
        let rank = ((q.clamp(0.0, 1.0) * self.count as f64).ceil() as u64).clamp(1, self.count);
        if rank == self.count {
            return nanos(self.max_ns);
        }
        let mut below = 0;
        for (bucket, &n) in self.counts.iter().enumerate() {
            below += n;
            if below >= rank {
                // A histogram read while it is written may have an extreme that is not yet in its bounds.
                return nanos(
                    middle_of(bucket)
                        .min(self.max_ns)
                        .max(self.min_ns.min(self.max_ns)),
                );
            }
        }
        nanos(self.max_ns)
    }

    /// The figures of a report.
    pub fn summary(&self) -> LatencySummary {
        if self.count == 0 {
            return LatencySummary {
                negative: self.negative,
                ..LatencySummary::default()
            };
        }
        LatencySummary {
            count: self.count,
            negative: self.negative,
            mean: nanos(self.sum_ns / self.count),
            min: nanos(self.min_ns),
            p50: self.percentile(0.5),
            p99: self.percentile(0.99),
            p99_9: self.percentile(0.999),
            max: nanos(self.max_ns),
        }
    }

    /// The buckets that are not empty, for drawing: the middle of each, and how many durations fell into it.
    pub fn filled_buckets(&self) -> impl Iterator<Item = (Nanos, u64)> + '_ {
        let filled = self.counts.iter().enumerate().filter(|&(_, &n)| n > 0);
        filled.map(|(bucket, &n)| (nanos(middle_of(bucket)), n))
    }
}

fn nanos(ns: u64) -> Nanos {
    Nanos(i64::try_from(ns).unwrap_or(i64::MAX))
}
