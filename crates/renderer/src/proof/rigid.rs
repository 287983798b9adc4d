//! Rigid motions as plain matrices, written out. Nothing of the stage's or the model's arithmetic is used.

/// A vector.
pub(super) type V3 = [f64; 3];

/// A matrix by rows.
pub(super) type M3 = [[f64; 3]; 3];

pub(super) fn dot(a: V3, b: V3) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub(super) fn cross(a: V3, b: V3) -> V3 {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

pub(super) fn add(a: V3, b: V3) -> V3 {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

pub(super) fn sub(a: V3, b: V3) -> V3 {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

pub(super) fn scale(a: V3, s: f64) -> V3 {
    [a[0] * s, a[1] * s, a[2] * s]
}

pub(super) fn apply(m: &M3, v: V3) -> V3 {
    [dot(m[0], v), dot(m[1], v), dot(m[2], v)]
}

pub(super) fn transpose(m: &M3) -> M3 {
    [
        [m[0][0], m[1][0], m[2][0]],
        [m[0][1], m[1][1], m[2][1]],
        [m[0][2], m[1][2], m[2][2]],
    ]
}

pub(super) fn multiply(a: &M3, b: &M3) -> M3 {
    let columns = transpose(b);
    [0, 1, 2].map(|row| [0, 1, 2].map(|column| dot(a[row], columns[column])))
}

/// Rotation about X by an angle in radians.
pub(super) fn about_x(angle: f64) -> M3 {
    let (s, c) = angle.sin_cos();
    [[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]]
}

/// Rotation about Y.
pub(super) fn about_y(angle: f64) -> M3 {
    let (s, c) = angle.sin_cos();
    [[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]]
}

/// Rotation about Z.
pub(super) fn about_z(angle: f64) -> M3 {
    let (s, c) = angle.sin_cos();
    [[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]]
}

/// The matrix of a unit quaternion (x, y, z, w).
pub(super) fn of_quaternion([x, y, z, w]: [f64; 4]) -> M3 {
    [
        [
            1.0 - 2.0 * (y * y + z * z),
            2.0 * (x * y - z * w),
            2.0 * (x * z + y * w),
        ],
        [
            2.0 * (x * y + z * w),
            1.0 - 2.0 * (x * x + z * z),
            2.0 * (y * z - x * w),
        ],
        [
            2.0 * (x * z - y * w),
            2.0 * (y * z + x * w),
            1.0 - 2.0 * (x * x + y * y),
        ],
    ]
}

/// Angles x, y, z with `Rx(x) · Ry(y) · Rz(z)` equal to the matrix.
pub(super) fn euler_xyz(m: &M3) -> V3 {
    // The product's first row is [cy cz, -cy sz, sy], its last column [sy, -sx cy, cx cy].
    [
        (-m[1][2]).atan2(m[2][2]),
        m[0][2].clamp(-1.0, 1.0).asin(),
        (-m[0][1]).atan2(m[0][0]),
    ]
}

/// A rigid motion `x -> r x + t`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Motion {
    pub r: M3,
    pub t: V3,
}

impl Motion {
    pub(super) fn then_after(&self, first: &Self) -> Self {
        Self {
            r: multiply(&self.r, &first.r),
            t: add(apply(&self.r, first.t), self.t),
        }
    }

    pub(super) fn inverse(&self) -> Self {
        let r = transpose(&self.r);
        Self {
            r,
            t: scale(apply(&r, self.t), -1.0),
        }
    }

    pub(super) fn point(&self, p: V3) -> V3 {
        add(apply(&self.r, p), self.t)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn euler_angles_lead_back() {
        let angles = [0.3, -0.7, 1.1];
        let m = multiply(
            &multiply(&about_x(angles[0]), &about_y(angles[1])),
            &about_z(angles[2]),
        );
        for (a, b) in euler_xyz(&m).iter().zip(angles) {
            assert!((a - b).abs() < 1e-12);
        }
    }

    #[test]
    fn a_quaternion_turns_as_its_axis_says() {
        let half: f64 = 0.4;
        let m = of_quaternion([half.sin(), 0.0, 0.0, half.cos()]);
        for (a, b) in m.iter().flatten().zip(about_x(0.8).iter().flatten()) {
            assert!((a - b).abs() < 1e-12);
        }
    }
}
