//! The axes of camera tracking against ours: one conversion for FreeD, OpenTrackIO and Mo-Sys F4, in both directions.
//!
//! All three speak of a right-handed volume with X to the right, Y forward and Z up, in which a camera at rest looks
//! along +Y, and of angles about moving axes in the order pan, tilt, roll. Ours is right-handed with Y up, and a camera
//! at rest looks along -Z. The map is `(x, y, z) → (x, z, -y)` for positions. A pose at rest stays at rest, so the
//! rotation is `Ry(pan) · Rx(tilt) · Rz(-roll)` in our axes, with pan counterclockwise seen from above, tilt upwards,
//! and roll clockwise seen from behind the camera. What a protocol counts the other way, it turns before it calls.

use crate::vicon_axes::SourcePose;
use cyc_model::Xf;
use glam::{DQuat, DVec3, EulerRot};

/// Angles of a camera, radians.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CameraAngles {
    /// About the vertical, counterclockwise seen from above: positive to the left.
    pub pan_rad: f64,
    /// Upwards.
    pub tilt_rad: f64,
    /// About the view axis, clockwise seen from behind the camera.
    pub roll_rad: f64,
}

/// The pose of a position in metres (x right, y forward, z up) and angles. `None` when a value is not finite or out of
/// bounds.
pub(crate) fn pose(at_m: [f64; 3], angles: CameraAngles) -> Option<SourcePose> {
    let [x, y, z] = at_m;
    Xf::new(rotation(angles)?, DVec3::new(x, z, -y))
}

/// The rotation of angles; `None` when one is not finite.
pub(crate) fn rotation(angles: CameraAngles) -> Option<DQuat> {
    let CameraAngles {
        pan_rad,
        tilt_rad,
        roll_rad,
    } = angles;
    let all_finite = [pan_rad, tilt_rad, roll_rad].iter().all(|a| a.is_finite());
    all_finite.then(|| DQuat::from_euler(EulerRot::YXZ, pan_rad, tilt_rad, -roll_rad))
}

/// Position in metres (x right, y forward, z up) and angles of a pose: pan and roll from -π to π, tilt from -π/2 to π/2.
pub(crate) fn parts(pose: SourcePose) -> ([f64; 3], CameraAngles) {
    let at = pose.translation().metres();
    let (pan_rad, tilt_rad, roll) = pose.rotation().to_euler(EulerRot::YXZ);
    let angles = CameraAngles {
        pan_rad,
        tilt_rad,
        roll_rad: -roll,
    };
    ([at.x, -at.z, at.y], angles)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Where the camera's right, view and top go, in the protocol's axes.
    fn directions(angles: CameraAngles) -> [DVec3; 3] {
        let q = pose([0.0; 3], angles).unwrap().rotation();
        let theirs = |v: DVec3| DVec3::new(v.x, -v.z, v.y);
        [DVec3::X, DVec3::NEG_Z, DVec3::Y].map(|axis| theirs(q * axis))
    }

    fn assert_close(a: DVec3, b: DVec3) {
        assert!(a.distance(b) < 1e-12, "{a} is not {b}");
    }

    #[test]
    fn at_rest_it_looks_forward() {
        let [right, view, top] = directions(CameraAngles::default());
        assert_close(right, DVec3::X);
        assert_close(view, DVec3::Y);
        assert_close(top, DVec3::Z);
        let p = pose([1.0, 2.0, 3.0], CameraAngles::default()).unwrap();
        assert_eq!(p.translation().metres(), DVec3::new(1.0, 3.0, -2.0));
    }

    #[test]
    fn pan_turns_x_to_y_and_tilt_y_to_z_and_roll_z_to_x() {
        let quarter = std::f64::consts::FRAC_PI_2;
        let [right, view, _] = directions(CameraAngles {
            pan_rad: quarter,
            ..CameraAngles::default()
        });
        assert_close(right, DVec3::Y);
        assert_close(view, DVec3::NEG_X);
        let [_, view, _] = directions(CameraAngles {
            tilt_rad: quarter,
            ..CameraAngles::default()
        });
        assert_close(view, DVec3::Z);
        let [right, _, top] = directions(CameraAngles {
            roll_rad: quarter,
            ..CameraAngles::default()
        });
        assert_close(top, DVec3::X);
        assert_close(right, DVec3::NEG_Z);
    }

    #[test]
    fn the_order_is_pan_then_tilt_then_roll() {
        // Turned left by 90° and up by 45°: the view has nothing of the old forward.
        let [_, view, _] = directions(CameraAngles {
            pan_rad: std::f64::consts::FRAC_PI_2,
            tilt_rad: std::f64::consts::FRAC_PI_4,
            roll_rad: 0.3,
        });
        let half = std::f64::consts::FRAC_1_SQRT_2;
        assert_close(view, DVec3::new(-half, 0.0, half));
    }

    proptest! {
        #[test]
        fn goes_there_and_back(
            at in prop::array::uniform3(-50.0..50.0f64),
            pan_rad in -3.1..3.1f64, tilt_rad in -1.5..1.5f64, roll_rad in -3.1..3.1f64,
        ) {
            let angles = CameraAngles { pan_rad, tilt_rad, roll_rad };
            let (at_again, again) = parts(pose(at, angles).unwrap());
            for (a, b) in at.iter().zip(at_again) {
                prop_assert!((a - b).abs() < 1e-12);
            }
            prop_assert!((again.pan_rad - pan_rad).abs() < 1e-9);
            prop_assert!((again.tilt_rad - tilt_rad).abs() < 1e-9);
            prop_assert!((again.roll_rad - roll_rad).abs() < 1e-9);
        }
    }
}
