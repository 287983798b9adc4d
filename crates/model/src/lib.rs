//! The nouns of the stage: plain data that cannot be wrong.
//!
//! Everything that crosses a crate border is one of these types. They are *built*: a value that exists is finite,
//! its rotations are unit quaternions, its parents come before its children. Vendor units, axes and ids end in
//! `wire`; inside there are metres, radians, nanoseconds, right-handed spaces with Y up, and the space of every
//! point and transform is part of its type, so that mixing two of them does not compile.

mod captured_face;
mod clock_reference;
mod face;
mod foot_reach;
mod hand_shape;
mod humanoid;
mod humanoid_error;
mod ids;
mod lens;
mod lens_sample;
mod limits;
mod mocap_frame;
mod point;
mod prediction;
mod quality;
mod rig;
mod roster;
mod skeleton;
mod skin_blend;
mod space;
mod stage_frame;
mod stamps;
mod time;
mod timecode;
mod transform;

pub use captured_face::CapturedFace;
pub use clock_reference::ClockReference;
pub use face::{FaceShape, FaceWeights};
pub use foot_reach::FootReach;
pub use hand_shape::HandShape;
pub use humanoid::{HumanBone, HumanoidMap};
pub use humanoid_error::HumanoidMapError;
pub use ids::{
    CameraIdx, CharacterIdx, Epoch, FrameNumber, JointIdx, MarkerIdx, PerformerIdx, SourceId,
};
pub use lens::{Distortion, Lens, LensError, LensSpec};
pub use lens_sample::{LensSample, RingPosition, SensorDistortion, SubjectLens};
pub use limits::*;
pub use mocap_frame::{MocapFrame, UnlabelledMarker};
pub use point::{Point, Vector};
pub use prediction::Prediction;
pub use quality::Quality;
pub use rig::{BuiltMarker, Dof, DofRange, JointDofs, Rig, RigBuildError, RigMarker};
pub use roster::{Roster, RosterError, SegmentInfo, SubjectInfo, SubjectSpan};
pub use skeleton::{Joint, JointSpec, Skeleton, SkeletonError};
pub use skin_blend::SkinBlend;
pub use space::{Body, CameraBody, Canvas, JointFrame, ModelSpace, Pupil, Source, Space, Stage};
pub use stage_frame::{
    HiddenMarker, HumanSpan, LabelOrigin, PerformerSpan, StageFrame, TrackedBody,
};
pub use stamps::{Hop, Stamps};
pub use time::{HostNs, Nanos};
pub use timecode::{Timecode, TimecodeError, TimecodeRate};
pub use transform::{Pose, Xf};
