//! Frames to datagrams: what the simulator sends.

use super::axis::{Axis, AxisId, encode_packet};
use super::decode::PanDirection;
use super::limits::{PICTURE_PX, STEPS_PER_DEGREE, STEPS_PER_M};
use crate::camera_axes;
use crate::vicon_axes::SourcePose;
use cyc_model::{LensSample, MocapFrame, RingPosition, Roster};
use std::sync::Arc;

/// How datagrams are made.
#[derive(Clone, Debug, PartialEq)]
pub struct EncodeSettings {
    /// The subjects that are sent, numbered from `first_id` in this order; all rigid bodies in the roster's order when
    /// empty.
    pub cameras: Vec<String>,
    /// The first camera's number.
    pub first_id: u8,
    /// Which way pan is positive.
    pub pan: PanDirection,
    /// Width and height of the picture that focal lengths in pixels are of.
    pub picture_px: [f64; 2],
}

impl Default for EncodeSettings {
    fn default() -> Self {
        Self {
            cameras: Vec::new(),
            first_id: 0,
            pan: PanDirection::default(),
            picture_px: PICTURE_PX,
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
    axes: Vec<Axis>,
    datagram: Vec<u8>,
}

impl Encoder {
    /// An encoder for frames of any roster.
    pub fn new(settings: EncodeSettings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }

    /// Gives each datagram of a frame to `send`: one packet each, in the cameras' order. A camera that is not tracked
    /// sends nothing. Returns how many cameras are too far away to be told in 24 bits.
    pub fn encode(&mut self, frame: &MocapFrame, send: &mut dyn FnMut(&[u8])) -> usize {
        if !Arc::ptr_eq(&self.roster, &frame.roster) {
            self.meet(&frame.roster);
        }
        let mut too_far = 0;
        for i in 0..self.cameras.len() {
            let Some((subject, id)) = self.cameras.get(i).copied() else {
                continue;
            };
            let pose = frame.segments_of(subject).first().copied().flatten();
            let Some(pose) = pose else {
                continue;
            };
            self.axes.clear();
            if let Some(lens) = frame.lens_of(subject) {
                self.lens_axes(lens);
            }
            if !self.pose_axes(pose) {
                too_far += 1;
                continue;
            }
            self.axes.extend(frame.timecode.and_then(Axis::of_timecode));
            self.datagram.clear();
            let counter = (frame.number.0 & 0x0f) as u8;
            encode_packet(id, counter, &self.axes, &mut self.datagram);
            send(&self.datagram);
        }
        too_far
    }

    /// False when the position does not fit.
    fn pose_axes(&mut self, pose: SourcePose) -> bool {
        let (at_m, angles) = camera_axes::parts(pose);
        let limit = f64::from((1 << 23) - 1);
        if at_m.iter().any(|m| (m * STEPS_PER_M).abs() > limit) {
            return false;
        }
        let position = [AxisId::X, AxisId::Y, AxisId::Height].into_iter().zip(at_m);
        self.axes
            .extend(position.map(|(id, m)| Axis::of_signed(id, m * STEPS_PER_M)));
        let steps = |rad: f64| rad.to_degrees() * STEPS_PER_DEGREE;
        self.axes.extend([
            Axis::of_signed(
                AxisId::Pan,
                steps(angles.pan_rad * self.settings.pan.sign()),
            ),
            Axis::of_signed(AxisId::Tilt, steps(angles.tilt_rad)),
            Axis::of_signed(AxisId::Roll, steps(angles.roll_rad)),
        ]);
        true
    }

    fn lens_axes(&mut self, lens: &LensSample) {
        let [width_px, height_px] = self.settings.picture_px;
        let size = lens.sensor_size_m;
        let view = |angle: Option<f64>, side: Option<f64>| {
            angle.or_else(|| Some(2.0 * (side? / 2.0 / lens.focal_length_m?).atan()))
        };
        let px = |view_rad: f64, px: f64| px / 2.0 / (view_rad / 2.0).tan();
        let horizontal = view(lens.horizontal_field_of_view_rad, size.map(|s| s[0]));
        let vertical = view(lens.vertical_field_of_view_rad, size.map(|s| s[1]));
        let reals = [
            (AxisId::EntrancePupil, lens.entrance_pupil_offset_m),
            (AxisId::Fx, horizontal.map(|v| px(v, width_px))),
            (AxisId::Fy, vertical.map(|v| px(v, height_px))),
            (
                AxisId::FocusDistanceInverse,
                lens.focus_distance_m.map(|d| 1.0 / d),
            ),
            (AxisId::Aperture, lens.f_stop),
        ];
        let told = reals.into_iter().filter_map(|(id, v)| Some((id, v?)));
        self.axes
            .extend(told.map(|(id, v)| Axis::of_real(id, v as f32)));
        if let (Some([width_m, height_m]), Some([x, y])) = (size, lens.projection_offset_m) {
            let (cx, cy) = (x / width_m * width_px, -y / height_m * height_px);
            self.axes.push(Axis::of_real(AxisId::Cx, cx as f32));
            self.axes.push(Axis::of_real(AxisId::Cy, cy as f32));
        }
        if let (Some(d), Some(f)) = (lens.distortion, lens.focal_length_m) {
            let [n1, n2, _] = d.numerator;
            let (k1, k2) = (n1 * f.powi(2), n2 * f.powi(4));
            self.axes.push(Axis::of_real(AxisId::K1, k1 as f32));
            self.axes.push(Axis::of_real(AxisId::K2, k2 as f32));
        }
        for (id, ring) in [
            (AxisId::Focus, lens.focus),
            (AxisId::Zoom, lens.zoom),
            (AxisId::Iris, lens.iris),
        ] {
            self.axes.extend(steps(ring).map(|v| Axis::of_ring(id, v)));
        }
    }

    fn meet(&mut self, roster: &Arc<Roster>) {
        self.roster = Arc::clone(roster);
        self.cameras.clear();
        let named = &self.settings.cameras;
        let first = self.settings.first_id;
        if named.is_empty() {
            let subjects = roster.subjects().iter().enumerate();
            let bodies = subjects.filter(|(_, s)| s.is_rigid_body()).map(|(i, _)| i);
            self.cameras.extend(bodies.zip(first..));
        } else {
            // A camera that is not in the roster keeps its number.
            let found = named.iter().zip(first..);
            let found = found.filter_map(|(name, id)| Some((roster.find(name)?, id)));
            self.cameras.extend(found);
        }
    }
}

/// A ring's 16 bits: its raw number where it fits, else its share.
fn steps(ring: RingPosition) -> Option<u16> {
    let raw = ring.raw.and_then(|r| u16::try_from(r).ok());
    raw.or_else(|| Some((ring.normalised? * super::limits::RING_STEPS).round() as u16))
}
