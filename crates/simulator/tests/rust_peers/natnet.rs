//! The crate `natnet` shakes hands, reads the models, and reads frames by the names that those give.

use crate::volume::{self, Volume};
use cyc_model::MocapFrame;
use cyc_simulator::servers::{
    NATNET, NatNetEncoder, ServerConfig, ServerWriter, Simulator, SimulatorConfig, SimulatorHandle,
};
use cyc_wire::natnet::ServerSettings;
use glam::{DQuat, DVec3};
use natnet::net::{CommandClient, DataClient};
use natnet::{DataSet, Decoder, FrameOfData, Message, ModelDef, RigidBody, command};
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, UdpSocket};
use std::time::Duration;

const LOOPBACK: Ipv4Addr = Ipv4Addr::LOCALHOST;
const PATIENCE: Duration = Duration::from_secs(10);
const ACTORS: usize = 2;
/// Single precision.
const SINGLE: f64 = 2e-6;

fn serve(version: cyc_wire::natnet::Version, data: u16) -> (SimulatorHandle, u16) {
    let free = UdpSocket::bind((LOOPBACK, 0)).unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let settings = ServerSettings {
        version,
        ..ServerSettings::default()
    };
    let config = SimulatorConfig {
        servers: vec![ServerConfig {
            protocol: NATNET,
            address: SocketAddr::from((LOOPBACK, data)),
            writer: ServerWriter::Datagrams {
                encoder: Box::new(NatNetEncoder::new(settings)),
                requests: Some(SocketAddr::from((LOOPBACK, port))),
            },
        }],
        ..SimulatorConfig::default()
    };
    let volume = Volume::new(100.0, ACTORS, u64::MAX);
    (Simulator::start(config, Box::new(volume)).unwrap(), port)
}

fn same(body: &RigidBody, pose: cyc_model::Pose<cyc_model::Source, cyc_model::Body>) {
    let at = DVec3::from_array(body.position.map(f64::from));
    let off = at.distance(pose.translation().metres());
    let q = DQuat::from_array(body.orientation.map(f64::from));
    let r = pose.rotation();
    let chord = (q - r).length().min((q + r).length());
    assert!(off < SINGLE && chord < SINGLE, "{} {off} {chord}", body.id);
    assert_eq!(body.params & 1, 1, "it is tracked");
}

/// Ids of rigid bodies by name, and of skeletons with their bones' names by id.
struct Models {
    bodies: HashMap<String, i32>,
    skeletons: HashMap<i32, (String, HashMap<i32, String>)>,
}

impl Models {
    fn of(model: &ModelDef) -> Self {
        let mut models = Self {
            bodies: HashMap::new(),
            skeletons: HashMap::new(),
        };
        for set in &model.datasets {
            match set {
                DataSet::RigidBody(body) => {
                    models.bodies.insert(body.name.clone(), body.id);
                }
                DataSet::Skeleton(skeleton) => {
                    let bones = skeleton.rigid_bodies.iter();
                    let bones = bones.map(|b| (b.id, b.name.clone())).collect();
                    let entry = (skeleton.name.clone(), bones);
                    models.skeletons.insert(skeleton.id, entry);
                }
                _ => {}
            }
        }
        models
    }
}

fn one_frame(frame: &FrameOfData, models: &Models) {
    let number = u64::try_from(frame.frame_number).unwrap();
    let mut sent = MocapFrame::default();
    volume::fill(&volume::roster(ACTORS, false), number, &mut sent);
    let pose_of = |subject: &str, segment: &str| {
        let i = sent.roster.find(subject).unwrap();
        let segments = &sent.roster.subjects()[i].segments;
        let k = segments.iter().position(|s| s.name == segment).unwrap();
        sent.segments_of(i)[k].unwrap()
    };
    for name in ["Clock", "Camera", "Prop"] {
        let id = models.bodies[name];
        let body = frame.rigid_bodies.iter().find(|b| b.id == id).unwrap();
        same(body, pose_of(name, name));
    }
    let skeletons = frame.decode_skeletons().unwrap();
    assert_eq!(skeletons.len(), ACTORS);
    for skeleton in &skeletons {
        let (name, bones) = &models.skeletons[&skeleton.id];
        assert_eq!(skeleton.rigid_bodies.len(), volume::SEGMENTS);
        for bone in &skeleton.rigid_bodies {
            // The lower half of a bone's id is its own.
            let own = bone.id & 0xffff;
            same(bone, pose_of(name, &bones[&own]));
        }
    }
    let loose = frame
        .labeled_markers
        .iter()
        .filter(|m| m.params & 0x10 != 0);
    assert_eq!(loose.count(), 1, "one marker is nobody's");
    let occluded = frame.labeled_markers.iter().filter(|m| m.params & 1 != 0);
    assert_eq!(occluded.count(), 1, "one marker is hidden");
    let seconds = frame.timing.timestamp;
    assert!(seconds.is_finite() && frame.timing.camera_mid_exposure > 0);
}

#[test]
fn the_crate_natnet_reads_models_bodies_and_skeletons() {
    use cyc_wire::natnet::Version;
    for ours in [Version::V3_1, Version::V4_0, Version::V4_1] {
        let theirs = natnet::Version::new(ours.major, ours.minor, 0, 0);
        let frames = DataClient::bind_unicast(LOOPBACK, 0).unwrap();
        frames.set_read_timeout(Some(PATIENCE)).unwrap();
        let data = frames.local_addr().unwrap().port();
        let (_simulator, port) = serve(ours, data);
        let server = SocketAddrV4::new(LOOPBACK, port);
        let mut client = CommandClient::bind(LOOPBACK, server).unwrap();
        let info = client.connect_handshake(PATIENCE).unwrap();
        assert_eq!(info.protocol_version, theirs);
        let decoder = Decoder::new(theirs).unwrap();
        let request = command::request_modeldef().unwrap();
        let answer = client.exchange(&request, PATIENCE).unwrap();
        let Message::ModelDef(model) = decoder.parse(&answer).unwrap().into_message() else {
            panic!("no models");
        };
        let models = Models::of(&model);
        assert_eq!((models.bodies.len(), models.skeletons.len()), (3, ACTORS));
        let mut buffer = vec![0; 65_536];
        let mut last = 0;
        for _ in 0..20 {
            let (length, _) = frames.recv(&mut buffer).unwrap();
            let message = decoder.parse(&buffer[..length]).unwrap().into_message();
            let Message::FrameOfData(frame) = message else {
                panic!("no frame");
            };
            assert!(frame.frame_number > last);
            last = frame.frame_number;
            one_frame(&frame, &models);
        }
    }
}
