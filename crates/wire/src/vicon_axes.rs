//! Vicon's axes and millimetres against ours: one conversion, used by every Vicon protocol, in both directions.
//!
//! A Vicon server's volume is right-handed in millimetres, by default Z-up with X forward and Y left; it may also be
//! Y-up with X forward and Z right. Our `Source` space is right-handed, Y up, in metres. The map from Z-up is
//! `(x, y, z) → (x, z, -y) / 1000`; it is a rotation `C` of -90° about X, so a rotation matrix becomes `C R Cᵀ` and
//! its quaternion keeps `w` and has its vector part mapped like a position. Y-up servers differ only in the unit.
//! Body frames are turned by the same `C`: a Vicon body at rest (identity) is a body at rest here.

use cyc_model::{Body, Point, Pose, Source, Space, Xf};
use glam::{DMat3, DQuat, DVec3};

/// Millimetres in a metre.
const MM_PER_M: f64 = 1000.0;

/// How far a matrix may be from a rotation, as the largest entry of `RᵀR - I`. Rotations arrive as f64 made from f32
/// solves; 1e-3 is far above that noise and far below anything scaled or sheared.
const ORTHONORMAL_TOLERANCE: f64 = 1e-3;

/// Which way a Vicon server's axes point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ServerAxes {
    /// X forward, Y left, Z up.
    #[default]
    ZUp,
    /// X forward, Y up, Z right.
    YUp,
}

impl ServerAxes {
    /// A position of any space, millimetres in the server's axes, to metres in ours. `None` when not finite or out of
    /// bounds.
    #[inline]
    pub fn point_from_mm<S: Space>(self, mm: [f64; 3]) -> Option<Point<S>> {
        Point::new(self.vector_to_ours(DVec3::from_array(mm)) / MM_PER_M)
    }

    /// A pose from a translation in millimetres and a row-major rotation matrix. `None` when a value is not finite or
    /// the matrix is no rotation.
    #[inline]
    pub fn pose_from_rows<A: Space, B: Space>(
        self,
        t_mm: [f64; 3],
        rows: &[f64; 9],
    ) -> Option<Xf<A, B>> {
        // glam's matrices are columns: reading rows as columns gives the transpose.
        let m = DMat3::from_cols_array(rows).transpose();
        self.pose(t_mm, rotation_of(m)?)
    }

    /// A pose from a translation in millimetres and a rotation vector (axis times angle, radians).
    pub fn pose_from_rotvec<A: Space, B: Space>(
        self,
        t_mm: [f64; 3],
        rotvec: [f64; 3],
    ) -> Option<Xf<A, B>> {
        let v = DVec3::from_array(rotvec);
        let angle = v.length();
        if !(angle <= 1e3) {
            return None;
        }
        self.pose(t_mm, DQuat::from_scaled_axis(v))
    }

    /// A pose from a translation in millimetres and a rotation, both in the server's axes.
    #[inline]
    pub fn pose<A: Space, B: Space>(self, t_mm: [f64; 3], server: DQuat) -> Option<Xf<A, B>> {
        let v = self.vector_to_ours(DVec3::new(server.x, server.y, server.z));
        let ours = DQuat::from_xyzw(v.x, v.y, v.z, server.w);
        Xf::new(
            ours,
            self.vector_to_ours(DVec3::from_array(t_mm)) / MM_PER_M,
        )
    }

    /// A position of ours as millimetres in the server's axes.
    pub fn mm_of<S: Space>(self, p: Point<S>) -> [f64; 3] {
        (self.vector_to_server(p.metres()) * MM_PER_M).to_array()
    }

    /// A rotation of ours in the server's axes.
    pub fn rotation_of<A: Space, B: Space>(self, xf: Xf<A, B>) -> DQuat {
        let q = xf.rotation();
        let v = self.vector_to_server(DVec3::new(q.x, q.y, q.z));
        DQuat::from_xyzw(v.x, v.y, v.z, q.w)
    }

    /// A rotation of ours as a row-major matrix in the server's axes.
    pub fn rows_of<A: Space, B: Space>(self, xf: Xf<A, B>) -> [f64; 9] {
        DMat3::from_quat(self.rotation_of(xf))
            .transpose()
            .to_cols_array()
    }

    #[inline]
    fn vector_to_ours(self, v: DVec3) -> DVec3 {
        match self {
            Self::ZUp => DVec3::new(v.x, v.z, -v.y),
            Self::YUp => v,
        }
    }

    fn vector_to_server(self, v: DVec3) -> DVec3 {
        match self {
            Self::ZUp => DVec3::new(v.x, -v.z, v.y),
            Self::YUp => v,
        }
    }
}

/// The rotation that a matrix is; `None` when it is none (scaled, sheared, mirrored, not finite).
#[inline]
fn rotation_of(m: DMat3) -> Option<DQuat> {
    // Of RᵀR, which is symmetric, the six different entries.
    let (x, y, z) = (m.x_axis, m.y_axis, m.z_axis);
    let errors = [
        x.dot(x) - 1.0,
        y.dot(y) - 1.0,
        z.dot(z) - 1.0,
        x.dot(y),
        y.dot(z),
        z.dot(x),
    ];
    let within = errors.iter().all(|e| e.abs() <= ORTHONORMAL_TOLERANCE);
    (within && m.determinant() > 0.0).then(|| DQuat::from_mat3(&m))
}

/// What the tests of this crate call a pose.
pub(crate) type SourcePose = Pose<Source, Body>;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `C R Cᵀ` by hand, sharing nothing with the quaternion path: C maps x→x, z→y, y→-z.
    fn by_matrix(rows: [f64; 9]) -> [[f64; 3]; 3] {
        let c = [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]];
        let r = [
            [rows[0], rows[1], rows[2]],
            [rows[3], rows[4], rows[5]],
            [rows[6], rows[7], rows[8]],
        ];
        let mul = |a: [[f64; 3]; 3], b: [[f64; 3]; 3]| {
            let mut out = [[0.0; 3]; 3];
            for i in 0..3 {
                for j in 0..3 {
                    out[i][j] = (0..3).map(|k| a[i][k] * b[k][j]).sum();
                }
            }
            out
        };
        let ct = [
            [c[0][0], c[1][0], c[2][0]],
            [c[0][1], c[1][1], c[2][1]],
            [c[0][2], c[1][2], c[2][2]],
        ];
        mul(mul(c, r), ct)
    }

    #[test]
    fn up_is_up_and_forward_is_forward() {
        let p: Point<Source> = ServerAxes::ZUp
            .point_from_mm([1000.0, 2000.0, 3000.0])
            .unwrap();
        assert_eq!(p.metres(), DVec3::new(1.0, 3.0, -2.0));
        let p: Point<Source> = ServerAxes::YUp
            .point_from_mm([1000.0, 2000.0, 3000.0])
            .unwrap();
        assert_eq!(p.metres(), DVec3::new(1.0, 2.0, 3.0));
    }

    #[test]
    fn a_quarter_turn_about_vicons_z_is_one_about_our_y() {
        // Row major: x axis goes to y (left).
        let rows = [0.0, -1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0];
        let pose: SourcePose = ServerAxes::ZUp.pose_from_rows([0.0; 3], &rows).unwrap();
        let ours = DQuat::from_rotation_y(std::f64::consts::FRAC_PI_2);
        assert!(pose.rotation().dot(ours).abs() > 1.0 - 1e-12);
    }

    #[test]
    fn what_is_no_rotation_is_refused() {
        let id = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
        for (i, v) in [(0, -1.0), (4, 2.0), (8, f64::NAN), (1, 0.5), (0, 0.0)] {
            let mut rows = id;
            rows[i] = v;
            let pose: Option<SourcePose> = ServerAxes::ZUp.pose_from_rows([0.0; 3], &rows);
            assert_eq!(pose, None, "{rows:?}");
        }
        let far: Option<SourcePose> =
            ServerAxes::ZUp.pose_from_rows([f64::INFINITY, 0.0, 0.0], &id);
        assert_eq!(far, None);
        let spin: Option<SourcePose> =
            ServerAxes::ZUp.pose_from_rotvec([0.0; 3], [f64::NAN, 0.0, 0.0]);
        assert_eq!(spin, None);
    }

    proptest! {
        #[test]
        fn goes_there_and_back_and_agrees_with_the_matrix_product(
            x in -1.0..1.0f64, y in -1.0..1.0f64, z in -1.0..1.0f64, w in 0.1..1.0f64,
            t in prop::array::uniform3(-9000.0..9000.0f64), y_up: bool,
        ) {
            let axes = if y_up { ServerAxes::YUp } else { ServerAxes::ZUp };
            let q = DQuat::from_xyzw(x, y, z, w).normalize();
            let rows = DMat3::from_quat(q).transpose().to_cols_array();
            let pose: SourcePose = axes.pose_from_rows(t, &rows).unwrap();
            for (a, b) in axes.mm_of(pose.translation()).iter().zip(t) {
                prop_assert!((a - b).abs() < 1e-9);
            }
            for (a, b) in axes.rows_of(pose).iter().zip(rows) {
                prop_assert!((a - b).abs() < 1e-12);
            }
            if !y_up {
                let expected = by_matrix(rows);
                let m = DMat3::from_quat(pose.rotation());
                for (i, row) in expected.iter().enumerate() {
                    for (j, e) in row.iter().enumerate() {
                        prop_assert!((m.col(j)[i] - e).abs() < 1e-12);
                    }
                }
            }
        }
    }
}
