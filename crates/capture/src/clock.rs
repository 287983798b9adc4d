//! The one clock of the program, and how a kernel's wall-clock stamp becomes a time on it.

use cyc_model::{HostNs, Nanos};
use nix::time::{ClockId, clock_gettime};

/// Longest time between the kernel's stamp and our reading it that is believed; beyond it the wall clock has been
/// set, or the machine slept.
pub const STAMP_AGE_MAX: Nanos = Nanos::from_millis(50);

/// Now, on the clock that all times inside the program are on: the kernel's `CLOCK_MONOTONIC`. It never steps, is
/// the same in every process of the machine, and stands still only while the machine sleeps.
pub fn now_host() -> HostNs {
    HostNs(now(ClockId::CLOCK_MONOTONIC))
}

fn now(clock: ClockId) -> i64 {
    // These two clocks always exist; a failure would mean a kernel that is none.
    clock_gettime(clock).map_or(0, |t| to_ns(t.tv_sec(), t.tv_nsec()))
}

/// Seconds and nanoseconds as nanoseconds, saturating.
pub(crate) fn to_ns(secs: i64, nanos: i64) -> i64 {
    secs.saturating_mul(1_000_000_000).saturating_add(nanos)
}

/// A reading of both clocks at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClockPair {
    /// The monotonic clock.
    pub(crate) host: HostNs,
    /// The wall clock, nanoseconds since 1970.
    pub(crate) wall_ns: i64,
}

impl ClockPair {
    /// Reads both.
    pub(crate) fn read() -> Self {
        Self {
            host: now_host(),
            wall_ns: now(ClockId::CLOCK_REALTIME),
        }
    }

    /// When a packet was heard, from the kernel's wall-clock stamp: now less the stamp's age. `Err` with now when the
    /// age is not believable, so that a step of the wall clock cannot bend time inside.
    pub(crate) fn heard(self, stamp_wall_ns: i64) -> Result<HostNs, HostNs> {
        let age = self.wall_ns.saturating_sub(stamp_wall_ns);
        if (0..=STAMP_AGE_MAX.0).contains(&age) {
            Ok(self.host - Nanos(age))
        } else {
            Err(self.host)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_goes_forward() {
        let (a, b) = (now_host(), now_host());
        assert!(a.0 > 0 && b >= a);
    }

    #[test]
    fn a_step_of_the_wall_clock_does_not_bend_time() {
        let pair = ClockPair {
            host: HostNs(1_000_000_000_000),
            wall_ns: 5_000_000_000_000,
        };
        let us = 1_000;
        assert_eq!(
            pair.heard(pair.wall_ns - 30 * us),
            Ok(HostNs(pair.host.0 - 30 * us))
        );
        let hour = 3_600_000_000_000;
        for stamp in [pair.wall_ns - hour, pair.wall_ns + hour, i64::MIN, i64::MAX] {
            assert_eq!(pair.heard(stamp), Err(pair.host), "{stamp}");
        }
    }
}
