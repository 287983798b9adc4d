//! Draws a stage with its human at rest and writes the pictures: `look STAGE.toml OUT_DIR [FRAMES] [SCALE] [SAMPLES]`.
//!
//! For people who work on shaders and set pieces; prints what each pass cost.

use cyc_character::{Character, LoadOptions, load};
use cyc_model::{FaceShape, FaceWeights, Pupil, Quality, StageFrame, TrackedBody, Xf};
use cyc_renderer::{Gpu, GpuPass, Pictures, RenderSettings, Renderer, Wanted};
use cyc_stage::Stage;
use glam::{DQuat, DVec3, EulerRot};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |nth: usize, default: f64| {
        args.get(nth)
            .and_then(|a| a.parse().ok())
            .unwrap_or(default)
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let stage_path = args
        .first()
        .map_or(root.join("rigs/stages/demo.toml"), PathBuf::from);
    let out = args.get(1).map_or(std::env::temp_dir(), PathBuf::from);
    let stage = Stage::from_toml(&std::fs::read_to_string(stage_path)?)?;
    let bytes = std::fs::read(root.join("assets/human/human.glb"))?;
    let character = Arc::new(load(&bytes, &LoadOptions::default())?);
    let settings = RenderSettings {
        canvas_scale: number(3, 0.5),
        samples: number(4, 4.0) as u32,
        ..RenderSettings::default()
    };
    let begun = Instant::now();
    let gpu = Gpu::headless()?;
    println!("{:?}", gpu.report());
    let mut renderer = Renderer::new(&gpu, &stage, &[Some(character.clone())], settings)?;
    gpu.wait()?;
    println!("built in {:?}", begun.elapsed());
    let wanted = Wanted {
        canvas: true,
        camera: Some(0),
        wide: true,
        ..Wanted::default()
    };
    let mut pictures = Pictures::default();
    let frames = number(2, 1.0) as u64;
    for nth in 0..frames {
        let frame = frame(&stage, &character, nth);
        let begun = Instant::now();
        let report = renderer.render(&frame, wanted)?;
        renderer.take_pictures(&mut pictures)?;
        println!("frame {nth}: {:?} in all, {report:?}", begun.elapsed());
        for (pass, time) in GpuPass::ALL.iter().zip(pictures.passes) {
            println!("    {pass:?}: {time:?}");
        }
    }
    portrait(&mut renderer, &frame(&stage, &character, 0), &out)?;
    for (name, px, rgba) in [
        ("canvas", pictures.canvas_px, &pictures.canvas),
        ("camera", pictures.camera_px, &pictures.camera),
        ("wide", pictures.wide_px, &pictures.wide),
    ] {
        let path = out.join(format!("{name}.png"));
        image::save_buffer(path, rgba, px[0], px[1], image::ColorType::Rgba8)?;
    }
    Ok(())
}

/// A frame with the camera on a small move and the human at rest, seven metres beyond the performer.
fn frame(stage: &Stage, character: &Character, nth: u64) -> StageFrame {
    let mut frame = StageFrame {
        number: nth,
        ..StageFrame::default()
    };
    let t = nth as f64 / 24.0;
    for camera in stage.cameras() {
        let rotation = DQuat::from_euler(EulerRot::YXZ, 0.02 + 0.1 * t, 0.05, 0.01);
        let pupil: Xf<cyc_model::Stage, Pupil> =
            Xf::saturating(rotation, DVec3::new(0.4 + 0.3 * t, 1.45, 0.6));
        frame.cameras.push(TrackedBody {
            stage_from_body: (pupil * camera.body_from_pupil.inverse()).relabel(),
            quality: Quality::Live,
        });
    }
    for _ in stage.props() {
        frame.props.push(TrackedBody {
            stage_from_body: Xf::saturating(
                DQuat::from_euler(EulerRot::YXZ, 0.4, 0.1, -0.15),
                DVec3::new(1.0, 1.0, 0.0),
            ),
            quality: Quality::Live,
        });
    }
    if let Some(skeleton) = &character.skeleton {
        let place = Xf::saturating(DQuat::from_rotation_y(0.35), DVec3::new(-0.3, 0.0, -6.2));
        let joints: Vec<_> = skeleton.rest_global().iter().map(|j| place * *j).collect();
        let mut face = FaceWeights::default();
        face.set(FaceShape::MouthSmileLeft, 0.4);
        face.set(FaceShape::MouthSmileRight, 0.4);
        frame.push_human(Quality::Live, &joints, face);
    }
    frame
}

/// The human from near, directly.
fn portrait(renderer: &mut Renderer, frame: &StageFrame, out: &Path) -> Result<(), Failure> {
    let head = frame
        .joints_of_human(0)
        .iter()
        .map(|j| j.translation().metres());
    let head = head
        .reduce(|a, b| if b.y > a.y { b } else { a })
        .unwrap_or_default();
    let size = [720, 720];
    for (name, distance, drop) in [("portrait", 1.1, 0.08), ("figure", 3.4, 0.75)] {
        let eye = head + DVec3::new(0.35 * distance, 0.05, distance);
        let to = head - DVec3::Y * drop - eye;
        let rotation = DQuat::from_euler(
            EulerRot::YXZ,
            (-to.x).atan2(-to.z),
            (to.y / to.length()).asin(),
            0.0,
        );
        let pose: Xf<cyc_model::Stage, Pupil> = Xf::saturating(rotation, eye);
        let tangents = cyc_stage::Tangents::new([-0.32, 0.32, -0.32, 0.32]);
        let view = cyc_stage::Frustum::inner(pose, tangents, 1.0, 0.05)?;
        let rgba = renderer.draw_direct(frame, view.clip_from_stage(), view.eye(), size)?;
        let path = out.join(format!("{name}.png"));
        image::save_buffer(path, &rgba, size[0], size[1], image::ColorType::Rgba8)?;
    }
    Ok(())
}
