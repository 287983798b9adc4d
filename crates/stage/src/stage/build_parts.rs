//! One function a table of the stage file: raw values in, a checked part out.

use super::{FrameRate, Timing};
use crate::file::{
    CameraFile, EnvironmentFile, InnerFile, LensFile, OuterFile, OutputFile, PerformerFile,
    PropFile, SceneFile, SourceFile, TimingFile, WallFile, WallKind,
};
use crate::locate::Located;
use crate::{
    CABINETS_MAX, CANVAS_SIDE_MAX_PX, Camera, CanvasRect, CaptureSource, Environment,
    FRAME_RATE_RANGE_HZ, InnerFrustum, OVERSCAN_RANGE, PerformerSlot, Problem, Prop, SceneKind,
    StageError, StageOutput, SubjectRef, Surface, WALL_LENGTH_MAX_M, Wall, covering_tangents,
};
use cyc_model::{Lens, LensError, LensSpec, Point, Space, Stage as StageSpace, Xf};
use glam::{DQuat, DVec3, EulerRot};
use std::ops::RangeInclusive;

/// How far from the stage's origin things may be placed, metres.
const PLACE_RANGE_M: RangeInclusive<f64> = -1000.0..=1000.0;

/// Angles, degrees; more than a turn is a slip of the pen.
const ANGLE_RANGE_DEG: RangeInclusive<f64> = -360.0..=360.0;

fn ranged(
    at: Located<'_>,
    key: &str,
    value: f64,
    range: RangeInclusive<f64>,
) -> Result<f64, StageError> {
    if range.contains(&value) {
        return Ok(value);
    }
    let (min, max) = (*range.start(), *range.end());
    Err(at.error(key, Problem::OutOfRange { min, max }))
}

fn place_m(at: Located<'_>, key: &str, value: [f64; 3]) -> Result<DVec3, StageError> {
    for coordinate in value {
        ranged(at, key, coordinate, PLACE_RANGE_M)?;
    }
    Ok(DVec3::from_array(value))
}

fn angle_rad(at: Located<'_>, key: &str, degrees: Option<f64>) -> Result<f64, StageError> {
    Ok(ranged(at, key, degrees.unwrap_or(0.0), ANGLE_RANGE_DEG)?.to_radians())
}

fn quaternion(
    at: Located<'_>,
    key: &str,
    xyzw: Option<[f64; 4]>,
) -> Result<Option<DQuat>, StageError> {
    let Some(xyzw) = xyzw else { return Ok(None) };
    let rotation = DQuat::from_array(xyzw);
    match Xf::<StageSpace, StageSpace>::new(rotation, DVec3::ZERO) {
        Some(checked) => Ok(Some(checked.rotation())),
        None => Err(at.error(key, Problem::NoRotation)),
    }
}

fn xf<A: Space, B: Space>(rotation: DQuat, translation_m: DVec3) -> Xf<A, B> {
    Xf::saturating(rotation, translation_m)
}

pub(super) fn wall(at: Located<'_>, file: &WallFile) -> Result<Wall, StageError> {
    let position_m = place_m(at, "position_m", file.position_m)?;
    let yaw = angle_rad(at, "yaw_deg", file.yaw_deg)?;
    let pitch = angle_rad(at, "pitch_deg", file.pitch_deg)?;
    let roll = angle_rad(at, "roll_deg", file.roll_deg)?;
    let rotation = DQuat::from_euler(EulerRot::YXZ, yaw, pitch, roll);
    for (key, [columns, rows], most) in [
        ("cabinets", file.cabinets, CABINETS_MAX),
        ("cabinet_px", file.cabinet_px, CANVAS_SIDE_MAX_PX),
    ] {
        let count = columns.saturating_mul(rows);
        let most = if key == "cabinets" { most } else { most * most };
        if columns == 0 || rows == 0 || count > most {
            let (min, max) = (1.0, f64::from(most));
            return Err(at.error(key, Problem::OutOfRange { min, max }));
        }
    }
    let canvas = CanvasRect {
        x: file.canvas_px[0],
        y: file.canvas_px[1],
        width: file.cabinets[0].saturating_mul(file.cabinet_px[0]),
        height: file.cabinets[1].saturating_mul(file.cabinet_px[1]),
    };
    if canvas.right() > CANVAS_SIDE_MAX_PX || canvas.bottom() > CANVAS_SIDE_MAX_PX {
        let limit_px = CANVAS_SIDE_MAX_PX;
        return Err(at.error("canvas_px", Problem::BeyondCanvas { limit_px }));
    }
    Ok(Wall {
        name: file.name.clone(),
        surface: surface(at, file)?,
        stage_from_wall: xf(rotation, position_m),
        cabinets: file.cabinets,
        canvas,
        brightness_nit: ranged(
            at,
            "brightness_nit",
            file.brightness_nit.unwrap_or(1500.0),
            1.0..=20_000.0,
        )?,
    })
}

fn surface(at: Located<'_>, file: &WallFile) -> Result<Surface, StageError> {
    let length = |key: &str, value: Option<f64>| match value {
        Some(value) => ranged(at, key, value, 0.01..=WALL_LENGTH_MAX_M),
        None => Err(at.error(key, Problem::Missing)),
    };
    let unused = |key: &str, value: Option<f64>| match value {
        Some(_) => Err(at.error(key, Problem::Unused)),
        None => Ok(()),
    };
    let height_m = length("height_m", Some(file.height_m))?;
    match file.kind {
        WallKind::Plane => {
            unused("radius_m", file.radius_m)?;
            unused("arc_deg", file.arc_deg)?;
            Ok(Surface::Plane {
                width_m: length("width_m", file.width_m)?,
                height_m,
            })
        }
        WallKind::Cylinder => {
            unused("width_m", file.width_m)?;
            let arc_deg = file
                .arc_deg
                .ok_or_else(|| at.error("arc_deg", Problem::Missing))?;
            Ok(Surface::Cylinder {
                radius_m: length("radius_m", file.radius_m)?,
                arc_rad: ranged(at, "arc_deg", arc_deg, 1.0..=350.0)?.to_radians(),
                height_m,
            })
        }
    }
}

pub(super) fn source(at: Located<'_>, file: &SourceFile) -> Result<CaptureSource, StageError> {
    if file.url.trim().is_empty() {
        return Err(at.error("url", Problem::BadName));
    }
    let position_m = place_m(at, "position_m", file.position_m.unwrap_or_default())?;
    let yaw = angle_rad(at, "yaw_deg", file.yaw_deg)?;
    let free = quaternion(at, "rotation_xyzw", file.rotation_xyzw)?;
    if free.is_some() && file.yaw_deg.is_some() {
        return Err(at.error("yaw_deg", Problem::Unused));
    }
    Ok(CaptureSource {
        name: file.name.clone(),
        url: file.url.clone(),
        stage_from_source: xf(free.unwrap_or(DQuat::from_rotation_y(yaw)), position_m),
    })
}

pub(super) fn output(at: Located<'_>, file: &OutputFile) -> Result<StageOutput, StageError> {
    if file.url.trim().is_empty() {
        return Err(at.error("url", Problem::BadName));
    }
    Ok(StageOutput {
        name: file.name.clone(),
        url: file.url.clone(),
    })
}

fn subject(
    at: Located<'_>,
    sources: &[CaptureSource],
    source: &str,
    subject: &str,
) -> Result<SubjectRef, StageError> {
    if subject.trim().is_empty() || subject.len() > cyc_model::NAME_BYTES_MAX {
        return Err(at.error("subject", Problem::BadName));
    }
    let Some(index) = sources.iter().position(|s| s.name == source) else {
        let name = source.to_owned();
        return Err(at.error("source", Problem::Unknown { name }));
    };
    Ok(SubjectRef {
        source: index,
        subject: subject.to_owned(),
    })
}

pub(super) fn camera(
    at: Located<'_>,
    file: &CameraFile,
    sources: &[CaptureSource],
) -> Result<Camera, StageError> {
    let tracked = subject(at, sources, &file.source, &file.subject)?;
    let pupil_m = place_m(at, "pupil_m", file.pupil_m.unwrap_or_default())?;
    let rotation = quaternion(at, "pupil_rotation_xyzw", file.pupil_rotation_xyzw)?;
    let lens = lens(at, &file.lens)?;
    let tangents = covering_tangents(&lens).map_err(|_| at.error("lens", Problem::LensFolds))?;
    let picture_px = file.picture_px.unwrap_or([1280, 720]);
    for side in picture_px {
        ranged(at, "picture_px", f64::from(side), 16.0..=8192.0)?;
    }
    Ok(Camera {
        name: file.name.clone(),
        tracked,
        body_from_pupil: xf(rotation.unwrap_or(DQuat::IDENTITY), pupil_m),
        lens,
        picture_px,
        inner: inner(at, file.inner.as_ref())?,
        tangents,
    })
}

fn inner(at: Located<'_>, file: Option<&InnerFile>) -> Result<InnerFrustum, StageError> {
    let get = |pick: fn(&InnerFile) -> Option<f64>| file.and_then(pick);
    let scale = get(|f| f.resolution_scale).unwrap_or(1.0);
    Ok(InnerFrustum {
        on: file.and_then(|f| f.on).unwrap_or(true),
        overscan: ranged(
            at,
            "inner.overscan",
            get(|f| f.overscan).unwrap_or(1.15),
            OVERSCAN_RANGE,
        )?,
        feather: ranged(
            at,
            "inner.feather",
            get(|f| f.feather).unwrap_or(0.04),
            0.0..=0.5,
        )?,
        resolution_scale: ranged(at, "inner.resolution_scale", scale, 0.1..=4.0)?,
        priority: file.and_then(|f| f.priority).unwrap_or(0),
    })
}

fn lens(at: Located<'_>, file: &LensFile) -> Result<Lens, StageError> {
    let mm = |v: f64| v * 1e-3;
    let spec = LensSpec {
        principal_point_m: file.principal_point_mm.unwrap_or_default().map(mm),
        radial: file.radial.unwrap_or_default(),
        tangential: file.tangential.unwrap_or_default(),
        ..LensSpec::pinhole(
            mm(file.sensor_mm[0]),
            mm(file.sensor_mm[1]),
            mm(file.focal_length_mm),
        )
    };
    for side in file.sensor_mm {
        ranged(at, "lens.sensor_mm", side, 0.5..=500.0)?;
    }
    ranged(
        at,
        "lens.focal_length_mm",
        file.focal_length_mm,
        0.5..=5000.0,
    )?;
    Lens::build(spec).map_err(|error| {
        let (LensError::NotPositive { field } | LensError::NotFinite { field }) = error;
        let (min, max) = (f64::MIN, f64::MAX);
        at.error(&format!("lens.{field}"), Problem::OutOfRange { min, max })
    })
}

pub(super) fn performer(
    at: Located<'_>,
    file: &PerformerFile,
    sources: &[CaptureSource],
) -> Result<PerformerSlot, StageError> {
    for (key, path) in [
        ("markerset", &file.markerset),
        ("character", &file.character),
    ] {
        if path.trim().is_empty() {
            return Err(at.error(key, Problem::BadName));
        }
    }
    let position_m = place_m(at, "position_m", file.position_m.unwrap_or_default())?;
    let yaw = angle_rad(at, "yaw_deg", file.yaw_deg)?;
    let named = file.subject.as_deref().unwrap_or(&file.name);
    Ok(PerformerSlot {
        name: file.name.clone(),
        tracked: subject(at, sources, &file.source, named)?,
        markerset: file.markerset.clone(),
        rig: file.rig.clone().filter(|rig| !rig.trim().is_empty()),
        labels: file.labels.unwrap_or_default(),
        character: file.character.clone(),
        stage_from_performance: xf(DQuat::from_rotation_y(yaw), position_m),
    })
}

pub(super) fn prop(
    at: Located<'_>,
    file: &PropFile,
    sources: &[CaptureSource],
) -> Result<Prop, StageError> {
    let named = file.subject.as_deref().unwrap_or(&file.name);
    Ok(Prop {
        name: file.name.clone(),
        tracked: subject(at, sources, &file.source, named)?,
    })
}

pub(super) fn outer(
    at: Located<'_>,
    file: &OuterFile,
) -> Result<(Point<StageSpace>, f64), StageError> {
    let eye = Point::saturating(place_m(at, "eye_m", file.eye_m)?);
    let scale = file.resolution_scale.unwrap_or(0.5);
    Ok((eye, ranged(at, "resolution_scale", scale, 0.05..=2.0)?))
}

pub(super) fn environment(
    at: Located<'_>,
    file: &EnvironmentFile,
) -> Result<Environment, StageError> {
    let base = Environment::default();
    let azimuth = match file.sun_azimuth_deg {
        None => base.sun_azimuth_rad,
        some => angle_rad(at, "sun_azimuth_deg", some)?,
    };
    let elevation = match file.sun_elevation_deg {
        None => base.sun_elevation_rad,
        Some(degrees) => ranged(at, "sun_elevation_deg", degrees, 2.0..=90.0)?.to_radians(),
    };
    let unit = |key: &str, value: Option<f64>, default: f64| {
        ranged(at, key, value.unwrap_or(default), 0.0..=1.0)
    };
    Ok(Environment {
        scene: match file.scene {
            None | Some(SceneFile::StandingStones) => SceneKind::StandingStones,
            Some(SceneFile::TestPattern) => SceneKind::TestPattern,
        },
        sun_azimuth_rad: azimuth,
        sun_elevation_rad: elevation,
        clouds: unit("clouds", file.clouds, base.clouds)?,
        haze: unit("haze", file.haze, base.haze)?,
        exposure_ev: ranged(
            at,
            "exposure_ev",
            file.exposure_ev.unwrap_or(base.exposure_ev),
            -10.0..=10.0,
        )?,
        seed: file.seed.unwrap_or(base.seed),
    })
}

pub(super) fn timing(at: Located<'_>, file: &TimingFile) -> Result<Timing, StageError> {
    let frame_rate = parse_rate(&file.frame_rate)
        .ok_or_else(|| at.error("frame_rate", Problem::BadFrameRate))?;
    ranged(at, "frame_rate", frame_rate.hz(), FRAME_RATE_RANGE_HZ)?;
    Ok(Timing { frame_rate })
}

/// "24", "24000/1001", or a decimal: those near a multiple of 1/1.001 are meant as such.
fn parse_rate(text: &str) -> Option<FrameRate> {
    if let Some((above, below)) = text.split_once('/') {
        let (numerator, denominator) = (above.trim().parse().ok()?, below.trim().parse().ok()?);
        return (numerator > 0 && denominator > 0).then_some(FrameRate {
            numerator,
            denominator,
        });
    }
    let hz: f64 = text.trim().parse().ok()?;
    if !hz.is_finite() || hz <= 0.0 || hz > 1e6 {
        return None;
    }
    let whole = hz.round();
    if (hz - whole).abs() < 1e-9 {
        return Some(FrameRate {
            numerator: whole as u32,
            denominator: 1,
        });
    }
    let nominal = (hz * 1.001).round();
    ((nominal / 1.001 - hz).abs() < 6e-3).then_some(FrameRate {
        numerator: nominal as u32 * 1000,
        denominator: 1001,
    })
}
