//! Ways to put a part's markers on it in another order that its shape hardly tells.
//!
//! The four markers of a head lie nearly in a square, those of a forearm nearly on both sides of an axis: a search by distances
//! may take one for the other, and the joint above simply turns. Which orders are that near to the right one follows from
//! the rig alone, so they are listed once; what a fit makes of each in a frame decides.

use super::local_order::exchanges;
use super::pattern::{PairRange, Pattern};
use glam::DVec3;

/// Markers of another body that are so near belong to the part: the ankle's to the foot, the wrist's to the hand, metres.
const NEAR_M: f64 = 0.15;
/// Orders of a whole rig: those of a head, a trunk, a pelvis and four ends of limbs with toes and fingers.
const TURNS_MAX: usize = 256;

/// Which marker gets the point of which other one.
pub(super) type Turn = Vec<(u16, u16)>;

/// The orders that keep all distances within what is possible. `rest` is where the markers are at rest, `bodies` the body
/// of each, `pair` the range of the distance of two.
pub(super) fn turns<'a>(
    rest: &[DVec3],
    bodies: &[usize],
    pair: impl Fn(usize, usize) -> &'a PairRange,
) -> Vec<Turn> {
    let mut found: Vec<Turn> = Vec::new();
    for part in parts(rest, bodies) {
        for order in exchanges(part.len()) {
            let moved = part.iter().zip(&order).map(|(to, k)| (*to, part[*k]));
            let moved: Vec<(usize, usize)> = moved.filter(|(to, from)| to != from).collect();
            let from = |m: usize| moved.iter().find(|t| t.0 == m).map_or(m, |t| t.1);
            let is_possible = moved.iter().all(|&(a, from_a)| {
                part.iter().filter(|b| **b != a).all(|&b| {
                    // As far apart as those whose points they would get ever are.
                    let (range, of) = (pair(a, b), pair(from_a, from(b)));
                    range.least2 <= of.most2 && of.least2 <= range.most2
                })
            });
            let mut turn: Turn = moved.iter().map(|t| (t.0 as u16, t.1 as u16)).collect();
            turn.sort_unstable();
            if is_possible && !found.contains(&turn) && found.len() < TURNS_MAX {
                found.push(turn);
            }
        }
    }
    found
}

impl Pattern {
    /// What an order leaves of the squared misfit of the distances on the bones whose markers it moves, as a part of what there is
    /// with the order in `places`.
    pub(super) fn shape_left(&self, turn: &Turn, places: &[u16], cloud: &[DVec3]) -> f64 {
        let turned = |m: usize| {
            let from = turn.iter().find(|t| usize::from(t.0) == m);
            from.map_or(m, |t| usize::from(t.1))
        };
        let (mut now, mut after) = ((0.0, 0.0), (0.0, 0.0));
        for &(a, _) in turn {
            let a = usize::from(a);
            for b in (0..self.len()).filter(|b| *b != a) {
                let pair = self.pair(a, b);
                if !pair.rigid {
                    continue;
                }
                let note = |sum: &mut (f64, f64), a: usize, b: usize| {
                    let [a, b] = [a, b].map(|m| cloud.get(usize::from(places[m])));
                    if let Some((a, b)) = a.zip(b) {
                        sum.0 += (a.distance(*b) - pair.rest).powi(2);
                        sum.1 += 1.0;
                    }
                };
                note(&mut now, a, b);
                note(&mut after, turned(a), turned(b));
            }
        }
        // On average: of two orders one may leave a bone without a point.
        let left = (after.0 * now.1) / (now.0 * after.1);
        if left.is_nan() { f64::INFINITY } else { left }
    }
}

/// The markers of each body, with those of other bodies that are near all of them.
fn parts(rest: &[DVec3], bodies: &[usize]) -> Vec<Vec<usize>> {
    let mut parts: Vec<Vec<usize>> = Vec::new();
    for (first, body) in bodies.iter().enumerate() {
        if bodies[..first].contains(body) {
            continue;
        }
        let own = (0..rest.len()).filter(|m| bodies[*m] == *body);
        let own: Vec<usize> = own.collect();
        let is_near = |m: &usize| {
            bodies[*m] != *body && own.iter().all(|o| rest[*o].distance(rest[*m]) < NEAR_M)
        };
        let mut part = own.clone();
        part.extend((0..rest.len()).filter(is_near));
        part.sort_unstable();
        if part.len() > 1 && !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts
}
