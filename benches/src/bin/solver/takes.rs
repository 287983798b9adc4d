//! The takes and rigs that are measured on.

use crate::minimal_c3d::{self, MinimalC3d};
use cyc_model::{Point, Rig, Stage};
use cyc_solver::{
    BODY_MARKERSETS, CalibrateSettings, HUMAN_SKELETON, build_rig, calibrate, parse_markerset,
    parse_skeleton, plain_label, recognise_markerset, vsk,
};

/// Frames of markers in a rig's order.
pub type Frames = Vec<Vec<Option<Point<Stage>>>>;

/// The movement trial on the vendor's rig and on a calibrated one.
pub struct Takes {
    /// The vendor's rig: 44 degrees of freedom, 39 markers.
    pub vendor: (Rig, Frames),
    /// The template, calibrated on the trial itself.
    pub own: (Rig, Frames),
}

impl Takes {
    /// `None`, said aloud, where the shared data is not there.
    pub fn read() -> Option<Self> {
        let text = minimal_c3d::shared_file("pycgm/Test.vsk")?;
        let vendor = vsk::parse(&String::from_utf8(text).ok()?).ok()?.rig;
        let take = minimal_c3d::read(&minimal_c3d::shared_file("pycgm/Movement_trial.c3d")?);
        let (template, frames) = template_of(&take)?;
        let own = calibrate(&template, &frames, &CalibrateSettings::default()).ok()?;
        let vendor_frames = ordered(&take, &vendor);
        Some(Self {
            vendor: (vendor, vendor_frames),
            own: (own.rig, frames),
        })
    }
}

/// The template with the marker set that a take's labels name, and the take in its order.
pub fn template_of(take: &MinimalC3d) -> Option<(Rig, Frames)> {
    let labels: Vec<&str> = take.labels.iter().map(|l| plain_label(l)).collect();
    let sets: Vec<_> = BODY_MARKERSETS
        .iter()
        .filter_map(|text| parse_markerset(text).ok())
        .collect();
    let found = recognise_markerset(&labels, &sets)?;
    let rig = build_rig(&parse_skeleton(HUMAN_SKELETON).ok()?, sets.get(found.set)?).ok()?;
    let frames = ordered(take, &rig);
    Some((rig, frames))
}

fn ordered(take: &MinimalC3d, rig: &Rig) -> Frames {
    let names: Vec<&str> = rig.markers().iter().map(|m| m.name.as_str()).collect();
    take.ordered(&names)
}
