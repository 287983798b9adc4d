//! A skeleton: joints in a tree, with the rest pose that it was made in.
//!
//! Built once at the border, then flat and immutable: parents come before children, so one pass over the joints
//! computes every global pose. Names are unique.

use crate::{JOINTS_MAX, JointFrame, JointIdx, ModelSpace, NAME_BYTES_MAX, Xf};
use std::collections::HashMap;
use thiserror::Error;

/// What a joint is made from.
#[derive(Clone, Debug)]
pub struct JointSpec {
    /// Name, unique in its skeleton.
    pub name: String,
    /// Index of the parent in the list given to [`Skeleton::build`], in any order; `None` for a root.
    pub parent: Option<usize>,
    /// Rest pose in the parent's frame (for a root: in the model's space).
    pub parent_from_joint: Xf<JointFrame, JointFrame>,
}

/// One joint of a built skeleton.
#[derive(Clone, Debug)]
pub struct Joint {
    /// Name, unique in its skeleton.
    pub name: String,
    /// Parent; its index is smaller than this joint's. `None` for a root.
    pub parent: Option<JointIdx>,
    /// Rest pose in the parent's frame (for a root: in the model's space).
    pub parent_from_joint: Xf<JointFrame, JointFrame>,
}

/// Why a list of joints is no skeleton.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SkeletonError {
    /// No joints at all.
    #[error("a skeleton needs at least one joint")]
    Empty,
    /// More joints than [`JOINTS_MAX`].
    #[error("{joints} joints, but a skeleton has at most {JOINTS_MAX}")]
    TooMany {
        /// Joints given.
        joints: usize,
    },
    /// A parent index that names no joint.
    #[error("joint '{joint}' has a parent that does not exist")]
    UnknownParent {
        /// The joint.
        joint: String,
    },
    /// Joints that are their own ancestors.
    #[error("joint '{joint}' is its own ancestor")]
    Cycle {
        /// One joint of the cycle.
        joint: String,
    },
    /// Two joints with one name, or a name that is empty or too long.
    #[error("joint name '{name}' is empty, too long or used twice")]
    BadName {
        /// The name.
        name: String,
    },
}

/// A tree of joints with a rest pose.
#[derive(Clone, Debug)]
pub struct Skeleton {
    joints: Vec<Joint>,
    rest: Vec<Xf<ModelSpace, JointFrame>>,
    by_name: HashMap<String, JointIdx>,
}

impl Skeleton {
    /// Sorts the joints so that parents come first (otherwise keeping the given order) and checks them. Returns the
    /// skeleton and, for each given joint, its index in it.
    pub fn build(specs: Vec<JointSpec>) -> Result<(Self, Vec<JointIdx>), SkeletonError> {
        if specs.is_empty() {
            return Err(SkeletonError::Empty);
        }
        if specs.len() > JOINTS_MAX {
            return Err(SkeletonError::TooMany {
                joints: specs.len(),
            });
        }
        let order = parents_first(&specs)?;
        let mut index_of = vec![JointIdx(0); specs.len()];
        for (new, &old) in order.iter().enumerate() {
            index_of[old] = JointIdx(new as u16);
        }
        let mut skeleton = Self {
            joints: Vec::with_capacity(specs.len()),
            rest: Vec::with_capacity(specs.len()),
            by_name: HashMap::new(),
        };
        for &old in &order {
            let spec = &specs[old];
            skeleton.push(
                spec.name.clone(),
                spec.parent.map(|p| index_of[p]),
                spec.parent_from_joint,
            )?;
        }
        Ok((skeleton, index_of))
    }

    fn push(
        &mut self,
        name: String,
        parent: Option<JointIdx>,
        parent_from_joint: Xf<JointFrame, JointFrame>,
    ) -> Result<(), SkeletonError> {
        let idx = JointIdx(self.joints.len() as u16);
        let bad = name.is_empty() || name.len() > NAME_BYTES_MAX;
        if bad || self.by_name.insert(name.clone(), idx).is_some() {
            return Err(SkeletonError::BadName { name });
        }
        let rest = match parent {
            Some(p) => self.rest[p.idx()] * parent_from_joint,
            None => parent_from_joint.relabel(),
        };
        self.rest.push(rest);
        self.joints.push(Joint {
            name,
            parent,
            parent_from_joint,
        });
        Ok(())
    }

    /// The joints, parents before children.
    pub fn joints(&self) -> &[Joint] {
        &self.joints
    }

    /// How many joints.
    pub fn len(&self) -> usize {
        self.joints.len()
    }

    /// Always false: a built skeleton has a joint.
    pub fn is_empty(&self) -> bool {
        self.joints.is_empty()
    }

    /// One joint; `None` beyond the last.
    pub fn joint(&self, idx: JointIdx) -> Option<&Joint> {
        self.joints.get(idx.idx())
    }

    /// Finds a joint by its exact name.
    pub fn find(&self, name: &str) -> Option<JointIdx> {
        self.by_name.get(name).copied()
    }

    /// The rest pose of every joint in the model's space.
    pub fn rest_global(&self) -> &[Xf<ModelSpace, JointFrame>] {
        &self.rest
    }

    /// Global poses from local ones (each in its parent's frame, roots in `S`). Both slices have one entry a joint;
    /// a shorter one ends the walk.
    pub fn globals_from_locals<S: crate::Space>(
        &self,
        locals: &[Xf<JointFrame, JointFrame>],
        globals: &mut [Xf<S, JointFrame>],
    ) {
        let n = self.joints.len().min(locals.len()).min(globals.len());
        for i in 0..n {
            globals[i] = match self.joints[i].parent {
                Some(p) => globals[p.idx()] * locals[i],
                None => locals[i].relabel(),
            };
        }
    }
}

fn parents_first(specs: &[JointSpec]) -> Result<Vec<usize>, SkeletonError> {
    let mut placed = vec![false; specs.len()];
    let mut order = Vec::with_capacity(specs.len());
    for start in 0..specs.len() {
        let mut chain = Vec::new();
        let mut at = Some(start);
        while let Some(i) = at {
            let spec = match specs.get(i) {
                Some(spec) => spec,
                None => {
                    let child = chain.last().copied().unwrap_or(start);
                    return Err(SkeletonError::UnknownParent {
                        joint: specs[child].name.clone(),
                    });
                }
            };
            if placed[i] {
                break;
            }
            if chain.len() > specs.len() {
                return Err(SkeletonError::Cycle {
                    joint: spec.name.clone(),
                });
            }
            chain.push(i);
            at = spec.parent;
        }
        for &i in chain.iter().rev() {
            placed[i] = true;
            order.push(i);
        }
    }
    Ok(order)
}

#[cfg(test)]
mod tests {
    use super::*;
    use glam::DVec3;

    fn spec(name: &str, parent: Option<usize>, y_m: f64) -> JointSpec {
        JointSpec {
            name: name.into(),
            parent,
            parent_from_joint: Xf::from_translation(DVec3::new(0.0, y_m, 0.0)),
        }
    }

    #[test]
    fn puts_parents_before_children() {
        let given = vec![
            spec("head", Some(2), 0.3),
            spec("hips", None, 1.0),
            spec("spine", Some(1), 0.5),
        ];
        let (skeleton, index_of) = Skeleton::build(given).unwrap();
        let names: Vec<_> = skeleton.joints().iter().map(|j| j.name.as_str()).collect();
        assert_eq!(names, ["hips", "spine", "head"]);
        assert_eq!(index_of, [JointIdx(2), JointIdx(0), JointIdx(1)]);
        assert!((skeleton.rest_global()[2].translation().metres().y - 1.8).abs() < 1e-12);
    }

    #[test]
    fn refuses_what_is_no_tree() {
        let build = |specs| Skeleton::build(specs).map(|_| ()).unwrap_err();
        assert_eq!(build(vec![]), SkeletonError::Empty);
        assert!(matches!(
            build(vec![spec("a", Some(7), 0.0)]),
            SkeletonError::UnknownParent { .. }
        ));
        let ring = vec![spec("a", Some(1), 0.0), spec("b", Some(0), 0.0)];
        assert!(matches!(build(ring), SkeletonError::Cycle { .. }));
        let twins = vec![spec("a", None, 0.0), spec("a", Some(0), 0.0)];
        assert!(matches!(build(twins), SkeletonError::BadName { .. }));
        let many = (0..JOINTS_MAX + 1)
            .map(|i| spec(&format!("j{i}"), None, 0.0))
            .collect();
        assert!(matches!(build(many), SkeletonError::TooMany { .. }));
    }
}
