//! Which exit code each crate's errors end a command with.

use crate::demo::error::DemoError;
use crate::exit::Exit;
use crate::failure::{Explain, Failure, explained};
use cyc_emit::OutputError;
use cyc_engine::run::EngineError;
use cyc_model::RosterError;
use cyc_simulator::servers::SimulatorError;
use cyc_take::TakeError;
use std::io::ErrorKind;
use std::path::Path;

explained! {
    cyc_capture::SourceUrlError => Exit::Usage;
    cyc_align::AlignError => Exit::Asset;
    cyc_character::CharacterError => Exit::Asset;
    cyc_simulator::performance::LandmarkError => Exit::Asset;
    cyc_simulator::performance::PerformerError => Exit::Asset;
    cyc_simulator::performance::TruthError => Exit::Device;
    cyc_stage::OverrideError => Exit::Usage;
    cyc_stage::StageError => Exit::Config;
    cyc_take::bvh::BvhError => Exit::Asset;
    cyc_take::c3d::C3dError => Exit::Asset;
    cyc_engine::bring_up::BringUpError => Exit::Asset;
    cyc_film::FilmError => Exit::Device;
    cyc_film::PictureError => Exit::Device;
    cyc_film::PlateFault => Exit::Asset;
    cyc_renderer::RenderError => Exit::Device;
    cyc_renderer::proof::ProofError => Exit::Device;
    cyc_solver::CalibrateError => Exit::Asset;
    cyc_solver::RetargetError => Exit::Asset;
    cyc_solver::RigError => Exit::Config;
    cyc_solver::vsk::VskError => Exit::Asset;
    cyc_solver::osim::OsimError => Exit::Asset;
    cyc_solver::LabelError => Exit::Asset;
    cyc_solver::plug_in_gait::MeasurementError => Exit::Asset;
    cyc_console::ConsoleError => Exit::Device;
    cyc_display::DisplayError => Exit::Device;
    cyc_control::server::ServerError => Exit::Device;
    cyc_control::ClientError => Exit::Usage;
    cyc_control::DoorError => Exit::Device;
    DemoError => Exit::Asset;
}

impl Explain for TakeError {
    fn key(&self) -> &'static str {
        Self::key(self)
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        Self::args(self)
    }
}

/// A full disk is the machine's fault, not the take's.
fn exit_of_take(error: &TakeError) -> Exit {
    match error {
        TakeError::NoRoom { .. } => Exit::Device,
        TakeError::Io { source, .. } if source.kind() == ErrorKind::StorageFull => Exit::Device,
        _ => Exit::Asset,
    }
}

impl From<TakeError> for Failure {
    fn from(error: TakeError) -> Self {
        Self::new(exit_of_take(&error), &error)
    }
}

impl Failure {
    /// What is wrong with a take that was given by its path, which is said with it.
    pub fn of_take(path: &Path, error: TakeError) -> Self {
        let says_path = matches!(
            error,
            TakeError::Io { .. }
                | TakeError::Exists { .. }
                | TakeError::PartExists { .. }
                | TakeError::NoRoom { .. }
        );
        let failure = Self::from(error);
        if says_path {
            return failure;
        }
        failure.within("take-in-file", vec![("path", path.display().to_string())])
    }
}

impl Explain for OutputError {
    fn key(&self) -> &'static str {
        Self::key(self)
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        Self::args(self)
    }
}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Self {
        let exit = if error.is_usage() {
            Exit::Usage
        } else {
            Exit::Device
        };
        Self::new(exit, &error)
    }
}

impl Explain for EngineError {
    fn key(&self) -> &'static str {
        Self::key(self)
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        Self::args(self)
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let exit = match error {
            EngineError::Take(_) => Exit::Asset,
            EngineError::Capture(_) => Exit::Config,
            EngineError::RecorderBusy | EngineError::TakeRolls | EngineError::ExchangeBusy => {
                Exit::Retry
            }
            EngineError::Thread { .. } | EngineError::Queue { .. } => Exit::Device,
        };
        Self::new(exit, &error)
    }
}

impl Explain for SimulatorError {
    fn key(&self) -> &'static str {
        Self::key(self)
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        Self::args(self)
    }
}

impl From<SimulatorError> for Failure {
    fn from(error: SimulatorError) -> Self {
        let exit = match error {
            SimulatorError::NoServer
            | SimulatorError::BadRate { .. }
            | SimulatorError::BadFault { .. } => Exit::Usage,
            SimulatorError::Bind { .. } | SimulatorError::System { .. } => Exit::Device,
        };
        Self::new(exit, &error)
    }
}

/// Subjects that cannot be served: they come from the labels of a take and the names in a stage file.
impl Explain for RosterError {
    fn key(&self) -> &'static str {
        match self {
            Self::TooMany { .. } => "sim-too-many",
            Self::BadName { .. } => "sim-bad-name",
            Self::BadParent { .. } => "sim-bad-parent",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooMany { what, count, limit } => vec![
                ("what", what.clone()),
                ("count", count.to_string()),
                ("limit", limit.to_string()),
            ],
            Self::BadName { name, within } => {
                vec![("name", name.clone()), ("within", within.clone())]
            }
            Self::BadParent { subject, segment } => {
                vec![("subject", subject.clone()), ("segment", segment.clone())]
            }
        }
    }
}

impl From<RosterError> for Failure {
    fn from(error: RosterError) -> Self {
        Self::new(Exit::Config, &error)
    }
}
