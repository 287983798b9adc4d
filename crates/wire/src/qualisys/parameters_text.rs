//! Parameters as a server writes them, in the generation that its client asked for.

use super::encode::segment_id;
use crate::up_axis::UpAxis;
use cyc_model::{Roster, SubjectInfo, Xf};
use glam::{DQuat, DVec3};
use std::fmt::Write;

/// Which parameters a client asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Sections {
    pub(crate) general: bool,
    pub(crate) markers: bool,
    pub(crate) bodies: bool,
    pub(crate) skeletons: bool,
}

impl Sections {
    pub(crate) fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// What is told.
pub(crate) struct Told<'a> {
    pub(crate) roster: &'a Roster,
    pub(crate) rate_hz: f64,
    pub(crate) up: UpAxis,
    /// Minor number of protocol version 1.
    pub(crate) minor: u32,
    pub(crate) sections: Sections,
}

/// The first version whose skeletons have segments within segments.
const NESTED_SEGMENTS_MINOR: u32 = 21;

/// Whether a subject is told as a skeleton.
pub(crate) fn is_skeleton(subject: &SubjectInfo) -> bool {
    !subject.is_rigid_body() && !subject.segments.is_empty()
}

/// The XML.
pub(crate) fn parameters(told: &Told<'_>) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_all(told, &mut out);
    out
}

fn write_all(told: &Told<'_>, out: &mut String) -> std::fmt::Result {
    let root = format!("QTM_Parameters_Ver_1.{}", told.minor);
    writeln!(out, "<{root}>")?;
    if told.sections.general {
        writeln!(
            out,
            " <General>\n  <Frequency>{}</Frequency>\n  <Capture_Time>0</Capture_Time>\n  \
             <Start_On_External_Trigger>False</Start_On_External_Trigger>\n </General>",
            told.rate_hz.round()
        )?;
    }
    if told.sections.markers {
        markers(told, out)?;
    }
    if told.sections.bodies {
        bodies(told, out)?;
    }
    if told.sections.skeletons {
        writeln!(out, " <Skeletons>")?;
        for subject in told.roster.subjects().iter().filter(|s| is_skeleton(s)) {
            skeleton(subject, told, out)?;
        }
        writeln!(out, " </Skeletons>")?;
    }
    writeln!(out, "</{root}>")
}

fn axis(up: UpAxis) -> &'static str {
    match up {
        UpAxis::X => "+X",
        UpAxis::Y => "+Y",
        UpAxis::Z => "+Z",
        UpAxis::MinusX => "-X",
        UpAxis::MinusY => "-Y",
        UpAxis::MinusZ => "-Z",
    }
}

fn markers(told: &Told<'_>, out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        " <The_3D>\n  <AxisUpwards>{}</AxisUpwards>\n  <CalibrationTime></CalibrationTime>\n  \
         <Labels>{}</Labels>",
        axis(told.up),
        told.roster.marker_count()
    )?;
    for subject in told.roster.subjects() {
        for marker in &subject.markers {
            let label = format!("{}_{marker}", subject.name);
            writeln!(
                out,
                "  <Label><Name>{}</Name><RGBColor>65280</RGBColor></Label>",
                escaped(&label)
            )?;
        }
    }
    writeln!(out, "  <Bones></Bones>\n </The_3D>")
}

fn bodies(told: &Told<'_>, out: &mut String) -> std::fmt::Result {
    let bodies = || told.roster.subjects().iter().filter(|s| s.is_rigid_body());
    let count = bodies().count();
    writeln!(out, " <The_6D>\n  <Bodies>{count}</Bodies>")?;
    for body in bodies() {
        writeln!(
            out,
            "  <Body><Name>{}</Name><RGBColor>16777215</RGBColor></Body>",
            escaped(&body.name)
        )?;
    }
    writeln!(
        out,
        "  <Euler><First>Roll</First><Second>Pitch</Second><Third>Yaw</Third></Euler>\n </The_6D>"
    )
}

fn skeleton(subject: &SubjectInfo, told: &Told<'_>, out: &mut String) -> std::fmt::Result {
    let name = escaped(&subject.name);
    writeln!(out, "  <Skeleton Name=\"{name}\">")?;
    if told.minor >= NESTED_SEGMENTS_MINOR {
        writeln!(out, "   <Scale>1</Scale>\n   <Segments>")?;
        nested(subject, told.up, out)?;
        writeln!(out, "   </Segments>")?;
    } else {
        flat(subject, told.up, out)?;
    }
    writeln!(out, "  </Skeleton>")
}

/// Segments within segments, each placed in its parent. Written from a stack, so that no depth is too deep.
fn nested(subject: &SubjectInfo, up: UpAxis, out: &mut String) -> std::fmt::Result {
    let children = |parent: Option<u16>| {
        let all = subject.segments.iter().enumerate().rev();
        all.filter(move |(_, s)| s.parent == parent)
            .map(|(k, _)| Some(k))
    };
    // `None` closes the segment that was opened last.
    let mut stack: Vec<Option<usize>> = children(None).collect();
    while let Some(next) = stack.pop() {
        let Some((k, segment)) = next.and_then(|k| Some((k, subject.segments.get(k)?))) else {
            writeln!(out, "    </Segment>")?;
            continue;
        };
        let (name, id) = (escaped(&segment.name), segment_id(k));
        writeln!(out, "    <Segment Name=\"{name}\" ID=\"{id}\">")?;
        let rest = rest(segment.parent_from_segment, up);
        for kind in ["Transform", "DefaultTransform"] {
            write!(out, "     <{kind}>")?;
            transform(rest, out)?;
            writeln!(out, "</{kind}>")?;
        }
        stack.push(None);
        stack.extend(children(Some(k as u16)));
    }
    Ok(())
}

/// A list of segments that name their parents, each placed in the volume.
fn flat(subject: &SubjectInfo, up: UpAxis, out: &mut String) -> std::fmt::Result {
    let mut placed: Vec<(DVec3, DQuat)> = Vec::new();
    for (k, segment) in subject.segments.iter().enumerate() {
        let (at, turn) = rest(segment.parent_from_segment, up);
        let parent = segment.parent.map(usize::from);
        let (at, turn) = match parent.and_then(|p| placed.get(p)) {
            Some((parent_at, parent_turn)) => (*parent_at + *parent_turn * at, *parent_turn * turn),
            None => (at, turn),
        };
        placed.push((at, turn));
        let (name, id) = (escaped(&segment.name), segment_id(k));
        write!(out, "   <Segment Name=\"{name}\" ID=\"{id}\"")?;
        if let Some(parent) = parent {
            write!(out, " Parent_ID=\"{}\"", segment_id(parent))?;
        }
        write!(out, ">")?;
        transform((at, turn), out)?;
        writeln!(out, "</Segment>")?;
    }
    Ok(())
}

fn rest<A: cyc_model::Space, B: cyc_model::Space>(
    parent_from_segment: Option<Xf<A, B>>,
    up: UpAxis,
) -> (DVec3, DQuat) {
    let rest = parent_from_segment.unwrap_or(Xf::IDENTITY);
    let metres = DVec3::from_array(up.metres_of(rest.translation()));
    (metres * 1000.0, up.rotation_of(rest))
}

fn transform((mm, q): (DVec3, DQuat), out: &mut String) -> std::fmt::Result {
    write!(
        out,
        "<Position X=\"{:.6}\" Y=\"{:.6}\" Z=\"{:.6}\"/>\
         <Rotation X=\"{:.9}\" Y=\"{:.9}\" Z=\"{:.9}\" W=\"{:.9}\"/>",
        mm.x, mm.y, mm.z, q.x, q.y, q.z, q.w
    )
}

/// Text that can stand in an element or an attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
