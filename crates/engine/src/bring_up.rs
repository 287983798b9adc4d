//! From a built stage to a core that can be started: subjects become slots, URLs become sources.

use crate::core::{CoreSetup, FaceTrack, PerformerJob, PerformerSetup, SourceSetup, TrackedSetup};
use crate::run::{EngineError, RunSource};
use cyc_capture::{SourceConfig, SourceUrl, source_of};
use cyc_character::Character;
use cyc_model::{Rig, SourceId};
use cyc_solver::{FitSettings, Fitter, RetargetError, RetargetSettings, Retargeter};
use cyc_stage::Stage;
use std::sync::Arc;

/// What a performer of the stage is solved with.
#[derive(Clone, Debug)]
pub struct PerformerParts {
    /// Her rig, or the template that she is calibrated from.
    pub rig: Rig,
    /// Whether the rig is hers; a template is not solved with before it is calibrated.
    pub calibrated: bool,
    /// The digital human that she drives.
    pub character: Arc<Character>,
    /// A recorded face, while no face is captured.
    pub face_track: Option<Arc<FaceTrack>>,
    /// Frames that the calibration may look back at.
    pub memory_frames: usize,
}

/// Prepares to solve a performer and to pose her digital human. Allocates: call it off the live path.
pub fn performer_job(
    rig: Rig,
    character: &Character,
    settings: FitSettings,
) -> Result<PerformerJob, RetargetError> {
    let retargeter = match &character.skeleton {
        Some(skeleton) => {
            let source = (rig.skeleton(), rig.humanoid());
            let target = (skeleton, &character.humanoid);
            let built = Retargeter::build(source, target, &RetargetSettings::default())?;
            Some((built, skeleton.len()))
        }
        None => None,
    };
    let fitter = Fitter::new(&rig, settings);
    Ok(PerformerJob::new(rig, fitter, retargeter))
}

/// The core of a stage. `performers` are in the stage's order; a stage's performer without parts is left out.
pub fn core_setup(
    stage: &Stage,
    performers: Vec<PerformerParts>,
) -> Result<CoreSetup, RetargetError> {
    let id = |source: usize| SourceId(source as u16);
    let sources = stage
        .sources()
        .iter()
        .enumerate()
        .map(|(i, s)| SourceSetup {
            id: id(i),
            stage_from_source: s.stage_from_source,
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
            let job = performer_job(parts.rig, &parts.character, FitSettings::default())?;
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
            stage_from_performance: slot.stage_from_performance,
            face_track: parts.face_track,
        });
    }
    Ok(CoreSetup {
        sources,
        cameras,
        props,
        performers: slots,
    })
}

/// The sources of a stage, each from its URL.
pub fn sources(stage: &Stage) -> Result<Vec<RunSource>, EngineError> {
    let one = |(i, source): (usize, &cyc_stage::CaptureSource)| {
        let url: SourceUrl = source.url.parse()?;
        let id = SourceId(i as u16);
        let config = SourceConfig::new(id);
        Ok(RunSource {
            name: source.name.clone(),
            id,
            source: source_of(&url, config),
        })
    };
    stage.sources().iter().enumerate().map(one).collect()
}
