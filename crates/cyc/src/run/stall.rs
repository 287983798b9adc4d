//! Whether the wall stands still: told from one that is slow by what its own last pictures took.
//!
//! A fixed limit is wrong twice: a processor that draws beside other work needs half a second for a picture, and a stage on a
//! graphics card must be named within a second. So a picture is missing when it has been wanted for three times what slow
//! ones among the last took, within two bounds.
//!
//! What must stay true: while the machine itself was stopped nothing is held against the pictures, which stood still with it.

use crate::demo::PulseReading;
use cyc_model::{HostNs, Nanos};

/// No silence is shorter: a picture that waits for a compiler or a busy disk is no fault yet, and a wall that has stood still
/// for a second is named by then.
const LEAST: Nanos = Nanos::from_millis(700);
/// Every silence is shorter, and that before the first pictures, when shaders are compiled.
const MOST: Nanos = Nanos::from_secs(5);
/// So many times what the slowest but one of the last pictures took.
const FACTOR: i64 = 3;
/// Whoever looks less often than this was kept from it, as the pictures may have been.
const LOOKS_APART_MAX: Nanos = Nanos::from_millis(250);

/// Looks at the drawing thread's sign of life.
#[derive(Debug, Default)]
pub struct StallWatch {
    /// The last look, and since when a picture was wanted then.
    last: Option<(HostNs, HostNs)>,
    silent: Nanos,
}

impl StallWatch {
    /// How long no picture has come though one is wanted, if that is too long; to be called some times a second.
    pub fn look(&mut self, pulse: PulseReading, now: HostNs) -> Option<Nanos> {
        let passed = |since: HostNs| Nanos((now - since).0.clamp(0, LOOKS_APART_MAX.0));
        self.silent = match self.last {
            Some((looked, wanted)) if wanted == pulse.wanted => self.silent + passed(looked),
            _ => passed(pulse.wanted),
        };
        self.last = Some((now, pulse.wanted));
        Some(self.silent).filter(|silent| *silent > limit(pulse.slow))
    }
}

fn limit(slow: Option<Nanos>) -> Nanos {
    slow.map_or(MOST, |slow| {
        Nanos(slow.0.saturating_mul(FACTOR).clamp(LEAST.0, MOST.0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::picture_pulse;

    /// A stage in virtual time: at `wanted_ms` a picture begins to be wanted that takes `took_ms`, which is looked at each
    /// 100 ms. The time of the first look that calls the wall still, and what it says.
    struct Rehearsal {
        watch: StallWatch,
        now_ms: i64,
        next_look_ms: i64,
        writer: crate::demo::PulseWriter,
        pulse: crate::demo::PicturePulse,
    }

    fn at(ms: i64) -> HostNs {
        HostNs(3_000_000_000) + Nanos::from_millis(ms)
    }

    impl Rehearsal {
        fn begin() -> Self {
            let (writer, pulse) = picture_pulse(at(0));
            Self {
                watch: StallWatch::default(),
                now_ms: 0,
                next_look_ms: 30,
                writer,
                pulse,
            }
        }

        /// Looks until then; how long after `now_ms` the wall was called still.
        fn until(&mut self, ms: i64) -> Option<i64> {
            let began = std::mem::replace(&mut self.now_ms, ms);
            while self.next_look_ms <= ms {
                let look_ms = self.next_look_ms;
                self.next_look_ms += 100;
                if self.watch.look(self.pulse.read(), at(look_ms)).is_some() {
                    return Some(look_ms - began);
                }
            }
            None
        }

        /// Draws pictures that take so long each; none may be called still.
        fn draw(&mut self, pictures: impl IntoIterator<Item = i64>) {
            for took_ms in pictures {
                let done = self.now_ms + took_ms;
                assert_eq!(self.until(done), None, "{took_ms} ms at {} ms", self.now_ms);
                self.writer.presented(at(done));
            }
        }
    }

    /// A row of numbers that looks like chance.
    fn dice() -> impl FnMut(i64) -> i64 {
        let mut state = 0x9E37_79B9_u32;
        move |below| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            i64::from(state) % below
        }
    }

    #[test]
    fn a_wall_that_stands_still_is_named_within_a_second() {
        // A graphics card at 24 Hz, one at 60 Hz, and a processor that draws six a second.
        for (period_ms, jitter_ms) in [(42, 2), (17, 1), (167, 66)] {
            let (mut stage, mut dice) = (Rehearsal::begin(), dice());
            stage.draw((0..200).map(|_| period_ms + dice(jitter_ms)));
            let named = stage.until(stage.now_ms + 10_000).expect("named");
            assert!(named <= 810, "{period_ms} ms a picture: {named} ms");
        }
    }

    #[test]
    fn a_slow_machine_is_not_called_still_and_is_when_it_stands() {
        let (mut stage, mut dice) = (Rehearsal::begin(), dice());
        // Compilers beside it: from a third of a second to almost one for a picture, and now and then more.
        stage.draw((0..1000).map(|i| 350 + dice(450) + if i % 20 == 19 { 600 } else { 0 }));
        let named = stage.until(stage.now_ms + 20_000).expect("named");
        assert!((1000..5100).contains(&named), "{named} ms");
    }

    #[test]
    fn the_first_pictures_wait_for_compilers_and_are_named_all_the_same_when_they_never_come() {
        let mut stage = Rehearsal::begin();
        stage.draw([4000, 900, 800, 700, 300, 200]);
        let mut stage = Rehearsal::begin();
        let named = stage.until(20_000).expect("named");
        assert!((5000..5400).contains(&named), "{named} ms");
        // Another renderer compiles its own.
        let mut stage = Rehearsal::begin();
        stage.draw([42; 100]);
        stage.writer.begin_anew();
        stage.draw([2000, 1500, 42, 42, 42, 42, 42, 42]);
        assert!(stage.until(stage.now_ms + 900).is_some());
    }

    #[test]
    fn a_machine_that_was_stopped_and_a_stage_that_nobody_sends_to_are_no_still_wall() {
        let mut stage = Rehearsal::begin();
        stage.draw([42; 100]);
        // Stopped for a minute with everybody in it.
        stage.now_ms += 60_000;
        stage.next_look_ms = stage.now_ms + 5;
        stage.draw([100, 42, 42]);
        // Nothing to draw for a minute: the thread says so each few milliseconds.
        for _ in 0..600 {
            stage.writer.idle(at(stage.now_ms));
            assert_eq!(stage.until(stage.now_ms + 100), None);
        }
        // It hangs while there is nothing to draw: that is a fault.
        assert!(stage.until(stage.now_ms + 900).is_some());
    }
}
