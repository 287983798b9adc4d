//! A performer whose body one system sees and whose face another one: a phone on her head. Her face at rest is taken when an
//! operator says so, not before it was heard, and is not lost when the program is killed.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use program::Running;
use program::door::{Door, stage_file};
use serde_json::json;
use std::net::UdpSocket;

#[test]
fn a_phone_gives_a_performer_her_face() {
    let folder = tempfile::tempdir().unwrap();
    let free = UdpSocket::bind("127.0.0.1:0").unwrap();
    let phone_at = free.local_addr().unwrap().to_string();
    drop(free);
    let body = Running::start(&["sim", "vicon", "--bind", ":0", "--json"]);
    let path = stage_file(folder.path(), &body.address("vicon"), "127.0.0.1:9");
    let text = std::fs::read_to_string(&path).unwrap();
    let source = format!("[[source]]\nname = \"phone\"\nurl = \"livelink-face://{phone_at}\"\n\n");
    let at = text.find("[[performer]]").unwrap();
    let (before, after) = text.split_at(at);
    let after = after.replacen(
        "source = \"vicon\"",
        "source = \"vicon\"\nface_source = \"phone\"",
        1,
    );
    std::fs::write(&path, format!("{before}{source}{after}")).unwrap();
    let kept = tempfile::tempdir().unwrap();
    let start = || {
        let mut command = program::cyc(&["run", &path, "--no-picture", "--json"]);
        command.env("XDG_STATE_HOME", kept.path());
        Running::of(command)
    };
    let stage = start();
    let (door, _) = Door::of(&stage);
    door.until("body", |s| s["sources"][0]["state"] == "live");
    let rest = || door.tell(json!({"command": "calibrate_face", "performer": "Performer"}));
    let (status, reply) = rest();
    assert_eq!(
        (status, &reply["key"]),
        (409, &json!("steer-no-face")),
        "{reply:#}"
    );
    let phone = Running::start(&["sim", "livelink-face", "--to", &phone_at, "--json"]);
    let heard = |s: &serde_json::Value| {
        let mut sources = s["sources"].as_array().unwrap().iter();
        sources.any(|s| s["name"] == "phone" && s["state"] == "live")
    };
    // The name that both systems give her is no quarrel between them.
    let state = door.until("phone", heard);
    let mut findings = state["findings"].as_array().unwrap().iter();
    let is_quarrel = |f: &serde_json::Value| {
        f["key"] == "run-claimed" && f["what"]["en"].as_str().unwrap().contains("phone")
    };
    assert!(!findings.any(is_quarrel), "{state:#}");
    let until = std::time::Instant::now() + program::PATIENCE;
    loop {
        let (status, reply) = rest();
        if status == 200 {
            break;
        }
        assert!(std::time::Instant::now() < until, "{reply:#}");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let log = door.state()["log"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    assert_eq!(
        (
            &log["done"],
            log["command"].to_string().contains("calibrate_face")
        ),
        (&json!(true), true),
        "{log:#}"
    );
    // Whoever starts the stage again after it was killed finds her face at rest.
    let sessions = kept.path().join("cyclorama/sessions");
    door.until("kept", |_| {
        let files = std::fs::read_dir(&sessions).into_iter().flatten().flatten();
        // One that is still being written is not kept yet.
        let whole = files.filter(|file| file.path().extension().is_some_and(|e| e == "json"));
        let mut texts = whole.flat_map(|file| std::fs::read_to_string(file.path()));
        texts.any(|text| text.contains("face_rest_unix_s"))
    });
    stage.kill();
    let again = start();
    again.line_with("face rests as it did 0 minutes ago");
    drop(phone);
    assert_eq!(again.terminate().0, Some(0));
}
