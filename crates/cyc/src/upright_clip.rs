//! Joints over time as a BVH clip: rest rotations folded away, since the format knows none.
//!
//! Every joint's frame is turned so that it has the model's axes at rest. A BVH file has one root, so of a skeleton with
//! several only the tree is kept that the hips hang in.

use cyc_model::{JointFrame, JointIdx, JointSpec, ModelSpace, Point, Skeleton, Space, Xf};
use cyc_take::bvh::{BvhClip, EndSite};

/// The clip of global joint poses, as many a frame as the skeleton has joints; of the tree that `within` is in, or of the
/// first root's. `None` for poses that are not whole frames, or a rate that is none.
pub fn upright_clip<S: Space>(
    skeleton: &Skeleton,
    within: Option<JointIdx>,
    joints: &[Xf<S, JointFrame>],
    rate_hz: f64,
) -> Option<BvhClip> {
    let all = skeleton.joints();
    let root_of = |mut j: usize| {
        while let Some(parent) = all.get(j).and_then(|joint| joint.parent) {
            j = parent.idx();
        }
        j
    };
    let root = root_of(within.map_or(0, |j| j.idx()));
    let kept: Vec<usize> = (0..all.len()).filter(|j| root_of(*j) == root).collect();
    let place = |j: usize| kept.iter().position(|k| *k == j);
    let parents: Vec<Option<usize>> = kept
        .iter()
        .map(|j| all.get(*j)?.parent.and_then(|p| place(p.idx())))
        .collect();
    let rest = skeleton.rest_global();
    let turned = |x: Xf<ModelSpace, JointFrame>, j: usize| {
        let undo = rest.get(j).copied().unwrap_or_default().rotation();
        let rotation = x.rotation() * undo.conjugate();
        Xf::<ModelSpace, JointFrame>::saturating(rotation, x.translation().metres())
    };
    let locals_of = |pose: &[Xf<ModelSpace, JointFrame>]| -> Vec<Xf<JointFrame, JointFrame>> {
        let globals: Vec<_> = kept
            .iter()
            .map(|j| turned(pose.get(*j).copied().unwrap_or_default(), *j))
            .collect();
        let pairs = globals.iter().zip(&parents);
        pairs
            .map(|(own, parent)| match parent.and_then(|p| globals.get(p)) {
                Some(parent) => (parent.inverse() * *own).relabel(),
                None => own.relabel(),
            })
            .collect()
    };
    let specs = kept.iter().zip(&parents).zip(locals_of(rest));
    let specs = specs.filter_map(|((j, parent), parent_from_joint)| {
        Some(JointSpec {
            name: all.get(*j)?.name.clone(),
            parent: *parent,
            parent_from_joint,
        })
    });
    // Parents stand before their children already, so the order stays.
    let (built, _) = Skeleton::build(specs.collect()).ok()?;
    let n = all.len();
    if !joints.len().is_multiple_of(n) {
        return None;
    }
    let mut locals = Vec::with_capacity(joints.len() / n * kept.len());
    for pose in joints.chunks_exact(n) {
        let pose: Vec<_> = pose.iter().map(|x| x.relabel()).collect();
        locals.extend(locals_of(&pose));
    }
    let tips = tips_of(&built);
    BvhClip::new(built, tips, 1.0 / rate_hz, locals)
}

/// A tip for each last joint, as far on as half the bone before it: programs that show bones between points would leave
/// out a joint that nothing follows.
fn tips_of(skeleton: &Skeleton) -> Vec<EndSite> {
    let joints = skeleton.joints();
    let all = (0..joints.len()).map(|j| JointIdx(j as u16));
    let is_last = |j: &JointIdx| joints.iter().all(|joint| joint.parent != Some(*j));
    let tip = |joint: JointIdx| {
        let own = skeleton.joint(joint)?.parent_from_joint;
        let half = own.translation().metres() * 0.5;
        let in_joint = Point::new(half).filter(|_| half.length() > 1e-4)?;
        Some(EndSite { joint, in_joint })
    };
    all.filter(is_last).filter_map(tip).collect()
}
