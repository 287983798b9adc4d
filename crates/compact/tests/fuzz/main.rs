//! Compact takes from strangers: damaged anywhere, with their checksums mended or not, they are refused or decoded, within
//! bounded memory, and never panic.
//!
//! The corpus is under `tests/corpus/compact`. `cargo xtask fuzz compact` runs the same for longer, in release. A crash is
//! added to the corpus with a name that says what it broke.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../../../wire/tests/fuzz/mutation.rs"]
mod mutation;

use cyc_allocation::{CountingAllocator, bytes_held};
use cyc_compact::{CompactError, CompactTake, PackOptions, Track, pack};
use cyc_model::{JointFrame, Point, Xf};
use glam::{DQuat, DVec3};
use mutation::Mutator;
use std::path::PathBuf;
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// Damaged inputs in the ordinary run.
const RUNS: u64 = 20_000;

/// Bytes that reading a file of a few kilobytes may hold: what the cursors of a track keep, and tables.
const HELD_MAX: usize = 64 << 20;

/// Where the header's length, its checksum and the header are.
const LENGTH: usize = 9;
const CHECKSUM: usize = 13;
const HEADER: usize = 17;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/compact"))
}

fn seeds() -> Vec<Vec<u8>> {
    let mut files: Vec<_> = std::fs::read_dir(folder())
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= 3);
    files.iter().map(|f| std::fs::read(f).unwrap()).collect()
}

/// Mends the checksum of the header, and those of the chunks as far as the header still lists them where it did: for that
/// the old sums are replaced wherever they stand in it.
fn mended(whole: &[u8], damaged: &mut [u8]) {
    let end = |file: &[u8]| {
        let length = file.get(LENGTH..CHECKSUM)?;
        let length = u32::from_le_bytes(length.try_into().ok()?) as usize;
        (HEADER + length <= file.len()).then_some(HEADER + length)
    };
    let (Some(old_end), Some(new_end)) = (end(whole), end(damaged)) else {
        return;
    };
    if whole.len() == damaged.len() && old_end == new_end {
        let old = crc32fast::hash(&whole[old_end..]).to_le_bytes();
        let new = crc32fast::hash(&damaged[new_end..]).to_le_bytes();
        let place = damaged[HEADER..new_end].windows(4).position(|w| w == old);
        if let Some(place) = place {
            damaged[HEADER + place..HEADER + place + 4].copy_from_slice(&new);
        }
    }
    let sum = crc32fast::hash(&damaged[HEADER..new_end]).to_le_bytes();
    damaged[CHECKSUM..HEADER].copy_from_slice(&sum);
}

/// Reads all there is; whatever the bytes, what comes out is finite and rotations are rotations. Whether any frame came.
fn read_all(bytes: &[u8]) -> Result<usize, CompactError> {
    let take = CompactTake::open(bytes.to_vec())?;
    let tracks: Vec<_> = take.tracks().map(|t| (t.frames, t.shape)).collect();
    let mut read = 0;
    for (t, (frames, shape)) in tracks.into_iter().enumerate() {
        let mut cursor = take.cursor(t).unwrap();
        let mut locals = vec![Xf::<JointFrame, JointFrame>::IDENTITY; shape.joints];
        // Some of very many.
        for f in (0..frames).step_by(frames / 64 + 1) {
            let frame = cursor.frame(f)?;
            assert_eq!(frame.numbers().len(), shape.numbers);
            for point in frame.points().flatten() {
                assert!(point.metres().is_finite());
            }
            frame.locals(&mut locals);
            for local in &locals {
                assert!(local.translation().metres().is_finite());
                assert!((local.rotation().length() - 1.0).abs() < 1e-6);
            }
            read += 1;
        }
    }
    Ok(read)
}

fn damage(seed: u64, runs: u64, time: Duration) -> (u64, u64, Duration) {
    let seeds = seeds();
    let mut mutator = Mutator::new(seed);
    let (mut input, mut done, mut survived, mut longest) = (Vec::new(), 0, 0, Duration::ZERO);
    let began = Instant::now();
    while done < runs && began.elapsed() < time {
        let own = seeds.len() as u64;
        let whole = &seeds[(done % own) as usize];
        mutator.next(std::slice::from_ref(whole), &mut input);
        if done % 4 != 3 {
            mended(whole, &mut input);
        }
        let (held, started) = (bytes_held(), Instant::now());
        let outcome = std::panic::catch_unwind(|| read_all(&input));
        let Ok(outcome) = outcome else {
            let hex: String = input.iter().map(|b| format!("{b:02x}")).collect();
            panic!("run {done} of seed {seed}: {hex}");
        };
        survived += u64::from(outcome.is_ok());
        longest = longest.max(started.elapsed());
        let grown = bytes_held().saturating_sub(held);
        assert!(
            grown < HELD_MAX,
            "run {done} of seed {seed} holds {grown} bytes"
        );
        done += 1;
    }
    (done, survived, longest)
}

#[test]
fn damaged_files_are_survived() {
    let (runs, survived, _) = damage(1, RUNS, Duration::from_secs(60));
    assert!(runs > RUNS / 100, "{runs} runs in a minute");
    // Mended checksums let damage through to where it is decoded.
    assert!(survived > 0 && survived < runs, "{survived} of {runs}");
}

#[test]
fn a_file_that_is_cut_anywhere_is_refused() {
    for whole in seeds() {
        assert!(read_all(&whole).is_ok());
        for cut in 0..whole.len() {
            let refused = CompactTake::open(whole[..cut].to_vec()).unwrap_err();
            let expected = matches!(
                refused,
                CompactError::NotCompact | CompactError::Truncated { .. }
            );
            assert!(expected, "cut at {cut}: {refused:?}");
        }
        let mut longer = whole.clone();
        longer.push(0);
        assert!(CompactTake::open(longer).is_err());
    }
}

#[test]
fn every_flipped_bit_is_noticed() {
    for whole in seeds() {
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << (at % 8);
            let found = CompactTake::open(flipped).and_then(|t| t.check());
            assert!(found.is_err(), "byte {at}");
        }
    }
}

/// A few hundred bytes may claim much; nothing is made of it.
#[test]
fn claims_are_checked_before_memory_is_taken() {
    for whole in seeds() {
        for at in HEADER..whole.len().min(HEADER + 400) {
            let mut claimed = whole.clone();
            claimed.splice(at..at, [0xff; 4]);
            mended(&whole, &mut claimed);
            let held = bytes_held();
            let outcome = read_all(&claimed);
            assert!(
                bytes_held().saturating_sub(held) < HELD_MAX,
                "byte {at}: {outcome:?}"
            );
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
    let seconds = number("CYC_FUZZ_SECONDS", 60);
    let began = Instant::now();
    let (runs, survived, longest) = damage(
        number("CYC_FUZZ_SEED", 1),
        u64::MAX,
        Duration::from_secs(seconds),
    );
    let per_run = began.elapsed().as_secs_f64() * 1e6 / runs as f64;
    eprintln!(
        "fuzz: compact: {runs} runs, {per_run:.2} us each, {survived} decoded, longest {longest:?}, no panic"
    );
}

/// Makes what the corpus begins with; takes the place of no file.
#[test]
#[ignore = "writes the first files of an empty corpus"]
fn write_corpus() {
    let pose = |f: usize, j: usize| {
        let t = f as f64 * 0.05 + j as f64;
        let q = DQuat::from_axis_angle(DVec3::Y, t.sin() * (1 + j) as f64);
        Xf::new(
            q,
            DVec3::new(0.1 * j as f64, if j == 0 { t.cos() } else { 0.3 }, 0.0),
        )
        .unwrap()
    };
    let poses = |frames: usize, joints: usize| Track {
        name: "poses".into(),
        frames,
        parents: (0..joints)
            .map(|j| j.checked_sub(1).map(|p| p as u16))
            .collect(),
        locals: (0..frames)
            .flat_map(|f| (0..joints).map(move |j| pose(f, j)))
            .collect(),
        ..Track::default()
    };
    let cloud = Track {
        name: "cloud".into(),
        description: vec![7; 20],
        frames: 60,
        numbers: (0..120).map(|i| i * i).collect(),
        points: (0..180)
            .map(|i| {
                Point::new(DVec3::new(f64::from(i), 0.01 * f64::from(i % 3), 1.0))
                    .filter(|_| i % 11 != 0)
            })
            .collect(),
        ..Track::default()
    };
    let files = [
        ("poses", vec![poses(50, 3)]),
        ("spins", vec![poses(8, 9)]),
        ("cloud", vec![cloud]),
        ("empty", vec![]),
        ("no_frames", vec![poses(0, 2)]),
    ];
    for (name, tracks) in files {
        let path = folder().join(name);
        assert!(!path.exists());
        std::fs::write(
            path,
            pack(b"corpus", &tracks, PackOptions::default()).unwrap(),
        )
        .unwrap();
    }
}
