//! Why a command was not done.

use crate::failure::{Explain, Failure};

/// What a stage has by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A film camera.
    Camera,
    /// A wall.
    Wall,
    /// A capture source.
    Source,
    /// A performer.
    Performer,
    /// A light card.
    Card,
}

impl Kind {
    fn key(self) -> &'static str {
        match self {
            Self::Camera => "steer-no-camera",
            Self::Wall => "steer-no-wall",
            Self::Source => "steer-no-source",
            Self::Performer => "steer-no-performer",
            Self::Card => "steer-no-card",
        }
    }
}

/// Why a command was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The stage has nothing of that name.
    Unknown {
        /// What kind of thing.
        what: Kind,
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// Nothing is drawn, so there is nothing to change.
    NoPicture,
    /// There is room for no more light cards.
    TooManyCards {
        /// The limit.
        limit: usize,
    },
    /// No take is armed.
    NotArmed,
    /// A take rolls already.
    Rolling,
    /// No take rolls.
    NotRolling,
    /// The take's number is used already.
    TakeExists {
        /// The file.
        path: String,
    },
    /// A calibration of this performer is under way.
    Calibrating {
        /// Her name.
        name: String,
    },
    /// No face was captured of this performer.
    NoFace {
        /// Her name.
        name: String,
    },
    /// Another digital human is on its way already.
    Recasting {
        /// Its file.
        file: String,
    },
    /// Nothing can be taken back.
    NothingToUndo,
    /// Something below said no, in its own words.
    Other {
        /// The message's key.
        key: &'static str,
        /// Its arguments.
        args: Vec<(&'static str, String)>,
    },
}

impl Refusal {
    /// What something below said.
    pub fn of(error: &impl Explain) -> Self {
        Self::Other {
            key: error.key(),
            args: error.args(),
        }
    }

    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Unknown { what, .. } => what.key(),
            Self::NoPicture => "steer-no-picture",
            Self::TooManyCards { .. } => "steer-too-many-cards",
            Self::NotArmed => "steer-not-armed",
            Self::Rolling => "steer-rolling",
            Self::NotRolling => "steer-not-rolling",
            Self::TakeExists { .. } => "steer-take-exists",
            Self::Calibrating { .. } => "steer-calibrating",
            Self::NoFace { .. } => "steer-no-face",
            Self::Recasting { .. } => "steer-recasting",
            Self::NothingToUndo => "steer-nothing-to-undo",
            Self::Other { key, .. } => key,
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Unknown { name, known, .. } => {
                vec![("name", name.clone()), ("known", known.clone())]
            }
            Self::TooManyCards { limit } => vec![("limit", limit.to_string())],
            Self::TakeExists { path } => vec![("path", path.clone())],
            Self::Calibrating { name } | Self::NoFace { name } => vec![("name", name.clone())],
            Self::Recasting { file } => vec![("file", file.clone())],
            Self::Other { args, .. } => args.clone(),
            Self::NoPicture
            | Self::NotArmed
            | Self::Rolling
            | Self::NotRolling
            | Self::NothingToUndo => Vec::new(),
        }
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        let (key, args) = failure.message();
        Self::Other { key, args }
    }
}

/// The place of a name in a list, or what there is instead.
pub fn place_of<'n>(
    what: Kind,
    name: &str,
    known: impl Iterator<Item = &'n str> + Clone,
) -> Result<usize, Refusal> {
    known
        .clone()
        .position(|k| k == name)
        .ok_or_else(|| Refusal::Unknown {
            what,
            name: name.to_owned(),
            known: known.collect::<Vec<_>>().join(", "),
        })
}
