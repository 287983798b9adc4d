//! Proof by programs that nobody here wrote: PyPI `jsonschema` with the published schema, `cbor2` and `pypsn` read what
//! the virtual system sends, and what they read is what was there.

use crate::cameras::{Cameras, lens, pose, server, timecode};
use cyc_simulator::servers::{
    OPENTRACKIO, OpenTrackIoEncoder, POSISTAGENET, ServerConfig, Simulator, SimulatorConfig,
};
use cyc_wire::opentrackio::Encoding;
use glam::DVec3;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

const SAMPLES: usize = 30;
const PATIENCE: Duration = Duration::from_secs(60);

/// The interpreter that has a module; `None` after having said why the test is skipped.
pub fn peer_python(modules: &str) -> Option<PathBuf> {
    let named = std::env::var_os("CYC_PEER_PYTHON").map(PathBuf::from);
    let cache = std::env::home_dir().map(|h| h.join(".cache/cyclorama/venv"));
    let cached = ["peers/bin/python", "bin/python"].map(|p| cache.clone().map(|c| c.join(p)));
    let found = named.or_else(|| cached.into_iter().flatten().find(|p| p.exists()));
    let import = format!("import {modules}");
    let works = |p: &PathBuf| {
        let import = Command::new(p).args(["-c", &import]).output();
        import.is_ok_and(|o| o.status.success())
    };
    let usable = found.filter(works);
    if usable.is_none() {
        let required = std::env::var("CYC_PEERS").is_ok_and(|v| v == "required");
        assert!(
            !required,
            "CYC_PEERS=required, but no Python with {modules} was found"
        );
        eprintln!("SKIPPED: no Python with {modules} (set CYC_PEER_PYTHON)");
    }
    usable
}

/// A file of the published examples and schema; `None` after having said why the test is skipped.
pub fn published(name: &str) -> Option<PathBuf> {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/opentrackio"
    );
    let file = Path::new(folder).join(name);
    if file.exists() {
        return Some(file);
    }
    let required = std::env::var("CYC_SHARED").as_deref() == Ok("required");
    assert!(!required, "CYC_SHARED=required, but {name} is not there");
    eprintln!("SKIPPED: ../shared/data/opentrackio/{name} is not there");
    None
}

/// A peer that listens, and the lines that it prints. Ended when dropped.
struct Peer {
    child: Child,
    lines: Receiver<String>,
}

impl Peer {
    fn start(python: &PathBuf, script: &str, arguments: &[&str]) -> Self {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/");
        let mut child = Command::new(python)
            .arg(format!("{folder}{script}"))
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = sync_channel(1024);
        let read = move || {
            for line in out.lines() {
                if line.is_ok_and(|line| sender.send(line).is_err()) {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("peer".to_owned());
        thread.spawn(read).unwrap();
        let peer = Self { child, lines };
        assert_eq!(peer.line().as_deref(), Some("ready"));
        peer
    }

    /// The next line; `None` when the peer has ended.
    fn line(&self) -> Option<String> {
        self.lines.recv_timeout(PATIENCE).ok()
    }

    fn objects(&self, count: usize) -> Vec<Value> {
        let object = |i: usize| {
            let line = self
                .line()
                .unwrap_or_else(|| panic!("the peer ended after {i} objects"));
            serde_json::from_str(&line).unwrap()
        };
        (0..count).map(object).collect()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap()
}

fn serve(server: ServerConfig) -> cyc_simulator::servers::SimulatorHandle {
    let config = SimulatorConfig {
        servers: vec![server],
        ..SimulatorConfig::default()
    };
    Simulator::start(config, Box::new(Cameras::new(100_000))).unwrap()
}

#[track_caller]
fn close(value: &Value, expected: f64) {
    let value = value.as_f64().unwrap();
    assert!(
        (value - expected).abs() < 1e-9 * expected.abs().max(1.0),
        "{value} is not {expected}"
    );
}

/// Rz(pan) · Rx(tilt) · Ry(roll) of their axes applied to a vector, written out.
fn turned([pan, tilt, roll]: [f64; 3], v: DVec3) -> DVec3 {
    let ((sp, cp), (st, ct), (sr, cr)) = (pan.sin_cos(), tilt.sin_cos(), roll.sin_cos());
    let v = DVec3::new(cr * v.x + sr * v.z, v.y, -sr * v.x + cr * v.z);
    let v = DVec3::new(v.x, ct * v.y - st * v.z, st * v.y + ct * v.z);
    DVec3::new(cp * v.x - sp * v.y, sp * v.x + cp * v.y, v.z)
}

fn check_sample(sample: &Value) {
    let number = sample["timing"]["sequenceNumber"].as_u64().unwrap();
    let sent = pose(0, number);
    let at = sent.translation().metres();
    let link = &sample["transforms"][0];
    close(&link["translation"]["x"], at.x);
    close(&link["translation"]["y"], -at.z);
    close(&link["translation"]["z"], at.y);
    assert_eq!(link["id"], "FilmCamera");
    let angles =
        ["pan", "tilt", "roll"].map(|a| link["rotation"][a].as_f64().unwrap().to_radians());
    let theirs = |v: DVec3| DVec3::new(v.x, -v.z, v.y);
    for axis in [DVec3::X, DVec3::Y, DVec3::Z] {
        let expected = theirs(sent.rotation() * axis);
        assert!(turned(angles, theirs(axis)).distance(expected) < 1e-9);
    }
    let (told, of) = (&sample["lens"], lens(number));
    close(
        &told["pinholeFocalLength"],
        of.focal_length_m.unwrap() * 1000.0,
    );
    close(&told["focusDistance"], of.focus_distance_m.unwrap());
    close(&told["entrancePupilOffset"], 0.125);
    close(&told["fStop"], 2.8);
    close(&told["tStop"], 3.0);
    close(&told["encoders"]["zoom"], of.zoom.normalised.unwrap());
    close(&told["encoders"]["focus"], of.focus.normalised.unwrap());
    close(&told["projectionOffset"]["x"], 0.5);
    close(&told["projectionOffset"]["y"], 0.25);
    let distortion = &told["distortion"][0];
    // -50 in 1/m² and 1000 in 1/m⁴, in millimetres.
    close(&distortion["radial"][0], -5e-5);
    close(&distortion["radial"][2], 1e-9);
    close(&distortion["tangential"][1], 2e-4);
    assert_eq!(distortion["model"], "Brown-Conrady U-D");
    let code = &sample["timing"]["timecode"];
    let label = ["hours", "minutes", "seconds", "frames"].map(|f| code[f].as_u64().unwrap() as u8);
    let (h, m, s, f) = timecode(number).label();
    assert_eq!(label, [h, m, s, f]);
    assert_eq!(code["frameRate"]["num"], 30);
    assert_eq!(sample["timing"]["sampleRate"]["num"], 60);
    assert_eq!(sample["protocol"]["name"], "OpenTrackIO");
    assert_eq!(sample["sourceNumber"], 1);
    let seconds = sample["timing"]["sampleTimestamp"]["seconds"]
        .as_u64()
        .unwrap();
    assert!(seconds > 1_700_000_000, "{seconds} is no time of today");
}

#[test]
fn the_published_schema_takes_what_is_sent_and_cbor2_reads_it() {
    let Some(python) = peer_python("jsonschema, cbor2") else {
        return;
    };
    let Some(schema) = published("schema.json") else {
        return;
    };
    let schema = schema.to_str().unwrap();
    for (encoding, on_wire) in [(Encoding::Json, 1), (Encoding::Cbor, 2)] {
        let to = free_port();
        let port = to.port().to_string();
        let arguments = ["127.0.0.1", &port, &SAMPLES.to_string(), schema];
        let peer = Peer::start(&python, "read_opentrackio.py", &arguments);
        let mut simulator = serve(server(OPENTRACKIO, to, OpenTrackIoEncoder::new(encoding)));
        let samples = peer.objects(SAMPLES);
        simulator.stop();
        let mut with_static = 0;
        for object in &samples {
            assert_eq!(object["encoding"], on_wire);
            check_sample(&object["sample"]);
            if let Some(camera) = object["sample"]["static"].get("camera") {
                close(&camera["activeSensorPhysicalDimensions"]["width"], 36.0);
                assert_eq!(camera["label"], "FilmCamera");
                with_static += 1;
            }
        }
        assert!(with_static >= 1);
        let id = |i: usize| {
            samples[i]["sample"]["sampleId"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        assert_ne!(id(0), id(1));
    }
}

#[test]
fn pypsn_reads_what_is_sent() {
    let Some(python) = peer_python("pypsn") else {
        return;
    };
    let to = free_port();
    let arguments = ["127.0.0.1", &to.port().to_string(), &SAMPLES.to_string()];
    let peer = Peer::start(&python, "read_posistagenet.py", &arguments);
    let mut simulator = serve(ServerConfig::new(POSISTAGENET, to));
    let packets = peer.objects(SAMPLES);
    simulator.stop();
    let (infos, data): (Vec<_>, Vec<_>) = packets.iter().partition(|p| p.get("names").is_some());
    assert_eq!(infos[0]["system"], "Cyclorama");
    let names = ["0", "1", "2"].map(|id| infos[0]["names"][id].as_str().unwrap().to_owned());
    assert_eq!(names, ["FilmCamera", "Witness", "Handheld"]);
    assert!(data.len() > SAMPLES / 2);
    for packet in data {
        assert_eq!(
            (&packet["version"][0], &packet["packets"]),
            (&2.into(), &1.into())
        );
        let number = packet["frame"].as_u64().unwrap();
        for camera in 0..3 {
            let tracker = &packet["trackers"][camera.to_string()];
            let sent = pose(camera, number);
            let three = |v: &Value| DVec3::from_array([0, 1, 2].map(|i| v[i].as_f64().unwrap()));
            let at = sent.translation().metres();
            assert!(three(&tracker["at"]).distance(DVec3::new(at.x, at.y, -at.z)) < 1e-5);
            // In the mirror a turn about x and y goes the other way.
            let turn = sent.rotation().to_scaled_axis();
            let expected = DVec3::new(-turn.x, -turn.y, turn.z);
            assert!(three(&tracker["turn"]).distance(expected) < 1e-5);
            assert_eq!(tracker["status"], 1.0);
            assert_eq!(tracker["time_us"], packet["time_us"]);
        }
    }
}
