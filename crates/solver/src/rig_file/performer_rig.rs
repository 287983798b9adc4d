//! A whole rig as TOML: what a calibration found out about one performer, kept for the next day.
//!
//! Unlike a skeleton template it holds every joint by name with its rest pose in the parent's frame, mirrors nothing,
//! and holds the markers too. What is written is read back equal to the last bit of a decimal number: angles alone are
//! converted.

use super::error::{DofNeeds, RigError};
use super::text::{bone, offset, out_of_bounds, place, read};
use crate::limits::OFFSET_MAX_M;
use crate::rig_parts::RigParts;
use cyc_model::{Dof, DofRange, JointDofs, JointSpec, Point, Rig, RigBuildError, RigMarker, Xf};
use glam::{DQuat, DVec3};
use serde::{Deserialize, Serialize};
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RigFile {
    name: String,
    joint: Vec<JointEntry>,
    #[serde(default)]
    marker: Vec<MarkerEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JointEntry {
    name: Spanned<String>,
    bone: Option<Spanned<String>>,
    parent: Option<Spanned<String>>,
    offset_m: [f64; 3],
    #[serde(default = "no_rotation")]
    rotation_xyzw: [f64; 4],
    dof: Spanned<String>,
    #[serde(default)]
    axes: Vec<[f64; 3]>,
    /// For each rotation a lower and an upper limit, or nothing.
    #[serde(default)]
    limits_deg: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MarkerEntry {
    label: Spanned<String>,
    joint: Spanned<String>,
    offset_m: [f64; 3],
    weight: f64,
}

fn no_rotation() -> [f64; 4] {
    DQuat::IDENTITY.to_array()
}

/// Reads a rig.
///
/// # Errors
/// With line and column: not TOML, unknown keys, unknown bones or joints, numbers out of bounds.
pub fn parse_rig(text: &str) -> Result<Rig, RigError> {
    let file: RigFile = read(text)?;
    let mut parts = RigParts::new(&file.name);
    for entry in &file.joint {
        read_joint(text, entry, &mut parts)?;
    }
    for entry in &file.marker {
        let joint = parts.find(entry.joint.as_ref());
        let joint = joint.ok_or_else(|| RigBuildError::UnknownJoint {
            marker: entry.label.as_ref().clone(),
        })?;
        parts.markers.push(RigMarker {
            name: entry.label.as_ref().clone(),
            joint,
            in_joint: Point::saturating(offset(text, &entry.label, entry.offset_m)?),
            weight: entry.weight,
        });
    }
    parts.build()
}

fn read_joint(text: &str, entry: &JointEntry, parts: &mut RigParts) -> Result<(), RigError> {
    let parent = match &entry.parent {
        None => None,
        Some(parent) => {
            let found = parts.find(parent.as_ref());
            let found = found.ok_or_else(|| RigError::BoneNotInSkeleton {
                place: place(text, parent),
                name: parent.as_ref().clone(),
            })?;
            Some(found.idx())
        }
    };
    let metres = offset(text, &entry.name, entry.offset_m)?;
    let rotation = DQuat::from_array(entry.rotation_xyzw);
    let rest = Xf::new(rotation, metres).ok_or_else(|| out_of_bounds(text, &entry.name))?;
    if let Some(name) = &entry.bone {
        parts.map_bone(bone(text, name)?, parts.joints.len());
    }
    parts.joints.push(JointSpec {
        name: entry.name.as_ref().clone(),
        parent,
        parent_from_joint: rest,
    });
    parts.dofs.push(read_dofs(text, entry)?);
    Ok(())
}

fn read_dofs(text: &str, entry: &JointEntry) -> Result<JointDofs, RigError> {
    let bad = |needs| RigError::BadDof {
        place: place(text, &entry.dof),
        dof: entry.dof.as_ref().clone(),
        needs,
    };
    let axes: Vec<DVec3> = entry.axes.iter().map(|a| DVec3::from_array(*a)).collect();
    let (dof, rotations) = match (entry.dof.as_ref().as_str(), axes.as_slice()) {
        ("free", []) => (Dof::Free, 3),
        ("ball", []) => (Dof::Ball, 3),
        ("fixed", []) => (Dof::Fixed, 0),
        ("hinge", [axis]) => (Dof::Hinge { axis: *axis }, 1),
        ("universal", [a, b]) => (Dof::Universal { axes: [*a, *b] }, 2),
        ("hinge", _) => return Err(bad(DofNeeds::OneAxis)),
        ("universal", _) => return Err(bad(DofNeeds::TwoAxes)),
        _ => return Err(bad(DofNeeds::NoAxis)),
    };
    if !entry.limits_deg.is_empty() && entry.limits_deg.len() != rotations {
        return Err(bad(DofNeeds::LimitPerRotation));
    }
    let mut dofs = JointDofs::unlimited(dof);
    for (range, limit) in dofs.ranges.iter_mut().zip(&entry.limits_deg) {
        *range = match limit.as_slice() {
            [] => None,
            [min, max] => Some(DofRange {
                min_rad: min.to_radians(),
                max_rad: max.to_radians(),
            }),
            _ => return Err(bad(DofNeeds::LimitPerRotation)),
        };
    }
    Ok(dofs)
}

#[derive(Serialize)]
struct RigText<'r> {
    name: &'r str,
    joint: Vec<JointText<'r>>,
    marker: Vec<MarkerText<'r>>,
}

#[derive(Serialize)]
struct JointText<'r> {
    name: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    bone: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<&'r str>,
    offset_m: [f64; 3],
    #[serde(skip_serializing_if = "Option::is_none")]
    rotation_xyzw: Option<[f64; 4]>,
    dof: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    axes: Vec<[f64; 3]>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    limits_deg: Vec<Vec<f64>>,
}

#[derive(Serialize)]
struct MarkerText<'r> {
    label: &'r str,
    joint: &'r str,
    offset_m: [f64; 3],
    weight: f64,
}

/// Writes a rig as text that [`parse_rig`] reads.
///
/// # Errors
/// When a joint lies farther from its parent, or a marker from its joint, than a file may say.
pub fn write_rig(rig: &Rig) -> Result<String, RigError> {
    let joints = rig.skeleton().joints();
    let name_of = |j: usize| joints.get(j).map_or("", |j| j.name.as_str());
    let offsets = joints
        .iter()
        .map(|j| j.parent_from_joint.translation().metres());
    let offsets = offsets.chain(rig.markers().iter().map(|m| m.in_joint.metres()));
    if offsets
        .into_iter()
        .any(|o| o.abs().max_element() > OFFSET_MAX_M)
    {
        return Err(RigError::OutOfBounds {
            place: super::Place { line: 0, column: 0 },
            name: rig.name().to_owned(),
        });
    }
    let joint = joints
        .iter()
        .zip(rig.dofs())
        .enumerate()
        .map(|(i, (joint, dofs))| {
            let rest = joint.parent_from_joint;
            let (dof, axes, rotations) = dof_text(&dofs.dof);
            let limited = dofs.ranges.iter().take(rotations).any(Option::is_some);
            let limits = dofs.ranges.iter().take(if limited { rotations } else { 0 });
            JointText {
                name: &joint.name,
                bone: rig
                    .humanoid()
                    .bone(cyc_model::JointIdx(i as u16))
                    .map(|b| b.vrm_name()),
                parent: joint.parent.map(|p| name_of(p.idx())),
                offset_m: rest.translation().metres().to_array(),
                rotation_xyzw: (rest.rotation() != DQuat::IDENTITY)
                    .then(|| rest.rotation().to_array()),
                dof,
                axes,
                limits_deg: limits
                    .map(|r| match r {
                        Some(r) => vec![r.min_rad.to_degrees(), r.max_rad.to_degrees()],
                        None => Vec::new(),
                    })
                    .collect(),
            }
        });
    let marker = rig.markers().iter().map(|m| MarkerText {
        label: &m.name,
        joint: name_of(m.joint.idx()),
        offset_m: m.in_joint.metres().to_array(),
        weight: m.weight,
    });
    let text = RigText {
        name: rig.name(),
        joint: joint.collect(),
        marker: marker.collect(),
    };
    toml::to_string(&text).map_err(|e| RigError::Toml {
        place: super::Place { line: 0, column: 0 },
        reason: e.to_string(),
    })
}

fn dof_text(dof: &Dof) -> (&'static str, Vec<[f64; 3]>, usize) {
    match dof {
        Dof::Free => ("free", Vec::new(), 3),
        Dof::Ball => ("ball", Vec::new(), 3),
        Dof::Fixed => ("fixed", Vec::new(), 0),
        Dof::Hinge { axis } => ("hinge", vec![axis.to_array()], 1),
        Dof::Universal { axes } => ("universal", axes.map(|a| a.to_array()).to_vec(), 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{HUMAN_SKELETON, PLUG_IN_GAIT_39, build_rig, parse_markerset, parse_skeleton};

    fn template() -> Rig {
        let set = parse_markerset(PLUG_IN_GAIT_39).unwrap();
        build_rig(&parse_skeleton(HUMAN_SKELETON).unwrap(), &set).unwrap()
    }

    #[test]
    fn what_is_written_comes_back() {
        let rig = template();
        let again = parse_rig(&write_rig(&rig).unwrap()).unwrap();
        assert_eq!(again.name(), rig.name());
        assert_eq!(again.dof_count(), rig.dof_count());
        for (a, b) in again
            .skeleton()
            .joints()
            .iter()
            .zip(rig.skeleton().joints())
        {
            assert_eq!(
                (&a.name, a.parent, a.parent_from_joint),
                (&b.name, b.parent, b.parent_from_joint)
            );
        }
        for (a, b) in again.dofs().iter().zip(rig.dofs()) {
            assert_eq!(a.dof, b.dof);
            for (a, b) in a.ranges.iter().zip(&b.ranges) {
                let close = |a: &DofRange, b: &DofRange| {
                    (a.min_rad - b.min_rad).abs() < 1e-12 && (a.max_rad - b.max_rad).abs() < 1e-12
                };
                assert!(match (a, b) {
                    (Some(a), Some(b)) => close(a, b),
                    (a, b) => a == b,
                });
            }
        }
        for (a, b) in again.markers().iter().zip(rig.markers()) {
            assert_eq!(
                (&a.name, a.joint, a.in_joint, a.weight),
                (&b.name, b.joint, b.in_joint, b.weight)
            );
        }
        let bones = |r: &Rig| r.humanoid().bones().collect::<Vec<_>>();
        assert_eq!(bones(&again), bones(&rig));
        assert_eq!(again.markers().len(), 39);
    }

    #[test]
    fn each_wrong_part_is_named() {
        let good = write_rig(&template()).unwrap();
        for (from, to, key) in [
            ("dof = \"free\"", "dof = \"fly\"", "solver-rig-bad-dof"),
            (
                "parent = \"hips\"",
                "parent = \"nobody\"",
                "solver-rig-bone-not-in-skeleton",
            ),
            (
                "bone = \"hips\"",
                "bone = \"hip\"",
                "solver-rig-unknown-bone",
            ),
            (
                "joint = \"head\"",
                "joint = \"hat\"",
                "solver-rig-not-a-rig",
            ),
            ("offset_m = [", "offset_mm = [", "solver-rig-not-readable"),
            (
                "offset_m = [",
                "offset_m = [99.0, 0.0, 0.0]\nx = [",
                "solver-rig-not-readable",
            ),
        ] {
            assert!(good.contains(from), "{from}");
            let error = parse_rig(&good.replacen(from, to, 1)).unwrap_err();
            assert_eq!(error.key(), key, "{to}: {error}");
        }
    }
}
