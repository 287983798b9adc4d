//! What is wrong with the capture system itself, from a seed: its clock, its counter, its labels, its network card.
//!
//! Each fault of a frame is a function of the seed and the frame's place in the performance, whatever was left out before:
//! the same seed gives the same bytes.

use super::error::SimulatorError;
use cyc_model::{ClockReference, MocapFrame, Nanos};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How long a restarting source is silent.
const RESTART_SILENCE_S: f64 = 0.3;
/// How long two markers have each other's names.
const SWAP_S: f64 = 0.1;
/// Fastest drift that is taken, parts per million.
const DRIFT_MAX_PPM: f64 = 10_000.0;
/// Shortest time between two restarts.
const RESTART_MIN: Nanos = Nanos::from_secs(1);
/// Junk in a second: more than the clock's thread can send beside its frames.
const FLOOD_MAX_HZ: f64 = 100_000.0;
/// Bytes of a junk datagram.
const JUNK_BYTES: usize = 200;

/// What is wrong with the source.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct SourceFaults {
    /// Its clock runs fast by so many parts per million: frames come that much sooner.
    pub drift_ppm: f64,
    /// It restarts each time this has passed: 300 ms of silence, then it counts from its first number again.
    pub restart_every: Option<Nanos>,
    /// Chance that with a frame two markers of a subject take each other's names, for 100 ms.
    pub swap: f64,
    /// It tells that its clock follows a reference, until this has passed; then, that it has lost it. `None`: it tells nothing.
    pub reference_lost_after: Option<Nanos>,
    /// Datagrams of junk a second, to wherever frames go as datagrams, from the same sender.
    pub flood_hz: f64,
}

impl SourceFaults {
    /// Checks the ranges.
    pub(crate) fn validate(&self) -> Result<(), SimulatorError> {
        let restart_s = self.restart_every.map_or(1.0, Nanos::secs);
        for (what, value, is_right) in [
            (
                "drift",
                self.drift_ppm,
                self.drift_ppm.abs() <= DRIFT_MAX_PPM,
            ),
            (
                "restart",
                restart_s,
                self.restart_every.is_none_or(|t| t >= RESTART_MIN),
            ),
            ("swap", self.swap, (0.0..=1.0).contains(&self.swap)),
            (
                "flood",
                self.flood_hz,
                (0.0..=FLOOD_MAX_HZ).contains(&self.flood_hz),
            ),
        ] {
            if !is_right {
                return Err(SimulatorError::BadFault { what, value });
            }
        }
        Ok(())
    }

    /// When a frame is due after the first, seconds.
    pub(crate) fn due_s(&self, frame_idx: u64, rate_hz: f64) -> f64 {
        frame_idx as f64 / (rate_hz * (1.0 + self.drift_ppm * 1e-6))
    }

    /// What the source tells of its clock's reference at a frame.
    pub(crate) fn reference(&self, frame_idx: u64, rate_hz: f64) -> ClockReference {
        match self.reference_lost_after {
            None => ClockReference::Untold,
            Some(after) if self.due_s(frame_idx, rate_hz) < after.secs() => ClockReference::Locked,
            Some(_) => ClockReference::Lost,
        }
    }

    /// How far the source has counted at a frame; `None` while it is silent.
    pub(crate) fn counted(&self, frame_idx: u64, rate_hz: f64) -> Option<u64> {
        let Some(every) = self.restart_every else {
            return Some(frame_idx);
        };
        let run = (every.secs() * rate_hz).round().max(1.0) as u64;
        let (runs, within) = (frame_idx / run, frame_idx % run);
        let silent = if runs == 0 {
            0
        } else {
            (RESTART_SILENCE_S * rate_hz).ceil() as u64
        };
        within.checked_sub(silent)
    }

    /// Exchanges the names that a frame's markers have by the faults.
    pub(crate) fn mislabel(&self, seed: u64, frame_idx: u64, rate_hz: f64, frame: &mut MocapFrame) {
        if self.swap <= 0.0 {
            return;
        }
        let frames = (SWAP_S * rate_hz).ceil() as u64;
        for began in frame_idx.saturating_sub(frames.max(1) - 1)..=frame_idx {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            rng.set_stream(began);
            let (chance, subject): (f64, f64) = (rng.random(), rng.random());
            let (first, second): (f64, f64) = (rng.random(), rng.random());
            if chance >= self.swap {
                continue;
            }
            let spans = frame.roster.spans().iter().map(|span| span.markers());
            let marked: Vec<_> = spans.filter(|markers| markers.len() > 1).collect();
            if let Some(span) = marked.get((subject * marked.len() as f64) as usize) {
                let a = (first * span.len() as f64) as usize;
                // Another one, at an even chance.
                let b = (a + 1 + (second * (span.len() - 1) as f64) as usize) % span.len();
                let (a, b) = (span.start + a, span.start + b);
                if a.max(b) < frame.markers.len() {
                    frame.markers.swap(a, b);
                }
            }
        }
    }

    /// The junk that goes with a frame.
    pub(crate) fn junk(
        &self,
        seed: u64,
        frame_idx: u64,
        rate_hz: f64,
        mut send: impl FnMut(&[u8]),
    ) {
        let sent_by = |frames: u64| (self.flood_hz * frames as f64 / rate_hz) as u64;
        let mut rng = ChaCha8Rng::seed_from_u64(!seed);
        rng.set_stream(frame_idx);
        let mut bytes = [0u8; JUNK_BYTES];
        for _ in sent_by(frame_idx)..sent_by(frame_idx + 1) {
            rng.fill(&mut bytes);
            send(&bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_model::{Point, Roster, SubjectInfo};
    use std::sync::Arc;

    fn frame() -> MocapFrame {
        let subject = SubjectInfo {
            name: "a".into(),
            segments: vec![],
            markers: (0..10).map(|m| format!("m{m}")).collect(),
        };
        let mut frame = MocapFrame::default();
        frame.reset(&Arc::new(Roster::build(vec![subject]).unwrap()));
        for (i, slot) in frame.markers.iter_mut().enumerate() {
            *slot = Some(Point::xyz(i as f64, 0.0, 0.0));
        }
        frame
    }

    #[test]
    fn a_restart_is_silence_and_then_the_first_number() {
        let faults = SourceFaults {
            restart_every: Some(Nanos::from_secs(2)),
            ..SourceFaults::default()
        };
        let counted: Vec<_> = (0..500).map(|i| faults.counted(i, 100.0)).collect();
        assert_eq!((counted[0], counted[199]), (Some(0), Some(199)));
        assert!(counted[200..230].iter().all(Option::is_none));
        assert_eq!((counted[230], counted[399]), (Some(0), Some(169)));
        assert_eq!((counted[400], counted[430]), (None, Some(0)));
    }

    #[test]
    fn a_clock_that_runs_fast_sends_sooner() {
        let faults = SourceFaults {
            drift_ppm: 200.0,
            ..SourceFaults::default()
        };
        let sooner_s = 1000.0 - faults.due_s(100_000, 100.0);
        assert!((sooner_s - 0.2).abs() < 1e-4, "{sooner_s}");
    }

    #[test]
    fn names_are_exchanged_for_a_tenth_of_a_second_by_the_seed_alone() {
        let faults = SourceFaults {
            swap: 0.02,
            ..SourceFaults::default()
        };
        let seen = |seed, i| {
            let mut frame = frame();
            faults.mislabel(seed, i, 100.0, &mut frame);
            frame.markers
        };
        let all: Vec<_> = (0..2000).map(|i| seen(7, i)).collect();
        // In any order, the same.
        assert!((0..2000).rev().all(|i| seen(7, i) == all[i as usize]));
        let wrong = |markers: &Vec<_>| *markers != frame().markers;
        let share = all.iter().filter(|m| wrong(m)).count() as f64 / 2000.0;
        // 1 - 0.98^10, less what two exchanges undo.
        assert!((0.1..0.25).contains(&share), "{share}");
        let mut sorted: Vec<f64> = all[0].iter().flatten().map(|p| p.metres().x).collect();
        sorted.sort_by(f64::total_cmp);
        assert_eq!(sorted, (0..10).map(f64::from).collect::<Vec<_>>());
        assert_ne!((0..2000).map(|i| seen(8, i)).collect::<Vec<_>>(), all);
    }

    #[test]
    fn junk_is_as_much_as_was_asked_for_and_the_same_each_time() {
        let faults = SourceFaults {
            flood_hz: 1050.0,
            ..SourceFaults::default()
        };
        let junk = |seed| {
            let mut all = Vec::new();
            (0..100).for_each(|i| faults.junk(seed, i, 100.0, |bytes| all.push(bytes.to_vec())));
            all
        };
        assert_eq!(junk(1).len(), 1050);
        assert_eq!(junk(1), junk(1));
        assert_ne!(junk(1), junk(2));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let none = SourceFaults::default();
        assert!(none.validate().is_ok());
        for faults in [
            SourceFaults {
                drift_ppm: f64::NAN,
                ..none
            },
            SourceFaults { swap: 1.5, ..none },
            SourceFaults {
                flood_hz: 1e9,
                ..none
            },
            SourceFaults {
                restart_every: Some(Nanos::ZERO),
                ..none
            },
        ] {
            assert!(faults.validate().is_err(), "{faults:?}");
        }
    }
}
