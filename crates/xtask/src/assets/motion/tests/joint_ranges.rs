//! Hips and ankles of the committed performances stay within what a body can do: a planted foot that
//! keeps its direction while the body spins above it twists the ankle half round, and no figure of
//! sliding notices. The measure shares nothing with planting: matrices, and axes from the file.

use super::bvh_reader::{Bvh, Matrix, Placed, axis_angle, product, transposed};
use super::committed::{NAMES, load, placed};

/// What ankle and foot together turn about the shin at most, degrees either way.
const ANKLE_DEG: f64 = 45.0;

/// What the hip turns the thigh about its own axis at most, out and in, degrees, while the thigh is
/// less than 60° from hanging: in a deep squat a knee that falls out is no turn about that axis.
const HIP_DEG: [f64; 2] = [65.0, 45.0];

/// How far a foot on the floor points out of and into the direction of a pelvis above it, degrees.
const PELVIS_DEG: [f64; 2] = [80.0, 50.0];

/// The largest turns of both legs in a performance, degrees.
#[derive(Debug, Default)]
struct Turns {
    ankle_deg: f64,
    hip_deg: [f64; 2],
    pelvis_deg: [f64; 2],
}

impl Turns {
    fn allowed(&self) -> bool {
        let below =
            |turns: [f64; 2], limits: [f64; 2]| turns[0] < limits[0] && turns[1] < limits[1];
        self.ankle_deg < ANKLE_DEG
            && below(self.hip_deg, HIP_DEG)
            && below(self.pelvis_deg, PELVIS_DEG)
    }
}

/// The part of a rotation that goes about `axis`, degrees: the half angle's tangent from the trace and
/// the antisymmetric part.
fn twist_deg(m: &Matrix, axis: [f64; 3]) -> f64 {
    let sine: f64 = axis_angle(m).iter().zip(axis).map(|(a, b)| a * b).sum();
    let trace = m[0][0] + m[1][1] + m[2][2];
    2.0 * sine.atan2(0.5 * (1.0 + trace)).to_degrees()
}

/// The direction up along a bone at rest: against the offset of the joint at its lower end.
fn up_along(bvh: &Bvh, lower: usize) -> [f64; 3] {
    let offset = bvh.joints[lower].offset_cm;
    let length = offset.iter().map(|x| x * x).sum::<f64>().sqrt();
    offset.map(|x| -x / length)
}

/// Turns of one frame, whose joints stand at `joints`, into the largest so far.
fn measure(bvh: &Bvh, joints: &Placed, turns: &mut Turns) {
    for (side, out_sign) in [("Right", -1.0), ("Left", 1.0)] {
        let find = |part: &str| bvh.find(&format!("{side}{part}"));
        let [thigh, shin, foot] = ["UpLeg", "Leg", "Foot"].map(find);
        let against =
            |joint: usize, parent: usize| product(&transposed(&joints[parent].0), &joints[joint].0);
        let ankle_deg = twist_deg(&against(foot, shin), up_along(bvh, foot));
        turns.ankle_deg = turns.ankle_deg.max(ankle_deg.abs());
        let hip = against(thigh, 0);
        if hip[1][1] > 0.5 {
            let hip_deg = twist_deg(&hip, up_along(bvh, shin));
            widen(&mut turns.hip_deg, out_sign * hip_deg);
        }
        let (foot_turn, ankle_m) = joints[foot];
        let upright = |m: &Matrix| m[1][1] > 0.8;
        if upright(&joints[0].0) && upright(&foot_turn) && ankle_m[1] < 0.12 {
            let facing = |m: &Matrix| m[0][2].atan2(m[2][2]);
            let apart = facing(&foot_turn) - facing(&joints[0].0);
            let pelvis_deg = apart.sin().atan2(apart.cos()).to_degrees();
            widen(&mut turns.pelvis_deg, out_sign * pelvis_deg);
        }
    }
}

/// Takes a turn, out positive, into the largest turns out and in.
fn widen(turns: &mut [f64; 2], out_deg: f64) {
    turns[0] = turns[0].max(out_deg);
    turns[1] = turns[1].max(-out_deg);
}

fn turns(bvh: &Bvh, frames: &[Placed]) -> Turns {
    let mut turns = Turns::default();
    for joints in frames {
        measure(bvh, joints, &mut turns);
    }
    turns
}

#[test]
fn legs_turn_no_further_than_a_body_can() {
    for name in NAMES {
        let bvh = load(name);
        let turns = turns(&bvh, &placed(&bvh));
        println!("{name}: {turns:.0?}");
        assert!(turns.allowed(), "{name}: {turns:.0?}");
    }
}

#[test]
fn feet_that_stay_behind_a_spin_would_be_noticed() {
    // The body goes round once in two seconds; its feet keep the stage's directions.
    let bvh = load("action");
    let mut frames = placed(&bvh);
    let feet = ["RightFoot", "LeftFoot"].map(|name| bvh.find(name));
    for (k, joints) in frames.iter_mut().enumerate().take(240) {
        let (sine, cosine) = (std::f64::consts::TAU * k as f64 / 240.0).sin_cos();
        let about_up = [[cosine, 0.0, sine], [0.0, 1.0, 0.0], [-sine, 0.0, cosine]];
        for (joint, (turn, _)) in joints.iter_mut().enumerate() {
            if !feet.contains(&joint) {
                *turn = product(&about_up, turn);
            }
        }
    }
    let turns = turns(&bvh, &frames[..240]);
    assert!(!turns.allowed(), "a whole turn read as {turns:.0?}");
    assert!(
        turns.ankle_deg > 170.0 && turns.pelvis_deg[0] > 170.0,
        "{turns:.0?}"
    );
}
