//! Which patches change from one frame to the next.
//!
//! A patch shows the outer view, an inner view, or both where an inner view's soft edge crosses it. It is drawn again
//! when an inner view covers it now or did in the last frame, or when a human moves in its part of the outer view. The
//! outer view is left out under patches that an inner view covers completely. Tests are made with the sphere around
//! each patch, so they err towards drawing. A wall that is held is left alone; one with a pattern shows nothing else.

use super::InnerShown;
use super::wall_uniform::WallShow;
use crate::outer::{Outer, UvRect};
use cyc_model::{Point, Stage};
use cyc_stage::WallPatch;
use glam::{DVec3, DVec4, Vec3};
use std::ops::Range;

struct Tile {
    wall: usize,
    /// Its corners in the buffer of all patches.
    corners: Range<u32>,
    centre: DVec3,
    radius: f64,
    facet: Option<usize>,
    bounds: [Vec3; 2],
    /// Where it lies in its facet's picture, at most.
    in_facet: UvRect,
    inner_before: bool,
}

/// The plan, reused from frame to frame; allocates only when it is built.
pub(super) struct PatchPlan {
    tiles: Vec<Tile>,
    /// The tiles of each facet, and for each wall those of none.
    facet_tiles: Vec<Vec<usize>>,
    dark_tiles: Vec<Vec<usize>>,
    /// The corners of each wall's tiles in the buffer of all patches.
    wall_corners: Vec<Range<u32>>,
    indices: Vec<u32>,
    outer_ranges: Vec<Range<u32>>,
    /// For each wall.
    dark_ranges: Vec<Range<u32>>,
    pattern_ranges: Vec<Range<u32>>,
    /// For each shown camera, a range a wall.
    inner_ranges: Vec<Vec<(usize, Range<u32>)>>,
    covered: Vec<bool>,
    drawn: u32,
    /// From where the outer view was seen when the tiles were looked for in it.
    placed_from: Point<Stage>,
}

/// What a plan is made from.
pub(super) struct Planned<'a> {
    pub(super) outer: &'a Outer,
    pub(super) inner: &'a [InnerShown],
    /// How each wall takes part.
    pub(super) shows: &'a [WallShow],
    /// Which walls are drawn whole each time.
    pub(super) restless: &'a [bool],
    pub(super) everything: bool,
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
        let mut dark_tiles = vec![Vec::new(); wall_count];
        let mut wall_corners = vec![0..0; wall_count];
        let mut first = 0;
        for (index, patch) in patches.iter().enumerate() {
            let end = first + 3 * patch.triangles.len() as u32;
            match patch.facet.and_then(|facet| facet_tiles.get_mut(facet)) {
                Some(list) => list.push(index),
                None => dark_tiles[patch.wall].push(index),
            }
            // Patches go by wall.
            let corners: &mut Range<u32> = &mut wall_corners[patch.wall];
            *corners = if corners.end == 0 {
                first..end
            } else {
                corners.start..end
            };
            tiles.push(Tile {
                wall: patch.wall,
                corners: first..end,
                centre: patch.centre.metres(),
                radius: patch.radius_m,
                facet: patch.facet,
                bounds: patch.bounds.map(|p| p.metres().as_vec3()),
                in_facet: [0.0; 4],
                inner_before: false,
            });
            first = end;
        }
        place_in_facets(&mut tiles, outer);
        Self {
            placed_from: outer.eye(),
            indices: Vec::with_capacity(first as usize * (1 + cameras)),
            outer_ranges: Vec::with_capacity(facet_tiles.len()),
            dark_ranges: Vec::with_capacity(wall_count),
            pattern_ranges: Vec::with_capacity(wall_count),
            inner_ranges: (0..cameras)
                .map(|_| Vec::with_capacity(wall_count))
                .collect(),
            covered: vec![false; tiles.len()],
            tiles,
            facet_tiles,
            dark_tiles,
            wall_corners,
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

    /// What no facet shows and no camera hides, of a wall.
    pub(super) fn dark_range(&self, wall: usize) -> Range<u32> {
        self.dark_ranges.get(wall).cloned().unwrap_or(0..0)
    }

    /// What a wall shows of its pattern anew.
    pub(super) fn pattern_range(&self, wall: usize) -> Range<u32> {
        self.pattern_ranges.get(wall).cloned().unwrap_or(0..0)
    }

    pub(super) fn inner_ranges(
        &self,
        shown: usize,
    ) -> impl Iterator<Item = (usize, Range<u32>)> + Clone + '_ {
        self.inner_ranges.get(shown).into_iter().flatten().cloned()
    }

    /// All corners of a wall, not by index.
    pub(super) fn wall_corners(&self, wall: usize) -> Range<u32> {
        self.wall_corners.get(wall).cloned().unwrap_or(0..0)
    }

    /// Every range of indices that is drawn, with its wall; some tiles are in several.
    pub(super) fn changed_ranges(
        &self,
        facet_walls: &[usize],
    ) -> impl Iterator<Item = (usize, Range<u32>)> {
        let outer = facet_walls.iter().copied().zip(&self.outer_ranges);
        let dark = self.dark_ranges.iter().enumerate();
        let pattern = self.pattern_ranges.iter().enumerate();
        let inner = self.inner_ranges.iter().flatten();
        let whole = outer.chain(dark).chain(pattern);
        whole
            .map(|(wall, range)| (wall, range.clone()))
            .chain(inner.cloned())
            .filter(|(_, range)| !range.is_empty())
    }

    pub(super) fn update(&mut self, planned: &Planned<'_>) {
        // While the eye goes everything is drawn, wherever it is.
        if !planned.everything && self.placed_from != planned.outer.eye() {
            place_in_facets(&mut self.tiles, planned.outer);
            self.placed_from = planned.outer.eye();
        }
        self.indices.clear();
        self.outer_ranges.clear();
        self.dark_ranges.clear();
        self.pattern_ranges.clear();
        self.covered.fill(false);
        self.drawn = 0;
        for shown in planned.inner {
            let core = Cone::new(shown, shown.inner.feather);
            for (tile, covered) in self.tiles.iter().zip(&mut self.covered) {
                *covered |= core.holds(tile.centre, tile.radius);
            }
        }
        for index in 0..self.facet_tiles.len() {
            let facet = &planned.outer.facets[index];
            let moved_at = [facet.touched, facet.touched_before];
            let tiles = std::mem::take(&mut self.facet_tiles[index]);
            let range = self.take_changed(&tiles, moved_at, planned);
            self.facet_tiles[index] = tiles;
            self.outer_ranges.push(range);
        }
        for wall in 0..self.dark_tiles.len() {
            let tiles = std::mem::take(&mut self.dark_tiles[wall]);
            let range = self.take_changed(&tiles, [None; 2], planned);
            self.dark_tiles[wall] = tiles;
            self.dark_ranges.push(range);
        }
        self.take_patterns(planned);
        self.take_inner(planned);
    }

    /// Patterns that changed, wall by wall.
    fn take_patterns(&mut self, planned: &Planned<'_>) {
        for (wall, show) in planned.shows.iter().enumerate() {
            let first = self.indices.len() as u32;
            if let WallShow::Pattern(changed) = show
                && (*changed || planned.everything)
            {
                let tiles = self.tiles.iter().filter(|t| t.wall == wall);
                self.drawn += tiles.clone().count() as u32;
                self.indices.extend(tiles.flat_map(|t| t.corners.clone()));
            }
            self.pattern_ranges.push(first..self.indices.len() as u32);
        }
    }

    /// What inner views touch of walls that show the scene.
    fn take_inner(&mut self, planned: &Planned<'_>) {
        for ranges in &mut self.inner_ranges {
            ranges.clear();
        }
        for (shown, ranges) in planned.inner.iter().zip(&mut self.inner_ranges) {
            let cone = Cone::new(shown, 0.0);
            for (wall, show) in planned.shows.iter().enumerate() {
                if *show != WallShow::Scene {
                    continue;
                }
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
        planned: &Planned<'_>,
    ) -> Range<u32> {
        let first = self.indices.len() as u32;
        for index in tiles {
            let tile = &mut self.tiles[*index];
            if planned.shows.get(tile.wall) != Some(&WallShow::Scene) {
                continue;
            }
            let inner_now = planned
                .inner
                .iter()
                .any(|s| Cone::new(s, 0.0).touches(tile.centre, tile.radius));
            let moved = moved_at
                .into_iter()
                .flatten()
                .any(|rect| overlap(rect, tile.in_facet));
            let restless = planned.restless.get(tile.wall) == Some(&true);
            let changes = planned.everything || restless || moved || inner_now || tile.inner_before;
            tile.inner_before = inner_now;
            self.drawn += u32::from(changes);
            if changes && !self.covered[*index] {
                self.indices.extend(tile.corners.clone());
            }
        }
        first..self.indices.len() as u32
    }
}

/// Looks for where each tile lies in its facet's picture.
fn place_in_facets(tiles: &mut [Tile], outer: &Outer) {
    for tile in tiles {
        if let Some(facet) = tile.facet.and_then(|facet| outer.facets.get(facet)) {
            let rect = facet.rect_of(tile.bounds);
            tile.in_facet = rect.unwrap_or([0.0, 0.0, 1.0, 1.0]);
        }
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
