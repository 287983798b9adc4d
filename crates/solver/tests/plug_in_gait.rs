//! Plug-in Gait against Vicon's own output, which its C3D and CSV hold beside the markers.
//!
//! `cargo test -p cyc-solver --test plug_in_gait -- --nocapture` prints the worst difference of every quantity.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[allow(dead_code, reason = "other tests use the rest")]
mod minimal_c3d;

use cyc_model::{Point, Stage};
use cyc_solver::plug_in_gait::output::{OutputKind, outputs, values};
use cyc_solver::plug_in_gait::{
    BodySide, MarkerColumns, PlugInGait, StaticOptions, SubjectMeasurements, Trial,
    calibrate_static,
};
use cyc_solver::vsk;
use minimal_c3d::MinimalC3d;
use std::collections::HashMap;

/// Joint centres and axis ends, millimetres.
const POINT_LIMIT_MM: f64 = 0.01;
/// Angles, degrees.
const ANGLE_LIMIT_DEG: f64 = 0.001;

fn subject() -> Option<SubjectMeasurements> {
    let text = String::from_utf8(minimal_c3d::shared_file("pycgm/Test.vsk")?).unwrap();
    let named = vsk::measured_values(&text).unwrap();
    Some(SubjectMeasurements::from_named(|name| named.get(name).copied()).unwrap())
}

fn trial(file: &str) -> Option<MinimalC3d> {
    Some(minimal_c3d::read(&minimal_c3d::shared_file(file)?))
}

/// The file's own numbers again: the reader took them for millimetres with z up.
fn raw(point: Point<Stage>) -> [f64; 3] {
    let p = point.metres() * 1e3;
    [p.x, -p.z, p.y]
}

/// The worst difference of each label between the model and the truth, over all frames; every label must be there.
fn differences(
    model: &PlugInGait,
    take: &MinimalC3d,
    truth: impl Fn(usize, &str) -> Option<[f64; 3]>,
) -> HashMap<&'static str, (OutputKind, f64)> {
    let mut worst: HashMap<&'static str, (OutputKind, f64)> = HashMap::new();
    for (f, points) in take.frames.iter().enumerate() {
        let got = values(&model.frame(points));
        for (output, value) in outputs().into_iter().zip(got) {
            let Some(truth) = truth(f, output.label) else {
                continue;
            };
            let value = value.unwrap_or_else(|gap| panic!("{} frame {f}: {gap}", output.label));
            let most = (0..3)
                .map(|k| (value[k] - truth[k]).abs())
                .fold(0.0, f64::max);
            let entry = worst.entry(output.label).or_insert((output.kind, 0.0));
            entry.1 = entry.1.max(most);
        }
    }
    worst
}

fn print_table(title: &str, worst: &HashMap<&'static str, (OutputKind, f64)>) {
    eprintln!("{title}: worst difference over all frames");
    for output in outputs() {
        if let Some((kind, most)) = worst.get(output.label) {
            let (unit, limit) = match kind {
                OutputKind::PointMm => ("mm", POINT_LIMIT_MM),
                OutputKind::AnglesDeg => ("deg", ANGLE_LIMIT_DEG),
            };
            let verdict = if *most <= limit { "meets" } else { "MISSES" };
            eprintln!(
                "  {:<20} {most:>9.6} {unit:<3} {verdict} {limit}",
                output.label
            );
        }
    }
}

/// All 76 points and 26 triples of angles that Vicon writes.
const IN_THE_C3D: usize = 19 * 4 + 26;

fn assert_within(title: &str, worst: &HashMap<&'static str, (OutputKind, f64)>) {
    print_table(title, worst);
    assert_eq!(worst.len(), IN_THE_C3D, "{title}");
    for (label, (kind, most)) in worst {
        let limit = match kind {
            OutputKind::PointMm => POINT_LIMIT_MM,
            OutputKind::AnglesDeg => ANGLE_LIMIT_DEG,
        };
        assert!(
            *most <= limit,
            "{title}: {label} is {most} off, over {limit}"
        );
    }
}

fn model_of(subject: SubjectMeasurements, take: &MinimalC3d, trial: Trial) -> PlugInGait {
    let labels = take.labels.iter().map(String::as_str);
    PlugInGait::of_trial(subject, labels, &take.frames, trial)
}

/// Vicon's numbers out of the C3D: points with their own labels; an angle of exactly zero reads as a point not seen.
fn vicons<'a>(take: &'a MinimalC3d) -> impl Fn(usize, &str) -> Option<[f64; 3]> + 'a {
    let columns: HashMap<&str, usize> = take
        .labels
        .iter()
        .enumerate()
        .map(|(i, label)| (label.as_str(), i))
        .collect();
    move |frame, label| Some(take.frames[frame][*columns.get(label)?].map_or([0.0; 3], raw))
}

#[test]
fn a_movement_is_what_vicon_says() {
    let (Some(subject), Some(take)) = (subject(), trial("pycgm/Movement_trial.c3d")) else {
        return;
    };
    let model = model_of(subject, &take, Trial::Dynamic);
    assert_eq!(model.columns().missing().count(), 0);
    assert_within("movement", &differences(&model, &take, vicons(&take)));
}

#[test]
fn a_static_trial_is_what_vicon_says() {
    let (Some(subject), Some(take)) = (subject(), trial("pycgm/Static_trial.c3d")) else {
        return;
    };
    let still = Trial::Static(StaticOptions::default());
    let model = model_of(subject, &take, still);
    assert_within("static", &differences(&model, &take, vicons(&take)));
}

#[test]
fn the_static_trial_gives_the_offsets_that_the_vsk_holds() {
    let (Some(known), Some(take)) = (subject(), trial("pycgm/Static_trial.c3d")) else {
        return;
    };
    let mut blank = known;
    for side in &mut blank.sides {
        side.static_plant_flex_rad = 0.0;
        side.static_rot_off_rad = 0.0;
    }
    let columns = MarkerColumns::find(take.labels.iter().map(String::as_str));
    let found = calibrate_static(&blank, &columns, &take.frames, StaticOptions::default());
    let found = found.applied_to(&blank);
    for side in BodySide::BOTH {
        let (found, known) = (found.side(side), known.side(side));
        let flex = (found.static_plant_flex_rad - known.static_plant_flex_rad).to_degrees();
        let turn = (found.static_rot_off_rad - known.static_rot_off_rad).to_degrees();
        eprintln!("{side:?}: plantar flexion {flex:.6} deg off, rotation {turn:.6} deg off");
        assert!(flex.abs() < ANGLE_LIMIT_DEG && turn.abs() < ANGLE_LIMIT_DEG);
    }
    // So a movement needs no VSK offsets: static trial and tape measure are enough.
    let Some(movement) = trial("pycgm/Movement_trial.c3d") else {
        return;
    };
    let model = model_of(found, &movement, Trial::Dynamic);
    assert_within(
        "movement after static",
        &differences(&model, &movement, vicons(&movement)),
    );
}

/// Vicon's CSV: for each label of its header line the first three columns (angles), or for a segment the three that are
/// its translation, in six digits.
fn csv(text: &str) -> (HashMap<String, usize>, Vec<Vec<f64>>) {
    let mut lines = text.lines();
    let names = lines.nth(2).unwrap();
    let columns = names
        .split(',')
        .enumerate()
        .filter_map(|(i, name)| Some((name.split_once(':')?.1.to_owned(), i)))
        .collect();
    let rows = lines
        .skip(2)
        .filter(|line| !line.is_empty())
        .map(|line| {
            line.split(',')
                .map(|w| w.parse().unwrap_or(f64::NAN))
                .collect()
        })
        .collect();
    (columns, rows)
}

#[test]
fn the_csv_says_the_same_to_its_six_digits() {
    let (Some(subject), Some(take), Some(text)) = (
        subject(),
        trial("pycgm/Movement_trial.c3d"),
        minimal_c3d::shared_file("pycgm/Movement_trial.csv"),
    ) else {
        return;
    };
    let (columns, rows) = csv(&String::from_utf8(text).unwrap());
    let model = model_of(subject, &take, Trial::Dynamic);
    let (mut compared, mut worst) = (0, [0.0_f64; 2]);
    for (points, row) in take.frames.iter().zip(&rows) {
        let frame = model.frame(points);
        for (output, value) in outputs().into_iter().zip(values(&frame)) {
            let segment = output
                .label
                .strip_suffix('O')
                .filter(|s| columns.contains_key(*s));
            let (column, kind) = match (segment, columns.get(output.label)) {
                // RX, RY, RZ, then TX, TY, TZ.
                (Some(segment), _) => (columns[segment] + 3, 0),
                (None, Some(column)) if output.kind == OutputKind::AnglesDeg => (*column, 1),
                _ => continue,
            };
            let value = value.unwrap();
            for k in 0..3 {
                // Six significant digits: half a unit of the last is five millionths of the value.
                let digits = 5e-6 * row[column + k].abs().max(1.0);
                let off = (value[k] - row[column + k]).abs();
                worst[kind] = worst[kind].max(off);
                let limit = [POINT_LIMIT_MM, ANGLE_LIMIT_DEG][kind].max(digits);
                assert!(off <= limit, "{}: {off} off", output.label);
            }
            compared += 1;
        }
    }
    eprintln!(
        "CSV: origins {:.6} mm, angles {:.6} deg at worst",
        worst[0], worst[1]
    );
    assert_eq!((rows.len(), compared), (323, 323 * (19 + 26)));
}
