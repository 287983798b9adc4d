//! Header and points to a take.

use super::bytes::Bytes;
use super::error::{C3dError, C3dProblem};
use super::parameters::Parameters;
use super::{C3dLabel, C3dTake, UpAxis};
use crate::limits::{FRAMES_MAX, TEXT_BYTES_MAX};
use cyc_model::Point;
use glam::DVec3;
use std::collections::HashSet;

/// Where the points lie and how they are encoded.
struct Layout {
    points: usize,
    analog_per_frame: usize,
    start: usize,
    scale: f64,
    floats: bool,
}

impl Layout {
    fn element_bytes(&self) -> usize {
        if self.floats { 4 } else { 2 }
    }

    fn frame_bytes(&self) -> usize {
        (self.points * 4 + self.analog_per_frame) * self.element_bytes()
    }
}

/// Reads a C3D file.
pub fn read(data: &[u8]) -> Result<C3dTake, C3dError> {
    if data.len() as u64 > TEXT_BYTES_MAX {
        return Err(too_large("bytes", data.len() as u64, TEXT_BYTES_MAX));
    }
    let parameters = Parameters::read(data)?;
    let bytes = parameters.bytes();
    let layout = read_layout(&bytes, &parameters)?;
    let (first_frame, frame_count) = frame_range(&bytes, &parameters, &layout)?;
    let rate_hz = match parameters.number("POINT", "RATE") {
        Some(rate) => rate,
        None => f64::from(bytes.f32(20, "header")?),
    };
    if !(rate_hz.is_finite() && rate_hz > 0.0) {
        return Err(inconsistent(20, "frame rate", rate_hz));
    }
    let metres_per_unit = unit(&parameters)?;
    let up = up_axis(&parameters);
    let (kept, labels, skipped_labels) = labels(&parameters, layout.points);
    let mut take = C3dTake {
        rate_hz,
        first_frame,
        up,
        labels,
        skipped_labels,
        frame_count,
        points: Vec::with_capacity(frame_count * kept.len()),
        refused: 0,
        processing: parameters.group_numbers("PROCESSING"),
    };
    read_points(&bytes, &layout, &kept, metres_per_unit, &mut take);
    Ok(take)
}

fn read_layout(bytes: &Bytes<'_>, parameters: &Parameters<'_>) -> Result<Layout, C3dError> {
    let points = bytes.u16(2, "header")?;
    if let Some(used) = parameters.number("POINT", "USED") {
        // 16-bit counts above 32767 read as negative.
        if used as i32 as u16 != points {
            return Err(inconsistent(2, "number of points", points));
        }
    }
    if points == 0 {
        return Err(C3dError::new(2, C3dProblem::NoPoints));
    }
    let scale = match parameters.number("POINT", "SCALE") {
        Some(scale) => scale,
        None => f64::from(bytes.f32(12, "header")?),
    };
    if !scale.is_finite() || scale == 0.0 {
        return Err(inconsistent(12, "scale", scale));
    }
    let block = match bytes.u16(16, "header")? {
        0 => parameters
            .number("POINT", "DATA_START")
            .map_or(0, |b| b as i32 as u16),
        block => block,
    };
    if block < 2 {
        return Err(inconsistent(16, "data start block", block));
    }
    Ok(Layout {
        points: usize::from(points),
        analog_per_frame: usize::from(bytes.u16(4, "header")?),
        start: (usize::from(block) - 1) * 512,
        scale,
        floats: scale < 0.0,
    })
}

/// The first frame's number and how many frames there are. A header counts to 65535 only, so longer takes say it in one
/// of three parameters; the first statement that the file is long enough for is believed.
fn frame_range(
    bytes: &Bytes<'_>,
    parameters: &Parameters<'_>,
    layout: &Layout,
) -> Result<(u32, usize), C3dError> {
    let (first, last) = (bytes.u16(6, "header")?, bytes.u16(8, "header")?);
    let actual = |name: &str| {
        let words = parameters.numbers("TRIAL", name)?;
        let (low, high) = (*words.first()? as i32 as u16, *words.get(1)? as i32 as u16);
        Some(u64::from(low) | u64::from(high) << 16)
    };
    let (start, end) = (actual("ACTUAL_START_FIELD"), actual("ACTUAL_END_FIELD"));
    let counted = |name| {
        let n = parameters.number("POINT", name)?;
        // An integer above 32767 reads as negative; a float is as it is.
        let n = if n < 0.0 { n + 65536.0 } else { n };
        (n.fract() == 0.0).then_some(n as u64)
    };
    let header = (last >= first).then(|| u64::from(last) - u64::from(first) + 1);
    let candidates = [
        start
            .zip(end)
            .and_then(|(s, e)| (e.checked_sub(s)?).checked_add(1)),
        counted("LONG_FRAMES"),
        counted("FRAMES"),
        header,
    ];
    let available = bytes.data.len().saturating_sub(layout.start) as u64;
    let fits = available / layout.frame_bytes().max(1) as u64;
    let plausible = candidates.into_iter().flatten().filter(|n| *n > 0);
    let mut declared = None;
    for frames in plausible {
        if frames <= fits {
            if frames > FRAMES_MAX {
                return Err(too_large("frames", frames, FRAMES_MAX));
            }
            let first_number = start.and_then(|s| u32::try_from(s).ok());
            return Ok((first_number.unwrap_or(u32::from(first)), frames as usize));
        }
        declared.get_or_insert(frames);
    }
    match declared {
        Some(frames) => {
            let end = frames.saturating_mul(layout.frame_bytes() as u64);
            let end = end.saturating_add(layout.start as u64);
            Err(bytes.truncated(layout.start, "points", end))
        }
        None => Err(inconsistent(6, "frame range", format!("{first}..{last}"))),
    }
}

fn unit(parameters: &Parameters<'_>) -> Result<f64, C3dError> {
    let unit = parameters.texts("POINT", "UNITS").into_iter().next();
    let unit = unit
        .filter(|u| !u.is_empty())
        .unwrap_or_else(|| "mm".into());
    let metres = match unit.to_ascii_lowercase().as_str() {
        "mm" | "millimeters" | "millimetres" => 0.001,
        "cm" => 0.01,
        "dm" => 0.1,
        "m" | "meters" | "metres" => 1.0,
        "in" | "inch" | "inches" => 0.0254,
        _ => return Err(C3dError::new(0, C3dProblem::UnknownUnit { unit })),
    };
    Ok(metres)
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

/// The points that are positions, their labels, and the labels of the others.
fn labels(parameters: &Parameters<'_>, points: usize) -> (Vec<usize>, Vec<C3dLabel>, Vec<String>) {
    let numbered = |name: &str| {
        let mut all = parameters.texts("POINT", name);
        for n in 2..=300 {
            let more = parameters.texts("POINT", &format!("{name}{n}"));
            if more.is_empty() {
                break;
            }
            all.extend(more);
        }
        all
    };
    let given = numbered("LABELS");
    let no_positions = [
        "ANGLES",
        "FORCES",
        "MOMENTS",
        "POWERS",
        "SCALARS",
        "REACTIONS",
    ];
    let others: HashSet<String> = no_positions.into_iter().flat_map(numbered).collect();
    let (mut kept, mut labels, mut skipped) = (Vec::new(), Vec::new(), Vec::new());
    for point in 0..points {
        let label = given.get(point).map_or("", String::as_str);
        let (subject, name) = match label.rsplit_once(':') {
            Some((subject, name)) => (Some(subject.trim()), name.trim()),
            None => (None, label),
        };
        if !name.is_empty() && (others.contains(name) || others.contains(label)) {
            skipped.push(label.to_owned());
            continue;
        }
        kept.push(point);
        labels.push(C3dLabel {
            subject: subject.filter(|s| !s.is_empty()).map(str::to_owned),
            name: match name {
                "" => format!("marker_{point}"),
                name => name.to_owned(),
            },
        });
    }
    (kept, labels, skipped)
}

fn read_points(
    bytes: &Bytes<'_>,
    layout: &Layout,
    kept: &[usize],
    metres_per_unit: f64,
    take: &mut C3dTake,
) {
    let size = layout.element_bytes();
    let scale = if layout.floats { 1.0 } else { layout.scale } * metres_per_unit;
    let processor = bytes.processor;
    let element = |b: &[u8]| match *b {
        [a, b] => f64::from(processor.i16([a, b])),
        [a, b, c, d] => f64::from(processor.f32([a, b, c, d])),
        _ => f64::NAN,
    };
    // The range was checked against the file's length when the frames were counted.
    let frames = bytes.data.get(layout.start..).unwrap_or(&[]);
    let frames = frames.chunks_exact(layout.frame_bytes().max(1));
    for frame in frames.take(take.frame_count) {
        for point in kept {
            let at = point * 4 * size;
            let mut values = [f64::NAN; 4];
            let parts = frame.get(at..at + 4 * size).unwrap_or(&[]);
            for (value, part) in values.iter_mut().zip(parts.chunks_exact(size)) {
                *value = element(part);
            }
            let [x, y, z, residual] = values;
            // A negative residual says "not seen". So does the exact origin, which some exporters write instead.
            let unseen = residual < 0.0 || (x == 0.0 && y == 0.0 && z == 0.0);
            let point = match unseen {
                true => None,
                false => Point::new(y_up(take.up, DVec3::new(x, y, z) * scale)),
            };
            take.refused += u64::from(!unseen && point.is_none());
            take.points.push(point);
        }
    }
}

/// The rotation that turns the file's up axis to +Y; for +Z it keeps X.
fn y_up(up: UpAxis, p: DVec3) -> DVec3 {
    match up {
        UpAxis::PlusX => DVec3::new(-p.y, p.x, p.z),
        UpAxis::MinusX => DVec3::new(p.y, -p.x, p.z),
        UpAxis::PlusY => p,
        UpAxis::MinusY => DVec3::new(p.x, -p.y, -p.z),
        UpAxis::PlusZ => DVec3::new(p.x, p.z, -p.y),
        UpAxis::MinusZ => DVec3::new(p.x, -p.z, p.y),
    }
}

fn inconsistent(offset: usize, what: &'static str, found: impl ToString) -> C3dError {
    let found = found.to_string();
    C3dError::new(offset, C3dProblem::Inconsistent { what, found })
}

fn too_large(what: &'static str, size: u64, limit: u64) -> C3dError {
    C3dError::new(0, C3dProblem::TooLarge { what, size, limit })
}
