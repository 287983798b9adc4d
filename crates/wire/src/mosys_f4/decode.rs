//! Datagrams to frames.

use super::axis::{Axis, AxisId, Packet, decode_packet};
use super::error::DecodeError;
use super::limits::{
    DATAGRAM_MAX, FOCAL_LENGTH_DEGREES_MAX, PICTURE_PX, RING_STEPS, STEPS_PER_DEGREE, STEPS_PER_M,
};
use crate::body_list::BodyList;
use crate::camera_axes::{self, CameraAngles};
use cyc_model::{
    Distortion, FrameNumber, HostNs, LensSample, MocapFrame, RingPosition, Roster, SUBJECTS_MAX,
    SensorDistortion,
};
use std::sync::Arc;

/// Which way pan is positive, seen from above. The only published reader gives pan on as OpenTrackIO's, which is
/// counterclockwise; a set-up that was made for FreeD may send it clockwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum PanDirection {
    /// To the left, as OpenTrackIO.
    #[default]
    Counterclockwise,
    /// To the right, as FreeD.
    Clockwise,
}

impl PanDirection {
    /// The factor between this and counterclockwise.
    pub(crate) fn sign(self) -> f64 {
        match self {
            Self::Counterclockwise => 1.0,
            Self::Clockwise => -1.0,
        }
    }
}

/// How packets are understood.
#[derive(Clone, Debug, PartialEq)]
pub struct DecodeSettings {
    /// What cameras are called; one that has no name here is called `Camera` and its number.
    pub names: Vec<(u8, String)>,
    /// Which way pan is positive.
    pub pan: PanDirection,
    /// Width and height of the picture that focal lengths in pixels are of.
    pub picture_px: [f64; 2],
    /// Width and height of the sensor, metres. With it there are focal length, distortion and projection offset; without
    /// it only angles of view.
    pub sensor_size_m: Option<[f64; 2]>,
}

impl Default for DecodeSettings {
    fn default() -> Self {
        Self {
            names: Vec::new(),
            pan: PanDirection::default(),
            picture_px: PICTURE_PX,
            sensor_size_m: None,
        }
    }
}

/// What arrived but could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct DecoderCounts {
    /// Poses and timecodes that cannot be: shown as not there.
    pub values: u64,
    /// Packets of cameras beyond the number that is taken, and axes that are not known.
    pub unknown: u64,
}

/// Remembers the cameras of a port.
#[derive(Debug, Default)]
pub struct Decoder {
    settings: DecodeSettings,
    cameras: BodyList<u8>,
    /// The newest frame counter of each camera, in the cameras' order.
    frames: Vec<Option<u8>>,
    number: u32,
    newest: Vec<u8>,
    counts: DecoderCounts,
}

/// What the axes of a packet told.
#[derive(Clone, Copy, Debug, Default)]
struct Values {
    at_m: [Option<f64>; 3],
    angles: CameraAngles,
    has_angles: bool,
    is_lost: bool,
    lens: LensSample,
    focal_px: [Option<f64>; 2],
    centre_px: [Option<f64>; 2],
    k: [Option<f64>; 2],
}

impl Decoder {
    /// A decoder that knows no camera yet.
    pub fn new(settings: DecodeSettings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }

    /// Decodes a datagram of one or several packets, received at `heard`, into `out`, except for its source and epoch,
    /// which are the caller's. Nothing of a datagram with a damaged packet is taken.
    ///
    /// The frame's number is 32 bits wide: of a single camera its four-bit counter, widened; of several a count of
    /// datagrams. True when a camera came that was not known: then the roster is a new one, and something was allocated.
    pub fn decode(
        &mut self,
        datagram: &[u8],
        heard: HostNs,
        out: &mut MocapFrame,
    ) -> Result<bool, DecodeError> {
        let (bytes, limit) = (datagram.len(), DATAGRAM_MAX);
        if bytes > limit {
            return Err(DecodeError::TooLarge { bytes, limit });
        }
        let mut at = 0;
        while at < bytes || at == 0 {
            (_, at) = decode_packet(datagram, at)?;
        }
        self.cameras.begin();
        let (mut at, mut timecode, mut step) = (0, None, 1);
        while at < bytes {
            let (packet, next) = decode_packet(datagram, at)?;
            at = next;
            step = self.take(&packet).unwrap_or(step);
            let told = packet.axes().find(|a| a.known() == Some(AxisId::Timecode));
            if let Some(told) = told {
                timecode = told.timecode();
                self.counts.values += u64::from(timecode.is_none());
            }
        }
        let grew = self.cameras.write(heard, out);
        let is_repeated = self.newest == datagram;
        self.newest.clear();
        self.newest.extend_from_slice(datagram);
        // A counter that stands still while the values move is broken: then the datagrams are counted.
        let step = match step {
            0 if is_repeated => 0,
            step => u32::from(step.max(1)),
        };
        self.number = self.number.wrapping_add(step);
        out.number = FrameNumber(u64::from(self.number));
        out.timecode = timecode;
        out.rate_hz = 0.0;
        Ok(grew)
    }

    /// Takes a packet. Returns how far its counter went on, when that is the counter of the only camera.
    fn take(&mut self, packet: &Packet<'_>) -> Option<u8> {
        let Some(place) = self.place(packet.camera_id) else {
            self.counts.unknown += 1;
            return None;
        };
        let mut values = Values::default();
        for axis in packet.axes() {
            match axis.known() {
                Some(id) => values.take(id, axis, self.settings.pan),
                None => self.counts.unknown += 1,
            }
        }
        if let [Some(x), Some(y), Some(z)] = values.at_m
            && values.has_angles
            && !values.is_lost
        {
            let pose = camera_axes::pose([x, y, z], values.angles);
            self.counts.values += u64::from(pose.is_none());
            self.cameras.set_pose(place, pose);
        }
        self.cameras
            .set_lens(place, values.whole_lens(&self.settings));
        let is_only = self.frames.len() == 1;
        let before = self.frames.get_mut(place)?.replace(packet.frame);
        let step = before.map_or(1, |b| packet.frame.wrapping_sub(b) & 0x0f);
        is_only.then_some(step)
    }

    fn place(&mut self, camera_id: u8) -> Option<usize> {
        if let Some(place) = self.cameras.find(&camera_id) {
            return Some(place);
        }
        let mut named = self.settings.names.iter();
        let place = match named.find(|(id, _)| *id == camera_id) {
            Some((_, name)) => self.cameras.introduce(camera_id, name),
            // A stranger beyond the limit must not cost an allocation a datagram.
            None if self.frames.len() == SUBJECTS_MAX => None,
            None => self
                .cameras
                .introduce(camera_id, &format!("Camera {camera_id}")),
        }?;
        self.frames.push(None);
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

impl Values {
    fn take(&mut self, id: AxisId, axis: Axis, pan: PanDirection) {
        let rad = (f64::from(axis.signed()) / STEPS_PER_DEGREE).to_radians();
        let metres = f64::from(axis.signed()) / STEPS_PER_M;
        let real = Some(f64::from(axis.real())).filter(|v| v.is_finite());
        let positive = real.filter(|v| *v > 0.0);
        let ring = RingPosition {
            raw: Some(u32::from(axis.ring())),
            normalised: Some(f64::from(axis.ring()) / RING_STEPS),
        };
        let ([x, y, z], [fx, fy], [cx, cy], [k1, k2]) = (
            &mut self.at_m,
            &mut self.focal_px,
            &mut self.centre_px,
            &mut self.k,
        );
        match id {
            AxisId::Pan => self.angles.pan_rad = rad * pan.sign(),
            AxisId::Tilt => self.angles.tilt_rad = rad,
            AxisId::Roll => self.angles.roll_rad = rad,
            AxisId::X => *x = Some(metres),
            AxisId::Y => *y = Some(metres),
            AxisId::Height => *z = Some(metres),
            AxisId::Focus => self.lens.focus = ring,
            AxisId::Zoom => self.lens.zoom = ring,
            AxisId::Iris => self.lens.iris = ring,
            AxisId::EntrancePupil => self.lens.entrance_pupil_offset_m = real,
            AxisId::K1 => *k1 = real,
            AxisId::K2 => *k2 = real,
            AxisId::Fx => *fx = positive,
            AxisId::Fy => *fy = positive,
            AxisId::Cx => *cx = real,
            AxisId::Cy => *cy = real,
            AxisId::FocusDistanceInverse => {
                // Zero is infinity, and so is the zero that has a sign.
                let inverse = real.filter(|v| *v >= 0.0);
                self.lens.focus_distance_m = inverse.map(|v| 1.0 / v.abs());
            }
            AxisId::Aperture => self.lens.f_stop = positive,
            AxisId::TrackingStatus => self.is_lost = !axis.is_tracked(),
            AxisId::Timecode => {}
        }
        self.has_angles |= matches!(id, AxisId::Pan | AxisId::Tilt | AxisId::Roll);
    }

    /// The lens, with what needs the picture and the sensor.
    fn whole_lens(&self, settings: &DecodeSettings) -> LensSample {
        let mut lens = self.lens;
        let ([fx, fy], [width_px, height_px]) = (self.focal_px, settings.picture_px);
        let angle = |focal: Option<f64>, size_px: f64| match focal? {
            degrees if degrees < FOCAL_LENGTH_DEGREES_MAX => Some(degrees.to_radians()),
            px => Some(2.0 * (size_px / 2.0 / px).atan()),
        };
        lens.horizontal_field_of_view_rad = angle(fx, width_px);
        lens.vertical_field_of_view_rad = angle(fy, height_px);
        let Some(size @ [width_m, height_m]) = settings.sensor_size_m else {
            return lens;
        };
        lens.sensor_size_m = Some(size);
        let Some(view_rad) = lens.horizontal_field_of_view_rad else {
            return lens;
        };
        let f = width_m / 2.0 / (view_rad / 2.0).tan();
        lens.focal_length_m = Some(f);
        if let [Some(cx), Some(cy)] = self.centre_px {
            lens.projection_offset_m = Some([cx / width_px * width_m, -cy / height_px * height_m]);
        }
        if let [Some(k1), Some(k2)] = self.k {
            lens.distortion = Some(SensorDistortion {
                direction: Distortion::DistortedToUndistorted,
                numerator: [k1 / f.powi(2), k2 / f.powi(4), 0.0],
                ..SensorDistortion::default()
            });
        }
        lens
    }
}
