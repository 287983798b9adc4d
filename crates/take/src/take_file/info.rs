//! What is in a take, without its frames.

use super::TakeConfig;
use super::TakeGap;
use super::error::TakeError;
use super::reader::{TakeItem, TakeReader};
use crate::limits::GAPS_LISTED_MAX;
use cyc_model::{HostNs, SourceId, Timecode};
use std::collections::BTreeMap;
use std::path::Path;

/// What is in a take.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TakeInfo {
    /// What it says about itself.
    pub config: TakeConfig,
    /// Capture frames of each source.
    pub mocap_frames: BTreeMap<SourceId, u64>,
    /// Stage frames.
    pub stage_frames: u64,
    /// Packets of each source as they were received.
    pub raw_packets: BTreeMap<SourceId, u64>,
    /// Things that the stage said.
    pub events: u64,
    /// What is missing, as far as the take says so itself; the first [`GAPS_LISTED_MAX`].
    pub gaps: Vec<TakeGap>,
    /// How many gaps there are.
    pub gap_count: u64,
    /// Host time of the earliest frame.
    pub first: Option<HostNs>,
    /// Host time of the latest frame.
    pub last: Option<HostNs>,
    /// The first timecode that a capture frame carries.
    pub start_timecode: Option<Timecode>,
    /// Messages that are no frames.
    pub messages_skipped: u64,
    /// Records and chunks that could not be read.
    pub damaged: u64,
    /// The take was finished: it has its footer.
    pub finished: bool,
}

/// Reads through a take and counts. Damaged parts and a missing end are counted, not errors; a file that is no take is
/// one.
pub fn take_info(path: impl AsRef<Path>) -> Result<TakeInfo, TakeError> {
    let mut reader = TakeReader::open(path)?;
    let mut info = TakeInfo {
        finished: true,
        ..TakeInfo::default()
    };
    loop {
        let at = match reader.next_item() {
            Ok(Some(TakeItem::Mocap(frame))) => {
                *info.mocap_frames.entry(frame.source).or_default() += 1;
                info.start_timecode = info.start_timecode.or(frame.timecode);
                frame.heard
            }
            Ok(Some(TakeItem::Stage(frame))) => {
                info.stage_frames += 1;
                frame.due
            }
            Ok(Some(TakeItem::Raw(source, _))) => {
                *info.raw_packets.entry(source).or_default() += 1;
                continue;
            }
            Ok(Some(TakeItem::Event(_))) => {
                info.events += 1;
                continue;
            }
            Ok(Some(TakeItem::Gap(gap))) => {
                info.gap_count += 1;
                if info.gaps.len() < GAPS_LISTED_MAX {
                    info.gaps.push(*gap);
                }
                continue;
            }
            Ok(None) => break,
            Err(TakeError::Damaged { .. }) => {
                info.damaged += 1;
                continue;
            }
            Err(TakeError::Unfinished { .. } | TakeError::TooLarge { .. }) => {
                info.finished = false;
                continue;
            }
            Err(other) => return Err(other),
        };
        info.first = Some(info.first.map_or(at, |f| f.min(at)));
        info.last = Some(info.last.map_or(at, |l| l.max(at)));
    }
    info.messages_skipped = reader.messages_skipped();
    info.config = reader.config().clone();
    Ok(info)
}
