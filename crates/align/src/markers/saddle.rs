//! Corners of a checkerboard: where brightness has a saddle, with four sectors around it of which opposite ones are alike.
//!
//! A saddle's middle does not move with blur, exposure or a curve of brightness, because the picture around it looks the
//! same after half a turn; that is why corners are measured and not dots.

use super::level::GreyPicture;
use glam::DVec2;
use std::f64::consts::{PI, TAU};

/// A saddle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Saddle {
    pub at: DVec2,
    /// Direction of the edge across which it becomes brighter with a growing angle (x to the right, y down), 0 to π.
    pub rising: f64,
    /// Of the one across which it becomes darker.
    pub falling: f64,
}

/// Smoothing before derivatives, pixels.
pub(super) const SMOOTH_PX: f64 = 1.2;
/// Radius of the circle on which sectors are looked at.
const CIRCLE_PX: f64 = 3.5;
/// Places on it.
const PLACES: usize = 24;
/// Brightness between opposite sectors at least.
const CONTRAST_MIN: f64 = 0.03;
/// The least strength: what the least contrast gives with much blur.
const STRENGTH_MIN: f32 = 2e-6;
/// How many are looked at, the strongest first.
const MOST: usize = 40_000;

/// All saddles of a smoothed picture, the strongest first.
pub(super) fn saddles(smooth: &GreyPicture) -> Vec<Saddle> {
    let (width, height) = (smooth.width() as isize, smooth.height() as isize);
    let margin = 5;
    if width < 3 * margin || height < 3 * margin {
        return Vec::new();
    }
    let mut strength = vec![0.0f32; smooth.values().len()];
    for y in margin..height - margin {
        for x in margin..width - margin {
            strength[(y * width + x) as usize] = strength_at(smooth, x, y);
        }
    }
    let mut places: Vec<(f32, isize, isize)> = Vec::new();
    for y in margin..height - margin {
        for x in margin..width - margin {
            let own = strength[(y * width + x) as usize];
            if own < STRENGTH_MIN {
                continue;
            }
            let is_most = (-2..=2).all(|dy: isize| {
                (-2..=2).all(|dx: isize| strength[((y + dy) * width + x + dx) as usize] <= own)
            });
            if is_most {
                places.push((own, x, y));
            }
        }
    }
    places.sort_by(|a, b| b.0.total_cmp(&a.0));
    places.truncate(MOST);
    let each = places.into_iter();
    each.filter_map(|(_, x, y)| saddle(smooth, x, y)).collect()
}

/// The negative determinant of the second derivatives: positive where it is a saddle.
fn strength_at(p: &GreyPicture, x: isize, y: isize) -> f32 {
    let at = |dx, dy| p.at(x + dx, y + dy);
    let middle = at(0, 0);
    let xx = at(1, 0) - 2.0 * middle + at(-1, 0);
    let yy = at(0, 1) - 2.0 * middle + at(0, -1);
    let xy = 0.25 * (at(1, 1) - at(-1, 1) - at(1, -1) + at(-1, -1));
    xy * xy - xx * yy
}

fn saddle(p: &GreyPicture, x: isize, y: isize) -> Option<Saddle> {
    let at = middle(p, x, y)?;
    let place = |nth: usize| {
        let angle = TAU * nth as f64 / PLACES as f64;
        p.between(at + CIRCLE_PX * DVec2::new(angle.cos(), angle.sin()))
    };
    let values: [f64; PLACES] = std::array::from_fn(place);
    let high = values.iter().copied().fold(f64::MIN, f64::max);
    let low = values.iter().copied().fold(f64::MAX, f64::min);
    if high - low < CONTRAST_MIN {
        return None;
    }
    let between = (high + low) / 2.0;
    let mut turns = Vec::with_capacity(4);
    for nth in 0..PLACES {
        let (a, b) = (values[nth] - between, values[(nth + 1) % PLACES] - between);
        if (a < 0.0) != (b < 0.0) {
            let angle = TAU * (nth as f64 + a / (a - b)) / PLACES as f64;
            turns.push((angle, b > a));
        }
    }
    let [(a, is_rising), (b, _), (c, _), (d, _)] = *turns.as_slice() else {
        return None;
    };
    // Opposite edges are one line through the middle.
    let (first, second) = (one_line(a, c)?, one_line(b, d)?);
    let (rising, falling) = if is_rising {
        (first, second)
    } else {
        (second, first)
    };
    let open = apart(rising, falling);
    (open > 0.35).then_some(Saddle {
        at,
        rising,
        falling,
    })
}

/// The saddle of the quadratic through nine pixels, in picture places.
fn middle(p: &GreyPicture, x: isize, y: isize) -> Option<DVec2> {
    let at = |dx, dy| f64::from(p.at(x + dx, y + dy));
    let (dx, dy) = ((at(1, 0) - at(-1, 0)) / 2.0, (at(0, 1) - at(0, -1)) / 2.0);
    let xx = at(1, 0) - 2.0 * at(0, 0) + at(-1, 0);
    let yy = at(0, 1) - 2.0 * at(0, 0) + at(0, -1);
    let xy = 0.25 * (at(1, 1) - at(-1, 1) - at(1, -1) + at(-1, -1));
    let det = xx * yy - xy * xy;
    let step = DVec2::new(xy * dy - yy * dx, xy * dx - xx * dy) / det;
    let here = DVec2::new(x as f64 + 0.5, y as f64 + 0.5);
    (step.is_finite() && step.length() < 1.6).then(|| here + step)
}

/// Two edges that go opposite ways, as a line's angle from 0 to π.
fn one_line(a: f64, opposite: f64) -> Option<f64> {
    let bent = opposite - PI - a;
    (bent.abs() < 0.6).then(|| (a + bent / 2.0).rem_euclid(PI))
}

/// The angle between two lines, 0 to π/2.
pub(super) fn apart(a: f64, b: f64) -> f64 {
    let between = (a - b).rem_euclid(PI);
    between.min(PI - between)
}
