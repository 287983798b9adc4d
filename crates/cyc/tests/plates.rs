//! Plates as a person uses them: named in a stage file, checked with their line, drawn offline frame by frame.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use cyc_film::Picture;
use program::{object, run, said};
use std::path::Path;

const WALL: &str = r#"name = "plates"
[timing]
frame_rate = "24"
[outer]
eye_m = [0.0, 1.0, 0.0]
[[wall]]
name = "main"
kind = "plane"
position_m = [0.0, 0.0, -3.0]
width_m = 4.0
height_m = 2.0
cabinets = [4, 2]
cabinet_px = [20, 20]
canvas_px = [0, 0]
[wall.color]
tone_map = "none"
"#;

fn stage(folder: &Path, plates: &str) -> String {
    let path = folder.join("stage.toml");
    std::fs::write(&path, format!("{WALL}{plates}")).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The line and column at which a text stands in the stage file.
fn place_of(plates: &str, text: &str) -> (u64, u64) {
    let whole = format!("{WALL}{plates}");
    let before = &whole[..whole.find(text).unwrap()];
    let column = before.len() - before.rfind('\n').unwrap();
    (before.matches('\n').count() as u64 + 1, column as u64)
}

#[test]
fn what_is_wrong_with_a_plate_is_said_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let grey = Picture::filled(4, 4, [90, 90, 90, 255]);
    grey.write_png(&folder.path().join("fire.0010.png"))
        .unwrap();
    std::fs::write(folder.path().join("text.png"), "no picture").unwrap();
    let head = "[[plate]]\nname = \"p\"\nkind = \"dome\"\n";
    for (rest, at, words) in [
        ("file = \"gone.png\"\n", "gone.png", "gone.png"),
        ("file = \"text.png\"\n", "text.png", "as a plate"),
        ("file = \"smoke.####.png\"\n", "smoke", "like"),
        (
            "file = \"fire.####.png\"\nin_frame = 11\n",
            "fire",
            "frames 10 to 10",
        ),
        ("file = \"../x.png\"\n", "file = \"..", "folder"),
        (
            "file = \"fire.####.png\"\nwall = \"main\"\n",
            "wall = \"main\"\n",
            "no meaning",
        ),
        (
            "file = \"a.mp4\"\ntimecode = \"10:00:00\"\n",
            "timecode",
            "timecode",
        ),
        (
            "file = \"a.mp4\"\nin_frame = 9\nout_frame = 8\n",
            "out_frame",
            "from 9",
        ),
    ] {
        let plates = format!("{head}{rest}");
        let output = run(&["stage", "check", &stage(folder.path(), &plates), "--json"]);
        assert_eq!(output.status.code(), Some(64), "{}", said(&output));
        let error = &object(&output)["errors"][0];
        let found = (
            error["line"].as_u64().unwrap(),
            error["column"].as_u64().unwrap(),
        );
        assert_eq!(found, place_of(&plates, at), "{error}");
        assert!(
            error["message"].as_str().unwrap().contains(words),
            "{error}"
        );
    }
    let good = format!("{head}file = \"fire.####.png\"\n");
    let output = run(&["stage", "check", &stage(folder.path(), &good)]);
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn a_sequence_on_a_wall_is_drawn_frame_by_frame() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..3u8 {
        let picture = Picture::filled(8, 8, [40 + 60 * number, 20, 200 - 50 * number, 255]);
        let name = format!("fire.{}.png", 1001 + u32::from(number));
        picture.write_png(&folder.path().join(name)).unwrap();
    }
    let plates = "[[plate]]\nname = \"p\"\nfile = \"fire.####.png\"\nkind = \"wall\"\nwall = \"main\"\n\
                  in_frame = 1002\nframe_rate = \"12\"\n";
    let stage = stage(folder.path(), plates);
    let out = folder.path().join("out");
    let out_text = out.to_str().unwrap();
    let output = run(&[
        "render", &stage, "--frames", "0..6", "--out", out_text, "--json",
    ]);
    if output.status.code() == Some(66) && std::env::var_os("CYC_GPU").is_none() {
        eprintln!("SKIPPED: {}", said(&output));
        return;
    }
    assert!(output.status.success(), "{}", said(&output));
    // 24 pictures a second of 12 frames: two of each, from the second file on, and round.
    for (picture, number) in [(0, 1u8), (1, 1), (2, 2), (3, 2), (4, 1), (5, 1)] {
        let path = out.join(format!("{picture:04}-wall-main.png"));
        let drawn = image::open(&path).unwrap().into_rgba8();
        let got = drawn.get_pixel(40, 20).0;
        let truth = [40 + 60 * number, 20, 200 - 50 * number, 255];
        let off = got.iter().zip(truth).map(|(a, b)| a.abs_diff(b)).max();
        assert!(off <= Some(1), "{picture}: {got:?}, not {truth:?}");
    }
}
