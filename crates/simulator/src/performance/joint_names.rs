//! Which joints of a motion and of a body belong together.
//!
//! Equal names pair first (a motion made for this body needs no more). A motion from elsewhere is paired through
//! the human bones that its names stand for.

use cyc_model::{HumanBone, HumanoidMap, Skeleton};

/// For each joint of `body`, the joint of `motion` that drives it.
pub fn pair_joints(
    body: &Skeleton,
    body_map: &HumanoidMap,
    motion: &Skeleton,
    motion_map: &HumanoidMap,
) -> Vec<Option<usize>> {
    let by_name: Vec<Option<usize>> = body
        .joints()
        .iter()
        .map(|j| motion.find(&j.name).map(|i| i.idx()))
        .collect();
    let named = by_name.iter().flatten().count();
    if named * 2 > body.len() {
        return by_name;
    }
    let mut pairs = vec![None; body.len()];
    for bone in HumanBone::ALL {
        if let (Some(to), Some(from)) = (body_map.joint(bone), motion_map.joint(bone)) {
            pairs[to.idx()] = Some(from.idx());
        }
    }
    pairs
}
