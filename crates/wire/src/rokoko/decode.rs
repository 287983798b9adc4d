//! Datagrams to frames.

use super::error::DecodeError;
use super::joints::joints;
use super::limits::{DATAGRAM_MAX, LATE_MAX_S, SAME_TIME_MAX};
use super::lz4_frame::{is_lz4, unpack};
use super::scene::{Told, read};
use crate::growing_roster::GrowingRoster;
use cyc_model::{FrameNumber, Hop, HostNs, MocapFrame};

/// The oldest version whose scenes are read.
const VERSION_MIN: u32 = 3;

/// What arrived but could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct DecoderCounts {
    /// Poses and weights that cannot be: shown as not seen, or as 0.
    pub values: u64,
    /// Actors, props and joints that are not known, or more than are taken.
    pub unknown: u64,
    /// Datagrams that came twice.
    pub duplicates: u64,
    /// Datagrams that a newer one had overtaken.
    pub late: u64,
}

/// Remembers the actors and props of a Studio.
#[derive(Debug)]
pub struct Decoder {
    json: Vec<u8>,
    roster: GrowingRoster,
    /// The newest timestamp, and how many datagrams in a row had it.
    newest: Option<(f64, u32)>,
    frames: u64,
    counts: DecoderCounts,
}

impl Default for Decoder {
    fn default() -> Self {
        Self {
            json: Vec::new(),
            roster: GrowingRoster::with_parents(parent_of),
            newest: None,
            frames: 0,
            counts: DecoderCounts::default(),
        }
    }
}

impl Decoder {
    /// Decodes a datagram, received at `heard`, into `out`, except for its source and epoch, which are the caller's.
    /// False when it is late or comes twice: then `out` is as it was.
    pub fn decode(
        &mut self,
        datagram: &[u8],
        heard: HostNs,
        out: &mut MocapFrame,
    ) -> Result<bool, DecodeError> {
        if datagram.len() > DATAGRAM_MAX {
            return Err(DecodeError::TooLarge {
                bytes: datagram.len(),
                limit: DATAGRAM_MAX,
            });
        }
        let json = if is_lz4(datagram) {
            unpack(datagram, &mut self.json)?;
            self.json.as_slice()
        } else {
            datagram
        };
        self.roster.begin();
        let told = read(json, &mut self.roster).map_err(|e| DecodeError::BadJson {
            line: e.line(),
            column: e.column(),
        })?;
        let version = if told.has_trackers { 2 } else { told.version };
        if version < VERSION_MIN {
            return Err(DecodeError::Version { version });
        }
        if !told.has_scene {
            return Err(DecodeError::NoScene);
        }
        if !self.is_in_time(&told) {
            return Ok(false);
        }
        self.counts.values += told.bad_values;
        self.counts.unknown += told.unknown;
        self.roster.fill(out);
        out.number = FrameNumber(self.frames);
        self.frames += 1;
        let is_rate = |fps: &f64| fps.is_finite() && *fps > 0.0;
        out.rate_hz = told.fps.filter(is_rate).unwrap_or(0.0);
        out.heard = heard;
        out.stamps.stamp(Hop::Heard, heard);
        Ok(true)
    }

    /// Whether a datagram is to be taken, by its timestamp. One that jumps far back begins a new take, and a clock that
    /// stands still (a paused Studio, a sender without one) tells nothing.
    fn is_in_time(&mut self, told: &Told) -> bool {
        let Some(now) = told.timestamp_s.filter(|t| t.is_finite()) else {
            return true;
        };
        let Some((newest, times)) = &mut self.newest else {
            self.newest = Some((now, 1));
            return true;
        };
        if now == *newest {
            *times = times.saturating_add(1);
            let stands_still = *times > SAME_TIME_MAX;
            self.counts.duplicates += u64::from(!stands_still);
            return stands_still;
        }
        if (0.0..LATE_MAX_S).contains(&(*newest - now)) {
            self.counts.late += 1;
            return false;
        }
        (*newest, *times) = (now, 1);
        true
    }

    /// What could not be taken.
    pub fn counts(&self) -> DecoderCounts {
        self.counts
    }
}

/// A segment's parent, by the names that segments have here.
fn parent_of(segment: &str) -> Option<&'static str> {
    let joint = joints().iter().find(|j| j.segment_name() == segment)?;
    Some(joints().get(joint.parent?)?.segment_name())
}
