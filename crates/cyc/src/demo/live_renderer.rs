//! The renderer of the live picture: how large and how fine it draws, and on which device it goes on after a loss.

use cyc_character::Character;
use cyc_renderer::{Gpu, KeptRenderer, RenderError, RenderSettings, WallWindow};
use cyc_stage::Stage;
use std::sync::Arc;

/// Scale of the live canvas: a preview on a software renderer, still readable in a window.
const CANVAS_SCALE: f64 = 0.25;
/// Canvas pixels that even a processor draws one by one.
const SMALL_CANVAS_PX: f64 = 200_000.0;
/// Samples of a pixel where a graphics card draws for the walls themselves.
const WALL_SAMPLES: u32 = 4;
/// Size of the live camera picture, pixels.
const CAMERA_PX: [u32; 2] = [640, 360];

/// Walls are drawn pixel for pixel, unless a processor draws them.
fn settings(gpu: &Gpu, stage: &Stage, has_walls: bool) -> RenderSettings {
    let software = gpu.report().software;
    let [width, height] = stage.canvas_px().map(f64::from);
    let is_whole = has_walls && (!software || width * height <= SMALL_CANVAS_PX);
    RenderSettings {
        canvas_scale: if is_whole { 1.0 } else { CANVAS_SCALE },
        samples: if is_whole && !software {
            WALL_SAMPLES
        } else {
            1
        },
        camera_px: CAMERA_PX,
        ..RenderSettings::default()
    }
}

/// A renderer on a device that is there; after a loss on another one that can present to the walls' windows.
pub(super) fn kept(
    gpu: &Gpu,
    (stage, walls): (&Stage, &[WallWindow]),
    characters: &[Option<Arc<Character>>],
) -> Result<KeptRenderer, RenderError> {
    let mut first = Some(gpu.clone());
    let windows = walls.to_vec();
    let open = move || {
        let there = first.take().filter(|gpu| gpu.check().is_ok());
        there.map_or_else(|| KeptRenderer::gpu_for(&windows), Ok)
    };
    let settings = settings(gpu, stage, !walls.is_empty());
    KeptRenderer::new(Box::new(open), stage, characters, settings)
}
