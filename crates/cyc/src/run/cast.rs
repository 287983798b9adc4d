//! Who plays on a stage: every performer's rig and digital human, loaded and checked before anything starts.

use super::RunArgs;
use super::origin::{OriginalStage, StageOrigin};
use crate::character_file::load_skinned;
use crate::demo::files::{beside, read_text};
use crate::failure::Failure;
use crate::manner_files::{read_face, read_retarget};
use crate::solve::read_rig;
use cyc_character::{Character, NeutralFace};
use cyc_emit::OutputUrl;
use cyc_engine::bring_up::{JobSettings, PerformerParts};
use cyc_model::Rig;
use cyc_solver::{HUMAN_SKELETON, build_rig, parse_markerset, parse_skeleton};
use cyc_stage::{PerformerSlot, Stage};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// Frames of markers that a calibration may look back at: 7 s of the fastest usual source.
pub const MEMORY_FRAMES: usize = 1680;

/// A performer with what she is solved with and drives.
#[derive(Clone)]
pub struct Member {
    /// Her name.
    pub name: String,
    /// The source that sees her, by its place in the stage.
    pub source: usize,
    /// Her rig, or the template that she is calibrated from.
    pub rig: Rig,
    /// Whether the rig is hers.
    pub calibrated: bool,
    /// When it was made of what she did on this stage; `None` for a template, or a rig of a file.
    pub calibrated_at: Option<SystemTime>,
    /// How her face rests, and when she was asked for that on this stage.
    pub face_rest: Option<(NeutralFace, SystemTime)>,
    /// Her digital human.
    pub character: Arc<Character>,
    /// The file that it was read from, as it was named.
    pub character_file: String,
    /// A person's corrections to it, as they were read.
    pub map: Option<String>,
    /// How she is solved and becomes it.
    pub settings: Arc<JobSettings>,
}

/// A stage that can be brought up.
#[derive(Clone)]
pub struct Cast {
    /// The stage.
    pub stage: Stage,
    /// Its file's text, kept in a take.
    pub stage_text: String,
    /// Its file, which what it names is relative to.
    pub stage_file: PathBuf,
    /// Its performers, in the stage's order.
    pub members: Vec<Member>,
    /// Where its frames go: the stage file's outputs, then the command line's.
    pub outputs: Vec<OutputUrl>,
}

impl Cast {
    /// Reads a stage and everything that it names. A take that is played goes to the outputs of the command line alone:
    /// nobody wants last week's cues on today's lights.
    pub fn load(args: &RunArgs) -> Result<Self, Failure> {
        let OriginalStage { stage, text, file } = args.stage.load()?;
        let (stage_text, stage_file) = (text, file);
        let own = match args.stage {
            StageOrigin::File(_) => stage.outputs(),
            StageOrigin::Take(_) => &[],
        };
        let written = own.iter().map(|output| output.url.parse());
        let mut outputs = written.collect::<Result<Vec<OutputUrl>, _>>()?;
        outputs.extend_from_slice(&args.outputs);
        let slots = stage.performers().iter();
        let members = slots.map(|slot| load_member(&stage_file, slot));
        let members = members.collect::<Result<_, Failure>>()?;
        Ok(Self {
            stage,
            stage_text,
            stage_file,
            members,
            outputs,
        })
    }

    /// What the engine is brought up with.
    pub fn parts(&self) -> Vec<PerformerParts> {
        let part = |member: &Member| PerformerParts {
            rig: member.rig.clone(),
            calibrated: member.calibrated,
            character: Arc::clone(&member.character),
            settings: JobSettings::clone(&member.settings),
            face_track: None,
            face_rest: member.face_rest.map(|rest| rest.0).unwrap_or_default(),
            memory_frames: MEMORY_FRAMES,
        };
        self.members.iter().map(part).collect()
    }
}

/// Reads what a performer of a stage file is solved with and drives.
pub fn load_member(stage_file: &Path, slot: &PerformerSlot) -> Result<Member, Failure> {
    let (rig, calibrated) = match &slot.rig {
        Some(file) => (read_rig(&beside(stage_file, file))?, true),
        None => {
            let set = parse_markerset(&read_text(&beside(stage_file, &slot.markerset))?)?;
            (build_rig(&parse_skeleton(HUMAN_SKELETON)?, &set)?, false)
        }
    };
    let map = slot.map.as_ref().map(|map| beside(stage_file, map));
    let path = beside(stage_file, &slot.character);
    let character = load_skinned(&path, map.as_deref(), slot.skinning)?;
    Ok(Member {
        name: slot.name.clone(),
        source: slot.tracked.source,
        rig,
        calibrated,
        calibrated_at: None,
        face_rest: None,
        character: Arc::new(character),
        character_file: slot.character.clone(),
        map: map.as_deref().map(read_text).transpose()?,
        settings: Arc::new(job_settings(stage_file, slot)?),
    })
}

/// Reads how a performer of a stage file becomes her digital human.
pub fn job_settings(stage_file: &Path, slot: &PerformerSlot) -> Result<JobSettings, Failure> {
    let mut settings = JobSettings::default();
    if let Some(file) = &slot.retarget {
        settings.retarget = read_retarget(&beside(stage_file, file))?;
    }
    if let Some(file) = &slot.face {
        settings.face = read_face(&beside(stage_file, file))?;
    }
    Ok(settings)
}
