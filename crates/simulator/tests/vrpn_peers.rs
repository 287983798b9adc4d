//! Proof by a program that nobody here wrote: the VRPN library inside PyPI `motioncapture` reads what the simulator sends.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod peer;
mod volume;

use cyc_model::MocapFrame;
use cyc_simulator::servers::{ServerConfig, Simulator, SimulatorConfig, VRPN};
use glam::{DQuat, DVec3};
use peer::{Worst, point, quaternion};
use serde_json::json;
use std::net::{Ipv4Addr, SocketAddr};
use volume::{CLOCK_STEP_M, Volume};

#[test]
fn the_library_connects_and_reads_positions_and_rotations() {
    read_by("tcp://127.0.0.1");
}

#[test]
fn the_library_calls_and_reads_positions_and_rotations() {
    read_by("127.0.0.1");
}

/// It reports each tracker as it comes, and stores single precision, so only the body `Clock`, which tells the frame's
/// number, must be exact; the others must be those of that frame or the one before.
fn read_by(host: &str) {
    let Some(python) = peer::python("motioncapture, numpy") else {
        return;
    };
    let bind = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let config = SimulatorConfig {
        servers: vec![ServerConfig::new(VRPN, bind)],
        ..SimulatorConfig::default()
    };
    let volume = Volume::new(100.0, 0, u64::MAX);
    let sim = Simulator::start(config, Box::new(volume)).unwrap();
    let port = sim.address_of(VRPN).unwrap().port();
    let settings = json!({ "hostname": format!("{host}:{port}") });
    let arguments = [
        "vrpn",
        &settings.to_string(),
        "20",
        "Clock",
        "Camera",
        "Prop",
    ];
    let lines = peer::run(&python, "read_motioncapture.py", &arguments);
    assert_eq!(lines.len(), 20);
    let mut worst = Worst::default();
    for line in &lines {
        let clock = point(&line["bodies"]["Clock"]["at"]).x / CLOCK_STEP_M;
        let number = clock.round() as u64;
        for name in ["Clock", "Camera", "Prop"] {
            let read = &line["bodies"][name];
            let got = (point(&read["at"]), quaternion(&read["xyzw"]));
            let nearest = [number - 1, number, number + 1].map(|n| expected(name, n));
            let off = |sent: &(DVec3, DQuat)| got.0.distance(sent.0);
            let sent = nearest.into_iter().min_by(|a, b| off(a).total_cmp(&off(b)));
            worst.pose(got, sent.unwrap());
        }
    }
    worst.judge("vrpn", 2e-6, 2e-6);
}

/// Ours to Z up by hand: X as ours, Y our -Z, Z our Y.
fn expected(name: &str, number: u64) -> (DVec3, DQuat) {
    let mut frame = MocapFrame::default();
    volume::fill(&volume::roster(0, false), number, &mut frame);
    let pose = frame.segments_of(frame.roster.find(name).unwrap())[0].unwrap();
    let (p, q) = (pose.translation().metres(), pose.rotation());
    (
        DVec3::new(p.x, -p.z, p.y),
        DQuat::from_xyzw(q.x, -q.z, q.y, q.w),
    )
}
