//! The physical camera: OpenCV's pinhole behind a lens. X right, Y down, Z forward; pixel centres at whole numbers plus
//! a half.

use super::glass::Glass;
use super::rigid::{M3, V3, add, apply, scale, transpose};

/// A camera with its pose: `u = fx x + cx`, `v = fy y + cy` with `(x, y)` what the glass makes of `(X/Z, Y/Z)` and
/// `(X, Y, Z) = r p + t`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pinhole {
    pub fx: f64,
    pub fy: f64,
    pub cx: f64,
    pub cy: f64,
    /// Camera axes by rows, in stage axes.
    pub r: M3,
    pub t: V3,
    pub size_px: [u32; 2],
    pub glass: Glass,
}

impl Pinhole {
    /// Where the pupil is.
    pub(super) fn centre(&self) -> V3 {
        scale(apply(&transpose(&self.r), self.t), -1.0)
    }

    /// Pixel coordinates of a stage point and its depth; `None` behind the camera.
    pub(super) fn project(&self, p: V3) -> Option<([f64; 2], f64)> {
        let [x, y, z] = add(apply(&self.r, p), self.t);
        (z > 0.01).then(|| {
            let [x, y] = self.glass.distorted([x / z, y / z]);
            ([self.fx * x + self.cx, self.fy * y + self.cy], z)
        })
    }

    /// How much longer a short line at most becomes by the glass at a pixel.
    pub(super) fn stretch(&self, [u, v]: [f64; 2]) -> f64 {
        const STEP: f64 = 1e-4;
        let place = [(u - self.cx) / self.fx, (v - self.cy) / self.fy];
        let [x, y] = self.glass.undistorted(place);
        let moved = [[x + STEP, y], [x - STEP, y], [x, y + STEP], [x, y - STEP]];
        let far = moved.map(|to| {
            let [u, v] = self.glass.distorted(to);
            (u - place[0]).hypot(v - place[1]) / STEP
        });
        far.into_iter().fold(0.0, f64::max)
    }

    /// Direction of the ray through a pixel, in stage axes.
    pub(super) fn ray(&self, u: f64, v: f64) -> V3 {
        let place = [(u - self.cx) / self.fx, (v - self.cy) / self.fy];
        let [x, y] = self.glass.undistorted(place);
        apply(&transpose(&self.r), [x, y, 1.0])
    }

    /// The projection without the glass as a matrix for a rasteriser with x right, y up, reversed infinite depth; by rows.
    pub(super) fn clip_rows(&self, near_m: f64) -> [[f64; 4]; 4] {
        let [w, h] = self.size_px.map(f64::from);
        let row = |axis: V3, shift: f64| [axis[0], axis[1], axis[2], shift];
        let [right, down, forward] = [0, 1, 2].map(|i| row(self.r[i], self.t[i]));
        let mixed = |a: [f64; 4], ka: f64, b: [f64; 4], kb: f64| {
            [0, 1, 2, 3].map(|i| a[i] * ka + b[i] * kb)
        };
        [
            mixed(right, 2.0 * self.fx / w, forward, 2.0 * self.cx / w - 1.0),
            mixed(down, -2.0 * self.fy / h, forward, 1.0 - 2.0 * self.cy / h),
            [0.0, 0.0, 0.0, near_m],
            forward,
        ]
    }

    /// The same camera with `factor` times the pixels.
    pub(super) fn finer(&self, factor: u32) -> Self {
        let k = f64::from(factor);
        Self {
            fx: self.fx * k,
            fy: self.fy * k,
            cx: self.cx * k,
            cy: self.cy * k,
            size_px: self.size_px.map(|px| px * factor),
            ..*self
        }
    }

    /// A camera without glass at the same place that sees all that this one sees, with `factor` times the pixels.
    pub(super) fn without_glass(&self, factor: u32) -> Self {
        let fine = self.finer(factor);
        if self.glass.is_plain() {
            return fine;
        }
        let [width, height] = self.size_px.map(f64::from);
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for nth in 0..=64 {
            let part = f64::from(nth) / 64.0;
            let edge = [
                (width * part, 0.0),
                (width * part, height),
                (0.0, height * part),
                (width, height * part),
            ];
            for (u, v) in edge {
                let place = [(u - self.cx) / self.fx, (v - self.cy) / self.fy];
                let place = self.glass.undistorted(place);
                for axis in 0..2 {
                    low[axis] = low[axis].min(place[axis]);
                    high[axis] = high[axis].max(place[axis]);
                }
            }
        }
        // Some pixels more on each side, to be filtered with.
        const BORDER_PX: f64 = 4.0;
        let px =
            |axis: usize, f: f64| ((high[axis] - low[axis]) * f + 2.0 * BORDER_PX).ceil() as u32;
        Self {
            cx: BORDER_PX - low[0] * fine.fx,
            cy: BORDER_PX - low[1] * fine.fy,
            size_px: [px(0, fine.fx), px(1, fine.fy)],
            glass: Glass::none(),
            ..fine
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ray_and_projection_agree() {
        let camera = Pinhole {
            fx: 1200.0,
            fy: 1210.0,
            cx: 652.0,
            cy: 349.0,
            r: super::super::rigid::about_y(0.3),
            t: [0.2, -0.4, 1.0],
            size_px: [1280, 720],
            glass: Glass::none(),
        };
        let ray = camera.ray(200.0, 650.0);
        let p = add(camera.centre(), scale(ray, 7.0));
        let ([u, v], z) = camera.project(p).unwrap();
        assert!((u - 200.0).abs() < 1e-9 && (v - 650.0).abs() < 1e-9 && (z - 7.0).abs() < 1e-9);
        let clip = camera
            .clip_rows(0.1)
            .map(|row| row[0] * p[0] + row[1] * p[1] + row[2] * p[2] + row[3]);
        assert!((clip[0] / clip[3] - (2.0 * 200.0 / 1280.0 - 1.0)).abs() < 1e-9);
        assert!((clip[1] / clip[3] - (1.0 - 2.0 * 650.0 / 720.0)).abs() < 1e-9);
    }
}
