//! Photographs of the walls' marker pattern: read from files, and their corners found on the stage.

use super::error::AlignFault;
use cyc_align::{GreyPicture, MarkerWall, PICTURE_PX_MAX, Sight, find_markers};
use cyc_stage::{MarkerGrid, Stage};
use glam::DVec2;
use std::path::Path;

/// How far a photograph's proportions may be from the camera's picture: a row of pixels more or less is none.
const PROPORTION_TOLERANCE: f64 = 0.005;

/// What the stage's walls show.
fn grids(stage: &Stage) -> Vec<(MarkerWall, MarkerGrid)> {
    let wall = |(index, wall)| {
        let grid = MarkerGrid::of(wall);
        let MarkerGrid { columns, rows, .. } = grid;
        let wall = index as u32;
        (
            MarkerWall {
                wall,
                columns,
                rows,
            },
            grid,
        )
    };
    stage.walls().iter().enumerate().map(wall).collect()
}

/// A photograph in grey, as its camera coded it.
fn grey(path: &Path) -> Result<(GreyPicture, [u32; 2]), AlignFault> {
    let unreadable = |reason: String| AlignFault::NoPicture {
        path: path.display().to_string(),
        reason,
    };
    let reader = image::ImageReader::open(path).map_err(|e| unreadable(e.to_string()))?;
    let mut reader = reader
        .with_guessed_format()
        .map_err(|e| unreadable(e.to_string()))?;
    let mut limits = image::Limits::default();
    // Four channels of 16 bits, and room for what decodes them.
    limits.max_alloc = Some(PICTURE_PX_MAX * 12);
    reader.limits(limits);
    let picture = reader.decode().map_err(|e| unreadable(e.to_string()))?;
    let size = [picture.width(), picture.height()];
    let values = picture.into_luma16().into_raw();
    let values = values.into_iter().map(|v| f32::from(v) / 65_535.0);
    let grey = GreyPicture::new(size, values.collect());
    let grey = grey.map_err(|fault| AlignFault::bad_photo(path, fault))?;
    Ok((grey, size))
}

/// The corners that a photograph shows, in pixels of the camera's picture.
///
/// # Errors
/// The file is no picture, of other proportions than the camera's, or its pattern cannot be relied on.
pub fn sights(stage: &Stage, picture_px: [u32; 2], path: &Path) -> Result<Vec<Sight>, AlignFault> {
    let (grey, size) = grey(path)?;
    let [given, wanted] = [size, picture_px].map(|[w, h]| DVec2::new(f64::from(w), f64::from(h)));
    let scale = wanted / given;
    if (scale.x / scale.y - 1.0).abs() > PROPORTION_TOLERANCE {
        return Err(AlignFault::PhotoShape {
            path: path.display().to_string(),
            given: format!("{} × {}", size[0], size[1]),
            wanted: format!("{} × {}", picture_px[0], picture_px[1]),
        });
    }
    let grids = grids(stage);
    let walls: Vec<MarkerWall> = grids.iter().map(|(wall, _)| *wall).collect();
    let found = find_markers(&grey, &walls).map_err(|fault| AlignFault::bad_photo(path, fault))?;
    let sight = |seen: cyc_align::MarkerSight| {
        let index = seen.wall as usize;
        let (wall, (_, grid)) = stage.walls().get(index).zip(grids.get(index))?;
        let [width, height] = wall.size_px().map(f64::from);
        let st = grid.corner_px(seen.corner) / DVec2::new(width, height);
        Some(Sight {
            stage: wall.point_of_st(st),
            image_px: seen.image_px * scale,
        })
    };
    Ok(found.sights.into_iter().filter_map(sight).collect())
}
