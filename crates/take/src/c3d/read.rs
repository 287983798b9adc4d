//! A file's bytes to a take.

use super::error::{C3dError, C3dProblem};
use super::layout::Layout;
use super::parameters::Parameters;
use super::{C3dTake, UpAxis, events, labels, points};
use crate::limits::TEXT_BYTES_MAX;

/// Reads a C3D file.
///
/// # Errors
/// With the byte offset: not C3D, cut off, larger than the limits, contradictions that the file's length does not
/// settle, a unit that is unknown.
pub fn read(data: &[u8]) -> Result<C3dTake, C3dError> {
    if data.len() as u64 > TEXT_BYTES_MAX {
        return Err(too_large("bytes", data.len() as u64, TEXT_BYTES_MAX));
    }
    let parameters = Parameters::read(data)?;
    let bytes = parameters.bytes();
    let layout = Layout::read(&bytes, &parameters)?;
    let in_header = f64::from(bytes.f32(20, "header")?);
    let rates = [parameters.number("POINT", "RATE"), Some(in_header)];
    let usable = |hz: &f64| hz.is_finite() && *hz > 0.0;
    let rate_hz = rates.into_iter().flatten().find(usable);
    let rate_hz = rate_hz.ok_or_else(|| inconsistent(20, "frame rate", in_header))?;
    let metres_per_unit = unit(&parameters)?;
    let labels = labels::read(&parameters, layout.points);
    let count = layout.frames * labels.kept.len();
    let mut take = C3dTake {
        rate_hz,
        first_frame: layout.first_frame,
        up: up_axis(&parameters),
        labels: labels.labels,
        skipped_labels: labels.skipped,
        events: events::read(&bytes, &parameters)?,
        frame_count: layout.frames,
        points: Vec::with_capacity(count),
        words: Vec::with_capacity(count),
        metres_per_residual: layout.scale.abs() * metres_per_unit,
        refused: 0,
        processing: parameters.group_numbers("PROCESSING"),
    };
    points::read(&bytes, &layout, &labels.kept, metres_per_unit, &mut take);
    Ok(take)
}

fn unit(parameters: &Parameters<'_>) -> Result<f64, C3dError> {
    let unit = parameters.texts("POINT", "UNITS").into_iter().next();
    let unit = unit
        .filter(|u| !u.is_empty())
        .unwrap_or_else(|| "mm".into());
    let metres = labels::metres_in(&unit);
    metres.ok_or_else(|| C3dError::new(0, C3dProblem::UnknownUnit { unit }))
}

/// The vertical axis of the screen, which is what the format has to say "up" with.
fn up_axis(parameters: &Parameters<'_>) -> UpAxis {
    let axis = parameters.texts("POINT", "Y_SCREEN").into_iter().next();
    match axis.unwrap_or_default().to_ascii_uppercase().as_str() {
        "+X" | "X" => UpAxis::PlusX,
        "-X" => UpAxis::MinusX,
        "+Y" | "Y" => UpAxis::PlusY,
        "-Y" => UpAxis::MinusY,
        "-Z" => UpAxis::MinusZ,
        _ => UpAxis::PlusZ,
    }
}

/// That header and parameters disagree, or a value makes no sense.
pub(super) fn inconsistent(offset: usize, what: &'static str, found: impl ToString) -> C3dError {
    let found = found.to_string();
    C3dError::new(offset, C3dProblem::Inconsistent { what, found })
}

/// That there is more than a limit allows.
pub(super) fn too_large(what: &'static str, size: u64, limit: u64) -> C3dError {
    C3dError::new(0, C3dProblem::TooLarge { what, size, limit })
}
