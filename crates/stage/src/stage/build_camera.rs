//! The camera's table of the stage file: tracking, lens, inner frustum.

use super::build_color::window;
use super::build_parts::{angle_rad, place_m, quaternion, ranged, subject, xf};
use crate::file::{
    CameraFile, HomeFile, InnerFile, KeyFile, LensFile, LensModelFile, LensPointFile, OverscanFile,
};
use crate::locate::Located;
use crate::{
    Camera, CaptureSource, ChromaKey, InnerFrustum, KeyMarkers, LENS_POINTS_MAX, LensPoint,
    LensTable, LensTableProblem, OVERSCAN_RANGE, Overscan, Problem, StageError, covering_tangents,
};
use cyc_model::{
    CameraBody, Distortion, Lens, LensError, LensSpec, Pupil, Stage as StageSpace, Xf,
};
use glam::{DQuat, DVec3, EulerRot};

/// Most overscan of an automatic frustum when the file does not say: 7 frames of 24 at 30°/s.
const OVERSCAN_MAX_DEFAULT: f64 = 1.5;

/// Where a camera stands that nothing is said about: an operator's eye in the acting area, looking at the wall.
const HOME_M: DVec3 = DVec3::new(0.0, 1.5, 0.5);

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
    let body_from_pupil = xf(rotation.unwrap_or(DQuat::IDENTITY), pupil_m);
    let table = file.lens.points.as_ref();
    let table = table.map(|points| lens_table(at, points, lens.spec(), body_from_pupil));
    let lens_from_source = file.lens.from_source.unwrap_or_default();
    if lens_from_source && table.is_some() {
        return Err(at.error("lens.from_source", Problem::Unused));
    }
    let picture_px = file.picture_px.unwrap_or([1280, 720]);
    for side in picture_px {
        ranged(at, "picture_px", f64::from(side), 16.0..=8192.0)?;
    }
    Ok(Camera {
        name: file.name.clone(),
        tracked,
        body_from_pupil,
        lens,
        table: table.transpose()?,
        lens_from_source,
        picture_px,
        home: home(at, file.home.as_ref())?,
        inner: inner(at, file.inner.as_ref())?,
        tangents,
    })
}

fn home(at: Located<'_>, file: Option<&HomeFile>) -> Result<Xf<StageSpace, Pupil>, StageError> {
    let Some(file) = file else {
        return Ok(Xf::from_translation(HOME_M));
    };
    let position_m = place_m(at, "home", file.position_m)?;
    let pan = angle_rad(at, "home.pan_deg", file.pan_deg)?;
    let tilt = angle_rad(at, "home.tilt_deg", file.tilt_deg)?;
    let roll = angle_rad(at, "home.roll_deg", file.roll_deg)?;
    let rotation = DQuat::from_euler(EulerRot::YXZ, pan, tilt, roll);
    Ok(xf(rotation, position_m))
}

fn inner(at: Located<'_>, file: Option<&InnerFile>) -> Result<InnerFrustum, StageError> {
    let default = InnerFrustum::default();
    let Some(file) = file else {
        return Ok(default);
    };
    let number = |key: &str, value: Option<f64>, default: f64, range| {
        ranged(at, key, value.unwrap_or(default), range)
    };
    Ok(InnerFrustum {
        on: file.on.unwrap_or(default.on),
        overscan: overscan(at, file)?,
        feather: number("inner.feather", file.feather, default.feather, 0.0..=0.5)?,
        resolution_scale: number(
            "inner.resolution_scale",
            file.resolution_scale,
            default.resolution_scale,
            0.1..=4.0,
        )?,
        priority: file.priority.unwrap_or(default.priority),
        frozen: file.freeze.unwrap_or(default.frozen),
        exposure_ev: number("inner.exposure_ev", file.exposure_ev, 0.0, -10.0..=10.0)?,
        window: window(at, "inner.window", file.window.as_ref())?,
        key: file
            .key
            .as_ref()
            .map(|key| chroma_key(at, key))
            .transpose()?,
    })
}

fn overscan(at: Located<'_>, file: &InnerFile) -> Result<Overscan, StageError> {
    let key = "inner.overscan";
    match (&file.overscan, file.overscan_max) {
        (None, None) => Ok(InnerFrustum::default().overscan),
        (Some(OverscanFile::Factor(factor)), None) => {
            Ok(Overscan::Fixed(ranged(at, key, *factor, OVERSCAN_RANGE)?))
        }
        (Some(OverscanFile::Word(word)), most) if word == "auto" => {
            let most = most.unwrap_or(OVERSCAN_MAX_DEFAULT);
            let least = InnerFrustum::default().overscan.least();
            Ok(Overscan::Automatic {
                least: least.min(most),
                most: ranged(at, "inner.overscan_max", most, OVERSCAN_RANGE)?,
            })
        }
        (Some(OverscanFile::Word(_)), _) => {
            let words = "a number, \"auto\"".to_owned();
            Err(at.error(key, Problem::NotOneOf { words }))
        }
        (_, Some(_)) => Err(at.error("inner.overscan_max", Problem::Unused)),
    }
}

fn chroma_key(at: Located<'_>, file: &KeyFile) -> Result<ChromaKey, StageError> {
    let unmarked = file.marker_size_m.is_none() && file.marker_spacing_m.is_none();
    if unmarked && file.marker_color.is_some() {
        return Err(at.error("inner.key.marker_color", Problem::Unused));
    }
    let markers = if unmarked {
        None
    } else {
        let color = file.marker_color.as_deref().unwrap_or("#005a20");
        let size_m = file.marker_size_m.unwrap_or(0.1);
        Some(KeyMarkers {
            size_m: ranged(at, "inner.key.marker_size_m", size_m, 0.005..=2.0)?,
            spacing_m: ranged(
                at,
                "inner.key.marker_spacing_m",
                file.marker_spacing_m.unwrap_or(0.5),
                size_m.max(0.01)..=20.0,
            )?,
            color: color_of(at, "inner.key.marker_color", color)?,
        })
    };
    Ok(ChromaKey {
        color: color_of(at, "inner.key.color", &file.color)?,
        markers,
    })
}

/// `#rrggbb` (sRGB, IEC 61966-2-1) as linear light.
fn color_of(at: Located<'_>, key: &str, text: &str) -> Result<[f64; 3], StageError> {
    let bad = || {
        let words = "\"#00b140\"".to_owned();
        at.error(key, Problem::NotOneOf { words })
    };
    let digits = text
        .strip_prefix('#')
        .filter(|d| d.len() == 6)
        .ok_or_else(bad)?;
    let number = u32::from_str_radix(digits, 16).map_err(|_| bad())?;
    Ok([16, 8, 0].map(|shift| {
        let v = f64::from(number >> shift & 0xff) / 255.0;
        if v <= 0.040_45 {
            v / 12.92
        } else {
            ((v + 0.055) / 1.055).powf(2.4)
        }
    }))
}

fn lens(at: Located<'_>, file: &LensFile) -> Result<Lens, StageError> {
    let mm = |v: f64| v * 1e-3;
    let spec = LensSpec {
        principal_point_m: file.principal_point_mm.unwrap_or_default().map(mm),
        radial: file.radial.unwrap_or_default(),
        tangential: file.tangential.unwrap_or_default(),
        direction: match file.model {
            Some(LensModelFile::DistortedToUndistorted) => Distortion::DistortedToUndistorted,
            Some(LensModelFile::UndistortedToDistorted) | None => {
                Distortion::UndistortedToDistorted
            }
        },
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

/// A zoom's measured points; what one does not say is the lens's own.
fn lens_table(
    at: Located<'_>,
    points: &[LensPointFile],
    like: &LensSpec,
    body_from_pupil: Xf<CameraBody, Pupil>,
) -> Result<LensTable, StageError> {
    let key = "lens.points";
    let count = points.len();
    let mut all = Vec::with_capacity(count.min(LENS_POINTS_MAX));
    for file in points.iter().take(LENS_POINTS_MAX + 1) {
        for ring in [file.zoom, file.focus.unwrap_or_default()] {
            ranged(at, key, ring, 0.0..=4_294_967_295.0)?;
        }
        ranged(at, key, file.focal_length_mm, 0.5..=5000.0)?;
        let spec = LensSpec {
            focal_length_m: file.focal_length_mm * 1e-3,
            principal_point_m: file
                .principal_point_mm
                .map_or(like.principal_point_m, |mm| mm.map(|v| v * 1e-3)),
            radial: file.radial.unwrap_or(like.radial),
            tangential: file.tangential.unwrap_or(like.tangential),
            ..*like
        };
        let (min, max) = (f64::MIN, f64::MAX);
        let lens = Lens::build(spec);
        let lens = lens.map_err(|_| at.error(key, Problem::OutOfRange { min, max }))?;
        let own = body_from_pupil;
        let place = file.pupil_m.map(|m| place_m(at, key, m)).transpose()?;
        let turn = quaternion(at, key, file.pupil_rotation_xyzw)?;
        all.push(LensPoint {
            zoom: file.zoom,
            focus: file.focus.unwrap_or_default(),
            lens,
            body_from_pupil: xf(
                turn.unwrap_or(own.rotation()),
                place.unwrap_or(own.translation().metres()),
            ),
        });
    }
    LensTable::build(&all).map_err(|problem| {
        let problem = match problem {
            LensTableProblem::Count => Problem::OutOfRange {
                min: 2.0,
                max: LENS_POINTS_MAX as f64,
            },
            LensTableProblem::Folds(_) => Problem::LensFolds,
            LensTableProblem::Twice(_) | LensTableProblem::OtherWay(_) => Problem::SameRings,
        };
        at.error(key, problem)
    })
}
