//! The crate `ifacialmocap` reads a face, and capture gets one by asking for it.

use crate::{receive, stage};
use cyc_capture::{FrameSink, SourceConfig, SourceEvent, SourceUrl, StopFlag, source_of};
use cyc_model::{CapturedFace, FaceShape, MocapFrame, SourceId};
use cyc_simulator::servers::{
    IFACIALMOCAP, IFacialMocapEncoder, ServerConfig, ServerWriter, Simulator, SimulatorConfig,
};
use cyc_wire::ifacialmocap::shape_name;
use glam::{DQuat, DVec3};
use ifacialmocap::Value;

/// Degrees about X, Y and Z as the module's doc has them.
fn turn(degrees: &[f32; 3]) -> DQuat {
    let [x, y, z] = degrees.map(|a| f64::from(a).to_radians());
    DQuat::from_rotation_y(y) * DQuat::from_rotation_x(x) * DQuat::from_rotation_z(z)
}

fn chord(a: DQuat, b: DQuat) -> f64 {
    (a - b).length().min((a + b).length())
}

/// Which frame it was is not told: the one whose head is turned so.
fn frame_of(head: DQuat) -> u64 {
    let off = |number: &u64| {
        let face = stage::frame(*number).face_of(0).copied();
        face.map_or(9.0, |f| chord(f.source_from_head.unwrap().rotation(), head))
    };
    let nearest = (1..400).min_by(|a, b| off(a).total_cmp(&off(b)));
    nearest.unwrap()
}

#[test]
fn the_crate_ifacialmocap_reads_shapes_head_and_eyes() {
    let (socket, port) = receive::socket();
    let _simulator = stage::send(IFACIALMOCAP, port);
    let (mut seen, mut unseen) = (0, 0);
    for _ in 0..40 {
        let text = String::from_utf8(receive::datagram(&socket)).unwrap();
        let value = Value::parse_str(text.as_str()).unwrap();
        assert_eq!(value.int_keys.len(), FaceShape::COUNT + 1);
        let (turned, at) = value.coord_keys["=head"];
        if value.int_keys["trackingStatus"] == 0 {
            unseen += 1;
            continue;
        }
        seen += 1;
        let sent = stage::frame(frame_of(turn(&turned)));
        let face: &CapturedFace = sent.face_of(0).unwrap();
        for shape in FaceShape::ALL {
            let told = f64::from(value.int_keys[&shape_name(shape)]) / 100.0;
            let off = told - f64::from(face.weights.get(shape));
            assert!(off.abs() <= 0.005 + 1e-6, "{shape:?} {off}");
        }
        let head = face.source_from_head.unwrap();
        assert!(chord(turn(&turned), head.rotation()) < 1e-6);
        let at = DVec3::from_array(at.map(f64::from));
        assert!(at.distance(head.translation().metres()) < 2e-6);
        for (name, eye) in [
            ("leftEye", face.head_from_left_eye),
            ("rightEye", face.head_from_right_eye),
        ] {
            let told = turn(&value.xyz_keys[name]);
            assert!(chord(told, eye.unwrap().rotation()) < 1e-6, "{name}");
        }
    }
    assert!(
        seen >= 30 && unseen >= 3,
        "{seen} with a face, {unseen} without"
    );
}

/// Keeps frames, and ends when there are enough.
struct Keep(Vec<MocapFrame>, StopFlag);

impl FrameSink for Keep {
    fn frame(&mut self, frame: &MocapFrame) {
        let mut copy = MocapFrame::default();
        copy.copy_from(frame);
        self.0.push(copy);
        if self.0.len() == 30 {
            self.1.raise();
        }
    }

    fn event(&mut self, _: SourceEvent) {}
}

/// The simulator sends elsewhere; what comes here comes because it was asked for.
#[test]
fn a_phone_that_is_asked_sends() {
    let free = || receive::socket().1;
    let (data, requests) = (free(), free());
    let config = SimulatorConfig {
        servers: vec![ServerConfig {
            protocol: IFACIALMOCAP,
            address: format!("127.0.0.2:{data}").parse().unwrap(),
            writer: ServerWriter::Datagrams {
                encoder: Box::new(IFacialMocapEncoder::default()),
                requests: Some(format!("127.0.0.1:{requests}").parse().unwrap()),
            },
        }],
        ..SimulatorConfig::default()
    };
    let simulator = Simulator::start(config, Box::new(stage::Stage::new())).unwrap();
    let told = simulator.addresses()[0].url();
    assert_eq!(
        told,
        format!("ifacialmocap://127.0.0.1:{requests}?data={data}")
    );
    for version in [1, 2] {
        let url = format!("{told}&version={version}&subject=Ann");
        let url: SourceUrl = url.parse().unwrap();
        let mut sink = Keep(Vec::new(), StopFlag::default());
        let stop = sink.1.clone();
        let mut source = source_of(&url, SourceConfig::new(SourceId(1)));
        source.run(&mut sink, &stop);
        let faces = sink.0.iter().filter_map(|f| f.face_of(0));
        let heads: Vec<_> = faces.map(|f| f.source_from_head.unwrap()).collect();
        assert!(heads.len() >= 20, "{}", heads.len());
        for head in heads {
            let number = frame_of(head.rotation());
            let sent = stage::frame(number).face_of(0).copied().unwrap();
            let expected = sent.source_from_head.unwrap();
            assert!(chord(head.rotation(), expected.rotation()) < 1e-6);
        }
        assert_eq!(sink.0[0].roster.subjects()[0].name, "Ann");
        let counters = source.counters();
        assert_eq!(counters.values_refused.get(), 0);
        assert_eq!(counters.values_unknown.get(), 0);
    }
}
