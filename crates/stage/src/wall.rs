//! A wall: a surface that stands on the stage, cabinet by cabinet, and shows pixels of the canvas.
//!
//! *Wall pixels* count over the wall as its audience sees it, from its upper left corner. *Canvas pixels* are those that
//! go to the LED processor; a [`CanvasMap`] says where on the canvas each block of cabinets has its pixels.

use crate::{CanvasMap, CanvasRect, Surface, SurfaceHit, WallColor};
use cyc_model::{Nanos, Point, Stage, Vector, Xf};
use glam::{DVec2, DVec3};

/// The frame of one wall (see [`Surface`]).
#[derive(Debug)]
pub enum WallFrame {}

impl cyc_model::Space for WallFrame {
    const NAME: &'static str = "WallFrame";
}

/// One LED cabinet (tile) of a wall.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cabinet {
    /// Column from the left.
    pub column: u32,
    /// Row from the top.
    pub row: u32,
    /// Its canvas pixels.
    pub canvas: CanvasRect,
}

/// A corner of a triangle of a wall. Along a triangle's edges all three run evenly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WallCorner {
    /// In wall pixels.
    pub wall_px: DVec2,
    /// On the canvas.
    pub canvas_px: DVec2,
    /// The place in the wall's frame, before it is bent (see [`Surface::place`]).
    pub place: DVec3,
}

/// A checked wall.
#[derive(Clone, Debug)]
pub struct Wall {
    pub(crate) name: String,
    pub(crate) surface: Surface,
    pub(crate) stage_from_wall: Xf<Stage, WallFrame>,
    pub(crate) map: CanvasMap,
    pub(crate) display: Option<usize>,
    pub(crate) display_latency: Nanos,
    pub(crate) color_profile: Option<String>,
    pub(crate) color: WallColor,
    pub(crate) brightness_nit: f64,
    pub(crate) shows_outer: bool,
}

/// Where a ray meets a wall.
#[derive(Clone, Copy, Debug)]
pub struct WallHit {
    /// Distance in lengths of the ray's direction.
    pub t_ray: f64,
    /// The point met.
    pub point: Point<Stage>,
    /// Canvas coordinates there: pixel centres at .5.
    pub canvas_px: DVec2,
}

impl Wall {
    /// Name, unique in the stage.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Shape.
    pub fn surface(&self) -> &Surface {
        &self.surface
    }

    /// Where the wall's frame is on the stage.
    pub fn stage_from_wall(&self) -> Xf<Stage, WallFrame> {
        self.stage_from_wall
    }

    /// Columns and rows of cabinets.
    pub fn cabinet_grid(&self) -> [u32; 2] {
        self.map.cabinets()
    }

    /// Width and height in wall pixels.
    pub fn size_px(&self) -> [u32; 2] {
        self.map.size_px()
    }

    /// The rectangle of the canvas that holds all its pixels.
    pub fn canvas(&self) -> CanvasRect {
        self.map.bounds()
    }

    /// Where on the canvas its cabinets are.
    pub fn map(&self) -> &CanvasMap {
        &self.map
    }

    /// Index of the display that it is on, when the file says so.
    pub fn display(&self) -> Option<usize> {
        self.display
    }

    /// From a finished picture to light: LED processor and panel.
    pub fn display_latency(&self) -> Nanos {
        self.display_latency
    }

    /// Name of its colour calibration.
    pub fn color_profile(&self) -> Option<&str> {
        self.color_profile.as_deref()
    }

    /// From the scene's light to what its LED processor is told.
    pub fn color(&self) -> &WallColor {
        &self.color
    }

    /// Peak luminance, cd/m².
    pub fn brightness_nit(&self) -> f64 {
        self.brightness_nit
    }

    /// Whether it shows the outer view where no camera looks; else it is dark there.
    pub fn shows_outer(&self) -> bool {
        self.shows_outer
    }

    /// Distance between pixel centres, metres: horizontally along the surface, vertically. The mean of a fold or a mesh.
    pub fn pitch_m(&self) -> [f64; 2] {
        let [width, height] = self.size_px().map(f64::from);
        [
            self.surface.length_m() / width,
            self.surface.height_m() / height,
        ]
    }

    fn st_of_wall_px(&self, wall_px: DVec2) -> DVec2 {
        let [width, height] = self.size_px().map(f64::from);
        DVec2::new(wall_px.x / width, wall_px.y / height)
    }

    fn wall_px_of_st(&self, st: DVec2) -> DVec2 {
        let [width, height] = self.size_px().map(f64::from);
        DVec2::new(st.x * width, st.y * height)
    }

    /// The stage point at (s, t).
    pub fn point_of_st(&self, st: DVec2) -> Point<Stage> {
        self.point_of_place(self.surface.place(st))
    }

    /// The stage point of a place (see [`Surface::place`]).
    pub fn point_of_place(&self, place: DVec3) -> Point<Stage> {
        self.stage_from_wall * Point::saturating(self.surface.bent(place))
    }

    /// The stage point that canvas coordinates (pixel centres at .5) show; `None` when they are not on this wall.
    pub fn point_of_canvas(&self, canvas_px: DVec2) -> Option<Point<Stage>> {
        let st = self.st_of_wall_px(self.map.wall_px(canvas_px)?);
        let lit = match &self.surface {
            Surface::Mesh(mesh) => mesh.holds(st),
            _ => true,
        };
        lit.then(|| self.point_of_st(st))
    }

    /// The unit normal at (s, t), towards the audience.
    pub fn normal_of_st(&self, st: DVec2) -> Vector<Stage> {
        self.stage_from_wall * Vector::saturating(self.surface.normal(st))
    }

    /// Canvas coordinates of a stage point on (or straight before) the wall; `None` beyond its edges.
    pub fn canvas_of_point(&self, point: Point<Stage>) -> Option<DVec2> {
        let st = self
            .surface
            .st((self.stage_from_wall.inverse() * point).metres());
        let on_wall = (0.0..=1.0).contains(&st.x) && (0.0..=1.0).contains(&st.y);
        on_wall.then(|| self.map.canvas_px(self.wall_px_of_st(st)))
    }

    /// The first meeting of a ray with the lit side of the wall.
    pub fn intersect(&self, origin: Point<Stage>, direction: Vector<Stage>) -> Option<WallHit> {
        let wall_from_stage = self.stage_from_wall.inverse();
        let local_direction: DVec3 = (wall_from_stage * direction).metres();
        let SurfaceHit { t_ray, st } = self
            .surface
            .intersect((wall_from_stage * origin).metres(), local_direction)?;
        Some(WallHit {
            t_ray,
            point: self.point_of_st(st),
            canvas_px: self.map.canvas_px(self.wall_px_of_st(st)),
        })
    }

    /// All cabinets, row by row from the upper left.
    pub fn cabinets(&self) -> impl Iterator<Item = Cabinet> + '_ {
        let [columns, rows] = self.cabinet_grid();
        (0..rows).flat_map(move |row| {
            (0..columns).map(move |column| Cabinet {
                column,
                row,
                canvas: self.map.canvas_of_cabinet(column, row),
            })
        })
    }

    /// The two triangles of a cabinet, or two for each of `strips` upright strips of it. Their corners run
    /// counter-clockwise as the audience sees them. Not for meshes, whose triangles are their own.
    pub fn cabinet_triangles(&self, column: u32, row: u32, strips: u32) -> Vec<[WallCorner; 3]> {
        let [width, height] = self.map.cabinet_px().map(f64::from);
        let (left, top) = (f64::from(column) * width, f64::from(row) * height);
        let strips = strips.max(1);
        let corner = |strip: u32, down: f64| {
            let part = f64::from(strip) / f64::from(strips);
            let wall_px = DVec2::new(left + width * part, top + height * down);
            self.corner(
                column,
                row,
                wall_px,
                self.surface.place(self.st_of_wall_px(wall_px)),
            )
        };
        (0..strips)
            .flat_map(|strip| {
                let [a, b] = [corner(strip, 0.0), corner(strip, 1.0)];
                let [c, d] = [corner(strip + 1, 1.0), corner(strip + 1, 0.0)];
                [[a, b, c], [a, c, d]]
            })
            .collect()
    }

    fn corner(&self, column: u32, row: u32, wall_px: DVec2, place: DVec3) -> WallCorner {
        WallCorner {
            wall_px,
            canvas_px: self.map.canvas_px_in(column, row, wall_px),
            place,
        }
    }

    /// All triangles of the wall; an arc is cut into strips no wider than `arc_max_rad`.
    pub fn triangles(&self, arc_max_rad: f64) -> Vec<[WallCorner; 3]> {
        if let Surface::Mesh(mesh) = &self.surface {
            let corner = |index: u32| {
                let (st, place) = (
                    mesh.st_of_points()[index as usize],
                    mesh.points()[index as usize],
                );
                self.corner(0, 0, self.wall_px_of_st(st), place)
            };
            let triangles = mesh.triangles().iter();
            return triangles.map(|corners| corners.map(corner)).collect();
        }
        let [columns, rows] = self.cabinet_grid();
        let strips = match self.surface {
            Surface::Cylinder { arc_rad, .. } => {
                (arc_rad / f64::from(columns) / arc_max_rad.max(1e-4)).ceil() as u32
            }
            _ => 1,
        };
        (0..rows)
            .flat_map(|row| (0..columns).map(move |column| (column, row)))
            .flat_map(|(column, row)| self.cabinet_triangles(column, row, strips))
            .collect()
    }
}
