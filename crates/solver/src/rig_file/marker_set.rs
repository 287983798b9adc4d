//! A marker set: `rigs/markersets/*.toml`, and which one a take was recorded with.

use super::error::RigError;
use super::skeleton_file::{RIGID_BODY, SkeletonTemplate, other_side, reflect};
use super::text::{bone, offset, out_of_bounds, place, read, twice};
use cyc_model::{HumanBone, NAME_BYTES_MAX, Point, RIG_MARKERS_MAX, Rig, RigBuildError, RigMarker};
use glam::DVec3;
use serde::Deserialize;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MarkerSetFile {
    name: String,
    skeleton: String,
    marker: Vec<MarkerEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MarkerEntry {
    label: Spanned<String>,
    mirror: Option<Spanned<String>>,
    bone: Option<Spanned<String>>,
    offset_m: [f64; 3],
    weight: Option<f64>,
}

/// One marker of a set, at its nominal place.
#[derive(Clone, Debug, PartialEq)]
pub struct SetMarker {
    /// Label, unique in its set.
    pub label: String,
    /// The bone that carries it; `None` on a rigid body, which has no bones.
    pub bone: Option<HumanBone>,
    /// Metres from the bone's (or the body's) joint, along the template's axes in its rest pose.
    pub offset_m: DVec3,
    /// Weight in the fit.
    pub weight: f64,
}

/// Markers at their nominal places on a skeleton template.
#[derive(Clone, Debug, PartialEq)]
pub struct MarkerSet {
    name: String,
    skeleton: String,
    markers: Vec<SetMarker>,
}

impl MarkerSet {
    /// The set's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of the skeleton that it is made for.
    pub fn skeleton(&self) -> &str {
        &self.skeleton
    }

    /// The markers.
    pub fn markers(&self) -> &[SetMarker] {
        &self.markers
    }

    fn has(&self, label: &str) -> bool {
        self.markers.iter().any(|m| m.label == label)
    }
}

/// Reads a marker set.
///
/// # Errors
/// With line and column: not TOML, unknown keys, unknown bones, labels given twice.
pub fn parse_markerset(text: &str) -> Result<MarkerSet, RigError> {
    let file: MarkerSetFile = read(text)?;
    let mut set = MarkerSet {
        name: file.name,
        skeleton: file.skeleton,
        markers: Vec::new(),
    };
    for entry in &file.marker {
        let carrier = carrier(text, &set.skeleton, entry)?;
        let at = offset(text, &entry.label, entry.offset_m)?;
        let weight = entry.weight.unwrap_or(1.0);
        if !(weight.is_finite() && (0.0..=1e3).contains(&weight)) {
            return Err(out_of_bounds(text, &entry.label));
        }
        let mut sides = vec![(&entry.label, carrier, at)];
        if let Some(mirror) = &entry.mirror {
            sides.push((mirror, carrier.map(other_side), reflect(at)));
        }
        for (label, bone, offset_m) in sides {
            if label.as_ref().len() > NAME_BYTES_MAX || set.markers.len() >= RIG_MARKERS_MAX {
                return Err(out_of_bounds(text, label));
            }
            if set.has(label.as_ref()) {
                return Err(twice(text, label));
            }
            set.markers.push(SetMarker {
                label: label.as_ref().clone(),
                bone,
                offset_m,
                weight,
            });
        }
    }
    Ok(set)
}

/// The bone that carries a marker: every marker of a performer names one, no marker of a rigid body does.
fn carrier(text: &str, skeleton: &str, entry: &MarkerEntry) -> Result<Option<HumanBone>, RigError> {
    let fault = |place, reason: &str| RigError::Toml {
        place,
        reason: reason.to_owned(),
    };
    match (&entry.bone, skeleton == RIGID_BODY) {
        (Some(name), false) => bone(text, name).map(Some),
        (None, true) => Ok(None),
        (Some(name), true) => Err(fault(place(text, name), "a rigid body has no `bone`")),
        (None, false) => Err(fault(place(text, &entry.label), "missing field `bone`")),
    }
}

/// Puts a marker set on a skeleton template.
///
/// # Errors
/// When the set is for another skeleton, or sits on bones that the skeleton has not.
pub fn build_rig(template: &SkeletonTemplate, set: &MarkerSet) -> Result<Rig, RigError> {
    if set.skeleton != template.name() {
        return Err(RigError::OtherSkeleton {
            markerset: set.name.clone(),
            wanted: set.skeleton.clone(),
            given: template.name().to_owned(),
        });
    }
    let mut parts = template.parts.clone();
    parts.name = format!("{}/{}", template.name(), set.name);
    for marker in &set.markers {
        let carrier = marker.bone.map_or("body", HumanBone::vrm_name);
        let unknown = || RigBuildError::UnknownJoint {
            marker: marker.label.clone(),
        };
        let joint = parts.find(carrier).ok_or_else(unknown)?;
        parts.markers.push(RigMarker {
            name: marker.label.clone(),
            joint,
            in_joint: Point::saturating(marker.offset_m),
            weight: marker.weight,
        });
    }
    parts.build()
}

/// A take's labels without the subject's name before them (`Ann:LFHD`).
pub fn plain_label(label: &str) -> &str {
    label.rsplit(':').next().unwrap_or(label).trim()
}

/// How well a marker set explains a take's labels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recognised {
    /// Index of the set in the list given.
    pub set: usize,
    /// Markers of the set that the take has.
    pub matched: usize,
    /// The part of the set that the take has, 0 to 1.
    pub coverage: f64,
}

/// Less than this part of a set is no recognition.
const COVERAGE_MIN: f64 = 0.7;

/// Finds the marker set that a take was recorded with: the one that explains most labels, and among those the one of
/// which least is missing. `None` when no set is there by at least 70 %.
pub fn recognise_markerset(labels: &[&str], sets: &[MarkerSet]) -> Option<Recognised> {
    let plain: std::collections::HashSet<&str> = labels.iter().map(|l| plain_label(l)).collect();
    sets.iter()
        .enumerate()
        .map(|(index, set)| {
            let matched = set
                .markers
                .iter()
                .filter(|m| plain.contains(m.label.as_str()))
                .count();
            Recognised {
                set: index,
                matched,
                coverage: matched as f64 / set.markers.len().max(1) as f64,
            }
        })
        .filter(|r| r.coverage >= COVERAGE_MIN)
        .max_by(|a, b| {
            (a.matched, a.coverage)
                .partial_cmp(&(b.matched, b.coverage))
                .unwrap_or(std::cmp::Ordering::Equal)
        })
}
