//! The step itself.

use super::CalibrationMemory;
use super::performer_slot::{PerformerJob, PerformerSetup, PerformerSlot};
use super::source_binding::{SourceBinding, SourceSetup};
use super::tracked_slot::{TrackedSetup, TrackedSlot};
use cyc_model::{HostNs, MocapFrame, PerformerIdx, SourceId, StageFrame, Stamps, Timecode};

/// What the stage consists of.
#[derive(Debug, Default)]
pub struct CoreSetup {
    /// Sources; a source's id is its place in this list.
    pub sources: Vec<SourceSetup>,
    /// Film cameras.
    pub cameras: Vec<TrackedSetup>,
    /// Props.
    pub props: Vec<TrackedSetup>,
    /// Performers, each with the digital human that she drives.
    pub performers: Vec<PerformerSetup>,
}

/// Everything that can happen to the core.
#[derive(Debug)]
pub enum Event<'a> {
    /// A source's frame.
    Frame(&'a MocapFrame),
    /// Time passes and nothing arrives.
    Tick,
    /// A performer is solved with another job from now on.
    Job(PerformerIdx, Box<PerformerJob>),
    /// A performer's marker memory starts anew.
    ForgetMarkers(PerformerIdx),
}

/// What a step asks for.
#[derive(Debug, Default)]
pub struct Effects {
    /// The stage frame was written and is to be published.
    pub publish: bool,
    /// Performers solved in this step.
    pub solved: u16,
    /// The frame was not newer than its source's last one, or its source is unknown; it was not used.
    pub refused: bool,
    /// A job that is no longer used; drop it off the live path.
    pub retired: Option<Box<PerformerJob>>,
}

/// The stage without threads, sockets, files or a clock.
#[derive(Debug)]
pub struct Core {
    sources: Vec<SourceBinding>,
    cameras: Vec<TrackedSlot>,
    props: Vec<TrackedSlot>,
    performers: Vec<PerformerSlot>,
    published: u64,
    timecode: Option<Timecode>,
    stamps: Stamps,
}

impl Core {
    /// Builds the core.
    pub fn new(setup: CoreSetup) -> Self {
        Self {
            sources: setup.sources.into_iter().map(SourceBinding::new).collect(),
            cameras: setup.cameras.into_iter().map(TrackedSlot::new).collect(),
            props: setup.props.into_iter().map(TrackedSlot::new).collect(),
            performers: setup
                .performers
                .into_iter()
                .map(PerformerSlot::new)
                .collect(),
            published: 0,
            timecode: None,
            stamps: Stamps::default(),
        }
    }

    /// One event at a time `now`. When `publish` comes back true, `out` is the stage at `now`. The warm path (frames of
    /// a known roster, ticks) allocates nothing.
    pub fn step(&mut self, now: HostNs, event: Event<'_>, out: &mut StageFrame) -> Effects {
        let mut effects = Effects::default();
        match event {
            Event::Frame(frame) => self.take_frame(now, frame, &mut effects),
            Event::Tick => effects.publish = self.published > 0,
            Event::Job(performer, job) => {
                effects.retired = match self.performers.get_mut(performer.idx()) {
                    Some(slot) => slot.replace_job(job),
                    None => Some(job),
                };
            }
            Event::ForgetMarkers(performer) => {
                if let Some(slot) = self.performers.get_mut(performer.idx()) {
                    slot.memory.clear();
                }
            }
        }
        if effects.publish {
            self.write(now, out);
        }
        effects
    }

    /// Whether anybody is solved on this stage.
    pub fn has_performers(&self) -> bool {
        !self.performers.is_empty()
    }

    /// What is remembered of a performer's markers.
    pub fn memory(&self, performer: PerformerIdx) -> Option<&CalibrationMemory> {
        self.performers.get(performer.idx()).map(|p| &p.memory)
    }

    fn take_frame(&mut self, now: HostNs, frame: &MocapFrame, effects: &mut Effects) {
        let id = frame.source;
        let Some(source) = self.sources.get_mut(id.idx()) else {
            effects.refused = true;
            return;
        };
        if !source.is_newer(frame.epoch, frame.number) {
            effects.refused = true;
            return;
        }
        let stage_from_source = source.setup.stage_from_source;
        if source.roster_changed(&frame.roster) {
            self.bind(id, frame);
        }
        for tracked in self
            .cameras
            .iter_mut()
            .chain(&mut self.props)
            .filter(|t| t.source == id)
        {
            effects.publish |= tracked.take(frame, stage_from_source);
        }
        for performer in self.performers.iter_mut().filter(|p| p.source == id) {
            if performer.solve(now, frame, stage_from_source) {
                effects.solved += 1;
                effects.publish = true;
            }
        }
        self.timecode = frame.timecode.or(self.timecode);
        self.stamps = frame.stamps;
    }

    fn bind(&mut self, id: SourceId, frame: &MocapFrame) {
        for tracked in self
            .cameras
            .iter_mut()
            .chain(&mut self.props)
            .filter(|t| t.source == id)
        {
            tracked.bind(&frame.roster);
        }
        for performer in self.performers.iter_mut().filter(|p| p.source == id) {
            performer.bind(&frame.roster);
        }
    }

    fn write(&mut self, now: HostNs, out: &mut StageFrame) {
        out.clear();
        self.published += 1;
        out.number = self.published;
        out.due = now;
        out.timecode = self.timecode;
        out.stamps = self.stamps;
        for camera in &self.cameras {
            out.cameras.push(camera.at(now));
        }
        for prop in &self.props {
            out.props.push(prop.at(now));
        }
        for performer in &mut self.performers {
            performer.put(now, out);
        }
    }
}
