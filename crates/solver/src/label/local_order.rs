//! Which way round the markers of a head, a hand or a foot are.
//!
//! A labelling by a template can be right everywhere and still have a head turned by a quarter or the three markers of a
//! hand passed round: their pattern differs from the template's about as much as one performer's from another's, frame
//! after frame in the same way, and a calibration then believes it. So before one does, the markers of each part of the
//! body are exchanged among themselves, and a few frames fitted anew by the template in the performer's size, with a rest
//! pose that counts: heads look forwards on the whole, and feet too. The order that fits best is kept. Each try goes on from
//! the frame's pose with the labels as they are, and ends as soon as it is dearer than the best.

use crate::calibrate::scaled;
use crate::fit::{FitSettings, Fitter, Loss};
use cyc_model::{Point, Rig, Stage};

/// Frames that are fitted for each order.
const FRAMES: usize = 8;
/// Markers of the bone above a part that belong to it: the ankle's to the foot, the wrist's to the hand.
const NEAR_M: f64 = 0.15;
/// Markers of a part of which every order is tried; of more, every exchange of two and three.
const ALL_ORDERS_MAX: usize = 4;
/// Rounds over all parts.
const ROUNDS_MAX: usize = 3;
/// Another order must cost so much less.
const CHEAPER: f64 = 0.99;

/// Frames of markers in the rig's order.
type Frames = Vec<Vec<Option<Point<Stage>>>>;

/// Puts the markers of each part of the body in the order that fits the template, made `scale` times as large, best.
/// Returns whether any was exchanged.
pub(super) fn reorder(template: &Rig, scale: f64, frames: &mut Frames) -> bool {
    let Ok(rig) = scaled(template, scale) else {
        return false;
    };
    let mut judge = Judge::new(&rig, frames);
    let mut order: Vec<usize> = (0..rig.markers().len()).collect();
    let mut least = judge.cost(&order, f64::INFINITY);
    let parts = parts(&rig);
    for _ in 0..ROUNDS_MAX {
        let before = order.clone();
        for part in &parts {
            let start = order.clone();
            for exchange in exchanges(part.len()) {
                let mut tried = start.clone();
                for (at, from) in part.iter().zip(exchange) {
                    tried[*at] = start[part[from]];
                }
                let cost = judge.cost(&tried, CHEAPER * least);
                if cost < CHEAPER * least {
                    (least, order) = (cost, tried);
                }
            }
        }
        if order == before {
            break;
        }
    }
    let is_changed = order.iter().enumerate().any(|(k, from)| k != *from);
    if is_changed {
        for frame in frames {
            *frame = in_order(frame, &order);
        }
    }
    is_changed
}

fn in_order(frame: &[Option<Point<Stage>>], order: &[usize]) -> Vec<Option<Point<Stage>>> {
    let at = |from: &usize| frame.get(*from).copied().flatten();
    order.iter().map(at).collect()
}

/// What an order costs.
struct Judge {
    /// Each frame, and a fit of it with the labels as they came.
    frames: Vec<(Vec<Option<Point<Stage>>>, Fitter)>,
    trial: Fitter,
}

impl Judge {
    fn new(rig: &Rig, frames: &Frames) -> Self {
        let settings = FitSettings {
            loss: Loss::Cauchy { sigma_m: 0.06 },
            rest_weight: 0.05 * 0.05,
            chain_rest_weight: 0.05 * 0.05,
            collar_rest_weight: 0.05 * 0.05,
            max_iterations: 30,
            restart_rms_m: f64::INFINITY,
            ..FitSettings::default()
        };
        let seen = |f: &Vec<Option<_>>| f.iter().flatten().count();
        let most = frames.iter().map(seen).max().unwrap_or(0);
        // Of the frames that show most, some that are far apart in time.
        let whole: Vec<_> = frames
            .iter()
            .filter(|f| seen(f) * 20 >= most * 19)
            .collect();
        let step = whole.len().div_ceil(FRAMES).max(1);
        let trial = Fitter::new(rig, settings);
        let fitted = |frame: &Vec<Option<Point<Stage>>>| {
            let mut fitter = trial.clone();
            fitter.fit(frame);
            (frame.clone(), fitter)
        };
        Self {
            frames: whole.into_iter().step_by(step).map(fitted).collect(),
            trial,
        }
    }

    /// The cost of an order, or some cost beyond `most`.
    fn cost(&mut self, order: &[usize], most: f64) -> f64 {
        let mut sum = 0.0;
        for (frame, before) in &self.frames {
            self.trial.continue_from(before);
            self.trial.fit(&in_order(frame, order));
            sum += self.trial.cost();
            if sum >= most {
                break;
            }
        }
        sum
    }
}

/// For every bone its markers, with those of the bone above that are near them.
fn parts(rig: &Rig) -> Vec<Vec<usize>> {
    let rest = Fitter::new(rig, FitSettings::default());
    let at = |k: &usize| rest.fitted_markers()[*k].metres();
    let on = |joint: usize| -> Vec<usize> {
        let is_on = |k: &usize| rig.markers()[*k].joint.idx() == joint;
        (0..rig.markers().len()).filter(is_on).collect()
    };
    let joints = rig.skeleton().joints().iter().enumerate();
    let part = |(j, joint): (usize, &cyc_model::Joint)| {
        let mut part = on(j);
        let own = part.clone();
        if let Some(parent) = joint.parent {
            let is_near = |k: &usize| own.iter().any(|o| at(k).distance(at(o)) < NEAR_M);
            part.extend(on(parent.idx()).into_iter().filter(is_near));
        }
        part
    };
    joints.map(part).filter(|p| p.len() > 1).collect()
}

/// Orders of `n` things: which thing comes to each place. All but the order as it is.
pub(super) fn exchanges(n: usize) -> Vec<Vec<usize>> {
    let start: Vec<usize> = (0..n).collect();
    if n <= ALL_ORDERS_MAX {
        let mut all = vec![Vec::new()];
        for k in 0..n {
            // The next thing goes to every place among those before.
            let with = |o: &Vec<usize>| {
                let o = o.clone();
                (0..=k).map(move |at| {
                    let mut longer = o.clone();
                    longer.insert(at, k);
                    longer
                })
            };
            all = all.iter().flat_map(with).collect();
        }
        all.retain(|o| *o != start);
        return all;
    }
    let mut some = Vec::new();
    for a in 0..n {
        for b in 0..a {
            let mut two = start.clone();
            two.swap(a, b);
            for c in 0..b {
                for (x, y) in [(a, c), (b, c)] {
                    let mut three = two.clone();
                    three.swap(x, y);
                    some.push(three);
                }
            }
            some.push(two);
        }
    }
    some
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_order_is_tried_once() {
        for (n, count) in [(2, 1), (3, 5), (4, 23)] {
            let all: HashSet<_> = exchanges(n).into_iter().collect();
            assert_eq!(all.len(), count);
            assert_eq!(exchanges(n).len(), count);
        }
        // Of five: ten pairs, and ten triples both ways round.
        let some: HashSet<_> = exchanges(5).into_iter().collect();
        assert_eq!((some.len(), exchanges(5).len()), (30, 30));
        for order in some {
            let places: HashSet<_> = order.iter().collect();
            assert_eq!(places.len(), 5);
        }
    }
}
