//! Proof by a program that nobody here wrote: PyPI `motioncapture`, which holds Vicon's own client, connects to
//! `cyc sim` and reads the poses of the film camera and the prop that the truth file holds.
//!
//! The client tells no frame numbers. A pose is looked for among the truth's frames by the camera's position, going
//! only forwards, and the prop must be that of the same frame.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use glam::{DQuat, DVec3};
use program::Running;
use serde_json::Value;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

const FRAMES: usize = 60;
const POSITION_MAX_M: f64 = 1e-4;
const ROTATION_MAX_RAD: f64 = 1e-4;
const BODIES: [&str; 2] = ["FilmCamera", "Staff"];

/// The interpreter that has `motioncapture`; `None` after having said why the test is skipped.
fn peer_python() -> Option<PathBuf> {
    let named = std::env::var_os("CYC_PEER_PYTHON").map(PathBuf::from);
    let cached = std::env::home_dir().map(|h| h.join(".cache/cyclorama/venv/bin/python"));
    let found = named.or(cached.filter(|p| p.exists()));
    let works = |p: &PathBuf| {
        let import = Command::new(p)
            .args(["-c", "import motioncapture"])
            .output();
        import.is_ok_and(|o| o.status.success())
    };
    let usable = found.filter(works);
    if usable.is_none() {
        let required = std::env::var("CYC_PEERS").is_ok_and(|v| v == "required");
        assert!(
            !required,
            "CYC_PEERS=required, but no Python with `motioncapture` was found"
        );
        eprintln!("SKIPPED: no Python with `motioncapture` (set CYC_PEER_PYTHON)");
    }
    usable
}

/// Runs the peer, and ends it when it takes too long.
fn run_peer(python: &PathBuf, address: &str) -> String {
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../simulator/tests/peers/read_rigid_bodies.py"
    );
    let mut child = Command::new(python)
        .args([script, address, &FRAMES.to_string()])
        .args(BODIES)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if began.elapsed() > program::PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("the peer did not read {FRAMES} frames");
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let mut text = String::new();
    let mut out = child.stdout.take().unwrap();
    out.read_to_string(&mut text).unwrap();
    text
}

/// The bodies' poses, frame by frame: metres and x, y, z, w, in Vicon's axes.
type Frames = Vec<[(DVec3, DQuat); 2]>;

fn truth(path: &Path) -> Frames {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text
        .lines()
        .map(|l| serde_json::from_str::<Value>(l).unwrap());
    assert_eq!(lines.next().unwrap()["cyclorama_truth"], 1);
    let pose = |v: &Value| {
        let [x, y, z, qx, qy, qz, qw] = numbers(v);
        let q = DQuat::from_xyzw(qx, qy, qz, qw);
        (DVec3::new(x, y, z) / 1000.0, q)
    };
    lines
        .map(|frame| BODIES.map(|name| pose(&frame["bodies"][name]["vicon_mm"])))
        .collect()
}

fn heard(text: &str) -> Frames {
    let pose = |v: &Value| {
        let at = DVec3::from_array(numbers(&v["at"]));
        (at, DQuat::from_array(numbers(&v["xyzw"])))
    };
    text.lines()
        .map(|l| serde_json::from_str::<Value>(l).unwrap())
        .map(|frame| BODIES.map(|name| pose(&frame[name])))
        .collect()
}

#[test]
fn the_vendors_client_reads_the_poses_that_the_truth_holds() {
    let Some(python) = peer_python() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("truth.jsonl");
    let file = path.to_string_lossy();
    let sim = Running::start(&[
        "sim",
        "vicon",
        "--json",
        "--bind",
        "127.0.0.1:0",
        "--seed",
        "7",
        "--truth",
        &*file,
    ]);
    let address = sim.address("vicon");
    let text = run_peer(&python, &address);
    let (code, object) = sim.interrupt();
    assert_eq!(code, Some(0));
    let object: Value = serde_json::from_str(&object).unwrap();
    assert_eq!(object["servers"][0]["address"], address.as_str());
    assert!(object["frames_sent"].as_u64().unwrap() >= FRAMES as u64);
    assert_eq!(object["clients"], 1);

    let (sent, heard) = (truth(&path), heard(&text));
    assert_eq!(heard.len(), FRAMES);
    let (mut from, mut position_max, mut rotation_max) = (0, 0.0f64, 0.0f64);
    for (i, got) in heard.iter().enumerate() {
        let distance = |k: &usize| sent[*k][0].0.distance(got[0].0);
        let nearest = (from..sent.len()).min_by(|a, b| distance(a).total_cmp(&distance(b)));
        let k = nearest.unwrap_or_else(|| panic!("frame {i} comes after the end of the truth"));
        for (place, (at, turned)) in got.iter().enumerate() {
            position_max = position_max.max(at.distance(sent[k][place].0));
            rotation_max = rotation_max.max(angle(*turned, sent[k][place].1));
        }
        from = k + 1;
    }
    eprintln!("worst of {FRAMES} frames: {position_max:.2e} m, {rotation_max:.2e} rad");
    assert!(position_max <= POSITION_MAX_M, "{position_max}");
    assert!(rotation_max <= ROTATION_MAX_RAD, "{rotation_max}");
    let travelled = heard[0][0].0.distance(heard[FRAMES - 1][0].0);
    assert!(
        travelled > 10.0 * POSITION_MAX_M,
        "the camera stood still, which proves nothing"
    );
}

fn numbers<const N: usize>(v: &Value) -> [f64; N] {
    std::array::from_fn(|i| v[i].as_f64().unwrap())
}

/// From the chord, which keeps its precision near zero where the arc cosine does not.
fn angle(a: DQuat, b: DQuat) -> f64 {
    let (near, far) = ((a - b).length(), (a + b).length());
    4.0 * (near.min(far) / 2.0).asin()
}
