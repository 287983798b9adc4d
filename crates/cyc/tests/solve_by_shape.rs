//! `cyc solve --ignore-labels`, judged by the labels that the file has and that were ignored; and rigs of other programs.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use program::{object, run, said};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A file of the shared recordings; `None` after having said that the test is skipped.
fn shared(file: &str) -> Option<PathBuf> {
    let path = program::root().join("../shared/data").join(file);
    if path.exists() {
        return Some(path);
    }
    let required = std::env::var("CYC_SHARED").is_ok_and(|v| v == "required");
    assert!(!required, "CYC_SHARED=required, but {file} is not there");
    eprintln!("SKIPPED: ../shared/data/{file} is not there");
    None
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[test]
fn a_take_is_labelled_anew_and_says_how_many_labels_agree() {
    let Some(take) = shared("cmu/cmu_dribble_shoot_basketball.c3d") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let (take, rig) = (text(&take), text(&folder.path().join("rig.toml")));
    let calibrated = run(&["calibrate", &take, "--out", &rig]);
    assert!(calibrated.status.success(), "{}", said(&calibrated));
    let solved = run(&["solve", &take, "--rig", &rig, "--ignore-labels", "--json"]);
    assert!(solved.status.success(), "{}", said(&solved));
    let labelling = object(&solved)["performers"][0]["labelling"].clone();
    let agreement = labelling["agreement"].as_f64().unwrap();
    assert!(agreement >= 0.995, "{labelling}");
    assert!(labelling["sure"].as_f64().unwrap() > 0.8, "{labelling}");
    assert!(
        labelling["compared"].as_u64().unwrap() > 12_000,
        "{labelling}"
    );
    // With the take's own labels there is nothing to compare.
    let plain = run(&["solve", &take, "--rig", &rig, "--json"]);
    assert_eq!(object(&plain)["performers"][0]["labelling"], Value::Null);
}

#[test]
fn an_opensim_model_is_a_rig() {
    let Some(take) = shared("pycgm/Movement_trial.c3d") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model.osim");
    // A free body with three of the head markers of the take.
    let marker = |name: &str, x: f64| {
        format!(
            "<Marker name=\"{name}\"><socket_parent_frame>/bodyset/head</socket_parent_frame><location>{x} 0 0</location></Marker>"
        )
    };
    let osim = format!(
        "<?xml version=\"1.0\"?><OpenSimDocument Version=\"40000\"><Model name=\"head\"><BodySet><objects><Body name=\"head\"/></objects></BodySet><JointSet><objects><FreeJoint name=\"free\"><socket_parent_frame>/ground</socket_parent_frame><socket_child_frame>/bodyset/head</socket_child_frame></FreeJoint></objects></JointSet><MarkerSet><objects>{}{}{}</objects></MarkerSet></Model></OpenSimDocument>",
        marker("LFHD", 0.0),
        marker("RFHD", 0.15),
        marker("LBHD", 0.3)
    );
    std::fs::write(&model, osim).unwrap();
    let solved = run(&["solve", &text(&take), "--rig", &text(&model), "--json"]);
    assert!(solved.status.success(), "{}", said(&solved));
    let performer = object(&solved)["performers"][0].clone();
    assert_eq!(
        (&performer["rig"], &performer["markers"]),
        (&Value::from("head"), &Value::from(3))
    );
}
