//! A grey picture and its halves: places count from the upper left corner, the middle of the first pixel is (0.5, 0.5).

use super::MarkerFault;
use crate::PICTURE_PX_MAX;
use glam::DVec2;

/// A grey picture as its camera coded it, 0 black and 1 the brightest, rows from the top.
#[derive(Clone, Debug)]
pub struct GreyPicture {
    width: usize,
    height: usize,
    values: Vec<f32>,
}

impl GreyPicture {
    /// From values row by row, 0 to 1; others are brought there, what is no number counts as black.
    ///
    /// # Errors
    /// A picture without pixels, too large, or with more or fewer values than pixels.
    pub fn new([width, height]: [u32; 2], mut values: Vec<f32>) -> Result<Self, MarkerFault> {
        let pixels = u64::from(width) * u64::from(height);
        if !(16..=PICTURE_PX_MAX).contains(&pixels) || values.len() as u64 != pixels {
            return Err(MarkerFault::Size { width, height });
        }
        for value in &mut values {
            *value = if value.is_finite() {
                value.clamp(0.0, 1.0)
            } else {
                0.0
            };
        }
        Ok(Self {
            width: width as usize,
            height: height as usize,
            values,
        })
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn height(&self) -> usize {
        self.height
    }

    pub(super) fn values(&self) -> &[f32] {
        &self.values
    }

    /// A pixel; those at the rim go on beyond it.
    pub(super) fn at(&self, x: isize, y: isize) -> f32 {
        let x = x.clamp(0, self.width as isize - 1) as usize;
        let y = y.clamp(0, self.height as isize - 1) as usize;
        self.values[y * self.width + x]
    }

    /// Between pixels.
    pub(super) fn between(&self, at: DVec2) -> f64 {
        let (x, y) = (at.x - 0.5, at.y - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (fx, fy) = (x - left, y - top);
        let (left, top) = (left as isize, top as isize);
        let row = |y: isize| {
            f64::from(self.at(left, y)) * (1.0 - fx) + f64::from(self.at(left + 1, y)) * fx
        };
        row(top) * (1.0 - fy) + row(top + 1) * fy
    }

    /// Whether a place lies inside, by a margin.
    pub(super) fn holds(&self, at: DVec2, margin: f64) -> bool {
        at.x >= margin
            && at.y >= margin
            && at.x <= self.width as f64 - margin
            && at.y <= self.height as f64 - margin
    }

    /// With half the pixels each way, each the mean of four.
    pub(super) fn halved(&self) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        let mut values = Vec::with_capacity(width * height);
        for y in 0..height {
            let upper = &self.values[2 * y * self.width..][..2 * width];
            let lower = &self.values[(2 * y + 1) * self.width..][..2 * width];
            for (a, b) in upper.chunks_exact(2).zip(lower.chunks_exact(2)) {
                values.push((a[0] + a[1] + b[0] + b[1]) * 0.25);
            }
        }
        Self {
            width,
            height,
            values,
        }
    }

    /// Smoothed by a normal distribution, cut off at three deviations.
    pub(super) fn smoothed(&self, deviation_px: f64) -> Self {
        let reach = (3.0 * deviation_px).ceil() as isize;
        let weight = |k: isize| (-0.5 * (k as f64 / deviation_px).powi(2)).exp() as f32;
        let mut kernel: Vec<f32> = (-reach..=reach).map(weight).collect();
        let sum: f32 = kernel.iter().sum();
        kernel.iter_mut().for_each(|w| *w /= sum);
        let along = self.filtered(&kernel, reach, [1, 0]);
        along.filtered(&kernel, reach, [0, 1])
    }

    fn filtered(&self, kernel: &[f32], reach: isize, [dx, dy]: [isize; 2]) -> Self {
        let (width, height) = (self.width as isize, self.height as isize);
        let stride = dx + dy * width;
        let mut values = Vec::with_capacity(self.values.len());
        for y in 0..height {
            for x in 0..width {
                let (to_low, to_high) = if dx == 1 {
                    (x, width - 1 - x)
                } else {
                    (y, height - 1 - y)
                };
                let mut sum = 0.0;
                if to_low >= reach && to_high >= reach {
                    let first = (y * width + x - reach * stride) as usize;
                    for (nth, w) in kernel.iter().enumerate() {
                        sum += w * self.values[first + nth * stride as usize];
                    }
                } else {
                    for (nth, w) in kernel.iter().enumerate() {
                        let k = nth as isize - reach;
                        sum += w * self.at(x + k * dx, y + k * dy);
                    }
                }
                values.push(sum);
            }
        }
        Self { values, ..*self }
    }

    /// The value below which a part of the pixels lies; every seventh is looked at.
    pub(super) fn quantile(&self, part: f64) -> f64 {
        let mut some: Vec<f32> = self.values.iter().step_by(7).copied().collect();
        let nth = ((some.len() - 1) as f64 * part) as usize;
        let (_, value, _) = some.select_nth_unstable_by(nth, f32::total_cmp);
        f64::from(*value)
    }
}
