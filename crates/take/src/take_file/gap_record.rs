//! What is missing in a take, as bytes. A gap is data; silence would be a lie.

use super::error::DamageKind;
use super::fields::{Field, Fields, Put};
use cyc_model::{HostNs, SourceId};

/// The layout, as it stands in the take's schema.
pub(super) const LAYOUT: &str = "\
u8 version=1; u8 what (0 capture frames, 1 stage frames, 2 raw packets, 3 events); u16 source (65535 none); u8 reason (0 the \
disk was too slow, 1 the queue to the recorder was full, 2 a \
fault of the recorder); i64 from_ns; i64 to_ns; u64 count.";

/// The first byte of a message: the version of its layout.
const VERSION: u8 = 1;

/// Stands for no source.
const NO_SOURCE: u16 = u16::MAX;

/// What is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GapKind {
    /// Capture frames of a source.
    Mocap,
    /// Stage frames.
    Stage,
    /// Packets as they were received.
    Raw,
    /// What the stage said.
    Events,
}

impl GapKind {
    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mocap => "mocap",
            Self::Stage => "stage",
            Self::Raw => "raw",
            Self::Events => "events",
        }
    }
}

/// Why it is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapReason {
    /// The disk did not keep up, and what waited for it had reached its limit.
    SlowDisk,
    /// The recorder itself did not keep up.
    QueueFull,
    /// A fault of the recorder's own.
    Fault,
}

impl GapReason {
    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::SlowDisk => "slow-disk",
            Self::QueueFull => "queue-full",
            Self::Fault => "fault",
        }
    }
}

/// Something that is missing in a take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakeGap {
    /// What.
    pub what: GapKind,
    /// Whose, where it is a source's.
    pub source: Option<SourceId>,
    /// Why.
    pub reason: GapReason,
    /// The time of the first that is missing.
    pub from: HostNs,
    /// The time of the last that is missing.
    pub to: HostNs,
    /// How many are missing.
    pub count: u64,
}

/// Appends a gap.
pub(super) fn encode(gap: &TakeGap, out: &mut Vec<u8>) {
    let mut put = Put(out);
    put.u8(VERSION);
    put.u8(gap.what as u8);
    put.u16(gap.source.map_or(NO_SOURCE, |s| s.0));
    put.u8(gap.reason as u8);
    put.i64(gap.from.0);
    put.i64(gap.to.0);
    put.u64(gap.count);
}

/// Reads a gap.
pub(super) fn decode(bytes: &[u8]) -> Field<TakeGap> {
    let mut fields = Fields(bytes);
    fields.version(VERSION)?;
    let kinds = [
        GapKind::Mocap,
        GapKind::Stage,
        GapKind::Raw,
        GapKind::Events,
    ];
    let code = fields.u8()?;
    let what = kinds.into_iter().find(|k| *k as u8 == code);
    let source = Some(fields.u16()?).filter(|s| *s != NO_SOURCE);
    let reason = fields.u8()?;
    let reasons = [GapReason::SlowDisk, GapReason::QueueFull, GapReason::Fault];
    let reason = reasons.into_iter().find(|r| *r as u8 == reason);
    let gap = TakeGap {
        what: what.ok_or(DamageKind::Code)?,
        source: source.map(SourceId),
        reason: reason.ok_or(DamageKind::Code)?,
        from: HostNs(fields.i64()?),
        to: HostNs(fields.i64()?),
        count: fields.u64()?,
    };
    fields.end()?;
    Ok(gap)
}
