//! One performer: which markers are hers, the fit, and the digital human that she drives.

use super::calibration_memory::CalibrationMemory;
use super::face_track::FaceTrack;
use super::hidden_markers::put_hidden_markers;
use super::lead::Lead;
use super::marker_names::MarkerNames;
use super::misnaming::is_misnamed;
use super::panic_record::PanicRecord;
use super::performer_face::PerformerFace;
use super::source_labels::SourceLabels;
use super::tracked_slot::TrackedSetup;
use cyc_character::{FaceInput, FacePose, FaceRetarget, NeutralFace};
use cyc_model::{
    FaceWeights, HostNs, JointFrame, LabelOrigin, MocapFrame, Nanos, PerformerSpan, Quality, Rig,
    Roster, Source, SourceId, Stage, StageFrame, Xf,
};
use cyc_solver::{
    Filler, Fitter, LabelRig, LabelSettings, LabelSubject, LabelTrial, Retargeter, RigPrecision,
};
use cyc_stage::LabelPolicy;
use cyc_timing::{ABSENT_AFTER, GapPolicy, MotionTrack, PERFORMER_PREDICTION_MAX};
use std::sync::Arc;

/// A performer as the stage file describes her.
#[derive(Debug)]
pub struct PerformerSetup {
    /// The source that sees her.
    pub source: SourceId,
    /// Her subject's name in it.
    pub subject: String,
    /// How she is solved from the start; `None` until a calibration brings a job.
    pub job: Option<Box<PerformerJob>>,
    /// Frames that the calibration may look back at.
    pub memory_frames: usize,
    /// Marker labels in the order of the rig.
    pub labels: Vec<String>,
    /// Whose names they go by.
    pub label_policy: LabelPolicy,
    /// Where the digital human's world lies: a human at the performer's own place is moved by this.
    pub stage_from_performance: Xf<Stage, Stage>,
    /// Who sees her face, when it is not who sees her body.
    pub face: Option<TrackedSetup>,
    /// A recorded face, played by the source's own frame time while no face is captured.
    pub face_track: Option<Arc<FaceTrack>>,
    /// How her face rests, as far as that is known from before.
    pub face_rest: NeutralFace,
}

/// Everything that solving one performer needs; made and dropped off the live path.
#[derive(Clone, Debug)]
pub struct PerformerJob {
    rig: Rig,
    fitter: Fitter,
    /// For names that may be mixed up.
    label_trial: LabelTrial,
    /// Where her hidden markers are.
    pub(super) filler: Filler,
    retargeter: Option<Retargeter>,
    /// Her short past, by the times at which she was measured.
    motion: MotionTrack,
    /// As they were built: what a panic may have left half done is replaced by these.
    fresh: (Fitter, Option<Retargeter>),
    /// As she is shown: between what was measured, or a little beyond it.
    shown: Vec<Xf<Stage, JointFrame>>,
    human: Vec<Xf<Stage, JointFrame>>,
    /// Where the next pose of the human is made: what is shown is whole at any time.
    posed: Vec<Xf<Stage, JointFrame>>,
    /// How her face moves the digital human's; `None` for one without a face.
    face: Option<FaceRetarget>,
    /// What her face does now, but for the shapes.
    face_pose: Option<FacePose>,
    /// The time, in her past, that she is shown at.
    shown_for: Option<HostNs>,
    /// Her rig for the source's labeller; taken when the job is. `None` for a rig that cannot be told apart.
    pub(super) label_subject: Option<LabelSubject>,
}

impl PerformerJob {
    /// From a calibrated rig and, when she drives a digital human, the way onto it.
    pub fn new(rig: Rig, fitter: Fitter, retargeter: Option<(Retargeter, usize)>) -> Self {
        let joints = retargeter.as_ref().map_or(0, |r| r.1);
        let label_rig = LabelRig {
            rig,
            precision: RigPrecision::Calibrated,
        };
        let label_subject = LabelSubject::new(&label_rig, &LabelSettings::default()).ok();
        Self {
            label_trial: LabelTrial::new(&fitter),
            motion: MotionTrack::new(&label_rig.rig, GapPolicy::PERFORMER),
            fresh: (fitter.clone(), retargeter.as_ref().map(|r| r.0.clone())),
            shown: vec![Xf::IDENTITY; label_rig.rig.skeleton().len()],
            face: None,
            face_pose: None,
            shown_for: None,
            filler: Filler::new(&label_rig.rig),
            rig: label_rig.rig,
            label_subject,
            fitter,
            retargeter: retargeter.map(|r| r.0),
            human: vec![Xf::IDENTITY; joints],
            posed: vec![Xf::IDENTITY; joints],
        }
    }

    /// With a face.
    pub fn with_face(mut self, face: FaceRetarget) -> Self {
        self.face = Some(face);
        self
    }

    /// What a face becomes on the digital human: its shapes; eyes are turned with the next pose. A body that is captured
    /// turns the head by itself, so that what a face capture says of the head is not added to it.
    fn take_face(&mut self, input: &FaceInput) -> FaceWeights {
        let Some(face) = &self.face else {
            return input.weights;
        };
        let pose = face.pose(&FaceInput {
            head: None,
            ..*input
        });
        self.face_pose = Some(pose);
        pose.weights
    }

    /// What the performer is labelled by.
    pub fn label_subject(&self) -> Option<&LabelSubject> {
        self.label_subject.as_ref()
    }

    /// The rig.
    pub fn rig(&self) -> &Rig {
        &self.rig
    }

    /// Poses the skeleton and the human as she stands at a time of her past. Time never runs backwards for her, unless a
    /// clock was set.
    fn show(
        &mut self,
        at: HostNs,
        lead: Lead,
        stage_from_performance: Xf<Stage, Stage>,
    ) -> Quality {
        self.motion.set_prediction(lead.prediction);
        self.motion.set_lead(lead.time);
        let before = self.shown_for.filter(|before| *before - at < ABSENT_AFTER);
        let at = before.map_or(at, |before| at.max(before));
        self.shown_for = Some(at);
        let quality = self.motion.at(at, &mut self.shown);
        if let (Some(retargeter), true) = (&mut self.retargeter, quality.is_present()) {
            let passed_s = before.map_or(0.0, |before| (at - before).secs());
            retargeter.run(&self.shown, passed_s, &mut self.posed);
            if let (Some(face), Some(pose)) = (&self.face, &self.face_pose) {
                face.turn_joints(pose, &mut self.posed);
            }
            for joint in &mut self.posed {
                *joint = stage_from_performance * *joint;
            }
            std::mem::swap(&mut self.human, &mut self.posed);
        }
        quality
    }
}

/// While only others are heard, what is shown of her is renewed after this time: half a frame of a 60 Hz wall.
const RENEW_AFTER: Nanos = Nanos::from_millis(8);

/// Labels of our own that no pose explains better than this are wrong, metres (RMS): skin and a rig that does not fit
/// quite stay far below.
const EXPLAINED_MAX_M: f64 = 0.1;
/// What a frame changes of how far markers usually are: a second of frames.
const USUAL_GAIN: f64 = 0.01;

/// What solving a frame came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Solved {
    /// There was nothing to solve.
    Nothing,
    /// Markers that make no pose; the last one is held.
    Implausible,
    /// A pose.
    Pose,
    /// Solving her panicked; she is held.
    Panicked {
        /// From now on she is left alone.
        is_set_aside: bool,
    },
}

/// A performer with her state.
#[derive(Clone, Debug)]
pub struct PerformerSlot {
    pub source: SourceId,
    subject: String,
    names: MarkerNames,
    /// Whether this frame's markers come from the cloud.
    is_cloud: bool,
    pub memory: CalibrationMemory,
    pub(super) panics: PanicRecord,
    /// Her next frame panics: a rehearsal.
    fails_next: bool,
    job: Option<Box<PerformerJob>>,
    /// What is shown of her while nothing is measured.
    gap: GapPolicy,
    /// How far her markers usually are from where her pose puts them, metres (RMS).
    usual_rms_m: Option<f64>,
    /// Whether her last pose explains its markers as well as ever.
    is_explained: bool,
    pub(super) span: PerformerSpan,
    /// How far behind now she is shown, since her source's frames take so long or are unsteady.
    pub(super) delay: Nanos,
    /// How far ahead of now she is shown.
    lead: Lead,
    pub(super) renewed_at: HostNs,
    stage_from_performance: Xf<Stage, Stage>,
    pub(super) face: PerformerFace,
}

impl PerformerSlot {
    /// A performer whose gaps are dealt with so.
    pub fn new(setup: PerformerSetup, gap: GapPolicy) -> Self {
        let n = setup.labels.len();
        let own = || TrackedSetup {
            source: setup.source,
            subject: setup.subject.clone(),
        };
        let seen_by = setup.face.unwrap_or_else(own);
        let face = PerformerFace::new(seen_by, setup.face_track, setup.face_rest);
        let mut slot = Self {
            gap,
            usual_rms_m: None,
            is_explained: false,
            source: setup.source,
            subject: setup.subject,
            names: MarkerNames::new(setup.labels, setup.label_policy),
            is_cloud: false,
            memory: CalibrationMemory::new(n, setup.memory_frames),
            panics: PanicRecord::default(),
            fails_next: false,
            job: setup.job,
            span: PerformerSpan::default(),
            delay: Nanos::ZERO,
            lead: Lead::default(),
            renewed_at: HostNs(0),
            stage_from_performance: setup.stage_from_performance,
            face,
        };
        slot.rest_face();
        slot
    }

    /// Finds her markers in a new roster.
    pub fn bind(&mut self, roster: &Roster) {
        self.names.bind(roster, &self.subject);
    }

    /// Goes on as the same performer: everything that is known of her stays but what the stage file says about her here. A
    /// job that this slot came with is used from now on; the old one is left in `before`.
    pub fn continue_from(&mut self, before: &mut Self) {
        std::mem::swap(self, before);
        std::mem::swap(&mut self.source, &mut before.source);
        std::mem::swap(&mut self.gap, &mut before.gap);
        std::mem::swap(
            &mut self.stage_from_performance,
            &mut before.stage_from_performance,
        );
        self.face.continue_as(&mut before.face);
        if before.job.is_some() {
            self.span.quality = Quality::Absent;
            self.panics.forgive();
            self.usual_rms_m = None;
            std::mem::swap(&mut self.job, &mut before.job);
        }
        self.rest_face();
    }

    /// Her job takes her face's rest off.
    fn rest_face(&mut self) {
        let neutral = self.face.neutral();
        if let Some(face) = self.job.as_mut().and_then(|job| job.face.as_mut()) {
            face.calibrate(neutral);
        }
    }

    /// Her face rests as it is told from now on, or else as it was in the last second. Returns how that is.
    pub fn rest_face_at(&mut self, told: Option<NeutralFace>) -> NeutralFace {
        match told {
            Some(neutral) => self.face.rest_at(neutral),
            None => self.face.rest_now(),
        }
        self.rest_face();
        self.face.neutral()
    }

    /// Takes her face from a frame of its source. Returns whether it said anything of it.
    pub fn take_face(&mut self, frame: &MocapFrame) -> bool {
        let Some(input) = self.face.read(frame) else {
            return false;
        };
        if let Some(job) = &mut self.job {
            self.face.shown = job.take_face(&input);
        }
        true
    }

    /// Takes another job and gives the old one back, to be dropped elsewhere.
    pub fn replace_job(&mut self, job: Box<PerformerJob>) -> Option<Box<PerformerJob>> {
        self.span.quality = Quality::Absent;
        self.panics.forgive();
        (self.usual_rms_m, self.is_explained) = (None, false);
        let before = self.job.replace(job);
        self.rest_face();
        before
    }

    /// Reads her markers as the source names them. Returns whether the cloud has to be labelled for her.
    pub fn read_names(
        &mut self,
        frame: &MocapFrame,
        stage_from_source: Xf<Stage, Source>,
        dt_s: f64,
    ) -> bool {
        self.is_cloud = self.names.read(frame, stage_from_source, dt_s);
        self.is_cloud
    }

    /// Solves the frame that was read. She is shown `delay` behind `now`.
    pub fn solve_frame(
        &mut self,
        (now, delay): (HostNs, Nanos),
        frame: &MocapFrame,
        cloud: Option<&SourceLabels>,
        me: usize,
        dt_s: f64,
    ) -> Solved {
        let (markers, origin) = if self.is_cloud {
            match cloud.and_then(|c| c.markers_of(me)) {
                Some(markers) => (markers, LabelOrigin::Cloud),
                None => return Solved::Nothing,
            }
        } else {
            // While names are mixed up and continued ones make a pose, nothing else is tried.
            let is_known = self.span.labels == LabelOrigin::Continued && self.is_explained;
            let job = self.job.as_mut().filter(|_| !is_known);
            let explains =
                |given: &_| job.is_some_and(|job| job.label_trial.explains(&job.fitter, given));
            self.names.believed(dt_s, explains)
        };
        self.memory.push(markers);
        let Some(job) = &mut self.job else {
            return Solved::Nothing;
        };
        if std::mem::take(&mut self.fails_next) {
            panic!("rehearsed: solving a performer fails");
        }
        let taken = frame.taken.unwrap_or(frame.heard);
        let unseen = job.motion.newest_at().map(|before| taken - before);
        match unseen {
            Some(unseen) if unseen > PERFORMER_PREDICTION_MAX => job.fitter.expect_gap(),
            Some(unseen) => job.fitter.expect_steps(unseen.secs() * frame.rate_hz),
            None => {}
        }
        let report = job.fitter.fit(markers);
        if report.seen == 0 {
            return Solved::Nothing;
        }
        if origin == LabelOrigin::Cloud && report.rms_m > EXPLAINED_MAX_M {
            return Solved::Implausible;
        }
        if origin != LabelOrigin::Cloud && is_misnamed(&job.fitter, markers.len(), self.usual_rms_m)
        {
            job.fitter.reset();
            self.names.disbelieve();
            self.span.labels = LabelOrigin::Continued;
            return Solved::Implausible;
        }
        self.is_explained = job.fitter.is_usual(report.rms_m);
        let usual_m = self.usual_rms_m.unwrap_or(report.rms_m);
        self.usual_rms_m = Some(usual_m + USUAL_GAIN * (report.rms_m - usual_m));
        let since_s = unseen.map_or(0.0, Nanos::secs);
        job.filler.fill(&job.fitter, markers, since_s);
        job.motion
            .push_counted(taken, (frame.epoch, frame.number), job.fitter.globals());
        self.delay = delay;
        if let Some(input) = self.face.read(frame) {
            self.face.shown = job.take_face(&input);
        }
        self.span.marker_rms_m = report.rms_m as f32;
        self.span.markers_seen = report.seen as u16;
        self.span.markers_all = self.names.len() as u16;
        self.span.labels = origin;
        self.pose_now(now);
        Solved::Pose
    }

    /// The moment of her past that she is shown at.
    pub fn shown_for(&self) -> Option<HostNs> {
        self.job.as_ref()?.shown_for
    }

    /// Who named the markers of the last solved frame.
    pub fn labels(&self) -> LabelOrigin {
        self.span.labels
    }

    /// Whether two of her markers took each other's names with the last frame.
    pub fn has_swapped(&self) -> bool {
        self.names.has_swapped()
    }

    /// Shows her so far ahead of now from the next pose on.
    pub fn set_lead(&mut self, lead: Lead) {
        self.lead = lead;
    }

    /// Poses her as she stands now, and the lead later.
    pub fn pose_now(&mut self, now: HostNs) {
        self.renewed_at = now;
        if let Some(job) = &mut self.job {
            // The delay keeps what is known steady; the light is as far from that as from now, and the delay more.
            let lead = match self.lead.time {
                Nanos::ZERO => self.lead,
                time => Lead {
                    time: time + self.delay,
                    ..self.lead
                },
            };
            // A job that was exchanged knows the usual policy alone.
            job.motion.set_policy(self.gap);
            self.span.quality = job.show(now - self.delay, lead, self.stage_from_performance);
        }
    }

    /// Her next frame panics, so that people can see what happens then.
    pub fn fail_next(&mut self) {
        self.fails_next = true;
    }

    /// She is solved again after she was set aside.
    pub fn release(&mut self) {
        self.panics.forgive();
    }

    /// When she was last measured.
    pub fn measured_at(&self) -> Option<HostNs> {
        self.job.as_ref()?.motion.newest_at()
    }

    /// She was shown like this last, by another core, and measured at a time.
    pub fn go_on_from(
        &mut self,
        (at, span): (HostNs, PerformerSpan),
        joints: &[Xf<Stage, JointFrame>],
        human: &[Xf<Stage, JointFrame>],
        face: FaceWeights,
    ) {
        self.face.shown = face;
        let Some(job) = &mut self.job else {
            return;
        };
        if joints.len() == job.shown.len() && human.len() == job.human.len() {
            self.span = span;
            job.shown.copy_from_slice(joints);
            job.human.copy_from_slice(human);
            job.motion.push(at, joints);
        }
    }

    /// What a panic may have left half done is as it was built.
    pub fn rebuild(&mut self) {
        self.names.rebuild();
        if let Some(job) = &mut self.job {
            job.fitter = job.fresh.0.clone();
            job.filler = Filler::new(&job.rig);
            job.retargeter = job.fresh.1.clone();
        }
    }

    /// Whether what is shown of her is to be renewed while others are heard.
    pub fn is_due(&self, now: HostNs) -> bool {
        now - self.renewed_at >= RENEW_AFTER
    }

    /// How many markers she may wear.
    pub fn markers_max(&self) -> usize {
        self.job.as_ref().map_or(0, |job| job.rig.markers().len())
    }

    /// Writes how she stands into the stage's frame.
    pub fn write(&mut self, out: &mut StageFrame) {
        let Some(job) = &self.job else {
            out.push_performer(self.span, &[]);
            out.push_human(Quality::Absent, &[], self.face.shown);
            return;
        };
        put_hidden_markers(&job.filler, self.span.quality, out);
        out.push_performer(self.span, &job.shown);
        out.push_human(self.span.quality, &job.human, self.face.shown);
    }
}
