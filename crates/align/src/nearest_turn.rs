//! The turn that is nearest to a matrix, by singular values (Kabsch 1976): what turns of measured points are made from.

use glam::{DMat3, DVec3};
use nalgebra::{Matrix3, Vector3};

/// `a bᵀ`.
pub(crate) fn outer(a: DVec3, b: DVec3) -> DMat3 {
    DMat3::from_cols(a * b.x, a * b.y, a * b.z)
}

/// The same matrix where there are decompositions.
pub(crate) fn nalgebra_of(m: DMat3) -> Matrix3<f64> {
    Matrix3::from_column_slice(&m.to_cols_array())
}

/// The turn nearest to a matrix, or with `mirrored` the turn of a mirror image; `None` when it leads nowhere.
pub(crate) fn nearest_turn(m: DMat3, mirrored: bool) -> Option<DMat3> {
    let svd = nalgebra_of(m).svd(true, true);
    let (u, v_t) = (svd.u?, svd.v_t?);
    // Singular values come sorted; the least sure direction is the one that may be reversed.
    let wanted = if mirrored { -1.0 } else { 1.0 };
    let sign = wanted * (u.determinant() * v_t.determinant()).signum();
    let turn = u * Matrix3::from_diagonal(&Vector3::new(1.0, 1.0, sign)) * v_t;
    let mut columns = [0.0; 9];
    columns.copy_from_slice(turn.as_slice());
    let turn = DMat3::from_cols_array(&columns);
    turn.is_finite().then_some(turn)
}
