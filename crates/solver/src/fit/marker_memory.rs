//! What each marker did in the frames before, so that one that jumps or vanishes does not take the pose along.
//!
//! Every marker sits a little beside where the rig has it, and always to the same side. When it is hidden, the pose
//! would give way to that at once and pop back later. And a marker that alone holds a foot is believed whatever it
//! says, for no other contradicts it. So a marker that is gone, or is suddenly far from where its own past has it,
//! is for some frames taken where the pose was going to have it, beside the rig by as much as before, and counts ever
//! less; one that comes back counts ever more. When many jump at once it is the performer that did, and all are
//! believed.

use super::tree::Tree;
use super::workspace::Workspace;
use glam::DVec3;

/// Frames for which a marker that is gone or has jumped is held.
const HELD_FRAMES: u32 = 12;
/// Frames for which a marker that has jumped is not believed; a third of a second of most systems. By then it is either
/// labelled anew, or the body is where it says.
const DOUBTED_FRAMES: u32 = 40;
/// Frames in which a marker that is back comes to count in full.
const RETURN_FRAMES: f64 = 5.0;
/// What a held marker counts at first.
const HELD_WEIGHT: f64 = 0.5;
/// A marker that is so much farther from where its past has it than it moves in a frame has jumped, metres.
const JUMP_M: f64 = 0.06;
/// Of the seen markers no more than this part can have jumped.
const JUMPED_MAX: f64 = 0.2;

#[derive(Clone, Copy, Debug)]
struct Memory {
    /// Where the pose had it in the last frame in which it was believed, and how far off that was.
    point: DVec3,
    residual: DVec3,
    is_known: bool,
    /// Frames since.
    held: u32,
    /// How much it counts: grows to 1 after a return.
    presence: f64,
    has_jumped: bool,
}

/// The memory of all markers of a performer.
#[derive(Clone, Debug)]
pub(super) struct MarkerMemory {
    markers: Vec<Memory>,
}

impl MarkerMemory {
    pub(super) fn new(tree: &Tree) -> Self {
        let nothing = Memory {
            point: DVec3::ZERO,
            residual: DVec3::ZERO,
            is_known: false,
            held: 0,
            presence: 1.0,
            has_jumped: false,
        };
        Self {
            markers: vec![nothing; tree.markers.len()],
        }
    }

    /// Forgets everything: all markers that are seen next are believed at once.
    pub(super) fn forget(&mut self) {
        for memory in &mut self.markers {
            memory.is_known = false;
            memory.has_jumped = false;
            memory.held = 0;
            memory.presence = 1.0;
        }
    }

    /// How much a seen marker is believed, 0 to 1.
    pub(super) fn presence(&self, marker: usize) -> f64 {
        self.markers.get(marker).map_or(0.0, |m| m.presence)
    }

    /// Decides, at the pose predicted for so many frames later, which markers are believed. Returns whether any is not, or counts less.
    pub(super) fn judge(&mut self, tree: &Tree, ws: &mut Workspace, steps: f64) -> bool {
        let (mut seen, mut jumped) = (0usize, 0usize);
        for (memory, state) in self.markers.iter_mut().zip(&ws.markers) {
            memory.has_jumped = false;
            if state.seen {
                seen += 1;
                let apart = state.point - state.measured - memory.residual;
                let moved = state.point.distance(memory.point);
                let gate = JUMP_M * steps + moved;
                if memory.is_known && apart.length_squared() > gate * gate {
                    memory.has_jumped = true;
                    jumped += 1;
                }
            }
        }
        let is_performer = jumped as f64 > JUMPED_MAX * seen as f64;
        let mut any = false;
        for ((memory, state), marker) in self
            .markers
            .iter_mut()
            .zip(&mut ws.markers)
            .zip(&tree.markers)
        {
            memory.has_jumped &= !is_performer;
            if state.seen && !memory.has_jumped {
                if memory.presence < 1.0 {
                    memory.presence = (memory.presence + 1.0 / RETURN_FRAMES).min(1.0);
                    state.weight *= memory.presence;
                    any = true;
                }
                continue;
            }
            any = true;
            memory.presence = 0.0;
            memory.held += 1;
            if memory.is_known && memory.held <= HELD_FRAMES {
                let left = 1.0 - f64::from(memory.held) / f64::from(HELD_FRAMES + 1);
                state.pulls = true;
                state.weight = marker.weight * HELD_WEIGHT * left;
                state.target = state.point - memory.residual;
            } else if memory.has_jumped && memory.held <= DOUBTED_FRAMES {
                state.pulls = false;
            } else {
                // Doubted long enough: what is seen now is believed again, bit by bit.
                memory.is_known = false;
                memory.has_jumped = false;
                memory.presence = 1.0 / RETURN_FRAMES;
                state.weight *= memory.presence;
            }
        }
        any
    }

    /// Remembers, at the fitted pose, where the believed markers are.
    pub(super) fn remember(&mut self, ws: &Workspace) {
        for (memory, state) in self.markers.iter_mut().zip(&ws.markers) {
            if state.seen && !memory.has_jumped {
                memory.point = state.point;
                memory.residual = state.residual;
                memory.is_known = true;
                memory.held = 0;
            }
        }
    }
}
