//! The performer of a take without labels: which point is which marker is found from the shape of the body.
//!
//! A rig or a template is recognised in the take, and calibrated, by the solver; then all frames are labelled from both
//! ends. That is done for the performer's own rig too, because a vendor's may miss its markers by more than two of a hand
//! differ; the take is solved on the rig as it was given. Labels that the take has anyway are not used: they only say, in
//! the end, how many were found again.

use super::error::SolveError;
use super::marker_take::MarkerTake;
use super::rig_choice::{Found, Labelling, Markers, Performer, Wanted, named_rig, templates};
use crate::failure::Failure;
use cyc_model::{Point, Rig, Stage};
use cyc_solver::{
    LabelRig, LabelSettings, LabelledFrame, RigPrecision, label_take, plain_label,
    recognise_by_shape,
};
use std::collections::HashSet;
use std::path::Path;

/// Finds the performer whom the rig, the marker set or the shape says.
pub fn choose_by_shape(
    take: &MarkerTake,
    path: &Path,
    wanted: &Wanted,
) -> Result<Vec<Performer>, Failure> {
    let is_axis = axes(take);
    let frames = 0..take.frames.len();
    let clouds: Vec<Vec<Point<Stage>>> = frames.map(|f| cloud(take, f, &is_axis)).collect();
    let (rig, own, found) = match named_rig(wanted)? {
        Some((rig, Found::RigFile)) => {
            let own = own_rig(&rig, take, &clouds)?;
            (rig, own, Found::RigFile)
        }
        Some((rig, found)) => recognised(vec![rig], take, path, &clouds, found)?,
        None => recognised(templates()?, take, path, &clouds, Found::Shape)?,
    };
    let rigs = [LabelRig {
        rig: own,
        precision: RigPrecision::Calibrated,
    }];
    let labelled = label_take(&rigs, &clouds, take.rate_hz, LabelSettings::default())?;
    let labelling = judged(take, &rig, &labelled);
    let only = |f: LabelledFrame| f.markers.into_iter().next().unwrap_or_default();
    Ok(vec![Performer {
        subject: String::new(),
        rig,
        found,
        markers: Markers::Labelled {
            frames: labelled.into_iter().map(only).collect(),
            labelling,
        },
    }])
}

/// What a performer's own rig is labelled by: calibrated further, or as it is where nobody stands upright for that.
fn own_rig(rig: &Rig, take: &MarkerTake, clouds: &[Vec<Point<Stage>>]) -> Result<Rig, Failure> {
    let rigs = std::slice::from_ref(rig);
    let found = recognise_by_shape(rigs, clouds, take.rate_hz, LabelSettings::default())?;
    Ok(found.map_or_else(|| rig.clone(), |found| found.rig))
}

/// All points of a frame, whatever they are called, without those that a model computed.
fn cloud(take: &MarkerTake, frame: usize, is_axis: &[bool]) -> Vec<Point<Stage>> {
    let labelled = take.frames.get(frame).into_iter().flatten().zip(is_axis);
    let labelled = labelled.filter(|(_, axis)| !**axis);
    let others = take.unlabelled.get(frame).into_iter().flatten();
    let labelled = labelled.filter_map(|(p, _)| p.as_ref());
    labelled.chain(others).copied().collect()
}

/// Which columns are a segment's axes as Vicon's models leave them among the markers: four points with the segment's name
/// and O, A, L and P (origin, anterior, lateral, proximal). Nobody wears them.
fn axes(take: &MarkerTake) -> Vec<bool> {
    let names: HashSet<&str> = take.columns.iter().map(|c| plain_label(&c.label)).collect();
    let is_axis = |label: &str| {
        let stem = label.strip_suffix(['O', 'A', 'L', 'P']);
        stem.is_some_and(|stem| {
            let all = ["O", "A", "L", "P"].map(|end| format!("{stem}{end}"));
            !stem.is_empty() && all.iter().all(|name| names.contains(name.as_str()))
        })
    };
    let columns = take.columns.iter();
    columns.map(|c| is_axis(plain_label(&c.label))).collect()
}

/// The template that the points show, and it calibrated to them.
fn recognised(
    templates: Vec<Rig>,
    take: &MarkerTake,
    path: &Path,
    clouds: &[Vec<Point<Stage>>],
    found: Found,
) -> Result<(Rig, Rig, Found), Failure> {
    let who = recognise_by_shape(&templates, clouds, take.rate_hz, LabelSettings::default())?;
    let tried = templates.iter().map(Rig::name).collect::<Vec<_>>();
    let tried = tried.join(", ");
    let nobody = || SolveError::NoShape {
        path: path.to_owned(),
        tried,
    };
    let who = who.ok_or_else(nobody)?;
    let template = templates.into_iter().nth(who.template);
    Ok((template.unwrap_or_else(|| who.rig.clone()), who.rig, found))
}

/// How sure the labels are, and how many of the take's own were found again.
fn judged(take: &MarkerTake, rig: &Rig, labelled: &[LabelledFrame]) -> Labelling {
    let columns: Vec<Vec<usize>> = (rig.markers().iter())
        .map(|m| {
            let is_it = |c: &usize| plain_label(&take.columns[*c].label) == plain_label(&m.name);
            (0..take.columns.len()).filter(is_it).collect()
        })
        .collect();
    let mut labelling = Labelling::default();
    let (mut sure, mut labels) = (0.0, 0usize);
    for (f, frame) in labelled.iter().enumerate() {
        let (markers, confidence) = (frame.markers.first(), frame.confidence.first());
        let of_frame = markers
            .into_iter()
            .flatten()
            .zip(confidence.into_iter().flatten());
        for ((marker, confidence), columns) in of_frame.zip(&columns) {
            if marker.is_some() {
                sure += f64::from(*confidence);
                labels += 1;
            }
            let mut theirs = columns.iter().filter_map(|c| take.at(f, *c)).peekable();
            labelling.compared += usize::from(theirs.peek().is_some());
            labelling.agreed += usize::from(theirs.any(|p| Some(p) == *marker));
        }
    }
    labelling.sure = sure / labels.max(1) as f64;
    labelling
}
