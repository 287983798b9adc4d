//! What all frames of a performer share: where each marker sits on its bone and how long each bone is.
//!
//! Three numbers a marker (its offset) and three a joint that carries markers (its place in the parent's frame). Markers
//! alone do not fix them all: a bone may be longer and its markers lower with the same picture. What is left open is
//! decided by the template, and by left and right being alike.

use super::CalibrateSettings;
use super::dense::Symmetric;
use crate::fit::tree::{NONE, Tree};
use crate::rig_file::other_side;
use cyc_model::{HumanBone, Rig};
use glam::DVec3;

/// Joints whose place markers on the skin hardly show.
const HARDLY_SHOWN: [HumanBone; 7] = [
    HumanBone::Spine,
    HumanBone::Chest,
    HumanBone::UpperChest,
    HumanBone::Neck,
    HumanBone::Head,
    HumanBone::LeftShoulder,
    HumanBone::RightShoulder,
];

/// What a sigma weighs against the residuals of all frames.
#[derive(Clone, Copy, Debug)]
struct Weights {
    unit: f64,
}

impl Weights {
    fn new(settings: &CalibrateSettings, frames: usize) -> Self {
        let repeated = (frames as f64 / settings.independent_frames.max(1.0)).max(1.0);
        Self {
            unit: settings.residual_sigma_m.powi(2) * repeated,
        }
    }

    fn of(self, sigma_m: f64) -> f64 {
        self.unit / sigma_m.max(1e-6).powi(2)
    }
}

/// A pull between or on parameters.
#[derive(Clone, Copy, Debug)]
enum Prior {
    /// Three numbers stay near their start, with a weight along each axis of the given frame.
    Stay {
        first: usize,
        start: DVec3,
        along: DVec3,
        weight_along: f64,
        weight_across: f64,
    },
    /// Three numbers are the mirror image of three others.
    Mirror {
        first: usize,
        second: usize,
        signs: DVec3,
        weight: f64,
    },
}

/// The layout of the shared parameters and their priors.
#[derive(Clone, Debug)]
pub(super) struct Shared {
    /// First parameter of each joint's translation; [`NONE`] where it is fixed.
    pub joint: Vec<usize>,
    /// First parameter of each marker's offset.
    pub marker: Vec<usize>,
    pub count: usize,
    priors: Vec<Prior>,
}

impl Shared {
    pub(super) fn new(rig: &Rig, tree: &Tree, settings: &CalibrateSettings, frames: usize) -> Self {
        let mut carries = vec![false; tree.joints.len()];
        for marker in &tree.markers {
            let mut j = marker.joint;
            while j != NONE && !carries[j] {
                carries[j] = true;
                j = tree.joints[j].parent;
            }
        }
        let mut count = 0;
        let mut take = || {
            count += 3;
            count - 3
        };
        let marker: Vec<usize> = tree.markers.iter().map(|_| take()).collect();
        let joint: Vec<usize> = tree
            .joints
            .iter()
            .zip(&carries)
            .map(|(j, &c)| if c && j.parent != NONE { take() } else { NONE })
            .collect();
        let mut shared = Self {
            joint,
            marker,
            count,
            priors: Vec::new(),
        };
        let weights = Weights::new(settings, frames);
        shared.add_stays(rig, tree, settings, weights);
        shared.add_mirrors(rig, settings, weights);
        shared
    }

    fn add_stays(
        &mut self,
        rig: &Rig,
        tree: &Tree,
        settings: &CalibrateSettings,
        weights: Weights,
    ) {
        let chain = HARDLY_SHOWN.map(|b| rig.humanoid().joint(b));
        for (marker, &first) in tree.markers.iter().zip(&self.marker) {
            let w = weights.of(settings.offset_sigma_m);
            self.priors.push(Prior::Stay {
                first,
                start: marker.offset,
                along: DVec3::X,
                weight_along: w,
                weight_across: w,
            });
        }
        for (j, (joint, &first)) in tree.joints.iter().zip(&self.joint).enumerate() {
            if first == NONE {
                continue;
            }
            let length = joint.rest_translation.length();
            let hardly_shown = chain.iter().flatten().any(|c| c.idx() == j);
            let (along_m, across_m) = if hardly_shown {
                (settings.chain_sigma_m, settings.chain_sigma_m)
            } else {
                let along_m = (settings.length_sigma * length).max(0.004);
                (along_m, settings.across_sigma_m)
            };
            self.priors.push(Prior::Stay {
                first,
                start: joint.rest_translation,
                along: joint.rest_translation.normalize_or(DVec3::X),
                weight_along: weights.of(along_m),
                weight_across: weights.of(across_m),
            });
        }
    }

    /// Left and right are paired by the humanoid map; markers by their place in the rest pose.
    fn add_mirrors(&mut self, rig: &Rig, settings: &CalibrateSettings, weights: Weights) {
        let map = rig.humanoid();
        let rest = rig.skeleton().rest_global();
        // Only where the two frames are mirror images does mirroring numbers mean mirroring places.
        let signs_between = |a: usize, b: usize| -> Option<DVec3> {
            let parent = |j: usize| rig.skeleton().joints()[j].parent.map(|p| p.idx());
            let (pa, pb) = (parent(a)?, parent(b)?);
            mirror_signs(rest[pa].rotation(), rest[pb].rotation())
        };
        for (bone, left) in map.bones() {
            let Some(right) = map.joint(other_side(bone)) else {
                continue;
            };
            let (a, b) = (left.idx(), right.idx());
            if a >= b || self.joint[a] == NONE || self.joint[b] == NONE {
                continue;
            }
            if let Some(signs) = signs_between(a, b) {
                self.priors.push(Prior::Mirror {
                    first: self.joint[a],
                    second: self.joint[b],
                    signs,
                    weight: weights.of(settings.symmetry_sigma_m),
                });
            }
        }
        for (a, marker) in rig.markers().iter().enumerate() {
            let Some(bone) = map.bone(marker.joint) else {
                continue;
            };
            let other = map.joint(other_side(bone));
            let frames = other.and_then(|o| {
                mirror_signs(
                    rest[marker.joint.idx()].rotation(),
                    rest[o.idx()].rotation(),
                )
            });
            let (Some(other), Some(signs)) = (other, frames) else {
                continue;
            };
            let image = marker.in_joint.metres() * signs;
            let partner = rig.markers().iter().position(|m| {
                m.joint == other
                    && m.in_joint.metres().distance(image) < 1e-6
                    && m.name != marker.name
            });
            if let Some(b) = partner.filter(|&b| a < b) {
                self.priors.push(Prior::Mirror {
                    first: self.marker[a],
                    second: self.marker[b],
                    signs,
                    weight: weights.of(settings.offset_symmetry_sigma_m),
                });
            }
        }
    }

    /// The parameters as the tree has them.
    pub(super) fn read(&self, tree: &Tree, out: &mut [f64]) {
        for (marker, &first) in tree.markers.iter().zip(&self.marker) {
            out[first..first + 3].copy_from_slice(&marker.offset.to_array());
        }
        for (joint, &first) in tree.joints.iter().zip(&self.joint) {
            if first != NONE {
                out[first..first + 3].copy_from_slice(&joint.rest_translation.to_array());
            }
        }
    }

    /// Puts parameters into the tree.
    pub(super) fn write(&self, values: &[f64], tree: &mut Tree) {
        for (marker, &first) in tree.markers.iter_mut().zip(&self.marker) {
            marker.offset = DVec3::from_slice(&values[first..first + 3]);
        }
        for (joint, &first) in tree.joints.iter_mut().zip(&self.joint) {
            if first != NONE {
                joint.rest_translation = DVec3::from_slice(&values[first..first + 3]);
            }
        }
    }

    /// The cost of the priors; with `normal` given, their part of matrix and gradient is added.
    pub(super) fn add_priors(
        &self,
        values: &[f64],
        mut normal: Option<(&mut Symmetric, &mut [f64])>,
    ) -> f64 {
        let at = |first: usize| DVec3::from_slice(&values[first..first + 3]);
        let mut cost = 0.0;
        for prior in &self.priors {
            match *prior {
                Prior::Stay {
                    first,
                    start,
                    along,
                    weight_along,
                    weight_across,
                } => {
                    let off = at(first) - start;
                    let extra = weight_along - weight_across;
                    let pull = off * weight_across + along * (extra * off.dot(along));
                    cost += 0.5 * off.dot(pull);
                    if let Some((h, g)) = &mut normal {
                        for a in 0..3 {
                            g[first + a] += pull[a];
                            h.add(first + a, first + a, weight_across);
                            for b in 0..=a {
                                h.add(first + a, first + b, extra * along[a] * along[b]);
                            }
                        }
                    }
                }
                Prior::Mirror {
                    first,
                    second,
                    signs,
                    weight,
                } => {
                    let off = at(first) * signs - at(second);
                    cost += 0.5 * weight * off.length_squared();
                    if let Some((h, g)) = &mut normal {
                        for a in 0..3 {
                            g[first + a] += weight * off[a] * signs[a];
                            g[second + a] -= weight * off[a];
                            h.add(first + a, first + a, weight);
                            h.add(second + a, second + a, weight);
                            h.add(first + a, second + a, -weight * signs[a]);
                        }
                    }
                }
            }
        }
        cost
    }
}

/// The signs that turn coordinates in one frame into those of the mirrored point in another, when the frames' axes
/// are each other's images up to sign; `None` when they are not.
fn mirror_signs(a: glam::DQuat, b: glam::DQuat) -> Option<DVec3> {
    let image = |axis: DVec3| {
        let v = a * axis;
        DVec3::new(-v.x, v.y, v.z)
    };
    let sign = |axis: DVec3| {
        let dot = image(axis).dot(b * axis);
        (dot.abs() > 0.999).then(|| dot.signum())
    };
    Some(DVec3::new(
        sign(DVec3::X)?,
        sign(DVec3::Y)?,
        sign(DVec3::Z)?,
    ))
}
