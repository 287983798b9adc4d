//! The committed performances hold what the demo and LICENSES.md promise.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::bvh_reader::{Bvh, Placed, axis_angle, product, transposed, turned};

pub const NAMES: [&str; 3] = ["walk_dance", "action", "floor"];

fn assets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets")
}

pub fn load(name: &str) -> Bvh {
    let path = assets().join(format!("performances/{name}.bvh"));
    Bvh::parse(&std::fs::read_to_string(path).expect("a committed performance"))
}

pub fn placed(bvh: &Bvh) -> Vec<Placed> {
    (0..bvh.frames.len())
        .map(|frame| bvh.placed(frame))
        .collect()
}

/// Rest position of a joint in the committed skeleton, metres.
fn rest_m(name: &str) -> [f64; 3] {
    let text = std::fs::read_to_string(assets().join("human/skeleton.json")).expect("skeleton");
    let skeleton: Value = serde_json::from_str(&text).expect("JSON");
    let joints = skeleton["joints"].as_array().expect("joints");
    let full = format!("mixamorig:{name}");
    let joint = joints
        .iter()
        .find(|j| j["name"] == full.as_str())
        .expect("a joint of that name");
    [0, 1, 2].map(|i| joint["rest_global_position_m"][i].as_f64().expect("metres"))
}

/// Share of frames in which the toe joint is down and slow, and its mean speed there, mm/s.
fn stance_skate(frames: &[Placed], toe: usize, frame_time_s: f64) -> (f64, f64) {
    let toe_rest_m = rest_m("LeftToeBase")[1];
    let (mut count, mut sum) = (0, 0.0);
    for k in 1..frames.len() - 1 {
        let (_, before) = frames[k - 1][toe];
        let (_, here) = frames[k][toe];
        let (_, after) = frames[k + 1][toe];
        let speed = (after[0] - before[0]).hypot(after[2] - before[2]) / (2.0 * frame_time_s);
        if here[1] < toe_rest_m + 0.006 && speed < 0.25 {
            count += 1;
            sum += 1000.0 * speed;
        }
    }
    (
        count as f64 / frames.len() as f64,
        sum / f64::from(count.max(1)),
    )
}

#[test]
fn hierarchy_is_the_committed_skeleton() {
    let text = std::fs::read_to_string(assets().join("human/skeleton.json")).expect("skeleton");
    let skeleton: Value = serde_json::from_str(&text).expect("JSON");
    let joints = skeleton["joints"].as_array().expect("joints");
    for name in NAMES {
        let bvh = load(name);
        assert_eq!(bvh.joints.len(), joints.len(), "{name}");
        for expected in joints {
            let joint_name = expected["name"].as_str().expect("a name");
            let joint = bvh
                .joints
                .iter()
                .find(|j| j.name == joint_name)
                .expect(joint_name);
            let parent = joint.parent.map(|p| bvh.joints[p].name.as_str());
            assert_eq!(
                parent,
                expected["parent"].as_str(),
                "{name}: parent of {joint_name}"
            );
            for axis in 0..3 {
                let rest_m = expected["rest_local_translation_m"][axis]
                    .as_f64()
                    .expect("metres");
                assert!(
                    (joint.offset_cm[axis] / 100.0 - rest_m).abs() < 1e-6,
                    "{joint_name}"
                );
            }
        }
    }
}

#[test]
fn long_enough_at_120_hz_and_small_enough() {
    let mut total = 0;
    for name in NAMES {
        let bvh = load(name);
        assert!((bvh.frame_time_s - 1.0 / 120.0).abs() < 1e-8, "{name}");
        assert!(
            bvh.frames.len() as f64 * bvh.frame_time_s >= 15.0,
            "{name} is too short"
        );
        let path = assets().join(format!("performances/{name}.bvh"));
        let size = std::fs::metadata(path).expect("metadata").len();
        assert!(size <= 6_000_000, "{name} has {size} bytes");
        total += size;
    }
    assert!(total <= 12_000_000, "{total} bytes in all");
}

#[test]
fn starts_in_the_rest_pose_facing_the_audience() {
    for name in NAMES {
        let bvh = load(name);
        let hips_rest_m = bvh.joints[0].offset_cm[1] / 100.0;
        for frame in 0..100 {
            let (locals, root_m) = bvh.locals(frame);
            assert!(
                (root_m[1] - hips_rest_m).abs() < 1e-4,
                "{name}, frame {frame}"
            );
            for (local, joint) in locals.iter().zip(&bvh.joints) {
                let bent = axis_angle(local)
                    .iter()
                    .map(|x| x.abs())
                    .fold(0.0, f64::max);
                assert!(bent < 1e-4, "{name}, frame {frame}: {} is bent", joint.name);
            }
        }
    }
}

#[test]
fn stays_on_the_stage_and_above_the_floor() {
    for name in NAMES {
        let bvh = load(name);
        let feet = ["Right", "Left"].map(|side| bvh.find(&format!("{side}Foot")));
        let (ankle, toe) = (rest_m("LeftFoot"), rest_m("LeftToeBase"));
        // Under the ankle, behind it and under the toe joint, on the sole of the rest pose.
        let soles = [0.0, -0.045, toe[2] - ankle[2]].map(|ahead_m| [0.0, -ankle[1], ahead_m]);
        for (frame, joints) in placed(&bvh).iter().enumerate() {
            for ((_, at_m), joint) in joints.iter().zip(&bvh.joints) {
                assert!(
                    at_m[0].abs() < 2.3 && at_m[2].abs() < 2.3,
                    "{name}: {}",
                    joint.name
                );
                assert!(
                    at_m[1] > -0.01,
                    "{name}, frame {frame}: {} is under it",
                    joint.name
                );
            }
            for foot in feet {
                let (turn, ankle_m) = joints[foot];
                for sole_m in soles {
                    let point = turned(&turn, sole_m);
                    let height_m = ankle_m[1] + point[1];
                    assert!(
                        height_m > -0.01,
                        "{name}, frame {frame}: sole at {height_m} m"
                    );
                }
            }
        }
    }
}

#[test]
fn standing_feet_do_not_slide() {
    for name in NAMES {
        let bvh = load(name);
        let frames = placed(&bvh);
        for side in ["Right", "Left"] {
            let toe = bvh.find(&format!("{side}ToeBase"));
            let (share, skate_mm_s) = stance_skate(&frames, toe, bvh.frame_time_s);
            println!(
                "{name} {side}: stands {:.0} %, skates {skate_mm_s:.1} mm/s",
                100.0 * share
            );
            assert!(share > 0.15, "{name}: {side} hardly stands ({share})");
            assert!(
                skate_mm_s <= 15.0,
                "{name}: {side} slides at {skate_mm_s} mm/s"
            );
        }
    }
}

#[test]
fn a_performer_on_ice_would_be_noticed() {
    let bvh = load("walk_dance");
    let mut frames = placed(&bvh);
    for (k, joints) in frames.iter_mut().enumerate() {
        for (_, at_m) in joints {
            at_m[0] += 0.05 * k as f64 * bvh.frame_time_s;
        }
    }
    let (_, skate_mm_s) = stance_skate(&frames, bvh.find("LeftToeBase"), bvh.frame_time_s);
    assert!(
        skate_mm_s > 40.0,
        "50 mm/s of drift read as {skate_mm_s} mm/s"
    );
}

#[test]
fn nothing_pops_and_knees_bend_the_right_way() {
    for name in NAMES {
        let bvh = load(name);
        let mut last: Option<(Vec<_>, Vec<[f64; 3]>)> = None;
        for frame in 0..bvh.frames.len() {
            let (locals, _) = bvh.locals(frame);
            let velocities: Vec<[f64; 3]> = match &last {
                None => vec![[0.0; 3]; locals.len()],
                Some((before, _)) => locals
                    .iter()
                    .zip(before)
                    .map(|(now, was)| {
                        axis_angle(&product(now, &transposed(was))).map(|x| x / bvh.frame_time_s)
                    })
                    .collect(),
            };
            if let Some((_, was)) = &last {
                for ((v, w), joint) in velocities.iter().zip(was).zip(&bvh.joints) {
                    let change: f64 = (0..3).map(|i| (v[i] - w[i]).powi(2)).sum();
                    let acceleration = change.sqrt() / bvh.frame_time_s;
                    assert!(
                        acceleration < 2500.0,
                        "{name}, frame {frame}: {} at {acceleration:.0} rad/s²",
                        joint.name
                    );
                }
            }
            for side in ["Right", "Left"] {
                let knee = axis_angle(&locals[bvh.find(&format!("{side}Leg"))]);
                assert!(
                    knee[0] > -0.17,
                    "{name}, frame {frame}: {side} knee bends forward"
                );
            }
            last = Some((locals, velocities));
        }
    }
}

#[test]
fn face_tracks_hold_52_shapes_and_blink() {
    for name in NAMES {
        let path = assets().join(format!("performances/{name}.face.json"));
        let text = std::fs::read_to_string(path).expect("a committed face track");
        let face: Value = serde_json::from_str(&text).expect("JSON");
        let shapes: Vec<&str> = face["shapes"]
            .as_array()
            .expect("shapes")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        assert_eq!(shapes.len(), 52);
        let rate_hz = face["rate_hz"].as_f64().expect("a rate");
        let frames = face["frames"].as_array().expect("frames");
        let motion = load(name);
        let duration_s = motion.frames.len() as f64 * motion.frame_time_s;
        assert!(
            (frames.len() as f64 / rate_hz - duration_s).abs() < 0.1,
            "{name}"
        );
        let mut peaks = vec![0.0_f64; 52];
        let blink = shapes
            .iter()
            .position(|s| *s == "eyeBlinkLeft")
            .expect("a blink");
        let (mut blinks, mut closed) = (0, false);
        for row in frames {
            let row: Vec<f64> = row
                .as_array()
                .expect("a row")
                .iter()
                .filter_map(Value::as_f64)
                .collect();
            assert_eq!(row.len(), 52);
            assert!(row.iter().all(|x| (0.0..=1.0).contains(x)), "{name}");
            peaks
                .iter_mut()
                .zip(&row)
                .for_each(|(peak, x)| *peak = peak.max(*x));
            blinks += usize::from(row[blink] > 0.8 && !closed);
            closed = row[blink] > 0.8;
        }
        assert!(blinks as f64 > duration_s / 6.0, "{name}: {blinks} blinks");
        for shape in ["jawOpen", "mouthSmileLeft", "eyeLookOutLeft", "browInnerUp"] {
            let column = shapes.iter().position(|s| *s == shape).expect(shape);
            assert!(peaks[column] > 0.05, "{name}: {shape} never moves");
        }
    }
}

#[test]
fn rebuilding_gives_the_committed_bytes() {
    let cached = super::super::archive::is_cached();
    if !cached {
        eprintln!("SKIPPED: the source archive of the clips is not in the cache");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let skeleton = assets().join("human/skeleton.json");
    let files = super::super::build(&skeleton, folder.path()).expect("a build");
    assert_eq!(files.len(), 6);
    for file in files {
        let built = std::fs::read(folder.path().join(&file)).expect("a built file");
        let committed = std::fs::read(assets().join("performances").join(&file)).expect("a file");
        assert!(
            built == committed,
            "{file} is not what `cargo xtask assets` makes"
        );
    }
}
