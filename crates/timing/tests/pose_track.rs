//! The pose track against movements that are known in closed form, in virtual time.

use cyc_model::{Body, HostNs, Nanos, Quality, Stage, Xf};
use cyc_timing::PoseTrack;
use glam::{DQuat, DVec3};
use proptest::prelude::*;

type Track = PoseTrack<Stage, Body>;

const PERIOD_NS: i64 = 1_000_000_000 / 240;

/// A hand-held camera: 0.1 to 1 Hz, a few decimetres, some degrees, with roll.
fn hand_held(t_s: f64) -> Xf<Stage, Body> {
    let translation = DVec3::new(
        0.4 * (0.9 * t_s).sin(),
        1.6 + 0.05 * (5.1 * t_s).sin(),
        3.0 + 0.3 * (1.3 * t_s).cos(),
    );
    let turn = DVec3::new(
        0.05 * (2.3 * t_s).sin(),
        0.3 * (0.7 * t_s).sin(),
        0.04 * (3.1 * t_s).cos(),
    );
    Xf::saturating(DQuat::from_scaled_axis(turn), translation)
}

fn pose_at(ns: i64) -> Xf<Stage, Body> {
    hand_held(ns as f64 * 1e-9)
}

/// Frames `0..frames`, without those in `lost`.
fn tracked(frames: i64, lost: std::ops::Range<i64>) -> Track {
    let mut track = Track::default();
    for frame in (0..frames).filter(|f| !lost.contains(f)) {
        track.push(HostNs(frame * PERIOD_NS), pose_at(frame * PERIOD_NS));
    }
    track
}

fn apart(a: Xf<Stage, Body>, b: Xf<Stage, Body>) -> (f64, f64) {
    (
        a.translation().distance_m(b.translation()),
        a.angle_to(b).to_degrees(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn between_samples_it_is_where_the_camera_was(frames in 40i64..2_000, back_ns in 0i64..100_000_000) {
        let track = tracked(frames, 0..0);
        let at = (frames - 1) * PERIOD_NS - back_ns;
        let (pose, quality) = track.at(HostNs(at));
        let (metres, degrees) = apart(pose, pose_at(at));
        prop_assert!(quality.is_measured() && metres < 2e-5 && degrees < 2e-3, "{metres} {degrees}");
        prop_assert_eq!(quality == Quality::Live, at % PERIOD_NS == 0);
    }

    #[test]
    fn prediction_beats_standing_still(frames in 40i64..2_000, ahead_ms in 4i64..33) {
        let track = tracked(frames, 0..0);
        let newest = (frames - 1) * PERIOD_NS;
        let ahead = Nanos::from_millis(ahead_ms);
        let (pose, quality) = track.at(HostNs(newest) + ahead);
        let (metres, degrees) = apart(pose, pose_at(newest + ahead.0));
        // Within a period of its own nothing is missing.
        let late = Quality::Predicted { age: ahead };
        prop_assert_eq!(quality, if ahead.0 <= PERIOD_NS { Quality::Live } else { late });
        // At most 0.6 m/s and 20 °/s, decaying with 40 ms: what is lost by the decay grows with the square.
        let lost_s = ahead.secs() * ahead.secs() / 0.080;
        prop_assert!(metres < 0.8 * lost_s + 0.002 && degrees < 25.0 * lost_s + 0.1, "{metres} {degrees}");
    }

    #[test]
    fn what_is_shown_never_jumps(lost_from in 60i64..400, lost in 1i64..200) {
        // Asked at 1 kHz for "now" while frames arrive, with one gap of up to 0.8 s.
        let mut track = Track::default();
        let (mut shown, mut next): (Option<Xf<Stage, Body>>, i64) = (None, 0);
        for ms in 0..3_000i64 {
            let now = ms * 1_000_000;
            while next * PERIOD_NS <= now {
                if !(lost_from..lost_from + lost).contains(&next) {
                    track.push(HostNs(next * PERIOD_NS), pose_at(next * PERIOD_NS));
                }
                next += 1;
            }
            let (pose, quality) = track.at(HostNs(now));
            prop_assert!(quality.is_present());
            if let Some(before) = shown {
                let (metres, degrees) = apart(before, pose);
                // The camera does 0.6 mm and 0.02° in a millisecond; a fade of 0.4 m over 66 ms adds 9 mm.
                let (limit_m, limit_deg) = if lost > 8 { (0.012, 0.4) } else { (0.003, 0.1) };
                prop_assert!(metres < limit_m && degrees < limit_deg, "{metres} m {degrees}° at {ms} ms");
            }
            shown = Some(pose);
        }
        let now = HostNs(2_999_000_000);
        let (metres, degrees) = apart(track.at(now).0, pose_at(now.0));
        prop_assert!(metres < 0.001 && degrees < 0.05, "the fade did not end: {metres} {degrees}");
    }
}

#[test]
fn the_shortest_gaps_do_not_show_either() {
    // Lengths around the place where a lost frame becomes a gap, everywhere in the movement.
    for lost in 1..=12 {
        for lost_from in (60..400).step_by(7) {
            let mut track = Track::default();
            let (mut shown, mut next): (Option<Xf<Stage, Body>>, i64) = (None, 0);
            for ms in 0..2_000i64 {
                while next * PERIOD_NS <= ms * 1_000_000 {
                    if !(lost_from..lost_from + lost).contains(&next) {
                        track.push(HostNs(next * PERIOD_NS), pose_at(next * PERIOD_NS));
                    }
                    next += 1;
                }
                let (pose, _) = track.at(HostNs(ms * 1_000_000));
                // The very first poses come without a velocity.
                if let Some(before) = shown.filter(|_| ms > 50) {
                    let (metres, degrees) = apart(before, pose);
                    assert!(
                        metres < 0.002 && degrees < 0.08,
                        "{lost} from {lost_from}: {metres} m {degrees}° at {ms} ms"
                    );
                }
                shown = Some(pose);
            }
        }
    }
}

#[test]
fn the_camera_row_of_the_dropout_policy() {
    let track = tracked(100, 0..0);
    let newest = HostNs(99 * PERIOD_NS);
    let quality_after = |ms| track.at(newest + Nanos::from_millis(ms)).1;
    let age = Nanos::from_millis;
    assert_eq!(quality_after(0), Quality::Live);
    assert_eq!(quality_after(33), Quality::Predicted { age: age(33) });
    assert_eq!(quality_after(34), Quality::Held { age: age(34) });
    assert_eq!(quality_after(1_000), Quality::Held { age: age(1_000) });
    assert_eq!(quality_after(1_001), Quality::Absent);
    let rest = |ms| track.at(newest + age(ms)).0;
    assert_eq!(rest(114), rest(900), "at rest after 33 + 80 ms");
    let (metres, _) = apart(rest(900), pose_at(newest.0));
    assert!(
        metres > 0.001 && metres < 0.03,
        "rests {metres} m from the last pose"
    );
}

#[test]
fn velocity_decays_as_the_policy_says() {
    let mut track = Track::default();
    for frame in 0..20 {
        let at = frame * PERIOD_NS;
        track.push(
            HostNs(at),
            Xf::from_translation(DVec3::X * (at as f64 * 1e-9)),
        );
    }
    let newest = HostNs(19 * PERIOD_NS);
    let start = track.at(newest).0.translation().metres().x;
    for ms in [1.0f64, 10.0, 20.0, 33.0] {
        let x = track
            .at(newest + Nanos::from_secs_real(ms * 1e-3))
            .0
            .translation()
            .metres()
            .x;
        // The integral of e^(−t/40 ms), by a sum of small steps.
        let expected: f64 = (0..10_000)
            .map(|i| (-(f64::from(i) + 0.5) * ms / 10_000.0 / 40.0).exp())
            .sum();
        assert!(
            (x - start - expected * ms * 1e-7).abs() < 1e-7,
            "{ms} ms: {x}"
        );
    }
}

#[test]
fn a_far_return_is_a_cut_and_an_old_pose_is_refused() {
    let mut track = tracked(50, 0..0);
    let later = HostNs(49 * PERIOD_NS) + Nanos::from_millis(300);
    let elsewhere = Xf::from_translation(DVec3::new(9.0, 1.0, 0.0));
    track.push(later, elsewhere);
    assert_eq!(track.at(later), (elsewhere, Quality::Live));
    track.push(later, Xf::IDENTITY);
    track.push(later - Nanos::from_millis(500), Xf::IDENTITY);
    assert_eq!((track.refused(), track.at(later).0), (2, elsewhere));
    // The clock was set back: begin anew.
    track.push(later - Nanos::from_secs(5), Xf::IDENTITY);
    assert_eq!(
        track.at(later - Nanos::from_secs(5)),
        (Xf::IDENTITY, Quality::Live)
    );
    track.clear();
    assert_eq!(track.at(later).1, Quality::Absent);
}

/// The way over half a metre to where a camera is again was not gone: its first picture is where it is.
#[test]
fn after_a_cut_it_does_not_fly_on() {
    let mut track = PoseTrack::<Stage, Body>::default();
    for frame in 0..30 {
        track.push(HostNs(frame * 8_000_000), Xf::IDENTITY);
    }
    let back = HostNs(500_000_000);
    let there = Xf::from_translation(DVec3::new(3.0, 0.0, 0.0));
    track.push(back, there);
    for ms in 0..8 {
        let (pose, _) = track.at(back + Nanos::from_millis(ms));
        assert_eq!(pose, there, "{ms}");
    }
}

/// Who sends 25 poses a second is as live between two of them as who sends 240.
#[test]
fn within_a_period_of_its_own_nothing_is_missing() {
    for hz in [25, 120, 240] {
        let period = Nanos(1_000_000_000 / hz);
        let mut track = PoseTrack::<Stage, Body>::default();
        let mut newest = HostNs(0);
        for _ in 0..30 {
            newest += period;
            track.push(newest, Xf::IDENTITY);
        }
        let quality = |part: i64| track.at(newest + Nanos(period.0 * part / 10)).1;
        assert_eq!(quality(9), Quality::Live, "{hz} Hz");
        assert_ne!(quality(12), Quality::Live, "{hz} Hz");
    }
}
