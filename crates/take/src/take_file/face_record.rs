//! The faces of a capture frame as bytes.

use super::error::DamageKind;
use super::fields::{Field, Fields, Put};
use cyc_model::{CapturedFace, FaceShape, FaceWeights, MocapFrame, SUBJECTS_MAX, Space, Xf};

/// The layout, a part of the capture frame's.
pub(super) const LAYOUT: &str = "u32 faces; each: u16 subject; f32 weights[52] (ARKit, Live Link \
order); u8 bits (1 head 2 left eye 4 right eye); each present: pose";

/// Appends all faces of a frame.
pub(super) fn encode(frame: &MocapFrame, put: &mut Put<'_>) {
    put.u32(frame.faces.len() as u32);
    for face in &frame.faces {
        put.u16(face.subject);
        face.weights.all().iter().for_each(|w| put.f32(*w));
        let eyes = [face.head_from_left_eye, face.head_from_right_eye];
        let bits = u8::from(face.source_from_head.is_some())
            | u8::from(eyes[0].is_some()) << 1
            | u8::from(eyes[1].is_some()) << 2;
        put.u8(bits);
        if let Some(head) = face.source_from_head {
            put.xf(head);
        }
        eyes.into_iter().flatten().for_each(|eye| put.xf(eye));
    }
}

/// Reads the faces into a frame that has its roster.
pub(super) fn decode(fields: &mut Fields<'_>, frame: &mut MocapFrame) -> Field<()> {
    for _ in 0..fields.count(SUBJECTS_MAX)? {
        let subject = fields.u16()?;
        let mut weights = [0.0; FaceShape::COUNT];
        for weight in &mut weights {
            *weight = fields.f32()?;
        }
        let bits = fields.u8()?;
        if bits > 7 {
            return Err(DamageKind::Code);
        }
        let face = CapturedFace {
            subject,
            weights: FaceWeights::clamped(weights),
            source_from_head: pose(fields, bits & 1 != 0)?,
            head_from_left_eye: pose(fields, bits & 2 != 0)?,
            head_from_right_eye: pose(fields, bits & 4 != 0)?,
        };
        if !frame.set_face(face) {
            return Err(DamageKind::Count);
        }
    }
    Ok(())
}

fn pose<A: Space, B: Space>(fields: &mut Fields<'_>, is_there: bool) -> Field<Option<Xf<A, B>>> {
    if is_there {
        fields.xf().map(Some)
    } else {
        Ok(None)
    }
}
