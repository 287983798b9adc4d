//! From markers to a performer's skeleton, and from the skeleton to a digital human.

mod align;
mod calibrate;
mod fit;
mod limits;
mod retarget;
mod rig_file;
mod rig_parts;
pub mod vsk;

pub use calibrate::{
    BoneChange, CalibrateError, CalibrateReport, CalibrateSettings, Calibrated, MarkerChange,
    calibrate,
};
pub use fit::{FitReport, FitSettings, Fitter, Loss};
pub use retarget::{
    DEFAULT_RETARGET, FingerSettings, FootSettings, RetargetError, RetargetReport,
    RetargetSettings, Retargeter, RootScale, RootSettings, Side, parse_retarget,
};
pub use rig_file::{
    HUMAN_SKELETON, MarkerSet, PLUG_IN_GAIT_39, PRODUCTION_53, Place, Recognised, RigError,
    SetMarker, SkeletonTemplate, build_rig, parse_markerset, parse_skeleton, plain_label,
    recognise_markerset,
};
