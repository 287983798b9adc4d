//! The one place where threads are made: every thread has a name and an intent.

use std::thread::JoinHandle;
use thread_priority::{
    RealtimeThreadSchedulePolicy, ThreadPriority, ThreadPriorityValue, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};

/// What a thread is for; decides its priority. No default, so that every thread is thought about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Carries frames: real-time priority is asked for.
    RealTime,
    /// Keeps what was performed: real-time priority below the frames' is asked for, so that a machine that is busy with something
    /// else loses no more of a take than an idle one.
    Recording,
    /// Nobody waits for it within a frame.
    Normal,
}

/// Whether the system gave what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Granted {
    /// Real-time priority.
    RealTime,
    /// Ordinary priority, because nothing else was asked for.
    Normal,
    /// Ordinary priority, because the system refused real time.
    Refused,
}

/// Priority of frame-carrying threads among real-time ones (1 to 99): above ordinary work, below the kernel's own
/// interrupt threads (50).
const REAL_TIME_PRIORITY: u8 = 40;
/// That of recording: any frame's thread goes before it.
const RECORDING_PRIORITY: u8 = 20;

/// Starts a thread. `run` is told which priority it got.
pub fn spawn<T: Send + 'static>(
    name: &str,
    intent: Intent,
    run: impl FnOnce(Granted) -> T + Send + 'static,
) -> std::io::Result<JoinHandle<T>> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || run(ask_for(intent)))
}

/// Asks for the priority of the calling thread.
pub(super) fn ask_for(intent: Intent) -> Granted {
    let priority = match intent {
        Intent::Normal => return Granted::Normal,
        Intent::RealTime => REAL_TIME_PRIORITY,
        Intent::Recording => RECORDING_PRIORITY,
    };
    let Ok(value) = ThreadPriorityValue::try_from(priority) else {
        return Granted::Refused;
    };
    let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::Fifo);
    let asked = set_thread_priority_and_policy(
        thread_native_id(),
        ThreadPriority::Crossplatform(value),
        policy,
    );
    if asked.is_ok() {
        Granted::RealTime
    } else {
        Granted::Refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_has_its_name_and_says_what_it_was_given() {
        let name = || std::thread::current().name().map(str::to_owned);
        let normal = spawn("watch", Intent::Normal, move |g| (name(), g)).unwrap();
        assert_eq!(
            normal.join().unwrap(),
            (Some("watch".into()), Granted::Normal)
        );
        let real_time = spawn("solve", Intent::RealTime, |granted| granted).unwrap();
        let asked = real_time.join().unwrap();
        assert_ne!(asked, Granted::Normal);
        let recording = spawn("record", Intent::Recording, |granted| granted).unwrap();
        assert_eq!(recording.join().unwrap(), asked);
    }
}
