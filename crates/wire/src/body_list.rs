//! The rigid bodies of a source that introduces them by sending them: cameras and trackers, each with a key.
//!
//! A body keeps its place once it was seen, so that one that is left out of a frame is `None` there. Their number is
//! bounded; what must stay true is that only a body that was not known allocates.

use crate::vicon_axes::SourcePose;
use cyc_model::{
    HostNs, LensSample, MocapFrame, NAME_BYTES_MAX, Roster, SUBJECTS_MAX, SegmentInfo, SubjectInfo,
    SubjectLens,
};
use std::sync::Arc;

/// Bodies by key, in the order in which they were first seen.
#[derive(Debug)]
pub(crate) struct BodyList<K> {
    keys: Vec<K>,
    names: Vec<String>,
    roster: Arc<Roster>,
    poses: Vec<Option<SourcePose>>,
    lenses: Vec<Option<LensSample>>,
    is_stale: bool,
}

impl<K> Default for BodyList<K> {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            names: Vec::new(),
            roster: Arc::default(),
            poses: Vec::new(),
            lenses: Vec::new(),
            is_stale: false,
        }
    }
}

impl<K: PartialEq> BodyList<K> {
    /// A new frame: nothing is tracked.
    pub(crate) fn begin(&mut self) {
        self.poses.fill(None);
        self.lenses.fill(None);
    }

    /// The place of a body; `None` when it is not known.
    pub(crate) fn find(&self, key: &K) -> Option<usize> {
        self.keys.iter().position(|k| k == key)
    }

    /// Introduces a body. `None` when there are too many, or the name is empty, too long or another body's.
    pub(crate) fn introduce(&mut self, key: K, name: &str) -> Option<usize> {
        if self.is_full() || !is_name(name) || self.names.iter().any(|n| n == name) {
            return None;
        }
        self.keys.push(key);
        self.names.push(name.to_owned());
        self.poses.push(None);
        self.lenses.push(None);
        self.is_stale = true;
        Some(self.keys.len() - 1)
    }

    /// Gives a body another name. False when it cannot have it.
    pub(crate) fn rename(&mut self, place: usize, name: &str) -> bool {
        let is_taken = self.names.iter().any(|n| n == name);
        match self.names.get_mut(place) {
            Some(old) if old == name => true,
            Some(old) if is_name(name) && !is_taken => {
                name.clone_into(old);
                self.is_stale = true;
                true
            }
            _ => false,
        }
    }

    /// Whether no more bodies are taken.
    pub(crate) fn is_full(&self) -> bool {
        self.keys.len() == SUBJECTS_MAX
    }

    /// Where a body is in this frame.
    pub(crate) fn set_pose(&mut self, place: usize, pose: Option<SourcePose>) {
        if let Some(slot) = self.poses.get_mut(place) {
            *slot = pose;
        }
    }

    /// What a body's lens is in this frame.
    pub(crate) fn set_lens(&mut self, place: usize, lens: LensSample) {
        if let Some(slot) = self.lenses.get_mut(place) {
            *slot = (!lens.is_unknown()).then_some(lens);
        }
    }

    /// Fills a frame with the roster, poses and lenses. True when the roster is a new one.
    pub(crate) fn write(&mut self, heard: HostNs, out: &mut MocapFrame) -> bool {
        let is_new = std::mem::take(&mut self.is_stale);
        if is_new {
            // Names are checked and their number is limited, so this holds.
            if let Ok(roster) = Roster::build(self.names.iter().map(|n| body(n)).collect()) {
                self.roster = Arc::new(roster);
            }
        }
        out.reset(&self.roster);
        out.segments.clone_from(&self.poses);
        for (subject, lens) in self.lenses.iter().enumerate() {
            if let (Some(sample), Ok(subject)) = (*lens, u16::try_from(subject)) {
                out.lenses.push(SubjectLens { subject, sample });
            }
        }
        out.heard = heard;
        out.stamps.stamp(cyc_model::Hop::Heard, heard);
        is_new
    }

    /// The bodies that the frames carry.
    pub(crate) fn roster(&self) -> &Arc<Roster> {
        &self.roster
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= NAME_BYTES_MAX
}

/// A rigid body as a roster has it.
fn body(name: &str) -> SubjectInfo {
    SubjectInfo {
        name: name.to_owned(),
        segments: vec![SegmentInfo {
            name: name.to_owned(),
            parent: None,
            parent_from_segment: None,
        }],
        markers: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_model::Xf;

    #[test]
    fn a_body_keeps_its_place_and_its_number_is_bounded() {
        let mut list = BodyList::default();
        let mut out = MocapFrame::default();
        let a = list.introduce(7u8, "a").unwrap();
        let b = list.introduce(9u8, "b").unwrap();
        list.set_pose(a, Some(Xf::IDENTITY));
        list.set_pose(b, Some(Xf::IDENTITY));
        assert!(list.write(HostNs(1), &mut out));
        list.begin();
        list.set_pose(b, Some(Xf::IDENTITY));
        assert!(!list.write(HostNs(2), &mut out));
        assert_eq!(out.segments, [None, Some(Xf::IDENTITY)]);
        assert_eq!((list.find(&9), list.introduce(1, "b")), (Some(1), None));
        assert!(list.rename(0, "c") && !list.rename(0, "b"));
        assert!(list.write(HostNs(3), &mut out));
        assert_eq!(out.roster.subjects()[0].name, "c");
        let more = (10..=255u8).filter(|k| list.introduce(*k, &k.to_string()).is_some());
        assert_eq!(more.count(), SUBJECTS_MAX - 2);
    }
}
