//! What can be wrong with what `cyc sim` is asked for.

use crate::exit::Exit;
use crate::failure::{Explain, Failure};

/// Why the virtual system is not started.
#[derive(Clone, Debug, PartialEq)]
pub enum SimError {
    /// A number that is none, or out of range.
    BadNumber {
        /// The argument.
        argument: &'static str,
        /// What was given.
        value: String,
        /// Smallest value taken.
        min: f64,
        /// Largest value taken.
        max: f64,
    },
    /// An address that leads nowhere.
    BadAddress {
        /// The argument.
        argument: &'static str,
        /// What was given.
        value: String,
    },
    /// An argument of a protocol that is not served.
    NotServed {
        /// The argument.
        argument: &'static str,
        /// The protocols that it is for.
        protocols: String,
    },
    /// A port for several protocols at once.
    SharedPort {
        /// The argument.
        argument: &'static str,
        /// What was given.
        value: String,
    },
    /// Timecode is written at once and cannot be served beside other protocols.
    NotAlone,
    /// Timecode without a WAV file to write it to.
    NoOut,
    /// No label of a rate that sound carries.
    BadStart {
        /// The label.
        start: String,
        /// The rate.
        rate: String,
    },
}

impl SimError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::BadNumber { .. } => "sim-bad-number",
            Self::BadAddress { .. } => "sim-bad-address",
            Self::NotServed { .. } => "sim-not-served",
            Self::SharedPort { .. } => "sim-shared-port",
            Self::NotAlone => "sim-not-alone",
            Self::NoOut => "sim-no-out",
            Self::BadStart { .. } => "sim-bad-start",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::BadNumber {
                argument,
                value,
                min,
                max,
            } => vec![
                ("argument", (*argument).to_owned()),
                ("value", value.clone()),
                ("min", min.to_string()),
                ("max", max.to_string()),
            ],
            Self::BadAddress { argument, value } | Self::SharedPort { argument, value } => vec![
                ("argument", (*argument).to_owned()),
                ("value", value.clone()),
            ],
            Self::NotAlone | Self::NoOut => Vec::new(),
            Self::BadStart { start, rate } => {
                vec![("start", start.clone()), ("rate", rate.clone())]
            }
            Self::NotServed {
                argument,
                protocols,
            } => vec![
                ("argument", (*argument).to_owned()),
                ("protocols", protocols.clone()),
            ],
        }
    }
}

impl Explain for SimError {
    fn key(&self) -> &'static str {
        Self::key(self)
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        Self::args(self)
    }
}

impl From<SimError> for Failure {
    fn from(error: SimError) -> Self {
        Self::new(Exit::Usage, &error)
    }
}
