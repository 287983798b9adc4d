//! From the server's ids to the places in a frame: built when statics change, looked up for every row.

use super::error::DecodeError;
use super::object_type::ObjectType;
use super::objects::{ApplicationInfo, WireObject};
use super::static_set::StaticSet;
use super::subject_objects::{SegmentEntry, SubjectInfo, SubjectTopology};
use crate::vicon_axes::ServerAxes;
use cyc_model as model;
use std::sync::Arc;

/// Ids and where they lead, found in one step when ids are consecutive, else by binary search.
#[derive(Debug, Default)]
pub(crate) struct IdIndex {
    entries: Vec<(u32, u32)>,
}

impl IdIndex {
    fn build(entries: Vec<(u32, u32)>, within: &str) -> Result<Self, DecodeError> {
        let mut entries = entries;
        entries.sort_unstable();
        if let Some(twin) = entries.windows(2).find(|w| w[0].0 == w[1].0) {
            return Err(DecodeError::DuplicateId {
                id: twin[0].0,
                within: within.to_owned(),
            });
        }
        Ok(Self { entries })
    }

    /// Where the id leads.
    #[inline]
    pub(crate) fn get(&self, id: u32) -> Option<usize> {
        let first = self.entries.first()?.0;
        match self.entries.get(id.wrapping_sub(first) as usize) {
            Some(e) if e.0 == id => Some(e.1 as usize),
            _ => self.search(id),
        }
    }

    /// The same for ids with gaps.
    #[cold]
    fn search(&self, id: u32) -> Option<usize> {
        let at = self.entries.binary_search_by_key(&id, |e| e.0).ok()?;
        self.entries.get(at).map(|e| e.1 as usize)
    }
}

/// One subject's ids; places are in the frame's flat lists.
#[derive(Debug)]
pub(crate) struct SubjectIds {
    pub(crate) segments: IdIndex,
    pub(crate) markers: IdIndex,
}

/// The roster with the ids that lead to it.
#[derive(Debug, Default)]
pub(crate) struct SubjectMap {
    pub(crate) roster: Arc<model::Roster>,
    pub(crate) axes: ServerAxes,
    by_id: IdIndex,
    subjects: Vec<SubjectIds>,
}

impl SubjectMap {
    /// Builds roster and ids from the static set.
    pub(crate) fn build(statics: &StaticSet) -> Result<Self, DecodeError> {
        let mut axes = ServerAxes::ZUp;
        for body in statics.bodies(ObjectType::APPLICATION_INFO) {
            if ApplicationInfo::decode(body)?.axis == 1 {
                axes = ServerAxes::YUp;
            }
        }
        let mut topologies = Vec::new();
        for body in statics.bodies(ObjectType::SUBJECT_TOPOLOGY) {
            topologies.push(SubjectTopology::decode(body)?);
        }
        let mut infos = Vec::new();
        for body in statics.bodies(ObjectType::SUBJECT_INFO) {
            infos.push(SubjectInfo::decode(body)?);
        }
        let mut orders = Vec::new();
        let mut described = Vec::new();
        for info in &infos {
            let order = parents_first(info)?;
            let topology = topologies.iter().find(|t| t.subject_id == info.subject_id);
            described.push(describe(info, &order, topology, axes));
            orders.push(order);
        }
        let roster = Arc::new(model::Roster::build(described)?);
        let ids = (0..).zip(&infos).map(|(i, s)| (s.subject_id, i)).collect();
        let by_id = IdIndex::build(ids, "subjects")?;
        let mut subjects = Vec::new();
        for ((info, order), span) in infos.iter().zip(&orders).zip(roster.spans()) {
            let segments = (span.segments().start as u32..)
                .zip(order)
                .filter_map(|(place, i)| Some((info.segments.get(*i)?.segment_id, place)));
            let markers = (span.markers().start as u32..)
                .zip(&info.markers)
                .map(|(place, (id, _))| (*id, place));
            subjects.push(SubjectIds {
                segments: IdIndex::build(segments.collect(), &info.name)?,
                markers: IdIndex::build(markers.collect(), &info.name)?,
            });
        }
        Ok(Self {
            roster,
            axes,
            by_id,
            subjects,
        })
    }

    /// A subject's ids by its id.
    pub(crate) fn subject(&self, subject_id: u32) -> Option<&SubjectIds> {
        self.subjects.get(self.position(subject_id)?)
    }

    /// A subject's position in the roster by its id.
    pub(crate) fn position(&self, subject_id: u32) -> Option<usize> {
        self.by_id.get(subject_id)
    }
}

/// The segments' positions in an order in which parents come first; otherwise as the server has them.
fn parents_first(info: &SubjectInfo) -> Result<Vec<usize>, DecodeError> {
    // The roster's limit is checked here too, since what follows is quadratic in the worst case.
    if info.segments.len() > model::SUBJECT_PARTS_MAX {
        return Err(DecodeError::Roster(model::RosterError::TooMany {
            what: info.name.clone(),
            count: info.segments.len(),
            limit: model::SUBJECT_PARTS_MAX,
        }));
    }
    let mut order: Vec<usize> = Vec::with_capacity(info.segments.len());
    let mut placed = vec![false; info.segments.len()];
    loop {
        let before = order.len();
        for (i, segment) in info.segments.iter().enumerate() {
            let ready = segment.parent_id == 0
                || order
                    .iter()
                    .any(|p| info.segments[*p].segment_id == segment.parent_id);
            if !placed[i] && ready {
                placed[i] = true;
                order.push(i);
            }
        }
        if order.len() == info.segments.len() {
            return Ok(order);
        }
        if order.len() == before {
            let lost = placed.iter().position(|p| !p).unwrap_or(0);
            return Err(DecodeError::BrokenTree {
                subject: info.name.clone(),
                segment: info.segments[lost].name.clone(),
            });
        }
    }
}

fn describe(
    info: &SubjectInfo,
    order: &[usize],
    topology: Option<&SubjectTopology>,
    axes: ServerAxes,
) -> model::SubjectInfo {
    let parent_of = |segment: &SegmentEntry| {
        let same = |i: &usize| info.segments[*i].segment_id == segment.parent_id;
        if segment.parent_id == 0 {
            return None;
        }
        order.iter().position(same).map(|p| p as u16)
    };
    let neutral_of = |segment: &SegmentEntry| {
        let rows = topology?.segments.iter();
        let (_, t, rows) = rows
            .into_iter()
            .find(|(id, ..)| *id == segment.segment_id)?;
        axes.pose_from_rows(*t, rows)
    };
    let segments = order.iter().map(|i| {
        let segment = &info.segments[*i];
        model::SegmentInfo {
            name: segment.name.clone(),
            parent: parent_of(segment),
            parent_from_segment: neutral_of(segment),
        }
    });
    model::SubjectInfo {
        name: info.name.clone(),
        segments: segments.collect(),
        markers: info.markers.iter().map(|(_, name)| name.clone()).collect(),
    }
}
