//! `cyc top` beside a stage that runs: on a terminal of its own, in both languages, and for scripts.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use program::door::{Door, stage_file};
use program::{Running, object, root, run, said};
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
        let line = format!("{program} --lang {language} top --door {file} --seconds 1.6");
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
