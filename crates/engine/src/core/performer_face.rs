//! A performer's face: which source sees it, what it did in the last second, and how it rests.
//!
//! A body suit and a phone on the head are two systems: the face may come from another source than the markers, under a name
//! of its own. What it rests at is the median of the last second when somebody says that she does nothing.
//!
//! What must stay true: nothing allocates after building; a face that is not seen for a moment stays as it was.

use super::face_track::FaceTrack;
use super::tracked_slot::TrackedSetup;
use cyc_character::{FaceInput, NeutralFace};
use cyc_model::{FaceWeights, MocapFrame, Roster, SourceId};
use std::sync::Arc;

/// Captured faces that are remembered: a second at 60 Hz.
pub const FACES_KEPT: usize = 60;

/// See the module's page.
#[derive(Clone, Debug)]
pub struct PerformerFace {
    seen_by: TrackedSetup,
    /// Its place in that source's roster.
    index: Option<usize>,
    /// A recorded face, played by the body's frames while none is captured.
    track: Option<Arc<FaceTrack>>,
    /// The last captured ones; the order does not matter.
    recent: [FaceWeights; FACES_KEPT],
    heard: usize,
    neutral: NeutralFace,
    /// As it is shown on the digital human.
    pub shown: FaceWeights,
}

impl PerformerFace {
    /// A face that a source sees, which rests like this.
    pub fn new(seen_by: TrackedSetup, track: Option<Arc<FaceTrack>>, neutral: NeutralFace) -> Self {
        Self {
            seen_by,
            index: None,
            track,
            recent: [FaceWeights::default(); FACES_KEPT],
            heard: 0,
            neutral,
            shown: FaceWeights::default(),
        }
    }

    /// The source that sees it.
    pub fn source(&self) -> SourceId {
        self.seen_by.source
    }

    /// Finds it in a new roster of its source.
    pub fn bind(&mut self, roster: &Roster) {
        self.index = roster.find(&self.seen_by.subject);
    }

    /// What a frame says of it: of its own source what was captured, of the body's what was recorded for it.
    pub fn read(&mut self, frame: &MocapFrame) -> Option<FaceInput> {
        let own = frame.source == self.seen_by.source;
        let captured = self.index.filter(|_| own).and_then(|s| frame.face_of(s));
        if let Some(face) = captured {
            if let Some(place) = self.recent.get_mut(self.heard % FACES_KEPT) {
                *place = face.weights;
            }
            self.heard = self.heard.wrapping_add(1).max(1);
            return Some(FaceInput::from(face));
        }
        let track = self.track.as_ref().filter(|_| self.heard == 0)?;
        Some(FaceInput {
            weights: track.at_frame(frame.number, frame.rate_hz),
            ..FaceInput::default()
        })
    }

    /// Whether a face was ever captured.
    pub fn is_heard(&self) -> bool {
        self.heard > 0
    }

    /// What she did in the last second is her face at rest from now on.
    pub fn rest_now(&mut self) {
        let known = self.heard.min(FACES_KEPT);
        if let Some(recent) = self.recent.get(..known).filter(|r| !r.is_empty()) {
            self.neutral = NeutralFace::from_frames(recent);
        }
    }

    /// It rests like this from now on.
    pub fn rest_at(&mut self, neutral: NeutralFace) {
        self.neutral = neutral;
    }

    /// How it rests.
    pub fn neutral(&self) -> NeutralFace {
        self.neutral
    }

    /// Goes on as it was, seen as the stage file says now.
    pub fn continue_as(&mut self, next: &mut Self) {
        if self.seen_by.source != next.seen_by.source
            || self.seen_by.subject != next.seen_by.subject
        {
            (self.heard, self.index) = (0, None);
        }
        std::mem::swap(&mut self.seen_by, &mut next.seen_by);
        std::mem::swap(&mut self.track, &mut next.track);
    }
}
