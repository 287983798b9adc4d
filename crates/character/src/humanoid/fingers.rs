//! Which finger is which, by where they begin on the hand.
//!
//! The thumb begins nearest to the wrist; the others follow from its side to the other. Each finger gives three joints: a
//! bone of the palm before them and a tip after them are nobody's.

use super::tree::Tree;
use cyc_model::HumanBone::{self, *};
use glam::DVec3;

/// Left fingers from the thumb to the little finger.
pub(super) const LEFT_FINGERS: [[HumanBone; 3]; 5] = [
    [LeftThumbMetacarpal, LeftThumbProximal, LeftThumbDistal],
    [LeftIndexProximal, LeftIndexIntermediate, LeftIndexDistal],
    [LeftMiddleProximal, LeftMiddleIntermediate, LeftMiddleDistal],
    [LeftRingProximal, LeftRingIntermediate, LeftRingDistal],
    [LeftLittleProximal, LeftLittleIntermediate, LeftLittleDistal],
];

/// Whether a bone is a finger's.
pub(super) fn is_finger(bone: HumanBone) -> bool {
    let left = match bone.vrm_name().starts_with("right") {
        true => super::mirrored(bone),
        false => bone,
    };
    LEFT_FINGERS.iter().flatten().any(|f| *f == left)
}

/// The finger bones of a hand, under the left hand's names. Fewer than three chains of two joints are no fingers.
pub(super) fn of_hand(tree: &Tree, hand: usize) -> Vec<(HumanBone, usize)> {
    let mut chains: Vec<Vec<usize>> = Vec::new();
    for &child in tree.children_of(hand) {
        let chain = tree.chain(child);
        if (2..=5).contains(&chain.len()) {
            chains.push(chain);
        }
    }
    if !(3..=5).contains(&chains.len()) {
        return Vec::new();
    }
    let wrist = tree.point(hand);
    let tip = |c: &[usize]| c.last().map_or(wrist, |j| tree.point(*j));
    let mean = |points: &[DVec3]| points.iter().sum::<DVec3>() / points.len().max(1) as f64;
    let tips: Vec<DVec3> = chains.iter().map(|c| tip(c)).collect();
    let axis = (mean(&tips) - wrist).normalize_or_zero();
    // The second joint of each finger lies on the row of knuckles; the thumb's is far behind it.
    let knuckle = |c: &[usize]| {
        let second = phalanges(tree, hand, c).get(1).copied();
        second.map_or(wrist, |j| tree.point(j))
    };
    let along = |c: &Vec<usize>| (knuckle(c) - wrist).dot(axis);
    let thumb = (0..chains.len()).min_by(|a, b| {
        let at = |i: &usize| chains.get(*i).map_or(0.0, along);
        at(a).total_cmp(&at(b))
    });
    let Some(thumb) = thumb else {
        return Vec::new();
    };
    let thumb = chains.swap_remove(thumb);
    let others: Vec<DVec3> = chains.iter().map(|c| knuckle(c)).collect();
    let to_thumb = knuckle(&thumb) - mean(&others);
    let to_thumb = to_thumb - axis * axis.dot(to_thumb);
    chains.sort_by(|a, b| {
        let at = |c: &[usize]| knuckle(c).dot(to_thumb);
        at(b).total_cmp(&at(a))
    });
    chains.insert(0, thumb);
    let mut bones = Vec::new();
    for (chain, names) in chains.iter().zip(LEFT_FINGERS) {
        bones.extend(names.into_iter().zip(phalanges(tree, hand, chain)));
    }
    bones
}

/// The three joints of a finger, without the palm's bone and the tip.
fn phalanges(tree: &Tree, hand: usize, chain: &[usize]) -> Vec<usize> {
    let palm = match chain {
        [first, second, _, _, ..] => {
            tree.distance(hand, *first) < 0.5 * tree.distance(*first, *second)
        }
        _ => false,
    };
    chain
        .iter()
        .copied()
        .skip(usize::from(palm))
        .take(3)
        .collect()
}
