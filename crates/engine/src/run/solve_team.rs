//! The threads that solve the performers of a frame side by side.
//!
//! They sleep between frames. A frame costs the longer the more performers there are in it, and the wall waits for the last
//! one; with one performer nobody is woken.

use super::threads::{Granted, Intent, ask_for};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::num::NonZero;

/// More threads than this have less to do than waking them costs, with the six performers that a stage has.
const TEAM_MAX: usize = 4;
/// Cores from which on a thread without real-time priority finds one that is free nearly always. On fewer, a thread that was
/// put off by others' work would hold up the frame that waits for it.
const CORES_FOR_ORDINARY: usize = 8;

/// How many threads solve together, the first one counted, on a machine with so many cores.
fn size(granted: Granted, cores: usize) -> usize {
    match granted {
        Granted::RealTime => cores.clamp(1, TEAM_MAX),
        Granted::Normal | Granted::Refused if cores >= CORES_FOR_ORDINARY => TEAM_MAX,
        Granted::Normal | Granted::Refused => 1,
    }
}

/// Does some work as the first thread of a team; on the calling thread when it is to be alone, or when no more threads can
/// be made: the poses are the same.
pub(super) fn lead<R: Send>(granted: Granted, work: impl FnOnce() -> R + Send) -> R {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    match team(granted, cores) {
        Some(team) => team.install(work),
        None => work(),
    }
}

fn team(granted: Granted, cores: usize) -> Option<ThreadPool> {
    let threads = size(granted, cores);
    let team = ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|i| format!("solve-{i}"))
        .start_handler(|_| {
            ask_for(Intent::RealTime);
        });
    (threads > 1).then(|| team.build().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_is_as_large_as_it_is_of_use() {
        assert_eq!(size(Granted::RealTime, 1), 1);
        assert_eq!(size(Granted::RealTime, 2), 2);
        assert_eq!(size(Granted::RealTime, 64), TEAM_MAX);
        assert_eq!(size(Granted::Refused, 4), 1);
        assert_eq!(size(Granted::Refused, 16), TEAM_MAX);
    }

    #[test]
    fn the_work_is_done_by_the_first_thread_of_the_team_or_by_the_caller() {
        let name = || std::thread::current().name().map(str::to_owned);
        let (mine, alone) = (name(), lead(Granted::Normal, || 1));
        assert_eq!(alone, 1);
        let team = team(Granted::RealTime, 2).unwrap();
        let theirs = team.install(|| (name(), rayon::current_num_threads()));
        assert_ne!(theirs.0, mine);
        assert!(theirs.0.is_some_and(|name| name.starts_with("solve-")));
        assert_eq!(theirs.1, 2);
    }
}
