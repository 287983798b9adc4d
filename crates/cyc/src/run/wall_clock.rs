//! Notices that somebody set the computer's clock.
//!
//! The wall clock runs beside the one that nobody sets. Time services turn it a little all the time, by less than a two
//! thousandth of the time that passes; a step between the two is a clock that was set. The show keeps the other one.
//!
//! A pure function of what both said, so that a test can set the clock.

use cyc_model::{HostNs, Nanos};
use std::time::SystemTime;

/// Clocks are set by less than this all the time, to keep them right.
const JUMP: Nanos = Nanos::from_millis(500);
/// How long a jump is told.
const TOLD: Nanos = Nanos::from_secs(60);

/// Watches the wall clock.
#[derive(Debug, Default)]
pub struct WallClockWatch {
    /// What the wall clock said when the other one was zero, by the last look.
    zero: Option<Nanos>,
    jumped: Option<(Nanos, HostNs)>,
}

impl WallClockWatch {
    /// Looks at both clocks; to be called some times a second. `wall` is the time since the epoch, `now` the steady clock
    /// at the same moment.
    pub fn look(&mut self, wall: Nanos, now: HostNs) {
        let zero = Nanos(wall.0.saturating_sub(now.0));
        if let Some(before) = self.zero.replace(zero) {
            let by = Nanos(zero.0.saturating_sub(before.0));
            if by.0.saturating_abs() > JUMP.0 {
                self.jumped = Some((by, now));
            }
        }
        self.jumped = self.jumped.filter(|(_, at)| now - *at < TOLD);
    }

    /// By how much it was set lately, seconds; forwards is positive.
    pub fn jumped_s(&self) -> Option<f64> {
        self.jumped.map(|(by, _)| by.secs())
    }
}

/// Both clocks at one moment: the wall clock as the time since the epoch, and the steady one. `None` where this thread was
/// kept from reading them together, and before 1970.
pub fn both_clocks(steady: impl Fn() -> HostNs) -> Option<(Nanos, HostNs)> {
    let before = steady();
    let wall = SystemTime::now();
    let after = steady();
    let wall = wall.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let wall = Nanos(i64::try_from(wall.as_nanos()).ok()?);
    (after - before < TOGETHER).then_some((wall, after))
}

/// Readings that are farther apart than this are not of one moment.
const TOGETHER: Nanos = Nanos::from_millis(50);

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026 in the wall clock, and two days after the machine's start.
    const WALL: Nanos = Nanos::from_secs(1_795_000_000);
    const STEADY: HostNs = HostNs(172_800_000_000_000);

    /// Looks each 100 ms while the wall clock is ahead by what `ahead` says at a time in seconds; what is told at each.
    fn told(seconds: f64, ahead: impl Fn(f64) -> f64) -> Vec<(f64, Option<f64>)> {
        let mut watch = WallClockWatch::default();
        let looks = (0..(seconds * 10.0) as i64).map(|look| Nanos::from_millis(look * 100));
        looks
            .map(|passed| {
                let ahead = Nanos::from_secs_real(ahead(passed.secs()));
                watch.look(WALL + passed + ahead, STEADY + passed);
                (passed.secs(), watch.jumped_s())
            })
            .collect()
    }

    #[test]
    fn a_clock_that_was_set_is_named_with_the_next_look_and_for_a_minute() {
        for by_s in [3600.0, -3600.0, 0.6, -0.6] {
            let told = told(100.0, |at| if at >= 10.0 { by_s } else { 0.0 });
            for (at, jumped) in told {
                let is_told = (10.0..69.99).contains(&at);
                assert_eq!(jumped.is_some(), is_told, "{by_s} s, at {at} s");
                let off = jumped.map_or(0.0, |jumped| jumped - by_s);
                assert!(off.abs() < 1e-6, "{by_s}: {jumped:?}");
            }
        }
    }

    #[test]
    fn a_clock_that_is_turned_slowly_was_not_set() {
        // 500 ppm, the most that Linux turns it by, for an hour; and one that steps by a tenth of a second now and then.
        for ahead in [|at: f64| at * 5e-4, |at: f64| (at / 60.0).floor() * 0.1] {
            assert!(
                told(3600.0, ahead)
                    .iter()
                    .all(|(_, jumped)| jumped.is_none())
            );
        }
    }

    #[test]
    fn the_clocks_of_this_machine_are_read_together() {
        let (wall, _) = both_clocks(cyc_capture::now_host).expect("a clock");
        assert!(wall > Nanos::from_secs(1_600_000_000));
    }
}
