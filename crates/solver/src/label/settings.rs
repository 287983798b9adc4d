//! What a labeller is told: whose markers to expect, and how fast and how wrong things may be.

use crate::fit::{FitSettings, JumpHold};
use cyc_model::Rig;

/// A performer or a prop that a labeller looks for. A prop is a rig with one free joint.
#[derive(Clone, Debug)]
pub struct LabelRig {
    /// The rig; its markers are what is looked for.
    pub rig: Rig,
    /// How exactly the rig is this performer.
    pub precision: RigPrecision,
}

/// How far a performer's markers may be from where the rig has them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RigPrecision {
    /// Calibrated to this performer: what is left is skin, up to some 20 mm. First labelling works from any pose.
    Calibrated,
    /// A template of about the right size: markers up to some 60 mm off, bones up to a tenth longer or shorter. First
    /// labelling works from an upright pose that is near the template's (T or A).
    Template,
}

/// The tolerances that follow from a precision, metres and parts of a length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tolerance {
    /// A distance between two markers of one bone may be off by this, and by this part of it.
    pub rigid_m: f64,
    pub rigid_part: f64,
    /// Standard deviation that goes with it.
    pub rigid_sigma_m: f64,
    pub rigid_sigma_part: f64,
    /// A distance over a joint may leave its range by this.
    pub range_m: f64,
    /// How strongly the rest pose is expected in a first labelling.
    pub rest_prior: f64,
    /// A marker farther than this from the solved skeleton is not explained by it.
    pub explained_m: f64,
    /// Largest correction that is learnt for a marker's place on its bone.
    pub learnt_max_m: f64,
    /// What each of `n` points at which a marker may be costs a search, times the logarithm of `n`, in squared standard deviations: that
    /// one of many fits says little.
    pub crowd_price: f32,
    /// Whether limbs of a first labelling are taken off and found again.
    pub finds_limbs_again: bool,
    /// Whether what a pose leaves of a part's distances tells in which order its markers are.
    pub tells_turns: bool,
}

impl RigPrecision {
    pub(crate) fn tolerance(self) -> Tolerance {
        match self {
            Self::Calibrated => Tolerance {
                rigid_m: 0.035,
                rigid_part: 0.06,
                rigid_sigma_m: 0.009,
                rigid_sigma_part: 0.02,
                range_m: 0.03,
                rest_prior: 0.2,
                explained_m: 0.05,
                learnt_max_m: 0.03,
                crowd_price: 0.0,
                finds_limbs_again: false,
                tells_turns: true,
            },
            Self::Template => Tolerance {
                rigid_m: 0.050,
                rigid_part: 0.12,
                rigid_sigma_m: 0.020,
                rigid_sigma_part: 0.05,
                range_m: 0.08,
                rest_prior: 2.0,
                explained_m: 0.10,
                learnt_max_m: 0.08,
                crowd_price: 0.7,
                finds_limbs_again: true,
                tells_turns: false,
            },
        }
    }
}

/// Settings of a [`Labeller`](crate::Labeller).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LabelSettings {
    /// Settings of the fits that predict and verify.
    pub fit: FitSettings,
    /// The strongest change of a marker's velocity that is followed, m/s²: feet landing and hands clapping stay below.
    pub acceleration_max_m_s2: f64,
    /// How fast a marker that is not seen may come away from where the skeleton has it, m/s.
    pub drift_m_s: f64,
    /// How fast a limb that is not seen may move, m/s.
    pub limb_speed_m_s: f64,
    /// Time between two searches for lost markers of one subject, seconds.
    pub search_every_s: f64,
    /// A subject of which nothing sensible was seen for so long is looked for anew, seconds.
    pub lost_after_s: f64,
}

impl Default for LabelSettings {
    fn default() -> Self {
        Self {
            fit: FitSettings {
                jump_hold: JumpHold::Loose,
                ..FitSettings::default()
            },
            acceleration_max_m_s2: 300.0,
            drift_m_s: 0.4,
            limb_speed_m_s: 5.0,
            search_every_s: 0.02,
            lost_after_s: 0.5,
        }
    }
}
