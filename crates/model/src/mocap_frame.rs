//! One frame of a capture system, after its vendor's units and axes are gone.

use crate::{
    Body, Epoch, FrameNumber, HostNs, Point, Pose, Roster, Source, SourceId, Stamps, Timecode,
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
    /// Who is who.
    pub roster: Arc<Roster>,
    /// Poses of all segments of all subjects, in the roster's order; `None` is occluded.
    pub segments: Vec<Option<Pose<Source, Body>>>,
    /// Positions of all labelled markers of all subjects, in the roster's order; `None` is occluded.
    pub markers: Vec<Option<Point<Source>>>,
    /// What was seen but not labelled.
    pub unlabelled: Vec<UnlabelledMarker>,
    /// When it passed each hop.
    pub stamps: Stamps,
}

impl MocapFrame {
    /// Empties the frame for the given roster: everything occluded, nothing unlabelled.
    pub fn reset(&mut self, roster: &Arc<Roster>) {
        if !Arc::ptr_eq(&self.roster, roster) {
            self.roster = Arc::clone(roster);
        }
        self.segments.clear();
        self.segments.resize(roster.segment_count(), None);
        self.markers.clear();
        self.markers.resize(roster.marker_count(), None);
        self.unlabelled.clear();
        self.taken = None;
        self.timecode = None;
        self.stamps = Stamps::default();
    }

    /// Becomes a copy of `other`; allocates only while the lists have not yet been this long.
    pub fn copy_from(&mut self, other: &Self) {
        self.reset(&other.roster);
        self.source = other.source;
        self.epoch = other.epoch;
        self.number = other.number;
        self.taken = other.taken;
        self.heard = other.heard;
        self.rate_hz = other.rate_hz;
        self.timecode = other.timecode;
        self.segments.clone_from(&other.segments);
        self.markers.clone_from(&other.markers);
        self.unlabelled.clone_from(&other.unlabelled);
        self.stamps = other.stamps;
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SubjectInfo;

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
        let mut copy = MocapFrame::default();
        copy.copy_from(&frame);
        assert_eq!(copy.markers, frame.markers);
        frame.reset(&one);
        assert_eq!((frame.markers.len(), frame.markers_of(1).len()), (2, 0));
        assert!(frame.markers.iter().all(Option::is_none));
    }
}
