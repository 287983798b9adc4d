//! Where a stage comes from: a file, heard live, or a take, heard from itself.

use crate::demo::files::read_text;
use crate::exit::Exit;
use crate::failure::{Explain, Failure};
use crate::stage_file::stage_of_text;
use cyc_stage::Stage;
use cyc_take::{TakeConfig, TakeError, TakeReader};
use std::path::{Path, PathBuf};

/// Where a stage comes from.
#[derive(Clone, Debug)]
pub enum StageOrigin {
    /// A stage file, with the sources that it names.
    File(PathBuf),
    /// A take, which is what the stage's sources are heard from.
    Take(Replay),
}

/// How a take is played.
#[derive(Clone, Debug)]
pub struct Replay {
    /// The take.
    pub take: PathBuf,
    /// Another stage than the one that it was recorded with.
    pub stage: Option<PathBuf>,
    /// Seconds that pass in one.
    pub speed: f64,
    /// Begins again at its end.
    pub repeat: bool,
}

/// A stage with its text and the file that its names are relative to.
pub struct OriginalStage {
    /// The stage.
    pub stage: Stage,
    /// Its text.
    pub text: String,
    /// Its file, which need not be there any more.
    pub file: PathBuf,
}

/// Why a take cannot be played.
#[derive(Clone, Debug, PartialEq, Eq)]
enum ReplayError {
    /// It was recorded without a stage, and none was named.
    NoStage { path: String },
    /// Its path has a character that means something in a source's URL.
    BadPath { path: String },
}

impl Explain for ReplayError {
    fn key(&self) -> &'static str {
        match self {
            Self::NoStage { .. } => "replay-no-stage",
            Self::BadPath { .. } => "replay-bad-path",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NoStage { path } | Self::BadPath { path } => vec![("path", path.clone())],
        }
    }
}

impl StageOrigin {
    /// The stage file, when it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Take(_) => None,
        }
    }

    /// Whether it ends by itself: a take that is not repeated.
    pub fn has_end(&self) -> bool {
        matches!(self, Self::Take(replay) if !replay.repeat)
    }

    /// Reads the stage.
    pub fn load(&self) -> Result<OriginalStage, Failure> {
        match self {
            Self::File(path) => of_file(path),
            Self::Take(replay) => replay.load(),
        }
    }
}

fn of_file(path: &Path) -> Result<OriginalStage, Failure> {
    let text = read_text(path)?;
    Ok(OriginalStage {
        stage: stage_of_text(path, &text)?,
        text,
        file: path.to_owned(),
    })
}

impl Replay {
    fn load(&self) -> Result<OriginalStage, Failure> {
        let config = config_of(&self.take);
        let config = config.map_err(|error| Failure::of_take(&self.take, error))?;
        let path = self.take.display().to_string();
        if path.contains(['?', '|']) {
            return Err(Failure::new(Exit::Asset, &ReplayError::BadPath { path }));
        }
        let mut original = match &self.stage {
            Some(file) => of_file(file)?,
            None => recorded_stage(&config)
                .ok_or_else(|| {
                    let path = path.clone();
                    Failure::new(Exit::Asset, &ReplayError::NoStage { path })
                })
                .and_then(|(text, file)| {
                    let stage = stage_of_text(&file, &text)?;
                    Ok(OriginalStage { stage, text, file })
                })?,
        };
        let (speed, repeat) = (self.speed, self.repeat);
        let url =
            |place: usize| format!("take:{path}?source={place}&speed={speed}&repeat={repeat}");
        original.stage = original.stage.with_source_urls(url);
        Ok(original)
    }
}

/// What a take says about itself: complete with its first frame.
fn config_of(take: &Path) -> Result<TakeConfig, TakeError> {
    let mut reader = TakeReader::open(take)?;
    loop {
        match reader.next_frame() {
            Err(TakeError::Damaged { .. }) => {}
            Ok(_) | Err(TakeError::Unfinished { .. }) => return Ok(reader.config().clone()),
            Err(other) => return Err(other),
        }
    }
}

fn recorded_stage(config: &TakeConfig) -> Option<(String, PathBuf)> {
    let file = config.files.iter().find(|f| f.name == "stage.toml")?;
    let text = String::from_utf8(file.data.clone()).ok()?;
    let path = config.entries.get("stage_file").map(PathBuf::from);
    Some((text, path.unwrap_or_else(|| "stage.toml".into())))
}
