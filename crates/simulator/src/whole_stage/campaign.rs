//! Many shows, one a seed, on as many threads as there are cores.

use super::plan::ShowSettings;
use super::rig_motion::RigMotion;
use super::show::{Outcome, run};
use cyc_solver::RetargetError;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::Builder;

/// Runs the shows of `seeds` seeds from that of `first` on; what came of each is told to `tell` as it ends, in no order. Ends
/// early when `stop` is raised. The outcomes come back by seed.
///
/// # Errors
/// When a performance's rig cannot be solved.
pub fn campaign(
    first: &ShowSettings,
    seeds: u64,
    motions: &[RigMotion],
    stop: &AtomicBool,
    tell: &(dyn Fn(&Outcome) + Sync),
) -> Result<Vec<Outcome>, RetargetError> {
    let next = AtomicU64::new(0);
    let ended = Mutex::new(Vec::new());
    let work = || -> Result<(), RetargetError> {
        loop {
            let one = next.fetch_add(1, Ordering::Relaxed);
            if one >= seeds || stop.load(Ordering::Relaxed) {
                return Ok(());
            }
            let settings = ShowSettings {
                seed: first.seed.wrapping_add(one),
                ..first.clone()
            };
            let outcome = run(&settings, motions)?;
            tell(&outcome);
            if let Ok(mut ended) = ended.lock() {
                ended.push(outcome);
            }
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let helpers: Vec<_> = (1..cores.min(seeds as usize).max(1))
            .filter_map(|i| {
                let thread = Builder::new().name(format!("show-{i}"));
                thread.spawn_scoped(scope, work).ok()
            })
            .collect();
        let mut result = work();
        for helper in helpers {
            // A helper that panicked is a show that did: it is not counted among the outcomes, and its panic was printed.
            result = result.and(helper.join().unwrap_or(Ok(())));
        }
        result
    })?;
    let mut ended = ended.into_inner().unwrap_or_default();
    ended.sort_by_key(|outcome: &Outcome| outcome.seed);
    Ok(ended)
}
