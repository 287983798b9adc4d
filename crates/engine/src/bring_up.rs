//! From a built stage to a core that can be started: subjects become slots, URLs become sources.

use crate::core::{
    CoreSetup, FaceTrack, PerformerJob, PerformerSetup, SourceLabels, SourceSetup, TrackedSetup,
};
use crate::playback::{source_config, source_config_of, source_timing_of, source_url};
use crate::run::{EngineError, RunSource};
use cyc_capture::{PlayStart, SourceUrl, source_of};
use cyc_character::{Character, FaceRetarget, FaceSettings, NeutralFace};
use cyc_model::{Rig, SourceId};
use cyc_solver::{
    FitSettings, Fitter, LabelError, LabelRig, RetargetError, RetargetSettings, Retargeter,
    RigPrecision,
};
use cyc_stage::{LabelPolicy, Stage};
use std::sync::Arc;
use thiserror::Error;

/// How a performer is solved, and how she becomes her digital human.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct JobSettings {
    /// Of the fit.
    pub fit: FitSettings,
    /// Of her body on its way to the digital human's.
    pub retarget: RetargetSettings,
    /// Of her face on its way to the digital human's.
    pub face: FaceSettings,
}

/// What a performer of the stage is solved with.
#[derive(Clone, Debug)]
pub struct PerformerParts {
    /// Her rig, or the template that she is calibrated from.
    pub rig: Rig,
    /// Whether the rig is hers; a template is not solved with before it is calibrated.
    pub calibrated: bool,
    /// The digital human that she drives.
    pub character: Arc<Character>,
    /// How she becomes it.
    pub settings: JobSettings,
    /// A recorded face, while no face is captured.
    pub face_track: Option<Arc<FaceTrack>>,
    /// How her face rests, as far as that is known from before.
    pub face_rest: NeutralFace,
    /// Frames that the calibration may look back at.
    pub memory_frames: usize,
}

/// Why a stage cannot be brought up.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum BringUpError {
    /// A performer cannot drive her digital human.
    #[error(transparent)]
    Retarget(#[from] RetargetError),
    /// A performer cannot be found in a cloud of markers.
    #[error(transparent)]
    Label(#[from] LabelError),
}

impl BringUpError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Retarget(error) => error.key(),
            Self::Label(error) => error.key(),
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Retarget(error) => error.args(),
            Self::Label(error) => error.args(),
        }
    }
}

/// Prepares to solve a performer and to pose her digital human. Allocates: call it off the live path.
pub fn performer_job(
    rig: Rig,
    character: &Character,
    settings: &JobSettings,
) -> Result<PerformerJob, RetargetError> {
    let retargeter = match &character.skeleton {
        Some(skeleton) => {
            let source = (rig.skeleton(), rig.humanoid());
            let target = (skeleton, &character.humanoid);
            let built = Retargeter::build(source, target, &settings.retarget)?;
            Some((built, skeleton.len()))
        }
        None => None,
    };
    let fitter = Fitter::new(&rig, settings.fit);
    let face = FaceRetarget::build(character, &settings.face);
    Ok(PerformerJob::new(rig, fitter, retargeter).with_face(face))
}

/// The core of a stage. `performers` are in the stage's order; a stage's performer without parts is left out.
pub fn core_setup(
    stage: &Stage,
    performers: Vec<PerformerParts>,
) -> Result<CoreSetup, BringUpError> {
    let labels = source_labels(stage, &performers)?;
    let id = |source: usize| SourceId(source as u16);
    let sources = stage
        .sources()
        .iter()
        .enumerate()
        .map(|(i, s)| SourceSetup {
            id: id(i),
            stage_from_source: s.stage_from_source,
            timing: source_timing_of(s),
        })
        .collect();
    let tracked = |t: &cyc_stage::SubjectRef| TrackedSetup {
        source: id(t.source),
        subject: t.subject.clone(),
    };
    let cameras = stage
        .cameras()
        .iter()
        .map(|c| tracked(&c.tracked))
        .collect();
    let props = stage.props().iter().map(|p| tracked(&p.tracked)).collect();
    let mut slots = Vec::new();
    for (slot, parts) in stage.performers().iter().zip(performers) {
        let labels = parts.rig.markers().iter().map(|m| m.name.clone()).collect();
        let job = if parts.calibrated {
            let job = performer_job(parts.rig, &parts.character, &parts.settings)?;
            Some(Box::new(job))
        } else {
            None
        };
        slots.push(PerformerSetup {
            source: id(slot.tracked.source),
            subject: slot.tracked.subject.clone(),
            job,
            memory_frames: parts.memory_frames,
            labels,
            label_policy: slot.labels,
            stage_from_performance: slot.stage_from_performance,
            face: slot.face_seen.as_ref().map(tracked),
            face_track: parts.face_track,
            face_rest: parts.face_rest,
        });
    }
    Ok(CoreSetup {
        sources,
        cameras,
        props,
        performers: slots,
        labels,
    })
}

/// A labeller for each source that performers may have to be found in without names.
fn source_labels(
    stage: &Stage,
    performers: &[PerformerParts],
) -> Result<Vec<SourceLabels>, LabelError> {
    let mut labels = Vec::new();
    for source in 0..stage.sources().len() {
        let mut known = Vec::new();
        for (i, (slot, parts)) in stage.performers().iter().zip(performers).enumerate() {
            if slot.tracked.source != source || slot.labels == LabelPolicy::Source {
                continue;
            }
            let precision = if parts.calibrated {
                RigPrecision::Calibrated
            } else {
                RigPrecision::Template
            };
            let rig = parts.rig.clone();
            known.push((i, LabelRig { rig, precision }));
        }
        if !known.is_empty() {
            labels.push(SourceLabels::new(SourceId(source as u16), &known)?);
        }
    }
    Ok(labels)
}

/// The sources of a stage, each as the stage file describes it.
pub fn sources(stage: &Stage) -> Result<Vec<RunSource>, EngineError> {
    let start = PlayStart::default();
    let one = |(i, source): (usize, &cyc_stage::CaptureSource)| {
        let id = SourceId(i as u16);
        let config = source_config_of(source, id, &start);
        Ok(RunSource {
            name: source.name.clone(),
            id,
            source: source_of(&source_url(source)?, config),
        })
    };
    stage.sources().iter().enumerate().map(one).collect()
}

/// Sources by name and URL, numbered in their order.
pub fn run_sources<'a>(
    sources: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<Vec<RunSource>, EngineError> {
    let start = PlayStart::default();
    let one = |(i, (name, url)): (usize, (&str, &str))| {
        let url: SourceUrl = url.parse()?;
        let id = SourceId(i as u16);
        Ok(RunSource {
            name: name.to_owned(),
            id,
            source: source_of(&url, source_config(id, &start)),
        })
    };
    sources.enumerate().map(one).collect()
}
