//! The chain of transforms of a sample, and a pose as a chain of one.

use super::inline::{List, Real, Text};
use super::limits::TRANSFORMS_MAX;
use super::sample::{Rotation, Transform, Triple};
use crate::camera_axes::{self, CameraAngles};
use crate::vicon_axes::SourcePose;
use cyc_model::Xf;
use glam::{DMat3, DQuat, DVec3};

fn numbers(triple: Option<Triple>, missing: f64) -> [f64; 3] {
    let triple = triple.unwrap_or_default();
    [triple.x, triple.y, triple.z].map(|v| v.map_or(missing, |r| r.0))
}

/// The pose at the end of a chain: each link moves, turns and scales in the frame of the links before it. A scale moves
/// what comes after it and turns nothing. `None` without a link, or when a value is not finite or out of bounds.
pub(crate) fn pose_of(chain: &[Transform]) -> Option<SourcePose> {
    if chain.is_empty() {
        return None;
    }
    // In the wire's axes only the numbers differ: the map to ours is a rotation, so it is applied to each link.
    let ours = |[x, y, z]: [f64; 3]| DVec3::new(x, z, -y);
    let (mut at, mut turned, mut linear) = (DVec3::ZERO, DQuat::IDENTITY, DMat3::IDENTITY);
    for link in chain {
        let angles = link.rotation.unwrap_or_default();
        let rad = |v: Option<Real>| v.map_or(0.0, |r| r.0.to_radians());
        let rotation = camera_axes::rotation(CameraAngles {
            pan_rad: rad(angles.pan),
            tilt_rad: rad(angles.tilt),
            roll_rad: rad(angles.roll),
        })?;
        let [x, y, z] = numbers(link.scale, 1.0);
        at += linear * ours(numbers(link.translation, 0.0));
        turned *= rotation;
        // A scale has no sign, so its axes are only put in our order.
        linear = linear * DMat3::from_quat(rotation) * DMat3::from_diagonal(DVec3::new(x, z, y));
    }
    Xf::new(turned, at)
}

/// A pose as a chain of one link.
pub(crate) fn chain_of(pose: SourcePose, id: &str) -> List<Transform, TRANSFORMS_MAX> {
    let ([x, y, z], angles) = camera_axes::parts(pose);
    let degrees = |rad: f64| Some(Real(rad.to_degrees()));
    let mut chain = List::default();
    chain.push(Transform {
        translation: Some(Triple {
            x: Some(Real(x)),
            y: Some(Real(y)),
            z: Some(Real(z)),
        }),
        rotation: Some(Rotation {
            pan: degrees(angles.pan_rad),
            tilt: degrees(angles.tilt_rad),
            roll: degrees(angles.roll_rad),
        }),
        scale: None,
        id: (!id.is_empty()).then(|| Text::cut(id)),
    });
    chain
}
