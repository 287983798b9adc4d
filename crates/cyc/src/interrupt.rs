//! Ctrl-C as a wish to end well: the first one asks, the second one insists.

use crate::failure::Failure;
use nix::sys::signal::{SigSet, Signal};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What shells report for a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// A flag that Ctrl-C (and the system's wish to terminate) raises. To be called once a program.
pub fn flag() -> Result<Arc<AtomicBool>, Failure> {
    let raised = Arc::new(AtomicBool::new(false));
    let ours = Arc::clone(&raised);
    let raise = move || {
        if ours.swap(true, Ordering::Relaxed) {
            std::process::exit(INTERRUPTED);
        }
    };
    ctrlc::set_handler(raise).map_err(Failure::internal)?;
    Ok(raised)
}

/// Who starts the program with SIGHUP ignored (`nohup`) means it to outlive the terminal; [`flag`] would hear the signal all
/// the same. To be called while there is one thread.
pub fn keep_hangup_ignored() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if is_hangup_ignored(&status) {
        let mut hangup = SigSet::empty();
        hangup.add(Signal::SIGHUP);
        // Threads are born with what their parents block, and what is blocked calls no handler.
        let _ = hangup.thread_block();
    }
}

/// Whether a process ignores SIGHUP, by the kernel's word on it: a mask with a bit for each signal.
fn is_hangup_ignored(status: &str) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 1 << (Signal::SIGHUP as u32 - 1) != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_mask_is_read() {
        assert!(is_hangup_ignored(
            "Name:\tcyc\nSigIgn:\t0000000000001001\nSigCgt:\t0\n"
        ));
        for other in [
            "SigIgn:\t0000000000001000\nSigCgt:\t01\n",
            "SigIgn:\tx\n",
            "",
        ] {
            assert!(!is_hangup_ignored(other));
        }
    }
}
