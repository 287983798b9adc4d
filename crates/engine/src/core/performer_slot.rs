//! One performer: which markers are hers, the fit, and the digital human that she drives.

use super::calibration_memory::CalibrationMemory;
use super::face_track::FaceTrack;
use super::marker_names::MarkerNames;
use super::source_labels::SourceLabels;
use cyc_model::{
    FaceWeights, HostNs, JointFrame, LabelOrigin, MocapFrame, Nanos, PerformerSpan, Quality, Rig,
    Roster, Source, SourceId, Stage, StageFrame, Xf,
};
use cyc_solver::{Fitter, LabelRig, LabelSettings, LabelSubject, Retargeter, RigPrecision};
use cyc_stage::LabelPolicy;
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
    /// A recorded face, played by the source's own frame time while no face is captured.
    pub face_track: Option<Arc<FaceTrack>>,
}

/// Everything that solving one performer needs; made and dropped off the live path.
#[derive(Debug)]
pub struct PerformerJob {
    rig: Rig,
    fitter: Fitter,
    retargeter: Option<Retargeter>,
    human: Vec<Xf<Stage, JointFrame>>,
    /// Time since the human was moved, seconds.
    unmoved_s: f64,
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
            rig: label_rig.rig,
            label_subject,
            fitter,
            retargeter: retargeter.map(|r| r.0),
            human: vec![Xf::IDENTITY; joints],
            unmoved_s: 0.0,
        }
    }

    /// What the performer is labelled by.
    pub fn label_subject(&self) -> Option<&LabelSubject> {
        self.label_subject.as_ref()
    }

    /// The rig.
    pub fn rig(&self) -> &Rig {
        &self.rig
    }
}

/// Longest time that a performer who is not seen is shown standing still; then she is absent (dropout policy).
const HELD_MAX: Nanos = Nanos::from_millis(1000);
/// Up to this age of the newest markers a pose is shown as live.
const LIVE_MAX: Nanos = Nanos::from_millis(50);

/// Labels of our own that no pose explains better than this are wrong, metres (RMS): skin and a rig that does not fit
/// quite stay far below.
const EXPLAINED_MAX_M: f64 = 0.1;

/// What solving a frame came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Solved {
    /// There was nothing to solve.
    Nothing,
    /// Markers that make no pose; the last one is held.
    Implausible,
    /// A pose.
    Pose,
}

/// A performer with her state.
#[derive(Debug)]
pub struct PerformerSlot {
    pub source: SourceId,
    subject: String,
    names: MarkerNames,
    /// Whether this frame's markers come from the cloud.
    is_cloud: bool,
    pub memory: CalibrationMemory,
    job: Option<Box<PerformerJob>>,
    span: PerformerSpan,
    solved_at: Option<HostNs>,
    stage_from_performance: Xf<Stage, Stage>,
    face_track: Option<Arc<FaceTrack>>,
    face: FaceWeights,
}

impl PerformerSlot {
    pub fn new(setup: PerformerSetup) -> Self {
        let n = setup.labels.len();
        Self {
            source: setup.source,
            subject: setup.subject,
            names: MarkerNames::new(setup.labels, setup.label_policy),
            is_cloud: false,
            memory: CalibrationMemory::new(n, setup.memory_frames),
            job: setup.job,
            span: PerformerSpan::default(),
            solved_at: None,
            stage_from_performance: setup.stage_from_performance,
            face_track: setup.face_track,
            face: FaceWeights::default(),
        }
    }

    /// Finds her markers in a new roster.
    pub fn bind(&mut self, roster: &Roster) {
        self.names.bind(roster, &self.subject);
    }

    /// Takes another job and gives the old one back, to be dropped elsewhere.
    pub fn replace_job(&mut self, job: Box<PerformerJob>) -> Option<Box<PerformerJob>> {
        self.solved_at = None;
        self.job.replace(job)
    }

    /// Reads her markers as the source names them. Returns whether the cloud has to be labelled for her.
    pub fn read(
        &mut self,
        frame: &MocapFrame,
        stage_from_source: Xf<Stage, Source>,
        dt_s: f64,
    ) -> bool {
        self.is_cloud = self.names.read(frame, stage_from_source, dt_s);
        self.is_cloud
    }

    /// Solves the frame that was read.
    pub fn solve(
        &mut self,
        now: HostNs,
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
            self.names.believed(dt_s)
        };
        self.memory.push(markers);
        let Some(job) = &mut self.job else {
            return Solved::Nothing;
        };
        let report = job.fitter.fit(markers);
        job.unmoved_s += dt_s;
        if report.seen == 0 {
            return Solved::Nothing;
        }
        if origin == LabelOrigin::Cloud && report.rms_m > EXPLAINED_MAX_M {
            return Solved::Implausible;
        }
        if let Some(retargeter) = &mut job.retargeter {
            retargeter.run(job.fitter.globals(), job.unmoved_s, &mut job.human);
            job.unmoved_s = 0.0;
            for joint in &mut job.human {
                *joint = self.stage_from_performance * *joint;
            }
        }
        if let Some(track) = &self.face_track {
            self.face = track.at_frame(frame.number, frame.rate_hz);
        }
        self.span.marker_rms_m = report.rms_m as f32;
        self.span.markers_seen = report.seen as u16;
        self.span.markers_all = self.names.len() as u16;
        self.span.labels = origin;
        self.solved_at = Some(now);
        Solved::Pose
    }

    /// Who named the markers of the last solved frame.
    pub fn labels(&self) -> LabelOrigin {
        self.span.labels
    }

    /// Writes the newest pose into the stage's frame.
    pub fn put(&mut self, now: HostNs, out: &mut StageFrame) {
        let age = self.solved_at.map(|at| now - at);
        let quality = match age {
            Some(age) if age <= LIVE_MAX => Quality::Live,
            Some(age) if age <= HELD_MAX => Quality::Held { age },
            _ => Quality::Absent,
        };
        self.span.quality = quality;
        let Some(job) = &self.job else {
            out.push_performer(self.span, &[]);
            out.push_human(Quality::Absent, &[], self.face);
            return;
        };
        out.push_performer(self.span, job.fitter.globals());
        out.push_human(quality, &job.human, self.face);
    }
}
