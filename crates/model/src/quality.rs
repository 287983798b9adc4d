//! How sure a value is: travels with every pose.

use crate::Nanos;

/// Where a pose comes from, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Quality {
    /// Measured at the time it is for.
    Live,
    /// Between two measured neighbours.
    Interpolated,
    /// Extrapolated beyond the newest measurement.
    Predicted {
        /// Time since the newest measurement.
        age: Nanos,
    },
    /// The last good value, standing still.
    Held {
        /// Time since the newest measurement.
        age: Nanos,
    },
    /// Nothing to show.
    #[default]
    Absent,
}

impl Quality {
    /// Whether there is a value at all.
    pub fn is_present(self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// Whether the value rests on a measurement made at its time or around it.
    pub fn is_measured(self) -> bool {
        matches!(self, Self::Live | Self::Interpolated)
    }
}
