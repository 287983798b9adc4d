//! The flat screen through which the eye sees a facet, wherever the eye is: its axes stay, its edges are drawn anew.

use super::{MARGIN, NEAR_M};
use crate::{Frustum, Tangents};
use cyc_model::{Point, Stage};
use glam::{DVec2, DVec3, I64Vec3};
use std::collections::HashSet;

/// Points that a screen is sized from. A mesh's facet may have a hundred thousand; looking at each of them for every
/// picture would cost more than drawing it.
const POINTS_MAX: usize = 2048;

/// Cells along the longest side of the box around more points than that, of which each keeps one: 32² on a surface.
const THINNED_CELLS: f64 = 32.0;

/// Axes, and what must be seen through it.
#[derive(Clone, Debug)]
pub(super) struct FacetScreen {
    /// Right, up, and back towards the eye, orthonormal, stage axes.
    axes: [DVec3; 3],
    /// Points of the facet, metres on the stage.
    points: Vec<DVec3>,
    /// How far (metres) what is seen may lie from the nearest of them.
    slack_m: f64,
    /// Added to each side beside [`MARGIN`], tangent.
    pad: f64,
}

impl FacetScreen {
    /// For points that are seen from an eye.
    pub(super) fn new(axes: [DVec3; 3], points: Vec<DVec3>, pad: f64, eye: Point<Stage>) -> Self {
        let mut screen = Self {
            axes,
            points,
            slack_m: 0.0,
            pad,
        };
        if screen.points.len() > POINTS_MAX {
            screen.thin(eye.metres());
        }
        screen
    }

    /// Keeps one point of each cell of a grid, unless the eye is so near that this would show.
    fn thin(&mut self, eye: DVec3) {
        let (low, high) = self
            .points
            .iter()
            .fold((DVec3::INFINITY, DVec3::NEG_INFINITY), |(low, high), p| {
                (low.min(*p), high.max(*p))
            });
        let side = (high - low).max_element() / THINNED_CELLS;
        let slack_m = side * 3f64.sqrt();
        let ahead_m = self.axes[2].dot(eye) - self.nearest_m();
        if !slack_m.is_finite() || slack_m <= 0.0 || ahead_m < 10.0 * slack_m {
            return;
        }
        let mut taken: HashSet<I64Vec3> = HashSet::new();
        self.points
            .retain(|p| taken.insert(((*p - low) / side).floor().as_i64vec3()));
        self.slack_m = slack_m;
    }

    /// How far back along the screen's axis its nearest point lies, metres: an eye that sees it is farther back.
    pub(super) fn nearest_m(&self) -> f64 {
        let along = self.points.iter().map(|p| self.axes[2].dot(*p));
        along.fold(f64::NEG_INFINITY, f64::max) + self.slack_m
    }

    /// The axis towards the eye.
    pub(super) fn back(&self) -> DVec3 {
        self.axes[2]
    }

    /// The opening through which an eye sees all of it; `None` where some is beside or behind the eye.
    pub(super) fn tangents(&self, eye: Point<Stage>) -> Option<Tangents> {
        let [right, up, back] = self.axes;
        let slack = DVec2::splat(self.slack_m);
        let (mut low, mut high) = (DVec2::INFINITY, DVec2::NEG_INFINITY);
        for point in &self.points {
            let ray = *point - eye.metres();
            let depth = -back.dot(ray);
            let (near, far) = (depth - self.slack_m, depth + self.slack_m);
            if near.is_nan() || near <= 0.0 {
                return None;
            }
            let at = DVec2::new(right.dot(ray), up.dot(ray));
            low = low.min(((at - slack) / near).min((at - slack) / far));
            high = high.max(((at + slack) / near).max((at + slack) / far));
        }
        let margin = (high - low) * MARGIN + self.pad;
        let (low, high) = (low - margin, high + margin);
        let opening = low.is_finite() && high.is_finite();
        opening.then(|| Tangents::new([low.x, high.x, low.y, high.y]))
    }

    /// The view of an eye through it.
    pub(super) fn frustum(&self, eye: Point<Stage>) -> Option<Frustum> {
        Frustum::from_axes(self.axes, eye, self.tangents(eye)?, NEAR_M).ok()
    }
}
