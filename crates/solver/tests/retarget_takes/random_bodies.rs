//! Bodies that nobody drew: the committed human with other proportions and another rest pose, without some of its bones, and
//! with names that say nothing. All follow from a seed.

use super::bodies::{Body, Build, built};
use cyc_character::infer_humanoid;
use cyc_model::HumanBone::*;
use cyc_model::{HumanBone, HumanoidMap, JointIdx, JointSpec, Skeleton, Xf};
use glam::DQuat;

/// Numbers from a seed, each between two bounds.
struct Dice(u64);

impl Dice {
    /// SplitMix64.
    fn between(&mut self, low: f64, high: f64) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let mixed = mixed ^ (mixed >> 31);
        low + (high - low) * ((mixed >> 11) as f64 / (1u64 << 53) as f64)
    }

    fn happens(&mut self, chance: f64) -> bool {
        self.between(0.0, 1.0) < chance
    }
}

/// Bones that a character may do without.
const OPTIONAL: [&[HumanBone]; 5] = [
    &[LeftToes, RightToes],
    &[Neck],
    &[UpperChest],
    &[Chest, UpperChest],
    &[LeftShoulder, RightShoulder],
];

/// A body from a seed, and what it is like.
pub fn body(human: &Body, seed: u64) -> (Body, String) {
    let mut dice = Dice(seed);
    // From a child of three years to somebody of more than two metres, who may be thickset or lean.
    let size = dice.between(0.5, 1.25);
    let mut part = |low, high| size * dice.between(low, high);
    let build = Build {
        name: "random",
        trunk: part(0.9, 1.25),
        arms: part(0.75, 1.2),
        thighs: part(0.8, 1.15),
        shanks: part(0.8, 1.15),
        width: part(0.85, 1.5),
        feet: part(0.85, 1.2),
    };
    let mut changed = built(human, &build);
    let lowered_deg = if dice.happens(0.5) {
        dice.between(20.0, 55.0)
    } else {
        0.0
    };
    changed = rest_lowered(&changed, lowered_deg.to_radians());
    let mut lacks: Vec<HumanBone> = Vec::new();
    for bones in OPTIONAL {
        if dice.happens(0.3) {
            lacks.extend(bones);
        }
    }
    changed = without(&changed, &lacks);
    let is_named = dice.happens(0.5);
    if !is_named {
        changed = renamed(&changed);
    }
    let what = format!(
        "seed {seed}: size {size:.2}, arms {lowered_deg:.0}° down, without {lacks:?}, named: {is_named}"
    );
    (changed, what)
}

fn specs(body: &Body) -> Vec<JointSpec> {
    let joints = body.skeleton.joints().iter();
    joints
        .map(|joint| JointSpec {
            name: joint.name.clone(),
            parent: joint.parent.map(|p| p.idx()),
            parent_from_joint: joint.parent_from_joint,
        })
        .collect()
}

fn of(specs: Vec<JointSpec>, bones: impl Iterator<Item = (HumanBone, usize)>) -> Body {
    let (skeleton, order) = Skeleton::build(specs).unwrap();
    let bones = bones.map(|(bone, joint)| (bone, order[joint]));
    let map = HumanoidMap::build(&skeleton, bones).unwrap();
    Body {
        name: "random",
        skeleton,
        map,
    }
}

fn bones_of(body: &Body) -> Vec<(HumanBone, usize)> {
    body.map
        .bones()
        .map(|(bone, joint)| (bone, joint.idx()))
        .collect()
}

/// With its arms held down by an angle in the rest pose.
fn rest_lowered(body: &Body, by_rad: f64) -> Body {
    let mut all = specs(body);
    for (bone, side) in [(LeftUpperArm, -1.0), (RightUpperArm, 1.0)] {
        let joint = body.map.joint(bone).unwrap().idx();
        let parent = all[joint].parent.unwrap();
        // About the axis that the body faces along, as it lies in the parent.
        let parent = body.skeleton.rest_global()[parent].rotation();
        let turn = DQuat::from_rotation_z(side * by_rad);
        let local = all[joint].parent_from_joint;
        let turned = parent.conjugate() * turn * parent * local.rotation();
        all[joint].parent_from_joint = Xf::saturating(turned, local.translation().metres());
    }
    of(all, bones_of(body).into_iter())
}

/// Without some joints; what hung on them hangs on their parents.
fn without(body: &Body, bones: &[HumanBone]) -> Body {
    let gone: Vec<usize> = bones
        .iter()
        .filter_map(|b| body.map.joint(*b))
        .map(JointIdx::idx)
        .collect();
    let old = specs(body);
    let rest = body.skeleton.rest_global();
    let kept: Vec<usize> = (0..old.len()).filter(|j| !gone.contains(j)).collect();
    let parent_of = |j: usize| {
        let mut parent = old[j].parent;
        while let Some(p) = parent.filter(|p| gone.contains(p)) {
            parent = old[p].parent;
        }
        parent
    };
    let place = |j: usize| kept.iter().position(|k| *k == j).unwrap();
    let all = kept.iter().map(|j| {
        let parent = parent_of(*j);
        JointSpec {
            name: old[*j].name.clone(),
            parent: parent.map(place),
            parent_from_joint: match parent {
                Some(p) => rest[p].inverse() * rest[*j],
                None => old[*j].parent_from_joint,
            },
        }
    });
    let bones = bones_of(body)
        .into_iter()
        .filter(|(_, j)| !gone.contains(j));
    of(
        all.collect(),
        bones
            .map(|(bone, joint)| (bone, place(joint)))
            .collect::<Vec<_>>()
            .into_iter(),
    )
}

/// With names that say nothing: its bones are found by its shape.
fn renamed(body: &Body) -> Body {
    let mut all = specs(body);
    for (j, joint) in all.iter_mut().enumerate() {
        joint.name = format!("n{:03}", (j * 37) % 101 + 101 * (j / 101));
    }
    let (skeleton, _) = Skeleton::build(all).unwrap();
    let map = infer_humanoid(&skeleton);
    Body {
        name: "random",
        skeleton,
        map,
    }
}
