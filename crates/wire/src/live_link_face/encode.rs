//! Frames to packets: one phone for each subject with a face.

use super::limits::VALUES;
use super::packet::{FaceFrameTime, FacePacket, put_packet};
use cyc_model::{CapturedFace, FaceShape, MocapFrame, NAME_BYTES_MAX, Space, Xf};
use glam::EulerRot;

/// Remembers who had a face, so that one that is not seen is said to be so.
#[derive(Clone, Debug, Default)]
pub struct Encoder {
    /// Subjects that had a face, each with its phone.
    known: Vec<(String, String)>,
}

impl Encoder {
    /// Writes a frame's faces, a datagram each, in the roster's order. A subject that had a face before and has none now
    /// gets a packet without one. Returns how many subjects were left out because their names are too long.
    pub fn encode_frame(&mut self, frame: &MocapFrame, datagrams: &mut Vec<Vec<u8>>) -> usize {
        let mut left_out = 0;
        for (i, subject) in frame.roster.subjects().iter().enumerate() {
            let face = frame.face_of(i);
            let mut known = self.known.iter();
            let phone = match known.find(|k| k.0 == subject.name) {
                Some((_, phone)) => phone.clone(),
                None if face.is_none() => continue,
                None if subject.name.len() > NAME_BYTES_MAX => {
                    left_out += 1;
                    continue;
                }
                None => {
                    let phone = device_id(&subject.name);
                    self.known.push((subject.name.clone(), phone.clone()));
                    phone
                }
            };
            let mut datagram = Vec::new();
            let packet = FacePacket {
                device: &phone,
                subject: &subject.name,
                time: time_of(frame),
                values: face.map(values_of),
            };
            put_packet(&packet, &mut datagram);
            datagrams.push(datagram);
        }
        left_out
    }
}

/// The phone of a subject: 36 characters as an iPhone's id has, always the same for a name.
pub fn device_id(subject: &str) -> String {
    // FNV-1a of 64 bits.
    let hash = subject
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    let (high, low) = (hash >> 48, hash & 0xffff_ffff_ffff);
    format!("00000000-0000-4000-{high:04X}-{low:012X}")
}

fn time_of(frame: &MocapFrame) -> FaceFrameTime {
    if let Some(label) = frame.timecode {
        let (numerator, denominator) = label.rate().fraction();
        let (subframe, per_frame) = label.subframe();
        return FaceFrameTime {
            // A day has at most 24 · 3600 · 60 frames.
            frame: i32::try_from(label.frame_of_day()).unwrap_or(0),
            subframe: f32::from(subframe) / f32::from(per_frame.max(1)),
            rate: (numerator as i32, denominator as i32),
        };
    }
    FaceFrameTime {
        frame: (frame.number.0 & 0x7fff_ffff) as i32,
        subframe: 0.0,
        rate: ((frame.rate_hz * 1000.0).round() as i32, 1000),
    }
}

fn values_of(face: &CapturedFace) -> [f32; VALUES] {
    let mut values = [0.0; VALUES];
    for (slot, weight) in values.iter_mut().zip(face.weights.all()) {
        *slot = *weight;
    }
    let turns = [
        angles(face.source_from_head),
        angles(face.head_from_left_eye),
        angles(face.head_from_right_eye),
    ];
    let rest = values.iter_mut().skip(FaceShape::COUNT);
    for (slot, angle) in rest.zip(turns.into_iter().flatten()) {
        *slot = angle;
    }
    values
}

/// Yaw, pitch and roll; at rest when not known, for the wire cannot say that.
fn angles<A: Space, B: Space>(turned: Option<Xf<A, B>>) -> [f32; 3] {
    let turned = turned.map_or(glam::DQuat::IDENTITY, Xf::rotation);
    let (yaw, pitch, roll) = turned.to_euler(EulerRot::YXZ);
    [-yaw, pitch, -roll].map(|a| a as f32)
}
