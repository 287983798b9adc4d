//! A stage in perspective, from behind and above: the floor's grid, walls with their cabinets (backs are left out, so that
//! one looks into a closed stage), cameras with what they see on the walls, digital humans.

use super::drawing::{HEIGHT_PX, camera_rays, color, edges, end_of_ray};
use super::raster::{Raster, Rgb};
use cyc_film::Picture;
use cyc_model::{Point, Pupil, Stage as StageSpace, Xf};
use cyc_stage::{Frustum, Stage, Tangents};
use glam::{DQuat, DVec3, EulerRot};

/// Width, pixels.
const WIDTH_PX: u32 = 1440;

/// Points along each edge of a camera's picture.
const STEPS: u32 = 24;

/// Draws the stage.
pub fn draw(stage: &Stage) -> Picture {
    let mut scene = Scene {
        raster: Raster::new([WIDTH_PX, HEIGHT_PX], color::PAPER),
        view: overview(stage),
    };
    scene.floor(stage);
    for wall in stage.walls() {
        scene.wall(wall);
    }
    for (nth, camera) in stage.cameras().iter().enumerate() {
        let shade = color::CAMERAS[nth % color::CAMERAS.len()];
        scene.camera(stage, camera, shade);
    }
    for performer in stage.performers() {
        let foot = performer.stage_from_performance * Point::xyz(0.0, 0.0, 0.0);
        scene.post(foot.metres(), 1.75, color::HUMAN);
    }
    scene.raster.finish()
}

/// From behind, to the right and above, as far away as the stage is large.
fn overview(stage: &Stage) -> Option<Frustum> {
    let corners = stage
        .walls()
        .iter()
        .flat_map(|w| edges(w).into_iter().flat_map(|e| e.ends));
    let cameras = stage
        .cameras()
        .iter()
        .map(|c| c.home.translation().metres());
    let (low, high) = corners
        .chain(cameras)
        .fold((DVec3::splat(-0.5), DVec3::splat(0.5)), |(low, high), p| {
            (low.min(p), high.max(p))
        });
    let target = (low + high) * 0.5;
    let radius = (high - low).length() * 0.5;
    let eye = target + DVec3::new(0.62, 0.62, 1.0).normalize_or(DVec3::Z) * radius * 1.85;
    let to = target - eye;
    let yaw = (-to.x).atan2(-to.z);
    let pitch = to.y.atan2(to.x.hypot(to.z));
    let pose: Xf<StageSpace, Pupil> =
        Xf::saturating(DQuat::from_euler(EulerRot::YXZ, yaw, pitch, 0.0), eye);
    let half = 0.5;
    let wide = half * f64::from(WIDTH_PX) / f64::from(HEIGHT_PX);
    Frustum::inner(pose, Tangents::new([-wide, wide, -half, half]), 1.0, 0.05).ok()
}

struct Scene {
    raster: Raster,
    view: Option<Frustum>,
}

impl Scene {
    /// A place in the picture, and how near it is (one over its depth).
    fn seen(&self, point: DVec3) -> Option<DVec3> {
        let view = self.view.as_ref()?;
        let ndc = view.project(Point::saturating(point))?;
        let clip = view.clip_from_stage() * point.extend(1.0);
        Some(DVec3::new(
            (ndc.x * 0.5 + 0.5) * f64::from(WIDTH_PX),
            (0.5 - ndc.y * 0.5) * f64::from(HEIGHT_PX),
            1.0 / clip.w,
        ))
    }

    fn line(&mut self, from: DVec3, to: DVec3, width: f64, shade: Rgb) {
        if let (Some(a), Some(b)) = (self.seen(from), self.seen(to)) {
            self.raster.line_in_depth(a, b, width, shade);
        }
    }

    /// A grid of one metre under the walls.
    fn floor(&mut self, stage: &Stage) {
        let ends = stage
            .walls()
            .iter()
            .flat_map(|w| edges(w).into_iter().flat_map(|e| e.ends));
        let (low, high) = ends.fold((DVec3::splat(-2.0), DVec3::splat(2.0)), |(low, high), p| {
            (low.min(p), high.max(p))
        });
        let (low, high) = (low.floor() - 1.0, high.ceil() + 1.0);
        let y = low.y.min(0.0) + 1.0;
        let y = if y > -0.5 { 0.0 } else { y };
        let lines = |a: f64, b: f64| (a as i64..=b as i64).map(|v| v as f64);
        let shade = |v: f64| if v == 0.0 { color::AXIS } else { color::GRID };
        for x in lines(low.x, high.x) {
            for z in lines(low.z, high.z - 1.0) {
                self.line(
                    DVec3::new(x, y, z),
                    DVec3::new(x, y, z + 1.0),
                    1.2,
                    shade(x),
                );
            }
        }
        for z in lines(low.z, high.z) {
            for x in lines(low.x, high.x - 1.0) {
                self.line(
                    DVec3::new(x, y, z),
                    DVec3::new(x + 1.0, y, z),
                    1.2,
                    shade(z),
                );
            }
        }
    }

    fn wall(&mut self, wall: &cyc_stage::Wall) {
        let Some(eye) = self.view.as_ref().map(|v| v.eye().metres()) else {
            return;
        };
        for triangle in wall.triangles(0.035) {
            let corners = triangle.map(|c| wall.point_of_place(c.place).metres());
            let [a, b, c] = corners;
            let normal = (b - a).cross(c - a).normalize_or(DVec3::Y);
            let facing = normal.dot((eye - a).normalize_or(DVec3::Y));
            let [Some(a), Some(b), Some(c)] = corners.map(|p| self.seen(p)) else {
                continue;
            };
            if facing > 0.0 {
                let light = 0.35 + 0.4 * facing;
                let shade = color::LIT.map(|v| (f64::from(v) * light) as u8);
                self.raster.triangle([a, b, c], shade, 1.0);
            }
        }
        let dim = color::LIT.map(|v| (f64::from(v) * 0.95) as u8);
        let edges = edges(wall);
        for edge in edges.iter().filter(|e| !e.border) {
            self.line(edge.ends[0], edge.ends[1], 1.0, dim);
        }
        for edge in edges.iter().filter(|e| e.border) {
            self.line(edge.ends[0], edge.ends[1], 3.0, color::WALL);
        }
    }

    /// The pupil, and the outline of what it sees on the walls.
    fn camera(&mut self, stage: &Stage, camera: &cyc_stage::Camera, shade: Rgb) {
        let Some((eye, corners)) = camera_rays(camera) else {
            return;
        };
        for (nth, corner) in corners.iter().enumerate() {
            // Not quite on the wall, where the wall's own pixels would hide it.
            let before = |ray: DVec3| eye.lerp(end_of_ray(stage, eye, ray), 0.995);
            self.line(eye, before(*corner), 2.0, shade);
            let next = corners[(nth + 1) % corners.len()];
            let along = |k: u32| before(corner.lerp(next, f64::from(k) / f64::from(STEPS)));
            for step in 0..STEPS {
                self.line(along(step), along(step + 1), 3.0, shade);
            }
        }
        self.post(DVec3::new(eye.x, 0.0, eye.z), eye.y, shade);
        if let Some(p) = self.seen(eye) {
            self.raster.disc(p.truncate(), 9.0, shade);
        }
    }

    fn post(&mut self, foot: DVec3, height_m: f64, shade: Rgb) {
        let head = foot + DVec3::Y * height_m;
        self.line(foot, head, 4.0, shade);
        self.line(head, head, 10.0, shade);
    }
}
