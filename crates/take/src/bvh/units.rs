//! What one unit of a BVH file is in metres.
//!
//! BVH has no unit; files come in centimetres, inches, metres and the odd units of the CMU database. A human is between
//! 1.2 and 2.3 m from head to toe, or from hand to hand in a T-pose, and no two of the known units put one skeleton
//! into that range, so its size decides.

use super::EndSite;
use super::error::BvhProblem;
use cyc_model::Skeleton;
use glam::DVec3;
use std::ops::RangeInclusive;

/// How a file's units became metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BvhUnits {
    /// The caller said.
    Given {
        /// Metres in one unit.
        metres_per_unit: f64,
    },
    /// From the skeleton's size.
    Guessed {
        /// Metres in one unit.
        metres_per_unit: f64,
        /// The skeleton's largest extent that this gives, metres.
        size_m: f64,
    },
}

impl BvhUnits {
    /// Metres in one unit.
    pub fn metres_per_unit(self) -> f64 {
        match self {
            Self::Given { metres_per_unit }
            | Self::Guessed {
                metres_per_unit, ..
            } => metres_per_unit,
        }
    }
}

/// Metres, centimetres, inches, millimetres, CMU's scaled inches (0.45 units an inch), decimetres. The sizes that they
/// map to a human do not overlap.
const KNOWN: [f64; 6] = [1.0, 0.01, 0.0254, 0.001, 0.0254 / 0.45, 0.1];

const HUMAN_M: RangeInclusive<f64> = 1.2..=2.3;

/// The unit of a skeleton whose coordinates are still in the file's units.
pub(super) fn guess(skeleton: &Skeleton, ends: &[EndSite]) -> Result<BvhUnits, BvhProblem> {
    let size = largest_extent(skeleton, ends);
    KNOWN
        .into_iter()
        .find(|unit| HUMAN_M.contains(&(size * unit)))
        .map(|metres_per_unit| BvhUnits::Guessed {
            metres_per_unit,
            size_m: size * metres_per_unit,
        })
        .ok_or_else(|| BvhProblem::UnknownUnit {
            size: format!("{size:.3}"),
        })
}

fn largest_extent(skeleton: &Skeleton, ends: &[EndSite]) -> f64 {
    let rest = skeleton.rest_global();
    let joints = rest.iter().map(|j| j.translation().metres());
    let tips = ends.iter().filter_map(|e| {
        let joint = rest.get(e.joint.idx())?;
        Some((*joint * e.in_joint).metres())
    });
    let (mut low, mut high) = (DVec3::INFINITY, DVec3::NEG_INFINITY);
    for p in joints.chain(tips) {
        (low, high) = (low.min(p), high.max(p));
    }
    (high - low).max_element().max(0.0)
}
