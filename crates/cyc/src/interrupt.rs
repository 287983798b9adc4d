//! Ctrl-C as a wish to end well: the first one asks, the second one insists.

use crate::failure::Failure;
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
