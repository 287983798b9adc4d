//! VRM animation in, VMC out: what `cyc retarget` takes from the VRM world, and what it gives to it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;
mod stick_man;

use cyc_character::{AnimatedModel, LoadOptions, ModelPose};
use cyc_model::HumanBone;
use program::{object, run, said};
use std::collections::BTreeMap;
use std::net::UdpSocket;
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
