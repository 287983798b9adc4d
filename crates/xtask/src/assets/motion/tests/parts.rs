//! Clip reading, poses and footprints on small cases.

use glam::{DQuat, DVec3};

use super::super::body::Body;
use super::super::chance::Chance;
use super::super::clip::Clip;
use super::super::foot::{FootPose, Footprint, recorded_feet, runs};
use super::super::performer::{Bone, Pose};

/// A clip of five frames in which the root goes forward (the recording's +X) and `change` edits the
/// row of joint values (40 numbers).
fn clip_text(change: impl Fn(usize, &mut Vec<f64>)) -> String {
    let rows: Vec<String> = (0..5)
        .map(|k| {
            let mut row = vec![0.1, 0.2 * k as f64, 0.9, 0.0];
            for bone in Bone::ALL {
                row.extend(if bone.is_hinge() {
                    vec![0.0]
                } else {
                    vec![1.0, 0.0, 0.0, 0.0]
                });
            }
            change(k, &mut row);
            format!("{row:?}")
        })
        .collect();
    format!("{{\"Loop\": \"wrap\", \"Frames\": [{}]}}", rows.join(","))
}

fn body() -> Body {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../assets/human/skeleton.json"
    );
    Body::parse(&std::fs::read_to_string(path).expect("skeleton")).expect("a body")
}

#[test]
fn a_clip_is_read_into_stage_axes() {
    // Value 20 is the right knee's angle; the recording bends it with negative angles.
    let clip = Clip::parse("test", &clip_text(|_, row| row[20] = -1.0)).expect("a clip");
    assert!(clip.wraps);
    assert!((clip.duration_s() - 0.4).abs() < 1e-12);
    assert_eq!(clip.poses[2].root_m, DVec3::new(0.0, 0.9, 0.4));
    let shin = clip.poses[0].global(Bone::RightKnee) * DVec3::NEG_Y;
    assert!(shin.z < -0.8, "a bent knee brings the shin back: {shin}");
    assert!(clip.poses[0].heading_rad().abs() < 1e-12);
}

#[test]
fn a_repeated_clip_goes_on_from_where_it_ended() {
    let clip = Clip::parse("test", &clip_text(|_, _| {}))
        .expect("a clip")
        .repeated(3);
    assert_eq!(clip.poses.len(), 13);
    assert!((clip.duration_s() - 1.2).abs() < 1e-12);
    assert!((clip.poses[12].root_m.z - 2.4).abs() < 1e-12);
}

#[test]
fn quaternions_do_not_change_sign_along_a_clip() {
    let text = clip_text(|k, row| {
        if k % 2 == 1 {
            row[4] = -1.0;
        }
    });
    let clip = Clip::parse("test", &text).expect("a clip");
    for pair in clip.poses.windows(2) {
        assert!(pair[0].rotations[0].dot(pair[1].rotations[0]) > 0.99);
    }
}

#[test]
fn damaged_clips_are_refused_with_their_frame() {
    let message = |text: &str| format!("{:#}", Clip::parse("x", text).expect_err("refused"));
    assert!(message("{}").contains("not a motion file"));
    assert!(message(&clip_text(|_, row| row.truncate(43))).contains("frame 0: expected 44"));
    assert!(message(&clip_text(|k, row| row[0] = k as f64 - 2.0)).contains("duration -2 s"));
    let zero = clip_text(|k, row| {
        if k == 3 {
            row[8] = 0.0
        }
    });
    assert!(message(&zero).contains("frame 3: the rotation of Chest"));
}

#[test]
fn mirroring_twice_changes_nothing_and_once_swaps_the_sides() {
    let mut pose = Pose::hanging();
    pose.root_m = DVec3::new(0.3, 0.9, 0.1);
    pose.rotations[0] = DQuat::from_rotation_y(0.4);
    pose.rotations[Bone::LeftShoulder as usize] = DQuat::from_rotation_z(0.7);
    assert_eq!(pose.mirrored().mirrored(), pose);
    let right = pose.mirrored().rotations[Bone::RightShoulder as usize] * DVec3::NEG_Y;
    assert!(
        right.x < -0.5,
        "an arm raised to the left is raised to the right: {right}"
    );
    assert!((pose.mirrored().heading_rad() + 0.4).abs() < 1e-12);
}

#[test]
fn the_rest_pose_puts_the_feet_where_the_skeleton_has_them() {
    let body = body();
    for (foot, leg) in recorded_feet(&body, &body.rest_pose())
        .iter()
        .zip(&body.legs)
    {
        let rest_m = body.joints[leg.joints[2]].rest_m;
        assert!(
            foot.ankle_m.distance(rest_m) < 1e-9,
            "{} against {rest_m}",
            foot.ankle_m
        );
        assert!(foot.rotation.angle_between(DQuat::IDENTITY) < 1e-6);
    }
}

#[test]
fn a_standing_foot_rolls_over_heel_and_toe_joint_without_leaving_its_print() {
    let body = body();
    let leg = &body.legs[0];
    let print = Footprint {
        ball_m: DVec3::new(0.4, 0.0, -0.2),
        yaw_rad: 0.8,
    };
    let toe_m = |foot: &FootPose| foot.ankle_m + foot.rotation * leg.toe_joint_m;
    let flat = print.foot(leg, 0.0);
    for pitch in [0.2, 0.5, 0.9] {
        let up = print.foot(leg, pitch);
        assert!(
            toe_m(&up).distance(toe_m(&flat)) < 1e-9,
            "the toe joint stays"
        );
        assert!(
            up.sole_m(leg)[0].y > flat.sole_m(leg)[0].y,
            "the heel comes up"
        );
        let back = print.foot(leg, -0.6 * pitch);
        assert!(
            back.sole_m(leg)[0].distance(flat.sole_m(leg)[0]) < 1e-9,
            "the heel stays"
        );
        assert!(back.lowest_m(leg) > -1e-9);
    }
    let ahead = flat.rotation * DVec3::Z;
    assert!((ahead.x.atan2(ahead.z) - 0.8).abs() < 1e-9);
    assert!(flat.sole_m(leg)[1].distance(print.ball_m) < 1e-9);
}

#[test]
fn runs_are_found() {
    let flags = [true, true, false, true, false, false, true];
    assert_eq!(runs(&flags), vec![0..2, 3..4, 6..7]);
    assert!(runs(&[]).is_empty());
}

#[test]
fn chance_is_the_published_generator() {
    // First outputs of SplitMix64 for seed 1234567, as published with the algorithm.
    let expected = [6_457_827_717_110_365_317_u64, 3_203_168_211_198_807_973];
    let mut chance = Chance::seeded(1_234_567);
    for word in expected {
        assert_eq!(chance.unit(), (word >> 11) as f64 / (1_u64 << 53) as f64);
    }
}
