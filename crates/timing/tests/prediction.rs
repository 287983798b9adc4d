//! Prediction over a lead, against closed forms: a steady motion is met exactly by every method, a lead does not decay and a
//! dropout does, a stop is not overrun for long, and a still body stays still.

use cyc_model::{Body, HostNs, Nanos, Prediction, Stage, Xf};
use cyc_timing::{GapPolicy, LEAD_MAX, PoseTrack};
use glam::{DQuat, DVec3};

type Track = PoseTrack<Stage, Body>;

const LEAD: Nanos = Nanos::from_millis(117);
const METHODS: [Prediction; 4] = [
    Prediction::ConstantVelocity,
    Prediction::DoubleExponential,
    Prediction::Kalman,
    Prediction::Learned,
];

/// A turn of 1 rad/s about a slanted axis while it goes 1.5 m/s.
fn steady(t_s: f64) -> Xf<Stage, Body> {
    let axis = DVec3::new(0.6, 0.8, 0.0);
    let turn = DQuat::from_axis_angle(axis, t_s) * DQuat::from_rotation_z(0.4);
    Xf::saturating(turn, DVec3::new(1.5 * t_s, 1.0, -0.2))
}

fn at_s(t_s: f64) -> HostNs {
    HostNs((t_s * 1e9).round() as i64)
}

/// A track that has heard a motion at a rate until a time, the last pose at that time.
fn heard(
    method: Prediction,
    lead: Nanos,
    rate_hz: f64,
    until_s: f64,
    motion: impl Fn(f64) -> Xf<Stage, Body>,
) -> Track {
    let mut track = Track::new(GapPolicy::CAMERA);
    track.set_prediction(method);
    track.set_lead(lead);
    for frame in 0..=(until_s * rate_hz).round() as u32 {
        let t_s = f64::from(frame) / rate_hz;
        track.push(at_s(t_s), motion(t_s));
    }
    track
}

fn apart(a: Xf<Stage, Body>, b: Xf<Stage, Body>) -> (f64, f64) {
    let shift = a.translation().metres() - b.translation().metres();
    (shift.length(), a.angle_to(b))
}

#[test]
fn a_steady_motion_is_met_by_every_method_at_every_rate() {
    for method in METHODS {
        for rate_hz in [25.0, 120.0, 240.0] {
            for lead in [33, 60, 117].map(Nanos::from_millis) {
                let track = heard(method, lead, rate_hz, 4.0, steady);
                for later_s in [0.0, 0.4 / rate_hz, 0.95 / rate_hz] {
                    let shown = track.at(at_s(4.0 + later_s)).0;
                    let (m, rad) = apart(shown, steady(4.0 + later_s + lead.secs()));
                    let name = method.word();
                    // The velocity's part that might be noise: (0.004 / 1)² of the way.
                    assert!(
                        m < 1e-4 && rad < 1e-4,
                        "{name} {rate_hz} Hz: {m} m, {rad} rad"
                    );
                }
            }
        }
    }
}

#[test]
fn without_a_lead_or_a_method_nothing_is_changed() {
    let plain = heard(Prediction::None, Nanos::ZERO, 120.0, 1.0, steady);
    let led = heard(Prediction::None, LEAD, 120.0, 1.0, steady);
    let unled = heard(Prediction::Kalman, Nanos::ZERO, 120.0, 1.0, steady);
    for t_ms in (900..1500).step_by(7) {
        let at = HostNs(t_ms * 1_000_000);
        assert_eq!(plain.at(at), led.at(at));
        assert_eq!(plain.at(at), unled.at(at));
    }
}

#[test]
fn a_lead_is_capped() {
    let capped = heard(Prediction::Kalman, LEAD_MAX, 120.0, 1.0, steady);
    let beyond = heard(Prediction::Kalman, Nanos::from_secs(9), 120.0, 1.0, steady);
    assert_eq!(capped.at(at_s(1.0)), beyond.at(at_s(1.0)));
}

#[test]
fn the_lead_stays_and_the_dropout_decays() {
    for method in METHODS {
        let track = heard(method, LEAD, 120.0, 1.0, steady);
        let gone_m = |t_s: f64| track.at(at_s(t_s)).0.translation().metres().x - 1.5;
        // Long after the last pose: the lead and the period at full speed, the dropout's travel on top of them, which the
        // policy bounds by 40 ms of full speed.
        let (rest, lead_m) = (gone_m(1.9), 1.5 * (LEAD.secs() + 1.0 / 120.0));
        assert!(
            rest > lead_m - 1e-3 && rest < lead_m + 1.5 * 0.045,
            "{rest}"
        );
        assert!((gone_m(1.5) - rest).abs() < 1e-9, "it rests");
        let mut before = gone_m(1.0);
        for ms in 1..900 {
            let now = gone_m(1.0 + f64::from(ms) * 1e-3);
            assert!(
                now >= before - 1e-9 && now - before < 1.6e-3,
                "a jump or a way back"
            );
            before = now;
        }
    }
}

#[test]
fn a_return_after_a_gap_is_faded() {
    for method in METHODS {
        let mut track = heard(method, LEAD, 120.0, 1.0, steady);
        // It stopped while it was not seen.
        let stopped = steady(1.05);
        let mut before = track.at(at_s(1.299)).0;
        for frame in 0..60 {
            let t_s = 1.3 + f64::from(frame) / 120.0;
            track.push(at_s(t_s), stopped);
            for part in 0..8 {
                let now = track.at(at_s(t_s + f64::from(part) / 960.0)).0;
                let (m, _) = apart(before, now);
                // 0.2 m are faded over 66 ms, at most 1.5 times their mean speed: 5 mm in a millisecond.
                assert!(
                    m < 0.012,
                    "{} jumps by {m} m in frame {frame}",
                    method.word()
                );
                before = now;
            }
        }
        assert!(apart(before, stopped).0 < 1e-3, "{}", method.word());
    }
}

#[test]
fn a_hard_stop_is_overrun_by_no_more_than_the_lead_and_for_no_longer() {
    let motion = |t_s: f64| steady(t_s.min(1.0));
    for method in METHODS {
        let mut track = heard(method, LEAD, 240.0, 1.0, motion);
        let mut over_m = [0.0f64; 2];
        for frame in 1..240 {
            let t_s = 1.0 + f64::from(frame) / 240.0;
            track.push(at_s(t_s), motion(t_s));
            let x = track.at(at_s(t_s)).0.translation().metres().x - 1.5;
            let late = usize::from(frame > 36);
            over_m[late] = over_m[late].max(x.abs());
        }
        let most = 1.5 * LEAD.secs();
        let name = method.word();
        assert!(over_m[0] < most * 1.01, "{name}: {over_m:?} m");
        assert!(over_m[1] < most * 0.05, "{name} after 150 ms: {over_m:?} m");
    }
}

/// A hand that holds a camera: it sways in its place and turns, at frequencies that share no period.
fn swaying(t_s: f64) -> Xf<Stage, Body> {
    let wave = |hz: f64, phase: f64| (std::f64::consts::TAU * hz * t_s + phase).sin() / hz;
    let turn = DVec3::new(wave(0.7, 0.0) + wave(1.9, 1.0), wave(1.1, 2.0), 0.0) * 0.008;
    let shift = DVec3::new(wave(0.9, 3.0), wave(1.6, 1.0), wave(0.6, 2.0)) * 0.01;
    Xf::saturating(DQuat::from_scaled_axis(turn), shift)
}

/// Root mean squares of what is shown a lead ahead against what comes, metres and radians, after five seconds to learn.
fn slip(method: Prediction, rate_hz: f64, motion: impl Fn(f64) -> Xf<Stage, Body>) -> (f64, f64) {
    let mut track = Track::new(GapPolicy::CAMERA);
    track.set_prediction(method);
    track.set_lead(LEAD);
    let (mut m2, mut rad2, mut n) = (0.0, 0.0, 0.0);
    for frame in 0..(20.0 * rate_hz) as u32 {
        let t_s = f64::from(frame) / rate_hz;
        track.push(at_s(t_s), motion(t_s));
        if t_s > 5.0 {
            let (m, rad) = apart(track.at(at_s(t_s)).0, motion(t_s + LEAD.secs()));
            (m2, rad2, n) = (m2 + m * m, rad2 + rad * rad, n + 1.0);
        }
    }
    ((m2 / n).sqrt(), (rad2 / n).sqrt())
}

#[test]
fn a_sway_is_learnt_at_every_rate() {
    for rate_hz in [60.0, 120.0, 240.0, 500.0] {
        let (m, rad) = slip(Prediction::Kalman, rate_hz, swaying);
        let learned = slip(Prediction::Learned, rate_hz, swaying);
        assert!(
            learned.0 < 0.5 * m && learned.1 < 0.5 * rad,
            "{rate_hz} Hz: {learned:?} of {m} m, {rad} rad"
        );
    }
}

#[test]
fn what_is_learnt_of_a_motion_that_follows_no_rule_does_no_harm() {
    // Every 0.3 s another speed, from a seeded list: what comes cannot be known from what was.
    let mut state = 7_u64;
    let mut places = vec![0.0];
    for _ in 0..80 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let part = (state >> 11) as f64 / (1_u64 << 53) as f64;
        places.push(places[places.len() - 1] + (part - 0.5) * 0.2);
    }
    let lawless = |t_s: f64| {
        let (k, part) = ((t_s / 0.3) as usize, (t_s / 0.3).fract());
        let x = places[k] + (places[k + 1] - places[k]) * part;
        Xf::saturating(DQuat::from_rotation_y(x), DVec3::new(x, 1.0, 0.0))
    };
    let (m, rad) = slip(Prediction::Kalman, 120.0, lawless);
    let learned = slip(Prediction::Learned, 120.0, lawless);
    assert!(
        learned.0 < 1.02 * m && learned.1 < 1.02 * rad,
        "{learned:?} of {m} m, {rad} rad"
    );
}

#[test]
fn a_still_body_trembles_no_more_than_its_measurement_by_default() {
    let noise = |t_s: f64| {
        let k = t_s * 240.0;
        let shake = DVec3::new((12.9898 * k).sin(), (78.233 * k).sin(), (37.719 * k).sin());
        Xf::saturating(DQuat::from_scaled_axis(shake * 2e-5), shake * 2e-5)
    };
    let mut track = heard(Prediction::default(), LEAD, 240.0, 1.0, noise);
    let (mut measured, mut shown) = (0.0f64, 0.0f64);
    for frame in 241..2400 {
        let t_s = f64::from(frame) / 240.0;
        track.push(at_s(t_s), noise(t_s));
        let still = Xf::IDENTITY;
        measured += apart(noise(t_s), still).1.powi(2);
        shown += apart(track.at(at_s(t_s)).0, still).1.powi(2);
    }
    assert!(shown < measured, "{shown} {measured}");
}
