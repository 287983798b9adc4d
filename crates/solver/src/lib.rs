//! From markers to a performer's skeleton, and from the skeleton to a digital human.
//!
//! A [`Rig`](cyc_model::Rig) comes from a template and a marker set (`rigs/`) or from another program's file ([`vsk`], [`osim`]).
//! [`calibrate()`] makes it one performer's rig. [`Fitter`] follows the performer frame by frame; [`Retargeter`] moves the
//! pose onto a character; [`Performer`] is both in one call. [`plug_in_gait`] gives Vicon's joint centres and angles. Nothing here touches a file, a clock or a thread, and
//! nothing that runs per frame allocates.

mod limits;
mod rig_parts;

pub mod osim;
mod rig_file;
pub mod vsk;

mod align;
mod calibrate;
mod fill;
mod fit;
mod label;
mod performer;
pub mod plug_in_gait;
mod retarget;

pub use calibrate::{
    BoneChange, CalibrateError, CalibrateReport, CalibrateSettings, Calibrated, MarkerChange,
    calibrate,
};
pub use fill::{FilledMarker, Filler, fill_take};
pub use fit::{FitReport, FitSettings, Fitter, JumpHold, Loss, MatrixUse};
pub use label::{
    LabelAnswer, LabelError, LabelGate, LabelQuestion, LabelReport, LabelRig, LabelSearch,
    LabelSettings, LabelStats, LabelSubject, LabelTrial, LabelVerdict, LabelledFrame, Labeller,
    MarkerOwner, RigPrecision, ShapeFound, label_take, recognise_by_shape,
};
pub use performer::{Performer, PerformerStats};
pub use retarget::{
    BoneKey, ContactSettings, DEFAULT_RETARGET, FingerSettings, FootContacts, FootSettings,
    GAP_MAX_S, HandGoal, HandSettings, LimitSettings, MeterFrame, PelvisSettings, ReferenceStance,
    RetargetError, RetargetFigures, RetargetMeter, RetargetReport, RetargetSettings, Retargeter,
    RootScale, RootSettings, Side, SolePlace, StanceFigures, TwistSettings, WORST_STANCES_MAX,
    Worst, parse_retarget,
};
pub use rig_file::{
    BODY_MARKERSETS, CMU_41, DofNeeds, HUMAN_SKELETON, MarkerSet, PLUG_IN_GAIT_39, PRODUCTION_53,
    PROP_6, PROP_CAMERA, PROP_MARKERSETS, PROP_SWORD, Place, RIGID_BODY, Recognised, RigError,
    SetMarker, SkeletonTemplate, build_rig, parse_markerset, parse_rig, parse_skeleton,
    plain_label, recognise_markerset, write_rig,
};
