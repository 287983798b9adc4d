//! Lines, discs and filled triangles on a picture, drawn larger and averaged, which is all the smoothing they need.

use cyc_film::Picture;
use glam::{DVec2, DVec3};

/// Drawn larger by this, then averaged.
const OVERSAMPLED: f64 = 2.0;

/// A colour.
pub type Rgb = [u8; 3];

/// A picture in the making; places are pixels of the finished one.
pub struct Raster {
    picture: Picture,
    /// Nearest depth so far, in `1 / distance`: larger is nearer.
    nearness: Vec<f64>,
}

impl Raster {
    /// Of one colour.
    pub fn new([width, height]: [u32; 2], [r, g, b]: Rgb) -> Self {
        let px = |side: u32| side.max(1) * OVERSAMPLED as u32;
        let (width, height) = (px(width), px(height));
        Self {
            picture: Picture::filled(width, height, [r, g, b, 255]),
            nearness: vec![0.0; width as usize * height as usize],
        }
    }

    fn side(&self) -> [usize; 2] {
        [
            self.picture.width_px() as usize,
            self.picture.height_px() as usize,
        ]
    }

    fn put(&mut self, x: usize, y: usize, [r, g, b]: Rgb) {
        let at = (y * self.side()[0] + x) * 4;
        if let Some(pixel) = self.picture.rgba_mut().get_mut(at..at + 4) {
            pixel.copy_from_slice(&[r, g, b, 255]);
        }
    }

    /// Whole pixels around a middle, within the picture.
    fn span(middle: f64, radius: f64, side: usize) -> std::ops::Range<usize> {
        let low = (middle - radius).floor().max(0.0) as usize;
        let high = (middle + radius).ceil().max(0.0) as usize;
        low.min(side)..high.min(side)
    }

    /// A disc.
    pub fn disc(&mut self, centre: DVec2, radius: f64, color: Rgb) {
        let (c, radius) = (centre * OVERSAMPLED, (radius * OVERSAMPLED).max(0.8));
        let [width, height] = self.side();
        for y in Self::span(c.y, radius, height) {
            for x in Self::span(c.x, radius, width) {
                if (DVec2::new(x as f64 + 0.5, y as f64 + 0.5) - c).length() <= radius {
                    self.put(x, y, color);
                }
            }
        }
    }

    /// A line with round ends.
    pub fn line(&mut self, from: DVec2, to: DVec2, width: f64, color: Rgb) {
        let step = (width / 3.0).max(0.5 / OVERSAMPLED);
        let steps = ((to - from).length() / step).ceil().clamp(1.0, 1e5) as u32;
        for i in 0..=steps {
            let p = from.lerp(to, f64::from(i) / f64::from(steps));
            self.disc(p, width / 2.0, color);
        }
    }

    /// A line whose ends have a nearness (`z`): hidden where something nearer is.
    pub fn line_in_depth(&mut self, from: DVec3, to: DVec3, width: f64, color: Rgb) {
        // Lines lie on what they border: a little nearer than that.
        const BIAS: f64 = 1.004;
        let step = (width / 3.0).max(0.5 / OVERSAMPLED);
        let length = (to - from).truncate().length();
        let steps = (length / step).ceil().clamp(1.0, 2e4) as u32;
        let radius = (width / 2.0 * OVERSAMPLED).max(0.8);
        let [across, down] = self.side();
        for i in 0..=steps {
            let p = from.lerp(to, f64::from(i) / f64::from(steps));
            let c = p.truncate() * OVERSAMPLED;
            for y in Self::span(c.y, radius, down) {
                for x in Self::span(c.x, radius, across) {
                    let away = (DVec2::new(x as f64 + 0.5, y as f64 + 0.5) - c).length();
                    let hidden = self.nearness[y * across + x] > p.z * BIAS;
                    if away <= radius && !hidden {
                        self.put(x, y, color);
                    }
                }
            }
        }
    }

    /// A filled triangle whose corners have a nearness (`z`). `strength` 0 to 1 mixes it into what is there; only a full
    /// one hides what comes later.
    pub fn triangle(&mut self, corners: [DVec3; 3], color: Rgb, strength: f64) {
        let [a, b, c] = corners.map(|p| p.truncate() * OVERSAMPLED);
        let area = (b - a).perp_dot(c - a);
        if area.abs() < 1e-9 || !area.is_finite() {
            return;
        }
        let (low, high) = (a.min(b).min(c), a.max(b).max(c));
        let (middle, radius) = ((low + high) / 2.0, (high - low) / 2.0);
        let [width, height] = self.side();
        for y in Self::span(middle.y, radius.y, height) {
            for x in Self::span(middle.x, radius.x, width) {
                let p = DVec2::new(x as f64 + 0.5, y as f64 + 0.5);
                let wb = (p - a).perp_dot(c - a) / area;
                let wc = (b - a).perp_dot(p - a) / area;
                if wb < 0.0 || wc < 0.0 || wb + wc > 1.0 {
                    continue;
                }
                let z = corners[0].z * (1.0 - wb - wc) + corners[1].z * wb + corners[2].z * wc;
                let at = y * width + x;
                if z < self.nearness[at] {
                    continue;
                }
                if strength >= 1.0 {
                    self.nearness[at] = z;
                }
                let rgba = self.picture.rgba();
                let before = [0, 1, 2].map(|i: usize| f64::from(rgba[at * 4 + i]));
                let mixed = [0, 1, 2].map(|i: usize| {
                    (before[i] * (1.0 - strength) + f64::from(color[i]) * strength) as u8
                });
                self.put(x, y, mixed);
            }
        }
    }

    /// The picture.
    pub fn finish(self) -> Picture {
        let [width, height] = self.side().map(|px| px as u32 / OVERSAMPLED as u32);
        self.picture.resized(width, height)
    }
}
