//! The rotations of eight joints side by side: what a decoder spends its time on once the numbers are known.
//!
//! A joint's root and division wait for all its products, and what one joint costs is mostly products. Eight joints in a loop
//! without branches become the processor's vectors, as wide as it has them. Every sum has the order that
//! [`PoseCode::rotation`](crate::pose_code::PoseCode::rotation) and the model's normalisation have, which the encoder
//! counted on, and nothing is contracted: the bits are the same on every machine, and a test compares them.

use crate::turn::{COS, SIN, series};
use glam::{DMat3, DQuat};

/// Joints that are made at once.
pub(crate) const LANES: usize = 8;

/// A rotation shorter than this has no direction: what the model takes for none.
const LENGTH_MIN: f64 = 1e-9;

/// A number of each of eight joints.
type Lanes = [f64; LANES];

/// The rotations of eight joints: x, y, z and w of each.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct RotationLanes([Lanes; 4]);

/// How the numbers of eight joints become vectors: their matrices, column after column.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct JointLanes([Lanes; 9]);

impl RotationLanes {
    /// Of so many as there are, in eights; the last are filled with zeros.
    pub(crate) fn gather(rotations: &[DQuat]) -> impl Iterator<Item = Self> {
        rotations.chunks(LANES).map(|eight| {
            let mut all = Self::default();
            for (lane, q) in eight.iter().enumerate() {
                for (row, part) in all.0.iter_mut().zip(q.to_array()) {
                    row[lane] = part;
                }
            }
            all
        })
    }

    /// One of them.
    #[inline(always)]
    pub(crate) fn get(&self, lane: usize) -> DQuat {
        let [x, y, z, w] = &self.0;
        let lane = lane & (LANES - 1);
        DQuat::from_xyzw(x[lane], y[lane], z[lane], w[lane])
    }
}

impl JointLanes {
    /// Of so many as there are, in eights; the last are filled with zeros.
    pub(crate) fn gather(counted: &[DMat3]) -> impl Iterator<Item = Self> {
        counted.chunks(LANES).map(|eight| {
            let mut all = Self::default();
            for (lane, matrix) in eight.iter().enumerate() {
                for (row, part) in all.0.iter_mut().zip(matrix.to_cols_array()) {
                    row[lane] = part;
                }
            }
            all
        })
    }

    /// The rotations of the joints, normalised; zero where there is no direction. Three numbers each, their steps `scale`
    /// times as long.
    #[inline(always)]
    pub(crate) fn rotations(
        &self,
        references: &RotationLanes,
        numbers: &[i64; 3 * LANES],
        scale: f64,
        out: &mut RotationLanes,
    ) {
        let mut scaled = [[0.0; LANES]; 3];
        for lane in 0..LANES {
            for (axis, scaled) in scaled.iter_mut().enumerate() {
                scaled[lane] = numbers[3 * lane + axis] as f64 * scale;
            }
        }
        each(&self.0, &references.0, &scaled, &mut out.0);
    }
}

/// The loop itself. What it reads and writes lies apart, lane beside lane, so that it needs no shuffling.
#[inline(always)]
fn each(m: &[Lanes; 9], reference: &[Lanes; 4], n: &[Lanes; 3], out: &mut [Lanes; 4]) {
    for i in 0..LANES {
        let vx = m[0][i] * n[0][i] + m[3][i] * n[1][i] + m[6][i] * n[2][i];
        let vy = m[1][i] * n[0][i] + m[4][i] * n[1][i] + m[7][i] * n[2][i];
        let vz = m[2][i] * n[0][i] + m[5][i] * n[1][i] + m[8][i] * n[2][i];
        let quarter = (vx * vx + vy * vy + vz * vz) * 0.25;
        let half = 0.5 * series(&SIN, quarter);
        let (x1, y1, z1) = (vx * half, vy * half, vz * half);
        let w1 = series(&COS, quarter);
        let [x0, y0, z0, w0] = [0, 1, 2, 3].map(|part: usize| reference[part][i]);
        // Hamilton's product.
        let x = w0 * x1 + x0 * w1 + y0 * z1 - z0 * y1;
        let y = w0 * y1 - x0 * z1 + y0 * w1 + z0 * x1;
        let z = w0 * z1 + x0 * y1 - y0 * x1 + z0 * w1;
        let w = w0 * w1 - x0 * x1 - y0 * y1 - z0 * z1;
        let length = (x * x + y * y + z * z + w * w).sqrt();
        let inverse = 1.0 / length;
        // A mask instead of a choice, so that there is no branch around the division.
        let is_direction = (length > LENGTH_MIN) & (length < f64::INFINITY);
        let mask = u64::from(is_direction).wrapping_neg();
        let factor = f64::from_bits(inverse.to_bits() & mask);
        out[0][i] = x * factor;
        out[1][i] = y * factor;
        out[2][i] = z * factor;
        out[3][i] = w * factor;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::turn::turned;
    use cyc_model::{JointFrame, Xf};
    use glam::DVec3;
    use proptest::prelude::*;

    fn rotation() -> impl Strategy<Value = DQuat> {
        prop::array::uniform4(-1.0..1.0f64).prop_map(DQuat::from_array)
    }

    /// Numbers as they are, and as damaged files have them.
    fn number() -> impl Strategy<Value = i64> {
        prop_oneof![8 => -4000i64..4000, 1 => Just(0i64), 1 => any::<i64>()]
    }

    proptest! {
        /// One joint after the other, by the library's products and the model's normalisation, is the judge of every bit.
        #[test]
        fn eight_at_once_are_the_same_to_the_bit(
            counted in prop::array::uniform8(prop::array::uniform9(-1e-3..1e-3f64)),
            references in prop::array::uniform8(rotation()),
            numbers in prop::array::uniform24(number()),
            scale in 0.001..1.0f64,
        ) {
            let counted = counted.map(|m| DMat3::from_cols_array(&m));
            let eights = JointLanes::gather(&counted).next().unwrap();
            let gathered = RotationLanes::gather(&references).next().unwrap();
            let mut found = RotationLanes::default();
            eights.rotations(&gathered, &numbers, scale, &mut found);
            for i in 0..LANES {
                let own = &numbers[3 * i..];
                let v = DVec3::new(own[0] as f64, own[1] as f64, own[2] as f64);
                let rotation = references[i] * turned(counted[i] * (v * scale));
                let one = Xf::<JointFrame, JointFrame>::saturating(rotation, DVec3::ZERO);
                let eight = Xf::<JointFrame, JointFrame>::of_unit(found.get(i), DVec3::ZERO);
                prop_assert_eq!(
                    one.rotation().to_array().map(f64::to_bits),
                    eight.rotation().to_array().map(f64::to_bits)
                );
            }
        }
    }

    #[test]
    fn what_fills_the_last_eight_is_nobody() {
        let three = [DQuat::IDENTITY; 3];
        let all: Vec<_> = RotationLanes::gather(&three).collect();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].get(3).to_array(), [0.0; 4]);
        assert_eq!(JointLanes::gather(&[]).count(), 0);
    }
}
