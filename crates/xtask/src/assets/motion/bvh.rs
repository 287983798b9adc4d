//! Writes a performance as BVH: offsets and root position in centimetres, rotations in degrees in
//! the order Z, X, Y.
//!
//! Offsets are the body's own, so a player that knows the body may take the rotations by joint name
//! and ignore the rest. Angles are unrolled from frame to frame; who interpolates should still do it
//! on rotations, since no three angles are smooth everywhere.

use std::fmt::Write;

use anyhow::{Context, Result};
use glam::{DMat3, DQuat};

use super::body::Body;
use super::fit::BodyPose;

/// Centimetres in a metre: the unit that BVH readers expect.
const CM: f64 = 100.0;

/// The whole file.
pub fn write(body: &Body, frames: &[BodyPose], rate_hz: f64) -> Result<String> {
    let mut text = String::from("HIERARCHY\n");
    let root = body
        .joints
        .iter()
        .position(|j| j.parent.is_none())
        .context("no root joint")?;
    let mut order = Vec::with_capacity(body.joints.len());
    write_joint(body, root, 0, &mut text, &mut order)?;
    writeln!(
        text,
        "MOTION\nFrames: {}\nFrame Time: {:.9}",
        frames.len(),
        1.0 / rate_hz
    )?;
    let mut last = vec![[0.0; 3]; body.joints.len()];
    for frame in frames {
        let hips = frame.hips_m * CM;
        let mut row = format!(
            "{} {} {}",
            short(hips.x, 3),
            short(hips.y, 3),
            short(hips.z, 3)
        );
        for &joint in &order {
            let degrees = nearest(euler_zxy_deg(frame.rotations[joint]), last[joint]);
            last[joint] = degrees;
            for angle in degrees {
                row.push(' ');
                row.push_str(&short(angle, 3));
            }
        }
        text.push_str(&row);
        text.push('\n');
    }
    Ok(text)
}

fn write_joint(
    body: &Body,
    joint: usize,
    depth: usize,
    text: &mut String,
    order: &mut Vec<usize>,
) -> Result<()> {
    order.push(joint);
    let pad = "  ".repeat(depth);
    let this = &body.joints[joint];
    let offset = this.offset_m * CM;
    let kind = if depth == 0 { "ROOT" } else { "JOINT" };
    let offset = format!(
        "{} {} {}",
        short(offset.x, 5),
        short(offset.y, 5),
        short(offset.z, 5)
    );
    let position = if depth == 0 {
        "6 Xposition Yposition Zposition"
    } else {
        "3"
    };
    writeln!(
        text,
        "{pad}{kind} {}\n{pad}{{\n{pad}  OFFSET {offset}",
        this.name
    )?;
    writeln!(
        text,
        "{pad}  CHANNELS {position} Zrotation Xrotation Yrotation"
    )?;
    let children: Vec<usize> = (0..body.joints.len())
        .filter(|&c| body.joints[c].parent == Some(joint))
        .collect();
    for &child in &children {
        write_joint(body, child, depth + 1, text, order)?;
    }
    if children.is_empty() {
        let tip = this.offset_m * (0.5 * CM);
        let tip = format!(
            "{} {} {}",
            short(tip.x, 5),
            short(tip.y, 5),
            short(tip.z, 5)
        );
        writeln!(
            text,
            "{pad}  End Site\n{pad}  {{\n{pad}    OFFSET {tip}\n{pad}  }}"
        )?;
    }
    writeln!(text, "{pad}}}")?;
    Ok(())
}

/// Angles of R = Rz · Rx · Ry, degrees, in channel order.
fn euler_zxy_deg(q: DQuat) -> [f64; 3] {
    let m = DMat3::from_quat(q.normalize());
    let x = m.y_axis.z.clamp(-1.0, 1.0).asin();
    let (z, y) = if m.y_axis.z.abs() < 0.999_999_9 {
        (
            (-m.y_axis.x).atan2(m.y_axis.y),
            (-m.x_axis.z).atan2(m.z_axis.z),
        )
    } else {
        (m.x_axis.y.atan2(m.x_axis.x), 0.0)
    };
    [z.to_degrees(), x.to_degrees(), y.to_degrees()]
}

/// The same rotation by the angles that lie nearest to the frame before.
fn nearest(angles: [f64; 3], last: [f64; 3]) -> [f64; 3] {
    let [z, x, y] = angles;
    let turned = |family: [f64; 3]| {
        let mut out = family;
        for (angle, before) in out.iter_mut().zip(last) {
            *angle += 360.0 * ((before - *angle) / 360.0).round();
        }
        let distance: f64 = out.iter().zip(last).map(|(a, b)| (a - b) * (a - b)).sum();
        (out, distance)
    };
    let (first, second) = (turned([z, x, y]), turned([z + 180.0, 180.0 - x, y + 180.0]));
    if first.1 <= second.1 {
        first.0
    } else {
        second.0
    }
}

/// A number with at most `decimals` decimals, without trailing zeros or a negative zero.
fn short(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" || text.is_empty() {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}
