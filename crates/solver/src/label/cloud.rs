//! The points of one frame: who owns each, and for how long the others have been there.
//!
//! A ghost comes and goes; a marker that nobody owns yet stays. So a point that nobody owns is followed from frame to
//! frame by nearness alone, and only one that has been there for a few frames may become a lost marker again.

use cyc_model::{Point, Stage, UNLABELLED_MAX};
use glam::DVec3;

/// Who a point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkerOwner {
    /// Position of the rig in the labeller's list.
    pub subject: u16,
    /// Position of the marker in its rig.
    pub marker: u16,
}

#[derive(Clone, Debug)]
pub(crate) struct Cloud {
    pub points: Vec<DVec3>,
    pub owners: Vec<Option<MarkerOwner>>,
    /// Frames for which a point without owner has been there.
    pub ages: Vec<u16>,
    strays: Vec<(DVec3, u16)>,
}

impl Cloud {
    pub(crate) fn new() -> Self {
        Self {
            points: Vec::with_capacity(UNLABELLED_MAX),
            owners: Vec::with_capacity(UNLABELLED_MAX),
            ages: Vec::with_capacity(UNLABELLED_MAX),
            strays: Vec::with_capacity(UNLABELLED_MAX),
        }
    }

    /// Takes a frame's points; returns how many there was no room for.
    pub(crate) fn take(&mut self, points: &[Point<Stage>]) -> usize {
        self.strays.clear();
        for ((at, owner), age) in self.points.iter().zip(&self.owners).zip(&self.ages) {
            if owner.is_none() {
                self.strays.push((*at, *age));
            }
        }
        let taken = points.len().min(UNLABELLED_MAX);
        self.points.clear();
        self.points
            .extend(points[..taken].iter().map(|p| p.metres()));
        self.owners.clear();
        self.owners.resize(taken, None);
        self.ages.clear();
        self.ages.resize(taken, 0);
        points.len() - taken
    }

    /// Gives the points without owner the age of the stray that was near them a frame ago.
    pub(crate) fn age_strays(&mut self, step_max_m: f64) {
        let far2 = step_max_m * step_max_m;
        for ((at, owner), age) in self.points.iter().zip(&self.owners).zip(&mut self.ages) {
            if owner.is_none() {
                let near = self
                    .strays
                    .iter()
                    .filter(|s| s.0.distance_squared(*at) < far2);
                *age = near.map(|s| s.1.saturating_add(1)).max().unwrap_or(0);
            }
        }
    }
}
