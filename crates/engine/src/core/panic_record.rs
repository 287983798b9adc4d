//! How often solving one performer has panicked, and whether that is often enough to leave her alone.
//!
//! One panic costs one frame: she is held, her solver is built anew, and the next frame is solved as if nothing had been.
//! A performer who panics again and again would cost everybody time; she is set aside, and the stage goes on without her.

use cyc_model::{HostNs, Nanos};

/// So many panics within [`WITHIN`] set a performer aside.
pub const PANICS_MAX: usize = 3;
/// See [`PANICS_MAX`].
pub const WITHIN: Nanos = Nanos::from_secs(10);

/// The last panics of a performer.
#[derive(Clone, Copy, Debug, Default)]
pub struct PanicRecord {
    /// When, newest first.
    last: [Option<HostNs>; PANICS_MAX],
    is_quarantined: bool,
}

impl PanicRecord {
    /// She panicked at `now`. True when she is set aside from now on.
    pub fn note(&mut self, now: HostNs) -> bool {
        self.last.rotate_right(1);
        self.last[0] = Some(now);
        let oldest = self.last[PANICS_MAX - 1];
        let often = oldest.is_some_and(|oldest| now - oldest <= WITHIN);
        let is_new = often && !self.is_quarantined;
        self.is_quarantined |= often;
        is_new
    }

    /// Whether she is set aside.
    pub fn is_quarantined(&self) -> bool {
        self.is_quarantined
    }

    /// She is given another chance.
    pub fn forgive(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_within_ten_seconds_are_too_many() {
        let at = |s: i64| HostNs(s * 1_000_000_000);
        let mut seldom = PanicRecord::default();
        assert!((0..50).all(|i| !seldom.note(at(i * 6))));
        let mut often = PanicRecord::default();
        assert_eq!(
            [0, 4, 10, 11].map(|s| often.note(at(s))),
            [false, false, true, false]
        );
        assert!(often.is_quarantined());
        often.forgive();
        assert!(!often.is_quarantined() && !often.note(at(12)));
    }
}
