//! Proof by programs that nobody here wrote: Qualisys' own clients, in C++ and in Python, read what the simulator sends.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod peer;
mod volume;

use cyc_model::MocapFrame;
use cyc_simulator::servers::{QUALISYS, ServerConfig, Simulator, SimulatorConfig, SimulatorHandle};
use glam::{DMat3, DQuat, DVec3};
use peer::{Worst, point, quaternion};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};
use volume::{CLOCK_STEP_M, Volume};

/// Single precision of millimetres within some metres.
const SINGLE_M: f64 = 2e-6;
const SINGLE_RAD: f64 = 2e-6;

fn serve() -> (SimulatorHandle, u16) {
    let bind = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let config = SimulatorConfig {
        servers: vec![ServerConfig::new(QUALISYS, bind)],
        ..SimulatorConfig::default()
    };
    let volume = Volume::new(100.0, 2, u64::MAX);
    let sim = Simulator::start(config, Box::new(volume)).unwrap();
    let port = sim.address_of(QUALISYS).unwrap().port();
    (sim, port)
}

fn sent(number: u64) -> MocapFrame {
    let mut frame = MocapFrame::default();
    volume::fill(&volume::roster(2, false), number, &mut frame);
    frame
}

/// Ours to Z up by hand: X as ours, Y our -Z, Z our Y.
fn z_up(v: DVec3) -> DVec3 {
    DVec3::new(v.x, -v.z, v.y)
}

fn expected(pose: cyc_model::Pose<cyc_model::Source, cyc_model::Body>) -> (DVec3, DQuat) {
    let q = pose.rotation();
    let turned = DQuat::from_xyzw(q.x, -q.z, q.y, q.w);
    (z_up(pose.translation().metres()), turned)
}

#[test]
fn qtm_rt_reads_everything() {
    let Some(python) = peer::python("qtm_rt") else {
        return;
    };
    let (_sim, port) = serve();
    let arguments = ["127.0.0.1", &port.to_string(), "20"];
    let lines = peer::run(&python, "read_qtm.py", &arguments);
    assert_eq!(lines.len(), 21);
    let names = &lines[0];
    assert_eq!(names["frequency"], "100");
    assert_eq!(names["up"], "+Z");
    let (mut worst, mut last) = (Worst::default(), 0);
    for line in &lines[1..] {
        let number = line["number"].as_u64().unwrap();
        assert!(number > last, "{number} after {last}");
        last = number;
        compare(&sent(number), names, line, &mut worst);
    }
    worst.judge("qtm-rt", SINGLE_M, SINGLE_RAD);
}

fn compare(sent: &MocapFrame, names: &Value, line: &Value, worst: &mut Worst) {
    let position = |list: &Value, name: &str| {
        let list = list.as_array().unwrap();
        list.iter().position(|n| *n == name).expect(name)
    };
    for (i, subject) in sent.roster.subjects().iter().enumerate() {
        for (label, at) in subject.markers.iter().zip(sent.markers_of(i)) {
            let label = format!("{}_{label}", subject.name);
            let read = &line["markers"][position(&names["labels"], &label)];
            match at {
                Some(at) => worst.point(point(read) / 1000.0, z_up(at.metres())),
                None => assert_eq!(*read, json!([null, null, null]), "{label} is occluded"),
            }
        }
        if subject.is_rigid_body() {
            let read = &line["bodies"][position(&names["bodies"], &subject.name)];
            // Nine numbers, column by column.
            let columns = DMat3::from_cols_array(&peer::numbers(&read[1]));
            let pose = (point(&read[0]) / 1000.0, DQuat::from_mat3(&columns));
            worst.pose(pose, expected(sent.segments_of(i)[0].unwrap()));
            continue;
        }
        let skeletons = names["skeletons"].as_array().unwrap();
        let k = skeletons
            .iter()
            .position(|s| s["name"] == subject.name.as_str());
        let ids = skeletons[k.unwrap()]["segments"].as_object().unwrap();
        assert_eq!(ids.len(), subject.segments.len());
        for (id, name) in ids {
            let s = subject
                .segments
                .iter()
                .position(|s| *name == s.name.as_str());
            let read = &line["skeletons"][k.unwrap()][id];
            let pose = (point(&read[0]) / 1000.0, quaternion(&read[1]));
            worst.pose(pose, expected(sent.segments_of(i)[s.unwrap()].unwrap()));
        }
    }
    let loose = &line["loose"][0];
    assert_eq!(loose[3], 77);
    worst.point(point(loose) / 1000.0, z_up(sent.unlabelled[0].at.metres()));
}

/// It asks for bodies by angles and for points without labels, over UDP; the body `Clock` stands where the frame's
/// number is.
#[test]
fn the_vendors_cpp_client_inside_motioncapture_reads_rigid_bodies() {
    let Some(python) = peer::python("motioncapture, numpy") else {
        return;
    };
    let (_sim, port) = serve();
    // It is told the base port, and connects to the one above it.
    let settings = json!({ "hostname": "127.0.0.1", "port": (port - 1).to_string() });
    let arguments = [
        "qualisys",
        &settings.to_string(),
        "20",
        "Clock",
        "Camera",
        "Prop",
    ];
    let lines = peer::run(&python, "read_motioncapture.py", &arguments);
    assert_eq!(lines.len(), 20);
    let (mut worst, mut last) = (Worst::default(), 0);
    for line in &lines {
        let clock = point(&line["bodies"]["Clock"]["at"]).x / CLOCK_STEP_M;
        let number = clock.round() as u64;
        assert!(number > last, "{number} after {last}");
        last = number;
        let sent = sent(number);
        assert_eq!(line["all"], json!(["Camera", "Clock", "Prop"]));
        for name in ["Clock", "Camera", "Prop"] {
            let i = sent.roster.find(name).unwrap();
            let read = &line["bodies"][name];
            let pose = (point(&read["at"]), quaternion(&read["xyzw"]));
            worst.pose(pose, expected(sent.segments_of(i)[0].unwrap()));
        }
    }
    worst.judge("motioncapture", SINGLE_M, 1e-5);
}
