//! Why a text is no nDisplay configuration that can be taken: what is wrong, where, by the file's own names.
//!
//! A place in the file is written as the file's own keys, `scene.screens.left`: these are the same in every language.

use crate::MpcdiError;
use thiserror::Error;

/// Why a text is no nDisplay configuration that can be taken.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum NDisplayError {
    /// Larger than a stage file may be.
    #[error("has {bytes} bytes, at most {limit} are taken")]
    TooLarge {
        /// Bytes given.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Not JSON.
    #[error("is no JSON: line {line}, column {column}")]
    NotJson {
        /// Line from 1.
        line: usize,
        /// Column from 1.
        column: usize,
    },
    /// JSON without `nDisplay.cluster.nodes`.
    #[error("has no nDisplay.cluster.nodes")]
    NotNDisplay,
    /// More nodes than a stage has displays.
    #[error("has {count} nodes, at most {limit} are taken")]
    TooManyNodes {
        /// How many.
        count: usize,
        /// The limit.
        limit: usize,
    },
    /// More viewports than a stage has walls, or could have.
    #[error("has more than {limit} viewports that are walls")]
    TooManyWalls {
        /// The limit.
        limit: usize,
    },
    /// A node whose window has no place and size.
    #[error("the window of node '{node}' is missing or has no size")]
    BadWindow {
        /// The node.
        node: String,
    },
    /// A viewport whose pixels are none of its window's.
    #[error("the region of viewport '{viewport}' has no pixels, or leaves its window")]
    BadRegion {
        /// The viewport.
        viewport: String,
    },
    /// A viewport that does not say how it is projected.
    #[error("viewport '{viewport}' has no projectionPolicy.type")]
    NoPolicy {
        /// The viewport.
        viewport: String,
    },
    /// A viewport that leans on something that is not there.
    #[error("viewport '{viewport}' names '{name}', which is not in the scene")]
    Unknown {
        /// The viewport.
        viewport: String,
        /// The screen or origin.
        name: String,
    },
    /// Something without a place or a rotation.
    #[error("{at} has no location or no rotation")]
    BadPlace {
        /// Where it is in the file.
        at: String,
    },
    /// A screen without a size.
    #[error("{at} has no size")]
    BadSize {
        /// Where it is in the file.
        at: String,
    },
    /// A parent that is not there.
    #[error("{at} hangs on '{parent}', which is not in the scene")]
    NoParent {
        /// Where it is in the file.
        at: String,
        /// The parent.
        parent: String,
    },
    /// Parents that are their own, or very many.
    #[error("{at} has more than {limit} parents, or is its own")]
    Circle {
        /// Where it is in the file.
        at: String,
        /// The limit.
        limit: usize,
    },
    /// An MPCDI archive that a viewport's shape is in.
    #[error("viewport '{viewport}', {file}: {error}")]
    Archive {
        /// The viewport.
        viewport: String,
        /// The archive, as it is written.
        file: String,
        /// What is wrong with it.
        error: MpcdiError,
    },
    /// Nothing that is a wall or could become one.
    #[error("has no viewport that shows a wall")]
    NoWall,
}

impl NDisplayError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "stage-import-too-large",
            Self::NotJson { .. } => "stage-import-not-json",
            Self::NotNDisplay => "stage-import-not-ndisplay",
            Self::TooManyNodes { .. } => "stage-import-too-many-nodes",
            Self::TooManyWalls { .. } => "stage-import-too-many-walls",
            Self::BadWindow { .. } => "stage-import-bad-window",
            Self::BadRegion { .. } => "stage-import-bad-region",
            Self::NoPolicy { .. } => "stage-import-no-policy",
            Self::Unknown { .. } => "stage-import-unknown",
            Self::BadPlace { .. } => "stage-import-bad-place",
            Self::BadSize { .. } => "stage-import-bad-size",
            Self::NoParent { .. } => "stage-import-no-parent",
            Self::Circle { .. } => "stage-import-circle",
            Self::Archive { error, .. } => error.key(),
            Self::NoWall => "stage-import-no-wall",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLarge { bytes, limit } => {
                vec![("bytes", bytes.to_string()), ("limit", limit.to_string())]
            }
            Self::NotJson { line, column } => {
                vec![("line", line.to_string()), ("column", column.to_string())]
            }
            Self::TooManyNodes { count, limit } => {
                vec![("count", count.to_string()), ("limit", limit.to_string())]
            }
            Self::TooManyWalls { limit } => vec![("limit", limit.to_string())],
            Self::BadWindow { node } => vec![("node", node.clone())],
            Self::BadRegion { viewport } | Self::NoPolicy { viewport } => {
                vec![("viewport", viewport.clone())]
            }
            Self::Unknown { viewport, name } => {
                vec![("viewport", viewport.clone()), ("name", name.clone())]
            }
            Self::BadPlace { at } | Self::BadSize { at } => vec![("at", at.clone())],
            Self::NoParent { at, parent } => {
                vec![("at", at.clone()), ("parent", parent.clone())]
            }
            Self::Circle { at, limit } => vec![("at", at.clone()), ("limit", limit.to_string())],
            Self::Archive { error, .. } => error.args(),
            Self::NotNDisplay | Self::NoWall => Vec::new(),
        }
    }
}
