//! Facets of walls that are made of cabinets: the whole of a flat wall or panel, rectangles of cabinets of an arc, each with
//! the flat screen through which the eye sees it.

use super::screen::FacetScreen;
use super::{FACET_MAX_RAD, NEAR_M, OuterFacet};
use crate::{Frustum, FrustumError, Wall};
use cyc_model::{Point, Stage};
use glam::{DVec2, DVec3};
use std::ops::Range;

/// Points along each direction of a facet from which its screen is sized.
const SAMPLES: u32 = 9;

/// Cuts a panel (all rows of some columns) into facets as seen from `eye`; the error is how far the eye is behind it.
pub(super) fn facets_of_panel<'a>(
    wall_index: usize,
    wall: &'a Wall,
    columns: Range<u32>,
    eye: Point<Stage>,
) -> Result<Vec<(Group<'a>, OuterFacet)>, f64> {
    let rows = wall.cabinet_grid()[1];
    let (first, count) = (columns.start, columns.end - columns.start);
    let (columns_each, rows_each) = if wall.surface().bend_m().is_some() {
        let columns_each = split(count, |part| {
            let part = first + part.start..first + part.end;
            Group::new(wall, part, 0..rows).angles_rad(eye)[0]
        });
        let middle = first + count / 2;
        let rows_each = split(rows, |rows| {
            Group::new(wall, middle..middle + 1, rows).angles_rad(eye)[1]
        });
        (columns_each, rows_each)
    } else {
        // A flat screen has equally many pixels everywhere, however wide the eye sees it.
        (count, rows)
    };
    let mut facets = Vec::new();
    for first_row in (0..rows).step_by(rows_each as usize) {
        for first_column in columns.clone().step_by(columns_each as usize) {
            let group = Group::new(
                wall,
                first_column..(first_column + columns_each).min(columns.end),
                first_row..(first_row + rows_each).min(rows),
            );
            let facet = group.facet(wall_index, eye).map_err(|error| match error {
                FrustumError::EyeBehindScreen { behind_m } => behind_m.max(0.0),
                FrustumError::NoScreen | FrustumError::EmptyView => 0.0,
            })?;
            facets.push((group, facet));
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
pub(super) struct Group<'a> {
    wall: &'a Wall,
    pub(super) columns: Range<u32>,
    pub(super) rows: Range<u32>,
}

impl<'a> Group<'a> {
    fn new(wall: &'a Wall, columns: Range<u32>, rows: Range<u32>) -> Self {
        Self {
            wall,
            columns,
            rows,
        }
    }

    /// The stage point at (u, v) of the group, both 0 to 1, v down. On the edge of a folded wall's panel both panels
    /// have the same point.
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
        if right.dot(up).abs() > 1e-6 {
            return Err(FrustumError::NoScreen);
        }
        let back = right.cross(up);
        let distance = (eye.metres() - corner).dot(back);
        let behind = FrustumError::EyeBehindScreen {
            behind_m: -distance,
        };
        if distance <= 0.0 || !distance.is_finite() {
            return Err(behind);
        }
        let screen = FacetScreen::new([right, up, back], self.samples(), 0.0, eye);
        let tangents = screen.tangents(eye).ok_or(behind)?;
        let extent = [
            tangents.right - tangents.left,
            tangents.top - tangents.bottom,
        ];
        let [pitch_x, pitch_y] = self.wall.pitch_m();
        Ok(OuterFacet {
            wall: wall_index,
            frustum: Frustum::from_axes([right, up, back], eye, tangents, NEAR_M)?,
            full_px: [
                extent[0] * distance / pitch_x,
                extent[1] * distance / pitch_y,
            ],
            screen,
        })
    }

    /// Points all over it, its edges with them.
    fn samples(&self) -> Vec<DVec3> {
        let last = f64::from(SAMPLES - 1);
        let all = (0..SAMPLES).flat_map(|i| (0..SAMPLES).map(move |j| (i, j)));
        all.map(|(i, j)| self.point(f64::from(i) / last, f64::from(j) / last))
            .collect()
    }
}
