//! `cyc calibrate` and `cyc solve` from the take to the files they leave behind.
//!
//! Their figures are judged by what they wrote: marker residuals are computed here again, from the joints in the take
//! and in the BVH, the marker places in the rig file, and the points of the C3D file, none of it with the solver.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use cyc_take::{TakeFrame, TakeReader, c3d};
use glam::{DMat3, DVec3};
use program::{cyc, object, run, said};
use serde_json::Value;
use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

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

/// Marker places of a rig file: label, joint, metres in the joint's frame.
fn marker_places(rig: &str) -> Vec<(String, String, DVec3)> {
    let rig: toml::Table = rig.parse().unwrap();
    let marker = |m: &toml::Value| {
        let offset = m["offset_m"].as_array().unwrap();
        let offset: Vec<f64> = offset.iter().map(|v| v.as_float().unwrap()).collect();
        let name = |key: &str| m[key].as_str().unwrap().to_owned();
        (name("label"), name("joint"), DVec3::from_slice(&offset))
    };
    rig["marker"]
        .as_array()
        .unwrap()
        .iter()
        .map(marker)
        .collect()
}

fn joint_names(rig: &str) -> Vec<String> {
    let rig: toml::Table = rig.parse().unwrap();
    let joints = rig["joint"].as_array().unwrap();
    let name = |j: &toml::Value| j["name"].as_str().unwrap().to_owned();
    joints.iter().map(name).collect()
}

/// Root mean square distance of where `fitted` says a marker is from where the C3D file has it, millimetres.
fn rms_mm(
    file: &Path,
    places: &[(String, String, DVec3)],
    fitted: impl Fn(usize, &str, DVec3) -> DVec3,
) -> f64 {
    let take = c3d::read(&std::fs::read(file).unwrap()).unwrap();
    let (mut sum, mut n) = (0.0, 0);
    for (label, joint, offset) in places {
        let column = take.find(label).unwrap();
        for frame in 0..take.frame_count() {
            if let Some(seen) = take.frame(frame)[column] {
                sum += fitted(frame, joint, *offset).distance_squared(seen.metres());
                n += 1;
            }
        }
    }
    assert!(n > 1000, "{n} markers");
    (sum / f64::from(n)).sqrt() * 1e3
}

/// The joints of all frames of a take, by name: rotation and place.
fn joints_of_take(take: &Path, names: &[String]) -> Vec<HashMap<String, (DMat3, DVec3)>> {
    let mut reader = TakeReader::open(take).unwrap();
    let mut frames = Vec::new();
    while let Some(frame) = reader.next_frame().unwrap() {
        if let TakeFrame::Stage(stage) = frame {
            let joints = stage.joints_of_performer(0);
            assert_eq!(joints.len(), names.len());
            let pose = |j: &cyc_model::Xf<_, _>| {
                (DMat3::from_quat(j.rotation()), j.translation().metres())
            };
            frames.push(names.iter().cloned().zip(joints.iter().map(pose)).collect());
        }
    }
    frames
}

/// The joints of all frames of a BVH in metres, read here: rotation and place by name.
fn joints_of_bvh(text: &str) -> Vec<HashMap<String, (DMat3, DVec3)>> {
    struct Joint {
        name: String,
        parent: Option<usize>,
        offset: DVec3,
        channels: Vec<String>,
    }
    let mut words = text.split_whitespace();
    let (mut joints, mut open): (Vec<Joint>, Vec<Option<usize>>) = (Vec::new(), Vec::new());
    let number = |words: &mut std::str::SplitWhitespace<'_>| -> f64 {
        words.next().unwrap().parse().unwrap()
    };
    let mut pending = None;
    loop {
        match words.next().unwrap() {
            "ROOT" | "JOINT" => {
                let parent = open.last().copied().flatten();
                let name = words.next().unwrap().to_owned();
                joints.push(Joint {
                    name,
                    parent,
                    offset: DVec3::ZERO,
                    channels: Vec::new(),
                });
                pending = Some(joints.len() - 1);
            }
            "End" => {
                words.next();
                pending = None;
            }
            "{" => open.push(pending),
            "}" => {
                open.pop();
            }
            "OFFSET" => {
                let offset = DVec3::new(number(&mut words), number(&mut words), number(&mut words));
                if let Some(joint) = open.last().copied().flatten() {
                    joints[joint].offset = offset;
                }
            }
            "CHANNELS" => {
                let count = number(&mut words) as usize;
                let joint = open.last().copied().flatten().unwrap();
                joints[joint].channels = (0..count)
                    .map(|_| words.next().unwrap().to_owned())
                    .collect();
            }
            "MOTION" => break,
            _ => {}
        }
    }
    words.next();
    let frames = number(&mut words) as usize;
    assert_eq!((words.next(), words.next()), (Some("Frame"), Some("Time:")));
    number(&mut words);
    (0..frames)
        .map(|_| {
            let mut globals: Vec<(DMat3, DVec3)> = Vec::new();
            for joint in &joints {
                let (mut place, mut turn) = (joint.offset, DMat3::IDENTITY);
                for channel in &joint.channels {
                    let value = number(&mut words);
                    let angle = value.to_radians();
                    match channel.as_str() {
                        "Xposition" => place.x = value,
                        "Yposition" => place.y = value,
                        "Zposition" => place.z = value,
                        "Xrotation" => turn *= DMat3::from_rotation_x(angle),
                        "Yrotation" => turn *= DMat3::from_rotation_y(angle),
                        "Zrotation" => turn *= DMat3::from_rotation_z(angle),
                        other => panic!("{other}"),
                    }
                }
                let place = place * 0.01;
                globals.push(match joint.parent.map(|p| globals[p]) {
                    Some((r, t)) => (r * turn, t + r * place),
                    None => (turn, place),
                });
            }
            joints.iter().map(|j| j.name.clone()).zip(globals).collect()
        })
        .collect()
}

#[test]
fn a_movement_is_calibrated_solved_and_written() {
    let Some(take) = shared("pycgm/Movement_trial.c3d") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let (rig, motion, bvh) = (at("rig.toml"), at("out.mcap"), at("out.bvh"));
    let output = run(&[
        "calibrate",
        &text(&take),
        "--markerset",
        "plug-in-gait-39",
        "--out",
        &text(&rig),
        "--json",
    ]);
    assert!(output.status.success(), "{}", said(&output));
    let calibrated = object(&output);
    assert_eq!(calibrated["markers"], 39);
    let after_mm = calibrated["rms_after_mm"].as_f64().unwrap();
    assert!(after_mm < 6.0 && after_mm < 0.5 * calibrated["rms_before_mm"].as_f64().unwrap());

    let output = run(&[
        "solve",
        &text(&take),
        "--rig",
        &text(&rig),
        "--robust",
        "off",
        "--out",
        &text(&motion),
        "--out",
        &text(&bvh),
        "--report",
        &text(&at("report")),
        "--json",
    ]);
    assert!(output.status.success(), "{}", said(&output));
    let figures = object(&output);
    assert_eq!(
        (&figures["frames"], &figures["markers"]),
        (&323.into(), &39.into())
    );
    let told_mm = figures["rms_mm"].as_f64().unwrap();
    assert!(told_mm < 6.0, "{told_mm}");
    let p50 = figures["p50_us"].as_f64().unwrap();
    assert!(p50 > 0.0 && p50 <= figures["p99_us"].as_f64().unwrap());
    assert!(figures["labelled_ratio"].as_f64().unwrap() > 0.97);

    let rig_text = std::fs::read_to_string(&rig).unwrap();
    let (places, names) = (marker_places(&rig_text), joint_names(&rig_text));
    let frames = joints_of_take(&motion, &names);
    let from_take_mm = rms_mm(&take, &places, |f, joint, offset| {
        let (turn, place) = frames[f][joint];
        place + turn * offset
    });
    assert!(
        (from_take_mm - told_mm).abs() < 1e-3,
        "{from_take_mm} {told_mm}"
    );
    // In this rig every joint has the model's axes at rest, as in the BVH.
    let frames = joints_of_bvh(&std::fs::read_to_string(&bvh).unwrap());
    assert_eq!(frames.len(), 323);
    let from_bvh_mm = rms_mm(&take, &places, |f, joint, offset| {
        let (turn, place) = frames[f][joint];
        place + turn * offset
    });
    assert!(
        (from_bvh_mm - told_mm).abs() < 1e-2,
        "{from_bvh_mm} {told_mm}"
    );

    let page = std::fs::read_to_string(at("report/report.html")).unwrap();
    let worst = figures["performers"][0]["worst_marker"].as_str().unwrap();
    assert!(page.contains(worst) && page.contains("<svg") && !page.contains("src=\"http"));
    // The take that was written is a take that can be solved again.
    let again = run(&[
        "solve",
        &text(&motion),
        "--rig",
        &text(&rig),
        "--robust",
        "off",
        "--json",
    ]);
    assert!(again.status.success(), "{}", said(&again));
    let again_mm = object(&again)["rms_mm"].as_f64().unwrap();
    assert!((again_mm - told_mm).abs() < 1e-6, "{again_mm} {told_mm}");
}

#[test]
fn the_vendors_rig_reaches_the_least_squares_optimum_of_other_solvers() {
    let (Some(take), Some(rig)) = (shared("pycgm/Movement_trial.c3d"), shared("pycgm/Test.vsk"))
    else {
        return;
    };
    let output = run(&[
        "solve",
        &text(&take),
        "--rig",
        &text(&rig),
        "--robust",
        "off",
        "--json",
    ]);
    assert!(output.status.success(), "{}", said(&output));
    let rms_mm = object(&output)["rms_mm"].as_f64().unwrap();
    // Every converged solver finds 12.392 mm on this file; below it something would be wrong with the sums.
    assert!((12.38..12.45).contains(&rms_mm), "{rms_mm}");
}

#[test]
fn what_is_worn_is_recognised_and_told_in_both_languages() {
    let Some(take) = shared("pycgm/Static_trial.c3d") else {
        return;
    };
    for (language, words) in [("en", "recognised from"), ("zh", "由标签识别为")] {
        let output = run(&["--lang", language, "solve", &text(&take)]);
        assert!(output.status.success(), "{}", said(&output));
        let page = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            page.contains("plug-in-gait-39") && page.contains(words),
            "{page}"
        );
        assert!(
            said(&output).lines().count() >= 3,
            "progress goes to standard error"
        );
    }
}

/// The program with a file as standard input.
fn run_with_input(arguments: &[&str], input: &[u8]) -> std::process::Output {
    let mut child = cyc(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The program may refuse the input before it has read it all.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

#[test]
fn standard_input_says_the_same_as_the_file() {
    let (Some(take), Some(rig)) = (shared("pycgm/Movement_trial.c3d"), shared("pycgm/Test.vsk"))
    else {
        return;
    };
    let figures = |output: std::process::Output| -> Value {
        assert!(output.status.success(), "{}", said(&output));
        object(&output)["rms_mm"].clone()
    };
    let rig = text(&rig);
    let file = run(&["solve", &text(&take), "--rig", &rig, "--json"]);
    let input = run_with_input(
        &["solve", "-", "--rig", &rig, "--json"],
        &std::fs::read(&take).unwrap(),
    );
    assert_eq!(figures(file), figures(input));
}

/// A model as it is often kept: with its markers in another file.
const BARE_OSIM: &str = include_str!("solve/bare.osim");

#[test]
fn what_cannot_be_solved_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| text(&folder.path().join(name));
    std::fs::write(at("words.c3d"), "these are no markers").unwrap();
    std::fs::write(at("empty.c3d"), "").unwrap();
    let mut cases = vec![
        (vec!["solve".into(), at("none.c3d")], 65, "Cannot read"),
        (vec!["solve".into(), text(folder.path())], 65, "Cannot read"),
        (
            vec!["solve".into(), at("words.c3d")],
            65,
            "neither a C3D file nor a take",
        ),
        (
            vec!["solve".into(), at("empty.c3d")],
            65,
            "neither a C3D file nor a take",
        ),
        (
            vec![
                "solve".into(),
                at("words.c3d"),
                "--out".into(),
                folder.path().join("./words.c3d").display().to_string(),
            ],
            2,
            "would be lost",
        ),
        (vec!["solve".into()], 2, "TAKE"),
        (vec!["calibrate".into(), at("words.c3d")], 2, "--out"),
        (
            vec!["solve".into(), at("words.c3d"), "--out".into(), at("x.fbx")],
            2,
            ".bvh, .mcap or .c3d",
        ),
        (
            vec![
                "solve".into(),
                at("words.c3d"),
                "--robust".into(),
                "maybe".into(),
            ],
            2,
            "--robust",
        ),
    ];
    if let Some(take) = shared("pycgm/Movement_trial.c3d") {
        let whole = std::fs::read(&take).unwrap();
        std::fs::write(at("cut.c3d"), &whole[..whole.len() / 2]).unwrap();
        std::fs::write(at("bare.osim"), BARE_OSIM).unwrap();
        let bare = ["solve", &text(&take), "--rig", &at("bare.osim")].map(str::to_owned);
        cases.push((bare.to_vec(), 65, "without markers"));
        // Her file gives her no name: she is the first.
        let nobody = ["--subject", "NOBODY", "--out", &at("rig.toml")].map(str::to_owned);
        let nobody = [&["calibrate".to_owned(), text(&take)], &nobody[..]].concat();
        cases.push((nobody, 65, "In this take are: 1."));
        let mut other = whole;
        // A label of each marker set that is known is spoiled: the take wears nothing that is known.
        for i in 0..other.len() - 4 {
            if matches!(
                &other[i..i + 4],
                b"LFHD"
                    | b"RFHD"
                    | b"LBHD"
                    | b"RBHD"
                    | b"CLAV"
                    | b"STRN"
                    | b"LASI"
                    | b"RASI"
                    | b"LPSI"
                    | b"RPSI"
                    | b"LKNE"
                    | b"RKNE"
                    | b"LANK"
                    | b"RANK"
                    | b"LTOE"
                    | b"RTOE"
            ) {
                other[i + 3] = b'_';
            }
        }
        std::fs::write(at("strange.c3d"), other).unwrap();
        let take = text(&take);
        let out = "/proc/none/out.bvh".to_owned();
        cases.extend([
            (vec!["solve".into(), at("cut.c3d")], 65, "cut off"),
            (
                vec!["solve".into(), at("strange.c3d")],
                65,
                "plug-in-gait-39 (23/39)",
            ),
            (
                vec![
                    "solve".into(),
                    take.clone(),
                    "--markerset".into(),
                    "none".into(),
                ],
                2,
                "plug-in-gait-39",
            ),
            (
                vec![
                    "solve".into(),
                    take.clone(),
                    "--markerset".into(),
                    "production-53".into(),
                ],
                65,
                "does not wear",
            ),
            (
                vec![
                    "solve".into(),
                    take.clone(),
                    "--rig".into(),
                    at("words.c3d"),
                ],
                64,
                "Rig file",
            ),
            (
                vec!["solve".into(), take, "--out".into(), out],
                66,
                "Cannot write",
            ),
        ]);
    }
    for (arguments, code, words) in cases {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = run(&arguments);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?}: {}",
            said(&output)
        );
        assert!(
            said(&output).contains(words),
            "{arguments:?}: {}",
            said(&output)
        );
        assert!(output.stdout.is_empty());
    }
}
