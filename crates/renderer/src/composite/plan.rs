//! Which cabinets change from one frame to the next.
//!
//! A cabinet shows the outer view, an inner view, or both where an inner view's soft edge crosses it. It is drawn again
//! when an inner view covers it now or did in the last frame, or when a human moves in its part of the outer view. The
//! outer view is left out under cabinets that an inner view covers completely. Tests are made with the sphere around
//! each cabinet, so they err towards drawing.

use super::InnerShown;
use crate::outer::{Outer, UvRect};
use cyc_stage::{Stage, Wall};
use glam::{DVec2, DVec3, DVec4};
use std::ops::Range;

struct Tile {
    wall: usize,
    rect: [f32; 4],
    centre: DVec3,
    radius: f64,
    /// Where it lies in its facet's picture.
    in_facet: UvRect,
    inner_before: bool,
}

/// The plan, reused from frame to frame; allocates only when it is built.
pub(super) struct CabinetPlan {
    /// Sorted by facet.
    tiles: Vec<Tile>,
    facet_tiles: Vec<Range<usize>>,
    instances: Vec<[f32; 4]>,
    outer_ranges: Vec<Range<u32>>,
    /// For each shown camera, a range a wall.
    inner_ranges: Vec<Vec<(usize, Range<u32>)>>,
    covered: Vec<bool>,
    wall_count: usize,
    drawn: u32,
}

/// Points along each side of a cabinet that bound it.
const SAMPLES: u32 = 3;

impl CabinetPlan {
    pub(super) fn new(stage: &Stage, outer: &Outer, cameras: usize) -> Self {
        let mut tiles = Vec::new();
        let mut facet_tiles = Vec::new();
        for facet in &outer.facets {
            let first = tiles.len();
            let Some(wall) = stage.walls().get(facet.facet.wall) else {
                facet_tiles.push(first..first);
                continue;
            };
            for cabinet in wall.cabinets() {
                let inside = facet.facet.columns.contains(&cabinet.column)
                    && facet.facet.rows.contains(&cabinet.row);
                if inside {
                    let r = cabinet.canvas;
                    let rect = [r.x, r.y, r.width, r.height].map(|v| v as f32);
                    tiles.push(tile(wall, facet, rect));
                }
            }
            facet_tiles.push(first..tiles.len());
        }
        let wall_count = stage.walls().len();
        Self {
            instances: Vec::with_capacity(tiles.len() * (1 + cameras)),
            outer_ranges: Vec::with_capacity(facet_tiles.len()),
            inner_ranges: (0..cameras)
                .map(|_| Vec::with_capacity(wall_count))
                .collect(),
            covered: vec![false; tiles.len()],
            wall_count,
            tiles,
            facet_tiles,
            drawn: 0,
        }
    }

    pub(super) fn instances_max(&self) -> usize {
        self.instances.capacity()
    }

    pub(super) fn cabinet_count(&self) -> u32 {
        self.tiles.len() as u32
    }

    pub(super) fn drawn(&self) -> u32 {
        self.drawn
    }

    pub(super) fn instances(&self) -> &[[f32; 4]] {
        &self.instances
    }

    pub(super) fn outer_range(&self, facet: usize) -> Range<u32> {
        self.outer_ranges.get(facet).cloned().unwrap_or(0..0)
    }

    pub(super) fn inner_ranges(
        &self,
        shown: usize,
    ) -> impl Iterator<Item = (usize, Range<u32>)> + '_ {
        self.inner_ranges.get(shown).into_iter().flatten().cloned()
    }

    pub(super) fn update(&mut self, outer: &Outer, inner: &[InnerShown], everything: bool) {
        self.instances.clear();
        self.outer_ranges.clear();
        self.covered.fill(false);
        self.drawn = 0;
        for shown in inner {
            let core = Cone::new(shown, shown.feather);
            for (tile, covered) in self.tiles.iter().zip(&mut self.covered) {
                *covered |= core.holds(tile.centre, tile.radius);
            }
        }
        for (facet, tiles) in outer.facets.iter().zip(&self.facet_tiles) {
            let first = self.instances.len() as u32;
            for index in tiles.clone() {
                let tile = &mut self.tiles[index];
                let inner_now = inner
                    .iter()
                    .any(|s| Cone::new(s, 0.0).touches(tile.centre, tile.radius));
                let moved = [facet.touched, facet.touched_before]
                    .into_iter()
                    .flatten()
                    .any(|rect| overlap(rect, tile.in_facet));
                let changes = everything || moved || inner_now || tile.inner_before;
                tile.inner_before = inner_now;
                self.drawn += u32::from(changes);
                if changes && !self.covered[index] {
                    self.instances.push(tile.rect);
                }
            }
            self.outer_ranges.push(first..self.instances.len() as u32);
        }
        for (shown, ranges) in inner.iter().zip(&mut self.inner_ranges) {
            let cone = Cone::new(shown, 0.0);
            ranges.clear();
            for wall in 0..self.wall_count {
                let first = self.instances.len() as u32;
                let touched = self
                    .tiles
                    .iter()
                    .filter(|t| t.wall == wall && cone.touches(t.centre, t.radius));
                self.instances.extend(touched.map(|t| t.rect));
                let end = self.instances.len() as u32;
                if end > first {
                    ranges.push((wall, first..end));
                }
            }
        }
    }
}

fn overlap(a: UvRect, b: UvRect) -> bool {
    // A little larger, for the border that is drawn around humans.
    let slack = 0.02;
    a[0] < b[2] + slack && b[0] < a[2] + slack && a[1] < b[3] + slack && b[1] < a[3] + slack
}

fn tile(wall: &Wall, facet: &crate::outer::Facet, rect: [f32; 4]) -> Tile {
    let [x, y, w, h] = rect.map(f64::from);
    let point = |u: f64, v: f64| {
        let st = wall.st_of_canvas(DVec2::new(x + u * w, y + v * h));
        wall.point_of_st(st)
    };
    let centre = point(0.5, 0.5).metres();
    let mut radius = 0.0f64;
    let mut in_facet = [
        f32::INFINITY,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::NEG_INFINITY,
    ];
    for i in 0..SAMPLES {
        for j in 0..SAMPLES {
            let part = |k: u32| f64::from(k) / f64::from(SAMPLES - 1);
            let at = point(part(i), part(j));
            radius = radius.max(at.metres().distance(centre));
            if let Some(ndc) = facet.facet.frustum.project(at) {
                let (u, v) = ((ndc.x * 0.5 + 0.5) as f32, (0.5 - ndc.y * 0.5) as f32);
                in_facet = [
                    in_facet[0].min(u),
                    in_facet[1].min(v),
                    in_facet[2].max(u),
                    in_facet[3].max(v),
                ];
            }
        }
    }
    Tile {
        wall: facet.facet.wall,
        rect,
        centre,
        radius,
        in_facet,
        inner_before: false,
    }
}

/// The planes of a view, its sides drawn in by a part of the half picture.
struct Cone([DVec4; 5]);

impl Cone {
    fn new(shown: &InnerShown, drawn_in: f64) -> Self {
        let rows = shown.frustum.clip_from_stage().transpose();
        let side = rows.w_axis * (1.0 - drawn_in);
        let planes = [
            side - rows.x_axis,
            side + rows.x_axis,
            side - rows.y_axis,
            side + rows.y_axis,
            rows.w_axis,
        ];
        Self(planes.map(|p| p / p.truncate().length().max(1e-12)))
    }

    fn touches(&self, centre: DVec3, radius: f64) -> bool {
        self.0.iter().all(|p| p.dot(centre.extend(1.0)) > -radius)
    }

    fn holds(&self, centre: DVec3, radius: f64) -> bool {
        self.0.iter().all(|p| p.dot(centre.extend(1.0)) > radius)
    }
}
