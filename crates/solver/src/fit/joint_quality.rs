//! How surely markers show each joint.
//!
//! The factor of the normal matrix has, for every coordinate, what markers show of it when everything below is free: its
//! pivot. That is set against what 15 mm beside the axis would show, and cut by the share of what pulls below the joint
//! that was seen in this frame, since a marker that is held from its past pulls too. It costs one pass over the markers
//! and one over the joints, on what the fit has anyway.

use super::SHOWN_M2;
use super::tree::{Motion, NONE, Tree};
use super::workspace::{Terms, Workspace};

/// The quality of every joint of the last frame.
#[derive(Clone, Debug)]
pub(super) struct JointQuality {
    joints: Vec<f32>,
    /// What pulls at a joint and below it, and what of that was seen.
    pulls: Vec<[f64; 2]>,
}

impl JointQuality {
    pub(super) fn new(tree: &Tree) -> Self {
        Self {
            joints: vec![0.0; tree.joints.len()],
            pulls: vec![[0.0; 2]; tree.joints.len()],
        }
    }

    pub(super) fn joints(&self) -> &[f32] {
        &self.joints
    }

    /// There is no pose, or nothing that shows it.
    pub(super) fn forget(&mut self) {
        self.joints.fill(0.0);
    }

    /// Judges the pose that was just fitted. `presence` says how much of a seen marker is believed, 0 to 1.
    pub(super) fn judge(
        &mut self,
        tree: &Tree,
        terms: &Terms,
        ws: &Workspace,
        presence: impl Fn(usize) -> f64,
    ) {
        self.pulls.fill([0.0; 2]);
        for (m, (marker, state)) in tree.markers.iter().zip(&ws.markers).enumerate() {
            if state.pulls {
                let [all, seen] = &mut self.pulls[marker.joint];
                *all += state.pull;
                *seen += if state.seen {
                    state.pull * presence(m)
                } else {
                    0.0
                };
            }
        }
        for j in (0..tree.joints.len()).rev() {
            let [all, seen] = self.pulls[j];
            if let Some(above) = self.pulls.get_mut(tree.joints[j].parent) {
                above[0] += all;
                above[1] += seen;
            }
        }
        for (j, joint) in tree.joints.iter().enumerate() {
            let [all, seen] = self.pulls[j];
            self.joints[j] = if matches!(joint.motion, Motion::Fixed) && joint.parent != NONE {
                self.joints[joint.parent]
            } else if all > 0.0 {
                let shown = ws.least_shown(tree, terms, j) * seen / all;
                (shown / (shown + SHOWN_M2)) as f32
            } else {
                0.0
            };
        }
    }
}
