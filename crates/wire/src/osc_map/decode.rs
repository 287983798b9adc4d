//! Datagrams to frames, by a table.

use super::map::{Argument, FrameBoundary, MessageMap, OscMap, Thing};
use super::pattern::Names;
use crate::growing_roster::GrowingRoster;
use crate::osc::{OscArgument, OscError, OscMessage, OscPacket};
use crate::vicon_axes::SourcePose;
use cyc_model::{
    FrameNumber, Hop, HostNs, MocapFrame, Point, Source, UNLABELLED_MAX, UnlabelledMarker,
};
use glam::DQuat;

/// What arrived but could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct DecoderCounts {
    /// Messages whose arguments are not as the table says, and values that cannot be: shown as occluded.
    pub values: u64,
    /// Messages that the table does not have, and things beyond the limits.
    pub unknown: u64,
    /// Frames that had to make room for the next one in the same datagram.
    pub superseded: u64,
}

/// Reads by a table; remembers who was heard of.
#[derive(Debug)]
pub struct Decoder {
    map: OscMap,
    roster: GrowingRoster,
    unlabelled: Vec<UnlabelledMarker>,
    counts: DecoderCounts,
    number: Option<u64>,
    rate_hz: f64,
    /// Frames given out, which number those that have none.
    frames: u64,
    /// Something came since the frame began.
    has_content: bool,
}

/// The numbers of a message, as its table names them.
#[derive(Clone, Copy, Debug, Default)]
struct Values {
    at: [f64; 3],
    xyzw: [f64; 4],
    angles: [f64; 3],
    is_lost: bool,
    number: Option<u64>,
    rate_hz: f64,
}

impl Decoder {
    /// Reads by this table.
    pub fn new(map: OscMap) -> Self {
        Self {
            map,
            roster: GrowingRoster::default(),
            unlabelled: Vec::new(),
            counts: DecoderCounts::default(),
            number: None,
            rate_hz: 0.0,
            frames: 0,
            has_content: false,
        }
    }

    /// Decodes a datagram, received at `heard`. True when a frame is whole: it is in `out` then, all but its source and
    /// epoch, which are the caller's.
    pub fn decode(
        &mut self,
        datagram: &[u8],
        heard: HostNs,
        out: &mut MocapFrame,
    ) -> Result<bool, OscError> {
        let packet = OscPacket::scan(datagram)?;
        let boundary = self.map.boundary();
        let mut is_whole = false;
        if boundary == FrameBoundary::Datagram {
            self.begin();
        }
        for message in packet.messages() {
            let is_frame = boundary != FrameBoundary::Datagram && self.is_frame(&message);
            if is_frame && boundary == FrameBoundary::First && self.has_content {
                self.counts.superseded += u64::from(is_whole);
                self.end(heard, out);
                is_whole = true;
            }
            self.take(&message);
            if is_frame && boundary == FrameBoundary::Last {
                self.counts.superseded += u64::from(is_whole);
                self.end(heard, out);
                is_whole = true;
            }
        }
        if boundary == FrameBoundary::Datagram && self.has_content {
            self.end(heard, out);
            is_whole = true;
        }
        Ok(is_whole)
    }

    /// What could not be taken.
    pub fn counts(&self) -> DecoderCounts {
        self.counts
    }

    fn begin(&mut self) {
        self.roster.begin();
        self.unlabelled.clear();
        self.number = None;
        self.has_content = false;
    }

    fn end(&mut self, heard: HostNs, out: &mut MocapFrame) {
        self.roster.fill(out);
        out.unlabelled.clone_from(&self.unlabelled);
        out.number = FrameNumber(self.number.unwrap_or(self.frames));
        out.rate_hz = self.rate_hz;
        out.heard = heard;
        out.stamps.stamp(Hop::Heard, heard);
        self.frames += 1;
        self.begin();
    }

    fn is_frame(&self, message: &OscMessage<'_>) -> bool {
        let found = self.map.find(message.address());
        found.is_some_and(|(row, _)| row.thing == Thing::Frame)
    }

    fn take(&mut self, message: &OscMessage<'_>) {
        let Self {
            map,
            roster,
            unlabelled,
            counts,
            ..
        } = self;
        let Some((row, mut names)) = map.find(message.address()) else {
            counts.unknown += 1;
            return;
        };
        let Some(values) = read(row, message, &mut names) else {
            counts.values += 1;
            return;
        };
        names.subject = names.subject.or(row.subject.as_deref());
        let subject = names.subject.unwrap_or_default();
        let taken = match row.thing {
            Thing::Frame => {
                self.number = values.number;
                self.rate_hz = values.rate_hz;
                true
            }
            Thing::Marker => {
                let at = point(map, &values, counts);
                roster.put_marker(subject, names.marker.unwrap_or_default(), at)
            }
            Thing::Unlabelled => {
                let room = unlabelled.len() < UNLABELLED_MAX;
                let at = point(map, &values, counts).filter(|_| room);
                let trajectory = 0;
                unlabelled.extend(at.map(|at| UnlabelledMarker { at, trajectory }));
                room
            }
            Thing::Segment | Thing::Body => {
                let pose = pose(map, row, &values, counts);
                let segment = names.segment.unwrap_or(subject);
                roster.put_segment(subject, segment, pose)
            }
        };
        self.counts.unknown += u64::from(!taken);
        self.has_content = true;
    }
}

/// The arguments of a message; `None` when one is missing or of another type. More than the table has are ignored.
fn read<'a>(row: &MessageMap, message: &OscMessage<'a>, names: &mut Names<'a>) -> Option<Values> {
    let mut values = Values::default();
    let mut arguments = message.arguments();
    for meaning in &row.arguments {
        let argument = arguments.next()?;
        if let Some(name) = meaning.as_name() {
            let OscArgument::Text(text) = argument else {
                return None;
            };
            names.set(name, text);
            continue;
        }
        let [x, y, z] = &mut values.at;
        let [qx, qy, qz, qw] = &mut values.xyzw;
        let [rx, ry, rz] = &mut values.angles;
        let slot = match meaning {
            Argument::X => x,
            Argument::Y => y,
            Argument::Z => z,
            Argument::Qx => qx,
            Argument::Qy => qy,
            Argument::Qz => qz,
            Argument::Qw => qw,
            Argument::Rx => rx,
            Argument::Ry => ry,
            Argument::Rz => rz,
            Argument::Rate => &mut values.rate_hz,
            Argument::Tracked => {
                values.is_lost = !argument.truth()?;
                continue;
            }
            Argument::Number => {
                values.number = Some(u64::try_from(argument.whole()?).ok()?);
                continue;
            }
            _ => continue,
        };
        *slot = argument.number()?;
    }
    let is_rate = values.rate_hz >= 0.0 && values.rate_hz <= 1e6;
    is_rate.then_some(values)
}

fn point(map: &OscMap, values: &Values, counts: &mut DecoderCounts) -> Option<Point<Source>> {
    let is_zero = map.zero_is_occluded && values.at == [0.0; 3];
    if values.is_lost || is_zero {
        return None;
    }
    let at = map.axes.point(values.at);
    counts.values += u64::from(at.is_none());
    at
}

fn pose(
    map: &OscMap,
    row: &MessageMap,
    values: &Values,
    counts: &mut DecoderCounts,
) -> Option<SourcePose> {
    let unturned = values.angles == [0.0; 3] && matches!(values.xyzw, [0.0, 0.0, 0.0, _]);
    let is_zero = map.zero_is_occluded && values.at == [0.0; 3] && unturned;
    if values.is_lost || is_zero {
        return None;
    }
    let turned = if row.turns_by_angles() {
        let [a, b, c] = map.in_order(values.angles.map(|a| a * map.radians_per_unit));
        DQuat::from_euler(map.euler, a, b, c)
    } else {
        DQuat::from_array(values.xyzw)
    };
    let pose = map.axes.pose(values.at, turned);
    counts.values += u64::from(pose.is_none());
    pose
}
