//! What is seen at the seams of the outer view, for its test and its bench.
//!
//! Each pixel at a seam must show what the outer view's eye sees there directly, and the two pixels beside a seam must differ by
//! as much as what is seen there does: what is left of that difference is the seam. Both pictures are asked in half floats,
//! before anything is rounded or dithered: 8 bits with their dither would be off by one themselves.

use cyc_model::{Point, Pupil, StageFrame, Xf};
use cyc_renderer::{Gpu, Layers, Pictures, RenderError, RenderSettings, Renderer, Wanted};
use cyc_stage::{Frustum, SceneKind, Stage, Tangents};
use glam::{DQuat, DVec2, DVec3};

/// What was found, all of 255.
#[derive(Clone, Copy, Debug)]
pub struct Seams {
    /// Pixels that have a seam beside them.
    pub pixels: usize,
    /// From the direct picture: mean, what 99 % stay below, worst.
    pub miss: [f64; 3],
    /// The step across a seam against that of the direct picture: mean, what 99 % stay below, worst.
    pub step: [f64; 3],
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
    let width = pictures.canvas_px[0] as usize;
    let seams = seams(&facets_of_pixels(&stage), width);
    let pixels: Vec<usize> = seams.iter().flat_map(|(a, b)| [*a, *b]).collect();
    let places: Vec<_> = pixels.iter().map(|at| place(&stage, *at, width)).collect();
    let seen = radiances(&mut renderer, &stage, &places)?;
    let missed: Vec<_> = (pixels.iter().zip(&places).zip(&seen))
        .map(|((at, place), seen)| {
            let wall = stage.walls().get(place.as_ref()?.0)?;
            Some(shown[*at] - display(wall.color().light((*seen)?).y))
        })
        .collect();
    let (mut misses, mut steps) = (Vec::new(), Vec::new());
    for pair in missed.chunks_exact(2) {
        if let [Some(here), Some(there)] = pair {
            misses.extend([here.abs(), there.abs()]);
            steps.push((here - there).abs());
        }
    }
    Ok(Seams {
        pixels: misses.len(),
        miss: summary(&mut misses),
        step: summary(&mut steps),
    })
}

/// Where a canvas pixel stands: its wall, and its place on the stage.
type Place = Option<(usize, Point<cyc_model::Stage>)>;

fn place(stage: &Stage, at: usize, width: usize) -> Place {
    let px = DVec2::new((at % width) as f64 + 0.5, (at / width) as f64 + 0.5);
    let walls = stage.walls().iter().enumerate();
    let mut lit = walls.filter_map(|(index, wall)| Some((index, wall.point_of_canvas(px)?)));
    lit.next()
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

/// Neighbouring pixels that different facets show.
fn seams(facets: &[u32], width: usize) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    for at in 0..facets.len() - width {
        for next in [at + 1, at + width] {
            let other = facets[at] != facets[next] && facets[at] * facets[next] != 0;
            if other && at % width + 1 < width {
                out.push((at, next));
            }
        }
    }
    out
}

/// Side of the direct pictures, pixels: finer than the walls' own.
const SIDE_PX: u32 = 4096;

/// What the outer view's eye sees directly towards each place, with the stage's exposure; `None` far above and below.
fn radiances(
    renderer: &mut Renderer,
    stage: &Stage,
    places: &[Place],
) -> Result<Vec<Option<DVec3>>, RenderError> {
    let exposure = 2f64.powf(stage.environment().exposure_ev);
    let target = renderer.direct_view([SIDE_PX; 2])?;
    let mut out = vec![None; places.len()];
    // How far off the middle of its picture each place was seen.
    let mut nearest = vec![0.999; places.len()];
    for quarter in 0..4 {
        let turn = DQuat::from_rotation_y(f64::from(quarter) * std::f64::consts::FRAC_PI_2);
        let pose: Xf<cyc_model::Stage, Pupil> = Xf::saturating(turn, stage.outer_eye().metres());
        let tangents = Tangents::new([-1.1, 1.1, -1.1, 1.1]);
        let Ok(view) = Frustum::inner(pose, tangents, 1.0, 0.05) else {
            continue;
        };
        let (matrix, eye) = (view.clip_from_stage(), view.eye());
        renderer.draw_view(&target, &StageFrame::default(), matrix, eye)?;
        let drawn = renderer.read_view_light(&target)?;
        let color = |x: u32, y: u32| {
            let at = ((y * SIDE_PX + x) * 4) as usize;
            let [r, g, b] = drawn.get(at..at + 3)? else {
                return None;
            };
            Some(DVec3::new(r.to_f64(), g.to_f64(), b.to_f64()))
        };
        for ((place, out), nearest) in places.iter().zip(&mut out).zip(&mut nearest) {
            let Some(ndc) = place.and_then(|(_, point)| view.project(point)) else {
                continue;
            };
            if ndc.abs().max_element() < *nearest {
                *nearest = ndc.abs().max_element();
                *out = between(ndc, color).map(|radiance| radiance * exposure);
            }
        }
    }
    Ok(out)
}

/// Between the four pixels around a place in the picture.
fn between(ndc: DVec2, color: impl Fn(u32, u32) -> Option<DVec3>) -> Option<DVec3> {
    let at = (DVec2::new(ndc.x, -ndc.y) * 0.5 + 0.5) * f64::from(SIDE_PX) - 0.5;
    let (low, part) = (at.floor(), at - at.floor());
    let (x, y) = (low.x as u32, low.y as u32);
    let upper = color(x, y)?.lerp(color(x + 1, y)?, part.x);
    let lower = color(x, y + 1)?.lerp(color(x + 1, y + 1)?, part.x);
    Some(upper.lerp(lower, part.y))
}
