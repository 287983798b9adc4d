//! Why a quantity has no value in a frame.
//!
//! A gap is as small as its cause: every output names the one thing that it lacked, and what does not depend on that
//! thing keeps its value.

use super::{BodySide, Marker, Segment};
use std::fmt;

/// A subject measurement that joint centres depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measurement {
    /// Hip to floor.
    LegLength,
    /// Across the knee.
    KneeWidth,
    /// Across the ankle.
    AnkleWidth,
    /// From the shoulder's marker plate down to the joint.
    ShoulderOffset,
    /// Across the elbow.
    ElbowWidth,
    /// Across the wrist.
    WristWidth,
    /// Through the hand.
    HandThickness,
    /// The ab/adduction that a knee alignment device with medial ankle markers finds: this calibration is not modelled,
    /// so a value other than zero leaves the ankle without one.
    AnkleAbAdd,
}

impl Measurement {
    /// The name in a VSK, after `Left` or `Right`.
    pub fn name(self) -> &'static str {
        match self {
            Self::LegLength => "LegLength",
            Self::KneeWidth => "KneeWidth",
            Self::AnkleWidth => "AnkleWidth",
            Self::ShoulderOffset => "ShoulderOffset",
            Self::ElbowWidth => "ElbowWidth",
            Self::WristWidth => "WristWidth",
            Self::HandThickness => "HandThickness",
            Self::AnkleAbAdd => "AnkleAbAdd",
        }
    }
}

/// What a quantity lacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gap {
    /// A marker that was not seen in this frame, or that the take does not have.
    Marker(Marker),
    /// A measurement of the subject that was not given, or is not supported.
    Measurement(BodySide, Measurement),
    /// Markers fall together, lie on one line, or lie closer to a joint than the measurement says.
    Degenerate(Segment),
}

impl Gap {
    /// The id of the text that explains this to a person.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Marker(_) => "solver-gait-gap-marker",
            Self::Measurement(..) => "solver-gait-gap-measurement",
            Self::Degenerate(_) => "solver-gait-gap-degenerate",
        }
    }

    /// The values that the text names.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Marker(marker) => vec![("marker", marker.label().to_owned())],
            Self::Measurement(side, what) => {
                vec![("measurement", format!("{}{}", side.word(), what.name()))]
            }
            Self::Degenerate(segment) => vec![("segment", segment.code().to_owned())],
        }
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Marker(marker) => write!(f, "marker {} is not seen", marker.label()),
            Self::Measurement(side, what) => {
                write!(f, "measurement {}{} is missing", side.word(), what.name())
            }
            Self::Degenerate(segment) => {
                write!(f, "the markers of {} do not span it", segment.code())
            }
        }
    }
}
