//! Toes beside the toes: a foot of several has one that is the bone; the others bend with it.
//!
//! A claw, a paw or a bare foot often has a joint for every toe, of which a humanoid map names one. Those beside it begin about
//! as far ahead of the ankle and hang on the same joint.

use super::body::Body;
use super::leg::FEET;
use cyc_model::Skeleton;

/// Toes of a foot beside the bone, at most.
pub(super) const OTHER_TOES_MAX: usize = 5;

/// A toe begins ahead of the ankle by so much of what the bone does, at least and at most.
const AHEAD_PARTS: std::ops::RangeInclusive<f64> = 0.6..=1.5;

/// And is off its line by this part of it at most.
const ASIDE_PART: f64 = 0.8;

/// The joints of the other toes of the left (0) or right foot.
pub(super) fn other_toes(
    skeleton: &Skeleton,
    body: &Body<'_>,
    side: usize,
) -> [Option<usize>; OTHER_TOES_MAX] {
    let mut found = [None; OTHER_TOES_MAX];
    let [foot, toes] = FEET[side];
    let (Some(ankle), Some(own), Some(at)) = (body.at(foot), body.joint(toes), body.at(toes))
    else {
        return found;
    };
    let heading = body.foot_heading(foot, toes);
    let ahead_m = (at - ankle).dot(heading);
    let joints = skeleton.joints();
    let parent = joints.get(own).and_then(|j| j.parent);
    let is_toe = |joint: &usize| {
        let way = body.rest_origin(*joint) - ankle;
        let along_m = way.dot(heading);
        let aside_m = (way - heading * along_m).with_y(0.0).length();
        let beside = joints.get(*joint).is_some_and(|j| j.parent == parent);
        beside
            && !body.is_mapped(*joint)
            && ahead_m > 0.0
            && AHEAD_PARTS.contains(&(along_m / ahead_m))
            && aside_m < ASIDE_PART * ahead_m
            && way.y < 0.0
    };
    let all = (0..joints.len()).filter(is_toe);
    for (slot, joint) in found.iter_mut().zip(all) {
        *slot = Some(joint);
    }
    found
}
