//! Programs that nobody here wrote, run as children: finding their Python, starting them, ending them.
#![allow(dead_code, reason = "each test uses its part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use glam::{DQuat, DVec3};
use serde_json::Value;
use std::io::Read;
use std::net::UdpSocket;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long a program may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// The interpreter that has the modules; `None` after having said why the test is skipped.
pub fn python(modules: &str) -> Option<PathBuf> {
    let named = std::env::var_os("CYC_PEER_PYTHON").map(PathBuf::from);
    let cache = std::env::home_dir().map(|h| h.join(".cache/cyclorama/venv"));
    let cached = ["peers/bin/python", "bin/python"].map(|p| cache.clone().map(|c| c.join(p)));
    let found = named.or_else(|| cached.into_iter().flatten().find(|p| p.exists()));
    let works = |p: &PathBuf| {
        let import = format!("import {modules}");
        let import = Command::new(p).args(["-c", &import]).output();
        import.is_ok_and(|o| o.status.success())
    };
    let usable = found.filter(works);
    if usable.is_none() {
        let required = std::env::var("CYC_PEERS").is_ok_and(|v| v == "required");
        assert!(!required, "CYC_PEERS=required, but no Python has {modules}");
        eprintln!("SKIPPED: no Python has {modules} (set CYC_PEER_PYTHON)");
    }
    usable
}

/// Runs a script of `tests/peers`, and ends it when it takes too long; what it printed, a JSON object a line.
pub fn run(python: &PathBuf, script: &str, arguments: &[&str]) -> Vec<Value> {
    let script = format!("{}/tests/peers/{script}", env!("CARGO_MANIFEST_DIR"));
    let mut child = Command::new(python)
        .arg(script)
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = child.stdout.take().unwrap();
    // Read while it runs: a full pipe would stop it.
    let reader = std::thread::Builder::new().name("read-peer".into());
    let reader = reader.spawn(move || {
        let mut text = String::new();
        out.read_to_string(&mut text).unwrap();
        text
    });
    let reader = reader.unwrap();
    let began = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if began.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!(
                "{arguments:?} did not end; it said {}",
                reader.join().unwrap()
            );
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let text = reader.join().unwrap();
    // Some libraries print remarks of their own.
    let objects = text.lines().filter(|l| l.starts_with('{'));
    objects
        .map(|l| serde_json::from_str(l).unwrap_or_else(|_| panic!("{l}")))
        .collect()
}

/// A port that nobody has at the moment.
pub fn free_port() -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap().port()
}

pub fn numbers<const N: usize>(v: &Value) -> [f64; N] {
    std::array::from_fn(|i| v[i].as_f64().unwrap_or(f64::NAN))
}

pub fn point(v: &Value) -> DVec3 {
    DVec3::from_array(numbers(v))
}

pub fn quaternion(v: &Value) -> DQuat {
    DQuat::from_array(numbers(v))
}

/// From the chord, which keeps its precision near zero where the arc cosine does not.
pub fn angle(a: DQuat, b: DQuat) -> f64 {
    let (near, far) = ((a - b).length(), (a + b).length());
    4.0 * (near.min(far) / 2.0).asin()
}

/// The largest differences between what was sent and what was read.
#[derive(Debug, Default)]
pub struct Worst {
    pub metres: f64,
    pub radians: f64,
    /// What a mirrored axis and a transposed rotation would have given, at least.
    mirrored: f64,
    transposed: f64,
    pub poses: usize,
}

impl Worst {
    pub fn pose(&mut self, (at, turn): (DVec3, DQuat), sent: (DVec3, DQuat)) {
        self.point(at, sent.0);
        self.radians = self.radians.max(angle(turn, sent.1));
        self.transposed = self.transposed.max(angle(turn, sent.1.conjugate()));
        self.poses += 1;
    }

    pub fn point(&mut self, at: DVec3, sent: DVec3) {
        assert!(at.is_finite(), "{at} for {sent}");
        self.metres = self.metres.max(at.distance(sent));
        let mirrored = DVec3::new(sent.x, sent.y, -sent.z);
        self.mirrored = self.mirrored.max(at.distance(mirrored));
    }

    #[track_caller]
    pub fn judge(&self, what: &str, metres: f64, radians: f64) {
        eprintln!(
            "{what}: {:.1e} m, {:.1e} rad in {} poses",
            self.metres, self.radians, self.poses
        );
        assert!(
            self.metres <= metres && self.radians <= radians,
            "{what}: {self:?}"
        );
        let seen = self.mirrored > 0.1 && (self.poses == 0 || self.transposed > 0.1);
        assert!(seen, "{what}: a bug would not be seen: {self:?}");
    }
}
