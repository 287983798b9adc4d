//! A tracked rigid body: a film camera or a prop, with its short past.

use super::lead::Lead;
use cyc_model::{
    Body, HostNs, LensSample, MocapFrame, Pose, Roster, Source, SourceId, Stage, TrackedBody, Xf,
};
use cyc_timing::{GapPolicy, PoseTrack, Slip, SlipMeter};

/// A tracked body as the stage file describes it.
#[derive(Clone, Debug)]
pub struct TrackedSetup {
    /// The source that tracks it.
    pub source: SourceId,
    /// Its subject's name in it.
    pub subject: String,
}

/// A tracked body with its state.
#[derive(Clone, Debug)]
pub struct TrackedSlot {
    pub source: SourceId,
    subject: String,
    segment: Option<usize>,
    /// Its place in the roster, for its lens.
    position: Option<usize>,
    lens: LensSample,
    track: PoseTrack<Stage, Body>,
    /// What is shown of it while nothing is measured.
    gap: GapPolicy,
    slip: SlipMeter<Stage, Body>,
}

impl TrackedSlot {
    /// A body whose gaps are dealt with so.
    pub fn new(setup: TrackedSetup, gap: GapPolicy) -> Self {
        Self {
            source: setup.source,
            subject: setup.subject,
            segment: None,
            position: None,
            lens: LensSample::default(),
            track: PoseTrack::new(gap),
            gap,
            slip: SlipMeter::default(),
        }
    }

    /// Whether two slots of one source are of the same body.
    pub fn is_same_body(&self, other: &Self) -> bool {
        self.subject == other.subject
    }

    /// Goes on with the past of the same body.
    pub fn continue_from(&mut self, before: &mut Self) {
        std::mem::swap(&mut self.track, &mut before.track);
        std::mem::swap(&mut self.slip, &mut before.slip);
        self.lens = before.lens;
        self.track.set_policy(self.gap);
    }

    /// Finds the body in a new roster: the segment with the subject's own name, else the subject's first one.
    pub fn bind(&mut self, roster: &Roster) {
        self.position = roster.find(&self.subject);
        self.segment = self.position.and_then(|position| {
            let subject = roster.subjects().get(position)?;
            let own = subject
                .segments
                .iter()
                .position(|s| s.name == subject.name)
                .unwrap_or(0);
            let span = roster.spans().get(position)?.segments();
            span.clone().nth(own)
        });
    }

    /// Takes a frame's pose. Returns whether there was one.
    pub fn take(&mut self, frame: &MocapFrame, stage_from_source: Xf<Stage, Source>) -> bool {
        // Rings hold where they were while nothing is heard of them.
        if let Some(lens) = self.position.and_then(|p| frame.lens_of(p)) {
            self.lens = *lens;
        }
        let pose = self
            .segment
            .and_then(|s| frame.segments.get(s).copied().flatten());
        let Some(source_from_body) = pose else {
            return false;
        };
        let at = frame.taken.unwrap_or(frame.heard);
        let stage_from_body = stage_from_source * source_from_body;
        self.slip.measured(at, stage_from_body);
        self.track.push(at, stage_from_body);
        true
    }

    /// It was shown there last, by another core.
    pub fn go_on_from(&mut self, at: HostNs, stage_from_body: Pose<Stage, Body>) {
        self.track.push(at, stage_from_body);
    }

    /// Where the body is at a time and a lead later, and how sure that is.
    pub fn at(&mut self, at: HostNs, lead: Lead) -> TrackedBody {
        self.track.set_prediction(lead.prediction);
        self.track.set_lead(lead.time);
        let (stage_from_body, quality) = self.track.at(at);
        if quality.is_present() {
            self.slip.shown(at + lead.time, stage_from_body);
        }
        TrackedBody {
            stage_from_body,
            quality,
        }
    }

    /// What was told last of the lens on it.
    pub fn lens(&self) -> LensSample {
        self.lens
    }

    /// How far off it was shown lately.
    pub fn slip(&self) -> Slip {
        self.slip.slip()
    }
}
