//! Which joint is which human bone, from the tree and the rest pose alone.
//!
//! A human skeleton is two pairs of mirrored limbs on one line: legs at its lower end, arms further up, and a head
//! beyond the arms. All pairs of similar chains are collected, every two of them are tried as legs and arms, and the most
//! human combination is taken: legs down to the floor, feet turned forward, hands with fingers, a head above. Hair,
//! skirts, wings and tails are pairs too, but worse ones. Which way is up, and which way the body faces, comes out of
//! the same: a file may be Z-up, and its left may be on either side.

use super::fingers;
use super::limb::{self, Limb};
use super::stance::Stance;
use super::tree::Tree;
use cyc_model::HumanBone::{self, *};
use glam::DVec3;

/// Pairs that are tried: a character with hair and a skirt has some twenty.
const PAIRS_MAX: usize = 40;

/// Children of one joint that may begin limbs, longest first.
const CHILDREN_MAX: usize = 24;

/// A limb reaches at least so far, of the skeleton's extent.
const REACH_MIN: f64 = 0.12;

/// Below this a combination is no human.
const SCORE_MIN: f64 = 0.0;

/// Two similar chains of one joint.
struct Pair {
    hub: usize,
    limbs: [Limb; 2],
    /// How unlike a mirror image they are, of their length.
    asymmetry: f64,
}

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
    let mut best: Option<(f64, Body<'_>)> = None;
    for leg in &legs {
        for arm in &arms {
            let Some(body) = Body::new(tree, leg, arm) else {
                continue;
            };
            let score = body.score();
            if best.as_ref().is_none_or(|(s, _)| score > *s) {
                best = Some((score, body));
            }
        }
    }
    let (_, body) = best.filter(|(score, _)| *score > SCORE_MIN)?;
    body.bones()
}

fn pairs(tree: &Tree, limb: fn(&Tree, usize) -> Option<Limb>) -> Vec<Pair> {
    let extent = extent(tree);
    let mut found = Vec::new();
    for (hub, children) in tree.children.iter().enumerate() {
        let whole = |c: &usize| tree.reach_of(*c);
        let mut long = children.clone();
        long.retain(|c| whole(c) > REACH_MIN * extent);
        long.sort_by(|a, b| whole(b).total_cmp(&whole(a)));
        long.truncate(CHILDREN_MAX);
        let limbs: Vec<Limb> = long.into_iter().filter_map(|c| limb(tree, c)).collect();
        for (i, a) in limbs.iter().enumerate() {
            for b in limbs.iter().skip(i + 1) {
                if let Some(asymmetry) = asymmetry(tree, a, b) {
                    let limbs = [a.clone(), b.clone()];
                    found.push(Pair {
                        hub,
                        limbs,
                        asymmetry,
                    });
                }
            }
        }
    }
    let worth = |p: &Pair| {
        let [a, b] = &p.limbs;
        let marked = if a.marked && b.marked { 2.0 } else { 1.0 };
        marked * (tree.length(&a.chain) + tree.length(&b.chain)) - p.asymmetry
    };
    found.sort_by(|a, b| worth(b).total_cmp(&worth(a)));
    found.truncate(PAIRS_MAX);
    found
}

fn extent(tree: &Tree) -> f64 {
    let low = tree.at.iter().copied().reduce(DVec3::min);
    let high = tree.at.iter().copied().reduce(DVec3::max);
    low.zip(high).map_or(0.0, |(l, h)| l.distance(h))
}

/// `None` when the bones' lengths say that these are not left and right of one body.
fn asymmetry(tree: &Tree, a: &Limb, b: &Limb) -> Option<f64> {
    let [sa, ma, ea] = a.joints()?.map(|j| tree.point(j));
    let [sb, mb, eb] = b.joints()?.map(|j| tree.point(j));
    let off = |x: f64, y: f64| (x - y).abs() / x.max(y).max(1e-9);
    let lengths = off(sa.distance(ma), sb.distance(mb)).max(off(ma.distance(ea), mb.distance(eb)));
    if lengths > 0.2 {
        return None;
    }
    let length = sa.distance(ma) + ma.distance(ea);
    let apart = sa - sb;
    let normal = match apart.length() > 1e-3 * length {
        true => apart,
        false => ea - eb,
    };
    let normal = normal.try_normalize()?;
    let middle = 0.5 * (sa + sb);
    let mirrored = |p: DVec3| p - 2.0 * normal * normal.dot(p - middle);
    let residual = mirrored(ma).distance(mb) + mirrored(ea).distance(eb);
    Some(lengths + 0.5 * residual / length.max(1e-9))
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
                .filter(|(r, _)| *r > 0.4)
                .max_by(|a, b| {
                    let height = |x: &(f64, usize)| self.top(x.1);
                    height(a).total_cmp(&height(b))
                })
                .map(|(_, k)| k)
        };
        let mut chain = Vec::new();
        let mut at = self.chest;
        while let Some(next) = highest(at).filter(|_| chain.len() < 8) {
            chain.push(next);
            at = next;
            let kids = tree.children_of(at);
            let grown = kids.iter().filter(|k| !tree.children_of(**k).is_empty());
            // Eyes, jaw and hair branch off the head.
            if kids.len() >= 3 || (kids.len() == 2 && grown.count() != 1) {
                return chain;
            }
        }
        // A leaf far beyond the joint before it is the top of the head, not another joint of the neck.
        if let [.., before, last] = *chain.as_slice() {
            let mut whole = vec![self.chest];
            whole.extend(chain.iter().copied().take(chain.len() - 1));
            let mean = tree.length(&whole) / (whole.len() - 1).max(1) as f64;
            if tree.distance(before, last) > 1.4 * mean {
                chain.pop();
            }
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
        score += if self.head.is_empty() { -1.5 } else { 0.5 };
        let torso = height(self.chest) - height(self.hips);
        score -= (0.25 - torso / (0.5 * legs_m)).max(0.0) * 6.0;
        score - self.behind() * 4.0
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
                    LeftToes => limb.joint(limb.end + 1),
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
            Some((joints, l.joint(l.end + 1).map(|j| tree.point(j))))
        });
        let [Some(a), Some(b), Some(c), Some(d)] = limbs else {
            return None;
        };
        Stance::from_limbs(self.up, across, [a, b], [c.0, d.0])
    }
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
