//! One frame of a capture system, after its vendor's units and axes are gone.

use crate::{
    Body, CapturedFace, ClockReference, Epoch, FrameNumber, HostNs, LensSample, Point, Pose,
    Roster, Source, SourceId, Stamps, SubjectLens, Timecode,
};
use std::sync::Arc;

/// A marker that its source did not label.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnlabelledMarker {
    /// Where it is.
    pub at: Point<Source>,
    /// The source's trajectory number; stable while the marker is seen without a break. Zero when the source has none.
    pub trajectory: u32,
}

/// A frame as it goes from `capture` to `solver`: values in the order of its roster, in metres, right-handed, Y up.
///
/// Made to be reused: [`Self::copy_from`] and [`Self::reset`] keep the capacity of the lists, so a frame that went
/// round its queue once is filled again without allocating.
#[derive(Debug, Default)]
pub struct MocapFrame {
    /// Which source.
    pub source: SourceId,
    /// Which run of the source: grows when it restarts.
    pub epoch: Epoch,
    /// The source's frame number in this epoch.
    pub number: FrameNumber,
    /// When the cameras took it, on the host's clock, as far as the source tells.
    pub taken: Option<HostNs>,
    /// When the kernel received it.
    pub heard: HostNs,
    /// The source's rate, hertz; zero while unknown.
    pub rate_hz: f64,
    /// The source's timecode.
    pub timecode: Option<Timecode>,
    /// Whether the source's clock follows its reference.
    pub reference: ClockReference,
    /// Who is who.
    pub roster: Arc<Roster>,
    /// Poses of all segments of all subjects, in the roster's order; `None` is occluded.
    pub segments: Vec<Option<Pose<Source, Body>>>,
    /// Positions of all labelled markers of all subjects, in the roster's order; `None` is occluded.
    pub markers: Vec<Option<Point<Source>>>,
    /// What was seen but not labelled.
    pub unlabelled: Vec<UnlabelledMarker>,
    /// The faces that were seen, at most one of each subject ([`Self::set_face`] keeps it so); a subject that is not
    /// here has no face, or an occluded one.
    pub faces: Vec<CapturedFace>,
    /// The lenses of tracked cameras, at most one a subject.
    pub lenses: Vec<SubjectLens>,
    /// When it passed each hop.
    pub stamps: Stamps,
}

impl MocapFrame {
    /// Empties the frame for the given roster: everything occluded, nothing unlabelled, no face.
    pub fn reset(&mut self, roster: &Arc<Roster>) {
        self.begin(roster);
        self.segments.clear();
        self.segments.resize(roster.segment_count(), None);
        self.markers.clear();
        self.markers.resize(roster.marker_count(), None);
    }

    /// [`Self::reset`] for who knows every segment and marker of the roster already: they are written once.
    pub fn reset_with(
        &mut self,
        roster: &Arc<Roster>,
        segments: &[Option<Pose<Source, Body>>],
        markers: &[Option<Point<Source>>],
    ) {
        self.begin(roster);
        copy_list(&mut self.segments, segments);
        self.segments.resize(roster.segment_count(), None);
        copy_list(&mut self.markers, markers);
        self.markers.resize(roster.marker_count(), None);
    }

    /// Everything but segments and markers is empty, for a roster.
    fn begin(&mut self, roster: &Arc<Roster>) {
        if !Arc::ptr_eq(&self.roster, roster) {
            self.roster = Arc::clone(roster);
        }
        self.unlabelled.clear();
        self.faces.clear();
        self.lenses.clear();
        self.taken = None;
        self.timecode = None;
        self.reference = ClockReference::Untold;
        self.stamps = Stamps::default();
    }

    /// Becomes a copy of `other`; allocates only while the lists have not yet been this long.
    pub fn copy_from(&mut self, other: &Self) {
        self.begin(&other.roster);
        copy_list(&mut self.segments, &other.segments);
        copy_list(&mut self.markers, &other.markers);
        self.source = other.source;
        self.epoch = other.epoch;
        self.number = other.number;
        self.taken = other.taken;
        self.heard = other.heard;
        self.rate_hz = other.rate_hz;
        self.timecode = other.timecode;
        self.reference = other.reference;
        // How many go unnamed changes from frame to frame: there is room for as many as there ever were.
        self.unlabelled.reserve_exact(other.unlabelled.capacity());
        self.unlabelled.extend_from_slice(&other.unlabelled);
        self.faces.clone_from(&other.faces);
        self.lenses.clone_from(&other.lenses);
        self.stamps = other.stamps;
    }

    /// The lens of one subject by its position in the roster, when its source tells it in this frame.
    pub fn lens_of(&self, subject: usize) -> Option<&LensSample> {
        let mut lenses = self.lenses.iter();
        let found = lenses.find(|l| usize::from(l.subject) == subject);
        found.map(|l| &l.sample)
    }

    /// The markers of one subject by its position in the roster; empty beyond the last.
    pub fn markers_of(&self, subject: usize) -> &[Option<Point<Source>>] {
        let span = self.roster.spans().get(subject).map(|s| s.markers());
        span.and_then(|r| self.markers.get(r)).unwrap_or(&[])
    }

    /// The segments of one subject by its position in the roster; empty beyond the last.
    pub fn segments_of(&self, subject: usize) -> &[Option<Pose<Source, Body>>] {
        let span = self.roster.spans().get(subject).map(|s| s.segments());
        span.and_then(|r| self.segments.get(r)).unwrap_or(&[])
    }

    /// The face of one subject by its position in the roster; `None` when it is not seen.
    pub fn face_of(&self, subject: usize) -> Option<&CapturedFace> {
        self.faces
            .iter()
            .find(|f| usize::from(f.subject) == subject)
    }

    /// Adds a face, in place of an earlier one of the same subject. False, and nothing is changed, when the roster
    /// has no such subject; so there are never more faces than subjects.
    pub fn set_face(&mut self, face: CapturedFace) -> bool {
        if usize::from(face.subject) >= self.roster.subjects().len() {
            return false;
        }
        match self.faces.iter_mut().find(|f| f.subject == face.subject) {
            Some(earlier) => *earlier = face,
            None => self.faces.push(face),
        }
        true
    }
}

/// Makes `to` the same as `from` in one copy of its bytes; cloning would look at every value whether it is there.
fn copy_list<T: Copy>(to: &mut Vec<Option<T>>, from: &[Option<T>]) {
    to.resize(from.len(), None);
    to.copy_from_slice(from);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FaceShape, SubjectInfo};

    #[test]
    fn a_reused_frame_forgets_what_it_held() {
        let subject = |n: &str| SubjectInfo {
            name: n.into(),
            segments: vec![],
            markers: vec!["a".into(), "b".into()],
        };
        let one = Arc::new(Roster::build(vec![subject("x")]).unwrap());
        let two = Arc::new(Roster::build(vec![subject("x"), subject("y")]).unwrap());
        let mut frame = MocapFrame::default();
        frame.reset(&two);
        frame.markers[3] = Some(Point::xyz(1.0, 2.0, 3.0));
        assert_eq!(frame.markers_of(1)[1], Some(Point::xyz(1.0, 2.0, 3.0)));
        let sample = LensSample {
            focal_length_m: Some(0.035),
            ..LensSample::default()
        };
        frame.lenses.push(SubjectLens { subject: 1, sample });
        let mut copy = MocapFrame::default();
        copy.copy_from(&frame);
        assert_eq!(copy.markers, frame.markers);
        assert_eq!((copy.lens_of(0), copy.lens_of(1)), (None, Some(&sample)));
        frame.reset(&one);
        assert_eq!(frame.lens_of(1), None);
        assert_eq!((frame.markers.len(), frame.markers_of(1).len()), (2, 0));
        assert!(frame.markers.iter().all(Option::is_none));
    }
    #[test]
    fn there_is_one_face_a_subject_and_none_after_a_reset() {
        let subject = |n: &str| SubjectInfo {
            name: n.into(),
            segments: vec![],
            markers: vec![],
        };
        let roster = Arc::new(Roster::build(vec![subject("x"), subject("y")]).unwrap());
        let mut frame = MocapFrame::default();
        frame.reset(&roster);
        let mut face = CapturedFace {
            subject: 1,
            ..CapturedFace::default()
        };
        assert!(frame.set_face(face));
        face.weights.set(FaceShape::JawOpen, 0.5);
        assert!(frame.set_face(face));
        face.subject = 2;
        assert!(!frame.set_face(face), "nobody has this face");
        assert_eq!((frame.faces.len(), frame.face_of(0)), (1, None));
        let mut copy = MocapFrame::default();
        copy.copy_from(&frame);
        let weights = &copy.face_of(1).unwrap().weights;
        assert_eq!(weights.get(FaceShape::JawOpen), 0.5);
        let room = frame.faces.capacity();
        frame.reset(&roster);
        assert_eq!((frame.faces.len(), frame.faces.capacity()), (0, room));
    }
}
