//! From the order of a server's values to the places in a frame: built when parameters come.

use super::error::DecodeError;
use super::parameters::{Parameters, Skeleton};
use crate::up_axis::UpAxis;
use cyc_model::{JointFrame, Roster, SegmentInfo, SubjectInfo, Xf};
use std::collections::HashSet;
use std::sync::Arc;

/// The subject of labels that belong to no body or skeleton.
pub const LOOSE_MARKERS: &str = "Markers";

/// What may stand between a subject's name and a label: QTM's own ways, and that of C3D files.
const SEPARATORS: [&str; 5] = [" - ", "_", ":", ".", "-"];

/// Where a skeleton's values go.
#[derive(Debug)]
pub(crate) struct SkeletonPlaces {
    /// Segments' ids and places, sorted.
    ids: Vec<(u32, usize)>,
}

impl SkeletonPlaces {
    /// The place of a segment.
    pub(crate) fn segment(&self, id: u32) -> Option<usize> {
        let at = self.ids.binary_search_by_key(&id, |s| s.0).ok()?;
        self.ids.get(at).map(|s| s.1)
    }
}

/// The roster with the order that leads to it.
#[derive(Debug, Default)]
pub(crate) struct SubjectMap {
    pub(crate) roster: Arc<Roster>,
    /// The place of each body's pose.
    pub(crate) bodies: Vec<usize>,
    /// The place of each labelled marker.
    pub(crate) markers: Vec<usize>,
    pub(crate) skeletons: Vec<SkeletonPlaces>,
}

impl SubjectMap {
    /// From parameters.
    pub(crate) fn build(parameters: &Parameters, up: UpAxis) -> Result<Self, DecodeError> {
        let mut taken = HashSet::new();
        let mut subjects = Vec::new();
        // The names as the wire has them, for the labels that begin with them.
        let mut names = Vec::new();
        for skeleton in &parameters.skeletons {
            let name = unique(&mut taken, &skeleton.name);
            names.push(skeleton.name.as_str());
            subjects.push(subject(name, segments(skeleton, up)));
        }
        for body in &parameters.bodies {
            let name = unique(&mut taken, &body.name);
            names.push(body.name.as_str());
            let only = SegmentInfo {
                name: name.clone(),
                parent: None,
                parent_from_segment: None,
            };
            subjects.push(subject(name, vec![only]));
        }
        let mut owners = Vec::new();
        let mut loose = Vec::new();
        for label in &parameters.labels {
            match owner(&names, label) {
                Some((i, rest)) => owners.push((i, rest.to_owned())),
                None => {
                    owners.push((subjects.len(), label.clone()));
                    loose.push(label);
                }
            }
        }
        if !loose.is_empty() {
            let name = unique(&mut taken, LOOSE_MARKERS);
            subjects.push(subject(name, Vec::new()));
        }
        let mut labels: Vec<HashSet<String>> = vec![HashSet::new(); subjects.len()];
        let mut placed = Vec::new();
        for (i, label) in owners {
            if let (Some(subject), Some(taken)) = (subjects.get_mut(i), labels.get_mut(i)) {
                placed.push((i, subject.markers.len()));
                subject.markers.push(unique(taken, &label));
            }
        }
        let roster = Arc::new(Roster::build(subjects)?);
        let first = |i: usize| roster.spans().get(i).copied().unwrap_or_default();
        let skeletons = parameters.skeletons.iter().enumerate().map(|(i, s)| {
            let segments = first(i).segments();
            let mut ids: Vec<_> = s.segments.iter().map(|s| s.id).zip(segments).collect();
            ids.sort_unstable();
            SkeletonPlaces { ids }
        });
        let skeletons: Vec<_> = skeletons.collect();
        let bodies = 0..parameters.bodies.len();
        Ok(Self {
            bodies: bodies
                .map(|b| first(skeletons.len() + b).segments().start)
                .collect(),
            markers: placed
                .iter()
                .map(|(i, k)| first(*i).markers().start + k)
                .collect(),
            skeletons,
            roster,
        })
    }
}

fn subject(name: String, segments: Vec<SegmentInfo>) -> SubjectInfo {
    SubjectInfo {
        name,
        segments,
        markers: Vec::new(),
    }
}

/// Names are not always there and not always one of a kind; then a number makes them so.
fn unique(taken: &mut HashSet<String>, name: &str) -> String {
    let name = if name.is_empty() { "Unnamed" } else { name };
    let mut candidate = name.to_owned();
    let mut number = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{name} ({number})");
        number += 1;
    }
    candidate
}

/// Whose label this is, and the label without the name: of the longest name that fits.
fn owner<'l>(names: &[&str], label: &'l str) -> Option<(usize, &'l str)> {
    let mut best: Option<(usize, &str)> = None;
    for (i, name) in names.iter().enumerate().filter(|(_, n)| !n.is_empty()) {
        let Some(rest) = label.strip_prefix(name) else {
            continue;
        };
        let after = SEPARATORS.iter().find_map(|s| rest.strip_prefix(s));
        if let Some(after) = after.filter(|a| !a.is_empty())
            && best.is_none_or(|(_, shortest)| after.len() < shortest.len())
        {
            best = Some((i, after));
        }
    }
    best
}

fn segments(skeleton: &Skeleton, up: UpAxis) -> Vec<SegmentInfo> {
    let mut taken = HashSet::new();
    let segment = |s: &super::parameters::Segment| {
        let rest = s
            .rest
            .and_then(|(mm, turn)| -> Option<Xf<JointFrame, JointFrame>> {
                up.pose((mm / 1000.0).to_array(), turn)
            });
        SegmentInfo {
            name: unique(&mut taken, &s.name),
            parent: s.parent.and_then(|p| u16::try_from(p).ok()),
            parent_from_segment: rest,
        }
    };
    skeleton.segments.iter().map(segment).collect()
}
