//! Our queues beside crossbeam's, `rtrb`, `triple_buffer` and the standard library's, in one run.
//!
//! ```text
//! cargo run --release -p cyc-benches --bin queue
//! ```

mod latest;
mod payload;
mod peers;
mod race;

use cyc_benches::report::Report;
use payload::{Boxed, Inline, Payload};

const ROUNDS: usize = 11;

const ABOUT: &str = "Time in nanoseconds, medians of 11 rounds in which every contender runs once. A frame is 16 kB: its \
    writer writes all of it, its reader reads all of it. \"moved\" frames are arrays inside the value, \"boxed\" ones are \
    allocated by the peers for each value; ours are filled in place either way. One way is half of a round trip through \
    two queues. Threads that wait spin, and yield after a while.";

fn tables<T: Payload>(report: &mut Report, items: usize) {
    let name = T::NAME;
    let alone = race::in_one_thread::<T>(ROUNDS, items);
    report.table(
        &format!("{name}: one thread, push and pop"),
        &["each"],
        &alone,
    );
    let full = race::onto_a_full_ring::<T>(ROUNDS, items);
    report.table(
        &format!("{name}: push onto a full ring, the oldest is lost"),
        &["each"],
        &full,
    );
    let together = race::between_two_threads::<T>(ROUNDS, items);
    report.table(
        &format!("{name}: two threads, every value arrives"),
        &["each"],
        &together,
    );
    let there_and_back = race::there_and_back::<T>(ROUNDS, items / 20);
    report.table(
        &format!("{name}: two threads, one way"),
        &["p50", "p99"],
        &there_and_back,
    );
    let latest = latest::in_one_thread::<T>(ROUNDS, items);
    report.table(
        &format!("{name}: latest value, one thread, publish and read"),
        &["each"],
        &latest,
    );
    let shared = latest::there_and_back::<T>(ROUNDS, items / 20);
    report.table(
        &format!("{name}: latest value, two threads, one way"),
        &["p50", "p99"],
        &shared,
    );
}

fn main() -> std::io::Result<()> {
    let mut report = Report::new("Queues", ABOUT);
    tables::<u64>(&mut report, 200_000);
    tables::<Inline>(&mut report, 4_000);
    tables::<Boxed>(&mut report, 4_000);
    report.paragraph(
        "Ours in bold. The machine is a shared one with two cores, on which others were working: differences below 10 % \
         mean nothing, and the p99 of two threads is mostly the scheduler's.",
    );
    let path = report.finish("queue.md")?;
    eprintln!("written: {}", path.display());
    Ok(())
}
