//! Feet of every recorded motion on every character: planted where the performer's are, rolling as they do.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod minimal_c3d;
mod retarget_takes;

use cyc_model::Xf;
use cyc_solver::{
    FootContacts, MeterFrame, RetargetFigures, RetargetMeter, RetargetSettings, Retargeter,
};
use retarget_takes::bodies::{self, Body};
use retarget_takes::judge;
use retarget_takes::motions::{self, Motion};

fn measure(
    motion: &Motion,
    body: &Body,
    stance: &[[FootContacts; 2]],
    settings: &RetargetSettings,
) -> RetargetFigures {
    let source = (&motion.skeleton, &motion.map);
    let target = (&body.skeleton, &body.map);
    let mut retargeter = Retargeter::build(source, target, settings).unwrap();
    let mut free = Retargeter::build(source, target, &settings.unconstrained()).unwrap();
    let mut meter = RetargetMeter::new(source, target).unwrap();
    let mut out = vec![Xf::IDENTITY; body.skeleton.len()];
    let mut unconstrained = out.clone();
    let dt_s = 1.0 / motion.rate_hz;
    for (frame, stance) in motion.frames.iter().zip(stance) {
        let report = retargeter.run(frame, dt_s, &mut out);
        free.run(frame, dt_s, &mut unconstrained);
        meter.push(&MeterFrame {
            dt_s,
            stance: *stance,
            held: report.contacts,
            source: frame,
            target: &out,
            unconstrained: &unconstrained,
        });
    }
    meter.figures()
}

/// What is promised of feet, in metres and metres a second.
#[test]
fn feet_stay_where_they_landed() {
    for motion in motions::all() {
        let stance = judge::stance(&motion);
        for body in bodies::all() {
            let f = measure(&motion, &body, &stance, &RetargetSettings::default());
            let what = format!("{} on {}: {f:?}", motion.name, body.name);
            assert!(f.stance_s > 0.5, "{what}");
            assert!(f.held_part > 0.95, "{what}");
            assert!(f.penetration_max_m.value < 0.002, "{what}");
            assert!(f.pitch_error_max_rad.value < 5f64.to_radians(), "{what}");
            if body.name != "giant" {
                assert!(f.skate_mean_mps < 0.010, "{what}");
                assert!(f.skate_p95_mps < 0.025, "{what}");
            }
        }
    }
}
