//! Pairs of limbs: two chains of one joint whose bones are equally long, read so that they are mirror images.

use super::limb::Limb;
use super::tree::Tree;
use glam::DVec3;

/// Pairs that are tried: a character with hair and a skirt has some twenty.
const PAIRS_MAX: usize = 40;

/// Children of one joint that may begin limbs, longest first.
const CHILDREN_MAX: usize = 24;

/// A limb reaches at least so far, of the skeleton's extent.
const REACH_MIN: f64 = 0.12;

/// Two similar chains of one joint.
pub(super) struct Pair {
    /// The joint that both hang on; beyond the last for limbs that are roots.
    pub hub: usize,
    /// Both, in no order.
    pub limbs: [Limb; 2],
    /// How unlike a mirror image they are, of their length.
    pub asymmetry: f64,
}

/// All pairs of chains that may be left and right of one body, the longest first.
pub(super) fn pairs(tree: &Tree, readings: fn(&Tree, usize) -> Vec<Limb>) -> Vec<Pair> {
    let extent = extent(tree);
    let mut found = Vec::new();
    for (hub, children) in tree.children.iter().enumerate() {
        let whole = |c: &usize| tree.reach_of(*c);
        let mut long = children.clone();
        long.retain(|c| whole(c) > REACH_MIN * extent);
        long.sort_by(|a, b| whole(b).total_cmp(&whole(a)));
        long.truncate(CHILDREN_MAX);
        let limbs: Vec<Vec<Limb>> = long.into_iter().map(|c| readings(tree, c)).collect();
        for (i, a) in limbs.iter().enumerate() {
            for b in limbs.iter().skip(i + 1) {
                found.extend(most_alike(tree, hub, a, b));
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

/// The readings of two chains that are each other's mirror images best, for the least cost.
fn most_alike(tree: &Tree, hub: usize, a: &[Limb], b: &[Limb]) -> Option<Pair> {
    let mut best: Option<(f64, Pair)> = None;
    for a in a {
        for b in b {
            let Some(asymmetry) = asymmetry(tree, a, b) else {
                continue;
            };
            let worst = a.cost + b.cost + 5.0 * asymmetry;
            if best.as_ref().is_none_or(|(w, _)| worst < *w) {
                let limbs = [a.clone(), b.clone()];
                let pair = Pair {
                    hub,
                    limbs,
                    asymmetry,
                };
                best = Some((worst, pair));
            }
        }
    }
    best.map(|(_, pair)| pair)
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
