//! What a rig says about its markers without knowing the pose: distances that hold, distances that have a range, and on
//! which side of three others a marker lies.
//!
//! Markers of one bone keep their distances. For all others the range is taken from poses drawn at random within the
//! joint limits. Distances cannot tell a body from its mirror image, so for each marker some triples are kept on one
//! side of whose plane it stays in all those poses.

use super::limb_search::limbs;
use super::settings::Tolerance;
use super::turns::{Turn, turns};
use crate::fit::pose::{Coordinate, Frame, forward, step_coordinate};
use crate::fit::tree::{Motion, NONE, Tree, TreeJoint};
use glam::DVec3;

/// Poses that ranges are taken from.
const POSES: usize = 400;
/// How far an unlimited ball turns about each axis in those, radians.
const BALL_TURN_RAD: f64 = 1.3;
/// How far an unlimited hinge turns, radians.
const HINGE_TURN_RAD: f64 = 2.4;
/// Markers that one marker is checked against, the most telling first.
const PARTNERS_MAX: usize = 16;
/// Partners among which the triples are chosen.
const TRIPLE_PARTNERS: usize = 9;
const TRIPLES_MAX: usize = 6;
/// Least height over a triple's plane, as a part of the triple's size, for its side to be called certain.
const SIDE_MIN: f64 = 0.12;
/// Widening of the ranges: limits are crossed and bodies differ.
const RANGE_PART: f64 = 0.08;
/// Two markers cannot be in one place.
const DISTANCE_MIN_M: f64 = 0.015;

/// What is known about the distance of two markers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PairRange {
    pub least2: f64,
    pub most2: f64,
    /// In the rest pose, metres.
    pub rest: f64,
    /// One over its standard deviation; for pairs over joints that of the weak expectation of the rest pose.
    pub inverse_sigma: f64,
    /// On one bone.
    pub rigid: bool,
}

/// Three markers on one side of whose plane a fourth one stays.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Triple {
    pub markers: [u16; 3],
    /// The smallest signed volume in all poses, m³; the sign is the side.
    pub volume: f64,
}

/// The six-fold volume of a tetrahedron; its sign is the side of `p` on the plane of `a`, `b`, `c`.
pub(crate) fn signed_volume(p: DVec3, [a, b, c]: [DVec3; 3]) -> f64 {
    (a - p).dot((b - p).cross(c - p))
}

/// The pose-free knowledge about a rig's markers.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    count: usize,
    pairs: Vec<PairRange>,
    partners: Vec<Vec<u16>>,
    triples: Vec<Vec<Triple>>,
    /// The body of each marker: joints that do not move against each other are one.
    bodies: Vec<usize>,
    orders: Vec<Vec<u16>>,
    exchanges: Vec<Vec<(u16, u16)>>,
    turns: Vec<Turn>,
    limbs: Vec<Vec<u16>>,
}

impl Pattern {
    pub(crate) fn new(tree: &Tree, tolerance: &Tolerance) -> Self {
        let count = tree.markers.len();
        let bodies = bodies(tree);
        let poses = sample_poses(tree);
        let joints_apart = |a: usize, b: usize| {
            path_length(tree, &bodies, tree.markers[a].joint, tree.markers[b].joint)
        };
        let mut pairs = Vec::with_capacity(count * count);
        for a in 0..count {
            for b in 0..count {
                pairs.push(pair_range(&poses, a, b, joints_apart(a, b), tolerance));
            }
        }
        let body_of_marker: Vec<usize> = tree.markers.iter().map(|m| bodies[m.joint]).collect();
        let mut made = Self {
            count,
            pairs,
            partners: Vec::new(),
            triples: Vec::new(),
            bodies: body_of_marker,
            orders: Vec::new(),
            exchanges: mirror_exchanges(tree, &poses[0]),
            turns: Vec::new(),
            limbs: Vec::new(),
        };
        made.turns = turns(&poses[0], &made.bodies, |a, b| made.pair(a, b));
        made.partners = (0..count).map(|m| made.partners_of(m)).collect();
        made.triples = (0..count)
            .map(|m| triples_of(m, &made.partners[m], &poses))
            .collect();
        made.orders = made
            .seeds()
            .into_iter()
            .map(|s| made.order_from(s))
            .collect();
        if tolerance.finds_limbs_again {
            let limbs = limbs(tree);
            made.limbs = limbs.iter().map(|l| made.order_of_limb(l)).collect();
        }
        made
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    pub(crate) fn pair(&self, a: usize, b: usize) -> &PairRange {
        &self.pairs[a * self.count + b]
    }

    /// The markers that say most about where a marker can be, the most telling first.
    pub(crate) fn partners(&self, marker: usize) -> &[u16] {
        &self.partners[marker]
    }

    pub(crate) fn triples(&self, marker: usize) -> &[Triple] {
        &self.triples[marker]
    }

    pub(crate) fn body(&self, marker: usize) -> usize {
        self.bodies[marker]
    }

    /// Orders in which a whole body may be searched: each starts with the markers of one bone that has three or more.
    pub(crate) fn orders(&self) -> &[Vec<u16>] {
        &self.orders
    }

    /// Labels that a body's symmetry may have exchanged: pairs of limbs, and everything.
    pub(crate) fn exchanges(&self) -> &[Vec<(u16, u16)>] {
        &self.exchanges
    }

    /// Orders of the markers of one part of the body that its shape hardly tells from the right one.
    pub(crate) fn turns(&self) -> &[Turn] {
        &self.turns
    }

    /// Parts of the body that are searched anew on what the rest says, each in the order in which its markers are searched.
    pub(crate) fn limbs(&self) -> &[Vec<u16>] {
        &self.limbs
    }

    /// How little room the pair leaves: large for markers of one bone.
    fn tightness(&self, a: usize, b: usize) -> f64 {
        let pair = self.pair(a, b);
        let room = pair.most2.sqrt() - pair.least2.sqrt();
        // Of two equally exact distances the longer one says more.
        (0.2 + pair.rest) / (room + 0.01)
    }

    fn partners_of(&self, marker: usize) -> Vec<u16> {
        let mut others: Vec<u16> = (0..self.count)
            .filter(|&o| o != marker)
            .map(|o| o as u16)
            .collect();
        others.sort_by(|a, b| {
            self.tightness(marker, usize::from(*b))
                .total_cmp(&self.tightness(marker, usize::from(*a)))
        });
        others.truncate(PARTNERS_MAX);
        others
    }

    /// One marker of each of the bones with most markers, the widest spread first.
    fn seeds(&self) -> Vec<usize> {
        let mut bones: Vec<(f64, usize)> = Vec::new();
        for first in 0..self.count {
            let body = self.bodies[first];
            if self.bodies[..first].contains(&body) {
                continue;
            }
            let members: Vec<usize> = (first..self.count)
                .filter(|&m| self.bodies[m] == body)
                .collect();
            if members.len() >= 3 {
                let spread: f64 = members.iter().map(|&m| self.pair(first, m).rest).sum();
                let telling =
                    members.len().min(5) as f64 + (spread / members.len() as f64).min(0.9);
                bones.push((telling, first));
            }
        }
        bones.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut seeds: Vec<usize> = bones.into_iter().take(3).map(|b| b.1).collect();
        if seeds.is_empty() && self.count > 0 {
            seeds.push(0);
        }
        seeds
    }

    /// All markers, each next one the one that those before it say most about.
    fn order_from(&self, seed: usize) -> Vec<u16> {
        self.order_after(vec![seed as u16])
    }

    /// A limb's markers, in the order in which the rest of the body and those before say most about them.
    fn order_of_limb(&self, limb: &[u16]) -> Vec<u16> {
        let rest: Vec<u16> = (0..self.count as u16)
            .filter(|m| !limb.contains(m))
            .collect();
        let known = rest.len();
        self.order_after(rest).split_off(known)
    }

    /// Some markers and then the others, each next one the one that those before it say most about.
    fn order_after(&self, mut order: Vec<u16>) -> Vec<u16> {
        while order.len() < self.count {
            let next = (0..self.count)
                .filter(|m| !order.contains(&(*m as u16)))
                .max_by(|a, b| self.told(*a, &order).total_cmp(&self.told(*b, &order)));
            match next {
                Some(m) => order.push(m as u16),
                None => break,
            }
        }
        order
    }

    fn told(&self, marker: usize, by: &[u16]) -> f64 {
        let mut best = [0.0f64; 3];
        for &other in by {
            let t = self.tightness(marker, usize::from(other));
            if t > best[0] {
                best[0] = t;
                best.sort_by(f64::total_cmp);
            }
        }
        best.iter().sum()
    }
}

/// How far from its mirror image a partner may be, metres: upper arms and thighs are marked unevenly on purpose.
const MIRROR_MAX_M: f64 = 0.15;
/// Fewest pairs of markers that make a limb.
pub(super) const LIMB_PAIRS_MIN: usize = 3;

/// The exchanges of left and right: for each pair of joints whose markers mirror each other the markers below them.
/// Everybody's mirror plane is x = 0 of the rest pose.
fn mirror_exchanges(tree: &Tree, rest: &[DVec3]) -> Vec<Vec<(u16, u16)>> {
    let middle = rest.iter().sum::<DVec3>() / rest.len().max(1) as f64;
    let nearest = |a: usize| {
        let image = rest[a] - middle;
        let image = middle + DVec3::new(-image.x, image.y, image.z);
        (0..rest.len())
            .map(|b| (rest[b].distance(image), b))
            .min_by(|x, y| x.0.total_cmp(&y.0))
            .filter(|n| n.0 < MIRROR_MAX_M)
            .map(|n| n.1)
    };
    let partners: Vec<Option<usize>> = (0..rest.len()).map(nearest).collect();
    let pairs: Vec<(usize, usize)> = (0..rest.len())
        .filter_map(|a| Some((a, partners[a]?)))
        .filter(|(a, b)| a < b && partners[*b] == Some(*a))
        .collect();
    let mut exchanges: Vec<Vec<(u16, u16)>> = Vec::new();
    for joint in 0..tree.joints.len() {
        // Seen from the left limb's joint: all pairs of which this is above the one and not above the other.
        let mut limb: Vec<(u16, u16)> = pairs
            .iter()
            .filter(|(a, b)| {
                is_above(tree, joint, tree.markers[*a].joint)
                    != is_above(tree, joint, tree.markers[*b].joint)
            })
            .map(|(a, b)| (*a as u16, *b as u16))
            .collect();
        limb.sort_unstable();
        if limb.len() >= LIMB_PAIRS_MIN && !exchanges.contains(&limb) {
            exchanges.push(limb);
        }
    }
    let all: Vec<(u16, u16)> = pairs.iter().map(|(a, b)| (*a as u16, *b as u16)).collect();
    if all.len() >= LIMB_PAIRS_MIN && !exchanges.contains(&all) {
        exchanges.push(all);
    }
    exchanges
}

pub(super) fn is_above(tree: &Tree, joint: usize, mut below: usize) -> bool {
    while below != joint {
        below = tree.joints[below].parent;
        if below == NONE {
            return false;
        }
    }
    true
}

/// The joint that leads each joint's rigid body: fixed joints belong to their parent's.
fn bodies(tree: &Tree) -> Vec<usize> {
    let mut bodies: Vec<usize> = Vec::with_capacity(tree.joints.len());
    for (j, joint) in tree.joints.iter().enumerate() {
        let fixed = matches!(joint.motion, Motion::Fixed) && joint.parent != NONE;
        bodies.push(if fixed { bodies[joint.parent] } else { j });
    }
    bodies
}

/// Moving joints on the way from one joint's body to another's.
fn path_length(tree: &Tree, bodies: &[usize], a: usize, b: usize) -> usize {
    let (mut a, mut b, mut steps) = (bodies[a], bodies[b], 0);
    while a != b {
        // Parents have smaller numbers, so the later one is never above the other.
        let later = a.max(b);
        let parent = tree.joints[later].parent;
        steps += 1;
        if parent == NONE {
            return usize::MAX;
        }
        if a == later {
            a = bodies[parent];
        } else {
            b = bodies[parent];
        }
    }
    steps
}

/// Where all markers are in some poses; the first one is the rest pose.
fn sample_poses(tree: &Tree) -> Vec<Vec<DVec3>> {
    let mut random = SplitMix(0x5eed_1abe);
    let mut pose = vec![Coordinate::REST; tree.joints.len()];
    let mut frames = vec![Frame::IDENTITY; tree.joints.len()];
    (0..POSES)
        .map(|p| {
            // The first hundred stay near the rest pose, where people mostly are.
            let reach = (p as f64 / 100.0).min(1.0);
            for (joint, at) in tree.joints.iter().zip(&mut pose) {
                *at = random_coordinate(joint, reach, &mut random);
            }
            forward(tree, &pose, &mut frames);
            tree.markers
                .iter()
                .map(|m| frames[m.joint].origin + frames[m.joint].axes * m.offset)
                .collect()
        })
        .collect()
}

fn random_coordinate(joint: &TreeJoint, reach: f64, random: &mut SplitMix) -> Coordinate {
    let mut step = [0.0; 3];
    let turn = match joint.motion {
        Motion::Ball => BALL_TURN_RAD,
        _ => HINGE_TURN_RAD,
    };
    for (s, range) in step.iter_mut().zip(joint.ranges) {
        let (low, high) = range.map_or((-turn, turn), |r| {
            (r.min_rad.max(-turn), r.max_rad.min(turn))
        });
        *s = reach * (low + (high - low) * random.unit());
    }
    match joint.motion {
        Motion::Free | Motion::Fixed => Coordinate::REST,
        motion => step_coordinate(motion, &Coordinate::REST, &step[..motion.count()]),
    }
}

fn pair_range(
    poses: &[Vec<DVec3>],
    a: usize,
    b: usize,
    joints_apart: usize,
    tolerance: &Tolerance,
) -> PairRange {
    let rest = poses[0][a].distance(poses[0][b]);
    if joints_apart == 0 {
        let room = tolerance.rigid_m + tolerance.rigid_part * rest;
        let sigma = tolerance.rigid_sigma_m + tolerance.rigid_sigma_part * rest;
        return PairRange {
            least2: (rest - room).max(DISTANCE_MIN_M).powi(2),
            most2: (rest + room).powi(2),
            rest,
            inverse_sigma: 1.0 / sigma,
            rigid: true,
        };
    }
    let (mut least, mut most) = (f64::INFINITY, 0.0f64);
    for pose in poses {
        let d = pose[a].distance(pose[b]);
        (least, most) = (least.min(d), most.max(d));
    }
    // Far along the body anything may touch; random poses rarely show it.
    let least = if joints_apart > 2 {
        0.0
    } else {
        least * (1.0 - RANGE_PART) - tolerance.range_m
    };
    let most = most * (1.0 + RANGE_PART) + tolerance.range_m;
    PairRange {
        least2: least.max(DISTANCE_MIN_M).powi(2),
        most2: most * most,
        rest,
        inverse_sigma: 2.5,
        rigid: false,
    }
}

fn triples_of(marker: usize, partners: &[u16], poses: &[Vec<DVec3>]) -> Vec<Triple> {
    let near = &partners[..partners.len().min(TRIPLE_PARTNERS)];
    let mut found: Vec<(f64, Triple)> = Vec::new();
    for (i, &a) in near.iter().enumerate() {
        for (j, &b) in near.iter().enumerate().take(i) {
            for &c in near.iter().take(j) {
                let markers = [a, b, c];
                let (mut low, mut high, mut area2) = (f64::INFINITY, f64::NEG_INFINITY, 0.0f64);
                for pose in poses {
                    let corners = markers.map(|m| pose[usize::from(m)]);
                    let v = signed_volume(pose[marker], corners);
                    (low, high) = (low.min(v), high.max(v));
                    let [x, y, z] = corners;
                    area2 = area2.max((x - y).cross(x - z).length_squared());
                    // Most triples are crossed by one of the first poses.
                    if low <= 0.0 && high >= 0.0 {
                        break;
                    }
                }
                let size3 = area2.powf(0.75);
                let volume = if low > 0.0 { low } else { high };
                if low * high > 0.0 && volume.abs() > SIDE_MIN * size3 {
                    found.push((volume.abs() / size3, Triple { markers, volume }));
                }
            }
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().take(TRIPLES_MAX).map(|f| f.1).collect()
}

/// Steele, Lea and Flood's SplitMix64: the same poses for the same rig everywhere.
struct SplitMix(u64);

impl SplitMix {
    /// From 0 to 1.
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}
