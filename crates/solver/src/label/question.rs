//! What a labeller asks when it does not know where somebody is, and what it is told: plain data that travels between
//! a live thread and one that may take its time.

use cyc_model::{SUBJECTS_MAX, UNLABELLED_MAX};
use glam::DVec3;

/// Which subjects are where in this cloud?
#[derive(Clone, Debug, Default)]
pub struct LabelQuestion {
    /// Which question this is; the answer says the same.
    pub(super) number: u64,
    pub(super) points: Vec<DVec3>,
    /// Whether a point belongs to nobody who is followed.
    pub(super) free: Vec<bool>,
    pub(super) wanted: Vec<usize>,
}

impl LabelQuestion {
    /// Room for every question, so that copying one allocates nothing.
    pub fn with_room() -> Self {
        Self {
            number: 0,
            points: Vec::with_capacity(UNLABELLED_MAX),
            free: Vec::with_capacity(UNLABELLED_MAX),
            wanted: Vec::with_capacity(SUBJECTS_MAX),
        }
    }

    /// Becomes a copy of `other`; allocates only while the lists have not yet been this long.
    pub fn copy_from(&mut self, other: &Self) {
        self.number = other.number;
        self.points.clone_from(&other.points);
        self.free.clone_from(&other.free);
        self.wanted.clone_from(&other.wanted);
    }

    /// Points of the cloud.
    pub fn points(&self) -> usize {
        self.points.len()
    }
}

/// Who was found, and by which points of the question's cloud.
#[derive(Clone, Debug, Default)]
pub struct LabelAnswer {
    pub(super) number: u64,
    /// Subjects that were found.
    pub(super) subjects: Vec<usize>,
    /// Their places one after the other, each as long as the subject has markers.
    pub(super) places: Vec<u16>,
    /// What each one's labelling leaves unexplained, in markers.
    pub(super) costs: Vec<f64>,
}

impl LabelAnswer {
    /// Room for every answer about rigs of at most `markers` markers.
    pub fn with_room(markers: usize) -> Self {
        Self {
            number: 0,
            subjects: Vec::with_capacity(SUBJECTS_MAX),
            places: Vec::with_capacity(SUBJECTS_MAX * markers),
            costs: Vec::with_capacity(SUBJECTS_MAX),
        }
    }

    /// How many subjects were found.
    pub fn found(&self) -> usize {
        self.subjects.len()
    }

    /// Becomes a copy of `other`; allocates only while the lists have not yet been this long.
    pub fn copy_from(&mut self, other: &Self) {
        self.number = other.number;
        self.subjects.clone_from(&other.subjects);
        self.places.clone_from(&other.places);
        self.costs.clone_from(&other.costs);
    }
}
