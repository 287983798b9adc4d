//! Everything that the demo plays with, loaded and checked before anything starts.

use super::DemoArgs;
use super::error::DemoError;
use super::files::{ShowFiles, beside, read_text};
use super::performance::{self, Performance};
use crate::character_file::load_skinned;
use crate::failure::Failure;
use crate::stage_file::stage_of_text;
use cyc_character::Character;
use cyc_emit::OutputUrl;
use cyc_model::Rig;
use cyc_solver::{HUMAN_SKELETON, build_rig, parse_markerset, parse_skeleton};
use cyc_stage::Stage;
use std::path::PathBuf;
use std::sync::Arc;

/// The performance that is played when none is named.
const PERFORMANCE: &str = "assets/performances/walk_dance.bvh";
/// The stage that is used when none is named.
const STAGE: &str = "rigs/stages/demo.toml";

/// A show that can be played.
pub struct Show {
    /// Where the program's own files are.
    pub files: ShowFiles,
    /// The stage.
    pub stage: Stage,
    /// Its file's text, kept in the take.
    pub stage_text: String,
    /// Where it came from.
    pub stage_path: PathBuf,
    /// The digital human.
    pub character: Arc<Character>,
    /// What is performed.
    pub performance: Performance,
    /// Its name.
    pub performance_name: String,
    /// The rig that the performer is solved with, or calibrated from.
    pub rig: Rig,
    /// Whether the rig is the performer's own.
    pub calibrated: bool,
    /// Where the stage's frames go: the stage file's outputs, then the command line's.
    pub outputs: Vec<OutputUrl>,
}

impl Show {
    /// Loads a show.
    pub fn load(args: &DemoArgs) -> Result<Self, Failure> {
        let files = ShowFiles::find()?;
        let stage_path = args.stage.clone().unwrap_or_else(|| files.path(STAGE));
        let stage_text = read_text(&stage_path)?;
        let stage = stage_of_text(&stage_path, &stage_text)?;
        let lacks = |what| DemoError::StageLacks {
            stage: stage.name().to_owned(),
            what,
        };
        let slot = stage
            .performers()
            .first()
            .ok_or_else(|| lacks("performer"))?;
        stage.cameras().first().ok_or_else(|| lacks("camera"))?;
        let written = stage.outputs().iter().map(|output| output.url.parse());
        let mut outputs = written.collect::<Result<Vec<OutputUrl>, _>>()?;
        outputs.extend_from_slice(&args.outputs);
        let character_path = beside(&stage_path, &slot.character);
        let character = Arc::new(load_skinned(&character_path, None, slot.skinning)?);
        let path: PathBuf = args
            .performance
            .clone()
            .unwrap_or_else(|| files.path(PERFORMANCE));
        let performance = performance::load(&path)?;
        let (rig, calibrated) = match &performance {
            Performance::Motion { .. } => {
                let set = parse_markerset(&read_text(&beside(&stage_path, &slot.markerset))?)?;
                (build_rig(&parse_skeleton(HUMAN_SKELETON)?, &set)?, false)
            }
            Performance::Markers {
                rig, calibrated, ..
            } => ((**rig).clone(), *calibrated),
        };
        let performance_name = path
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default();
        Ok(Self {
            files,
            stage,
            stage_text,
            stage_path,
            character,
            performance,
            performance_name,
            rig,
            calibrated,
            outputs,
        })
    }
}
