//! Why a take cannot be written or read.

use std::path::PathBuf;
use thiserror::Error;

/// What is wrong with a record of a take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DamageKind {
    /// It ends before its content does, or has bytes left over.
    Length,
    /// A number is not finite or out of bounds, or a quaternion is no rotation.
    Number,
    /// A count is above its limit or contradicts the roster.
    Count,
    /// A code stands for nothing.
    Code,
    /// A frame comes before its roster.
    NoRoster,
    /// A message comes before the definition of its channel.
    NoChannel,
    /// A roster breaks the model's rules.
    Roster,
    /// A text is not UTF-8.
    Text,
    /// A chunk does not decompress or its checksum is wrong.
    Chunk,
    /// A record's lengths contradict each other: what follows was searched for.
    Record,
    /// Written by a later version of the profile.
    Version,
}

/// Why a take cannot be written or read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TakeError {
    /// The operating system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A take of this name, or its unfinished part, is there already; takes are never overwritten.
    #[error("{path} exists already")]
    Exists {
        /// The file that is there.
        path: PathBuf,
    },
    /// The unfinished part of a take of this name is there: what an interrupted recording left, or one that runs.
    #[error("{path} is the unfinished part of a take")]
    PartExists {
        /// The file that is there.
        path: PathBuf,
    },
    /// There is too little room to begin.
    #[error(
        "{path}: {free_bytes} bytes are free, {minutes} minutes; at least {least_minutes} minutes are needed"
    )]
    NoRoom {
        /// The take's file.
        path: PathBuf,
        /// Bytes that are free.
        free_bytes: u64,
        /// Minutes that they last at the expected rate.
        minutes: u64,
        /// Minutes that are asked for.
        least_minutes: u64,
    },
    /// Not an MCAP file.
    #[error("not an MCAP file")]
    NotMcap,
    /// An MCAP file, but no take, or of a version that this program does not know.
    #[error("MCAP profile '{profile}' is no take that can be read")]
    WrongProfile {
        /// The file's profile.
        profile: String,
    },
    /// The file ends before its footer: it was not finished.
    #[error("the take ends at byte {offset} without a footer")]
    Unfinished {
        /// Where it ends.
        offset: u64,
    },
    /// More than a limit allows.
    #[error("{what}: {size}, at most {limit}")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much.
        size: u64,
        /// The limit.
        limit: u64,
    },
    /// A record that cannot be what it says.
    #[error("damaged record near byte {offset}: {kind:?}")]
    Damaged {
        /// Byte offset of the record, or of its chunk, in the file.
        offset: u64,
        /// What is wrong.
        kind: DamageKind,
    },
    /// A compact take that cannot be made or read.
    #[error(transparent)]
    Compact(#[from] cyc_compact::CompactError),
    /// The MCAP writer failed.
    #[error("cannot write the take: {reason}")]
    Write {
        /// Its words.
        reason: String,
    },
}

impl TakeError {
    /// The message id in `assets/text`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Io { .. } => "take-io",
            Self::Exists { .. } => "take-exists",
            Self::PartExists { .. } => "take-part-exists",
            Self::NoRoom { .. } => "take-no-room",
            Self::NotMcap => "take-not-mcap",
            Self::WrongProfile { .. } => "take-wrong-profile",
            Self::Unfinished { .. } => "take-unfinished",
            Self::TooLarge { .. } => "take-too-large",
            Self::Damaged { .. } => "take-damaged",
            Self::Compact(error) => error.key(),
            Self::Write { .. } => "take-write",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Io { path, source } => vec![
                ("path", path.display().to_string()),
                ("reason", source.to_string()),
            ],
            Self::Exists { path } | Self::PartExists { path } => {
                vec![("path", path.display().to_string())]
            }
            Self::NoRoom {
                path,
                free_bytes,
                minutes,
                least_minutes,
            } => vec![
                ("path", path.display().to_string()),
                ("free", (free_bytes >> 20).to_string()),
                ("minutes", minutes.to_string()),
                ("least", least_minutes.to_string()),
            ],
            Self::NotMcap => vec![],
            Self::WrongProfile { profile } => vec![("profile", profile.clone())],
            Self::Unfinished { offset } => vec![("offset", offset.to_string())],
            Self::TooLarge { what, size, limit } => vec![
                ("what", (*what).to_owned()),
                ("size", size.to_string()),
                ("limit", limit.to_string()),
            ],
            Self::Damaged { offset, kind } => {
                vec![
                    ("offset", offset.to_string()),
                    ("kind", format!("{kind:?}")),
                ]
            }
            Self::Compact(error) => error.args(),
            Self::Write { reason } => vec![("reason", reason.clone())],
        }
    }
}
