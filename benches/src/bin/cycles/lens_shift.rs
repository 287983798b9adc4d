//! A third opinion on off-axis frusta: the balls of the test pattern as the outer view puts them onto a flat wall, and as
//! Cycles sees them with a shifted lens.

use crate::Outcome;
use crate::blender::Blender;
use crate::blobs::{blobs, misses};
use cyc_benches::report::Report;
use cyc_benches::rounds::percentile;
use cyc_model::StageFrame;
use cyc_renderer::{Gpu, Layers, Pictures, RenderSettings, Renderer, Wanted, fiducials};
use cyc_stage::Stage;
use image::RgbImage;
use serde_json::json;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/lens_shift.py");

/// The wall, and eyes far off its axis; metres, degrees.
const FOOT_M: [f64; 3] = [0.6, 0.2, -5.0];
const YAW_DEG: f64 = 11.0;
const SIZE_M: [f64; 2] = [10.0, 4.5];
const SIZE_PX: [u32; 2] = [2000, 900];
const EYES_M: [[f64; 3]; 3] = [[0.0, 1.6, 0.0], [-3.2, 0.9, -1.5], [2.5, 3.4, 1.2]];

/// What is promised, wall pixels.
const MISS_MAX_PX: f64 = 1.0;

fn stage([x, y, z]: [f64; 3]) -> Outcome<Stage> {
    let [foot_x, foot_y, foot_z] = FOOT_M;
    let [width, height] = SIZE_M;
    Ok(Stage::from_toml(&format!(
        r#"
name = "lens shift"
[environment]
scene = "test-pattern"
[outer]
eye_m = [{x:?}, {y:?}, {z:?}]
[[wall]]
name = "wall"
kind = "plane"
position_m = [{foot_x:?}, {foot_y:?}, {foot_z:?}]
yaw_deg = {YAW_DEG:?}
width_m = {width:?}
height_m = {height:?}
cabinets = [20, 9]
cabinet_px = [100, 100]
canvas_px = [0, 0]
"#
    ))?)
}

fn ours(gpu: &Gpu, eye_m: [f64; 3]) -> Outcome<RgbImage> {
    let settings = RenderSettings {
        camera_px: [16, 16],
        wide_px: [16, 16],
        sky_px: 32,
        ..RenderSettings::default()
    };
    let mut renderer = Renderer::new(gpu, &stage(eye_m)?, &[], settings)?;
    renderer.set_layers(Layers::FIDUCIALS);
    let wanted = Wanted {
        canvas: true,
        ..Wanted::default()
    };
    let mut pictures = Pictures::default();
    renderer.render(&StageFrame::default(), wanted)?;
    renderer.take_pictures(&mut pictures)?;
    let rgb = pictures
        .canvas
        .chunks_exact(4)
        .flat_map(|p| [p[0], p[1], p[2]]);
    let [width, height] = pictures.canvas_px;
    RgbImage::from_raw(width, height, rgb.collect())
        .ok_or_else(|| "a picture without its pixels".into())
}

fn theirs(blender: &Blender, eye_m: [f64; 3]) -> Outcome<RgbImage> {
    let balls: Vec<_> = fiducials()
        .iter()
        .map(|f| json!([f.centre_m.to_array(), f.radius_m]))
        .collect();
    let scene = json!({
        "eye_m": eye_m,
        "foot_m": FOOT_M,
        "yaw_deg": YAW_DEG,
        "width_m": SIZE_M[0],
        "height_m": SIZE_M[1],
        "balls": balls,
        "size_px": SIZE_PX,
        "samples": 64,
    });
    let file = blender.folder.join("shift.json");
    let picture = blender.folder.join("shift.png");
    std::fs::write(&file, scene.to_string())?;
    blender.run(SCRIPT, &[&file, &picture])?;
    Ok(image::open(picture)?.to_rgb8())
}

/// Measures, and says whether the promise is kept.
pub fn measure(gpu: &Gpu, blender: &Blender, report: &mut Report) -> Outcome<bool> {
    let mut text = format!(
        "## Lens shift, as a third opinion\n\nThe balls of the test pattern on a flat wall of {} × {} m and {} × {} px that is turned by {YAW_DEG}°: the outer view's \
         picture beside that of Cycles, whose camera looks straight across the wall and is shifted to it (its own sensor, focal length and shift; nothing of ours). Blobs are \
         found in both pictures and the nearest ones compared; wall pixels. Promised: {MISS_MAX_PX} px.\n\n\
         | eye m | blobs | without a partner | mean px | p99 px | worst px |\n|---|---:|---:|---:|---:|---:|\n",
        SIZE_M[0], SIZE_M[1], SIZE_PX[0], SIZE_PX[1],
    );
    let mut kept = true;
    for eye_m in EYES_M {
        let (ours, theirs) = (blobs(&ours(gpu, eye_m)?), blobs(&theirs(blender, eye_m)?));
        let all = misses(&ours, &theirs, 3.0);
        let found: Vec<f64> = all.iter().flatten().copied().collect();
        let mean = found.iter().sum::<f64>() / found.len().max(1) as f64;
        let worst = percentile(found.clone(), 1.0);
        // A ball that hides another by a hair joins it in one picture alone.
        kept &= worst <= MISS_MAX_PX && found.len() * 50 >= all.len() * 49 && found.len() >= 60;
        text += &format!(
            "| {eye_m:?} | {} | {} | {mean:.3} | {:.3} | {worst:.3} |\n",
            all.len(),
            all.len() - found.len(),
            percentile(found, 0.99),
        );
    }
    report.paragraph(&text);
    Ok(kept)
}
