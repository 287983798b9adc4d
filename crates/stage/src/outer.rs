//! The outer view: what those parts of the walls show that no camera looks at.
//!
//! It is drawn from one eye, which is fixed or follows a camera slowly ([`EyeFollower`]). A flat wall or panel is one off-axis view. Others are cut into facets that are no wider
//! than 60° as that eye sees them, so that no view stretches its pixels too far: arcs along cabinet borders, meshes along
//! the cells of a cube around the eye. An arc's facet has its chord for a screen, large enough to hold the facet's wall
//! points seen through it. Neighbouring facets show the same scene from the same eye, so a seam does
//! not show. How the walls are cut is decided once, from where the eye rests; where it goes from there, the facets' screens
//! are only drawn anew. An eye behind a wall is a state of that wall ([`OuterSight`]): there the outer view is dark.

mod cells;
mod eye;
mod group;
mod room;
mod screen;

use crate::{Frustum, Surface, Wall, WallCorner};
use cyc_model::{Point, Stage};
pub use eye::{EyeFollow, EyeFollower};
use glam::DVec3;
use group::facets_of_panel;
use screen::FacetScreen;

/// Widest facet, radians.
const FACET_MAX_RAD: f64 = 60.0 * std::f64::consts::PI / 180.0;

/// Screens are larger than their facet by this part on each side, so that filtering never reads beyond the picture.
const MARGIN: f64 = 0.02;

/// Near plane, metres.
const NEAR_M: f64 = 0.05;

/// One flat view of the outer picture.
#[derive(Clone, Debug)]
pub struct OuterFacet {
    /// Index of the wall.
    pub wall: usize,
    /// The view.
    pub frustum: Frustum,
    /// Size of its screen over the wall's pixel pitch: how many pixels it has at full resolution.
    pub full_px: [f64; 2],
    screen: FacetScreen,
}

impl OuterFacet {
    /// Looks at the same piece of the wall from elsewhere; `false`, and all as it was, where some of it is not ahead of that
    /// eye.
    pub fn look_from(&mut self, eye: Point<Stage>) -> bool {
        match self.screen.frustum(eye) {
            Some(frustum) => {
                self.frustum = frustum;
                true
            }
            None => false,
        }
    }
}

/// A piece of a wall that is drawn or left alone as one: a cabinet, or what of a mesh lies about there.
#[derive(Clone, Debug)]
pub struct WallPatch {
    /// Index of the wall.
    pub wall: usize,
    /// The facet that shows it; `None` where the outer view is dark.
    pub facet: Option<usize>,
    /// Its triangles.
    pub triangles: Vec<[WallCorner; 3]>,
    /// Middle of a sphere around it.
    pub centre: Point<Stage>,
    /// Radius of that sphere, metres.
    pub radius_m: f64,
    /// Low and high corner of a box around it, stage axes.
    pub bounds: [Point<Stage>; 2],
}

/// How the outer view's eye sees a wall.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OuterSight {
    /// All of it from the front.
    Front,
    /// Some of it from behind, which stays dark.
    PartlyBehind {
        /// How far the eye is behind that part, metres.
        behind_m: f64,
    },
    /// All of it from behind: it stays dark.
    Behind {
        /// How far the eye is behind it, metres.
        behind_m: f64,
    },
    /// The wall's setting: no outer view.
    Off,
}

/// How all walls of a stage are seen from one eye. Facets and patches go by wall, patches by facet.
#[derive(Clone, Debug, Default)]
pub struct OuterPlan {
    /// The views.
    pub facets: Vec<OuterFacet>,
    /// All pieces of all walls.
    pub patches: Vec<WallPatch>,
    /// How each wall is seen.
    pub sights: Vec<OuterSight>,
}

impl OuterPlan {
    /// Plans the outer view of walls.
    pub fn new(walls: &[Wall], eye: Point<Stage>) -> Self {
        let mut plan = Self::default();
        for (index, wall) in walls.iter().enumerate() {
            let sight = match wall.surface() {
                Surface::Mesh(_) => cells::add_mesh(&mut plan, index, wall, eye),
                _ => plan.add_cabinets(index, wall, eye),
            };
            plan.sights.push(sight);
        }
        plan
    }

    /// A wall of cabinets: panel by panel.
    fn add_cabinets(&mut self, index: usize, wall: &Wall, eye: Point<Stage>) -> OuterSight {
        let mut front = false;
        let mut behind = None;
        let panels: Vec<_> = match wall.surface() {
            Surface::Folded(folded) => folded.panels().iter().map(|p| p.columns.clone()).collect(),
            _ => std::iter::once(0..wall.cabinet_grid()[0]).collect(),
        };
        for columns in panels {
            let rows = 0..wall.cabinet_grid()[1];
            let facets = wall
                .shows_outer()
                .then(|| facets_of_panel(index, wall, columns.clone(), eye));
            match facets {
                Some(Ok(facets)) => {
                    front = true;
                    for (group, facet) in facets {
                        let number = self.facets.len();
                        self.facets.push(facet);
                        self.add_patches(index, wall, group.columns, group.rows, Some(number));
                    }
                }
                Some(Err(behind_m)) => {
                    behind = Some(behind_m.max(behind.unwrap_or(0.0)));
                    self.add_patches(index, wall, columns, rows, None);
                }
                None => self.add_patches(index, wall, columns, rows, None),
            }
        }
        sight(front, behind)
    }

    fn add_patches(
        &mut self,
        index: usize,
        wall: &Wall,
        columns: std::ops::Range<u32>,
        rows: std::ops::Range<u32>,
        facet: Option<usize>,
    ) {
        for row in rows {
            for column in columns.clone() {
                let triangles = wall.cabinet_triangles(column, row, 1);
                self.patches
                    .push(WallPatch::around(index, wall, facet, triangles));
            }
        }
    }
}

/// From what was found: something seen from the front, and how far the eye is behind the rest.
fn sight(front: bool, behind_m: Option<f64>) -> OuterSight {
    match (front, behind_m) {
        (true, None) => OuterSight::Front,
        (true, Some(behind_m)) => OuterSight::PartlyBehind { behind_m },
        (false, Some(behind_m)) => OuterSight::Behind { behind_m },
        (false, None) => OuterSight::Off,
    }
}

impl WallPatch {
    /// With a sphere around the triangles. An arc's bulge is within it: three points of each edge are looked at.
    fn around(
        wall_index: usize,
        wall: &Wall,
        facet: Option<usize>,
        triangles: Vec<[WallCorner; 3]>,
    ) -> Self {
        let points: Vec<DVec3> = triangles
            .iter()
            .flat_map(|[a, b, c]| {
                let middle = |p: &WallCorner, q: &WallCorner| (p.place + q.place) * 0.5;
                [
                    a.place,
                    b.place,
                    c.place,
                    middle(a, b),
                    middle(b, c),
                    middle(c, a),
                ]
            })
            .map(|place| wall.point_of_place(place).metres())
            .collect();
        let (low, high) = points
            .iter()
            .fold((DVec3::INFINITY, DVec3::NEG_INFINITY), |(low, high), p| {
                (low.min(*p), high.max(*p))
            });
        let centre = (low + high) * 0.5;
        let radius_m = points
            .iter()
            .map(|p| p.distance(centre))
            .fold(0.0, f64::max);
        Self {
            wall: wall_index,
            facet,
            triangles,
            centre: Point::saturating(centre),
            radius_m,
            bounds: [low, high].map(Point::saturating),
        }
    }
}
