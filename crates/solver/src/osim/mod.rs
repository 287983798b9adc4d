//! OpenSim's `.osim` models as far as joints and markers go (the `OpenSimDocument` XML of versions 3 and 4).
//!
//! A body becomes a joint whose frame is the moving frame of the OpenSim joint that carries it; markers and further
//! joints are taken over into that frame. The rest pose has all coordinates at zero. Muscles, masses, constraints and
//! contact are left out. Metres and radians as in the file; its axes (x forward, y up, z right) are turned to the
//! model's. How joints are mapped, and what cannot be mapped exactly, is in `motion`.

mod bone_names;
mod element;
mod error;
mod motion;

pub use error::OsimError;

use crate::limits::{TEXT_BYTES_MAX, XML_NODES_MAX};
use crate::rig_parts::{RigParts, stand_on_floor};
use cyc_model::{JointSpec, Point, Rig, RigMarker, Xf};
use element::{Pose, child, last_of, metres, missing, name, place, pose, text};
use glam::DQuat;
use roxmltree::{Document, Node, ParsingOptions};
use std::f64::consts::FRAC_PI_2;

/// A rig from an OpenSim model.
#[derive(Clone, Debug)]
pub struct OsimRig {
    /// The rig; its joints have the bodies' names.
    pub rig: Rig,
    /// Bodies whose joint moves otherwise here than in the model (see the module's `motion`).
    pub approximate: Vec<String>,
}

/// Reads an OpenSim model.
///
/// # Errors
/// Says what, with line and column, when the text is no model or holds joints that a rig cannot have.
pub fn parse(text: &str) -> Result<OsimRig, OsimError> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(OsimError::TooLong { bytes: text.len() });
    }
    let options = ParsingOptions {
        nodes_limit: XML_NODES_MAX,
        ..ParsingOptions::default()
    };
    let document = Document::parse_with_options(text, options).map_err(|e| OsimError::Xml {
        line: e.pos().row,
        column: e.pos().col,
        reason: e.to_string(),
    })?;
    let root = document.root_element();
    let model = root.descendants().find(|n| n.has_tag_name("Model"));
    let model = model.ok_or_else(|| OsimError::NotAModel {
        root: root.tag_name().name().to_owned(),
    })?;
    let mut reader = Reader {
        parts: RigParts::new(model.attribute("name").unwrap_or("osim")),
        body_from_joint: Vec::new(),
        approximate: Vec::new(),
    };
    reader.read_joints(model)?;
    for marker in model.descendants().filter(|n| n.has_tag_name("Marker")) {
        reader.read_marker(marker)?;
    }
    // x forward becomes +Z, z right becomes -X.
    reader.parts.turn_roots(DQuat::from_rotation_y(-FRAC_PI_2));
    stand_on_floor(&mut reader.parts);
    Ok(OsimRig {
        rig: reader.parts.build::<OsimError>()?,
        approximate: reader.approximate,
    })
}

/// A joint with the bodies that it joins.
struct Joined<'a, 'i> {
    node: Node<'a, 'i>,
    parent: &'a str,
    child: &'a str,
    /// The joint's fixed frame in the parent body.
    parent_from_fixed: Pose,
    /// The joint's moving frame in the child body.
    child_from_moving: Pose,
}

struct Reader {
    parts: RigParts,
    /// For each joint the pose of its frame in the body it carries.
    body_from_joint: Vec<Pose>,
    approximate: Vec<String>,
}

impl Reader {
    /// Adds the joints, parents first; the file may have them in any order.
    fn read_joints(&mut self, model: Node<'_, '_>) -> Result<(), OsimError> {
        let mut waiting = Vec::new();
        for node in model.descendants().filter(|n| is_joint(*n)) {
            waiting.push(joined(node)?);
        }
        while !waiting.is_empty() {
            let before = waiting.len();
            let mut later = Vec::new();
            for joint in waiting {
                let parent = self.parts.find(joint.parent).map(|p| p.idx());
                if parent.is_some() || joint.parent == "ground" {
                    self.add_joint(&joint, parent)?;
                } else {
                    later.push(joint);
                }
            }
            if let Some(stuck) = later.first().filter(|_| later.len() == before) {
                return Err(unknown_body(stuck.node, stuck.child, stuck.parent));
            }
            waiting = later;
        }
        Ok(())
    }

    fn add_joint(
        &mut self,
        joint: &Joined<'_, '_>,
        parent: Option<usize>,
    ) -> Result<(), OsimError> {
        let motion = motion::read_motion(joint.node)?;
        let parent_from_body = parent.map_or(Pose::IDENTITY, |p| self.body_from_joint[p].inverse());
        let rest = parent_from_body
            .then(joint.parent_from_fixed)
            .then(motion.at_rest());
        if let Some(bone) = bone_names::bone_of_body(joint.child) {
            self.parts.map_bone(bone, self.parts.joints.len());
        }
        if motion.is_approximate {
            self.approximate.push(joint.child.to_owned());
        }
        self.parts.joints.push(JointSpec {
            name: joint.child.to_owned(),
            parent,
            parent_from_joint: Xf::saturating(rest.rotation, rest.translation),
        });
        self.parts.dofs.push(motion.dofs);
        // joint · after = moving frame, so that the body hangs on the joint by both.
        let moving_from_joint = Pose {
            rotation: motion.after.conjugate(),
            ..Pose::IDENTITY
        };
        self.body_from_joint
            .push(joint.child_from_moving.then(moving_from_joint));
        Ok(())
    }

    fn read_marker(&mut self, node: Node<'_, '_>) -> Result<(), OsimError> {
        let label = name(node)?;
        let frames = [
            "socket_parent_frame",
            "socket_parent_frame_connectee_name",
            "body",
        ];
        let body =
            last_of(text(node, &frames).ok_or_else(|| missing(node, "socket_parent_frame"))?);
        let joint = self.parts.find(body);
        let joint = joint.ok_or_else(|| unknown_body(node, label, body))?;
        let in_body = metres(node, &["location"])?;
        let back = self.body_from_joint[joint.idx()].inverse();
        self.parts.markers.push(RigMarker {
            name: label.to_owned(),
            joint,
            in_joint: Point::saturating(back.translation + back.rotation * in_body),
            weight: 1.0,
        });
        Ok(())
    }
}

/// A joint proper: not a set of them, nor the reference of a muscle or a constraint to one.
fn is_joint(node: Node<'_, '_>) -> bool {
    let tag = node.tag_name().name();
    tag.ends_with("Joint") && tag != "Joint" && node.has_attribute("name")
}

fn unknown_body(node: Node<'_, '_>, name: &str, body: &str) -> OsimError {
    let (line, column) = place(node);
    OsimError::UnknownBody {
        line,
        column,
        name: name.to_owned(),
        body: body.to_owned(),
    }
}

fn joined<'a, 'i>(node: Node<'a, 'i>) -> Result<Joined<'a, 'i>, OsimError> {
    if let Some(parent) = text(node, &["parent_body"]) {
        // Version 3: the joint stands inside the body that it carries.
        let body = node.ancestors().find(|n| n.has_tag_name("Body"));
        return Ok(Joined {
            node,
            parent: last_of(parent),
            child: name(body.ok_or_else(|| missing(node, "Body"))?)?,
            parent_from_fixed: pose(node, &["location_in_parent"], &["orientation_in_parent"])?,
            child_from_moving: pose(node, &["location"], &["orientation"])?,
        });
    }
    let (parent, parent_from_fixed) = socket(node, "socket_parent_frame")?;
    let (child, child_from_moving) = socket(node, "socket_child_frame")?;
    Ok(Joined {
        node,
        parent,
        child,
        parent_from_fixed,
        child_from_moving,
    })
}

/// The body that a joint's socket leads to, and where on it the joint is.
fn socket<'a>(joint: Node<'a, '_>, which: &'static str) -> Result<(&'a str, Pose), OsimError> {
    let names = match which {
        "socket_parent_frame" => [which, "socket_parent_frame_connectee_name"],
        _ => [which, "socket_child_frame_connectee_name"],
    };
    let target = last_of(text(joint, &names).ok_or_else(|| missing(joint, which))?);
    let own = child(joint, "frames").and_then(|frames| {
        let mut all = frames.children();
        all.find(|f| f.has_tag_name("PhysicalOffsetFrame") && f.attribute("name") == Some(target))
    });
    let Some(frame) = own else {
        return Ok((target, Pose::IDENTITY));
    };
    let sockets = ["socket_parent", "socket_parent_connectee_name"];
    let body = text(frame, &sockets).ok_or_else(|| missing(frame, "socket_parent"))?;
    Ok((
        last_of(body),
        pose(frame, &["translation"], &["orientation"])?,
    ))
}

#[cfg(test)]
mod tests;
