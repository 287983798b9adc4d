//! Where the outer view's eye may be: before every facet and within reach of where it rests.
//!
//! Both are convex, and so is what they have in common: whoever goes straight from one such place to another never leaves
//! it.

use super::OuterFacet;
use cyc_model::{Point, Stage};
use glam::DVec3;

/// How near (metres) the eye comes to the plane of a facet; half of where it rests when it rests nearer than twice that.
/// Nearer, the facet's few pixels beside the eye would be drawn over the whole wall.
const CLEAR_M: f64 = 0.5;

/// How often the planes are gone through before the rest is made up for in a straight line.
const ROUNDS: usize = 8;

/// Planes that the eye stays before, and a ball.
#[derive(Clone, Debug)]
pub(super) struct EyeRoom {
    rest: DVec3,
    reach_m: f64,
    /// Normal, and how far along it the eye is at least, metres.
    planes: Vec<(DVec3, f64)>,
}

impl EyeRoom {
    /// Around where the eye rests, from which the facets were planned.
    pub(super) fn new(facets: &[OuterFacet], rest: Point<Stage>, reach_m: f64) -> Self {
        let rest = rest.metres();
        let mut planes: Vec<(DVec3, f64)> = Vec::new();
        for facet in facets {
            let (back, nearest_m) = (facet.screen.back(), facet.screen.nearest_m());
            let before_m = (back.dot(rest) - nearest_m).max(0.0);
            let least_m = nearest_m + CLEAR_M.min(before_m / 2.0);
            // The views into one face of a cube look the same way.
            match planes.iter_mut().find(|(n, _)| n.dot(back) > 1.0 - 1e-12) {
                Some((_, known_m)) => *known_m = known_m.max(least_m),
                None => planes.push((back, least_m)),
            }
        }
        Self {
            rest,
            reach_m,
            planes,
        }
    }

    /// The place itself when the eye may be there; else one near it where it may.
    pub(super) fn nearest(&self, place: Point<Stage>) -> Point<Stage> {
        let mut at = place.metres();
        for _ in 0..ROUNDS {
            let before = at;
            for (normal, least_m) in &self.planes {
                at += *normal * (least_m - normal.dot(at)).max(0.0);
            }
            at = self.rest + (at - self.rest).clamp_length_max(self.reach_m);
            if at == before {
                return Point::saturating(at);
            }
        }
        // Between slanting planes that is not enough. Where the eye rests all hold.
        let part = self.planes.iter().map(|(normal, least_m)| {
            let (rest_m, at_m) = (normal.dot(self.rest), normal.dot(at));
            match at_m < *least_m && at_m < rest_m {
                true => ((rest_m - least_m) / (rest_m - at_m)).max(0.0),
                false => 1.0,
            }
        });
        let part = part.fold(1.0, f64::min);
        Point::saturating(self.rest + (at - self.rest) * part)
    }
}
