//! Vicon's labelling skeleton: `.vsk` text to a [`Rig`].
//!
//! A VSK is XML: named parameters in millimetres, a tree of segments each with one joint, and markers bound to segments
//! by positions that are expressions of the parameters. The vendor's world has Z up and the model looks along +Y; the
//! segments' own frames are x left, y up, z forward. Only the root's rest pose knows the world, so that is where the
//! vendor's axes end: it is turned to Y up and then about Y until the body faces +Z, standing on y = 0.
//!
//! Written from the files themselves (models "PlugInGait FullBody Ai" 3.2 and its kin).

mod bone_names;
mod error;
mod expression;

pub use error::VskError;

use crate::limits::{
    OFFSET_MAX_M, PARAMETERS_MAX, SEGMENT_DEPTH_MAX, TEXT_BYTES_MAX, XML_NODES_MAX,
};
use crate::rig_parts::{RigParts, stand_on_floor};
use cyc_model::{
    Dof, DofRange, HumanBone, JointDofs, JointFrame, JointSpec, Point, Rig, RigMarker, Xf,
};
use error::{fault_text, too_far};
use expression::Parameters;
use glam::{DQuat, DVec3};
use roxmltree::{Document, Node, ParsingOptions};
use std::collections::BTreeMap;

/// A prior this narrow (three standard deviations) is taken as a joint limit, radians.
const PRIOR_IS_LIMIT_BELOW_RAD: f64 = std::f64::consts::PI;
/// From the vendor's world (x, y, z up) to (x, z, -y): a quarter turn about x.
const UP_FROM_VENDOR: DQuat = DQuat::from_xyzw(
    -std::f64::consts::FRAC_1_SQRT_2,
    0.0,
    0.0,
    std::f64::consts::FRAC_1_SQRT_2,
);

/// What a VSK holds.
#[derive(Clone, Debug)]
pub struct VskRig {
    /// The rig, named after the model.
    pub rig: Rig,
    /// The version that the file states; empty when it states none.
    pub version: String,
    /// Pairs of markers that the vendor's display joins by a line, as indices of the rig's markers.
    pub sticks: Vec<(usize, usize)>,
}

/// Reads a VSK.
///
/// # Errors
/// Says what, with line and column, when the text is not a VSK or does not hold together.
pub fn parse(text: &str) -> Result<VskRig, VskError> {
    let document = read_document(text)?;
    let model = document.root_element();
    let mut parameters = Parameters::default();
    for node in model.descendants() {
        if node.has_tag_name("Parameter") || node.has_tag_name("StaticParameter") {
            read_parameter(node, &mut parameters);
        }
    }
    if parameters.len() > PARAMETERS_MAX {
        return Err(VskError::TooBig);
    }
    let reader = Reader { parameters };
    let mut parts = RigParts::new(model.attribute("MODEL").unwrap_or("vsk"));
    let skeleton = child(model, "Skeleton")?;
    for segment in skeleton.children().filter(|n| n.has_tag_name("Segment")) {
        reader.read_segment(segment, None, 0, &mut parts)?;
    }
    let targets = |tag| model.descendants().filter(move |n| n.has_tag_name(tag));
    for target in targets("TargetLocalPointToWorldPoint") {
        let marker = reader.read_marker(target, "MARKER", &parts)?;
        parts.markers.push(marker);
    }
    // Models before version 3 bind a marker where they name it.
    if parts.markers.is_empty() {
        for marker in targets("Marker").filter(|n| n.has_attribute("SEGMENT")) {
            let marker = reader.read_marker(marker, "NAME", &parts)?;
            parts.markers.push(marker);
        }
    }
    turn_to_model(&mut parts);
    let sticks = read_sticks(model, &parts);
    Ok(VskRig {
        rig: parts.build::<VskError>()?,
        version: model.attribute("VERSION").unwrap_or_default().to_owned(),
        sticks,
    })
}

/// The values that were measured or calibrated, by name, in the file's units: millimetres, radians, kilograms. A parameter
/// that has a prior only was not measured and is not there. This is how
/// [`SubjectMeasurements`](crate::plug_in_gait::SubjectMeasurements) come out of a VSK.
///
/// # Errors
/// When the text is not a VSK.
pub fn measured_values(text: &str) -> Result<BTreeMap<String, f64>, VskError> {
    let document = read_document(text)?;
    let mut parameters = Parameters::default();
    let measured = |node: &Node<'_, '_>| {
        node.has_tag_name("Parameter") || node.has_tag_name("StaticParameter")
    };
    for node in document.descendants().filter(measured) {
        insert_first(node, &["VALUE", "EXPRESSION"], &mut parameters);
    }
    if parameters.len() > PARAMETERS_MAX {
        return Err(VskError::TooBig);
    }
    // An expression of something that was not measured has no value either.
    let names = document.descendants().filter(measured);
    let names = names.filter_map(|node| node.attribute("NAME"));
    let value = |name: &str| Some((name.to_owned(), parameters.evaluate(name).ok()?));
    Ok(names.filter_map(value).collect())
}

/// The document of a VSK.
fn read_document(text: &str) -> Result<Document<'_>, VskError> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(VskError::TooLong { bytes: text.len() });
    }
    let options = ParsingOptions {
        nodes_limit: XML_NODES_MAX,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options).map_err(|e| VskError::Xml {
        line: e.pos().row,
        column: e.pos().col,
        reason: e.to_string(),
    })?;
    let model = document.root_element();
    if !model.has_tag_name("KinematicModel") {
        return Err(VskError::NotAKinematicModel {
            root: model.tag_name().name().to_owned(),
        });
    }
    Ok(document)
}

/// A parameter's value is what was calibrated; an uncalibrated file has the prior only.
fn read_parameter<'a>(node: Node<'a, '_>, parameters: &mut Parameters<'a>) {
    insert_first(node, &["VALUE", "EXPRESSION", "PRIOR"], parameters);
}

/// Keeps the first of these attributes that a parameter has.
fn insert_first<'a>(node: Node<'a, '_>, keys: &[&str], parameters: &mut Parameters<'a>) {
    let value = keys.iter().find_map(|key| node.attribute(*key));
    if let (Some(name), Some(value)) = (node.attribute("NAME"), value) {
        parameters.insert(name, value);
    }
}

struct Reader<'a> {
    parameters: Parameters<'a>,
}

impl Reader<'_> {
    fn read_segment(
        &self,
        segment: Node<'_, '_>,
        parent: Option<usize>,
        depth: usize,
        parts: &mut RigParts,
    ) -> Result<(), VskError> {
        if depth > SEGMENT_DEPTH_MAX {
            return Err(VskError::TooBig);
        }
        let name = attribute(segment, "NAME")?;
        let joint = segment
            .children()
            .find(|n| n.tag_name().name().starts_with("Joint"))
            .ok_or_else(|| missing(segment, "Joint"))?;
        let (dofs, parent_from_joint) = self.read_joint(joint)?;
        let index = parts.joints.len();
        if let Some(bone) = bone_names::bone_of_segment(name) {
            parts.map_bone(bone, index);
        }
        parts.joints.push(JointSpec {
            name: name.to_owned(),
            parent,
            parent_from_joint,
        });
        parts.dofs.push(dofs);
        for below in segment.children().filter(|n| n.has_tag_name("Segment")) {
            self.read_segment(below, Some(index), depth + 1, parts)?;
        }
        Ok(())
    }

    fn read_joint(
        &self,
        joint: Node<'_, '_>,
    ) -> Result<(JointDofs, Xf<JointFrame, JointFrame>), VskError> {
        let dof = match joint.tag_name().name() {
            "JointFree" => Dof::Free,
            "JointBall" => Dof::Ball,
            "JointHinge" => {
                let [axis] = self.vectors(joint, "AXIS")?;
                Dof::Hinge { axis }
            }
            "JointHardySpicer" => Dof::Universal {
                axes: self.vectors(joint, "AXIS-PAIR")?,
            },
            "JointDummy" => Dof::Fixed,
            other => return Err(unsupported(joint, other)),
        };
        for key in ["INVERSE-POST-ORIENTATION", "INVERSE-POST-POSITION"] {
            if joint.has_attribute(key) {
                let [post] = self.vectors(joint, key)?;
                if post.length() > 1e-6 {
                    return Err(unsupported(joint, key));
                }
            }
        }
        let [turn] = self.vectors(joint, "PRE-ORIENTATION")?;
        let [offset_mm] = self.vectors(joint, "PRE-POSITION")?;
        let offset_m = checked_offset(joint, "PRE-POSITION", offset_mm)?;
        let mut dofs = JointDofs::unlimited(dof);
        self.read_ranges(joint, &mut dofs)?;
        Ok((
            dofs,
            Xf::saturating(DQuat::from_scaled_axis(turn), offset_m),
        ))
    }

    /// A VSK has no hard limits, but a Gaussian prior on each coordinate; a narrow one says as much.
    fn read_ranges(&self, joint: Node<'_, '_>, dofs: &mut JointDofs) -> Result<(), VskError> {
        let n = dofs.dof.count();
        // A free joint's first three are translations; its rotations are as free.
        if n == 0 || n > 3 || !joint.has_attribute("MEAN") || !joint.has_attribute("COVARIANCE") {
            return Ok(());
        }
        let mean = self.numbers(joint, "MEAN", n)?;
        let covariance = self.numbers(joint, "COVARIANCE", n * n)?;
        for k in 0..n {
            let reach = 3.0 * covariance[k * n + k].max(0.0).sqrt();
            if reach > 0.0 && reach < PRIOR_IS_LIMIT_BELOW_RAD {
                dofs.ranges[k] = Some(DofRange {
                    min_rad: mean[k] - reach,
                    max_rad: mean[k] + reach,
                });
            }
        }
        Ok(())
    }

    fn read_marker(
        &self,
        target: Node<'_, '_>,
        name: &'static str,
        parts: &RigParts,
    ) -> Result<RigMarker, VskError> {
        let name = attribute(target, name)?.to_owned();
        let segment = attribute(target, "SEGMENT")?;
        let Some(joint) = parts.find(segment) else {
            let (line, column) = place(target);
            return Err(VskError::UnknownSegment {
                line,
                column,
                marker: name,
                segment: segment.to_owned(),
            });
        };
        let [offset_mm] = self.vectors(target, "POSITION")?;
        let offset_m = checked_offset(target, "POSITION", offset_mm)?;
        let weight = if target.has_attribute("WEIGHT") {
            self.numbers(target, "WEIGHT", 1)?[0]
        } else {
            1.0
        };
        Ok(RigMarker {
            name,
            joint,
            in_joint: Point::saturating(offset_m),
            weight,
        })
    }

    fn vectors<const N: usize>(
        &self,
        node: Node<'_, '_>,
        key: &'static str,
    ) -> Result<[DVec3; N], VskError> {
        let values = self.numbers(node, key, 3 * N)?;
        Ok(std::array::from_fn(|i| {
            DVec3::from_slice(&values[3 * i..3 * i + 3])
        }))
    }

    fn numbers(
        &self,
        node: Node<'_, '_>,
        key: &'static str,
        count: usize,
    ) -> Result<Vec<f64>, VskError> {
        let text = attribute(node, key)?;
        let words = split_outside_parentheses(text);
        if words.len() != count {
            let reason = format!("it has {} values, not {count}", words.len());
            return Err(bad_value(node, text, reason));
        }
        words
            .into_iter()
            .map(|word| {
                self.parameters
                    .evaluate(word)
                    .map_err(|fault| bad_value(node, word, fault_text(&fault)))
            })
            .collect()
    }
}

/// Words of a list of expressions: blanks inside parentheses belong to the word.
fn split_outside_parentheses(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let (mut depth, mut start) = (0usize, None);
    for (i, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if c.is_whitespace() && depth == 0 {
            if let Some(s) = start.take() {
                words.push(&text[s..i]);
            }
        } else if start.is_none() {
            start = Some(i);
        }
    }
    if let Some(s) = start {
        words.push(&text[s..]);
    }
    words
}

fn read_sticks(model: Node<'_, '_>, parts: &RigParts) -> Vec<(usize, usize)> {
    let find = |node: &Node<'_, '_>, key| {
        let name = node.attribute(key)?;
        parts.markers.iter().position(|m| m.name == name)
    };
    model
        .descendants()
        .filter(|n| n.has_tag_name("Stick"))
        .filter_map(|n| Some((find(&n, "MARKER1")?, find(&n, "MARKER2")?)))
        .collect()
}

/// Turns the roots' rest poses from the vendor's world to the model's space.
fn turn_to_model(parts: &mut RigParts) {
    parts.turn_roots(UP_FROM_VENDOR);
    let origins = parts.rest_origins();
    let hips = [HumanBone::LeftUpperLeg, HumanBone::RightUpperLeg].map(|b| parts.joint_of(b));
    if let [Some(left), Some(right)] = hips {
        let to_left = origins[left] - origins[right];
        // Left is +X in the model's space.
        let heading = to_left.z.atan2(to_left.x);
        parts.turn_roots(DQuat::from_rotation_y(heading));
    }
    stand_on_floor(parts);
}

fn place(node: Node<'_, '_>) -> (u32, u32) {
    let at = node.document().text_pos_at(node.range().start);
    (at.row, at.col)
}

fn missing(node: Node<'_, '_>, missing: &'static str) -> VskError {
    let (line, column) = place(node);
    VskError::Missing {
        line,
        column,
        element: node.tag_name().name().to_owned(),
        missing,
    }
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> Result<Node<'a, 'i>, VskError> {
    node.children()
        .find(|n| n.has_tag_name(name))
        .ok_or_else(|| missing(node, name))
}

fn attribute<'a>(node: Node<'a, '_>, key: &'static str) -> Result<&'a str, VskError> {
    node.attribute(key).ok_or_else(|| missing(node, key))
}

fn unsupported(node: Node<'_, '_>, what: &str) -> VskError {
    let (line, column) = place(node);
    VskError::Unsupported {
        line,
        column,
        what: what.to_owned(),
    }
}

fn bad_value(node: Node<'_, '_>, text: &str, reason: String) -> VskError {
    let (line, column) = place(node);
    VskError::Value {
        line,
        column,
        text: text.to_owned(),
        wanted: "a number or a list of numbers",
        reason,
    }
}

fn checked_offset(node: Node<'_, '_>, text: &str, mm: DVec3) -> Result<DVec3, VskError> {
    let metres = mm * 1e-3;
    if metres.abs().max_element() <= OFFSET_MAX_M {
        Ok(metres)
    } else {
        Err(bad_value(node, text, too_far()))
    }
}

#[cfg(test)]
mod tests;
