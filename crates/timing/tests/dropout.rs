//! Loss and dropout of a performer's segments, in virtual time: rows 1 to 3, 7 and 12 of the fault matrix.
//!
//! The truth is a hand of a dancer in closed form: up to 2.5 m/s and 25 m/s², turning by up to 6 rad/s. What is shown is
//! asked for at the wall's rate, a fixed time after the newest frame could have come, as the engine does.

use cyc_model::{Body, HostNs, Nanos, Quality, Stage, Xf};
use cyc_timing::{Arrival, FrameOrder, GapPolicy, PoseTrack};
use glam::{DQuat, DVec3};

type Track = PoseTrack<Stage, Body>;

const RATE_HZ: f64 = 240.0;
const SECONDS: u64 = 60;

/// The dancer's hand.
fn hand(t_s: f64) -> Xf<Stage, Body> {
    let at = DVec3::new(
        0.45 * (4.1 * t_s).sin() + 0.05 * (13.0 * t_s).sin(),
        1.2 + 0.3 * (5.3 * t_s).cos(),
        0.2 * (3.7 * t_s).sin(),
    );
    let turn = DVec3::new(
        1.1 * (3.9 * t_s).sin(),
        0.8 * (4.7 * t_s).cos(),
        0.5 * (2.9 * t_s).sin(),
    );
    Xf::saturating(DQuat::from_scaled_axis(turn), at)
}

/// A seeded chance.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// What was shown, a wall frame each.
#[derive(Default)]
struct Shown {
    errors_m: Vec<f64>,
    errors_deg: Vec<f64>,
    /// Largest change of the error's vector from one wall frame to the next.
    step_m: f64,
    /// Longest time that the quality was not measured.
    longest_unmeasured: Nanos,
}

impl Shown {
    fn p99(of: &[f64]) -> f64 {
        let mut sorted = of.to_vec();
        sorted.sort_by(f64::total_cmp);
        sorted[sorted.len() * 99 / 100]
    }
}

/// Shows the hand through a network that drops the frames that `lost` names; `playout` behind the newest.
fn show(mut lost: impl FnMut(u64) -> bool, playout: Nanos) -> Shown {
    let mut track = Track::new(GapPolicy::PERFORMER);
    let frames = SECONDS * RATE_HZ as u64;
    let (mut shown, mut next, mut before) = (Shown::default(), 0u64, None);
    let mut unmeasured_since = None;
    for wall in 0..SECONDS * 60 {
        let now = HostNs((wall as f64 / 60.0 * 1e9) as i64);
        while next < frames && (next as f64 / RATE_HZ * 1e9) as i64 <= now.0 {
            let taken_s = next as f64 / RATE_HZ;
            if !lost(next) {
                track.push(HostNs((taken_s * 1e9) as i64), hand(taken_s));
            }
            next += 1;
        }
        let at = now - playout;
        let (pose, quality) = track.at(at);
        if wall < 60 {
            continue;
        }
        let truth = hand(at.0 as f64 * 1e-9);
        let error = (pose.translation() - truth.translation()).metres();
        shown.errors_m.push(error.length());
        shown.errors_deg.push(pose.angle_to(truth).to_degrees());
        if let Some(before) = before.replace(error) {
            shown.step_m = shown.step_m.max((error - before).length());
        }
        if quality.is_measured() {
            unmeasured_since = None;
        } else {
            let since = *unmeasured_since.get_or_insert(at);
            shown.longest_unmeasured = shown.longest_unmeasured.max(at - since);
        }
    }
    shown
}

fn loss(share: f64, seed: u64) -> impl FnMut(u64) -> bool {
    let mut dice = Dice(seed | 1);
    move |_| dice.roll() < share
}

#[test]
fn row_01_loss_5() {
    let mut worst = [0.0f64; 3];
    for seed in 1..=20 {
        let shown = show(loss(0.05, seed * 77), Nanos::ZERO);
        let (m, deg) = (Shown::p99(&shown.errors_m), Shown::p99(&shown.errors_deg));
        assert!(m <= 0.003 && deg <= 0.5, "seed {seed}: {m} m {deg} deg");
        assert!(shown.step_m <= 0.010, "seed {seed}: {}", shown.step_m);
        worst = [
            worst[0].max(m),
            worst[1].max(deg),
            worst[2].max(shown.step_m),
        ];
    }
    let [m, deg, step_m] = worst;
    println!(
        "PROMISE 1: a segment p99 {:.1} mm, {deg:.2}°, step {:.1} mm, worst of 20 seeds",
        m * 1e3,
        step_m * 1e3
    );
}

#[test]
fn row_02_loss_20() {
    let (mut worst, mut longest) = ([0.0f64; 2], Nanos::ZERO);
    for seed in 1..=20 {
        let shown = show(loss(0.20, seed * 99), Nanos::ZERO);
        let (m, deg) = (Shown::p99(&shown.errors_m), Shown::p99(&shown.errors_deg));
        assert!(m <= 0.010 && deg <= 2.0, "seed {seed}: {m} m {deg} deg");
        // A frame behind, everything that arrives is between two neighbours but for the longest gaps.
        let behind = show(loss(0.20, seed * 99), Nanos::from_micros(8_334));
        assert!(
            behind.longest_unmeasured <= Nanos::from_millis(50),
            "seed {seed}: {:?}",
            behind.longest_unmeasured
        );
        worst = [worst[0].max(m), worst[1].max(deg)];
        longest = longest.max(behind.longest_unmeasured);
    }
    println!(
        "PROMISE 2: a segment p99 {:.1} mm, {:.2}°; a frame behind, unmeasured for {:.0} ms at most, 20 seeds",
        worst[0] * 1e3,
        worst[1],
        longest.millis()
    );
}

#[test]
fn row_03_burst_50ms() {
    // Twelve frames every two seconds.
    let mut worst = 0.0f64;
    let mut track = Track::new(GapPolicy::PERFORMER);
    let mut before: Option<DVec3> = None;
    // Every millisecond over the return: what is shown runs into what is measured, without a step.
    for ms in 0..20_000i64 {
        let now = HostNs(ms * 1_000_000);
        let frame = (ms as f64 * RATE_HZ / 1000.0).floor();
        let is_new = ((ms - 1) as f64 * RATE_HZ / 1000.0).floor() < frame;
        if is_new && (frame as u64) % 480 < 468 {
            let taken_s = frame / RATE_HZ;
            track.push(HostNs((taken_s * 1e9) as i64), hand(taken_s));
        }
        if ms < 1000 {
            continue;
        }
        let (pose, _) = track.at(now);
        let error = (pose.translation() - hand(ms as f64 * 1e-3).translation()).metres();
        if let Some(before) = before.replace(error) {
            worst = worst.max((error - before).length());
        }
    }
    assert!(worst <= 0.015, "{worst}");
    println!("PROMISE 3: a segment, step {:.1} mm", worst * 1e3);
}

/// Quality goes down row by row with age, and comes back with the first frame.
#[test]
fn the_policy_is_walked_row_by_row() {
    let mut track = Track::new(GapPolicy::PERFORMER);
    for frame in 0..100 {
        let taken_s = f64::from(frame) / RATE_HZ;
        track.push(HostNs((taken_s * 1e9) as i64), hand(taken_s));
    }
    let newest = track.newest_at().unwrap();
    let quality = |ms: i64| track.at(newest + Nanos::from_millis(ms)).1;
    assert_eq!(quality(0), Quality::Live);
    assert!(matches!(quality(49), Quality::Predicted { .. }));
    assert!(matches!(quality(51), Quality::Held { .. }));
    assert!(matches!(quality(999), Quality::Held { .. }));
    assert_eq!(quality(1001), Quality::Absent);
    let rest = |ms: i64| track.at(newest + Nanos::from_millis(ms)).0;
    // Once at rest it stays at rest.
    assert!(rest(131).translation().distance_m(rest(900).translation()) < 1e-9);
    track.push(newest + Nanos::from_millis(1100), hand(0.5));
    assert_eq!(track.at(newest + Nanos::from_millis(1100)).1, Quality::Live);
}

/// Row 7: frames arrive with up to 20 ms of jitter, which five frames overtake; shown two wall frames behind, what came
/// too late for its place is seen as the loss of a frame or two, and the rest not at all.
#[test]
fn row_07_jitter_is_hardly_seen_at_the_playout_delay() {
    let mut dice = Dice(5);
    let mut arrivals: Vec<(i64, u64)> = (0..SECONDS * 240)
        .map(|i| {
            (
                (i as f64 / RATE_HZ * 1e9) as i64 + (dice.roll() * 20e6) as i64,
                i,
            )
        })
        .collect();
    arrivals.sort_unstable();
    let mut order = FrameOrder::<u64>::new(32);
    let mut track = Track::new(GapPolicy::PERFORMER);
    let (mut next, mut errors_m, mut late) = (0, Vec::new(), 0);
    // Two wall frames behind: the jitter and the wait for what was overtaken.
    let playout = Nanos::from_micros(33_300);
    for wall in 0..SECONDS * 60 {
        let now = HostNs((wall as f64 / 60.0 * 1e9) as i64);
        while let Some((at, i)) = arrivals.get(next).filter(|(at, _)| *at <= now.0) {
            let arrival = Arrival {
                number: *i,
                heard: HostNs(*at),
                fingerprint: *i,
            };
            let give = |i: &mut u64, _| {
                let taken_s = *i as f64 / RATE_HZ;
                track.push(HostNs((taken_s * 1e9) as i64), hand(taken_s));
            };
            order.push(arrival, &mut i.clone(), give);
            next += 1;
        }
        if wall < 60 {
            continue;
        }
        let at = now - playout;
        let (pose, quality) = track.at(at);
        late += usize::from(!quality.is_measured());
        let truth = hand(at.0 as f64 * 1e-9);
        errors_m.push(pose.translation().distance_m(truth.translation()));
    }
    let p99 = Shown::p99(&errors_m);
    assert!(p99 <= 0.010, "{p99}");
    assert!(late * 20 <= errors_m.len(), "{late} of {}", errors_m.len());
    let share = late as f64 / errors_m.len() as f64 * 100.0;
    println!(
        "PROMISE 7: a segment p99 {:.1} mm, {share:.1} % predicted",
        p99 * 1e3
    );
}
