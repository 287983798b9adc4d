//! Rigid placements in `f64` for the truth path: row-major 3×3 and a translation, written out by hand.
//!
//! On purpose not `cyc_model::Xf` and not glam: an error in those must not cancel itself in the truth.

/// A rigid placement: `r` rotates (row-major, columns are the axes), `t` moves, metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    /// Rotation matrix, row-major.
    pub r: [[f64; 3]; 3],
    /// Translation, metres.
    pub t: [f64; 3],
}

impl Placement {
    /// No rotation, no translation.
    pub const IDENTITY: Self = Self {
        r: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        t: [0.0; 3],
    };

    /// From a quaternion x, y, z, w (normalised here) and a translation.
    pub fn from_quaternion([x, y, z, w]: [f64; 4], t: [f64; 3]) -> Self {
        let n = (x * x + y * y + z * z + w * w).sqrt();
        if n < 1e-12 {
            return Self {
                t,
                ..Self::IDENTITY
            };
        }
        let (x, y, z, w) = (x / n, y / n, z / n, w / n);
        let r = [
            [
                1.0 - 2.0 * (y * y + z * z),
                2.0 * (x * y - w * z),
                2.0 * (x * z + w * y),
            ],
            [
                2.0 * (x * y + w * z),
                1.0 - 2.0 * (x * x + z * z),
                2.0 * (y * z - w * x),
            ],
            [
                2.0 * (x * z - w * y),
                2.0 * (y * z + w * x),
                1.0 - 2.0 * (x * x + y * y),
            ],
        ];
        Self { r, t }
    }

    /// Yaw about +Y, then pitch about the turned +X, then roll about the turned +Z (radians), at `t`.
    pub fn from_yaw_pitch_roll(yaw: f64, pitch: f64, roll: f64, t: [f64; 3]) -> Self {
        let about_y = Self {
            r: rotation(1, yaw),
            t,
        };
        let about_x = Self {
            r: rotation(0, pitch),
            t: [0.0; 3],
        };
        let about_z = Self {
            r: rotation(2, roll),
            t: [0.0; 3],
        };
        about_y.then(&about_x).then(&about_z)
    }

    /// `self ∘ inner`: what `inner` places in its parent is placed in `self`'s parent.
    pub fn then(&self, inner: &Self) -> Self {
        let mut r = [[0.0; 3]; 3];
        for (row, out) in r.iter_mut().enumerate() {
            for (col, v) in out.iter_mut().enumerate() {
                *v = (0..3).map(|k| self.r[row][k] * inner.r[k][col]).sum();
            }
        }
        Self {
            r,
            t: self.point(inner.t),
        }
    }

    /// A point of the inner frame in the outer one.
    pub fn point(&self, p: [f64; 3]) -> [f64; 3] {
        let v = self.vector(p);
        [v[0] + self.t[0], v[1] + self.t[1], v[2] + self.t[2]]
    }

    /// A direction of the inner frame in the outer one.
    pub fn vector(&self, v: [f64; 3]) -> [f64; 3] {
        let mut out = [0.0; 3];
        for (row, o) in out.iter_mut().enumerate() {
            *o = (0..3).map(|k| self.r[row][k] * v[k]).sum();
        }
        out
    }

    /// The placement back.
    pub fn inverse(&self) -> Self {
        let mut r = [[0.0; 3]; 3];
        for (row, out) in r.iter_mut().enumerate() {
            for (col, v) in out.iter_mut().enumerate() {
                *v = self.r[col][row];
            }
        }
        let turned = Self { r, t: [0.0; 3] }.vector(self.t);
        Self {
            r,
            t: [-turned[0], -turned[1], -turned[2]],
        }
    }

    /// The rotation as a quaternion x, y, z, w with w ≥ 0 (Shepperd's method: divides by the largest term).
    pub fn quaternion(&self) -> [f64; 4] {
        let r = &self.r;
        let squares = [
            1.0 + r[0][0] - r[1][1] - r[2][2],
            1.0 - r[0][0] + r[1][1] - r[2][2],
            1.0 - r[0][0] - r[1][1] + r[2][2],
            1.0 + r[0][0] + r[1][1] + r[2][2],
        ];
        let largest = (0..4).fold(
            0,
            |best, i| if squares[i] > squares[best] { i } else { best },
        );
        let s = squares[largest].max(1e-300).sqrt() * 2.0;
        let (yz, xz, xy) = (r[2][1] - r[1][2], r[0][2] - r[2][0], r[1][0] - r[0][1]);
        let (pyz, pxz, pxy) = (r[2][1] + r[1][2], r[0][2] + r[2][0], r[1][0] + r[0][1]);
        let q = match largest {
            0 => [s / 4.0, pxy / s, pxz / s, yz / s],
            1 => [pxy / s, s / 4.0, pyz / s, xz / s],
            2 => [pxz / s, pyz / s, s / 4.0, xy / s],
            _ => [yz / s, xz / s, xy / s, s / 4.0],
        };
        if q[3] < 0.0 { q.map(|c| -c) } else { q }
    }
}

fn rotation(axis: usize, angle: f64) -> [[f64; 3]; 3] {
    let (s, c) = angle.sin_cos();
    match axis {
        0 => [[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]],
        1 => [[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]],
        _ => [[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]],
    }
}

/// Spherical interpolation of two quaternions x, y, z, w by the shorter arc.
pub fn slerp(a: [f64; 4], b: [f64; 4], t: f64) -> [f64; 4] {
    let mut dot: f64 = (0..4).map(|i| a[i] * b[i]).sum();
    let sign = if dot < 0.0 { -1.0 } else { 1.0 };
    dot = (dot * sign).min(1.0);
    let angle = dot.acos();
    let (ka, kb) = if angle < 1e-6 {
        (1.0 - t, t)
    } else {
        (
            ((1.0 - t) * angle).sin() / angle.sin(),
            (t * angle).sin() / angle.sin(),
        )
    };
    std::array::from_fn(|i| ka * a[i] + sign * kb * b[i])
}

/// Sum of two vectors, the second scaled.
pub fn add_scaled(a: [f64; 3], b: [f64; 3], k: f64) -> [f64; 3] {
    [a[0] + k * b[0], a[1] + k * b[1], a[2] + k * b[2]]
}

/// Cross product.
pub fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

/// Length of a vector.
pub fn length(a: [f64; 3]) -> f64 {
    (a[0] * a[0] + a[1] * a[1] + a[2] * a[2]).sqrt()
}

/// The unit vector of a direction, or `fallback` for a vector too short to have one.
pub fn unit_or(a: [f64; 3], fallback: [f64; 3]) -> [f64; 3] {
    let n = length(a);
    if n < 1e-12 {
        fallback
    } else {
        [a[0] / n, a[1] / n, a[2] / n]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quaternions_come_back_from_matrices() {
        for i in 0..500 {
            let k = f64::from(i);
            let q = [
                (k * 0.71).sin(),
                (k * 1.3).cos(),
                (k * 0.37).sin(),
                (k * 2.1).cos(),
            ];
            let placed = Placement::from_quaternion(q, [1.0, 2.0, 3.0]);
            let again = Placement::from_quaternion(placed.quaternion(), placed.t);
            for (a, b) in placed.r.iter().flatten().zip(again.r.iter().flatten()) {
                assert!((a - b).abs() < 1e-12);
            }
            let round = placed.inverse().then(&placed);
            assert!(length(round.t) < 1e-12 && (round.r[0][0] - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn turning_left_by_a_quarter_takes_forward_to_the_left() {
        // Looking along -Z, a positive yaw about +Y turns towards -X.
        let p = Placement::from_yaw_pitch_roll(std::f64::consts::FRAC_PI_2, 0.0, 0.0, [0.0; 3]);
        let v = p.vector([0.0, 0.0, -1.0]);
        assert!((v[0] + 1.0).abs() < 1e-12 && v[2].abs() < 1e-12);
    }
}
