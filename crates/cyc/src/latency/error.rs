//! What can go wrong in `cyc latency`.

use super::flash_lag::NoLag;
use crate::exit::Exit;
use crate::failure::{Explain, Failure};
use std::path::PathBuf;

/// Why there is no delay.
#[derive(Debug)]
pub enum LatencyFault {
    /// A film, folder or picture cannot be read.
    CannotRead {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A film that is not Y4M as it is read here, or ends within a frame.
    BadFilm {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        what: &'static str,
    },
    /// A film of a camera whose pictures cannot be had.
    BadVideo {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A part lies outside the picture.
    Outside {
        /// Size of the picture, pixels.
        width: u32,
        /// See `width`.
        height: u32,
    },
    /// A part of the picture is not as it is written on the command line.
    BadPart {
        /// What was written.
        written: String,
    },
    /// A stage without a film camera has nothing that could step.
    NoCamera {
        /// Its name.
        stage: String,
    },
    /// The stage that runs is another.
    OtherStage {
        /// The stage file's.
        stage: String,
        /// What runs.
        runs: String,
    },
    /// The tracker cannot be stood in for.
    NotServed {
        /// The source.
        url: String,
    },
    /// The stage does not hear the virtual tracker.
    NotHeard {
        /// The camera.
        camera: String,
        /// The source.
        url: String,
    },
    /// No picture shows a step.
    NotShown {
        /// The camera.
        camera: String,
    },
    /// Nothing flashes, or not together.
    NoLag(NoLag),
}

impl Explain for LatencyFault {
    fn key(&self) -> &'static str {
        match self {
            Self::CannotRead { .. } => "latency-cannot-read",
            Self::BadFilm { .. } => "latency-bad-film",
            Self::BadVideo { .. } => "latency-bad-video",
            Self::Outside { .. } => "latency-outside",
            Self::BadPart { .. } => "latency-bad-part",
            Self::NoCamera { .. } => "latency-no-camera",
            Self::OtherStage { .. } => "latency-other-stage",
            Self::NotServed { .. } => "latency-not-served",
            Self::NotHeard { .. } => "latency-not-heard",
            Self::NotShown { .. } => "latency-not-shown",
            Self::NoLag(NoLag::ReferenceDark) => "latency-reference-dark",
            Self::NoLag(NoLag::WallDark) => "latency-wall-dark",
            Self::NoLag(NoLag::NoPairs) => "latency-no-pairs",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::CannotRead { path, reason } | Self::BadVideo { path, reason } => vec![
                ("path", path.display().to_string()),
                ("reason", reason.clone()),
            ],
            Self::BadFilm { path, what } => vec![
                ("path", path.display().to_string()),
                ("what", (*what).to_owned()),
            ],
            Self::Outside { width, height } => {
                vec![("width", width.to_string()), ("height", height.to_string())]
            }
            Self::BadPart { written } => vec![("written", written.clone())],
            Self::NoCamera { stage } => vec![("stage", stage.clone())],
            Self::OtherStage { stage, runs } => {
                vec![("stage", stage.clone()), ("runs", runs.clone())]
            }
            Self::NotServed { url } => vec![("url", url.clone())],
            Self::NotHeard { camera, url } => {
                vec![("camera", camera.clone()), ("url", url.clone())]
            }
            Self::NotShown { camera } => vec![("camera", camera.clone())],
            Self::NoLag(_) => Vec::new(),
        }
    }
}

impl From<LatencyFault> for Failure {
    fn from(fault: LatencyFault) -> Self {
        let exit = match fault {
            LatencyFault::BadPart { .. } => Exit::Usage,
            _ => Exit::Asset,
        };
        Self::new(exit, &fault)
    }
}
