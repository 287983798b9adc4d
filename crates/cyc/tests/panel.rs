//! `cyc panel` beside a real `cyc run`, on a screen whose pixels are counted: it finds the stage by itself, its lights are
//! green while the stage is well, red when a source falls silent, and it goes on when the stage is gone.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;
mod screen;

use program::{Running, cyc, root, run, said};
use screen::Screen;
use std::net::UdpSocket;
use std::path::Path;

/// The colours of the lights (`crates/console/src/look.rs`).
const GOOD: [u8; 3] = [76, 195, 138];
const RED: [u8; 3] = [240, 97, 109];
/// The fields that every pane has.
const FIELD: [u8; 3] = [20, 25, 32];
/// The discs of the five lights have radii of 16 points: some 800 pixels each.
const LIGHT_PX: usize = 600;

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

#[test]
fn a_panel_finds_its_stage_shows_how_it_is_and_outlives_it() {
    let Some(screen) = Screen::open() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    // Doors of its own: other stages of this machine are not found.
    let within = |arguments: &[&str]| {
        let mut command = cyc(arguments);
        command
            .env("XDG_RUNTIME_DIR", folder.path())
            .env("DISPLAY", &screen.display)
            .env_remove("WAYLAND_DISPLAY");
        command
    };
    let free = UdpSocket::bind("127.0.0.1:0").unwrap();
    let datagrams = free.local_addr().unwrap().to_string();
    drop(free);
    let to = ["--bind", ":0", "--to", &datagrams, "--json"];
    let system = Running::start(&[&["sim", "vicon", "vicon-udp"], &to[..]].concat());
    let file = stage_file(folder.path(), &system.address("vicon"), &datagrams);
    let stage = Running::of(within(&["run", &file, "--no-picture", "--json"]));
    stage.line_with(".door.json");
    let panel = Running::of(within(&["panel"]));
    screen.until_pixels("the panel opens", FIELD, 200_000);
    screen.until_pixels("the source's light is green", GOOD, LIGHT_PX);
    system.interrupt();
    screen.until_pixels("a silent source is red", RED, LIGHT_PX);
    stage.terminate();
    screen.until_none("nothing of a stage that is gone is green", GOOD);
    screen.until_pixels("and that is red", RED, LIGHT_PX);
    drop(panel);
}

#[test]
fn a_panel_without_a_way_to_a_stage_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = cyc(&["panel"]);
    let output = command
        .env("XDG_RUNTIME_DIR", folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(66), "{}", said(&output));
    assert!(said(&output).contains("No stage runs on this machine"));
    let output = run(&["panel", "127.0.0.1:4711"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("--token TOKEN"));
    let output = run(&["panel", "https://stage", "--token", "t"]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    let output = run(&["panel", "--door", "nowhere.door.json"]);
    assert_eq!(output.status.code(), Some(66), "{}", said(&output));
}
