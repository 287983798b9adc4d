//! Labels: which point of an unlabelled cloud is which marker of which performer or prop.
//!
//! Frame after frame each marker is expected where it was heading and all are assigned at once
//! (`continuation`). The solved skeleton then judges: ghosts are dropped and exchanged labels exchanged back
//! (`repair`), limbs that come back are found by their pattern (`lost_markers`), and subjects that are not
//! followed are found from nothing (`first_labelling`). One [`Labeller`] serves a live stage and, through
//! [`label_take`], a recorded take; the latter also looks from the end of the take backwards.
//!
//! ```
//! # use cyc_solver::{HUMAN_SKELETON, LabelRig, LabelSettings, Labeller, PLUG_IN_GAIT_39, RigPrecision};
//! # use cyc_solver::{build_rig, parse_markerset, parse_skeleton};
//! # let set = parse_markerset(PLUG_IN_GAIT_39).unwrap();
//! # let rig = build_rig(&parse_skeleton(HUMAN_SKELETON).unwrap(), &set).unwrap();
//! let rigs = [LabelRig { rig, precision: RigPrecision::Calibrated }];
//! let mut labeller = Labeller::new(&rigs, LabelSettings::default()).unwrap();
//! # let cloud: Vec<_> = cyc_solver::Fitter::new(&rigs[0].rig, Default::default()).fitted_markers().to_vec();
//! let report = labeller.label(&cloud, 1.0 / 120.0);
//! assert_eq!((report.followed, report.labelled), (1, 39));
//! assert_eq!(labeller.markers(0)[0], Some(cloud[0]));
//! ```
//!
//! A [`LabelGate`] guards against a source that labels and mixes its labels up.
//!
//! After construction nothing is allocated, whatever the cloud. The median frame of two performers takes some tens of
//! microseconds; a search from nothing takes tens of milliseconds. Where nobody may wait for it, [`LabelSearch`] makes it
//! elsewhere ([`Labeller::defer_searches`]).

mod assignment;
mod by_shape;
mod cloud;
mod continuation;
mod deferred;
mod error;
mod exchange;
mod first_labelling;
mod label_gate;
mod label_search;
mod label_trial;
mod limb_search;
mod local_order;
mod lost_markers;
mod offline;
mod pattern;
mod point_links;
mod prepared;
mod question;
mod refine;
mod repair;
mod search;
mod settings;
mod subject;
mod tried;
mod turn_back;
mod turns;

pub use by_shape::{ShapeFound, recognise_by_shape};
pub use cloud::MarkerOwner;
pub use error::LabelError;
pub use label_gate::{LabelGate, LabelVerdict};
pub use label_search::LabelSearch;
pub use label_trial::LabelTrial;
use offline::label_from;
pub use offline::{LabelledFrame, label_take};
pub use prepared::LabelSubject;
pub use question::{LabelAnswer, LabelQuestion};
pub use settings::{LabelRig, LabelSettings, RigPrecision};

use crate::fit::Fitter;
use assignment::Assigner;
use cloud::Cloud;
use cyc_model::{Point, SUBJECTS_MAX, Stage, UNLABELLED_MAX};
use deferred::Deferred;
use first_labelling::Findings;
use glam::DVec3;
use search::Search;
use subject::Subject;
use tried::Tried;

/// The frame's duration is kept within this, seconds: a source that stops for long is searched anew anyway.
const DT_RANGE_S: (f64, f64) = (1e-4, 0.25);

/// What one frame came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LabelReport {
    /// Subjects that are followed.
    pub followed: usize,
    /// Points that got a label.
    pub labelled: usize,
    /// Points that stay without one: ghosts, and markers of subjects that are not found yet.
    pub unlabelled: usize,
    /// Points beyond [`UNLABELLED_MAX`] that were not looked at.
    pub ignored: usize,
}

/// What all frames came to so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LabelStats {
    /// Frames labelled.
    pub frames: u64,
    /// Subjects found from nothing.
    pub first_labellings: u64,
    /// Lost markers found by their pattern.
    pub found_again: u64,
    /// Times labels were exchanged because the skeleton fits better so.
    pub exchanges: u64,
}

/// Labels the clouds of one source. Owns all its memory.
#[derive(Clone, Debug)]
pub struct Labeller {
    settings: LabelSettings,
    subjects: Vec<Subject>,
    markers_max: usize,
    cloud: Cloud,
    assigner: Assigner,
    search: Search,
    findings: Findings,
    tried: Tried,
    /// Whether limbs of a body that was found from nothing are taken off and found again, where the rig's precision asks for it.
    finds_limbs_again: bool,
    rows: Vec<MarkerOwner>,
    proposals: Vec<u16>,
    order: Vec<u16>,
    free: Vec<bool>,
    reach: Vec<(DVec3, f64)>,
    /// Searches from nothing are somebody else's work.
    deferred: Option<Box<Deferred>>,
    frames: u64,
    first_labellings: u64,
    found_again: u64,
    exchanges: u64,
}

impl Labeller {
    /// Prepares for the given performers and props; all allocation happens here.
    ///
    /// # Errors
    /// When there are more rigs than [`SUBJECTS_MAX`], or one has fewer than three markers.
    pub fn new(rigs: &[LabelRig], settings: LabelSettings) -> Result<Self, LabelError> {
        if rigs.len() > SUBJECTS_MAX {
            return Err(LabelError::TooManySubjects { count: rigs.len() });
        }
        rigs.iter().try_for_each(prepared::can_be_told)?;
        let subjects: Vec<Subject> = rigs.iter().map(|r| Subject::new(r, &settings)).collect();
        let markers_max = subjects.iter().map(Subject::len).max().unwrap_or(0);
        let rows_max = subjects.iter().map(Subject::len).sum();
        Ok(Self {
            settings,
            markers_max,
            cloud: Cloud::new(),
            assigner: Assigner::new(rows_max, UNLABELLED_MAX),
            search: Search::new(markers_max),
            findings: Findings::new(subjects.len(), markers_max),
            tried: Tried::new(),
            finds_limbs_again: true,
            rows: Vec::with_capacity(rows_max),
            proposals: vec![search::UNPLACED; markers_max * subjects.len()],
            order: Vec::with_capacity(markers_max),
            free: Vec::with_capacity(UNLABELLED_MAX),
            reach: Vec::with_capacity(markers_max),
            subjects,
            deferred: None,
            frames: 0,
            first_labellings: 0,
            found_again: 0,
            exchanges: 0,
        })
    }

    /// Labels one frame that comes `dt_s` seconds after the one before (of which time only the size matters).
    pub fn label(&mut self, points: &[Point<Stage>], dt_s: f64) -> LabelReport {
        // After a longer gap, or one that nobody can tell, nobody is where she was going to be: begin anew, before what is
        // learnt of her markers is spoilt by wrong ones.
        if !(dt_s <= DT_RANGE_S.1) {
            self.reset();
        }
        let dt_s = if dt_s.is_finite() {
            dt_s.clamp(DT_RANGE_S.0, DT_RANGE_S.1)
        } else {
            DT_RANGE_S.1
        };
        let ignored = self.cloud.take(points);
        self.follow_question(dt_s);
        self.continue_labels(dt_s);
        for subject in self.subjects.iter_mut().filter(|s| s.is_found) {
            subject.see(&self.cloud.points);
            subject.fitter.fit(&subject.seen);
            subject.expect(false);
        }
        self.repair_labels();
        self.exchange_neighbours(dt_s);
        self.turn_parts_back(dt_s);
        self.cloud
            .age_strays(0.01 + self.settings.limb_speed_m_s * dt_s);
        self.find_lost_markers(dt_s);
        self.find_subjects(dt_s);
        for subject in self.subjects.iter_mut().filter(|s| s.is_found) {
            subject.remember(dt_s, self.settings.lost_after_s);
        }
        self.own_places();
        self.frames += 1;
        let labelled = self.cloud.owners.iter().flatten().count();
        LabelReport {
            followed: self.subjects.iter().filter(|s| s.is_found).count(),
            labelled,
            unlabelled: self.cloud.owners.len() - labelled,
            ignored,
        }
    }

    /// The markers of a subject in the last frame, in its rig's order; `None` was not seen. Empty beyond the last.
    pub fn markers(&self, subject: usize) -> &[Option<Point<Stage>>] {
        self.subjects.get(subject).map_or(&[], |s| &s.seen)
    }

    /// How sure each of those labels is, 0 to 1: how well it fits the skeleton and for how long it has.
    pub fn confidence(&self, subject: usize) -> &[f32] {
        self.subjects.get(subject).map_or(&[], |s| &s.confidence)
    }

    /// Who each point of the last frame is, in the cloud's order.
    pub fn owners(&self) -> &[Option<MarkerOwner>] {
        &self.cloud.owners
    }

    /// Whether a subject is followed.
    pub fn is_followed(&self, subject: usize) -> bool {
        self.subjects.get(subject).is_some_and(|s| s.is_found)
    }

    /// The fit that a subject's labels were judged by; `None` beyond the last subject.
    pub fn fitter(&self, subject: usize) -> Option<&Fitter> {
        self.subjects.get(subject).map(|s| &s.fitter)
    }

    /// Puts a subject with a new rig in the place of another one, and gives the other one back, to be dropped off the
    /// live path. Whoever is followed stays followed, with the same points. Neither allocates nor frees. When there is no such subject, or
    /// its rig has another number of markers, nothing changes and the new one comes back.
    pub fn replace(&mut self, subject: usize, with: LabelSubject) -> LabelSubject {
        let LabelSubject(mut with) = with;
        if let Some(place) = self.subjects.get_mut(subject)
            && place.len() == with.len()
        {
            with.take_over(place);
            std::mem::swap(place, &mut *with);
            if let Some(deferred) = &mut self.deferred {
                deferred.withdraw();
            }
        }
        LabelSubject(with)
    }

    /// Forgets everybody: the next frame starts from nothing.
    pub fn reset(&mut self) {
        for subject in &mut self.subjects {
            subject.lose();
            subject.patience_s = self.settings.search_every_s;
        }
    }

    /// Most markers of a subject.
    pub fn markers_max(&self) -> usize {
        self.markers_max
    }

    /// What all frames came to so far.
    pub fn stats(&self) -> LabelStats {
        LabelStats {
            frames: self.frames,
            first_labellings: self.first_labellings,
            found_again: self.found_again,
            exchanges: self.exchanges,
        }
    }
}
