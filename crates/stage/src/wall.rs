//! A wall: a surface that stands on the stage and shows a rectangle of the canvas.

use crate::{Surface, SurfaceHit};
use cyc_model::{Point, Stage, Vector, Xf};
use glam::{DVec2, DVec3};

/// The frame of one wall (see [`Surface`]).
#[derive(Debug)]
pub enum WallFrame {}

impl cyc_model::Space for WallFrame {
    const NAME: &'static str = "WallFrame";
}

/// A rectangle of canvas pixels; x right, y down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CanvasRect {
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl CanvasRect {
    /// The first column to the right of it.
    pub fn right(&self) -> u32 {
        self.x.saturating_add(self.width)
    }

    /// The first row below it.
    pub fn bottom(&self) -> u32 {
        self.y.saturating_add(self.height)
    }

    /// Whether two rectangles share a pixel.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }
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

/// A checked wall.
#[derive(Clone, Debug)]
pub struct Wall {
    pub(crate) name: String,
    pub(crate) surface: Surface,
    pub(crate) stage_from_wall: Xf<Stage, WallFrame>,
    pub(crate) cabinets: [u32; 2],
    pub(crate) canvas: CanvasRect,
    pub(crate) brightness_nit: f64,
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
    pub fn surface(&self) -> Surface {
        self.surface
    }

    /// Where the wall's frame is on the stage.
    pub fn stage_from_wall(&self) -> Xf<Stage, WallFrame> {
        self.stage_from_wall
    }

    /// Columns and rows of cabinets.
    pub fn cabinet_grid(&self) -> [u32; 2] {
        self.cabinets
    }

    /// Its pixels on the canvas.
    pub fn canvas(&self) -> CanvasRect {
        self.canvas
    }

    /// Peak luminance, cd/m².
    pub fn brightness_nit(&self) -> f64 {
        self.brightness_nit
    }

    /// Distance between pixel centres, metres: horizontally along the surface, vertically.
    pub fn pitch_m(&self) -> [f64; 2] {
        [
            self.surface.length_m() / f64::from(self.canvas.width),
            self.surface.height_m() / f64::from(self.canvas.height),
        ]
    }

    /// (s, t) of canvas coordinates (pixel centres at .5); beyond 0..1 when they are not on this wall.
    pub fn st_of_canvas(&self, canvas_px: DVec2) -> DVec2 {
        DVec2::new(
            (canvas_px.x - f64::from(self.canvas.x)) / f64::from(self.canvas.width),
            (canvas_px.y - f64::from(self.canvas.y)) / f64::from(self.canvas.height),
        )
    }

    fn canvas_of_st(&self, st: DVec2) -> DVec2 {
        DVec2::new(
            st.x * f64::from(self.canvas.width) + f64::from(self.canvas.x),
            st.y * f64::from(self.canvas.height) + f64::from(self.canvas.y),
        )
    }

    /// The stage point at (s, t).
    pub fn point_of_st(&self, st: DVec2) -> Point<Stage> {
        self.stage_from_wall * Point::saturating(self.surface.point(st))
    }

    /// The stage point that canvas coordinates (pixel centres at .5) show; `None` when they are not on this wall.
    pub fn point_of_canvas(&self, canvas_px: DVec2) -> Option<Point<Stage>> {
        let st = self.st_of_canvas(canvas_px);
        let on_wall = (0.0..=1.0).contains(&st.x) && (0.0..=1.0).contains(&st.y);
        on_wall.then(|| self.point_of_st(st))
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
        on_wall.then(|| self.canvas_of_st(st))
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
            canvas_px: self.canvas_of_st(st),
        })
    }

    /// All cabinets, row by row from the upper left.
    pub fn cabinets(&self) -> impl Iterator<Item = Cabinet> + '_ {
        let [columns, rows] = self.cabinets;
        let (width, height) = (self.canvas.width / columns, self.canvas.height / rows);
        (0..rows).flat_map(move |row| {
            (0..columns).map(move |column| Cabinet {
                column,
                row,
                canvas: CanvasRect {
                    x: self.canvas.x + column * width,
                    y: self.canvas.y + row * height,
                    width,
                    height,
                },
            })
        })
    }
}
