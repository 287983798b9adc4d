//! Two markers that a source calls by each other's names.
//!
//! Neighbours on a foot are as near to one another as a marker may move in a frame, so that none of them has jumped when a
//! source exchanges them, and a fit would turn the foot half round to follow. But a pose and its own past say where each was going
//! to be. When two are off, and each is where the other was going to be, the frame is fitted both ways, and the names that leave less
//! are taken. So they stay, through what the source says next, until it exchanges them back or one of them is lost.

use super::Fitter;
use super::descent::Stop;
use super::marker_memory::MarkerMemory;
use super::tree::Tree;
use super::workspace::Workspace;
use glam::DVec3;

/// A marker that is nearer to where it was going to be has kept its name, metres.
const FAR_M: f64 = 0.02;
/// One that is nearer to where the pose has it need not be looked at, metres.
const NEAR_M: f64 = 0.01;
/// One that is farther off says no more than that it is not there: else of two that are thrown off by decimetres the one arrangement
/// would look so much better than the other, metres.
const OFF_MAX_M: f64 = 0.06;
/// With the names exchanged, two must be off by this part of their squared distances,
const LEFT_PART: f64 = 0.25;
/// and with the names that the source gives by this part, for these to be believed again: so much is left when one of the two is where
/// it was going to be, and the other somewhere else.
const LEFT_PART_UNDONE: f64 = 0.6;
/// Markers among which an exchange is looked for in a frame.
const FAR_MAX: usize = 12;
/// Frames after a start in which names are believed: those that it began with may have been the wrong ones.
const BELIEVED_FRAMES: u32 = 12;
/// Exchanges that last at once.
const PAIRS_MAX: usize = 4;

type Pair = (usize, usize);

/// The names that are exchanged at present.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ExchangedNames {
    pairs: [Option<Pair>; PAIRS_MAX],
    /// Frames since the start.
    frames: u32,
}

impl ExchangedNames {
    /// Believes all names again.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Gives what was measured to the markers whose it is; done twice it is undone.
    pub(super) fn apply(&self, ws: &mut Workspace) {
        for pair in self.pairs.into_iter().flatten() {
            exchange(ws, pair);
        }
    }

    /// Ends a frame: believes the names of markers of whose past nothing is known any more.
    pub(super) fn keep_known(&mut self, memory: &MarkerMemory) {
        self.frames = self.frames.saturating_add(1);
        let is_known = |pair: &Pair| memory.is_known(pair.0) && memory.is_known(pair.1);
        for place in &mut self.pairs {
            *place = place.filter(is_known);
        }
    }

    /// Ends the exchanges that the source has ended: by its own names each marker is where it was going to be.
    fn end_where_undone(&mut self, tree: &Tree, ws: &mut Workspace, memory: &MarkerMemory) -> bool {
        let mut is_any = false;
        for place in &mut self.pairs {
            let Some((a, b)) = *place else { continue };
            let expected = [a, b].map(|k| memory.expected(tree, ws, k));
            let [Some(at_a), Some(at_b)] = expected else {
                continue;
            };
            let is_seen = ws.markers[a].seen && ws.markers[b].seen;
            if is_seen && left_by_exchange(ws, (a, at_a), (b, at_b)) < LEFT_PART_UNDONE {
                exchange(ws, (a, b));
                *place = None;
                is_any = true;
            }
        }
        is_any
    }

    /// Two markers of which each is where the other was going to be at the predicted pose.
    fn candidate(&self, tree: &Tree, ws: &Workspace, memory: &MarkerMemory) -> Option<Pair> {
        let mut far = [(0usize, DVec3::ZERO); FAR_MAX];
        let mut count = 0;
        for (k, state) in ws.markers.iter().enumerate() {
            // What is near the pose is near where it was going to be, more or less: most markers are done with here.
            let is_near = state.residual.length_squared() < NEAR_M * NEAR_M;
            if !state.seen || is_near || count == FAR_MAX || self.is_exchanged(k) {
                continue;
            }
            let expected = memory.expected(tree, ws, k);
            let is_far = |at: &DVec3| at.distance_squared(state.measured) > FAR_M * FAR_M;
            if let Some(expected) = expected.filter(is_far) {
                far[count] = (k, expected);
                count += 1;
            }
        }
        let mut best = None;
        for (i, &one) in far[..count].iter().enumerate() {
            for &other in &far[..i] {
                let left = left_by_exchange(ws, one, other);
                if left < LEFT_PART && best.is_none_or(|(least, _)| left < least) {
                    best = Some((left, (other.0, one.0)));
                }
            }
        }
        best.map(|(_, pair)| pair)
    }

    fn is_exchanged(&self, marker: usize) -> bool {
        let mut pairs = self.pairs.iter().flatten();
        pairs.any(|pair| pair.0 == marker || pair.1 == marker)
    }

    fn free_place(&mut self) -> Option<&mut Option<Pair>> {
        self.pairs.iter_mut().find(|p| p.is_none())
    }
}

/// What the exchange of two leaves of their squared distances from where they were going to be, as far as these say anything.
fn left_by_exchange(ws: &Workspace, (a, at_a): (usize, DVec3), (b, at_b): (usize, DVec3)) -> f64 {
    let off2 = |point: usize, expected: DVec3| {
        let measured = ws.markers[point].measured;
        let far2 = OFF_MAX_M * OFF_MAX_M;
        measured.distance_squared(expected).min(far2)
    };
    (off2(a, at_b) + off2(b, at_a)) / (off2(a, at_a) + off2(b, at_b))
}

fn exchange(ws: &mut Workspace, (a, b): Pair) {
    let [one, other] = [ws.markers[a], ws.markers[b]];
    for (to, from) in [(a, other), (b, one)] {
        let state = &mut ws.markers[to];
        (state.measured, state.target) = (from.measured, from.measured);
        (state.seen, state.pulls) = (from.seen, from.seen);
    }
}

impl Fitter {
    /// At the predicted pose, whose cost is given: fits the frame also with two names exchanged when both markers speak for it, and keeps
    /// the names that cost less. Leaves the prediction, and returns its cost and the iterations.
    pub(super) fn try_exchanged_names(&mut self, mut cost: f64, stop: Stop) -> (f64, usize) {
        let mut iterations = 0;
        if self.names.frames < BELIEVED_FRAMES {
            return (cost, iterations);
        }
        let (names, ws) = (&mut self.names, &mut self.ws);
        if names.end_where_undone(&self.tree, ws, &self.memory) {
            cost = ws.evaluate(&self.tree, &self.terms);
        }
        for _ in 0..PAIRS_MAX {
            let candidate = self.names.candidate(&self.tree, &self.ws, &self.memory);
            let Some((pair, true)) = candidate.map(|p| (p, self.names.free_place().is_some()))
            else {
                break;
            };
            let given = self.try_names(cost, stop);
            exchange(&mut self.ws, pair);
            let start = self.ws.evaluate(&self.tree, &self.terms);
            let exchanged = self.try_names(start, stop);
            iterations += given.1 + exchanged.1;
            let is_better = exchanged.0 < given.0;
            match self.names.free_place() {
                Some(place) if is_better => *place = Some(pair),
                _ => exchange(&mut self.ws, pair),
            }
            cost = self.ws.evaluate(&self.tree, &self.terms);
            if !is_better {
                break;
            }
        }
        (cost, iterations)
    }

    /// What a fit from the prediction costs, and its iterations; goes back to the prediction.
    fn try_names(&mut self, cost: f64, stop: Stop) -> (f64, usize) {
        self.ws.check_factor();
        let fitted = self.ws.minimise_from(cost, &self.tree, &self.terms, stop);
        self.ws.pose.copy_from_slice(&self.ws.predicted);
        fitted
    }
}
