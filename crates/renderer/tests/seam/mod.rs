//! What is seen at the seams of the outer view, for its test and its bench.
//!
//! Each pixel at a seam must show what the outer view's eye sees there directly. The walls' light is asked, in half floats,
//! before anything is rounded or dithered; the direct picture is rounded and dithered to 8 bits.

use cyc_model::{Pupil, StageFrame, Xf};
use cyc_renderer::{Gpu, Layers, Pictures, RenderError, RenderSettings, Renderer, Wanted};
use cyc_stage::{Frustum, SceneKind, Stage, Tangents};
use glam::{DQuat, DVec2};

/// What was found, all of 255.
#[derive(Clone, Copy, Debug)]
pub struct Seams {
    /// Pixels that have a seam beside them.
    pub pixels: usize,
    /// From the direct picture: mean, what 99 % stay below, worst.
    pub miss: [f64; 3],
}

/// Draws a stage's sky on its walls and measures.
///
/// The sky with its clouds and sun changes everywhere, and has no edge that half a pixel could turn about.
pub fn measure(gpu: &Gpu, stage: &Stage) -> Result<Seams, RenderError> {
    let stage = stage.with_scene(SceneKind::StandingStones);
    let settings = RenderSettings {
        samples: 1,
        camera_px: [16, 16],
        wide_px: [16, 16],
        human_shadow_px: 64,
        sky_px: 256,
        ..RenderSettings::default()
    };
    let mut renderer = Renderer::new(gpu, &stage, &[], settings)?;
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
    renderer.render(&StageFrame::default(), wanted)?;
    let mut pictures = Pictures::default();
    renderer.take_pictures(&mut pictures)?;
    let light = renderer.read_light()?;
    let green = |at: usize| light.get(at * 4 + 1).map_or(0.0, |g| display(g.to_f64()));
    let shown: Vec<f64> = (0..light.len() / 4).map(green).collect();
    let direct = Direct::new(&mut renderer, &stage)?;
    let width = pictures.canvas_px[0] as usize;
    let facets = facets_of_pixels(&stage);
    let mut misses = Vec::new();
    for at in border_pixels(&facets, width) {
        let px = DVec2::new((at % width) as f64 + 0.5, (at / width) as f64 + 0.5);
        let wall = stage.walls().iter().find_map(|w| w.point_of_canvas(px));
        let seen = wall.and_then(|point| direct.green(point));
        misses.extend(seen.map(|seen| (shown[at] - seen).abs()));
    }
    Ok(Seams {
        pixels: misses.len(),
        miss: summary(&mut misses),
    })
}

/// What a display shows of linear light, of 255 (sRGB).
fn display(linear: f64) -> f64 {
    let linear = linear.clamp(0.0, 1.0);
    255.0
        * if linear <= 0.003_130_8 {
            linear * 12.92
        } else {
            1.055 * linear.powf(1.0 / 2.4) - 0.055
        }
}

fn summary(values: &mut [f64]) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    let n = values.len().max(1);
    let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
    [
        values.iter().sum::<f64>() / n as f64,
        at(n * 99 / 100),
        at(n - 1),
    ]
}

/// Which facet shows each canvas pixel, from 1; 0 where there is none.
fn facets_of_pixels(stage: &Stage) -> Vec<u32> {
    let [width, height] = stage.canvas_px();
    let mut out = vec![0; (width * height) as usize];
    for patch in stage.outer_plan().patches {
        let Some(facet) = patch.facet else { continue };
        for triangle in patch.triangles {
            let [a, b, c] = triangle.map(|c| c.canvas_px);
            let (low, high) = (a.min(b).min(c), a.max(b).max(c));
            for y in low.y.floor() as u32..(high.y.ceil() as u32).min(height) {
                for x in low.x.floor() as u32..(high.x.ceil() as u32).min(width) {
                    let p = DVec2::new(f64::from(x) + 0.5001, f64::from(y) + 0.50007);
                    let sides = [(a, b), (b, c), (c, a)].map(|(q, r)| (r - q).perp_dot(p - q));
                    if sides.iter().all(|s| *s > 0.0) || sides.iter().all(|s| *s < 0.0) {
                        out[(y * width + x) as usize] = facet as u32 + 1;
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
    fn new(renderer: &mut Renderer, stage: &Stage) -> Result<Self, RenderError> {
        let mut views = Vec::new();
        for quarter in 0..4 {
            let turn = DQuat::from_rotation_y(f64::from(quarter) * std::f64::consts::FRAC_PI_2);
            let pose: Xf<cyc_model::Stage, Pupil> =
                Xf::saturating(turn, stage.outer_eye().metres());
            let tangents = Tangents::new([-1.1, 1.1, -1.1, 1.1]);
            let Ok(view) = Frustum::inner(pose, tangents, 1.0, 0.05) else {
                continue;
            };
            let (matrix, eye) = (view.clip_from_stage(), view.eye());
            let drawn = renderer.draw_direct(&StageFrame::default(), matrix, eye, [SIDE_PX; 2])?;
            views.push((view, drawn));
        }
        Ok(Self { views })
    }

    /// The green that is seen in the direction of a point, of 255; `None` outside the four pictures.
    fn green(&self, point: cyc_model::Point<cyc_model::Stage>) -> Option<f64> {
        let (ndc, picture) = self
            .views
            .iter()
            .filter_map(|(view, picture)| Some((view.project(point)?, picture)))
            .min_by(|a, b| a.0.abs().max_element().total_cmp(&b.0.abs().max_element()))?;
        let at = (DVec2::new(ndc.x, -ndc.y) * 0.5 + 0.5) * f64::from(SIDE_PX) - 0.5;
        let (low, part) = (at.floor(), at - at.floor());
        let value = |dx: u32, dy: u32| {
            let (x, y) = (low.x as u32 + dx, low.y as u32 + dy);
            let green = picture.get(((y * SIDE_PX + x) * 4 + 1) as usize)?;
            Some(f64::from(*green))
        };
        let upper = value(0, 0)? * (1.0 - part.x) + value(1, 0)? * part.x;
        let lower = value(0, 1)? * (1.0 - part.x) + value(1, 1)? * part.x;
        Some(upper * (1.0 - part.y) + lower * part.y)
    }
}
