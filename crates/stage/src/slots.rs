//! Who and what the stage expects: performers, props, outputs.

use cyc_model::{SkinBlend, Stage, Xf};
use serde::Deserialize;

/// A subject of a source, by the source's place in [`crate::Stage::sources`] and the subject's name there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectRef {
    /// Index of the source.
    pub source: usize,
    /// The subject's name as the capture system sends it.
    pub subject: String,
}

/// Whose names a performer's markers go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LabelPolicy {
    /// The source's while it gives any, else the solver's own.
    #[default]
    Auto,
    /// The source's only.
    Source,
    /// The solver's only, whatever the source calls them.
    Cloud,
}

/// Somewhere that the stage's frames go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageOutput {
    /// Name, unique among outputs.
    pub name: String,
    /// Where they go, like `opentrackio://?source=1`.
    pub url: String,
}

/// A performer and the digital human that follows.
#[derive(Clone, Debug, PartialEq)]
pub struct PerformerSlot {
    /// Name for people, unique among performers.
    pub name: String,
    /// The subject with the performer's markers.
    pub tracked: SubjectRef,
    /// Marker set file, relative to the stage file's folder or else to the current folder.
    pub markerset: String,
    /// Calibrated rig file, found like the marker set; `None` to calibrate from the first frames.
    pub rig: Option<String>,
    /// Whose names her markers go by.
    pub labels: LabelPolicy,
    /// Character file, found like the marker set.
    pub character: String,
    /// A person's corrections to what is known of the character, found like the marker set.
    pub map: Option<String>,
    /// How the character's vertices follow its joints.
    pub skinning: SkinBlend,
    /// Settings of the retargeting, found like the marker set; the usual ones without.
    pub retarget: Option<String>,
    /// Who sees her face, when it is not who sees her body.
    pub face_seen: Option<SubjectRef>,
    /// Settings of the face, found like the marker set; the usual ones without.
    pub face: Option<String>,
    /// Where the digital human's world lies: a human at the performer's own place is moved by this.
    pub stage_from_performance: Xf<Stage, Stage>,
}

/// A tracked rigid body that is not a camera.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prop {
    /// Name for people, unique among props.
    pub name: String,
    /// The tracked body.
    pub tracked: SubjectRef,
}
