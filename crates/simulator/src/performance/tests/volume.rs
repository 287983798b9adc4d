//! The whole volume: what is streamed is what the truth file says, twice the same from the same seed.

use super::{body, clip, file, landmarks};
use crate::performance::{
    CameraMove, CameraMoveSettings, MarkerRealism, OcclusionSettings, Performer, Placement,
    PropMove, Together, TruthWriter, VirtualVolume, VolumeSettings,
};
use crate::servers::FrameProducer;
use cyc_model::MocapFrame;
use glam::{DQuat, DVec3};
use serde_json::Value;
use std::path::Path;

/// A volume that is turned and shifted against its stage.
fn volume(seed: u64, occlusion: f64, truth: Option<&Path>) -> VirtualVolume {
    let body = body();
    let occlusion = OcclusionSettings {
        share: occlusion,
        ..Default::default()
    };
    let realism = MarkerRealism {
        occlusion,
        ..Default::default()
    };
    let motion = clip(&file("assets/performances/walk_dance.bvh"));
    let performer = Performer::new("Ann", &body, &landmarks(), motion, seed, realism).unwrap();
    let place = |yaw, at| Placement::from_yaw_pitch_roll(yaw, 0.02, -0.01, at);
    let settings = VolumeSettings {
        rate_hz: 120.0,
        seed,
        stage_from_source: place(0.4, [0.35, 0.1, -0.2]),
        pupil_from_body: place(0.1, [0.02, 0.11, 0.16]),
        camera_subject: "Cam".into(),
        camera_lens: None,
        prop_subject: "Staff".into(),
        realism,
        start_s: 0.0,
    };
    let truth = truth.map(|path| {
        TruthWriter::create(path, settings.rate_hz, &settings.stage_from_source).unwrap()
    });
    let camera = CameraMove::new(seed, CameraMoveSettings::default());
    let prop = PropMove::new(seed, [1.0, 1.0, 0.0]);
    VirtualVolume::new(settings, vec![performer], Some(camera), Some(prop), truth).unwrap()
}

fn frames(volume: &mut dyn FrameProducer, count: u64) -> Vec<MocapFrame> {
    let one = |number| {
        let mut frame = MocapFrame::default();
        assert!(volume.produce(number, &mut frame));
        frame
    };
    (1..=count).map(one).collect()
}

fn same(a: &MocapFrame, b: &MocapFrame) -> bool {
    a.markers == b.markers && a.segments == b.segments && a.timecode == b.timecode
}

#[test]
fn the_same_seed_gives_the_same_frames_and_another_others() {
    let [a, b, c] = [9, 9, 10].map(|seed| frames(&mut volume(seed, 0.05, None), 40));
    assert!(a.iter().zip(&b).all(|(a, b)| same(a, b)));
    assert!(!a.iter().zip(&c).any(|(a, c)| same(a, c)));
}

#[test]
fn hides_the_share_of_markers_that_was_asked_for() {
    for share in [0.0, 0.02, 0.15] {
        let frames = frames(&mut volume(4, share, None), 1500);
        let all = frames.iter().flat_map(|f| &f.markers);
        let hidden = all.clone().filter(|m| m.is_none()).count() as f64 / all.count() as f64;
        assert!(
            (hidden - share).abs() < 0.1 * share + 1e-9 + 0.003,
            "{share}: {hidden}"
        );
    }
}

/// The seven numbers of a placement in the truth.
fn placed(v: &Value) -> (DVec3, DQuat) {
    let n: Vec<f64> = v
        .as_array()
        .unwrap()
        .iter()
        .map(|x| x.as_f64().unwrap())
        .collect();
    (
        DVec3::new(n[0], n[1], n[2]),
        DQuat::from_xyzw(n[3], n[4], n[5], n[6]),
    )
}

#[test]
fn the_truth_file_and_the_stream_show_the_same_world() {
    let path = std::env::temp_dir().join(format!("cyc-truth-{}.jsonl", std::process::id()));
    let mut made = volume(2, 0.1, Some(&path));
    let streamed = frames(&mut made, 50);
    let state = made.truth_state().unwrap();
    drop(made);
    assert!(state.failure().is_none());
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let mut lines = text
        .lines()
        .map(|l| serde_json::from_str::<Value>(l).unwrap());
    let (shift, turn) = placed(&lines.next().unwrap()["stage_from_source"]);
    let (mut hidden, mut compared) = (0, 0);
    for (frame, line) in streamed.iter().zip(lines) {
        let performer = &line["performers"][0];
        let subjects = frame.roster.subjects();
        for (label, marker) in subjects[0].markers.iter().zip(&frame.markers) {
            let Some(point) = marker else {
                assert!(performer["markers"][label].is_null());
                hidden += 1;
                continue;
            };
            let truth = performer["markers"][label].as_array().unwrap();
            let truth = DVec3::from_array([0, 1, 2].map(|i| truth[i].as_f64().unwrap()));
            assert!(
                (turn * point.metres() + shift).distance(truth) < 1e-9,
                "{label}"
            );
            compared += 1;
        }
        let names = subjects[0].segments.iter().map(|s| ("", s.name.as_str()));
        let bodies = [("bodies", "Cam"), ("bodies", "Staff")];
        for ((kind, name), pose) in names.chain(bodies).zip(&frame.segments) {
            let truth = match kind {
                "" => &performer["joints"][name],
                _ => &line[kind][name]["stage"],
            };
            let ((at, turned), pose) = (placed(truth), pose.unwrap());
            let streamed_at = turn * pose.translation().metres() + shift;
            assert!(streamed_at.distance(at) < 1e-9, "{name}");
            assert!(
                (turn * pose.rotation()).angle_between(turned) < 1e-6,
                "{name}"
            );
        }
        // On Vicon's wire X is our X, Y is our -Z, Z is our Y; a body's axes turn with them.
        let wire = &line["bodies"]["Cam"]["vicon_mm"];
        let (at, turned) = placed(wire);
        let pose = frame.segments[frame.segments.len() - 2].unwrap();
        let p = pose.translation().metres();
        assert!(at.distance(DVec3::new(p.x, -p.z, p.y) * 1000.0) < 1e-6);
        let q = pose.rotation();
        assert!(DQuat::from_xyzw(q.x, -q.z, q.y, q.w).angle_between(turned) < 1e-6);
    }
    assert!(hidden > 100 && compared > 2000, "{hidden} {compared}");
}

#[test]
fn the_cameras_pupil_and_body_are_apart_by_the_mount() {
    let path = std::env::temp_dir().join(format!("cyc-pupil-{}.jsonl", std::process::id()));
    let mut made = volume(3, 0.0, Some(&path));
    frames(&mut made, 20);
    drop(made);
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    for line in text.lines().skip(1) {
        let line: Value = serde_json::from_str(line).unwrap();
        let (pupil, turned) = placed(&line["pupils"]["Cam"]);
        let (body, _) = placed(&line["bodies"]["Cam"]["stage"]);
        let mount = turned.inverse() * (body - pupil);
        assert!(
            mount.distance(DVec3::new(0.02, 0.11, 0.16)) < 1e-9,
            "{mount}"
        );
    }
}

#[test]
fn a_truth_that_cannot_be_written_is_remembered_after_the_volume_has_gone() {
    let nowhere = TruthWriter::create(Path::new("/no/such/folder/t"), 100.0, &Placement::IDENTITY);
    assert_eq!(nowhere.unwrap_err().key(), "simulator-cannot-write-truth");
    let full = Path::new("/dev/full");
    if full.exists() {
        let refused = TruthWriter::create(full, 100.0, &Placement::IDENTITY);
        assert!(refused.unwrap_err().reason.contains("space"));
    }
}

#[test]
fn two_producers_together_keep_their_subjects_apart() {
    let mut alone = volume(6, 0.0, None);
    let body = frames(&mut alone, 5);
    let label = |n: usize| format!("M{n}");
    let points = vec![vec![None, None]; 7];
    let labels = vec![label(0), label(1)];
    let recorded = crate::performance::RecordedMarkers::new("Rec", labels, 120.0, points).unwrap();
    let second = volume(6, 0.0, None);
    let mut both = Together::new(Box::new(recorded), Box::new(second)).unwrap();
    assert_eq!(both.roster().subjects()[0].name, "Rec");
    for (together, alone) in frames(&mut both, 5).iter().zip(&body) {
        assert_eq!(together.markers[2..], alone.markers);
        assert_eq!(together.segments, alone.segments);
    }
    let twins = Together::new(
        Box::new(volume(1, 0.0, None)),
        Box::new(volume(1, 0.0, None)),
    );
    assert!(twins.is_err(), "two subjects of one name");
}
