//! Which patches change from one frame to the next.
//!
//! A patch shows the outer view, an inner view, or both where an inner view's soft edge crosses it. It is drawn again
//! when an inner view covers it now or did in the last frame, or when a human moves in its part of the outer view. The
//! outer view is left out under patches that an inner view covers completely. Tests are made with the sphere around
//! each patch, so they err towards drawing.

use super::InnerShown;
use crate::outer::{Outer, UvRect};
use cyc_stage::WallPatch;
use glam::{DVec3, DVec4};
use std::ops::Range;

struct Tile {
    wall: usize,
    /// Its corners in the buffer of all patches.
    corners: Range<u32>,
    centre: DVec3,
    radius: f64,
    /// Where it lies in its facet's picture, at most.
    in_facet: UvRect,
    inner_before: bool,
}

/// The plan, reused from frame to frame; allocates only when it is built.
pub(super) struct PatchPlan {
    tiles: Vec<Tile>,
    /// The tiles of each facet, and those of none.
    facet_tiles: Vec<Vec<usize>>,
    dark_tiles: Vec<usize>,
    indices: Vec<u32>,
    outer_ranges: Vec<Range<u32>>,
    dark_range: Range<u32>,
    /// For each shown camera, a range a wall.
    inner_ranges: Vec<Vec<(usize, Range<u32>)>>,
    covered: Vec<bool>,
    wall_count: usize,
    drawn: u32,
}

impl PatchPlan {
    pub(super) fn new(
        wall_count: usize,
        outer: &Outer,
        patches: &[WallPatch],
        cameras: usize,
    ) -> Self {
        let mut tiles = Vec::with_capacity(patches.len());
        let mut facet_tiles = vec![Vec::new(); outer.facets.len()];
        let mut dark_tiles = Vec::new();
        let mut first = 0;
        for (index, patch) in patches.iter().enumerate() {
            let end = first + 3 * patch.triangles.len() as u32;
            let list = patch.facet.and_then(|facet| facet_tiles.get_mut(facet));
            list.unwrap_or(&mut dark_tiles).push(index);
            let facet = patch.facet.and_then(|facet| outer.facets.get(facet));
            tiles.push(Tile {
                wall: patch.wall,
                corners: first..end,
                centre: patch.centre.metres(),
                radius: patch.radius_m,
                in_facet: facet.map_or([0.0; 4], |f| {
                    let bounds = patch.bounds.map(|p| p.metres().as_vec3());
                    f.rect_of(bounds).unwrap_or([0.0, 0.0, 1.0, 1.0])
                }),
                inner_before: false,
            });
            first = end;
        }
        Self {
            indices: Vec::with_capacity(first as usize * (1 + cameras)),
            outer_ranges: Vec::with_capacity(facet_tiles.len()),
            dark_range: 0..0,
            inner_ranges: (0..cameras)
                .map(|_| Vec::with_capacity(wall_count))
                .collect(),
            covered: vec![false; tiles.len()],
            wall_count,
            tiles,
            facet_tiles,
            dark_tiles,
            drawn: 0,
        }
    }

    pub(super) fn indices_max(&self) -> usize {
        self.indices.capacity()
    }

    pub(super) fn patch_count(&self) -> u32 {
        self.tiles.len() as u32
    }

    pub(super) fn drawn(&self) -> u32 {
        self.drawn
    }

    pub(super) fn indices(&self) -> &[u32] {
        &self.indices
    }

    pub(super) fn outer_range(&self, facet: usize) -> Range<u32> {
        self.outer_ranges.get(facet).cloned().unwrap_or(0..0)
    }

    /// What no facet shows and no camera hides.
    pub(super) fn dark_range(&self) -> Range<u32> {
        self.dark_range.clone()
    }

    pub(super) fn inner_ranges(
        &self,
        shown: usize,
    ) -> impl Iterator<Item = (usize, Range<u32>)> + '_ {
        self.inner_ranges.get(shown).into_iter().flatten().cloned()
    }

    pub(super) fn update(&mut self, outer: &Outer, inner: &[InnerShown], everything: bool) {
        self.indices.clear();
        self.outer_ranges.clear();
        self.covered.fill(false);
        self.drawn = 0;
        for shown in inner {
            let core = Cone::new(shown, shown.inner.feather);
            for (tile, covered) in self.tiles.iter().zip(&mut self.covered) {
                *covered |= core.holds(tile.centre, tile.radius);
            }
        }
        for index in 0..self.facet_tiles.len() {
            let facet = &outer.facets[index];
            let moved_at = [facet.touched, facet.touched_before];
            let tiles = std::mem::take(&mut self.facet_tiles[index]);
            let range = self.take_changed(&tiles, moved_at, inner, everything);
            self.facet_tiles[index] = tiles;
            self.outer_ranges.push(range);
        }
        let tiles = std::mem::take(&mut self.dark_tiles);
        self.dark_range = self.take_changed(&tiles, [None; 2], inner, everything);
        self.dark_tiles = tiles;
        for (shown, ranges) in inner.iter().zip(&mut self.inner_ranges) {
            let cone = Cone::new(shown, 0.0);
            ranges.clear();
            for wall in 0..self.wall_count {
                let first = self.indices.len() as u32;
                let touched = self
                    .tiles
                    .iter()
                    .filter(|t| t.wall == wall && cone.touches(t.centre, t.radius));
                self.indices.extend(touched.flat_map(|t| t.corners.clone()));
                let end = self.indices.len() as u32;
                if end > first {
                    ranges.push((wall, first..end));
                }
            }
        }
    }

    /// Takes those of some tiles that change and are not covered; where their indices are.
    fn take_changed(
        &mut self,
        tiles: &[usize],
        moved_at: [Option<UvRect>; 2],
        inner: &[InnerShown],
        everything: bool,
    ) -> Range<u32> {
        let first = self.indices.len() as u32;
        for index in tiles {
            let tile = &mut self.tiles[*index];
            let inner_now = inner
                .iter()
                .any(|s| Cone::new(s, 0.0).touches(tile.centre, tile.radius));
            let moved = moved_at
                .into_iter()
                .flatten()
                .any(|rect| overlap(rect, tile.in_facet));
            let changes = everything || moved || inner_now || tile.inner_before;
            tile.inner_before = inner_now;
            self.drawn += u32::from(changes);
            if changes && !self.covered[*index] {
                self.indices.extend(tile.corners.clone());
            }
        }
        first..self.indices.len() as u32
    }
}

fn overlap(a: UvRect, b: UvRect) -> bool {
    // A little larger, for the border that is drawn around humans.
    let slack = 0.02;
    a[0] < b[2] + slack && b[0] < a[2] + slack && a[1] < b[3] + slack && b[1] < a[3] + slack
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
