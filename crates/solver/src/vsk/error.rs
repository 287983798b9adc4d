//! What can be wrong with a VSK.

use super::expression::ExpressionFault;
use crate::limits::{OFFSET_MAX_M, SEGMENT_DEPTH_MAX, TEXT_BYTES_MAX};
use cyc_model::{HumanoidMapError, RigBuildError, SkeletonError};
use thiserror::Error;

/// Why a text is no usable VSK. Lines and columns count from 1.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum VskError {
    /// Longer than a VSK can be.
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
    #[error("the document is a '{root}', not a 'KinematicModel'")]
    NotAKinematicModel {
        /// Name of the document's root element.
        root: String,
    },
    /// A part that a VSK must have is missing.
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
    /// A value that cannot be computed, or is no sensible one.
    #[error("line {line}, column {column}: '{text}' is not {wanted}: {reason}")]
    Value {
        /// Line.
        line: u32,
        /// Column.
        column: u32,
        /// The text of the value.
        text: String,
        /// What should stand there.
        wanted: &'static str,
        /// Why it is not.
        reason: String,
    },
    /// A marker on a segment that does not exist.
    #[error(
        "line {line}, column {column}: marker '{marker}' sits on the unknown segment '{segment}'"
    )]
    UnknownSegment {
        /// Line.
        line: u32,
        /// Column.
        column: u32,
        /// The marker.
        marker: String,
        /// The segment's name.
        segment: String,
    },
    /// Something that a VSK may hold and this reader does not know.
    #[error("line {line}, column {column}: '{what}' is not supported")]
    Unsupported {
        /// Line.
        line: u32,
        /// Column.
        column: u32,
        /// The element or attribute.
        what: String,
    },
    /// Segments nested beyond reason, or too many parameters.
    #[error(
        "the file is nested deeper than {SEGMENT_DEPTH_MAX} segments or has too many parameters"
    )]
    TooBig,
    /// The segments are no skeleton.
    #[error("the segments are no skeleton: {0}")]
    Skeleton(#[from] SkeletonError),
    /// The rig does not hold together.
    #[error("the rig does not hold together: {0}")]
    Rig(#[from] RigBuildError),
    /// The map from segments to human bones is wrong.
    #[error("the segments do not map to human bones: {0}")]
    Humanoid(#[from] HumanoidMapError),
}

impl VskError {
    /// The id of the text that explains this to a person.
    pub fn key(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "solver-vsk-too-long",
            Self::Xml { .. } => "solver-vsk-not-xml",
            Self::NotAKinematicModel { .. } => "solver-vsk-not-a-kinematic-model",
            Self::Missing { .. } => "solver-vsk-missing",
            Self::Value { .. } => "solver-vsk-value",
            Self::UnknownSegment { .. } => "solver-vsk-unknown-segment",
            Self::Unsupported { .. } => "solver-vsk-unsupported",
            Self::TooBig => "solver-vsk-too-big",
            Self::Skeleton(_) | Self::Rig(_) | Self::Humanoid(_) => "solver-vsk-not-a-rig",
        }
    }

    /// The values that the text names.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        let place = |line: &u32, column: &u32| {
            vec![("line", line.to_string()), ("column", column.to_string())]
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
            } => [place(line, column), vec![("reason", reason.clone())]].concat(),
            Self::NotAKinematicModel { root } => vec![("root", root.clone())],
            Self::Missing {
                line,
                column,
                element,
                missing,
            } => [
                place(line, column),
                vec![("element", element.clone()), ("missing", (*missing).into())],
            ]
            .concat(),
            Self::Value {
                line,
                column,
                text,
                reason,
                ..
            } => [
                place(line, column),
                vec![("text", text.clone()), ("reason", reason.clone())],
            ]
            .concat(),
            Self::UnknownSegment {
                line,
                column,
                marker,
                segment,
            } => [
                place(line, column),
                vec![("marker", marker.clone()), ("segment", segment.clone())],
            ]
            .concat(),
            Self::Unsupported { line, column, what } => {
                [place(line, column), vec![("what", what.clone())]].concat()
            }
            Self::TooBig => Vec::new(),
            Self::Skeleton(e) => vec![("reason", e.to_string())],
            Self::Rig(e) => vec![("reason", e.to_string())],
            Self::Humanoid(e) => vec![("reason", e.to_string())],
        }
    }
}

/// What is wrong with an expression, in words.
pub(super) fn fault_text(fault: &ExpressionFault) -> String {
    match fault {
        ExpressionFault::Syntax(at) if at.is_empty() => "it ends too early".into(),
        ExpressionFault::Syntax(at) => format!("'{at}' is not understood"),
        ExpressionFault::Unknown(name) => format!("there is no parameter '{name}'"),
        ExpressionFault::TooDeep => "it is nested too deeply or names itself".into(),
        ExpressionFault::NotFinite => "it has no finite value".into(),
    }
}

/// What is wrong with an offset that is too long, in words.
pub(super) fn too_far() -> String {
    format!("it is more than {OFFSET_MAX_M} m long; a VSK counts in millimetres")
}
