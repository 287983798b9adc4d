//! An animation of a glTF, VRM or VRM animation file as a performer.
//!
//! Keys lie where their author put them, so the animation is sampled at one rate: the one at which its densest curve
//! seems to have been recorded, or the one that was asked for.

use super::moving::{Moving, bones_of};
use super::{SourceMotion, check_humanoid, check_size, stem};
use crate::Session;
use crate::character_file::CharacterFile;
use crate::failure::Failure;
use crate::retarget::RetargetArgs;
use crate::retarget::error::RetargetCommandError;
use crate::retarget::vrm_face::{Expressions, face_of_names};
use cyc_character::{AnimatedModel, Animation, ModelPose};
use cyc_model::FaceWeights;

/// Rates that a motion is sampled at when its keys suggest another.
const RATES_HZ: std::ops::RangeInclusive<f64> = 20.0..=240.0;
/// The rate for keys that are far apart, set by hand.
const USUAL_RATE_HZ: f64 = 60.0;

/// Samples the animation that was asked for, or the first that moves a body.
pub fn load(
    args: &RetargetArgs,
    bytes: Vec<u8>,
    session: &Session,
) -> Result<SourceMotion, Failure> {
    let model = CharacterFile::of(&args.take, bytes).with(AnimatedModel::read)?;
    let animation = choose(args, &model)?;
    let no_motion = || RetargetCommandError::NoMotion {
        path: args.take.clone(),
    };
    let skeleton = model.skeleton.as_ref().ok_or_else(no_motion)?;
    let (from_s, to_s) = animation.span_s().ok_or_else(no_motion)?;
    let key_rate_hz = animation.key_rate_hz().filter(|r| RATES_HZ.contains(r));
    let rate_hz = args.rate_hz.or(key_rate_hz).unwrap_or(USUAL_RATE_HZ);
    // Half a step of room: the last key is a frame although its time was rounded.
    let frames = ((to_s - from_s) * rate_hz + 0.5).floor() as usize + 1;
    check_size(skeleton.len(), frames)?;
    let expressions = Expressions::new(&model);
    let has_face = expressions.any() || !model.morph_names.is_empty();
    let mut pose = ModelPose::default();
    let mut joints = Vec::with_capacity(frames * skeleton.len());
    let mut faces: Vec<FaceWeights> = Vec::new();
    for f in 0..frames {
        model.sample(animation, from_s + f as f64 / rate_hz, &mut pose);
        joints.extend(pose.joints.iter().map(|j| j.relabel()));
        if has_face {
            let mut face = face_of_names(&model.morph_names, &pose.weights);
            expressions.add_to(&pose.expressions, &mut face);
            faces.push(face);
        }
    }
    if faces.iter().all(|f| f.all().iter().all(|w| *w == 0.0)) {
        faces.clear();
    }
    let humanoid = match model.humanoid.missing_required().next() {
        Some(_) => bones_of(skeleton, &joints),
        None => model.humanoid.clone(),
    };
    check_humanoid(&args.take, &humanoid)?;
    let mut moving = Moving {
        skeleton: skeleton.clone(),
        humanoid,
        joints,
        tips: Vec::new(),
    };
    let mut remarks = Vec::new();
    if model.animations.len() > 1 {
        let args = vec![
            ("name", animation.name.clone()),
            ("known", names(&model).join(", ")),
        ];
        remarks.push(("retarget-remark-animation", args));
    }
    remarks.extend(moving.stand());
    // What the loader changed is said where the character is loaded; a motion's file may be another.
    for note in &model.notes {
        session
            .output
            .remark(&session.text.get(note.key(), &note.args()));
    }
    Ok(SourceMotion {
        name: stem(&args.take),
        performer: String::new(),
        rate_hz,
        skeleton: moving.skeleton,
        humanoid: moving.humanoid,
        joints: moving.joints,
        faces,
        remarks,
        damaged: 0,
    })
}

fn names(model: &AnimatedModel) -> Vec<String> {
    let all = model.animations.iter().enumerate();
    all.map(|(i, a)| {
        if a.name.is_empty() {
            i.to_string()
        } else {
            a.name.clone()
        }
    })
    .collect()
}

/// By name or number, else the first that moves joints.
fn choose<'m>(
    args: &RetargetArgs,
    model: &'m AnimatedModel,
) -> Result<&'m Animation, RetargetCommandError> {
    let Some(wanted) = &args.animation else {
        let first = model.animations.iter().find(|a| a.moves_nodes());
        return first.ok_or_else(|| RetargetCommandError::NoMotion {
            path: args.take.clone(),
        });
    };
    let by_name = model.animations.iter().find(|a| a.name == *wanted);
    let by_number = || model.animations.get(wanted.parse::<usize>().ok()?);
    by_name
        .or_else(by_number)
        .ok_or_else(|| RetargetCommandError::NoSuchAnimation {
            name: wanted.clone(),
            known: names(model).join(", "),
        })
}
