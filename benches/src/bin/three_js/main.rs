//! Ten skinned characters beside three.js, in one run on one processor.
//!
//! ```text
//! CYC_PEER_NODE_MODULES=… cargo run --release -p cyc-benches --bin three_js
//! ```
//!
//! prints the page and replaces `benches/results/three_js.md` and its picture. Without Chromium or node it says so.

mod character;
mod ours;
mod scene;
mod theirs;

use cyc_benches::report::Report;
use cyc_benches::rounds::{Contender, Figures, in_turn, median};
use cyc_renderer::Gpu;
use image::{ImageFormat, RgbImage, imageops};
use ours::Ours;
use scene::Scene;
use std::cell::RefCell;
use std::path::Path;
use theirs::ThreeJs;

/// What can stop a measurement.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Rounds, unless an argument says otherwise.
const ROUNDS: usize = 9;
/// Frames of a contender in a round.
const FRAMES: usize = 12;

/// What is promised of the frame time against theirs: everything in both, and everything in ours alone.
const SAME_MAX: f64 = 0.75;
const MORE_MAX: f64 = 1.0;

const ABOUT: &str = "Ten characters of 10 201 vertices on 65 joints (one GLB file for both, with textures for colour, normals and occlusion, roughness, metalness), each \
joint moving in each frame, 1280 × 720. A frame's time is from posing the joints until it is drawn, waited for; a contender's figure is the median over \
all rounds of its median over twelve frames, all in turn. Ours on Mesa's Vulkan driver for processors, three.js in Chromium, WebGL 2 through ANGLE on Mesa's OpenGL driver for \
processors: the same rasteriser. \"All lit\" is a sun with a shadow map of 1024 × 1024, image-based light, normal maps; \"sun alone\" has neither shadow nor \
image-based light. Ours has no way without them. `cargo xtask bench three_js`";

fn main() -> Outcome<()> {
    let gpu = match Gpu::headless() {
        Ok(gpu) => gpu,
        Err(error) => {
            eprintln!("SKIPPED: {error}");
            return Ok(());
        }
    };
    let folder = std::env::temp_dir().join(format!("cyc-three-js-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let measured = measure(&gpu, &folder);
    // What stays behind is in the system's own folder for such things.
    let _ = std::fs::remove_dir_all(&folder);
    measured
}

fn measure(gpu: &Gpu, folder: &Path) -> Outcome<()> {
    let glb = character::glb(false)?;
    std::fs::write(folder.join("humans.glb"), &glb)?;
    let mut report = Report::new("Characters beside three.js", ABOUT);
    let adapter = gpu.report();
    report.paragraph(&format!(
        "Ours is drawn by {} ({}).",
        adapter.name, adapter.driver
    ));
    let rounds = std::env::args().nth(1).and_then(|n| n.parse().ok());
    let rounds = rounds.unwrap_or(ROUNDS);
    let mut kept = true;
    for samples in [1, 4] {
        let scene = Scene::new(samples);
        let start = |lit| ThreeJs::start(folder, &scene, lit);
        let pages = [
            ("three.js, all lit", start(true)),
            ("three.js, sun alone", start(false)),
        ];
        let mut plain = Ours::new(gpu, &scene, &glb, false)?;
        let mut with_face = Ours::new(gpu, &scene, &character::glb(true)?, true)?;
        let covered = plain
            .picture()?
            .chunks_exact(4)
            .filter(|p| p[..3] != [0; 3])
            .count();
        let mut said = format!("{samples} sample(s) a pixel; ours covers {covered} pixels");
        let mut theirs = Vec::new();
        for (name, page) in pages {
            match page {
                Ok(page) => {
                    said += &format!(
                        "; {name}: r{}, Chromium {}, {}, {} samples, {} pixels",
                        page.said["revision"].as_str().unwrap_or("?"),
                        page.said["browser"].as_str().unwrap_or("?"),
                        page.said["renderer"].as_str().unwrap_or("?"),
                        page.said["samples"],
                        page.said["covered"],
                    );
                    theirs.push((name, RefCell::new(page)));
                }
                Err(why) => {
                    eprintln!("SKIPPED: {name}: {why}");
                    said += &format!("; {name}: not run here");
                }
            }
        }
        eprintln!("{said}");
        report.paragraph(&format!("{said}."));
        if samples == 1 {
            keep_pictures(&scene, &mut plain, theirs.first().map(|t| &t.1), folder)?;
        }
        let figures = race(rounds, &mut plain, &mut with_face, &theirs);
        let question = format!("Milliseconds a frame, {samples} sample(s) a pixel");
        report.table(&question, &["ms"], &figures);
        kept &= judge(&figures, &mut report);
    }
    report.paragraph("![Left ours, right three.js: the same ten characters](three_js.png)\n\nLeft ours, right three.js, both all lit. Their skies differ, so the tint of their shaded sides does.");
    let path = report.finish("three_js.md")?;
    eprintln!("written: {}", path.display());
    if !kept {
        return Err("a promise is not kept: it stands in the page".into());
    }
    Ok(())
}

fn race(
    rounds: usize,
    plain: &mut Ours,
    with_face: &mut Ours,
    theirs: &[(&'static str, RefCell<ThreeJs>)],
) -> Vec<Figures> {
    let mut contenders = vec![
        own("ours, all lit", plain),
        own("ours, all lit, 52 face targets", with_face),
    ];
    contenders.extend(theirs.iter().map(|(name, page)| Contender {
        name,
        is_ours: false,
        run: Box::new(move || {
            let times = page.borrow_mut().frames_ms(FRAMES);
            vec![times.map_or(f64::NAN, median)]
        }),
    }));
    in_turn(rounds, contenders)
}

fn own<'a>(name: &'static str, ours: &'a mut Ours) -> Contender<'a> {
    Contender {
        name,
        is_ours: true,
        run: Box::new(move || vec![ours.frames_ms(FRAMES).map_or(f64::NAN, median)]),
    }
}

/// The two ratios that are promised, and whether they hold; nothing to judge without the peer.
fn judge(figures: &[Figures], report: &mut Report) -> bool {
    let of = |name: &str| {
        figures
            .iter()
            .find(|f| f.name == name)
            .and_then(|f| f.median.first().copied())
    };
    let ours = [of("ours, all lit"), of("ours, all lit, 52 face targets")];
    let theirs = [of("three.js, all lit"), of("three.js, sun alone")];
    let ([Some(same), Some(more)], [Some(lit), Some(sun)]) = (ours, theirs) else {
        return true;
    };
    let (same, more) = (same / lit, more / sun);
    report.paragraph(&format!(
        "With the same materials and light ours takes **{same:.2}** of three.js' time (promised: {SAME_MAX}). Ours with 52 face targets, image-based light and \
         shadow takes **{more:.2}** of three.js' time without any of them (promised: {MORE_MAX:.1})."
    ));
    same <= SAME_MAX && more <= MORE_MAX
}

/// Both pictures side by side.
fn keep_pictures(
    scene: &Scene,
    ours: &mut Ours,
    theirs: Option<&RefCell<ThreeJs>>,
    folder: &Path,
) -> Outcome<()> {
    let [width, height] = scene.size_px;
    let rgba = ours.picture()?;
    let rgb = rgba
        .chunks_exact(4)
        .flat_map(|p| [p[0], p[1], p[2]])
        .collect();
    let mine = RgbImage::from_raw(width, height, rgb).ok_or("a picture without its pixels")?;
    let mut sheet = RgbImage::new(width, height / 2);
    let half = |picture: &RgbImage| {
        imageops::resize(
            picture,
            width / 2,
            height / 2,
            imageops::FilterType::Triangle,
        )
    };
    imageops::replace(&mut sheet, &half(&mine), 0, 0);
    if let Some(page) = theirs {
        let file = folder.join("theirs.png");
        page.borrow_mut().keep_picture(&file)?;
        let other = image::load_from_memory_with_format(&std::fs::read(file)?, ImageFormat::Png)?;
        imageops::replace(&mut sheet, &half(&other.to_rgb8()), i64::from(width / 2), 0);
    }
    sheet.save(Path::new(env!("CARGO_MANIFEST_DIR")).join("results/three_js.png"))?;
    Ok(())
}
