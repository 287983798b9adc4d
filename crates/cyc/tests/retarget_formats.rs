//! What `cyc retarget` takes and gives beyond a motion file in and a model out: VRM animation in, VMC out, takes of several
//! performers.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;
mod stick_man;

use cyc_character::{AnimatedModel, LoadOptions, ModelPose};
use cyc_model::{
    HostNs, HumanBone, JointFrame, PerformerSpan, Point, Quality, Roster, Stage, StageFrame,
    SubjectInfo, Xf,
};
use cyc_solver::{
    HUMAN_SKELETON, PRODUCTION_53, build_rig, parse_markerset, parse_skeleton, write_rig,
};
use cyc_take::{TakeConfig, TakeFile, TakeWriter};
use program::{object, run, said};
use std::collections::BTreeMap;
use std::net::UdpSocket;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use stick_man::{stick_man, vrm_animation};

const HUMAN: &str = "assets/human/human.glb";

#[test]
fn a_vrm_animation_lifts_a_leg_and_closes_the_eyes() {
    let folder = tempfile::tempdir().unwrap();
    let [take, glb] = ["kick.vrma", "kick.glb"].map(|f| folder.path().join(f));
    let swing = 1.0;
    std::fs::write(&take, vrm_animation(swing)).unwrap();
    let [take, out] = [&take, &glb].map(|p| p.to_str().unwrap());
    let output = run(&[
        "retarget",
        take,
        "--character",
        HUMAN,
        "--out",
        out,
        "--rate",
        "50",
        "--json",
    ]);
    assert!(output.status.success(), "{}", said(&output));
    let figures = object(&output);
    assert_eq!(
        (&figures["frames"], &figures["rate_hz"]),
        (&51.into(), &50.0.into())
    );
    let model =
        AnimatedModel::read(&std::fs::read(&glb).unwrap(), &LoadOptions::default()).unwrap();
    let mut pose = ModelPose::default();
    let mut at = |seconds: f64| {
        model.sample(&model.animations[0], seconds, &mut pose);
        let place = |bone| {
            let joint = model.humanoid.joint(bone).unwrap();
            pose.joints[joint.idx()].translation().metres()
        };
        let thigh = place(HumanBone::LeftLowerLeg) - place(HumanBone::LeftUpperLeg);
        let eyes = model
            .morph_names
            .iter()
            .position(|n| n == "eyeBlinkRight")
            .unwrap();
        (thigh, pose.weights[eyes])
    };
    let (rest, open) = at(0.0);
    let (half, _) = at(0.5);
    let (lifted, closed) = at(1.0);
    // The same angle on another body, half way after half the time, and to the front.
    assert!(
        (rest.angle_between(lifted) - swing).abs() < 0.02,
        "{rest} {lifted}"
    );
    assert!((rest.angle_between(half) - 0.5 * swing).abs() < 0.02);
    assert!(lifted.z > 0.5 * lifted.length(), "{lifted}");
    assert!(open < 0.01 && closed > 0.99, "{open} {closed}");
}

/// Where the performers of [`take_of_two`] stand, metres.
const PLACES: [(&str, f64); 2] = [("Ann", -0.75), ("Ben", 1.25)];

/// A take of two who stand in the rest pose of a rig, with markers, and with solved skeletons and their rigs if asked for.
/// Ben comes in the second half. Returns it and the rig's file.
fn take_of_two(folder: &Path, is_solved: bool) -> (PathBuf, PathBuf) {
    let skeleton = parse_skeleton(HUMAN_SKELETON).unwrap();
    let rig = build_rig(&skeleton, &parse_markerset(PRODUCTION_53).unwrap()).unwrap();
    let [take, rig_file] = ["two.mcap", "rig.toml"].map(|name| folder.join(name));
    let rig_text = write_rig(&rig).unwrap();
    std::fs::write(&rig_file, &rig_text).unwrap();
    let attached = |(name, _): &(&str, f64)| TakeFile {
        name: format!("rig-{name}.toml"),
        media_type: "application/toml".into(),
        data: rig_text.clone().into_bytes(),
    };
    let config = TakeConfig {
        files: PLACES.iter().filter(|_| is_solved).map(attached).collect(),
        ..TakeConfig::default()
    };
    let subject = |(name, _): (&str, f64)| SubjectInfo {
        name: name.into(),
        segments: vec![],
        markers: rig.markers().iter().map(|m| m.name.clone()).collect(),
    };
    let roster = Arc::new(Roster::build(PLACES.map(subject).to_vec()).unwrap());
    let rest = rig.skeleton().rest_global();
    let mut writer = TakeWriter::create(&take, &config).unwrap();
    let mut mocap = cyc_model::MocapFrame::default();
    for f in 0..40u64 {
        mocap.reset(&roster);
        mocap.number = cyc_model::FrameNumber(f);
        mocap.heard = HostNs(f as i64 * 10_000_000);
        mocap.rate_hz = 100.0;
        let mut stage = StageFrame {
            number: f,
            due: mocap.heard,
            ..StageFrame::default()
        };
        for (i, (_, x)) in PLACES.into_iter().enumerate() {
            let aside = glam::DVec3::new(x, 0.0, 0.0);
            let joints: Vec<Xf<Stage, JointFrame>> = rest
                .iter()
                .map(|j| Xf::saturating(j.rotation(), j.translation().metres() + aside))
                .collect();
            let is_here = i == 0 || f >= 20;
            let range = roster.spans()[i].markers();
            for (slot, marker) in mocap.markers[range].iter_mut().zip(rig.markers()) {
                let at = (joints[marker.joint.idx()] * marker.in_joint).metres();
                *slot = is_here.then(|| Point::saturating(at));
            }
            let mut span = PerformerSpan::default();
            span.quality = if is_here {
                Quality::Live
            } else {
                Quality::Absent
            };
            stage.push_performer(span, &joints);
        }
        writer.write_mocap(&mocap).unwrap();
        if is_solved {
            writer.write_stage(&stage).unwrap();
        }
    }
    writer.finish().unwrap();
    (take, rig_file)
}

/// How far aside the hips of a file's animation are at its beginning, metres.
fn hips_x(file: &Path) -> f64 {
    let bytes = std::fs::read(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let model = AnimatedModel::read(&bytes, &LoadOptions::default()).unwrap();
    let mut pose = ModelPose::default();
    model.sample(&model.animations[0], 0.0, &mut pose);
    let hips = model.humanoid.joint(HumanBone::Hips).unwrap();
    pose.joints[hips.idx()].translation().metres().x
}

#[test]
fn every_performer_of_a_take_has_files_of_her_own_unless_one_is_named() {
    for is_solved in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let (take, rig) = take_of_two(folder.path(), is_solved);
        let [take, rig, out] = [take, rig, at("hero.glb")].map(|p| p.to_str().unwrap().to_owned());
        let retarget = |more: &[&str]| {
            let mut all = vec![
                "retarget",
                &take,
                "--character",
                HUMAN,
                "--out",
                &out,
                "--json",
            ];
            if !is_solved {
                all.extend(["--rig", rig.as_str()]);
            }
            all.extend(more);
            run(&all)
        };
        let both = retarget(&[]);
        assert!(both.status.success(), "{}", said(&both));
        let both = object(&both);
        let performers = both["performers"].as_array().unwrap();
        assert_eq!(performers.len(), 2, "{both:#}");
        for (told, (name, x)) in performers.iter().zip(PLACES) {
            let file = at(&format!("hero-{name}.glb"));
            assert_eq!(told["performer"], name);
            assert_eq!(told["frames"], 40);
            assert_eq!(told["outputs"][0], file.to_str().unwrap());
            let scale = told["scale"].as_f64().unwrap();
            let hips = hips_x(&file);
            assert!(
                (hips - scale * x).abs() < 0.01,
                "{name}: {hips} for {x} × {scale}"
            );
        }
        assert!(!at("hero.glb").exists(), "nobody knows whose that would be");
        let one = retarget(&["--performer", "Ben"]);
        assert!(one.status.success(), "{}", said(&one));
        assert_eq!(object(&one)["performer"], "Ben");
        let [alone, among] =
            ["hero.glb", "hero-Ben.glb"].map(|name| std::fs::read(at(name)).unwrap());
        assert_eq!(alone, among);
        let nobody = retarget(&["--performer", "Cleo"]);
        assert!(!nobody.status.success());
        let words = said(&nobody);
        assert!(
            words.contains("“Cleo”") && words.contains("Ann, Ben"),
            "{words}"
        );
        // Before anybody is solved.
        assert!(!words.contains("Solving"), "{words}");
    }
    // A file that names nobody.
    let folder = tempfile::tempdir().unwrap();
    let take = folder.path().join("man.bvh");
    std::fs::write(&take, stick_man('Y', 100.0, false)).unwrap();
    let take = take.to_str().unwrap();
    let nobody = run(&["retarget", take, "--character", HUMAN, "--performer", "Ann"]);
    assert_eq!(nobody.status.code(), Some(2), "{}", said(&nobody));
    assert!(said(&nobody).contains("one performer"), "{}", said(&nobody));
}

/// The text at a place of an OSC packet, and where the next thing stands.
fn osc_text(packet: &[u8], at: usize) -> (String, usize) {
    let end = at + packet[at..].iter().position(|b| *b == 0).unwrap();
    let text = String::from_utf8(packet[at..end].to_vec()).unwrap();
    (text, at + (end - at + 4) / 4 * 4)
}

/// Names and numbers of the bone messages of a packet, which may be a bundle.
fn bones(packet: &[u8], found: &mut Vec<(String, Vec<f32>)>) {
    if packet.starts_with(b"#bundle\0") {
        let mut at = 16;
        while at + 4 <= packet.len() {
            let length = u32::from_be_bytes(packet[at..at + 4].try_into().unwrap()) as usize;
            bones(&packet[at + 4..at + 4 + length], found);
            at += 4 + length;
        }
        return;
    }
    let (address, at) = osc_text(packet, 0);
    if address != "/VMC/Ext/Bone/Pos" {
        return;
    }
    let (kinds, at) = osc_text(packet, at);
    assert_eq!(kinds, ",sfffffff");
    let (name, at) = osc_text(packet, at);
    let numbers = packet[at..]
        .chunks_exact(4)
        .map(|b| f32::from_be_bytes(b.try_into().unwrap()));
    found.push((name, numbers.collect()));
}

#[test]
fn a_vrm_app_hears_every_frame_at_its_own_speed() {
    let folder = tempfile::tempdir().unwrap();
    let take = folder.path().join("man.bvh");
    std::fs::write(&take, stick_man('Y', 100.0, false)).unwrap();
    let receiver = UdpSocket::bind("127.0.0.1:0").unwrap();
    receiver
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let url = format!("vmc://{}", receiver.local_addr().unwrap());
    let mut listening = program::Running::start(&[
        "retarget",
        take.to_str().unwrap(),
        "--character",
        HUMAN,
        "--output",
        &url,
        "--json",
    ]);
    // A frame is several packets, so the last one is whole when every bone has come as often as there are frames.
    let mut turns: BTreeMap<String, Vec<f32>> = BTreeMap::new();
    let mut buffer = vec![0; 65_536];
    while turns.is_empty() || turns.values().any(|t| t.len() < 90) {
        let length = receiver.recv(&mut buffer).unwrap();
        let mut found = Vec::new();
        bones(&buffer[..length], &mut found);
        for (name, numbers) in found {
            let turn = 2.0 * numbers[3].atan2(numbers[6]);
            turns.entry(name).or_default().push(turn);
        }
    }
    let (code, told) = listening.wait();
    assert_eq!(code, Some(0));
    let figures: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(figures["played"][0]["frames"], 90, "{figures}");
    // The man's legs swing by 0.4 rad to both sides, one against the other.
    for (name, bone) in &turns {
        assert_eq!(bone.len(), 90, "{name}");
    }
    let (left, right) = (&turns["LeftUpperLeg"], &turns["RightUpperLeg"]);
    let widest = left.iter().fold(0.0f32, |a, t| a.max(t.abs()));
    assert!((0.3..0.5).contains(&widest), "{widest}");
    let against: f32 = left.iter().zip(right).map(|(l, r)| l * r).sum();
    assert!(against < 0.0, "{against}");
    assert!(turns.len() >= 20, "{:?}", turns.keys());
}
