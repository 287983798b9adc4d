//! Proof by programs that nobody here wrote: three NatNet clients read what the simulator sends.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod peer;
mod volume;

use cyc_model::MocapFrame;
use cyc_simulator::servers::{
    NATNET, NatNetEncoder, ServerConfig, ServerWriter, Simulator, SimulatorConfig, SimulatorHandle,
};
use cyc_wire::natnet::{ServerSettings, Version};
use glam::{DQuat, DVec3};
use peer::{Worst, free_port, point, quaternion};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};
use volume::{CLOCK_STEP_M, Volume};

const GROUP: Ipv4Addr = Ipv4Addr::new(239, 255, 42, 99);
const SINGLE_M: f64 = 2e-6;
const SINGLE_RAD: f64 = 1e-6;

struct Served {
    _sim: SimulatorHandle,
    command: u16,
    data: u16,
}

fn serve(version: Version, group: Option<Ipv4Addr>) -> Served {
    let (command, data) = (free_port(), free_port());
    let to = SocketAddr::from((group.unwrap_or(Ipv4Addr::LOCALHOST), data));
    let settings = ServerSettings {
        version,
        ..ServerSettings::default()
    };
    let server = ServerConfig {
        protocol: NATNET,
        address: to,
        writer: ServerWriter::Datagrams {
            encoder: Box::new(NatNetEncoder::new(settings)),
            requests: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, command))),
        },
    };
    let config = SimulatorConfig {
        servers: vec![server],
        ..SimulatorConfig::default()
    };
    let volume = Volume::new(100.0, 2, u64::MAX);
    Served {
        _sim: Simulator::start(config, Box::new(volume)).unwrap(),
        command,
        data,
    }
}

fn sent(number: u64) -> MocapFrame {
    let mut frame = MocapFrame::default();
    volume::fill(&volume::roster(2, false), number, &mut frame);
    frame
}

fn of_json(v: &Value) -> (DVec3, DQuat) {
    (point(&v["at"]), quaternion(&v["xyzw"]))
}

/// NatNet is in metres with Y up, as we are: the expected values are those of the model.
#[test]
fn pypi_natnet_reads_everything() {
    let Some(python) = peer::python("natnet") else {
        return;
    };
    for version in [Version::V3_0, Version::V3_1, Version::V4_0, Version::V4_1] {
        for group in [None, Some(GROUP)] {
            let served = serve(version, group);
            let group = group.map_or(String::new(), |g| g.to_string());
            let (command, data) = (served.command.to_string(), served.data.to_string());
            let arguments = ["127.0.0.1", &command, &data, &group, "20"];
            let lines = peer::run(&python, "read_natnet.py", &arguments);
            assert_eq!(lines[0]["server"], "Cyclorama");
            assert_eq!(lines[0]["version"], json!([version.major, version.minor]));
            assert_eq!(lines.len(), 21);
            let mut worst = Worst::default();
            let mut last = 0;
            for line in &lines[1..] {
                let number = line["number"].as_u64().unwrap();
                assert!(number > last, "{number} after {last}");
                last = number;
                compare(&sent(number), line, &mut worst);
            }
            worst.judge(&format!("natnet {version:?} {group}"), SINGLE_M, SINGLE_RAD);
        }
    }
}

fn compare(sent: &MocapFrame, line: &Value, worst: &mut Worst) {
    let (mut poses, mut markers) = (0, 0);
    for (i, subject) in sent.roster.subjects().iter().enumerate() {
        for (segment, pose) in subject.segments.iter().zip(sent.segments_of(i)) {
            let pose = pose.unwrap();
            let read = if subject.is_rigid_body() {
                &line["bodies"][&subject.name]
            } else {
                &line["bones"][format!("{}.{}", subject.name, segment.name)]
            };
            assert_eq!(read["tracked"], true);
            let expected = (pose.translation().metres(), pose.rotation());
            worst.pose(of_json(read), expected);
            poses += 1;
        }
        let set = line["sets"][&subject.name].as_array().unwrap();
        for (k, (label, at)) in subject.markers.iter().zip(sent.markers_of(i)).enumerate() {
            let read = &line["markers"][format!("{}.{label}", subject.name)];
            assert_eq!(read["occluded"], at.is_none());
            let at = at.map(|at| at.metres());
            if let Some(at) = at {
                worst.point(point(&read["at"]), at);
            }
            worst.point(point(&set[k]), at.unwrap_or(DVec3::ZERO));
            markers += 1;
        }
    }
    let count = |key: &str| line[key].as_object().unwrap().len();
    assert_eq!(count("bodies") + count("bones"), poses);
    assert_eq!(count("markers"), markers);
    let loose = &line["loose"][0];
    assert_eq!(loose[0], 77);
    worst.point(
        point(&json!([loose[1], loose[2], loose[3]])),
        sent.unlabelled[0].at.metres(),
    );
    let label = sent.timecode.unwrap();
    let (h, m, s, f) = label.label();
    let word = u32::from_be_bytes([h, m, s, f]);
    assert_eq!(line["timecode"], json!([word, label.subframe().0]));
    // Sent soon after it was taken, by ticks of 10 MHz.
    let ticks = |i: usize| line["ticks"][i].as_i64().unwrap();
    assert!(
        (0..10_000_000).contains(&(ticks(1) - ticks(0))),
        "{}",
        line["ticks"]
    );
}

/// It tells no frame numbers, but the body `Clock` stands where the number is.
#[test]
fn pypi_motioncapture_reads_rigid_bodies() {
    let Some(python) = peer::python("motioncapture, numpy") else {
        return;
    };
    for version in [Version::V3_1, Version::V4_0, Version::V4_1] {
        for group in [None, Some(GROUP)] {
            let served = serve(version, group);
            let settings = json!({
                "hostname": "127.0.0.1",
                "interface_ip": "127.0.0.1",
                "port_command": served.command.to_string(),
            });
            let arguments = [
                "optitrack",
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
                    let pose = sent.segments_of(i)[0].unwrap();
                    let expected = (pose.translation().metres(), pose.rotation());
                    worst.pose(of_json(&line["bodies"][name]), expected);
                }
            }
            worst.judge(
                &format!("motioncapture {version:?} {group:?}"),
                SINGLE_M,
                SINGLE_RAD,
            );
        }
    }
}
