//! What is left of a performer's return after a gap: what was shown minus what was measured, joint by joint.
//!
//! What must stay true: it is all there at the moment of the return and gone after the policy's fade, without a step between.

use crate::pose_track::{GapPolicy, smooth};
use cyc_model::{HostNs, JointFrame, Xf};
use glam::{DQuat, DVec3};

/// A joint against its parent.
pub(crate) type Local = Xf<JointFrame, JointFrame>;

/// What is left of the last return: what was shown minus what was measured, joint by joint.
#[derive(Clone, Debug)]
pub(crate) struct Return {
    /// `None` when there is nothing to fade, or it was a cut.
    pub began: Option<HostNs>,
    /// One a joint, in its parent's frame.
    pub turns_rad: Vec<DVec3>,
    pub shifts_m: Vec<DVec3>,
}

impl Return {
    pub fn new(joints: usize) -> Self {
        Self {
            began: None,
            turns_rad: vec![DVec3::ZERO; joints],
            shifts_m: vec![DVec3::ZERO; joints],
        }
    }

    /// The part of it that is still there.
    pub fn left(&self, at: HostNs, policy: GapPolicy) -> f64 {
        match self.began {
            Some(began) if at >= began => {
                1.0 - smooth((at - began).secs() / policy.return_fade.secs())
            }
            _ => 0.0,
        }
    }

    pub fn apply(&self, joint: usize, left: f64, local: Local) -> Local {
        let (Some(turn), Some(shift)) = (self.turns_rad.get(joint), self.shifts_m.get(joint))
        else {
            return local;
        };
        Xf::saturating(
            DQuat::from_scaled_axis(*turn * left) * local.rotation(),
            local.translation().metres() + *shift * left,
        )
    }
}
