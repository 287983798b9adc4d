//! What is sent: an avatar with bones, markers and a face, and a camera, each a function of the frame's number.

use cyc_model::{
    CapturedFace, HumanBone, MocapFrame, Point, Roster, SegmentInfo, SubjectInfo, Timecode,
    TimecodeRate, Xf,
};
use cyc_simulator::performance::FaceMotion;
use cyc_simulator::servers::{
    FrameProducer, Protocol, ServerConfig, Simulator, SimulatorConfig, SimulatorHandle,
};
use glam::{DQuat, DVec3};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

pub const RATE_HZ: f64 = 60.0;

pub const BONES: [HumanBone; 5] = [
    HumanBone::Hips,
    HumanBone::Spine,
    HumanBone::Head,
    HumanBone::LeftThumbMetacarpal,
    HumanBone::RightHand,
];

pub struct Stage(Arc<Roster>);

impl Stage {
    pub fn new() -> Self {
        let segment = |name: &str| SegmentInfo {
            name: name.into(),
            parent: None,
            parent_from_segment: None,
        };
        let avatar = SubjectInfo {
            name: "Ann".into(),
            segments: BONES.iter().map(|b| segment(b.vrm_name())).collect(),
            markers: vec!["LASI".into(), "RASI".into()],
        };
        let camera = SubjectInfo {
            name: "Cam".into(),
            segments: vec![segment("Cam")],
            markers: vec![],
        };
        Self(Arc::new(Roster::build(vec![avatar, camera]).unwrap()))
    }
}

/// The frame of a number.
pub fn frame(number: u64) -> MocapFrame {
    let mut out = MocapFrame::default();
    Stage::new().produce(number, &mut out);
    out
}

impl FrameProducer for Stage {
    fn roster(&self) -> Arc<Roster> {
        Arc::clone(&self.0)
    }

    fn rate_hz(&self) -> f64 {
        RATE_HZ
    }

    fn produce(&mut self, number: u64, out: &mut MocapFrame) -> bool {
        out.reset(&self.0);
        let t_s = number as f64 / RATE_HZ;
        for (k, slot) in out.segments.iter_mut().enumerate() {
            let turn = DVec3::new(0.3 * t_s, 0.2 + 0.1 * k as f64, -0.4);
            let at = DVec3::new(0.5 * t_s, 1.0 + 0.2 * k as f64, -0.25);
            *slot = Xf::new(DQuat::from_scaled_axis(turn), at);
        }
        for (k, slot) in out.markers.iter_mut().enumerate() {
            *slot = Point::new(DVec3::new(k as f64, 1.5, t_s));
        }
        let label = Timecode::from_frame_of_day(TimecodeRate::Fps60, 100_000 + number as i64);
        out.timecode = Some(label);
        // Every tenth frame has no face.
        if !number.is_multiple_of(10) {
            out.set_face(CapturedFace {
                subject: 0,
                ..FaceMotion::new(3).at(t_s)
            });
        }
        true
    }
}

/// Sends the stage to a port of this machine until it is dropped.
pub fn send(protocol: Protocol, port: u16) -> SimulatorHandle {
    let to = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let config = SimulatorConfig {
        servers: vec![ServerConfig::new(protocol, to)],
        ..SimulatorConfig::default()
    };
    Simulator::start(config, Box::new(Stage::new())).unwrap()
}
