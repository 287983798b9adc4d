//! What each marker did in the frames before, so that one that jumps or vanishes does not take the pose along.
//!
//! Every marker sits a little beside where the rig has it, and always to the same side of its bone. When it is hidden, the
//! pose would give way to that at once and pop back later. And a marker that alone holds a foot is believed whatever
//! it says, for no other contradicts it. So a marker that is gone, or is suddenly far from where its own past has it,
//! is for some frames taken where the pose was going to have it, beside the rig by as much as before, and counts ever
//! less. One that has jumped is held as firmly as if it were seen, and slowly less: it is there, only elsewhere, and soon back or
//! labelled anew, and the others are in balance with it, so that on a rig that fits nobody well all would give way without it. When it
//! is back it goes over from where it was held to where it is seen. One that is hidden may stay so, and the markers that are left know
//! more; back, it counts ever more. When many jump at once it is the performer that did, and all are believed. And of a marker that the
//! pose does not explain nothing is remembered: it was wrong, and would be called wrong when it is right.

use super::JumpHold;
use super::surprise::Surprise;
use super::tree::Tree;
use super::workspace::{MarkerState, Workspace};
use glam::DVec3;

/// How a marker is held.
#[derive(Clone, Copy, Debug)]
struct Hold {
    /// For so many frames,
    frames: u32,
    /// counting this at first, as a part of what it counts when it is seen,
    weight: f64,
    /// and this in the end.
    weight_last: f64,
    /// Whether it then goes over from where it was held to where it is seen. Where that is the prediction's word, as of a limb
    /// that was away, it would only hold the pose off: such a one comes to count bit by bit.
    goes_over: bool,
}

/// How a marker that is gone is held, and one that has jumped but may have been wrong before.
const HIDDEN: Hold = Hold {
    frames: 12,
    weight: 0.5,
    weight_last: 0.04,
    goes_over: false,
};
/// How a marker that has jumped is held: as if it were seen, for as long as it is doubted.
const FIRM: Hold = Hold {
    frames: DOUBTED_FRAMES,
    weight: 1.0,
    weight_last: 0.5,
    goes_over: true,
};
/// Frames for which a marker that has jumped is not believed; a third of a second of most systems. By then it is either
/// labelled anew, or the body is where it says.
const DOUBTED_FRAMES: u32 = 40;
/// Frames in which a marker that is back comes to count in full.
const RETURN_FRAMES: f64 = 5.0;
/// A marker that is so much farther from where its past has it than it moves in a frame has jumped, metres,
const JUMP_M: f64 = 0.06;
/// and so many times more than those around it are on average: a quick turn between two slow frames surprises a whole limb.
const JUMP_TIMES: f64 = 3.0;
/// Where so many markers surprise, it may be a limb that is flung.
const DOUBTFUL: usize = 4;
/// Of the seen markers no more than this part can have jumped.
const JUMPED_MAX: f64 = 0.2;
/// A seen marker of which the robust loss leaves less than this part is not explained by the pose.
const EXPLAINED_MIN: f64 = 0.1;

impl Hold {
    /// What a marker counts that was believed so many frames ago; `None` when it is held no longer.
    fn weight_after(&self, frames: u32) -> Option<f64> {
        let gone = f64::from(frames) / f64::from(self.frames);
        let weight = self.weight + (self.weight_last - self.weight) * gone;
        (frames <= self.frames).then_some(weight)
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

/// Which markers have jumped, by what the prediction says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Jumps {
    /// None, or so many that it is the performer.
    None,
    /// Some, and hardly another is surprising.
    Clear,
    /// Some, and others are surprising too: perhaps a limb was flung.
    Doubtful,
}

impl Memory {
    /// Whether it was held in the last frame because it had jumped: ask before this frame is judged.
    fn is_away(&self) -> bool {
        self.has_jumped && self.held > 0
    }

    /// How far the pose has moved it in this frame, metres. Where few markers show its bone, all the way since it was believed last:
    /// so far its place may be wrong. `shown`: how surely they do, 0 to 1.
    fn moved_m(&self, point: DVec3, shown: f64) -> f64 {
        let since_m = point.distance(self.point);
        let frames = f64::from(self.held + 1);
        since_m * (shown / frames + (1.0 - shown))
    }
}

/// The memory of all markers of a performer.
#[derive(Clone, Debug)]
pub(super) struct MarkerMemory {
    markers: Vec<Memory>,
    jumped: Hold,
    surprise: Surprise,
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
            surprise: Surprise::new(tree),
            jumped: match hold {
                JumpHold::Firm => FIRM,
                JumpHold::Loose => HIDDEN,
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

    /// Whether it is known where a marker was going to be.
    pub(super) fn is_known(&self, marker: usize) -> bool {
        self.markers.get(marker).is_some_and(|m| m.is_known)
    }

    /// Where a marker was going to be, at the present pose; `None` when nothing of its past is known.
    pub(super) fn expected(&self, tree: &Tree, ws: &Workspace, marker: usize) -> Option<DVec3> {
        let memory = self.markers.get(marker).filter(|m| m.is_known)?;
        let axes = ws.frames[tree.markers[marker].joint].axes;
        Some(ws.markers[marker].point - axes * memory.off)
    }

    /// Whether the fitted pose explains every marker that is seen.
    pub(super) fn are_explained(ws: &Workspace) -> bool {
        let mut seen = ws.markers.iter().filter(|m| m.seen);
        seen.all(is_explained)
    }

    /// All that have jumped are believed: a pose was found that explains them.
    pub(super) fn absolve(&mut self) {
        for memory in &mut self.markers {
            memory.has_jumped = false;
        }
    }

    /// Holds what is not believed, at the pose predicted for so many frames later, and lets what is back come to count. Returns
    /// whether there is any of either.
    pub(super) fn hold(&mut self, tree: &Tree, ws: &mut Workspace, steps: f64) -> bool {
        let mut any = false;
        let with_states = self.markers.iter_mut().zip(&mut ws.markers);
        for ((memory, state), marker) in with_states.zip(&tree.markers) {
            if steps.is_infinite() {
                // Where the pose was going to have it says little after lost frames.
                memory.hold.goes_over = false;
            }
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

    /// Decides, at the pose predicted for so many frames later, which markers have jumped. `shown` says how surely markers showed
    /// each joint in the last frame, 0 to 1.
    pub(super) fn find_jumps(
        &mut self,
        tree: &Tree,
        ws: &Workspace,
        steps: f64,
        shown: &[f32],
    ) -> Jumps {
        let gate_m = JUMP_M * steps;
        let (mut seen, mut surprising) = (0usize, 0usize);
        let with_states = self.markers.iter_mut().zip(&ws.markers);
        for ((memory, state), marker) in with_states.zip(&tree.markers) {
            memory.apart_m = 0.0;
            if state.seen {
                seen += 1;
                if memory.is_known {
                    let off = ws.frames[marker.joint].axes * memory.off;
                    memory.apart_m = (state.point - state.measured - off).length();
                    surprising += usize::from(memory.apart_m > gate_m);
                }
            }
        }
        if surprising == 0 {
            self.absolve();
            return Jumps::None;
        }
        self.note_surprise(tree, ws);
        let mut jumped = 0usize;
        let with_states = self.markers.iter_mut().zip(&ws.markers);
        for ((memory, state), marker) in with_states.zip(&tree.markers) {
            let noted_m = (!memory.is_away()).then_some(memory.apart_m.min(JUMP_M));
            let usual_m = JUMP_TIMES * self.surprise.around_m(marker.joint, noted_m);
            let moved_m = memory.moved_m(state.point, f64::from(shown[marker.joint]));
            memory.has_jumped = memory.is_known && memory.apart_m > gate_m + moved_m + usual_m;
            jumped += usize::from(memory.has_jumped);
        }
        if jumped as f64 > JUMPED_MAX * seen as f64 {
            self.absolve();
            jumped = 0;
        }
        match jumped {
            0 => Jumps::None,
            _ if surprising >= DOUBTFUL => Jumps::Doubtful,
            _ => Jumps::Clear,
        }
    }

    /// How far markers are from where they were going to be, around each joint; those that are away already surprise nobody.
    fn note_surprise(&mut self, tree: &Tree, ws: &Workspace) {
        self.surprise.clear();
        let with_states = self.markers.iter().zip(&ws.markers);
        for ((memory, state), marker) in with_states.zip(&tree.markers) {
            if state.seen && memory.is_known && !memory.is_away() {
                // One that is far says no more about the others than one that is just too far.
                self.surprise.note(marker.joint, memory.apart_m.min(JUMP_M));
            }
        }
        self.surprise.spread(tree);
    }

    /// Remembers, at the fitted pose, where the believed markers are, if the pose explains them.
    pub(super) fn remember(&mut self, tree: &Tree, ws: &Workspace) {
        let with_states = self.markers.iter_mut().zip(&ws.markers);
        for ((memory, state), marker) in with_states.zip(&tree.markers) {
            if state.seen && !memory.has_jumped {
                let off = state.point - state.measured;
                memory.point = state.point;
                memory.off = ws.frames[marker.joint].axes.transpose() * off;
                memory.is_known = is_explained(state);
                memory.held = 0;
            }
        }
    }
}

/// Whether the robust loss has left a marker of the fitted pose enough to believe it.
fn is_explained(state: &MarkerState) -> bool {
    state.pull >= EXPLAINED_MIN * state.weight
}
