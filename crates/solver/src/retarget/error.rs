//! Why two skeletons cannot be brought together.

use cyc_model::HumanBone;
use thiserror::Error;

/// Which of the two skeletons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The performer's.
    Source,
    /// The character's.
    Target,
}

impl Side {
    fn word(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Target => "target",
        }
    }
}

/// Why no retarget can be built.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RetargetError {
    /// Bones that a retarget needs are not mapped.
    #[error("the {} skeleton has no {}", side.word(), names(bones))]
    MissingBones {
        /// Which skeleton.
        side: Side,
        /// The missing bones.
        bones: Vec<HumanBone>,
    },
    /// The rest pose does not stand: the hips are not above the feet, or left and right fall together.
    #[error("the {} skeleton's rest pose does not stand upright facing +Z", side.word())]
    NotStanding {
        /// Which skeleton.
        side: Side,
    },
}

fn names(bones: &[HumanBone]) -> String {
    let names: Vec<&str> = bones.iter().map(|b| b.vrm_name()).collect();
    names.join(", ")
}

impl RetargetError {
    /// The id of the text that explains this to a person.
    pub fn key(&self) -> &'static str {
        match self {
            Self::MissingBones { .. } => "solver-retarget-missing-bones",
            Self::NotStanding { .. } => "solver-retarget-not-standing",
        }
    }

    /// The values that the text names.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::MissingBones { side, bones } => {
                vec![("side", side.word().into()), ("bones", names(bones))]
            }
            Self::NotStanding { side } => vec![("side", side.word().into())],
        }
    }
}
