//! From a server's models and ids to the places in a frame: built when models come, looked up for every value.

use super::error::DecodeError;
use super::model::{BodyDescription, Description};
use crate::up_axis::UpAxis;
use cyc_model::{
    JointFrame, MocapFrame, Roster, RosterError, SUBJECT_PARTS_MAX, SegmentInfo, SubjectInfo, Xf,
};
use glam::DQuat;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

/// The set of all markers, which Motive adds to every stream; it would say everything twice.
const ALL_MARKERS: &str = "all";

/// A subject as the wire names it.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Where it is in the roster.
    pub(crate) subject: usize,
    /// Its name in the models, which a roster with two of the same name does not keep.
    name: String,
    /// The id that its values carry; `None` for a marker set of its own.
    id: Option<(Kind, i32)>,
    /// Bones' ids and their places in the frame, sorted.
    bones: Vec<(i32, usize)>,
    pub(crate) segments: Range<usize>,
    pub(crate) markers: Range<usize>,
    /// An asset's marker ids and their places in the frame, sorted. Those of others count from 1.
    marker_ids: Vec<(i32, usize)>,
}

/// Which kind of thing an id belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    RigidBody,
    Skeleton,
    Asset,
}

impl Entry {
    /// The place of a bone, by its number in the skeleton.
    pub(crate) fn bone(&self, number: i32) -> Option<usize> {
        let at = self.bones.binary_search_by_key(&number, |b| b.0).ok()?;
        self.bones.get(at).map(|b| b.1)
    }

    /// The place of a labelled marker, by the number that it has in its asset.
    pub(crate) fn marker(&self, member: i32) -> Option<usize> {
        if self.marker_ids.is_empty() {
            let index = usize::try_from(member).ok()?.checked_sub(1)?;
            let place = self.markers.start.checked_add(index)?;
            return self.markers.contains(&place).then_some(place);
        }
        let at = self.marker_ids.binary_search_by_key(&member, |m| m.0).ok();
        self.marker_ids.get(at?).map(|m| m.1)
    }

    /// Whether labelled markers can carry its id.
    pub(crate) fn has_id(&self) -> bool {
        self.id.is_some()
    }
}

/// The roster with the ids that lead to it.
#[derive(Debug, Default)]
pub(crate) struct SubjectMap {
    pub(crate) roster: Arc<Roster>,
    entries: Vec<Entry>,
}

impl SubjectMap {
    /// From the models.
    pub(crate) fn build(model: &[Description], up: UpAxis) -> Result<Self, DecodeError> {
        let mut drafts = drafts(model, up)?;
        // Kinds come one after the other; ids are in the order in which people see them.
        drafts.sort_by_key(|d| d.id.map_or(i32::MAX, |(_, id)| id));
        let subjects = drafts.iter().map(|d| d.subject.clone()).collect();
        let roster = Arc::new(Roster::build(subjects)?);
        let entries = drafts.into_iter().zip(roster.spans()).enumerate();
        let entries = entries.map(|(subject, (draft, span))| {
            let (segments, markers) = (span.segments(), span.markers());
            let placed = |ids: Vec<i32>, first: usize| {
                let mut placed: Vec<_> = ids.into_iter().zip(first..).collect();
                placed.sort_unstable();
                placed
            };
            Entry {
                subject,
                name: draft.name,
                id: draft.id,
                bones: placed(draft.bone_ids, segments.start),
                marker_ids: placed(draft.marker_ids, markers.start),
                segments,
                markers,
            }
        });
        let entries = entries.collect();
        Ok(Self { roster, entries })
    }

    /// The subject with an id.
    pub(crate) fn of_kind(&self, kind: Kind, id: i32) -> Option<&Entry> {
        self.entries.iter().find(|e| e.id == Some((kind, id)))
    }

    /// The subject that a labelled marker names; ids are unique among all assets.
    pub(crate) fn of_marker(&self, asset: i32) -> Option<&Entry> {
        let mut entries = self.entries.iter();
        entries.find(|e| e.id.is_some_and(|(_, id)| id == asset))
    }

    /// The subject with a name, as the wire has it.
    pub(crate) fn named(&self, name: &[u8]) -> Option<&Entry> {
        self.entries.iter().find(|e| e.name.as_bytes() == name)
    }

    /// Takes back what marker sets said of rigid bodies and skeletons.
    pub(crate) fn forget_sets(&self, out: &mut MocapFrame) {
        for entry in &self.entries {
            let is_asset = matches!(entry.id, None | Some((Kind::Asset, _)));
            let markers = out.markers.get_mut(entry.markers.clone());
            if let Some(markers) = markers.filter(|_| !is_asset) {
                markers.fill(None);
            }
        }
    }

    /// Whether a set of markers only repeats what others say.
    pub(crate) fn is_repetition(name: &[u8]) -> bool {
        name == ALL_MARKERS.as_bytes()
    }
}

/// A subject before it has its place.
struct Draft {
    name: String,
    id: Option<(Kind, i32)>,
    subject: SubjectInfo,
    bone_ids: Vec<i32>,
    marker_ids: Vec<i32>,
}

fn drafts(model: &[Description], up: UpAxis) -> Result<Vec<Draft>, DecodeError> {
    let set_of = |name: &str| {
        model.iter().find_map(|d| match d {
            Description::MarkerSet { name: n, markers } if n == name => Some(markers.as_slice()),
            _ => None,
        })
    };
    let mut taken = HashSet::new();
    let mut all = Vec::new();
    for description in model {
        let draft = match description {
            Description::MarkerSet { name, markers } => {
                let owned = model.iter().any(|d| d.owns_markers_of(name));
                if owned || name == ALL_MARKERS {
                    continue;
                }
                let labels = labels(markers, markers.len(), None);
                draft(&mut taken, name, None, (Vec::new(), Vec::new()), labels)
            }
            Description::RigidBody(body) => {
                let labels = labels(&body.marker_names, body.markers.len(), set_of(&body.name));
                let id = Some((Kind::RigidBody, body.id));
                let none = (Vec::new(), Vec::new());
                let mut draft = draft(&mut taken, &body.name, id, none, labels);
                draft.subject.segments.push(SegmentInfo {
                    name: draft.subject.name.clone(),
                    parent: None,
                    parent_from_segment: rest(body, up),
                });
                draft
            }
            Description::Skeleton { name, id, bones } => {
                let labels = labels(&[], 0, set_of(name));
                let id = Some((Kind::Skeleton, *id));
                draft(&mut taken, name, id, tree(name, bones, up)?, labels)
            }
            Description::Asset {
                name,
                id,
                bodies,
                markers,
            } => {
                let names: Vec<_> = markers.iter().map(|m| m.0.clone()).collect();
                let labels = labels(&names, names.len(), None);
                let id = Some((Kind::Asset, *id));
                let mut draft = draft(&mut taken, name, id, tree(name, bodies, up)?, labels);
                draft.marker_ids = markers.iter().map(|m| m.1 & 0xffff).collect();
                draft
            }
        };
        all.push(draft);
    }
    Ok(all)
}

impl Description {
    fn owns_markers_of(&self, set: &str) -> bool {
        match self {
            Self::MarkerSet { .. } => false,
            Self::RigidBody(body) => body.name == set,
            Self::Skeleton { name, .. } | Self::Asset { name, .. } => name == set,
        }
    }
}

fn draft(
    taken: &mut HashSet<String>,
    name: &str,
    id: Option<(Kind, i32)>,
    (segments, bone_ids): (Vec<SegmentInfo>, Vec<i32>),
    markers: Vec<String>,
) -> Draft {
    let number = id.map_or(0, |(_, id)| id);
    Draft {
        name: name.to_owned(),
        id,
        subject: SubjectInfo {
            name: unique(taken, name, number),
            segments,
            markers,
        },
        bone_ids,
        marker_ids: Vec::new(),
    }
}

/// The name, or the name with its number when it is empty or taken: Motive lets a body be called as a skeleton is.
fn unique(taken: &mut HashSet<String>, name: &str, number: i32) -> String {
    let mut candidate = name.to_owned();
    if candidate.is_empty() || taken.contains(&candidate) {
        candidate = format!("{name} ({number})").trim_start().to_owned();
    }
    taken.insert(candidate.clone());
    candidate
}

/// Labels: those of the model when each has one of its own, else those of its marker set, else numbers.
fn labels(names: &[String], count: usize, set: Option<&[String]>) -> Vec<String> {
    let distinct = |names: &[String]| {
        let mut seen = HashSet::new();
        let mut names = names.iter();
        names.all(|n| !n.is_empty() && seen.insert(n))
    };
    let set = set.filter(|s| (count == 0 || s.len() == count) && distinct(s));
    match set {
        _ if count > 0 && names.len() == count && distinct(names) => names.to_vec(),
        Some(set) => set.to_vec(),
        None => (1..=count).map(|k| format!("Marker{k}")).collect(),
    }
}

fn rest(body: &BodyDescription, up: UpAxis) -> Option<Xf<JointFrame, JointFrame>> {
    let [x, y, z, w] = body.rotation.unwrap_or([0.0, 0.0, 0.0, 1.0]);
    let turn = DQuat::from_xyzw(x.into(), y.into(), z.into(), w.into());
    up.pose(body.offset.map(f64::from), turn)
}

/// Bones, parents first, and their ids in that order.
fn tree(
    subject: &str,
    bones: &[BodyDescription],
    up: UpAxis,
) -> Result<(Vec<SegmentInfo>, Vec<i32>), DecodeError> {
    // The roster's limit is checked here too, since what follows is quadratic in the worst case.
    if bones.len() > SUBJECT_PARTS_MAX {
        return Err(DecodeError::Roster(RosterError::TooMany {
            what: subject.to_owned(),
            count: bones.len(),
            limit: SUBJECT_PARTS_MAX,
        }));
    }
    let is_known = |id: i32| bones.iter().any(|b| b.id & 0xffff == id & 0xffff);
    let (mut segments, mut ids, mut taken) = (Vec::new(), Vec::<i32>::new(), HashSet::new());
    let mut placed = vec![false; bones.len()];
    while segments.len() < bones.len() {
        let before = segments.len();
        for (bone, placed) in bones.iter().zip(&mut placed) {
            let is_root = bone.parent <= 0 || !is_known(bone.parent);
            let parent = ids.iter().position(|id| *id == bone.parent & 0xffff);
            if *placed || !(is_root || parent.is_some()) {
                continue;
            }
            *placed = true;
            ids.push(bone.id & 0xffff);
            segments.push(SegmentInfo {
                name: unique(&mut taken, &bone.name, bone.id),
                parent: parent.filter(|_| !is_root).map(|p| p as u16),
                parent_from_segment: rest(bone, up),
            });
        }
        if segments.len() == before {
            let lost = bones.iter().zip(&placed).find(|(_, placed)| !**placed);
            return Err(DecodeError::BrokenTree {
                subject: subject.to_owned(),
                segment: lost.map(|(b, _)| b.name.clone()).unwrap_or_default(),
            });
        }
    }
    Ok((segments, ids))
}
