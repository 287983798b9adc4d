//! A token bucket: what may come in, however much is thrown at the socket.

use cyc_model::{HostNs, Nanos};

/// Datagrams that may come at once.
const BURST: f64 = 64.0;

/// How many times its declared rate a source may send.
const MARGIN: f64 = 4.0;

/// The bucket of one source.
#[derive(Debug)]
pub(crate) struct RateLimit {
    tokens: f64,
    per_second: f64,
    last: HostNs,
}

impl RateLimit {
    /// For a source that declares this rate.
    pub(crate) fn new(declared_hz: f64, now: HostNs) -> Self {
        Self {
            tokens: BURST,
            per_second: MARGIN * declared_hz.clamp(1.0, 10_000.0),
            last: now,
        }
    }

    /// Whether one more may come in now.
    pub(crate) fn admits(&mut self, now: HostNs) -> bool {
        let passed = (now - self.last).max(Nanos::ZERO).secs();
        self.last = now;
        self.tokens = (self.tokens + passed * self.per_second).min(BURST);
        let admitted = self.tokens >= 1.0;
        if admitted {
            self.tokens -= 1.0;
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_cut_to_four_times_the_rate_and_the_rate_itself_never_is() {
        let mut flood = RateLimit::new(100.0, HostNs(0));
        let let_in = (0..100_000).filter(|i| flood.admits(HostNs(i * 10_000)));
        assert!(
            (390..=470).contains(&let_in.count()),
            "one second of 100 000 a second"
        );
        let mut calm = RateLimit::new(100.0, HostNs(0));
        assert!((0..1000).all(|i| calm.admits(HostNs(i * 10_000_000))));
    }
}
