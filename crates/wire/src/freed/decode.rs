//! Datagrams to frames.

use super::error::DecodeError;
use super::lens_profile::{LensProfile, SeenRange};
use super::limits::{DATAGRAM_MAX, MESSAGE_BYTES};
use super::message::{Message, decode_message};
use crate::body_list::BodyList;
use cyc_model::{FrameNumber, HostNs, MocapFrame, Roster, SUBJECTS_MAX};
use std::sync::Arc;

/// How messages are understood.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DecodeSettings {
    /// What cameras are called; one that has no name here is called `Camera` and its number.
    pub names: Vec<(u8, String)>,
    /// What zoom, focus and the user's field mean. Without one they stay raw numbers.
    pub profile: LensProfile,
}

/// What arrived but could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct DecoderCounts {
    /// Poses that cannot be: shown as not tracked.
    pub values: u64,
    /// Messages of cameras beyond the number that is taken, or whose name is another's.
    pub cameras: u64,
}

/// Remembers the cameras of a port, and counts its datagrams, because FreeD counts nothing.
#[derive(Debug, Default)]
pub struct Decoder {
    settings: DecodeSettings,
    cameras: BodyList<u8>,
    /// What the rings of each camera have reached, in the cameras' order.
    seen: Vec<SeenRange>,
    frames: u32,
    counts: DecoderCounts,
}

impl Decoder {
    /// A decoder that knows no camera yet.
    pub fn new(settings: DecodeSettings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }

    /// Decodes a datagram of one or several messages, received at `heard`, into `out`, except for its source and epoch,
    /// which are the caller's. Nothing of a datagram with a damaged message is taken.
    ///
    /// The frame's number counts datagrams, 32 bits wide. True when a camera came that was not known: then the roster is
    /// a new one, and something was allocated.
    pub fn decode(
        &mut self,
        datagram: &[u8],
        heard: HostNs,
        out: &mut MocapFrame,
    ) -> Result<bool, DecodeError> {
        let (messages, rest) = datagram.as_chunks::<MESSAGE_BYTES>();
        if messages.is_empty() || !rest.is_empty() || datagram.len() > DATAGRAM_MAX {
            let bytes = datagram.len();
            return Err(DecodeError::Length { bytes });
        }
        for (index, bytes) in messages.iter().enumerate() {
            decode_message(bytes, index)?;
        }
        self.cameras.begin();
        for (index, bytes) in messages.iter().enumerate() {
            self.take(&decode_message(bytes, index)?);
        }
        let grew = self.cameras.write(heard, out);
        self.frames = self.frames.wrapping_add(1);
        out.number = FrameNumber(u64::from(self.frames));
        out.rate_hz = 0.0;
        Ok(grew)
    }

    fn take(&mut self, message: &Message) {
        let Some(place) = self.place(message.camera_id) else {
            self.counts.cameras += 1;
            return;
        };
        let pose = message.pose();
        self.counts.values += u64::from(pose.is_none());
        self.cameras.set_pose(place, pose);
        if let Some(seen) = self.seen.get_mut(place) {
            let lens = self.settings.profile.lens(message, seen);
            self.cameras.set_lens(place, lens);
        }
    }

    fn place(&mut self, camera_id: u8) -> Option<usize> {
        if let Some(place) = self.cameras.find(&camera_id) {
            return Some(place);
        }
        let mut named = self.settings.names.iter();
        let place = match named.find(|(id, _)| *id == camera_id) {
            Some((_, name)) => self.cameras.introduce(camera_id, name),
            // A stranger beyond the limit must not cost an allocation a datagram.
            None if self.seen.len() == SUBJECTS_MAX => None,
            None => self
                .cameras
                .introduce(camera_id, &format!("Camera {camera_id}")),
        }?;
        self.seen.push(SeenRange::default());
        Some(place)
    }

    /// The cameras seen so far.
    pub fn roster(&self) -> &Arc<Roster> {
        self.cameras.roster()
    }

    /// What could not be taken.
    pub fn counts(&self) -> DecoderCounts {
        self.counts
    }
}
