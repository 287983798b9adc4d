//! `cyc take pack` and `unpack` from end to end: real takes into a few bytes and back, and the compact form wherever takes are
//! read.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use cyc_take::{TakeFrame, TakeReader, bvh};
use program::{has_shared, object, run, said};
use serde_json::Value;
use std::path::{Path, PathBuf};

const TAKE: &str = "../shared/data/cmu/cmu_02_05.c3d";
const WALK: &str = "assets/performances/walk_dance.bvh";
const HUMAN: &str = "assets/human/human.glb";

fn done(arguments: &[&str]) -> Value {
    let output = run(&[arguments, &["--json"]].concat());
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    object(&output)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn file(folder: &tempfile::TempDir, name: &str) -> PathBuf {
    folder.path().join(name)
}

/// Positions of all performers' joints, metres, and markers, frame after frame.
fn frames(take: &Path) -> (Vec<Vec<glam::DVec3>>, Vec<Vec<Option<glam::DVec3>>>) {
    let mut reader = TakeReader::open(take).unwrap();
    let (mut joints, mut markers) = (Vec::new(), Vec::new());
    while let Some(frame) = reader.next_frame().unwrap() {
        match frame {
            TakeFrame::Stage(frame) => {
                joints.push(
                    frame
                        .performer_joints
                        .iter()
                        .map(|j| j.translation().metres())
                        .collect(),
                );
            }
            TakeFrame::Mocap(frame) => {
                markers.push(
                    frame
                        .markers
                        .iter()
                        .map(|m| m.map(|m| m.metres()))
                        .collect(),
                );
            }
        }
    }
    (joints, markers)
}

#[test]
fn a_solved_take_is_packed_into_half_of_what_others_need_and_comes_back() {
    if !has_shared() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (bvh_file, take) = (
        file(&folder, "solved.bvh"),
        file(&folder, "solved.take.mcap"),
    );
    for out in [&bvh_file, &take] {
        done(&["solve", TAKE, "--out", text(out)]);
    }
    // The poses alone: what ACL needs 130 189 bytes for at the same error.
    let poses = file(&folder, "poses.cyctake");
    let packed = done(&["take", "pack", text(&bvh_file), "--out", text(&poses)]);
    let bytes = packed["bytes"].as_u64().unwrap();
    eprintln!("cmu_02_05: {bytes} bytes of poses");
    assert!(bytes <= 65_000, "{bytes}");
    assert_eq!(std::fs::metadata(&poses).unwrap().len(), bytes);
    // Everything: markers as well.
    let all = file(&folder, "all.cyctake");
    let packed = done(&["take", "pack", text(&take), "--out", text(&all)]);
    eprintln!("cmu_02_05: {packed}");
    assert_eq!(
        (&packed["mocap_frames"], &packed["stage_frames"]),
        (&1854.into(), &1854.into())
    );
    let info = done(&["take", "info", text(&all)]);
    assert_eq!(
        (&info["frames"], &info["finished"]),
        (&(2 * 1854).into(), &true.into())
    );
    assert_eq!(info["compact"]["tracks"][1]["joints"], 22);
    // Compact and unpacked, it is the same take.
    let unpacked = file(&folder, "unpacked.take.mcap");
    assert_eq!(
        done(&["take", "unpack", text(&all), "--out", text(&unpacked)])["frames"],
        2 * 1854
    );
    let truth = frames(&take);
    for form in [&all, &unpacked] {
        let (joints, markers) = frames(form);
        assert_eq!((joints.len(), markers.len()), (1854, 1854));
        for (a, b) in joints.iter().flatten().zip(truth.0.iter().flatten()) {
            assert!(a.distance(*b) <= 1e-4);
        }
        for (a, b) in markers.iter().flatten().zip(truth.1.iter().flatten()) {
            assert_eq!(a.is_some(), b.is_some());
            assert!(a.zip(*b).is_none_or(|(a, b)| a.distance(b) <= 1e-4 + 1e-12));
        }
    }
    // Where takes are read.
    let again = done(&["solve", text(&all)]);
    assert!(
        (again["rms_mm"].as_f64().unwrap() - 4.26).abs() < 0.2,
        "{again}"
    );
    let out = file(&folder, "hero.bvh");
    done(&[
        "retarget",
        text(&all),
        "--character",
        HUMAN,
        "--out",
        text(&out),
    ]);
    let hero = bvh::read(&std::fs::read(&out).unwrap(), &Default::default()).unwrap();
    assert_eq!(hero.frame_count(), 1854);
    let url = format!("take:{}?speed=60", text(&all));
    let heard = run(&["listen", &url, "--seconds", "1", "--json"]);
    let heard = String::from_utf8_lossy(&heard.stdout).into_owned();
    assert!(heard.contains("TakeoMonday"), "{heard}");
}

#[test]
fn a_clip_is_packed_retargeted_and_unpacked() {
    let folder = tempfile::tempdir().unwrap();
    let compact = file(&folder, "walk.cyctake");
    let packed = done(&[
        "take",
        "pack",
        WALK,
        "--out",
        text(&compact),
        "--error-mm",
        "0.5",
    ]);
    assert!(packed["part"].as_f64().unwrap() < 0.04, "{packed}");
    let unpacked = file(&folder, "walk.bvh");
    done(&["take", "unpack", text(&compact), "--out", text(&unpacked)]);
    let read = |path: &Path| bvh::read(&std::fs::read(path).unwrap(), &Default::default()).unwrap();
    let (a, b) = (read(&unpacked), read(&program::root().join(WALK)));
    assert_eq!(
        (a.frame_count(), a.skeleton().len()),
        (b.frame_count(), b.skeleton().len())
    );
    assert!((a.frame_time_s() - b.frame_time_s()).abs() < 1e-8);
    for f in 0..a.frame_count() {
        let at = |clip: &bvh::BvhClip| {
            let mut globals =
                vec![cyc_model::Xf::<cyc_model::Stage, _>::IDENTITY; clip.skeleton().len()];
            clip.skeleton()
                .globals_from_locals(clip.locals(f), &mut globals);
            globals
                .iter()
                .map(|g| g.translation().metres())
                .collect::<Vec<_>>()
        };
        for (a, b) in at(&a).into_iter().zip(at(&b)) {
            assert!(a.distance(b) <= 5e-4 + 1e-6);
        }
    }
    for out in ["one.bvh", "two.bvh"] {
        let take = if out == "one.bvh" {
            text(&compact)
        } else {
            WALK
        };
        done(&[
            "retarget",
            take,
            "--character",
            HUMAN,
            "--out",
            text(&file(&folder, out)),
        ]);
    }
    assert_eq!(
        read(&file(&folder, "one.bvh")).frame_count(),
        read(&file(&folder, "two.bvh")).frame_count()
    );
}

#[test]
fn what_cannot_be_packed_or_unpacked_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let compact = file(&folder, "walk.cyctake");
    done(&[
        "take",
        "pack",
        WALK,
        "--out",
        text(&compact),
        "--error-mm",
        "5",
    ]);
    let refused = |arguments: &[&str], code: i32, words: &str| {
        let output = run(arguments);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?}: {}",
            said(&output)
        );
        assert!(said(&output).contains(words), "{}", said(&output));
    };
    refused(
        &["take", "pack", WALK, "--out", text(&compact)],
        65,
        "exists already",
    );
    let other = file(&folder, "other.cyctake");
    refused(
        &[
            "take",
            "pack",
            WALK,
            "--out",
            text(&other),
            "--error-mm",
            "-1",
        ],
        2,
        "--error-mm",
    );
    refused(
        &["take", "pack", HUMAN, "--out", text(&other)],
        65,
        "not an MCAP file",
    );
    refused(
        &["take", "unpack", WALK, "--out", text(&other)],
        65,
        "not a compact take",
    );
    let mut bytes = std::fs::read(&compact).unwrap();
    let last = bytes.len() - 9;
    bytes[last] ^= 4;
    let broken = file(&folder, "broken.cyctake");
    std::fs::write(&broken, &bytes).unwrap();
    refused(
        &["take", "unpack", text(&broken), "--out", text(&other)],
        65,
        "damaged near byte",
    );
    refused(&["take", "info", text(&broken)], 65, "damaged near byte");
    std::fs::write(&broken, &bytes[..last]).unwrap();
    refused(
        &["retarget", text(&broken), "--character", HUMAN],
        65,
        "cut off",
    );
    assert!(!other.exists());
}
