//! Writing BVH with fixed decimals.
//!
//! The root has six channels; a joint has six only where the clip moves it from its offset, else three. Rotations are
//! written as Zrotation Xrotation Yrotation, the order that most programs expect. The rest rotation of the skeleton
//! must be none, as BVH knows none: [`write`] writes rotations relative to the parent, whatever the rest pose is.

use super::error::{BvhError, BvhProblem};
use super::{BvhClip, EndSite};
use cyc_model::{Joint, JointFrame, JointIdx, Xf};
use glam::{DVec3, EulerRot};
use std::fmt::Write;

/// How to write.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BvhWriteOptions {
    /// Metres in one unit of the file: 0.01 for centimetres.
    pub metres_per_unit: f64,
    /// Digits after the point: 6 of centimetres and degrees lose less than any camera resolves.
    pub decimals: usize,
}

impl Default for BvhWriteOptions {
    fn default() -> Self {
        Self {
            metres_per_unit: 0.01,
            decimals: 6,
        }
    }
}

/// The clip as text. Refused for a skeleton with several roots.
pub fn write(clip: &BvhClip, options: &BvhWriteOptions) -> Result<String, BvhError> {
    let joints = clip.skeleton().joints();
    let roots = joints.iter().filter(|j| j.parent.is_none()).count();
    let unit = options.metres_per_unit;
    if roots != 1 || !(unit.is_finite() && unit > 0.0) {
        return Err(BvhError {
            line: 0,
            column: 0,
            problem: BvhProblem::CannotWriteRoots { roots },
        });
    }
    let mut writer = Writer {
        text: String::new(),
        clip,
        units_per_metre: 1.0 / unit,
        decimals: options.decimals.min(15),
        moves: moving_joints(clip),
        order: Vec::with_capacity(joints.len()),
    };
    writer.hierarchy();
    writer.motion();
    Ok(writer.text)
}

/// Which joints leave their offset in some frame; the root counts as moving.
fn moving_joints(clip: &BvhClip) -> Vec<bool> {
    let joints = clip.skeleton().joints();
    let mut moves: Vec<bool> = joints.iter().map(|j| j.parent.is_none()).collect();
    for frame in 0..clip.frame_count() {
        let pairs = clip.locals(frame).iter().zip(joints);
        for (flag, (local, joint)) in moves.iter_mut().zip(pairs) {
            let rest = joint.parent_from_joint.translation();
            *flag |= local.translation().distance_m(rest) > 1e-9;
        }
    }
    moves
}

struct Writer<'a> {
    text: String,
    clip: &'a BvhClip,
    units_per_metre: f64,
    decimals: usize,
    moves: Vec<bool>,
    /// Joints in the order of the file, which nests children and so may differ from the skeleton's.
    order: Vec<usize>,
}

impl Writer<'_> {
    fn hierarchy(&mut self) {
        let joints = self.clip.skeleton().joints();
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); joints.len()];
        let mut root = 0;
        for (i, joint) in joints.iter().enumerate() {
            match joint.parent.and_then(|p| children.get_mut(p.idx())) {
                Some(siblings) => siblings.push(i),
                None => root = i,
            }
        }
        self.line(0, "HIERARCHY");
        // Some(joint) opens it, None closes the innermost open one.
        let mut stack = vec![Some(root)];
        let mut depth = 0;
        while let Some(step) = stack.pop() {
            let Some(i) = step else {
                depth -= 1;
                self.line(depth, "}");
                continue;
            };
            let Some(joint) = joints.get(i) else { continue };
            self.open(depth, i, joint);
            depth += 1;
            stack.push(None);
            let below = children.get(i).map_or(&[][..], Vec::as_slice);
            stack.extend(below.iter().rev().map(|c| Some(*c)));
            self.tips(depth, i, below.is_empty());
        }
    }

    fn open(&mut self, depth: usize, i: usize, joint: &Joint) {
        let kind = if joint.parent.is_none() {
            "ROOT"
        } else {
            "JOINT"
        };
        // A line break or brace in a name would end it.
        let name = joint.name.replace(['{', '}', '\n', '\r'], "_");
        self.line(depth, &format!("{kind} {name}"));
        self.line(depth, "{");
        let offset = joint.parent_from_joint.translation().metres();
        self.offset(depth + 1, offset);
        let moves = self.moves.get(i).copied().unwrap_or(false);
        self.line(
            depth + 1,
            if moves {
                "CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation"
            } else {
                "CHANNELS 3 Zrotation Xrotation Yrotation"
            },
        );
        self.order.push(i);
    }

    /// End sites of a joint; a leaf without one gets an empty one, which many readers insist on.
    fn tips(&mut self, depth: usize, i: usize, leaf: bool) {
        let of_joint = |e: &&EndSite| e.joint == JointIdx(i as u16);
        let sites = self.clip.end_sites().iter().filter(of_joint);
        let mut tips: Vec<DVec3> = sites.map(|e| e.in_joint.metres()).collect();
        if tips.is_empty() && leaf {
            tips.push(DVec3::ZERO);
        }
        for tip in tips {
            self.line(depth, "End Site");
            self.line(depth, "{");
            self.offset(depth + 1, tip);
            self.line(depth, "}");
        }
    }

    fn motion(&mut self) {
        let frames = self.clip.frame_count();
        self.line(0, "MOTION");
        self.line(0, &format!("Frames: {frames}"));
        let time = self.clip.frame_time_s();
        self.line(0, &format!("Frame Time: {time:.9}"));
        let order = std::mem::take(&mut self.order);
        for frame in 0..frames {
            let locals = self.clip.locals(frame);
            for (k, &i) in order.iter().enumerate() {
                let moves = self.moves.get(i).copied().unwrap_or(false);
                if let Some(local) = locals.get(i) {
                    self.pose(local, moves, k == 0);
                }
            }
            self.text.push('\n');
        }
        self.order = order;
    }

    fn pose(&mut self, local: &Xf<JointFrame, JointFrame>, moves: bool, first: bool) {
        let mut space = !first;
        if moves {
            let p = local.translation().metres() * self.units_per_metre;
            for v in [p.x, p.y, p.z] {
                self.number(v, space);
                space = true;
            }
        }
        let (z, x, y) = local.rotation().to_euler(EulerRot::ZXY);
        for v in [z, x, y] {
            self.number(v.to_degrees(), space);
            space = true;
        }
    }

    fn offset(&mut self, depth: usize, metres: DVec3) {
        self.text.extend(std::iter::repeat_n('\t', depth));
        self.text.push_str("OFFSET");
        let p = metres * self.units_per_metre;
        for v in [p.x, p.y, p.z] {
            self.number(v, true);
        }
        self.text.push('\n');
    }

    fn number(&mut self, value: f64, space: bool) {
        if space {
            self.text.push(' ');
        }
        let start = self.text.len();
        // Writing to a String cannot fail.
        let _ = write!(self.text, "{value:.*}", self.decimals);
        let rounded_to_zero = self
            .text
            .get(start..)
            .is_some_and(|t| t.starts_with('-') && !t.contains(|c: char| ('1'..='9').contains(&c)));
        if rounded_to_zero {
            self.text.remove(start);
        }
    }

    fn line(&mut self, depth: usize, text: &str) {
        self.text.extend(std::iter::repeat_n('\t', depth));
        self.text.push_str(text);
        self.text.push('\n');
    }
}
