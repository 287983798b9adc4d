//! `cyc latency --step` beside a stage that runs and draws: what a wire of a known delay adds is found, and who cannot be
//! measured is told why.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use program::door::Door;
use program::{Running, object, run, said};
use std::net::UdpSocket;
use std::path::Path;
use std::time::{Duration, Instant};

/// A small wall and a camera on a plain table; `port` is where the source's datagrams arrive.
fn stage_file(folder: &Path, name: &str, port: u16) -> String {
    let text = format!(
        r#"
name = "Steps"

[timing]
frame_rate = "24"

[[source]]
name = "tracker"
url = "vicon-udp://127.0.0.1:{port}"

[[camera]]
name = "A"
source = "tracker"
subject = "FilmCamera"
lens = {{ sensor_mm = [36.0, 20.25], focal_length_mm = 35.0 }}

[[wall]]
name = "front"
kind = "plane"
position_m = [0.0, 0.0, -2.5]
width_m = 4.0
height_m = 1.0
cabinets = [4, 1]
cabinet_px = [40, 40]
canvas_px = [0, 0]
"#
    );
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A wire of a known delay: what comes in at the port that is given goes on to `to` so much later. Until the test ends.
fn wire(to: u16, delay: Duration) -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    let (pass, passed) = std::sync::mpsc::sync_channel::<(Instant, Vec<u8>)>(4096);
    let out = socket.try_clone().unwrap();
    let name = |name: &str| std::thread::Builder::new().name(name.to_owned());
    let hear = move || {
        let mut buffer = [0; 65536];
        while let Ok(n) = socket.recv(&mut buffer) {
            if pass.send((Instant::now(), buffer[..n].to_vec())).is_err() {
                return;
            }
        }
    };
    let send = move || {
        for (at, datagram) in passed {
            std::thread::sleep((at + delay).saturating_duration_since(Instant::now()));
            // Nobody may be there any more.
            let _ = out.send_to(&datagram, ("127.0.0.1", to));
        }
    };
    name("wire in").spawn(hear).unwrap();
    name("wire out").spawn(send).unwrap();
    port
}

#[test]
fn what_a_wire_adds_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let free = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let runs = stage_file(folder.path(), "runs.toml", port);
    let stage = Running::start(&["run", &runs, "--headless", "--json"]);
    let (_, door) = Door::of(&stage);
    let door = door.to_str().unwrap();
    let measured = |delay_ms: u64| {
        let by = wire(port, Duration::from_millis(delay_ms));
        let file = stage_file(folder.path(), "wired.toml", by);
        let found = run(&[
            "latency", "--step", &file, "--door", door, "--steps", "7", "--json",
        ]);
        assert!(found.status.success(), "{}", said(&found));
        let found = object(&found);
        println!("{delay_ms} ms on the wire: {found}");
        assert_eq!(found["camera"], "A");
        let (steps, lost) = (
            found["steps"].as_u64().unwrap(),
            found["steps_lost"].as_u64().unwrap(),
        );
        assert!(steps + lost == 7 && lost <= 1, "{found}");
        assert!(found["min_ms"].as_f64().unwrap() >= delay_ms as f64);
        found["p50_ms"].as_f64().unwrap()
    };
    let (plain_ms, wired_ms) = (measured(0), measured(400));
    // A processor draws six pictures a second: one of them more or less.
    let added_ms = wired_ms - plain_ms;
    assert!((230.0..570.0).contains(&added_ms), "{added_ms} ms");

    // The words of the page, in both languages.
    for (language, words) in [("en", "to the light"), ("zh", "到发光")] {
        let by = wire(port, Duration::ZERO);
        let file = stage_file(folder.path(), "wired.toml", by);
        let page = run(&[
            "--lang", language, "latency", "--step", &file, "--door", door, "--steps", "2",
        ]);
        let page = String::from_utf8(page.stdout).unwrap();
        assert!(page.contains(words) && page.contains("41.7"), "{page}");
        println!("{page}");
    }

    // Another stage's file, and one whose tracker cannot be stood in for.
    let text = std::fs::read_to_string(&runs).unwrap();
    for (from, to, why) in [
        ("\"Steps\"", "\"Others\"", "“Steps” runs"),
        ("127.0.0.1", "tracker-pc", "No virtual tracker"),
    ] {
        let other = folder.path().join("other.toml");
        std::fs::write(&other, text.replace(from, to)).unwrap();
        let refused = run(&["latency", "--step", other.to_str().unwrap(), "--door", door]);
        assert!(!refused.status.success());
        assert!(said(&refused).contains(why), "{}", said(&refused));
    }
    assert_eq!(stage.terminate().0, Some(0));
}
