//! Plug-in Gait as a table: Vicon's joint centres, segment points and angles, a row a frame.
//!
//! It needs nothing of the solve: the model is closed form, from the markers and the subject's measurements, which come
//! with the performer's VSK or stand in the C3D file.

use super::error::SolveError;
use super::marker_take::MarkerTake;
use super::rig_choice::Wanted;
use crate::demo::files::read_text;
use crate::failure::Failure;
use cyc_solver::plug_in_gait::output::{OutputKind, outputs, values};
use cyc_solver::plug_in_gait::{PlugInGait, SubjectMeasurements, Trial};
use cyc_solver::vsk;
use std::fmt::Write as _;
use std::path::Path;

/// Digits after the point: a thousandth of a millimetre and of a degree.
const DECIMALS: usize = 3;

/// Writes the table of one subject; a cell is empty where the model has no value.
pub fn write(
    take: &MarkerTake,
    subject: &str,
    wanted: &Wanted,
    path: &Path,
) -> Result<(), Failure> {
    let model_of = measurements(take, wanted)?;
    let is_theirs = |s: &Option<String>| s.as_deref().unwrap_or_default() == subject;
    let columns: Vec<usize> = (0..take.columns.len())
        .filter(|c| take.columns.get(*c).is_some_and(|c| is_theirs(&c.subject)))
        .collect();
    let labels = columns.iter().filter_map(|c| take.columns.get(*c));
    let labels = labels.map(|c| c.label.as_str());
    let frames: Vec<Vec<_>> = (0..take.frames.len())
        .map(|f| columns.iter().map(|c| take.at(f, *c)).collect())
        .collect();
    let model = PlugInGait::of_trial(model_of, labels, &frames, Trial::Dynamic);
    let mut table = String::from("frame");
    for output in outputs() {
        let unit = match output.kind {
            OutputKind::PointMm => "mm",
            OutputKind::AnglesDeg => "deg",
        };
        for axis in ["x", "y", "z"] {
            // Writing to a string cannot fail.
            let _ = write!(table, ",{}_{axis}_{unit}", output.label);
        }
    }
    table.push('\n');
    for (f, points) in frames.iter().enumerate() {
        let _ = write!(table, "{}", take.first_frame + f as u64);
        for value in values(&model.frame(points)) {
            for axis in 0..3 {
                match &value {
                    Ok(numbers) => {
                        let _ = write!(table, ",{:.DECIMALS$}", numbers[axis]);
                    }
                    Err(_) => table.push(','),
                }
            }
        }
        table.push('\n');
    }
    std::fs::write(path, table).map_err(|e| SolveError::cannot_write(path, &e).into())
}

/// From the VSK that was given as the rig, else from the take.
fn measurements(take: &MarkerTake, wanted: &Wanted) -> Result<SubjectMeasurements, Failure> {
    let is_vsk =
        |p: &&std::path::PathBuf| p.extension().is_some_and(|e| e.eq_ignore_ascii_case("vsk"));
    if let Some(file) = wanted.rig.as_ref().filter(is_vsk) {
        let named = vsk::measured_values(&read_text(file)?)?;
        return Ok(SubjectMeasurements::from_named(|name| {
            named.get(name).copied()
        })?);
    }
    let none = || cyc_solver::plug_in_gait::MeasurementError::None;
    Ok(take.measurements.clone().unwrap_or_else(|| Err(none()))?)
}
