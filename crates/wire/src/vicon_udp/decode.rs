//! Datagrams to frames.

use super::OBJECT_ITEM;
use super::error::DecodeError;
use super::limits::{DATAGRAM_MAX, HEADER_BYTES, NAME_BYTES, OBJECT_DATA_BYTES};
use crate::little_endian::{Reader, UnexpectedEnd};
use crate::vicon_axes::{ServerAxes, SourcePose};
use cyc_model::{
    FrameNumber, Hop, HostNs, MocapFrame, Roster, SUBJECTS_MAX, SegmentInfo, SubjectInfo,
};
use glam::{DQuat, EulerRot};
use std::sync::Arc;

/// One item as it is on the wire.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Item<'a> {
    /// A rigid body.
    Object {
        /// Name, NUL padded.
        name: [u8; NAME_BYTES],
        /// Translation, millimetres.
        t_mm: [f64; 3],
        /// Euler XYZ, radians.
        euler_rad: [f64; 3],
    },
    /// A kind that is not known, skipped by its size.
    Other {
        /// Its id.
        id: u8,
        /// Its data.
        data: &'a [u8],
    },
}

/// The frame number and items of a datagram, without allocating. The iterator ends after an error.
pub fn decode_items(
    datagram: &[u8],
) -> Result<(u32, impl Iterator<Item = Result<Item<'_>, DecodeError>>), DecodeError> {
    if datagram.len() > DATAGRAM_MAX {
        return Err(DecodeError::TooLarge {
            bytes: datagram.len(),
            limit: DATAGRAM_MAX,
        });
    }
    let mut r = Reader::new(datagram);
    let header = r.u32().and_then(|frame| Ok((frame, r.u8()?)));
    let (frame, items) = header.map_err(|_| DecodeError::HeaderCut {
        bytes: datagram.len(),
    })?;
    let mut failed = false;
    let read = (0..items).map_while(move |item| {
        if failed {
            return None;
        }
        let read = read_item(&mut r, item, items);
        failed = read.is_err();
        Some(read)
    });
    Ok((frame, read))
}

fn read_item<'a>(r: &mut Reader<'a>, item: u8, items: u8) -> Result<Item<'a>, DecodeError> {
    let cut = |end: UnexpectedEnd| DecodeError::ItemCut {
        item,
        items,
        needed: end.needed,
        left: end.left,
    };
    let (id, bytes) = (r.u8().map_err(cut)?, r.u16().map_err(cut)?);
    let data = r.bytes(usize::from(bytes)).map_err(cut)?;
    if id != OBJECT_ITEM {
        return Ok(Item::Other { id, data });
    }
    let too_short = |_| DecodeError::ObjectTooShort {
        item,
        bytes: data.len(),
    };
    // A longer object belongs to a newer Tracker: what is known of it is read, the rest skipped.
    let mut d = Reader::new(data);
    let name = d.bytes(NAME_BYTES).map_err(too_short)?;
    Ok(Item::Object {
        name: name.try_into().unwrap_or([0; NAME_BYTES]),
        t_mm: d.f64s().map_err(too_short)?,
        euler_rad: d.f64s().map_err(too_short)?,
    })
}

/// What arrived but could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct DecoderCounts {
    /// Poses that are not finite or out of bounds: shown as not tracked.
    pub values: u64,
    /// Objects without a name, or beyond the number of subjects that are taken.
    pub objects: u64,
    /// Items of kinds that are not known.
    pub other_items: u64,
}

/// Remembers the objects of a source, so that they keep their places when one is left out.
#[derive(Debug, Default)]
pub struct Decoder {
    names: Vec<[u8; NAME_BYTES]>,
    roster: Arc<Roster>,
    poses: Vec<Option<SourcePose>>,
    counts: DecoderCounts,
}

impl Decoder {
    /// Decodes a datagram, received at `heard`, into `out`, except for its source and epoch, which are the caller's.
    /// True when an object came that was not known: then the roster is a new one, and something was allocated.
    pub fn decode(
        &mut self,
        datagram: &[u8],
        heard: HostNs,
        out: &mut MocapFrame,
    ) -> Result<bool, DecodeError> {
        let (frame, items) = decode_items(datagram)?;
        self.poses.fill(None);
        for item in items {
            match item? {
                Item::Object {
                    name,
                    t_mm,
                    euler_rad,
                } => self.take(name, t_mm, euler_rad),
                Item::Other { .. } => self.counts.other_items += 1,
            }
        }
        // Not since this datagram began: one that was refused halfway may have brought a name.
        let grew = self.names.len() > self.roster.subjects().len();
        if grew {
            self.rebuild();
        }
        out.reset(&self.roster);
        out.segments.clone_from(&self.poses);
        out.number = FrameNumber(u64::from(frame));
        out.heard = heard;
        out.rate_hz = 0.0;
        out.stamps.stamp(Hop::Heard, heard);
        Ok(grew)
    }

    fn take(&mut self, name: [u8; NAME_BYTES], t_mm: [f64; 3], euler_rad: [f64; 3]) {
        let place = match self.names.iter().position(|n| *n == name) {
            Some(place) => place,
            None => {
                let as_text = text_of(&name);
                let taken = self.names.iter().any(|n| text_of(n) == as_text);
                if as_text.is_empty() || taken || self.names.len() == SUBJECTS_MAX {
                    self.counts.objects += 1;
                    return;
                }
                self.names.push(name);
                self.poses.push(None);
                self.names.len() - 1
            }
        };
        if t_mm == [0.0; 3] && euler_rad == [0.0; 3] {
            return;
        }
        let [x, y, z] = euler_rad;
        let server = DQuat::from_euler(EulerRot::XYZ, x, y, z);
        let pose = ServerAxes::ZUp.pose(t_mm, server);
        if pose.is_none() {
            self.counts.values += 1;
        }
        if let Some(slot) = self.poses.get_mut(place) {
            *slot = pose;
        }
    }

    fn rebuild(&mut self) {
        let body = |name: &[u8; NAME_BYTES]| {
            let name = text_of(name);
            SubjectInfo {
                name: name.clone(),
                segments: vec![SegmentInfo {
                    name,
                    parent: None,
                    parent_from_segment: None,
                }],
                markers: Vec::new(),
            }
        };
        // Names are not empty, unique and short, and their number is limited, so this holds.
        if let Ok(roster) = Roster::build(self.names.iter().map(body).collect()) {
            self.roster = Arc::new(roster);
        }
    }

    /// The objects seen so far.
    pub fn roster(&self) -> &Arc<Roster> {
        &self.roster
    }

    /// What could not be taken.
    pub fn counts(&self) -> DecoderCounts {
        self.counts
    }
}

/// The name up to its first NUL.
fn text_of(name: &[u8; NAME_BYTES]) -> String {
    let end = name.iter().position(|b| *b == 0).unwrap_or(NAME_BYTES);
    String::from_utf8_lossy(name.get(..end).unwrap_or(name)).into_owned()
}

const _: () = assert!(HEADER_BYTES == 4 + 1 && OBJECT_DATA_BYTES == NAME_BYTES + 48);
