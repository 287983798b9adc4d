//! A plan of a stage, seen from above: a grid of one metre, the walls with their lit side, what the film camera sees
//! from the acting area, the origins of the capture volumes, and where the digital humans stand.
//!
//! Up in the picture is -Z, towards the wall's middle; right is +X. Drawn at twice the size and averaged, which is all
//! the smoothing that lines need.

use cyc_film::Picture;
use cyc_model::{Point, Stage as StageSpace, Vector};
use cyc_stage::{Stage, Wall};
use glam::{DVec2, DVec3};

/// Longer side of the finished picture, pixels.
const SIDE_PX: f64 = 1400.0;
/// Drawn larger by this, then averaged.
const OVERSAMPLED: f64 = 2.0;
/// Room around everything, metres.
const MARGIN_M: f64 = 1.0;
/// Pieces that a wall's edge is drawn in.
const PIECES: u32 = 96;

const PAPER: [u8; 3] = [24, 26, 30];
const GRID: [u8; 3] = [44, 47, 54];
const AXIS: [u8; 3] = [78, 82, 92];
const WALL: [u8; 3] = [90, 170, 255];
const LIT: [u8; 3] = [48, 92, 140];
const CAMERA: [u8; 3] = [255, 176, 64];
const SOURCE: [u8; 3] = [140, 220, 120];
const HUMAN: [u8; 3] = [240, 110, 130];

/// Draws the plan.
pub fn draw(stage: &Stage) -> Picture {
    let mut sheet = Sheet::around(&marks(stage));
    sheet.grid();
    for wall in stage.walls() {
        sheet.wall(wall);
    }
    let eye = flat(stage.outer_eye());
    for camera in stage.cameras() {
        let [left, right, ..] = camera.lens.tangents();
        for tangent in [left, right] {
            let direction = DVec3::new(tangent, 0.0, -1.0);
            let hit = Vector::new(direction).and_then(|d| stage.intersect(stage.outer_eye(), d));
            let end = hit.map_or(eye + DVec2::new(tangent, -1.0) * 4.0, |(_, h)| {
                flat(h.point)
            });
            sheet.line(eye, end, 0.02, CAMERA);
        }
        sheet.disc(eye, 0.14, CAMERA);
    }
    for source in stage.sources() {
        let place = |p: DVec3| flat(source.stage_from_source * Point::saturating(p));
        let origin = place(DVec3::ZERO);
        sheet.line(origin, place(DVec3::X * 0.6), 0.03, SOURCE);
        sheet.line(origin, place(DVec3::Z * 0.6), 0.03, SOURCE);
        sheet.disc(origin, 0.08, SOURCE);
    }
    for performer in stage.performers() {
        let place = |p: DVec3| flat(performer.stage_from_performance * Point::saturating(p));
        sheet.disc(place(DVec3::ZERO), 0.22, HUMAN);
        sheet.line(place(DVec3::ZERO), place(DVec3::Z * 0.6), 0.04, HUMAN);
    }
    sheet.finish()
}

/// A stage point on the floor: right and down in the plan.
fn flat(p: Point<StageSpace>) -> DVec2 {
    DVec2::new(p.metres().x, p.metres().z)
}

/// Everything that must be on the plan.
fn marks(stage: &Stage) -> Vec<DVec2> {
    let mut marks = vec![DVec2::ZERO, flat(stage.outer_eye())];
    for wall in stage.walls() {
        for i in 0..=PIECES {
            let s = f64::from(i) / f64::from(PIECES);
            marks.extend([0.0, 1.0].map(|t| flat(wall.point_of_st(DVec2::new(s, t)))));
        }
    }
    let sources = stage.sources().iter();
    marks.extend(sources.map(|s| flat(s.stage_from_source * Point::xyz(0.0, 0.0, 0.0))));
    let performers = stage.performers().iter();
    marks.extend(performers.map(|p| flat(p.stage_from_performance * Point::xyz(0.0, 0.0, 0.0))));
    marks
}

/// The paper.
struct Sheet {
    picture: Picture,
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
        let px_per_m = SIDE_PX * OVERSAMPLED / size_m.max_element();
        let [width, height] = (size_m * px_per_m)
            .to_array()
            .map(|v| (v.ceil() as u32).max(2));
        let [r, g, b] = PAPER;
        let picture = Picture::filled(width, height, [r, g, b, 255]);
        Self {
            picture,
            from_m,
            to_m,
            px_per_m,
        }
    }

    fn grid(&mut self) {
        let (from, to) = (self.from_m, self.to_m);
        let lines = |a: f64, b: f64| (a.ceil() as i64..=b.floor() as i64).map(|v| v as f64);
        let shade = |v: f64| if v == 0.0 { AXIS } else { GRID };
        for x in lines(from.x, to.x) {
            self.line(DVec2::new(x, from.y), DVec2::new(x, to.y), 0.012, shade(x));
        }
        for z in lines(from.y, to.y) {
            self.line(DVec2::new(from.x, z), DVec2::new(to.x, z), 0.012, shade(z));
        }
    }

    /// The four edges, and short strokes on the lit side.
    fn wall(&mut self, wall: &Wall) {
        let at = |s: f64, t: f64| flat(wall.point_of_st(DVec2::new(s, t)));
        for i in 0..PIECES {
            let [a, b] = [i, i + 1].map(|k| f64::from(k) / f64::from(PIECES));
            if i % 4 == 2 {
                let st = DVec2::new(a, 0.5);
                let normal = wall.normal_of_st(st).metres();
                let (start, lit) = (flat(wall.point_of_st(st)), DVec2::new(normal.x, normal.z));
                // A ceiling shines down: from above there is no lit side.
                if lit.length() > 0.2 {
                    self.line(start, start + lit * 0.35, 0.03, LIT);
                }
            }
            for t in [0.0, 1.0] {
                self.line(at(a, t), at(b, t), 0.05, WALL);
            }
            for s in [0.0, 1.0] {
                self.line(at(s, a), at(s, b), 0.05, WALL);
            }
        }
    }

    /// A line of a width in metres with round ends.
    fn line(&mut self, from: DVec2, to: DVec2, width_m: f64, rgb: [u8; 3]) {
        let step_m = (width_m / 3.0).max(0.5 / self.px_per_m);
        let steps = ((to - from).length() / step_m).ceil().clamp(1.0, 1e5) as u32;
        for i in 0..=steps {
            let p = from.lerp(to, f64::from(i) / f64::from(steps));
            self.disc(p, width_m / 2.0, rgb);
        }
    }

    fn disc(&mut self, centre: DVec2, radius_m: f64, [r, g, b]: [u8; 3]) {
        let c = (centre - self.from_m) * self.px_per_m;
        let radius = (radius_m * self.px_per_m).max(0.8);
        let (width, height) = (self.picture.width_px(), self.picture.height_px());
        let span = |middle: f64, size: u32| {
            let low = (middle - radius).floor().max(0.0) as u32;
            let high = (middle + radius).ceil().max(0.0) as u32;
            low..high.min(size)
        };
        for y in span(c.y, height) {
            for x in span(c.x, width) {
                let off = DVec2::new(f64::from(x) + 0.5, f64::from(y) + 0.5) - c;
                let at = (y as usize * width as usize + x as usize) * 4;
                if off.length() <= radius
                    && let Some(pixel) = self.picture.rgba_mut().get_mut(at..at + 4)
                {
                    pixel.copy_from_slice(&[r, g, b, 255]);
                }
            }
        }
    }

    fn finish(self) -> Picture {
        let half = |px: u32| (f64::from(px) / OVERSAMPLED).round().max(1.0) as u32;
        let (width, height) = (
            half(self.picture.width_px()),
            half(self.picture.height_px()),
        );
        self.picture.resized(width, height)
    }
}
