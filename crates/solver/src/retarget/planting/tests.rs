//! A foot by itself: what it is held by, how fast it may be corrected, and what gives way to what. Expected places are
//! computed here, from the foot's two points.

use super::super::feet::SolePoint;
use super::super::settings::RetargetSettings;
use super::super::tuning::Tuning;
use super::*;

const DT_S: f64 = 1.0 / 120.0;

/// A foot of 15 cm from heel to ball, whose ankle is 9 cm high and whose ball is the joint 4 cm over the floor.
fn sole() -> Sole {
    Sole {
        foot: 0,
        toes: Some(1),
        heel: SolePoint {
            local: DVec3::new(0.0, -0.09, -0.03),
            over_floor_m: 0.0,
        },
        ball: SolePoint {
            local: DVec3::new(0.0, -0.05, 0.12),
            over_floor_m: 0.04,
        },
        tip: None,
        forward: DVec3::new(0.0, 0.0, 0.15),
        toes_m: 0.06,
    }
}

fn free(rotation: DQuat, origin: DVec3) -> FreeFoot {
    FreeFoot {
        rotation,
        origin,
        hips_moved: DVec3::ZERO,
        hip: DVec3::new(origin.x, 0.9, origin.z),
        bones_m: 0.86,
        source_low_m: 0.0,
        source_hip_height_m: 0.9,
        standing_m: None,
        scale: 1.0,
        target_hip_height_m: 0.9,
        wider_m: 0.0,
        giant_scale: 1.0,
    }
}

/// A foot with its memory, and a performer's of the same build.
struct Stand {
    plant: FootPlant,
    numbers: Numbers,
    limits: ContactThresholds,
    starts: bool,
}

impl Stand {
    fn new() -> Self {
        let settings = RetargetSettings::default();
        Self {
            plant: FootPlant::default(),
            numbers: Tuning::new(&settings).now,
            limits: ContactThresholds::new(&settings.contact, 0.9),
            starts: true,
        }
    }

    /// The goal of a frame in which the performer's points are there.
    fn frame(&mut self, points: [DVec3; 2], free: &FreeFoot) -> FootGoal {
        self.plant.sense(points, DT_S, &self.limits);
        let goal = self
            .plant
            .goal(&sole(), free, (DT_S, self.starts), &self.numbers);
        self.starts = false;
        goal
    }
}

/// Heel and ball of a foot with its ankle there, turned so.
fn points(ankle: DVec3, rotation: DQuat) -> [DVec3; 2] {
    [
        ankle + rotation * DVec3::new(0.0, -0.09, -0.03),
        ankle + rotation * DVec3::new(0.0, -0.05, 0.12) - DVec3::Y * 0.04,
    ]
}

fn placed(goal: &FootGoal, free: &FreeFoot) -> [DVec3; 2] {
    points(goal.ankle, goal.turn * free.rotation).map(flat)
}

#[test]
fn a_foot_that_stands_tilted_keeps_heel_ball_and_heading() {
    for (pitch_rad, roll_rad) in [(-0.17, 0.2), (-0.17, -0.2), (0.12, 0.2)] {
        let rotation = DQuat::from_rotation_y(0.5)
            * DQuat::from_rotation_x(pitch_rad)
            * DQuat::from_rotation_z(roll_rad);
        let free = free(rotation, DVec3::new(0.1, 0.09, 0.2));
        let source = points(free.origin, rotation);
        let mut stand = Stand::new();
        let places: Vec<_> = (0..1200)
            .map(|_| placed(&stand.frame(source, &free), &free))
            .collect();
        assert!(stand.plant.held().heel && stand.plant.held().ball);
        for (then, now) in places[120].iter().zip(places[1199]) {
            let drift_m = then.distance(now);
            assert!(drift_m < 2e-4, "{pitch_rad} {roll_rad}: {drift_m} m in 9 s");
        }
    }
}

/// The hips go to and fro by 4 cm, at up to 0.25 m/s.
#[test]
fn a_foot_that_stands_does_not_go_along_with_the_hips() {
    let mut free = free(DQuat::IDENTITY, DVec3::new(0.1, 0.09, 0.2));
    let source = points(free.origin, free.rotation);
    let mut stand = Stand::new();
    for f in 0..240 {
        free.hips_moved = DVec3::new(0.04 * (f as f64 * DT_S * 6.0).sin(), 0.0, 0.0);
        let goal = stand.frame(source, &free);
        assert!(
            goal.ankle.distance(free.origin) < 1e-9,
            "frame {f}: {goal:?}"
        );
    }
}

/// A foot that was turned by 0.8 rad swings about its ball, which stands, and turns back meanwhile.
#[test]
fn a_foot_that_turns_back_leaves_its_ball_where_it_is() {
    let ball = DVec3::new(0.1, 0.0, 0.3);
    let at = |yaw_rad: f64| {
        let rotation = DQuat::from_rotation_y(yaw_rad);
        // The heel is 3 cm up, so that the ball alone is in contact.
        let rotation = rotation * DQuat::from_rotation_x(0.3);
        let ankle = ball + DVec3::Y * 0.04 - rotation * DVec3::new(0.0, -0.05, 0.12);
        (rotation, ankle)
    };
    let mut stand = Stand::new();
    let (rotation, ankle) = at(0.0);
    stand.frame(points(ankle, rotation), &free(rotation, ankle));
    stand.plant.holds[0] = None;
    stand.plant.turned.yaw_rad = 0.8;
    stand.plant.trackers[0] = ContactTracker::default();
    stand.plant.holds[1] = None;
    let mut held: Option<DVec3> = None;
    for f in 0..60 {
        // 3 rad/s: the ankle moves by 3.3 mm a frame.
        let (rotation, ankle) = at(f as f64 * DT_S * -3.0);
        let free = free(rotation, ankle);
        let source = points(ankle, rotation);
        let goal = stand.frame([source[0] + DVec3::Y * 0.1, source[1]], &free);
        let now = placed(&goal, &free)[1];
        let first = *held.get_or_insert(now);
        assert!(
            now.distance(first) < 1e-4,
            "frame {f}: {}",
            now.distance(first)
        );
    }
    let left_rad = stand.plant.turned.yaw_rad;
    assert!(left_rad < 0.1, "it did not turn back: {left_rad}");
}

/// Whatever a performer's foot does above the floor, its correction changes by no more than is told.
#[test]
fn a_correction_never_moves_faster_than_it_may() {
    let mut stand = Stand::new();
    let mut before: Option<DVec3> = None;
    let (mut most_m, mut counted) = (0.0f64, 0);
    for f in 0..2000 {
        let t = f as f64 * DT_S;
        let rotation = DQuat::from_rotation_y(2.0 * (1.7 * t).sin())
            * DQuat::from_rotation_x(0.3 * (5.1 * t).sin());
        let low_m = 0.03 * (1.0 + (4.3 * t).sin());
        let along = DVec3::new(0.4 * (1.1 * t).sin(), 0.0, 0.2 * (2.3 * t).cos());
        let mut free = free(
            rotation,
            along + DVec3::Y * (0.25 + low_m + 0.05 * (9.0 * t).sin()),
        );
        free.source_low_m = 0.05 + 0.5 * low_m * (1.0 + (0.7 * t).sin());
        free.hips_moved = DVec3::new(0.12 * (6.0 * t).sin(), 0.03 * (7.0 * t).cos(), 0.0);
        let down = points(along + DVec3::Y * (0.06 + low_m), rotation);
        let goal = stand.frame(down, &free);
        let correction = goal.ankle - free.origin;
        let stopped_by_floor = goal.low_m < -0.001;
        if let Some(before) = before.filter(|_| !stopped_by_floor) {
            most_m = most_m.max(correction.distance(before));
            counted += 1;
        }
        before = Some(correction);
    }
    assert!(most_m < STEP_MAX_M + 1e-9, "{most_m} m in a frame");
    assert!(counted > 1000, "{counted} frames above the floor");
    assert!(most_m > 0.8 * STEP_MAX_M, "nothing was asked for: {most_m}");
}

/// A foot that comes down at 2 m/s where the floor is not expected is stopped 1.5 mm under it.
#[test]
fn no_foot_goes_deep_into_the_floor() {
    let mut stand = Stand::new();
    for f in 0..60 {
        let height_m = 0.3 - 2.0 * DT_S * f as f64;
        let mut free = free(DQuat::IDENTITY, DVec3::new(0.1, 0.09 + height_m, 0.2));
        free.source_low_m = height_m;
        let source = points(free.origin, free.rotation);
        let goal = stand.frame(source, &free);
        let low_m = goal.ankle.y - 0.09;
        assert!(low_m > -0.0015 - 1e-9, "frame {f}: {low_m}");
    }
}

/// The leg is 2 cm from straight: a sole that is to be 20 cm lower is not brought lower than that.
#[test]
fn a_free_foot_is_not_lowered_out_of_reach() {
    let mut stand = Stand::new();
    let mut free = free(DQuat::IDENTITY, DVec3::new(0.1, 0.3, 0.2));
    free.hip = DVec3::new(0.1, 1.14, 0.2);
    free.source_low_m = 0.01;
    for _ in 0..120 {
        let goal = stand.frame(points(free.origin, free.rotation), &free);
        assert!(free.hip.distance(goal.ankle) < 0.8401, "{goal:?}");
    }
    free.hip = DVec3::new(0.1, 0.8, 0.2);
    let mut last_m = 0.0;
    for _ in 0..120 {
        last_m = stand
            .frame(points(free.origin, free.rotation), &free)
            .ankle
            .y;
    }
    assert!(last_m < 0.11, "nothing was to be lowered: {last_m}");
}

#[test]
fn a_way_is_gone_as_far_as_it_stays_within() {
    let way = |from: [f64; 2], to: [f64; 2]| {
        let at = |[x, z]: [f64; 2]| DVec3::new(x, 0.0, z);
        within(at(from), at(to), 1.0)
    };
    assert_eq!(way([0.0, 0.0], [0.6, 0.8]), 1.0);
    assert!((way([0.0, 0.0], [2.0, 0.0]) - 0.5).abs() < 1e-12);
    assert!((way([0.6, 0.0], [0.6, 1.6]) - 0.5).abs() < 1e-12);
    assert_eq!(way([2.0, 0.0], [3.0, 0.0]), 0.0);
    assert_eq!(way([2.0, 0.0], [2.0, 0.0]), 0.0);
    assert!((way([2.0, -1.0], [2.0, 3.0]) - 0.25).abs() < 1e-12);
}
