//! The lenses of a capture frame as bytes: a bit for each thing that a source may tell of a lens, then what it told.

use super::error::DamageKind;
use super::fields::{Field, Fields, Put};
use cyc_model::{
    Distortion, LensSample, MocapFrame, RingPosition, SUBJECTS_MAX, SensorDistortion, SubjectLens,
};

/// The layout, a part of the capture frame's.
pub(super) const LAYOUT: &str = "u32 lenses; each: u16 subject; u32 bits, low first, each present: \
zoom, focus, iris (each: u32 raw; f64 0..1); f64 focal length; f64 focus distance (may be \
infinite); f64 entrance pupil; f64 f-stop; f64 t-stop; f64 sensor[2]; f64 view h; f64 view v; f64 \
projection[2]; f64 distortion centre[2]; distortion (u8 0 undistorted to distorted, 1 the other way; f64 n[3] d[3] \
p[2]); f64 overscan. Metres, radians";

/// Bits that have a meaning.
const KNOWN_BITS: u32 = (1 << 18) - 1;

/// Appends all lenses of a frame.
pub(super) fn encode(frame: &MocapFrame, put: &mut Put<'_>) {
    put.u32(frame.lenses.len() as u32);
    for lens in &frame.lenses {
        put.u16(lens.subject);
        put.u32(bits_of(&lens.sample));
        fields_of(&lens.sample, put);
    }
}

fn rings(lens: &LensSample) -> [RingPosition; 3] {
    [lens.zoom, lens.focus, lens.iris]
}

fn numbers(lens: &LensSample) -> [Option<f64>; 5] {
    [
        lens.focal_length_m,
        lens.focus_distance_m,
        lens.entrance_pupil_offset_m,
        lens.f_stop,
        lens.t_stop,
    ]
}

fn bits_of(lens: &LensSample) -> u32 {
    let rings = rings(lens).map(|r| [r.raw.is_some(), r.normalised.is_some()]);
    let numbers = numbers(lens).map(|n| n.is_some());
    let others = [
        lens.sensor_size_m.is_some(),
        lens.horizontal_field_of_view_rad.is_some(),
        lens.vertical_field_of_view_rad.is_some(),
        lens.projection_offset_m.is_some(),
        lens.distortion_offset_m.is_some(),
        lens.distortion.is_some(),
        lens.distortion.is_some_and(|d| d.overscan.is_some()),
    ];
    let all = rings.into_iter().flatten().chain(numbers).chain(others);
    (0..)
        .zip(all)
        .map(|(bit, is_set)| u32::from(is_set) << bit)
        .sum()
}

fn fields_of(lens: &LensSample, put: &mut Put<'_>) {
    let pair = |put: &mut Put<'_>, pair: Option<[f64; 2]>| {
        pair.into_iter().flatten().for_each(|v| put.f64(v));
    };
    for ring in rings(lens) {
        ring.raw.into_iter().for_each(|v| put.u32(v));
        ring.normalised.into_iter().for_each(|v| put.f64(v));
    }
    let lengths = numbers(lens).into_iter().flatten();
    lengths.for_each(|v| put.f64(v));
    pair(put, lens.sensor_size_m);
    let angles = [
        lens.horizontal_field_of_view_rad,
        lens.vertical_field_of_view_rad,
    ];
    angles.into_iter().flatten().for_each(|v| put.f64(v));
    pair(put, lens.projection_offset_m);
    pair(put, lens.distortion_offset_m);
    if let Some(d) = lens.distortion {
        put.u8(u8::from(d.direction == Distortion::DistortedToUndistorted));
        let polynomial = d.numerator.into_iter().chain(d.denominator);
        polynomial
            .chain(d.tangential_per_m)
            .chain(d.overscan)
            .for_each(|v| put.f64(v));
    }
}

/// Reads the lenses into a frame that has its roster.
pub(super) fn decode(fields: &mut Fields<'_>, frame: &mut MocapFrame) -> Field<()> {
    let subjects = frame.roster.subjects().len();
    for _ in 0..fields.count(SUBJECTS_MAX)? {
        let subject = fields.u16()?;
        let bits = fields.u32()?;
        if bits & !KNOWN_BITS != 0 {
            return Err(DamageKind::Code);
        }
        let sample = sample(fields, bits)?;
        if usize::from(subject) >= subjects || frame.lens_of(usize::from(subject)).is_some() {
            return Err(DamageKind::Count);
        }
        frame.lenses.push(SubjectLens { subject, sample });
    }
    Ok(())
}

fn sample(fields: &mut Fields<'_>, bits: u32) -> Field<LensSample> {
    let has = |bit: u32| bits >> bit & 1 == 1;
    let mut lens = LensSample::default();
    let rings = [&mut lens.zoom, &mut lens.focus, &mut lens.iris];
    for (i, ring) in (0..).zip(rings) {
        ring.raw = if has(2 * i) {
            Some(fields.u32()?)
        } else {
            None
        };
        ring.normalised = number(fields, has(2 * i + 1))?;
    }
    lens.focal_length_m = number(fields, has(6))?;
    lens.focus_distance_m = if has(7) {
        Some(fields.f64_or_infinite()?)
    } else {
        None
    };
    lens.entrance_pupil_offset_m = number(fields, has(8))?;
    lens.f_stop = number(fields, has(9))?;
    lens.t_stop = number(fields, has(10))?;
    lens.sensor_size_m = pair(fields, has(11))?;
    lens.horizontal_field_of_view_rad = number(fields, has(12))?;
    lens.vertical_field_of_view_rad = number(fields, has(13))?;
    lens.projection_offset_m = pair(fields, has(14))?;
    lens.distortion_offset_m = pair(fields, has(15))?;
    if has(16) {
        lens.distortion = Some(distortion(fields, has(17))?);
    }
    Ok(lens)
}

fn distortion(fields: &mut Fields<'_>, has_overscan: bool) -> Field<SensorDistortion> {
    let direction = match fields.u8()? {
        0 => Distortion::UndistortedToDistorted,
        1 => Distortion::DistortedToUndistorted,
        _ => return Err(DamageKind::Code),
    };
    let mut three = || Ok([fields.f64()?, fields.f64()?, fields.f64()?]);
    let (numerator, denominator) = (three()?, three()?);
    Ok(SensorDistortion {
        direction,
        numerator,
        denominator,
        tangential_per_m: [fields.f64()?, fields.f64()?],
        overscan: number(fields, has_overscan)?,
    })
}

fn number(fields: &mut Fields<'_>, is_there: bool) -> Field<Option<f64>> {
    if is_there {
        fields.f64().map(Some)
    } else {
        Ok(None)
    }
}

fn pair(fields: &mut Fields<'_>, is_there: bool) -> Field<Option<[f64; 2]>> {
    if is_there {
        Ok(Some([fields.f64()?, fields.f64()?]))
    } else {
        Ok(None)
    }
}
