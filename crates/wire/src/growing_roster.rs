//! A roster for protocols that never say who is there: names are learnt from the values that come.
//!
//! Subjects keep their places for as long as the decoder lives, so a marker that is not sent is occluded and nobody
//! moves. What must stay true: names and counts are bounded as a roster's are, and once every name is known nothing is
//! allocated. A name is looked for where the frame before had it, since senders keep their order.

use crate::vicon_axes::SourcePose;
use cyc_model::{
    CapturedFace, MocapFrame, NAME_BYTES_MAX, Point, Roster, SUBJECT_PARTS_MAX, SUBJECTS_MAX,
    SegmentInfo, Source, SubjectInfo,
};
use std::sync::Arc;

/// Names with the values of the current frame.
#[derive(Debug)]
struct Named<T> {
    names: Vec<String>,
    values: Vec<T>,
    /// Where the last name was.
    last: usize,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self {
            names: Vec::new(),
            values: Vec::new(),
            last: 0,
        }
    }
}

impl<T: Default> Named<T> {
    /// The place of a name; added when it is new, and then `grew` is set. `None` when it cannot be taken.
    fn place(&mut self, name: &str, max: usize, grew: &mut bool) -> Option<usize> {
        let is = |place: &usize| self.names.get(*place).is_some_and(|n| n == name);
        let likely = [self.last, self.last + 1, 0].into_iter().find(is);
        let known = likely.or_else(|| self.names.iter().position(|n| n == name));
        let place = match known {
            Some(place) => place,
            None => {
                let is_bad = name.is_empty() || name.len() > NAME_BYTES_MAX;
                if is_bad || self.names.len() == max {
                    return None;
                }
                *grew = true;
                self.names.push(name.to_owned());
                self.values.push(T::default());
                self.names.len() - 1
            }
        };
        self.last = place;
        Some(place)
    }
}

#[derive(Debug, Default)]
struct Subject {
    segments: Named<Option<SourcePose>>,
    markers: Named<Option<Point<Source>>>,
    face: Option<CapturedFace>,
}

/// Everybody who was heard of, and their values in the current frame.
#[derive(Debug, Default)]
pub(crate) struct GrowingRoster {
    subjects: Named<Subject>,
    roster: Arc<Roster>,
    grew: bool,
    /// The parent of a segment by its name, for protocols in which that is the same for everybody.
    parent_of: Option<fn(&str) -> Option<&'static str>>,
}

impl GrowingRoster {
    /// With segments that hang on each other by their names.
    pub(crate) fn with_parents(parent_of: fn(&str) -> Option<&'static str>) -> Self {
        Self {
            parent_of: Some(parent_of),
            ..Self::default()
        }
    }

    /// Begins a frame: nothing is seen.
    pub(crate) fn begin(&mut self) {
        for subject in &mut self.subjects.values {
            subject.segments.values.fill(None);
            subject.markers.values.fill(None);
            subject.face = None;
        }
    }

    /// Sets a marker. False when its name or its subject's cannot be taken.
    pub(crate) fn put_marker(
        &mut self,
        subject: &str,
        marker: &str,
        at: Option<Point<Source>>,
    ) -> bool {
        let Self { subjects, grew, .. } = self;
        let known = subjects.place(subject, SUBJECTS_MAX, grew);
        let Some(subject) = known.and_then(|s| subjects.values.get_mut(s)) else {
            return false;
        };
        let place = subject.markers.place(marker, SUBJECT_PARTS_MAX, grew);
        let slot = place.and_then(|p| subject.markers.values.get_mut(p));
        slot.map(|slot| *slot = at).is_some()
    }

    /// Sets a segment; one with its subject's own name makes the subject a rigid body.
    pub(crate) fn put_segment(
        &mut self,
        subject: &str,
        segment: &str,
        pose: Option<SourcePose>,
    ) -> bool {
        let Self { subjects, grew, .. } = self;
        let known = subjects.place(subject, SUBJECTS_MAX, grew);
        let Some(subject) = known.and_then(|s| subjects.values.get_mut(s)) else {
            return false;
        };
        let place = subject.segments.place(segment, SUBJECT_PARTS_MAX, grew);
        let slot = place.and_then(|p| subject.segments.values.get_mut(p));
        slot.map(|slot| *slot = pose).is_some()
    }

    /// Sets a subject's face; its number is filled in here. `None` makes the subject known without a face.
    pub(crate) fn put_face(&mut self, subject: &str, face: Option<CapturedFace>) -> bool {
        let Self { subjects, grew, .. } = self;
        let Some(place) = subjects.place(subject, SUBJECTS_MAX, grew) else {
            return false;
        };
        if let Some(known) = subjects.values.get_mut(place) {
            // Fits: there are at most SUBJECTS_MAX.
            known.face = face.map(|face| CapturedFace {
                subject: place as u16,
                ..face
            });
        }
        true
    }

    /// Ends the frame: fills `out` with the values, under a new roster when there were new names. True when so.
    pub(crate) fn fill(&mut self, out: &mut MocapFrame) -> bool {
        let grew = std::mem::take(&mut self.grew);
        if grew {
            self.rebuild();
        }
        out.reset(&self.roster);
        let subjects = self.subjects.values.iter();
        for (subject, span) in subjects.clone().zip(self.roster.spans()) {
            if let Some(slots) = out.segments.get_mut(span.segments()) {
                for (slot, value) in slots.iter_mut().zip(&subject.segments.values) {
                    *slot = *value;
                }
            }
            if let Some(slots) = out.markers.get_mut(span.markers()) {
                for (slot, value) in slots.iter_mut().zip(&subject.markers.values) {
                    *slot = *value;
                }
            }
        }
        for face in subjects.filter_map(|s| s.face) {
            out.set_face(face);
        }
        grew
    }

    fn rebuild(&mut self) {
        let subjects = self.subjects.names.iter().zip(&self.subjects.values);
        let subjects = subjects.map(|(name, subject)| SubjectInfo {
            name: name.clone(),
            segments: self.segments_of(&subject.segments.names),
            markers: subject.markers.names.clone(),
        });
        // Names are not empty, short, unique and few, so this holds.
        if let Ok(roster) = Roster::build(subjects.collect()) {
            self.roster = Arc::new(roster);
        }
    }

    /// Segments with their parents, where those are known and came first.
    fn segments_of(&self, names: &[String]) -> Vec<SegmentInfo> {
        let parent = |name: &str, own: usize| {
            let parent = self.parent_of.and_then(|of| of(name))?;
            let place = names.iter().position(|n| n == parent);
            place.filter(|p| *p < own).map(|p| p as u16)
        };
        let segment = |(own, name): (usize, &String)| SegmentInfo {
            name: name.clone(),
            parent: parent(name, own),
            parent_from_segment: None,
        };
        names.iter().enumerate().map(segment).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_model::Xf;

    #[test]
    fn who_is_left_out_keeps_the_place() {
        let mut roster = GrowingRoster::default();
        let mut out = MocapFrame::default();
        let at = |x| Some(Point::xyz(x, 0.0, 0.0));
        roster.begin();
        assert!(roster.put_marker("Ann", "LASI", at(1.0)));
        assert!(roster.put_segment("Cam", "Cam", Some(Xf::IDENTITY)));
        assert!(roster.put_marker("Ann", "RASI", at(2.0)));
        assert!(roster.fill(&mut out));
        assert!(out.roster.subjects()[1].is_rigid_body());
        let first = Arc::clone(&out.roster);
        roster.begin();
        assert!(roster.put_marker("Ann", "RASI", at(3.0)));
        assert!(!roster.fill(&mut out), "nobody is new");
        assert!(Arc::ptr_eq(&first, &out.roster));
        assert_eq!((out.markers[0], out.markers[1]), (None, at(3.0)));
        assert_eq!(out.segments, [None]);
    }

    #[test]
    fn names_are_bounded() {
        let mut roster = GrowingRoster::default();
        roster.begin();
        let taken = (0..1000).filter(|i| roster.put_marker(&i.to_string(), "m", None));
        assert_eq!(taken.count(), SUBJECTS_MAX);
        let taken = (0..1000).filter(|i| roster.put_marker("0", &i.to_string(), None));
        assert_eq!(taken.count(), SUBJECT_PARTS_MAX - 1);
        assert!(!roster.put_segment("0", "", None));
        assert!(!roster.put_face(&"x".repeat(NAME_BYTES_MAX + 1), None));
        let mut out = MocapFrame::default();
        roster.fill(&mut out);
        assert_eq!(out.roster.subjects().len(), SUBJECTS_MAX);
    }
}
