//! What a server says once about its roster, encoded once and shared by all its connections.

use super::object_type::{ObjectType, TypeSet};
use super::objects::{ApplicationInfo, Filter, StreamInfo, WireObject};
use super::packet::write_object;
use super::subject_objects::{
    ObjectQuality, SegmentEntry, SubjectHealth, SubjectInfo, SubjectScale, SubjectTopology,
};
use crate::vicon_axes::ServerAxes;
use cyc_model::{Roster, SubjectInfo as RosterSubject};
use std::sync::Arc;

/// The static blocks of a roster.
#[derive(Debug)]
pub struct ServerStatics {
    pub(crate) roster: Arc<Roster>,
    pub(crate) axes: ServerAxes,
    pub(crate) rate_hz: f64,
    /// Type, subject id when the type has one, encoded block.
    blocks: Vec<(ObjectType, Option<u32>, Vec<u8>)>,
}

/// The id of the subject at a position in the roster. Ids start at 1, as Vicon's do.
pub(crate) fn subject_id(position: usize) -> u32 {
    u32::try_from(position + 1).unwrap_or(u32::MAX)
}

/// The id of the segment or marker at a position in its subject; 0 is "no parent" on the wire.
pub(crate) fn part_id(position: usize) -> u32 {
    subject_id(position)
}

impl ServerStatics {
    /// Encodes a roster for servers with the given axes and rate.
    pub fn new(roster: &Arc<Roster>, rate_hz: f64, axes: ServerAxes) -> Self {
        let mut statics = Self {
            roster: Arc::clone(roster),
            axes,
            rate_hz,
            blocks: Vec::new(),
        };
        statics.add(None, &StreamInfo::of_rate_hz(rate_hz));
        let axis = i8::from(axes == ServerAxes::YUp);
        statics.add(None, &ApplicationInfo { axis });
        for (i, subject) in roster.subjects().iter().enumerate() {
            statics.add_subject(subject_id(i), subject);
        }
        statics
    }

    /// Whether these describe the roster.
    pub fn is_of(&self, roster: &Arc<Roster>) -> bool {
        Arc::ptr_eq(&self.roster, roster)
    }

    fn add_subject(&mut self, id: u32, subject: &RosterSubject) {
        self.add(Some(id), &subject_info(id, subject));
        let topology = subject.segments.iter().enumerate().filter_map(|(i, s)| {
            let neutral = s.parent_from_segment?;
            let t_mm = self.axes.mm_of(neutral.translation());
            Some((part_id(i), t_mm, self.axes.rows_of(neutral)))
        });
        let topology = SubjectTopology {
            subject_id: id,
            segments: topology.collect(),
        };
        self.add(Some(id), &topology);
        // A scale is inherited, so the roots' say it for the whole tree.
        let roots = subject.segments.iter().enumerate();
        let roots = roots.filter(|(_, s)| s.parent.is_none());
        let scale = SubjectScale {
            subject_id: id,
            segments: roots.map(|(i, _)| (part_id(i), [1.0; 3])).collect(),
        };
        self.add(Some(id), &scale);
        let health = SubjectHealth {
            subject_id: id,
            marker_error_mm: 0.0,
            health: 1.0,
        };
        self.add(Some(id), &health);
        let quality = ObjectQuality {
            subject_id: id,
            quality: 1.0,
        };
        self.add(Some(id), &quality);
    }

    fn add<O: WireObject>(&mut self, subject: Option<u32>, o: &O) {
        let mut block = Vec::new();
        write_object(&mut block, O::TYPE, |out| o.write(out));
        self.blocks.push((O::TYPE, subject, block));
    }

    /// The blocks of the enabled types that the filter lets through.
    pub(crate) fn blocks(
        &self,
        enabled: TypeSet,
        filter: &Filter,
    ) -> impl Iterator<Item = (ObjectType, &[u8])> {
        self.blocks
            .iter()
            .filter_map(move |(object, subject, block)| {
                let wanted = enabled.contains(*object)
                    && subject.is_none_or(|id| filter.allows(*object, id));
                wanted.then_some((*object, block.as_slice()))
            })
    }
}

fn subject_info(id: u32, subject: &RosterSubject) -> SubjectInfo {
    let segments = subject.segments.iter().enumerate();
    let markers = subject.markers.iter().enumerate();
    // A roster does not say which segment carries a marker; with a single segment there is no doubt.
    let carrier = (subject.segments.len() == 1).then(|| part_id(0));
    SubjectInfo {
        subject_id: id,
        name: subject.name.clone(),
        segments: segments
            .map(|(i, s)| SegmentEntry {
                parent_id: s.parent.map_or(0, |p| part_id(usize::from(p))),
                segment_id: part_id(i),
                bounds_mm: [0.0; 6],
                name: s.name.clone(),
            })
            .collect(),
        markers: markers
            .clone()
            .map(|(i, m)| (part_id(i), m.clone()))
            .collect(),
        attachments: markers
            .filter_map(|(i, _)| Some((part_id(i), carrier?)))
            .collect(),
    }
}
