//! Frames to datagrams: what the simulator sends.

use super::DATAGRAM_MAX;
use crate::osc::limits::ADDRESS_BYTES_MAX;
use crate::osc::{IMMEDIATELY, OscArgument, put_bundle, put_element};
use crate::vicon_axes::ServerAxes;
use crate::vicon_datastream::timecode;
use cyc_model::MocapFrame;
use std::fmt::Write as _;

/// What is sent, as the operator chooses it in Tracker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodeSettings {
    /// Segments of all subjects.
    pub objects: bool,
    /// Labelled markers.
    pub markers: bool,
    /// Markers without a label.
    pub unlabelled: bool,
    /// Whether a single subject is named in addresses; several always are.
    pub use_object_name: bool,
}

impl Default for EncodeSettings {
    fn default() -> Self {
        Self {
            objects: true,
            markers: true,
            unlabelled: true,
            use_object_name: true,
        }
    }
}

/// Appends one datagram with what is seen in a frame. Returns how many things were left out because the datagram was
/// full or their names were too long for an address.
pub fn encode_frame(frame: &MocapFrame, settings: &EncodeSettings, out: &mut Vec<u8>) -> usize {
    let mut bundle = Bundle {
        begin: out.len(),
        out,
        address: String::new(),
        left_out: 0,
    };
    put_bundle(IMMEDIATELY, bundle.out);
    bundle.head(frame);
    let subjects = frame.roster.subjects();
    let names_subjects = subjects.len() != 1 || settings.use_object_name;
    for (i, subject) in subjects.iter().enumerate() {
        let markers = subject.markers.iter().zip(frame.markers_of(i));
        for (name, at) in markers.filter(|_| settings.markers) {
            let Some(at) = at else { continue };
            let parts = [&subject.name, name];
            let parts = parts.get(usize::from(!names_subjects)..).unwrap_or(&[]);
            bundle.thing("marker", parts, &ServerAxes::ZUp.mm_of(*at));
        }
        let segments = subject.segments.iter().zip(frame.segments_of(i));
        for (segment, pose) in segments.filter(|_| settings.objects) {
            let Some(pose) = pose else { continue };
            let [x, y, z] = ServerAxes::ZUp.mm_of(pose.translation());
            let q = ServerAxes::ZUp.rotation_of(*pose);
            let values = [x, y, z, q.x, q.y, q.z, q.w];
            let parts = [&subject.name, &segment.name];
            let count = if subject.is_rigid_body() { 1 } else { 2 };
            bundle.thing("object", parts.get(..count).unwrap_or(&parts), &values);
        }
    }
    for marker in frame.unlabelled.iter().filter(|_| settings.unlabelled) {
        bundle.thing("unlabeledmarker", &[], &ServerAxes::ZUp.mm_of(marker.at));
    }
    bundle.left_out
}

struct Bundle<'o> {
    begin: usize,
    out: &'o mut Vec<u8>,
    address: String,
    left_out: usize,
}

impl Bundle<'_> {
    fn head(&mut self, frame: &MocapFrame) {
        let label = timecode::to_wire(frame.timecode);
        let [h, m, s, f] = label.label.map(|v| OscArgument::Int(i32::from(v)));
        let number = i64::try_from(frame.number.0).unwrap_or(i64::MAX);
        let arguments = [
            OscArgument::Long(number),
            OscArgument::Float(frame.rate_hz as f32),
            h,
            m,
            s,
            f,
            OscArgument::Int(i32::from(label.subframes)),
            OscArgument::Int(i32::from(label.field_flag)),
            OscArgument::Int(label.standard as i32),
            OscArgument::Int(i32::from(label.subframes_per_frame)),
            OscArgument::Int(label.user_bits as i32),
        ];
        put_element("/vicon/frame", &arguments, self.out);
    }

    fn thing(&mut self, kind: &str, parts: &[&String], values: &[f64]) {
        self.address.clear();
        // Writing to a text cannot fail.
        let _ = write!(self.address, "/vicon/{kind}");
        for part in parts {
            let _ = write!(self.address, "/{part}");
        }
        let mut arguments = [OscArgument::Nil; 7];
        let used = arguments.iter_mut().zip(values);
        let count = used
            .map(|(a, v)| *a = OscArgument::Float(*v as f32))
            .count();
        if self.address.len() > ADDRESS_BYTES_MAX {
            self.left_out += 1;
            return;
        }
        let before = self.out.len();
        let arguments = arguments.get(..count).unwrap_or(&arguments);
        put_element(&self.address, arguments, self.out);
        if self.out.len() - self.begin > DATAGRAM_MAX {
            self.out.truncate(before);
            self.left_out += 1;
        }
    }
}
