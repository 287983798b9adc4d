//! The body that the performances are made for: joint names, parents and offsets from
//! `assets/human/skeleton.json`, with the measures of legs, feet and arms that fitting needs.
//!
//! In the rest pose every joint's axes are the stage's axes; only offsets differ. A bone's *alignment*
//! turns it from its rest direction to straight down, where the recorded humanoid's bones hang.

use anyhow::{Context, Result, bail};
use glam::{DMat3, DQuat, DVec3};
use serde::Deserialize;

use super::performer::Pose;

/// Prefix of every joint name in the body's naming convention.
pub const PREFIX: &str = "mixamorig:";

#[derive(Deserialize)]
struct SkeletonFile {
    joints: Vec<JointFile>,
}

#[derive(Deserialize)]
struct JointFile {
    name: String,
    parent: Option<ParentFile>,
    rest_local_translation_m: [f64; 3],
    rest_global_position_m: [f64; 3],
    rest_global_tail_m: [f64; 3],
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ParentFile {
    Index(i64),
    Name(String),
}

/// One joint of the body.
#[derive(Clone, Debug)]
pub struct Joint {
    /// Name with its prefix.
    pub name: String,
    /// Index of the parent; the root has none. Parents come before their children.
    pub parent: Option<usize>,
    /// Rest position against the parent, metres.
    pub offset_m: DVec3,
    /// Rest position on the stage, metres.
    pub rest_m: DVec3,
    /// Rest position of the bone's far end on the stage, metres.
    pub tail_m: DVec3,
}

/// A leg's joints and measures.
#[derive(Clone, Debug)]
pub struct Leg {
    /// Thigh, shin, foot and toe joints.
    pub joints: [usize; 4],
    /// Length of thigh and shin in the plane that the knee bends in, metres.
    pub lengths_m: [f64; 2],
    /// How far the knee stands out of the plane through hip, ankle and hinge, metres.
    pub knee_out_m: f64,
    /// Alignment of thigh and shin.
    pub align: [DQuat; 2],
    /// Heel, ball and toe tip on the sole against the ankle, at rest, metres.
    pub sole_m: [DVec3; 3],
    /// Toe joint against the ankle, at rest, metres: what the foot rolls over while the toes stand.
    pub toe_joint_m: DVec3,
}

/// An arm's joints and alignment.
#[derive(Clone, Debug)]
pub struct Arm {
    /// Clavicle, upper arm, forearm and hand joints.
    pub joints: [usize; 4],
    /// Alignment of upper arm and forearm.
    pub align: [DQuat; 2],
    /// +1 for the left arm, -1 for the right: the side of the body in stage axes.
    pub side: f64,
    /// Direction from wrist to knuckles at rest.
    pub hand_axis: DVec3,
    /// Out of the palm at rest.
    pub palm: DVec3,
    /// From the wrist to the tip of the middle finger, metres.
    pub hand_length_m: f64,
}

/// The body at rest.
#[derive(Clone, Debug)]
pub struct Body {
    /// Joints, parents first.
    pub joints: Vec<Joint>,
    /// Hips, three spine joints, neck and head.
    pub trunk: [usize; 6],
    /// Right and left leg.
    pub legs: [Leg; 2],
    /// Right and left arm.
    pub arms: [Arm; 2],
}

impl Body {
    /// Reads the committed skeleton. Fails when a joint that the performance moves is missing, when
    /// a parent does not come first, or when a number is not finite.
    pub fn parse(text: &str) -> Result<Self> {
        let file: SkeletonFile = serde_json::from_str(text).context("skeleton.json")?;
        let joints = built_joints(&file)?;
        let find = |name: &str| find(&joints, name);
        let trunk = [
            find("Hips")?,
            find("Spine")?,
            find("Spine1")?,
            find("Spine2")?,
            find("Neck")?,
            find("Head")?,
        ];
        let legs = [leg(&joints, "Right")?, leg(&joints, "Left")?];
        let arms = [arm(&joints, "Right", -1.0)?, arm(&joints, "Left", 1.0)?];
        Ok(Self {
            joints,
            trunk,
            legs,
            arms,
        })
    }

    /// Index of a joint by its name without the prefix.
    pub fn find(&self, name: &str) -> Result<usize> {
        find(&self.joints, name)
    }

    /// Hip joint of a leg against the middle between both hips, in the pelvis, metres.
    pub fn hip_from_centre_m(&self, leg: &Leg) -> DVec3 {
        self.joints[leg.joints[0]].offset_m - self.hip_centre_m()
    }

    /// The middle between both hips against the hips joint, metres. The recording calls it the root.
    pub fn hip_centre_m(&self) -> DVec3 {
        let [right, left] = [0, 1].map(|side| self.joints[self.legs[side].joints[0]].offset_m);
        0.5 * (right + left)
    }

    /// Length of a straight leg from hip to ankle joint, metres.
    pub fn leg_length_m(&self) -> f64 {
        self.legs[0].lengths_m.iter().sum()
    }

    /// The rest pose, said in the recorded humanoid's joints.
    pub fn rest_pose(&self) -> Pose {
        let mut pose = Pose::hanging();
        pose.root_m = self.joints[self.trunk[0]].rest_m + self.hip_centre_m();
        pose.rest = 1.0;
        for (leg, first) in self.legs.iter().zip([3, 8]) {
            let [thigh, shin] = leg.align.map(|q| q.inverse());
            pose.rotations[first] = thigh;
            pose.rotations[first + 1] = thigh.inverse() * shin;
            pose.rotations[first + 2] = shin.inverse();
        }
        for (arm, first) in self.arms.iter().zip([6, 11]) {
            let [upper, fore] = arm.align.map(|q| q.inverse());
            pose.rotations[first] = upper;
            pose.rotations[first + 1] = upper.inverse() * fore;
        }
        pose
    }
}

/// The frame of a bone that points along `direction` and bends about `hinge`: its Y axis runs back
/// along the bone and its X axis is the hinge, as on the recorded humanoid.
pub fn bone_frame(direction: DVec3, hinge: DVec3) -> DQuat {
    let y = -direction.normalize_or(DVec3::NEG_Y);
    let x = (hinge - y * hinge.dot(y)).normalize_or(y.any_orthonormal_vector());
    DQuat::from_mat3(&DMat3::from_cols(x, y, x.cross(y)))
}

fn built_joints(file: &SkeletonFile) -> Result<Vec<Joint>> {
    let mut joints: Vec<Joint> = Vec::with_capacity(file.joints.len());
    for raw in &file.joints {
        let parent = match &raw.parent {
            None | Some(ParentFile::Index(..0)) => None,
            Some(ParentFile::Index(index)) => Some(*index as usize),
            Some(ParentFile::Name(name)) => Some(
                joints
                    .iter()
                    .position(|joint| joint.name == *name)
                    .with_context(|| format!("parent of {} is not before it", raw.name))?,
            ),
        };
        if parent.is_some_and(|p| p >= joints.len()) {
            bail!("parent of {} is not before it", raw.name);
        }
        let offset_m = DVec3::from_array(raw.rest_local_translation_m);
        let rest_m = DVec3::from_array(raw.rest_global_position_m);
        let expected_m = parent.map_or(DVec3::ZERO, |p| joints[p].rest_m) + offset_m;
        if !rest_m.is_finite() || !(expected_m.distance(rest_m) < 1e-3) {
            bail!(
                "rest position of {} does not follow from its offset",
                raw.name
            );
        }
        let tail_m = DVec3::from_array(raw.rest_global_tail_m);
        if !tail_m.is_finite() {
            bail!("the bone {} has no end", raw.name);
        }
        joints.push(Joint {
            name: raw.name.clone(),
            parent,
            offset_m,
            rest_m,
            tail_m,
        });
    }
    Ok(joints)
}

fn find(joints: &[Joint], name: &str) -> Result<usize> {
    joints
        .iter()
        .position(|joint| joint.name.strip_prefix(PREFIX) == Some(name))
        .with_context(|| format!("the body has no joint {PREFIX}{name}"))
}

fn leg(joints: &[Joint], side: &str) -> Result<Leg> {
    let names = ["UpLeg", "Leg", "Foot", "ToeBase"];
    let mut found = [0; 4];
    for (slot, name) in found.iter_mut().zip(names) {
        *slot = find(joints, &format!("{side}{name}"))?;
    }
    let [hip, knee, ankle, toe] = found.map(|i| joints[i].rest_m);
    let hinge = DVec3::X;
    let along = (ankle - hip).normalize_or(DVec3::NEG_Y);
    let hinge_axis = (hinge - along * hinge.dot(along)).normalize_or(DVec3::X);
    let knee_out_m = (knee - hip).dot(hinge_axis);
    let in_plane = |bone: DVec3| (bone.length_squared() - knee_out_m * knee_out_m).sqrt();
    let align = [knee - hip, ankle - knee].map(|bone| bone_frame(bone, hinge_axis).inverse());
    let tip = joints[found[3]].tail_m;
    let on_floor = |p: DVec3| DVec3::new(p.x - ankle.x, -ankle.y, p.z - ankle.z);
    let heel = ankle - (toe - ankle).with_y(0.0) * 0.35;
    Ok(Leg {
        joints: found,
        lengths_m: [in_plane(knee - hip), in_plane(ankle - knee)],
        knee_out_m,
        align,
        sole_m: [heel, toe, tip].map(on_floor),
        toe_joint_m: toe - ankle,
    })
}

fn arm(joints: &[Joint], side: &str, sign: f64) -> Result<Arm> {
    let names = ["Shoulder", "Arm", "ForeArm", "Hand"];
    let mut found = [0; 4];
    for (slot, name) in found.iter_mut().zip(names) {
        *slot = find(joints, &format!("{side}{name}"))?;
    }
    let [_, shoulder, elbow, wrist] = found.map(|i| joints[i].rest_m);
    // The elbow is bent at rest: it is straightened first, then the whole arm is brought down.
    let [upper_arm, forearm] =
        [elbow - shoulder, wrist - elbow].map(|bone| bone.normalize_or(DVec3::NEG_Y));
    let down = DQuat::from_rotation_arc(upper_arm, DVec3::NEG_Y);
    let align = [down, down * DQuat::from_rotation_arc(forearm, upper_arm)];
    let knuckle =
        |finger: &str| find(joints, &format!("{side}Hand{finger}1")).map(|i| joints[i].rest_m);
    let (middle, index, pinky) = (knuckle("Middle")?, knuckle("Index")?, knuckle("Pinky")?);
    let tip = joints[find(joints, &format!("{side}HandMiddle3"))?].tail_m;
    let across = (pinky - index).cross(middle - wrist) * sign;
    Ok(Arm {
        joints: found,
        align,
        side: sign,
        hand_axis: (middle - wrist).normalize_or(forearm),
        palm: across.normalize_or(DVec3::NEG_Y),
        hand_length_m: (tip - wrist).length(),
    })
}
