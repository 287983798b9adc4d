//! A door that somebody leans against: the stage behind it goes on as if nobody did.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use program::{Running, root};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long the stage is watched in peace, and how long under attack.
const WATCHED: Duration = Duration::from_secs(3);
/// Connections that say a byte a second.
const SLOW: usize = 300;

fn stage_file(folder: &Path, stream: &str) -> String {
    let text = std::fs::read_to_string(root().join("rigs/stages/demo.toml")).unwrap();
    let free = UdpSocket::bind("127.0.0.1:0").unwrap();
    let datagrams = free.local_addr().unwrap().to_string();
    let text = text
        .replace("127.0.0.1:8801", stream)
        .replace("127.0.0.1:51001", &datagrams)
        .replace("../markersets", "rigs/markersets")
        .replace("../../assets", "assets");
    let path = folder.join("stage.toml");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn ask(door: &Value, token: &str, head: &str, body: &[u8]) -> Option<(u16, Vec<u8>)> {
    let mut stream = TcpStream::connect(door["address"].as_str()?).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .ok()?;
    stream
        .set_write_timeout(Some(Duration::from_secs(10)))
        .ok()?;
    let request = format!(
        "{head} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(request.as_bytes()).ok()?;
    // A server that refuses early closes before it has read everything.
    let _ = stream.write_all(body);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let status = std::str::from_utf8(answer.get(9..12)?).ok()?.parse().ok()?;
    let body = answer.windows(4).position(|w| w == b"\r\n\r\n")? + 4;
    Some((status, answer.get(body..)?.to_vec()))
}

fn state(door: &Value) -> Value {
    let token = door["view"].as_str().unwrap();
    let until = Instant::now() + program::PATIENCE;
    loop {
        if let Some((200, body)) = ask(door, token, "GET /v1/state", b"") {
            return serde_json::from_slice(&body).unwrap();
        }
        assert!(Instant::now() < until, "nobody opens");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Frames heard in a while, and how many were lost.
fn watch(door: &Value) -> (u64, u64) {
    let of = |s: &Value, what: &str| s["sources"][0][what].as_u64().unwrap();
    let before = state(door);
    std::thread::sleep(WATCHED);
    let after = state(door);
    (
        of(&after, "frames") - of(&before, "frames"),
        of(&after, "frames_lost") - of(&before, "frames_lost"),
    )
}

/// Resident memory of the stage, KiB.
fn memory_kib(door: &Value) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", door["pid"])).unwrap();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[derive(Default)]
struct Attack {
    guesses: AtomicU64,
    let_in: AtomicU64,
    over: AtomicBool,
}

impl Attack {
    /// Guesses tokens and sends bodies of 8 MiB.
    fn push(&self, door: &Value) {
        let large = vec![b' '; 8 << 20];
        while !self.over.load(Ordering::Relaxed) {
            for _ in 0..2 {
                let guess = format!("{:064x}", self.guesses.fetch_add(1, Ordering::Relaxed));
                if let Some((200, _)) = ask(door, &guess, "GET /v1/state", b"") {
                    self.let_in.fetch_add(1, Ordering::Relaxed);
                }
            }
            let token = door["operate"].as_str().unwrap();
            let answer = ask(door, token, "POST /v1/commands", &large);
            assert!(answer.is_none_or(|(status, _)| status == 413 || status == 503));
        }
    }
}

#[test]
fn row_41_abuse_of_the_door_costs_the_show_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let system = Running::start(&["sim", "vicon", "--bind", ":0", "--json"]);
    let stage = stage_file(folder.path(), &system.address("vicon"));
    let stage = Running::start(&["run", &stage, "--no-picture", "--json"]);
    let told = stage.line_with(".door.json");
    let path = told.split_whitespace().find(|w| w.contains(".door.json"));
    let path = path.unwrap().trim_end_matches('.');
    let door: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let until = Instant::now() + program::PATIENCE;
    while state(&door)["sources"][0]["state"] != "live" {
        assert!(Instant::now() < until, "no frames");
        std::thread::sleep(Duration::from_millis(50));
    }
    let (in_peace, lost_in_peace) = watch(&door);
    let before_kib = memory_kib(&door);
    let attack = Arc::new(Attack::default());
    let push = |_| {
        let (attack, door) = (Arc::clone(&attack), door.clone());
        let thread = std::thread::Builder::new().name("attack".into());
        thread.spawn(move || attack.push(&door)).unwrap()
    };
    let pushing: Vec<_> = (0..16).map(push).collect();
    // Half-open requests hold every place that there is, and say a byte now and then.
    let address = door["address"].as_str().unwrap();
    let mut slow: Vec<TcpStream> = (0..SLOW)
        .filter_map(|_| TcpStream::connect(address).ok())
        .collect();
    for stream in &mut slow {
        let _ = stream.write_all(b"GET /v1/state HTTP/1.1\r\nX-Slow: ");
    }
    let of = |s: &Value, what: &str| s["sources"][0][what].as_u64().unwrap();
    let began = state(&door);
    std::thread::sleep(WATCHED);
    drop(slow);
    attack.over.store(true, Ordering::Relaxed);
    for thread in pushing {
        thread.join().unwrap();
    }
    let ended = state(&door);
    let frames = of(&ended, "frames") - of(&began, "frames");
    let lost = of(&ended, "frames_lost") - of(&began, "frames_lost");
    let seconds = ended["uptime_s"].as_f64().unwrap() - began["uptime_s"].as_f64().unwrap();
    let grown_kib = memory_kib(&door).saturating_sub(before_kib);
    let share = |frames: u64, lost: u64| 100.0 * frames as f64 / (frames + lost).max(1) as f64;
    println!(
        "PROMISE 41: {:.1} % of the frames arrive in peace, {:.1} % under {SLOW} half-open requests, {} guessed tokens and \
         bodies of 8 MiB; {grown_kib} KiB more memory (test build)",
        share(in_peace, lost_in_peace),
        share(frames, lost),
        attack.guesses.load(Ordering::Relaxed)
    );
    assert_eq!(attack.let_in.load(Ordering::Relaxed), 0);
    assert!(
        attack.guesses.load(Ordering::Relaxed) > 40,
        "an attack that was none"
    );
    // The source's rate is kept, whatever the door is busy with.
    let rate_hz = (frames + lost) as f64 / seconds;
    assert!((rate_hz - 120.0).abs() < 25.0, "{rate_hz}");
    assert!(grown_kib < 64 << 10, "{grown_kib} KiB");
    // The operator is heard as soon as it is over.
    let token = door["operate"].as_str().unwrap();
    let (status, _) = ask(&door, token, "POST /v1/commands", br#"{"command":"undo"}"#).unwrap();
    assert_eq!(status, 409);
    assert_eq!(stage.terminate().0, Some(0));
}
