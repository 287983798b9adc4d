//! Frames to datagrams: what a phone sends.

use super::Version;
use super::shape::shape_name;
use cyc_model::{CapturedFace, FaceShape, MocapFrame, Space, Xf};
use glam::EulerRot;
use std::fmt::Write;

/// A phone in front of one subject.
#[derive(Clone, Debug, Default)]
pub struct Encoder {
    /// Whose face it is; the first one's that has a face when empty.
    pub subject: String,
    /// How shapes are written.
    pub version: Version,
    /// The subject that had a face, so that a face that is not seen is said to be so.
    known: Option<String>,
}

impl Encoder {
    /// For a subject's face (the first one's that has a face when empty), written so.
    pub fn new(subject: &str, version: Version) -> Self {
        Self {
            subject: subject.to_owned(),
            version,
            known: None,
        }
    }

    /// The datagram of a frame; `None` while the subject has never had a face. Weights are whole per cent, which is all
    /// that the format tells.
    pub fn encode_frame(&mut self, frame: &MocapFrame) -> Option<Vec<u8>> {
        let subjects = frame.roster.subjects();
        let wanted = match (&self.known, self.subject.as_str()) {
            (Some(known), _) => subjects.iter().position(|s| s.name == *known),
            (None, "") => (0..subjects.len()).find(|i| frame.face_of(*i).is_some()),
            (None, name) => subjects.iter().position(|s| s.name == name),
        };
        let face = wanted.and_then(|i| frame.face_of(i));
        if let (Some(i), Some(_)) = (wanted, face) {
            self.known = subjects.get(i).map(|s| s.name.clone());
        }
        self.known.as_ref()?;
        Some(self.text(face).into_bytes())
    }

    fn text(&self, face: Option<&CapturedFace>) -> String {
        let sign = match self.version {
            Version::V1 => '-',
            Version::V2 => '&',
        };
        let mut text = String::new();
        let shown = face.copied().unwrap_or_default();
        // Writing to a string does not fail.
        let _ = write!(text, "trackingStatus{sign}{}|", u8::from(face.is_some()));
        for shape in FaceShape::ALL {
            let per_cent = (shown.weights.get(shape) * 100.0).round();
            let _ = write!(text, "{}{sign}{per_cent}|", shape_name(shape));
        }
        let [x, y, z] = degrees(shown.source_from_head);
        let at = shown
            .source_from_head
            .map(|head| head.translation().metres());
        let at = at.unwrap_or_default();
        let _ = write!(
            text,
            "=head#{x:.6},{y:.6},{z:.6},{:.6},{:.6},{:.6}|",
            at.x, at.y, at.z
        );
        for (name, eye) in [
            ("rightEye", shown.head_from_right_eye),
            ("leftEye", shown.head_from_left_eye),
        ] {
            let [x, y, z] = degrees(eye);
            let _ = write!(text, "{name}#{x:.6},{y:.6},{z:.6}|");
        }
        text
    }
}

/// Degrees about X, Y and Z; at rest when not known, for the format cannot say that.
fn degrees<A: Space, B: Space>(turned: Option<Xf<A, B>>) -> [f64; 3] {
    let turned = turned.map_or(glam::DQuat::IDENTITY, Xf::rotation);
    let (y, x, z) = turned.to_euler(EulerRot::YXZ);
    [x, y, z].map(f64::to_degrees)
}
