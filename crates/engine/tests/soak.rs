//! Rows 17, 43 and 44: a stage under a flood, under strain, and for a while. Alone in its process, whose memory and descriptors are counted.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(dead_code, reason = "the stage is the fault matrix' own")]

#[path = "faults/live.rs"]
mod live;
#[path = "faults/stage.rs"]
mod stage;

use cyc_capture::{SourceConfig, SourceUrl, source_of};
use cyc_engine::run::{Engine, RecordReport, RecordSetup, RunSource};
use cyc_model::{SourceId, StageFrame};
use cyc_queue::LatestReader;
use cyc_telemetry::LatencySummary;
use live::{start, start_with, wait_for};
use std::net::{SocketAddr, UdpSocket};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
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

/// The friend's own rate, which she declared, and how much more she sends.
const FRIEND_HZ: f64 = 240.0;
const FLOOD: f64 = 10.0;

/// A Vicon UDP datagram with one body, by hand from the vendor's layout.
fn datagram(number: u32) -> Vec<u8> {
    let mut bytes = number.to_le_bytes().to_vec();
    bytes.extend([1, 0]);
    bytes.extend(72u16.to_le_bytes());
    let mut name = [0; 24];
    name[..6].copy_from_slice(b"Friend");
    bytes.extend(name);
    for value in [f64::from(number), 200.0, 300.0, 0.1, 0.2, 0.3] {
        bytes.extend(value.to_le_bytes());
    }
    bytes
}

/// Sends at a rate until told otherwise; numbers go on.
fn friend(to: SocketAddr, rate_hz: &AtomicU64) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut next = Instant::now();
    for number in 1.. {
        let rate = rate_hz.load(Ordering::Relaxed);
        if rate == 0 {
            return;
        }
        next += Duration::from_nanos(1_000_000_000 / rate);
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
        // Refused until the stage listens.
        let _ = socket.send_to(&datagram(number), to);
    }
}

/// What a wall of 60 pictures a second finds: how many of its looks, and in how many of them Ann had moved on and was measured.
fn looks(shown: &mut LatestReader<StageFrame>, lasts: Duration) -> (u32, u32) {
    let (began, mut looks, mut good) = (Instant::now(), 0, 0);
    let mut last = None;
    while began.elapsed() < lasts {
        looks += 1;
        let due = began + Duration::from_nanos(16_666_667) * looks;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let frame = shown.latest_and_is_new().map(|(_, frame)| frame);
        let ann = frame.filter(|frame| frame.performers[0].quality.is_measured());
        let at = ann.map(|frame| frame.joints_of_performer(0)[0]);
        good += u32::from(at.is_some() && at != last);
        last = at.or(last);
    }
    (looks, good)
}

/// Row 17: ten times too much from an allowed source: the memory of the whole process stays, no queue is beyond its room, and a
/// wall finds as many new frames of the others as before.
#[test]
fn row_17_a_flood_from_a_friend_costs_no_memory_and_no_picture() {
    let _turn = TURN.lock();
    let free = UdpSocket::bind("127.0.0.1:0").unwrap();
    let to = free.local_addr().unwrap();
    drop(free);
    let url: SourceUrl = format!("vicon-udp://{to}").parse().unwrap();
    let config = SourceConfig {
        declared_rate_hz: FRIEND_HZ,
        ..SourceConfig::new(SourceId(1))
    };
    let beside = RunSource {
        name: "friend".into(),
        id: SourceId(1),
        source: source_of(&url, config),
    };
    let (engine, mut shown) = start_with(None, Some(beside));
    wait_for(&mut shown, "Ann is not seen", |frame| {
        frame.performers[0].quality.is_measured().then_some(())
    });
    let rate_hz = AtomicU64::new(FRIEND_HZ as u64);
    let heard = || {
        (
            engine.received[1].frames.get(),
            engine.received[1].rate_limited.get(),
        )
    };
    let (calm, before, flooded, after, own, taken, cut) = std::thread::scope(|scope| {
        scope.spawn(|| friend(to, &rate_hz));
        looks(&mut shown, Duration::from_millis(300));
        let first = heard();
        let calm = looks(&mut shown, Duration::from_millis(1200));
        let own = heard().0 - first.0;
        assert_eq!(heard().1, 0, "her own rate is not cut");
        rate_hz.store((FLOOD * FRIEND_HZ) as u64, Ordering::Relaxed);
        // What the flood needs once, it may have once.
        looks(&mut shown, Duration::from_millis(500));
        let (before, begun) = (resident_kib(), heard());
        let flooded = looks(&mut shown, Duration::from_millis(1200));
        let (after, ended) = (resident_kib(), heard());
        rate_hz.store(0, Ordering::Relaxed);
        (
            calm,
            before,
            flooded,
            after,
            own,
            ended.0 - begun.0,
            ended.1 - begun.1,
        )
    });
    for queue in engine.queues() {
        let reading = queue.read();
        assert!(
            reading.most <= reading.capacity,
            "{}: {reading:?}",
            queue.name
        );
    }
    engine.stop();
    let grown_kib = after.saturating_sub(before);
    let share = |(looks, good): (u32, u32)| f64::from(good) / f64::from(looks) * 100.0;
    assert!(cut > taken / 2, "{cut} were cut, {taken} taken");
    assert!(taken >= own, "{taken} beside {own} of her own rate");
    assert!(grown_kib < 256, "{grown_kib} KiB of {before} more");
    assert!(
        share(flooded) >= share(calm) - 5.0,
        "{flooded:?} after {calm:?}"
    );
    println!(
        "PROMISE 17: {cut} of {} datagrams cut; the process holds {grown_kib} KiB of {} MiB more; a wall of 60 Hz finds a new \
         pose of the others in {:.1} % of its pictures, {:.1} % before the flood, test build",
        cut + taken,
        before / 1024,
        share(flooded),
        share(calm)
    );
}
