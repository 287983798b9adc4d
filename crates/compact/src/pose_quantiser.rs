//! Poses to whole numbers, so that what a decoder makes of them is never further away than the error.
//!
//! Errors do not add up down a chain, because each joint is quantised to make good for what the joints above it did: it
//! aims where its children come closest to where they truly are, given where it itself ended up. So a step need only be
//! fine enough for the joint's own bones, not for all that hangs on them. The error of a joint is the farthest that any
//! point three centimetres from it can be from its true place: distance of the joints, plus the chord of the rotation
//! between them. Where rounding alone does not keep it, neighbouring numbers are tried, then other aims for the frame.

use crate::limits::SHELL_M;
use crate::pose_code::PoseCode;
use crate::turn::vector;
use cyc_model::{JointFrame, Xf};
use glam::{DMat3, DQuat, DVec3};

/// How a frame is aimed: the weight of a joint's own rotation beside its children's positions, the part of the error that
/// children should keep to, and how far a root is moved, in steps.
#[derive(Clone, Copy, Debug)]
struct Aim {
    own: f64,
    share: f64,
    nudge: [f64; 3],
}

const fn aim(own: f64, share: f64, nudge: [f64; 3]) -> Aim {
    Aim { own, share, nudge }
}

/// The aims that are tried in turn until one keeps the error in the whole frame.
const AIMS: [Aim; 10] = [
    aim(1.0, 0.6, [0.0; 3]),
    aim(0.4, 0.6, [0.0; 3]),
    aim(2.5, 0.5, [0.0; 3]),
    aim(1.0, 0.8, [0.0; 3]),
    aim(1.0, 0.4, [0.0; 3]),
    aim(1.0, 0.6, [0.4, 0.0, 0.0]),
    aim(1.0, 0.6, [0.0, 0.4, 0.0]),
    aim(1.0, 0.6, [0.0, 0.0, 0.4]),
    aim(0.5, 0.5, [-0.4, -0.4, 0.0]),
    aim(0.5, 0.5, [0.0, -0.4, -0.4]),
];

/// The poses of a track as they truly are.
pub(crate) struct Truth {
    joints: usize,
    rotations: Vec<DQuat>,
    positions: Vec<DVec3>,
}

impl Truth {
    /// Of poses in their parents, whole frames.
    pub(crate) fn new(parents: &[Option<u16>], locals: &[Xf<JointFrame, JointFrame>]) -> Self {
        let n = parents.len();
        let mut truth = Self {
            joints: n,
            rotations: Vec::with_capacity(locals.len()),
            positions: Vec::with_capacity(locals.len()),
        };
        for frame in locals.chunks_exact(n.max(1)) {
            let base = truth.rotations.len();
            for (local, parent) in frame.iter().zip(parents) {
                let (rotation, at) = (local.rotation(), local.translation().metres());
                let above = parent.map(|p| base + usize::from(p));
                let above =
                    above.and_then(|p| Some((*truth.rotations.get(p)?, *truth.positions.get(p)?)));
                let (rotation, at) = match above {
                    Some((r, p)) => (unit(r * rotation), p + r * at),
                    None => (rotation, at),
                };
                truth.rotations.push(rotation);
                truth.positions.push(at);
            }
        }
        truth
    }

    fn frame(&self, f: usize) -> (&[DQuat], &[DVec3]) {
        let range = f * self.joints..(f + 1) * self.joints;
        (
            self.rotations.get(range.clone()).unwrap_or(&[]),
            self.positions.get(range).unwrap_or(&[]),
        )
    }
}

fn unit(q: DQuat) -> DQuat {
    q * (1.0 / q.length())
}

/// A frame that could not be kept within the error: the joint that is farthest off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Missed {
    /// The joint.
    pub joint: usize,
}

/// Makes numbers of poses.
pub(crate) struct Quantiser<'a> {
    code: &'a PoseCode,
    children: Vec<Vec<usize>>,
    error_m: f64,
    rotations: Vec<DQuat>,
    positions: Vec<DVec3>,
}

/// One joint while its numbers are chosen.
struct Choice<'a> {
    joint: usize,
    parent: DQuat,
    at: DVec3,
    reference: DQuat,
    scale: f64,
    truth: (&'a [DQuat], &'a [DVec3]),
    share: f64,
}

impl<'a> Quantiser<'a> {
    /// For a code.
    pub(crate) fn new(code: &'a PoseCode, error_m: f64) -> Self {
        let n = code.joints().len();
        let mut children = vec![Vec::new(); n];
        for (j, joint) in code.joints().iter().enumerate() {
            // A child that moves in its parent needs no help from it.
            if let (Some(parent), Some(_)) = (joint.parent, joint.offset) {
                children[usize::from(parent)].push(j);
            }
        }
        Self {
            code,
            children,
            error_m,
            rotations: vec![DQuat::IDENTITY; n],
            positions: vec![DVec3::ZERO; n],
        }
    }

    /// The numbers of a frame: those of moving joints into `translations`, those of rotations into `rotations`.
    pub(crate) fn frame(
        &mut self,
        truth: &Truth,
        f: usize,
        references: &[DQuat],
        scale: f64,
        (translations, rotations): (&mut [i64], &mut [i64]),
    ) -> Result<(), Missed> {
        let mut missed = Missed { joint: 0 };
        for aim in AIMS {
            match self.aimed(
                truth.frame(f),
                references,
                scale,
                aim,
                (translations, rotations),
            ) {
                Ok(()) => return Ok(()),
                Err(m) => missed = m,
            }
        }
        Err(missed)
    }

    fn aimed(
        &mut self,
        truth: (&[DQuat], &[DVec3]),
        references: &[DQuat],
        scale: f64,
        aim: Aim,
        (translations, rotations): (&mut [i64], &mut [i64]),
    ) -> Result<(), Missed> {
        let code = self.code;
        let step_m = code.step_m() * scale;
        let mut moving = translations.chunks_exact_mut(3);
        let slots = rotations.chunks_exact_mut(3).zip(code.joints()).enumerate();
        for (j, (slot, joint)) in slots {
            let above = joint.parent.map(usize::from);
            let (parent, origin) = above.map_or((DQuat::IDENTITY, DVec3::ZERO), |p| {
                (self.rotations[p], self.positions[p])
            });
            let offset = if joint.offset.is_some() {
                code.offset(j)
            } else {
                let wanted = parent.conjugate() * (truth.1[j] - origin) / step_m;
                let numbers = (wanted + DVec3::from_array(aim.nudge)).round();
                if let Some(slot) = moving.next() {
                    write(numbers, slot);
                }
                numbers * step_m
            };
            let choice = Choice {
                joint: j,
                parent,
                at: origin + parent * offset,
                reference: references[j],
                scale,
                truth,
                share: aim.share,
            };
            let (numbers, error) = self.chosen(&choice, aim.own);
            if !(error <= self.error_m) {
                return Err(Missed { joint: j });
            }
            write(numbers, slot);
            self.rotations[j] = choice.rotation(code, numbers);
            self.positions[j] = choice.at;
        }
        Ok(())
    }

    /// The numbers of a joint's rotation, and the joint's error with them.
    fn chosen(&self, choice: &Choice<'_>, own_weight: f64) -> (DVec3, f64) {
        let j = choice.joint;
        let small = choice.reference.conjugate()
            * (choice.parent.conjugate() * self.target(choice, own_weight));
        let steps = self.code.steps(j) * choice.scale;
        let wanted = self.code.basis(j).conjugate() * vector(small) / steps;
        let nearest = wanted.round();
        let (own, children) = self.errors(choice, nearest);
        let allowed = choice.share * self.error_m;
        if own <= self.error_m && children <= allowed {
            return (nearest, own);
        }
        let (mut best, mut best_own) = (nearest, own);
        let mut least = (own / self.error_m).max(children / allowed);
        let low = wanted.floor();
        for i in 0..64 {
            let corner = DVec3::new(f64::from(i & 3), f64::from(i >> 2 & 3), f64::from(i >> 4));
            let numbers = low + corner - 1.0;
            let (own, children) = self.errors(choice, numbers);
            let worst = (own / self.error_m).max(children / allowed);
            if worst < least {
                (best, best_own, least) = (numbers, own, worst);
            }
        }
        (best, best_own)
    }

    /// The rotation with which a joint's children come closest to where they should be, while its own stays about true:
    /// least squares of one small turn.
    fn target(&self, choice: &Choice<'_>, own_weight: f64) -> DQuat {
        let (rotations, positions) = choice.truth;
        let j = choice.joint;
        let off = choice.at - positions[j];
        let mut a = DMat3::from_diagonal(DVec3::splat(SHELL_M * SHELL_M * own_weight));
        let mut b = DVec3::ZERO;
        for &child in &self.children[j] {
            let bone = rotations[j] * self.code.offset(child);
            let outer = DMat3::from_cols(bone * bone.x, bone * bone.y, bone * bone.z);
            a += DMat3::from_diagonal(DVec3::splat(bone.length_squared())) - outer;
            b += off.cross(bone);
        }
        crate::turn::turned(a.inverse() * b) * rotations[j]
    }

    /// The joint's own error with these numbers, and how far its farthest child would be from its place.
    fn errors(&self, choice: &Choice<'_>, numbers: DVec3) -> (f64, f64) {
        let (rotations, positions) = choice.truth;
        let rotation = choice.rotation(self.code, numbers);
        let turn = rotation * rotations[choice.joint].conjugate();
        let chord = 2.0 * DVec3::new(turn.x, turn.y, turn.z).length();
        let own = (choice.at - positions[choice.joint]).length() + SHELL_M * chord;
        let children = self.children[choice.joint].iter().map(|&child| {
            let at = choice.at + rotation * self.code.offset(child);
            (at - positions[child]).length()
        });
        (own, children.fold(0.0, f64::max))
    }
}

impl Choice<'_> {
    /// The joint's rotation as a decoder will have it.
    fn rotation(&self, code: &PoseCode, numbers: DVec3) -> DQuat {
        let local = code.rotation(self.joint, self.reference, numbers, self.scale);
        unit(self.parent * unit(local))
    }
}

fn write(numbers: DVec3, slot: &mut [i64]) {
    for (slot, v) in slot.iter_mut().zip(numbers.to_array()) {
        // Beyond what whole numbers hold the error is not kept, and that is found.
        *slot = v as i64;
    }
}
