//! Packets to frames, also from several phones.

use super::error::DecodeError;
use super::limits::{FRESH, LATE_MAX_FRAMES, VALUES};
use super::packet::FacePacket;
use crate::growing_roster::GrowingRoster;
use cyc_model::{
    CapturedFace, FaceShape, FaceWeights, FrameNumber, Hop, HostNs, MocapFrame, SUBJECTS_MAX, Xf,
};
use glam::{DQuat, DVec3, EulerRot};

/// What arrived but could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct DecoderCounts {
    /// Weights and angles that are no numbers: shown as 0, or as not known.
    pub values: u64,
    /// Packets of more phones than subjects are taken, or of a phone that names another one's subject.
    pub unknown: u64,
    /// Packets that came twice.
    pub duplicates: u64,
    /// Packets that a newer one of their phone had overtaken.
    pub late: u64,
}

#[derive(Debug)]
struct Device {
    id: String,
    subject: String,
    /// Frames of its newest packet.
    newest: f64,
    heard: HostNs,
    /// Its count has jumped back: programs send here too that count as they like, and nothing is dropped by it then.
    is_erratic: bool,
    face: Option<CapturedFace>,
}

/// Remembers the phones.
#[derive(Debug, Default)]
pub struct Decoder {
    devices: Vec<Device>,
    roster: GrowingRoster,
    counts: DecoderCounts,
}

impl Decoder {
    /// Decodes a datagram, received at `heard`, into `out`, except for its source and epoch, which are the caller's.
    /// False when the packet is late, comes twice or is not taken: then `out` is as it was.
    pub fn decode(
        &mut self,
        datagram: &[u8],
        heard: HostNs,
        out: &mut MocapFrame,
    ) -> Result<bool, DecodeError> {
        let packet = FacePacket::read(datagram)?;
        let Some(place) = self.place(&packet, heard) else {
            return Ok(false);
        };
        let face = packet.values.as_ref().map(|v| self.face(v));
        if let Some(device) = self.devices.get_mut(place) {
            device.face = face;
        }
        self.roster.begin();
        for device in &self.devices {
            let is_fresh = heard - device.heard <= FRESH;
            let face = device.face.filter(|_| is_fresh);
            self.roster.put_face(&device.subject, face);
        }
        self.roster.fill(out);
        // Not negative, by the order of a day; the door numbers frames of several clocks anew.
        out.number = FrameNumber(u64::try_from(packet.time.frame).unwrap_or(0));
        out.rate_hz = packet.time.rate_hz();
        out.timecode = packet.time.timecode();
        out.heard = heard;
        out.stamps.stamp(Hop::Heard, heard);
        Ok(true)
    }

    /// What could not be taken.
    pub fn counts(&self) -> DecoderCounts {
        self.counts
    }

    /// The phone's place, when its packet is to be taken.
    fn place(&mut self, packet: &FacePacket<'_>, heard: HostNs) -> Option<usize> {
        let Self {
            devices, counts, ..
        } = self;
        let frames = packet.time.frames();
        let known = devices.iter().position(|d| d.id == packet.device);
        let others = |d: &Device| d.subject == packet.subject && d.id != packet.device;
        if devices.iter().any(others) || !frames.is_finite() {
            counts.unknown += 1;
            return None;
        }
        let Some(place) = known else {
            if devices.len() == SUBJECTS_MAX {
                counts.unknown += 1;
                return None;
            }
            devices.push(Device {
                id: packet.device.to_owned(),
                subject: packet.subject.to_owned(),
                newest: frames,
                heard,
                is_erratic: false,
                face: None,
            });
            return Some(devices.len() - 1);
        };
        let device = devices.get_mut(place)?;
        let behind = device.newest - frames;
        device.is_erratic |= behind > LATE_MAX_FRAMES;
        if behind == 0.0 && !device.is_erratic {
            counts.duplicates += 1;
            return None;
        }
        if behind > 0.0 && !device.is_erratic {
            counts.late += 1;
            return None;
        }
        device.newest = frames;
        device.heard = heard;
        if device.subject != packet.subject {
            device.subject.clear();
            device.subject.push_str(packet.subject);
        }
        Some(place)
    }

    fn face(&mut self, values: &[f32; VALUES]) -> CapturedFace {
        let mut weights = FaceWeights::default();
        for (shape, value) in FaceShape::ALL.into_iter().zip(values) {
            self.counts.values += u64::from(!value.is_finite());
            weights.set(shape, *value);
        }
        let angles = |first: usize| values.get(first..first + 3).unwrap_or(&[]);
        CapturedFace {
            subject: 0,
            weights,
            source_from_head: self.turned(angles(52)).map(Xf::relabel),
            head_from_left_eye: self.turned(angles(55)),
            head_from_right_eye: self.turned(angles(58)),
        }
    }

    fn turned(
        &mut self,
        angles: &[f32],
    ) -> Option<Xf<cyc_model::JointFrame, cyc_model::JointFrame>> {
        let [yaw, pitch, roll] = angles else {
            return None;
        };
        let [yaw, pitch, roll] = [*yaw, *pitch, *roll].map(f64::from);
        if [yaw, pitch, roll].iter().all(|a| a.is_nan()) {
            return None;
        }
        let turned = DQuat::from_euler(EulerRot::YXZ, -yaw, pitch, -roll);
        let turned = Xf::new(turned, DVec3::ZERO);
        self.counts.values += u64::from(turned.is_none());
        turned
    }
}
