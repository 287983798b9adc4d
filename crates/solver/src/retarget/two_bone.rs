//! Two-bone IK: the knee that lets an ankle reach its goal, the elbow that lets a hand.
//!
//! The plane in which the joint bends is kept. A limb that is all but straight has none of its own, and one that bends the
//! wrong way by a little has a wrong one: both bend to where their hint says, the more the farther the goal is, so that a
//! goal where the end is already turns nothing and no plane ever flips.

use glam::{DQuat, DVec3};

/// A limb is never stretched fully: the joint's direction would be lost. As a part of its length.
const REACH: f64 = 0.9995;

/// A joint is pushed to its hint's side by this part of the upper bone, once the goal is as far.
const HINT_PART: f64 = 0.02;

/// The turns, in the stage's space, to be applied before the present rotations of the upper and the lower bone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turns {
    pub upper: DQuat,
    pub lower: DQuat,
}

/// How far a limb of these bones reaches.
pub(super) fn reach_m(upper_m: f64, lower_m: f64) -> f64 {
    (upper_m + lower_m) * REACH
}

/// Turns that bring `end` to `goal`. `bend_hint` says where the joint of a straight limb would move to.
pub(super) fn reach(root: DVec3, joint: DVec3, end: DVec3, goal: DVec3, bend_hint: DVec3) -> Turns {
    let still = Turns {
        upper: DQuat::IDENTITY,
        lower: DQuat::IDENTITY,
    };
    let (upper_m, lower_m) = (joint.distance(root), end.distance(joint));
    let (Some(from), Some(to)) = ((end - root).try_normalize(), (goal - root).try_normalize())
    else {
        return still;
    };
    let longest = reach_m(upper_m, lower_m).max(end.distance(root));
    let shortest = (upper_m - lower_m).abs() + 1e-4 * upper_m;
    if upper_m < 1e-6 || lower_m < 1e-6 || shortest >= longest {
        return still;
    }
    let distance = goal.distance(root).clamp(shortest, longest);
    let Some(pole) = pole(joint - root, from, bend_hint, goal.distance(end)) else {
        return still;
    };
    let pole = DQuat::from_rotation_arc(from, to) * pole;
    let cosine = ((upper_m * upper_m + distance * distance - lower_m * lower_m)
        / (2.0 * upper_m * distance))
        .clamp(-1.0, 1.0);
    let sine = (1.0 - cosine * cosine).sqrt();
    let new_joint = root + (to * cosine + pole * sine) * upper_m;
    let new_end = root + to * distance;
    let arc = |old: DVec3, new: DVec3| match (old.try_normalize(), new.try_normalize()) {
        (Some(old), Some(new)) => DQuat::from_rotation_arc(old, new),
        _ => DQuat::IDENTITY,
    };
    Turns {
        upper: arc(joint - root, new_joint - root),
        lower: arc(end - joint, new_end - new_joint),
    }
}

/// Where the joint is off the line `from`, pushed to its hint's side.
fn pole(bent: DVec3, from: DVec3, hint: DVec3, goal_moves_m: f64) -> Option<DVec3> {
    let off_line = bent - from * bent.dot(from);
    let Some(side) = (hint - from * hint.dot(from)).try_normalize() else {
        return off_line.try_normalize();
    };
    let push_m = HINT_PART * bent.length();
    let pushed = (goal_moves_m / push_m.max(1e-9)).min(1.0);
    let along = off_line.dot(side);
    let wanted = along.max(0.0) * pushed + along * (1.0 - pushed) + push_m * pushed;
    let pole = off_line + side * (wanted - along);
    pole.try_normalize().or(Some(side))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_end_comes_to_a_goal_in_reach(
            knee in prop::array::uniform3(-0.2..0.2f64), ankle in prop::array::uniform3(-0.2..0.2f64),
            goal in prop::array::uniform3(-0.4..0.4f64)
        ) {
            let root = DVec3::new(0.1, 1.0, 0.0);
            let joint = root + DVec3::from_array(knee) - DVec3::Y * 0.45;
            let end = joint + DVec3::from_array(ankle) - DVec3::Y * 0.42;
            let goal = end + DVec3::from_array(goal) * 0.5;
            let (u, l) = (joint.distance(root), end.distance(joint));
            prop_assume!(goal.distance(root) < 0.99 * (u + l) && goal.distance(root) > 1.1 * (u - l).abs());
            let turns = reach(root, joint, end, goal, DVec3::Z);
            let new_joint = root + turns.upper * (joint - root);
            let new_end = new_joint + turns.lower * (end - joint);
            prop_assert!(new_end.distance(goal) < 1e-9, "{}", new_end.distance(goal));
        }
    }

    #[test]
    fn a_goal_where_the_end_is_already_turns_nothing() {
        let (root, joint, end) = (
            DVec3::Y,
            DVec3::new(0.0, 0.5, 0.1),
            DVec3::new(0.0, 0.05, 0.0),
        );
        let turns = reach(root, joint, end, end, DVec3::Z);
        assert!(turns.upper.angle_between(DQuat::IDENTITY) < 1e-9);
        assert!(turns.lower.angle_between(DQuat::IDENTITY) < 1e-9);
    }

    #[test]
    fn a_knee_that_is_bent_back_by_noise_bends_forward_when_it_must_bend() {
        let (root, end) = (DVec3::Y, DVec3::new(0.0, 0.1, 0.0));
        for back_m in [-0.004, -0.001, 0.0, 0.001] {
            let joint = DVec3::new(0.002, 0.55, back_m);
            let turns = reach(root, joint, end, end + DVec3::Y * 0.05, DVec3::Z);
            let knee = root + turns.upper * (joint - root);
            assert!(knee.z > 0.08, "{back_m}: {}", knee.z);
        }
    }
}
