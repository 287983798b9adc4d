//! Positions to messages.

use crate::osc::{OscArgument, put_message};
use cyc_model::{MocapFrame, Roster};
use glam::{DQuat, DVec3};
use std::fmt::Write;
use std::sync::Arc;

/// How positions are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Azimuth, elevation and distance.
    #[default]
    Polar,
    /// X, Y and Z.
    Cartesian,
}

/// An object and what drives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectSettings {
    /// The object's number, from 1.
    pub number: u32,
    /// The performer or prop.
    pub subject: String,
    /// Which of its segments; the first one when not told.
    pub segment: Option<String>,
}

/// How messages are made.
#[derive(Clone, Debug, PartialEq)]
pub struct EncodeSettings {
    /// What is sent; all subjects as objects numbered from 1 in the roster's order when empty.
    pub objects: Vec<ObjectSettings>,
    /// Polar or cartesian.
    pub form: Form,
    /// How many metres are 1.
    pub extent_m: f64,
    /// Where the listeners are, metres, in the frames' space.
    pub origin_m: [f64; 3],
    /// Where they look: radians from -Z, counterclockwise seen from above.
    pub yaw_rad: f64,
}

impl Default for EncodeSettings {
    /// In the middle of the stage, looking at the wall; 10 m are 1.
    fn default() -> Self {
        Self {
            objects: Vec::new(),
            form: Form::default(),
            extent_m: 10.0,
            origin_m: [0.0; 3],
            yaw_rad: 0.0,
        }
    }
}

/// An object in a frame: its address, and the segment that drives it.
#[derive(Debug)]
struct Object {
    address: String,
    segment: usize,
}

/// Makes a message for each object of a frame that is seen.
#[derive(Debug, Default)]
pub struct Encoder {
    settings: EncodeSettings,
    roster: Arc<Roster>,
    objects: Vec<Object>,
    message: Vec<u8>,
}

impl Encoder {
    /// An encoder for frames of any roster.
    pub fn new(settings: EncodeSettings) -> Self {
        Self {
            settings,
            ..Self::default()
        }
    }

    /// Gives each message of a frame to `send`, in the objects' order. Returns how many were further away than can be
    /// told, and were sent as far as the format reaches. Allocates nothing once warm.
    pub fn encode(&mut self, frame: &MocapFrame, send: &mut dyn FnMut(&[u8])) -> usize {
        if !Arc::ptr_eq(&self.roster, &frame.roster) {
            self.meet(&frame.roster);
        }
        let from_listener = DQuat::from_rotation_y(-self.settings.yaw_rad);
        let origin = DVec3::from_array(self.settings.origin_m);
        let mut too_far = 0;
        for object in &self.objects {
            let pose = frame.segments.get(object.segment).copied().flatten();
            let Some(pose) = pose else {
                continue;
            };
            let at = from_listener * (pose.translation().metres() - origin);
            let at = DVec3::new(at.x, -at.z, at.y) / self.settings.extent_m;
            let (values, is_within) = match self.settings.form {
                Form::Polar => polar(at),
                Form::Cartesian => cartesian(at),
            };
            too_far += usize::from(!is_within);
            self.message.clear();
            let values = values.map(|v| OscArgument::Float(v as f32));
            put_message(&object.address, &values, &mut self.message);
            send(&self.message);
        }
        too_far
    }

    fn meet(&mut self, roster: &Arc<Roster>) {
        self.roster = Arc::clone(roster);
        self.objects.clear();
        let form = match self.settings.form {
            Form::Polar => "aed",
            Form::Cartesian => "xyz",
        };
        let mut add = |number: u32, subject: usize, segment: Option<&str>| {
            let (Some(info), Some(span)) =
                (roster.subjects().get(subject), roster.spans().get(subject))
            else {
                return;
            };
            let place = match segment {
                Some(name) => info.segments.iter().position(|s| s.name == name),
                None => (!info.segments.is_empty()).then_some(0),
            };
            if let Some(place) = place {
                let mut address = String::new();
                // Writing to a text cannot fail.
                let _ = write!(address, "/adm/obj/{number}/{form}");
                self.objects.push(Object {
                    address,
                    segment: span.segments().start + place,
                });
            }
        };
        if self.settings.objects.is_empty() {
            for (subject, number) in (0..roster.subjects().len()).zip(1..) {
                add(number, subject, None);
            }
        }
        for object in &self.settings.objects {
            if let Some(subject) = roster.find(&object.subject) {
                add(object.number, subject, object.segment.as_deref());
            }
        }
    }
}

/// Degrees to the left and upwards, and the distance up to 1; whether it is within.
fn polar(at: DVec3) -> ([f64; 3], bool) {
    let distance = at.length();
    let azimuth = if at.truncate() == glam::DVec2::ZERO {
        0.0
    } else {
        // Not `-at.x`: straight behind is 180, and not minus 180.
        (0.0 - at.x).atan2(at.y)
    };
    let elevation = at.z.atan2(at.truncate().length());
    let values = [
        azimuth.to_degrees(),
        elevation.to_degrees(),
        distance.min(1.0),
    ];
    (values, distance <= 1.0)
}

/// The position, pulled in along its direction until no coordinate is beyond 1; whether it was within.
fn cartesian(at: DVec3) -> ([f64; 3], bool) {
    let largest = at.abs().max_element();
    let is_within = largest <= 1.0;
    let at = if is_within { at } else { at / largest };
    (at.to_array(), is_within)
}
