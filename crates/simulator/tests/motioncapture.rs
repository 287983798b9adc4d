//! Proof by a program that nobody here wrote: PyPI `motioncapture`, which holds Vicon's own client, connects to the
//! simulator and reads the rigid bodies that were sent.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod volume;

use cyc_simulator::servers::{ServerConfig, Simulator, SimulatorConfig, VICON_DATASTREAM};
use glam::{DQuat, DVec3};
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use volume::{CLOCK_STEP_M, Volume};

const FRAMES: usize = 40;
const POSITION_MAX_M: f64 = 1e-6;
const ROTATION_MAX_RAD: f64 = 1e-6;

/// The interpreter that has `motioncapture`; `None` after having said why the test is skipped.
fn peer_python() -> Option<PathBuf> {
    let named = std::env::var_os("CYC_PEER_PYTHON").map(PathBuf::from);
    let cache = std::env::home_dir().map(|h| h.join(".cache/cyclorama/venv"));
    let cached = ["peers/bin/python", "bin/python"].map(|p| cache.clone().map(|c| c.join(p)));
    let found = named.or_else(|| cached.into_iter().flatten().find(|p| p.exists()));
    // Its positions are numpy arrays, but it does not ask for numpy to be installed.
    let works = |p: &PathBuf| {
        let import = Command::new(p)
            .args(["-c", "import motioncapture, numpy"])
            .output();
        import.is_ok_and(|o| o.status.success())
    };
    let usable = found.filter(works);
    if usable.is_none() {
        let required = std::env::var("CYC_PEERS").is_ok_and(|v| v == "required");
        assert!(
            !required,
            "CYC_PEERS=required, but no Python with `motioncapture` and `numpy` was found"
        );
        eprintln!("SKIPPED: no Python with `motioncapture` and `numpy` (set CYC_PEER_PYTHON)");
    }
    usable
}

/// Runs the peer, and ends it when it takes too long.
fn run_peer(python: &PathBuf, address: &str) -> String {
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/peers/read_rigid_bodies.py"
    );
    let mut child = Command::new(python)
        .args([
            script,
            address,
            &FRAMES.to_string(),
            "Clock",
            "Camera",
            "Prop",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if began.elapsed() > Duration::from_secs(30) {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("the peer did not read {FRAMES} frames in 30 s");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut text = String::new();
    let mut out = child.stdout.take().unwrap();
    out.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn the_vendors_client_reads_the_poses_that_were_sent() {
    let Some(python) = peer_python() else {
        return;
    };
    let config = SimulatorConfig {
        servers: vec![ServerConfig::vicon_datastream(
            "127.0.0.1:0".parse().unwrap(),
        )],
        ..SimulatorConfig::default()
    };
    let sim = Simulator::start(config, Box::new(Volume::new(100.0, 2, u64::MAX))).unwrap();
    let address = sim.address_of(VICON_DATASTREAM).unwrap().to_string();
    let text = run_peer(&python, &address);
    let mut last = 0;
    let (mut position_max, mut rotation_max) = (0.0f64, 0.0f64);
    // What a mirrored axis, axes not turned, millimetres for metres, and a transposed rotation would have given.
    let mut seeded_bugs = [0.0f64; 5];
    for line in text.lines() {
        let bodies: serde_json::Value = serde_json::from_str(line).unwrap();
        let number = at(&bodies["Clock"]).x / CLOCK_STEP_M;
        let number = number.round() as u64;
        assert!(number > last, "frame {number} after {last}");
        last = number;
        // Subjects 2, 3, 4 are Clock, Camera, Prop.
        for (name, i) in [("Camera", 3), ("Prop", 4)] {
            let sent = volume::pose(i, 0, number);
            let p = sent.translation().metres();
            // Vicon's axes by hand: X as ours, Y left is our -Z, Z up is our Y.
            let expected = DVec3::new(p.x, -p.z, p.y);
            let got = at(&bodies[name]);
            position_max = position_max.max(got.distance(expected));
            let wrong = [DVec3::new(p.x, p.z, p.y), p, expected / 1000.0];
            let off = wrong.map(|w| got.distance(w));
            let q = sent.rotation();
            let expected = DQuat::from_xyzw(q.x, -q.z, q.y, q.w);
            let got = quat(&bodies[name]);
            rotation_max = rotation_max.max(angle(got, expected));
            let turned = [angle(got, expected.conjugate()), angle(got, q)];
            for (worst, e) in seeded_bugs.iter_mut().zip(off.iter().chain(&turned)) {
                *worst = worst.max(*e);
            }
        }
    }
    eprintln!("worst: {position_max:.2e} m, {rotation_max:.2e} rad over {last} frames");
    assert!(position_max <= POSITION_MAX_M, "{position_max}");
    assert!(rotation_max <= ROTATION_MAX_RAD, "{rotation_max}");
    assert!(
        seeded_bugs.iter().all(|e| *e > 1e-2),
        "a bug would not be seen: {seeded_bugs:?}"
    );
    assert_eq!(text.lines().count(), FRAMES);
}

fn numbers<const N: usize>(v: &serde_json::Value) -> [f64; N] {
    std::array::from_fn(|i| v[i].as_f64().unwrap())
}

fn at(body: &serde_json::Value) -> DVec3 {
    DVec3::from_array(numbers(&body["at"]))
}

fn quat(body: &serde_json::Value) -> DQuat {
    DQuat::from_array(numbers(&body["xyzw"]))
}

/// From the chord, which keeps its precision near zero where the arc cosine does not.
fn angle(a: DQuat, b: DQuat) -> f64 {
    let (near, far) = ((a - b).length(), (a + b).length());
    4.0 * (near.min(far) / 2.0).asin()
}
