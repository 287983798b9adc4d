//! Takes of which neither rig nor marker set is told: who is in it, from the shape of the points alone.

use crate::minimal_c3d::{read, shared_file};
use cyc_benches::report::Report;
use cyc_model::{Point, Rig, Stage};
use cyc_solver::{
    BODY_MARKERSETS, HUMAN_SKELETON, LabelRig, LabelSettings, RigPrecision, build_rig, label_take,
    parse_markerset, parse_skeleton, plain_label, recognise_by_shape,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::HashSet;
use std::time::Instant;

const TAKES: [&str; 4] = [
    "pycgm/Movement_trial.c3d",
    "pycgm/Static_trial.c3d",
    "cmu/cmu_02_05.c3d",
    "cmu/cmu_dribble_shoot_basketball.c3d",
];
const RATE_HZ: f64 = 120.0;

/// Adds the table.
pub fn measure(report: &mut Report) {
    let Some(templates) = templates() else { return };
    let mut table = String::from(
        "## By shape alone\n\nPoints of each frame shuffled, neither marker set nor rig given. \"With strays\": with every other point \
         that the file holds, but the axes of models.\n\n\
         | take | points a frame | recognised | right | recognised in s | labelled in s |\n|---|---:|---|---:|---:|---:|\n",
    );
    for path in TAKES {
        for with_strays in [false, true] {
            if let Some(line) = row(path, with_strays, &templates) {
                table.push_str(&line);
            }
        }
    }
    report.paragraph(&table);
}

fn templates() -> Option<Vec<Rig>> {
    let skeleton = parse_skeleton(HUMAN_SKELETON).ok()?;
    let sets = BODY_MARKERSETS
        .iter()
        .map(|text| parse_markerset(text).ok());
    sets.map(|set| build_rig(&skeleton, &set?).ok()).collect()
}

/// Points of each frame in random order, and the name of each.
type Stripped = (Vec<Vec<Point<Stage>>>, Vec<Vec<String>>);

fn stripped(path: &str, with_strays: bool, known: &HashSet<String>) -> Option<Stripped> {
    let take = read(&shared_file(path)?);
    let labels: Vec<String> = take
        .labels
        .iter()
        .map(|l| plain_label(l).to_owned())
        .collect();
    let all: HashSet<&str> = labels.iter().map(String::as_str).collect();
    // A segment's axes as Vicon's models leave them among the points: origin, anterior, lateral, proximal.
    let is_axis = |label: &str| {
        label
            .strip_suffix(['O', 'A', 'L', 'P'])
            .is_some_and(|stem| {
                ["O", "A", "L", "P"]
                    .iter()
                    .all(|e| all.contains(format!("{stem}{e}").as_str()))
            })
    };
    let kept: Vec<bool> = labels
        .iter()
        .map(|l| known.contains(l) || (with_strays && !is_axis(l)))
        .collect();
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let shuffled = take.frames.iter().map(|frame| {
        let points = frame
            .iter()
            .zip(&labels)
            .zip(&kept)
            .filter(|(_, kept)| **kept);
        let mut points: Vec<(Point<Stage>, String)> = points
            .filter_map(|((p, l), _)| Some(((*p)?, l.clone())))
            .collect();
        for i in (1..points.len()).rev() {
            points.swap(i, rng.random_range(0..=i));
        }
        points.into_iter().unzip()
    });
    Some(shuffled.unzip())
}

fn row(path: &str, with_strays: bool, templates: &[Rig]) -> Option<String> {
    let markers = templates.iter().flat_map(Rig::markers);
    let known: HashSet<String> = markers.map(|m| plain_label(&m.name).to_owned()).collect();
    let (clouds, names) = stripped(path, with_strays, &known)?;
    let points = clouds.iter().map(Vec::len).sum::<usize>() as f64 / clouds.len() as f64;
    let settings = LabelSettings::default();
    let start = Instant::now();
    let found = recognise_by_shape(templates, &clouds, RATE_HZ, settings).ok()?;
    let recognised_s = start.elapsed().as_secs_f64();
    let name = format!("`{path}`{}", if with_strays { ", with strays" } else { "" });
    let Some(found) = found else {
        return Some(format!(
            "| {name} | {points:.0} | nobody | | {recognised_s:.1} | |\n"
        ));
    };
    let rigs = [LabelRig {
        rig: found.rig.clone(),
        precision: RigPrecision::Calibrated,
    }];
    let start = Instant::now();
    let frames = label_take(&rigs, &clouds, RATE_HZ, settings).ok()?;
    let labelled_s = start.elapsed().as_secs_f64();
    let own: HashSet<&str> = found
        .rig
        .markers()
        .iter()
        .map(|m| plain_label(&m.name))
        .collect();
    let (mut right, mut all) = (0usize, 0usize);
    for (frame, names) in frames.iter().zip(&names) {
        for (owner, name) in frame.owners.iter().zip(names) {
            all += usize::from(own.contains(name.as_str()));
            let given =
                owner.map(|o| plain_label(&found.rig.markers()[usize::from(o.marker)].name));
            right += usize::from(given == Some(name));
        }
    }
    Some(format!(
        "| {name} | {points:.0} | {} | {:.2} % | {recognised_s:.1} | {labelled_s:.1} |\n",
        templates[found.template].name(),
        100.0 * right as f64 / all.max(1) as f64,
    ))
}
