//! Keeps predicted joints within their ranges.
//!
//! A range limits the angles of a joint's degrees of freedom, counted from its rest pose. A prediction that would leave
//! it is turned back to its border; a joint that was measured outside (markers know better than a table) may stay
//! where it was measured, but goes no further. The same holds for what lies between what was shown and what is measured.

use crate::pose_track::rotation_vector;
use cyc_model::{Dof, DofRange, Rig};
use glam::{DQuat, DVec3};

/// Two axes are square to each other below this cosine; only then are their angles what is computed here.
const SQUARE_COS: f64 = 1e-3;

#[derive(Clone, Copy, Debug)]
enum Kept {
    /// It may turn as it likes, or it does not turn.
    Free,
    Hinge(DVec3, DofRange),
    Universal([DVec3; 2], [Option<DofRange>; 2]),
    Ball([Option<DofRange>; 3]),
}

/// The ranges of a rig's joints.
#[derive(Clone, Debug)]
pub(crate) struct RangeKeeper {
    joints: Vec<(DQuat, Kept)>,
}

/// An angle within its range, or no further out than any that is known.
fn within(range: Option<DofRange>, angle: f64, known: impl Iterator<Item = f64>) -> f64 {
    match range {
        Some(r) if angle < r.min_rad => angle.max(known.fold(r.min_rad, f64::min)),
        Some(r) if angle > r.max_rad => angle.min(known.fold(r.max_rad, f64::max)),
        _ => angle,
    }
}

fn twist_about(axis: DVec3, turn: DQuat) -> f64 {
    let turn = if turn.w < 0.0 { -turn } else { turn };
    2.0 * DVec3::new(turn.x, turn.y, turn.z).dot(axis).atan2(turn.w)
}

/// The angles of `rotation(a, α) · rotation(b, β)` for axes that are square to each other.
fn universal_angles([a, b]: [DVec3; 2], turn: DQuat) -> [f64; 2] {
    let b_turned = turn * b;
    let a_back = turn.conjugate() * a;
    [
        b.cross(b_turned).dot(a).atan2(b.dot(b_turned)),
        -a.cross(a_back).dot(b).atan2(a.dot(a_back)),
    ]
}

impl RangeKeeper {
    pub fn new(rig: &Rig) -> Self {
        let joints = rig.skeleton().joints().iter().zip(rig.dofs());
        let kept = joints.map(|(joint, dofs)| {
            let [first, second, third] = dofs.ranges;
            let kept = match (dofs.dof, first) {
                (Dof::Hinge { axis }, Some(range)) => Kept::Hinge(axis, range),
                (Dof::Universal { axes }, _)
                    if (first.is_some() || second.is_some())
                        && axes[0].dot(axes[1]).abs() < SQUARE_COS =>
                {
                    Kept::Universal(axes, [first, second])
                }
                (Dof::Ball, _) if first.is_some() || second.is_some() || third.is_some() => {
                    Kept::Ball(dofs.ranges)
                }
                _ => Kept::Free,
            };
            (joint.parent_from_joint.rotation(), kept)
        });
        Self {
            joints: kept.collect(),
        }
    }

    /// A rotation of a joint against its parent that nobody measured, within the range or no further out than those that are
    /// known: measured, or shown when it began. It is turned back about the joint's own axes as far as it is too far out; what
    /// else there is of the turn stays, or it would vanish at once where a fade comes to the border.
    pub fn keep(&self, joint: usize, known: &[DQuat], predicted: DQuat) -> DQuat {
        let Some((rest, kept)) = self.joints.get(joint) else {
            return predicted;
        };
        let undone = |q: DQuat| rest.conjugate() * q;
        match *kept {
            Kept::Free => predicted,
            Kept::Hinge(axis, range) => {
                let angle = |q: &DQuat| twist_about(axis, undone(*q));
                let would_be = angle(&predicted);
                let is = within(Some(range), would_be, known.iter().map(angle));
                if is == would_be {
                    predicted
                } else {
                    predicted * DQuat::from_axis_angle(axis, is - would_be)
                }
            }
            Kept::Universal(axes, ranges) => {
                let angles = |q: &DQuat| universal_angles(axes, undone(*q));
                let would_be = angles(&predicted);
                let is = [0, 1].map(|k| {
                    let known = known.iter().map(|q| angles(q)[k]);
                    within(ranges[k], would_be[k], known)
                });
                if is == would_be {
                    predicted
                } else {
                    let back = |k: usize| DQuat::from_axis_angle(axes[k], is[k] - would_be[k]);
                    *rest * back(0) * undone(predicted) * back(1)
                }
            }
            Kept::Ball(ranges) => {
                let angles = |q: &DQuat| rotation_vector(undone(*q)).to_array();
                let would_be = angles(&predicted);
                let is = [0, 1, 2].map(|k| {
                    let known = known.iter().map(|q| angles(q)[k]);
                    within(ranges[k], would_be[k], known)
                });
                if is == would_be {
                    predicted
                } else {
                    *rest * DQuat::from_scaled_axis(DVec3::from_array(is))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_angles_of_two_axes_are_found_again() {
        for (a, b) in [(0.3, -0.7), (-1.2, 0.9), (2.0, 0.1)] {
            let axes = [DVec3::Z, DVec3::X];
            let turn = DQuat::from_axis_angle(axes[0], a) * DQuat::from_axis_angle(axes[1], b);
            let [x, y] = universal_angles(axes, turn);
            assert!((x - a).abs() < 1e-12 && (y - b).abs() < 1e-12, "{x} {y}");
        }
    }

    #[test]
    fn what_is_turned_back_goes_there_without_a_step() {
        let up_to = |max_rad| {
            Some(DofRange {
                min_rad: -1.0,
                max_rad,
            })
        };
        let rest = DQuat::from_rotation_y(0.7);
        let (a, b) = (DVec3::Z, DVec3::X);
        let kept = [
            Kept::Hinge(a, up_to(0.5).unwrap()),
            Kept::Universal([a, b], [up_to(0.5), up_to(0.4)]),
            Kept::Ball([up_to(0.5); 3]),
        ];
        let joints = kept.map(|kept| (rest, kept)).to_vec();
        let keeper = RangeKeeper { joints };
        for joint in 0..3 {
            let (mut last, mut most) = (rest, 0.0f64);
            for step in 0..1000 {
                // Out beyond the border, and about an axis that the joint does not have.
                let t = f64::from(step) * 1e-3;
                let off = DQuat::from_rotation_y(0.2 * t) * DQuat::from_axis_angle(a, 0.9 * t);
                let turn = rest * off * DQuat::from_axis_angle(b, 0.8 * t);
                let now = keeper.keep(joint, &[rest], turn);
                assert!(now.angle_between(last) < 0.004, "{joint} at {t}");
                last = now;
                let turn = rest.conjugate() * now;
                most = most.max(match joint {
                    0 => twist_about(a, turn) - 0.5,
                    1 => {
                        let [x, y] = universal_angles([a, b], turn);
                        (x - 0.5).max(y - 0.4)
                    }
                    _ => rotation_vector(turn).max_element() - 0.5,
                });
            }
            assert!(most.abs() < 1e-9, "{joint}: {most}");
        }
    }

    #[test]
    fn what_was_measured_outside_goes_no_further() {
        let range = Some(DofRange {
            min_rad: 0.0,
            max_rad: 2.0,
        });
        let within = |range, known: &[f64], angle| within(range, angle, known.iter().copied());
        assert_eq!(within(range, &[0.5], -0.3), 0.0);
        assert_eq!(within(range, &[-0.2], -0.3), -0.2);
        assert_eq!(within(range, &[-0.2], 0.3), 0.3);
        assert_eq!(within(range, &[0.5, 2.1], 2.3), 2.1);
        assert_eq!(within(None, &[0.5], 9.0), 9.0);
    }
}
