//! What is wrong with a source at a moment, as far as the checks take it into account.

use super::fault::FaultKind;
use super::plan::Plan;
use super::watcher::GRACE;
use cyc_model::{HostNs, Nanos};

/// What is wrong with a source just now.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trouble {
    /// Values may be anything.
    pub is_hostile: bool,
    /// Nothing is, and has not been for a while.
    pub is_calm: bool,
    /// While solving takes long, that is the usual time between two poses, and half as long again is no gap.
    pub measured_max: Nanos,
    /// Markers have, or had, wrong names: poses of them may be refused.
    pub is_misnamed: bool,
}

impl Trouble {
    /// What is, or was until a moment ago; the program began at `started`.
    pub fn of(plan: &Plan, source: usize, now: HostNs, started: HostNs) -> Self {
        let on_program = |kind| {
            let kinds = [
                FaultKind::SolverSpike,
                FaultKind::ProcessKill,
                FaultKind::Impostor,
            ];
            kinds.contains(&kind)
        };
        let mut faults = plan.faults.iter().filter(|f| {
            let is_his = f.source == source || on_program(f.kind);
            is_his && f.begins <= now && now < f.ends + GRACE
        });
        let is_hostile = faults
            .clone()
            .any(|f| matches!(f.kind, FaultKind::HostileValues | FaultKind::HostilePackets));
        let spikes = faults.clone().filter(|f| f.kind == FaultKind::SolverSpike);
        let spike_s = spikes.map(|f| f.strength).fold(0.0, f64::max);
        let is_misnamed = faults.clone().any(|f| f.kind == FaultKind::Swap);
        Self {
            is_hostile,
            is_misnamed,
            measured_max: Nanos::from_secs_real(1.5 * spike_s),
            is_calm: faults.next().is_none() && now - started > GRACE,
        }
    }
}
