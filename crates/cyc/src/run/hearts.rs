//! What the threads' signs of life say over some seconds.
//!
//! A thread that was late once was kept waiting by the system, which is what the queues before it are for; one that is late
//! again and again lacks a processor, and the operator can do something about that. A succession is over when it is seen, and
//! is told for a while all the same.

use cyc_engine::run::HeartReading;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// So many times late within [`WITHIN`] is worth a sentence.
const OFTEN: usize = 5;
/// See [`OFTEN`].
const WITHIN: Duration = Duration::from_secs(10);

/// How long it is told that a thread began again: somebody looks at the panel within a minute.
const RESTART_TOLD: Duration = Duration::from_secs(60);

/// When one thread was late.
struct Thread {
    name: String,
    late: u64,
    times: VecDeque<Instant>,
    panicked: u64,
    panicked_at: Option<Instant>,
}

/// What was seen of all threads.
#[derive(Default)]
pub struct Hearts {
    threads: Vec<Thread>,
    succeeded: u64,
    succeeded_at: Option<Instant>,
}

impl Hearts {
    /// Looks at them all; to be called often.
    pub fn look(&mut self, now: Instant, readings: &[HeartReading]) {
        // Threads of sources come and go.
        self.threads
            .retain(|t| readings.iter().any(|r| r.name == t.name));
        for reading in readings {
            let known = self.threads.iter_mut().find(|t| t.name == reading.name);
            let Some(thread) = known else {
                self.threads.push(Thread {
                    name: reading.name.clone(),
                    late: reading.late,
                    times: VecDeque::with_capacity(OFTEN + 1),
                    panicked: reading.panicked,
                    panicked_at: (reading.panicked > 0).then_some(now),
                });
                continue;
            };
            if reading.panicked > thread.panicked {
                thread.panicked_at = Some(now);
            }
            thread.panicked = reading.panicked;
            let new = reading.late.saturating_sub(thread.late);
            thread.late = reading.late;
            for _ in 0..new.min(OFTEN as u64) {
                thread.times.push_back(now);
            }
            while thread.times.len() > OFTEN {
                thread.times.pop_front();
            }
        }
        let succeeded = readings.iter().map(|r| r.succeeded).sum();
        if succeeded > self.succeeded {
            self.succeeded_at = Some(now);
        }
        self.succeeded = succeeded;
    }

    /// The threads that were late again and again.
    pub fn often_late(&self, now: Instant) -> Vec<String> {
        let is_often = |t: &&Thread| {
            let first = t.times.front().filter(|_| t.times.len() >= OFTEN);
            first.is_some_and(|first| now.duration_since(*first) <= WITHIN)
        };
        let often = self.threads.iter().filter(is_often);
        often.map(|t| t.name.clone()).collect()
    }

    /// The threads that failed within the last minute and began again, and how often since the start.
    pub fn restarted(&self, now: Instant) -> Vec<(String, u64)> {
        let is_new = |at: Instant| now.duration_since(at) <= RESTART_TOLD;
        let lately = self.threads.iter();
        let lately = lately.filter(|t| t.panicked_at.is_some_and(is_new));
        lately.map(|t| (t.name.clone(), t.panicked)).collect()
    }

    /// Seconds since a thread was last succeeded by another one.
    pub fn succeeded_s(&self, now: Instant) -> Option<f64> {
        let at = self.succeeded_at?;
        Some(now.duration_since(at).as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_engine::run::Pulse;

    fn heart(name: &str, late: u64, succeeded: u64) -> HeartReading {
        HeartReading {
            name: name.into(),
            pulse: Pulse::Alive,
            late,
            hung: 0,
            succeeded,
            panicked: 0,
        }
    }

    #[test]
    fn who_is_late_again_and_again_is_named_and_who_was_late_once_is_not() {
        let begin = Instant::now();
        let at = |s: u64| begin + Duration::from_secs(s);
        let mut hearts = Hearts::default();
        // What happened before the first look was the bringing up.
        hearts.look(at(0), &[heart("solve", 7, 0), heart("rx-a", 9, 0)]);
        assert!(hearts.often_late(at(0)).is_empty());
        for s in 1..=20 {
            let now = at(s);
            // One is late each two seconds, the other each four.
            hearts.look(
                now,
                &[heart("solve", 7 + s / 2, 0), heart("rx-a", 9 + s / 4, 0)],
            );
            let expected: &[&str] = if s >= 10 { &["solve"] } else { &[] };
            assert_eq!(hearts.often_late(now), expected, "{s}");
        }
        assert!(hearts.often_late(at(40)).is_empty());
        hearts.look(at(41), &[heart("rx-a", 999, 0)]);
        assert_eq!(hearts.often_late(at(41)), ["rx-a"]);
        assert_eq!(hearts.threads.len(), 1, "only those that are there");
    }

    #[test]
    fn a_thread_that_began_again_is_named_for_a_minute() {
        let begin = Instant::now();
        let at = |s: u64| begin + Duration::from_secs(s);
        let mut hearts = Hearts::default();
        let readings = |panicked| {
            let failed = HeartReading {
                panicked,
                ..heart("record", 0, 0)
            };
            [heart("solve", 0, 0), failed]
        };
        hearts.look(at(0), &readings(0));
        assert!(hearts.restarted(at(0)).is_empty());
        hearts.look(at(1), &readings(2));
        hearts.look(at(60), &readings(2));
        assert_eq!(hearts.restarted(at(61)), [("record".to_owned(), 2)]);
        assert!(hearts.restarted(at(62)).is_empty());
    }

    #[test]
    fn a_succession_is_told_for_a_while() {
        let begin = Instant::now();
        let at = |s: u64| begin + Duration::from_secs(s);
        let mut hearts = Hearts::default();
        hearts.look(at(0), &[heart("solve", 0, 0)]);
        assert_eq!(hearts.succeeded_s(at(0)), None);
        hearts.look(at(1), &[heart("solve", 0, 1)]);
        hearts.look(at(5), &[heart("solve", 0, 1)]);
        assert_eq!(hearts.succeeded_s(at(6)), Some(5.0));
    }
}
