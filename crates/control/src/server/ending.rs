//! The end of a server's thread: asked for, and not waited for without end.

use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::watch;

/// How often it is looked whether it has ended, and after how many looks it is left alone: a quarter of a second in all.
const LOOK_EVERY: Duration = Duration::from_millis(5);
const LOOKS: u32 = 50;

/// Tells a thread to end. It does so by itself when it sees that; a hung one must not hold up the end of the show.
pub(super) fn end(stop: &watch::Sender<bool>, thread: Option<JoinHandle<()>>) {
    // Nobody listens when the thread is gone already.
    let _ = stop.send(true);
    let Some(thread) = thread else {
        return;
    };
    for _ in 0..LOOKS {
        if thread.is_finished() {
            let _ = thread.join();
            return;
        }
        std::thread::sleep(LOOK_EVERY);
    }
}
