//! What a server says once: rate, axes, names. Read from XML; what is not needed is passed over.
//!
//! Two generations of skeletons exist: up to 1.20 a flat list of segments that name their parent and are placed in the
//! volume; from 1.21 on segments within segments, each placed in its parent. Both become the same here.

use super::error::DecodeError;
use super::limits::PARAMETER_NODES_MAX;
use crate::up_axis::UpAxis;
use cyc_model::{RosterError, SUBJECT_PARTS_MAX};
use glam::{DQuat, DVec3};
use roxmltree::{Document, Node, ParsingOptions};

/// Around which axes the three angles of a body turn, one after the other about moving axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum EulerOrder {
    /// X, Y, Z, which QTM calls roll, pitch and yaw.
    #[default]
    RollPitchYaw,
    /// Something else that was set up: angles are not taken.
    Other,
}

/// A body.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Body {
    /// Name.
    pub name: String,
}

/// A segment of a skeleton.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Name.
    pub name: String,
    /// The id that its values carry.
    pub id: u32,
    /// The position of its parent in the skeleton; smaller than its own.
    pub parent: Option<usize>,
    /// Where it is in its parent at rest: millimetres, and a rotation.
    pub rest: Option<(DVec3, DQuat)>,
}

/// A skeleton.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Skeleton {
    /// Name.
    pub name: String,
    /// Segments, parents first.
    pub segments: Vec<Segment>,
}

/// What a server says once.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Parameters {
    /// Frames a second, when told.
    pub rate_hz: Option<f64>,
    /// Which axis points up; Z when not told.
    pub up: Option<UpAxis>,
    /// Labels, in the order of markers.
    pub labels: Vec<String>,
    /// Bodies, in the order of their values.
    pub bodies: Vec<Body>,
    /// What the angles of bodies mean.
    pub euler: EulerOrder,
    /// Skeletons, in the order of their values.
    pub skeletons: Vec<Skeleton>,
}

impl Parameters {
    /// From XML.
    pub fn parse(text: &str) -> Result<Self, DecodeError> {
        let options = ParsingOptions {
            nodes_limit: PARAMETER_NODES_MAX,
            ..ParsingOptions::default()
        };
        let text = text.trim_matches(['\0', ' ', '\r', '\n', '\u{feff}']);
        let document = Document::parse_with_options(text, options);
        let document = document.map_err(|e| DecodeError::BadParameters {
            reason: e.to_string(),
        })?;
        let mut parameters = Self::default();
        for section in document.root_element().children() {
            match section.tag_name().name() {
                "General" => parameters.rate_hz = number(child_text(section, "Frequency")),
                "The_3D" => {
                    parameters.up = child_text(section, "AxisUpwards").and_then(axis);
                    parameters.labels = named(section, "Label");
                }
                "The_6D" => {
                    let bodies = named(section, "Body").into_iter();
                    parameters.bodies = bodies.map(|name| Body { name }).collect();
                    parameters.euler = euler(section);
                }
                "Skeletons" => {
                    let skeletons = elements(section, "Skeleton");
                    parameters.skeletons = skeletons.map(skeleton).collect::<Result<_, _>>()?;
                }
                _ => {}
            }
        }
        Ok(parameters)
    }
}

fn elements<'a, 'd: 'a>(
    node: Node<'a, 'd>,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'd>> {
    node.children().filter(move |c| c.has_tag_name(name))
}

fn child_text<'a>(node: Node<'a, '_>, name: &'static str) -> Option<&'a str> {
    let child = node.children().find(|c| c.has_tag_name(name))?;
    child.text().map(str::trim)
}

fn number(text: Option<&str>) -> Option<f64> {
    let value: f64 = text?.parse().ok()?;
    value.is_finite().then_some(value)
}

/// The names of all elements of a kind; they stand in an attribute or an element of their own.
fn named(section: Node<'_, '_>, kind: &'static str) -> Vec<String> {
    let name = |e: Node<'_, '_>| {
        let text = child_text(e, "Name").or_else(|| e.attribute("Name"));
        text.unwrap_or_default().to_owned()
    };
    elements(section, kind).map(name).collect()
}

fn axis(text: &str) -> Option<UpAxis> {
    Some(match text {
        "+X" | "X" => UpAxis::X,
        "+Y" | "Y" => UpAxis::Y,
        "+Z" | "Z" => UpAxis::Z,
        "-X" => UpAxis::MinusX,
        "-Y" => UpAxis::MinusY,
        "-Z" => UpAxis::MinusZ,
        _ => return None,
    })
}

fn euler(section: Node<'_, '_>) -> EulerOrder {
    let Some(euler) = elements(section, "Euler").next() else {
        return EulerOrder::RollPitchYaw;
    };
    let names = ["First", "Second", "Third"].map(|n| child_text(euler, n).unwrap_or_default());
    if names == ["Roll", "Pitch", "Yaw"] {
        EulerOrder::RollPitchYaw
    } else {
        EulerOrder::Other
    }
}

fn skeleton(node: Node<'_, '_>) -> Result<Skeleton, DecodeError> {
    let name = node.attribute("Name").unwrap_or_default().to_owned();
    let is_segment = |n: &Node<'_, '_>| n.has_tag_name("Segment");
    let nodes: Vec<_> = node.descendants().filter(is_segment).collect();
    if nodes.len() > SUBJECT_PARTS_MAX {
        let (what, count, limit) = (name, nodes.len(), SUBJECT_PARTS_MAX);
        return Err(RosterError::TooMany { what, count, limit }.into());
    }
    let id_of = |n: Node<'_, '_>| n.attribute("ID")?.parse::<u32>().ok();
    let mut segments: Vec<Segment> = Vec::new();
    // Where old segments are in the volume at rest, to place them in their parents.
    let mut placed: Vec<Option<(DVec3, DQuat)>> = Vec::new();
    for (i, segment) in nodes.iter().enumerate() {
        // The nearest segment around this one, or the one that it names.
        let around = segment.ancestors().skip(1).find(is_segment);
        let parent = match (around, segment.attribute("Parent_ID")) {
            (Some(around), _) => nodes
                .get(..i)
                .and_then(|n| n.iter().position(|p| *p == around)),
            (None, Some(id)) => segments.iter().position(|s| s.id.to_string() == id),
            (None, None) => None,
        };
        let old = transform(*segment);
        placed.push(old);
        let in_volume = parent.and_then(|p| placed.get(p).copied().flatten());
        let rest = match (old, in_volume) {
            (Some((at, turn)), Some((parent_at, parent_turn))) => {
                let back = parent_turn.conjugate();
                Some((back * (at - parent_at), back * turn))
            }
            (Some(rest), None) => Some(rest),
            (None, _) => ["DefaultTransform", "Transform"]
                .into_iter()
                .find_map(|kind| elements(*segment, kind).next().and_then(transform)),
        };
        segments.push(Segment {
            name: segment.attribute("Name").unwrap_or_default().to_owned(),
            id: id_of(*segment).unwrap_or(i as u32),
            parent,
            rest,
        });
    }
    Ok(Skeleton { name, segments })
}

/// Position (millimetres) and rotation that stand directly in a node.
fn transform(node: Node<'_, '_>) -> Option<(DVec3, DQuat)> {
    let read = |kind: &'static str, attribute: &str| {
        let element = elements(node, kind).next()?;
        number(element.attribute(attribute))
    };
    let at = ["X", "Y", "Z"].map(|a| read("Position", a));
    let turn = ["X", "Y", "Z", "W"].map(|a| read("Rotation", a));
    let ([Some(x), Some(y), Some(z)], [Some(qx), Some(qy), Some(qz), Some(qw)]) = (at, turn) else {
        return None;
    };
    let turn = DQuat::from_xyzw(qx, qy, qz, qw);
    let is_turn = (turn.length() - 1.0).abs() < 0.05;
    is_turn.then(|| (DVec3::new(x, y, z), turn.normalize()))
}
