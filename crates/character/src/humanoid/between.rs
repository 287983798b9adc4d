//! A bone that nobody named, between two that are known.
//!
//! Who calls an upper arm a biceps still calls the collar bone and the forearm what others do, and one joint between the two can
//! be nothing else. So names that are known tell the neighbours', whatever the proportions: a robot or a dwarf has none that a
//! shape could be told by.

use super::Known;
use super::tree::Tree;
use super::{BoneSource, mirrored};
use cyc_model::HumanBone::*;
use cyc_model::{HumanBone, JointIdx};

/// A limb's bone, and the one that hangs on it.
const LIMBS: [(HumanBone, HumanBone); 8] = [
    (LeftUpperArm, LeftLowerArm),
    (LeftLowerArm, LeftHand),
    (LeftUpperLeg, LeftLowerLeg),
    (LeftLowerLeg, LeftFoot),
    (RightUpperArm, RightLowerArm),
    (RightLowerArm, RightHand),
    (RightUpperLeg, RightLowerLeg),
    (RightLowerLeg, RightFoot),
];

/// What may be known of what hangs on a spine, the nearest first.
const ABOVE_SPINE: [HumanBone; 4] = [Chest, UpperChest, Neck, Head];

/// Adds limbs' bones that have one joint between two known bones to themselves, and the spine that the trunk begins with.
pub(super) fn fill(tree: &Tree, known: &mut Vec<Known>) {
    for (bone, below) in LIMBS {
        if joint_of(known, bone).is_none()
            && let Some(joint) = limb_between(tree, known, below)
        {
            known.push((bone, JointIdx(joint as u16), BoneSource::Shape));
        }
    }
    if joint_of(known, Spine).is_none()
        && let Some(joint) = spine(tree, known)
    {
        known.push((Spine, JointIdx(joint as u16), BoneSource::Shape));
    }
}

fn joint_of(known: &[Known], bone: HumanBone) -> Option<usize> {
    let (_, joint, _) = known.iter().find(|(b, ..)| *b == bone)?;
    Some(joint.idx())
}

fn is_known(known: &[Known], joint: usize) -> bool {
    known.iter().any(|(_, j, _)| j.idx() == joint)
}

/// The only joint between a bone and the next known one above it, if the other side's does not hang on it as well.
fn limb_between(tree: &Tree, known: &[Known], below: HumanBone) -> Option<usize> {
    let path = tree.ancestry(joint_of(known, below)?);
    let (between, above) = (*path.get(1)?, *path.get(2)?);
    let other = joint_of(known, mirrored(below));
    let is_shared = other.is_some_and(|other| tree.is_within(other, between));
    (!is_known(known, between) && is_known(known, above) && !is_shared).then_some(between)
}

/// The first joint on the way from the hips to what is known above them.
fn spine(tree: &Tree, known: &[Known]) -> Option<usize> {
    let hips = joint_of(known, Hips)?;
    let above = ABOVE_SPINE.into_iter().find_map(|b| joint_of(known, b))?;
    let path = tree.ancestry(above);
    let first = path.iter().position(|j| *j == hips)?.checked_sub(1)?;
    let joint = *path.get(first)?;
    (!is_known(known, joint)).then_some(joint)
}

#[cfg(test)]
mod tests {
    use super::super::infer_humanoid;
    use super::*;
    use cyc_model::{JointSpec, Skeleton, Xf};
    use glam::DVec3;

    /// A robot as wide as it is tall, on legs of a span, whose maker says biceps and has three joints in its trunk.
    fn robot(biceps: &str) -> Skeleton {
        let mut specs: Vec<JointSpec> = Vec::new();
        let mut add = |name: &str, parent: Option<usize>, at: [f64; 3]| {
            specs.push(JointSpec {
                name: name.into(),
                parent,
                parent_from_joint: Xf::from_translation(DVec3::from_array(at)),
            });
            specs.len() - 1
        };
        let hips = add("Pelvis", None, [0.0, 0.25, 0.0]);
        let trunk = ["TrunkA", "TrunkB", "TrunkC"];
        let chest = trunk
            .into_iter()
            .fold(hips, |above, name| add(name, Some(above), [0.0, 0.1, 0.0]));
        let neck = add("Neck", Some(chest), [0.0, 0.1, 0.0]);
        add("Head", Some(neck), [0.0, 0.05, 0.0]);
        for (side, x) in [("L_", 1.0), ("R_", -1.0)] {
            let mut limb = |mut at: usize, links: [(&str, [f64; 3]); 4]| {
                for (name, [right, up, ahead]) in links {
                    at = add(&format!("{side}{name}"), Some(at), [x * right, up, ahead]);
                }
            };
            limb(
                chest,
                [
                    ("Clavicle", [0.1, 0.05, 0.0]),
                    (biceps, [0.2, 0.0, 0.0]),
                    ("Forearm", [0.05, -0.1, 0.0]),
                    ("Wrist", [0.0, -0.3, 0.0]),
                ],
            );
            limb(
                hips,
                [
                    ("Thigh", [0.3, -0.02, 0.0]),
                    ("Shin", [0.0, -0.1, 0.0]),
                    ("Ankle", [0.0, -0.1, 0.0]),
                    ("Ball", [0.0, -0.02, 0.1]),
                ],
            );
        }
        Skeleton::build(specs).unwrap().0
    }

    #[test]
    fn one_joint_between_two_known_bones_is_the_bone_between_them() {
        for biceps in ["UpperArm", "Bicep"] {
            let robot = robot(biceps);
            let map = infer_humanoid(&robot);
            let missing: Vec<_> = map.missing_required().collect();
            assert!(missing.is_empty(), "{biceps}: {missing:?}");
            for (bone, name) in [
                (LeftUpperArm, format!("L_{biceps}")),
                (RightUpperArm, format!("R_{biceps}")),
                (Spine, "TrunkA".to_owned()),
            ] {
                assert_eq!(map.joint(bone), robot.find(&name), "{biceps}: {bone:?}");
            }
        }
    }

    #[test]
    fn a_joint_that_both_arms_hang_on_is_neither_s() {
        let at = |name: &str, parent: Option<usize>, x: f64| JointSpec {
            name: name.into(),
            parent,
            parent_from_joint: Xf::from_translation(DVec3::new(x, 0.1, 0.0)),
        };
        let specs = vec![
            at("Pelvis", None, 0.0),
            at("yoke", Some(0), 0.0),
            at("L_Forearm", Some(1), 0.3),
            at("R_Forearm", Some(1), -0.3),
        ];
        let (skeleton, order) = Skeleton::build(specs).unwrap();
        let names = [Hips, LeftLowerArm, RightLowerArm].into_iter();
        let joints = [0, 2, 3].map(|k| order[k]);
        let mut known: Vec<Known> = names
            .zip(joints)
            .map(|(bone, joint)| (bone, joint, BoneSource::Name))
            .collect();
        fill(&Tree::new(&skeleton), &mut known);
        assert_eq!(known.len(), 3, "{known:?}");
    }
}
