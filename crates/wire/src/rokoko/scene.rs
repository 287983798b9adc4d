//! Reading the JSON without making anything of it: what is understood goes straight into the roster.
//!
//! Members may stand in any order, unknown ones are passed over, and `null` is as good as nothing. What must stay true:
//! nothing is allocated for a scene whose names are known, and nothing nests deeper than `serde_json` allows.

use super::joints::{joint_of, joints};
use super::limits::JOINTS;
use crate::axis_map::AxisMap;
use crate::growing_roster::GrowingRoster;
use crate::vicon_axes::SourcePose;
use cyc_model::{CapturedFace, FaceShape, FaceWeights};
use glam::DQuat;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A face's shapes are told as per cent.
const WHOLE: f64 = 100.0;

/// What a datagram says beside who is where.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Told {
    /// The version's number before the point.
    pub(super) version: u32,
    /// Whether there are `trackers`, which only version 2 has.
    pub(super) has_trackers: bool,
    pub(super) has_scene: bool,
    pub(super) fps: Option<f64>,
    pub(super) timestamp_s: Option<f64>,
    /// Poses and weights that cannot be.
    pub(super) bad_values: u64,
    /// Actors, props and joints that are not known or cannot be taken.
    pub(super) unknown: u64,
}

/// Reads a datagram into a roster that has begun a frame.
pub(super) fn read(json: &[u8], roster: &mut GrowingRoster) -> Result<Told, serde_json::Error> {
    let mut told = Told::default();
    let mut json = serde_json::Deserializer::from_slice(json);
    let top = Reading {
        roster,
        told: &mut told,
        of: Part::Top,
    };
    top.deserialize(&mut json)?;
    json.end()?;
    Ok(told)
}

/// What is being read.
#[derive(Clone, Copy)]
enum Part {
    Top,
    Scene,
    Actors,
    Props,
}

struct Reading<'s> {
    roster: &'s mut GrowingRoster,
    told: &'s mut Told,
    of: Part,
}

impl Reading<'_> {
    fn part(&mut self, of: Part) -> Reading<'_> {
        Reading {
            roster: self.roster,
            told: self.told,
            of,
        }
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Member {
    Version,
    Fps,
    Trackers,
    Scene,
    Timestamp,
    Actors,
    Props,
    #[serde(other)]
    Other,
}

impl<'de> DeserializeSeed<'de> for Reading<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reading<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a scene of Rokoko's")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<M: MapAccess<'de>>(mut self, mut map: M) -> Result<(), M::Error> {
        while let Some(member) = map.next_key::<Member>()? {
            match (self.of, member) {
                (Part::Top, Member::Version) => self.told.version = map.next_value::<Version>()?.0,
                (Part::Top, Member::Fps) => self.told.fps = map.next_value()?,
                (Part::Top, Member::Trackers) => {
                    map.next_value::<IgnoredAny>()?;
                    self.told.has_trackers = true;
                }
                (Part::Top, Member::Scene) => {
                    map.next_value_seed(self.part(Part::Scene))?;
                    self.told.has_scene = true;
                }
                (Part::Scene, Member::Timestamp) => self.told.timestamp_s = map.next_value()?,
                (Part::Scene, Member::Actors) => map.next_value_seed(self.part(Part::Actors))?,
                (Part::Scene, Member::Props) => map.next_value_seed(self.part(Part::Props))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }

    fn visit_seq<S: SeqAccess<'de>>(mut self, mut list: S) -> Result<(), S::Error> {
        match self.of {
            Part::Actors => {
                while let Some(actor) = list.next_element::<Actor<'de>>()? {
                    self.take_actor(&actor);
                }
            }
            Part::Props => {
                while let Some(prop) = list.next_element::<Prop<'de>>()? {
                    self.take_prop(&prop);
                }
            }
            Part::Top | Part::Scene => return Err(serde::de::Error::custom("a list")),
        }
        Ok(())
    }
}

impl Reading<'_> {
    fn take_actor(&mut self, actor: &Actor<'_>) {
        let mut is_taken = true;
        for (joint, placed) in joints().iter().zip(&actor.body.joints) {
            let pose = placed.filter(|_| actor.meta.has_body()).and_then(|p| {
                let pose = p.pose(joint.rest());
                self.told.bad_values += u64::from(pose.is_none());
                pose
            });
            is_taken &= self
                .roster
                .put_segment(&actor.name, joint.segment_name(), pose);
        }
        let face = actor.face.as_ref().filter(|_| actor.meta.has_face);
        let face = face.map(|face| {
            self.told.bad_values += face.bad_values;
            CapturedFace {
                weights: face.weights,
                ..CapturedFace::default()
            }
        });
        is_taken &= self.roster.put_face(&actor.name, face);
        self.told.unknown += actor.body.unknown + u64::from(!is_taken);
    }

    fn take_prop(&mut self, prop: &Prop<'_>) {
        let pose = Placed {
            position: prop.position,
            rotation: prop.rotation,
        }
        .pose(DQuat::IDENTITY);
        self.told.bad_values += u64::from(pose.is_none());
        let is_taken = self.roster.put_segment(&prop.name, &prop.name, pose);
        self.told.unknown += u64::from(!is_taken);
    }
}

/// A version, as a number or as text, with or without a point or a comma.
struct Version(u32);

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Read;
        impl Visitor<'_> for Read {
            type Value = Version;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a version")
            }

            fn visit_u64<E>(self, number: u64) -> Result<Version, E> {
                Ok(Version(u32::try_from(number).unwrap_or(u32::MAX)))
            }

            fn visit_i64<E>(self, _negative: i64) -> Result<Version, E> {
                Ok(Version(0))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Version, E> {
                Ok(Version(number as u32))
            }

            fn visit_str<E>(self, text: &str) -> Result<Version, E> {
                let whole = text.split(['.', ',']).next().unwrap_or_default();
                Ok(Version(whole.trim().parse().unwrap_or(0)))
            }
        }
        from.deserialize_any(Read)
    }
}

#[derive(Deserialize)]
struct Actor<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(default)]
    meta: Meta,
    #[serde(default)]
    body: Body,
    #[serde(default)]
    face: Option<Face>,
}

/// What an actor wears. One that does not say has whatever is sent.
#[derive(Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Meta {
    has_body: bool,
    has_gloves: bool,
    has_face: bool,
}

impl Default for Meta {
    fn default() -> Self {
        Self {
            has_body: true,
            has_gloves: true,
            has_face: true,
        }
    }
}

impl Meta {
    /// Gloves without a suit move a body too.
    fn has_body(&self) -> bool {
        self.has_body || self.has_gloves
    }
}

#[derive(Deserialize)]
struct Prop<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    position: Xyz,
    rotation: Xyzw,
}

#[derive(Clone, Copy, Deserialize)]
struct Xyz {
    x: f64,
    y: f64,
    z: f64,
}

#[derive(Clone, Copy, Deserialize)]
struct Xyzw {
    x: f64,
    y: f64,
    z: f64,
    w: f64,
}

#[derive(Clone, Copy, Deserialize)]
struct Placed {
    position: Xyz,
    rotation: Xyzw,
}

impl Placed {
    /// In our axes, with the rotation that it has at rest taken off.
    fn pose(self, rest: DQuat) -> Option<SourcePose> {
        let (p, q) = (self.position, self.rotation);
        let turned = DQuat::from_xyzw(q.x, q.y, q.z, q.w) * rest.conjugate();
        AxisMap::UNITY.pose([p.x, p.y, p.z], turned)
    }
}

/// The joints that were sent.
struct Body {
    joints: [Option<Placed>; JOINTS],
    unknown: u64,
}

impl Default for Body {
    fn default() -> Self {
        Self {
            joints: [None; JOINTS],
            unknown: 0,
        }
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Body;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("joints")
            }

            fn visit_unit<E>(self) -> Result<Body, E> {
                Ok(Body::default())
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Body, M::Error> {
                let mut body = Body::default();
                while let Some(place) = map.next_key_seed(Name(joint_of))? {
                    match place.and_then(|p| body.joints.get_mut(p)) {
                        Some(slot) => *slot = map.next_value()?,
                        None => {
                            map.next_value::<IgnoredAny>()?;
                            body.unknown += 1;
                        }
                    }
                }
                Ok(body)
            }
        }
        from.deserialize_any(Read)
    }
}

#[derive(Default)]
struct Face {
    weights: FaceWeights,
    bad_values: u64,
}

impl<'de> Deserialize<'de> for Face {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Face;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a face")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Face, M::Error> {
                let mut face = Face::default();
                while let Some(shape) = map.next_key_seed(Name(FaceShape::from_arkit_name))? {
                    // `faceId`, and what newer versions add.
                    let Some(shape) = shape else {
                        map.next_value::<IgnoredAny>()?;
                        continue;
                    };
                    let weight = map.next_value::<Option<f64>>()?;
                    face.bad_values += u64::from(weight.is_none());
                    let weight = weight.unwrap_or_default() / WHOLE;
                    face.weights.set(shape, weight as f32);
                }
                Ok(face)
            }
        }
        from.deserialize_map(Read)
    }
}

/// A member's name, looked up without keeping it.
struct Name<T>(fn(&str) -> Option<T>);

impl<'de, T> DeserializeSeed<'de> for Name<T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<T>, D::Error> {
        from.deserialize_str(self)
    }
}

impl<T> Visitor<'_> for Name<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Option<T>, E> {
        Ok((self.0)(name))
    }
}
