//! Seams of the outer view: on a wall of any shape, the pixels on both sides of a border between two facets show what
//! the outer view's eye sees there directly.

#![allow(clippy::unwrap_used)] // A test says what broke by panicking.

use cyc_model::{Pupil, StageFrame, Xf};
use cyc_renderer::{Gpu, Layers, Pictures, RenderSettings, Renderer, Wanted};
use cyc_stage::{Frustum, SceneKind, Stage, Tangents};
use glam::{DQuat, DVec2};

#[path = "through_the_lens/shapes.rs"]
#[allow(dead_code)] // Other tests use the rest.
mod shapes;

use shapes::{Glass, Shape};

fn gpu() -> Option<Gpu> {
    match Gpu::headless() {
        Ok(gpu) => Some(gpu),
        Err(error) => {
            let required = std::env::var("CYC_GPU").is_ok_and(|v| v == "required")
                || std::env::var("CI").is_ok_and(|v| v == "true");
            assert!(!required, "a graphics adapter is required: {error}");
            eprintln!("SKIPPED: {error}");
            None
        }
    }
}

/// Which facet shows each canvas pixel, from 1; 0 where there is none.
fn facets_of_pixels(stage: &Stage) -> Vec<u32> {
    let [width, height] = stage.canvas_px();
    let mut out = vec![0; (width * height) as usize];
    for patch in stage.outer_plan().patches {
        for triangle in patch.triangles {
            let [a, b, c] = triangle.map(|c| c.canvas_px);
            let (low, high) = (a.min(b).min(c), a.max(b).max(c));
            for y in low.y.floor() as u32..(high.y.ceil() as u32).min(height) {
                for x in low.x.floor() as u32..(high.x.ceil() as u32).min(width) {
                    let p = DVec2::new(f64::from(x) + 0.5001, f64::from(y) + 0.50007);
                    let sides = [(a, b), (b, c), (c, a)].map(|(q, r)| (r - q).perp_dot(p - q));
                    if sides.iter().all(|s| *s > 0.0) || sides.iter().all(|s| *s < 0.0) {
                        out[(y * width + x) as usize] = patch.facet.unwrap() as u32 + 1;
                    }
                }
            }
        }
    }
    out
}

/// Pixels whose right or lower neighbour is shown by another facet, and those neighbours.
fn border_pixels(facets: &[u32], width: usize) -> Vec<usize> {
    let mut out = Vec::new();
    for at in 0..facets.len() - width {
        for next in [at + 1, at + width] {
            let other = facets[at] != facets[next] && facets[at] * facets[next] != 0;
            if other && at % width + 1 < width {
                out.extend([at, next]);
            }
        }
    }
    out
}

/// Side of the direct pictures, pixels: finer than the walls' own.
const SIDE_PX: u32 = 4096;

/// What the outer view's eye sees directly, in four directions.
struct Direct {
    views: Vec<(Frustum, Vec<u8>)>,
}

impl Direct {
    fn new(renderer: &mut Renderer, stage: &Stage) -> Self {
        let views = (0..4).map(|quarter| {
            let turn = DQuat::from_rotation_y(f64::from(quarter) * std::f64::consts::FRAC_PI_2);
            let pose: Xf<cyc_model::Stage, Pupil> =
                Xf::saturating(turn, stage.outer_eye().metres());
            let tangents = Tangents::new([-1.1, 1.1, -1.1, 1.1]);
            let view = Frustum::inner(pose, tangents, 1.0, 0.05).unwrap();
            let size = [SIDE_PX; 2];
            let frame = StageFrame::default();
            let drawn = renderer.draw_direct(&frame, view.clip_from_stage(), view.eye(), size);
            (view, drawn.unwrap())
        });
        Self {
            views: views.collect(),
        }
    }

    /// The green that is seen in the direction of a point, of 255.
    fn green(&self, point: cyc_model::Point<cyc_model::Stage>) -> f64 {
        let (ndc, picture) = self
            .views
            .iter()
            .filter_map(|(view, picture)| Some((view.project(point)?, picture)))
            .min_by(|a, b| a.0.abs().max_element().total_cmp(&b.0.abs().max_element()))
            .unwrap();
        let at = (DVec2::new(ndc.x, -ndc.y) * 0.5 + 0.5) * f64::from(SIDE_PX) - 0.5;
        let (low, part) = (at.floor(), at - at.floor());
        let value = |dx: u32, dy: u32| {
            let (x, y) = (low.x as u32 + dx, low.y as u32 + dy);
            f64::from(picture[((y * SIDE_PX + x) * 4 + 1) as usize])
        };
        let upper = value(0, 0) * (1.0 - part.x) + value(1, 0) * part.x;
        let lower = value(0, 1) * (1.0 - part.x) + value(1, 1) * part.x;
        upper * (1.0 - part.y) + lower * part.y
    }
}

#[test]
fn both_sides_of_every_seam_show_what_the_eye_sees_there() {
    let Some(gpu) = gpu() else { return };
    for shape in [Shape::Arc, Shape::Cylinder270, Shape::Mesh] {
        let stage = shapes::stage(shape, Glass::Plain).with_scene(SceneKind::StandingStones);
        let settings = RenderSettings {
            samples: 1,
            camera_px: [16, 16],
            wide_px: [16, 16],
            human_shadow_px: 64,
            sky_px: 256,
            ..RenderSettings::default()
        };
        let mut renderer = Renderer::new(&gpu, &stage, &[], settings).unwrap();
        // The sky with its clouds and sun: it changes everywhere, and has no edge that half a pixel could turn about.
        renderer.set_layers(Layers {
            set: false,
            humans: false,
            fiducials: false,
            ..Layers::ALL
        });
        let wanted = Wanted {
            canvas: true,
            ..Wanted::default()
        };
        let mut pictures = Pictures::default();
        renderer.render(&StageFrame::default(), wanted).unwrap();
        renderer.take_pictures(&mut pictures).unwrap();
        let direct = Direct::new(&mut renderer, &stage);
        let (facets, width) = (facets_of_pixels(&stage), pictures.canvas_px[0] as usize);
        let mut misses = Vec::new();
        for at in border_pixels(&facets, width) {
            let px = DVec2::new((at % width) as f64 + 0.5, (at / width) as f64 + 0.5);
            let wall = stage.walls().iter().find_map(|w| w.point_of_canvas(px));
            let shown = f64::from(pictures.canvas[at * 4 + 1]);
            misses.push((shown - direct.green(wall.unwrap())).abs());
        }
        misses.sort_by(f64::total_cmp);
        let mean = misses.iter().sum::<f64>() / misses.len() as f64;
        let p99 = misses[misses.len() * 99 / 100];
        println!(
            "{}: {} pixels at seams, mean {mean:.2} of 255, p99 {p99:.2}, worst {:.2}",
            shape.name(),
            misses.len(),
            misses[misses.len() - 1]
        );
        assert!(misses.len() >= 1000, "{}", shape.name());
        // One step of rounding, and dither on both pictures.
        assert!(mean <= 1.0 && p99 <= 2.0, "{}: {mean} {p99}", shape.name());
    }
}
