//! `cyc character inspect` on characters of every kind.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use program::{object, root, run, said};
use std::path::Path;

const HUMAN: &str = "assets/human/human.glb";

#[test]
fn our_human_is_told_whole() {
    let output = run(&["character", "inspect", HUMAN, "--json"]);
    assert!(output.status.success(), "{}", said(&output));
    let figures = object(&output);
    assert_eq!(figures["bones"]["leftUpperLeg"], "mixamorig:LeftUpLeg");
    assert_eq!(figures["bones_by"]["leftUpperLeg"], "name");
    assert_eq!(figures["missing"].as_array().map(Vec::len), Some(0));
    assert_eq!(figures["rest_pose"], "A");
    assert_eq!(figures["facing"], "+z");
    assert_eq!(figures["joints"], 54);
    assert_eq!(figures["morphs"].as_array().map(Vec::len), Some(52));
    assert_eq!(figures["face"]["jawOpen"]["targets"]["jawOpen"], 1.0);
    let height = figures["height_m"].as_f64().unwrap();
    assert!((1.6..1.9).contains(&height), "{height}");
    assert!(figures["vertices"].as_u64() > Some(10_000));
    for (language, words) in [("en", "by its name"), ("zh", "按名称")] {
        let output = run(&["--lang", language, "character", "inspect", HUMAN]);
        let page = String::from_utf8(output.stdout).unwrap();
        assert!(
            page.contains(words) && page.contains("mixamorig:Hips"),
            "{page}"
        );
    }
}

/// A map is written, corrected by a person, and obeyed.
#[test]
fn a_map_goes_out_and_comes_back_corrected() {
    let folder = tempfile::tempdir().unwrap();
    let map = folder.path().join("human.toml");
    let path = map.to_string_lossy().into_owned();
    let output = run(&["character", "inspect", HUMAN, "--map-out", &path]);
    assert!(output.status.success(), "{}", said(&output));
    let written = std::fs::read_to_string(&map).unwrap();
    let inspect = |text: &str| {
        std::fs::write(&map, text).unwrap();
        run(&["character", "inspect", HUMAN, "--map", &path, "--json"])
    };
    let same = object(&inspect(&written));
    assert_eq!(same["bones_by"]["hips"], "map");
    assert_eq!(same["missing"].as_array().map(Vec::len), Some(0));
    let chest = written.replace("chest = \"mixamorig:Spine1\"", "chest = \"\"");
    let corrected = object(&inspect(&chest));
    assert_eq!(corrected["bones"].get("chest"), None);
    assert_eq!(corrected["bones"]["spine"], "mixamorig:Spine");
    let slip = written.replace("\"mixamorig:Spine1\"", "\"mixamorig:Spinne1\"");
    let output = inspect(&slip);
    assert_eq!(output.status.code(), Some(64), "{}", said(&output));
    let line = 1 + slip[..slip.find("Spinne1").unwrap()].matches('\n').count();
    let told = said(&output);
    assert!(told.contains(&format!("line {line}")), "{told}");
    assert!(told.contains("Did you mean “mixamorig:Spine1”?"), "{told}");
}

#[test]
fn what_is_no_human_is_told_and_refused_with_the_reason() {
    let shared = |name: &str| root().join("../shared/data/characters").join(name);
    for (file, reason) in [
        ("Fox.glb", "four legs"),
        ("MorphStressTest.gltf", "no joints"),
    ] {
        let path = shared(file);
        if !path.is_file() {
            let required = std::env::var("CYC_SHARED").as_deref() == Ok("required");
            assert!(!required, "CYC_SHARED=required, but {file} is not there");
            eprintln!("SKIPPED: ../shared/data/characters/{file} is not there");
            continue;
        }
        let output = run(&["character", "inspect", &path.to_string_lossy(), "--json"]);
        assert_eq!(output.status.code(), Some(65), "{file}");
        assert!(said(&output).contains(reason), "{}", said(&output));
        let figures = object(&output);
        assert_eq!(figures["humanoid"], false);
        assert!(figures["refusal"].as_str().unwrap().contains(reason));
        assert!(figures["vertices"].as_u64() > Some(1000));
    }
}

/// A glTF with its buffer in a file of its own.
fn write_gltf(folder: &Path, uri: &str) -> String {
    let triangle = [0f32, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0];
    let bytes: Vec<u8> = triangle.iter().flat_map(|v| v.to_le_bytes()).collect();
    std::fs::write(folder.join("own.bin"), bytes).unwrap();
    let json = format!(
        r#"{{"asset":{{"version":"2.0"}},"nodes":[{{"mesh":0}}],
        "meshes":[{{"primitives":[{{"attributes":{{"POSITION":0}}}}]}}],
        "accessors":[{{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3"}}],
        "bufferViews":[{{"buffer":0,"byteLength":36}}],
        "buffers":[{{"byteLength":36,"uri":"{uri}"}}]}}"#
    );
    let path = folder.join("triangle.gltf");
    std::fs::write(&path, json).unwrap();
    path.to_string_lossy().into_owned()
}

#[test]
fn files_beside_a_character_are_read_and_files_elsewhere_are_not() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("asset");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(root.path().join("secret.bin"), [0; 36]).unwrap();
    std::os::unix::fs::symlink(root.path().join("secret.bin"), folder.join("link.bin")).unwrap();
    let output = run(&[
        "character",
        "inspect",
        &write_gltf(&folder, "own.bin"),
        "--json",
    ]);
    assert_eq!(object(&output)["vertices"], 3, "{}", said(&output));
    for uri in ["../secret.bin", "link.bin", "file:///etc/hostname"] {
        let output = run(&["character", "inspect", &write_gltf(&folder, uri)]);
        assert_eq!(output.status.code(), Some(65), "{uri}");
        assert!(
            said(&output).contains("outside the character’s folder"),
            "{}",
            said(&output)
        );
    }
}

/// Where a file is wrong is told in the language of what is wrong.
#[test]
fn the_place_of_a_fault_is_told_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let path = write_gltf(folder.path(), "own.bin");
    let whole = std::fs::read_to_string(&path).unwrap();
    let node = r#""nodes":[{"mesh":0}]"#;
    let view = r#""buffer":0,"byteLength":36"#;
    for (from, to, english, chinese) in [
        (
            node,
            r#""nodes":[{"mesh":0,"name":"Hüfte","rotation":[0,0,0,0]}]"#,
            "node 0 (Hüfte): ",
            "节点 0（Hüfte）：",
        ),
        (
            view,
            r#""buffer":0,"byteLength":400"#,
            "buffer view 0: ",
            "缓冲区视图 0：",
        ),
        ("VEC3", "VEC2", "accessor 0 has ", "访问器 0 有 "),
        (
            r#"{"POSITION":0}"#,
            r#"{"POSITION":7}"#,
            "mesh 0, primitive 0, POSITION ",
            "网格 0 的图元 0 的 POSITION ",
        ),
        (r#""own.bin""#, r#""data:,x""#, "buffer 0: ", "缓冲区 0："),
    ] {
        let broken = whole.replace(from, to);
        assert_ne!(broken, whole, "{from}");
        std::fs::write(&path, broken).unwrap();
        for (language, words) in [("en", english), ("zh", chinese)] {
            let output = run(&["--lang", language, "character", "inspect", &path]);
            assert_eq!(output.status.code(), Some(65), "{to}");
            assert!(said(&output).contains(words), "{}", said(&output));
        }
    }
}

#[test]
fn the_command_line_is_checked() {
    assert_eq!(run(&["character"]).status.code(), Some(2));
    assert_eq!(run(&["character", "inspect"]).status.code(), Some(2));
    assert_eq!(
        run(&["character", "inspect", "none.glb"]).status.code(),
        Some(65)
    );
    assert_eq!(
        run(&["character", "inspect", "README.md"]).status.code(),
        Some(65)
    );
}
