//! The small objects: what describes a packet, a frame, the stream, and what a client asks for.
//!
//! Each is a plain struct with the wire's fields in the wire's order and units. Those that come with every frame and
//! hold lists have a second reader beside them that allocates nothing.

use super::error::DecodeError;
use super::object_type::{ObjectType, TypeSet};
use crate::little_endian::{PutLe, Reader, UnexpectedEnd};

/// An object that can be read from and written to a block.
pub(crate) trait WireObject: Sized {
    /// Its type on the wire.
    const TYPE: ObjectType;
    /// Reads the fields; bytes after them belong to a newer version and are left.
    fn read(r: &mut Reader<'_>) -> Result<Self, UnexpectedEnd>;
    /// Appends the fields.
    fn write(&self, out: &mut Vec<u8>);

    /// Reads a whole block.
    fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        too_short(Self::TYPE, Self::read(&mut Reader::new(body)))
    }
}

/// Names the block in an error of its reader.
pub(crate) fn too_short<T>(
    object: ObjectType,
    read: Result<T, UnexpectedEnd>,
) -> Result<T, DecodeError> {
    read.map_err(|end| DecodeError::BlockTooShort {
        object,
        needed: end.needed,
        left: end.left,
    })
}

/// `ObjectEnums`, 100001: the types that a server supports or a client wants. Types not known are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectEnums(pub TypeSet);

impl WireObject for ObjectEnums {
    const TYPE: ObjectType = ObjectType::OBJECT_ENUMS;

    fn read(r: &mut Reader<'_>) -> Result<Self, UnexpectedEnd> {
        Ok(Self(read_types(r)?))
    }

    fn write(&self, out: &mut Vec<u8>) {
        write_types(self.0, out);
    }
}

fn read_types(r: &mut Reader<'_>) -> Result<TypeSet, UnexpectedEnd> {
    let mut types = TypeSet::EMPTY;
    for _ in 0..r.count(4)? {
        types.insert(ObjectType(r.u32()?));
    }
    Ok(types)
}

fn write_types(types: TypeSet, out: &mut Vec<u8>) {
    out.put_count(types.len());
    for t in types.iter() {
        out.put_u32(t.0);
    }
}

/// `Contents`, 100004: how many objects of each type a packet holds, and which types are as in the last packet.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Contents {
    /// Type and count.
    pub counts: Vec<(ObjectType, u32)>,
    /// Types that have not changed and are not sent again.
    pub unchanged: TypeSet,
}

impl WireObject for Contents {
    const TYPE: ObjectType = ObjectType::CONTENTS;

    fn read(r: &mut Reader<'_>) -> Result<Self, UnexpectedEnd> {
        let mut contents = Self::default();
        for _ in 0..r.count(8)? {
            contents.counts.push((ObjectType(r.u32()?), r.u32()?));
        }
        contents.unchanged = read_types(r)?;
        Ok(contents)
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.put_count(self.counts.len());
        for (t, n) in &self.counts {
            out.put_u32(t.0);
            out.put_u32(*n);
        }
        write_types(self.unchanged, out);
    }
}

impl Contents {
    /// Only the unchanged types; allocates nothing.
    pub(crate) fn decode_unchanged(body: &[u8]) -> Result<TypeSet, DecodeError> {
        let mut r = Reader::new(body);
        let types = r.count(8).and_then(|n| {
            r.bytes(n * 8)?;
            read_types(&mut r)
        });
        too_short(Self::TYPE, types)
    }
}

/// Ticks a second of the clock that stream periods are counted in.
pub const STREAM_CLOCK_HZ: f64 = 135e6;

/// `StreamInfo`, 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamInfo {
    /// Frame period in ticks of 135 MHz.
    pub period_ticks: i64,
}

impl WireObject for StreamInfo {
    const TYPE: ObjectType = ObjectType::STREAM_INFO;

    fn read(r: &mut Reader<'_>) -> Result<Self, UnexpectedEnd> {
        let period_ticks = r.i64()?;
        Ok(Self { period_ticks })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.period_ticks.to_le_bytes());
    }
}

impl StreamInfo {
    /// For a rate in hertz; zero ticks for a rate that is not positive.
    pub fn of_rate_hz(rate_hz: f64) -> Self {
        let ticks = if rate_hz > 0.0 {
            STREAM_CLOCK_HZ / rate_hz
        } else {
            0.0
        };
        Self {
            period_ticks: ticks.round() as i64,
        }
    }

    /// The rate, hertz; `None` for a period that is not positive.
    pub fn rate_hz(self) -> Option<f64> {
        (self.period_ticks > 0).then(|| STREAM_CLOCK_HZ / self.period_ticks as f64)
    }
}

macro_rules! single_field {
    ($($(#[$doc:meta])* $name:ident($field:ident: $t:ty, $(#[$fdoc:meta])*) = $ty:ident, $read:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name {
            $(#[$fdoc])*
            pub $field: $t,
        }

        impl WireObject for $name {
            const TYPE: ObjectType = ObjectType::$ty;

            fn read(r: &mut Reader<'_>) -> Result<Self, UnexpectedEnd> {
                let $field = r.$read()?;
                Ok(Self { $field })
            }

            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.$field.to_le_bytes());
            }
        }
    )*};
}

single_field! {
    /// `ApplicationInfo`, 37.
    ApplicationInfo(axis: i8, /// 0: Z up; 1: Y up.
    ) = APPLICATION_INFO, i8;
    /// `FrameInfo`, 5.
    FrameInfo(frame_id: u32, /// The frame's id: its number less one; `u32::MAX` means that there is no data.
    ) = FRAME_INFO, u32;
    /// `HardwareFrameInfo`, 36.
    HardwareFrameInfo(frame: u32, /// The cameras' own count.
    ) = HARDWARE_FRAME_INFO, u32;
    /// `Ping`, 42.
    Ping(id: u64, /// Comes back as it was sent.
    ) = PING, u64;
    /// `RequestNextFrame`, 100008.
    RequestNextFrame(count: u32, /// How many of the next frames to send.
    ) = REQUEST_NEXT_FRAME, u32;
    /// `RequestFrame`, 100002.
    RequestFrame(streaming: u8, /// Not zero: send every frame from now on. Zero: send one.
    ) = REQUEST_FRAME, u8;
}

/// The `FrameInfo` id that means "no data".
pub const NO_FRAME: u32 = u32::MAX;

/// `Timecode`, 23.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimecodeObject {
    /// Hours, minutes, seconds, frames.
    pub label: [u8; 4],
    /// Sub-frame.
    pub subframes: u16,
    /// Sub-frames in one frame.
    pub subframes_per_frame: u16,
    /// 0 PAL 25, 1 NTSC 29.97, 2 NTSC drop, 3 film 24, 4 NTSC film 23.98, 5 ATSC 30, `u32::MAX` none.
    pub standard: u32,
    /// User bits; on the wire they come after the standard.
    pub user_bits: u32,
    /// Field flag.
    pub field_flag: u8,
}

impl WireObject for TimecodeObject {
    const TYPE: ObjectType = ObjectType::TIMECODE;

    fn read(r: &mut Reader<'_>) -> Result<Self, UnexpectedEnd> {
        Ok(Self {
            label: [r.u8()?, r.u8()?, r.u8()?, r.u8()?],
            subframes: r.u16()?,
            subframes_per_frame: r.u16()?,
            standard: r.u32()?,
            user_bits: r.u32()?,
            field_flag: r.u8()?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.label);
        out.put_u16(self.subframes);
        out.put_u16(self.subframes_per_frame);
        out.put_u32(self.standard);
        out.put_u32(self.user_bits);
        out.put_u8(self.field_flag);
    }
}

macro_rules! named_numbers {
    ($($(#[$doc:meta])* $name:ident = $ty:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Default)]
        pub struct $name(
            /// Names and numbers in the wire's order.
            pub Vec<(String, f64)>,
        );

        impl WireObject for $name {
            const TYPE: ObjectType = ObjectType::$ty;

            fn read(r: &mut Reader<'_>) -> Result<Self, UnexpectedEnd> {
                let mut list = Vec::new();
                for _ in 0..r.count(12)? {
                    list.push((r.string()?, r.f64()?));
                }
                Ok(Self(list))
            }

            fn write(&self, out: &mut Vec<u8>) {
                out.put_count(self.0.len());
                for (name, value) in &self.0 {
                    out.put_string(name);
                    out.put_f64s(&[*value]);
                }
            }
        }

        impl $name {
            /// Folds the numbers; allocates nothing.
            pub(crate) fn fold(body: &[u8], start: f64, f: impl Fn(f64, f64) -> f64) -> Result<f64, DecodeError> {
                let read = || {
                    let mut r = Reader::new(body);
                    let mut acc = start;
                    for _ in 0..r.count(12)? {
                        r.counted_bytes()?;
                        acc = f(acc, r.f64()?);
                    }
                    Ok(acc)
                };
                too_short(Self::TYPE, read())
            }
        }
    )*};
}

named_numbers! {
    /// `LatencyInfo`, 26: where time was spent, each in seconds since the sample before; the sum is the whole.
    LatencyInfo = LATENCY_INFO;
    /// `FrameRateInfo`, 39: named rates in hertz.
    FrameRateInfo = FRAME_RATE_INFO;
}

/// `Filter`, 100007: for each type named, the only subject ids that are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Filter(
    /// Type and ids; a type that is absent is not filtered.
    pub Vec<(ObjectType, Vec<u32>)>,
);

impl WireObject for Filter {
    const TYPE: ObjectType = ObjectType::FILTER;

    fn read(r: &mut Reader<'_>) -> Result<Self, UnexpectedEnd> {
        let mut entries = Vec::new();
        for _ in 0..r.count(8)? {
            let object = ObjectType(r.u32()?);
            let mut ids = Vec::new();
            for _ in 0..r.count(4)? {
                ids.push(r.u32()?);
            }
            entries.push((object, ids));
        }
        Ok(Self(entries))
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.put_count(self.0.len());
        for (object, ids) in &self.0 {
            out.put_u32(object.0);
            out.put_count(ids.len());
            for id in ids {
                out.put_u32(*id);
            }
        }
    }
}

impl Filter {
    /// Whether objects of this type are wanted for this subject.
    pub fn allows(&self, object: ObjectType, subject_id: u32) -> bool {
        let mut entries = self.0.iter().filter(|(t, _)| *t == object).peekable();
        entries.peek().is_none() || entries.any(|(_, ids)| ids.contains(&subject_id))
    }
}
