//! A performer's track, walked through the dropout policy on a body of two joints whose motion is known.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use cyc_model::{
    Dof, DofRange, Epoch, FrameNumber, HostNs, HumanoidMap, JointDofs, JointFrame, JointSpec,
    Nanos, Prediction, Quality, Rig, Skeleton, Stage, Xf,
};
use cyc_timing::{GapPolicy, MotionTrack};
use glam::{DQuat, DVec3};

const PERIOD: Nanos = Nanos::from_millis(5);

/// A thigh that goes where it likes and a knee that bends about x from 0 to 2 rad.
fn rig() -> Rig {
    let spec = |name: &str, parent, at: DVec3| JointSpec {
        name: name.into(),
        parent,
        parent_from_joint: Xf::from_translation(at),
    };
    let specs = vec![
        spec("thigh", None, DVec3::Y),
        spec("shin", Some(0), DVec3::new(0.0, -0.4, 0.0)),
    ];
    let (skeleton, _) = Skeleton::build(specs).unwrap();
    let mut knee = JointDofs::unlimited(Dof::Hinge { axis: DVec3::X });
    knee.ranges[0] = Some(DofRange {
        min_rad: 0.0,
        max_rad: 2.0,
    });
    let dofs = vec![JointDofs::unlimited(Dof::Free), knee];
    Rig::build("leg".into(), skeleton, dofs, vec![], HumanoidMap::default()).unwrap()
}

/// The leg with its thigh at a place and its knee bent.
fn leg(place: DVec3, knee_rad: f64) -> [Xf<Stage, JointFrame>; 2] {
    let thigh: Xf<Stage, JointFrame> = Xf::from_translation(place);
    let shin: Xf<JointFrame, JointFrame> =
        Xf::saturating(DQuat::from_rotation_x(knee_rad), DVec3::new(0.0, -0.4, 0.0));
    [thigh, thigh * shin]
}

fn time(frame: i64) -> HostNs {
    HostNs(frame * PERIOD.0)
}

fn knee_rad(pose: &[Xf<Stage, JointFrame>; 2]) -> f64 {
    let turn = pose[0].rotation().conjugate() * pose[1].rotation();
    2.0 * turn.x.atan2(turn.w)
}

/// A second at 1 m/s with the knee stretching at 4 rad/s until it is at `last_rad`.
fn stretching(last_rad: f64) -> MotionTrack {
    let mut track = MotionTrack::new(&rig(), GapPolicy::PERFORMER);
    for frame in 0..=200 {
        let left_s = (200 - frame) as f64 * PERIOD.secs();
        let place = DVec3::new(-left_s, 1.0, 0.0);
        track.push(time(frame), &leg(place, (last_rad + 4.0 * left_s).min(1.9)));
    }
    track
}

#[test]
fn between_and_beyond_measurements() {
    let mut track = stretching(0.5);
    let mut pose = leg(DVec3::ZERO, 0.0);
    let between = time(200) - Nanos(PERIOD.0 / 2);
    assert_eq!(track.at(between, &mut pose), Quality::Interpolated);
    assert!((pose[0].translation().metres().x + 0.0025).abs() < 1e-9);
    assert!((knee_rad(&pose) - 0.51).abs() < 1e-9);
    let mut ahead = |ms: i64| {
        let quality = track.at(time(200) + Nanos::from_millis(ms), &mut pose);
        (quality, pose)
    };
    // 1 m/s for 20 ms with a velocity that decays in 40 ms: 40·(1 − e^(−½)) mm.
    let (quality, at_20) = ahead(20);
    assert!(matches!(quality, Quality::Predicted { .. }));
    let way = 0.040 * (1.0 - (-0.5f64).exp());
    assert!((at_20[0].translation().metres().x - way).abs() < 1e-9);
    assert!((knee_rad(&at_20) - (0.5 - 4.0 * way)).abs() < 1e-9);
    assert!(
        (at_20[0].translation().distance_m(at_20[1].translation()) - 0.4).abs() < 1e-12,
        "bones keep their length"
    );
    assert_eq!(ahead(0).0, Quality::Live);
    assert!(matches!(ahead(300).0, Quality::Held { .. }));
    assert_eq!(ahead(1001).0, Quality::Absent);
    assert_eq!(ahead(150).1, ahead(900).1, "at rest she stays at rest");
}

#[test]
fn a_prediction_bends_no_joint_beyond_its_range() {
    // Half a degree before the stop, stretching fast.
    let mut track = stretching(0.01);
    let mut pose = leg(DVec3::ZERO, 0.0);
    for ms in 0..500 {
        track.at(time(200) + Nanos::from_millis(ms), &mut pose);
        assert!(knee_rad(&pose) >= -1e-9, "{ms}: {}", knee_rad(&pose));
    }
    assert!(knee_rad(&pose) < 1e-9, "it went as far as it can");
    // A knee that was measured beyond its stop stays there: no pop back, and no further.
    let mut track = stretching(-0.05);
    for ms in 0..500 {
        track.at(time(200) + Nanos::from_millis(ms), &mut pose);
        assert!((knee_rad(&pose) + 0.05).abs() < 1e-9);
    }
}

#[test]
fn a_lead_goes_on_undamped_joint_by_joint_within_ranges() {
    for method in [
        Prediction::ConstantVelocity,
        Prediction::DoubleExponential,
        Prediction::Kalman,
    ] {
        let mut track = MotionTrack::new(&rig(), GapPolicy::PERFORMER);
        track.set_prediction(method);
        let lead = Nanos::from_millis(100);
        track.set_lead(lead);
        for frame in 0..=400 {
            let left_s = (400 - frame) as f64 * PERIOD.secs();
            let knee = (0.5 + 0.7 * left_s).min(1.9);
            track.push(time(frame), &leg(DVec3::new(-left_s, 1.0, 0.0), knee));
        }
        let mut pose = leg(DVec3::ZERO, 0.0);
        track.at(time(400), &mut pose);
        // 1 m/s and 0.7 rad/s for 100 ms; no step at either is taken for noise.
        let x = pose[0].translation().metres().x;
        assert!((x - 0.1).abs() < 1e-3, "{}: {x}", method.word());
        let knee = knee_rad(&pose);
        assert!((knee - 0.43).abs() < 1e-3, "{}: {knee}", method.word());
        // The lead's part stays at full speed when nothing more comes; the knee meets its stop.
        track.set_lead(Nanos::from_millis(150));
        track.at(time(400) + Nanos::from_millis(900), &mut pose);
        let x = pose[0].translation().metres().x;
        assert!((0.155..0.2).contains(&x), "{}: {x}", method.word());
        assert!(knee_rad(&pose) > 0.0);
    }
}

#[test]
fn a_return_is_faded_in_without_a_step_and_a_far_one_is_cut() {
    let mut pose = leg(DVec3::ZERO, 0.0);
    for (back_at, is_cut) in [
        (DVec3::new(0.1, 1.0, 0.2), false),
        (DVec3::splat(2.0), true),
    ] {
        let mut track = stretching(0.5);
        let gone = Nanos::from_millis(200);
        track.at(time(200) + gone, &mut pose);
        let before = pose;
        let mut last = before;
        for ms in 0..=150 {
            if ms % 5 == 0 {
                track.push(time(200 + ms / 5) + gone, &leg(back_at, 1.2));
            }
            track.at(time(200) + gone + Nanos::from_millis(ms), &mut pose);
            let moved = pose[1].translation().distance_m(last[1].translation());
            assert!(is_cut || moved < 0.008, "{ms}: {moved}");
            let is_back = pose[0].translation().metres().distance(back_at) < 1e-9;
            assert_eq!(is_back, is_cut || ms >= 120, "{ms}");
            last = pose;
        }
        assert!((knee_rad(&pose) - 1.2).abs() < 1e-9);
    }
}

#[test]
fn times_that_go_back_are_refused_and_a_set_clock_begins_anew() {
    let mut track = stretching(0.5);
    let mut pose = leg(DVec3::ZERO, 0.0);
    track.push(time(200), &leg(DVec3::ZERO, 0.0));
    track.push(time(190), &leg(DVec3::ZERO, 0.0));
    assert_eq!((track.refused(), track.newest_at()), (2, Some(time(200))));
    track.push(time(-9_000), &leg(DVec3::ONE, 0.3));
    assert_eq!(track.at(time(-9_000), &mut pose), Quality::Live);
    assert!((knee_rad(&pose) - 0.3).abs() < 1e-9);
    track.clear();
    assert_eq!(track.at(time(0), &mut pose), Quality::Absent);
}

/// The largest way of the shin from one millisecond to the next while `arrive` gives poses, and the last pose.
fn longest_step(
    track: &mut MotionTrack,
    (from_ms, to_ms): (i64, i64),
    mut arrive: impl FnMut(&mut MotionTrack, i64),
) -> (f64, [Xf<Stage, JointFrame>; 2]) {
    let mut pose = leg(DVec3::ZERO, 0.0);
    let at = |ms| time(200) + Nanos::from_millis(ms);
    track.at(at(from_ms), &mut pose);
    let (mut last, mut longest) = (pose, 0.0f64);
    for ms in from_ms..=to_ms {
        arrive(track, ms);
        track.at(at(ms), &mut pose);
        longest = longest.max(pose[1].translation().distance_m(last[1].translation()));
        last = pose;
    }
    (longest, pose)
}

#[test]
fn who_returns_late_is_faded_in_from_where_she_is_shown() {
    let back = leg(DVec3::new(0.1, 1.0, 0.2), 1.2);
    // Measured 200 ms after the last pose, each frame heard 60 ms after it was measured.
    let arrive = |track: &mut MotionTrack, ms: i64| {
        if ms >= 260 && ms % 5 == 0 {
            track.push(time(200) + Nanos::from_millis(ms - 60), &back);
        }
    };
    // Half a fade would be gone at once if it had begun when she was measured: some 110 mm.
    let (longest, _) = longest_step(&mut stretching(0.5), (190, 264), arrive);
    assert!(longest < 0.003, "{longest}");
    let (_, pose) = longest_step(&mut stretching(0.5), (190, 600), arrive);
    assert!((knee_rad(&pose) - 1.2).abs() < 1e-6);
    assert!(pose[0].translation().distance_m(back[0].translation()) < 1e-6);
}

#[test]
fn a_fade_goes_no_further_out_than_anybody_has_seen_her() {
    let mut track = stretching(0.1);
    let mut pose = leg(DVec3::ZERO, 0.0);
    // The knee is shown stretched through the gap, comes back bent, and stretches fast while what was shown is faded out: what
    // was left at the return, taken from a knee that is straight by now, would bend it forward.
    for ms in (1..300).step_by(2) {
        if ms >= 100 && ms % 5 == 0 {
            let bent = (1.0 - 0.016 * f64::from(ms - 100)).max(0.02);
            track.push(
                time(200) + Nanos::from_millis(i64::from(ms)),
                &leg(DVec3::Y, bent),
            );
        }
        track.at(time(200) + Nanos::from_millis(i64::from(ms)), &mut pose);
        assert!(knee_rad(&pose) > -1e-6, "{ms} ms: {} rad", knee_rad(&pose));
    }
    assert!((knee_rad(&pose) - 0.02).abs() < 1e-6);
}

#[test]
fn poses_that_come_late_and_all_at_once_make_no_step() {
    let mut track = stretching(0.5);
    // She walks on at 1 m/s; for 120 ms nothing is solved, then all of it.
    let on = |frame: i64| leg(DVec3::new(frame as f64 * PERIOD.secs(), 1.0, 0.0), 0.5);
    let arrive = |track: &mut MotionTrack, ms: i64| {
        let frame = ms / 5;
        if ms == 120 {
            (1..=frame).for_each(|f| track.push(time(200 + f), &on(f)));
        } else if ms > 120 && ms % 5 == 0 {
            track.push(time(200 + frame), &on(frame));
        }
    };
    let (longest, pose) = longest_step(&mut track, (0, 400), arrive);
    // Of the 75 mm that they go at once no more is seen than a frame's way.
    assert!(longest < 0.006, "{longest}");
    let truth = on(80);
    assert!(pose[0].translation().distance_m(truth[0].translation()) < 1e-6);
}

/// While the solver is held up nothing newer is seen of somebody who returns, and her fade waits for that.
#[test]
fn a_fade_goes_on_no_faster_than_it_is_seen() {
    let mut track = stretching(0.5);
    let mut pose = leg(DVec3::ZERO, 0.0);
    track.at(time(200), &mut pose);
    let stood = pose[0].translation().metres();
    let there = stood + DVec3::new(0.4, 0.0, 0.0);
    let returns = 260;
    track.push(time(returns), &leg(there, 0.5));
    track.at(time(returns), &mut pose);
    let before = pose[0].translation().metres();
    assert!(before.distance(there) > 0.3, "she is faded in");
    // For 60 ms nothing is shown, though she is measured.
    for frame in returns + 1..=returns + 12 {
        track.push(time(frame), &leg(there, 0.5));
    }
    track.at(time(returns + 12), &mut pose);
    let step = pose[0].translation().metres().distance(before);
    assert!((0.01..0.06).contains(&step), "{step} m at once");
    for frame in returns + 13..=returns + 40 {
        track.push(time(frame), &leg(there, 0.5));
        track.at(time(frame), &mut pose);
    }
    assert!(pose[0].translation().metres().distance(there) < 1e-9);
}

/// Of six frames five are lost, again and again: what comes of a 60 Hz source every 100 ms is still a 60 Hz source's, and old
/// after 60 ms.
#[test]
fn frames_that_are_lost_make_no_source_slower() {
    let mut track = MotionTrack::new(&rig(), GapPolicy::PERFORMER);
    let mut pose = leg(DVec3::ZERO, 0.0);
    let ms = |frame: u64| HostNs((frame as f64 * 1e9 / 60.0) as i64);
    for frame in (0..30).chain((30..150).step_by(6)) {
        let counted = (Epoch(3), FrameNumber(7_000 + frame));
        track.push_counted(ms(frame), counted, &leg(DVec3::ZERO, 0.5));
        let mut after = |late_ms| track.at(ms(frame) + Nanos::from_millis(late_ms), &mut pose);
        if frame > 60 {
            assert_eq!(after(10), Quality::Live);
            assert!(matches!(after(40), Quality::Predicted { .. }));
            assert!(matches!(after(62), Quality::Held { .. }));
        }
    }
}

/// A count that begins anew under jitter makes its first poses seem to be taken late; then the times are put right within a
/// frame, in which a whole period's way is gone.
#[test]
fn a_clock_that_is_put_right_tells_no_speed() {
    let mut track = MotionTrack::new(&rig(), GapPolicy::PERFORMER);
    let mut pose = leg(DVec3::ZERO, 0.0);
    let period_ms = 1e3 / 60.0;
    // 5 m/s at 60 Hz, the first twenty poses 15.5 ms late.
    let place = |frame: i32| DVec3::new(f64::from(frame) / 12.0, 1.0, 0.0);
    let ms = |ms: f64| HostNs((ms * 1e6) as i64);
    for frame in 0..40 {
        let late_ms = if frame < 20 { 15.5 } else { 0.0 };
        let at_ms = f64::from(frame) * period_ms + late_ms;
        track.push(ms(at_ms), &leg(place(frame), 0.5));
        track.at(ms(at_ms + period_ms), &mut pose);
        if (4..20).contains(&frame) || frame == 20 {
            let way = (pose[0].translation().metres() - place(frame)).x;
            assert!((0.05..0.09).contains(&way), "{frame}: {way} m in a period");
        }
    }
}

#[test]
fn the_first_poses_of_a_burst_tell_no_speed() {
    let mut track = MotionTrack::new(&rig(), GapPolicy::PERFORMER);
    let mut pose = leg(DVec3::ZERO, 0.0);
    // 5 m/s at 100 Hz; the second frame was heard right after the first, which had been held up.
    let place = |frame: f64| DVec3::new(0.05 * frame, 1.0, 0.0);
    let ms = |ms: f64| HostNs((ms * 1e6) as i64);
    for (at_ms, frame) in [(0.0, 0.0), (0.7, 1.0), (10.7, 2.0), (20.7, 3.0)] {
        track.push(ms(at_ms), &leg(place(frame), 0.5));
        for later in 0..10 {
            track.at(ms(at_ms + f64::from(later)), &mut pose);
            let off = pose[0].translation().metres().distance(place(frame));
            assert!(off < 0.051, "{at_ms} + {later} ms: {off} m");
        }
    }
}
