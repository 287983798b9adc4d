//! Frames to datagrams, by a table.

use super::map::{Argument, FrameBoundary, MessageMap, OscMap, Thing};
use super::pattern::Names;
use crate::osc::limits::{ARGUMENTS_MAX, DATAGRAM_MAX};
use crate::osc::{IMMEDIATELY, OscArgument, put_bundle, put_element};
use crate::vicon_axes::SourcePose;
use cyc_model::{MocapFrame, Point, Source};

/// Longest datagram where a frame may be cut: what fits into an Ethernet frame of 1500 bytes with the headers of IP and
/// UDP.
const CUT_BYTES: usize = 1472;

/// What became of a frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Encoded {
    /// Bundles, in the order of sending.
    pub datagrams: Vec<Vec<u8>>,
    /// Things whose names cannot stand in their address, or that the datagram had no room for.
    pub left_out: usize,
}

/// Writes a frame as the messages of a table: one datagram where a datagram is a frame, else as many as it takes. What
/// is occluded is left out, unless its message says whether it is tracked. The first row of each kind is used.
pub fn encode_frame(frame: &MocapFrame, map: &OscMap) -> Encoded {
    let mut writer = Writer {
        map,
        done: Encoded::default(),
        bundle: Vec::new(),
        address: String::new(),
    };
    put_bundle(IMMEDIATELY, &mut writer.bundle);
    let frame_row = map.rows_of(Thing::Frame).next();
    let is_last = map.boundary() == FrameBoundary::Last;
    if let Some(row) = frame_row.filter(|_| !is_last) {
        writer.head(row, frame);
    }
    writer.subjects(frame);
    if let Some(row) = map.rows_of(Thing::Unlabelled).next() {
        for marker in &frame.unlabelled {
            writer.marker(row, Names::default(), Some(marker.at));
        }
    }
    if let Some(row) = frame_row.filter(|_| is_last) {
        writer.head(row, frame);
    }
    writer.done.datagrams.push(writer.bundle);
    writer.done
}

struct Writer<'m> {
    map: &'m OscMap,
    done: Encoded,
    bundle: Vec<u8>,
    address: String,
}

/// What a message's arguments are taken from.
#[derive(Default)]
struct Values<'a> {
    names: Names<'a>,
    at: [f64; 3],
    xyzw: [f64; 4],
    angles: [f64; 3],
    is_tracked: bool,
    number: u64,
    rate_hz: f64,
}

impl Writer<'_> {
    fn subjects(&mut self, frame: &MocapFrame) {
        let map = self.map;
        let row = |thing| map.rows_of(thing).next();
        for (i, subject) in frame.roster.subjects().iter().enumerate() {
            let of_subject = Names {
                subject: Some(&subject.name),
                ..Names::default()
            };
            let segments = subject.segments.iter().zip(frame.segments_of(i));
            for (segment, pose) in segments {
                let body = row(Thing::Body).filter(|_| subject.is_rigid_body());
                if let Some(row) = body.or_else(|| row(Thing::Segment)) {
                    let names = Names {
                        segment: Some(&segment.name),
                        ..of_subject
                    };
                    self.pose(row, names, *pose);
                }
            }
            let markers = subject.markers.iter().zip(frame.markers_of(i));
            for (name, at) in markers {
                if let Some(row) = row(Thing::Marker) {
                    let names = Names {
                        marker: Some(name),
                        ..of_subject
                    };
                    self.marker(row, names, *at);
                }
            }
        }
    }

    fn head(&mut self, row: &MessageMap, frame: &MocapFrame) {
        let values = Values {
            number: frame.number.0,
            rate_hz: frame.rate_hz,
            ..Values::default()
        };
        self.put(row, &values);
    }

    fn marker(&mut self, row: &MessageMap, names: Names<'_>, at: Option<Point<Source>>) {
        let values = Values {
            names,
            at: at.map_or([0.0; 3], |at| self.map.axes.units_of(at)),
            is_tracked: at.is_some(),
            ..Values::default()
        };
        self.put_if_told(row, &values);
    }

    fn pose(&mut self, row: &MessageMap, names: Names<'_>, pose: Option<SourcePose>) {
        let map = self.map;
        let turned = pose.map(|pose| map.axes.rotation_of(pose));
        let angles = turned.map_or([0.0; 3], |q| {
            let (a, b, c) = q.to_euler(map.euler);
            map.by_axis([a, b, c].map(|v| v / map.radians_per_unit))
        });
        let values = Values {
            names,
            at: pose.map_or([0.0; 3], |pose| map.axes.units_of(pose.translation())),
            xyzw: turned.map_or([0.0, 0.0, 0.0, 1.0], |q| q.to_array()),
            angles,
            is_tracked: pose.is_some(),
            ..Values::default()
        };
        self.put_if_told(row, &values);
    }

    fn put_if_told(&mut self, row: &MessageMap, values: &Values<'_>) {
        if values.is_tracked || row.arguments.contains(&Argument::Tracked) {
            self.put(row, values);
        }
    }

    fn put(&mut self, row: &MessageMap, values: &Values<'_>) {
        self.address.clear();
        let fixed = row.subject.as_deref();
        let is_others = fixed.is_some_and(|s| values.names.subject.is_some_and(|v| v != s));
        let fits = row.arguments.len() <= ARGUMENTS_MAX && !is_others;
        if !fits || !row.address.write(&values.names, &mut self.address) {
            self.done.left_out += 1;
            return;
        }
        let mut arguments = [OscArgument::Nil; ARGUMENTS_MAX];
        for (slot, meaning) in arguments.iter_mut().zip(&row.arguments) {
            *slot = argument(*meaning, values);
        }
        let arguments = arguments.get(..row.arguments.len()).unwrap_or(&[]);
        let before = self.bundle.len();
        put_element(&self.address, arguments, &mut self.bundle);
        let may_cut = self.map.boundary() != FrameBoundary::Datagram;
        let limit = if may_cut { CUT_BYTES } else { DATAGRAM_MAX };
        if self.bundle.len() <= limit {
            return;
        }
        if !may_cut {
            self.bundle.truncate(before);
            self.done.left_out += 1;
            return;
        }
        let rest = self.bundle.split_off(before);
        let full = std::mem::take(&mut self.bundle);
        self.done.datagrams.push(full);
        put_bundle(IMMEDIATELY, &mut self.bundle);
        self.bundle.extend_from_slice(&rest);
    }
}

fn argument<'a>(meaning: Argument, values: &Values<'a>) -> OscArgument<'a> {
    let [x, y, z] = values.at;
    let [qx, qy, qz, qw] = values.xyzw;
    let [rx, ry, rz] = values.angles;
    let number = match meaning {
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
        Argument::Rate => values.rate_hz,
        Argument::Tracked => return OscArgument::Int(i32::from(values.is_tracked)),
        Argument::Number => {
            return match i32::try_from(values.number) {
                Ok(number) => OscArgument::Int(number),
                Err(_) => OscArgument::Long(i64::try_from(values.number).unwrap_or(i64::MAX)),
            };
        }
        Argument::Subject | Argument::Marker | Argument::Segment => {
            let name = meaning.as_name().and_then(|n| values.names.get(n));
            return OscArgument::Text(name.unwrap_or_default());
        }
        Argument::Any => 0.0,
    };
    OscArgument::Float(number as f32)
}
