//! The outer view: what those parts of the walls show that no camera looks at.
//!
//! It is drawn from one fixed eye. Each wall is cut along cabinet borders into facets that are no wider than 60° as
//! that eye sees them, so that no view stretches its pixels too far, and every cabinet lies in exactly one facet. A
//! facet is an off-axis view onto a flat screen; for an arc that screen is the chord, large enough to hold the facet's
//! wall points seen through it. Neighbouring facets show the same scene from the same eye, so a seam does not show.

use crate::{Frustum, FrustumError, Screen, Wall};
use cyc_model::{Point, Stage};
use glam::{DVec2, DVec3};
use std::ops::Range;

/// Widest facet, radians.
const FACET_MAX_RAD: f64 = 60.0 * std::f64::consts::PI / 180.0;

/// Screens are larger than their facet by this part on each side, so that filtering never reads beyond the picture.
const MARGIN: f64 = 0.02;

/// Near plane, metres.
const NEAR_M: f64 = 0.05;

/// Points along each direction of a facet from which its screen is sized.
const SAMPLES: u32 = 9;

/// One flat view of the outer picture.
#[derive(Clone, Debug)]
pub struct OuterFacet {
    /// Index of the wall.
    pub wall: usize,
    /// Cabinet columns that it covers.
    pub columns: Range<u32>,
    /// Cabinet rows that it covers.
    pub rows: Range<u32>,
    /// The view.
    pub frustum: Frustum,
    /// Size of its screen over the wall's pixel pitch: how many pixels it has at full resolution.
    pub full_px: [f64; 2],
}

/// Cuts a wall into facets as seen from `eye`.
pub fn outer_facets(
    wall_index: usize,
    wall: &Wall,
    eye: Point<Stage>,
) -> Result<Vec<OuterFacet>, FrustumError> {
    let [columns, rows] = wall.cabinet_grid();
    let columns_each = split(columns, |columns| {
        Patch::new(wall, columns, 0..rows).angles_rad(eye)[0]
    });
    let middle = columns / 2;
    let rows_each = split(rows, |rows| {
        Patch::new(wall, middle..middle + 1, rows).angles_rad(eye)[1]
    });
    let mut facets = Vec::new();
    for first_row in (0..rows).step_by(rows_each as usize) {
        for first_column in (0..columns).step_by(columns_each as usize) {
            let patch = Patch::new(
                wall,
                first_column..(first_column + columns_each).min(columns),
                first_row..(first_row + rows_each).min(rows),
            );
            facets.push(patch.facet(wall_index, eye)?);
        }
    }
    Ok(facets)
}

/// The size of the fewest equal groups of `count` cabinets of which none is wider than a facet may be; at least 1.
fn split(count: u32, angle_rad: impl Fn(Range<u32>) -> f64) -> u32 {
    let narrow_enough = |each: &u32| {
        (0..count)
            .step_by(*each as usize)
            .all(|first| angle_rad(first..(first + each).min(count)) <= FACET_MAX_RAD)
    };
    (1..=count)
        .map(|groups| count.div_ceil(groups))
        .find(narrow_enough)
        .unwrap_or(1)
}

/// A rectangle of cabinets of a wall.
struct Patch<'a> {
    wall: &'a Wall,
    columns: Range<u32>,
    rows: Range<u32>,
}

impl<'a> Patch<'a> {
    fn new(wall: &'a Wall, columns: Range<u32>, rows: Range<u32>) -> Self {
        Self {
            wall,
            columns,
            rows,
        }
    }

    /// The stage point at (u, v) of the patch, both 0 to 1, v down.
    fn point(&self, u: f64, v: f64) -> DVec3 {
        let [columns, rows] = self.wall.cabinet_grid().map(f64::from);
        let mix = |range: &Range<u32>, part: f64| {
            f64::from(range.start) + (f64::from(range.end) - f64::from(range.start)) * part
        };
        let st = DVec2::new(mix(&self.columns, u) / columns, mix(&self.rows, v) / rows);
        self.wall.point_of_st(st).metres()
    }

    /// Horizontal and vertical angle as the eye sees them, radians.
    fn angles_rad(&self, eye: Point<Stage>) -> [f64; 2] {
        let ray = |u, v| self.point(u, v) - eye.metres();
        [
            ray(0.0, 0.5).angle_between(ray(1.0, 0.5)),
            ray(0.5, 0.0).angle_between(ray(0.5, 1.0)),
        ]
    }

    fn facet(&self, wall_index: usize, eye: Point<Stage>) -> Result<OuterFacet, FrustumError> {
        let corner = self.point(0.0, 1.0);
        let right = (self.point(1.0, 1.0) - corner)
            .try_normalize()
            .ok_or(FrustumError::NoScreen)?;
        let up = (self.point(0.0, 0.0) - corner)
            .try_normalize()
            .ok_or(FrustumError::NoScreen)?;
        let (low, high) = self.bounds_on_screen(corner, right, up, eye)?;
        let margin = (high - low) * MARGIN;
        let (low, high) = (low - margin, high + margin);
        let at = |x: f64, y: f64| Point::saturating(corner + right * x + up * y);
        let screen = Screen {
            lower_left: at(low.x, low.y),
            lower_right: at(high.x, low.y),
            upper_left: at(low.x, high.y),
        };
        let [pitch_x, pitch_y] = self.wall.pitch_m();
        Ok(OuterFacet {
            wall: wall_index,
            columns: self.columns.clone(),
            rows: self.rows.clone(),
            frustum: Frustum::off_axis(screen, eye, NEAR_M)?,
            full_px: [(high.x - low.x) / pitch_x, (high.y - low.y) / pitch_y],
        })
    }

    /// The part of the screen's plane through which the eye sees the patch.
    fn bounds_on_screen(
        &self,
        corner: DVec3,
        right: DVec3,
        up: DVec3,
        eye: Point<Stage>,
    ) -> Result<(DVec2, DVec2), FrustumError> {
        let normal = right.cross(up);
        let distance = (eye.metres() - corner).dot(normal);
        let behind = FrustumError::EyeBehindScreen {
            behind_m: -distance,
        };
        if distance <= 0.0 || !distance.is_finite() {
            return Err(behind);
        }
        let mut low = DVec2::splat(f64::INFINITY);
        let mut high = DVec2::splat(f64::NEG_INFINITY);
        for i in 0..SAMPLES {
            for j in 0..SAMPLES {
                let last = f64::from(SAMPLES - 1);
                let ray = self.point(f64::from(i) / last, f64::from(j) / last) - eye.metres();
                let depth = -ray.dot(normal);
                if depth <= 0.0 {
                    return Err(behind);
                }
                let on_screen = eye.metres() + ray * (distance / depth) - corner;
                let place = DVec2::new(on_screen.dot(right), on_screen.dot(up));
                low = low.min(place);
                high = high.max(place);
            }
        }
        Ok((low, high))
    }
}
