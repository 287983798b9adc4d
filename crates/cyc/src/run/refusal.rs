//! Why a command was not done.

use crate::failure::{Explain, Failure};

/// Why a command was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The stage has nothing of that name.
    Unknown {
        /// `camera`, `wall`, `source`, `performer` or `card`.
        what: &'static str,
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
            Self::Unknown { what, .. } => match *what {
                "wall" => "steer-no-wall",
                "source" => "steer-no-source",
                "performer" => "steer-no-performer",
                "card" => "steer-no-card",
                _ => "steer-no-camera",
            },
            Self::NoPicture => "steer-no-picture",
            Self::TooManyCards { .. } => "steer-too-many-cards",
            Self::NotArmed => "steer-not-armed",
            Self::Rolling => "steer-rolling",
            Self::NotRolling => "steer-not-rolling",
            Self::TakeExists { .. } => "steer-take-exists",
            Self::Calibrating { .. } => "steer-calibrating",
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
            Self::Calibrating { name } => vec![("name", name.clone())],
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
    what: &'static str,
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
