//! `cyc stage check` and `cyc take info` on good files and on bad ones.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use cyc_model::{HostNs, MocapFrame};
use cyc_take::{TakeConfig, TakeWriter};
use program::{cyc, object, root, run, said};
use std::io::Write as _;
use std::path::Path;

#[test]
fn the_committed_stages_can_be_used_and_are_drawn() {
    let folder = tempfile::tempdir().unwrap();
    for (file, kind) in [
        ("demo", "cylinder"),
        ("flat", "plane"),
        ("cave", "plane"),
        ("cylinder", "cylinder"),
        ("shell", "mesh"),
        ("plates", "plane"),
    ] {
        let picture = folder.path().join(format!("{file}.png"));
        let stage = format!("rigs/stages/{file}.toml");
        let path = picture.to_string_lossy();
        let output = run(&["stage", "check", &stage, "--picture", &path, "--json"]);
        assert!(output.status.success(), "{}", said(&output));
        let figures = object(&output);
        assert_eq!(figures["errors"].as_array().map(Vec::len), Some(0));
        assert_eq!(figures["walls"][0]["kind"], kind);
        assert!(figures["walls"][0]["px"][0].as_u64() > Some(1000));
        assert_eq!(figures["cameras"][0]["subject"], "FilmCamera");
        let follows = &figures["outer"]["follow"]["camera"];
        assert_eq!(follows.as_str(), (file == "plates").then_some("A"));
        let png = std::fs::read(&picture).unwrap();
        assert!(
            png.starts_with(b"\x89PNG") && png.len() > 5000,
            "{}",
            png.len()
        );
    }
}

#[test]
fn an_ndisplay_configuration_becomes_a_stage_file() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (
        folder.path().join("wall.ndisplay"),
        folder.path().join("wall.toml"),
    );
    let place = r#""location":{"x":200,"y":0,"z":150},"rotation":{"pitch":0,"yaw":0,"roll":0}"#;
    let written = format!(
        r#"{{"nDisplay":{{"description":"one wall","scene":{{"screens":{{"s":{{"size":{{"width":400,"height":200}},{place}}}}}}},
        "cluster":{{"nodes":{{"n":{{"window":{{"x":0,"y":0,"w":800,"h":400}},"viewports":{{
        "main":{{"region":{{"x":0,"y":0,"w":800,"h":400}},"projectionPolicy":{{"type":"simple","parameters":{{"screen":"s"}}}}}},
        "icvfx":{{"region":{{"x":0,"y":0,"w":8,"h":4}},"projectionPolicy":{{"type":"camera"}}}}}}}}}}}}}}}}"#
    );
    std::fs::write(&from, &written).unwrap();
    let (from_name, to_name) = (from.to_string_lossy(), to.to_string_lossy());
    let import = || run(&["stage", "import", &from_name, "--out", &to_name, "--json"]);
    let output = import();
    assert!(output.status.success(), "{}", said(&output));
    let figures = object(&output);
    assert_eq!(
        (&figures["walls"], &figures["skipped"][0]["policy"]),
        (&1.into(), &"camera".into())
    );
    let check = run(&["stage", "check", &to_name, "--json"]);
    assert!(check.status.success(), "{}", said(&check));
    assert_eq!(
        object(&check)["walls"][0]["px"],
        serde_json::json!([800, 400])
    );
    std::fs::write(&from, &written[1..]).unwrap();
    assert_eq!(import().status.code(), Some(65));
}

/// An archive of one region, a flat wall of 4 m by 2 m at 3 m, its map in centimetres from the floor.
fn mpcdi(path: &Path) {
    let document = r#"<MPCDI profile="a3" geometry="1" color="1" version="1.0"><display>
        <buffer id="b" Xresolution="400" Yresolution="200">
        <region id="front" Xresolution="400" Yresolution="200" x="0" y="0" xsize="1" ysize="1"></region>
        </buffer></display><files><fileset region="front"><geometryWarpFile><path>front.pfm</path>
        <interpolation>linear</interpolation><geometricUnit>cm</geometricUnit><originOf3DData>floorCenter</originOf3DData>
        </geometryWarpFile></fileset></files></MPCDI>"#;
    let mut map = b"PF\n5 3\n-1.0\n".to_vec();
    for (row, column) in (0..15).map(|i| (i / 5, i % 5)) {
        let place = [100.0 * (column - 2) as f32, 100.0 * row as f32, -300.0];
        map.extend(place.iter().flat_map(|v| v.to_le_bytes()));
    }
    let mut archive = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    for (name, bytes) in [("mpcdi.xml", document.as_bytes()), ("front.pfm", &map)] {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(name, options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
}

#[test]
fn an_mpcdi_archive_becomes_a_stage_file_with_its_meshes() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (
        folder.path().join("wall.mpcdi"),
        folder.path().join("wall.toml"),
    );
    mpcdi(&from);
    let (from_name, to_name) = (from.to_string_lossy(), to.to_string_lossy());
    let import = || run(&["stage", "import", &from_name, "--out", &to_name, "--json"]);
    let output = import();
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(object(&output)["walls"], 1);
    let check = run(&["stage", "check", &to_name, "--json"]);
    assert!(check.status.success(), "{}", said(&check));
    let wall = &object(&check)["walls"][0];
    assert_eq!(wall["px"], serde_json::json!([400, 200]));
    let wide = run(&[
        "stage", "import", &from_name, "--out", &to_name, "--width", "1000",
    ]);
    assert_eq!(wide.status.code(), Some(2), "{}", said(&wide));
    let bytes = std::fs::read(&from).unwrap();
    std::fs::write(&from, &bytes[..bytes.len() / 2]).unwrap();
    let torn = import();
    assert_eq!(torn.status.code(), Some(65), "{}", said(&torn));
}

#[test]
fn a_stage_is_exported_as_a_scene() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("stage.glb");
    let out_name = out.to_string_lossy();
    let export = run(&[
        "stage",
        "export",
        "rigs/stages/cave.toml",
        "--out",
        &out_name,
        "--json",
    ]);
    assert!(export.status.success(), "{}", said(&export));
    let bytes = std::fs::read(&out).unwrap();
    assert_eq!(&bytes[..4], b"glTF");
    let length = u32::from_le_bytes(bytes[12..16].try_into().unwrap()) as usize;
    let scene: serde_json::Value = serde_json::from_slice(&bytes[20..20 + length]).unwrap();
    let names: Vec<_> = scene["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| n["name"].clone())
        .collect();
    for wall in ["front", "left", "right", "floor", "ceiling"] {
        assert!(names.contains(&wall.into()), "{names:?}");
    }
    let nowhere = folder.path().join("none/stage.glb");
    let nowhere = nowhere.to_string_lossy();
    let refused = run(&[
        "stage",
        "export",
        "rigs/stages/cave.toml",
        "--out",
        &nowhere,
    ]);
    assert_eq!(refused.status.code(), Some(66), "{}", said(&refused));
    assert!(said(&refused).contains("none/stage.glb"));
}

#[test]
fn a_stage_is_drawn_offline_wall_by_wall() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("shell");
    let path = out.to_string_lossy();
    let stage = "rigs/stages/shell.toml";
    let render = |more: &[&str]| {
        let fixed = ["render", stage, "--scale", "0.1", "--out", &path, "--json"];
        // As on a server, where nobody is at a display.
        let mut render = cyc(&[&fixed, more].concat());
        render.env_remove("XDG_RUNTIME_DIR");
        render.env_remove("NODEVICE_SELECT").output().unwrap()
    };
    let output = render(&["--frames", "0..2"]);
    let required = ["CYC_GPU", "CI"].map(std::env::var);
    if output.status.code() == Some(66) && required.iter().all(Result::is_err) {
        eprintln!("SKIPPED: {}", said(&output));
        return;
    }
    assert!(output.status.success(), "{}", said(&output));
    // Drivers and their layers have nothing to say to a person.
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(!complaints.contains("error"), "{complaints}");
    let figures = object(&output);
    assert_eq!(figures["frames"], 2);
    assert!(figures["proof"].is_null());
    let pictures = figures["pictures"].as_array().unwrap();
    // Wall and camera of two frames, and an overview.
    assert_eq!(pictures.len(), 5, "{pictures:?}");
    for name in ["0000-wall-shell.png", "0001-camera-A.png", "film.mp4"] {
        assert!(
            std::fs::metadata(out.join(name)).unwrap().len() > 1000,
            "{name}"
        );
    }
    assert_eq!(render(&["--wall", "door"]).status.code(), Some(2));
    assert_eq!(render(&["--frames", "5..3"]).status.code(), Some(2));
    assert_eq!(render(&["--take", "none.mcap"]).status.code(), Some(65));
}

/// The demo stage with a change, checked.
fn changed(folder: &Path, from: &str, to: &str) -> serde_json::Value {
    let good = std::fs::read_to_string(root().join("rigs/stages/demo.toml")).unwrap();
    assert!(good.contains(from), "{from} is not in the demo stage");
    let bad = folder.join("bad.toml");
    std::fs::write(&bad, good.replacen(from, to, 1)).unwrap();
    let output = run(&["stage", "check", &bad.to_string_lossy(), "--json"]);
    assert_eq!(output.status.code(), Some(64), "{}", said(&output));
    assert!(said(&output).contains("bad.toml"), "{}", said(&output));
    object(&output)["errors"].clone()
}

#[test]
fn every_mistake_has_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let written = std::fs::read_to_string(root().join("rigs/stages/demo.toml")).unwrap();
    let line_of = |word: &str| 1 + written[..written.find(word).unwrap()].matches('\n').count();
    for (from, to) in [
        ("radius_m = 5.0", "radius_m = -5.0"),
        ("kind = \"cylinder\"", "kind = \"sphere\""),
        ("arc_deg = 160.0", "arc_deg = oops"),
        ("vicon://127.0.0.1:8801", "gopher://127.0.0.1"),
        (
            "../../assets/human/human.glb",
            "../../assets/human/nobody.glb",
        ),
    ] {
        let errors = changed(folder.path(), from, to);
        let line = line_of(from) as u64;
        let found = errors
            .as_array()
            .unwrap()
            .iter()
            .find(|e| e["line"] == line);
        assert!(found.is_some(), "{to}: no error in line {line}: {errors}");
    }
}

#[test]
fn a_stage_file_that_is_not_there_is_said_in_both_languages() {
    for (language, words) in [("en", "Cannot read"), ("zh", "无法读取")] {
        let output = run(&["--lang", language, "stage", "check", "none.toml"]);
        assert_eq!(output.status.code(), Some(65));
        assert!(said(&output).contains(words), "{}", said(&output));
    }
    assert_eq!(run(&["stage"]).status.code(), Some(2));
    assert_eq!(run(&["stage", "chek", "x"]).status.code(), Some(2));
    assert_eq!(run(&["stage", "check"]).status.code(), Some(2));
}

/// Two seconds at 50 Hz.
fn write_take(path: &Path) {
    let config = TakeConfig {
        title: "Scene 4 take 2".into(),
        ..TakeConfig::default()
    };
    let mut writer = TakeWriter::create(path, &config).unwrap();
    for i in 0..101 {
        let frame = MocapFrame {
            heard: HostNs(1_000_000_000 + i * 20_000_000),
            ..MocapFrame::default()
        };
        writer.write_mocap(&frame).unwrap();
    }
    writer.finish().unwrap();
}

#[test]
fn a_take_tells_its_frames_length_and_rates() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scene4.mcap");
    write_take(&path);
    let file = path.to_string_lossy();
    let output = run(&["take", "info", &file, "--json"]);
    assert!(output.status.success(), "{}", said(&output));
    let figures = object(&output);
    assert_eq!(figures["frames"], 101);
    assert_eq!(figures["duration_s"], 2.0);
    assert_eq!(figures["sources"][0]["rate_hz"], 50.0);
    assert_eq!(figures["finished"], true);
    for (language, words) in [("en", "101 frames, 50.0 Hz"), ("zh", "101 帧，50.0 Hz")] {
        let output = run(&["--lang", language, "take", "info", &file]);
        let page = String::from_utf8(output.stdout).unwrap();
        assert!(
            page.contains(words) && page.contains("Scene 4 take 2"),
            "{page}"
        );
    }
}

#[test]
fn a_take_that_is_cut_off_is_told_as_lossy_and_a_stranger_as_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.mcap");
    write_take(&path);
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let output = run(&["take", "info", &path.to_string_lossy(), "--json"]);
    assert_eq!(output.status.code(), Some(67), "{}", said(&output));
    assert_eq!(object(&output)["finished"], false);
    assert_eq!(run(&["take", "info", "README.md"]).status.code(), Some(65));
    assert_eq!(run(&["take", "info", "none.mcap"]).status.code(), Some(65));
    assert_eq!(run(&["take"]).status.code(), Some(2));
}
