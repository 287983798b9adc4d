//! A stage frame as bytes.

use super::error::DamageKind;
use super::fields::{Field, Fields, Put};
use cyc_model::{
    FaceShape, FaceWeights, HostNs, JOINTS_MAX, JointFrame, LabelOrigin, PerformerSpan,
    STAGE_ACTORS_MAX, Stage, StageFrame, TrackedBody, Xf,
};

/// The layout, as it stands in the take's schema.
pub(super) const LAYOUT: &str = "\
u8 version=2; u64 number; i64 due_ns; timecode and stamps as in MocapFrame; u32 cameras; each: \
quality; pose; u32 props; each: quality; pose; u32 performers; each: quality; f32 marker_rms_m; \
u16 markers_seen; u16 markers_all; u8 labels (0 given 1 continued 2 cloud; from version 2); u32 joints; each: pose; u32 humans; each: quality; f32 \
face[52] (ARKit, Live Link order); u32 joints; each: pose. quality = u8 (0 absent 1 live 2 \
interpolated 3 predicted 4 held), i64 age_ns; pose = f64 qx qy qz qw tx ty tz. Metres, stage \
space.";

/// Appends a frame.
pub(super) fn encode(frame: &StageFrame, out: &mut Vec<u8>) {
    let mut put = Put(out);
    put.u8(super::STAGE_VERSION);
    put.u64(frame.number);
    put.i64(frame.due.0);
    put.timecode(frame.timecode);
    put.stamps(&frame.stamps);
    for bodies in [&frame.cameras, &frame.props] {
        put.u32(bodies.len() as u32);
        for body in bodies {
            put.quality(body.quality);
            put.xf(body.stage_from_body);
        }
    }
    put.u32(frame.performers.len() as u32);
    for (i, performer) in frame.performers.iter().enumerate() {
        put.quality(performer.quality);
        put.f32(performer.marker_rms_m);
        put.u16(performer.markers_seen);
        put.u16(performer.markers_all);
        put.u8(performer.labels as u8);
        joints(&mut put, frame.joints_of_performer(i));
    }
    put.u32(frame.humans.len() as u32);
    for (i, human) in frame.humans.iter().enumerate() {
        put.quality(human.quality);
        let face = frame.faces.get(i).copied().unwrap_or_default();
        face.all().iter().for_each(|w| put.f32(*w));
        joints(&mut put, frame.joints_of_human(i));
    }
}

fn joints(put: &mut Put<'_>, joints: &[Xf<Stage, JointFrame>]) {
    put.u32(joints.len() as u32);
    joints.iter().for_each(|j| put.xf(*j));
}

/// Reads a frame into `frame`, which keeps its capacity; `scratch` holds one actor's joints on the way.
pub(super) fn decode(
    bytes: &[u8],
    frame: &mut StageFrame,
    scratch: &mut Vec<Xf<Stage, JointFrame>>,
) -> Field<()> {
    let mut fields = Fields(bytes);
    let version = fields.version(super::STAGE_VERSION)?;
    frame.clear();
    frame.number = fields.u64()?;
    frame.due = HostNs(fields.i64()?);
    frame.timecode = fields.timecode()?;
    frame.stamps = fields.stamps()?;
    for bodies in [&mut frame.cameras, &mut frame.props] {
        for _ in 0..fields.count(STAGE_ACTORS_MAX)? {
            bodies.push(TrackedBody {
                quality: fields.quality()?,
                stage_from_body: fields.xf()?,
            });
        }
    }
    for _ in 0..fields.count(STAGE_ACTORS_MAX)? {
        let mut performer = PerformerSpan::default();
        performer.quality = fields.quality()?;
        performer.marker_rms_m = fields.f32()?;
        performer.markers_seen = fields.u16()?;
        performer.markers_all = fields.u16()?;
        if version >= 2 {
            performer.labels = labels(fields.u8()?)?;
        }
        read_joints(&mut fields, scratch)?;
        frame.push_performer(performer, scratch);
    }
    for _ in 0..fields.count(STAGE_ACTORS_MAX)? {
        let quality = fields.quality()?;
        let mut face = [0.0; FaceShape::COUNT];
        for weight in &mut face {
            *weight = fields.f32()?;
        }
        read_joints(&mut fields, scratch)?;
        frame.push_human(quality, scratch, FaceWeights::clamped(face));
    }
    fields.end()
}

fn labels(code: u8) -> Field<LabelOrigin> {
    [
        LabelOrigin::Given,
        LabelOrigin::Continued,
        LabelOrigin::Cloud,
    ]
    .into_iter()
    .find(|o| *o as u8 == code)
    .ok_or(DamageKind::Code)
}

fn read_joints(fields: &mut Fields<'_>, out: &mut Vec<Xf<Stage, JointFrame>>) -> Field<()> {
    out.clear();
    for _ in 0..fields.count(JOINTS_MAX)? {
        out.push(fields.xf()?);
    }
    Ok(())
}
