//! The wall's own marker pattern in a picture: which corners of its cells are seen, and where, to a small part of a pixel.
//!
//! The pattern is a checkerboard that fills every wall; a dot or none in each cell makes every stretch of some 45 cells unlike
//! every other of the stage. Corners are found as saddles of brightness, joined to pieces along their edges, each piece is
//! named by its dots, and its corners are measured anew. Pictures in which corners are not where they seem are refused.
//! (Crates that find printed targets are young, and none reads a board that goes on behind actors over several walls.)

mod code;
mod fault;
mod lattice;
mod level;
mod reading;
mod refine;
mod saddle;

pub use code::{MarkerWall, marker_dot, marker_white};
pub use fault::MarkerFault;
pub use level::GreyPicture;

use crate::{MARKERS_MIN, PICTURE_SIGHTS_MAX};
use glam::DVec2;
use lattice::{Lattice, is_even, lattices};
use reading::{Reading, Tone, read};
use refine::Window;
use saddle::{SMOOTH_PX, saddles};
use std::collections::HashMap;

/// A corner between four cells in a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MarkerSight {
    /// The wall's place in the stage.
    pub wall: u32,
    /// Cells to the left of it and above it.
    pub corner: [u32; 2],
    /// Where it is in the picture, pixels from the upper left corner; the middle of the first pixel is (0.5, 0.5).
    pub image_px: DVec2,
}

/// What a picture shows of the pattern.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundMarkers {
    /// Corners; of more than [`PICTURE_SIGHTS_MAX`] a part from everywhere.
    pub sights: Vec<MarkerSight>,
    /// Standard deviation of the blur across edges, pixels.
    pub blur_px: f64,
    /// White less black, of what a picture can show.
    pub contrast: f64,
}

/// White less black at least.
const CONTRAST_MIN: f64 = 0.08;
/// How much of the white may be clipped: one lamp in the picture is not an exposure.
const CLIPPED_MAX: f64 = 0.3;
/// How blurred edges may be, of a cell's side.
const BLUR_MAX: f64 = 0.14;
/// A picture without a pattern whose sharpest edges are as blurred as this is blurred, pixels.
const BLUR_ALONE_PX: f64 = 4.0;
/// Times a picture is halved at most: each LED of a near wall is a dot of its own in the whole picture.
const HALVES: usize = 4;
/// Corners that make other sizes needless.
const ENOUGH: usize = 400;
/// Corners of a board whose cells chance could not have made, about: 7 × 8.
const READABLE: usize = 56;
/// Corners that hardly are anything but such a board's.
const LITTLE: usize = 16;
/// How far a measured corner may be from the middle between its neighbours, of a side: the edge of somebody before the wall
/// crosses the board's own like a corner of it, and a fold's corners have no even window.
const UNEVEN: f64 = 0.05;
/// Times that what does not belong to a piece is read for itself.
const PASSES: usize = 3;
/// Cells of this side and more are measured in the next smaller picture, pixels.
const SIDE_MOST_PX: f64 = 48.0;

/// A piece that was read at a size of the picture.
struct Piece {
    lattice: Lattice,
    reading: Reading,
    tone: Tone,
}

/// Finds the corners of walls in a picture.
///
/// # Errors
/// No pattern, too little of it, one that is blurred, too dark, clipped, or mirrored.
pub fn find_markers(
    picture: &GreyPicture,
    walls: &[MarkerWall],
) -> Result<FoundMarkers, MarkerFault> {
    let mut levels = vec![picture.smoothed(SMOOTH_PX)];
    let mut raw = picture.clone();
    let mut best: (usize, Vec<Piece>) = (0, Vec::new());
    let mut unread = 0;
    for level in 0..=HALVES {
        if level > 0 {
            raw = raw.halved();
            if raw.width().min(raw.height()) < 60 {
                break;
            }
            levels.push(raw.smoothed(SMOOTH_PX));
        }
        let pieces = pieces(&levels[level], walls, &mut unread);
        if count(&pieces) > count(&best.1) {
            best = (level, pieces);
        }
        if count(&best.1) >= ENOUGH {
            // One size more, in case this one saw LEDs for themselves in a part.
            if level > best.0 {
                break;
            }
        }
    }
    let (level, pieces) = best;
    if pieces.is_empty() {
        let fault = nothing(picture, &levels[0]);
        let is_little = (LITTLE..READABLE).contains(&unread);
        return Err(match fault {
            MarkerFault::NoPattern | MarkerFault::TooDark { .. } if is_little => {
                MarkerFault::TooFew {
                    given: unread,
                    least: READABLE,
                }
            }
            other => other,
        });
    }
    if pieces.iter().all(|p| p.reading.is_mirrored()) {
        return Err(MarkerFault::Mirrored);
    }
    measured(&levels, level, &pieces, walls)
}

fn count(pieces: &[Piece]) -> usize {
    pieces.iter().map(|p| p.lattice.corners.len()).sum()
}

/// All pieces that can be read; `unread` grows to the corners of the largest that cannot.
fn pieces(smooth: &GreyPicture, walls: &[MarkerWall], unread: &mut usize) -> Vec<Piece> {
    let saddles = saddles(smooth);
    let mut all = Vec::new();
    let mut left = lattices(smooth, &saddles);
    for _ in 0..PASSES {
        let mut next = Vec::new();
        for mut lattice in left {
            let (reading, tone) = read(smooth, &lattice, walls);
            let Some(reading) = reading else {
                *unread = (*unread).max(lattice.corners.len());
                continue;
            };
            // What a bridge of stray corners brought there from elsewhere is another piece.
            let strays = lattice.without(&reading.wrong);
            next.extend(strays);
            all.push(Piece {
                lattice,
                reading,
                tone,
            });
        }
        left = next;
    }
    all
}

/// Why there is nothing: by how bright and how sharp the picture is as a whole.
fn nothing(picture: &GreyPicture, smooth: &GreyPicture) -> MarkerFault {
    let (low, high) = (smooth.quantile(0.02), smooth.quantile(0.98));
    let clipped = picture.values().iter().filter(|v| **v >= 0.985).count();
    let clipped = clipped as f64 / picture.values().len() as f64;
    if clipped > 0.35 {
        return MarkerFault::Overexposed {
            percent: clipped * 100.0,
        };
    }
    if high - low < CONTRAST_MIN {
        return MarkerFault::TooDark {
            percent: (high - low) * 100.0,
        };
    }
    let mut slopes = Vec::new();
    for y in (1..smooth.height() as isize - 1).step_by(2) {
        for x in (1..smooth.width() as isize - 1).step_by(2) {
            let across = f64::from(smooth.at(x + 1, y) - smooth.at(x - 1, y));
            let down = f64::from(smooth.at(x, y + 1) - smooth.at(x, y - 1));
            slopes.push(across.hypot(down) / 2.0);
        }
    }
    // Not the very steepest: from black, a camera's curve makes any edge steep.
    let nth = slopes.len().saturating_sub(1) * 199 / 200;
    let steep = *slopes.select_nth_unstable_by(nth, f64::total_cmp).1;
    let blur_px = blur(high - low, steep);
    if blur_px > BLUR_ALONE_PX {
        MarkerFault::Blurred { blur_px }
    } else {
        MarkerFault::NoPattern
    }
}

/// The deviation of a blurred step's edge, less what was smoothed here.
fn blur(height: f64, slope: f64) -> f64 {
    let whole = height / (slope.max(1e-9) * (2.0 * std::f64::consts::PI).sqrt());
    (whole * whole - SMOOTH_PX * SMOOTH_PX).max(0.0).sqrt()
}

/// The corners of all pieces, measured at the largest size at which a cell is not too large.
fn measured(
    levels: &[GreyPicture],
    level: usize,
    pieces: &[Piece],
    walls: &[MarkerWall],
) -> Result<FoundMarkers, MarkerFault> {
    let sure = || pieces.iter().filter(|p| !p.reading.is_mirrored());
    let corners = |p: &Piece| p.lattice.corners.len() as f64;
    let all: f64 = sure().map(corners).sum();
    let mean = |of: fn(&Tone) -> f64| sure().map(|p| of(&p.tone) * corners(p)).sum::<f64>() / all;
    let (contrast, clipped) = (mean(|t| t.contrast), mean(|t| t.clipped));
    if clipped > CLIPPED_MAX {
        return Err(MarkerFault::Overexposed {
            percent: clipped * 100.0,
        });
    }
    if contrast < CONTRAST_MIN {
        return Err(MarkerFault::TooDark {
            percent: contrast * 100.0,
        });
    }
    let mut sights: HashMap<(u32, [u32; 2]), DVec2> = HashMap::new();
    let (mut blurs, mut spreads) = (Vec::new(), Vec::new());
    for piece in sure() {
        let Some(wall) = walls.iter().find(|w| w.wall == piece.reading.wall) else {
            continue;
        };
        let corners = refined(levels, level, &piece.lattice);
        for (place, at) in &corners {
            let (column, row) = piece.reading.corner(*place);
            let is_inner =
                (1..wall.columns as i32).contains(&column) && (1..wall.rows as i32).contains(&row);
            if is_inner && is_even(&corners, *place, UNEVEN) {
                let key = (piece.reading.wall, [column as u32, row as u32]);
                sights.entry(key).or_insert(*at);
            }
        }
        for (deviation, side) in edges(&levels[level], &piece.lattice) {
            blurs.push(deviation * f64::from(1u32 << level));
            spreads.push(deviation / side);
        }
    }
    let blur_px = median(&mut blurs);
    if median(&mut spreads) > BLUR_MAX {
        return Err(MarkerFault::Blurred { blur_px });
    }
    let (given, least) = (sights.len(), MARKERS_MIN);
    if given < least {
        return Err(MarkerFault::TooFew { given, least });
    }
    Ok(FoundMarkers {
        sights: thinned(sights),
        blur_px,
        contrast,
    })
}

/// The corners of a piece in the whole picture: from the size at which it was found to the finest at which its cells are
/// not too large.
fn refined(levels: &[GreyPicture], level: usize, lattice: &Lattice) -> HashMap<(i32, i32), DVec2> {
    let mut windows: HashMap<(usize, u32), Option<Window>> = HashMap::new();
    let mut all = HashMap::new();
    for (place, side) in sides(lattice) {
        let mut at_level = level;
        while at_level > 0 && side * f64::from(1u32 << (level - at_level + 1)) <= SIDE_MOST_PX {
            at_level -= 1;
        }
        let finer = f64::from(1u32 << (level - at_level));
        let (near, side) = (lattice.corners[&place] * finer, (side * finer).round());
        let window = windows.entry((at_level, side as u32));
        let window = window.or_insert_with(|| Window::new(side));
        let corner = window
            .as_ref()
            .and_then(|w| w.corner(&levels[at_level], near, side));
        let whole = f64::from(1u32 << at_level);
        all.extend(corner.map(|at| (place, at * whole)));
    }
    all
}

fn thinned(sights: HashMap<(u32, [u32; 2]), DVec2>) -> Vec<MarkerSight> {
    let sight = |((wall, corner), image_px)| MarkerSight {
        wall,
        corner,
        image_px,
    };
    let mut all: Vec<MarkerSight> = sights.into_iter().map(sight).collect();
    all.sort_by_key(|s| (s.wall, s.corner));
    let each = all.len().div_ceil(PICTURE_SIGHTS_MAX);
    all.into_iter().step_by(each).collect()
}

fn median(values: &mut [f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}

/// The shorter side of the cells around each corner that has neighbours both ways.
fn sides(lattice: &Lattice) -> HashMap<(i32, i32), f64> {
    let far = |a: (i32, i32), dx: i32, dy: i32| {
        let b = lattice.corners.get(&(a.0 + dx, a.1 + dy))?;
        Some(lattice.corners.get(&a)?.distance(*b))
    };
    let least = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    };
    let side = |place: &(i32, i32)| {
        let across = least(far(*place, 1, 0), far(*place, -1, 0))?;
        let down = least(far(*place, 0, 1), far(*place, 0, -1))?;
        Some((*place, across.min(down)))
    };
    lattice.corners.keys().filter_map(side).collect()
}

/// Blur across edges, with the side of their cells: from the height of the step and its steepest place.
fn edges(smooth: &GreyPicture, lattice: &Lattice) -> Vec<(f64, f64)> {
    let mut all = Vec::new();
    for ((column, row), from) in &lattice.corners {
        for (dx, dy) in [(1, 0), (0, 1)] {
            let Some(to) = lattice.corners.get(&(column + dx, row + dy)) else {
                continue;
            };
            let (way, middle) = (*to - *from, (*to + *from) / 2.0);
            let (side, across) = (way.length(), way.perp() / way.length());
            let reach = 0.27 * side;
            let at = |far: f64| smooth.between(middle + across * far);
            let height = (at(reach) - at(-reach)).abs();
            const STEP_PX: f64 = 0.5;
            let steps = (reach / STEP_PX) as i32;
            let slope = |nth: i32| {
                let far = f64::from(nth) * STEP_PX;
                (at(far + STEP_PX) - at(far - STEP_PX)).abs() / (2.0 * STEP_PX)
            };
            let steepest = (-steps..=steps).map(slope).fold(0.0, f64::max);
            all.push((blur(height, steepest), side));
        }
    }
    all
}
