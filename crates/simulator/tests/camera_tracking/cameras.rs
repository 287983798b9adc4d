//! Three cameras with lenses, each a function of the frame number.

use cyc_model::{
    Body, LensSample, MocapFrame, Pose, Roster, SegmentInfo, SensorDistortion, Source, SubjectInfo,
    SubjectLens, Timecode, TimecodeRate, Xf,
};
use cyc_simulator::servers::{FrameProducer, Protocol, ServerConfig, ServerWriter};
use glam::{DQuat, DVec3};
use std::net::SocketAddr;
use std::sync::Arc;

pub const RATE_HZ: f64 = 60.0;
const NAMES: [&str; 3] = ["FilmCamera", "Witness", "Handheld"];

pub struct Cameras {
    roster: Arc<Roster>,
    frames: u64,
}

impl Cameras {
    pub fn new(frames: u64) -> Self {
        let body = |name: &str| SubjectInfo {
            name: name.into(),
            segments: vec![SegmentInfo {
                name: name.into(),
                parent: None,
                parent_from_segment: None,
            }],
            markers: vec![],
        };
        let roster = Arc::new(Roster::build(NAMES.map(body).to_vec()).unwrap());
        Self { roster, frames }
    }
}

/// Where a camera is at a frame; its X tells the number: a millimetre a frame.
pub fn pose(camera: usize, number: u64) -> Pose<Source, Body> {
    let t = number as f64 * 0.05 + camera as f64;
    let at = DVec3::new(number as f64 * 0.001, 1.5 + camera as f64, t.cos());
    let turn = DQuat::from_rotation_y(2.0 * t.sin())
        * DQuat::from_rotation_x(0.5 * t.cos())
        * DQuat::from_rotation_z(0.2 * t.sin());
    Xf::saturating(turn, at)
}

pub fn lens(number: u64) -> LensSample {
    let share = (number % 100) as f64 / 100.0;
    let mut lens = LensSample {
        focal_length_m: Some(0.024 + 0.05 * share),
        focus_distance_m: Some(1.0 + share),
        entrance_pupil_offset_m: Some(0.125),
        f_stop: Some(2.8),
        t_stop: Some(3.0),
        sensor_size_m: Some([0.036, 0.02025]),
        projection_offset_m: Some([0.0005, -0.00025]),
        distortion: Some(SensorDistortion {
            numerator: [-50.0, 1000.0, 0.0],
            tangential_per_m: [0.1, 0.2],
            overscan: Some(1.1),
            ..SensorDistortion::default()
        }),
        ..LensSample::default()
    };
    lens.zoom.normalised = Some(share);
    lens.focus.normalised = Some(1.0 - share);
    lens
}

pub fn timecode(number: u64) -> Timecode {
    Timecode::from_frame_of_day(TimecodeRate::Fps30, 1_000_000 + number as i64 / 2)
}

impl FrameProducer for Cameras {
    fn roster(&self) -> Arc<Roster> {
        Arc::clone(&self.roster)
    }

    fn rate_hz(&self) -> f64 {
        RATE_HZ
    }

    fn produce(&mut self, number: u64, out: &mut MocapFrame) -> bool {
        out.reset(&self.roster);
        for (camera, segment) in out.segments.iter_mut().enumerate() {
            *segment = Some(pose(camera, number));
        }
        let sample = lens(number);
        out.lenses.push(SubjectLens { subject: 0, sample });
        out.timecode = Some(timecode(number));
        number <= self.frames
    }
}

/// A server of datagrams with an encoder of its own.
pub fn server(
    protocol: Protocol,
    address: SocketAddr,
    encoder: impl cyc_simulator::servers::DatagramEncoder + 'static,
) -> ServerConfig {
    ServerConfig {
        protocol,
        address,
        writer: ServerWriter::Datagrams {
            encoder: Box::new(encoder),
            requests: None,
        },
    }
}
