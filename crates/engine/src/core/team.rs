//! The performers of a frame are solved side by side where the thread that steps the core works in a team of threads.
//!
//! What one of them is in a frame depends on no other one, so that the poses are the same to the bit whoever solves them.
//! The thread that steps waits for nobody to wake up: what no other thread has begun, it does itself.

use rayon::iter::{IndexedParallelIterator, IntoParallelRefMutIterator, ParallelIterator};

/// Does some work for each of `slots`, with its place and with its own one of `results`; on one thread unless there are
/// `several` for whom there is anything to do.
pub(super) fn each<S: Send, R: Send>(
    several: bool,
    slots: &mut [S],
    results: &mut [R],
    work: impl Fn(usize, &mut S, &mut R) + Sync,
) {
    let is_alone = !several || rayon::current_thread_index().is_none();
    if is_alone {
        let pairs = slots.iter_mut().zip(results).enumerate();
        return pairs.for_each(|(me, (slot, result))| work(me, slot, result));
    }
    // One at a time: they take some tens of microseconds each, and some take longer.
    let pairs = slots.par_iter_mut().zip(results).enumerate();
    pairs
        .with_max_len(1)
        .for_each(|(me, (slot, result))| work(me, slot, result));
}
