//! The weights of a rig's problem: which joints are pulled where, and how strongly.

use super::FitSettings;
use super::pulls::PullWeights;
use super::workspace::Terms;
use cyc_model::{HumanBone, JointIdx, Rig};

/// The weights of a rig's problem under given settings.
pub(crate) fn terms_of(rig: &Rig, settings: &FitSettings) -> Terms {
    Terms {
        loss: settings.loss.checked(),
        pulls: pull_weights(rig, settings),
        limit_weight: settings.limit_weight.max(0.0),
    }
}

/// Which joints are pulled to rest how strongly: the chains whose bend few markers see, more than the limbs.
fn pull_weights(rig: &Rig, settings: &FitSettings) -> Vec<PullWeights> {
    let chain = [
        HumanBone::Spine,
        HumanBone::Chest,
        HumanBone::UpperChest,
        HumanBone::Neck,
    ]
    .map(|bone| rig.humanoid().joint(bone));
    let collars =
        [HumanBone::LeftShoulder, HumanBone::RightShoulder].map(|bone| rig.humanoid().joint(bone));
    (0..rig.skeleton().len())
        .map(|j| {
            let is_in = |joints: &[Option<JointIdx>]| joints.iter().flatten().any(|c| c.idx() == j);
            let rest = if is_in(&chain) {
                settings.chain_rest_weight
            } else if is_in(&collars) {
                settings.collar_rest_weight
            } else {
                settings.rest_weight
            };
            PullWeights {
                predicted: settings.predicted_weight.max(1e-12),
                rest: rest.max(0.0),
            }
        })
        .collect()
}
