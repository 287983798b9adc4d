//! Where the time goes: a histogram for each part of a frame's way, filled from the stamps that travelled with it.

use cyc_model::{Hop, Nanos, Stamps};
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
    /// A wait on the way that is not counted.
    pub without: Option<[Hop; 2]>,
}

impl Leg {
    const fn new(name: &'static str, from: Hop, to: Hop) -> Self {
        Self {
            name,
            from,
            to,
            without: None,
        }
    }

    /// How long it was by the stamps of a frame.
    fn latency(&self, stamps: &Stamps) -> Option<Nanos> {
        let whole = stamps.between(self.from, self.to)?;
        match self.without {
            Some([from, to]) => Some(whole - stamps.between(from, to)?),
            None => Some(whole),
        }
    }

    /// Whether it is the sum of others.
    pub fn is_sum(&self) -> bool {
        matches!(
            self.name,
            "packet_to_pose" | "packet_to_submit" | "pose_to_picture" | "end_to_end"
        )
    }
}

/// The legs that are measured, in order; the last four are sums. The moment at which a picture is due is not hurried by
/// work, so that what work a packet costs until its picture is submitted is counted without that wait.
pub const LEGS: [Leg; 11] = [
    Leg::new("receive", Hop::Heard, Hop::Decoded),
    Leg::new("queue", Hop::Decoded, Hop::SolveBegan),
    Leg::new("solve", Hop::SolveBegan, Hop::Solved),
    Leg::new("publish", Hop::Solved, Hop::Published),
    Leg::new("wait_for_frame", Hop::Published, Hop::Latched),
    Leg::new("encode", Hop::Latched, Hop::Submitted),
    Leg::new("draw", Hop::Submitted, Hop::Presented),
    Leg::new("packet_to_pose", Hop::Heard, Hop::Published),
    Leg {
        without: Some([Hop::Published, Hop::Latched]),
        ..Leg::new("packet_to_submit", Hop::Heard, Hop::Submitted)
    },
    Leg::new("pose_to_picture", Hop::Published, Hop::Presented),
    Leg::new("end_to_end", Hop::Heard, Hop::Presented),
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
            if let Some(latency) = leg.latency(stamps) {
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
        // A millisecond from hop to hop: all but the one of the wait for the picture's moment.
        let work = book.histogram("packet_to_submit").unwrap();
        assert_eq!(work.snapshot().summary().max.0, 5_000_000);
    }
}
