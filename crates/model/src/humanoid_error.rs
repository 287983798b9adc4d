//! What is wrong with a humanoid map.

use thiserror::Error;

/// Why a humanoid map does not fit its skeleton.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HumanoidMapError {
    /// The map names a joint that the skeleton has not.
    #[error("bone '{bone}' is mapped to a joint that does not exist")]
    UnknownJoint {
        /// VRM name of the bone.
        bone: &'static str,
    },
    /// Two bones share one joint.
    #[error("bones '{first}' and '{second}' are mapped to the same joint '{joint}'")]
    SharedJoint {
        /// VRM name of one bone.
        first: &'static str,
        /// VRM name of the other bone.
        second: &'static str,
        /// The joint's name.
        joint: String,
    },
}
