//! Why bytes are no C3D take, with the offset.

use thiserror::Error;

/// What is wrong at a place of a C3D file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum C3dProblem {
    /// The second byte is not the key of the format, 0x50.
    NotC3d,
    /// The file ends too early.
    Truncated {
        /// What would be there.
        what: &'static str,
        /// Where that would end.
        end: u64,
        /// How long the file is.
        available: u64,
    },
    /// Longer than the limit.
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much.
        size: u64,
        /// The limit.
        limit: u64,
    },
    /// The processor type is none of Intel, DEC, SGI.
    UnknownProcessor {
        /// The byte found.
        found: u8,
    },
    /// A parameter record that does not fit its section.
    BadParameter {
        /// Its name as far as it is known.
        name: String,
    },
    /// Header and parameters disagree, or a value makes no sense.
    Inconsistent {
        /// What.
        what: &'static str,
        /// The value.
        found: String,
    },
    /// No points.
    NoPoints,
    /// The unit of length is unknown.
    UnknownUnit {
        /// As the file writes it.
        unit: String,
    },
}

/// Why bytes are no C3D take.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("C3D at byte {offset}: {problem:?}")]
pub struct C3dError {
    /// Byte offset in the file.
    pub offset: u64,
    /// What is wrong there.
    pub problem: C3dProblem,
}

impl C3dError {
    pub(super) fn new(offset: usize, problem: C3dProblem) -> Self {
        Self {
            offset: offset as u64,
            problem,
        }
    }

    /// The message id in `assets/text`.
    pub fn key(&self) -> &'static str {
        match &self.problem {
            C3dProblem::NotC3d => "take-not-c3d",
            C3dProblem::Truncated { .. } => "take-c3d-truncated",
            C3dProblem::TooLarge { .. } => "take-c3d-too-large",
            C3dProblem::UnknownProcessor { .. } => "take-c3d-unknown-processor",
            C3dProblem::BadParameter { .. } => "take-c3d-bad-parameter",
            C3dProblem::Inconsistent { .. } => "take-c3d-inconsistent",
            C3dProblem::NoPoints => "take-c3d-no-points",
            C3dProblem::UnknownUnit { .. } => "take-c3d-unknown-unit",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        let mut args = vec![("offset", self.offset.to_string())];
        match &self.problem {
            C3dProblem::Truncated {
                what,
                end,
                available,
            } => {
                args.push(("what", (*what).to_owned()));
                args.push(("end", end.to_string()));
                args.push(("available", available.to_string()));
            }
            C3dProblem::TooLarge { what, size, limit } => {
                args.push(("what", (*what).to_owned()));
                args.push(("size", size.to_string()));
                args.push(("limit", limit.to_string()));
            }
            C3dProblem::UnknownProcessor { found } => args.push(("found", found.to_string())),
            C3dProblem::BadParameter { name } => args.push(("name", name.clone())),
            C3dProblem::Inconsistent { what, found } => {
                args.push(("what", (*what).to_owned()));
                args.push(("found", found.clone()));
            }
            C3dProblem::UnknownUnit { unit } => args.push(("unit", unit.clone())),
            C3dProblem::NotC3d | C3dProblem::NoPoints => {}
        }
        args
    }
}
