//! Fault rows 33 and 34: disks that are full and disks that stall, behind the trait and on a real file system.

use super::super::{
    Disk, DiskSync, GapKind, RecorderOptions, RecorderState, Sealed, TakeItem, TakeRecorder,
};
use super::*;
use std::io;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

/// What a disk is told by a test, and what it has.
#[derive(Default)]
struct Told {
    stalled: bool,
    bytes: Vec<u8>,
    reserved: u64,
    capacity: u64,
    sealed: bool,
}

/// A disk that stalls and fills up as it is told.
#[derive(Clone, Default)]
struct Doctored(Arc<(Mutex<Told>, Condvar)>);

impl Doctored {
    fn of(capacity: u64) -> Self {
        let disk = Self::default();
        disk.tell(|told| told.capacity = capacity);
        disk
    }

    fn tell<T>(&self, tell: impl FnOnce(&mut Told) -> T) -> T {
        let told = tell(&mut self.0.0.lock().unwrap());
        self.0.1.notify_all();
        told
    }
}

impl Disk for Doctored {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let told = self.0.0.lock().unwrap();
        let mut told = self.0.1.wait_while(told, |told| told.stalled).unwrap();
        let length = bytes.len() as u64;
        if told.bytes.len() as u64 + length > told.capacity {
            return Err(io::ErrorKind::StorageFull.into());
        }
        told.bytes.extend_from_slice(bytes);
        told.reserved = told.reserved.saturating_sub(length);
        Ok(())
    }
    fn reserve(&mut self, bytes: u64) -> io::Result<()> {
        let mut told = self.0.0.lock().unwrap();
        if told.bytes.len() as u64 + bytes > told.capacity {
            return Err(io::ErrorKind::StorageFull.into());
        }
        told.reserved = bytes;
        Ok(())
    }
    fn free_bytes(&self) -> io::Result<u64> {
        let told = self.0.0.lock().unwrap();
        Ok(told.capacity - told.bytes.len() as u64)
    }
    fn syncer(&self) -> io::Result<Box<dyn DiskSync>> {
        Ok(Box::new(Keeps))
    }
    fn seal(&mut self) -> io::Result<()> {
        self.tell(|told| told.sealed = true);
        Ok(())
    }
}

struct Keeps;

impl DiskSync for Keeps {
    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn options(tail_bytes: u64) -> RecorderOptions {
    RecorderOptions {
        least_minutes: 0.0,
        tail_bytes: Some(tail_bytes),
        ..RecorderOptions::default()
    }
}

fn recorder(disk: &Doctored, tail_bytes: u64) -> TakeRecorder {
    let disk = Box::new(disk.clone());
    TakeRecorder::on_disk(disk, "a.mcap".as_ref(), &config(), &options(tail_bytes)).unwrap()
}

/// Waits for something that another thread does.
fn until(mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(30), "never");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// One source at 240 Hz with a packet and a stage frame for each frame: frame `i`'s time.
fn at(i: i64) -> HostNs {
    HostNs(1_000_000_000 + i * 4_166_667)
}

fn feed(recorder: &mut TakeRecorder, roster: &Arc<Roster>, range: std::ops::Range<i64>) {
    let mut packet = RawPacket::default();
    for i in range {
        packet.fill(RawKind::Datagram, at(i), None, &[i as u8; 300]);
        recorder.raw(SourceId(0), &packet);
        let mut frame = mocap(roster, 0, i as u64 % 50);
        frame.heard = at(i);
        recorder.mocap(&frame);
        let mut stage = stage(i as u64);
        stage.due = at(i);
        recorder.stage(&stage);
    }
}

/// The frames, stage frames and packets of a take, by their times, and its gaps.
fn content(bytes: &[u8]) -> ([Vec<i64>; 3], Vec<TakeGap>) {
    let mut reader = TakeReader::from_reader(bytes).unwrap();
    let (mut times, mut gaps) = ([const { Vec::new() }; 3], Vec::new());
    while let Some(item) = reader.next_item().unwrap() {
        match item {
            TakeItem::Mocap(frame) => times[0].push(frame.heard.0),
            TakeItem::Stage(frame) => times[1].push(frame.due.0),
            TakeItem::Raw(_, packet) => times[2].push(packet.heard.0),
            TakeItem::Gap(gap) => gaps.push(*gap),
            TakeItem::Event(_) => {}
        }
    }
    (times, gaps)
}

#[test]
fn row_34_a_disk_that_stalls_for_three_seconds_costs_nothing() {
    let disk = Doctored::of(1 << 30);
    let mut recorder = recorder(&disk, 1 << 20);
    let roster = roster(&["LASI", "RASI"]);
    feed(&mut recorder, &roster, 0..240);
    disk.tell(|told| told.stalled = true);
    feed(&mut recorder, &roster, 240..960);
    assert_eq!(recorder.status().state(), RecorderState::Recording);
    disk.tell(|told| told.stalled = false);
    // Three seconds wait; the disk takes them before the next one is heard.
    until(|| recorder.backlog_bytes() < 1 << 16);
    feed(&mut recorder, &roster, 960..1200);
    assert_eq!(recorder.status().dropped(), 0);
    recorder.finish().unwrap();
    let (times, gaps) = disk.tell(|told| content(&told.bytes));
    let expected: Vec<i64> = (0..1200).map(|i| at(i).0).collect();
    assert!(times.iter().all(|t| *t == expected));
    assert!(gaps.is_empty(), "{gaps:?}");
    println!("PROMISE 34: 3 s of 240 Hz wait for the disk, 0 lost");
}

/// Beyond that, raw packets go first, then stage frames, then capture frames; and the take says so.
#[test]
fn row_34_a_longer_stall_leaves_gaps_that_the_take_tells_of() {
    let disk = Doctored::of(1 << 30);
    let mut recorder = recorder(&disk, 1 << 20);
    let roster = roster(&["LASI", "RASI"]);
    feed(&mut recorder, &roster, 0..240);
    until(|| recorder.backlog_bytes() == 0);
    disk.tell(|told| told.stalled = true);
    feed(&mut recorder, &roster, 240..240 * 11);
    assert_eq!(recorder.status().state(), RecorderState::Losing);
    disk.tell(|told| told.stalled = false);
    until(|| recorder.backlog_bytes() == 0);
    feed(&mut recorder, &roster, 240 * 11..240 * 12);
    assert_eq!(recorder.status().state(), RecorderState::Recording);
    let dropped = recorder.status().dropped();
    recorder.finish().unwrap();
    let (times, gaps) = disk.tell(|told| content(&told.bytes));
    assert_eq!(gaps.len(), 3, "{gaps:?}");
    let kinds = [GapKind::Mocap, GapKind::Stage, GapKind::Raw];
    let seconds: Vec<f64> = kinds
        .iter()
        .zip(&times)
        .map(|(kind, times)| {
            let gap = gaps.iter().find(|g| g.what == *kind).unwrap();
            // What is there and what is told to be missing are everything, once.
            let mut all = times.clone();
            all.extend(
                (0..240 * 12)
                    .map(|i| at(i).0)
                    .filter(|t| (gap.from.0..=gap.to.0).contains(t)),
            );
            all.sort_unstable();
            let expected: Vec<i64> = (0..240 * 12).map(|i| at(i).0).collect();
            assert_eq!(all, expected, "{gap:?}");
            assert_eq!(gap.count as usize, 240 * 12 - times.len());
            (gap.from.0 - at(240).0) as f64 / 1e9
        })
        .collect();
    assert_eq!(gaps.iter().map(|g| g.count).sum::<u64>(), dropped);
    let [mocap_s, stage_s, raw_s] = seconds[..] else {
        panic!("{seconds:?}")
    };
    assert!(
        raw_s > 3.9 && stage_s > raw_s && mocap_s > stage_s,
        "{seconds:?}"
    );
    println!(
        "PROMISE 34: a stall of 10 s leaves out packets from {raw_s:.1} s, stage frames from {stage_s:.1} s, frames from \
         {mocap_s:.1} s, all told by gap records"
    );
}

/// Feeds until the recorder has noticed that the disk is full; the number of frames that were admitted. The disk is waited
/// for after every so many frames: what is on its way must find room in the tail.
fn fill(recorder: &mut TakeRecorder, every: i64) -> i64 {
    let roster = roster(&["LASI", "RASI"]);
    for i in 0..1_000_000 {
        let mut frame = mocap(&roster, 0, i as u64 % 50);
        frame.heard = at(i);
        if !recorder.mocap(&frame) {
            assert_eq!(recorder.status().state(), RecorderState::DiskFull);
            return i;
        }
        if i % every == 0 {
            until(|| recorder.backlog_bytes() == 0);
        }
    }
    panic!("never full")
}

#[test]
fn row_33_a_full_disk_seals_the_take_with_everything_before() {
    for (capacity, tail) in [(300_000, 100_000), (1_000_000, 60_000)] {
        let disk = Doctored::of(capacity);
        let mut recorder = recorder(&disk, tail);
        let admitted = fill(&mut recorder, 64);
        // The stage goes on; what comes now is counted.
        let mut late = mocap(&roster(&["LASI", "RASI"]), 0, 1);
        late.heard = at(admitted + 1);
        assert!(!recorder.mocap(&late));
        assert_eq!(recorder.status().after_end.get(), 2);
        let sealed = recorder.finish().unwrap();
        assert!(sealed.disk_was_full);
        let bytes = disk.tell(|told| {
            assert!(told.sealed);
            told.bytes.clone()
        });
        let (times, gaps) = content(&bytes);
        let expected: Vec<i64> = (0..admitted).map(|i| at(i).0).collect();
        assert_eq!(times[0], expected, "nothing is lost before the seal");
        assert!(gaps.is_empty());
        assert!(mcap::Summary::read(&bytes).unwrap().is_some());
    }
}

/// With no room for the index either, the take ends without it, and is whole.
#[test]
fn a_disk_without_room_for_the_index_has_a_take_all_the_same() {
    let disk = Doctored::of(200_000);
    let mut recorder = recorder(&disk, 3000);
    let admitted = fill(&mut recorder, 1);
    assert_eq!(recorder.status().blocks_lost.get(), 0);
    assert!(recorder.finish().unwrap().disk_was_full);
    let bytes = disk.tell(|told| told.bytes.clone());
    assert_eq!(content(&bytes).0[0].len() as i64, admitted);
    assert!(mcap::Summary::read(&bytes).unwrap().is_none());
}

#[test]
fn too_little_room_is_said_before_anything_is_written() {
    let disk = Doctored::of(600_000_000);
    let begin = |least_minutes| {
        let options = RecorderOptions {
            least_minutes,
            ..RecorderOptions::default()
        };
        let disk = Box::new(disk.clone());
        TakeRecorder::on_disk(disk, "a.mcap".as_ref(), &config(), &options).map(drop)
    };
    // 600 MB without the tail's 67 MB, at 2 MB/s: 4.4 minutes.
    match begin(10.0) {
        Err(TakeError::NoRoom { minutes, .. }) => assert_eq!(minutes, 4),
        other => panic!("{other:?}"),
    }
    begin(4.0).unwrap();
}

/// The same on a file system that really is full: 24 MiB of memory, mounted in a name space of its own.
#[test]
fn row_33_a_real_file_system_that_is_full_has_a_whole_take() {
    const IN_MOUNT: &str = "CYC_TEST_SMALL_FILE_SYSTEM";
    if let Some(folder) = std::env::var_os(IN_MOUNT) {
        let path = PathBuf::from(folder).join("a.mcap");
        let mut recorder = TakeRecorder::create(&path, &config(), &options(4 << 20)).unwrap();
        let admitted = fill(&mut recorder, 64);
        let Sealed { path, .. } = recorder.finish().unwrap();
        let bytes = std::fs::read(path).unwrap();
        let expected: Vec<i64> = (0..admitted).map(|i| at(i).0).collect();
        assert_eq!(content(&bytes).0[0], expected);
        let size = bytes.len() >> 20;
        println!(
            "PROMISE 33: a file system of 24 MiB is full; a take of {size} MiB is sealed with all {admitted} frames before"
        );
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().display().to_string();
    let name = "row_33_a_real_file_system_that_is_full_has_a_whole_take";
    let script = format!(
        "mount -t tmpfs -o size=24m tmpfs '{folder}' && exec \"$0\" --exact --nocapture \
         take_file::tests::disks::{name}"
    );
    let program = std::env::current_exe().unwrap();
    let output = std::process::Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script])
        .arg(program)
        .env(IN_MOUNT, &folder)
        .output();
    let said = |o: &std::process::Output| {
        let [out, err] = [&o.stdout, &o.stderr].map(|t| String::from_utf8_lossy(t).into_owned());
        (out, err)
    };
    match output.map(|o| (o.status.success(), said(&o))) {
        Ok((true, (out, _))) => out
            .lines()
            .filter(|line| line.starts_with("PROMISE"))
            .for_each(|line| println!("{line}")),
        Ok((false, (out, err))) if out.contains("running 1 test") => panic!("{out}{err}"),
        other => eprintln!("SKIPPED: no file system can be mounted here: {other:?}"),
    }
}

#[test]
fn a_take_whose_folder_is_removed_while_it_is_written_is_whole() {
    let outer = tempfile::tempdir().unwrap();
    let path = outer.path().join("day 1/a.take.mcap");
    std::fs::create_dir(path.parent().unwrap()).unwrap();
    let mut disk = FileDisk::create(&path, false).unwrap();
    disk.append(b"before ").unwrap();
    let mut syncer = disk.syncer().unwrap();
    for words in [&b"between "[..], b"after"] {
        std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
        disk.append(words).unwrap();
        syncer.sync().unwrap();
        assert!(disk.part().exists());
    }
    std::fs::remove_file(disk.part()).unwrap();
    disk.seal().unwrap();
    assert_eq!(std::fs::read(&path).unwrap(), b"before between after");
}
