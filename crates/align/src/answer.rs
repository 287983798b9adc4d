//! What is looked for of a camera, the same in all views: its pupil on the body, and its lens.

use crate::LensFreedom;
use crate::pinhole::{Pinhole, pupil_from_picture};
use crate::pose::PicturePose;
use glam::{DQuat, DVec2, DVec3};

/// A view, ready for work.
pub(crate) struct Prepared {
    /// Turn and place of the body on the stage.
    pub body: (DQuat, DVec3),
    pub points: Vec<(DVec3, DVec2)>,
}

/// What is common to all views.
#[derive(Clone, Copy)]
pub(crate) struct Answer {
    pub turn: DQuat,
    pub place: DVec3,
    pub lens: Pinhole,
}

impl Answer {
    /// The picture's pose when the body has one.
    pub(crate) fn pose(&self, (turn, place): (DQuat, DVec3)) -> PicturePose {
        let stage_from_pupil = turn * self.turn;
        let pupil = turn * self.place + place;
        let picture = (stage_from_pupil * pupil_from_picture()).conjugate();
        PicturePose {
            turn: picture,
            shift: picture * -pupil,
        }
    }

    /// A step of its unknowns: turn, place, lens as far as it is free.
    pub(crate) fn stepped(&self, step: &[f64], freedom: LensFreedom) -> Self {
        let at = |i: usize| step.get(i).copied().unwrap_or(0.0);
        let mut next = *self;
        let turn = DQuat::from_scaled_axis(DVec3::new(at(0), at(1), at(2)));
        next.turn = (next.turn * turn).normalize();
        next.place += DVec3::new(at(3), at(4), at(5));
        if freedom != LensFreedom::Fixed {
            next.lens.focal_px *= at(6).exp();
        }
        if freedom == LensFreedom::Full {
            next.lens.centre_px += self.lens.focal_px * DVec2::new(at(7), at(8));
            for (i, k) in next.lens.radial.iter_mut().enumerate() {
                *k += at(9 + i);
            }
            for (i, p) in next.lens.tangential.iter_mut().enumerate() {
                *p += at(12 + i);
            }
        }
        next
    }
}
