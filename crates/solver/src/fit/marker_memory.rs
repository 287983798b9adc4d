//! What each marker did in the frames before, so that one that jumps or vanishes does not take the pose along.
//!
//! Every marker sits a little beside where the rig has it, and always to the same side of its bone. When it is hidden, the
//! pose would give way to that at once and pop back later. And a marker that alone holds a foot is believed whatever
//! it says, for no other contradicts it. So a marker that is gone, or is suddenly far from where its own past has it,
//! is for some frames taken where the pose was going to have it, beside the rig by as much as before, and counts ever
//! less. One that has jumped is at first held as firmly as if it were seen: it is there, only elsewhere, and soon back or labelled
//! anew, and when it is back it goes over from where it was held to where it is seen. One that is hidden may stay so, and the
//! markers that are left know more; back, it counts ever more. When many jump at once it is the performer that did, and all are believed.

use super::JumpHold;
use super::tree::Tree;
use super::workspace::Workspace;
use glam::DVec3;

/// How a marker is held.
#[derive(Clone, Copy, Debug)]
struct Hold {
    /// For so many frames,
    frames: u32,
    /// counting this at first, and less with each.
    weight: f64,
    /// Whether it then goes over from where it was held to where it is seen. Where that is the prediction's word, as of a limb
    /// that was away, it would only hold the pose off: such a one comes to count bit by bit.
    goes_over: bool,
}

/// How a marker that is gone is held.
const HIDDEN: Hold = Hold {
    frames: 12,
    weight: 0.5,
    goes_over: false,
};
/// How a marker that has jumped is held: as if it were seen.
const FIRM: Hold = Hold {
    frames: 24,
    weight: 1.0,
    goes_over: true,
};
/// How it is held when it may have been wrong before.
const LOOSE: Hold = Hold {
    frames: 12,
    weight: 0.5,
    goes_over: false,
};
/// Frames for which a marker that has jumped is not believed; a third of a second of most systems. By then it is either
/// labelled anew, or the body is where it says.
const DOUBTED_FRAMES: u32 = 40;
/// Frames in which a marker that is back comes to count in full.
const RETURN_FRAMES: f64 = 5.0;
/// A marker that is so much farther from where its past has it than it moves in a frame has jumped, metres,
const JUMP_M: f64 = 0.06;
/// and so many times more than all are on average: a quick turn between two slow frames surprises the whole body.
const JUMP_TIMES: f64 = 3.0;
/// Of the seen markers no more than this part can have jumped.
const JUMPED_MAX: f64 = 0.2;

impl Hold {
    /// What a marker counts that was believed so many frames ago; `None` when it is held no longer.
    fn weight_after(&self, frames: u32) -> Option<f64> {
        let left = 1.0 - f64::from(frames) / f64::from(self.frames + 1);
        (frames <= self.frames).then_some(self.weight * left)
    }
}

#[derive(Clone, Copy, Debug)]
struct Memory {
    /// Where the pose had it in the last frame in which it was believed.
    point: DVec3,
    /// How far off it was then, in its bone's frame.
    off: DVec3,
    is_known: bool,
    /// Frames since.
    held: u32,
    /// How much it counts: grows to 1 after a return.
    presence: f64,
    /// What it counted when it was held last, as a part of what it counts when it is seen.
    weight: f64,
    has_jumped: bool,
    /// How it is held since it was believed last. One that is hidden first and comes back elsewhere is held as hidden: while it
    /// was away the pose went on without it, and may be what is wrong.
    hold: Hold,
    /// How far it is from where its past has it, metres; nothing when that is not known.
    apart_m: f64,
}

/// The memory of all markers of a performer.
#[derive(Clone, Debug)]
pub(super) struct MarkerMemory {
    markers: Vec<Memory>,
    jumped: Hold,
}

impl MarkerMemory {
    pub(super) fn new(tree: &Tree, hold: JumpHold) -> Self {
        let nothing = Memory {
            point: DVec3::ZERO,
            off: DVec3::ZERO,
            is_known: false,
            held: 0,
            presence: 1.0,
            weight: 0.0,
            has_jumped: false,
            hold: HIDDEN,
            apart_m: 0.0,
        };
        Self {
            markers: vec![nothing; tree.markers.len()],
            jumped: match hold {
                JumpHold::Firm => FIRM,
                JumpHold::Loose => LOOSE,
            },
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
        let is_performer = self.find_jumps(tree, ws, steps);
        let mut any = false;
        let with_states = self.markers.iter_mut().zip(&mut ws.markers);
        for ((memory, state), marker) in with_states.zip(&tree.markers) {
            memory.has_jumped &= !is_performer;
            // Where it was going to be.
            let expected = state.point - ws.frames[marker.joint].axes * memory.off;
            if state.seen && !memory.has_jumped {
                if memory.presence < 1.0 {
                    any = true;
                    memory.presence = (memory.presence + 1.0 / RETURN_FRAMES).min(1.0);
                    if memory.is_known && memory.hold.goes_over {
                        // What it counts goes on meanwhile.
                        state.target = expected.lerp(state.measured, memory.presence);
                        state.weight *= memory.weight + (1.0 - memory.weight) * memory.presence;
                    } else {
                        state.weight *= memory.presence;
                    }
                }
                continue;
            }
            any = true;
            memory.presence = 0.0;
            if memory.held == 0 {
                memory.hold = if memory.has_jumped {
                    self.jumped
                } else {
                    HIDDEN
                };
            }
            memory.held += 1;
            let held = memory
                .hold
                .weight_after(memory.held)
                .filter(|_| memory.is_known);
            if let Some(weight) = held {
                memory.weight = weight;
                state.pulls = true;
                state.weight = marker.weight * weight;
                state.target = expected;
            } else if memory.has_jumped && memory.held <= DOUBTED_FRAMES {
                memory.weight = 0.0;
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

    /// Notes which markers have jumped; returns whether so many have that it is the performer.
    fn find_jumps(&mut self, tree: &Tree, ws: &Workspace, steps: f64) -> bool {
        let (mut seen, mut surprise) = (0usize, 0.0);
        let with_states = self.markers.iter_mut().zip(&ws.markers);
        for ((memory, state), marker) in with_states.zip(&tree.markers) {
            memory.apart_m = 0.0;
            if state.seen {
                seen += 1;
                let off = ws.frames[marker.joint].axes * memory.off;
                if memory.is_known {
                    memory.apart_m = (state.point - state.measured - off).length();
                    // One that is far says no more about the others than one that is just too far.
                    surprise += memory.apart_m.min(JUMP_M);
                }
            }
        }
        let usual_m = JUMP_M * steps + JUMP_TIMES * surprise / seen.max(1) as f64;
        let mut jumped = 0usize;
        for (memory, state) in self.markers.iter_mut().zip(&ws.markers) {
            let moved_m = state.point.distance(memory.point);
            memory.has_jumped = memory.is_known && memory.apart_m > usual_m + moved_m;
            jumped += usize::from(memory.has_jumped);
        }
        jumped as f64 > JUMPED_MAX * seen as f64
    }

    /// Remembers, at the fitted pose, where the believed markers are.
    pub(super) fn remember(&mut self, tree: &Tree, ws: &Workspace) {
        let with_states = self.markers.iter_mut().zip(&ws.markers);
        for ((memory, state), marker) in with_states.zip(&tree.markers) {
            if state.seen && !memory.has_jumped {
                let off = state.point - state.measured;
                memory.point = state.point;
                memory.off = ws.frames[marker.joint].axes.transpose() * off;
                memory.is_known = true;
                memory.held = 0;
            }
        }
    }
}
