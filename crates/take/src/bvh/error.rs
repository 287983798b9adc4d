//! Why a text is no BVH, with line and column.

use thiserror::Error;

/// What is wrong at a place of a BVH file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BvhProblem {
    /// Another word was needed.
    Expected {
        /// What was needed.
        wanted: &'static str,
        /// What stands there, shortened.
        found: String,
    },
    /// The text ends where something was needed.
    EndOfFile {
        /// What was needed.
        wanted: &'static str,
    },
    /// Not a finite number.
    BadNumber {
        /// What stands there, shortened.
        found: String,
    },
    /// A second root: one clip moves one body.
    SecondRoot,
    /// A joint with a channel twice, or more than six.
    BadChannels,
    /// More joints, frames or poses than the limit.
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many.
        count: u64,
        /// The limit.
        limit: u64,
    },
    /// Fewer numbers than `Frames:` says.
    MissingFrames {
        /// Frames declared.
        declared: u64,
        /// Whole frames found.
        found: u64,
    },
    /// A frame time that is zero or negative.
    BadFrameTime,
    /// A position farther away than a stage can be.
    TooFar,
    /// No unit was given and the skeleton has no human's size in any that is known.
    UnknownUnit {
        /// The skeleton's size in the file's units, rounded.
        size: String,
    },
    /// The joints are no skeleton.
    Skeleton {
        /// The model's words.
        reason: String,
    },
    /// More than one root, which BVH has no way to write.
    CannotWriteRoots {
        /// How many.
        roots: usize,
    },
}

/// Why a text is no BVH.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("BVH line {line}, column {column}: {problem:?}")]
pub struct BvhError {
    /// Line, from 1; 0 where no text is concerned.
    pub line: u64,
    /// Column in bytes, from 1; 0 where no text is concerned.
    pub column: u64,
    /// What is wrong.
    pub problem: BvhProblem,
}

impl BvhError {
    /// The message id in `assets/text`.
    pub fn key(&self) -> &'static str {
        match &self.problem {
            BvhProblem::Expected { .. } => "take-bvh-expected",
            BvhProblem::EndOfFile { .. } => "take-bvh-end-of-file",
            BvhProblem::BadNumber { .. } => "take-bvh-bad-number",
            BvhProblem::SecondRoot => "take-bvh-second-root",
            BvhProblem::BadChannels => "take-bvh-bad-channels",
            BvhProblem::TooMany { .. } => "take-bvh-too-many",
            BvhProblem::MissingFrames { .. } => "take-bvh-missing-frames",
            BvhProblem::BadFrameTime => "take-bvh-bad-frame-time",
            BvhProblem::TooFar => "take-bvh-too-far",
            BvhProblem::UnknownUnit { .. } => "take-bvh-unknown-unit",
            BvhProblem::Skeleton { .. } => "take-bvh-skeleton",
            BvhProblem::CannotWriteRoots { .. } => "take-bvh-cannot-write-roots",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        let mut args = vec![
            ("line", self.line.to_string()),
            ("column", self.column.to_string()),
        ];
        match &self.problem {
            BvhProblem::Expected { wanted, found } => {
                args.push(("wanted", (*wanted).to_owned()));
                args.push(("found", found.clone()));
            }
            BvhProblem::EndOfFile { wanted } => args.push(("wanted", (*wanted).to_owned())),
            BvhProblem::BadNumber { found } => args.push(("found", found.clone())),
            BvhProblem::TooMany { what, count, limit } => {
                args.push(("what", (*what).to_owned()));
                args.push(("count", count.to_string()));
                args.push(("limit", limit.to_string()));
            }
            BvhProblem::MissingFrames { declared, found } => {
                args.push(("declared", declared.to_string()));
                args.push(("found", found.to_string()));
            }
            BvhProblem::UnknownUnit { size } => args.push(("size", size.clone())),
            BvhProblem::Skeleton { reason } => args.push(("reason", reason.clone())),
            BvhProblem::CannotWriteRoots { roots } => args.push(("roots", roots.to_string())),
            BvhProblem::SecondRoot
            | BvhProblem::BadChannels
            | BvhProblem::BadFrameTime
            | BvhProblem::TooFar => {}
        }
        args
    }
}
