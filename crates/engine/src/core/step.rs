//! The step itself.

use super::CalibrationMemory;
use super::claims::Claims;
use super::lead::{Lead, LeadFollower};
use super::performer_slot::{PerformerJob, PerformerSetup, PerformerSlot, Solved};
use super::source_binding::{SourceBinding, SourceSetup, SourceTiming};
use super::source_labels::SourceLabels;
use super::team::each;
use super::tracked_slot::{TrackedSetup, TrackedSlot};
use cyc_character::NeutralFace;
use cyc_model::{
    HostNs, LabelOrigin, MocapFrame, Nanos, PerformerIdx, Roster, Source, SourceId, Stage,
    StageFrame, Stamps, Timecode, Xf,
};
use cyc_solver::{LabelAnswer, LabelQuestion};
use cyc_timing::Slip;

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
    /// Labellers of the sources whose performers may have to be found without names, at most one a source.
    pub labels: Vec<SourceLabels>,
}

impl CoreSetup {
    /// Every subject of the stage file with its owner: performers, then cameras, then props.
    pub fn claims(&self) -> Claims {
        let performers = self.performers.iter().map(|p| {
            let face = p.face.as_ref().map(|face| face.source);
            (p.source, &*p.subject, face)
        });
        let tracked = self.cameras.iter().chain(&self.props);
        Claims::new(performers.chain(tracked.map(|t| (t.source, &*t.subject, None))))
    }
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
    /// Performers of a source were found.
    Found(SourceId, &'a LabelAnswer),
    /// What a performer's face did in the last second is its rest from now on.
    RestFace(PerformerIdx),
    /// A performer's face rests like this from now on: another core was told so.
    FaceRest(PerformerIdx, NeutralFace),
    /// A performer's marker memory starts anew.
    ForgetMarkers(PerformerIdx),
    /// A performer who was set aside after panics is solved again.
    Release(PerformerIdx),
    /// Solving a performer panics with her next frame: a rehearsal.
    Fail(PerformerIdx),
}

/// What a step asks for.
#[derive(Debug, Default)]
pub struct Effects {
    /// The stage frame was written and is to be published.
    pub publish: bool,
    /// Performers solved in this step.
    pub solved: u16,
    /// Of these, performers whose source mixed her labels up; those of the frames before were continued.
    pub mislabelled: u16,
    /// Performers with two markers that took each other's names, a bit each.
    pub swapped: u64,
    /// Performers whose labels from the cloud no pose explains; they are held.
    pub implausible: u16,
    /// Of the solved, performers who were labelled from the cloud.
    pub from_cloud: u16,
    /// Performers whose solving panicked; they are held, the others are as if nothing had been.
    pub panicked: u16,
    /// Of these, performers who are left alone from now on, since it happened again and again.
    pub set_aside: u16,
    /// Points of the frame that the labeller had no room for.
    pub not_labelled: usize,
    /// The frame was not newer than its source's last one, or its source is unknown; it was not used.
    pub refused: bool,
    /// Another source than its owner claims a subject of the stage file, or claims it no more: see [`Core::claims`].
    pub claims_changed: bool,
    /// How a performer's face rests, after an event that said that it does.
    pub face_rest: Option<(PerformerIdx, NeutralFace)>,
    /// A job that is no longer used; drop it off the live path.
    pub retired: Option<Box<PerformerJob>>,
}

/// The stage without threads, sockets, files or a clock.
#[derive(Clone, Debug)]
pub struct Core {
    pub(super) sources: Vec<SourceBinding>,
    pub(super) cameras: Vec<TrackedSlot>,
    pub(super) props: Vec<TrackedSlot>,
    pub(super) performers: Vec<PerformerSlot>,
    pub(super) labels: Vec<SourceLabels>,
    pub(super) config: u32,
    pub(super) published: u64,
    pub(super) rate_hz: f64,
    pub(super) timecode: Option<Timecode>,
    pub(super) stamps: Stamps,
    pub(super) lead: LeadFollower,
    pub(super) claims: Claims,
    /// What solving the last frame came to, for each performer.
    pub(super) solved: Vec<Solved>,
}

impl Core {
    /// Builds the core.
    pub fn new(setup: CoreSetup) -> Self {
        let timing = |source: SourceId| {
            let of = setup.sources.iter().find(|s| s.id == source);
            of.map_or_else(SourceTiming::default, |s| s.timing)
        };
        let tracked = |body: TrackedSetup| {
            let gap = timing(body.source).body_gap;
            TrackedSlot::new(body, gap)
        };
        let performer = |performer: PerformerSetup| {
            let gap = timing(performer.source).performer_gap;
            PerformerSlot::new(performer, gap)
        };
        Self {
            claims: setup.claims(),
            cameras: setup.cameras.into_iter().map(tracked).collect(),
            props: setup.props.into_iter().map(tracked).collect(),
            performers: setup.performers.into_iter().map(performer).collect(),
            sources: setup.sources.into_iter().map(SourceBinding::new).collect(),
            labels: setup.labels,
            config: 0,
            published: 0,
            rate_hz: 0.0,
            timecode: None,
            stamps: Stamps::default(),
            lead: LeadFollower::default(),
            solved: Vec::new(),
        }
    }

    /// Shows the stage so far ahead from now on: what lies between a published frame and its light.
    pub fn follow_lead(&mut self, lead: Lead) {
        self.lead.follow(lead);
    }

    /// How far off each camera was shown lately, in the stage's order.
    pub fn camera_slips(&self) -> impl Iterator<Item = Slip> {
        self.cameras.iter().map(TrackedSlot::slip)
    }

    /// One event at a time `now`. When `publish` comes back true, `out` is the stage at `now` and the lead later. The warm path (frames of
    /// a known roster, ticks) allocates nothing.
    pub fn step(&mut self, now: HostNs, event: Event<'_>, out: &mut StageFrame) -> Effects {
        let mut effects = Effects::default();
        let lead = self.lead.at(now);
        self.performers.iter_mut().for_each(|p| p.set_lead(lead));
        match event {
            Event::Frame(frame) => self.take_frame(now, frame, &mut effects),
            Event::Tick => {
                effects.publish = self.published > 0;
                if effects.publish {
                    self.performers.iter_mut().for_each(|p| p.renew(now));
                }
            }
            Event::Job(performer, job) => effects.retired = self.take_job(performer, job),
            Event::Found(source, answer) => {
                if let Some(labels) = self.labels.iter_mut().find(|l| l.source == source) {
                    labels.answer(answer);
                }
            }
            Event::Release(performer) => {
                if let Some(slot) = self.performers.get_mut(performer.idx()) {
                    slot.release();
                }
            }
            Event::Fail(performer) => {
                if let Some(slot) = self.performers.get_mut(performer.idx()) {
                    slot.fail_next();
                }
            }
            Event::RestFace(performer) => {
                let slot = self.performers.get_mut(performer.idx());
                effects.face_rest = slot.map(|slot| (performer, slot.rest_face_at(None)));
            }
            Event::FaceRest(performer, neutral) => {
                if let Some(slot) = self.performers.get_mut(performer.idx()) {
                    slot.rest_face_at(Some(neutral));
                }
            }
            Event::ForgetMarkers(performer) => {
                if let Some(slot) = self.performers.get_mut(performer.idx()) {
                    slot.memory.clear();
                }
            }
        }
        if effects.publish {
            self.write(now, lead, out);
        }
        effects
    }

    /// Who is to be looked for in which source's cloud; each question is given once.
    pub fn questions(&mut self) -> impl Iterator<Item = (SourceId, &LabelQuestion)> {
        self.labels
            .iter_mut()
            .filter_map(|l| Some((l.source, l.question()?)))
    }

    /// Whether anybody is solved on this stage.
    pub fn has_performers(&self) -> bool {
        !self.performers.is_empty()
    }

    /// Performers who are set aside after panics, the first in the lowest bit.
    pub fn set_aside(&self) -> u64 {
        let performers = self.performers.iter().take(64).enumerate();
        performers.fold(0, |set, (i, p)| {
            set | u64::from(p.panics.is_quarantined()) << i
        })
    }

    /// Performers of whom a face was captured, the first in the lowest bit.
    pub fn faces_heard(&self) -> u64 {
        let performers = self.performers.iter().take(64).enumerate();
        performers.fold(0, |set, (i, p)| set | u64::from(p.face.is_heard()) << i)
    }

    /// Which subjects of the stage file have a second owner.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// How far behind now a source's performers are shown: what its frames take, and what their jitter needs.
    pub fn playout_delay(&self, source: SourceId) -> Option<Nanos> {
        self.sources.get(source.idx()).map(SourceBinding::delay)
    }

    /// The moment of a performer's past that she is shown at: up to [`Self::playout_delay`] and some milliseconds before the
    /// stage frame's own.
    pub fn shown_for(&self, performer: PerformerIdx) -> Option<HostNs> {
        self.performers.get(performer.idx())?.shown_for()
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
        let Some(dt_s) = source.advance(frame) else {
            effects.refused = true;
            return;
        };
        let stage_from_source = source.setup.stage_from_source;
        let delay = source.note_delay(now, frame);
        if source.roster_changed(&frame.roster) {
            self.bind(id, &frame.roster);
            effects.claims_changed = self.claims.take_roster(id, &frame.roster);
        }
        for tracked in self
            .cameras
            .iter_mut()
            .chain(&mut self.props)
            .filter(|t| t.source == id)
        {
            effects.publish |= tracked.take(frame, stage_from_source);
        }
        self.solve_performers((now, delay), frame, stage_from_source, dt_s, effects);
        for performer in self.performers.iter_mut().filter(|p| p.source != id) {
            if performer.face.source() == id {
                effects.publish |= performer.see_face(now, frame);
            }
        }
        self.timecode = frame.timecode.or(self.timecode);
        self.stamps = frame.stamps;
    }

    fn solve_performers(
        &mut self,
        shown: (HostNs, Nanos),
        frame: &MocapFrame,
        stage_from_source: Xf<Stage, Source>,
        dt_s: f64,
        effects: &mut Effects,
    ) {
        let id = frame.source;
        let mut ask_cloud = false;
        for performer in self.performers.iter_mut().filter(|p| p.source == id) {
            ask_cloud |= performer.read(shown.0, frame, stage_from_source, dt_s);
        }
        let mut cloud = self.labels.iter_mut().find(|l| ask_cloud && l.source == id);
        if let Some(labels) = &mut cloud {
            labels.label(frame, stage_from_source, dt_s);
            effects.not_labelled = labels.last().ignored;
        }
        let cloud = cloud.as_deref();
        self.solved.resize(self.performers.len(), Solved::Nothing);
        let of_this = |performer: &PerformerSlot| performer.source == id;
        let several = self.performers.iter().filter(|p| of_this(p)).count() > 1;
        let solve = |me, performer: &mut PerformerSlot, solved: &mut Solved| {
            *solved = match of_this(performer) {
                true => performer.solve(shown, frame, cloud, me, dt_s),
                false => Solved::Nothing,
            };
        };
        each(several, &mut self.performers, &mut self.solved, solve);
        for (me, (performer, solved)) in self.performers.iter().zip(&self.solved).enumerate() {
            match *solved {
                Solved::Nothing => continue,
                Solved::Implausible => {
                    effects.implausible += 1;
                    continue;
                }
                Solved::Panicked { is_set_aside } => {
                    effects.panicked += 1;
                    effects.set_aside += u16::from(is_set_aside);
                    // What is held of her is to be seen growing old.
                    effects.publish = true;
                    continue;
                }
                Solved::Pose => {}
            }
            effects.solved += 1;
            effects.publish = true;
            match performer.labels() {
                LabelOrigin::Given if performer.has_swapped() => {
                    effects.swapped |= 1u64.checked_shl(me as u32).unwrap_or(0);
                }
                LabelOrigin::Given => {}
                LabelOrigin::Continued => effects.mislabelled += 1,
                LabelOrigin::Cloud => effects.from_cloud += 1,
            }
        }
    }

    /// Gives back what the job replaced, with the labeller's old subject in it, so that nothing is freed here.
    fn take_job(
        &mut self,
        performer: PerformerIdx,
        mut job: Box<PerformerJob>,
    ) -> Option<Box<PerformerJob>> {
        let me = performer.idx();
        let Some(slot) = self.performers.get_mut(me) else {
            return Some(job);
        };
        let source = slot.source;
        if let Some(labels) = self.labels.iter_mut().find(|l| l.source == source)
            && let Some(subject) = job.label_subject.take()
        {
            job.label_subject = Some(labels.replace(me, subject));
        }
        slot.replace_job(job)
    }

    pub(super) fn bind(&mut self, id: SourceId, roster: &Roster) {
        for tracked in self
            .cameras
            .iter_mut()
            .chain(&mut self.props)
            .filter(|t| t.source == id)
        {
            tracked.bind(roster);
        }
        for performer in &mut self.performers {
            if performer.source == id {
                performer.bind(roster);
            }
            if performer.face.source() == id {
                performer.face.bind(roster);
            }
        }
    }

    fn write(&mut self, now: HostNs, lead: Lead, out: &mut StageFrame) {
        out.clear();
        let markers = self.performers.iter().map(PerformerSlot::markers_max);
        out.hidden_markers.reserve(markers.sum());
        self.published += 1;
        out.number = self.published;
        out.config = self.config;
        out.due = now + lead.time;
        let rates = self.sources.iter().filter_map(|s| s.rate_hz(now));
        // A stage where all have fallen silent goes on at the rate it had: receivers are not told another one for that.
        self.rate_hz = rates.reduce(f64::max).unwrap_or(self.rate_hz);
        out.rate_hz = self.rate_hz;
        out.timecode = self.timecode;
        out.stamps = self.stamps;
        for camera in &mut self.cameras {
            out.cameras.push(camera.at(now, lead));
            out.lenses.push(camera.lens());
        }
        for prop in &mut self.props {
            out.props.push(prop.at(now, lead));
        }
        for performer in &mut self.performers {
            performer.put(now, out);
        }
    }
}
