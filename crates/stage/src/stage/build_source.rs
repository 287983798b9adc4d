//! A `[[source]]` of the stage file: raw values in, a checked capture source out.

use super::build_parts::{angle_rad, place_m, quaternion, ranged, xf};
use crate::file::{DropoutFile, SourceFile};
use crate::locate::Located;
use crate::{
    ALLOW_MAX, CaptureSource, DropoutPlan, PLAYOUT_MAX_MS, Problem, REORDER_FRAMES_MAX,
    REORDER_MAX_MS, SOURCE_LATENCY_MAX_MS, SOURCE_RATE_RANGE_HZ, SOURCE_SCALE_RANGE,
    SUBJECT_NAMES_MAX, SourceAccess, SourceCalibration, SourcePolicy, StageError, SubjectName,
    TRANSITION_MAX_MS,
};
use cyc_model::{NAME_BYTES_MAX, Nanos};
use glam::DQuat;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::ops::RangeInclusive;

/// Shortest silence that is told from a pause between two frames, milliseconds: a frame at 20 Hz.
const SILENCE_RANGE_MS: RangeInclusive<f64> = 50.0..=60_000.0;

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
    let subjects = match &file.subjects {
        None => Vec::new(),
        Some(table) => {
            let title = format!("{}.subjects", at.table());
            subjects(at.at(table.span().start, &title), table.get_ref())?
        }
    };
    Ok(CaptureSource {
        name: file.name.clone(),
        url: file.url.clone(),
        stage_from_source: xf(free.unwrap_or(DQuat::from_rotation_y(yaw)), position_m),
        access: access(at, file)?,
        calibration: calibration(at, file)?,
        policy: policy(at, file)?,
        subjects,
    })
}

fn access(at: Located<'_>, file: &SourceFile) -> Result<SourceAccess, StageError> {
    let is_address = |text: &String| text.parse::<IpAddr>().is_ok();
    let interface = file.interface.clone();
    if interface.as_ref().is_some_and(|i| !is_address(i)) {
        return Err(at.error("interface", Problem::BadAddress));
    }
    let allow = file.allow.clone().unwrap_or_default();
    let (count, limit) = (allow.len(), ALLOW_MAX);
    if count > limit {
        return Err(at.error("allow", Problem::TooMany { count, limit }));
    }
    // An empty list could be meant as nobody or as everybody.
    let is_empty = file.allow.as_ref().is_some_and(Vec::is_empty);
    if is_empty || !allow.iter().all(is_address) {
        return Err(at.error("allow", Problem::BadAddress));
    }
    Ok(SourceAccess { interface, allow })
}

fn calibration(at: Located<'_>, file: &SourceFile) -> Result<SourceCalibration, StageError> {
    let scale = ranged(at, "scale", file.scale.unwrap_or(1.0), SOURCE_SCALE_RANGE)?;
    let latency = time(
        at,
        "latency_ms",
        file.latency_ms,
        0.0..=SOURCE_LATENCY_MAX_MS,
    )?;
    Ok(SourceCalibration {
        scale,
        latency: latency.unwrap_or(Nanos::ZERO),
    })
}

fn policy(at: Located<'_>, file: &SourceFile) -> Result<SourcePolicy, StageError> {
    let rate_hz = file
        .rate_hz
        .map(|hz| ranged(at, "rate_hz", hz, SOURCE_RATE_RANGE_HZ));
    let most = REORDER_FRAMES_MAX;
    if file.reorder_frames.is_some_and(|frames| frames > most) {
        let (min, max) = (0.0, most as f64);
        return Err(at.error("reorder_frames", Problem::OutOfRange { min, max }));
    }
    Ok(SourcePolicy {
        rate_hz: rate_hz.transpose()?,
        silent_after: time(
            at,
            "silent_after_ms",
            file.silent_after_ms,
            SILENCE_RANGE_MS,
        )?,
        reorder_frames: file.reorder_frames,
        reorder_time: time(at, "reorder_ms", file.reorder_ms, 0.0..=REORDER_MAX_MS)?,
        playout_max: time(
            at,
            "playout_max_ms",
            file.playout_max_ms,
            0.0..=PLAYOUT_MAX_MS,
        )?,
        dropout: match &file.dropout {
            None => DropoutPlan::default(),
            Some(table) => {
                let title = format!("{}.dropout", at.table());
                dropout(at.at(table.span().start, &title), table.get_ref())?
            }
        },
    })
}

fn dropout(at: Located<'_>, file: &DropoutFile) -> Result<DropoutPlan, StageError> {
    let range = 0.0..=TRANSITION_MAX_MS;
    Ok(DropoutPlan {
        predict: time(at, "predict_ms", file.predict_ms, range.clone())?,
        // Coming to rest within no time is a jump.
        ease: time(at, "ease_ms", file.ease_ms, 1.0..=TRANSITION_MAX_MS)?,
        fade: time(at, "fade_ms", file.fade_ms, range)?,
    })
}

/// Two subjects of the source cannot be one of the stage.
fn subjects(
    at: Located<'_>,
    names: &BTreeMap<String, String>,
) -> Result<Vec<SubjectName>, StageError> {
    let (count, limit) = (names.len(), SUBJECT_NAMES_MAX);
    if count > limit {
        return Err(at.error("", Problem::TooMany { count, limit }));
    }
    let is_name = |name: &str| !name.trim().is_empty() && name.len() <= NAME_BYTES_MAX;
    let mut known: Vec<SubjectName> = Vec::with_capacity(count);
    for (sent, known_as) in names {
        let is_taken = known.iter().any(|n| n.known_as == *known_as);
        if !is_name(sent) || !is_name(known_as) || is_taken {
            return Err(at.error(sent, Problem::BadName));
        }
        known.push(SubjectName {
            sent: sent.clone(),
            known_as: known_as.clone(),
        });
    }
    Ok(known)
}

fn time(
    at: Located<'_>,
    key: &str,
    value_ms: Option<f64>,
    range: RangeInclusive<f64>,
) -> Result<Option<Nanos>, StageError> {
    let Some(ms) = value_ms else { return Ok(None) };
    let ms = ranged(at, key, ms, range)?;
    Ok(Some(Nanos((ms * 1e6).round() as i64)))
}
