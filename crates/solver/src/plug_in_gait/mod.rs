//! Plug-in Gait: joint centres, segment axes and joint angles in closed form, as clinics know them.
//!
//! This is Vicon's reading of the conventional gait model (Davis et al. 1991, Kadaba et al. 1990, upper body by the
//! "Plug-in Gait Reference Guide"): nothing is fitted, every frame stands alone, and the result depends only on the
//! markers, the subject's measurements and a few means over the trial. The skeleton that [`Fitter`](crate::Fitter)
//! moves is another model with other joints; this one is for those who need Vicon's numbers.
//!
//! In: a trial's labels as [`MarkerColumns`], [`SubjectMeasurements`] (from a VSK or a C3D), [`TrialConstants`] of the
//! trial. Out: a [`GaitFrame`] a frame, in stage space, metres and radians; [`output`] names them as Vicon does.
//! [`calibrate_static`] finds the subject's offsets from a trial that stands still. What must stay true: a quantity has
//! a value exactly when all that it depends on is there, and no frame allocates.
//!
//! Not modelled: the knee alignment device and medial ankle markers (a subject calibrated with them has an `AnkleAbAdd`
//! and then no ankles here), and kinetics.

mod angle;
mod chord;
mod frame;
mod gap;
mod lower_body;
mod marker;
mod measurements;
pub mod output;
mod prepared;
mod segment;
mod static_trial;
mod trial;
mod upper_body;

pub use angle::Angle;
pub use frame::{GaitFrame, JointCentre};
pub use gap::{Gap, Measurement};
pub use marker::{BodySide, Marker, MarkerColumns};
pub use measurements::{
    MARKER_DIAMETER_M, MeasurementError, SideMeasurements, SubjectMeasurements,
};
pub use segment::{Segment, SegmentFrame};
pub use static_trial::{StaticCalibration, StaticOptions, calibrate_static};
pub use trial::{Progression, TrialConstants};

use cyc_model::{Point, Stage};

/// How a trial is processed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Trial {
    /// A movement: the feet and the head carry the offsets that a static trial found.
    #[default]
    Dynamic,
    /// A subject who stands still: the feet lie along their heels and toes.
    Static(StaticOptions),
}

/// The model of one subject, ready for the frames of one trial.
#[derive(Clone, Debug)]
pub struct PlugInGait {
    subject: SubjectMeasurements,
    columns: MarkerColumns,
    constants: TrialConstants,
    /// For each foot that a static trial knows to stand flat; `None` in a movement.
    static_flat_feet: Option<lower_body::FlatFeet>,
    prepared: prepared::Prepared,
}

impl PlugInGait {
    /// Prepares the model. The constants are the trial's own for Vicon's numbers, or the static trial's on a live stream.
    pub fn new(
        subject: SubjectMeasurements,
        columns: MarkerColumns,
        constants: TrialConstants,
        trial: Trial,
    ) -> Self {
        Self {
            prepared: prepared::Prepared::of(&subject, constants.inter_asis_m, trial),
            static_flat_feet: match trial {
                Trial::Static(options) => Some(options.flat_feet(&subject)),
                Trial::Dynamic => None,
            },
            subject,
            columns,
            constants,
        }
    }

    /// The model of a whole trial: finds the markers among the labels and the constants in the frames.
    pub fn of_trial<'a, F: AsRef<[Option<Point<Stage>>]>>(
        subject: SubjectMeasurements,
        labels: impl IntoIterator<Item = &'a str>,
        frames: &[F],
        trial: Trial,
    ) -> Self {
        let columns = MarkerColumns::find(labels);
        let constants = TrialConstants::of(&subject, &columns, frames);
        Self::new(subject, columns, constants, trial)
    }

    /// Where the trial keeps the markers, and which it lacks.
    pub fn columns(&self) -> &MarkerColumns {
        &self.columns
    }

    /// What was taken from the whole trial.
    pub fn constants(&self) -> &TrialConstants {
        &self.constants
    }

    /// The subject.
    pub fn subject(&self) -> &SubjectMeasurements {
        &self.subject
    }

    /// One frame: all segments, joint centres and angles. The points are in the order of the labels; a frame that is
    /// shorter has not seen the rest. Allocates nothing.
    pub fn frame(&self, points: &[Option<Point<Stage>>]) -> GaitFrame {
        frame::solve(self, points)
    }
}
