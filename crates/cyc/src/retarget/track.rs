//! One performer's motion on one character, frame by frame as it would be live: timed, and measured.
//!
//! The feet are measured against stances that were found with the whole take at hand, not against those that the
//! retargeter found on its way: finding none would otherwise look best.

use super::source::SourceMotion;
use super::target::Target;
use crate::failure::Failure;
use cyc_character::{FaceInput, FaceRetarget, FaceSettings, NeutralFace};
use cyc_model::{JointFrame, Stage, Xf};
use cyc_solver::{
    FootContacts, MeterFrame, ReferenceStance, RetargetFigures, RetargetMeter, RetargetSettings,
    Retargeter,
};
use std::time::Instant;

/// How the face becomes the character's.
#[derive(Clone, Debug, Default)]
pub struct FaceManner {
    /// Gains, mirror, eyes.
    pub settings: FaceSettings,
    /// So much of the take's beginning shows the face at rest, seconds.
    pub rest_s: f64,
}

/// A retargeted motion.
#[derive(Clone, Debug)]
pub struct Track {
    /// How many times bigger than the performer the character is.
    pub scale: f64,
    /// Frame after frame, all joints of the character.
    pub joints: Vec<Xf<Stage, JointFrame>>,
    /// Frame after frame, a weight for each morph target of the character; empty when the take has no face, or the
    /// character none that it could move.
    pub morph_weights: Vec<f32>,
    /// Frame after frame, which points of the performer's left and right foot stand, as seen afterwards.
    pub stance: Vec<[FootContacts; 2]>,
    /// What the feet come to.
    pub figures: RetargetFigures,
    n: usize,
    times_us: Vec<f64>,
}

impl Track {
    /// Retargets every frame. `step` is called twice for each.
    pub fn run(
        source: &SourceMotion,
        target: &Target,
        (settings, face): (&RetargetSettings, &FaceManner),
        mut step: impl FnMut(),
    ) -> Result<Self, Failure> {
        let from = (&source.skeleton, &source.humanoid);
        let to = (&target.skeleton, &target.character.humanoid);
        let (n, frames) = (target.skeleton.len(), source.frames());
        let mut reference = ReferenceStance::new(from.0, from.1)?;
        for f in 0..frames {
            reference.push(source.frame(f));
            step();
        }
        let stance = reference.finish(source.rate_hz);
        let mut retargeter = Retargeter::build(from, to, settings)?;
        let mut free = Retargeter::build(from, to, &settings.unconstrained())?;
        let mut meter = RetargetMeter::new(from, to)?;
        let mut joints = vec![Xf::<Stage, JointFrame>::IDENTITY; n * frames];
        let mut unconstrained = vec![Xf::<Stage, JointFrame>::IDENTITY; n];
        let mut times_us = Vec::with_capacity(frames);
        let dt_s = 1.0 / source.rate_hz;
        for (f, out) in joints.chunks_exact_mut(n).enumerate() {
            let pose = source.frame(f);
            let began = Instant::now();
            let report = retargeter.run(pose, dt_s, out);
            times_us.push(began.elapsed().as_secs_f64() * 1e6);
            free.run(pose, dt_s, &mut unconstrained);
            meter.push(&MeterFrame {
                dt_s,
                stance: stance.get(f).copied().unwrap_or_default(),
                held: report.contacts,
                source: pose,
                target: out,
                unconstrained: &unconstrained,
            });
            step();
        }
        let morph_weights = put_faces(face, source, target, &mut joints);
        Ok(Self {
            scale: retargeter.scale(),
            joints,
            morph_weights,
            stance,
            figures: meter.figures(),
            n,
            times_us,
        })
    }

    /// The joints of a frame; empty beyond the last.
    pub fn frame(&self, f: usize) -> &[Xf<Stage, JointFrame>] {
        self.joints.get(f * self.n..(f + 1) * self.n).unwrap_or(&[])
    }

    /// The time of a frame that the share `q` of all frames did not exceed, microseconds.
    pub fn time_us(&self, q: f64) -> f64 {
        let mut times = self.times_us.clone();
        times.sort_by(f64::total_cmp);
        let rank = (q.clamp(0.0, 1.0) * times.len() as f64).ceil() as usize;
        times.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
    }
}

/// The take's faces on the character: the weights of its morph targets, and its eyes turned among the joints.
fn put_faces(
    manner: &FaceManner,
    source: &SourceMotion,
    target: &Target,
    joints: &mut [Xf<Stage, JointFrame>],
) -> Vec<f32> {
    let character = &target.character;
    if source.faces.is_empty() {
        return Vec::new();
    }
    let mut face = FaceRetarget::build(character, &manner.settings);
    let resting = (manner.rest_s * source.rate_hz).round() as usize;
    if let Some(rest) = source.faces.get(..resting.min(source.faces.len())) {
        face.calibrate(NeutralFace::from_frames(rest));
    }
    let n = face.morphs();
    let mut weights = vec![0.0; n * source.frames()];
    let poses = joints.chunks_exact_mut(target.skeleton.len());
    for (f, (own, pose)) in source.faces.iter().zip(poses).enumerate() {
        let input = FaceInput {
            weights: *own,
            ..FaceInput::default()
        };
        let row = weights.get_mut(f * n..(f + 1) * n).unwrap_or(&mut []);
        let shown = face.run(character, &input, row);
        face.turn_joints(&shown, pose);
    }
    if weights.iter().all(|w| *w == 0.0) {
        weights.clear();
    }
    weights
}
