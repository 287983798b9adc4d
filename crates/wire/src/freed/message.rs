//! The 29 bytes of a D1 message and the numbers in them.

use super::error::DecodeError;
use super::limits::{
    CHECKSUM_TOTAL, I24_MAX, I24_MIN, MESSAGE_BYTES, MESSAGE_TYPE, STEPS_PER_DEGREE, STEPS_PER_M,
    U24_MAX,
};
use crate::camera_axes::{self, CameraAngles};
use crate::vicon_axes::SourcePose;

/// A D1 message in the units of the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The camera.
    pub camera_id: u8,
    /// Pan, 1/32768 degree, positive to the right.
    pub pan: i32,
    /// Tilt, 1/32768 degree, positive upwards.
    pub tilt: i32,
    /// Roll, 1/32768 degree, positive clockwise seen from behind.
    pub roll: i32,
    /// X (right), Y (forward), Z (up), 1/64 mm.
    pub position: [i32; 3],
    /// Zoom, the maker's steps.
    pub zoom: u32,
    /// Focus, the maker's steps.
    pub focus: u32,
    /// The maker's own.
    pub user: u16,
}

impl Message {
    /// The pose that the message tells.
    pub fn pose(&self) -> Option<SourcePose> {
        let rad = |steps: i32| (f64::from(steps) / STEPS_PER_DEGREE).to_radians();
        let angles = CameraAngles {
            pan_rad: -rad(self.pan),
            tilt_rad: rad(self.tilt),
            roll_rad: rad(self.roll),
        };
        camera_axes::pose(self.position.map(|p| f64::from(p) / STEPS_PER_M), angles)
    }

    /// A message with a pose, and nothing else in it. `None` when the position is beyond the 131 m that fit.
    pub fn of_pose(camera_id: u8, pose: SourcePose) -> Option<Self> {
        let (at_m, angles) = camera_axes::parts(pose);
        let steps = |rad: f64| (rad.to_degrees() * STEPS_PER_DEGREE).round() as i32;
        let mut position = [0; 3];
        for (to, m) in position.iter_mut().zip(at_m) {
            let on_wire = (m * STEPS_PER_M).round();
            if !(f64::from(I24_MIN)..=f64::from(I24_MAX)).contains(&on_wire) {
                return None;
            }
            *to = on_wire as i32;
        }
        Some(Self {
            camera_id,
            pan: steps(-angles.pan_rad),
            tilt: steps(angles.tilt_rad),
            roll: steps(angles.roll_rad),
            position,
            ..Self::default()
        })
    }
}

/// Signed 24 bits: a set first bit makes it negative, by the whole 2^24.
fn i24([a, b, c]: [u8; 3]) -> i32 {
    i32::from_be_bytes([a, b, c, 0]) >> 8
}

fn u24([a, b, c]: [u8; 3]) -> u32 {
    u32::from_be_bytes([0, a, b, c])
}

/// The checksum of a message: 0x40 minus every byte before it.
fn checksum(body: &[u8]) -> u8 {
    body.iter()
        .fold(CHECKSUM_TOTAL, |sum, b| sum.wrapping_sub(*b))
}

/// Reads one message. `index` is its place in the datagram, for the error.
pub fn decode_message(bytes: &[u8; MESSAGE_BYTES], index: usize) -> Result<Message, DecodeError> {
    let [body @ .., told] = bytes;
    let three = |at: usize| {
        let found = body.get(at..at + 3).and_then(|b| b.try_into().ok());
        found.unwrap_or([0; 3])
    };
    let [message_type, camera_id, ..] = *body;
    if message_type != MESSAGE_TYPE {
        return Err(DecodeError::OtherMessage {
            index,
            found: message_type,
        });
    }
    let computed = checksum(body);
    if computed != *told {
        return Err(DecodeError::Checksum {
            index,
            computed,
            found: *told,
        });
    }
    let [.., user_high, user_low] = *body;
    Ok(Message {
        camera_id,
        pan: i24(three(2)),
        tilt: i24(three(5)),
        roll: i24(three(8)),
        position: [11, 14, 17].map(|at| i24(three(at))),
        zoom: u24(three(20)),
        focus: u24(three(23)),
        user: u16::from_be_bytes([user_high, user_low]),
    })
}

/// The bytes of a message. Numbers that do not fit 24 bits are held at the nearest that does.
pub fn encode_message(message: &Message) -> [u8; MESSAGE_BYTES] {
    let signed = |v: i32| {
        let [_, a, b, c] = v.clamp(I24_MIN, I24_MAX).to_be_bytes();
        [a, b, c]
    };
    let unsigned = |v: u32| {
        let [_, a, b, c] = v.min(U24_MAX).to_be_bytes();
        [a, b, c]
    };
    let [x, y, z] = message.position;
    let mut bytes = [0; MESSAGE_BYTES];
    let triples = [
        signed(message.pan),
        signed(message.tilt),
        signed(message.roll),
        signed(x),
        signed(y),
        signed(z),
        unsigned(message.zoom),
        unsigned(message.focus),
    ];
    let [user_high, user_low] = message.user.to_be_bytes();
    let content = [MESSAGE_TYPE, message.camera_id].into_iter();
    let content = content.chain(triples.into_iter().flatten());
    for (to, from) in bytes.iter_mut().zip(content.chain([user_high, user_low])) {
        *to = from;
    }
    let [body @ .., last] = &mut bytes;
    *last = checksum(body);
    bytes
}
