//! What a source's frames are corrected by before anybody sees them: names, lengths, times.
//!
//! A system calibrated with the wrong wand sends every length wrong by one factor; one that tells no times is late by
//! what its makers say; one that another operator named calls a performer otherwise than the stage does. Corrected here, at the
//! door, all that follows (solving, recording, outputs, what is shown to people) agrees.
//!
//! What must stay true: a frame is corrected once, where the paths of a source have met; recordings are not, since what was
//! recorded had been; a name is looked up when the subjects change, never for a frame.

use crate::counters::ReceiveCounters;
use cyc_model::{Body, MocapFrame, Nanos, Point, Roster, Source, SubjectInfo, Xf};
use std::sync::Arc;

/// How a source's frames are corrected.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceCorrection {
    /// Names of subjects as they are sent, each with the name that it gets.
    pub names: Vec<(String, String)>,
    /// True lengths over those that are sent.
    pub scale: f64,
    /// How much older frames are than is told, or than their arrival when nothing is told.
    pub latency: Nanos,
}

impl Default for SourceCorrection {
    fn default() -> Self {
        Self {
            names: Vec::new(),
            scale: 1.0,
            latency: Nanos::ZERO,
        }
    }
}

/// Corrects the frames of one source.
#[derive(Debug)]
pub(crate) struct Corrector {
    by: SourceCorrection,
    /// The newest roster as it was sent, and as it is given out.
    rosters: Option<[Arc<Roster>; 2]>,
}

impl Corrector {
    /// `None` when nothing is to be corrected.
    pub(crate) fn new(by: &SourceCorrection) -> Option<Self> {
        (*by != SourceCorrection::default()).then(|| Self {
            by: by.clone(),
            rosters: None,
        })
    }

    /// Corrects a frame. Allocates only when its subjects are others than those of the frame before.
    pub(crate) fn correct(&mut self, frame: &mut MocapFrame, counters: &ReceiveCounters) {
        self.rename(frame, counters);
        if self.by.latency > Nanos::ZERO {
            let told = frame.taken.unwrap_or(frame.heard);
            frame.taken = Some(told - self.by.latency);
        }
        let scale = self.by.scale;
        if scale == 1.0 {
            return;
        }
        let point = |p: Point<Source>| Point::saturating(p.metres() * scale);
        for pose in frame.segments.iter_mut().flatten() {
            *pose = Xf::<Source, Body>::saturating(
                pose.rotation(),
                pose.translation().metres() * scale,
            );
        }
        for marker in frame.markers.iter_mut().flatten() {
            *marker = point(*marker);
        }
        for marker in &mut frame.unlabelled {
            marker.at = point(marker.at);
        }
    }

    fn rename(&mut self, frame: &mut MocapFrame, counters: &ReceiveCounters) {
        let known = self.rosters.as_ref();
        let [_, given] = match known.filter(|[sent, _]| Arc::ptr_eq(sent, &frame.roster)) {
            Some(rosters) => rosters,
            None => {
                let subjects = frame.roster.subjects().iter();
                let given = match Roster::build(subjects.map(|s| self.subject(s)).collect()) {
                    Ok(roster) => Arc::new(roster),
                    // Another subject has the name already: better all by the names that they are sent with than one lost.
                    Err(_) => {
                        counters.names_refused.increment();
                        Arc::clone(&frame.roster)
                    }
                };
                self.rosters.insert([Arc::clone(&frame.roster), given])
            }
        };
        frame.roster = Arc::clone(given);
    }

    fn subject(&self, sent: &SubjectInfo) -> SubjectInfo {
        let mut subject = sent.clone();
        let known_as = self.by.names.iter().find(|(name, _)| *name == sent.name);
        if let Some((name, known_as)) = known_as {
            subject.name.clone_from(known_as);
            // A rigid body is a segment with its subject's name.
            for segment in subject.segments.iter_mut().filter(|s| s.name == *name) {
                segment.name.clone_from(known_as);
            }
        }
        for segment in &mut subject.segments {
            segment.parent_from_segment = segment.parent_from_segment.map(|neutral| {
                let scaled = neutral.translation().metres() * self.by.scale;
                Xf::saturating(neutral.rotation(), scaled)
            });
        }
        subject
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_model::{HostNs, SegmentInfo, UnlabelledMarker};
    use glam::{DQuat, DVec3};

    fn body(name: &str) -> SubjectInfo {
        let segment = |name: &str, parent| SegmentInfo {
            name: name.to_owned(),
            parent,
            parent_from_segment: parent.map(|_| Xf::from_translation(DVec3::new(0.0, 1.0, 0.0))),
        };
        SubjectInfo {
            name: name.to_owned(),
            segments: vec![segment(name, None), segment("tip", Some(0))],
            markers: vec!["m".to_owned()],
        }
    }

    fn frame(roster: &Arc<Roster>) -> MocapFrame {
        let mut frame = MocapFrame::default();
        frame.reset(roster);
        let turn = DQuat::from_rotation_y(0.5);
        frame.segments[0] = Some(Xf::saturating(turn, DVec3::new(1.0, 2.0, 3.0)));
        frame.markers[0] = Some(Point::xyz(4.0, 0.0, -2.0));
        let at = Point::xyz(0.0, 8.0, 0.0);
        let trajectory = 1;
        frame.unlabelled.push(UnlabelledMarker { at, trajectory });
        frame.heard = HostNs(9_000_000);
        frame
    }

    #[test]
    fn names_lengths_and_times_become_the_stage_s() {
        let by = SourceCorrection {
            names: vec![("Ann 01".into(), "Ann".into())],
            scale: 0.5,
            latency: Nanos::from_millis(2),
        };
        let counters = ReceiveCounters::default();
        let mut corrector = Corrector::new(&by).unwrap();
        let sent = Arc::new(Roster::build(vec![body("Ann 01"), body("Bob")]).unwrap());
        let mut first = frame(&sent);
        corrector.correct(&mut first, &counters);
        let names: Vec<_> = first.roster.subjects().iter().map(|s| &*s.name).collect();
        assert_eq!(names, ["Ann", "Bob"]);
        let ann = &first.roster.subjects()[0];
        assert_eq!(
            (&*ann.segments[0].name, &*ann.segments[1].name),
            ("Ann", "tip")
        );
        let neutral = ann.segments[1].parent_from_segment.unwrap();
        assert_eq!(neutral.translation().metres(), DVec3::new(0.0, 0.5, 0.0));
        let pose = first.segments[0].unwrap();
        assert_eq!(pose.translation().metres(), DVec3::new(0.5, 1.0, 1.5));
        assert!(pose.rotation().angle_between(DQuat::from_rotation_y(0.5)) < 1e-7);
        assert_eq!(first.markers[0], Some(Point::xyz(2.0, 0.0, -1.0)));
        assert_eq!(first.unlabelled[0].at, Point::xyz(0.0, 4.0, 0.0));
        assert_eq!(first.taken, Some(HostNs(7_000_000)));
        // A source that tells when a frame was taken is that much older.
        let mut told = frame(&sent);
        told.taken = Some(HostNs(5_000_000));
        corrector.correct(&mut told, &counters);
        assert_eq!(told.taken, Some(HostNs(3_000_000)));
        // The same subjects are the same roster, so that nothing is bound anew.
        assert!(Arc::ptr_eq(&told.roster, &first.roster));
        assert_eq!(counters.names_refused.get(), 0);
    }

    #[test]
    fn a_name_that_another_has_is_counted_and_nobody_is_lost() {
        let by = SourceCorrection {
            names: vec![("Ann".into(), "Bob".into())],
            ..SourceCorrection::default()
        };
        let counters = ReceiveCounters::default();
        let mut corrector = Corrector::new(&by).unwrap();
        let sent = Arc::new(Roster::build(vec![body("Ann"), body("Bob")]).unwrap());
        let mut frame = frame(&sent);
        corrector.correct(&mut frame, &counters);
        assert!(Arc::ptr_eq(&frame.roster, &sent));
        assert_eq!(counters.names_refused.get(), 1);
    }

    #[test]
    fn nothing_to_correct_is_no_corrector() {
        assert!(Corrector::new(&SourceCorrection::default()).is_none());
    }
}
