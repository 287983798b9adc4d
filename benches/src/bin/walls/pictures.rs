//! A picture for each shape of wall: what the wall shows, what the lens sees of it, and how that differs from the scene.

use crate::Outcome;
use crate::shapes::{Glass, Shape};
use cyc_benches::report::Report;
use cyc_renderer::proof::Proof;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};
use std::path::Path;

/// Width of a picture.
const WIDTH_PX: u32 = 1120;
/// Between and around its parts.
const GAP_PX: u32 = 12;
/// The wall's canvas is drawn no higher than this.
const CANVAS_HEIGHT_PX: u32 = 370;
const GREY: Rgb<u8> = Rgb([38, 38, 42]);
const JPEG_QUALITY: u8 = 78;

/// Through which lens a shape is pictured: each lens twice.
pub fn glass_of(shape: Shape) -> Glass {
    match shape {
        Shape::Flat | Shape::Cylinder270 => Glass::Plain,
        Shape::Folded | Shape::Arc => Glass::Barrel,
        Shape::Cave | Shape::Mesh => Glass::Pincushion,
    }
}

fn caption(shape: Shape) -> &'static str {
    match shape {
        Shape::Flat => "A flat wall of 10 × 4.5 m.",
        Shape::Folded => {
            "A wall of four flat panels. Its right half hangs upside down on the canvas, as its cabinets are wired."
        }
        Shape::Arc => {
            "An arc of R = 5 m over 160°: straight lines are bent on the wall so that the lens sees them straight."
        }
        Shape::Cylinder270 => {
            "A cylinder of 270° around the camera: the lens sees a fifth of it, the rest lights the actors."
        }
        Shape::Cave => "A cave of five walls. Canvas: front, left, right; below floor and ceiling.",
        Shape::Mesh => "A sheet that waves both ways, from an OBJ file.",
    }
}

/// Keeps the picture of a shape.
pub fn keep(shape: Shape, proof: &Proof) -> Outcome<()> {
    let Some(shots) = &proof.pictures else {
        return Ok(());
    };
    let rgb = |[width, height]: [u32; 2], rgba: &[u8]| {
        let of = rgba.chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]);
        RgbImage::from_raw(width, height, of.collect()).ok_or("a picture without its pixels")
    };
    let inner = WIDTH_PX - 2 * GAP_PX;
    let canvas = fitted(
        &rgb(shots.canvas_px, &shots.canvas)?,
        [inner, CANVAS_HEIGHT_PX],
    );
    let half = [(inner - GAP_PX) / 2, WIDTH_PX];
    let size_px = shots.direct.size_px;
    let difference = shots.direct.difference(&shots.through_fine_wall);
    let seen = fitted(&rgb(size_px, &shots.through_wall.to_rgba())?, half);
    let difference = fitted(&rgb(size_px, &difference)?, half);
    let height = 3 * GAP_PX + canvas.height() + seen.height();
    let mut sheet = RgbImage::from_pixel(WIDTH_PX, height, GREY);
    let mut put = |part: &RgbImage, x: u32, y: u32| {
        imageops::replace(&mut sheet, part, i64::from(x), i64::from(y));
    };
    put(&canvas, (WIDTH_PX - canvas.width()) / 2, GAP_PX);
    let below = 2 * GAP_PX + canvas.height();
    put(&seen, GAP_PX, below);
    put(&difference, 2 * GAP_PX + half[0], below);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("results/walls");
    std::fs::create_dir_all(&folder)?;
    let mut bytes = Vec::new();
    sheet.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY))?;
    std::fs::write(folder.join(format!("{}.jpg", shape.name())), bytes)?;
    Ok(())
}

/// As large as it fits.
fn fitted(picture: &RgbImage, [width, height]: [u32; 2]) -> RgbImage {
    let [w, h] = [picture.width(), picture.height()].map(f64::from);
    let scale = (f64::from(width) / w).min(f64::from(height) / h);
    let [w, h] = [w, h].map(|px| (px * scale).round().max(1.0) as u32);
    imageops::resize(picture, w, h, FilterType::Lanczos3)
}

/// Adds the pictures to the page.
pub fn show(report: &mut Report) {
    report.paragraph(
        "## Pictures\n\nEach shows the wall's canvas at its real pitch (above), what the physical lens sees of it (lower left), and where that \
         differs from the scene seen directly (lower right): eight times the difference of the display values, at two wall pixels a camera \
         pixel. Black is equal, or beyond the wall.",
    );
    for shape in Shape::ALL {
        let (name, lens) = (shape.name(), glass_of(shape).name());
        report.paragraph(&format!(
            "![{name}](walls/{name}.jpg)\n\n**{name}**, lens: {lens}. {}",
            caption(shape)
        ));
    }
}
