//! A capture system that the stage listens to: where it is heard, who may be heard there, how its names, units and times
//! become the stage's, and how its gaps are dealt with.
//!
//! One table of the stage file says all of it, and every command that listens reads the same. Addresses are plain text
//! here: what opens the socket judges them. What is not written is `None`, and what receives it has the usual value.

use cyc_model::{Nanos, Source, Stage, Xf};

/// A capture system that the stage listens to.
#[derive(Clone, Debug, PartialEq)]
pub struct CaptureSource {
    /// Name, unique in the stage.
    pub name: String,
    /// Where it is heard, like `vicon://host:801`.
    pub url: String,
    /// Where its volume lies on the stage.
    pub stage_from_source: Xf<Stage, Source>,
    /// Who is heard, and where.
    pub access: SourceAccess,
    /// What its figures have to be corrected by.
    pub calibration: SourceCalibration,
    /// How late, lost and disordered frames are dealt with.
    pub policy: SourcePolicy,
    /// Its names of subjects, each with the name that the stage has for it.
    pub subjects: Vec<SubjectName>,
}

impl CaptureSource {
    /// Whether the same frames come of it: only where its volume stands, and how much delay and what motion is shown of them, may
    /// be another.
    pub fn is_heard_like(&self, other: &Self) -> bool {
        let mut as_placed = other.clone();
        as_placed.stage_from_source = self.stage_from_source;
        as_placed.policy.playout_max = self.policy.playout_max;
        as_placed.policy.dropout = self.policy.dropout;
        *self == as_placed
    }
}

/// Who is heard, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceAccess {
    /// The address of this machine's interface that datagrams are heard on.
    pub interface: Option<String>,
    /// The only addresses that datagrams are heard from; all when empty.
    pub allow: Vec<String>,
}

/// What a source's figures have to be corrected by. Where its volume lies is [`CaptureSource::stage_from_source`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SourceCalibration {
    /// True lengths over those it sends: other than 1 when it was calibrated with a wand of another length.
    pub scale: f64,
    /// How much older its frames are than it says, or than their arrival when it says nothing.
    pub latency: Nanos,
}

impl Default for SourceCalibration {
    fn default() -> Self {
        Self {
            scale: 1.0,
            latency: Nanos::ZERO,
        }
    }
}

/// How late, lost and disordered frames are dealt with.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SourcePolicy {
    /// The highest rate that it is expected to send at, hertz; what is far beyond it is dropped.
    pub rate_hz: Option<f64>,
    /// It is silent after this time without a frame.
    pub silent_after: Option<Nanos>,
    /// How many frames may wait for one before them.
    pub reorder_frames: Option<usize>,
    /// How long one may wait.
    pub reorder_time: Option<Nanos>,
    /// No more delay than this is added to its performers for jitter.
    pub playout_max: Option<Nanos>,
    /// What is shown of its subjects while nothing is measured.
    pub dropout: DropoutPlan,
}

/// What is shown of a subject while nothing is measured, and when it is again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DropoutPlan {
    /// Its motion goes on for this long.
    pub predict: Option<Nanos>,
    /// Then it comes to rest within this time.
    pub ease: Option<Nanos>,
    /// When it is measured again, it is faded to that over this time.
    pub fade: Option<Nanos>,
}

/// A subject that the source calls otherwise than the stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectName {
    /// As the source sends it.
    pub sent: String,
    /// As the stage file calls it.
    pub known_as: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use glam::DVec3;

    #[test]
    fn what_is_heard_is_another_when_more_than_its_place_or_its_gaps_are() {
        let source = CaptureSource {
            name: "vicon".into(),
            url: "vicon://10.0.0.1".into(),
            stage_from_source: Xf::IDENTITY,
            access: SourceAccess::default(),
            calibration: SourceCalibration::default(),
            policy: SourcePolicy::default(),
            subjects: Vec::new(),
        };
        let alike = |edit: fn(&mut CaptureSource)| {
            let mut other = source.clone();
            edit(&mut other);
            assert_ne!(other, source);
            (source.is_heard_like(&other), other.is_heard_like(&source))
        };
        for edit in [
            |s: &mut CaptureSource| s.stage_from_source = Xf::from_translation(DVec3::X),
            |s: &mut CaptureSource| s.policy.playout_max = Some(Nanos::ZERO),
            |s: &mut CaptureSource| s.policy.dropout.fade = Some(Nanos::ZERO),
        ] {
            assert_eq!(alike(edit), (true, true));
        }
        for edit in [
            |s: &mut CaptureSource| s.name = "other".into(),
            |s: &mut CaptureSource| s.url = "vicon://10.0.0.2".into(),
            |s: &mut CaptureSource| s.access.allow = vec!["10.0.0.3".into()],
            |s: &mut CaptureSource| s.calibration.scale = 1.01,
            |s: &mut CaptureSource| s.calibration.latency = Nanos::from_millis(4),
            |s: &mut CaptureSource| s.policy.reorder_frames = Some(0),
            |s: &mut CaptureSource| s.policy.silent_after = Some(Nanos::from_millis(90)),
            |s: &mut CaptureSource| {
                s.subjects.push(SubjectName {
                    sent: "A".into(),
                    known_as: "B".into(),
                });
            },
        ] {
            assert_eq!(alike(edit), (false, false));
        }
    }
}
