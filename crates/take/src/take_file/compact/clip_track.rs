//! A skeleton's motion as a compact take of one track, and back.

use super::{CLIP, description};
use crate::bvh::{BvhClip, EndSite};
use crate::take_file::TakeConfig;
use crate::take_file::error::{DamageKind, TakeError};
use crate::take_file::fields::{Field, Fields, Put};
use cyc_compact::{CompactTake, PackOptions, Track, pack};
use cyc_model::{JOINTS_MAX, JointFrame, JointIdx, JointSpec, Skeleton, Xf};

type Local = Xf<JointFrame, JointFrame>;

/// Rest poses as they are written: like the first frame's translation, without rotation; or in full.
const AS_IN_FIRST_FRAME: u8 = 0;
const IN_FULL: u8 = 1;

/// Metres by which a rest translation may differ from the first frame's to count as the same: a file has six digits.
const SAME_M: f64 = 1e-7;

/// The bytes of a compact take of a clip. Rest translations are kept to a ten-millionth of a metre.
pub fn pack_clip(
    clip: &BvhClip,
    config: &TakeConfig,
    options: PackOptions,
) -> Result<Vec<u8>, TakeError> {
    let joints = clip.skeleton().joints();
    let track = Track {
        name: "clip".into(),
        description: written(clip),
        frames: clip.frame_count(),
        parents: joints.iter().map(|j| j.parent.map(|p| p.0)).collect(),
        locals: (0..clip.frame_count())
            .flat_map(|f| clip.locals(f))
            .copied()
            .collect(),
        ..Track::default()
    };
    Ok(pack(&description::of_config(config), &[track], options)?)
}

/// The clip in the bytes of a compact take; `None` when it was not made of one.
pub fn clip_of(bytes: &[u8]) -> Result<Option<BvhClip>, TakeError> {
    let take = CompactTake::open(bytes.to_vec())?;
    let found = take
        .tracks()
        .position(|t| t.description.first() == Some(&CLIP));
    let Some((track, mut cursor)) = found.and_then(|t| Some((t, take.cursor(t)?))) else {
        return Ok(None);
    };
    let info = take.tracks().nth(track);
    let described = info.map_or(&[][..], |i| i.description.get(1..).unwrap_or(&[]));
    let joints = info.map_or(0, |i| i.shape.joints);
    let mut locals = Vec::new();
    let mut frame = vec![Local::IDENTITY; joints];
    for f in 0..cursor.frames() {
        cursor.frame(f)?.locals(&mut frame);
        locals.extend_from_slice(&frame);
    }
    let clip = read(described, joints, locals).map_err(description::damaged)?;
    Ok(Some(clip))
}

fn written(clip: &BvhClip) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut put = Put(&mut bytes);
    put.f64(clip.frame_time_s());
    let first = clip.locals(0);
    for (j, joint) in clip.skeleton().joints().iter().enumerate() {
        put.text(&joint.name);
        put.u16(joint.parent.map_or(0, |p| p.0 + 1));
        let rest = joint.parent_from_joint;
        let offset = rest.translation().metres();
        let same = first.get(j).is_some_and(|l| {
            // What stands in the header of a joint that stays is rounded to 32 bits.
            l.translation().metres().distance(offset) < SAME_M / 2.0
        });
        if joint.parent.is_some() && same && rest.rotation() == glam::DQuat::IDENTITY {
            put.u8(AS_IN_FIRST_FRAME);
        } else {
            put.u8(IN_FULL);
            put.xf(rest);
        }
    }
    put.u32(clip.end_sites().len() as u32);
    for tip in clip.end_sites() {
        put.u16(tip.joint.0);
        // A tip is for showing: 32 bits do.
        tip.in_joint
            .metres()
            .to_array()
            .into_iter()
            .for_each(|v| put.f32(v as f32));
    }
    let mut out = vec![CLIP];
    out.extend(description::compressed(&bytes));
    out
}

fn read(described: &[u8], joints: usize, locals: Vec<Local>) -> Field<BvhClip> {
    let bytes = description::decompressed(described)?;
    let mut fields = Fields(&bytes);
    let frame_time_s = fields.f64()?;
    if joints == 0 || joints > JOINTS_MAX {
        return Err(DamageKind::Count);
    }
    let mut specs = Vec::new();
    for j in 0..joints {
        let name = fields.text()?;
        let parent = fields.u16()?.checked_sub(1).map(usize::from);
        if parent.is_some_and(|p| p >= j) {
            return Err(DamageKind::Number);
        }
        let parent_from_joint = match fields.u8()? {
            AS_IN_FIRST_FRAME => {
                let first = locals.get(j).copied().unwrap_or(Local::IDENTITY);
                Local::from_translation(first.translation().metres())
            }
            IN_FULL => fields.xf()?,
            _ => return Err(DamageKind::Code),
        };
        specs.push(JointSpec {
            name,
            parent,
            parent_from_joint,
        });
    }
    let mut tips = Vec::new();
    for _ in 0..fields.count(JOINTS_MAX)? {
        let joint = JointIdx(fields.u16()?);
        let tip = glam::DVec3::new(
            f64::from(fields.f32()?),
            f64::from(fields.f32()?),
            f64::from(fields.f32()?),
        );
        let in_joint = cyc_model::Point::new(tip).ok_or(DamageKind::Number)?;
        tips.push(EndSite { joint, in_joint });
    }
    fields.end()?;
    let (skeleton, _) = Skeleton::build(specs).map_err(|_| DamageKind::Roster)?;
    BvhClip::new(skeleton, tips, frame_time_s, locals).ok_or(DamageKind::Number)
}
