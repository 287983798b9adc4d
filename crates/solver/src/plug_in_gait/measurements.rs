//! What is measured on the subject, and what the static trial adds to it.
//!
//! Files name these as Vicon does: a VSK `LeftKneeWidth`, the group `PROCESSING` of a C3D `LKneeWidth`; lengths in
//! millimetres, angles in radians. Here they are metres and radians. A required length that is absent or zero was not
//! taken, and what depends on it has no value; an optional one that is zero is found from the trial, as Vicon does.

use super::{BodySide, Gap, Measurement};
use crate::limits::{GAIT_LEG_MAX_M, GAIT_LEG_MIN_M, GAIT_WIDTH_MAX_M};
use thiserror::Error;

/// Diameter of the markers that Plug-in Gait assumes when nobody says otherwise, metres.
pub const MARKER_DIAMETER_M: f64 = 0.014;

/// Why a subject's measurements cannot be used.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum MeasurementError {
    /// A value that no body has: usually one in other units.
    #[error("{name} is {value}, which is not between {min} and {max} {unit}")]
    OutOfRange {
        /// The measurement's name in the file.
        name: String,
        /// What the file says.
        value: f64,
        /// Least that is believed.
        min: f64,
        /// Most that is believed.
        max: f64,
        /// The unit that the value is read in.
        unit: &'static str,
    },
    /// Not one measurement of this model.
    #[error("there is no measurement of Plug-in Gait (such as LeftLegLength)")]
    None,
}

impl MeasurementError {
    /// The id of the text that explains this to a person.
    pub fn key(&self) -> &'static str {
        match self {
            Self::OutOfRange { .. } => "solver-gait-measurement-out-of-range",
            Self::None => "solver-gait-measurement-none",
        }
    }

    /// The values that the text names.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::OutOfRange {
                name,
                value,
                min,
                max,
                unit,
            } => vec![
                ("name", name.clone()),
                ("value", value.to_string()),
                ("min", min.to_string()),
                ("max", max.to_string()),
                ("unit", (*unit).to_owned()),
            ],
            Self::None => Vec::new(),
        }
    }
}

/// The measurements of one side, metres and radians.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct SideMeasurements {
    /// From the hip's front spine to the ankle.
    pub leg_length_m: Option<f64>,
    /// From the front spine back to the trochanter; from the leg's length when it was not measured.
    pub asis_trochanter_m: Option<f64>,
    /// Across the knee.
    pub knee_width_m: Option<f64>,
    /// Across the ankle.
    pub ankle_width_m: Option<f64>,
    /// Added to the toe's height to level the foot with its heel, where the static trial stands flat.
    pub sole_delta_m: f64,
    /// From the knee's flexion axis to the ankle's, about the shank; positive when the ankle's turns inward (its outer end
    /// forward), so that the usual outward torsion is negative.
    pub tibial_torsion_rad: f64,
    /// From the thigh wand forward to the knee's flexion axis, about the thigh: positive when the wand sits behind.
    pub thigh_rotation_rad: f64,
    /// From the shank wand forward to the ankle's flexion axis, about the shank: positive when the wand sits behind.
    pub shank_rotation_rad: f64,
    /// The ankle's own offset by a knee alignment device; not modelled unless zero.
    pub ankle_ab_add_rad: f64,
    /// From the static trial: the foot's slope against the line from toe to ankle.
    pub static_plant_flex_rad: f64,
    /// From the static trial: the foot's turn against the line from toe to ankle.
    pub static_rot_off_rad: f64,
    /// From the shoulder marker's plate down to the joint.
    pub shoulder_offset_m: Option<f64>,
    /// Across the elbow.
    pub elbow_width_m: Option<f64>,
    /// Across the wrist.
    pub wrist_width_m: Option<f64>,
    /// Through the hand.
    pub hand_thickness_m: Option<f64>,
}

/// The measurements of a subject, metres and radians.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SubjectMeasurements {
    /// Diameter of the markers.
    pub marker_diameter_m: f64,
    /// Between the front spines; from the trial when it was not measured.
    pub inter_asis_m: Option<f64>,
    /// From the static trial: how far the head's markers look up when the head is level.
    pub head_offset_rad: f64,
    /// Left and right.
    pub sides: [SideMeasurements; 2],
}

impl Default for SubjectMeasurements {
    fn default() -> Self {
        Self {
            marker_diameter_m: MARKER_DIAMETER_M,
            inter_asis_m: None,
            head_offset_rad: 0.0,
            sides: [SideMeasurements::default(); 2],
        }
    }
}

impl SubjectMeasurements {
    /// Reads the measurements out of named values, as a VSK's static parameters and a C3D's group `PROCESSING` give them:
    /// millimetres and radians, `LeftKneeWidth` or `LKneeWidth`.
    ///
    /// # Errors
    /// A value that no body has (usually one in other units), or not one measurement.
    pub fn from_named(value: impl Fn(&str) -> Option<f64>) -> Result<Self, MeasurementError> {
        let reader = Reader { value };
        let mut subject = Self {
            inter_asis_m: reader.length("", "", "InterAsisDistance", WIDTH_M)?,
            head_offset_rad: reader.angle("", "", "HeadOffset")?,
            ..Self::default()
        };
        for side in BodySide::BOTH {
            subject.sides[side.index()] = reader.side(side)?;
        }
        if subject == Self::default() {
            return Err(MeasurementError::None);
        }
        Ok(subject)
    }

    /// The measurements of one side.
    pub fn side(&self, side: BodySide) -> &SideMeasurements {
        &self.sides[side.index()]
    }

    /// The required measurements that were not taken.
    pub fn missing(&self) -> Vec<(BodySide, Measurement)> {
        let required = [
            Measurement::LegLength,
            Measurement::KneeWidth,
            Measurement::AnkleWidth,
            Measurement::ShoulderOffset,
            Measurement::ElbowWidth,
            Measurement::WristWidth,
            Measurement::HandThickness,
        ];
        BodySide::BOTH
            .into_iter()
            .flat_map(|side| required.map(|what| (side, what)))
            .filter(|(side, what)| self.required(*side, *what).is_err())
            .collect()
    }

    pub(super) fn marker_radius_m(&self) -> f64 {
        self.marker_diameter_m / 2.0
    }

    /// A required measurement, metres.
    pub(super) fn required(&self, side: BodySide, what: Measurement) -> Result<f64, Gap> {
        let of = self.side(side);
        match what {
            Measurement::LegLength => of.leg_length_m,
            Measurement::KneeWidth => of.knee_width_m,
            Measurement::AnkleWidth => of.ankle_width_m,
            Measurement::ShoulderOffset => of.shoulder_offset_m,
            Measurement::ElbowWidth => of.elbow_width_m,
            Measurement::WristWidth => of.wrist_width_m,
            Measurement::HandThickness => of.hand_thickness_m,
            Measurement::AnkleAbAdd => (of.ankle_ab_add_rad == 0.0).then_some(0.0),
        }
        .ok_or(Gap::Measurement(side, what))
    }

    /// From a joint's centre to the centre of the marker on it: half the joint's width and the marker's radius, metres.
    pub(super) fn half_width(&self, side: BodySide, what: Measurement) -> Result<f64, Gap> {
        Ok(self.required(side, what)? / 2.0 + self.marker_radius_m())
    }
}

const WIDTH_M: (f64, f64) = (0.0, GAIT_WIDTH_MAX_M);

struct Reader<F> {
    value: F,
}

impl<F: Fn(&str) -> Option<f64>> Reader<F> {
    /// A value under its long or its short name, in the file's unit; zero is none.
    fn find(&self, long: &str, short: &str, what: &str) -> Option<(String, f64)> {
        [long, short].into_iter().find_map(|side| {
            let name = format!("{side}{what}");
            let value = (self.value)(&name)?;
            (value != 0.0).then_some((name, value))
        })
    }

    fn length(
        &self,
        long: &str,
        short: &str,
        what: &str,
        (min, max): (f64, f64),
    ) -> Result<Option<f64>, MeasurementError> {
        let Some((name, value)) = self.find(long, short, what) else {
            return Ok(None);
        };
        let metres = value * 1e-3;
        if metres >= min && metres <= max {
            Ok(Some(metres))
        } else {
            Err(MeasurementError::OutOfRange {
                name,
                value,
                min: min * 1e3,
                max: max * 1e3,
                unit: "mm",
            })
        }
    }

    fn angle(&self, long: &str, short: &str, what: &str) -> Result<f64, MeasurementError> {
        let Some((name, value)) = self.find(long, short, what) else {
            return Ok(0.0);
        };
        let max = std::f64::consts::FRAC_PI_2;
        if value.abs() <= max {
            Ok(value)
        } else {
            Err(MeasurementError::OutOfRange {
                name,
                value,
                min: -max,
                max,
                unit: "rad",
            })
        }
    }

    fn side(&self, side: BodySide) -> Result<SideMeasurements, MeasurementError> {
        let long = side.word();
        let short = &long[..1];
        let width = |what| self.length(long, short, what, WIDTH_M);
        let angle = |what| self.angle(long, short, what);
        let leg = (GAIT_LEG_MIN_M, GAIT_LEG_MAX_M);
        let signed = (-GAIT_WIDTH_MAX_M, GAIT_WIDTH_MAX_M);
        Ok(SideMeasurements {
            leg_length_m: self.length(long, short, "LegLength", leg)?,
            asis_trochanter_m: width("AsisTrocanterDistance")?,
            knee_width_m: width("KneeWidth")?,
            ankle_width_m: width("AnkleWidth")?,
            sole_delta_m: self
                .length(long, short, "SoleDelta", signed)?
                .unwrap_or(0.0),
            tibial_torsion_rad: angle("TibialTorsion")?,
            thigh_rotation_rad: angle("ThighRotation")?,
            shank_rotation_rad: angle("ShankRotation")?,
            ankle_ab_add_rad: angle("AnkleAbAdd")?,
            static_plant_flex_rad: angle("StaticPlantFlex")?,
            static_rot_off_rad: angle("StaticRotOff")?,
            shoulder_offset_m: width("ShoulderOffset")?,
            elbow_width_m: width("ElbowWidth")?,
            wrist_width_m: width("WristWidth")?,
            hand_thickness_m: width("HandThickness")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_files_names_are_read() {
        let long = |name: &str| match name {
            "LeftLegLength" => Some(877.0),
            "RightKneeWidth" => Some(139.0),
            "LeftStaticPlantFlex" => Some(0.25),
            _ => None,
        };
        let short = |name: &str| match name {
            "LLegLength" => Some(877.0),
            "RKneeWidth" => Some(139.0),
            "LStaticPlantFlex" => Some(0.25),
            _ => None,
        };
        let read = SubjectMeasurements::from_named(long).unwrap();
        assert_eq!(read, SubjectMeasurements::from_named(short).unwrap());
        assert_eq!(read.side(BodySide::Left).leg_length_m, Some(0.877));
        assert_eq!(read.side(BodySide::Right).leg_length_m, None);
        assert_eq!(read.missing().len(), 12);
    }

    #[test]
    fn wrong_units_are_noticed() {
        for (name, value) in [
            ("LeftLegLength", 0.877),
            ("LLegLength", 87.7),
            ("LeftKneeWidth", f64::NAN),
            ("RightKneeWidth", -100.0),
            ("LeftTibialTorsion", 15.0),
        ] {
            let error = SubjectMeasurements::from_named(|n| (n == name).then_some(value));
            assert!(
                matches!(&error, Err(MeasurementError::OutOfRange { name: n, .. }) if n == name),
                "{error:?}"
            );
        }
        let none = SubjectMeasurements::from_named(|_| None);
        assert_eq!(none, Err(MeasurementError::None));
    }
}
