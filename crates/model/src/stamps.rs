//! The times at which a frame passed each hop: latency is read from these, never estimated.

use crate::{HostNs, Nanos};

/// A hop of a frame's journey, in the order of the journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Hop {
    /// The kernel took the packet from the network.
    Heard,
    /// The packet was decoded and the `MocapFrame` handed to the solver's queue.
    Decoded,
    /// The solver took the frame from its queue.
    SolveBegan,
    /// Skeleton and characters were solved.
    Solved,
    /// The `StageFrame` was published.
    Published,
    /// The renderer took the frame (late latch).
    Latched,
    /// The renderer's commands for it were submitted to the GPU.
    Submitted,
    /// The GPU had finished the picture (or the surface had taken it).
    Presented,
}

impl Hop {
    /// All hops in order.
    pub const ALL: [Self; 8] = [
        Self::Heard,
        Self::Decoded,
        Self::SolveBegan,
        Self::Solved,
        Self::Published,
        Self::Latched,
        Self::Submitted,
        Self::Presented,
    ];

    /// A stable name for reports and `--json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Heard => "heard",
            Self::Decoded => "decoded",
            Self::SolveBegan => "solve_began",
            Self::Solved => "solved",
            Self::Published => "published",
            Self::Latched => "latched",
            Self::Submitted => "submitted",
            Self::Presented => "presented",
        }
    }
}

/// When a frame passed each hop; a hop not reached has no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamps([i64; 8]);

const UNSTAMPED: i64 = i64::MIN;

impl Default for Stamps {
    fn default() -> Self {
        Self([UNSTAMPED; 8])
    }
}

impl Stamps {
    /// Notes the time of a hop.
    pub fn stamp(&mut self, hop: Hop, at: HostNs) {
        self.0[hop as usize] = at.0;
    }

    /// When the hop was passed.
    pub fn at(&self, hop: Hop) -> Option<HostNs> {
        let ns = self.0[hop as usize];
        (ns != UNSTAMPED).then_some(HostNs(ns))
    }

    /// The time between two hops; `None` unless both were passed.
    pub fn between(&self, from: Hop, to: Hop) -> Option<Nanos> {
        Some(self.at(to)? - self.at(from)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hop_that_was_not_reached_has_no_time() {
        let mut stamps = Stamps::default();
        stamps.stamp(Hop::Heard, HostNs(100));
        assert_eq!(stamps.between(Hop::Heard, Hop::Solved), None);
        stamps.stamp(Hop::Solved, HostNs(350));
        assert_eq!(stamps.between(Hop::Heard, Hop::Solved), Some(Nanos(250)));
        assert_eq!(Hop::ALL.map(|h| h as usize), [0, 1, 2, 3, 4, 5, 6, 7]);
    }
}
