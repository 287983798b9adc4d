//! What colours the walls show, coarsely: what lights around them may copy.
//!
//! Colours are mean values of linear light, because light adds up in it; a channel's value is made last, by the curve that
//! its lamps want.

use crate::limits::{GRID_MAX, WALLS_MAX};

/// Where a wall's pixels are on the canvas, as shares of its width and height: left, top, right, bottom.
#[derive(Clone, Debug, PartialEq)]
pub struct WallPlace {
    /// The wall's name.
    pub name: String,
    /// Left, top, right, bottom, 0 to 1.
    pub share: [f64; 4],
}

/// The colours of one wall.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WallGrid {
    /// The wall's name.
    pub name: String,
    /// Columns and rows.
    pub size: [usize; 2],
    /// Red, green and blue of each cell, linear light from 0 to 1, in rows from the upper left.
    pub cells: Vec<[f32; 3]>,
}

/// The colours of all walls at one moment.
#[derive(Debug, Default)]
pub struct WallColours {
    /// The walls, in the order of the stage.
    pub walls: Vec<WallGrid>,
}

/// How linear light becomes a channel's value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Curve {
    /// As a screen's pixels are coded, for lamps that dim as screens do.
    #[default]
    Srgb,
    /// In proportion to light.
    Linear,
}

impl Curve {
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        match name {
            "srgb" => Some(Self::Srgb),
            "linear" => Some(Self::Linear),
            _ => None,
        }
    }

    fn value(self, light: f32) -> u8 {
        let light = light.clamp(0.0, 1.0);
        let coded = match self {
            Self::Linear => light,
            // IEC 61966-2-1.
            Self::Srgb if light <= 0.003_130_8 => 12.92 * light,
            Self::Srgb => 1.055 * light.powf(1.0 / 2.4) - 0.055,
        };
        (coded * 255.0).round() as u8
    }
}

impl WallColours {
    /// Becomes a copy; allocates only while it has not yet been this large.
    pub fn copy_from(&mut self, other: &Self) {
        self.walls.truncate(other.walls.len());
        while self.walls.len() < other.walls.len() {
            self.walls.push(WallGrid::default());
        }
        for (wall, from) in self.walls.iter_mut().zip(&other.walls) {
            wall.name.clone_from(&from.name);
            wall.size = from.size;
            wall.cells.clone_from(&from.cells);
        }
    }
}

impl WallGrid {
    /// Appends the channels of the wall cut into so many columns and rows: the mean of what each covers.
    pub(crate) fn channels(&self, cut: [usize; 2], curve: Curve, out: &mut Vec<u8>) {
        let shares = |count: usize, of: usize, size: usize| {
            let at = |i: usize| i as f32 * size as f32 / of as f32;
            (at(count), at(count + 1))
        };
        for row in 0..cut[1] {
            for column in 0..cut[0] {
                let x = shares(column, cut[0], self.size[0]);
                let y = shares(row, cut[1], self.size[1]);
                let mean = self.mean(x, y);
                out.extend(mean.map(|light| curve.value(light)));
            }
        }
    }

    /// The mean over a rectangle, in cells; a cell that is cut counts by its share.
    fn mean(&self, (left, right): (f32, f32), (top, bottom): (f32, f32)) -> [f32; 3] {
        let (mut sum, mut area) = ([0.0; 3], 0.0);
        let covered = |at: usize, from: f32, to: f32| {
            let at = at as f32;
            ((at + 1.0).min(to) - at.max(from)).max(0.0)
        };
        for y in top as usize..(bottom.ceil() as usize).min(self.size[1]) {
            for x in left as usize..(right.ceil() as usize).min(self.size[0]) {
                let weight = covered(x, left, right) * covered(y, top, bottom);
                let Some(cell) = self.cells.get(y * self.size[0] + x) else {
                    continue;
                };
                for (sum, light) in sum.iter_mut().zip(cell) {
                    *sum += weight * light;
                }
                area += weight;
            }
        }
        if area > 0.0 {
            sum.map(|s| s / area)
        } else {
            sum
        }
    }
}

/// Reads the walls' colours from a picture of the canvas.
#[derive(Clone, Debug)]
pub struct CanvasSampler {
    walls: Vec<WallPlace>,
    /// Linear light of each sRGB value.
    light: Vec<f32>,
}

impl CanvasSampler {
    /// For these walls, as far as their number is carried.
    pub fn new(mut walls: Vec<WallPlace>) -> Self {
        walls.truncate(WALLS_MAX);
        let decode = |value: u32| {
            let coded = value as f32 / 255.0;
            if coded <= 0.040_45 {
                coded / 12.92
            } else {
                ((coded + 0.055) / 1.055).powf(2.4)
            }
        };
        Self {
            walls,
            light: (0..256).map(decode).collect(),
        }
    }

    /// Reads a picture of 8-bit sRGB with alpha, of so many pixels. A wall without a whole pixel has no cells.
    pub fn sample(&self, rgba: &[u8], [width, height]: [u32; 2], out: &mut WallColours) {
        out.walls.resize_with(self.walls.len(), WallGrid::default);
        for (place, grid) in self.walls.iter().zip(&mut out.walls) {
            grid.name.clone_from(&place.name);
            grid.cells.clear();
            let side = |at: usize, px: u32| {
                let share = place.share.get(at).copied().unwrap_or(0.0);
                (share.clamp(0.0, 1.0) * f64::from(px)).round() as usize
            };
            let [left, right] = [side(0, width), side(2, width)];
            let [top, bottom] = [side(1, height), side(3, height)];
            let px = [right.saturating_sub(left), bottom.saturating_sub(top)];
            grid.size = [px[0].min(GRID_MAX[0]), px[1].min(GRID_MAX[1])];
            for row in 0..grid.size[1] {
                let rows = cut(row, grid.size[1], px[1], top);
                for column in 0..grid.size[0] {
                    let columns = cut(column, grid.size[0], px[0], left);
                    let cell = self.mean(rgba, width as usize, columns, rows.clone());
                    grid.cells.push(cell);
                }
            }
        }
    }

    fn mean(
        &self,
        rgba: &[u8],
        width: usize,
        columns: std::ops::Range<usize>,
        rows: std::ops::Range<usize>,
    ) -> [f32; 3] {
        let (mut sum, mut count) = ([0.0; 3], 0.0f32);
        for row in rows {
            let line = 4 * (row * width + columns.start)..4 * (row * width + columns.end);
            for pixel in rgba.get(line).unwrap_or_default().chunks_exact(4) {
                for (sum, value) in sum.iter_mut().zip(pixel) {
                    *sum += self.light.get(usize::from(*value)).copied().unwrap_or(0.0);
                }
                count += 1.0;
            }
        }
        sum.map(|s| s / count.max(1.0))
    }
}

/// The pixels of one of `count` parts of `px` pixels that begin at `first`: whole pixels, none twice, none left out.
fn cut(part: usize, count: usize, px: usize, first: usize) -> std::ops::Range<usize> {
    let at = |i: usize| first + i * px / count.max(1);
    at(part)..at(part + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(size: [usize; 2], cells: Vec<[f32; 3]>) -> WallGrid {
        WallGrid {
            name: "main".into(),
            size,
            cells,
        }
    }

    #[test]
    fn cells_are_means_of_light_and_not_of_pixels() {
        let wall = grid([2, 1], vec![[1.0, 0.0, 0.5], [0.0, 0.0, 0.5]]);
        let mut out = Vec::new();
        wall.channels([1, 1], Curve::Linear, &mut out);
        assert_eq!(out, [128, 0, 128]);
        out.clear();
        // Half the light is 188 in sRGB.
        wall.channels([1, 1], Curve::Srgb, &mut out);
        assert_eq!(out, [188, 0, 188]);
        out.clear();
        wall.channels([2, 1], Curve::Srgb, &mut out);
        assert_eq!(out, [255, 0, 188, 0, 0, 188]);
        out.clear();
        // Three columns of two cells: the middle one has half of each.
        wall.channels([3, 1], Curve::Linear, &mut out);
        let expected = [255, 0, 128, 128, 0, 128, 0, 0, 128];
        let off = out.iter().zip(expected).map(|(a, b)| a.abs_diff(b));
        assert_eq!((out.len(), off.filter(|off| *off > 1).count()), (9, 0));
    }

    #[test]
    fn a_picture_is_cut_into_its_walls() {
        // 8 by 4 pixels: the left half is red, of the right half the upper rows are white and the lower ones dark.
        let mut rgba = Vec::new();
        for y in 0..4 {
            for x in 0..8 {
                let light = if y < 2 { 255 } else { 0 };
                rgba.extend(if x < 4 {
                    [255, 0, 0, 255]
                } else {
                    [light, light, light, 255]
                });
            }
        }
        let place = |name: &str, share| WallPlace {
            name: name.into(),
            share,
        };
        let sampler = CanvasSampler::new(vec![
            place("left", [0.0, 0.0, 0.5, 1.0]),
            place("right", [0.5, 0.0, 1.0, 1.0]),
            place("none", [0.5, 0.5, 0.5, 0.5]),
        ]);
        let mut colours = WallColours::default();
        sampler.sample(&rgba, [8, 4], &mut colours);
        let channels = |wall: usize, cut| {
            let mut out = Vec::new();
            colours.walls[wall].channels(cut, Curve::Linear, &mut out);
            out
        };
        assert_eq!(channels(0, [2, 1]), [255, 0, 0, 255, 0, 0]);
        assert_eq!(channels(1, [1, 2]), [255, 255, 255, 0, 0, 0]);
        assert_eq!(channels(1, [1, 1]), [128, 128, 128]);
        assert_eq!(channels(2, [1, 1]), [0, 0, 0]);
        let mut copy = WallColours::default();
        copy.copy_from(&colours);
        assert_eq!(copy.walls, colours.walls);
        // A picture that is shorter than it says is no reason to fall.
        sampler.sample(&rgba[..50], [8, 4], &mut colours);
    }
}
