//! Joints that move, before it is known how they stand.
//!
//! BVH files and game engines' exports agree neither on which axis is up nor on what the rest pose is: many BVH files
//! have a rest pose that nobody ever stood in, with the hips in the origin. A retarget needs both skeletons upright on the
//! floor in their rest poses, so what the file says is looked at, kept where it makes sense, and otherwise replaced by
//! what the motion shows; each replacement is remarked on.

use cyc_character::infer_humanoid;
use cyc_model::{
    HumanBone, HumanoidMap, JointFrame, JointSpec, ModelSpace, Point, Skeleton, Stage, Xf,
};
use glam::{DQuat, DVec3};

/// A part of the body's height that a standing head is above the feet at least.
const UPRIGHT_PART: f64 = 0.6;
/// A rest pose whose soles differ by this from the motion's floor is moved, as a part of the leg's length.
const FLOOR_PART: f64 = 0.05;
/// Where the lowest joint of a foot on the floor may be, as parts of the leg's length: an ankle is at 0.12 of it.
const FOOT_PARTS: [f64; 2] = [-0.06, 0.25];
/// Frames that are looked at to find out how the motion stands.
const LOOKED_AT_MAX: usize = 2000;
/// Poses of the motion that are looked at for the shape of a human.
const MOMENTS: usize = 5;
/// Share of the frames in which some foot is on the floor, at least.
const ON_FLOOR_SHARE: f64 = 0.05;

/// The tip of a chain in its last joint's frame.
#[derive(Clone, Copy, Debug)]
pub struct Tip {
    /// The joint.
    pub joint: usize,
    /// Where the chain ends.
    pub in_joint: Point<JointFrame>,
}

/// Joints that move.
#[derive(Clone, Debug)]
pub struct Moving {
    /// The joints, in the rest pose that the file has.
    pub skeleton: Skeleton,
    /// Which of them are which bones.
    pub humanoid: HumanoidMap,
    /// Frame after frame, global poses.
    pub joints: Vec<Xf<Stage, JointFrame>>,
    /// Where chains end, as far as the file says.
    pub tips: Vec<Tip>,
}

/// What was changed so that the motion stands: a text's key and its variables.
pub type Remark = (&'static str, Vec<(&'static str, String)>);

impl Moving {
    fn frames(&self) -> usize {
        self.joints.len() / self.skeleton.len().max(1)
    }

    fn frame(&self, f: usize) -> &[Xf<Stage, JointFrame>] {
        let n = self.skeleton.len();
        self.joints.get(f * n..(f + 1) * n).unwrap_or(&[])
    }

    fn place<S: cyc_model::Space>(
        &self,
        pose: &[Xf<S, JointFrame>],
        bone: HumanBone,
    ) -> Option<DVec3> {
        let joint = self.humanoid.joint(bone)?;
        Some(pose.get(joint.idx())?.translation().metres())
    }

    /// Frames spread over the whole motion.
    fn looked_at(&self) -> impl Iterator<Item = usize> + use<> {
        let step = self.frames().div_ceil(LOOKED_AT_MAX).max(1);
        (0..self.frames()).step_by(step)
    }

    /// Turns and moves motion and rest pose until the rest pose stands upright on the floor that the motion walks on.
    /// Nothing is done to what already does; a body without legs or head stays as it is.
    pub fn stand(&mut self) -> Vec<Remark> {
        let mut remarks = Vec::new();
        let Some(size) = self.size_m() else {
            return remarks;
        };
        if let Some((axis, turn)) = self.motion_up(size) {
            let turn = Xf::<Stage, Stage>::saturating(turn, DVec3::ZERO);
            for joint in &mut self.joints {
                *joint = turn * *joint;
            }
            remarks.push(("retarget-remark-up", vec![("axis", axis.to_owned())]));
        }
        self.stand_rest(size, &mut remarks);
        self.put_on_floor(&mut remarks);
        remarks
    }

    /// From foot to head along the bones, metres.
    fn size_m(&self) -> Option<f64> {
        use HumanBone::*;
        let rest = self.skeleton.rest_global();
        let chain = [
            LeftFoot,
            LeftLowerLeg,
            LeftUpperLeg,
            Hips,
            Spine,
            Chest,
            UpperChest,
            Neck,
            Head,
        ];
        let places: Vec<DVec3> = chain.iter().filter_map(|b| self.place(rest, *b)).collect();
        let pairs = places.iter().zip(places.get(1..)?);
        let size: f64 = pairs.map(|(a, b)| a.distance(*b)).sum();
        (places.len() >= 6 && size > 1e-6).then_some(size)
    }

    /// From the feet to the head.
    fn upward<S: cyc_model::Space>(&self, pose: &[Xf<S, JointFrame>]) -> Option<DVec3> {
        let head = self.place(pose, HumanBone::Head)?;
        let left = self.place(pose, HumanBone::LeftFoot)?;
        let right = self.place(pose, HumanBone::RightFoot)?;
        Some(head - 0.5 * (left + right))
    }

    /// The axis that is up in the motion and the turn that brings it to Y, unless Y is up already.
    fn motion_up(&self, size: f64) -> Option<(&'static str, DQuat)> {
        let upward: Vec<DVec3> = self
            .looked_at()
            .filter_map(|f| self.upward(self.frame(f)))
            .collect();
        // How far up people are when they are most upright.
        let reach = |axis: DVec3| {
            let mut along: Vec<f64> = upward.iter().map(|u| u.dot(axis) / size).collect();
            along.sort_by(f64::total_cmp);
            along.get(along.len() * 9 / 10).copied().unwrap_or(0.0)
        };
        if reach(DVec3::Y) >= UPRIGHT_PART {
            return None;
        }
        let others = [
            ("Z", DVec3::Z),
            ("X", DVec3::X),
            ("-Y", DVec3::NEG_Y),
            ("-Z", DVec3::NEG_Z),
            ("-X", DVec3::NEG_X),
        ];
        let up = others
            .into_iter()
            .find(|(_, axis)| reach(*axis) >= UPRIGHT_PART);
        up.map(|(name, axis)| (name, DQuat::from_rotation_arc(axis, DVec3::Y)))
    }

    /// Whether a pose stands: head over hips over feet, and the legs side by side.
    fn stands<S: cyc_model::Space>(&self, pose: &[Xf<S, JointFrame>], size: f64) -> bool {
        let upright = self
            .upward(pose)
            .is_some_and(|u| u.y >= UPRIGHT_PART * size);
        let hips = [HumanBone::LeftUpperLeg, HumanBone::RightUpperLeg].map(|b| self.place(pose, b));
        let apart = match hips {
            [Some(left), Some(right)] => {
                let across = left - right;
                across.x.hypot(across.z) > 0.7 * across.length() && across.length() > 1e-6
            }
            _ => false,
        };
        let middle = self.place(pose, HumanBone::LeftUpperLeg).map(|p| p.y);
        let foot = self.place(pose, HumanBone::LeftFoot).map(|p| p.y);
        let legs_down = middle
            .zip(foot)
            .is_some_and(|(hip, foot)| hip - foot > 0.25 * size);
        upright && apart && legs_down
    }

    /// Gives the skeleton a rest pose that stands: its own, its own turned up, or the most upright one of the motion.
    fn stand_rest(&mut self, size: f64, remarks: &mut Vec<Remark>) {
        let rest: Vec<Xf<ModelSpace, JointFrame>> = self.skeleton.rest_global().to_vec();
        if self.stands(&rest, size) {
            return;
        }
        for axis in [DVec3::Z, DVec3::X, DVec3::NEG_Z, DVec3::NEG_X, DVec3::NEG_Y] {
            let turn = DQuat::from_rotation_arc(axis, DVec3::Y);
            let turn = Xf::<ModelSpace, ModelSpace>::saturating(turn, DVec3::ZERO);
            let turned: Vec<_> = rest.iter().map(|j| turn * *j).collect();
            if self.stands(&turned, size) {
                self.set_rest(&turned);
                remarks.push(("retarget-remark-rest-turned", Vec::new()));
                return;
            }
        }
        // An arm's length from upright counts less than a knee that is bent: the height over the feet says both.
        let height = |f: usize| self.upward(self.frame(f)).map_or(0.0, |u| u.y);
        let best = self
            .looked_at()
            .max_by(|a, b| height(*a).total_cmp(&height(*b)));
        let Some(best) = best else { return };
        // The first frame is often the pose that the performer was asked for.
        let best = if height(0) > 0.97 * height(best) {
            0
        } else {
            best
        };
        if self.stands(self.frame(best), size) {
            let pose: Vec<_> = self.frame(best).iter().map(|j| j.relabel()).collect();
            self.set_rest(&pose);
            let frame = best.to_string();
            remarks.push(("retarget-remark-rest-frame", vec![("frame", frame)]));
        }
    }

    fn set_rest(&mut self, globals: &[Xf<ModelSpace, JointFrame>]) {
        if let Some(skeleton) = with_rest(&self.skeleton, globals) {
            self.skeleton = skeleton;
        }
    }

    /// The lowest of the feet's joints and of what hangs on them.
    fn lowest<S: cyc_model::Space>(&self, pose: &[Xf<S, JointFrame>]) -> Option<f64> {
        use HumanBone::{LeftFoot, LeftToes, RightFoot, RightToes};
        let feet = [LeftFoot, LeftToes, RightFoot, RightToes];
        let joints: Vec<usize> = feet
            .iter()
            .filter_map(|b| self.humanoid.joint(*b).map(|j| j.idx()))
            .collect();
        let at = |j: usize| pose.get(j).map(|x| x.translation().metres().y);
        let of_joints = joints.iter().filter_map(|j| at(*j));
        let tips = self.tips.iter().filter(|t| joints.contains(&t.joint));
        let of_tips = tips.filter_map(|t| Some((*pose.get(t.joint)? * t.in_joint).metres().y));
        of_joints.chain(of_tips).reduce(f64::min)
    }

    /// Brings rest pose and motion to one floor at y = 0.
    fn put_on_floor(&mut self, remarks: &mut Vec<Remark>) {
        let rest = self.skeleton.rest_global();
        let leg = |upper, foot| Some(self.place(rest, upper)?.distance(self.place(rest, foot)?));
        let leg = leg(HumanBone::LeftUpperLeg, HumanBone::LeftFoot);
        let (Some(leg), Some(rest_low)) = (leg, self.lowest(rest)) else {
            return;
        };
        let mut lows: Vec<f64> = self
            .looked_at()
            .filter_map(|f| self.lowest(self.frame(f)))
            .collect();
        lows.sort_by(f64::total_cmp);
        let Some(low) = lows
            .get((lows.len() as f64 * ON_FLOOR_SHARE) as usize)
            .copied()
        else {
            return;
        };
        let plausible = |y: f64| (FOOT_PARTS[0] * leg..=FOOT_PARTS[1] * leg).contains(&y);
        let mm = |y: f64| vec![("mm", format!("{:.0}", y * 1e3))];
        if !plausible(low) {
            // The motion has its floor elsewhere; the rest pose says how high a foot is over it, if that makes sense.
            let up = if plausible(rest_low) { rest_low } else { 0.0 } - low;
            let lift = Xf::<Stage, Stage>::from_translation(DVec3::new(0.0, up, 0.0));
            for joint in &mut self.joints {
                *joint = lift * *joint;
            }
            remarks.push(("retarget-remark-floor", mm(up)));
            if plausible(rest_low) {
                return;
            }
        }
        let wanted = if plausible(low) { low } else { 0.0 };
        let up = wanted - rest_low;
        if up.abs() > FLOOR_PART * leg {
            let lift = Xf::<ModelSpace, ModelSpace>::from_translation(DVec3::new(0.0, up, 0.0));
            let rest: Vec<_> = self
                .skeleton
                .rest_global()
                .iter()
                .map(|j| lift * *j)
                .collect();
            self.set_rest(&rest);
            remarks.push(("retarget-remark-rest-floor", mm(up)));
        }
    }
}

/// The same joints with another rest pose.
fn with_rest(skeleton: &Skeleton, globals: &[Xf<ModelSpace, JointFrame>]) -> Option<Skeleton> {
    let joints = skeleton.joints().iter().zip(globals);
    let specs = joints.map(|(joint, own)| {
        let parent = joint.parent.map(|p| p.idx());
        JointSpec {
            name: joint.name.clone(),
            parent,
            parent_from_joint: match parent.and_then(|p| globals.get(p)) {
                Some(above) => (above.inverse() * *own).relabel(),
                None => own.relabel(),
            },
        }
    });
    // The joints were a skeleton in this order already.
    let (skeleton, _) = Skeleton::build(specs.collect()).ok()?;
    Some(skeleton)
}

/// Which joints of a motion are which bones. A rest pose in which all bones lie along one line has no shape, and names are
/// not believed against a shape; then the poses of the motion are looked at, until one shows a human.
pub fn bones_of(skeleton: &Skeleton, joints: &[Xf<Stage, JointFrame>]) -> HumanoidMap {
    let is_whole = |map: &HumanoidMap| map.missing_required().next().is_none();
    let first = infer_humanoid(skeleton);
    if is_whole(&first) {
        return first;
    }
    let n = skeleton.len();
    let frames = joints.len() / n.max(1);
    let moments = (0..MOMENTS).map(|m| m * frames.saturating_sub(1) / (MOMENTS - 1));
    let shown = moments.filter_map(|f| {
        let pose: Vec<_> = joints
            .get(f * n..(f + 1) * n)?
            .iter()
            .map(|j| j.relabel())
            .collect();
        Some(infer_humanoid(&with_rest(skeleton, &pose)?))
    });
    shown.into_iter().find(is_whole).unwrap_or(first)
}
