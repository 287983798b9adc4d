//! A plan of a stage, seen from above: a grid of one metre, the walls with their lit side, what the film cameras see
//! from their homes, the origins of the capture volumes, the eye of the outer view, and where the digital humans stand.
//!
//! Up in the picture is -Z, towards the wall's middle; right is +X.

use super::drawing::{HEIGHT_PX, camera_rays, color, edges, end_of_ray};
use super::raster::{Raster, Rgb};
use cyc_film::Picture;
use cyc_model::{Point, Stage as StageSpace};
use cyc_stage::{Stage, Wall};
use glam::{DVec2, DVec3};

/// Widest plan, pixels.
const WIDTH_MAX_PX: f64 = 1400.0;
/// Room around everything, metres.
const MARGIN_M: f64 = 1.0;

/// Draws the plan.
pub fn draw(stage: &Stage) -> Picture {
    let mut sheet = Sheet::around(&marks(stage));
    sheet.grid();
    for wall in stage.walls() {
        sheet.wall(wall);
    }
    for (nth, camera) in stage.cameras().iter().enumerate() {
        let shade = color::CAMERAS[nth % color::CAMERAS.len()];
        if let Some((eye, [lower_left, lower_right, ..])) = camera_rays(camera) {
            // The picture's sides at its middle height, so that a wall is met and not the floor.
            let level = |ray: DVec3| DVec3::new(ray.x, 0.0, ray.z);
            for ray in [lower_left, lower_right].map(level) {
                let end = end_of_ray(stage, eye, ray);
                sheet.line(flat(eye), flat(end), 0.02, shade);
            }
            sheet.disc(flat(eye), 0.14, shade);
        }
    }
    let eye = flat(stage.outer_eye().metres());
    sheet.disc(eye, 0.07, color::EYE);
    if let Some(follow) = stage.outer_follow() {
        sheet.ring(eye, follow.reach_m, color::EYE);
    }
    for source in stage.sources() {
        let place = |p: DVec3| flat_point(source.stage_from_source * Point::saturating(p));
        let origin = place(DVec3::ZERO);
        sheet.line(origin, place(DVec3::X * 0.6), 0.03, color::SOURCE);
        sheet.line(origin, place(DVec3::Z * 0.6), 0.03, color::SOURCE);
        sheet.disc(origin, 0.08, color::SOURCE);
    }
    for performer in stage.performers() {
        let place = |p: DVec3| flat_point(performer.stage_from_performance * Point::saturating(p));
        sheet.disc(place(DVec3::ZERO), 0.22, color::HUMAN);
        sheet.line(
            place(DVec3::ZERO),
            place(DVec3::Z * 0.6),
            0.04,
            color::HUMAN,
        );
    }
    sheet.raster.finish()
}

/// On the floor: right and down in the plan.
fn flat(p: DVec3) -> DVec2 {
    DVec2::new(p.x, p.z)
}

fn flat_point(p: Point<StageSpace>) -> DVec2 {
    flat(p.metres())
}

/// Everything that must be on the plan.
fn marks(stage: &Stage) -> Vec<DVec2> {
    let mut marks = vec![DVec2::ZERO, flat_point(stage.outer_eye())];
    for wall in stage.walls() {
        marks.extend(edges(wall).iter().flat_map(|e| e.ends.map(flat)));
    }
    marks.extend(
        stage
            .cameras()
            .iter()
            .map(|c| flat_point(c.home.translation())),
    );
    let sources = stage.sources().iter();
    marks.extend(sources.map(|s| flat_point(s.stage_from_source * Point::xyz(0.0, 0.0, 0.0))));
    let performers = stage.performers().iter();
    marks.extend(
        performers.map(|p| flat_point(p.stage_from_performance * Point::xyz(0.0, 0.0, 0.0))),
    );
    marks
}

/// The paper, in metres.
struct Sheet {
    raster: Raster,
    from_m: DVec2,
    to_m: DVec2,
    px_per_m: f64,
}

impl Sheet {
    fn around(marks: &[DVec2]) -> Self {
        let low = marks.iter().fold(DVec2::INFINITY, |a, b| a.min(*b));
        let high = marks.iter().fold(DVec2::NEG_INFINITY, |a, b| a.max(*b));
        let (from_m, to_m) = (low - MARGIN_M, high + MARGIN_M);
        let size_m = to_m - from_m;
        let px_per_m = (f64::from(HEIGHT_PX) / size_m.y).min(WIDTH_MAX_PX / size_m.x);
        let px = (size_m * px_per_m)
            .to_array()
            .map(|v| (v.floor() as u32).max(2));
        Self {
            raster: Raster::new(px, color::PAPER),
            from_m,
            to_m,
            px_per_m,
        }
    }

    fn grid(&mut self) {
        let (from, to) = (self.from_m, self.to_m);
        let lines = |a: f64, b: f64| (a.ceil() as i64..=b.floor() as i64).map(|v| v as f64);
        let shade = |v: f64| if v == 0.0 { color::AXIS } else { color::GRID };
        for x in lines(from.x, to.x) {
            self.line(DVec2::new(x, from.y), DVec2::new(x, to.y), 0.012, shade(x));
        }
        for z in lines(from.y, to.y) {
            self.line(DVec2::new(from.x, z), DVec2::new(to.x, z), 0.012, shade(z));
        }
    }

    /// The borders, and short strokes on the lit side. A ceiling or a floor has no side from above.
    fn wall(&mut self, wall: &Wall) {
        let triangles = wall.triangles(0.1);
        let each = triangles.len().div_ceil(48).max(1);
        for triangle in triangles.iter().step_by(each) {
            let [a, b, c] = triangle.map(|c| wall.point_of_place(c.place).metres());
            let normal = (b - a).cross(c - a).normalize_or(DVec3::Y);
            let (start, lit) = (flat((a + b + c) / 3.0), flat(normal));
            if lit.length() > 0.2 {
                self.line(start, start + lit * 0.3, 0.02, color::LIT);
            }
        }
        for edge in edges(wall).iter().filter(|e| e.border) {
            let [a, b] = edge.ends.map(flat);
            self.line(a, b, 0.05, color::WALL);
        }
    }

    fn place(&self, p: DVec2) -> DVec2 {
        (p - self.from_m) * self.px_per_m
    }

    /// A line of a width in metres.
    fn line(&mut self, from: DVec2, to: DVec2, width_m: f64, color: Rgb) {
        let (from, to) = (self.place(from), self.place(to));
        self.raster.line(from, to, width_m * self.px_per_m, color);
    }

    /// A dashed circle.
    fn ring(&mut self, centre: DVec2, radius_m: f64, color: Rgb) {
        const DASHES: u32 = 48;
        let at = |turn: f64| {
            let angle = turn / f64::from(DASHES) * std::f64::consts::TAU;
            centre + DVec2::from_angle(angle) * radius_m
        };
        for dash in (0..DASHES).map(f64::from) {
            self.line(at(dash), at(dash + 0.6), 0.02, color);
        }
    }

    fn disc(&mut self, centre: DVec2, radius_m: f64, color: Rgb) {
        self.raster
            .disc(self.place(centre), radius_m * self.px_per_m, color);
    }
}
