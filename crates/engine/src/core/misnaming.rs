//! Whether a frame's markers have the wrong names: told by where the pose puts them.
//!
//! What must stay true: a few markers that are far off, or a rig that was not calibrated yet, are no reason to disbelieve the
//! names of all.

use cyc_solver::Fitter;

/// A marker that is further than the first from where the pose puts it may be another one, one further than the second is,
/// metres: a rig that was not calibrated yet is off by less, for a child as well.
const MISNAMED_M: [f64; 2] = [0.08, 0.2];
/// Between the two it is one that is so many times further than markers usually are (RMS).
const MISNAMED_BY: f64 = 5.0;

/// Whether most of the markers that were seen are so far from where the pose puts them that their names are wrong: further than
/// they are when they are right. A few that are far, or values that nobody can have, do not count: the pose is right
/// without them.
pub(super) fn is_misnamed(fitter: &Fitter, markers: usize, usual_m: Option<f64>) -> bool {
    let limit_m = usual_m.map_or(MISNAMED_M[1], |usual_m| {
        (MISNAMED_BY * usual_m).clamp(MISNAMED_M[0], MISNAMED_M[1])
    });
    let (mut seen, mut far) = (0usize, 0usize);
    for residual_m in (0..markers).filter_map(|m| fitter.residual_m(m)) {
        seen += 1;
        far += usize::from(residual_m > limit_m);
    }
    2 * far > seen
}
