//! Ten performers, and their frames as a DataStream server sends them.

use crate::{Outcome, RATE_HZ};
use cyc_model::{
    FrameNumber, HostNs, MocapFrame, Nanos, Point, Roster, SegmentInfo, SubjectInfo, Timecode,
    TimecodeRate, Xf,
};
use cyc_simulator::servers::FrameProducer;
use cyc_wire::ServerAxes;
use cyc_wire::vicon_datastream::{Client, ClientSettings, Server, ServerSettings, ServerStatics};
use glam::{DQuat, DVec3};
use std::sync::Arc;

/// Performers.
const ACTORS: usize = 10;
/// Segments of each.
const SEGMENTS: u16 = 20;
/// Markers of each.
const MARKERS: usize = 53;
/// Frames that are made: three seconds.
pub const FRAMES: u64 = 720;

/// A greeting and frames, as a server sends them to a client that wants all that ours wants.
pub struct Packets {
    /// What the server says first.
    pub greeting: Vec<u8>,
    /// A packet each.
    pub frames: Vec<Vec<u8>>,
}

impl Packets {
    /// So many frames.
    pub fn make(count: u64) -> Outcome<Self> {
        let roster = performers()?;
        let statics = ServerStatics::new(&roster, RATE_HZ, ServerAxes::ZUp);
        let mut server = Server::new(ServerSettings::default());
        let (mut greeting, mut requests) = (Vec::new(), Vec::new());
        server.poll_transmit(&mut greeting);
        let mut client = Client::new(ClientSettings::default());
        client.feed(&greeting, HostNs(0));
        while client.poll(&mut MocapFrame::default())?.is_some() {}
        client.poll_transmit(HostNs(0), &mut requests);
        server.feed(&requests)?;
        let mut frames = Vec::new();
        for number in 1..=count {
            let (mut packet, mut frame) = (Vec::new(), MocapFrame::default());
            fill(&roster, number, &mut frame);
            frame.taken = Some(HostNs(0));
            frame.rate_hz = RATE_HZ;
            let sent = HostNs(0) + Nanos::from_millis(3);
            server.encode_frame(&statics, &frame, sent, &mut packet)?;
            frames.push(packet);
        }
        Ok(Self { greeting, frames })
    }

    /// Bytes of a frame once the subjects are known.
    pub fn frame_bytes(&self) -> usize {
        self.frames.last().map_or(0, Vec::len)
    }
}

/// Who is there: performers with a tree each, the first of whose segments carries the performer's name, as clients of
/// rigid bodies look for it.
pub fn performers() -> Outcome<Arc<Roster>> {
    let actor = |a: usize| {
        let name = format!("a{a}");
        let segment = |k: u16| SegmentInfo {
            name: if k == 0 {
                name.clone()
            } else {
                format!("s{k}")
            },
            parent: k.checked_sub(1),
            parent_from_segment: Some(Xf::from_translation(DVec3::new(0.0, 0.1, 0.0))),
        };
        SubjectInfo {
            segments: (0..SEGMENTS).map(segment).collect(),
            markers: (0..MARKERS).map(|m| format!("m{m}")).collect(),
            name: name.clone(),
        }
    };
    Ok(Arc::new(Roster::build((0..ACTORS).map(actor).collect())?))
}

/// Ten rigid bodies, for the protocols that have nothing else.
pub fn bodies() -> Outcome<Arc<Roster>> {
    let body = |b: usize| {
        let name = format!("b{b}");
        let segment = SegmentInfo {
            name: name.clone(),
            parent: None,
            parent_from_segment: None,
        };
        SubjectInfo {
            segments: vec![segment],
            markers: vec![],
            name,
        }
    };
    Ok(Arc::new(Roster::build((0..10).map(body).collect())?))
}

/// A frame in which everything moves and is seen.
pub fn fill(roster: &Arc<Roster>, number: u64, frame: &mut MocapFrame) {
    frame.reset(roster);
    frame.number = FrameNumber(number);
    let rate = TimecodeRate::ALL[0];
    frame.timecode = Some(Timecode::from_frame_of_day(rate, number as i64));
    for (i, pose) in frame.segments.iter_mut().enumerate() {
        let t = number as f64 * 0.01 + i as f64;
        let axis = DVec3::new(t.cos(), 0.6, t.sin()).normalize_or(DVec3::Y);
        let at = DVec3::new(t.sin(), 1.0, 0.3 * t.cos());
        *pose = Some(Xf::saturating(DQuat::from_axis_angle(axis, t), at));
    }
    for (i, at) in frame.markers.iter_mut().enumerate() {
        *at = Some(Point::xyz(i as f64 * 0.01, 1.0, number as f64 * 0.001));
    }
}

/// The same frames for the simulator's servers, without end.
pub struct Volume(pub Arc<Roster>);

impl FrameProducer for Volume {
    fn roster(&self) -> Arc<Roster> {
        Arc::clone(&self.0)
    }
    fn rate_hz(&self) -> f64 {
        RATE_HZ
    }
    fn produce(&mut self, number: u64, out: &mut MocapFrame) -> bool {
        fill(&self.0, number, out);
        true
    }
}
