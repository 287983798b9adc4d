//! The whole stage in virtual time: performers, capture systems, networks and the program itself, from one seed.
//!
//! A [`Plan`] says who performs, how they are heard and what goes wrong; [`run`] lets it happen, from the first exposure
//! to the last wall frame, faster than real time; in every frame the promises of the house are checked. The program under
//! test is the real one: the decoders and doors of `capture`, the queues, the core of `engine`. Only sockets, threads and
//! the clock are virtual.
//!
//! What must stay true: a seed decides everything, bit by bit, on every machine of one kind; the checks know the truth and
//! the plan, and nothing of how the engine works.

mod campaign;
mod fault;
mod hostility;
mod joint_limits;
mod plan;
mod process;
mod rig_motion;
mod show;
mod subject_checks;
mod trouble;
mod virtual_network;
mod virtual_source;
mod watcher;

pub use campaign::campaign;
pub use fault::{Fault, FaultKind};
pub use plan::{Carriage, Plan, ShowSettings, SourcePlan};
pub use rig_motion::{JointPose, RigMotion, ScriptedPerformer};
pub use show::{Outcome, run};
pub use watcher::{Breach, Figures, Promise};

#[cfg(test)]
mod tests;
