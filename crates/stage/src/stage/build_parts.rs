//! One function a table of the stage file: raw values in, a checked part out.

use super::build_wall::stays_inside;
use super::{FrameRate, OuterView, PredictionPlan, Timing};
use crate::file::{
    EnvironmentFile, FollowFile, GenlockFile, LeadFile, OuterFile, OutputFile, PerformerFile,
    PredictionFile, PropFile, SceneFile, SkinningWord, TimingFile,
};
use crate::locate::Located;
use crate::{
    Camera, CaptureSource, Environment, EyeFollow, FRAME_RATE_RANGE_HZ, Genlock, LATENCY_MAX_MS,
    LEAD_MAX_MS, PLATE_GAIN_MAX, PerformerSlot, Problem, Prop, SceneKind, SetModel, SkyPicture,
    StageError, StageOutput, SubjectRef,
};
use cyc_model::{Nanos, Point, Prediction, SkinBlend, Space, Stage as StageSpace, Xf};
use glam::{DQuat, DVec3};
use std::ops::RangeInclusive;
use toml::Spanned;

/// How far from the stage's origin things may be placed, metres.
const PLACE_RANGE_M: RangeInclusive<f64> = -1000.0..=1000.0;

/// Angles, degrees; more than a turn is a slip of the pen.
const ANGLE_RANGE_DEG: RangeInclusive<f64> = -360.0..=360.0;

pub(super) fn ranged(
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

pub(super) fn place_m(at: Located<'_>, key: &str, value: [f64; 3]) -> Result<DVec3, StageError> {
    for coordinate in value {
        ranged(at, key, coordinate, PLACE_RANGE_M)?;
    }
    Ok(DVec3::from_array(value))
}

pub(super) fn angle_rad(
    at: Located<'_>,
    key: &str,
    degrees: Option<f64>,
) -> Result<f64, StageError> {
    Ok(ranged(at, key, degrees.unwrap_or(0.0), ANGLE_RANGE_DEG)?.to_radians())
}

pub(super) fn quaternion(
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

pub(super) fn xf<A: Space, B: Space>(rotation: DQuat, translation_m: DVec3) -> Xf<A, B> {
    Xf::saturating(rotation, translation_m)
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

pub(super) fn subject(
    at: Located<'_>,
    sources: &[CaptureSource],
    source: &str,
    subject: &str,
) -> Result<SubjectRef, StageError> {
    subject_in(at, sources, ("source", source), ("subject", subject))
}

/// The same, with the keys that name source and subject.
fn subject_in(
    at: Located<'_>,
    sources: &[CaptureSource],
    (source_key, source): (&'static str, &str),
    (subject_key, subject): (&'static str, &str),
) -> Result<SubjectRef, StageError> {
    if subject.trim().is_empty() || subject.len() > cyc_model::NAME_BYTES_MAX {
        return Err(at.error(subject_key, Problem::BadName));
    }
    let Some(index) = sources.iter().position(|s| s.name == source) else {
        let name = source.to_owned();
        return Err(at.error(source_key, Problem::Unknown { name }));
    };
    Ok(SubjectRef {
        source: index,
        subject: subject.to_owned(),
    })
}

pub(super) fn performer(
    at: Located<'_>,
    file: &PerformerFile,
    sources: &[CaptureSource],
) -> Result<PerformerSlot, StageError> {
    for (key, path) in [
        ("markerset", Some(&file.markerset)),
        ("character", Some(&file.character)),
        ("map", file.map.as_ref()),
        ("retarget", file.retarget.as_ref()),
        ("face", file.face.as_ref()),
    ] {
        if path.is_some_and(|path| path.trim().is_empty()) {
            return Err(at.error(key, Problem::BadName));
        }
    }
    let position_m = place_m(at, "position_m", file.position_m.unwrap_or_default())?;
    let yaw = angle_rad(at, "yaw_deg", file.yaw_deg)?;
    let named = file.subject.as_deref().unwrap_or(&file.name);
    let face = (file.face_source.as_ref(), file.face_subject.as_ref());
    let face_seen = match face {
        (None, None) => None,
        (by, who) => {
            let by = by.unwrap_or(&file.source);
            let who = who.map_or(named, String::as_str);
            Some(subject_in(
                at,
                sources,
                ("face_source", by),
                ("face_subject", who),
            )?)
        }
    };
    Ok(PerformerSlot {
        name: file.name.clone(),
        face_seen,
        tracked: subject(at, sources, &file.source, named)?,
        markerset: file.markerset.clone(),
        rig: file.rig.clone().filter(|rig| !rig.trim().is_empty()),
        labels: file.labels.unwrap_or_default(),
        character: file.character.clone(),
        map: file.map.clone(),
        skinning: match file.skinning {
            None | Some(SkinningWord::Linear) => SkinBlend::Linear,
            Some(SkinningWord::DualQuaternion) => SkinBlend::DualQuaternion,
        },
        retarget: file.retarget.clone(),
        face: file.face.clone(),
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
    table: &Spanned<OuterFile>,
    cameras: &[Camera],
) -> Result<OuterView, StageError> {
    let (file, usual) = (table.get_ref(), OuterView::default());
    let here = at.at(table.span().start, "outer");
    let scale = file.resolution_scale.unwrap_or(usual.resolution_scale);
    let follow = file.follow.as_ref().map(|table| {
        let at = at.at(table.span().start, "outer.follow");
        eye_follow(at, table.get_ref(), cameras)
    });
    Ok(OuterView {
        eye: Point::saturating(place_m(here, "eye_m", file.eye_m)?),
        resolution_scale: ranged(here, "resolution_scale", scale, 0.05..=2.0)?,
        follow: follow.transpose()?,
    })
}

fn eye_follow(
    at: Located<'_>,
    file: &FollowFile,
    cameras: &[Camera],
) -> Result<EyeFollow, StageError> {
    let unknown = || {
        let name = file.camera.clone();
        at.error("camera", Problem::Unknown { name })
    };
    let camera = cameras.iter().position(|c| c.name == file.camera);
    let usual = EyeFollow::of(camera.ok_or_else(unknown)?);
    let number = |key: &str, written: Option<f64>, usual: f64, range| {
        ranged(at, key, written.unwrap_or(usual), range)
    };
    Ok(EyeFollow {
        camera: usual.camera,
        time_s: number("time_s", file.time_s, usual.time_s, 0.1..=60.0)?,
        speed_m_s: number("speed_m_s", file.speed_m_s, usual.speed_m_s, 0.01..=10.0)?,
        reach_m: number("reach_m", file.reach_m, usual.reach_m, 0.1..=100.0)?,
    })
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
            Some(SceneFile::Empty) => SceneKind::Empty,
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

/// The picture that is the sky, if the file names one.
pub(super) fn sky(
    at: Located<'_>,
    file: &EnvironmentFile,
) -> Result<Option<SkyPicture>, StageError> {
    let Some(name) = &file.sky else {
        let given = [
            ("sky_yaw_deg", file.sky_yaw_deg),
            ("sky_gain", file.sky_gain),
        ];
        let alone = given.iter().find(|(_, value)| value.is_some());
        return alone.map_or(Ok(None), |(key, _)| Err(at.error(key, Problem::Unused)));
    };
    if !stays_inside(name) {
        return Err(at.error("sky", Problem::OutsideFolder));
    }
    let gain = file.sky_gain.unwrap_or(1.0);
    Ok(Some(SkyPicture {
        file: name.clone(),
        yaw_rad: angle_rad(at, "sky_yaw_deg", file.sky_yaw_deg)?,
        gain: ranged(at, "sky_gain", gain, 0.0..=PLATE_GAIN_MAX)?,
    }))
}

/// The model that stands in the world, if the file names one.
pub(super) fn set(at: Located<'_>, file: &EnvironmentFile) -> Result<Option<SetModel>, StageError> {
    let Some(name) = &file.set else {
        let given = [
            ("set_position_m", file.set_position_m.is_some()),
            ("set_yaw_deg", file.set_yaw_deg.is_some()),
            ("set_scale", file.set_scale.is_some()),
        ];
        let alone = given.iter().find(|(_, is_there)| *is_there);
        return alone.map_or(Ok(None), |(key, _)| Err(at.error(key, Problem::Unused)));
    };
    if !stays_inside(name) {
        return Err(at.error("set", Problem::OutsideFolder));
    }
    let position_m = file.set_position_m.unwrap_or_default();
    Ok(Some(SetModel {
        file: name.clone(),
        position_m: place_m(at, "set_position_m", position_m)?.to_array(),
        yaw_rad: angle_rad(at, "set_yaw_deg", file.set_yaw_deg)?,
        scale: ranged(at, "set_scale", file.set_scale.unwrap_or(1.0), 1e-4..=1e4)?,
    }))
}

/// A picture of 10 a second lasts 100 ms: more of a shift is another picture.
const PHASE_RANGE_MS: RangeInclusive<f64> = -100.0..=100.0;

pub(super) fn timing(at: Located<'_>, file: &TimingFile) -> Result<Timing, StageError> {
    let frame_rate = parse_rate(&file.frame_rate)
        .ok_or_else(|| at.error("frame_rate", Problem::BadFrameRate))?;
    ranged(at, "frame_rate", frame_rate.hz(), FRAME_RATE_RANGE_HZ)?;
    let default_ms = Timing::FILM.latency.0 as f64 * 1e-6;
    Ok(Timing {
        frame_rate,
        latency: milliseconds(at, "latency_ms", file.latency_ms, default_ms)?,
        genlock: match file.genlock {
            None | Some(GenlockFile::Free) => Genlock::Free,
            Some(GenlockFile::Timecode) => Genlock::Timecode,
            Some(GenlockFile::Ptp) => Genlock::Ptp,
        },
        phase: {
            let ms = ranged(at, "phase_ms", file.phase_ms.unwrap_or(0.0), PHASE_RANGE_MS)?;
            Nanos((ms * 1e6).round() as i64)
        },
    })
}

pub(super) fn prediction(
    at: Located<'_>,
    file: &PredictionFile,
) -> Result<PredictionPlan, StageError> {
    let word = file.method.as_deref();
    let method = match word.map(Prediction::from_word) {
        None => Prediction::default(),
        Some(Some(method)) => method,
        Some(None) => {
            let words = Prediction::ALL.map(|p| format!("\"{}\"", p.word()));
            let words = words.join(", ");
            return Err(at.error("method", Problem::NotOneOf { words }));
        }
    };
    let lead = match &file.lead_ms {
        None => None,
        Some(LeadFile::Word(word)) if word == MEASURED => None,
        Some(LeadFile::Milliseconds(ms)) => {
            let ms = ranged(at, "lead_ms", *ms, 0.0..=LEAD_MAX_MS)?;
            Some(Nanos((ms * 1e6).round() as i64))
        }
        Some(LeadFile::Word(_)) => {
            let words = format!("a number, \"{MEASURED}\"");
            return Err(at.error("lead_ms", Problem::NotOneOf { words }));
        }
    };
    Ok(PredictionPlan { method, lead })
}

/// The lead that is measured while the stage runs.
const MEASURED: &str = "measured";

/// A latency.
pub(super) fn milliseconds(
    at: Located<'_>,
    key: &str,
    value: Option<f64>,
    default_ms: f64,
) -> Result<Nanos, StageError> {
    let ms = ranged(at, key, value.unwrap_or(default_ms), 0.0..=LATENCY_MAX_MS)?;
    Ok(Nanos((ms * 1e6).round() as i64))
}

/// "24", "24000/1001", or a decimal: those near a multiple of 1/1.001 are meant as such.
pub(super) fn parse_rate(text: &str) -> Option<FrameRate> {
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
