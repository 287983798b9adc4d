//! Frames to datagrams: what the simulator sends, and what a stage gives to a renderer that wants FreeD.

use super::lens_profile::LensProfile;
use super::message::{Message, encode_message};
use cyc_model::{MocapFrame, Roster};
use std::sync::Arc;

/// How datagrams are made.
#[derive(Clone, Debug, PartialEq)]
pub struct EncodeSettings {
    /// The subjects that are sent, numbered from `first_id` in this order; all rigid bodies in the roster's order when
    /// empty.
    pub cameras: Vec<String>,
    /// The first camera's number.
    pub first_id: u8,
    /// How a lens becomes zoom, focus and the user's field where a frame does not carry the raw numbers.
    pub profile: LensProfile,
}

impl Default for EncodeSettings {
    fn default() -> Self {
        Self {
            cameras: Vec::new(),
            first_id: 1,
            profile: LensProfile::default(),
        }
    }
}

/// Makes one datagram for each camera of a frame that is tracked.
#[derive(Debug, Default)]
pub struct Encoder {
    settings: EncodeSettings,
    roster: Arc<Roster>,
    /// Position in the roster and number of each camera.
    cameras: Vec<(usize, u8)>,
}

impl Encoder {
    /// An encoder for frames of any roster.
    pub fn new(settings: EncodeSettings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }

    /// Gives each datagram of a frame to `send`: one message each, in the cameras' order. Returns how many cameras were
    /// tracked but are too far away to be told in 24 bits.
    pub fn encode(&mut self, frame: &MocapFrame, send: &mut dyn FnMut(&[u8])) -> usize {
        if !Arc::ptr_eq(&self.roster, &frame.roster) {
            self.meet(&frame.roster);
        }
        let mut too_far = 0;
        for (subject, camera_id) in &self.cameras {
            let pose = frame.segments_of(*subject).first().copied().flatten();
            let Some(pose) = pose else {
                continue;
            };
            let Some(mut message) = Message::of_pose(*camera_id, pose) else {
                too_far += 1;
                continue;
            };
            if let Some(lens) = frame.lens_of(*subject) {
                self.settings.profile.set_rings(lens, &mut message);
            }
            send(&encode_message(&message));
        }
        too_far
    }

    fn meet(&mut self, roster: &Arc<Roster>) {
        self.roster = Arc::clone(roster);
        self.cameras.clear();
        let named = &self.settings.cameras;
        if named.is_empty() {
            let subjects = roster.subjects().iter().enumerate();
            let bodies = subjects.filter(|(_, s)| s.is_rigid_body()).map(|(i, _)| i);
            self.cameras.extend(bodies.zip(self.settings.first_id..));
        } else {
            // A camera that is not in the roster keeps its number.
            let found = named.iter().zip(self.settings.first_id..);
            let found = found.filter_map(|(name, id)| Some((roster.find(name)?, id)));
            self.cameras.extend(found);
        }
    }
}
