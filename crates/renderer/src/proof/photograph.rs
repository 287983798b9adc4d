//! Photographs: of a wall by casting rays, of a picture by averaging its pixels; and how alike two of them are.

use super::compare::RAYS;
use super::pinhole::Pinhole;
use super::wall::{PhysicalWall, first_met};

/// A photograph: linear light, rows from the top, and which pixels show what was to be photographed.
#[derive(Clone, Debug, Default)]
pub struct Photograph {
    /// Width and height.
    pub size_px: [u32; 2],
    pub(super) rgb: Vec<[f32; 3]>,
    pub(super) seen: Vec<bool>,
}

/// A picture as displays take it (RGBA, 8 bits, sRGB) whose pixels are looked up in linear light.
pub(super) struct Lit<'a> {
    pub rgba: &'a [u8],
    pub size_px: [u32; 2],
    to_linear: [f32; 256],
}

fn srgb_to_linear(v: f32) -> f32 {
    if v <= 0.04045 {
        v / 12.92
    } else {
        ((v + 0.055) / 1.055).powf(2.4)
    }
}

fn linear_to_srgb(v: f32) -> f32 {
    if v <= 0.003_130_8 {
        v * 12.92
    } else {
        1.055 * v.powf(1.0 / 2.4) - 0.055
    }
}

impl<'a> Lit<'a> {
    pub(super) fn new(rgba: &'a [u8], size_px: [u32; 2]) -> Self {
        let mut to_linear = [0.0; 256];
        for (value, slot) in to_linear.iter_mut().enumerate() {
            *slot = srgb_to_linear(value as f32 / 255.0);
        }
        Self {
            rgba,
            size_px,
            to_linear,
        }
    }

    fn pixel(&self, x: usize, y: usize) -> [f32; 3] {
        let at = (y * self.size_px[0] as usize + x) * 4;
        match self.rgba.get(at..at + 3) {
            Some(&[r, g, b]) => [r, g, b].map(|v| self.to_linear[usize::from(v)]),
            _ => [0.0; 3],
        }
    }

    /// Bilinear between pixel centres (at .5), inside a rectangle (left, top, right, bottom).
    pub(super) fn between(&self, at: [f64; 2], rect: [f64; 4]) -> [f32; 3] {
        let x = at[0].clamp(rect[0] + 0.5, rect[2] - 0.5) - 0.5;
        let y = at[1].clamp(rect[1] + 0.5, rect[3] - 0.5) - 0.5;
        let (x0, y0) = (x.floor().max(0.0), y.floor().max(0.0));
        let (fx, fy) = ((x - x0) as f32, (y - y0) as f32);
        let (x0, y0) = (x0 as usize, y0 as usize);
        let right = (x0 + 1).min((rect[2] - 1.0).max(0.0) as usize);
        let below = (y0 + 1).min((rect[3] - 1.0).max(0.0) as usize);
        let corners = [
            (self.pixel(x0, y0), (1.0 - fx) * (1.0 - fy)),
            (self.pixel(right, y0), fx * (1.0 - fy)),
            (self.pixel(x0, below), (1.0 - fx) * fy),
            (self.pixel(right, below), fx * fy),
        ];
        let mut sum = [0.0; 3];
        for (color, weight) in corners {
            for (s, c) in sum.iter_mut().zip(color) {
                *s += c * weight;
            }
        }
        sum
    }
}

impl Photograph {
    /// Of the walls that show a canvas (drawn at `scale` pixels per canvas pixel, to the right and down). Pixels of which
    /// some ray meets no wall are not seen.
    pub(super) fn of_walls(
        camera: &Pinhole,
        walls: &[PhysicalWall],
        canvas: &Lit<'_>,
        [across, down]: [f64; 2],
    ) -> Self {
        let origin = camera.centre();
        Self::by_rays(camera, RAYS, |ray| {
            let place = first_met(walls, origin, ray)?;
            let [left, top, right, bottom] = walls.get(place.wall)?.canvas_rect(place.block);
            let rect = [left * across, top * down, right * across, bottom * down];
            Some(canvas.between([place.px[0] * across, place.px[1] * down], rect))
        })
    }

    /// By any light along the rays.
    pub(super) fn by_rays(
        camera: &Pinhole,
        grid: u32,
        mut light: impl FnMut([f64; 3]) -> Option<[f32; 3]>,
    ) -> Self {
        let [width, height] = camera.size_px;
        let pixels = width as usize * height as usize;
        let mut out = Self {
            size_px: camera.size_px,
            rgb: Vec::with_capacity(pixels),
            seen: Vec::with_capacity(pixels),
        };
        let part = |k: u32| (f64::from(k) + 0.5) / f64::from(grid);
        for y in 0..height {
            for x in 0..width {
                let mut sum = [0.0f32; 3];
                let mut met = 0;
                for i in 0..grid * grid {
                    let (u, v) = (f64::from(x) + part(i % grid), f64::from(y) + part(i / grid));
                    if let Some(color) = light(camera.ray(u, v)) {
                        met += 1;
                        for (s, c) in sum.iter_mut().zip(color) {
                            *s += c;
                        }
                    }
                }
                out.rgb.push(sum.map(|s| s / (grid * grid) as f32));
                out.seen.push(met == grid * grid);
            }
        }
        out
    }

    /// Of a picture with `factor` times the pixels, averaged.
    pub(super) fn of_picture(fine: &Lit<'_>, factor: u32) -> Self {
        let size_px = fine.size_px.map(|px| px / factor);
        let mut rgb = Vec::with_capacity(size_px[0] as usize * size_px[1] as usize);
        for y in 0..size_px[1] {
            for x in 0..size_px[0] {
                let mut sum = [0.0f32; 3];
                for i in 0..factor * factor {
                    let at = [x * factor + i % factor, y * factor + i / factor];
                    let color = fine.pixel(at[0] as usize, at[1] as usize);
                    for (s, c) in sum.iter_mut().zip(color) {
                        *s += c;
                    }
                }
                rgb.push(sum.map(|s| s / (factor * factor) as f32));
            }
        }
        let seen = vec![true; rgb.len()];
        Self { size_px, rgb, seen }
    }

    /// Peak signal to noise ratio against another photograph, dB, over display values of the pixels that both show and
    /// that lie `margin` pixels inside what they show. `None` when that is less than a third of the picture.
    pub(super) fn psnr_db(&self, other: &Self, margin: usize) -> Option<f64> {
        let mut sum = 0.0;
        let mut count = 0usize;
        for (index, (a, b)) in self.rgb.iter().zip(&other.rgb).enumerate() {
            if !(self.inside(index, margin) && other.seen.get(index) == Some(&true)) {
                continue;
            }
            for (a, b) in a.iter().zip(b) {
                let miss = f64::from(linear_to_srgb(*a) - linear_to_srgb(*b));
                sum += miss * miss;
            }
            count += 3;
        }
        let enough = count >= self.rgb.len();
        enough.then(|| -10.0 * (sum / count as f64).max(1e-12).log10())
    }

    fn inside(&self, index: usize, margin: usize) -> bool {
        let [width, height] = self.size_px.map(|px| px as usize);
        let (x, y) = (index % width, index / width);
        let near = |dx: isize, dy: isize| {
            let at = |c: usize, d: isize, n: usize| c.checked_add_signed(d).filter(|c| *c < n);
            match (at(x, dx, width), at(y, dy, height)) {
                (Some(x), Some(y)) => self.seen[y * width + x],
                _ => true,
            }
        };
        let m = margin as isize;
        self.seen[index] && near(-m, 0) && near(m, 0) && near(0, -m) && near(0, m)
    }

    /// As a picture: RGBA, 8 bits, sRGB; black where nothing was seen.
    pub fn to_rgba(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.rgb.len() * 4);
        for (color, seen) in self.rgb.iter().zip(&self.seen) {
            let shown = if *seen { *color } else { [0.0; 3] };
            out.extend(shown.map(|c| (linear_to_srgb(c).clamp(0.0, 1.0) * 255.0).round() as u8));
            out.push(255);
        }
        out
    }

    /// Where two photographs differ: eight times the difference of the display values; RGBA. Black where one shows nothing.
    pub fn difference(&self, other: &Self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.rgb.len() * 4);
        let both = self.rgb.iter().zip(&other.rgb);
        let seen = self.seen.iter().zip(&other.seen).map(|(a, b)| *a && *b);
        for ((a, b), seen) in both.zip(seen) {
            for (a, b) in a.iter().zip(b) {
                let miss = (linear_to_srgb(*a) - linear_to_srgb(*b)).abs() * 8.0;
                let shown = if seen { miss.min(1.0) } else { 0.0 };
                out.push((shown * 255.0).round() as u8);
            }
            out.push(255);
        }
        out
    }
}
