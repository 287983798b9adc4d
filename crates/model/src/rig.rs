//! A rig: a skeleton that can be fitted, with its degrees of freedom and the markers on its bones.

use crate::{HumanoidMap, JointFrame, JointIdx, MarkerIdx, Point, RIG_MARKERS_MAX, Skeleton};
use glam::DVec3;
use thiserror::Error;

/// How a joint may move against its parent, from its rest pose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dof {
    /// Translates and rotates freely: a root.
    Free,
    /// Rotates freely.
    Ball,
    /// Rotates about two axes of its own frame, the first one first.
    Universal {
        /// Unit axes.
        axes: [DVec3; 2],
    },
    /// Rotates about one axis of its own frame.
    Hinge {
        /// Unit axis.
        axis: DVec3,
    },
    /// Does not move.
    Fixed,
}

impl Dof {
    /// How many coordinates.
    pub fn count(&self) -> usize {
        match self {
            Self::Free => 6,
            Self::Ball => 3,
            Self::Universal { .. } => 2,
            Self::Hinge { .. } => 1,
            Self::Fixed => 0,
        }
    }
}

/// The range of one rotational coordinate, radians.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DofRange {
    /// Smallest angle.
    pub min_rad: f64,
    /// Largest angle.
    pub max_rad: f64,
}

/// The degrees of freedom of one joint.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct JointDofs {
    /// The kind.
    pub dof: Dof,
    /// Limits of the rotational coordinates, in order. For a ball: of the rotation vector's components.
    pub ranges: [Option<DofRange>; 3],
}

impl JointDofs {
    /// Without limits.
    pub fn unlimited(dof: Dof) -> Self {
        Self {
            dof,
            ranges: [None; 3],
        }
    }
}

/// A marker to be put on a rig.
#[derive(Clone, Debug)]
pub struct RigMarker {
    /// Label, unique in its rig.
    pub name: String,
    /// The joint whose bone carries it.
    pub joint: JointIdx,
    /// Where it sits on that bone.
    pub in_joint: Point<JointFrame>,
    /// Weight in the fit: 1 is normal, 0 ignores it.
    pub weight: f64,
}

/// A marker of a built rig; the same as what it was made from, but checked.
pub type BuiltMarker = RigMarker;

/// Why a rig cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RigBuildError {
    /// The lists of joints and of degrees of freedom differ in length.
    #[error("{dofs} sets of degrees of freedom for {joints} joints")]
    DofCount {
        /// Joints of the skeleton.
        joints: usize,
        /// Entries given.
        dofs: usize,
    },
    /// An axis that is no direction, or a range that is empty or not finite.
    #[error("joint '{joint}' has an axis that is no direction or a limit that is no range")]
    BadDof {
        /// The joint.
        joint: String,
    },
    /// A marker on a joint that the skeleton has not.
    #[error("marker '{marker}' sits on a joint that does not exist")]
    UnknownJoint {
        /// The marker.
        marker: String,
    },
    /// A marker name that is empty or used twice, or a weight that is not a finite number ≥ 0.
    #[error(
        "marker '{marker}' has a name that is empty or used twice, or a weight that is no weight"
    )]
    BadMarker {
        /// The marker.
        marker: String,
    },
    /// More markers than [`RIG_MARKERS_MAX`].
    #[error("{markers} markers, but a rig has at most {RIG_MARKERS_MAX}")]
    TooManyMarkers {
        /// Markers given.
        markers: usize,
    },
}

/// A skeleton with degrees of freedom and markers: what a performer is fitted with.
#[derive(Clone, Debug)]
pub struct Rig {
    name: String,
    skeleton: Skeleton,
    dofs: Vec<JointDofs>,
    markers: Vec<BuiltMarker>,
    humanoid: HumanoidMap,
}

impl Rig {
    /// Checks and builds. `dofs` has one entry a joint, in the skeleton's order. Axes are normalised.
    pub fn build(
        name: String,
        skeleton: Skeleton,
        mut dofs: Vec<JointDofs>,
        markers: Vec<RigMarker>,
        humanoid: HumanoidMap,
    ) -> Result<Self, RigBuildError> {
        if dofs.len() != skeleton.len() {
            return Err(RigBuildError::DofCount {
                joints: skeleton.len(),
                dofs: dofs.len(),
            });
        }
        for (joint, dof) in skeleton.joints().iter().zip(&mut dofs) {
            check_dofs(dof).ok_or_else(|| RigBuildError::BadDof {
                joint: joint.name.clone(),
            })?;
        }
        check_markers(&skeleton, &markers)?;
        Ok(Self {
            name,
            skeleton,
            dofs,
            markers,
            humanoid,
        })
    }

    /// The rig's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The joints.
    pub fn skeleton(&self) -> &Skeleton {
        &self.skeleton
    }

    /// Degrees of freedom, one entry a joint.
    pub fn dofs(&self) -> &[JointDofs] {
        &self.dofs
    }

    /// The markers on the bones.
    pub fn markers(&self) -> &[BuiltMarker] {
        &self.markers
    }

    /// Which joint is which human bone.
    pub fn humanoid(&self) -> &HumanoidMap {
        &self.humanoid
    }

    /// How many coordinates all joints have together.
    pub fn dof_count(&self) -> usize {
        self.dofs.iter().map(|d| d.dof.count()).sum()
    }

    /// Finds a marker by its label.
    pub fn find_marker(&self, name: &str) -> Option<MarkerIdx> {
        self.markers
            .iter()
            .position(|m| m.name == name)
            .map(|i| MarkerIdx(i as u16))
    }
}

fn check_dofs(dofs: &mut JointDofs) -> Option<()> {
    match &mut dofs.dof {
        Dof::Universal { axes } => {
            for axis in axes {
                *axis = axis.try_normalize()?;
            }
        }
        Dof::Hinge { axis } => *axis = axis.try_normalize()?,
        Dof::Free | Dof::Ball | Dof::Fixed => {}
    }
    let whole =
        |r: &DofRange| r.min_rad.is_finite() && r.max_rad.is_finite() && r.min_rad <= r.max_rad;
    dofs.ranges.iter().flatten().all(whole).then_some(())
}

fn check_markers(skeleton: &Skeleton, markers: &[RigMarker]) -> Result<(), RigBuildError> {
    if markers.len() > RIG_MARKERS_MAX {
        return Err(RigBuildError::TooManyMarkers {
            markers: markers.len(),
        });
    }
    for (i, marker) in markers.iter().enumerate() {
        if skeleton.joint(marker.joint).is_none() {
            return Err(RigBuildError::UnknownJoint {
                marker: marker.name.clone(),
            });
        }
        let twice = markers[..i].iter().any(|m| m.name == marker.name);
        let weight_fits = marker.weight.is_finite() && marker.weight >= 0.0;
        if marker.name.is_empty() || twice || !weight_fits {
            return Err(RigBuildError::BadMarker {
                marker: marker.name.clone(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{JointSpec, Xf};

    fn skeleton() -> Skeleton {
        let root = JointSpec {
            name: "hips".into(),
            parent: None,
            parent_from_joint: Xf::IDENTITY,
        };
        Skeleton::build(vec![root]).unwrap().0
    }

    fn marker(name: &str, joint: u16, weight: f64) -> RigMarker {
        RigMarker {
            name: name.into(),
            joint: JointIdx(joint),
            in_joint: Point::ORIGIN,
            weight,
        }
    }

    fn build(dofs: Vec<JointDofs>, markers: Vec<RigMarker>) -> Result<Rig, RigBuildError> {
        Rig::build(
            "t".into(),
            skeleton(),
            dofs,
            markers,
            HumanoidMap::default(),
        )
    }

    #[test]
    fn builds_and_counts() {
        let rig = build(
            vec![JointDofs::unlimited(Dof::Free)],
            vec![marker("LASI", 0, 1.0)],
        )
        .unwrap();
        assert_eq!(
            (rig.dof_count(), rig.find_marker("LASI")),
            (6, Some(MarkerIdx(0)))
        );
    }

    #[test]
    fn refuses_each_wrong_part() {
        let free = || vec![JointDofs::unlimited(Dof::Free)];
        assert!(matches!(
            build(vec![], vec![]),
            Err(RigBuildError::DofCount { .. })
        ));
        let no_axis = JointDofs::unlimited(Dof::Hinge { axis: DVec3::ZERO });
        assert!(matches!(
            build(vec![no_axis], vec![]),
            Err(RigBuildError::BadDof { .. })
        ));
        let nan = DofRange {
            min_rad: f64::NAN,
            max_rad: 1.0,
        };
        let bad_range = JointDofs {
            dof: Dof::Ball,
            ranges: [Some(nan), None, None],
        };
        assert!(matches!(
            build(vec![bad_range], vec![]),
            Err(RigBuildError::BadDof { .. })
        ));
        assert!(matches!(
            build(free(), vec![marker("a", 3, 1.0)]),
            Err(RigBuildError::UnknownJoint { .. })
        ));
        for bad in [
            vec![marker("a", 0, 1.0), marker("a", 0, 1.0)],
            vec![marker("a", 0, f64::NAN)],
        ] {
            assert!(matches!(
                build(free(), bad),
                Err(RigBuildError::BadMarker { .. })
            ));
        }
    }
}
