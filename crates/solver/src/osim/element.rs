//! Reading one element of an OpenSim model: numbers, names and poses, with the place of every fault.

use super::error::OsimError;
use crate::limits::OFFSET_MAX_M;
use glam::{DQuat, DVec3, EulerRot};
use roxmltree::Node;

/// A rotation and then a translation: takes points of a child frame to its parent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pose {
    pub rotation: DQuat,
    pub translation: DVec3,
}

impl Pose {
    pub(super) const IDENTITY: Self = Self {
        rotation: DQuat::IDENTITY,
        translation: DVec3::ZERO,
    };

    pub(super) fn then(self, inner: Self) -> Self {
        Self {
            rotation: self.rotation * inner.rotation,
            translation: self.translation + self.rotation * inner.translation,
        }
    }

    pub(super) fn inverse(self) -> Self {
        let back = self.rotation.conjugate();
        Self {
            rotation: back,
            translation: back * -self.translation,
        }
    }
}

pub(super) fn place(node: Node<'_, '_>) -> (u32, u32) {
    let at = node.document().text_pos_at(node.range().start);
    (at.row, at.col)
}

pub(super) fn missing(node: Node<'_, '_>, missing: &'static str) -> OsimError {
    let (line, column) = place(node);
    OsimError::Missing {
        line,
        column,
        element: node.tag_name().name().to_owned(),
        missing,
    }
}

pub(super) fn unsupported(node: Node<'_, '_>) -> OsimError {
    let (line, column) = place(node);
    OsimError::Unsupported {
        line,
        column,
        what: node.tag_name().name().to_owned(),
    }
}

pub(super) fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|n| n.has_tag_name(name))
}

pub(super) fn name<'a>(node: Node<'a, '_>) -> Result<&'a str, OsimError> {
    node.attribute("name").ok_or_else(|| missing(node, "name"))
}

/// The text of the first child that has one of these names; versions of the format differ in them.
pub(super) fn text<'a>(node: Node<'a, '_>, names: &[&str]) -> Option<&'a str> {
    names
        .iter()
        .find_map(|n| child(node, n))
        .and_then(|n| n.text())
        .map(str::trim)
        .filter(|t| !t.is_empty())
}

/// The last name of a path like `/bodyset/pelvis`.
pub(super) fn last_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path).trim()
}

/// All numbers of an element; each finite.
pub(super) fn numbers(node: Node<'_, '_>) -> Result<Vec<f64>, OsimError> {
    let text = node.text().unwrap_or_default();
    let parsed: Option<Vec<f64>> = text
        .split_whitespace()
        .map(|w| w.parse().ok().filter(|v: &f64| v.is_finite()))
        .collect();
    parsed.ok_or_else(|| bad_value(node, 1))
}

pub(super) fn bad_value(node: Node<'_, '_>, count: usize) -> OsimError {
    let (line, column) = place(node);
    OsimError::Value {
        line,
        column,
        text: node
            .text()
            .unwrap_or_default()
            .trim()
            .chars()
            .take(80)
            .collect(),
        count,
    }
}

/// Three numbers of the first child that has one of these names; zeros when there is none.
pub(super) fn vector(node: Node<'_, '_>, names: &[&str]) -> Result<DVec3, OsimError> {
    let Some(found) = names.iter().find_map(|n| child(node, n)) else {
        return Ok(DVec3::ZERO);
    };
    match numbers(found)?.as_slice() {
        [x, y, z] => Ok(DVec3::new(*x, *y, *z)),
        _ => Err(bad_value(found, 3)),
    }
}

/// The same, as a place in metres.
pub(super) fn metres(node: Node<'_, '_>, names: &[&str]) -> Result<DVec3, OsimError> {
    let v = vector(node, names)?;
    if v.abs().max_element() <= OFFSET_MAX_M {
        Ok(v)
    } else {
        Err(bad_value(
            names.iter().find_map(|n| child(node, n)).unwrap_or(node),
            3,
        ))
    }
}

/// A place and an orientation by body-fixed angles about x, y, z.
pub(super) fn pose(
    node: Node<'_, '_>,
    places: &[&str],
    orientations: &[&str],
) -> Result<Pose, OsimError> {
    let angles = vector(node, orientations)?;
    Ok(Pose {
        rotation: DQuat::from_euler(EulerRot::XYZ, angles.x, angles.y, angles.z),
        translation: metres(node, places)?,
    })
}
