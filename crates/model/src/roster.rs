//! What a source says once: its subjects with their segments and markers.
//!
//! A frame then only carries values, in the roster's order. The roster is shared by reference and replaced as a
//! whole when the source changes it.

use crate::{JointFrame, NAME_BYTES_MAX, SUBJECT_PARTS_MAX, SUBJECTS_MAX, Xf};
use std::ops::Range;
use thiserror::Error;

/// A segment (bone or rigid body) of a subject.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentInfo {
    /// Name, unique in its subject.
    pub name: String,
    /// Parent's position among the subject's segments; smaller than this segment's own. `None` for a root.
    pub parent: Option<u16>,
    /// The neutral pose in the parent's frame, when the source sends one.
    pub parent_from_segment: Option<Xf<JointFrame, JointFrame>>,
}

/// A performer, prop or camera as its source names it.
#[derive(Clone, Debug, PartialEq)]
pub struct SubjectInfo {
    /// Name, unique in its source.
    pub name: String,
    /// Segments, parents first. One segment with the subject's own name is a rigid body.
    pub segments: Vec<SegmentInfo>,
    /// Marker labels, unique in the subject.
    pub markers: Vec<String>,
}

impl SubjectInfo {
    /// Whether this is a rigid body: a single segment named as its subject.
    pub fn is_rigid_body(&self) -> bool {
        matches!(self.segments.as_slice(), [only] if only.name == self.name)
    }
}

/// Where a subject's values lie in a frame's flat lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct SubjectSpan {
    first_segment: u32,
    segments: u32,
    first_marker: u32,
    markers: u32,
}

impl SubjectSpan {
    /// Range in [`MocapFrame::segments`](crate::MocapFrame).
    pub fn segments(self) -> Range<usize> {
        self.first_segment as usize..(self.first_segment + self.segments) as usize
    }

    /// Range in [`MocapFrame::markers`](crate::MocapFrame).
    pub fn markers(self) -> Range<usize> {
        self.first_marker as usize..(self.first_marker + self.markers) as usize
    }
}

/// Why a description from outside is no roster.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RosterError {
    /// Too many subjects, or too many parts in one.
    #[error("{what} has {count} entries, at most {limit} are taken")]
    TooMany {
        /// What there is too much of: `subjects`, or a subject's name.
        what: String,
        /// How many were given.
        count: usize,
        /// The limit.
        limit: usize,
    },
    /// A name that is empty, too long or used twice.
    #[error("name '{name}' in '{within}' is empty, too long or used twice")]
    BadName {
        /// The name.
        name: String,
        /// The subject, or `subjects`.
        within: String,
    },
    /// A segment before its parent, or a parent that does not exist.
    #[error("segment '{segment}' of '{subject}' does not come after its parent")]
    BadParent {
        /// The subject.
        subject: String,
        /// The segment.
        segment: String,
    },
}

/// The subjects of one source, checked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Roster {
    subjects: Vec<SubjectInfo>,
    spans: Vec<SubjectSpan>,
    segment_count: usize,
    marker_count: usize,
}

impl Roster {
    /// Checks names, parents and limits.
    pub fn build(subjects: Vec<SubjectInfo>) -> Result<Self, RosterError> {
        limit("subjects", subjects.len(), SUBJECTS_MAX)?;
        unique("subjects", subjects.iter().map(|s| s.name.as_str()))?;
        let mut roster = Self::default();
        for subject in &subjects {
            check_subject(subject)?;
            roster.spans.push(SubjectSpan {
                first_segment: roster.segment_count as u32,
                segments: subject.segments.len() as u32,
                first_marker: roster.marker_count as u32,
                markers: subject.markers.len() as u32,
            });
            roster.segment_count += subject.segments.len();
            roster.marker_count += subject.markers.len();
        }
        roster.subjects = subjects;
        Ok(roster)
    }

    /// The subjects in order.
    pub fn subjects(&self) -> &[SubjectInfo] {
        &self.subjects
    }

    /// Where each subject's values lie, in the same order.
    pub fn spans(&self) -> &[SubjectSpan] {
        &self.spans
    }

    /// Finds a subject by name: its position.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.subjects.iter().position(|s| s.name == name)
    }

    /// Segments of all subjects together.
    pub fn segment_count(&self) -> usize {
        self.segment_count
    }

    /// Markers of all subjects together.
    pub fn marker_count(&self) -> usize {
        self.marker_count
    }
}

fn limit(what: &str, count: usize, limit: usize) -> Result<(), RosterError> {
    if count > limit {
        return Err(RosterError::TooMany {
            what: what.into(),
            count,
            limit,
        });
    }
    Ok(())
}

fn unique<'a>(within: &str, names: impl Iterator<Item = &'a str>) -> Result<(), RosterError> {
    let mut seen = std::collections::HashSet::new();
    for name in names {
        if name.is_empty() || name.len() > NAME_BYTES_MAX || !seen.insert(name) {
            return Err(RosterError::BadName {
                name: name.into(),
                within: within.into(),
            });
        }
    }
    Ok(())
}

fn check_subject(subject: &SubjectInfo) -> Result<(), RosterError> {
    limit(&subject.name, subject.segments.len(), SUBJECT_PARTS_MAX)?;
    limit(&subject.name, subject.markers.len(), SUBJECT_PARTS_MAX)?;
    unique(
        &subject.name,
        subject.segments.iter().map(|s| s.name.as_str()),
    )?;
    unique(&subject.name, subject.markers.iter().map(String::as_str))?;
    for (i, segment) in subject.segments.iter().enumerate() {
        if segment.parent.is_some_and(|p| usize::from(p) >= i) {
            return Err(RosterError::BadParent {
                subject: subject.name.clone(),
                segment: segment.name.clone(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(name: &str, parent: Option<u16>) -> SegmentInfo {
        SegmentInfo {
            name: name.into(),
            parent,
            parent_from_segment: None,
        }
    }

    fn subject(name: &str, segments: Vec<SegmentInfo>, markers: &[&str]) -> SubjectInfo {
        let markers = markers.iter().map(|m| (*m).to_owned()).collect();
        SubjectInfo {
            name: name.into(),
            segments,
            markers,
        }
    }

    #[test]
    fn lays_subjects_out_one_after_the_other() {
        let actor = subject(
            "Ann",
            vec![segment("Hips", None), segment("Spine", Some(0))],
            &["LASI"],
        );
        let camera = subject("Cam", vec![segment("Cam", None)], &["c1", "c2"]);
        let roster = Roster::build(vec![actor, camera]).unwrap();
        assert_eq!(roster.spans()[1].segments(), 2..3);
        assert_eq!(roster.spans()[1].markers(), 1..3);
        assert!(roster.subjects()[1].is_rigid_body() && !roster.subjects()[0].is_rigid_body());
        assert_eq!((roster.find("Cam"), roster.find("cam")), (Some(1), None));
    }

    #[test]
    fn refuses_children_before_parents_and_twins() {
        let orphan = subject("a", vec![segment("x", Some(0))], &[]);
        assert!(matches!(
            Roster::build(vec![orphan]),
            Err(RosterError::BadParent { .. })
        ));
        let twins = vec![subject("a", vec![], &[]), subject("a", vec![], &[])];
        assert!(matches!(
            Roster::build(twins),
            Err(RosterError::BadName { .. })
        ));
        let many = (0..=SUBJECTS_MAX)
            .map(|i| subject(&i.to_string(), vec![], &[]))
            .collect();
        assert!(matches!(
            Roster::build(many),
            Err(RosterError::TooMany { .. })
        ));
    }
}
