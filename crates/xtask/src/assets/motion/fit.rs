//! Puts the joined motion onto the body: trunk shared over three spine joints, neck over two,
//! clavicles following raised arms, legs by two-bone inverse kinematics to the planted feet, nothing
//! under the floor.

use glam::{DQuat, DVec3};

use super::body::{Arm, Body, Leg, bone_frame};
use super::hands::Hands;
use super::performer::{Bone, Pose};
use super::planting::FootFrame;
use super::smooth;

/// A standing leg is stretched to this share of its length at most: the pelvis sinks instead.
const STRAIGHTEST: f64 = 0.990;

/// No leg is stretched further than this share of its length; a straight knee would have to snap.
const TAUT: f64 = 0.9985;

/// Over which share of its length a leg is slowed on the way to [`TAUT`]: in the air and standing,
/// where it would lift the foot.
const TAUT_WIDTH: [f64; 2] = [0.02, 0.004];

/// Share of a foot's turn against the shin that the hip takes: the knee follows the toes.
const SWIVEL_SHARE: f64 = 0.5;

/// Sine of the thigh's turn about its own axis from which on the hip takes less, and at which nothing.
const HIP_SINE: [f64; 2] = [0.6, 0.95];

/// Share of the neck's turn that the lower of its two joints takes.
const NECK_SHARE: f64 = 0.45;

/// Thickness of the body around joints that may touch the floor, metres: joint, radius.
const THICKNESS_M: [(&str, f64); 9] = [
    ("Hips", 0.10),
    ("Spine1", 0.11),
    ("Spine2", 0.11),
    ("Head", 0.10),
    ("LeftEye", 0.06),
    ("LeftLeg", 0.06),
    ("RightLeg", 0.06),
    ("LeftArm", 0.07),
    ("RightArm", 0.07),
];

/// One frame of the finished performance.
#[derive(Clone, Debug)]
pub struct BodyPose {
    /// Position of the hips joint, metres.
    pub hips_m: DVec3,
    /// Rotation of every joint against its parent, in the order of the body's joints.
    pub rotations: Vec<DQuat>,
}

impl BodyPose {
    /// Global rotation and position of every joint, metres.
    pub fn global(&self, body: &Body) -> Vec<(DQuat, DVec3)> {
        let mut out: Vec<(DQuat, DVec3)> = Vec::with_capacity(body.joints.len());
        for (joint, rotation) in body.joints.iter().zip(&self.rotations) {
            out.push(match joint.parent {
                Some(parent) => {
                    let (turn, at_m) = out[parent];
                    (turn * *rotation, at_m + turn * joint.offset_m)
                }
                None => (*rotation, self.hips_m),
            });
        }
        out
    }
}

/// Height to add to every pose so that the trunk, head, knees and shoulders clear the floor, metres.
pub fn lift_off_floor_m(body: &Body, poses: &[Pose]) -> Vec<f64> {
    let needed: Vec<f64> = poses
        .iter()
        .map(|pose| {
            let global = upper_body(body, pose).global(body);
            let depth_m = |(name, radius_m): &(&str, f64)| match body.find(name) {
                Ok(joint) => radius_m - global[joint].1.y,
                Err(_) => 0.0,
            };
            THICKNESS_M.iter().map(depth_m).fold(0.0, f64::max)
        })
        .collect();
    smooth::envelope(&needed, 8, 6.0)
}

/// How far the pelvis has to sink in every frame so that both legs reach their feet, metres.
pub fn sink_to_reach_m(body: &Body, poses: &[Pose], feet: &[Vec<FootFrame>; 2]) -> Vec<f64> {
    let needed: Vec<f64> = poses
        .iter()
        .enumerate()
        .map(|(k, pose)| {
            let mut sink_m: f64 = 0.0;
            for (foot, leg) in feet.iter().zip(&body.legs) {
                let hip_m = pose.root_m + pose.rotations[0] * body.hip_from_centre_m(leg);
                let gap_m = foot[k].pose.ankle_m - hip_m;
                let reach_m = STRAIGHTEST * leg.lengths_m.iter().sum::<f64>();
                let across_m = gap_m.with_y(0.0).length();
                let reachable_m = (reach_m * reach_m - across_m * across_m).max(0.0).sqrt();
                let need_m = -gap_m.y - reachable_m;
                // An airborne foot may come along with the body; a standing one may not.
                sink_m = sink_m.max(need_m.clamp(0.0, 0.25) * foot[k].weight);
            }
            sink_m
        })
        .collect();
    smooth::envelope(&needed, 14, 6.0)
}

/// Fits one frame. `feet` are the planted feet (right, left).
pub fn fit(body: &Body, pose: &Pose, feet: [FootFrame; 2], hands: &Hands) -> BodyPose {
    let mut out = upper_body(body, pose);
    let bones = [
        (Bone::RightHip, Bone::RightKnee),
        (Bone::LeftHip, Bone::LeftKnee),
    ];
    for ((leg, foot), (thigh, shin)) in body.legs.iter().zip(feet).zip(bones) {
        let raw = [pose.global(thigh), pose.global(shin)];
        fit_leg(body, pose, leg, raw, foot, &mut out);
        out.rotations[leg.joints[3]] = DQuat::from_rotation_x(-foot.toe_bend_rad);
    }
    for arm in &body.arms {
        keep_hand_above_floor(body, arm, &mut out);
    }
    hands.apply(pose.fist, &mut out);
    if pose.rest > 0.0 {
        let rest = body.joints[body.trunk[0]].rest_m;
        out.hips_m = out.hips_m.lerp(
            pose.root_m.with_y(rest.y) - body.hip_centre_m().with_y(0.0),
            pose.rest,
        );
        for (joint, rotation) in out.rotations.iter_mut().enumerate() {
            let target = if joint == body.trunk[0] {
                DQuat::from_rotation_y(pose.heading_rad())
            } else {
                DQuat::IDENTITY
            };
            *rotation = rotation.slerp(target, pose.rest);
        }
    }
    out
}

/// Everything but feet and hands: legs as recorded.
fn upper_body(body: &Body, pose: &Pose) -> BodyPose {
    let mut out = BodyPose {
        hips_m: pose.root_m - pose.rotations[0] * body.hip_centre_m(),
        rotations: vec![DQuat::IDENTITY; body.joints.len()],
    };
    let share = |q: DQuat, part: f64| DQuat::IDENTITY.slerp(q, part);
    let [hips, spine, spine1, spine2, neck, head] = body.trunk;
    out.rotations[hips] = pose.rotations[Bone::Root as usize];
    let chest = pose.rotations[Bone::Chest as usize];
    for joint in [spine, spine1, spine2] {
        out.rotations[joint] = share(chest, 1.0 / 3.0);
    }
    let nod = pose.rotations[Bone::Neck as usize];
    out.rotations[neck] = share(nod, NECK_SHARE);
    out.rotations[head] = share(nod, 1.0 - NECK_SHARE);
    let arms = [
        (Bone::RightShoulder, Bone::RightElbow),
        (Bone::LeftShoulder, Bone::LeftElbow),
    ];
    for (arm, (upper, fore)) in body.arms.iter().zip(arms) {
        fit_arm(pose, arm, (upper, fore), &mut out);
    }
    let legs = [
        (Bone::RightHip, Bone::RightKnee),
        (Bone::LeftHip, Bone::LeftKnee),
    ];
    for (leg, (thigh, shin)) in body.legs.iter().zip(legs) {
        let [thigh_joint, shin_joint, ..] = leg.joints;
        let local = pose.rotations[thigh as usize] * leg.align[0];
        out.rotations[thigh_joint] = local;
        out.rotations[shin_joint] =
            leg.align[0].inverse() * pose.rotations[shin as usize] * leg.align[1];
    }
    out
}

/// Upper arm and forearm keep their recorded direction on the stage; the clavicle gives way.
fn fit_arm(pose: &Pose, arm: &Arm, bones: (Bone, Bone), out: &mut BodyPose) {
    let [clavicle, upper, fore, _] = arm.joints;
    let swing = pose.rotations[bones.0 as usize];
    let elevation = |q: DQuat| (q * DVec3::NEG_Y).angle_between(DVec3::NEG_Y);
    let rest = elevation(arm.align[0].inverse());
    let now = elevation(swing);
    let shrug = 0.10 * (now - rest) + 0.22 * (smooth::positive_part(now - 1.75, 0.3) - 0.01);
    let forward = (swing * DVec3::NEG_Y).z.clamp(-1.0, 1.0);
    let lift = DQuat::from_rotation_z(arm.side * shrug);
    let draw = DQuat::from_rotation_y(-arm.side * 0.16 * forward);
    let clavicle_turn = draw * lift;
    out.rotations[clavicle] = clavicle_turn;
    out.rotations[upper] = clavicle_turn.inverse() * swing * arm.align[0];
    out.rotations[fore] = arm.align[0].inverse() * pose.rotations[bones.1 as usize] * arm.align[1];
}

/// Two-bone inverse kinematics: the knee stays in the plane of its recorded hinge, turned toward the
/// toes by the hip's share of what the foot is turned against the shin.
fn fit_leg(
    body: &Body,
    pose: &Pose,
    leg: &Leg,
    raw: [DQuat; 2],
    foot: FootFrame,
    out: &mut BodyPose,
) {
    let hips = pose.rotations[0];
    let hip_m = pose.root_m + hips * body.hip_from_centre_m(leg);
    let gap_m = foot.pose.ankle_m - hip_m;
    let along = gap_m.normalize_or(DVec3::NEG_Y);
    let hinge_raw = raw[0] * DVec3::X;
    let hinge = (hinge_raw - along * hinge_raw.dot(along)).normalize_or(hinge_raw);
    let [thigh_turn, shin_turn] = bent(leg, gap_m, hinge, foot.weight);
    let [thigh_joint, shin_joint, foot_joint, _] = leg.joints;
    let up = |joint: usize| -body.joints[joint].offset_m.normalize_or(DVec3::NEG_Y);
    let foot_sine = twist_sine(shin_turn.inverse() * foot.pose.rotation, up(foot_joint));
    let hip_sine = twist_sine(hips.inverse() * thigh_turn, up(shin_joint));
    let turned_on = hip_sine * foot_sine.signum();
    let room = 1.0 - smooth::step((turned_on - HIP_SINE[0]) / (HIP_SINE[1] - HIP_SINE[0]));
    let swivel_rad = SWIVEL_SHARE * room * foot_sine;
    let hinge = DQuat::from_axis_angle(-along, swivel_rad) * hinge;
    let [thigh_turn, shin_turn] = bent(leg, gap_m, hinge, foot.weight);
    out.rotations[thigh_joint] = hips.inverse() * thigh_turn;
    out.rotations[shin_joint] = thigh_turn.inverse() * shin_turn;
    out.rotations[foot_joint] = shin_turn.inverse() * foot.pose.rotation;
}

/// Turns of thigh and shin of a leg that reaches `gap_m` from its hip and bends about `hinge`, which
/// stands upright on `gap_m`.
fn bent(leg: &Leg, gap_m: DVec3, hinge: DVec3, weight: f64) -> [DQuat; 2] {
    let [a, b] = leg.lengths_m;
    let width = TAUT_WIDTH[0] + (TAUT_WIDTH[1] - TAUT_WIDTH[0]) * weight;
    let slack = smooth::positive_part(TAUT - gap_m.length() / (a + b), width);
    let distance_m = ((TAUT - slack) * (a + b)).max((a - b).abs() + 0.05);
    let along = gap_m.normalize_or(DVec3::NEG_Y);
    // Law of cosines in the plane; the knee bends toward the thigh's forward side.
    let reach_m = (a * a + distance_m * distance_m - b * b) / (2.0 * distance_m);
    let bend_m = (a * a - reach_m * reach_m).max(0.0).sqrt();
    let bend_side = hinge.cross(-along);
    let knee = along * reach_m + bend_side * bend_m + hinge * leg.knee_out_m;
    let shin_bone = along * distance_m - knee;
    [
        bone_frame(knee, hinge) * leg.align[0],
        bone_frame(shin_bone, hinge) * leg.align[1],
    ]
}

/// Sine of the part of a turn that goes about `axis`: near zero the angle, and without a jump where
/// the angle goes from half a turn one way to half a turn the other.
fn twist_sine(turn: DQuat, axis: DVec3) -> f64 {
    let (s, c) = (turn.xyz().dot(axis), turn.w);
    2.0 * s * c / (s * s + c * c).max(1e-9)
}

/// Raises an arm whose wrist would be under the floor and lays the hand back flat.
fn keep_hand_above_floor(body: &Body, arm: &Arm, out: &mut BodyPose) {
    let [_, upper, fore, hand] = arm.joints;
    let global = out.global(body);
    let [shoulder_m, elbow_m, wrist_m] = [upper, fore, hand].map(|joint| global[joint].1);
    let low = smooth::positive_part(0.07 - wrist_m.y, 0.03);
    if low > 1e-3 {
        let target_m = wrist_m + DVec3::Y * low;
        let (a, b) = (elbow_m.distance(shoulder_m), wrist_m.distance(elbow_m));
        let gap_m = target_m - shoulder_m;
        let distance_m = gap_m.length().clamp((a - b).abs() + 0.02, 0.999 * (a + b));
        let along = gap_m.normalize_or(DVec3::NEG_Y);
        let out_of_line = elbow_m - shoulder_m;
        let side = (out_of_line - along * out_of_line.dot(along)).normalize_or(DVec3::NEG_Z);
        let reach_m = (a * a + distance_m * distance_m - b * b) / (2.0 * distance_m);
        let bend_m = (a * a - reach_m * reach_m).max(0.0).sqrt();
        let elbow_new_m = shoulder_m + along * reach_m + side * bend_m;
        let turn = |from: DVec3, to: DVec3| {
            DQuat::from_rotation_arc(from.normalize_or(DVec3::Y), to.normalize_or(DVec3::Y))
        };
        let upper_turn = turn(elbow_m - shoulder_m, elbow_new_m - shoulder_m) * global[upper].0;
        let fore_turn = turn(
            wrist_m - elbow_m,
            shoulder_m + along * distance_m - elbow_new_m,
        ) * global[fore].0;
        let parent = body.joints[upper]
            .parent
            .map_or(DQuat::IDENTITY, |p| global[p].0);
        out.rotations[upper] = parent.inverse() * upper_turn;
        out.rotations[fore] = upper_turn.inverse() * fore_turn;
    }
    lay_hand_back(body, arm, out);
}

/// Bends the wrist until the fingertips stay above the floor: the hand keeps its direction over the
/// floor, and a hand that points straight down folds toward its back, as in a handstand.
fn lay_hand_back(body: &Body, arm: &Arm, out: &mut BodyPose) {
    let hand = arm.joints[3];
    let global = out.global(body);
    let (turn, wrist_m) = global[hand];
    let pointing = turn * arm.hand_axis;
    let palm = turn * arm.palm;
    let allowed = (wrist_m.y - 0.03) / arm.hand_length_m;
    let excess = smooth::positive_part(-pointing.y - allowed, 0.06);
    if excess < 2e-3 {
        return;
    }
    let across = (pointing - palm * (0.5 * excess)).with_y(0.0);
    let down = (pointing.y + excess).clamp(-1.0, 1.0);
    let wanted = across.normalize_or(DVec3::Z) * (1.0 - down * down).sqrt() + DVec3::Y * down;
    let laid = DQuat::from_rotation_arc(pointing, wanted) * turn;
    let parent = body.joints[hand]
        .parent
        .map_or(DQuat::IDENTITY, |p| global[p].0);
    out.rotations[hand] = parent.inverse() * laid;
}
