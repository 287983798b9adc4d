//! Three joints of a limb out of a chain: hip, knee, ankle, or shoulder, elbow, wrist.
//!
//! A chain may begin with a collar bone or a pelvis joint, carry twist joints in line, and go on into toes or fingers. The
//! two long bones of a limb are about equally long in every human shape, and a joint that has fingers, or where the
//! leg turns into the foot, is its end; that decides.

use super::tree::Tree;
use glam::DVec3;

/// Of forearm to upper arm, and of shin to thigh, in adults (Winter, *Biomechanics*, 4th ed., table 4.1: 0.146 : 0.186 and
/// 0.246 : 0.245 of the height); measured rigs put the wrist further out.
const FOREARM_RATIO: f64 = 0.88;
const SHIN_RATIO: f64 = 1.0;

/// Beyond this cost a chain is no limb.
const COST_MAX: f64 = 6.0;

/// Joints of a chain that are looked at.
const CHAIN_MAX: usize = 13;

/// Readings of one chain that are kept: what one side carries must not hide how alike both are.
const READINGS_MAX: usize = 6;

/// A turn that makes an ankle, radians.
const ANKLE_BEND_MIN: f64 = 0.44;

/// A limb's joints.
#[derive(Clone, Debug)]
pub(super) struct Limb {
    /// From the first joint below what it hangs on, to the leaf.
    pub chain: Vec<usize>,
    /// Hip or shoulder, as a place in the chain.
    pub start: usize,
    /// Knee or elbow, as a place in the chain.
    pub middle: usize,
    /// Ankle or wrist, as a place in the chain.
    pub end: usize,
    /// How unlike a human limb it is; 0 is best.
    pub cost: f64,
    /// Whether the end is marked by fingers or by the foot's turn.
    pub marked: bool,
}

impl Limb {
    /// The joint at a place of the chain.
    pub fn joint(&self, place: usize) -> Option<usize> {
        self.chain.get(place).copied()
    }

    /// Start, middle and end joints.
    pub fn joints(&self) -> Option<[usize; 3]> {
        Some([
            self.joint(self.start)?,
            self.joint(self.middle)?,
            self.joint(self.end)?,
        ])
    }
}

/// What the chain that begins at `first` may be as a leg, best first.
pub(super) fn leg(tree: &Tree, first: usize) -> Vec<Limb> {
    let chain = tree.chain(first);
    let points: Vec<DVec3> = chain.iter().map(|j| tree.point(*j)).collect();
    let last = chain.len().saturating_sub(1);
    let bend = |i: usize| {
        let (a, b, c) = (points.get(i - 1)?, points.get(i)?, points.get(i + 1)?);
        let (before, after) = (*b - *a, *c - *b);
        (before.length() > 1e-6 && after.length() > 1e-6).then(|| before.angle_between(after))
    };
    let sharpest = (2..last)
        .filter_map(|i| Some((i, bend(i)?)))
        .max_by(|a, b| a.1.total_cmp(&b.1));
    match sharpest.filter(|(_, b)| *b > ANKLE_BEND_MIN) {
        Some((ankle, _)) => best_of(tree, &chain, &[ankle], SHIN_RATIO, true),
        None => {
            let ankles: Vec<usize> = (2..=last).collect();
            best_of(tree, &chain, &ankles, SHIN_RATIO, false)
        }
    }
}

/// What the chain that begins at `first` may be as an arm, best first.
pub(super) fn arm(tree: &Tree, first: usize) -> Vec<Limb> {
    let chain = tree.chain(first);
    // Twist and corrective joints have nothing below them that reaches anywhere.
    let least = 0.02 * tree.length(&chain);
    let fingers = |i: &usize| {
        let children = chain.get(*i).map_or(&[][..], |j| tree.children_of(*j));
        let reaching = children.iter().filter(|c| tree.reach_of(**c) > least);
        reaching.count() >= 3
    };
    match (2..chain.len()).find(fingers) {
        Some(hand) => best_of(tree, &chain, &[hand], FOREARM_RATIO, true),
        None => {
            let wrists: Vec<usize> = (2..chain.len()).collect();
            best_of(tree, &chain, &wrists, FOREARM_RATIO, false)
        }
    }
}

fn best_of(tree: &Tree, chain: &[usize], ends: &[usize], ratio: f64, marked: bool) -> Vec<Limb> {
    let points: Vec<DVec3> = chain.iter().map(|j| tree.point(*j)).collect();
    let mut along = vec![0.0];
    for w in points.windows(2) {
        let [a, b] = w else { continue };
        along.push(along.last().copied().unwrap_or(0.0) + a.distance(*b));
    }
    let mut found: Vec<(f64, [usize; 3])> = Vec::new();
    // Long chains are hair and ropes; beyond a dozen joints nothing is a limb.
    for &end in ends.iter().filter(|e| **e < CHAIN_MAX) {
        for middle in 1..end {
            for start in 0..middle {
                let cost = cost(&points, &along, [start, middle, end], ratio, marked);
                if cost < COST_MAX {
                    found.push((cost, [start, middle, end]));
                }
            }
        }
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found.truncate(READINGS_MAX);
    let limb = |(cost, [start, middle, end]): (f64, [usize; 3])| Limb {
        chain: chain.to_vec(),
        start,
        middle,
        end,
        cost,
        marked,
    };
    found.into_iter().map(limb).collect()
}

fn cost(
    points: &[DVec3],
    along: &[f64],
    [start, middle, end]: [usize; 3],
    ratio: f64,
    marked: bool,
) -> f64 {
    let way = |a: usize, b: usize| {
        let at = |i: usize| along.get(i).copied().unwrap_or(0.0);
        at(b) - at(a)
    };
    let chord = |a: usize, b: usize| match (points.get(a), points.get(b)) {
        (Some(a), Some(b)) => a.distance(*b),
        _ => 0.0,
    };
    let (upper, lower) = (way(start, middle), way(middle, end));
    let whole = way(0, along.len().saturating_sub(1));
    if upper < 1e-4 || lower < 1e-4 || upper + lower < 0.3 * whole {
        return f64::MAX;
    }
    let off = (lower / upper / ratio).ln() / 1.5f64.ln();
    let slack = (1.0 - chord(start, middle) / upper) + (1.0 - chord(middle, end) / lower);
    // A limb of four joints or more usually begins with a collar bone or a pelvis joint.
    let no_collar = if start == 0 && end >= 3 { 0.4 } else { 0.0 };
    let passed = 0.2 * (end - start - 2) as f64;
    let beyond = match marked {
        true => 0.0,
        false => (way(end, along.len().saturating_sub(1)) / lower - 0.9).max(0.0),
    };
    let before = (way(0, start) / (upper + lower) - 0.6).max(0.0);
    off * off + 8.0 * slack + no_collar + passed + beyond + 6.0 * before
}
