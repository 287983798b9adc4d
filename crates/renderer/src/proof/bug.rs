//! Bugs that have been made in such pipelines. Each must make the proof fail: a proof that cannot fail proves nothing.

use super::ViconBody;
use super::rigid::{about_x, about_y, about_z, euler_xyz, multiply, transpose};
use cyc_model::{Body, CameraBody, Pupil, Stage as StageSpace, Xf};
use cyc_stage::Camera;

/// A seeded bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// One axis of the capture volume is mirrored.
    MirroredAxis,
    /// The rotation is read as its inverse.
    TransposedRotation,
    /// The Euler angles are multiplied in the wrong order.
    SwappedEulerOrder,
    /// The offset to the entrance pupil has the wrong sign.
    PupilSign,
    /// The offset to the entrance pupil is taken for millimetres.
    MillimetresForMetres,
}

impl Bug {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::MirroredAxis,
        Self::TransposedRotation,
        Self::SwappedEulerOrder,
        Self::PupilSign,
        Self::MillimetresForMetres,
    ];

    /// What the buggy program believes to have received.
    pub(super) fn in_transport(self, body: ViconBody) -> ViconBody {
        let [x, y, z] = body.euler_rad;
        let (rx, ry, rz) = (about_x(x), about_y(y), about_z(z));
        let rotated = |r| ViconBody {
            euler_rad: euler_xyz(&r),
            ..body
        };
        match self {
            Self::MirroredAxis => ViconBody {
                t_mm: [body.t_mm[0], -body.t_mm[1], body.t_mm[2]],
                ..body
            },
            Self::TransposedRotation => rotated(transpose(&multiply(&multiply(&rx, &ry), &rz))),
            Self::SwappedEulerOrder => rotated(multiply(&multiply(&rz, &ry), &rx)),
            Self::PupilSign | Self::MillimetresForMetres => body,
        }
    }

    /// The tracked body where a stage with a wrong pupil offset would believe it to be, so that the right offset leads
    /// to the wrong pupil.
    pub(super) fn in_stage(
        self,
        camera: &Camera,
        stage_from_body: Xf<StageSpace, Body>,
    ) -> Xf<StageSpace, Body> {
        let factor = match self {
            Self::PupilSign => -1.0,
            Self::MillimetresForMetres => 1e-3,
            _ => return stage_from_body,
        };
        let right = camera.body_from_pupil;
        let wrong: Xf<CameraBody, Pupil> =
            Xf::saturating(right.rotation(), right.translation().metres() * factor);
        (stage_from_body.relabel::<StageSpace, CameraBody>() * wrong * right.inverse()).relabel()
    }
}
