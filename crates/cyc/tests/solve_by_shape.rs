//! `cyc solve --ignore-labels`, judged by the labels that the file has and that were ignored; rigs of other programs; and
//! gaps that are filled, judged by what was cut out of them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use cyc_take::c3d;
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

/// Takes markers out of a C3D file of floats without analog samples: -1 in the fourth word, as the format has it.
fn hide(file: &mut [u8], markers: &[usize], frames: std::ops::Range<usize>) {
    let word = |at: usize| usize::from(u16::from_le_bytes([file[at], file[at + 1]]));
    let (points, start) = (word(2), (word(16) - 1) * 512);
    for frame in frames {
        for marker in markers {
            let at = start + (frame * points + marker) * 16;
            file[at..at + 12].fill(0);
            file[at + 12..at + 16].copy_from_slice(&(-1f32).to_le_bytes());
        }
    }
}

fn solved(take: &Path, out: &Path) {
    let output = run(&["solve", &text(take), "--out", &text(out)]);
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn hidden_markers_are_filled_and_said_to_be() {
    let Some(trial) = shared("pycgm/Movement_trial.c3d") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let [whole, gaps, filled] =
        ["whole", "gaps", "filled"].map(|n| folder.path().join(format!("{n}.c3d")));
    solved(&trial, &whole);
    let mut bytes = std::fs::read(&whole).unwrap();
    let before = c3d::read(&bytes).unwrap();
    let original = c3d::read(&std::fs::read(&trial).unwrap()).unwrap();
    // One at a time and two, for half a second each.
    let hidden = [
        ("LFHD", 40..100),
        ("LKNE", 150..210),
        ("LTIB", 230..290),
        ("RFIN", 100..160),
    ];
    for (label, frames) in &hidden {
        hide(&mut bytes, &[before.find(label).unwrap()], frames.clone());
    }
    std::fs::write(&gaps, &bytes).unwrap();
    solved(&gaps, &filled);
    let after = c3d::read(&std::fs::read(&filled).unwrap()).unwrap();
    assert_eq!(after.frame_count(), original.frame_count());
    assert_eq!(after.first_frame(), original.first_frame());
    let (mut sum, mut n) = (0.0, 0);
    for label in after.labels() {
        let [column, theirs] = [&after, &original].map(|t| t.find(&label.name).unwrap());
        let gap = hidden.iter().find(|(name, _)| *name == label.name);
        for frame in 0..after.frame_count() {
            let (Some(got), Some(true_at)) =
                (after.frame(frame)[column], original.frame(frame)[theirs])
            else {
                panic!("{} in frame {frame}", label.name);
            };
            let apart = got.metres().distance(true_at.metres());
            let measured = after.measurement(frame, column).unwrap();
            if gap.is_some_and(|(_, frames)| frames.contains(&frame)) {
                assert_eq!(
                    (measured.residual_m, measured.cameras),
                    (0.0, 0),
                    "{} in frame {frame}",
                    label.name
                );
                (sum, n) = (sum + apart * apart, n + 1);
            } else {
                assert!(apart < 1e-5, "{} in frame {frame}: {apart} m", label.name);
                assert!(measured.residual_m > 0.0 && measured.cameras > 0);
            }
        }
    }
    assert_eq!(
        n,
        hidden.iter().map(|(_, frames)| frames.len()).sum::<usize>()
    );
    let rms_m = (sum / n as f64).sqrt();
    eprintln!("hidden markers are off by {:.1} mm", rms_m * 1e3);
    assert!(rms_m < 0.008, "{rms_m} m");
}
