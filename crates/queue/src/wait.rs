//! How a blocked producer waits: briefly spinning, then yielding, then sleeping, without a lock or a system call on the
//! consumer's side.

#[cfg(not(loom))]
mod real {
    use crossbeam::utils::Backoff;
    use std::time::Duration;

    /// Long enough to leave the processor to others, short against a frame of 4 ms.
    const NAP: Duration = Duration::from_micros(100);

    /// One wait for one event.
    pub(crate) struct Wait(Backoff);

    impl Wait {
        pub(crate) fn new() -> Self {
            Self(Backoff::new())
        }

        /// Waits a little, each time a little longer, up to 100 µs.
        pub(crate) fn snooze(&self) {
            if self.0.is_completed() {
                std::thread::sleep(NAP);
            } else {
                self.0.snooze();
            }
        }
    }

    pub(crate) fn pause() {
        std::hint::spin_loop();
    }
}

#[cfg(loom)]
mod real {
    /// One wait for one event; loom needs to be told that another thread must run.
    pub(crate) struct Wait;

    impl Wait {
        pub(crate) fn new() -> Self {
            Self
        }

        pub(crate) fn snooze(&self) {
            loom::thread::yield_now();
        }
    }

    pub(crate) fn pause() {
        loom::thread::yield_now();
    }
}

pub(crate) use real::{Wait, pause};
