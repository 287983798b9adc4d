//! Where the time goes: a histogram for each part of a frame's way, filled from the stamps that travelled with it.

use cyc_model::{Hop, Stamps};
use cyc_telemetry::{LatencyHistogram, LatencySummary};

/// A part of a frame's way, between two hops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// Stable name, for `--json` and text keys.
    pub name: &'static str,
    /// Where it starts.
    pub from: Hop,
    /// Where it ends.
    pub to: Hop,
}

impl Leg {
    /// Whether it is the sum of others.
    pub fn is_sum(&self) -> bool {
        matches!(
            self.name,
            "packet_to_pose" | "pose_to_picture" | "end_to_end"
        )
    }
}

/// The legs that are measured, in order; the last three are sums.
pub const LEGS: [Leg; 10] = [
    Leg {
        name: "receive",
        from: Hop::Heard,
        to: Hop::Decoded,
    },
    Leg {
        name: "queue",
        from: Hop::Decoded,
        to: Hop::SolveBegan,
    },
    Leg {
        name: "solve",
        from: Hop::SolveBegan,
        to: Hop::Solved,
    },
    Leg {
        name: "publish",
        from: Hop::Solved,
        to: Hop::Published,
    },
    Leg {
        name: "wait_for_frame",
        from: Hop::Published,
        to: Hop::Latched,
    },
    Leg {
        name: "encode",
        from: Hop::Latched,
        to: Hop::Submitted,
    },
    Leg {
        name: "draw",
        from: Hop::Submitted,
        to: Hop::Presented,
    },
    Leg {
        name: "packet_to_pose",
        from: Hop::Heard,
        to: Hop::Published,
    },
    Leg {
        name: "pose_to_picture",
        from: Hop::Published,
        to: Hop::Presented,
    },
    Leg {
        name: "end_to_end",
        from: Hop::Heard,
        to: Hop::Presented,
    },
];

/// A histogram for each of [`LEGS`]. Written by the threads that finish a leg, read by anyone.
#[derive(Debug, Default)]
pub struct LatencyBook {
    legs: [LatencyHistogram; LEGS.len()],
}

impl LatencyBook {
    /// Counts the legs that end between two hops, both included.
    pub fn record(&self, stamps: &Stamps, first: Hop, last: Hop) {
        for (leg, histogram) in LEGS.iter().zip(&self.legs) {
            if leg.to < first || leg.to > last {
                continue;
            }
            if let Some(latency) = stamps.between(leg.from, leg.to) {
                histogram.record(latency);
            }
        }
    }

    /// The histogram of a leg.
    pub fn histogram(&self, name: &str) -> Option<&LatencyHistogram> {
        let place = LEGS.iter().position(|leg| leg.name == name)?;
        self.legs.get(place)
    }

    /// The histogram of each leg.
    pub fn histograms(&self) -> Vec<(&'static Leg, &LatencyHistogram)> {
        LEGS.iter().zip(&self.legs).collect()
    }

    /// The figures of each leg.
    pub fn summaries(&self) -> Vec<(&'static str, LatencySummary)> {
        LEGS.iter()
            .zip(&self.legs)
            .map(|(leg, h)| (leg.name, h.snapshot().summary()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_model::HostNs;

    #[test]
    fn each_leg_is_counted_once_by_the_thread_that_ends_it() {
        let book = LatencyBook::default();
        let mut stamps = Stamps::default();
        for (i, hop) in Hop::ALL.into_iter().enumerate() {
            stamps.stamp(hop, HostNs(1_000_000 * i as i64));
        }
        book.record(&stamps, Hop::Heard, Hop::Published);
        book.record(&stamps, Hop::Latched, Hop::Presented);
        for (name, summary) in book.summaries() {
            assert_eq!(summary.count, 1, "{name}");
        }
        let end_to_end = book.summaries()[LEGS.len() - 1].1;
        assert_eq!(end_to_end.max.0, 7_000_000);
    }
}
