//! `cyc top` beside a stage that runs: on a terminal of its own, in both languages, and for scripts.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use program::door::{Door, keys, stage_file};
use program::{Running, cyc, object, root, run, said};
use std::net::UdpSocket;
use std::process::Command;

#[test]
fn a_running_stage_is_seen_on_a_terminal_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let free = UdpSocket::bind("127.0.0.1:0").unwrap();
    let datagrams = free.local_addr().unwrap().to_string();
    drop(free);
    let to = ["--bind", ":0", "--to", &datagrams, "--json"];
    let system = Running::start(&[&["sim", "vicon", "vicon-udp"], &to[..]].concat());
    let path = stage_file(folder.path(), &system.address("vicon"), &datagrams);
    let stage = Running::start(&["run", &path, "--no-picture", "--json"]);
    let (door, file) = Door::of(&stage);
    door.until("live", |s| s["sources"][0]["state"] == "live");
    let file = file.to_str().unwrap();
    let once = run(&["top", "--door", file, "--json"]);
    assert!(once.status.success(), "{}", said(&once));
    assert_eq!(object(&once)["stage"], "Demo volume");
    for (language, words) in [
        ("en", ["Source", "Performer", "Camera"]),
        ("zh", ["信号源", "表演者", "摄影机"]),
    ] {
        // `script` gives it a terminal.
        let program = env!("CARGO_BIN_EXE_cyc");
        let line = format!("{program} --lang {language} top --door {file} --seconds 4");
        let shown = Command::new("script")
            .args(["-qec", &line, "/dev/null"])
            .current_dir(root())
            .output()
            .unwrap();
        assert!(shown.status.success(), "{}", said(&shown));
        let shown = String::from_utf8(shown.stdout).unwrap();
        // Several pages, each over the one before.
        let pages: Vec<&str> = shown.split("\x1b[J").collect();
        assert!(pages.len() > 2, "{shown}");
        for word in words.iter().chain(&["Demo volume", "vicon-objects", "● "]) {
            assert!(pages[1].contains(word), "{word}\n{shown}");
        }
        let rows = pages[0].matches("\x1b[K").count();
        assert!(
            pages[1].contains(&format!("\x1b[{rows}A")),
            "{rows}\n{shown}"
        );
    }
    assert_eq!(stage.terminate().0, Some(0));
}

/// A stage that was killed left what it said in its last minute; one that ended in order left nothing.
#[test]
fn the_last_minute_of_a_stage_that_was_killed_is_found_and_shown() {
    let folder = tempfile::tempdir().unwrap();
    let with_state = |arguments: &[&str]| {
        let mut command = cyc(arguments);
        command.env("XDG_STATE_HOME", folder.path());
        command
    };
    let system = Running::start(&["sim", "vicon", "--bind", ":0", "--json"]);
    let path = stage_file(folder.path(), &system.address("vicon"), "127.0.0.1:9");
    let start = || Running::of(with_state(&["run", &path, "--no-picture", "--json"]));
    let found = || {
        let doctor = with_state(&["doctor", "--json"]).output().unwrap();
        let checks = object(&doctor)["checks"].clone();
        let checks = checks.as_array().unwrap().iter();
        let mut flights = checks.filter(|check| check["name"] == "flights").cloned();
        flights.next().unwrap()
    };
    let stage = start();
    let (door, _) = Door::of(&stage);
    door.until("live", |s| s["sources"][0]["state"] == "live");
    assert_eq!(stage.terminate().0, Some(0));
    assert_eq!(found()["ok"], true, "{:#}", found());
    let stage = start();
    let (door, _) = Door::of(&stage);
    door.until("live", |s| s["sources"][0]["state"] == "live");
    // Another source goes silent, which is said; then the machine takes the program away.
    drop(system);
    door.until("silent", |s| keys(s).contains(&"run-silent"));
    std::thread::sleep(std::time::Duration::from_millis(600));
    stage.kill();
    let check = found();
    let fix = check["fix"].as_str().unwrap();
    let file = fix.split_whitespace().find(|w| w.contains(".flight.jsonl"));
    let file = file.unwrap().trim_end_matches('.');
    let all = object(
        &with_state(&["top", "--flight", file, "--json"])
            .output()
            .unwrap(),
    );
    let documents = all["documents"].as_array().unwrap();
    assert!(documents.len() > 1, "{documents:#?}");
    assert!(keys(documents.last().unwrap()).contains(&"run-silent"));
    let shown = with_state(&["top", "--flight", file]).output().unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    for words in ["in order", "vicon", "At the last:", "Demo volume"] {
        assert!(shown.contains(words), "{words}\n{shown}");
    }
    println!("{shown}");
    let none = with_state(&["top", "--flight", "no-such-file"])
        .output()
        .unwrap();
    assert!(!none.status.success() && said(&none).contains("no-such-file"));
}
