//! The picture of a stage: its plan on the left, the stage in perspective on the right.

use super::{perspective, plan};
use cyc_film::Picture;
use cyc_model::Point;
use cyc_stage::{Surface, Wall};
use glam::DVec3;

/// Height of both halves, pixels.
pub const HEIGHT_PX: u32 = 1080;

/// Colours that mean the same in both halves.
pub mod color {
    use crate::commands::stage::raster::Rgb;

    pub const PAPER: Rgb = [24, 26, 30];
    pub const GRID: Rgb = [44, 47, 54];
    pub const AXIS: Rgb = [78, 82, 92];
    pub const WALL: Rgb = [90, 170, 255];
    pub const LIT: Rgb = [48, 92, 140];
    pub const SOURCE: Rgb = [140, 220, 120];
    pub const HUMAN: Rgb = [240, 110, 130];
    pub const EYE: Rgb = [190, 190, 200];
    /// Cameras, one after the other.
    pub const CAMERAS: [Rgb; 4] = [
        [255, 176, 64],
        [120, 230, 220],
        [230, 130, 255],
        [240, 240, 120],
    ];
}

/// Draws a stage.
pub fn draw(stage: &cyc_stage::Stage) -> Picture {
    let (left, right) = (plan::draw(stage), perspective::draw(stage));
    let width = left.width_px() + right.width_px();
    let [r, g, b] = color::PAPER;
    let mut page = Picture::filled(width, HEIGHT_PX, [r, g, b, 255]);
    page.paste(&left, 0, (HEIGHT_PX - left.height_px().min(HEIGHT_PX)) / 2);
    page.paste(&right, left.width_px(), 0);
    page
}

/// An edge of a wall, and whether it is its border.
pub struct Edge {
    pub ends: [DVec3; 2],
    pub border: bool,
}

/// Widest piece of an arc that is drawn straight, radians.
const ARC_STEP_RAD: f64 = 0.035;

/// The borders of a wall, and those of its cabinets or triangles.
pub fn edges(wall: &Wall) -> Vec<Edge> {
    match wall.surface() {
        Surface::Mesh(_) => mesh_edges(wall),
        _ => cabinet_edges(wall),
    }
}

fn cabinet_edges(wall: &Wall) -> Vec<Edge> {
    let [columns, rows] = wall.cabinet_grid();
    let strips = match wall.surface() {
        Surface::Cylinder { arc_rad, .. } => {
            (arc_rad / f64::from(columns) / ARC_STEP_RAD).ceil() as u32
        }
        _ => 1,
    };
    let at = |column: f64, row: f64| {
        let st = glam::DVec2::new(column / f64::from(columns), row / f64::from(rows));
        wall.point_of_st(st).metres()
    };
    let mut edges = Vec::new();
    for row in 0..=rows {
        for step in 0..columns * strips {
            let part = |k: u32| f64::from(k) / f64::from(strips);
            edges.push(Edge {
                ends: [part(step), part(step + 1)].map(|c| at(c, f64::from(row))),
                border: row == 0 || row == rows,
            });
        }
    }
    for column in 0..=columns {
        for row in 0..rows {
            edges.push(Edge {
                ends: [row, row + 1].map(|r| at(f64::from(column), f64::from(r))),
                border: column == 0 || column == columns,
            });
        }
    }
    edges
}

/// A mesh's edges; those of one triangle alone are its border.
fn mesh_edges(wall: &Wall) -> Vec<Edge> {
    // A tenth of a millimetre: triangles that meet have corners of their own at one place.
    let key = |p: DVec3| (p * 1e4).round().to_array().map(|c| c as i64);
    let mut seen = std::collections::BTreeMap::new();
    for triangle in wall.triangles(ARC_STEP_RAD) {
        let points = triangle.map(|c| wall.point_of_place(c.place).metres());
        for (a, b) in [(0, 1), (1, 2), (2, 0)] {
            let (a, b) = (points[a], points[b]);
            let (low, high) = (key(a).min(key(b)), key(a).max(key(b)));
            let entry = seen.entry((low, high)).or_insert((0, [a, b]));
            entry.0 += 1;
        }
    }
    let edges = seen.into_values();
    edges
        .map(|(count, ends)| Edge {
            ends,
            border: count == 1,
        })
        .collect()
}

/// Corners and directions of what a camera sees from its home.
pub fn camera_rays(camera: &cyc_stage::Camera) -> Option<(DVec3, [DVec3; 4])> {
    let view = camera.sensor_view(camera.home).ok()?;
    let [straight, dx, dy] = view.ray_basis();
    let corner = |x: f64, y: f64| straight + dx * x + dy * y;
    let corners = [
        corner(-1.0, -1.0),
        corner(1.0, -1.0),
        corner(1.0, 1.0),
        corner(-1.0, 1.0),
    ];
    Some((view.eye().metres(), corners))
}

/// Where a ray ends: on the walls, or some metres away.
pub fn end_of_ray(stage: &cyc_stage::Stage, from: DVec3, ray: DVec3) -> DVec3 {
    const FREE_M: f64 = 6.0;
    let hit = stage.intersect(Point::saturating(from), cyc_model::Vector::saturating(ray));
    hit.map_or(from + ray.normalize_or(DVec3::NEG_Z) * FREE_M, |(_, h)| {
        h.point.metres()
    })
}
