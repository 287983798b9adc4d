//! One performer, and every two takes laid over each other as performers who walk through each other.

use crate::label_scene::{
    Scene, Score, Take, Trouble, cmu_41, plug_in_gait_39, score, shared_take,
};
use cyc_benches::report::Report;
use cyc_benches::rounds::percentile;
use cyc_solver::{LabelRig, LabelSettings, Labeller, RigPrecision};
use glam::DVec3;

/// Seeds of the trouble, none of which chose anything in the solver.
const SEEDS: std::ops::Range<u64> = 1..6;
/// How fast each walks towards the other, m/s.
const SPEED_M_S: f64 = 0.9;

/// Adds the table; false where the takes are not there.
pub fn measure(report: &mut Report) -> bool {
    let read = |path: &str, rig| Some(shared_take(path, rig)?.calibrated());
    let (Some(movement), Some(basketball), Some(walk)) = (
        read("pycgm/Movement_trial.c3d", plug_in_gait_39()),
        read("cmu/cmu_dribble_shoot_basketball.c3d", cmu_41()),
        read("cmu/cmu_02_05.c3d", cmu_41()),
    ) else {
        return false;
    };
    let takes = [
        ("movement", movement),
        ("basketball", basketball),
        ("cmu_02_05", walk),
    ];
    let mut table = String::from(
        "## Labels found again\n\nOver five seeds: the worst share, the longest swap, the median time of a frame, its 99th percentile, and the first frame, in which everybody is found from nothing.\n\n\
         | take | right, worst | longest swap ms | ghosts labelled | p50 µs | p99 µs | first frame ms |\n|---|---:|---:|---:|---:|---:|---:|\n",
    );
    for (name, take) in &takes {
        table.push_str(&row(name, &scores(&[take])));
    }
    for (a, (one, first)) in takes.iter().enumerate() {
        for (other, second) in &takes[..a] {
            let [first, second] = crossing(first, second);
            let name = format!("{one} and {other}, crossing");
            table.push_str(&row(&name, &scores(&[&first, &second])));
        }
    }
    report.paragraph(&table);
    true
}

/// Two takes through the same place at the same time, the second one turned; as long as the shorter of them.
fn crossing(first: &Take, second: &Take) -> [Take; 2] {
    let frames = first.frames.len().min(second.frames.len());
    let copy = |take: &Take| Take {
        rig: take.rig.clone(),
        rate_hz: take.rate_hz,
        frames: take.frames.clone(),
    };
    let other = copy(second).centred().moved(0.7, DVec3::Z * 0.15);
    [
        copy(first).centred().walking(SPEED_M_S, frames),
        other.walking(-SPEED_M_S, frames),
    ]
}

fn scores(takes: &[&Take]) -> Vec<Score> {
    let rigs: Vec<LabelRig> = takes
        .iter()
        .map(|t| LabelRig {
            rig: t.rig.clone(),
            precision: RigPrecision::Calibrated,
        })
        .collect();
    let troubled = |seed| {
        let scene = Scene::new(
            takes,
            Trouble {
                seed,
                ..Trouble::ALL
            },
        );
        let mut labeller = Labeller::new(&rigs, LabelSettings::default()).ok()?;
        Some(score(&mut labeller, &scene, 1.0))
    };
    SEEDS.filter_map(troubled).collect()
}

fn row(name: &str, scores: &[Score]) -> String {
    let worst = scores.iter().map(Score::right_part).fold(1.0, f64::min);
    let swap_s = scores.iter().map(|s| s.longest_swap_s).fold(0.0, f64::max);
    let ghosts: usize = scores.iter().map(|s| s.ghosts).sum();
    let labelled: usize = scores.iter().map(|s| s.ghosts_labelled).sum();
    let all: Vec<f64> = scores.iter().flat_map(|s| s.microseconds.clone()).collect();
    let first: Vec<f64> = scores
        .iter()
        .filter_map(|s| s.microseconds.first().copied())
        .collect();
    format!(
        "| {name} | {:.2} % | {:.0} | {:.1} % | {:.0} | {:.0} | {:.0} |\n",
        worst * 100.0,
        swap_s * 1e3,
        100.0 * labelled as f64 / ghosts.max(1) as f64,
        percentile(all.clone(), 0.5),
        percentile(all, 0.99),
        percentile(first, 0.5) * 1e-3,
    )
}
