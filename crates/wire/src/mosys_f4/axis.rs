//! The bytes of a packet and of its axes.

use super::error::DecodeError;
use super::limits::{AXIS_BYTES, CHECKSUM_TOTAL, COMMAND_BYTE, HEADER_BYTES};
use cyc_model::{Timecode, TimecodeRate};

/// What an axis is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum AxisId {
    /// Pan, 1/1000 degree.
    Pan = 0x01,
    /// Tilt, 1/1000 degree.
    Tilt = 0x02,
    /// Focus ring.
    Focus = 0x03,
    /// Zoom ring.
    Zoom = 0x04,
    /// To the right, 1/100 mm.
    X = 0x05,
    /// Forward, 1/100 mm.
    Y = 0x06,
    /// Upwards, 1/100 mm.
    Height = 0x07,
    /// Iris ring.
    Iris = 0x0d,
    /// Roll, 1/1000 degree.
    Roll = 0x13,
    /// Entrance pupil, metres.
    EntrancePupil = 0x50,
    /// First radial coefficient, on coordinates divided by the focal length.
    K1 = 0x51,
    /// Second radial coefficient.
    K2 = 0x52,
    /// Horizontal focal length, pixels, or horizontal angle of view, degrees.
    Fx = 0x53,
    /// Centre of projection to the right of the picture's, pixels.
    Cx = 0x54,
    /// Centre of projection below the picture's, pixels.
    Cy = 0x55,
    /// One over the focus distance, 1/m.
    FocusDistanceInverse = 0x57,
    /// Vertical focal length or angle of view.
    Fy = 0x58,
    /// f-number.
    Aperture = 0x60,
    /// Timecode.
    Timecode = 0xf8,
    /// How well the camera is tracked.
    TrackingStatus = 0xf9,
}

impl AxisId {
    /// All that are known.
    pub const ALL: [Self; 20] = [
        Self::Pan,
        Self::Tilt,
        Self::Focus,
        Self::Zoom,
        Self::X,
        Self::Y,
        Self::Height,
        Self::Iris,
        Self::Roll,
        Self::EntrancePupil,
        Self::K1,
        Self::K2,
        Self::Fx,
        Self::Cx,
        Self::Cy,
        Self::FocusDistanceInverse,
        Self::Fy,
        Self::Aperture,
        Self::Timecode,
        Self::TrackingStatus,
    ];

    fn from_wire(id: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|a| *a as u8 == id)
    }
}

/// One axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Axis {
    /// What it is, as on the wire.
    pub id: u8,
    /// Its status, or the first byte of an f32.
    pub status: u8,
    /// Its value.
    pub data: [u8; 3],
}

impl Axis {
    /// What it is; `None` when that is not known.
    pub fn known(&self) -> Option<AxisId> {
        AxisId::from_wire(self.id)
    }

    /// As a signed number of 24 bits.
    pub fn signed(&self) -> i32 {
        let [a, b, c] = self.data;
        i32::from_be_bytes([a, b, c, 0]) >> 8
    }

    /// As the 16 bits of a ring.
    pub fn ring(&self) -> u16 {
        let [_, b, c] = self.data;
        u16::from_be_bytes([b, c])
    }

    /// As a lens parameter.
    pub fn real(&self) -> f32 {
        let [a, b, c] = self.data;
        f32::from_be_bytes([self.status, a, b, c])
    }

    /// As a timecode; `None` when it is none.
    pub fn timecode(&self) -> Option<Timecode> {
        let rate = match (self.status >> 5) & 0b11 {
            0 => TimecodeRate::Fps24,
            1 => TimecodeRate::Fps25,
            2 => TimecodeRate::Fps30,
            _ => return None,
        };
        let [a, b, c] = self.data;
        let (minutes, seconds) = (((a & 3) << 4) | (b >> 4), ((b & 15) << 2) | (c >> 6));
        Timecode::new(rate, a >> 2, minutes, seconds, c & 63).ok()
    }

    /// As a tracking status: whether a pose with it can be believed. Lost, searching, loading and broken ones cannot;
    /// what is merely unreliable can, because a doubtful camera is better than none.
    pub fn is_tracked(&self) -> bool {
        let [_, status, _] = self.data;
        !matches!(status >> 4, 6..=11 | 14 | 15)
    }

    /// An axis of 24 bits, held at the nearest number that fits.
    pub fn of_signed(id: AxisId, value: f64) -> Self {
        let limit = f64::from(1 << 23);
        let [_, a, b, c] = (value.round().clamp(-limit, limit - 1.0) as i32).to_be_bytes();
        Self {
            id: id as u8,
            status: 0,
            data: [a, b, c],
        }
    }

    /// An axis of a ring.
    pub fn of_ring(id: AxisId, value: u16) -> Self {
        let [b, c] = value.to_be_bytes();
        Self {
            id: id as u8,
            status: 0,
            data: [0, b, c],
        }
    }

    /// A lens parameter.
    pub fn of_real(id: AxisId, value: f32) -> Self {
        let [status, a, b, c] = value.to_be_bytes();
        Self {
            id: id as u8,
            status,
            data: [a, b, c],
        }
    }

    /// A timecode; `None` for a rate that F4 has no number for.
    pub fn of_timecode(timecode: Timecode) -> Option<Self> {
        let format: u8 = match timecode.rate() {
            TimecodeRate::Fps24 => 0,
            TimecodeRate::Fps25 => 1,
            TimecodeRate::Fps30 => 2,
            _ => return None,
        };
        let (hours, minutes, seconds, frames) = timecode.label();
        Some(Self {
            id: AxisId::Timecode as u8,
            status: format << 5,
            data: [
                (hours << 2) | (minutes >> 4),
                (minutes << 4) | (seconds >> 2),
                (seconds << 6) | frames,
            ],
        })
    }
}

/// One packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// The camera.
    pub camera_id: u8,
    /// Counts frames, 0 to 15.
    pub frame: u8,
    /// Whether the tracker records.
    pub is_recording: bool,
    /// Whether it is locked to a genlock.
    pub has_genlock: bool,
    axes: &'a [[u8; AXIS_BYTES]],
}

impl<'a> Packet<'a> {
    /// The axes in order.
    pub fn axes(&self) -> impl Iterator<Item = Axis> + use<'a> {
        self.axes.iter().map(|[id, status, data @ ..]| Axis {
            id: *id,
            status: *status,
            data: *data,
        })
    }
}

const RECORDING: u8 = 1 << 4;
const GENLOCK: u8 = 1 << 5;

fn checksum(body: &[u8]) -> u8 {
    body.iter()
        .fold(CHECKSUM_TOTAL, |sum, b| sum.wrapping_sub(*b))
}

/// Reads the packet that begins at byte `at` of a datagram, and tells where the next one begins.
pub fn decode_packet(datagram: &[u8], at: usize) -> Result<(Packet<'_>, usize), DecodeError> {
    let rest = datagram.get(at..).unwrap_or_default();
    let cut = |needed| DecodeError::Cut {
        at,
        needed,
        left: rest.len(),
    };
    let &[found, camera_id, count, status, ref after @ ..] = rest else {
        return Err(cut(HEADER_BYTES + AXIS_BYTES + 1));
    };
    if found != COMMAND_BYTE {
        return Err(DecodeError::NotF4 { at, found });
    }
    if count == 0 {
        return Err(DecodeError::NoAxis { at });
    }
    let axes_bytes = usize::from(count) * AXIS_BYTES;
    let bytes = HEADER_BYTES + axes_bytes + 1;
    let (body, axes) = rest
        .get(..bytes - 1)
        .zip(after.get(..axes_bytes))
        .ok_or(cut(bytes))?;
    let found = *rest.get(bytes - 1).ok_or(cut(bytes))?;
    let computed = checksum(body);
    if computed != found {
        return Err(DecodeError::Checksum {
            at,
            computed,
            found,
        });
    }
    let (axes, _) = axes.as_chunks::<AXIS_BYTES>();
    let packet = Packet {
        camera_id,
        frame: status & 0x0f,
        is_recording: status & RECORDING != 0,
        has_genlock: status & GENLOCK != 0,
        axes,
    };
    Ok((packet, at + bytes))
}

/// Appends a packet; axes beyond 255 are left out.
pub fn encode_packet(camera_id: u8, frame: u8, axes: &[Axis], out: &mut Vec<u8>) {
    let start = out.len();
    let count = u8::try_from(axes.len()).unwrap_or(u8::MAX);
    out.extend_from_slice(&[COMMAND_BYTE, camera_id, count, frame & 0x0f]);
    for axis in axes.iter().take(usize::from(count)) {
        out.extend_from_slice(&[axis.id, axis.status]);
        out.extend_from_slice(&axis.data);
    }
    let sum = checksum(out.get(start..).unwrap_or_default());
    out.push(sum);
}
