//! How a track's joints become whole numbers: what stands in the header about each joint, and the way from numbers to poses.
//!
//! A joint's rotation in its parent is a reference rotation times a small one; the small one is a vector whose three parts
//! are counted in steps of their own. Where the joint has one child, the first part turns about the bone to it, which moves
//! the child not at all and the skin three centimetres beside the bone a little: its step may be longer. A joint that stays
//! where it is in its parent has that offset in the header; the others have three more numbers a frame.

use crate::channels::Channels;
use crate::error::CompactError;
use crate::fields::{Fields, put};
use crate::joint_lanes::{JointLanes, LANES, RotationLanes};
use crate::limits::{SHELL_M, TRACK_JOINTS_MAX};
use crate::turn::{along, from_short, turned};
use cyc_model::{JointFrame, Xf};
use glam::{DMat3, DQuat, DVec3};

/// Steps are 2^(-i/8) times the largest.
const PER_OCTAVE: f64 = 8.0;

/// A step that is a number of eighths of an octave below the largest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct StepIndex(pub u8);

impl StepIndex {
    /// The longest step that is at most `wanted` of the largest.
    pub(crate) fn at_most(wanted: f64) -> Self {
        let index = (-wanted.log2() * PER_OCTAVE).ceil();
        Self(index.clamp(0.0, 255.0) as u8)
    }

    /// The step as a part of the largest.
    pub(crate) fn part(self) -> f64 {
        /// 2^(-k/8), so that no library's power function is asked.
        const EIGHTHS: [f64; 8] = [
            1.0,
            0.917_004_043_204_671_2,
            0.840_896_415_253_714_5,
            0.771_105_412_703_970_4,
            0.707_106_781_186_547_5,
            0.648_419_777_325_504_8,
            0.594_603_557_501_360_5,
            0.545_253_866_332_628_8,
        ];
        let octaves = 1u64 << (self.0 / 8);
        EIGHTHS[usize::from(self.0 % 8)] / octaves as f64
    }

    /// Longer or shorter by eighths of an octave.
    pub(crate) fn moved(self, eighths: i32) -> Self {
        Self((i32::from(self.0) + eighths).clamp(0, 255) as u8)
    }
}

/// What the header says about a joint.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct JointCode {
    /// Its parent, which comes before it.
    pub parent: Option<u16>,
    /// Where it stays in its parent, metres; `None` for a joint that moves there.
    pub offset: Option<[f32; 3]>,
    /// The rotation from which others are counted.
    pub reference: [i16; 4],
    /// The steps of the three parts.
    pub steps: [StepIndex; 3],
}

/// A track's joints with the values that decoding needs.
#[derive(Clone, Debug)]
pub(crate) struct PoseCode {
    joints: Vec<JointCode>,
    references: Vec<DQuat>,
    bases: Vec<DQuat>,
    steps: Vec<DVec3>,
    /// From numbers to the vector of the rotation: steps, then basis.
    counted: Vec<DMat3>,
    /// The same, eight joints at once.
    eights: Vec<JointLanes>,
    offsets: Vec<DVec3>,
    stays: Vec<bool>,
    step_m: f64,
}

/// Of the largest error, the largest step of a rotation makes so much at the shell.
pub(crate) fn largest_turn(error_m: f64) -> f64 {
    error_m / SHELL_M
}

impl PoseCode {
    /// Builds the values. `None` for a joint before its parent or a reference that is no rotation.
    pub(crate) fn build(
        joints: Vec<JointCode>,
        error_m: f64,
        translation: StepIndex,
    ) -> Option<Self> {
        let n = joints.len();
        let mut only_child = vec![None; n];
        let mut children = vec![0usize; n];
        for (j, joint) in joints.iter().enumerate() {
            if let Some(parent) = joint.parent {
                let parent = usize::from(parent);
                if parent >= j {
                    return None;
                }
                children[parent] += 1;
                only_child[parent] = joint.offset;
            }
        }
        let references: Option<Vec<_>> = joints.iter().map(|j| from_short(j.reference)).collect();
        let bases = only_child
            .iter()
            .zip(&children)
            .map(|(offset, count)| match offset {
                Some(offset) if *count == 1 => along(metres(*offset)),
                _ => DQuat::IDENTITY,
            });
        let steps = joints.iter().map(|j| {
            let [x, y, z] = j.steps.map(|s| s.part() * largest_turn(error_m));
            DVec3::new(x, y, z)
        });
        let (bases, steps): (Vec<DQuat>, Vec<DVec3>) = (bases.collect(), steps.collect());
        let counted = bases.iter().zip(&steps);
        let counted = counted.map(|(basis, s)| DMat3::from_quat(*basis) * DMat3::from_diagonal(*s));
        let counted: Vec<DMat3> = counted.collect();
        Some(Self {
            references: references?,
            eights: JointLanes::gather(&counted).collect(),
            counted,
            bases,
            steps,
            offsets: joints
                .iter()
                .map(|j| j.offset.map_or(DVec3::ZERO, metres))
                .collect(),
            stays: joints.iter().map(|j| j.offset.is_some()).collect(),
            step_m: translation.part() * error_m,
            joints,
        })
    }

    /// The joints.
    pub(crate) fn joints(&self) -> &[JointCode] {
        &self.joints
    }

    /// Where a joint stays; zero for one that moves.
    pub(crate) fn offset(&self, joint: usize) -> DVec3 {
        self.offsets[joint]
    }

    /// The reference rotations, unless a chunk has others.
    pub(crate) fn references(&self) -> &[DQuat] {
        &self.references
    }

    /// The frame in which a joint's vector is counted.
    pub(crate) fn basis(&self, joint: usize) -> DQuat {
        self.bases[joint]
    }

    /// The steps of a joint's vector, radians.
    pub(crate) fn steps(&self, joint: usize) -> DVec3 {
        self.steps[joint]
    }

    /// The step of translations, metres.
    pub(crate) fn step_m(&self) -> f64 {
        self.step_m
    }

    /// The rotation that numbers stand for; `scale` shortens the steps of a chunk.
    #[inline]
    pub(crate) fn rotation(
        &self,
        joint: usize,
        reference: DQuat,
        numbers: DVec3,
        scale: f64,
    ) -> DQuat {
        reference * turned(self.counted[joint] * (numbers * scale))
    }

    /// The poses in their parents that a frame's numbers stand for: those of moving joints, then those of rotations. Eight
    /// rotations are made at once, of references that were gathered in eights.
    pub(crate) fn locals(
        &self,
        references: &[RotationLanes],
        scale: f64,
        numbers: (&[i64], &[i64]),
        out: &mut [Xf<JointFrame, JointFrame>],
    ) {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor was just asked, and has what the function is made for.
            return unsafe { self.locals_wide(references, scale, numbers, out) };
        }
        self.locals_lanes(references, scale, numbers, out);
    }

    /// The same in vectors of four: 18 ns a joint, where vectors of two take 24 and none 30. Neither contracts a product and
    /// a sum into one, so that the bits do not differ.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn locals_wide(
        &self,
        references: &[RotationLanes],
        scale: f64,
        numbers: (&[i64], &[i64]),
        out: &mut [Xf<JointFrame, JointFrame>],
    ) {
        self.locals_lanes(references, scale, numbers, out);
    }

    #[inline(always)]
    fn locals_lanes(
        &self,
        references: &[RotationLanes],
        scale: f64,
        (translations, rotations): (&[i64], &[i64]),
        out: &mut [Xf<JointFrame, JointFrame>],
    ) {
        let step_m = self.step_m * scale;
        let mut moving = translations.chunks_exact(3);
        let places = self.offsets.chunks(LANES).zip(self.stays.chunks(LANES));
        let eights = self.eights.iter().zip(references).zip(places);
        let mut made = RotationLanes::default();
        let each = rotations.chunks(3 * LANES).zip(out.chunks_mut(LANES));
        for ((numbers, out), ((joints, references), (offsets, stays))) in each.zip(eights) {
            let mut filled = [0; 3 * LANES];
            let numbers = numbers.first_chunk().unwrap_or_else(|| {
                filled.iter_mut().zip(numbers).for_each(|(to, n)| *to = *n);
                &filled
            });
            joints.rotations(references, numbers, scale, &mut made);
            let places = offsets.iter().zip(stays);
            for ((lane, out), (offset, stays)) in out.iter_mut().enumerate().zip(places) {
                let at = if *stays {
                    *offset
                } else {
                    moving.next().map_or(DVec3::ZERO, vector_of) * step_m
                };
                *out = Xf::of_unit(made.get(lane), at);
            }
        }
    }

    /// Appends what the header says.
    pub(crate) fn write(&self, translation: StepIndex, out: &mut Vec<u8>) {
        out.push(translation.0);
        for joint in &self.joints {
            put(out, joint.parent.map_or(0, |p| u64::from(p) + 1));
            out.push(u8::from(joint.offset.is_some()));
            let offset = joint.offset.iter().flatten();
            offset.for_each(|v| out.extend_from_slice(&v.to_le_bytes()));
            put_reference(joint.reference, out);
            out.extend(joint.steps.map(|s| s.0));
        }
    }

    /// Reads what the header says.
    pub(crate) fn read(
        joints: usize,
        error_m: f64,
        fields: &mut Fields<'_>,
    ) -> Result<(Self, StepIndex), CompactError> {
        let byte =
            |fields: &mut Fields<'_>| fields.take(1).map(|b| b.first().copied().unwrap_or(0));
        let translation = StepIndex(byte(fields)?);
        let mut all = Vec::with_capacity(joints.min(fields.left() / 13));
        for _ in 0..joints {
            let parent = fields.count("parents", TRACK_JOINTS_MAX)?;
            let offset = match byte(fields)? {
                0 => None,
                1 => Some(float_parts(fields)?),
                _ => return Err(fields.damaged()),
            };
            let reference = reference(fields)?;
            let steps = [byte(fields)?, byte(fields)?, byte(fields)?].map(StepIndex);
            all.push(JointCode {
                parent: parent.checked_sub(1).map(|p| p as u16),
                offset,
                reference,
                steps,
            });
        }
        let code = Self::build(all, error_m, translation).ok_or(fields.damaged())?;
        Ok((code, translation))
    }
}

fn float_parts(fields: &mut Fields<'_>) -> Result<[f32; 3], CompactError> {
    let mut parts = [0.0; 3];
    for part in &mut parts {
        let four = fields.take(4)?.try_into().unwrap_or_default();
        *part = f32::from_le_bytes(four);
        if !part.is_finite() {
            return Err(fields.damaged());
        }
    }
    Ok(parts)
}

/// Reads a quaternion of 16 bits.
pub(crate) fn reference(fields: &mut Fields<'_>) -> Result<[i16; 4], CompactError> {
    let mut parts = [0; 4];
    for part in &mut parts {
        let two = fields.take(2)?.try_into().unwrap_or_default();
        *part = i16::from_le_bytes(two);
    }
    Ok(parts)
}

/// Appends a quaternion of 16 bits.
pub(crate) fn put_reference(parts: [i16; 4], out: &mut Vec<u8>) {
    parts
        .iter()
        .for_each(|v| out.extend_from_slice(&v.to_le_bytes()));
}

/// An offset of the header, metres.
pub(crate) fn metres(offset: [f32; 3]) -> DVec3 {
    DVec3::from_array(offset.map(f64::from))
}

/// Three numbers as a vector.
#[inline]
pub(crate) fn vector_of(numbers: &[i64]) -> DVec3 {
    match numbers {
        [x, y, z, ..] => DVec3::new(*x as f64, *y as f64, *z as f64),
        _ => DVec3::ZERO,
    }
}

/// The channels of a track with these joints.
pub(crate) fn channels_of(numbers: usize, points: usize, joints: &[JointCode]) -> Channels {
    let moving = joints
        .iter()
        .enumerate()
        .filter(|(_, j)| j.offset.is_none());
    Channels {
        numbers,
        points,
        moving: moving.map(|(j, _)| j).collect(),
        parents: joints.iter().map(|j| j.parent).collect(),
    }
}
