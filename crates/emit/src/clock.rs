//! The wall clock, for formats that tell when a thing was taken.

use cyc_model::HostNs;
use nix::time::{ClockId, clock_gettime};

/// Seconds that TAI is ahead of UTC since 2017.
const TAI_AHEAD_OF_UTC_NS: i128 = 37_000_000_000;

fn now_ns(clock: ClockId) -> i128 {
    // These two clocks always exist; a failure would mean a kernel that is none.
    clock_gettime(clock).map_or(0, |t| {
        i128::from(t.tv_sec()) * 1_000_000_000 + i128::from(t.tv_nsec())
    })
}

/// A time on the host's clock (`CLOCK_MONOTONIC`) as nanoseconds since 1970-01-01 00:00:00 TAI, as far as the wall clock
/// is right.
pub(crate) fn tai_ns(at: HostNs) -> Option<u64> {
    let age_ns = now_ns(ClockId::CLOCK_MONOTONIC) - i128::from(at.0);
    let utc_ns = now_ns(ClockId::CLOCK_REALTIME) - age_ns;
    u64::try_from(utc_ns + TAI_AHEAD_OF_UTC_NS).ok()
}
