//! Stops: how far a predicted camera goes beyond where it stops, and how still a still one is.

use crate::cameras::{WALL_PIXEL_M, Way, apart_m, demo_stage, with_noise};
use crate::{LEADS, MeanSquare};
use cyc_benches::report::Report;
use cyc_model::{Body, HostNs, Nanos, Prediction, Stage as StageSpace, Xf};
use cyc_timing::PoseTrack;
use glam::{DQuat, DVec3};
use std::fmt::Write;

const ABOUT: &str = "A pan of 30° with its speed as a trapezoid of 30°/s at 120 poses a second, with noise: it brakes within \
the given time. Overshoot is the farthest that is shown beyond the stop, as a part of the pan, and as a part of the way that the camera goes within the lead at full speed \
(what a velocity that never brakes would overshoot when it stops at once). Jitter is the root mean square \
of the wall picture's change against its mean while the camera stands on a tripod for ten seconds, in wall pixels, worst of five rays.";

const RATE_HZ: f64 = 120.0;
const PAN_DEG: f64 = 30.0;
const SPEED_DEG_S: f64 = 30.0;
const BRAKING_S: [f64; 3] = [0.1, 0.25, 0.5];
const STILL_S: f64 = 2.0;

/// Adds the tables.
pub fn measure(report: &mut Report) {
    let mut table = format!(
        "## Stops\n\n{ABOUT}\n\n| method | lead ms | braking s | overshoot ° | of the pan | of the lead's way |\n|---|---:|---:|---:|---:|---:|\n"
    );
    for method in Prediction::ALL.into_iter().skip(1) {
        for lead in LEADS {
            for braking_s in BRAKING_S {
                let over = overshoot_deg(method, lead, braking_s);
                // Writing to a string cannot fail.
                let _ = writeln!(
                    table,
                    "| {} | {:.0} | {braking_s} | {over:.2} | {:.1} % | {:.0} % |",
                    method.word(),
                    lead.millis(),
                    over / PAN_DEG * 100.0,
                    over / (SPEED_DEG_S * lead.secs()) * 100.0
                );
            }
        }
    }
    table += "\n| still camera, lead ms | as measured px | constant-velocity | double-exponential | kalman | learned |\n|---|---:|---:|---:|---:|---:|\n";
    for lead in LEADS {
        let px = Prediction::ALL.map(|method| format!("{:.3}", jitter_px(method, lead)));
        let _ = writeln!(table, "| {:.0} | {} |", lead.millis(), px.join(" | "));
    }
    report.paragraph(&table);
}

fn pan_deg(t_s: f64, braking_s: f64) -> f64 {
    let t_s = (t_s - STILL_S).max(0.0);
    let full_s = PAN_DEG / SPEED_DEG_S - braking_s / 2.0 - 0.25;
    let (begin_s, acceleration) = (0.5, SPEED_DEG_S / 0.5);
    if t_s < begin_s {
        return acceleration * t_s * t_s / 2.0;
    }
    let begun = SPEED_DEG_S * begin_s / 2.0;
    if t_s < begin_s + full_s {
        return begun + SPEED_DEG_S * (t_s - begin_s);
    }
    let left_s = (begin_s + full_s + braking_s - t_s).max(0.0);
    PAN_DEG - SPEED_DEG_S / braking_s * left_s * left_s / 2.0
}

fn panning(braking_s: f64) -> Way {
    let pose = |f: i32| {
        let yaw = pan_deg(f64::from(f) / RATE_HZ, braking_s).to_radians();
        Xf::saturating(DQuat::from_rotation_y(yaw), DVec3::new(0.0, 1.5, 1.0))
    };
    let truth: Vec<_> = (0..600).map(pose).collect();
    Way {
        name: "pan",
        rate_hz: RATE_HZ,
        poses: with_noise(&truth),
        truth,
    }
}

/// What is shown at every pose.
fn shown(
    poses: &[Xf<StageSpace, Body>],
    method: Prediction,
    lead: Nanos,
) -> Vec<Xf<StageSpace, Body>> {
    let mut track = PoseTrack::default();
    track.set_prediction(method);
    track.set_lead(lead);
    let ask = |(f, pose): (usize, &Xf<StageSpace, Body>)| {
        let at = HostNs((f as f64 / RATE_HZ * 1e9) as i64);
        track.push(at, *pose);
        track.at(at).0
    };
    poses.iter().enumerate().map(ask).collect()
}

fn overshoot_deg(method: Prediction, lead: Nanos, braking_s: f64) -> f64 {
    let way = panning(braking_s);
    let yaw = |pose: Xf<StageSpace, Body>| {
        let look = pose.rotation() * DVec3::NEG_Z;
        (-look.x).atan2(-look.z).to_degrees()
    };
    let shown = shown(&way.poses, method, lead);
    shown.into_iter().map(yaw).fold(0.0, f64::max) - PAN_DEG
}

fn jitter_px(method: Prediction, lead: Nanos) -> f64 {
    let Some(stage) = demo_stage() else {
        return f64::NAN;
    };
    let still = Xf::saturating(DQuat::from_rotation_y(0.2), DVec3::new(0.3, 1.5, 1.0));
    let truth = vec![still; 1200];
    let shown = shown(&with_noise(&truth), method, lead);
    let mut means = [MeanSquare::default(); 5];
    for pose in shown.into_iter().skip(120) {
        let off = apart_m(&stage, pose, still);
        for (mean, m) in means.iter_mut().zip(off) {
            mean.push(m / WALL_PIXEL_M);
        }
    }
    means.iter().map(|m| m.root()).fold(0.0, f64::max)
}
