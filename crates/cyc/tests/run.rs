//! `cyc run` beside a virtual capture system, as an operator has it: performers are calibrated while it runs, what fails
//! is said, and it ends well whenever it is told to.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use program::{Running, object, root, run, said};
use std::net::UdpSocket;
use std::path::Path;

/// The demo's stage with other addresses, somewhere else.
fn stage_file(folder: &Path, stream: &str, datagrams: &str) -> String {
    let text = std::fs::read_to_string(root().join("rigs/stages/demo.toml")).unwrap();
    let text = text
        .replace("127.0.0.1:8801", stream)
        .replace("127.0.0.1:51001", datagrams)
        .replace("../markersets", "rigs/markersets")
        .replace("../../assets", "assets");
    let path = folder.join("stage.toml");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn free_port() -> String {
    let free = UdpSocket::bind("127.0.0.1:0").unwrap();
    free.local_addr().unwrap().to_string()
}

#[test]
fn row_46_a_stage_calibrates_survives_silence_and_seals_its_take_when_terminated() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let datagrams = free_port();
    let system = Running::start(&[
        "sim",
        "vicon",
        "vicon-udp",
        "--json",
        "--bind",
        ":0",
        "--to",
        &datagrams,
    ]);
    let stream = system.address("vicon");
    let stage = stage_file(folder, &stream, &datagrams);
    let take = folder.join("a.take.mcap");
    let take = take.to_str().unwrap();
    let stage = Running::start(&["run", &stage, "--no-picture", "--json", "--record", take]);
    let calibrated = stage.line_with("is calibrated");
    stage.line_with("Stage: running");
    system.interrupt();
    stage.line_with("holding");
    let (code, text, took) = stage.terminate();
    println!(
        "PROMISE 46: left {} ms after the signal, test build",
        took.as_millis()
    );
    assert!(calibrated.contains("mm now"), "{calibrated}");
    assert_eq!(code, Some(0));
    let object: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(object["state"], "holding");
    assert_eq!(object["performers"][0]["calibrated"], true);
    let heard = object["sources"][0]["frames"].as_u64().unwrap();
    assert!(heard > 700, "seven seconds at 120 Hz: {heard}");
    // What was heard is in the take, which is whole.
    assert!(!Path::new(&format!("{take}.part")).exists());
    let info = run(&["take", "info", take, "--json"]);
    assert!(info.status.success(), "{}", said(&info));
    let both = heard + object["sources"][1]["frames"].as_u64().unwrap();
    assert_eq!(object["take"]["mocap_frames"], both);
    // A take is never written over.
    let stage = folder.join("stage.toml");
    let again = [
        "run",
        stage.to_str().unwrap(),
        "--no-picture",
        "--record",
        take,
    ];
    let again = run(&again);
    assert_eq!(again.status.code(), Some(65));
    assert!(said(&again).contains("exists already"), "{}", said(&again));
}

#[test]
fn what_is_not_there_is_said_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (stream, datagrams) = (free_port(), free_port());
    let stage = stage_file(folder, &stream, &datagrams);
    let output = run(&["run", &stage, "--no-picture", "--json", "--seconds", "1.5"]);
    assert!(output.status.success(), "{}", said(&output));
    let object = object(&output);
    assert_eq!(object["state"], "starting");
    let first = object["findings"][0]["fix"].as_str().unwrap();
    assert!(
        first.contains(&format!("cyc listen vicon://{stream}")),
        "{first}"
    );
    assert!(said(&output).contains("Nothing has been heard from vicon."));
}

/// The stage's own addresses are what is listened to, so that what `cyc run` says can be followed.
#[test]
fn a_stages_sources_can_be_listened_to() {
    let folder = tempfile::tempdir().unwrap();
    let (stream, datagrams) = (free_port(), free_port());
    let stage = stage_file(folder.path(), &stream, &datagrams);
    let output = run(&["listen", "--stage", &stage, "--json", "--seconds", "0.5"]);
    assert_eq!(output.status.code(), Some(75), "{}", said(&output));
    let object = object(&output);
    let urls = [0, 1].map(|i| object["sources"][i]["url"].as_str().unwrap().to_owned());
    assert_eq!(
        urls,
        [
            format!("vicon://{stream}"),
            format!("vicon-udp://{datagrams}")
        ]
    );
}

/// Lights are fed from the picture: without one they would stay dark without a word.
#[test]
fn lights_of_a_stage_are_refused_without_a_picture() {
    let folder = tempfile::tempdir().unwrap();
    let stage = stage_file(folder.path(), &free_port(), &free_port());
    let lights = "\n[[output]]\nname = \"lights\"\nurl = \"artnet://127.0.0.1\"\n";
    let text = std::fs::read_to_string(&stage).unwrap() + lights;
    std::fs::write(&stage, text).unwrap();
    let output = run(&["run", &stage, "--no-picture", "--seconds", "1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("artnet://"), "{}", said(&output));
}

#[test]
fn a_stage_that_is_wrong_is_refused_before_anything_starts() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let path = folder.join("stage.toml");
    std::fs::write(&path, "name = \"x\"\nwals = 3\n").unwrap();
    let output = run(&["run", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(64));
    assert!(said(&output).contains("wals"), "{}", said(&output));
}
