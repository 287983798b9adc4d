//! How an OpenSim joint moves, as one of the rig's kinds of joints.
//!
//! A custom joint is a product of three turns and three slides, each a constant or a function of a coordinate. Constant
//! turns are moved behind the free ones (`A(a)·C·A(b) = A(a)·A(C b)·C`), so that hinge, universal and ball remain. What
//! has no such form is told: a slide that follows a bend (the patellar sort of knee) is taken at its default, a range
//! of a ball is not Euler's, and a planar root becomes a free one.

use super::element::{Pose, bad_value, child, missing, name, numbers, text, unsupported, vector};
use super::error::OsimError;
use cyc_model::{Dof, DofRange, JointDofs};
use glam::{DQuat, DVec3};
use roxmltree::Node;

/// A joint's motion.
pub(super) struct Motion {
    pub dofs: JointDofs,
    /// Slides before the turns.
    pub before: DVec3,
    /// Constant turns, behind the free ones.
    pub after: DQuat,
    /// Whether the joint moves otherwise than the model says.
    pub is_approximate: bool,
}

struct Coordinate<'a> {
    name: &'a str,
    default: f64,
    is_locked: bool,
    range: Option<DofRange>,
}

/// One of a joint's three turns or slides: free by a factor, or constant.
enum Axis {
    Free {
        axis: DVec3,
        range: Option<DofRange>,
    },
    Constant {
        axis: DVec3,
        value: f64,
    },
}

fn coordinates<'a>(joint: Node<'a, '_>) -> Result<Vec<Coordinate<'a>>, OsimError> {
    let is_true = |node, names: &[&str]| text(node, names).is_some_and(|t| t == "true");
    joint
        .descendants()
        .filter(|n| n.has_tag_name("Coordinate"))
        .map(|node| {
            let default = match child(node, "default_value") {
                Some(value) => numbers(value)?.first().copied().unwrap_or(0.0),
                None => 0.0,
            };
            let range = match child(node, "range") {
                Some(range) if is_true(node, &["clamped"]) => match numbers(range)?.as_slice() {
                    [min, max] if min <= max => Some(DofRange {
                        min_rad: *min,
                        max_rad: *max,
                    }),
                    _ => return Err(bad_value(range, 2)),
                },
                _ => None,
            };
            Ok(Coordinate {
                name: name(node)?,
                default,
                is_locked: is_true(node, &["locked"]),
                range,
            })
        })
        .collect()
}

/// Reads how a joint moves.
pub(super) fn read_motion(joint: Node<'_, '_>) -> Result<Motion, OsimError> {
    let coordinates = coordinates(joint)?;
    let axes: &[DVec3] = match joint.tag_name().name() {
        "CustomJoint" => return read_custom(joint, &coordinates),
        "WeldJoint" => &[],
        "PinJoint" => &[DVec3::Z],
        "UniversalJoint" => &[DVec3::X, DVec3::Y],
        "BallJoint" | "GimbalJoint" => &[DVec3::X, DVec3::Y, DVec3::Z],
        "FreeJoint" => return Ok(free(DQuat::IDENTITY, false)),
        // The root of a planar model: free is more than it needs, and markers say the rest.
        "PlanarJoint" => return Ok(free(DQuat::IDENTITY, true)),
        _ => return Err(unsupported(joint)),
    };
    let turns = axes
        .iter()
        .enumerate()
        .map(|(k, &axis)| match coordinates.get(k) {
            Some(c) if c.is_locked => Axis::Constant {
                axis,
                value: c.default,
            },
            c => Axis::Free {
                axis,
                range: c.and_then(|c| c.range),
            },
        });
    Ok(from_turns(turns.collect(), DVec3::ZERO, false))
}

fn free(after: DQuat, is_approximate: bool) -> Motion {
    Motion {
        dofs: JointDofs::unlimited(Dof::Free),
        before: DVec3::ZERO,
        after,
        is_approximate,
    }
}

fn read_custom(joint: Node<'_, '_>, coordinates: &[Coordinate<'_>]) -> Result<Motion, OsimError> {
    let transform =
        child(joint, "SpatialTransform").ok_or_else(|| missing(joint, "SpatialTransform"))?;
    let (mut turns, mut before, mut slides) = (Vec::new(), DVec3::ZERO, 0);
    let mut is_approximate = false;
    for axis in transform
        .children()
        .filter(|n| n.has_tag_name("TransformAxis"))
    {
        let read = read_axis(axis, coordinates, &mut is_approximate)?;
        match (name(axis)?.starts_with("rotation"), read) {
            (true, turn) => turns.push(turn),
            (false, Axis::Free { .. }) => slides += 1,
            (false, Axis::Constant { axis, value }) => before += axis * value,
        }
    }
    if slides == 0 {
        return Ok(from_turns(turns, before, is_approximate));
    }
    // Slides and turns together are a root; one with fewer of either gets the rest for nothing.
    let free_turns = turns
        .iter()
        .filter(|t| matches!(t, Axis::Free { .. }))
        .count();
    let parent = text(joint, &["parent_body", "socket_parent_frame"]).unwrap_or_default();
    if free_turns == 0 && !parent.contains("ground") {
        return Err(unsupported(joint));
    }
    let after = from_turns(turns, DVec3::ZERO, false).after;
    Ok(free(after, is_approximate || free_turns < 3 || slides < 3))
}

fn read_axis(
    node: Node<'_, '_>,
    coordinates: &[Coordinate<'_>],
    is_approximate: &mut bool,
) -> Result<Axis, OsimError> {
    let axis = vector(node, &["axis"])?;
    let wanted = text(node, &["coordinates"]).unwrap_or_default();
    let coordinate = coordinates.iter().find(|c| c.name == wanted);
    let Some(function) = node.descendants().find(|n| is_function(*n)) else {
        return Ok(Axis::Constant { axis, value: 0.0 });
    };
    let default = coordinate.map_or(0.0, |c| c.default);
    let scale = scale_of(node)?;
    let Some((slope, offset)) = linear(function)? else {
        // A curve: the joint is taken where it rests.
        *is_approximate |= function.tag_name().name() != "Constant";
        let value = scale * value_at(function, default)?;
        return Ok(Axis::Constant { axis, value });
    };
    match coordinate {
        Some(c) if !c.is_locked && slope * scale != 0.0 => {
            *is_approximate |= offset != 0.0;
            let factor = slope * scale;
            let turned = c.range.map(|r| {
                let ends = [r.min_rad * factor.abs(), r.max_rad * factor.abs()];
                DofRange {
                    min_rad: ends[0],
                    max_rad: ends[1],
                }
            });
            Ok(Axis::Free {
                axis: axis * factor.signum(),
                range: turned,
            })
        }
        _ => Ok(Axis::Constant {
            axis,
            value: scale * (slope * default + offset),
        }),
    }
}

fn is_function(node: Node<'_, '_>) -> bool {
    matches!(
        node.tag_name().name(),
        "LinearFunction"
            | "Constant"
            | "SimmSpline"
            | "NaturalCubicSpline"
            | "PiecewiseLinearFunction"
            | "PolynomialFunction"
    )
}

fn scale_of(axis: Node<'_, '_>) -> Result<f64, OsimError> {
    let multiplier = axis
        .descendants()
        .find(|n| n.has_tag_name("MultiplierFunction"));
    match multiplier.and_then(|m| child(m, "scale")) {
        Some(scale) => Ok(numbers(scale)?.first().copied().unwrap_or(1.0)),
        None => Ok(1.0),
    }
}

/// Slope and offset of a function that is a line.
fn linear(function: Node<'_, '_>) -> Result<Option<(f64, f64)>, OsimError> {
    if !function.has_tag_name("LinearFunction") {
        return Ok(None);
    }
    let coefficients =
        child(function, "coefficients").ok_or_else(|| missing(function, "coefficients"))?;
    match numbers(coefficients)?.as_slice() {
        [slope, offset] => Ok(Some((*slope, *offset))),
        _ => Err(bad_value(coefficients, 2)),
    }
}

/// The value of a constant, or of a curve through points, which between two of them is taken as straight.
fn value_at(function: Node<'_, '_>, at: f64) -> Result<f64, OsimError> {
    let list = |name| match child(function, name) {
        Some(node) => numbers(node),
        None => Ok(Vec::new()),
    };
    if function.has_tag_name("Constant") {
        return Ok(list("value")?.first().copied().unwrap_or(0.0));
    }
    if function.has_tag_name("PolynomialFunction") {
        let highest_first = list("coefficients")?;
        return Ok(highest_first.iter().fold(0.0, |sum, c| sum * at + c));
    }
    let (x, y) = (list("x")?, list("y")?);
    if x.len() != y.len() || x.is_empty() || x.windows(2).any(|w| w[0] >= w[1]) {
        return Err(bad_value(function, x.len()));
    }
    let above = x.partition_point(|v| *v <= at).clamp(1, x.len().max(2) - 1);
    let (Some(x1), Some(y1)) = (x.get(above), y.get(above)) else {
        return Ok(y[0]);
    };
    let part = ((at - x[above - 1]) / (x1 - x[above - 1])).clamp(0.0, 1.0);
    Ok(y[above - 1] + part * (y1 - y[above - 1]))
}

fn from_turns(turns: Vec<Axis>, before: DVec3, is_approximate: bool) -> Motion {
    let mut after = DQuat::IDENTITY;
    let mut axes = Vec::new();
    let mut ranges = [None; 3];
    for turn in turns {
        match turn {
            Axis::Constant { axis, value } => {
                let axis = axis.normalize_or_zero();
                if axis != DVec3::ZERO && value != 0.0 {
                    after = (after * DQuat::from_axis_angle(axis, value)).normalize();
                }
            }
            Axis::Free { axis, range } => {
                if let Some(slot) = ranges.get_mut(axes.len()) {
                    *slot = range;
                }
                axes.push(after * axis);
            }
        }
    }
    let has_ranges = ranges.iter().any(Option::is_some);
    let (dof, is_ball) = match axes.as_slice() {
        [] => (Dof::Fixed, false),
        [axis] => (Dof::Hinge { axis: *axis }, false),
        [outer, inner] => (
            Dof::Universal {
                axes: [*outer, *inner],
            },
            false,
        ),
        _ => (Dof::Ball, true),
    };
    Motion {
        dofs: JointDofs {
            dof,
            ranges: if is_ball { [None; 3] } else { ranges },
        },
        before,
        after,
        is_approximate: is_approximate || (is_ball && has_ranges),
    }
}

/// The pose of a joint's moving frame in its fixed one when all coordinates are zero.
impl Motion {
    pub(super) fn at_rest(&self) -> Pose {
        Pose {
            rotation: DQuat::IDENTITY,
            translation: self.before,
        }
    }
}
