//! What can be wrong with an OpenSim model.

use crate::limits::TEXT_BYTES_MAX;
use cyc_model::{HumanoidMapError, RigBuildError, SkeletonError};
use thiserror::Error;

/// Why a text is no usable OpenSim model. Lines and columns count from 1.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum OsimError {
    /// Longer than such a file can be.
    #[error("the file has {bytes} bytes, more than the {TEXT_BYTES_MAX} that are read")]
    TooLong {
        /// Bytes given.
        bytes: usize,
    },
    /// Not XML.
    #[error("line {line}, column {column}: not readable as XML: {reason}")]
    Xml {
        /// Line.
        line: u32,
        /// Column.
        column: u32,
        /// What the XML reader says.
        reason: String,
    },
    /// XML, but of something else.
    #[error("the document is a '{root}' without a 'Model'")]
    NotAModel {
        /// Name of the document's root element.
        root: String,
    },
    /// A part that a model must have is missing.
    #[error("line {line}, column {column}: '{element}' has no '{missing}'")]
    Missing {
        /// Line.
        line: u32,
        /// Column.
        column: u32,
        /// The element.
        element: String,
        /// The attribute or child that is missing.
        missing: &'static str,
    },
    /// A value that is no number, or no sensible one.
    #[error("line {line}, column {column}: '{text}' is no list of {count} usable numbers")]
    Value {
        /// Line.
        line: u32,
        /// Column.
        column: u32,
        /// The text of the value.
        text: String,
        /// How many numbers should stand there.
        count: usize,
    },
    /// A marker or a joint on a body that does not exist, or that nothing joins to the ground.
    #[error(
        "line {line}, column {column}: '{name}' is on the body '{body}', which hangs on nothing"
    )]
    UnknownBody {
        /// Line.
        line: u32,
        /// Column.
        column: u32,
        /// The marker or joint.
        name: String,
        /// The body's name.
        body: String,
    },
    /// Something that a model may hold and this reader does not know.
    #[error("line {line}, column {column}: '{what}' is not supported")]
    Unsupported {
        /// Line.
        line: u32,
        /// Column.
        column: u32,
        /// The element.
        what: String,
    },
    /// The bodies are no skeleton.
    #[error("the bodies are no skeleton: {0}")]
    Skeleton(#[from] SkeletonError),
    /// The rig does not hold together.
    #[error("the rig does not hold together: {0}")]
    Rig(#[from] RigBuildError),
    /// The map from bodies to human bones is wrong.
    #[error("the bodies do not map to human bones: {0}")]
    Humanoid(#[from] HumanoidMapError),
}

impl OsimError {
    /// The id of the text that explains this to a person.
    pub fn key(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "solver-osim-too-long",
            Self::Xml { .. } => "solver-osim-not-xml",
            Self::NotAModel { .. } => "solver-osim-not-a-model",
            Self::Missing { .. } => "solver-osim-missing",
            Self::Value { .. } => "solver-osim-value",
            Self::UnknownBody { .. } => "solver-osim-unknown-body",
            Self::Unsupported { .. } => "solver-osim-unsupported",
            Self::Skeleton(_) | Self::Rig(_) | Self::Humanoid(_) => "solver-osim-not-a-rig",
        }
    }

    /// The values that the text names.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        let at = |line: &u32, column: &u32, more: Vec<(&'static str, String)>| {
            let place = vec![("line", line.to_string()), ("column", column.to_string())];
            [place, more].concat()
        };
        match self {
            Self::TooLong { bytes } => vec![
                ("bytes", bytes.to_string()),
                ("limit", TEXT_BYTES_MAX.to_string()),
            ],
            Self::Xml {
                line,
                column,
                reason,
            } => at(line, column, vec![("reason", reason.clone())]),
            Self::NotAModel { root } => vec![("root", root.clone())],
            Self::Missing {
                line,
                column,
                element,
                missing,
            } => at(
                line,
                column,
                vec![("element", element.clone()), ("missing", (*missing).into())],
            ),
            Self::Value {
                line,
                column,
                text,
                count,
            } => at(
                line,
                column,
                vec![("text", text.clone()), ("count", count.to_string())],
            ),
            Self::UnknownBody {
                line,
                column,
                name,
                body,
            } => at(
                line,
                column,
                vec![("name", name.clone()), ("body", body.clone())],
            ),
            Self::Unsupported { line, column, what } => {
                at(line, column, vec![("what", what.clone())])
            }
            Self::Skeleton(e) => vec![("reason", e.to_string())],
            Self::Rig(e) => vec![("reason", e.to_string())],
            Self::Humanoid(e) => vec![("reason", e.to_string())],
        }
    }
}
