//! The rotation that lays one set of directions best onto another.
//!
//! Horn's quaternion form of Wahba's problem (Horn, *J. Opt. Soc. Am. A* 4, 1987): the eigenvector of a symmetric 4×4
//! matrix, found by Jacobi rotations. It never yields a reflection, needs no start value, and costs no allocation.

use glam::{DMat3, DQuat, DVec3};

/// Sums pairs of vectors to be aligned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Alignment {
    /// `Σ w b aᵀ`.
    correlation: DMat3,
}

impl Alignment {
    /// With a pull of the given strength towards no rotation at all, in the unit of `w·|a|·|b|`.
    pub(crate) fn pulled_to_identity(strength: f64) -> Self {
        Self {
            correlation: DMat3::IDENTITY * strength,
        }
    }

    /// Asks that the rotation take `a` to `b`.
    pub(crate) fn add(&mut self, a: DVec3, b: DVec3, weight: f64) {
        let b = b * weight;
        self.correlation += DMat3::from_cols(b * a.x, b * a.y, b * a.z);
    }

    /// The rotation that maximises `Σ w b·(R a)`.
    pub(crate) fn rotation(&self) -> DQuat {
        let c = self.correlation;
        let (x, y, z) = (c.x_axis, c.y_axis, c.z_axis);
        // Element (row, column) of the correlation is column.row: x.y is b_y·a_x.
        let m = [
            [x.x + y.y + z.z, y.z - z.y, z.x - x.z, x.y - y.x],
            [y.z - z.y, x.x - y.y - z.z, x.y + y.x, x.z + z.x],
            [z.x - x.z, x.y + y.x, y.y - x.x - z.z, y.z + z.y],
            [x.y - y.x, x.z + z.x, y.z + z.y, z.z - x.x - y.y],
        ];
        let [w, qx, qy, qz] = largest_eigenvector(m);
        let q = DQuat::from_xyzw(qx, qy, qz, w);
        if q.length() > 0.5 && q.is_finite() {
            q.normalize()
        } else {
            DQuat::IDENTITY
        }
    }
}

/// The rotation and translation that lay `pairs` (from, to, weight) best onto each other.
pub(crate) fn rigid_alignment(
    pairs: impl Iterator<Item = (DVec3, DVec3, f64)> + Clone,
) -> (DQuat, DVec3) {
    let (mut mass, mut from_sum, mut to_sum) = (0.0, DVec3::ZERO, DVec3::ZERO);
    for (a, b, w) in pairs.clone() {
        mass += w;
        from_sum += a * w;
        to_sum += b * w;
    }
    if mass <= 0.0 {
        return (DQuat::IDENTITY, DVec3::ZERO);
    }
    let (from_mean, to_mean) = (from_sum / mass, to_sum / mass);
    let mut alignment = Alignment::pulled_to_identity(1e-9 * mass);
    for (a, b, w) in pairs {
        alignment.add(a - from_mean, b - to_mean, w);
    }
    let rotation = alignment.rotation();
    (rotation, to_mean - rotation * from_mean)
}

/// Cyclic Jacobi; 4×4 converges in a handful of sweeps.
fn largest_eigenvector(mut m: [[f64; 4]; 4]) -> [f64; 4] {
    let mut v = [[0.0; 4]; 4];
    for (i, row) in v.iter_mut().enumerate() {
        row[i] = 1.0;
    }
    for _ in 0..12 {
        let off: f64 = (0..4)
            .flat_map(|i| (0..i).map(move |j| (i, j)))
            .map(|(i, j)| m[i][j] * m[i][j])
            .sum();
        let trace: f64 = (0..4).map(|i| m[i][i] * m[i][i]).sum();
        if off.is_nan() || off <= 1e-30 * trace {
            break;
        }
        for p in 0..3 {
            for q in p + 1..4 {
                rotate(&mut m, &mut v, p, q);
            }
        }
    }
    let best = (0..4).fold(0, |b, i| if m[i][i] > m[b][b] { i } else { b });
    [v[0][best], v[1][best], v[2][best], v[3][best]]
}

fn rotate(m: &mut [[f64; 4]; 4], v: &mut [[f64; 4]; 4], p: usize, q: usize) {
    if m[p][q] == 0.0 {
        return;
    }
    let theta = (m[q][q] - m[p][p]) / (2.0 * m[p][q]);
    let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let c = 1.0 / (t * t + 1.0).sqrt();
    let s = t * c;
    for row in m.iter_mut() {
        (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
    }
    let (above, below) = m.split_at_mut(q);
    for (mp, mq) in above[p].iter_mut().zip(&mut below[0]) {
        (*mp, *mq) = (c * *mp - s * *mq, s * *mp + c * *mq);
    }
    for row in v.iter_mut() {
        (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_the_rotation_that_was_applied(
            q in prop::array::uniform4(-1.0..1.0f64), t in prop::array::uniform3(-3.0..3.0f64)
        ) {
            let truth = DQuat::from_array(q);
            prop_assume!(truth.length() > 0.1);
            let (truth, t) = (truth.normalize(), DVec3::from_array(t));
            let cloud = [DVec3::X, DVec3::Y * 0.4, DVec3::new(0.1, -0.2, 0.7), DVec3::ZERO];
            let pairs = cloud.map(|p| (p, truth * p + t, 1.0));
            let (found, shift) = rigid_alignment(pairs.into_iter());
            prop_assert!(found.dot(truth).abs() > 1.0 - 1e-9);
            prop_assert!(shift.distance(t) < 1e-6);
        }
    }

    #[test]
    fn a_line_or_a_point_is_no_trouble() {
        for cloud in [vec![DVec3::X, DVec3::X * 2.0], vec![DVec3::Y], vec![]] {
            let (q, t) = rigid_alignment(cloud.iter().map(|p| (*p, *p + DVec3::Z, 1.0)));
            assert!(q.is_normalized() && t.is_finite());
        }
    }
}
