//! The proof matrix: every shape of wall, through every lens, with the camera still and moving.

use crate::Outcome;
use crate::pictures;
use crate::shapes::{self, Glass, Shape};
use crate::tracker::Tracker;
use cyc_benches::report::Report;
use cyc_character::Character;
use cyc_renderer::Gpu;
use cyc_renderer::proof::{Delay, Proof, ProofOptions, TruthPose, fine_scale, prove};
use std::fmt::Write;
use std::sync::Arc;

/// Steps of the moving camera's way.
const STEPS: usize = 3;

/// The picture is this late: three frames of 24 a second.
const LATENCY_S: f64 = 3.0 / 24.0;

/// Half a metre a second to the right, and 15° a second to the left.
const DELAY: Delay = Delay {
    pan_deg_per_s: 15.0,
    velocity_m_per_s: [0.5, 0.0, 0.0],
    latency_s: LATENCY_S,
};

/// How far a fiducial may be from where the delay alone brings it, camera pixels.
const UNEXPLAINED_MAX_PX: f64 = 0.5;

/// Proves every cell, keeps a picture of each shape, and says whether all hold.
pub fn measure(gpu: &Gpu, human: &Arc<Character>, report: &mut Report) -> Outcome<bool> {
    let mut table = String::from(
        "## The proof matrix\n\n\
         | wall | lens | camera | fiducials (fewest a pose), lost | mean px | p99 px | PSNR dB | at wall px a camera px | real pitch: PSNR dB | against the ideal dB | slip px | of it unexplained, p99 px | holds |\n\
         |---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|\n",
    );
    let mut all_hold = true;
    for shape in Shape::ALL {
        // Each shape is seen from each pose, through another lens each time.
        for (glass, pose) in Glass::ALL.into_iter().zip(TruthPose::STANDARD) {
            let stage = shapes::stage(shape, glass);
            for moving in [false, true] {
                let poses = if moving {
                    TruthPose::moving(STEPS)
                } else {
                    vec![pose]
                };
                let options = ProofOptions {
                    fine_scale: fine_scale(gpu, &stage, 0, &poses),
                    poses,
                    pictures: !moving,
                    delay: moving.then_some(DELAY),
                    ..ProofOptions::default()
                };
                let mut tracker = Tracker::default();
                let carry = &mut |body: &_| tracker.carry(body);
                let proof = prove(gpu, &stage, Some(human.clone()), &options, carry)?;
                let holds = holds(&proof, moving);
                all_hold &= holds;
                let camera = if moving { "moving" } else { "still" };
                line(
                    &mut table,
                    [shape.name(), glass.name(), camera],
                    &proof,
                    holds,
                );
                eprintln!("{}", table.lines().last().unwrap_or_default());
                if !moving && glass == pictures::glass_of(shape) {
                    pictures::keep(shape, &proof)?;
                }
            }
        }
    }
    report.paragraph(&table);
    Ok(all_hold)
}

/// The proof, and of a moving camera that nothing slips but by the delay.
fn holds(proof: &Proof, moving: bool) -> bool {
    let slips = proof
        .slip
        .is_some_and(|s| s.lost == 0 && s.fiducials >= 50 && s.p99_px <= UNEXPLAINED_MAX_PX);
    let compared = proof.psnr_db.is_some() && proof.psnr_ideal_db.is_some();
    proof.holds() && proof.wall_px_per_camera_px >= 2.0 && if moving { slips } else { compared }
}

fn line(table: &mut String, [shape, glass, camera]: [&str; 3], proof: &Proof, holds: bool) {
    let db = |value: Option<f64>| value.map_or_else(|| "–".into(), |v| format!("{v:.1}"));
    let slip = proof.slip.map_or_else(
        || " | ".into(),
        |s| format!("{:.1} | {:.3}", s.slip_px, s.p99_px),
    );
    // Writing to a string cannot fail.
    let _ = writeln!(
        table,
        "| {shape} | {glass} | {camera} | {} ({}), {} | {:.3} | {:.3} | {} | {:.2} | {} | {} | {slip} | {} |",
        proof.fiducials,
        proof.fiducials_min,
        proof.lost,
        proof.mean_px,
        proof.p99_px,
        db(proof.psnr_db),
        proof.wall_px_per_camera_px,
        db(proof.psnr_real_db),
        db(proof.psnr_ideal_db),
        if holds { "yes" } else { "**no**" },
    );
}
