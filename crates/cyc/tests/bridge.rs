//! `cyc listen --output`: what arrives leaves again as another protocol, or the same.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use program::{Running, object, run, said};
use std::net::UdpSocket;
use std::time::Duration;

fn receiver() -> (UdpSocket, u16) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let wait = Some(Duration::from_millis(100));
    socket.set_read_timeout(wait).unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

/// Two messages that another encoder wrote, or differ from it in the fields that follow, with their checksums.
const MESSAGES: [&str; 2] = [
    "d101f9c00016a000008000017700ffc1600002800003e80010000000",
    "d101064000e960000000000000640000c80001900001230004560000",
];

fn bytes(message: &str) -> Vec<u8> {
    let pairs = (0..message.len()).step_by(2);
    let mut bytes: Vec<u8> = pairs
        .map(|at| u8::from_str_radix(&message[at..at + 2], 16).unwrap())
        .collect();
    let sum = bytes.iter().fold(0u8, |sum, b| sum.wrapping_add(*b));
    bytes.push(0x40u8.wrapping_sub(sum));
    bytes
}

/// What goes in as FreeD comes out as the same bytes: no unit, axis, angle or ring is changed on the way.
#[test]
fn freed_goes_through_unchanged() {
    let (out, out_port) = receiver();
    let free = UdpSocket::bind("127.0.0.1:0").unwrap();
    let source = free.local_addr().unwrap();
    drop(free);
    let url = format!("freed://:{}", source.port());
    let output = format!("freed://127.0.0.1:{out_port}");
    let mut listening = Running::start(&[
        "listen",
        &url,
        "--output",
        &output,
        "--seconds",
        "4",
        "--json",
    ]);
    let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
    let sent = MESSAGES.map(bytes);
    let mut heard = Vec::new();
    let mut buffer = [0; 64];
    for at in (0..2).cycle().take(2000) {
        // Refused until the program listens.
        let _ = sender.send_to(&sent[at], source);
        if let Ok(length) = out.recv(&mut buffer) {
            heard.push(buffer[..length].to_vec());
        }
        if heard.len() >= 20 {
            break;
        }
    }
    assert!(heard.len() >= 20, "{}", heard.len());
    assert!(
        heard.iter().all(|message| sent.contains(message)),
        "{heard:x?}"
    );
    assert!(sent.iter().all(|message| heard.contains(message)));
    let (code, text) = listening.wait();
    assert_eq!(code, Some(0), "{text}");
    let figures: serde_json::Value = serde_json::from_str(text.trim()).unwrap();
    let counted = &figures["outputs"][0];
    assert!(counted["sent"].as_u64().unwrap() >= 20, "{counted}");
    assert_eq!(counted["frames_dropped"], 0);
}

/// Vicon in; the prop as a sound object, the timecode as sound.
#[test]
fn vicon_becomes_sound_objects_and_timecode() {
    let folder = tempfile::tempdir().unwrap();
    let wav = folder.path().join("show.wav");
    let (objects, port) = receiver();
    let sim = Running::start(&["sim", "vicon", "--json", "--bind", ":0", "--occlusion", "0"]);
    let source = format!("vicon://{}", sim.address("vicon"));
    let adm = format!("adm-osc://127.0.0.1:{port}?object=5:Staff&form=cartesian&extent=4");
    let ltc = format!("ltc:{}", wav.display());
    let listening = [
        "listen",
        &source,
        "--output",
        &adm,
        "--output",
        &ltc,
        "--seconds",
        "2",
        "--json",
    ];
    let mut listening = Running::start(&listening);
    let mut buffer = [0; 256];
    let message = (0..300)
        .find_map(|_| objects.recv(&mut buffer).ok())
        .unwrap();
    assert_eq!(&buffer[..24], b"/adm/obj/5/xyz\0\0,fff\0\0\0\0");
    assert_eq!(message, 36);
    let value = |at: usize| f32::from_be_bytes(buffer[at..at + 4].try_into().unwrap());
    // The prop is a metre or so from the origin of its volume, on the right and off the floor.
    assert!([24, 28, 32].iter().all(|at| value(*at).abs() < 0.8));
    assert!(
        value(24) > 0.0 && value(32) > 0.1,
        "{} {}",
        value(24),
        value(32)
    );
    let (code, text) = listening.wait();
    assert_eq!(code, Some(0), "{text}");
    let figures: serde_json::Value = serde_json::from_str(text.trim()).unwrap();
    for counted in figures["outputs"].as_array().unwrap() {
        assert!(counted["sent"].as_u64().unwrap() > 10, "{counted}");
        assert_eq!(counted["refused"], 0, "{counted}");
        assert_eq!(counted["jumps"], 0, "{counted}");
    }
    // As long as the labels that are counted, at 24 to 30 frames a second; and it is a WAV file.
    let sound = std::fs::read(&wav).unwrap();
    assert_eq!((&sound[..4], &sound[8..12]), (&b"RIFF"[..], &b"WAVE"[..]));
    let labels = figures["outputs"][1]["sent"].as_u64().unwrap() as usize;
    let per_label = sound.len() / 2 / labels;
    assert!(
        (48_000 / 31..48_000 / 20).contains(&per_label),
        "{per_label}"
    );
    assert_eq!(sim.interrupt().0, Some(0));
}

/// A tape is written, played as a file, and piped in as from a recorder: the same labels, drop-frame and all.
#[test]
fn a_tape_is_written_played_and_heard_from_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let wav = folder.path().join("tape.wav");
    let path = wav.to_str().unwrap();
    let write = [
        "sim",
        "ltc",
        "--out",
        path,
        "--rate",
        "29.97",
        "--start",
        "10:08:58;20",
        "--seconds",
        "3",
        "--json",
    ];
    let written = run(&write);
    assert!(written.status.success(), "{}", said(&written));
    assert_eq!(object(&written)["last"], "10:09:01;21");
    let again = run(&write);
    assert_eq!(again.status.code(), Some(66), "{}", said(&again));

    let heard = run(&[
        "listen",
        &format!("ltc:{path}"),
        "--seconds",
        "2.5",
        "--json",
    ]);
    let source = &object(&heard)["sources"][0];
    assert_eq!(source["state"], "live", "{source}");
    assert_eq!(source["diagnosis"], serde_json::Value::Null);
    let label = source["timecode"].as_str().unwrap();
    assert!(
        label.starts_with("10:09:00;") || label.starts_with("10:09:01;"),
        "{label}"
    );
    assert!(
        (29.0..31.0).contains(&source["rate_hz"].as_f64().unwrap()),
        "{source}"
    );

    let piped = program::cyc(&["listen", "ltc:/dev/stdin", "--seconds", "1", "--json"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn();
    let mut piped = piped.unwrap();
    let mut pipe = piped.stdin.take().unwrap();
    std::io::Write::write_all(&mut pipe, &std::fs::read(&wav).unwrap()).unwrap();
    drop(pipe);
    let piped = piped.wait_with_output().unwrap();
    let source = &object(&piped)["sources"][0];
    assert_eq!(source["timecode"], "10:09:01;21", "{source}");
    // The first bit has no turn before it, and the rate is known with the eighth label that is read.
    assert_eq!(source["frames"], 90 - 1 - 7, "{source}");
}

#[test]
fn outputs_that_cannot_be_are_told_before_anything_starts() {
    for (output, code) in [
        ("gopher://x", 2),
        ("vmc://x?colour=red", 2),
        ("sacn://", 2),
        ("ltc:hw:0", 2),
        ("ltc:/no/such/folder/a.wav", 66),
    ] {
        let outcome = run(&[
            "listen",
            "freed://:40123",
            "--output",
            output,
            "--seconds",
            "1",
        ]);
        assert_eq!(outcome.status.code(), Some(code), "{output}");
        assert!(said(&outcome).lines().count() >= 2, "{}", said(&outcome));
    }
}

#[test]
fn a_stage_file_has_outputs_and_their_faults_have_lines() {
    let folder = tempfile::tempdir().unwrap();
    let stage = program::root().join("rigs/stages/flat.toml");
    let written = std::fs::read_to_string(stage).unwrap();
    let with = |url: &str| {
        let path = folder.path().join("stage.toml");
        let text = format!("{written}\n[[output]]\nname = \"lens\"\nurl = \"{url}\"\n");
        std::fs::write(&path, text).unwrap();
        run(&["stage", "check", path.to_str().unwrap(), "--json"])
    };
    let line = written.lines().count() as u64 + 4;
    let named = |outcome: &std::process::Output| {
        let found = object(outcome);
        let errors = found["errors"].as_array().unwrap().clone();
        (found["outputs"][0]["url"].clone(), errors)
    };
    let (url, errors) = named(&with("freed://10.0.0.9"));
    assert_eq!(url, "freed://10.0.0.9");
    assert!(!errors.iter().any(|e| e["line"] == line), "{errors:?}");
    let (_, errors) = named(&with("freed://10.0.0.9?lens=nobody"));
    assert!(errors.iter().any(|e| e["line"] == line), "{errors:?}");
}
