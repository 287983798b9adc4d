//! Rows 43 and 44: a stage under strain, and for a while. Alone in its process, whose memory and descriptors are counted.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(dead_code, reason = "the stage is the fault matrix' own")]

#[path = "faults/live.rs"]
mod live;
#[path = "faults/stage.rs"]
mod stage;

use cyc_engine::run::{Engine, RecordReport, RecordSetup};
use cyc_telemetry::LatencySummary;
use live::{start, wait_for};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The tests take turns: each looks at the whole process.
static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());

fn packet_to_pose(engine: &Engine) -> LatencySummary {
    let summaries = engine.latency.summaries();
    let mut ours = summaries
        .into_iter()
        .filter(|(name, _)| *name == "packet_to_pose");
    ours.next().unwrap().1
}

/// Whether the system runs the thread of this name with real-time priority, by the system's own word.
fn is_real_time(name: &str) -> bool {
    /// `SCHED_FIFO`, in `proc(5)`'s field 41 of a thread's `stat`.
    const FIFO: &str = "1";
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let mut ours = tasks.filter(|task| {
        let comm = std::fs::read_to_string(task.path().join("comm"));
        comm.is_ok_and(|comm| comm.trim() == name)
    });
    let stat = std::fs::read_to_string(ours.next().unwrap().path().join("stat")).unwrap();
    // The name is in brackets and may have spaces; the fields after it are counted from 3.
    let (_, fields) = stat.rsplit_once(')').unwrap();
    fields.split_whitespace().nth(41 - 3) == Some(FIFO)
}

/// Row 43: every core is kept busy; what is said of the priority is true.
#[test]
fn row_43_with_every_core_busy_frames_are_solved_and_the_priority_is_told_truly() {
    let _turn = TURN.lock();
    let (engine, mut shown) = start(None);
    wait_for(&mut shown, "Ann is not seen", |frame| {
        frame.performers[0].quality.is_measured().then_some(())
    });
    assert_eq!(engine.is_real_time(), is_real_time("solve"));
    let is_over = Arc::new(AtomicBool::new(false));
    let cores = std::thread::available_parallelism().unwrap().get();
    let busy: Vec<_> = (0..2 * cores)
        .map(|i| {
            let is_over = Arc::clone(&is_over);
            let thread = std::thread::Builder::new().name(format!("busy-{i}"));
            let spin = move || {
                while !is_over.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            };
            thread.spawn(spin).unwrap()
        })
        .collect();
    let counted = || (engine.status[0].frames.get(), engine.solve.stepped.get());
    let before = counted();
    std::thread::sleep(Duration::from_secs(4));
    let after = counted();
    is_over.store(true, Ordering::Relaxed);
    busy.into_iter().for_each(|thread| thread.join().unwrap());
    let (heard, stepped) = (after.0 - before.0, after.1 - before.1);
    assert!(stepped > 50, "{stepped} frames were solved");
    let latency = packet_to_pose(&engine);
    let granted = if engine.is_real_time() {
        "granted"
    } else {
        "refused, and told"
    };
    println!(
        "PROMISE 43: real-time priority {granted}; {} of {heard} frames passed over, p99.9 {:.1} ms, test build",
        heard.saturating_sub(stepped),
        latency.p99_9.millis()
    );
    engine.stop();
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next());
    kib.unwrap().parse().unwrap()
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Records for a while.
fn record(engine: &Engine, folder: &Path, name: &str, lasts: Duration) -> RecordReport {
    let setup = RecordSetup::new(folder.join(name), cyc_take::TakeConfig::default());
    engine.begin_take(&setup).unwrap();
    std::thread::sleep(lasts);
    assert!(engine.end_take());
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(report) = engine.ended_take() {
            // Its thread is gone a moment later.
            std::thread::sleep(Duration::from_millis(100));
            return report;
        }
        assert!(Instant::now() < until, "the take was not sealed");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Row 44, in short: what was taken once is enough. Half an hour of it is `cargo xtask bench soak`.
#[test]
fn row_44_takes_leave_nothing_behind() {
    let _turn = TURN.lock();
    let folder = tempfile::tempdir().unwrap();
    let (engine, mut shown) = start(None);
    wait_for(&mut shown, "nothing is shown", |_| Some(()));
    // Every slot of the recording's queues (1024) is filled once.
    record(&engine, folder.path(), "warm.mcap", Duration::from_secs(9));
    let before = (resident_kib(), descriptors());
    for name in ["a.mcap", "b.mcap"] {
        let report = record(&engine, folder.path(), name, Duration::from_millis(1500));
        assert_eq!((report.left_out, report.failed), (0, None));
    }
    let after = (resident_kib(), descriptors());
    assert_eq!(after.1, before.1, "descriptors");
    let grown_kib = after.0.saturating_sub(before.0);
    assert!(grown_kib < 1024, "{grown_kib} KiB of {} more", before.0);
    println!(
        "PROMISE 44: two more takes cost {grown_kib} KiB of {} MiB, and no descriptor",
        before.0 / 1024
    );
    engine.stop();
}
