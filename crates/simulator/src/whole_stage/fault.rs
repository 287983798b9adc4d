//! What goes wrong on a virtual stage: a kind, to whom, from when to when, how badly.

use cyc_model::{HostNs, Nanos};

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// Datagrams are lost at random.
    Loss,
    /// The network is good and bad by turns (Gilbert and Elliott): when bad, it loses nearly everything.
    Bursts,
    /// Datagrams are delayed by a random time.
    Jitter,
    /// Datagrams are held back by a few frames.
    Reorder,
    /// Datagrams come twice or three times.
    Copies,
    /// One of two paths is cut.
    PathCut,
    /// Nothing comes from the source at all.
    Silence,
    /// The source is silent for 300 ms and then counts from its beginning.
    Restart,
    /// The source's frame counter stands still.
    StuckCounter,
    /// The source's frame counter jumps by a million.
    CounterJump,
    /// The source's clock runs fast or slow.
    Drift,
    /// The source's timecode is set to another hour.
    TimecodeStep,
    /// A subject has another name.
    Renamed,
    /// A subject is no longer told of.
    Vanished,
    /// All markers of a subject have each other's names.
    Swap,
    /// Markers of a subject are hidden at random.
    Occlusion,
    /// Numbers in the datagrams are replaced by what are none, or far off.
    HostileValues,
    /// Datagrams are damaged, cut, or rubbish.
    HostilePackets,
    /// Rubbish comes at ten times the source's rate, from its own address.
    Flood,
    /// Another source claims the subjects' names.
    Impostor,
    /// Solving takes much longer than a frame.
    SolverSpike,
    /// The process is killed and comes back.
    ProcessKill,
}

impl FaultKind {
    /// All of them.
    pub const ALL: [Self; 22] = [
        Self::Loss,
        Self::Bursts,
        Self::Jitter,
        Self::Reorder,
        Self::Copies,
        Self::PathCut,
        Self::Silence,
        Self::Restart,
        Self::StuckCounter,
        Self::CounterJump,
        Self::Drift,
        Self::TimecodeStep,
        Self::Renamed,
        Self::Vanished,
        Self::Swap,
        Self::Occlusion,
        Self::HostileValues,
        Self::HostilePackets,
        Self::Flood,
        Self::Impostor,
        Self::SolverSpike,
        Self::ProcessKill,
    ];

    /// Its name in a report for programs, and on the command line.
    pub fn name(self) -> &'static str {
        let key = self.key();
        key.strip_prefix("chaos-fault-").unwrap_or(key)
    }

    /// The key of its text.
    pub fn key(self) -> &'static str {
        match self {
            Self::Loss => "chaos-fault-loss",
            Self::Bursts => "chaos-fault-bursts",
            Self::Jitter => "chaos-fault-jitter",
            Self::Reorder => "chaos-fault-reorder",
            Self::Copies => "chaos-fault-copies",
            Self::PathCut => "chaos-fault-path-cut",
            Self::Silence => "chaos-fault-silence",
            Self::Restart => "chaos-fault-restart",
            Self::StuckCounter => "chaos-fault-stuck-counter",
            Self::CounterJump => "chaos-fault-counter-jump",
            Self::Drift => "chaos-fault-drift",
            Self::TimecodeStep => "chaos-fault-timecode-step",
            Self::Renamed => "chaos-fault-renamed",
            Self::Vanished => "chaos-fault-vanished",
            Self::Swap => "chaos-fault-swap",
            Self::Occlusion => "chaos-fault-occlusion",
            Self::HostileValues => "chaos-fault-hostile-values",
            Self::HostilePackets => "chaos-fault-hostile-packets",
            Self::Flood => "chaos-fault-flood",
            Self::Impostor => "chaos-fault-impostor",
            Self::SolverSpike => "chaos-fault-solver-spike",
            Self::ProcessKill => "chaos-fault-process-kill",
        }
    }

    /// Shortest and longest that it lasts, and what its strength means at 0 and at 1 (a share, a time in seconds, parts
    /// per million), as the fault matrix has them.
    pub(super) fn extent(self) -> ([Nanos; 2], [f64; 2]) {
        let ms = |shortest, longest| [Nanos::from_millis(shortest), Nanos::from_millis(longest)];
        match self {
            Self::Loss => (ms(1000, 8000), [0.01, 0.25]),
            Self::Bursts => (ms(2000, 8000), [0.005, 0.05]),
            Self::Jitter => (ms(1000, 8000), [0.001, 0.020]),
            Self::Reorder => (ms(1000, 8000), [0.02, 0.15]),
            Self::Copies => (ms(1000, 8000), [0.1, 1.0]),
            Self::PathCut => (ms(500, 8000), [1.0, 1.0]),
            Self::Silence => (ms(20, 3000), [1.0, 1.0]),
            Self::Restart => (ms(300, 300), [1.0, 1.0]),
            Self::StuckCounter => (ms(50, 1000), [1.0, 1.0]),
            Self::CounterJump => (ms(1, 1), [1e6, 1e6]),
            Self::Drift => (ms(5000, 20_000), [-200.0, 200.0]),
            Self::TimecodeStep => (ms(2000, 10_000), [1.0, 1.0]),
            Self::Renamed | Self::Vanished => (ms(100, 3000), [1.0, 1.0]),
            Self::Swap => (ms(100, 100), [1.0, 1.0]),
            Self::Occlusion => (ms(1000, 8000), [0.02, 0.3]),
            Self::HostileValues => (ms(500, 3000), [0.02, 0.2]),
            Self::HostilePackets => (ms(500, 3000), [0.05, 0.5]),
            Self::Flood => (ms(500, 2000), [10.0, 10.0]),
            Self::Impostor => (ms(1000, 8000), [1.0, 1.0]),
            Self::SolverSpike => (ms(1000, 4000), [0.015, 0.060]),
            Self::ProcessKill => (ms(300, 1500), [1.0, 1.0]),
        }
    }
}

/// One fault.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fault {
    /// What.
    pub kind: FaultKind,
    /// Which source, by its number; of no meaning for what befalls the program.
    pub source: usize,
    /// Which of a source's subjects, or of its paths.
    pub whom: usize,
    /// When it begins.
    pub begins: HostNs,
    /// When it ends.
    pub ends: HostNs,
    /// How badly, in the kind's own measure.
    pub strength: f64,
}

impl Fault {
    /// Whether it is there at a time.
    pub fn is_on(&self, at: HostNs) -> bool {
        (self.begins..self.ends).contains(&at)
    }
}
