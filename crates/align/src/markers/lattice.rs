//! Saddles that are neighbours along their edges: pieces of the checkerboard, each with whole-numbered places of its own.

use super::level::GreyPicture;
use super::saddle::{Saddle, apart};
use glam::DVec2;
use std::collections::{HashMap, VecDeque};

/// A piece of the checkerboard.
#[derive(Clone, Debug, Default)]
pub(super) struct Lattice {
    /// Saddles by column and row; columns grow along one edge, rows along the one a quarter turn further right of it.
    pub corners: HashMap<(i32, i32), DVec2>,
}

impl Lattice {
    /// Takes those corners out around which cells are wrong or edges bend, and gives them as a piece of their own.
    pub(super) fn without(&mut self, wrong: &HashMap<(i32, i32), bool>) -> Option<Self> {
        // Cells of which a corner is one, and their neighbours: seen, and wrong.
        let count = |(column, row): (i32, i32), reach: i32| {
            let cells = (-reach..reach).flat_map(|dy| (-reach..reach).map(move |dx| (dx, dy)));
            let seen = cells.filter_map(|(dx, dy)| wrong.get(&(column + dx, row + dy)));
            seen.fold((0, 0), |(all, bad), is_bad| {
                (all + 1, bad + i32::from(*is_bad))
            })
        };
        let all = std::mem::take(&mut self.corners);
        let is_kept = |place: (i32, i32)| {
            // Among cells of elsewhere every second one is right by chance.
            let ((seen, bad), (around, bad_around)) = (count(place, 1), count(place, 2));
            seen > 0
                && bad == 0
                && around >= 3
                && bad_around * 5 <= around
                && is_even(&all, place, UNEVEN)
        };
        let kept: Vec<_> = all.keys().copied().filter(|p| is_kept(*p)).collect();
        let mut strays = all.clone();
        for place in kept {
            self.corners.extend(strays.remove_entry(&place));
        }
        (strays.len() >= LEAST).then_some(Self { corners: strays })
    }
}

/// Whether a corner lies where its neighbours along the edges have it to a part of a side.
pub(super) fn is_even(
    corners: &HashMap<(i32, i32), DVec2>,
    (column, row): (i32, i32),
    uneven: f64,
) -> bool {
    let at = |dx: i32, dy: i32| corners.get(&(column + dx, row + dy)).copied();
    let Some(own) = at(0, 0) else { return false };
    let even = |dx: i32, dy: i32| {
        let between = at(dx, dy).zip(at(-dx, -dy));
        let beyond = |s: i32| at(s * dx, s * dy).zip(at(2 * s * dx, 2 * s * dy));
        let (wanted, most) = if let Some((a, b)) = between {
            ((a + b) / 2.0, a.distance(b) / 2.0 * uneven)
        } else if let Some((a, b)) = beyond(1).or(beyond(-1)) {
            (a * 2.0 - b, a.distance(b) * uneven)
        } else {
            return true;
        };
        own.distance(wanted) <= most
    };
    even(1, 0) && even(0, 1)
}

/// A corner and its two directions.
#[derive(Clone, Copy)]
struct Node {
    place: (i32, i32),
    saddle: usize,
    along: [DVec2; 2],
    /// How far the next corner is along each, pixels; 0 while nobody knows.
    step: [f64; 2],
}

/// Corners of a piece at least.
const LEAST: usize = 9;
/// Sides of a cell, pixels.
const SIDE_PX: (f64, f64) = (5.0, 160.0);
/// How far a neighbour may be from where the last step leads, of that step.
const MISS: f64 = 0.3;
/// How far a first neighbour may be off the edge's direction, radians.
const TURN: f64 = 0.3;
/// How much longer or shorter one side may be than the one before it.
const STRETCH: f64 = 1.5;
/// How far an edge may turn from corner to corner.
const BEND: f64 = 0.5;
/// How far a corner may be from the middle between its neighbours, of a side: where a wall folds, steps change.
const UNEVEN: f64 = 0.2;
/// Side of a bucket, pixels.
const BUCKET_PX: f64 = 16.0;

struct Growth<'a> {
    picture: &'a GreyPicture,
    saddles: &'a [Saddle],
    buckets: HashMap<(i32, i32), Vec<usize>>,
    is_taken: Vec<bool>,
}

/// All pieces, the largest first.
pub(super) fn lattices(picture: &GreyPicture, saddles: &[Saddle]) -> Vec<Lattice> {
    let mut buckets: HashMap<(i32, i32), Vec<usize>> = HashMap::new();
    for (index, saddle) in saddles.iter().enumerate() {
        buckets.entry(bucket(saddle.at)).or_default().push(index);
    }
    let mut growth = Growth {
        picture,
        saddles,
        buckets,
        is_taken: vec![false; saddles.len()],
    };
    let mut all = Vec::new();
    for seed in 0..saddles.len() {
        if !growth.is_taken[seed] {
            let lattice = growth.grown(seed);
            if lattice.corners.len() >= LEAST {
                all.push(lattice);
            }
        }
    }
    all.sort_by_key(|l| std::cmp::Reverse(l.corners.len()));
    all
}

fn bucket(at: DVec2) -> (i32, i32) {
    let along = |v: f64| (v / BUCKET_PX).floor() as i32;
    (along(at.x), along(at.y))
}

fn direction(angle: f64) -> DVec2 {
    DVec2::new(angle.cos(), angle.sin())
}

/// The direction of a line that goes with another.
fn with(angle: f64, other: DVec2) -> DVec2 {
    let way = direction(angle);
    if way.dot(other) < 0.0 { -way } else { way }
}

impl Growth<'_> {
    fn grown(&mut self, seed: usize) -> Lattice {
        let mut lattice = Lattice::default();
        let first = &self.saddles[seed];
        let column = direction(first.rising);
        let mut row = direction(first.falling);
        // Rows grow to the right of columns, as x and y do in a picture.
        if column.perp_dot(row) < 0.0 {
            row = -row;
        }
        let mut queue = VecDeque::new();
        let start = Node {
            place: (0, 0),
            saddle: seed,
            along: [column, row],
            step: [0.0; 2],
        };
        lattice.corners.insert((0, 0), first.at);
        self.is_taken[seed] = true;
        let mut members = Vec::new();
        queue.push_back(start);
        while let Some(node) = queue.pop_front() {
            for (axis, sign) in [(0, 1), (0, -1), (1, 1), (1, -1)] {
                if let Some(next) = self.neighbour(&lattice, &node, axis, sign) {
                    self.is_taken[next.saddle] = true;
                    members.push(next.saddle);
                    lattice
                        .corners
                        .insert(next.place, self.saddles[next.saddle].at);
                    queue.push_back(next);
                }
            }
        }
        if lattice.corners.len() < LEAST {
            // The seed was a stray one; what it took may belong to a piece.
            members.into_iter().for_each(|m| self.is_taken[m] = false);
        }
        lattice
    }

    fn neighbour(&self, lattice: &Lattice, node: &Node, axis: usize, sign: i32) -> Option<Node> {
        let step = |by: i32| {
            let (column, row) = node.place;
            if axis == 0 {
                (column + by, row)
            } else {
                (column, row + by)
            }
        };
        let place = step(sign);
        if lattice.corners.contains_key(&place) {
            return None;
        }
        let own = &self.saddles[node.saddle];
        let way = node.along[axis] * f64::from(sign);
        let behind = lattice.corners.get(&step(-sign)).map(|b| own.at - *b);
        let saddle = match behind {
            Some(last) => self.nearest(own.at + last, last.length() * MISS, |s| self.fits(node, s)),
            None => self.along(node, way, node.step[axis]),
        }?;
        let found = &self.saddles[saddle];
        if !self.is_edge(own, found) {
            return None;
        }
        // Colours change places from corner to corner, and rising with falling edges.
        let [a, b] = if !is_rising(own, node.along[0]) {
            [found.rising, found.falling]
        } else {
            [found.falling, found.rising]
        };
        let along = [with(a, node.along[0]), with(b, node.along[1])];
        let mut step = node.step;
        step[axis] = own.at.distance(found.at);
        Some(Node {
            place,
            saddle,
            along,
            step,
        })
    }

    /// Whether a saddle has the other polarity, with edges that go on.
    fn fits(&self, node: &Node, saddle: usize) -> bool {
        let (own, other) = (&self.saddles[node.saddle], &self.saddles[saddle]);
        !self.is_taken[saddle]
            && apart(own.rising, other.falling) < BEND
            && apart(own.falling, other.rising) < BEND
    }

    fn nearest(&self, at: DVec2, within: f64, fits: impl Fn(usize) -> bool) -> Option<usize> {
        let mut best: Option<(f64, usize)> = None;
        self.around(at, within, |index| {
            let far = self.saddles[index].at.distance(at);
            if far <= within && fits(index) && best.is_none_or(|(least, _)| far < least) {
                best = Some((far, index));
            }
        });
        best.map(|(_, index)| index)
    }

    fn around(&self, at: DVec2, within: f64, mut each: impl FnMut(usize)) {
        let (low, high) = (bucket(at - within), bucket(at + within));
        for y in low.1..=high.1 {
            for x in low.0..=high.0 {
                for index in self.buckets.get(&(x, y)).into_iter().flatten() {
                    each(*index);
                }
            }
        }
    }

    /// The first fitting saddle along an edge, about a step away where that is known.
    fn along(&self, node: &Node, way: DVec2, step: f64) -> Option<usize> {
        let own = self.saddles[node.saddle].at;
        let (least_px, most_px) = if step > 0.0 {
            (step / STRETCH, (step * STRETCH).min(SIDE_PX.1))
        } else {
            SIDE_PX
        };
        let mut reach = most_px.min(24.0f64.max(least_px));
        loop {
            let mut best: Option<(f64, usize)> = None;
            self.around(own, reach, |index| {
                let to = self.saddles[index].at - own;
                let far = to.length();
                let is_ahead = (least_px..=reach).contains(&far) && to.angle_to(way).abs() < TURN;
                if is_ahead && self.fits(node, index) && best.is_none_or(|(least, _)| far < least) {
                    best = Some((far, index));
                }
            });
            if let Some((_, index)) = best {
                return Some(index);
            }
            if reach >= most_px {
                return None;
            }
            reach = (reach * 2.0).min(most_px);
        }
    }

    /// Whether an edge runs between two corners: the same side is brighter all along.
    fn is_edge(&self, from: &Saddle, to: &Saddle) -> bool {
        let way = to.at - from.at;
        let aside = way.perp() * 0.14;
        let brighter = |part: f64| {
            let at = from.at + way * part;
            self.picture.between(at + aside) - self.picture.between(at - aside)
        };
        let sides = [0.3, 0.5, 0.7].map(brighter);
        let sum: f64 = sides.iter().sum();
        sides.iter().all(|s| s * sum > 0.0 && s.abs() > 0.01)
    }
}

/// Whether a direction is that of a saddle's rising edge.
fn is_rising(saddle: &Saddle, along: DVec2) -> bool {
    let angle = along.to_angle();
    apart(saddle.rising, angle) < apart(saddle.falling, angle)
}
