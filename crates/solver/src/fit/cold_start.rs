//! A first pose out of nothing: the body laid rigidly onto the markers, then the limbs turned one after the other.
//!
//! Labels are known, so the trunk's markers give place and heading at once. From there each joint, parents first, is
//! turned so that the markers below it, still in their rest arrangement, come closest; that starts every limb on the
//! right side of its minimum. When the trunk's markers are hidden, headings all around are tried.

use super::pose::{Coordinate, Frame, forward, joint_frame, step_coordinate, universal_rotation};
use super::tree::{Motion, NONE, Tree};
use super::workspace::{Terms, Workspace};
use super::{MatrixUse, Stop};
use crate::align::{Alignment, rigid_alignment};
use cyc_model::DofRange;
use glam::{DQuat, DVec3};

/// How much less a marker says about a joint for each joint between them.
const FAR_MARKER: f64 = 0.25;
/// Upright headings that are tried besides the rigid alignments.
const HEADINGS: usize = 4;
const SCOUT_ITERATIONS: usize = 8;

/// Finds a pose for the workspace's markers and leaves it in `ws.pose`. `terms` should have a wide loss. `best` is
/// scratch of one entry a joint.
pub(crate) fn cold_start(tree: &Tree, terms: &Terms, ws: &mut Workspace, best: &mut [Coordinate]) {
    let mut best_cost = f64::INFINITY;
    for start in 0..3 + HEADINGS {
        ws.pose.fill(Coordinate::REST);
        forward(tree, &ws.pose, &mut ws.frames);
        let Some((rotation, shift)) = body_start(tree, ws, start) else {
            continue;
        };
        place_roots(tree, ws, rotation, shift);
        turn_limbs(tree, ws);
        ws.predicted.copy_from_slice(&ws.pose);
        ws.reset_damping();
        let stop = Stop {
            max_iterations: SCOUT_ITERATIONS,
            tolerance: 1e-2,
            matrix: MatrixUse::EveryStep,
        };
        let (cost, _) = ws.minimise(tree, terms, stop);
        if cost < best_cost {
            best_cost = cost;
            best.copy_from_slice(&ws.pose);
        }
    }
    if best_cost.is_finite() {
        ws.pose.copy_from_slice(best);
    } else {
        ws.pose.fill(Coordinate::REST);
    }
    ws.predicted.copy_from_slice(&ws.pose);
    ws.reset_damping();
}

/// How the whole rest pose is laid onto the markers: by the root's own, by those near the root, by all, or upright
/// with a given heading. `None` when there are too few markers for that.
fn body_start(tree: &Tree, ws: &Workspace, start: usize) -> Option<(DQuat, DVec3)> {
    let reach = match start {
        0 => 0,
        1 => 1,
        _ => usize::MAX,
    };
    let rest = |k: usize| {
        let marker = &tree.markers[k];
        let frame = &ws.frames[marker.joint];
        frame.origin + frame.axes * marker.offset
    };
    let chosen = (0..tree.markers.len()).filter(|&k| {
        ws.markers[k].seen
            && tree.markers[k].weight > 0.0
            && depth(tree, tree.markers[k].joint) <= reach
    });
    let count = chosen.clone().count();
    if count < 3 {
        return None;
    }
    let pairs = chosen.map(|k| (rest(k), ws.markers[k].target, tree.markers[k].weight));
    let (rotation, shift) = rigid_alignment(pairs.clone());
    if start < 3 {
        return Some((rotation, shift));
    }
    let angle = (start - 3) as f64 * std::f64::consts::TAU / HEADINGS as f64;
    let heading = DQuat::from_rotation_y(angle);
    let n = count as f64;
    let from: DVec3 = pairs.clone().map(|p| p.0).sum::<DVec3>() / n;
    let to: DVec3 = pairs.map(|p| p.1).sum::<DVec3>() / n;
    Some((heading, to - heading * from))
}

/// Joints between a joint and its root.
fn depth(tree: &Tree, joint: usize) -> usize {
    std::iter::successors(Some(joint), |&j| {
        let parent = tree.joints[j].parent;
        (parent != NONE).then_some(parent)
    })
    .count()
        - 1
}

fn place_roots(tree: &Tree, ws: &mut Workspace, rotation: DQuat, shift: DVec3) {
    for (j, joint) in tree.joints.iter().enumerate() {
        if joint.parent == NONE && matches!(joint.motion, Motion::Free) {
            let rest = &ws.frames[j];
            ws.pose[j] = Coordinate {
                rotation: (rest.rotation.conjugate() * rotation * rest.rotation).normalize(),
                shift: rotation * rest.origin + shift - joint.rest_translation,
                ..Coordinate::REST
            };
        }
    }
    forward(tree, &ws.pose, &mut ws.frames);
}

/// Turns each joint towards the markers below it, parents first.
fn turn_limbs(tree: &Tree, ws: &mut Workspace) {
    for j in 0..tree.joints.len() {
        let joint = tree.joints[j];
        ws.frames[j] = joint_frame(&joint, &ws.pose[j], &ws.frames);
        let turned = match joint.motion {
            Motion::Fixed | Motion::Free => continue,
            Motion::Ball => {
                let mut alignment = Alignment::pulled_to_identity(1e-4);
                each_marker_below(tree, ws, j, |a, b, w| alignment.add(a, b, w));
                Coordinate {
                    rotation: alignment.rotation(),
                    ..Coordinate::REST
                }
            }
            Motion::Hinge(axis) => {
                let angle = best_angle(tree, ws, j, axis, DQuat::IDENTITY, DQuat::IDENTITY);
                let angle = clamped(angle, joint.ranges[0]);
                step_coordinate(joint.motion, &Coordinate::REST, &[angle])
            }
            Motion::Universal(axes) => {
                let angles = universal_angles(tree, ws, j, axes, &joint.ranges);
                Coordinate {
                    rotation: universal_rotation(axes, angles),
                    angles,
                    shift: DVec3::ZERO,
                }
            }
        };
        ws.pose[j] = turned;
        ws.frames[j] = joint_frame(&joint, &turned, &ws.frames);
        refresh_below(tree, ws, j);
    }
}

fn clamped(angle: f64, range: Option<DofRange>) -> f64 {
    range.map_or(angle, |r| angle.clamp(r.min_rad, r.max_rad))
}

/// Coordinate ascent over the two angles; three rounds are enough for a start.
fn universal_angles(
    tree: &Tree,
    ws: &Workspace,
    j: usize,
    axes: [DVec3; 2],
    ranges: &[Option<DofRange>; 3],
) -> [f64; 2] {
    let mut angles = [0.0; 2];
    for _ in 0..3 {
        let inner = DQuat::from_axis_angle(axes[1], angles[1]);
        let outer_angle = best_angle(tree, ws, j, axes[0], DQuat::IDENTITY, inner);
        angles[0] = clamped(outer_angle, ranges[0]);
        let outer = DQuat::from_axis_angle(axes[0], angles[0]);
        let inner_angle = best_angle(tree, ws, j, axes[1], outer, DQuat::IDENTITY);
        angles[1] = clamped(inner_angle, ranges[1]);
    }
    angles
}

/// The angle about `axis`, between an outer and an inner rotation, that brings the markers below closest.
fn best_angle(
    tree: &Tree,
    ws: &Workspace,
    j: usize,
    axis: DVec3,
    outer: DQuat,
    inner: DQuat,
) -> f64 {
    let back = outer.conjugate();
    let (mut sine, mut cosine) = (0.0, 1e-6);
    each_marker_below(tree, ws, j, |a, b, w| {
        let (a, b) = (inner * a, back * b);
        cosine += w * (a.dot(b) - a.dot(axis) * b.dot(axis));
        sine += w * axis.dot(a.cross(b));
    });
    sine.atan2(cosine)
}

/// Gives each seen marker below joint `j` in the joint's frame: where its rest arrangement has it, where it was
/// measured, and how much it counts.
fn each_marker_below(
    tree: &Tree,
    ws: &Workspace,
    j: usize,
    mut give: impl FnMut(DVec3, DVec3, f64),
) {
    // The joint still stands in its rest rotation, so one frame serves both vectors.
    let Frame { axes, origin, .. } = ws.frames[j];
    let to_joint = axes.transpose();
    for (marker, state) in tree.markers.iter().zip(&ws.markers) {
        if !state.seen {
            continue;
        }
        let mut weight = marker.weight;
        let mut at = marker.joint;
        while at != j && at != NONE {
            weight *= FAR_MARKER;
            at = tree.joints[at].parent;
        }
        if at == j {
            let carrier = &ws.frames[marker.joint];
            let point = carrier.origin + carrier.axes * marker.offset;
            give(
                to_joint * (point - origin),
                to_joint * (state.target - origin),
                weight,
            );
        }
    }
}

/// Recomputes the frames of all joints after `j`; parents come first, so this covers everything below it.
fn refresh_below(tree: &Tree, ws: &mut Workspace, j: usize) {
    for k in j + 1..tree.joints.len() {
        ws.frames[k] = joint_frame(&tree.joints[k], &ws.pose[k], &ws.frames);
    }
}
