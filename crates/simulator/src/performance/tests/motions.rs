//! The committed performances on the committed body go where their files say.

use super::bvh_forward::Motion;
use super::{body, clip, file};
use crate::performance::{BodyMotion, MotionError};
use glam::DVec3;

/// The decimals of the file and of the body are a micrometre each, and add up over a chain.
const POSITION_MAX_M: f64 = 2e-5;

#[test]
fn a_motion_made_for_the_body_puts_its_joints_where_the_file_says() {
    let body = body();
    let skeleton = body.skeleton.as_ref().unwrap();
    for name in ["walk_dance", "action", "floor"] {
        let text = file(&format!("assets/performances/{name}.bvh"));
        let independent = Motion::read(std::str::from_utf8(&text).unwrap());
        let mut motion = BodyMotion::new(clip(&text), skeleton, &body.humanoid).unwrap();
        let (mut worst, mut compared) = (0.0f64, 0);
        for frame in (0..independent.len()).step_by(61) {
            let joints = motion.pose(frame as f64 * independent.frame_s);
            for (joint, centimetres) in independent.positions(frame) {
                let i = skeleton.find(joint).unwrap().idx();
                worst = worst.max(DVec3::from_array(joints[i].t).distance(centimetres / 100.0));
                compared += 1;
            }
        }
        eprintln!(
            "{name}: worst {:.3} mm of {compared} joints",
            worst * 1000.0
        );
        assert!(compared > 1000 && worst < POSITION_MAX_M, "{name}: {worst}");
    }
}

#[test]
fn what_is_no_performance_is_refused() {
    let body = body();
    let skeleton = body.skeleton.as_ref().unwrap();
    let whole = clip(&file("assets/performances/walk_dance.bvh"));
    let mut empty = whole.clone();
    empty.frames.clear();
    let refused = BodyMotion::new(empty, skeleton, &body.humanoid);
    assert_eq!(refused.err(), Some(MotionError::Empty));
    let mut torso = whole;
    torso.humanoid = cyc_model::HumanoidMap::default();
    let refused = BodyMotion::new(torso, skeleton, &body.humanoid);
    let missing = MotionError::MissingBone {
        which: "motion",
        bone: "hips",
    };
    assert_eq!(refused.err(), Some(missing));
}

#[test]
fn a_motion_repeats_without_a_jump() {
    let body = body();
    let skeleton = body.skeleton.as_ref().unwrap();
    let text = file("assets/performances/action.bvh");
    let mut motion = BodyMotion::new(clip(&text), skeleton, &body.humanoid).unwrap();
    let end_s = motion.length_s();
    let step_s = 1.0 / 240.0;
    let mut before = motion.pose(end_s - 0.1).to_vec();
    for i in 1..=300 {
        let now = motion.pose(end_s - 0.1 + f64::from(i) * step_s).to_vec();
        for (a, b) in before.iter().zip(&now) {
            let moved = DVec3::from_array(a.t).distance(DVec3::from_array(b.t));
            // Ten metres a second: faster than any of these performances, slower than any jump.
            assert!(moved < 10.0 * step_s, "{moved} m, {i} steps after the end");
        }
        before = now;
    }
}
