//! Why a take cannot be made compact, or a compact one not be read.

use thiserror::Error;

/// Where in a compact take something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The first bytes.
    Head,
    /// What the file says of itself and of its tracks.
    Header,
    /// The probabilities of symbols.
    Tables,
    /// A chunk of a track.
    Chunk,
}

impl Part {
    /// The name, for messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Header => "header",
            Self::Tables => "tables",
            Self::Chunk => "chunk",
        }
    }
}

/// Why a take cannot be made compact, or a compact one not be read.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum CompactError {
    /// The bytes do not begin as a compact take does.
    #[error("not a compact take")]
    NotCompact,
    /// Written by a later version of the program.
    #[error("version {version} of the format is not known")]
    Version {
        /// The file's version.
        version: u8,
    },
    /// The file ends before its content does.
    #[error("the compact take ends at byte {bytes}, in its {}", part.name())]
    Truncated {
        /// In which part.
        part: Part,
        /// How many bytes there are.
        bytes: usize,
    },
    /// Bytes that cannot be what they say, or whose checksum is wrong.
    #[error("the compact take is damaged near byte {offset}, in its {}", part.name())]
    Damaged {
        /// In which part.
        part: Part,
        /// Where that part begins.
        offset: usize,
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
    /// An error that cannot be kept: not a number, or out of range.
    #[error("an error of {error_m} m cannot be kept")]
    BadError {
        /// What was asked for, metres.
        error_m: f64,
    },
    /// Lists whose lengths contradict each other, or a joint before its parent.
    #[error("{what} do not fit the track '{track}'")]
    Shape {
        /// The track.
        track: String,
        /// Which list.
        what: &'static str,
    },
    /// A pose whose error cannot be kept: too far away for the precision of numbers.
    #[error("frame {frame} of track '{track}' cannot be kept within the error")]
    Unreachable {
        /// The track.
        track: String,
        /// The frame.
        frame: usize,
    },
    /// A frame or a track that there is not.
    #[error("there is no frame {frame}; the track has {frames}")]
    NoFrame {
        /// Asked for.
        frame: usize,
        /// How many there are.
        frames: usize,
    },
}

impl CompactError {
    /// The message id in `assets/text`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NotCompact => "compact-not-compact",
            Self::Version { .. } => "compact-version",
            Self::Truncated { .. } => "compact-truncated",
            Self::Damaged { .. } => "compact-damaged",
            Self::TooLarge { .. } => "compact-too-large",
            Self::BadError { .. } => "compact-bad-error",
            Self::Shape { .. } => "compact-shape",
            Self::Unreachable { .. } => "compact-unreachable",
            Self::NoFrame { .. } => "compact-no-frame",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotCompact => vec![],
            Self::Version { version } => vec![("version", version.to_string())],
            Self::Truncated { part, bytes } => vec![
                ("part", part.name().to_owned()),
                ("bytes", bytes.to_string()),
            ],
            Self::Damaged { part, offset } => vec![
                ("part", part.name().to_owned()),
                ("offset", offset.to_string()),
            ],
            Self::TooLarge { what, size, limit } => vec![
                ("what", (*what).to_owned()),
                ("size", size.to_string()),
                ("limit", limit.to_string()),
            ],
            Self::BadError { error_m } => vec![("millimetres", (error_m * 1e3).to_string())],
            Self::Shape { track, what } => {
                vec![("track", track.clone()), ("what", (*what).to_owned())]
            }
            Self::Unreachable { track, frame } => {
                vec![("track", track.clone()), ("frame", frame.to_string())]
            }
            Self::NoFrame { frame, frames } => {
                vec![("frame", frame.to_string()), ("frames", frames.to_string())]
            }
        }
    }
}
