//! The static trial: what a subject who stands still tells about feet and head.
//!
//! In a movement the foot is known by its toe marker and the ankle only. How the foot's sole and long axis lie against that
//! line is measured once, while the subject stands, as the mean of two angles over the trial; likewise how far the
//! head's markers look up when the head is level.

use super::lower_body::{FlatFeet, Leg, Pelvis, level_foot, technical_foot};
use super::prepared::Prepared;
use super::upper_body::head_axes;
use super::{BodySide, Gap, Marker, MarkerColumns, Progression};
use super::{SubjectMeasurements, Trial, TrialConstants};
use cyc_model::{Point, Stage};

/// What is known about how the subject stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct StaticOptions {
    /// The left and the right foot stand flat: the heel marker counts as high as the toe's.
    pub flat_feet: [bool; 2],
    /// The head is held level: how far its markers look up is their doing.
    pub level_head: bool,
}

impl StaticOptions {
    /// For each foot that stands flat, the height of its heel above the toe marker, metres.
    pub(super) fn flat_feet(self, subject: &SubjectMeasurements) -> FlatFeet {
        BodySide::BOTH
            .map(|side| self.flat_feet[side.index()].then_some(subject.side(side).sole_delta_m))
    }
}

/// What a static trial found; an offset that could not be found says why.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StaticCalibration {
    /// The feet's slopes, left and right, radians.
    pub plant_flex_rad: [Result<f64, Gap>; 2],
    /// The feet's turns, left and right, radians.
    pub rot_off_rad: [Result<f64, Gap>; 2],
    /// How far the head's markers look up, radians; zero unless the head was held level.
    pub head_offset_rad: Result<f64, Gap>,
    /// The mean distance of the front spines, metres.
    pub inter_asis_m: Result<f64, Gap>,
}

impl StaticCalibration {
    /// The subject with what was found; what was not found stays as it was.
    pub fn applied_to(&self, subject: &SubjectMeasurements) -> SubjectMeasurements {
        let mut subject = *subject;
        for (side, (flex, turn)) in subject
            .sides
            .iter_mut()
            .zip(self.plant_flex_rad.into_iter().zip(self.rot_off_rad))
        {
            side.static_plant_flex_rad = flex.unwrap_or(side.static_plant_flex_rad);
            side.static_rot_off_rad = turn.unwrap_or(side.static_rot_off_rad);
        }
        subject.head_offset_rad = self.head_offset_rad.unwrap_or(subject.head_offset_rad);
        subject.inter_asis_m = subject.inter_asis_m.or(self.inter_asis_m.ok());
        subject
    }
}

/// A mean that remembers why nothing came.
#[derive(Clone, Copy)]
struct Mean {
    sum: f64,
    count: f64,
    reason: Option<Gap>,
}

impl Mean {
    const NOTHING: Self = Self {
        sum: 0.0,
        count: 0.0,
        reason: None,
    };

    fn add(&mut self, value: Result<f64, Gap>) {
        match value {
            Ok(value) => {
                self.sum += value;
                self.count += 1.0;
            }
            Err(gap) => {
                self.reason.get_or_insert(gap);
            }
        }
    }

    fn value(&self, absent: Marker) -> Result<f64, Gap> {
        if self.count > 0.0 {
            Ok(self.sum / self.count)
        } else {
            Err(self.reason.unwrap_or(Gap::Marker(absent)))
        }
    }
}

/// Finds the subject's offsets in a static trial; O(frames).
pub fn calibrate_static<F: AsRef<[Option<Point<Stage>>]>>(
    subject: &SubjectMeasurements,
    columns: &MarkerColumns,
    frames: &[F],
    options: StaticOptions,
) -> StaticCalibration {
    let constants = TrialConstants::of(subject, columns, frames);
    let is = Prepared::of(subject, constants.inter_asis_m, Trial::Static(options));
    let flat = options.flat_feet(subject);
    let mut flex = [Mean::NOTHING; 2];
    let mut turn = [Mean::NOTHING; 2];
    let mut head = Mean::NOTHING;
    for frame in frames {
        let seen = columns.read(frame.as_ref());
        let pelvis = Pelvis::of(&seen, &is.hips);
        for side in BodySide::BOTH {
            let i = side.index();
            let leg = Leg::of(side, &seen, pelvis.hips[i], &is.legs[i], Some(flat));
            let offsets = || {
                let tibia = leg.tibia?;
                let technical = technical_foot(side, &seen, leg.ankle?, tibia)?;
                let level = level_foot(side, &seen, tibia, flat)?;
                // Level from technical, taken apart as a turn about y and then about x; what remains about z is zero but for
                // the sway of the tibia and is left out, as Vicon does.
                let z = technical.transpose() * level.z_axis;
                Ok((-z.x.atan2(z.z), side.sign() * z.y.clamp(-1.0, 1.0).asin()))
            };
            let offsets = offsets();
            flex[i].add(offsets.map(|(flex, _)| flex));
            turn[i].add(offsets.map(|(_, turn)| turn));
        }
        head.add(look_up_rad(&seen, &constants));
    }
    let toe = |side: BodySide| side.leg().toe;
    StaticCalibration {
        plant_flex_rad: BodySide::BOTH.map(|side| flex[side.index()].value(toe(side))),
        rot_off_rad: BodySide::BOTH.map(|side| turn[side.index()].value(toe(side))),
        head_offset_rad: if options.level_head {
            head.value(Marker::LFHD)
        } else {
            Ok(0.0)
        },
        inter_asis_m: constants.inter_asis_m,
    }
}

/// How far the head's markers look up, about the lateral axis.
fn look_up_rad(seen: &super::marker::Seen<'_>, constants: &TrialConstants) -> Result<f64, Gap> {
    let facing = constants.upper_progression.map(Progression::axes)?;
    let z = facing.transpose() * head_axes(seen)?.z_axis;
    Ok(-z.x.atan2(z.z))
}
