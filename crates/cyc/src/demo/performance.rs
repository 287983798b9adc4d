//! The performance that goes in: a recorded motion on the virtual performer, or recorded markers.

use super::error::DemoError;
use super::files::{read, read_text};
use crate::failure::Failure;
use cyc_engine::core::FaceTrack;
use cyc_model::{FaceShape, FaceWeights, Rig};
use cyc_simulator::performance::Clip;
use cyc_solver::{
    BODY_MARKERSETS, HUMAN_SKELETON, MarkerSet, build_rig, parse_markerset, parse_skeleton,
    recognise_markerset, vsk,
};
use cyc_take::bvh;
use cyc_take::c3d::{self, C3dTake};
use std::path::Path;
use std::sync::Arc;

/// What is performed.
pub enum Performance {
    /// A motion, put on the virtual performer's body.
    Motion {
        /// The motion.
        clip: Box<Clip>,
        /// The face that goes with it.
        face: Option<Arc<FaceTrack>>,
    },
    /// Markers that real cameras saw, with the rig that they are solved on.
    Markers {
        /// The take.
        take: C3dTake,
        /// The rig; its own offsets when it came from a VSK, else a template to be calibrated.
        rig: Box<Rig>,
        /// Whether the rig is this performer's own.
        calibrated: bool,
    },
}

/// Share of a marker set that must be among the labels.
const COVERAGE_MIN: f64 = 0.9;

/// Loads a performance by its ending.
pub fn load(path: &Path) -> Result<Performance, Failure> {
    let ending = path
        .extension()
        .map(|e| e.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    match ending.as_str() {
        "bvh" => {
            let clip = bvh::read(&read(path)?, &bvh::BvhReadOptions::default())?;
            Ok(Performance::Motion {
                clip: Box::new(Clip::from_bvh(&clip)),
                face: face_beside(path)?,
            })
        }
        "c3d" => load_markers(path),
        _ => Err(DemoError::UnknownPerformance {
            path: path.to_owned(),
        }
        .into()),
    }
}

fn load_markers(path: &Path) -> Result<Performance, Failure> {
    let take = c3d::read(&read(path)?)?;
    let labels: Vec<&str> = take.labels().iter().map(|l| l.name.as_str()).collect();
    if let Some(vsk_path) = vsk_beside(path) {
        let rig = vsk::parse(&read_text(&vsk_path)?)?.rig;
        let known = rig
            .markers()
            .iter()
            .filter(|m| labels.contains(&m.name.as_str()))
            .count();
        if known as f64 >= COVERAGE_MIN * rig.markers().len() as f64 {
            return Ok(Performance::Markers {
                take,
                rig: Box::new(rig),
                calibrated: true,
            });
        }
    }
    let sets = BODY_MARKERSETS.map(parse_markerset);
    let sets = sets.into_iter().collect::<Result<Vec<_>, _>>()?;
    let recognised = recognise_markerset(&labels, &sets);
    match recognised.filter(|r| r.coverage >= COVERAGE_MIN) {
        Some(found) => {
            let rig = build_rig(&parse_skeleton(HUMAN_SKELETON)?, &sets[found.set])?;
            Ok(Performance::Markers {
                take,
                rig: Box::new(rig),
                calibrated: false,
            })
        }
        None => {
            let missing = missing_labels(&labels, &sets);
            Err(DemoError::NoMarkerSet {
                path: path.to_owned(),
                missing,
            }
            .into())
        }
    }
}

/// The rig that a capture system saved beside its take.
fn vsk_beside(path: &Path) -> Option<std::path::PathBuf> {
    let folder = path.parent()?;
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e.eq_ignore_ascii_case("vsk")))
        .collect();
    found.sort();
    found.into_iter().next()
}

/// For each set, what of it the file lacks: so that a person sees how near it was.
fn missing_labels(labels: &[&str], sets: &[MarkerSet]) -> String {
    let lack = |set: &MarkerSet| {
        let missing: Vec<_> = set
            .markers()
            .iter()
            .map(|m| m.label.as_str())
            .filter(|l| !labels.contains(l))
            .collect();
        let shown = missing
            .iter()
            .take(12)
            .copied()
            .collect::<Vec<_>>()
            .join(" ");
        format!(
            "{} ({}/{}): {shown}",
            set.name(),
            set.markers().len() - missing.len(),
            set.markers().len()
        )
    };
    sets.iter().map(lack).collect::<Vec<_>>().join("; ")
}

/// `name.face.json` beside `name.bvh`, if there is one.
pub fn face_beside(path: &Path) -> Result<Option<Arc<FaceTrack>>, Failure> {
    let face = path.with_extension("face.json");
    if !face.is_file() {
        return Ok(None);
    }
    let bad = |reason: &str| DemoError::BadFaceTrack {
        path: face.clone(),
        reason: reason.to_owned(),
    };
    let root: serde_json::Value =
        serde_json::from_slice(&read(&face)?).map_err(|e| bad(&e.to_string()))?;
    let rate_hz = root["rate_hz"].as_f64().ok_or_else(|| bad("rate_hz"))?;
    let shapes = root["shapes"].as_array().ok_or_else(|| bad("shapes"))?;
    let columns: Vec<Option<FaceShape>> = shapes
        .iter()
        .map(|s| s.as_str().and_then(FaceShape::from_arkit_name))
        .collect();
    let frames = root["frames"].as_array().ok_or_else(|| bad("frames"))?;
    let scale = root["scale"].as_f64().unwrap_or(1.0);
    let one = |row: &serde_json::Value| -> Option<FaceWeights> {
        let mut weights = FaceWeights::default();
        for (value, shape) in row.as_array()?.iter().zip(&columns) {
            if let Some(shape) = shape {
                weights.set(*shape, (value.as_f64()? * scale) as f32);
            }
        }
        Some(weights)
    };
    let weights: Option<Vec<_>> = frames.iter().map(one).collect();
    let track = weights
        .and_then(|w| FaceTrack::new(rate_hz, w))
        .ok_or_else(|| bad("frames"))?;
    Ok(Some(Arc::new(track)))
}
