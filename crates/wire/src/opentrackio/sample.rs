//! A sample, with the fields and units of the wire.
//!
//! What is not named here (makers' own fields, custom coefficients, related samples) is skipped, whatever it is. The
//! units are in the docs and not in the names, because the names are the wire's.

use super::error::DecodeError;
use super::inline::{List, Real, Text, Whole};
use super::limits::{COEFFICIENTS_MAX, DISTORTIONS_MAX, TRANSFORMS_MAX};
use super::packet::Encoding;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Reads an object and nothing else: a derived reader would take a list as well and give its values to the fields in
/// the order in which they happen to stand here. `remote = "Self"` makes the derived functions inherent ones, so that
/// this can stand before them.
macro_rules! objects_only {
    ($name:ident) => {
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                struct ObjectVisitor;
                impl<'de> Visitor<'de> for ObjectVisitor {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("an object")
                    }
                    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<$name, A::Error> {
                        $name::deserialize(MapAccessDeserializer::new(map))
                    }
                }
                d.deserialize_map(ObjectVisitor)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                $name::serialize(self, s)
            }
        }
    };
}

/// A struct of optional fields, which are left out when they are not there.
macro_rules! optional {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $t:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, Serialize)]
        #[serde(rename_all = "camelCase", default, remote = "Self")]
        pub struct $name {$(
            $(#[$field_doc])*
            #[serde(skip_serializing_if = "Option::is_none")]
            pub $field: Option<$t>,
        )*}
        objects_only!($name);
    };
}

/// A struct whose fields are always there.
macro_rules! required {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $t:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, Serialize)]
        #[serde(rename_all = "camelCase", remote = "Self")]
        pub struct $name {$(
            $(#[$field_doc])*
            pub $field: $t,
        )*}
        objects_only!($name);
    };
}

required! {
    /// A ratio.
    Fraction {
        /// Numerator.
        num: Whole,
        /// Denominator.
        denom: Whole,
    }
}

required! {
    /// A time since 1970-01-01 00:00:00 TAI.
    Timestamp {
        /// Seconds.
        seconds: Whole,
        /// Nanoseconds.
        nanoseconds: Whole,
    }
}

required! {
    /// Width and height: millimetres.
    Dimensions {
        /// Width.
        width: Real,
        /// Height.
        height: Real,
    }
}

required! {
    /// A place on the sensor, millimetres, x to the right and y downwards as in a picture.
    Offset {
        /// To the right.
        x: Real,
        /// Downwards.
        y: Real,
    }
}

optional! {
    /// Three axes; one that is missing is 0 in a translation and 1 in a scale.
    Triple {
        /// To the right.
        x: Real,
        /// Forward.
        y: Real,
        /// Upwards.
        z: Real,
    }
}

optional! {
    /// Degrees about moving axes.
    Rotation {
        /// About Z, X towards Y.
        pan: Real,
        /// About X, Y towards Z.
        tilt: Real,
        /// About Y, Z towards X.
        roll: Real,
    }
}

optional! {
    /// One link of the chain from the stage's origin to the sensor.
    Transform {
        /// Metres.
        translation: Triple,
        /// Degrees.
        rotation: Rotation,
        /// Factors for what follows.
        scale: Triple,
        /// What the link is.
        id: Text,
    }
}

optional! {
    /// SMPTE timecode.
    TimecodePart {
        /// 0 to 23.
        hours: Whole,
        /// 0 to 59.
        minutes: Whole,
        /// 0 to 59.
        seconds: Whole,
        /// 0 to 119.
        frames: Whole,
        /// Frames a second.
        frame_rate: Fraction,
        /// The part of the frame, from 0.
        sub_frame: Whole,
        /// Whether labels are skipped.
        drop_frame: bool,
    }
}

optional! {
    /// What the tracker is locked to.
    Synchronization {
        /// Whether it is.
        locked: bool,
        /// `genlock`, `videoIn`, `ptp` or `ntp`.
        source: Text,
        /// Of the reference, hertz.
        frequency: Fraction,
        /// Whether the reference is there.
        present: bool,
    }
}

optional! {
    /// When the sample was taken.
    Timing {
        /// `internal` or `external`.
        mode: Text,
        /// Samples a second.
        sample_rate: Fraction,
        /// When the sample was taken.
        sample_timestamp: Timestamp,
        /// When the sample was recorded.
        recorded_timestamp: Timestamp,
        /// Counts samples.
        sequence_number: Whole,
        /// What the tracker is locked to.
        synchronization: Synchronization,
        /// Timecode.
        timecode: TimecodePart,
    }
}

optional! {
    /// Ring positions, 0 to 1.
    IrisFocusZoom {
        /// From infinite to close.
        focus: Real,
        /// From open to closed.
        iris: Real,
        /// From wide to tele.
        zoom: Real,
    }
}

optional! {
    /// Ring positions as encoders count.
    RawIrisFocusZoom {
        /// Focus.
        focus: Whole,
        /// Iris.
        iris: Whole,
        /// Zoom.
        zoom: Whole,
    }
}

optional! {
    /// One distortion.
    DistortionPart {
        /// `Brown-Conrady D-U` when it is not told.
        model: Text,
        /// Coefficients on the sensor in millimetres: alternately of the numerator and of the denominator.
        radial: List<Real, COEFFICIENTS_MAX>,
        /// Coefficients on the sensor in millimetres.
        tangential: List<Real, COEFFICIENTS_MAX>,
        /// 1 or more.
        overscan: Real,
    }
}

optional! {
    /// A lens.
    LensPart {
        /// By model.
        distortion: List<DistortionPart, DISTORTIONS_MAX>,
        /// Centre of distortion.
        distortion_offset: Offset,
        /// Rings.
        encoders: IrisFocusZoom,
        /// Rings.
        raw_encoders: RawIrisFocusZoom,
        /// Metres.
        entrance_pupil_offset: Real,
        /// f-number.
        f_stop: Real,
        /// T-number.
        t_stop: Real,
        /// Millimetres.
        pinhole_focal_length: Real,
        /// Metres.
        focus_distance: Real,
        /// Centre of projection.
        projection_offset: Offset,
    }
}

required! {
    /// Which protocol this is.
    Protocol {
        /// `OpenTrackIO`.
        name: Text,
        /// Major, minor, patch.
        version: List<Whole, 3>,
    }
}

optional! {
    /// What the tracker says of itself.
    TrackerPart {
        /// Notes.
        notes: Text,
        /// Whether it records.
        recording: bool,
        /// The slate.
        slate: Text,
        /// How it is.
        status: Text,
    }
}

optional! {
    /// What does not change about the camera.
    CameraPart {
        /// Millimetres.
        active_sensor_physical_dimensions: Dimensions,
        /// Frames a second.
        capture_frame_rate: Fraction,
        /// Its label.
        label: Text,
    }
}

optional! {
    /// What does not change.
    StaticPart {
        /// The camera.
        camera: CameraPart,
    }
}

/// A sample; everything in it is optional.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default, remote = "Self")]
pub struct Sample {
    /// Which protocol this is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Protocol>,
    /// This sample, a URN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_id: Option<Text>,
    /// The source, a URN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_id: Option<Text>,
    /// The source's number, 1 to 200, as in the multicast group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_number: Option<Whole>,
    /// What does not change.
    #[serde(rename = "static", skip_serializing_if = "Option::is_none")]
    pub statics: Option<StaticPart>,
    /// What the tracker says of itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tracker: Option<TrackerPart>,
    /// When it was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timing: Option<Timing>,
    /// The lens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lens: Option<LensPart>,
    /// From the stage's origin to the sensor, in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transforms: Option<List<Transform, TRANSFORMS_MAX>>,
}

objects_only!(Sample);

/// Reads a sample.
pub fn decode_sample(encoding: Encoding, bytes: &[u8]) -> Result<Sample, DecodeError> {
    match encoding {
        Encoding::Json => serde_json::from_slice(bytes).map_err(|e| DecodeError::Json {
            line: e.line(),
            column: e.column(),
        }),
        Encoding::Cbor => ciborium::from_reader(bytes).map_err(|e| {
            use ciborium::de::Error::{Semantic, Syntax};
            let offset = match e {
                Syntax(offset) | Semantic(Some(offset), _) => Some(offset),
                _ => None,
            };
            DecodeError::Cbor { offset }
        }),
    }
}

/// Appends a sample. False when it cannot be written, which memory alone could be the reason for.
pub fn encode_sample(encoding: Encoding, sample: &Sample, out: &mut Vec<u8>) -> bool {
    match encoding {
        Encoding::Json => serde_json::to_writer(out, sample).is_ok(),
        Encoding::Cbor => ciborium::into_writer(sample, out).is_ok(),
    }
}
