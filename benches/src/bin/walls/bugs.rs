//! What each seeded bug does to the proof: all of them must make it fail.

use crate::Outcome;
use crate::shapes::{self, Glass, Shape};
use crate::tracker::Tracker;
use cyc_benches::report::Report;
use cyc_renderer::Gpu;
use cyc_renderer::proof::{Bug, Proof, ProofOptions, TruthPose, prove_with_bugs};
use std::fmt::Write;

fn words(bug: Bug) -> &'static str {
    match bug {
        Bug::MirroredAxis => "mirrored axis",
        Bug::TransposedRotation => "transposed rotation",
        Bug::SwappedEulerOrder => "swapped Euler order",
        Bug::PupilSign => "pupil's offset with the wrong sign",
        Bug::MillimetresForMetres => "pupil's offset in mm for m",
    }
}

/// Seeds every bug on every shape, and says whether each was found and nothing else was.
pub fn measure(gpu: &Gpu, report: &mut Report) -> Outcome<bool> {
    let heads: Vec<_> = Shape::ALL.iter().map(|s| s.name()).collect();
    let mut table = format!(
        "## Seeded bugs\n\nFiducials alone, first pose, no lens: mean distance from where they should be, camera pixels, and how many of them are not \
         found within four pixels of it at all. A bug that the proof does not find stands in bold.\n\n| | {} |\n|---|{}\n",
        heads.join(" | "),
        "---:|".repeat(heads.len())
    );
    let bugs: Vec<_> = [None].into_iter().chain(Bug::ALL.map(Some)).collect();
    let mut columns = Vec::new();
    let mut all_found = true;
    for shape in Shape::ALL {
        let options = ProofOptions {
            poses: TruthPose::STANDARD[..1].to_vec(),
            fine_scale: 1.0,
            ..ProofOptions::default()
        };
        let mut tracker = Tracker::default();
        let stage = shapes::stage(shape, Glass::Plain);
        let carry = &mut |body: &_| tracker.carry(body);
        columns.push(prove_with_bugs(gpu, &stage, &options, carry)?);
    }
    for (row, bug) in bugs.iter().enumerate() {
        let cells = columns.iter().map(|column| {
            let right = column
                .get(row)
                .is_some_and(|(_, p)| p.holds() == bug.is_none());
            all_found &= right;
            column
                .get(row)
                .map_or_else(String::new, |(_, p)| cell(p, right))
        });
        let cells: Vec<_> = cells.collect();
        let name = bug.map_or("no bug", words);
        // Writing to a string cannot fail.
        let _ = writeln!(table, "| {name} | {} |", cells.join(" | "));
    }
    report.paragraph(&table);
    Ok(all_found)
}

fn cell(proof: &Proof, right: bool) -> String {
    let wanted = proof.fiducials + proof.lost;
    let text = if proof.fiducials == 0 {
        format!("all {wanted} lost")
    } else {
        format!("{:.2}; {} of {wanted} lost", proof.mean_px, proof.lost)
    };
    if right { text } else { format!("**{text}**") }
}
