//! The walls' stills of a frame: for eyes, as light, or as the codes that their processors are told.

use super::file_name;
use super::wall_picture::{crop, cut};
use crate::failure::Failure;
use cyc_film::{CodePicture, LightPicture, Picture, PictureError, Still};
use cyc_renderer::{Pictures, Renderer};
use cyc_stage::{Stage, Wall};

/// What the walls' pictures are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum WallFormat {
    /// PNG of 8 bits, sRGB: for eyes.
    #[default]
    Png,
    /// PNG of 16 bits: what the processors are told, by each wall's own colour.
    Png16,
    /// EXR of half floats: linear light.
    Exr,
}

impl WallFormat {
    /// As it is written on the command line.
    pub const NAMES: [(&'static str, Self); 3] = [
        ("png", Self::Png),
        ("png16", Self::Png16),
        ("exr", Self::Exr),
    ];
}

/// A size and its numbers.
type Part<T> = ([u32; 2], Vec<T>);

/// Every wall that is wanted and every display, with the names of their files.
pub(super) fn stills(
    renderer: &mut Renderer,
    stage: &Stage,
    walls: &[&Wall],
    format: WallFormat,
    drawn: &Pictures,
) -> Result<Vec<(String, Still)>, Failure> {
    let px = renderer.canvas_px();
    // A display may show several walls: light of 1 is what the first wall says.
    let unit_nit = |wall: Option<&Wall>| wall.map_or(1.0, |w| w.color().unit_nit);
    match format {
        WallFormat::Png => parts(stage, walls, (&drawn.canvas, drawn.canvas_px), |part, _| {
            let ([width, height], rgba) = part;
            Ok(("png", Still::Picture(Picture::new(width, height, rgba)?)))
        }),
        WallFormat::Png16 => {
            let codes = renderer.read_signal()?;
            parts(stage, walls, (&codes, px), |part, _| {
                let ([width, height], rgba) = part;
                Ok(("png", Still::Codes(CodePicture::new(width, height, rgba)?)))
            })
        }
        WallFormat::Exr => {
            let light = renderer.read_light()?;
            parts(stage, walls, (&light, px), |part, wall| {
                let ([width, height], rgba) = part;
                let nit = unit_nit(wall.or(stage.walls().first()));
                let light = LightPicture::new(width, height, rgba, nit)?;
                Ok(("exr", Still::Light(light)))
            })
        }
    }
}

fn parts<T: Copy + Default>(
    stage: &Stage,
    walls: &[&Wall],
    canvas: (&[T], [u32; 2]),
    still: impl Fn(Part<T>, Option<&Wall>) -> Result<(&'static str, Still), PictureError>,
) -> Result<Vec<(String, Still)>, Failure> {
    let mut made = Vec::new();
    for wall in walls {
        let (ending, still) = still(cut(wall, stage.canvas_px(), canvas), Some(wall))?;
        made.push((format!("wall-{}.{ending}", file_name(wall.name())), still));
    }
    for display in stage.displays() {
        let (ending, still) = still(crop(display.canvas, stage.canvas_px(), canvas), None)?;
        made.push((
            format!("display-{}.{ending}", file_name(&display.name)),
            still,
        ));
    }
    Ok(made)
}
