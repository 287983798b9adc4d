//! Takes, C3D and BVH files from strangers: damaged anywhere they are refused or read, within bounded memory, and never panic.
//!
//! The committed takes of every version are the corpus of takes, once as they are and once with the sums of their chunks
//! taken out, so that damage is not stopped by them. `cargo xtask fuzz take c3d bvh` runs the same for longer, in release.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../c3d_writer/mod.rs"]
mod c3d_writer;
#[path = "../../../wire/tests/fuzz/mutation.rs"]
mod mutation;

use c3d_writer::{C3dFile, Form};
use cyc_allocation::{CountingAllocator, bytes_held};
use cyc_take::bvh::BvhReadOptions;
use cyc_take::{TakeItem, TakeReader, bvh, c3d};
use mutation::Mutator;
use std::io::Cursor;
use std::path::PathBuf;
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// Damaged inputs a target in the ordinary run.
const RUNS: u64 = 3000;

/// Bytes that reading a file of some kilobytes may hold at any moment: a chunk of a take as large as it may be, and frames.
const HELD_MAX: usize = 64 << 20;

/// What is read, and from which files.
struct Target {
    name: &'static str,
    seeds: fn() -> Vec<Vec<u8>>,
    /// Whether it could be read, and how much was held meanwhile.
    read: fn(&[u8]) -> (bool, usize),
}

const TARGETS: [Target; 3] = [
    Target {
        name: "take",
        seeds: takes,
        read: read_take,
    },
    Target {
        name: "c3d",
        seeds: c3ds,
        read: read_c3d,
    },
    Target {
        name: "bvh",
        seeds: bvhs,
        read: read_bvh,
    },
];

/// An MCAP chunk: its opcode, and where in it the sum of its content stands (the MCAP specification, "Chunk").
const CHUNK: u8 = 6;
const CHUNK_SUM: usize = 24;

/// The same take with the sum of each chunk zero, which means that there is none.
fn without_sums(take: &[u8]) -> Vec<u8> {
    let mut bytes = take.to_vec();
    let mut at = 8;
    while let Some(head) = bytes.get(at..at + 9) {
        let length = u64::from_le_bytes(head[1..].try_into().unwrap()) as usize;
        let content = at + 9;
        if head[0] == CHUNK {
            bytes[content + CHUNK_SUM..][..4].fill(0);
        }
        at = content.saturating_add(length);
    }
    bytes
}

fn takes() -> Vec<Vec<u8>> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/versions"));
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    files.sort();
    let whole: Vec<Vec<u8>> = files.iter().map(|f| std::fs::read(f).unwrap()).collect();
    assert!(whole.len() >= 3);
    let bare = whole.iter().map(|take| without_sums(take));
    bare.chain(whole.iter().cloned()).collect()
}

/// Reads a take to its end or to what is wrong with it.
fn read_take(bytes: &[u8]) -> (bool, usize) {
    let before = bytes_held();
    let mut held = 0;
    let Ok(mut reader) = TakeReader::from_reader(Cursor::new(bytes)) else {
        return (false, held);
    };
    loop {
        held = held.max(bytes_held().saturating_sub(before));
        match reader.next_item() {
            Ok(Some(TakeItem::Mocap(frame))) => {
                let points = frame.markers.iter().flatten();
                points.for_each(|p| assert!(p.metres().is_finite()));
            }
            Ok(Some(TakeItem::Stage(frame))) => {
                let performers = 0..frame.performers.len();
                let joints = performers.flat_map(|p| frame.joints_of_performer(p));
                joints.for_each(|j| assert!(j.translation().metres().is_finite()));
            }
            Ok(Some(_)) => {}
            Ok(None) => return (true, held),
            Err(_) => return (false, held),
        }
    }
}

fn c3ds() -> Vec<Vec<u8>> {
    let point = |f: usize, p: usize| Some(([f as f32, 100.0 * p as f32, 7.0], 0));
    let frames = |points: usize| (0..12).map(move |f| (0..points).map(|p| point(f, p)).collect());
    let mut files = Vec::new();
    for form in Form::ALL {
        for floats in [true, false] {
            let mut file = C3dFile::new(form, floats, &["A", "B", "C"], frames(3).collect());
            files.push(file.bytes());
            file.analog_per_frame = 2;
            files.push(file.bytes());
        }
    }
    files
}

fn read_c3d(bytes: &[u8]) -> (bool, usize) {
    let before = bytes_held();
    let Ok(take) = c3d::read(bytes) else {
        return (false, 0);
    };
    let points = take.points().iter().flatten();
    points.for_each(|p| assert!(p.metres().is_finite()));
    (true, bytes_held().saturating_sub(before))
}

fn bvhs() -> Vec<Vec<u8>> {
    let chain = "HIERARCHY\nROOT Hips\n{\n OFFSET 0 0 0\n CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation \
        Yrotation\n JOINT Spine\n {\n  OFFSET 0 95 0\n  CHANNELS 3 Zrotation Xrotation Yrotation\n  End Site\n  {\n   \
        OFFSET 0 75.5 0\n  }\n }\n}\nMOTION\nFrames: 3\nFrame Time: 0.0083333\n0 90 0 1 2 3 4 5 6\n0 90.5 0 -1e1 2 3 4 5 \
        6\n1 91 0 1 2 3 4 .5 6\n";
    let flat = "HIERARCHY\r\nROOT A\r\n{\r\n OFFSET 1 2 3\r\n CHANNELS 3 Xrotation Yrotation Zrotation\r\n JOINT B\r\n {\r\n  \
        OFFSET 1 0 0\r\n  CHANNELS 3 Xrotation Yrotation Zrotation\r\n  End Site\r\n  {\r\n   OFFSET 0.7 0 0\r\n  \
        }\r\n }\r\n}\r\nMOTION\r\nFrames: 2\r\nFrame Time: 0.01\r\n1 2 3 4 5 6\r\n4 5 6 7 8 9\r\n";
    vec![chain.into(), flat.into()]
}

fn read_bvh(bytes: &[u8]) -> (bool, usize) {
    let before = bytes_held();
    let Ok(clip) = bvh::read(bytes, &BvhReadOptions::default()) else {
        return (false, 0);
    };
    for frame in 0..clip.frame_count() {
        for local in clip.locals(frame) {
            assert!(local.translation().metres().is_finite());
            assert!((local.rotation().length() - 1.0).abs() < 1e-6);
        }
    }
    (true, bytes_held().saturating_sub(before))
}

/// Damages until the runs are done or the time is over: runs, how many could be read, and the longest of them.
fn damage(target: &Target, seed: u64, runs: u64, time: Duration) -> (u64, u64, Duration) {
    let (seeds, mut mutator) = ((target.seeds)(), Mutator::new(seed));
    let (mut input, mut done, mut survived, mut longest) = (Vec::new(), 0, 0, Duration::ZERO);
    let began = Instant::now();
    while done < runs && began.elapsed() < time {
        mutator.next(&seeds, &mut input);
        let started = Instant::now();
        let outcome = std::panic::catch_unwind(|| (target.read)(&input));
        let Ok((is_read, held)) = outcome else {
            let hex: String = input.iter().map(|b| format!("{b:02x}")).collect();
            panic!("{}: run {done} of seed {seed}: {hex}", target.name);
        };
        longest = longest.max(started.elapsed());
        survived += u64::from(is_read);
        assert!(
            held < HELD_MAX,
            "{}: run {done} of seed {seed} holds {held} bytes",
            target.name
        );
        done += 1;
    }
    (done, survived, longest)
}

#[test]
fn damaged_files_are_survived() {
    for target in &TARGETS {
        for seed in (target.seeds)() {
            let (is_read, _) = (target.read)(&seed);
            assert!(
                is_read,
                "a file of the corpus of {} is refused",
                target.name
            );
        }
        let (runs, survived, _) = damage(target, 1, RUNS, Duration::from_secs(60));
        // Some damage is harmless, and some is not.
        assert!(
            survived > 0 && survived < runs,
            "{}: {survived} of {runs}",
            target.name
        );
    }
}

#[test]
fn files_that_are_cut_anywhere_are_survived() {
    for target in &TARGETS {
        for seed in (target.seeds)() {
            let step = 1 + seed.len() / 500;
            for cut in (0..seed.len()).step_by(step) {
                let (_, held) = (target.read)(&seed[..cut]);
                assert!(held < HELD_MAX, "{}: cut at {cut}", target.name);
            }
        }
    }
}

/// For `cargo xtask fuzz`, which sets the variables.
#[test]
#[ignore = "runs for as long as it is told; see cargo xtask fuzz"]
fn fuzz() {
    let number = |name: &str, usual: u64| {
        let value = std::env::var(name).ok().map(|v| v.parse().unwrap());
        value.unwrap_or(usual)
    };
    let (seconds, seed) = (number("CYC_FUZZ_SECONDS", 60), number("CYC_FUZZ_SEED", 1));
    let wanted = std::env::var("CYC_FUZZ_TARGETS").unwrap_or_default();
    let wanted: Vec<&str> = wanted.split_whitespace().collect();
    let is_wanted = |t: &&Target| wanted.is_empty() || wanted.contains(&t.name);
    let chosen: Vec<_> = TARGETS.iter().filter(is_wanted).collect();
    assert!(!chosen.is_empty(), "no target is called {wanted:?}");
    let each = Duration::from_secs(seconds) / chosen.len() as u32;
    for target in chosen {
        let began = Instant::now();
        let (runs, survived, longest) = damage(target, seed, u64::MAX, each);
        let per_run = began.elapsed().as_secs_f64() * 1e6 / runs as f64;
        eprintln!(
            "fuzz: {}: {runs} runs, {per_run:.2} us each, {survived} read, longest {longest:?}, no panic",
            target.name
        );
    }
}
