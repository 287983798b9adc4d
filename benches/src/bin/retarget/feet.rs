//! What feet do, on every take and every character.

use crate::retarget_takes::bodies::{self, Body};
use crate::retarget_takes::judge;
use crate::retarget_takes::motions::{self, Motion};
use cyc_benches::report::Report;
use cyc_model::Xf;
use cyc_solver::{
    FootContacts, MeterFrame, RetargetFigures, RetargetMeter, RetargetSettings, Retargeter,
};
use std::fmt::Write;

const ABOUT: &str = "Stance is found on the performer by a labeller that the retargeter knows nothing of (points that are \
lower than 30 mm and slower than 0.15 m/s in all directions for 80 ms, smoothed both ways in time), for heel and ball each. \
Skate is the planted point's horizontal speed on the character over all stance frames, the first and the last included, \
beside the performer's own; drift is the farthest from where a stance began. Held \
is the part of stance time in which the retargeter holds the point. A pop is the change in one frame of the difference to the unconstrained \
retarget: of the ankles, of the worst of all joints, and what 99 % of the frames stay below. child, tall and heavy are the people of assets/bodies; the giant is our human with other bones. \
In Movement_trial she walks down stairs whose last tread is 16 cm under the floor: her foot comes there at 1 m/s and is stopped, which is its pop.";

/// Adds the table of feet.
pub fn measure(report: &mut Report) {
    let mut table = format!(
        "## Feet\n\n{ABOUT}\n\n\
         | take | character | stance s | held % | skate mean mm/s | p95 | performer's mean | drift max mm | penetration mm | pitch off ° | ankle pop mm | p99 | joint pop mm | p99 |\n\
         |---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n"
    );
    let bodies = bodies::all();
    for motion in motions::all() {
        let stance = judge::stance(&motion);
        for body in &bodies {
            match retarget(&motion, body, &stance) {
                Ok(figures) => row(&mut table, motion.name, body.name, &figures),
                Err(why) => eprintln!("SKIPPED: {} on {}: {why}", motion.name, body.name),
            }
        }
    }
    report.paragraph(&table);
}

fn row(table: &mut String, motion: &str, body: &str, f: &RetargetFigures) {
    let mm = |m: f64| m * 1e3;
    // Writing to a string cannot fail.
    let _ = writeln!(
        table,
        "| {motion} | {body} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} |",
        f.stance_s,
        f.held_part * 100.0,
        mm(f.skate_mean_mps),
        mm(f.skate_p95_mps),
        mm(f.source_skate_mean_mps),
        mm(f.drift_max_m.value),
        mm(f.penetration_max_m.value),
        f.pitch_error_max_rad.value.to_degrees(),
        mm(f.foot_pop_max_m.value),
        mm(f.foot_pop_p99_m),
        mm(f.joint_pop_max_m.value),
        mm(f.joint_pop_p99_m),
    );
}

fn retarget(
    motion: &Motion,
    body: &Body,
    stance: &[[FootContacts; 2]],
) -> Result<RetargetFigures, cyc_solver::RetargetError> {
    let settings = RetargetSettings::default();
    let source = (&motion.skeleton, &motion.map);
    let target = (&body.skeleton, &body.map);
    let mut retargeter = Retargeter::build(source, target, &settings)?;
    let mut free = Retargeter::build(source, target, &settings.unconstrained())?;
    let mut meter = RetargetMeter::new(source, target)?;
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
    Ok(meter.figures())
}
