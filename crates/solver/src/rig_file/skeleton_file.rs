//! A skeleton template: `rigs/skeletons/*.toml`.
//!
//! Joints are given by where they are in the rest pose; every joint frame has the model's axes there. A joint with a
//! `mirror` stands for a left and a right bone: places are reflected at x = 0, and so are axes and limits (a rotation
//! about (x, y, z) becomes one about (x, -y, -z)).

use super::error::{DofNeeds, RigError};
use super::text::{bone, offset, out_of_bounds, place, read, twice};
use crate::rig_parts::RigParts;
use cyc_model::{Dof, DofRange, HumanBone, JointDofs, JointSpec, Xf};
use glam::{DQuat, DVec3};
use serde::Deserialize;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SkeletonFile {
    name: String,
    joint: Vec<JointEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JointEntry {
    bone: Spanned<String>,
    mirror: Option<Spanned<String>>,
    parent: Option<Spanned<String>>,
    at_m: [f64; 3],
    dof: Spanned<DofKind>,
    axis: Option<[f64; 3]>,
    axes: Option<[[f64; 3]; 2]>,
    #[serde(default)]
    limits_deg: Vec<[f64; 2]>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum DofKind {
    Free,
    Ball,
    Universal,
    Hinge,
    Fixed,
}

/// What a marker set calls the skeleton of a prop.
pub const RIGID_BODY: &str = "rigid-body";

/// A skeleton that marker sets can be put on: joints, degrees of freedom, bones; no markers yet.
#[derive(Clone, Debug)]
pub struct SkeletonTemplate {
    pub(super) parts: RigParts,
}

impl SkeletonTemplate {
    /// One free joint, `body`, that is no bone of anybody: the skeleton of a prop.
    pub fn rigid_body() -> Self {
        let mut parts = RigParts::new(RIGID_BODY);
        parts.joints.push(JointSpec {
            name: "body".to_owned(),
            parent: None,
            parent_from_joint: Xf::IDENTITY,
        });
        parts.dofs.push(JointDofs::unlimited(Dof::Free));
        Self { parts }
    }

    /// The skeleton's name, by which marker sets refer to it.
    pub fn name(&self) -> &str {
        &self.parts.name
    }
}

/// Reads a skeleton template.
///
/// # Errors
/// With line and column: not TOML, unknown keys, unknown bones, parents that do not stand before their children.
pub fn parse_skeleton(text: &str) -> Result<SkeletonTemplate, RigError> {
    let file: SkeletonFile = read(text)?;
    let mut parts = RigParts::new(&file.name);
    let mut placed: Vec<(HumanBone, DVec3)> = Vec::new();
    for entry in &file.joint {
        let at = offset(text, &entry.bone, entry.at_m)?;
        let dofs = joint_dofs(text, entry)?;
        add_joint(text, entry, &entry.bone, at, dofs, &mut parts, &mut placed)?;
        if let Some(mirror) = &entry.mirror {
            let at = reflect(at);
            let dofs = reflect_dofs(dofs);
            add_joint(text, entry, mirror, at, dofs, &mut parts, &mut placed)?;
        }
    }
    // Built once here so that a template that exists can be built again with markers.
    parts.clone().build::<RigError>()?;
    Ok(SkeletonTemplate { parts })
}

fn add_joint(
    text: &str,
    entry: &JointEntry,
    name: &Spanned<String>,
    at: DVec3,
    dofs: JointDofs,
    parts: &mut RigParts,
    placed: &mut Vec<(HumanBone, DVec3)>,
) -> Result<(), RigError> {
    let own = bone(text, name)?;
    if placed.iter().any(|(b, _)| *b == own) {
        return Err(twice(text, name));
    }
    let mut parent = None;
    let mut from = DVec3::ZERO;
    if let Some(given) = &entry.parent {
        let mut wanted = bone(text, given)?;
        // The mirrored joint hangs on the mirrored parent, where there is one.
        if !std::ptr::eq(name, &entry.bone) {
            wanted = other_side(wanted);
        }
        let index = placed.iter().position(|(b, _)| *b == wanted);
        let index = index.ok_or_else(|| RigError::BoneNotInSkeleton {
            place: place(text, given),
            name: given.as_ref().clone(),
        })?;
        parent = Some(index);
        from = placed[index].1;
    }
    parts.map_bone(own, parts.joints.len());
    parts.joints.push(JointSpec {
        name: own.vrm_name().to_owned(),
        parent,
        parent_from_joint: Xf::saturating(DQuat::IDENTITY, at - from),
    });
    parts.dofs.push(dofs);
    placed.push((own, at));
    Ok(())
}

/// The same bone of the other side; a bone of the middle is its own.
pub(crate) fn other_side(bone: HumanBone) -> HumanBone {
    let name = bone.vrm_name();
    let other = if let Some(rest) = name.strip_prefix("left") {
        HumanBone::from_vrm_name(&format!("right{rest}"))
    } else if let Some(rest) = name.strip_prefix("right") {
        HumanBone::from_vrm_name(&format!("left{rest}"))
    } else {
        None
    };
    other.unwrap_or(bone)
}

/// A point's image at the plane x = 0.
pub(super) fn reflect(p: DVec3) -> DVec3 {
    DVec3::new(-p.x, p.y, p.z)
}

/// A rotation axis' image: it is a pseudovector.
fn reflect_axis(a: DVec3) -> DVec3 {
    DVec3::new(a.x, -a.y, -a.z)
}

fn reflect_dofs(dofs: JointDofs) -> JointDofs {
    let negated = |r: Option<DofRange>| {
        r.map(|r| DofRange {
            min_rad: -r.max_rad,
            max_rad: -r.min_rad,
        })
    };
    let [x, y, z] = dofs.ranges;
    match dofs.dof {
        Dof::Universal { axes } => JointDofs {
            dof: Dof::Universal {
                axes: axes.map(reflect_axis),
            },
            ..dofs
        },
        Dof::Hinge { axis } => JointDofs {
            dof: Dof::Hinge {
                axis: reflect_axis(axis),
            },
            ..dofs
        },
        Dof::Ball | Dof::Free => JointDofs {
            ranges: [x, negated(y), negated(z)],
            ..dofs
        },
        Dof::Fixed => dofs,
    }
}

fn joint_dofs(text: &str, entry: &JointEntry) -> Result<JointDofs, RigError> {
    let kind = *entry.dof.as_ref();
    let bad = |needs| RigError::BadDof {
        place: place(text, &entry.dof),
        dof: format!("{kind:?}").to_lowercase(),
        needs,
    };
    let vector = |v: [f64; 3]| DVec3::from_array(v);
    let dof = match (kind, entry.axis, entry.axes) {
        (DofKind::Free, None, None) => Dof::Free,
        (DofKind::Ball, None, None) => Dof::Ball,
        (DofKind::Fixed, None, None) => Dof::Fixed,
        (DofKind::Hinge, Some(axis), None) => Dof::Hinge { axis: vector(axis) },
        (DofKind::Universal, None, Some(axes)) => Dof::Universal {
            axes: axes.map(vector),
        },
        (DofKind::Hinge, ..) => return Err(bad(DofNeeds::OneAxis)),
        (DofKind::Universal, ..) => return Err(bad(DofNeeds::TwoAxes)),
        (DofKind::Free | DofKind::Ball | DofKind::Fixed, ..) => return Err(bad(DofNeeds::NoAxis)),
    };
    let coordinates = match kind {
        DofKind::Free | DofKind::Ball => 3,
        DofKind::Universal => 2,
        DofKind::Hinge => 1,
        DofKind::Fixed => 0,
    };
    if !entry.limits_deg.is_empty() && entry.limits_deg.len() != coordinates {
        return Err(bad(DofNeeds::LimitPerRotation));
    }
    let mut dofs = JointDofs::unlimited(dof);
    for (range, [min, max]) in dofs.ranges.iter_mut().zip(&entry.limits_deg) {
        if !(min.abs() <= 360.0 && max.abs() <= 360.0 && min <= max) {
            return Err(out_of_bounds(text, &entry.bone));
        }
        *range = Some(DofRange {
            min_rad: min.to_radians(),
            max_rad: max.to_radians(),
        });
    }
    Ok(dofs)
}
