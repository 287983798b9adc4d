//! Datagrams to frames.

use super::error::DecodeError;
use super::limits::DATAGRAM_MAX;
use super::shape::shape_of;
use cyc_model::{
    CapturedFace, FrameNumber, Hop, HostNs, MocapFrame, Roster, Space, SubjectInfo, Xf,
};
use glam::{DQuat, DVec3, EulerRot};
use std::sync::Arc;

/// A shape that acts wholly.
const WHOLE: f64 = 100.0;

/// What arrived but could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct DecoderCounts {
    /// Numbers that are none: shown as 0, or as not known.
    pub values: u64,
    /// Sections that are not known.
    pub unknown: u64,
}

/// Reads the faces of one phone.
#[derive(Debug)]
pub struct Decoder {
    roster: Arc<Roster>,
    frames: u64,
    counts: DecoderCounts,
}

impl Decoder {
    /// For a phone whose face is to have this name. With a name that is none, nobody is shown.
    pub fn new(subject: &str) -> Self {
        let subject = SubjectInfo {
            name: subject.to_owned(),
            segments: Vec::new(),
            markers: Vec::new(),
        };
        Self {
            roster: Arc::new(Roster::build(vec![subject]).unwrap_or_default()),
            frames: 0,
            counts: DecoderCounts::default(),
        }
    }

    /// Decodes a datagram, received at `heard`, into `out`, except for its source and epoch, which are the caller's.
    pub fn decode(
        &mut self,
        datagram: &[u8],
        heard: HostNs,
        out: &mut MocapFrame,
    ) -> Result<(), DecodeError> {
        let bytes = datagram.len();
        if bytes > DATAGRAM_MAX {
            let limit = DATAGRAM_MAX;
            return Err(DecodeError::TooLarge { bytes, limit });
        }
        let text = std::str::from_utf8(datagram).map_err(|e| DecodeError::NotText {
            bytes,
            at: e.valid_up_to(),
        })?;
        let mut reading = Reading::default();
        for section in text.split('|') {
            reading.take(section.trim());
        }
        if !reading.is_face {
            return Err(DecodeError::NoFace { bytes });
        }
        self.counts.values += reading.bad_values;
        self.counts.unknown += reading.unknown;
        out.reset(&self.roster);
        if reading.is_seen != Some(false) {
            out.set_face(reading.face);
        }
        out.number = FrameNumber(self.frames);
        self.frames += 1;
        out.rate_hz = 0.0;
        out.heard = heard;
        out.stamps.stamp(Hop::Heard, heard);
        Ok(())
    }

    /// What could not be taken.
    pub fn counts(&self) -> DecoderCounts {
        self.counts
    }
}

/// A datagram while it is read.
#[derive(Default)]
struct Reading {
    face: CapturedFace,
    /// Whether anything of it is a face's.
    is_face: bool,
    /// Whether the phone says that it sees a face, if it says so.
    is_seen: Option<bool>,
    bad_values: u64,
    unknown: u64,
}

impl Reading {
    fn take(&mut self, section: &str) {
        // The heads' section begins with a sign that ends the shapes; some send it as a section of its own.
        let section = section.trim_start_matches('=');
        if let Some((name, numbers)) = section.split_once('#') {
            self.take_turn(name, numbers);
        } else if let Some((name, number)) =
            section.split_once('&').or_else(|| section.split_once('-'))
        {
            self.take_shape(name, number);
        } else {
            self.unknown += u64::from(!section.is_empty());
        }
    }

    fn take_shape(&mut self, name: &str, number: &str) {
        let value = number.trim().parse::<f64>().ok().filter(|v| v.is_finite());
        if name == "trackingStatus" {
            self.is_seen = value.map(|v| v != 0.0);
            self.is_face = true;
            return;
        }
        let Some(shape) = shape_of(name) else {
            self.unknown += 1;
            return;
        };
        self.is_face = true;
        self.bad_values += u64::from(value.is_none());
        let weight = value.unwrap_or_default() / WHOLE;
        self.face.weights.set(shape, weight as f32);
    }

    fn take_turn(&mut self, name: &str, numbers: &str) {
        let is_head = name == "head";
        if !is_head && name != "leftEye" && name != "rightEye" {
            self.unknown += 1;
            return;
        }
        self.is_face = true;
        let mut all = numbers.split(',').map(|n| n.trim().parse::<f64>());
        let mut next = || all.next().and_then(Result::ok);
        let turn = [next(), next(), next()];
        let at = if is_head {
            [next(), next(), next()]
        } else {
            [None; 3]
        };
        match name {
            "head" => self.face.source_from_head = self.placed(turn, at),
            "leftEye" => self.face.head_from_left_eye = self.placed(turn, at),
            _ => self.face.head_from_right_eye = self.placed(turn, at),
        }
    }

    /// A pose out of degrees about X, Y and Z, and metres, where those are told.
    fn placed<A: Space, B: Space>(
        &mut self,
        turn: [Option<f64>; 3],
        at: [Option<f64>; 3],
    ) -> Option<Xf<A, B>> {
        let pose = match turn {
            [Some(x), Some(y), Some(z)] => {
                let [x, y, z] = [x, y, z].map(f64::to_radians);
                let at = at.map(|v| v.unwrap_or_default());
                let turn = DQuat::from_euler(EulerRot::YXZ, y, x, z);
                Xf::new(turn, DVec3::from_array(at))
            }
            _ => None,
        };
        self.bad_values += u64::from(pose.is_none());
        pose
    }
}
