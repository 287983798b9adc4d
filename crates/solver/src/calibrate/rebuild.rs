//! A rig like another, with other bone lengths and marker places.

use super::CalibrateError;
use crate::fit::tree::Tree;
use cyc_model::{
    HumanBone, HumanoidMap, JointFrame, JointSpec, Point, Rig, RigMarker, Skeleton, Xf,
};
use glam::DVec3;

/// The same rig with the joints' translations and the markers' offsets given, roots at `root_scale` times their place.
fn with_places(
    rig: &Rig,
    root_scale: f64,
    translation: impl Fn(usize) -> DVec3,
    offset: impl Fn(usize) -> DVec3,
) -> Result<Rig, CalibrateError> {
    let specs = rig
        .skeleton()
        .joints()
        .iter()
        .enumerate()
        .map(|(j, joint)| {
            let rest = joint.parent_from_joint;
            let place = match joint.parent {
                Some(_) => translation(j),
                None => rest.translation().metres() * root_scale,
            };
            JointSpec {
                name: joint.name.clone(),
                parent: joint.parent.map(|p| p.idx()),
                parent_from_joint: Xf::<JointFrame, JointFrame>::saturating(rest.rotation(), place),
            }
        })
        .collect();
    // The joints are given parents first, so the order, and with it every index, stays.
    let (skeleton, _) = Skeleton::build(specs)?;
    let markers = rig
        .markers()
        .iter()
        .enumerate()
        .map(|(k, m)| RigMarker {
            in_joint: Point::saturating(offset(k)),
            ..m.clone()
        })
        .collect();
    let humanoid = HumanoidMap::build(&skeleton, rig.humanoid().bones())?;
    Ok(Rig::build(
        rig.name().to_owned(),
        skeleton,
        rig.dofs().to_vec(),
        markers,
        humanoid,
    )?)
}

/// The rig as a whole made bigger or smaller.
pub(crate) fn scaled(rig: &Rig, scale: f64) -> Result<Rig, CalibrateError> {
    let joints = rig.skeleton().joints();
    with_places(
        rig,
        scale,
        |j| joints[j].parent_from_joint.translation().metres() * scale,
        |k| rig.markers()[k].in_joint.metres() * scale,
    )
}

/// The rig with a tree's bones and markers, standing on the floor as `rig` does.
pub(super) fn from_tree(rig: &Rig, tree: &Tree) -> Result<Rig, CalibrateError> {
    let built = with_places(
        rig,
        1.0,
        |j| tree.joints[j].rest_translation,
        |k| tree.markers[k].offset,
    )?;
    let (Some(before), Some(after)) = (sole_height_m(rig), sole_height_m(&built)) else {
        return Ok(built);
    };
    let root_m = rig.skeleton().rest_global()[0].translation().metres().y;
    if root_m.abs() < 1e-6 {
        return Ok(built);
    }
    let root_scale = (root_m + before - after) / root_m;
    with_places(
        &built,
        root_scale,
        |j| tree.joints[j].rest_translation,
        |k| tree.markers[k].offset,
    )
}

/// The mean height of the feet's joints in the rest pose, metres.
fn sole_height_m(rig: &Rig) -> Option<f64> {
    let height = |bone| {
        let joint = rig.humanoid().joint(bone)?;
        Some(
            rig.skeleton().rest_global()[joint.idx()]
                .translation()
                .metres()
                .y,
        )
    };
    Some(0.5 * (height(HumanBone::LeftFoot)? + height(HumanBone::RightFoot)?))
}
