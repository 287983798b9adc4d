//! The same scene path-traced and in real time: pictures side by side, how alike they are, how long they took.

use crate::Outcome;
use crate::blender::Blender;
use crate::set;
use crate::ssim::{Grey, ssim};
use cyc_benches::machine::load_average;
use cyc_benches::perspective::looking;
use cyc_benches::report::Report;
use cyc_benches::rounds::median;
use cyc_character::{Character, LoadOptions, load};
use cyc_model::{FaceWeights, Quality, StageFrame, Xf};
use cyc_renderer::{Gpu, Layers, RenderSettings, Renderer, SkyLight};
use cyc_stage::{Frustum, Stage, ToneMap};
use glam::{DQuat, DVec3, Vec3};
use image::{Rgb, RgbImage, imageops};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/path_trace.py");

const SIZE_PX: [u32; 2] = [1280, 720];
const EYE_M: [f64; 3] = [0.7, 1.35, 4.3];
const TARGET_M: [f64; 3] = [0.05, 0.95, -0.4];
const FOV_DEG: f64 = 34.0;
const HUMAN_M: [f64; 3] = [0.1, 0.0, 0.2];
const HUMAN_YAW_DEG: f64 = 14.0;
const SKY_PX: [u32; 2] = [2048, 1024];

/// Frames of ours that are timed, before and after the path tracer's.
const FRAMES: usize = 40;

/// What is promised: time of 128 samples over ours.
const RATIO_MIN: f64 = 1500.0;

/// The sky and its sun, and a wall because a stage has one; it is not drawn.
const STAGE: &str = r#"
name = "offline"
[environment]
scene = "standing-stones"
sun_azimuth_deg = -132.0
sun_elevation_deg = 34.0
clouds = 0.35
haze = 0.0
exposure_ev = -0.6
[outer]
eye_m = [0.0, 1.6, 0.0]
[[wall]]
name = "wall"
kind = "plane"
position_m = [0.0, 0.0, -20.0]
width_m = 1.0
height_m = 1.0
cabinets = [1, 1]
cabinet_px = [16, 16]
canvas_px = [0, 0]
"#;

/// Our picture of the scene, again and again.
struct Ours {
    gpu: Gpu,
    renderer: Renderer,
    view: cyc_renderer::DirectView,
    frame: StageFrame,
    frustum: Frustum,
}

impl Ours {
    fn new(gpu: &Gpu, stage: &Stage, models: [Arc<Character>; 2]) -> Outcome<Self> {
        let settings = RenderSettings {
            camera_px: [16, 16],
            wide_px: [16, 16],
            human_shadow_px: 2048,
            ..RenderSettings::default()
        };
        let characters = models.clone().map(Some);
        let mut renderer = Renderer::new(gpu, stage, &characters, settings)?;
        renderer.set_layers(Layers {
            set: false,
            sky: true,
            humans: true,
            fiducials: false,
        });
        let mut frame = StageFrame::default();
        let turned = DQuat::from_rotation_y(HUMAN_YAW_DEG.to_radians());
        let places = [Xf::saturating(turned, DVec3::from(HUMAN_M)), Xf::IDENTITY];
        for (model, place) in models.iter().zip(places) {
            let skeleton = model.skeleton.as_ref().ok_or("no skeleton")?;
            let joints: Vec<_> = skeleton.rest_global().iter().map(|j| place * *j).collect();
            frame.push_human(Quality::Live, &joints, FaceWeights::default());
        }
        Ok(Self {
            gpu: gpu.clone(),
            view: renderer.direct_view(SIZE_PX)?,
            renderer,
            frame,
            frustum: looking(EYE_M, TARGET_M, FOV_DEG, SIZE_PX)?,
        })
    }

    fn draw(&mut self) -> Outcome<()> {
        let (matrix, eye) = (self.frustum.clip_from_stage(), self.frustum.eye());
        self.renderer
            .draw_view(&self.view, &self.frame, matrix, eye)?;
        self.gpu.wait()?;
        Ok(())
    }

    fn frames_s(&mut self) -> Outcome<Vec<f64>> {
        let mut times = Vec::with_capacity(FRAMES);
        for _ in 0..FRAMES {
            let begun = Instant::now();
            self.draw()?;
            times.push(begun.elapsed().as_secs_f64());
        }
        Ok(times)
    }

    fn picture(&mut self) -> Outcome<RgbImage> {
        self.draw()?;
        let rgba = self.renderer.read_view(&self.view)?;
        let rgb = rgba.chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]);
        RgbImage::from_raw(SIZE_PX[0], SIZE_PX[1], rgb.collect())
            .ok_or_else(|| "a picture without its pixels".into())
    }
}

/// The sky as Blender's equirectangular pictures lie: rows from the bottom, Z up, turning clockwise from -X.
fn write_sky(sky: &SkyLight, file: &Path) -> std::io::Result<()> {
    let [width, height] = SKY_PX;
    let mut bytes = Vec::with_capacity((width * height * 16) as usize);
    for row in 0..height {
        let up = ((row as f32 + 0.5) / height as f32 - 0.5) * std::f32::consts::PI;
        for column in 0..width {
            let around = (0.5 - (column as f32 + 0.5) / width as f32) * std::f32::consts::TAU;
            let (x, y, z) = (up.cos() * around.cos(), up.cos() * around.sin(), up.sin());
            let light = sky.radiance(Vec3::new(x, z, -y));
            bytes.extend(
                light
                    .extend(1.0)
                    .to_array()
                    .iter()
                    .flat_map(|c| c.to_le_bytes()),
            );
        }
    }
    std::fs::write(file, bytes)
}

/// Light as our wall would show it: the stage's exposure and tone map, in the display's curve.
fn developed(light: &Path, exposure: f64) -> Outcome<RgbImage> {
    let bytes = std::fs::read(light)?;
    let [width, height] = SIZE_PX;
    if bytes.len() != (width * height * 16) as usize {
        return Err("the path tracer's picture has another size".into());
    }
    Ok(RgbImage::from_fn(width, height, |x, y| {
        let at = ((height - 1 - y) * width + x) as usize * 16;
        let channel = |k: usize| {
            let four = [0, 1, 2, 3].map(|i: usize| bytes[at + 4 * k + i]);
            f64::from(f32::from_le_bytes(four))
        };
        let light = DVec3::new(channel(0), channel(1), channel(2)) * exposure;
        Rgb(ToneMap::Aces.apply(light).to_array().map(display))
    }))
}

fn display(linear: f64) -> u8 {
    let shown = if linear <= 0.003_130_8 {
        linear * 12.92
    } else {
        1.055 * linear.powf(1.0 / 2.4) - 0.055
    };
    (shown.clamp(0.0, 1.0) * 255.0).round() as u8
}

fn grey(picture: &RgbImage) -> Grey {
    let value = |p: &Rgb<u8>| {
        let [r, g, b] = p.0.map(f64::from);
        (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255.0
    };
    Grey {
        size_px: [picture.width() as usize, picture.height() as usize],
        values: picture.pixels().map(value).collect(),
    }
}

/// Measures, and says whether the promise is kept.
pub fn measure(gpu: &Gpu, blender: &Blender, report: &mut Report) -> Outcome<bool> {
    let stage = Stage::from_toml(STAGE)?;
    let human_file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/human/human.glb");
    let set_file = blender.folder.join("set.glb");
    std::fs::write(&set_file, set::glb()?)?;
    let read = |file: &Path| -> Outcome<Arc<Character>> {
        Ok(Arc::new(load(
            &std::fs::read(file)?,
            &LoadOptions::default(),
        )?))
    };
    let mut ours = Ours::new(gpu, &stage, [read(&human_file)?, read(&set_file)?])?;
    let picture = ours.picture()?;
    let mut times = ours.frames_s()?;
    let sky = SkyLight::new(gpu, &stage.environment(), 1024)?;
    let sky_file = blender.folder.join("sky.raw");
    write_sky(&sky, &sky_file)?;
    let runs = [(128, false), (16, true)];
    let files = [0, 1].map(|n: usize| blender.folder.join(format!("light_{n}.raw")));
    let asked = question(&sky, &sky_file, [&human_file, &set_file], &runs, &files);
    let file = blender.folder.join("scene.json");
    std::fs::write(&file, asked.to_string())?;
    let said = blender.run(SCRIPT, &[&file])?;
    let seconds = said
        .lines()
        .filter_map(|l| serde_json::from_str::<Value>(l).ok()?["seconds"].as_f64());
    let seconds: Vec<f64> = seconds.collect();
    times.extend(ours.frames_s()?);
    let best = times.iter().copied().fold(f64::INFINITY, f64::min);
    let own = median(times);
    let exposure = 2f64.powf(stage.environment().exposure_ev);
    let mut rows = String::new();
    let mut sheet = None;
    for (((samples, denoised), file), seconds) in runs.iter().zip(&files).zip(&seconds) {
        let theirs = developed(file, exposure)?;
        let alike = ssim(&grey(&picture), &grey(&theirs));
        let how = if *denoised {
            ", denoised (Open Image Denoise)"
        } else {
            ""
        };
        rows += &format!(
            "| Cycles, {samples} samples{how} | {seconds:.1} s | {:.0} × | {alike:.3} |\n",
            seconds / own
        );
        sheet.get_or_insert(theirs);
    }
    if let Some(theirs) = &sheet {
        keep(&picture, theirs)?;
    }
    let ratio = seconds.first().map_or(0.0, |s| s / own);
    report.paragraph(&format!(
        "## The same scene path-traced\n\nOur human at rest on a set of stone, metal and glaze, under the sky of our own sky model and its sun ({} × {} pixels), {} × {}. Both \
         render the same GLB files, the same sky, sun and camera; Cycles' light is shown through our exposure and tone map. Cycles without adaptive sampling. SSIM is of \
         brightness, of the pictures as displayed, and of Cycles' noise too. Ours: {} samples a pixel, sky, image-based light, sun with a shadow map of 2048 × 2048; the median of \
         {} frames before and after (best {:.1} ms), drawn and waited for. The load was {:.1} at the end. Promised: {RATIO_MIN:.0} × for 128 samples.\n\n\
         | | time | of ours | SSIM to ours |\n|---|---:|---:|---:|\n| ours | {:.1} ms | | |\n{rows}\n\
         ![Left ours, right Cycles with 128 samples](cycles.jpg)\n\nLeft ours, right Cycles with 128 samples, not denoised. What ours lacks: light that is thrown from surface \
         to surface, and the shade of the sky where things stand close.",
        SKY_PX[0], SKY_PX[1], SIZE_PX[0], SIZE_PX[1],
        ours.renderer.settings().samples,
        2 * FRAMES,
        best * 1e3,
        load_average().unwrap_or(f64::NAN),
        own * 1e3,
    ));
    Ok(ratio >= RATIO_MIN)
}

fn question(
    sky: &SkyLight,
    sky_file: &Path,
    [human, set]: [&Path; 2],
    runs: &[(u32, bool)],
    files: &[PathBuf],
) -> Value {
    let runs = runs.iter().zip(files).map(|((samples, denoised), file)| {
        json!({"samples": samples, "denoised": denoised, "file": file})
    });
    json!({
        "models": [
            {"file": human, "place_m": HUMAN_M, "yaw_deg": HUMAN_YAW_DEG},
            {"file": set, "place_m": [0.0, 0.0, 0.0], "yaw_deg": 0.0},
        ],
        "sky": sky_file,
        "sky_px": SKY_PX,
        "to_sun": sky.to_sun.to_array(),
        "sun": sky.sun.to_array(),
        "eye_m": EYE_M,
        "target_m": TARGET_M,
        "fov_deg": FOV_DEG,
        "size_px": SIZE_PX,
        "runs": runs.collect::<Vec<_>>(),
    })
}

/// Both pictures side by side.
fn keep(ours: &RgbImage, theirs: &RgbImage) -> Outcome<()> {
    let [width, height] = SIZE_PX.map(|px| px * 3 / 4);
    let mut sheet = RgbImage::new(2 * width + 8, height);
    for (picture, x) in [(ours, 0), (theirs, width + 8)] {
        let small = imageops::resize(picture, width, height, imageops::FilterType::Lanczos3);
        imageops::replace(&mut sheet, &small, i64::from(x), 0);
    }
    let mut bytes = Vec::new();
    sheet.write_with_encoder(image::codecs::jpeg::JpegEncoder::new_with_quality(
        &mut bytes, 88,
    ))?;
    std::fs::write(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("results/cycles.jpg"),
        bytes,
    )?;
    Ok(())
}
