//! What the model takes from a whole trial: lengths that are means over it, and which way the subject went.
//!
//! Vicon computes these once a trial, over every frame that shows the markers. A live stream takes them from the static
//! trial. The rules are in "Plug-in Gait kinematic and kinetic calculations" of the Nexus documentation; how the drawn
//! lengths of foot and head follow from their markers was found from Vicon's own output of two subjects.

use super::marker::Seen;
use super::{BodySide, Gap, Marker, MarkerColumns, SubjectMeasurements};
use cyc_model::{Point, Stage};
use glam::{DMat3, DVec3};

/// A subject who moved farther than this between the first and the last frame went somewhere, metres.
const TRAVELLED_M: f64 = 0.8;

/// The laboratory's axes in stage coordinates, as columns: Vicon's x is the stage's, its z is up.
pub(super) const STAGE_FROM_LAB: DMat3 =
    DMat3::from_cols(DVec3::X, DVec3::new(0.0, 0.0, -1.0), DVec3::Y);

/// The laboratory axis that a subject goes along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progression {
    /// Along +x.
    PlusX,
    /// Along -x.
    MinusX,
    /// Along +y (the stage's -z).
    PlusY,
    /// Along -y (the stage's +z).
    MinusY,
}

impl Progression {
    /// The axis that a direction in stage coordinates lies nearest to.
    fn along(direction: DVec3) -> Self {
        let lab = STAGE_FROM_LAB.transpose() * direction;
        match (lab.x.abs() > lab.y.abs(), lab.x > 0.0, lab.y > 0.0) {
            (true, true, _) => Self::PlusX,
            (true, false, _) => Self::MinusX,
            (false, _, true) => Self::PlusY,
            (false, _, false) => Self::MinusY,
        }
    }

    /// The progression frame in stage coordinates, as columns: x the way it goes, z up.
    pub(super) fn axes(self) -> DMat3 {
        let lab = match self {
            Self::PlusX => DVec3::X,
            Self::MinusX => DVec3::NEG_X,
            Self::PlusY => DVec3::Y,
            Self::MinusY => DVec3::NEG_Y,
        };
        STAGE_FROM_LAB * DMat3::from_cols(lab, DVec3::Z.cross(lab), DVec3::Z)
    }
}

/// What the model takes from a whole trial.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrialConstants {
    /// Mean distance between the front spines, metres.
    pub inter_asis_m: Result<f64, Gap>,
    /// Length that a foot is drawn with, left and right, metres: the mean distance from heel to toe, less a marker's radius.
    pub foot_length_m: [Result<f64, Gap>; 2],
    /// Length that the head is drawn with, metres: twice the mean distance of the front markers, less their diameter.
    pub head_length_m: Result<f64, Gap>,
    /// The way that pelvis and feet are measured against.
    pub lower_progression: Result<Progression, Gap>,
    /// The way that thorax and head are measured against.
    pub upper_progression: Result<Progression, Gap>,
}

impl TrialConstants {
    /// Reads them from all frames of a trial; O(frames).
    pub fn of<F: AsRef<[Option<Point<Stage>>]>>(
        subject: &SubjectMeasurements,
        columns: &MarkerColumns,
        frames: &[F],
    ) -> Self {
        let trial = Trial { columns, frames };
        let radius_m = subject.marker_radius_m();
        let foot = |side: BodySide| {
            let leg = side.leg();
            Ok(trial.mean_distance(leg.heel, leg.toe)? - radius_m)
        };
        let lower = trial.lower_direction();
        let upper = trial.upper_direction();
        Self {
            inter_asis_m: trial.mean_distance(Marker::LASI, Marker::RASI),
            foot_length_m: BodySide::BOTH.map(foot),
            head_length_m: trial
                .mean_distance(Marker::LFHD, Marker::RFHD)
                .map(|d| 2.0 * (d - 2.0 * radius_m)),
            // A trial of one half of the body is measured against that half's way.
            lower_progression: lower
                .or_else(|e| upper.map_err(|_| e))
                .map(Progression::along),
            upper_progression: upper
                .or_else(|e| lower.map_err(|_| e))
                .map(Progression::along),
        }
    }
}

struct Trial<'a, F> {
    columns: &'a MarkerColumns,
    frames: &'a [F],
}

impl<F: AsRef<[Option<Point<Stage>>]>> Trial<'_, F> {
    fn seen(&self) -> impl DoubleEndedIterator<Item = Seen<'_>> {
        self.frames.iter().map(|f| self.columns.read(f.as_ref()))
    }

    /// The mean of what a frame gives, over the frames that give it; the first frame's reason when none does.
    fn mean<'s>(
        frames: impl Iterator<Item = Seen<'s>>,
        absent: Marker,
        value: impl Fn(&Seen<'_>) -> Result<DVec3, Gap>,
    ) -> Result<DVec3, Gap> {
        let (mut sum, mut count, mut reason) = (DVec3::ZERO, 0.0, None);
        for frame in frames {
            match value(&frame) {
                Ok(v) => {
                    sum += v;
                    count += 1.0;
                }
                Err(gap) => {
                    reason.get_or_insert(gap);
                }
            }
        }
        if count > 0.0 {
            Ok(sum / count)
        } else {
            Err(reason.unwrap_or(Gap::Marker(absent)))
        }
    }

    fn mean_distance(&self, a: Marker, b: Marker) -> Result<f64, Gap> {
        let distance = |s: &Seen<'_>| Ok(DVec3::X * s.at(a)?.distance(s.at(b)?));
        Ok(Self::mean(self.seen(), a, distance)?.x)
    }

    /// From the first place of a marker to its last, when that is far enough.
    fn travel(&self, marker: Marker) -> Option<DVec3> {
        let first = self.seen().find_map(|s| s.at(marker).ok())?;
        let last = self.seen().rev().find_map(|s| s.at(marker).ok())?;
        (last.distance(first) > TRAVELLED_M).then_some(last - first)
    }

    /// The mean direction over the tenth of the trial that lies in its middle.
    fn facing(
        &self,
        absent: Marker,
        value: impl Fn(&Seen<'_>) -> Result<DVec3, Gap>,
    ) -> Result<DVec3, Gap> {
        let all = self.frames.len();
        let tenth = (all / 10).max(1);
        Self::mean(
            self.seen().skip((all - tenth.min(all)) / 2).take(tenth),
            absent,
            value,
        )
    }

    fn lower_direction(&self) -> Result<DVec3, Gap> {
        match self.travel(Marker::LASI) {
            Some(direction) => Ok(direction),
            None => self.facing(Marker::LASI, |s| {
                Ok(s.mid(Marker::LASI, Marker::RASI)? - s.sacrum()?)
            }),
        }
    }

    fn upper_direction(&self) -> Result<DVec3, Gap> {
        match self.travel(Marker::C7) {
            Some(direction) => Ok(direction),
            None => self.facing(Marker::T10, |s| {
                Ok(s.mid(Marker::CLAV, Marker::STRN)? - s.at(Marker::T10)?)
            }),
        }
    }
}
