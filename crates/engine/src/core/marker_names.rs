//! Whose names one performer's markers go by in this frame: the source's when it gives any and they can be believed,
//! else the solver's own.

use cyc_model::{LabelOrigin, MocapFrame, Point, Roster, Source, Stage, Xf};
use cyc_solver::{LabelGate, LabelVerdict};
use cyc_stage::LabelPolicy;

/// Of a performer's markers the source must know at least this part by name, or it does not label her at all.
const NAMED_MIN: f64 = 0.5;
/// Fewest named markers seen that count as labels: two tell no pose.
const SEEN_MIN: usize = 3;
/// A source that gave no label for so long does not label, seconds. Shorter than the time that a pose is held, so that
/// a performer whom the source has dropped is picked up from the cloud before she is gone.
const UNNAMED_S: f64 = 0.25;

/// The names of one performer's markers.
#[derive(Clone, Debug)]
pub struct MarkerNames {
    policy: LabelPolicy,
    labels: Vec<String>,
    /// Where each label stands in the subject's markers.
    columns: Vec<Option<u16>>,
    position: Option<usize>,
    is_named: bool,
    unnamed_s: f64,
    given: Vec<Option<Point<Stage>>>,
    gate: LabelGate,
}

impl MarkerNames {
    /// For labels in the rig's order.
    pub fn new(labels: Vec<String>, policy: LabelPolicy) -> Self {
        let count = labels.len();
        Self {
            policy,
            labels,
            columns: vec![None; count],
            position: None,
            is_named: false,
            unnamed_s: 0.0,
            given: vec![None; count],
            gate: LabelGate::new(count),
        }
    }

    /// Markers of the rig.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Forgets whose names were believed; what the roster says stays.
    pub fn rebuild(&mut self) {
        self.gate = LabelGate::new(self.labels.len());
        self.unnamed_s = 0.0;
    }

    /// No pose explains the markers by these names: nothing is to be judged by where they were.
    pub fn disbelieve(&mut self) {
        self.gate.forget();
    }

    /// Finds the labels in a new roster.
    pub fn bind(&mut self, roster: &Roster, subject: &str) {
        self.position = roster.find(subject);
        let subject = self.position.and_then(|p| roster.subjects().get(p));
        for (column, label) in self.columns.iter_mut().zip(&self.labels) {
            let found = subject.and_then(|s| s.markers.iter().position(|m| m == label));
            *column = found.and_then(|c| u16::try_from(c).ok());
        }
        let named = self.columns.iter().flatten().count();
        self.is_named = named > 0 && named as f64 >= NAMED_MIN * self.labels.len() as f64;
    }

    /// Reads a frame's own names. Returns whether the cloud is to be asked instead.
    pub fn read(
        &mut self,
        frame: &MocapFrame,
        stage_from_source: Xf<Stage, Source>,
        dt_s: f64,
    ) -> bool {
        let seen = self.position.map_or(&[][..], |p| frame.markers_of(p));
        for (marker, column) in self.given.iter_mut().zip(&self.columns) {
            let at = column.and_then(|c| seen.get(usize::from(c)).copied().flatten());
            *marker = at.map(|p| stage_from_source * p);
        }
        if self.given.iter().flatten().count() >= SEEN_MIN {
            self.unnamed_s = 0.0;
        } else {
            self.unnamed_s += dt_s.clamp(0.0, 1.0);
        }
        match self.policy {
            LabelPolicy::Source => false,
            LabelPolicy::Cloud => true,
            LabelPolicy::Auto => !self.is_named || self.unnamed_s > UNNAMED_S,
        }
    }

    /// Whether the source gave two markers each other's names with the last frame.
    pub fn has_swapped(&self) -> bool {
        self.gate.swapped() > 0
    }

    /// The markers by the source's names as far as they can be believed. To be called after [`Self::read`]. `explains` says whether
    /// a pose explains them by names that they seem to have exchanged.
    pub fn believed(
        &mut self,
        dt_s: f64,
        explains: impl FnOnce(&[Option<Point<Stage>>]) -> bool,
    ) -> (&[Option<Point<Stage>>], LabelOrigin) {
        let origin = match self.gate.judge(&self.given, dt_s) {
            LabelVerdict::Mislabelled if !explains(&self.given) => LabelOrigin::Continued,
            LabelVerdict::Mislabelled => {
                self.gate.believe(&self.given);
                LabelOrigin::Given
            }
            LabelVerdict::Believed => LabelOrigin::Given,
        };
        (self.gate.markers(), origin)
    }
}
