//! Where the tip of a wand rests: a tracked body is rocked about a point that it touches, and both are found together, the
//! point in the source and the tip on the body. Nobody has to know the wand.
//!
//! Each pose says `turn · tip + place = point`. With the turns of two axes these six unknowns have one least-squares answer
//! (the pivot calibration of surgical pointers: Yaniv, Medical Imaging 2015). Turns about one axis alone leave the tip free
//! along it.

use crate::{AlignError, TIP_ERROR_MAX_M, TIP_MOVED_MAX_M, WAND_POSES_MIN};
use cyc_model::{Body, Point, Pose, Source};
use glam::DVec3;
use nalgebra::{Matrix6, Vector6};

/// A point that a wand touched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Touch {
    /// Where it is in the source.
    pub point: Point<Source>,
    /// Where the wand's tip is on its body, metres.
    pub tip_m: DVec3,
    /// How far the tip was from the point, root mean square, millimetres.
    pub rms_mm: f64,
    /// Standard error of the point, millimetres, if the poses are independent.
    pub error_mm: f64,
    /// Furthest turn between two poses, degrees.
    pub turned_deg: f64,
}

/// Finds the point that a wand was rocked about. The poses should be ones that differ: a wand that is held still says one
/// thing many times.
///
/// # Errors
/// Fewer poses than say anything, a tip that moved, or turns that leave it open.
pub fn touched(poses: &[Pose<Source, Body>]) -> Result<Touch, AlignError> {
    let (given, least) = (poses.len(), WAND_POSES_MIN);
    if given < least {
        return Err(AlignError::WandStill { given, least });
    }
    let (mut normal, mut right) = (Matrix6::<f64>::zeros(), Vector6::<f64>::zeros());
    for pose in poses {
        let (rows, place) = equations(pose);
        for (row, place) in rows.iter().zip(place.to_array()) {
            normal += row * row.transpose();
            right -= row * place;
        }
    }
    let eigen = normal.symmetric_eigenvalues();
    let inverse = normal
        .try_inverse()
        .filter(|_| eigen.min() > 1e-9 * eigen.max());
    let Some(inverse) = inverse else {
        return Err(AlignError::WandOneWay {
            error_mm: f64::INFINITY,
        });
    };
    let found = inverse * right;
    let (tip, point) = (
        DVec3::new(found[0], found[1], found[2]),
        DVec3::new(found[3], found[4], found[5]),
    );
    let off = |pose: &Pose<Source, Body>| {
        let at = pose.rotation() * tip + pose.translation().metres();
        at.distance_squared(point)
    };
    let squares: f64 = poses.iter().map(off).sum();
    let rms_m = (squares / given as f64).sqrt();
    if rms_m > TIP_MOVED_MAX_M {
        return Err(AlignError::TipMoved { mm: rms_m * 1e3 });
    }
    let variance = squares / (3 * given - 6) as f64;
    let spread = inverse[(3, 3)] + inverse[(4, 4)] + inverse[(5, 5)];
    let error_m = (variance * spread).sqrt();
    if error_m > TIP_ERROR_MAX_M {
        return Err(AlignError::WandOneWay {
            error_mm: error_m * 1e3,
        });
    }
    Ok(Touch {
        point: Point::saturating(point),
        tip_m: tip,
        rms_mm: rms_m * 1e3,
        error_mm: error_m * 1e3,
        turned_deg: furthest_turn(poses).to_degrees(),
    })
}

/// The three equations of a pose, each over tip and point, and what they must be with the sign turned.
fn equations(pose: &Pose<Source, Body>) -> ([Vector6<f64>; 3], DVec3) {
    let turn = glam::DMat3::from_quat(pose.rotation());
    let row = |axis: usize| {
        let r = turn.row(axis);
        let mut own = [0.0; 3];
        if let Some(slot) = own.get_mut(axis) {
            *slot = -1.0;
        }
        Vector6::new(r.x, r.y, r.z, own[0], own[1], own[2])
    };
    ([row(0), row(1), row(2)], pose.translation().metres())
}

/// The largest turn from the first pose and from the one furthest from it: within a few degrees the largest of all.
fn furthest_turn(poses: &[Pose<Source, Body>]) -> f64 {
    let furthest = |from: &Pose<Source, Body>| {
        let turns = poses
            .iter()
            .map(|p| (p.rotation().angle_between(from.rotation()), p));
        turns.max_by(|a, b| a.0.total_cmp(&b.0))
    };
    let far = poses.first().and_then(furthest);
    far.and_then(|(_, p)| furthest(p))
        .map_or(0.0, |(turn, _)| turn)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_model::Xf;
    use glam::DQuat;

    const POINT: DVec3 = DVec3::new(1.25, 0.4, -3.1);
    const TIP: DVec3 = DVec3::new(0.03, -0.02, -0.41);

    /// A wand with its tip at the point, turned about two axes; `noise_m` trembles.
    fn rocked(across: f64, along: f64, noise_m: f64) -> Vec<Pose<Source, Body>> {
        let pose = |i: i32| {
            let t = f64::from(i) / 60.0;
            let turn = DQuat::from_rotation_y(0.7)
                * DQuat::from_rotation_x(across * t.sin())
                * DQuat::from_rotation_z(along * (1.7 * t).cos());
            let wobble = |k: f64| noise_m * (f64::from(i) * k).sin() * 1.4;
            let tremble = DVec3::new(wobble(7.1), wobble(3.7), wobble(11.3));
            Xf::new(turn, POINT - turn * TIP + tremble).unwrap()
        };
        (0..240).map(pose).collect()
    }

    #[test]
    fn point_and_tip_are_found_together() {
        let found = touched(&rocked(0.5, 0.4, 0.0)).unwrap();
        assert!(found.point.metres().distance(POINT) < 1e-9);
        assert!(found.tip_m.distance(TIP) < 1e-9);
        assert!(found.turned_deg > 40.0 && found.rms_mm < 1e-6, "{found:?}");
    }

    #[test]
    fn a_tracker_that_trembles_costs_a_tenth_of_it() {
        let found = touched(&rocked(0.5, 0.4, 0.0005)).unwrap();
        let off_mm = found.point.metres().distance(POINT) * 1e3;
        assert!(
            off_mm < 0.15 && off_mm < 4.0 * found.error_mm,
            "{off_mm} {found:?}"
        );
        assert!((0.3..1.5).contains(&found.rms_mm), "{found:?}");
    }

    #[test]
    fn turns_about_one_axis_leave_it_open() {
        for poses in [rocked(0.5, 0.0, 0.0), rocked(0.5, 0.001, 0.0005)] {
            let error = touched(&poses).unwrap_err();
            assert!(matches!(error, AlignError::WandOneWay { .. }), "{error:?}");
        }
    }

    #[test]
    fn a_tip_that_slips_is_refused() {
        let mut poses = rocked(0.5, 0.4, 0.0);
        let slip = Xf::<Source, Source>::from_translation(DVec3::new(0.02, 0.0, 0.0));
        for pose in &mut poses[120..] {
            *pose = slip * *pose;
        }
        let error = touched(&poses).unwrap_err();
        assert!(
            matches!(error, AlignError::TipMoved { mm } if mm > 5.0),
            "{error:?}"
        );
        let few = touched(&poses[..5]).unwrap_err();
        assert!(matches!(few, AlignError::WandStill { given: 5, .. }));
    }
}
