//! A motion from elsewhere: other joint names, other proportions, a T-pose, its root at the origin as in the CMU
//! database. The body must do what it shows, with its own feet on the floor.

use super::{body, clip};
use crate::performance::{BodyMotion, Placement};
use cyc_character::Character;
use cyc_model::HumanBone;
use std::fmt::Write;

/// Thigh and shin of the other actor, centimetres: a taller one.
const LEG_CM: f64 = 47.0;
/// From his ankle to the floor.
const ANKLE_CM: f64 = 9.0;
/// From his hips to the hip joints.
const HIP_CM: f64 = 3.0;

const FRAMES: usize = 60;

/// Name, offset, children; the arms point sideways.
struct Bone(&'static str, [f64; 3], Vec<Bone>);

fn limb(names: [&'static str; 4], offsets: [[f64; 3]; 4]) -> Bone {
    let [a, b, c, d] = names;
    let [w, x, y, z] = offsets;
    Bone(
        a,
        w,
        vec![Bone(b, x, vec![Bone(c, y, vec![Bone(d, z, vec![])])])],
    )
}

fn skeleton() -> Bone {
    let leg = |names, side: f64| {
        let down = [0.0, -LEG_CM, 0.0];
        limb(
            names,
            [
                [9.0 * side, -HIP_CM, 0.0],
                down,
                down,
                [0.0, -ANKLE_CM + 2.0, 13.0],
            ],
        )
    };
    let arm = |names, side: f64| {
        let along = |cm: f64| [cm * side, 0.0, 0.0];
        limb(
            names,
            [
                [3.0 * side, 14.0, 0.0],
                along(15.0),
                along(31.0),
                along(27.0),
            ],
        )
    };
    let left_leg = leg(["LeftUpLeg", "LeftLeg", "LeftFoot", "LeftToeBase"], 1.0);
    let right_leg = leg(
        ["RightUpLeg", "RightLeg", "RightFoot", "RightToeBase"],
        -1.0,
    );
    let left_arm = arm(["LeftShoulder", "LeftArm", "LeftForeArm", "LeftHand"], 1.0);
    let right_arm = arm(
        ["RightShoulder", "RightArm", "RightForeArm", "RightHand"],
        -1.0,
    );
    let head = Bone(
        "Neck",
        [0.0, 18.0, 0.0],
        vec![Bone("Head", [0.0, 10.0, 1.0], vec![])],
    );
    let chest = Bone("Spine1", [0.0, 15.0, 0.0], vec![left_arm, head, right_arm]);
    let spine = Bone("Spine", [0.0, 12.0, 0.0], vec![chest]);
    Bone("Hips", [0.0; 3], vec![left_leg, right_leg, spine])
}

/// What each joint does in a frame: degrees about Z, Y, X.
fn angles(name: &str, t: f64) -> [f64; 3] {
    match name {
        // A squat: the thigh forward, the shin back by twice as much, the foot level.
        "LeftUpLeg" | "RightUpLeg" => [0.0, 0.0, -40.0 * t],
        "LeftLeg" | "RightLeg" => [0.0, 0.0, 80.0 * t],
        "LeftFoot" | "RightFoot" => [0.0, 0.0, -40.0 * t],
        // The left arm rises from the T-pose straight up.
        "LeftArm" => [90.0 * t, 0.0, 0.0],
        _ => [0.0; 3],
    }
}

fn write_bone(bone: &Bone, depth: usize, text: &mut String, names: &mut Vec<&'static str>) {
    let Bone(name, [x, y, z], children) = bone;
    let word = if depth == 0 { "ROOT" } else { "JOINT" };
    let place = if depth == 0 {
        "6 Xposition Yposition Zposition"
    } else {
        "3"
    };
    let channels = format!("{place} Zrotation Yrotation Xrotation");
    names.push(name);
    let _ = writeln!(
        text,
        "{word} {name}\n{{\nOFFSET {x} {y} {z}\nCHANNELS {channels}"
    );
    for child in children {
        write_bone(child, depth + 1, text, names);
    }
    if children.is_empty() {
        text.push_str("End Site\n{\nOFFSET 0 4 0\n}\n");
    }
    text.push_str("}\n");
}

fn motion() -> String {
    let (mut text, mut names) = ("HIERARCHY\n".to_owned(), Vec::new());
    write_bone(&skeleton(), 0, &mut text, &mut names);
    let _ = write!(text, "MOTION\nFrames: {FRAMES}\nFrame Time: 0.0166667\n");
    for frame in 0..FRAMES {
        let t = frame as f64 / (FRAMES - 1) as f64;
        let legs_cm = 2.0 * LEG_CM * (40.0 * t).to_radians().cos();
        let _ = write!(text, "{} {} 20 ", 100.0 * t, HIP_CM + legs_cm + ANKLE_CM);
        for name in &names {
            let [z, y, x] = angles(name, t);
            let _ = write!(text, "{z} {y} {x} ");
        }
        text.push('\n');
    }
    text
}

fn at(body: &Character, joints: &[Placement], bone: HumanBone) -> [f64; 3] {
    joints[body.humanoid.joint(bone).unwrap().idx()].t
}

#[test]
fn the_body_squats_on_its_own_feet_and_raises_its_arm() {
    let body = body();
    let skeleton = body.skeleton.as_ref().unwrap();
    let mut driven = BodyMotion::new(clip(motion().as_bytes()), skeleton, &body.humanoid).unwrap();
    let rest = driven.rest().to_vec();
    let ankle_m = at(&body, &rest, HumanBone::LeftFoot)[1];
    let mut hips = Vec::new();
    for frame in 0..FRAMES {
        let joints = driven.pose(frame as f64 * 0.016_666_7).to_vec();
        for foot in [HumanBone::LeftFoot, HumanBone::RightFoot] {
            let height_m = at(&body, &joints, foot)[1];
            let off = height_m - ankle_m;
            assert!(
                off.abs() < 0.02,
                "frame {frame}: the ankle is {off:.3} m off"
            );
        }
        hips.push(at(&body, &joints, HumanBone::Hips));
    }
    let (first, last) = (hips[0], hips[FRAMES - 1]);
    assert!(first[1] - last[1] > 0.15, "no squat: {first:?} to {last:?}");
    // A shorter body goes a shorter way, in proportion to its legs.
    assert!(
        (0.75..0.99).contains(&(last[0] - first[0])),
        "{first:?} to {last:?}"
    );
}

#[test]
fn limbs_point_where_the_motion_points_them_whatever_the_rest_poses_are() {
    let body = body();
    let skeleton = body.skeleton.as_ref().unwrap();
    let mut driven = BodyMotion::new(clip(motion().as_bytes()), skeleton, &body.humanoid).unwrap();
    let mut arm = |t_s: f64, [from, to]: [HumanBone; 2]| {
        let joints = driven.pose(t_s).to_vec();
        let (a, b) = (at(&body, &joints, from), at(&body, &joints, to));
        let d = glam::DVec3::from_array(b) - glam::DVec3::from_array(a);
        d.normalize_or_zero()
    };
    use HumanBone::{LeftHand, LeftLowerArm, LeftUpperArm, RightLowerArm, RightUpperArm};
    let end_s = 0.016_666_7 * (FRAMES - 1) as f64;
    assert!(
        arm(0.0, [LeftUpperArm, LeftLowerArm]).x > 0.99,
        "not sideways in the T-pose"
    );
    assert!(
        arm(0.0, [LeftLowerArm, LeftHand]).x > 0.99,
        "not sideways in the T-pose"
    );
    assert!(
        arm(end_s, [LeftUpperArm, LeftLowerArm]).y > 0.99,
        "not up at the end"
    );
    assert!(
        arm(end_s, [RightUpperArm, RightLowerArm]).x < -0.99,
        "the other arm moved"
    );
}
