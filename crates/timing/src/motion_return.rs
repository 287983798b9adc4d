//! What is left of a performer's return after a gap: what was shown minus what was measured, joint by joint.
//!
//! What must stay true: it is all there at the moment of the return and gone after the policy's fade, without a step between.

use crate::limits::SHOWN_EVERY;
use crate::pose_track::{GapPolicy, rotation_vector, smooth};
use cyc_model::{HostNs, JointFrame, Nanos, Xf};
use glam::{DQuat, DVec3};

/// How late poses come for what is shown.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Lateness {
    /// The latest time that was shown.
    shown_until: Option<HostNs>,
    /// How far that was beyond the newest pose when it came.
    late_by: Nanos,
}

impl Lateness {
    /// A time is shown.
    pub fn note_shown(&mut self, at: HostNs) {
        self.shown_until = self.shown_until.max(Some(at));
    }

    /// When a pose of a time, a step after the one before, is the first one that is seen of somebody again: at its own time, or
    /// when it comes late, at the time that was shown last. `None` when nothing was missing.
    pub fn returns_at(
        &mut self,
        at: HostNs,
        step: Nanos,
        (after_gap, gap): (bool, Nanos),
    ) -> Option<HostNs> {
        let seen_at = self.shown_until.map_or(at, |until| until.max(at));
        let before = std::mem::replace(&mut self.late_by, seen_at - at);
        // Poses that are not missing but late, as after a moment without a solver, are no less of a return; nor are those
        // that catch up with them. Those that stay equally late are as even as any.
        let is_later = self.late_by - before > gap;
        let catches_up = before > gap && before - self.late_by > Nanos(step.0 / 2);
        (after_gap || is_later || catches_up).then_some(seen_at)
    }
}

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
    /// How each joint was turned when it was shown last before.
    pub from: Vec<DQuat>,
}

impl Return {
    pub fn new(joints: usize) -> Self {
        Self {
            began: None,
            turns_rad: vec![DVec3::ZERO; joints],
            shifts_m: vec![DVec3::ZERO; joints],
            from: vec![DQuat::IDENTITY; joints],
        }
    }

    /// Is as large as leads from what is measured to what is shown, when so much of it is left.
    pub fn span(&mut self, shown: &[Local], measured: &[Local], left: f64) {
        let turns = self.turns_rad.iter_mut().zip(&mut self.shifts_m);
        for ((turn, shift), (shown, measured)) in turns.zip(shown.iter().zip(measured)) {
            *turn = rotation_vector(shown.rotation() * measured.rotation().conjugate()) / left;
            *shift = (shown.translation() - measured.translation()).metres() / left;
        }
        for (from, shown) in self.from.iter_mut().zip(shown) {
            *from = shown.rotation();
        }
    }

    /// Nothing was shown between two times: of what lies beyond [`SHOWN_EVERY`] of that the fade knows nothing.
    pub fn wait(&mut self, before: HostNs, at: HostNs) {
        if let Some(began) = &mut self.began {
            let unseen = at - before.max(*began) - SHOWN_EVERY;
            *began += unseen.max(Nanos::ZERO);
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
