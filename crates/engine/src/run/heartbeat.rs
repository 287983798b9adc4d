//! Heartbeats: one store in an atomic each time that a thread comes round; who looks tells from it whether the thread lives.

use cyc_capture::now_host;
use cyc_model::{HostNs, Nanos};
use cyc_telemetry::Counter;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};

/// How long a thread may be silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// After this it is late, which is worth a warning.
    pub late: Nanos,
    /// After this it is hung: it will not come back in time.
    pub hung: Nanos,
}

impl Patience {
    /// For threads that carry frames and come round every few milliseconds (containment layer 4).
    pub const FRAMES: Self = Self {
        late: Nanos::from_millis(50),
        hung: Nanos::from_millis(250),
    };
    /// For threads that listen: while nothing comes they come round every 50 ms.
    pub const LISTENING: Self = Self {
        late: Nanos::from_millis(100),
        hung: Nanos::from_millis(250),
    };
    /// For the recording, which has ordinary priority, and queues that hold four seconds.
    pub const RECORDING: Self = Self {
        late: Nanos::from_millis(500),
        hung: Nanos::from_secs(2),
    };
    /// For searches in a cloud, each of which may take long.
    pub const SEARCHING: Self = Self {
        late: Nanos::from_secs(2),
        hung: Nanos::from_secs(10),
    };
}

/// Whether a thread lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[repr(u8)]
pub enum Pulse {
    /// It comes round.
    #[default]
    Alive,
    /// It is late.
    Late,
    /// It does not come round any more.
    Hung,
}

/// One thread's sign of life.
#[derive(Debug)]
pub struct Heartbeat {
    /// The thread's name.
    pub name: String,
    patience: Patience,
    last_ns: AtomicI64,
    pulse: AtomicU8,
    late: Counter,
    hung: Counter,
    succeeded: Counter,
    panicked: Counter,
}

/// A heartbeat as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeartReading {
    /// The thread's name.
    pub name: String,
    /// Whether it lives.
    pub pulse: Pulse,
    /// Times that it was late.
    pub late: u64,
    /// Times that it was found hung.
    pub hung: u64,
    /// Of these, times that a fresh thread went on in its place.
    pub succeeded: u64,
    /// Times that it panicked and began again.
    pub panicked: u64,
}

/// Time of a thread that waits for somebody else, and cannot be late.
const AWAY: i64 = i64::MAX;

impl Heartbeat {
    /// A heart that has just beaten.
    pub fn new(name: &str, patience: Patience) -> Arc<Self> {
        Arc::new(Self {
            name: name.to_owned(),
            patience,
            last_ns: AtomicI64::new(now_host().0),
            pulse: AtomicU8::new(Pulse::Alive as u8),
            late: Counter::default(),
            hung: Counter::default(),
            succeeded: Counter::default(),
            panicked: Counter::default(),
        })
    }

    /// Beats.
    pub fn beat(&self, now: HostNs) {
        self.last_ns.store(now.0, Ordering::Relaxed);
    }

    /// Waits for somebody else until the next beat, however long that takes: the other side of a connection, say.
    pub fn go_away(&self) {
        self.last_ns.store(AWAY, Ordering::Relaxed);
    }

    /// How many times the thread was found hung.
    pub fn hung(&self) -> u64 {
        self.hung.get()
    }

    /// A fresh thread goes on in the thread's place.
    pub fn note_succession(&self, now: HostNs) {
        self.succeeded.increment();
        self.beat(now);
        self.pulse.store(Pulse::Alive as u8, Ordering::Relaxed);
    }

    /// The thread panicked, and begins again.
    pub fn note_panic(&self) {
        self.panicked.increment();
    }

    /// Whether the thread lives, as of now.
    pub fn pulse(&self, now: HostNs) -> Pulse {
        let last = self.last_ns.load(Ordering::Relaxed);
        // A beat from after `now` was read is no silence.
        let silent = Nanos(now.0.saturating_sub(last));
        if silent > self.patience.hung {
            Pulse::Hung
        } else if silent > self.patience.late {
            Pulse::Late
        } else {
            Pulse::Alive
        }
    }

    /// The watch's look: what has changed since the last one, counted once.
    pub(super) fn look(&self, now: HostNs) -> Option<Pulse> {
        let pulse = self.pulse(now);
        if self.pulse.swap(pulse as u8, Ordering::Relaxed) == pulse as u8 {
            return None;
        }
        match pulse {
            Pulse::Alive => {}
            Pulse::Late => self.late.increment(),
            Pulse::Hung => self.hung.increment(),
        }
        Some(pulse)
    }

    /// Everything about it.
    pub fn read(&self, now: HostNs) -> HeartReading {
        HeartReading {
            name: self.name.clone(),
            pulse: self.pulse(now),
            late: self.late.get(),
            hung: self.hung.get(),
            succeeded: self.succeeded.get(),
            panicked: self.panicked.get(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_late_and_then_hung_and_each_is_counted_once() {
        let heart = Heartbeat::new("solve", Patience::FRAMES);
        let at = |ms: i64| HostNs(5_000_000_000) + Nanos::from_millis(ms);
        heart.beat(at(0));
        let seen: Vec<Option<Pulse>> = (0..40).map(|i| heart.look(at(i * 10))).collect();
        let told: Vec<(usize, Pulse)> = seen
            .into_iter()
            .enumerate()
            .filter_map(|(i, p)| p.map(|p| (i, p)))
            .collect();
        assert_eq!(told, [(6, Pulse::Late), (26, Pulse::Hung)]);
        heart.beat(at(400));
        assert_eq!(heart.look(at(401)), Some(Pulse::Alive));
        let read = heart.read(at(401));
        assert_eq!((read.late, read.hung, read.succeeded), (1, 1, 0));
    }

    #[test]
    fn who_waits_for_somebody_else_is_not_late() {
        let heart = Heartbeat::new("rx-a", Patience::LISTENING);
        heart.go_away();
        let later = now_host() + Nanos::from_secs(100);
        assert_eq!(
            (heart.pulse(later), heart.look(later)),
            (Pulse::Alive, None)
        );
        heart.beat(later);
        assert_eq!(heart.pulse(later + Nanos::from_millis(300)), Pulse::Hung);
    }
}
