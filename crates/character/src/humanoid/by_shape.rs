//! Which joint is which human bone, from the tree and the rest pose alone.
//!
//! A human skeleton is two pairs of mirrored limbs on one line: legs at its lower end, arms further up, and a head
//! beyond the arms. All pairs of similar chains are collected, every two of them are tried as legs and arms, and the most
//! human combination is taken: legs down to the floor, feet turned forward, hands with fingers, a head above. Hair,
//! skirts, wings and tails are pairs too, but worse ones. Which way is up, and which way the body faces, comes out of
//! the same: a file may be Z-up, and its left may be on either side.

use super::fingers;
use super::limb::{self, Limb};
use super::pair::{Pair, pairs};
use super::stance::Stance;
use super::tree::Tree;
use cyc_model::HumanBone::{self, *};
use glam::DVec3;

/// The best combinations, which are held against each other.
const BODIES_MAX: usize = 32;

/// The neck goes up at least so steeply, as a sine; what goes forward is of the face.
const RISE_MIN: f64 = 0.5;

/// Joints nearer than this to each other, of the leg's length, are in one place.
const SAME_PLACE: f64 = 0.012;

/// Below this a combination is no human.
const SCORE_MIN: f64 = 0.0;

/// What was found.
pub(super) struct Found {
    /// The bones with their joints, no joint twice.
    pub bones: Vec<(HumanBone, usize)>,
}

/// A combination that may be a human.
struct Body<'a> {
    tree: &'a Tree,
    legs: &'a Pair,
    arms: &'a Pair,
    hips: usize,
    chest: usize,
    up: DVec3,
    head: Vec<usize>,
}

/// Finds the bones; `None` when no two pairs of limbs make a human.
pub(super) fn find(tree: &Tree) -> Option<Found> {
    let legs = pairs(tree, limb::leg);
    let arms = pairs(tree, limb::arm);
    let mut bodies: Vec<(f64, Body<'_>)> = Vec::new();
    for leg in &legs {
        for arm in &arms {
            if let Some(body) = Body::new(tree, leg, arm) {
                bodies.push((body.score(), body));
            }
        }
    }
    bodies.retain(|(score, _)| *score > SCORE_MIN);
    bodies.sort_by(|a, b| b.0.total_cmp(&a.0));
    bodies.truncate(BODIES_MAX);
    let scores: Vec<f64> = bodies
        .iter()
        .map(|(score, body)| score - body.hangs_above(&bodies))
        .collect();
    let best = (0..bodies.len()).max_by(|a, b| {
        let score = |i: &usize| scores.get(*i).copied().unwrap_or(f64::MIN);
        score(a).total_cmp(&score(b)).then(b.cmp(a))
    })?;
    bodies.get(best)?.1.bones()
}

impl<'a> Body<'a> {
    fn new(tree: &'a Tree, legs: &'a Pair, arms: &'a Pair) -> Option<Self> {
        let [leg, other] = &legs.limbs;
        let [arm, other_arm] = &arms.limbs;
        let firsts = [leg, other, arm, other_arm].map(|l| l.joint(0));
        let [Some(l), Some(r), Some(al), Some(ar)] = firsts else {
            return None;
        };
        let within = |a, b| tree.is_within(a, b) || tree.is_within(b, a);
        if legs.hub == arms.hub && legs.hub < tree.len() {
            return None;
        }
        if [al, ar].iter().any(|a| within(*a, l) || within(*a, r)) {
            return None;
        }
        let chest = center(tree, arms, legs)?;
        let hips = match (legs.hub < tree.len(), tree.common(legs.hub, chest)) {
            (true, common) if common < tree.len() => common,
            _ => center(tree, legs, arms)?,
        };
        if hips == chest || !tree.is_within(chest, hips) {
            return None;
        }
        let feet = 0.5 * (tree.point(leg.joint(leg.end)?) + tree.point(other.joint(other.end)?));
        let up = nearest_axis(tree.point(chest) - feet)?;
        let mut body = Self {
            tree,
            legs,
            arms,
            hips,
            chest,
            up,
            head: Vec::new(),
        };
        body.head = body.head_chain();
        Some(body)
    }

    /// From below the chest to the head.
    fn head_chain(&self) -> Vec<usize> {
        let tree = self.tree;
        let is_arm = |j: usize| self.arms.limbs.iter().any(|l| l.joint(0) == Some(j));
        let rise = |from: usize, to: usize| {
            let way = tree.point(to) - tree.point(from);
            way.try_normalize().map_or(-1.0, |d| d.dot(self.up))
        };
        let highest = |from: usize| {
            let kids = tree.children_of(from).iter().copied();
            kids.filter(|k| !is_arm(*k))
                .map(|k| (rise(from, k), k))
                .filter(|(r, _)| *r > RISE_MIN)
                .max_by(|a, b| {
                    let height = |x: &(f64, usize)| self.top(x.1);
                    height(a).total_cmp(&height(b))
                })
                .map(|(_, k)| k)
        };
        let mut chain = Vec::new();
        let mut at = self.chest;
        let mut steps = 0;
        while let Some(next) = highest(at).filter(|_| steps < 8) {
            steps += 1;
            // Joints in one place are one joint, and the first of them is it.
            if tree.distance(at, next) > SAME_PLACE * self.tree.length(&self.legs.limbs[0].chain) {
                chain.push(next);
            }
            at = next;
            let kids = tree.children_of(at);
            let grown = kids.iter().filter(|k| !tree.children_of(**k).is_empty());
            // Eyes, jaw and hair branch off the head.
            if kids.len() >= 3 || (kids.len() == 2 && grown.count() != 1) {
                return chain;
            }
        }
        // A leaf far beyond the joint before it is the top of the head, not another joint of the neck.
        if let [.., neck, before, last] = *chain.as_slice()
            && tree.distance(before, last) > 1.5 * tree.distance(neck, before)
        {
            chain.pop();
        }
        chain
    }

    /// The highest joint below one, along up.
    fn top(&self, joint: usize) -> f64 {
        let chain = self.tree.chain(joint);
        let heights = chain.iter().map(|j| self.tree.point(*j).dot(self.up));
        heights.fold(f64::MIN, f64::max)
    }

    fn score(&self) -> f64 {
        let (tree, up) = (self.tree, self.up);
        let height = |j: usize| tree.point(j).dot(up);
        let lowest = (0..tree.len()).map(height).fold(f64::MAX, f64::min);
        let mut score = 2.0;
        let mut legs_m = 0.0;
        let mut arms_m = 0.0;
        for leg in &self.legs.limbs {
            let Some([hip, knee, ankle]) = leg.joints() else {
                return f64::MIN;
            };
            let length = tree.distance(hip, knee) + tree.distance(knee, ankle);
            legs_m += length;
            let down = (tree.point(ankle) - tree.point(hip)).normalize_or_zero();
            score += 2.0 * (down.dot(-up) - 0.8);
            score -= 2.0 * ((height(ankle) - lowest) / length - 0.25).max(0.0);
            score += if leg.marked { 0.5 } else { 0.0 };
            score -= 0.25 * leg.cost;
            let aside = tree.point(hip) - tree.point(self.hips);
            score -= ((aside - up * aside.dot(up)).length() / length - 0.35).max(0.0) * 2.0;
        }
        for arm in &self.arms.limbs {
            let Some([shoulder, elbow, wrist]) = arm.joints() else {
                return f64::MIN;
            };
            arms_m += tree.distance(shoulder, elbow) + tree.distance(elbow, wrist);
            score += if arm.marked { 1.0 } else { 0.0 };
            score -= 0.25 * arm.cost;
            // An arm hangs or is held out, but does not stand up.
            let along = (tree.point(wrist) - tree.point(shoulder)).normalize_or_zero();
            score -= (along.dot(up) - 0.3).max(0.0) * 2.0;
        }
        let ratio = arms_m / legs_m.max(1e-9);
        score -= (0.45 - ratio).max(0.0) * 6.0 + (ratio - 1.5).max(0.0) * 3.0;
        score -= self.legs.asymmetry.min(1.0) * 2.0 + self.arms.asymmetry.min(1.0) * 2.0;
        score += match self.head.len() {
            0 => -1.5,
            1 => 0.2,
            _ => 0.5,
        };
        let torso = height(self.chest) - height(self.hips);
        score -= (0.25 - torso / (0.5 * legs_m)).max(0.0) * 6.0;
        score - self.behind() * 10.0
    }

    /// What is taken off because the arms hang above another body's arms: plaits hang on the head.
    fn hangs_above(&self, bodies: &[(f64, Body<'_>)]) -> f64 {
        let lower = bodies.iter().any(|(_, other)| {
            let below = other.chest != self.chest && self.tree.is_within(self.chest, other.chest);
            let same_legs = std::ptr::eq(other.legs, self.legs);
            below && same_legs && other.behind() < 0.06
        });
        if lower { 2.0 } else { 0.0 }
    }

    /// How far the shoulders are before or behind the line from hips to chest, of the leg's length: wings grow from the
    /// back.
    fn behind(&self) -> f64 {
        let [a, b] = &self.arms.limbs;
        let (Some(a), Some(b)) = (a.joint(a.start), b.joint(b.start)) else {
            return 1.0;
        };
        let across = (self.tree.point(a) - self.tree.point(b)).normalize_or_zero();
        let forward = across.cross(self.up);
        let middle = 0.5 * (self.tree.point(a) + self.tree.point(b));
        let off = (middle - self.tree.point(self.chest)).dot(forward).abs();
        let leg = &self.legs.limbs[0];
        off / self.tree.length(&leg.chain).max(1e-9)
    }

    fn bones(&self) -> Option<Found> {
        let tree = self.tree;
        let stance = self.stance()?;
        let mut bones: Vec<(HumanBone, usize)> = vec![(Hips, self.hips)];
        let spine = tree.path(self.hips, self.chest);
        bones.extend(spine_bones(&spine));
        if let [first, rest @ ..] = self.head.as_slice() {
            match rest.last() {
                Some(head) => bones.extend([(Neck, *first), (Head, *head)]),
                None => bones.push((Head, *first)),
            }
            let head = self.head.last().copied();
            bones.extend(head.into_iter().flat_map(|h| eyes(tree, h, &stance)));
        }
        let side = |limb: &Limb| {
            let ends = [limb.joint(limb.start), limb.joint(limb.end)];
            let sum: f64 = ends
                .into_iter()
                .flatten()
                .map(|j| tree.point(j).dot(stance.left))
                .sum();
            sum
        };
        for (pair, upper, end) in [
            (self.legs, [LeftUpperLeg, LeftLowerLeg, LeftFoot], LeftToes),
            (
                self.arms,
                [LeftUpperArm, LeftLowerArm, LeftHand],
                LeftShoulder,
            ),
        ] {
            let [a, b] = &pair.limbs;
            let (left, right) = if side(a) >= side(b) { (a, b) } else { (b, a) };
            for (limb, is_left) in [(left, true), (right, false)] {
                let of_side = |bone| if is_left { bone } else { super::mirrored(bone) };
                bones.extend(upper.map(of_side).into_iter().zip(limb.joints()?));
                let more = match end {
                    LeftToes => toes(tree, limb),
                    _ if limb.start > 0 => limb.joint(0),
                    _ => None,
                };
                bones.extend(more.map(|j| (of_side(end), j)));
                if end == LeftShoulder
                    && let Some(hand) = limb.joint(limb.end)
                {
                    let named = fingers::of_hand(tree, hand);
                    bones.extend(named.into_iter().map(|(b, j)| (of_side(b), j)));
                }
            }
        }
        let mut taken = Vec::new();
        bones.retain(|(_, j)| {
            let fresh = !taken.contains(j);
            taken.push(*j);
            fresh
        });
        Some(Found { bones })
    }

    fn stance(&self) -> Option<Stance> {
        let tree = self.tree;
        let [a, b] = &self.legs.limbs;
        let [c, d] = &self.arms.limbs;
        let across = |x: &Limb, y: &Limb| -> Option<DVec3> {
            let (x, y) = (x.joint(x.start)?, y.joint(y.start)?);
            Some(tree.point(x) - tree.point(y))
        };
        let legs = across(a, b)?;
        let arms = across(c, d)?;
        let arms = if arms.dot(legs) < 0.0 { -arms } else { arms };
        let across = legs.normalize_or_zero() + arms.normalize_or_zero();
        let limbs = [a, b, c, d].map(|l| {
            let joints = l.joints()?.map(|j| tree.point(j));
            Some((joints, toes(tree, l).map(|j| tree.point(j))))
        });
        let [Some(a), Some(b), Some(c), Some(d)] = limbs else {
            return None;
        };
        Stance::from_limbs(self.up, across, [a, b], [c.0, d.0])
    }
}

/// The ball of a foot; a joint soon after the ankle is of the midfoot.
fn toes(tree: &Tree, leg: &Limb) -> Option<usize> {
    let ankle = leg.joint(leg.end)?;
    let first = leg.joint(leg.end + 1)?;
    let second = leg.joint(leg.end + 2);
    let is_midfoot =
        |second: &usize| tree.distance(ankle, first) < 0.5 * tree.distance(first, *second);
    Some(second.filter(is_midfoot).unwrap_or(first))
}

/// The joint that a pair's limbs hang on, or for limbs that are roots of their own the nearest joint between them.
fn center(tree: &Tree, pair: &Pair, other: &Pair) -> Option<usize> {
    if pair.hub < tree.len() {
        return Some(pair.hub);
    }
    let [a, b] = &pair.limbs;
    let middle = 0.5 * (tree.point(a.joint(a.start)?) + tree.point(b.joint(b.start)?));
    let limbs = [&pair.limbs, &other.limbs];
    let is_limb = |j: usize| {
        let mut firsts = limbs
            .iter()
            .flat_map(|l| l.iter())
            .filter_map(|l| l.joint(0));
        firsts.any(|first| tree.is_within(j, first))
    };
    let free = (0..tree.len()).filter(|j| !is_limb(*j));
    let nearest = free.min_by(|x, y| {
        let far = |j: &usize| tree.point(*j).distance(middle);
        far(x).total_cmp(&far(y))
    })?;
    let near = tree.point(nearest).distance(middle) < 0.6 * tree.length(&a.chain);
    near.then_some(nearest)
}

/// The axis that a direction is nearest to, Y before others where it is close.
fn nearest_axis(direction: DVec3) -> Option<DVec3> {
    let d = direction.try_normalize()?;
    if d.y > 0.7 {
        return Some(DVec3::Y);
    }
    let axes = [
        DVec3::Y,
        DVec3::Z,
        DVec3::NEG_Z,
        DVec3::X,
        DVec3::NEG_X,
        DVec3::NEG_Y,
    ];
    axes.into_iter()
        .max_by(|a, b| a.dot(d).total_cmp(&b.dot(d)))
}

/// Spine, chest and upper chest out of the joints from above the hips to where the arms hang.
pub(super) fn spine_bones(spine: &[usize]) -> Vec<(HumanBone, usize)> {
    match spine {
        [] => Vec::new(),
        [only] => vec![(Spine, *only)],
        [first, second] => vec![(Spine, *first), (Chest, *second)],
        [first, .., last] => {
            let middle = spine.get(spine.len() / 2).copied().unwrap_or(*last);
            vec![(Spine, *first), (Chest, middle), (UpperChest, *last)]
        }
    }
}

/// The eyes: the one pair of leaves in the front of the head, mirrored.
fn eyes(tree: &Tree, head: usize, stance: &Stance) -> Vec<(HumanBone, usize)> {
    let leaves: Vec<usize> = tree
        .children_of(head)
        .iter()
        .copied()
        .filter(|k| tree.children_of(*k).is_empty())
        .collect();
    let offset = |j: usize| {
        let o = tree.point(j) - tree.point(head);
        (o.dot(stance.left), o.dot(stance.up), o.dot(stance.forward))
    };
    let mut pairs = Vec::new();
    for (i, &a) in leaves.iter().enumerate() {
        for &b in leaves.iter().skip(i + 1) {
            let ((la, ua, fa), (lb, ub, fb)) = (offset(a), offset(b));
            let size = la.abs().max(1e-9);
            let mirrored = (la + lb).abs() < 0.2 * size
                && (ua - ub).abs() < 0.2 * size
                && (fa - fb).abs() < 0.2 * size;
            if mirrored && fa > 0.5 * size && la * lb < 0.0 {
                pairs.push(if la > 0.0 { (a, b) } else { (b, a) });
            }
        }
    }
    match pairs.as_slice() {
        [(left, right)] => vec![(LeftEye, *left), (RightEye, *right)],
        _ => Vec::new(),
    }
}
