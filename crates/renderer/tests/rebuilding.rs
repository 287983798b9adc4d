//! What is lost is built again: the device in the middle of a show, pipelines after an edit of a shader.
//!
//! Rows 25 and 27 of the fault matrix. Needs a Vulkan adapter, for which Mesa's software driver is enough.

#![allow(clippy::unwrap_used)] // A test says what broke by panicking.

use cyc_model::{HostNs, Quality, StageFrame, TrackedBody};
use cyc_renderer::{Gpu, KeptRenderer, Pictures, RenderSettings, ShaderFolder, Wanted};
use cyc_stage::{Stage, StageOverride, TestPattern, WallOverride};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

mod adapter;

use adapter::gpu;

/// As `cyc run` draws live without a graphics card, but for the sky, whose size counts in a test build.
const LIVE: RenderSettings = RenderSettings {
    canvas_scale: 0.25,
    samples: 1,
    camera_px: [640, 360],
    wide_px: [320, 180],
    human_shadow_px: 512,
    sky_px: 128,
};

const WANTED: Wanted = Wanted {
    canvas: true,
    camera: Some(0),
    wide: false,
    window_only: false,
};

/// Edits of shaders count for the whole process: who edits them and who builds from them take turns.
static SHADERS: Mutex<()> = Mutex::new(());

fn demo() -> Stage {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rigs/stages/demo.toml");
    Stage::from_toml(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn frame(stage: &Stage, number: u64) -> StageFrame {
    let mut frame = StageFrame {
        number,
        due: HostNs(number as i64 * 41_666_667),
        ..StageFrame::default()
    };
    for camera in stage.cameras() {
        frame.cameras.push(TrackedBody {
            stage_from_body: camera.stage_from_body(camera.home),
            quality: Quality::Live,
        });
    }
    frame
}

fn show(kept: &mut KeptRenderer, frame: &StageFrame) -> Pictures {
    let mut pictures = Pictures::default();
    kept.render(frame, WANTED).unwrap();
    assert!(kept.take_pictures(&mut pictures).unwrap());
    assert_eq!(pictures.number, frame.number);
    pictures
}

fn apart(a: &Pictures, b: &Pictures) -> u8 {
    let pairs = (a.canvas.iter().zip(&b.canvas)).chain(a.camera.iter().zip(&b.camera));
    assert_eq!(
        (a.canvas.len(), a.camera.len()),
        (b.canvas.len(), b.camera.len())
    );
    pairs.map(|(a, b)| a.abs_diff(*b)).max().unwrap()
}

#[test]
fn row_25_a_lost_device_is_opened_again_and_the_picture_is_the_same() {
    let _turn = SHADERS.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(gpu) = gpu() else { return };
    let stage = demo();
    let mut first = Some(gpu.clone());
    let open = move || first.take().map_or_else(Gpu::headless, Ok);
    let mut kept = KeptRenderer::new(Box::new(open), &stage, &[], LIVE).unwrap();
    let over = StageOverride {
        walls: vec![
            WallOverride::default(),
            WallOverride {
                pattern: Some(TestPattern::Ids),
                ..WallOverride::default()
            },
        ],
        ..StageOverride::default()
    };
    kept.set_override(&over).unwrap();
    let before = show(&mut kept, &frame(&stage, 1));

    // Between two frames.
    gpu.device().destroy();
    let after = show(&mut kept, &frame(&stage, 2));
    assert_eq!(apart(&before, &after), 0, "wishes and all are as they were");
    assert_eq!(kept.rebuilds().losses, 1);
    let between = kept.rebuilds().last.unwrap();

    // Between a frame and its pictures.
    kept.render(&frame(&stage, 3), WANTED).unwrap();
    kept.renderer().gpu().device().destroy();
    let mut pictures = Pictures::default();
    assert!(kept.take_pictures(&mut pictures).unwrap());
    assert_eq!((pictures.number, apart(&before, &pictures)), (3, 0));
    assert!(!kept.take_pictures(&mut pictures).unwrap());
    let within = kept.rebuilds().last.unwrap();
    println!(
        "PROMISE 25: the same picture {:.2} s after the device was destroyed between two frames, {:.2} s within one",
        between.as_secs_f64(),
        within.as_secs_f64()
    );

    // A device that is lost again and again is given up.
    let mut given_up = None;
    for number in 4..12 {
        kept.renderer().gpu().device().destroy();
        if let Err(error) = kept.render(&frame(&stage, number), WANTED) {
            given_up = Some(error);
            break;
        }
    }
    assert!(given_up.is_some());
}

#[test]
fn row_27_an_edit_that_does_not_compile_changes_nothing_and_one_that_does_is_seen() {
    let _turn = SHADERS.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(gpu) = gpu() else { return };
    let stage = demo();
    let folder = tempfile::tempdir().unwrap();
    let mut kept = KeptRenderer::new(Box::new(move || Ok(gpu.clone())), &stage, &[], LIVE).unwrap();
    kept.watch_shaders(ShaderFolder::new(folder.path()));
    let before = show(&mut kept, &frame(&stage, 1));
    let shaders = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shaders");
    let good = std::fs::read_to_string(shaders.join("finish.wgsl")).unwrap();
    let path = folder.path().join("finish.wgsl");
    let mut number = 2;
    let mut edit = |kept: &mut KeptRenderer, text: &str| {
        std::fs::write(&path, text).unwrap();
        // Until it has been looked at.
        let mut missed = 0;
        let mut last = Pictures::default();
        for _ in 0..4 {
            std::thread::sleep(Duration::from_millis(200));
            match kept.render(&frame(&stage, number), WANTED) {
                Ok(_) => {
                    kept.take_pictures(&mut last).unwrap();
                }
                Err(_) => missed += 1,
            }
            number += 1;
        }
        (missed, last)
    };

    let slip = good.replace("let seen", "let sean");
    assert_ne!(slip, good);
    let (missed, after) = edit(&mut kept, &slip);
    let fault = kept.rebuilds().fault.clone().unwrap();
    assert_eq!((missed, apart(&before, &after)), (0, 0));
    assert_eq!(fault.file, "finish.wgsl");
    let line = good
        .lines()
        .position(|l| l.contains("vec4f(with_dither(clamp(seen"))
        .unwrap();
    assert_eq!(fault.line, line as u32 + 1, "{fault}");
    println!(
        "PROMISE 27: {missed} frames missed; said as {}:{}:{}",
        fault.file, fault.line, fault.column
    );

    // What the language allows and the pipeline's layout does not.
    let unbound = good.replace("@binding(1) var light", "@binding(7) var light");
    let (missed, after) = edit(&mut kept, &unbound);
    assert_eq!((missed, apart(&before, &after)), (0, 0));
    assert!(kept.rebuilds().fault.is_some() && kept.rebuilds().edits == 0);

    let inverted = good.replace("* wall.shown.x;", "* wall.shown.x * vec3f(0.0, 1.0, 0.0);");
    assert_ne!(inverted, good);
    let (missed, after) = edit(&mut kept, &inverted);
    assert_eq!((missed, kept.rebuilds().edits), (0, 1));
    assert!(kept.rebuilds().fault.is_none());
    let red: u64 = after.canvas.chunks_exact(4).map(|p| u64::from(p[0])).sum();
    assert_eq!(red, 0, "only green is left");
    let (_, back) = edit(&mut kept, &good);
    assert_eq!(apart(&before, &back), 0);
}
