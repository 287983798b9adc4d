//! A wall whose program is killed, on a real screen: what is seen at every moment until it is back.

use super::program::door::Door;
use super::program::{self, PATIENCE, Running};
use super::screen::{Screen, picture};
use super::{STAGE, is_dark};
use serde_json::json;
use std::path::Path;
use std::time::{Duration, Instant};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt, MapState};

/// A stage that runs on the screen, with a folder of its own for what outlives it.
fn on_screen(screen: &Screen, folder: &Path, stage: &str) -> Running {
    let mut command = program::cyc(&["run", stage, "--json"]);
    command
        .env("DISPLAY", &screen.display)
        .env("XDG_RUNTIME_DIR", folder)
        .env_remove("WAYLAND_DISPLAY");
    Running::of(command)
}

/// What the files in the folder say of the guard: how many windows it holds a picture of.
fn guard_holds(folder: &Path) -> usize {
    let files = std::fs::read_dir(folder.join("cyclorama")).unwrap();
    let mut paths = files.map(|file| file.unwrap().path());
    let status = paths.find(|path| path.to_string_lossy().ends_with("status.json"));
    let text = status.and_then(|path| std::fs::read_to_string(path).ok());
    let status = text.and_then(|text| serde_json::from_str(&text).ok());
    let status: serde_json::Value = status.unwrap_or_default();
    status["held"].as_u64().unwrap_or(0) as usize
}

/// A screen's rows of pixels.
type Rows = Vec<Vec<[u8; 3]>>;

/// Looks at the screen again and again until `is_done`, at least so long; every picture must be one of these.
fn only_shows(
    screen: &Screen,
    (what, pictures): (&str, &[&Rows]),
    (least, is_done): (Duration, &dyn Fn(&Rows) -> bool),
) {
    let began = Instant::now();
    loop {
        let seen = picture(&screen.dump());
        assert!(pictures.contains(&&seen), "{what}: another picture");
        if began.elapsed() > least && is_done(&seen) {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{what}: it never comes");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Whether the uppermost window of the screen is the guard's: it is its own master, and the stage's is not.
fn guard_is_on_top(screen: &Screen) -> bool {
    let (x11, number) = x11rb::connect(Some(&screen.display)).unwrap();
    let root = x11.setup().roots[number].root;
    let windows = x11.query_tree(root).unwrap().reply().unwrap().children;
    let shown = windows.iter().rev().filter_map(|window| {
        let attributes = x11.get_window_attributes(*window).unwrap();
        let attributes = attributes.reply().ok()?;
        (attributes.map_state == MapState::VIEWABLE).then_some(attributes.override_redirect)
    });
    shown.into_iter().next() == Some(true)
}

/// Row 22: whatever becomes of the program, the wall shows its last picture until the next one has its own.
#[test]
fn row_22_a_guard_keeps_the_last_picture_on_the_wall_until_the_stage_is_back() {
    let Some(screen) = Screen::open() else {
        return;
    };
    let place = tempfile::tempdir().unwrap();
    let folder = place.path();
    let path = folder.join("walls.toml");
    let file = path.to_str().unwrap();
    std::fs::write(file, STAGE).unwrap();
    let until = |what: &str, is_so: &dyn Fn() -> bool| {
        let until = Instant::now() + PATIENCE;
        while !is_so() {
            assert!(Instant::now() < until, "{what}");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    let stage = on_screen(&screen, folder, file);
    let (door, _) = Door::of(&stage);
    until("the wall stays dark", &|| !is_dark(&screen.dump()));
    until("no guard", &|| guard_holds(folder) == 1);
    until("the guard stays on top", &|| !guard_is_on_top(&screen));
    // A picture that nothing moves: the guard has it a moment later.
    let (status, _) =
        door.tell(json!({ "command": "test_pattern", "wall": "left", "pattern": "ids" }));
    assert_eq!(status, 200);
    let show = picture(&screen.dump());
    until("no pattern", &|| picture(&screen.dump()) != show);
    std::thread::sleep(Duration::from_millis(600));
    let last = picture(&screen.dump());
    stage.kill();
    let long = Duration::from_millis(400);
    only_shows(&screen, ("killed", &[&last]), (long, &|_| true));
    assert!(guard_is_on_top(&screen));

    // Another stage comes, with another picture: the one or the other is seen at every moment, and never black.
    let began = Instant::now();
    let stage = on_screen(&screen, folder, file);
    let (door, _) = Door::of(&stage);
    only_shows(
        &screen,
        ("restarted", &[&last, &show]),
        (long, &|seen| *seen == show),
    );
    let took = began.elapsed();
    until("the guard stays on top", &|| !guard_is_on_top(&screen));
    println!(
        "PROMISE 22: killed and started again, the wall showed the last picture until the new one came after {:.1} s, test build, drawn by a processor",
        took.as_secs_f64()
    );

    // What was made dark stays dark, from the command on.
    let (status, _) = door.tell(json!({ "command": "blackout", "on": true }));
    assert_eq!(status, 200);
    until("no blackout", &|| is_dark(&screen.dump()));
    stage.kill();
    let dark = picture(&screen.dump());
    only_shows(&screen, ("killed in the dark", &[&dark]), (long, &|_| true));

    // A stage that ends in order takes its guard with it.
    let stage = on_screen(&screen, folder, file);
    until("nothing after the dark", &|| {
        picture(&screen.dump()) == show
    });
    // How fast it ends is row 46's figure.
    let (code, text, _) = stage.terminate();
    assert_eq!(code, Some(0), "{text}");
    let figures: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(figures["guard"]["state"], "holding", "{}", figures["guard"]);
    // It was found, not started.
    assert_eq!(figures["guard"]["starts"], 0);
    until("the guard stays", &|| is_dark(&screen.dump()));
    let ended = program::cyc(&["guard", "--end"])
        .env("DISPLAY", &screen.display)
        .env("XDG_RUNTIME_DIR", folder)
        .output()
        .unwrap();
    let ended = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.contains("No guard waits"), "{ended}");
}
