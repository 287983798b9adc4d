//! Follows the points of a question's cloud while its answer is under way, so that an answer about a cloud of some
//! frames ago says who is who now.
//!
//! Points are linked by nearness to where they were heading alone: at capture rates a marker moves millimetres between
//! frames. A point that is not seen is waited for a little along its way; a link that breaks stays broken, and the few
//! markers that it costs are found again by their pattern.

use super::assignment::Assigner;
use super::search::UNPLACED;
use cyc_model::UNLABELLED_MAX;
use glam::DVec3;

/// Noise and rounding, metres.
const GATE_M: f64 = 0.010;
/// The strongest change of velocity that is followed, m/s².
const ACCELERATION_MAX_M_S2: f64 = 300.0;
/// The speed that a point may have in the first frame, m/s.
const UNKNOWN_SPEED_M_S: f64 = 2.5;
/// No point is linked over more than this, metres: neighbouring markers are farther apart.
const GATE_MAX_M: f64 = 0.04;
/// A point that is not seen is waited for so long, seconds.
const MISSED_MAX_S: f64 = 0.06;

#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    /// The point of the present cloud; [`UNPLACED`] while it is not seen.
    pub place: u16,
    at: DVec3,
    /// How far it came in the last frame.
    pub step: DVec3,
    has_step: bool,
    missed_s: f64,
}

/// One link a point of the question's cloud.
#[derive(Clone, Debug)]
pub(super) struct PointLinks {
    links: Vec<Link>,
    assigner: Assigner,
    dt_s: f64,
}

impl PointLinks {
    pub(super) fn new() -> Self {
        Self {
            links: Vec::with_capacity(UNLABELLED_MAX),
            assigner: Assigner::new(UNLABELLED_MAX, UNLABELLED_MAX),
            dt_s: 0.0,
        }
    }

    /// Begins with every point linked to itself.
    pub(super) fn begin(&mut self, points: &[DVec3]) {
        self.links.clear();
        let links = points.iter().enumerate().map(|(place, at)| Link {
            place: place as u16,
            at: *at,
            step: DVec3::ZERO,
            has_step: false,
            missed_s: 0.0,
        });
        self.links.extend(links);
    }

    /// Follows the points into the next cloud.
    pub(super) fn advance(&mut self, points: &[DVec3], dt_s: f64) {
        let stretch = if self.dt_s > 0.0 {
            dt_s / self.dt_s
        } else {
            0.0
        };
        self.assigner.begin(points.len());
        for link in &self.links {
            let gap_s = link.missed_s + dt_s;
            let drift = if link.has_step {
                0.0
            } else {
                UNKNOWN_SPEED_M_S * gap_s
            };
            let speeding = ACCELERATION_MAX_M_S2 * gap_s * gap_s;
            let gate2 = (GATE_M + speeding + drift).min(GATE_MAX_M).powi(2);
            self.assigner.add_row(gate2);
            if link.missed_s > MISSED_MAX_S {
                continue;
            }
            let expected = link.at + link.step * stretch;
            for (p, at) in points.iter().enumerate() {
                let d2 = at.distance_squared(expected);
                if d2 < gate2 {
                    self.assigner.offer(p, d2);
                }
            }
        }
        self.assigner.solve();
        for (row, link) in self.links.iter_mut().enumerate() {
            let place = self.assigner.column_of(row);
            let Some((place, at)) = place.and_then(|p| Some((p, *points.get(p)?))) else {
                link.place = UNPLACED;
                link.step *= stretch;
                link.at += link.step;
                link.missed_s += dt_s;
                continue;
            };
            // After a gap the way was guessed: what is left of the guess is no step.
            let step = if link.missed_s > 0.0 {
                link.step * stretch
            } else {
                at - link.at
            };
            *link = Link {
                place: place as u16,
                at,
                step,
                has_step: true,
                missed_s: 0.0,
            };
        }
        self.dt_s = dt_s;
    }

    /// Where a point of the question is now, with its last step; `None` when it is not seen or was lost on the way.
    pub(super) fn now(&self, point: u16) -> Option<&Link> {
        let link = self.links.get(usize::from(point));
        link.filter(|l| l.place != UNPLACED)
    }
}
